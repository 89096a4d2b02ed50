"""What did an answer say, without its markers? The inverse of ``marks``, for conversations that clients send back."""

from __future__ import annotations

import re

_MARKERS = re.compile(r"(?:\[\d{1,3}\])+(?![\w(\[])")


def unmarked(text: str) -> str:
    """``text`` without [1][2] behind its words. A link's ``[1](…)`` and code's ``a[1]b`` stay."""
    return _MARKERS.sub("", text)
