"""Is every fault a list of steps in both dialects?"""

from __future__ import annotations

import pytest

from pincite.testing.faults import ANTHROPIC, FAULTS, OPENAI, Dialect, End, Head, Send, Wait


@pytest.mark.parametrize("dialect", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_begins_with_a_head_or_with_nothing(name: str, dialect: Dialect) -> None:
    steps = FAULTS[name](dialect, ["The ", "tower."])
    assert isinstance(steps[0], Head | End | Wait)
    assert all(isinstance(step, Send | Wait | End) for step in steps[1:])
