"""Who may use the processor first? Whoever asks; work that can wait stands back until the answer has its words.

A new index is embedded in the background for minutes, which are those in which people ask it their first questions. The
work stands back between two of its texts, so a question waits for one text at the most.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

STANDS_BACK_S = 0.25
"""The longest that work which can wait stands back at a time: under ceaseless questions it goes on at four steps a
second, or it would never end."""


class Precedence:
    """Of those who ask over work that can wait, in one process. Safe to use from any number of threads."""

    def __init__(self) -> None:
        self._asking = 0
        self._change = threading.Condition()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Somebody is being answered inside the block. Blocks nobody who enters."""
        with self._change:
            self._asking += 1
        try:
            yield
        finally:
            with self._change:
                self._asking -= 1
                self._change.notify_all()

    def stand_back(self) -> None:
        """Before each step of work that can wait: returns when nobody is being answered, or has waited long enough."""
        with self._change:
            self._change.wait_for(lambda: not self._asking, STANDS_BACK_S)
