"""What was sent, unpacked, and no more than that? Bounded decoding: a bomb costs no more memory than its cap."""

from __future__ import annotations

import zlib

from pincite.errors import Unfetchable

ACCEPTED = "gzip, deflate"
RATIO_LIMIT = 100
"""Text packs 3 to 10 times, the dullest table 50; what swells more than this is no page."""
_RATIO_FROM = 1 << 20
"""Small bodies may pack as well as they like."""
_STEP = 1 << 18
"""Bytes unpacked between two looks at how many there are."""
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Unpacker:
    """Takes a body as it arrives, gives the bytes that it means. ``limit`` bounds what comes out of it."""

    def __init__(self, encoding: str, limit: int, what: str, *, truncate: bool = False) -> None:
        """``encoding`` is the header's value; ``what`` names the body in messages.

        With ``truncate`` the rest of a body that is too large is left unread; otherwise it raises ``Unfetchable``.
        """
        names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1 or (names and names[0] not in _WINDOWS):
            raise Unfetchable(f"{what} is packed as {encoding[:40]!r}, which was not asked for", reason="bad_encoding")
        self._window = _WINDOWS[names[0]] if names else 0
        self._zip = zlib.decompressobj(self._window) if names else None
        self._limit = limit
        self._what = what
        self._truncate = truncate
        self._received = 0
        self._body = bytearray()

    def feed(self, data: bytes) -> bool:
        """Whether more is wanted."""
        self._received += len(data)
        if self._zip is None:
            self._body += data[: self._limit + 1 - len(self._body)]
        else:
            self._inflate(data)
        if len(self._body) <= self._limit:
            return True
        if not self._truncate:
            raise Unfetchable(
                f"{self._what} has more than {self._limit / 1e6:g} MB", reason="too_large", hint="raise fetch.max_mb"
            )
        del self._body[self._limit :]
        return False

    def body(self) -> bytes:
        """Everything that was fed."""
        return bytes(self._body)

    def _inflate(self, data: bytes) -> None:
        while data and len(self._body) <= self._limit:
            assert self._zip is not None
            try:
                piece = self._zip.decompress(data, min(_STEP, self._limit + 1 - len(self._body)))
            except zlib.error as error:
                if self._body or self._window != zlib.MAX_WBITS:
                    raise Unfetchable(f"{self._what} can't be unpacked: {error}", reason="garbled") from None
                # Half of the servers that say deflate leave out zlib's header.
                self._window = -zlib.MAX_WBITS
                self._zip = zlib.decompressobj(self._window)
                continue
            self._body += piece
            if len(self._body) > _RATIO_FROM and len(self._body) > RATIO_LIMIT * self._received:
                raise Unfetchable(
                    f"{self._what} swells {len(self._body) // self._received} times when it is unpacked",
                    reason="too_large",
                    hint="it is made to fill memory",
                )
            data = self._zip.unconsumed_tail
            if self._zip.eof and self._zip.unused_data:  # a gzip file may hold several, one after another
                data = self._zip.unused_data
                self._zip = zlib.decompressobj(self._window)
