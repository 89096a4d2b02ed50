"""What does a source say to this question, in two lines? From the sentence on that shares most words with it."""

from __future__ import annotations

import re

from pincite.text.languages import detect
from pincite.text.sentences import split
from pincite.text.tokens import content_words, normal

ROOM = 240
"""Characters: two lines of a wide card, three of a terminal; the page cuts what a narrow one has no room for."""
_HEADING = 32
"""Characters up to which a line without a stop is a heading, which the card's title says already."""
_WORD = re.compile(r"\w+")
_STOPS = (".", "!", "?", "…", ":", "。", "！", "？", "：", "؟", "۔", "।", "॥")


def snippet(text: str, title: str, question: str, room: int = ROOM) -> str:
    """About ``room`` characters of ``text``, the passage of a document called ``title``, whole words, on one line.

    They begin with the sentence that shares most words with ``question``, first those that the title does not say,
    with the first of several; so with the opening where none shares any. Of a long one, such as the lines of a log,
    they are those around the first of these words. Empty only where ``text`` is.
    """
    spans = [(start, end) for start, end in split(text) if not _is_heading(text[start:end])] or split(text)
    if not spans:
        return ""
    lang = detect(question)
    asked = _words(question, lang)
    news = asked - _words(title, lang)

    def shared(span: tuple[int, int]) -> tuple[int, int]:
        said = _words(text[slice(*span)], lang)
        return len(news & said), len(asked & said)

    begin, end = max(spans, key=shared)
    wanted = news & _words(text[begin:end], lang) or asked
    first = next(
        (word.start() for word in _WORD.finditer(text, begin, end) if normal(word[0].lower()) in wanted), begin
    )
    late = first - begin > room * 2 // 3
    if late:
        begin = text.rfind(" ", begin, first - room // 3) + 1 or first
    rest = " ".join(text[begin:].split())
    shown = rest if len(rest) <= room else f"{rest[: rest.rfind(' ', 0, room) if ' ' in rest[:room] else room]} …"
    return f"… {shown}" if late else shown


def _words(text: str, lang: str) -> set[str]:
    return {normal(word) for word in content_words(text, lang)}


def _is_heading(line: str) -> bool:
    return len(line) <= _HEADING and not line.rstrip().endswith(_STOPS)
