"""Where does an address begin and end in a text that arrives in pieces, and where a link's target?

Pure functions over what has come so far; ``final`` says that nothing more will.
"""

from __future__ import annotations

import re

ADDRESS_LIMIT = 2048
"""A longer address is dropped whatever it is."""

SCHEMES = ("http://", "https://", "ftp://", "www.", "mailto:")
"""How an address begins; the last two only at the beginning of a word."""
ADDRESS = re.compile(r"[^\s<>\"`\[\]【】［］|\\，。、；！？（）「」]*")
AFTER_ADDRESS = ".,;:!?'*_~)}"
"""These end the sentence and not the address."""
_TARGET = re.compile(r"[a-z][a-z0-9+.-]*:|//?|\\|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|$)|[#?]|&", re.IGNORECASE)


def target(text: str, paren: int, *, final: bool) -> tuple[str, int] | None:
    """The target in the parenthesis at ``paren`` and where it ends; empty if it is none; ``None``: wait."""
    depth = 0
    limit = paren + ADDRESS_LIMIT
    for at in range(paren, min(len(text), limit)):
        char = text[at]
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                inside = text[paren + 1 : at].strip()
                return (inside, at + 1) if _TARGET.match(inside.lstrip("<")) else ("", paren)
        elif char == "\n" and text[at + 1 : at + 2] == "\n":
            return "", paren
    return ("", paren) if final or len(text) >= limit else None


def would_begin_an_address(tail: str, following: str) -> bool:
    """Would the two make an address, or the beginning of one, now that the mark between them is gone?"""
    tail, following = tail.lower(), following.lower()
    return bool(following) and any(
        tail.endswith(scheme[:length]) and scheme[length : length + 1] in ("", following)
        for scheme in SCHEMES
        for length in range(1, len(scheme) + 1)
    )
