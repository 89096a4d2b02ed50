"""Which lines of a Markdown text are its headings? Those with ``#`` in front, outside of code and maths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pincite.text.sentences import stretches

_HEADING = re.compile(r"^(#{1,6})[ \t]+([^\n]+)", re.MULTILINE)
_MARKUP = re.compile(
    r"(?<![ \t])[ \t]++#++[ \t]*+$|[*`]+|(?<!\w)_+|(?<!_)_++(?!\w)|!?\[([^\[\]]*+)\]\([^\[)]*+\)|\{#[^{}]*+\}"
)
_TITLE = 300
"""Characters of a title at the most."""


def headings(text: str) -> Iterator[tuple[int, str, int]]:
    """Level, title without inline markup, and where the line starts; those without a title are none."""
    for start, end, is_code in stretches(text):
        for match in () if is_code else _HEADING.finditer(text, start, end):
            title = _MARKUP.sub(lambda part: part[1] or "", match[2]).strip()[:_TITLE]
            if title:
                yield len(match[1]), title, match.start()
