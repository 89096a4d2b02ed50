"""Does a reply close with a list of its sources? Nobody needs it: every door shows them, with the passages.

Models are asked not to write one, and many do. It is taken off where it is nothing else: a heading such as *Sources*,
or footnotes, and behind it only lines that name a source or say goodbye, to the end of the reply. Lines that may be
the beginning of one are held back until the next line tells, so any cutting of a reply into pieces gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pincite.answer.write.asides import parting
from pincite.text.sentences import closes, opens

_HEADINGS = frozenset(
    """source|sources|sources used|sources cited|sources consulted|cited sources|reference|references|citation|citations
    |works cited|bibliography|footnotes
    |quelle|quellen|quellenangaben|einzelnachweise|référence|références|fuente|fuentes
    |referencias|fonte|fonti|riferimenti|fontes|referências|bron|bronnen|источник|источники|来源|參考資料|参考资料|参考文献
    |出典|المصادر""".replace("\n    ", "").split("|")
)
_SIGNS = re.compile(r"^[\s#>*_•-]*")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
_MARK = re.compile(r"[\[【(（]+\s*(?:\^?\d|source)", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])?\s*(.*?)\s*")
_DEFINES = re.compile(r"\s*\[\^?\d{1,3}\]:(.*)")
_DEFINITION_BEGINS = re.compile(r"\s*\[(?:\^?\d{0,3}(?:\](?::.*)?)?)?")
_NUMBERED = re.compile(r"\W*(?:source|quelle|fuente|fonte|bron)\s*\d", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_NO_WORDS = re.compile(r"[\W\d_]*")
_SHORT = 6
"""Words of a footnote that can hardly be a statement."""


class Closing:
    """Feed it a reply in pieces; it gives the text without the list. ``titles`` are those of the sources."""

    def __init__(self, titles: Collection[str]) -> None:
        self._titles = [title.casefold() for title in titles if title.strip()]
        self._line = ""
        """The line that has begun; ``_given`` characters of it have been given."""
        self._given = 0
        self._held = ""
        """Whole lines that are a list of sources so far."""
        self._named = False
        """They begin with a heading, so that whatever is behind it names a source."""
        self._fence = ""
        self._gap = ""
        """Line ends that are held back."""

    def feed(self, piece: str) -> str:
        """What is certain to be no list."""
        out = ""
        *whole, rest = piece.split("\n")
        for part in whole:
            self._line += part
            out += self._ended("\n")
        self._line += rest
        if not self._held and (self._fence or not _may_begin(self._line)):
            out += self._line[self._given :]
            self._given = len(self._line)
        return self._out(out)

    def finish(self) -> str:
        """The rest, without the list."""
        out = self._ended("")
        names = [line for line in self._held.split("\n") if line.strip() and not _RULE.fullmatch(line)]
        listed = names and (len(names) > 1 or self._names(names[0]))
        return self._out(out if listed else out + self._held)

    def _out(self, text: str) -> str:
        """Line ends are given with what follows them, so that a text without its list does not end in some."""
        if not (bare := text.rstrip("\n")):
            self._gap += text
            return ""
        before, self._gap = self._gap, text[len(bare) :]
        return before + bare

    def _ended(self, newline: str) -> str:
        """The line is complete: what is certain now."""
        line, given = self._line, self._given
        self._line, self._given = "", 0
        if self._held and (not line.strip() or self._goes_on(line)):
            self._held += line + newline
            return ""
        before, self._held = self._held, ""
        if not given and not self._fence and self._begins(line):
            self._held = line + newline
            return before
        if self._fence:
            self._fence = "" if closes(line, self._fence) else self._fence
        else:
            self._fence = opens(line)
        return before + line[given:] + newline

    def _begins(self, line: str) -> bool:
        self._named = _heads(line)
        return self._named or _RULE.fullmatch(line) is not None or self._names(line)

    def _goes_on(self, line: str) -> bool:
        if not self._named and _heads(line):
            self._named = True
            return True
        return self._names(line) or parting(_SIGNS.sub("", line))

    def _names(self, line: str) -> bool:
        """Does the line do nothing but name a source?"""
        defines = _DEFINES.fullmatch(line)
        if not self._named and defines is None:
            return False
        item = _ITEM.fullmatch(defines[1] if defines else line)
        said = item[1].casefold() if item else ""
        if _ADDRESS.search(said) or any(title in said and len(said) < 2 * len(title) + 60 for title in self._titles):
            return True
        if defines and not self._named:
            return len(said.split()) <= _SHORT
        return bool(_MARK.search(said[:6]) or _NUMBERED.match(said) or _NO_WORDS.fullmatch(said) or _heads(line))


def _heads(line: str) -> bool:
    """Is the line a heading of such a list, alone or with marks behind it?"""
    words, _, behind = _SIGNS.sub("", line).casefold().partition(":")
    marks = behind.strip("*_ ")
    return words.strip("*_ .") in _HEADINGS and (not marks or _MARK.match(marks) is not None)


def _may_begin(line: str) -> bool:
    """Could more text make a heading, a rule or a footnote of this beginning of a line?"""
    bare = _SIGNS.sub("", line).casefold()
    words, colon, behind = bare.partition(":")
    known = words.strip("*_ .")
    if colon:
        return (known in _HEADINGS and (not behind.strip("*_ ") or behind.strip("*_ ")[0] in "[【(（")) or (
            _DEFINITION_BEGINS.fullmatch(line) is not None
        )
    return any(name.startswith(known) for name in _HEADINGS) or _DEFINITION_BEGINS.fullmatch(line) is not None
