"""How quickly does a model write? Tokens a second of a whole reply, thoughts included, from its first sign of life.

Measured on the calls that answers need anyway, and kept as long as the process lives: no call is made to measure.
"""

from __future__ import annotations

from collections.abc import Callable

from pincite.ports import Clock

LEAST_TOKENS = 8
LEAST_S = 0.05
"""A reply that is shorter, or came in one piece, says nothing about pace."""

Heard = Callable[[float], None]
"""Is told the tokens a second of a reply that was heard to its end."""


def unheard(_: float) -> None:
    """For those who don't ask."""


class Pace:
    """The clock of one reply."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: float | None = None
        self._last = 0.0
        self._pieces = 0

    def beat(self) -> None:
        """A piece of text or thought arrived."""
        self._last = self._clock()
        self._began = self._last if self._began is None else self._began
        self._pieces += 1

    def tokens_a_second(self, declared: int) -> float | None:
        """By the server's count of tokens, or where it gives none by pieces, most of which are tokens."""
        tokens = declared or self._pieces
        seconds = self._last - self._began if self._began is not None else 0.0
        # The first token began the clock, so it took no time on it.
        return (tokens - 1) / seconds if tokens >= LEAST_TOKENS and seconds >= LEAST_S else None
