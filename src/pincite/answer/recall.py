"""What does this question mean in its thread? Follow-ups made self-contained by rules and topic memory, no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pincite.types import Answer


@dataclass(frozen=True)
class Standalone:
    """``queries`` best first, never empty; ``topic`` is what the thread is about, empty for a first question."""

    queries: tuple[str, ...]
    topic: str = ""
    dependent: bool = False


def standalone(text: str, history: Sequence[Answer]) -> Standalone:
    """``text`` as searches that need no history."""
    return Standalone((text,))
