"""Does a question that names nothing cost nothing, and does looking at its words first lose none?"""

import subprocess
import sys

import pytest

from pincite.widgets import currency, units
from pincite.widgets.wording import may_name_two, words_of


@pytest.mark.parametrize("module", [currency, units])
def test_any_two_names_may_be_two_names(module: object) -> None:
    words, names = module.GRAMMAR.words, list(module.NAMES)  # type: ignore[attr-defined]
    for one, two in zip(names, reversed(names), strict=True):
        assert may_name_two(f"how many {one} are 3{two}", words), (one, two)


def test_one_name_is_not_two() -> None:
    words = words_of(["mile", "square foot"])
    assert not may_name_two("who ran a mile first", words)
    assert may_name_two("a mile in square feet, or square foot", words)
    with pytest.raises(ValueError, match="without letters"):
        words_of(["mile", "$"])


def test_a_question_without_money_and_units_waits_for_none_of_their_grammars() -> None:
    program = """
from datetime import UTC, datetime
from pincite.widgets import currency, glance, units
now = datetime(2026, 11, 29, tzinfo=UTC)
assert glance.understood("How tall is the Eiffel Tower?", now) is None
assert ["patterns" in vars(m.GRAMMAR) for m in (currency, units)] == [False, False]
assert glance.understood("3 km in miles", now) is not None
assert "patterns" in vars(units.GRAMMAR)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
