"""Where do sentences and their citations stand in finished HTML? Signs among the words become spans and chips.

``markdown`` puts two private-use characters around the words of each sentence; after sanitising they come out here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

START, END = 0xF0000, 0x100000
"""First code points of the signs around sentence i: planes 15 and 16 are private and in no font."""
SIGNS = re.compile("[\U000f0000-\U0010ffff]")
CODE = '<div class="code">'
"""Opens a block of code, which ends with its ``pre``."""


@dataclass(frozen=True)
class Mark:
    """A sentence in the text: how its words are wrapped, and what follows it (safe HTML, inserted as it is).

    Code is not wrapped; what follows a sentence that ends with it stands below it, or nowhere if that is ``of_words``.
    """

    start: int
    end: int
    attributes: str
    after: str
    of_words: bool = False


_FORMULA = re.compile(r'(?s:<span class="formula" tabindex="0"><math .*?</math></span>|<math .*?</math>)')
_PIECE = re.compile(rf'{_FORMULA.pattern}|<(?:"[^"]*"|[^>"])*>|[^<]+')
_MARK_OR_TEXT = re.compile("[\U000f0000-\U0010ffff]|[^\U000f0000-\U0010ffff]+")
_TAIL_TAGS = re.compile(r"(?:(?<!</pre>)</(?!pre>|code>|a>)[a-z0-9]+>\s*)+$")
_HOLDS = frozenset({"a", "code"})


class _Weaver:
    """Walks through sanitised HTML; wraps each run of words of an open sentence and sets its chips at its end.

    Runs, not whole sentences: a sentence may cross emphasis, list items and table cells, an element may not.
    Chips wait for the end of a link or of code, where they can't stand. A block of code is left as it is.
    """

    def __init__(self, marks: Sequence[Mark], nowhere: set[int]) -> None:
        self._marks = marks
        self._open: list[int] = []
        self._held: list[str] = []
        self._inside = 0
        self._code = False
        self._done: set[int] = set(nowhere)
        self._seen: set[int] = set()
        self.out: list[str] = []

    def tag(self, tag: str) -> None:
        self.out.append(tag)
        self._code = tag == CODE or (self._code and tag != "</pre>")
        name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0]
        if name in _HOLDS:
            self._inside += -1 if tag.startswith("</") else 1
            if self._inside == 0:
                self.out += self._held
                self._held.clear()

    def text(self, text: str) -> None:
        for piece in _MARK_OR_TEXT.findall(text):
            code = ord(piece[0])
            if code >= END:
                self._close(code - END)
            elif code >= START:
                self._begin(code - START)
            else:
                self.words(piece)

    def _begin(self, number: int) -> None:
        if number < len(self._marks) and number not in self._seen:
            self._seen.add(number)
            self._open.append(number)

    def _close(self, number: int) -> None:
        if number in self._done or number not in self._seen:
            return
        self._done.add(number)
        if number in self._open:
            self._open.remove(number)
        (self._held if self._inside else self.out).append(self._marks[number].after)

    def words(self, words: str) -> None:
        """Words, or a formula, which is wrapped whole."""
        if self._open and not self._code and words.strip():
            self.out += [f"<span {self._marks[self._open[-1]].attributes}>", words, "</span>"]
        else:
            self.out.append(words)

    def finish(self) -> str:
        """The HTML; what could not stand in its place (its mark fell into a link's address …) stands at the end."""
        html = "".join(self.out)
        lost = "".join(mark.after for number, mark in enumerate(self._marks) if number not in self._done)
        tail = _TAIL_TAGS.search(html)
        place = tail.start() if tail else len(html)
        return html[:place] + lost + html[place:]


def woven(html: str, marks: Sequence[Mark], nowhere: set[int]) -> str:
    """``html`` with each sentence wrapped where its signs stand, and what follows it. ``nowhere``: nothing follows."""
    weaver = _Weaver(marks, nowhere)
    for piece in _PIECE.findall(html):
        if _FORMULA.match(piece):
            weaver.words(piece)
        elif piece.startswith("<"):
            weaver.tag(piece)
        else:
            weaver.text(piece)
    return weaver.finish()
