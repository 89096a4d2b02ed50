"""Which characters may a model write?

All that a reader can see, line breaks and tabs. Not: control characters, marks that turn the direction of the text
around them, and the invisible tags by which text can be smuggled. Halves of a character that came in two pieces
are joined. Any cutting of a text into pieces gives the same result.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_BREAKS = {ord("\u2028"): "\n", ord("\u2029"): "\n"}
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_HALF = re.compile("[\ud800-\udfff]")


class Characters:
    """Feed it text; it gives clean text."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """The clean text; the first half of a character waits for the second."""
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._half, text = text[-1], text[:-1]
        return _clean(text)

    def finish(self) -> str:
        """What waited in vain."""
        rest, self._half = self._half, ""
        return _clean(rest)


def _clean(text: str) -> str:
    if _HALF.search(text):
        text = _HALF.sub("\ufffd", _PAIR.sub(_join, text))
    return _UNSEEN.sub("", text).translate(_BREAKS)


def _join(pair: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(pair[1]) - 0xD800) << 10) + (ord(pair[2]) - 0xDC00))
