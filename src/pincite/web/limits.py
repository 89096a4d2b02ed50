"""Who asks too often? Buckets of requests, and waits after wrong passwords. Counted in this process's memory.

Clocks are monotonic, so a clock that jumps changes nothing. What is counted for is forgotten when it is full again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_NAMES = 100_000
"""Names counted at once; with more, the longest unused are forgotten."""


@dataclass
class _Bucket:
    left: float
    at: float


class Rate:
    """A bucket a name: ``per_minute`` a minute, and as many at once after a rest."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._per_s = per_minute / 60
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait_s(self, name: str) -> float:
        """Takes one, and returns 0; or takes none, and returns the seconds until there is one."""
        now = self._clock()
        bucket = self._buckets.pop(name, None) or _Bucket(self._most, now)
        bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._per_s)
        bucket.at = now
        self._buckets[name] = bucket  # the last used are at the end
        if len(self._buckets) > MOST_NAMES:
            del self._buckets[next(iter(self._buckets))]
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) / self._per_s


class Throttle:
    """Waits after failures: ``free`` cost nothing, each more doubles the wait, up to ``most_s``, which a rest of twice
    that long wipes out."""

    def __init__(self, free: int, most_s: float = 900.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._most_s = most_s
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}

    def wait_s(self, name: str) -> float:
        """Seconds until the next try is heard; 0 if now."""
        count, last = self._failures.get(name, (0, 0.0))
        if count < self._free:
            return 0.0
        pause = min(self._most_s, 2.0 ** (count - self._free))
        return max(0.0, last + pause - self._clock())

    def failed(self, name: str) -> None:
        now = self._clock()
        count, last = self._failures.pop(name, (0, now))
        count = 0 if now - last > 2 * self._most_s else min(count, 60)
        self._failures[name] = (count + 1, now)
        if len(self._failures) > MOST_NAMES:
            del self._failures[next(iter(self._failures))]

    def forgive(self, name: str) -> None:
        self._failures.pop(name, None)


class Logins:
    """How often passwords were wrong: for an address from one place, for an address, from one place.

    The pair alone is soon made to wait, so that nobody is locked out by others' guesses from elsewhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = [Throttle(5, clock=clock), Throttle(50, clock=clock), Throttle(30, clock=clock)]

    @staticmethod
    def _names(email: str, place: str) -> Sequence[str]:
        plain = email.strip().casefold()[:300]
        return (f"{place} {plain}", plain, place)

    def wait_s(self, email: str, place: str) -> float:
        return max(limit.wait_s(name) for limit, name in zip(self._limits, self._names(email, place), strict=True))

    def failed(self, email: str, place: str) -> None:
        for limit, name in zip(self._limits, self._names(email, place), strict=True):
            limit.failed(name)

    def succeeded(self, email: str, place: str) -> None:
        """The pair is forgiven; whoever guesses at many addresses from one place is not."""
        self._limits[0].forgive(self._names(email, place)[0])
