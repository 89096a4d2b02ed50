"""How do pages, rows and paragraphs become one text? Block by block; headings and spots stand off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from pincite.readers.file import File
from pincite.text import languages
from pincite.types import Document, Heading, Original, Spot

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r" ?\n(?: ?\n)* ?")
_NAMELESS = re.compile(
    r"(?:untitled|(?:word )?document|(?:powerpoint )?presentation|slide|title|microsoft \w+ - .*|.*\.\w{2,5}|.{0,3})\d*"
    r"|\(?(?:anonymous|unspecified|unknown)\)?|about:\S*|(?:https?|file|ftp):/.*|[\W\d_]*",
    re.IGNORECASE | re.DOTALL,
)
"""Titles that programs write into a file of which nobody said what it is called."""
OWN_LINE = re.compile(
    r"[•●▪◦‣–—*-] |\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-z])[.)] \S|(?=[^\W\d_a-z])[^\W\d_][\w ’'/()&.%#-]{0,30}: \S"
)
"""What begins a paragraph wherever it stands: an item, a number, a label with its value."""
_SHORTEST = 25
"""Characters: a line that is shorter ends its paragraph in any text."""


class Draft:
    """A text under way. Blocks are set apart by a blank line, so that no sentence goes from one into the next."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._spots: list[Spot] = []
        self._waiting: tuple[str, int | None] | None = None

    def spot(self, label: str, page: int | None = None) -> None:
        """From the next block on, the text stands there."""
        self._waiting = (label, page)

    def block(self, text: str) -> None:
        """A paragraph, a row, a list item. Its line ends stay; nothing is added for a blank one."""
        text = tidy(text)
        if not text:
            return
        self._apart()
        self._put(text)

    def code(self, text: str, language: str = "") -> None:
        """A block of code as it stands, between fences."""
        text = _CONTROL.sub("", text).strip("\n").rstrip()
        if text:
            self._apart()
            self._put(fenced(text, language))

    def heading(self, level: int, title: str) -> None:
        title = " ".join(tidy(title).split())
        if title:
            self.block(title)
            start = self._length - len(title)
            self._headings.append(Heading(level=min(max(level, 1), 6), title=title[:200], start=start))

    def _apart(self) -> None:
        """A new block begins, and the spot that waits for it."""
        if self._parts:
            self._put("\n\n")
        if self._waiting is not None:
            label, page = self._waiting
            self._spots.append(Spot(start=self._length, label=label, page=page))
            self._waiting = None

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def original(self, file: File, *, title: str = "", published: date | None = None, empty: str = "") -> Original:
        """The document. Raises ``Unreadable`` if it says nothing; ``empty`` is the hint then."""
        text = "".join(self._parts)
        if not text:
            raise file.unreadable("it holds no text", empty or "only what has text can be indexed")
        title = " ".join(tidy(title).split())[:200]
        return Original(
            document=Document(
                url=file.url,
                title=file.title if _NAMELESS.fullmatch(title) else title,
                published=published or file.day,
                lang=languages.detect(text),
                collection=file.collection,
            ),
            text=text,
            headings=tuple(self._headings),
            spots=tuple(self._spots),
        )


def fenced(code: str, language: str = "") -> str:
    """Code between fences that it does not hold itself."""
    fence = "~~~" if "```" in code else "```"
    return f"{fence}{language}\n{code}\n{fence}"


def tidy(text: str) -> str:
    """Without control characters, with single blanks and no empty lines."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def blocks(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs: a line as long as most goes on in the next one, a shorter one and one above an item end there."""
    lengths = sorted(len(line) for line in lines if line)
    full = max(_SHORTEST, 0.7 * lengths[int(0.9 * (len(lengths) - 1))]) if lengths else 0
    paragraph: list[str] = []
    for line in lines:
        if paragraph and OWN_LINE.match(line):
            yield " ".join(paragraph)
            paragraph = []
        if line:
            paragraph.append(line)
        ended = not line or len(line) < full
        if ended and paragraph:
            yield " ".join(paragraph)
            paragraph = []
    if paragraph:
        yield " ".join(paragraph)
