"""What must a widget be able to do? Answer a question it fully understands, and show by examples what that means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pincite.widgets.sources import Sources


@dataclass(frozen=True)
class Reply:
    """What a widget worked out. ``value`` stands word for word in ``text``, which is readable alone."""

    title: str
    value: str
    text: str


@dataclass(frozen=True)
class Lookup:
    """A question that a widget has understood, and can answer as soon as it knows something from outside.

    ``find`` returns ``None`` where nobody may be asked, or what came does not answer. It raises ``Unfetchable`` where a
    service failed; it is cancelled at ``widgets.deadline_s``, and the answer says what it was made without.
    """

    find: Callable[[Sources], Awaitable[Reply | None]]


@dataclass(frozen=True)
class Widget:
    """A calculator, a clock … ``reply`` gets the question as ``wording.core`` tells it and the moment, with its zone.

    It returns ``None`` in doubt, raises nothing, and takes no more than 3 ms once what it needs has been loaded.
    Whether it understands a question depends on the words alone: what has to be looked up is left to a ``Lookup``.
    A test holds every widget to its examples: it understands its ``shows``, and is silent on its ``hides``, on the
    examples of all others and on the common list of traps.
    """

    id: str
    reply: Callable[[str, datetime], Reply | Lookup | None]
    shows: tuple[str, ...]
    hides: tuple[str, ...]
