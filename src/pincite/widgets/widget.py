"""What must a widget be able to do? Answer a question it fully understands, and show by examples what that means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reply:
    """What a widget worked out. ``value`` stands word for word in ``text``, which is readable alone."""

    title: str
    value: str
    text: str


@dataclass(frozen=True)
class Widget:
    """A calculator, a clock … ``reply`` gets the question as ``wording.core`` tells it and the moment, with its zone.

    It returns ``None`` in doubt, raises nothing, and takes no more than 3 ms once what it needs has been loaded.
    A test holds every widget to its examples: it answers its ``shows`` and is silent on its ``hides``, on the
    examples of all others and on the common list of traps.
    """

    id: str
    reply: Callable[[str, datetime], Reply | None]
    shows: tuple[str, ...]
    hides: tuple[str, ...]
