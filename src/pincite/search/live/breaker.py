"""Is it worth asking? After some failures a service is left alone for a while, then tried with one question."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pincite.ports import Clock

FAILURES = 3
"""Failures in a row after which it is left alone."""
REST_S = 30.0
"""The first rest; each one that ends in another failure is twice as long."""
LONGEST_REST_S = 600.0


@dataclass
class Breaker:
    """Of one service, in one process. ``admit`` is answered by exactly one of the other three."""

    clock: Clock = field(default=time.monotonic, repr=False)
    failures: int = 0
    until: float = 0.0
    """When the rest is over."""
    _rest_s: float = REST_S
    _probing: bool = False

    def admit(self) -> float:
        """0 if it may be asked now, else the seconds left to wait. After a rest, only one question goes at a time."""
        left = self.until - self.clock()
        if left > 0:
            return left
        if self.failures >= FAILURES:
            if self._probing:
                return REST_S
            self._probing = True
        return 0.0

    def succeeded(self) -> None:
        """It answered, whatever it found."""
        self.failures, self._rest_s, self._probing = 0, REST_S, False

    def failed(self, rest_s: float | None = None) -> None:
        """It did not. ``rest_s``: it said itself how long it wants to be left alone."""
        self._probing = False
        self.failures += 1
        if rest_s is not None:
            self.until = max(self.until, self.clock() + min(rest_s, LONGEST_REST_S))
        if self.failures >= FAILURES:
            self.until = max(self.until, self.clock() + self._rest_s)
            self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)

    def dropped(self) -> None:
        """Nobody waited for the answer, so nothing is known."""
        self._probing = False
