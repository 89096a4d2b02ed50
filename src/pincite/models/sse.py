"""Where does each server-sent event begin and end?

The stream format of the HTML standard (§ 9.2.6), from bytes cut anywhere: a character or a line end may be split.
Linear; a line that never ends is an error, not a memory leak.
"""

from __future__ import annotations

from dataclasses import dataclass

LINE_LIMIT = 1 << 20
"""Bytes; no event of a model is nearly as long."""


class NotSse(Exception):
    """The bytes can't be a stream of events."""


@dataclass(frozen=True)
class ServerEvent:
    """One event. ``name`` is ``message`` where the stream gives none."""

    name: str
    data: str


class SseParser:
    """Feed it bytes; it gives the events that are complete. An unfinished last event is no event."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._name = ""
        self._begun = False
        self._cr = False

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Raises ``NotSse`` for a line longer than ``LINE_LIMIT``."""
        if self._cr and chunk[:1] == b"\n":
            chunk, self._cr = chunk[1:], False
        self._cr = chunk[-1:] == b"\r" if chunk else self._cr
        *lines, last = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if lines:
            lines[0] = self._rest + lines[0]
            self._rest = last
        else:
            self._rest += last
        if len(self._rest) > LINE_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
            raise NotSse(f"a line is longer than {LINE_LIMIT} bytes")
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, raw: bytes) -> ServerEvent | None:
        if not self._begun:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            self._begun = True
        if not raw:
            return self._dispatch()
        field, _, value = raw.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        return None

    def _dispatch(self) -> ServerEvent | None:
        data, name = "\n".join(self._data), self._name
        had = bool(self._data)
        self._data, self._name = [], ""
        return ServerEvent(name or "message", data) if had else None
