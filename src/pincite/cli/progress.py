"""How long will it take? One line on stderr with counts, rate and time left, after half a second, for a person only."""

from __future__ import annotations

import shutil
import sys
import time

from pincite.cli.door import Door, interactive

PATIENCE_S = 0.5
FRAME_S = 0.1


class Bar:
    """``Indexing  1,200 of 2,343 documents · 410 a second · 3 s left``, drawn in place and wiped at the end."""

    def __init__(self, door: Door, doing: str, things: str) -> None:
        self._shown = interactive() and not door.quiet
        self._doing = doing
        self._things = things
        self._began = time.monotonic()
        self._drawn = 0.0
        self._wide = 0

    def update(self, done: int, total: int | None, fresh: int | None = None) -> None:
        """``fresh`` is what was done since the bar began, where ``done`` also counts what was done before it."""
        now = time.monotonic()
        if not self._shown or now - self._began < PATIENCE_S or now - self._drawn < FRAME_S:
            return
        self._drawn = now
        self._write(line(self._doing, self._things, done, total, done if fresh is None else fresh, now - self._began))

    def close(self) -> None:
        if self._wide:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + text.ljust(self._wide))
        sys.stderr.flush()
        self._wide = len(text)


def line(doing: str, things: str, done: int, total: int | None, fresh: int, seconds: float) -> str:
    """What the bar says."""
    rate = fresh / seconds if seconds > 0 else 0.0
    counts = f"{done:,} of {total:,} {things}" if total else f"{done:,} {things}"
    parts = [f"{doing}  {counts}", f"{rate:,.0f} a second"]
    if total and rate:
        parts.append(f"{duration(max(0, total - done) / rate)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def size(count: float) -> str:
    """``512 bytes``, ``3.4 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.0f} bytes" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError
