"""About how many tokens does a model make of this text? Rather too many: what is sent must fit, whoever the model is.

Each model cuts text in its own way, and its vocabulary is not here. Counted are four letters of a Latin word, two of
any other alphabet, and one character of a script without spaces, a digit or a sign as one token each.
"""

from __future__ import annotations

import re

from pincite.text.tokens import UNSPACED

_PIECE = re.compile(rf"[A-Za-z]{{1,4}}|[{UNSPACED}]|(?![{UNSPACED}0-9_])[^\W]{{1,2}}|[^\s]|\n+")


def tokens(text: str) -> int:
    """Never less than 0; linear in the text."""
    return sum(1 for _ in _PIECE.finditer(text))
