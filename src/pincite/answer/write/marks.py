"""Which part of a model's text is a citation, which a link, and which is only text?

A lexer for text that arrives in pieces. It decides about a character when the text itself decides, never because a
piece happens to end, so any cutting of one text into pieces gives the same clean text and the same marks. What could
still become a mark, a link or the blank before one is held back: 40 characters at the most, a link's target apart.
Linear in the text: every decision looks ahead a bounded number of characters.

What becomes of things:

- ``[1]`` ``[1, 2]`` ``[1-3]`` ``[^1]`` ``[[1]]`` ``\\[1\\]`` ``[citation:1]`` ``[1](url)`` ``【1†source】``: a mark,
  and the blank before it is tidied; not in code or math.
- an address that is not one of the sources', in whatever syntax: out of the text, ``(link removed)`` at most stays.
  That closes the way by which a hostile source could make a reader's browser tell what was asked.
- an image: its target goes, whatever it is. All other Markdown: untouched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

REMOVED = "(link removed)"

_PAIRS = {"[": "]", "【": "】", "［": "］", "〔": "〕"}
_MARK_LIMIT = 40
"""Characters from bracket to bracket; a longer one is no mark."""
_ADDRESS_LIMIT = 2048
"""A longer address is dropped whatever it is."""
_RANGE_LIMIT = 20

_KEYWORDS = ("citations", "citation", "cite", "sources", "source", "references", "reference", "refs", "ref", "passage")
_KEYWORD = rf"(?:(?:{'|'.join(_KEYWORDS)})\s*[:#.]?\s*)?"
_DASH = r"‐‑‒–—−\-"
_NUMBER = rf"{_KEYWORD}\^?#?\d{{1,3}}\^?"
_MARK = re.compile(
    rf"\[?\s*({_NUMBER}(?:\s*(?:[,;&{_DASH}]|\band\b|\bto\b)\s*{_NUMBER})*)\s*(?:†[^\]】\n]*)?\]?\s*", re.IGNORECASE
)
_WITHIN = re.compile(rf"[\[\s\d,;:&#.^\\{_DASH}\]a-z]*", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_PART = re.compile(rf"(\d{{1,3}})\^?(?:\s*(?:[{_DASH}]|\bto\b)\s*{_KEYWORD}\^?(\d{{1,3}}))?", re.IGNORECASE)

_TICKS = re.compile(r"`+|~+")
_SPACE_OR_END = re.compile(r"[\s>]")
_BLANKS = " \t\u00a0\u2009\u202f"
_SCHEMES = ("http://", "https://", "ftp://", "www.", "mailto:")
"""How an address begins; the last two only at the beginning of a word."""
_PLAIN = re.compile(rf"[^\n{_BLANKS}\[\]【［〔`~$\\<hHwWfFmM]+")
_ADDRESS = re.compile(r"[^\s<>\"`\[\]【】［］|\\，。、；！？（）「」]*")
_AFTER_ADDRESS = ".,;:!?'*_~)}"
_TARGET = re.compile(r"[a-z][a-z0-9+.-]*:|//?|\\|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|$)|[#?]|&", re.IGNORECASE)
_TIGHT = frozenset(".,;:!?…)]}»”’。，、；：！？）」』")
"""No blank stands before one of these."""
_TIGHT_IF_JOINED = frozenset("*_~\"'|")
_LEAD = frozenset(f"{_BLANKS}>*+-#.)0123456789")
"""What may stand before a link definition on its line."""


@dataclass(frozen=True)
class Mark:
    """A citation at this place of the clean text, by source numbers; ``leading`` if nothing is before it on its line.

    Numbers that name no source are left out already; a mark of nothing but those is not given at all.
    """

    numbers: tuple[int, ...]
    leading: bool = False


class Marks:
    """Feed it text in pieces; it gives clean text and marks in order."""

    def __init__(self, known: Collection[int], addresses: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._addresses = frozenset(addresses)
        self._buffer = ""
        self._at = 0
        self._final = False
        self._out: list[str | Mark] = []
        self._last = "\n"
        """The last character read, for what stands before a decision; ``_tail`` are the last eight given out."""
        self._tail = "\n"
        self._blanks = ""
        self._marked = False
        """A mark was just taken; ``_blanks`` are those before it, ``_after`` those since."""
        self._after = ""
        self._line = ""
        """The beginning of the line being written."""
        self._mode = ""
        """Empty for text, or what ends the code or math we are in; ``fence:``\\ ``` for a fence."""
        self._opening = False
        """We are on the line that opened a fence."""
        self._image = False
        self._defines = False
        """The bracket that was opened last began an image; it is the first thing on its line, as a definition is."""

    def feed(self, piece: str) -> list[str | Mark]:
        """What is certain now."""
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        while self._at < len(self._buffer) and self._step():
            pass
        return self._take()

    def finish(self) -> list[str | Mark]:
        """The rest: nothing more will come. Trailing blanks are gone."""
        self._final = True
        return self.feed("")

    def _take(self) -> list[str | Mark]:
        out: list[str | Mark] = []
        for item in self._out:
            if isinstance(item, str) and out and isinstance(out[-1], str):
                out[-1] += item
            else:
                out.append(item)
        self._out = []
        return out

    # ── reading ──

    def _peek(self, offset: int = 0) -> str:
        """The character there, or nothing."""
        return self._buffer[self._at + offset : self._at + offset + 1]

    def _waits(self, length: int) -> bool:
        """Is the decision about the next ``length`` characters still open?"""
        return not self._final and len(self._buffer) - self._at < length

    def _step(self) -> bool:
        """Takes one thing from the buffer. False: more text is needed first."""
        if self._mode.startswith("fence:"):
            return self._fenced()
        char = self._buffer[self._at]
        if char in "hHwWfFmM":
            address = self._address()
            if address is not None:
                return address
        if char == "\n":
            return self._newline()
        if self._mode:
            return self._shielded(char)
        if char in _BLANKS:
            return self._blank(char)
        match char:
            case "[" | "【" | "［" | "〔":
                return self._bracket(char, 0)
            case "]":
                return self._close()
            case "`" | "~":
                return self._ticks(char)
            case "$":
                return self._dollar()
            case "\\":
                return self._backslash()
            case "<":
                return self._angle()
        plain = _PLAIN.match(self._buffer, self._at)
        return self._write(plain[0] if plain else char)

    # ── writing ──

    def _write(self, text: str, read: int | None = None) -> bool:
        """Gives ``text`` for the next ``read`` characters, after the blanks that were held back."""
        blanks = self._spacing(text[:1])
        if blanks or text:
            self._out.append(blanks + text)
            self._tail = (self._tail + blanks + text)[-8:]
        if len(self._line) < _MARK_LIMIT:
            self._line += blanks + text
        self._skip(len(text) if read is None else read)
        return True

    def _skip(self, length: int) -> None:
        self._last = self._buffer[self._at + length - 1 : self._at + length] or self._last
        self._at += length

    def _spacing(self, following: str) -> str:
        """The blanks to give before ``following``, and forgets them."""
        before, after, marked = self._blanks, self._after, self._marked
        self._blanks = self._after = ""
        self._marked = False
        if not marked:
            return before
        if self._tail[-1] == "\n":
            return before
        if not before and not after and _would_begin_an_address(self._tail, following):
            return " "
        if following in _TIGHT or (following in _TIGHT_IF_JOINED and not after):
            return ""
        if before or after:
            return after or before
        joined = self._tail[-1] in ".!?…" and (following.isalpha() or following in "\"“'‘(")
        return " " if joined else ""

    def _blank(self, char: str) -> bool:
        if self._marked:
            self._after += char
        else:
            self._blanks += char
        self._skip(1)
        return True

    def _newline(self) -> bool:
        if self._marked:
            self._blanks = self._after = ""
            self._marked = False
        if self._mode and (self._mode not in ("$$", "\\]") or self._last == "\n"):
            self._mode = ""
        self._write("\n")
        self._line = ""
        self._defines = self._image = False
        return True

    # ── marks ──

    def _bracket(self, char: str, escape: int) -> bool:
        """A mark, or only a bracket. ``escape`` is 1 if a backslash stands before it."""
        begin = self._at + escape
        end = self._buffer.find(_PAIRS[char], begin, begin + _MARK_LIMIT)
        if end < 0:
            body = self._buffer[begin + 1 : begin + _MARK_LIMIT]
            if not self._final and len(body) < _MARK_LIMIT - 1 and _may_become(body):
                return False
            return self._open(char, escape)
        if self._buffer[begin + 1 : begin + 2] == char == "[":
            if self._waits(end + 2 - self._at) and _may_become(self._buffer[begin + 1 : end]):
                return False
            end += self._buffer[end + 1 : end + 2] == "]"
        body = self._buffer[begin + 1 : end]
        if escape:
            body = body.removesuffix("\\")
        numbers = _numbers(body, doubled=body[:1] == "[")
        if numbers is None:
            return self._open(char, escape)
        return self._mark(numbers, end + 1)

    def _mark(self, numbers: list[int], end: int) -> bool:
        """Takes the mark that ends before ``end``, with the target of a link if it has one."""
        if not self._final and end >= len(self._buffer):
            return False
        if self._buffer[end : end + 1] == "(":
            target = self._target(end)
            if target is None:
                return False
            end = target[1] if target[0] else end
        named = tuple(dict.fromkeys(n for n in numbers if n in self._known))
        if named:
            self._out.append(Mark(named, leading=self._tail[-1] == "\n"))
        if self._marked:
            self._after = ""
        self._marked = True
        self._skip(end - self._at)
        return True

    def _open(self, char: str, escape: int) -> bool:
        if escape:
            self._mode = "\\]"
            return self._write("\\[")
        self._defines = all(c in _LEAD for c in self._line)
        self._image = self._last == "!"
        return self._write(char)

    # ── links ──

    def _target(self, paren: int) -> tuple[str, int] | None:
        """The target in the parenthesis at ``paren`` and where it ends; empty if it is none; ``None``: wait."""
        depth = 0
        limit = paren + _ADDRESS_LIMIT
        for at in range(paren, min(len(self._buffer), limit)):
            char = self._buffer[at]
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    inside = self._buffer[paren + 1 : at].strip()
                    return (inside, at + 1) if _TARGET.match(inside.lstrip("<")) else ("", paren)
            elif char == "\n" and self._buffer[at + 1 : at + 2] == "\n":
                return "", paren
        return ("", paren) if self._final or len(self._buffer) >= limit else None

    def _close(self) -> bool:
        """A closing bracket: of a link if a parenthesis follows, of a link definition if a colon does."""
        if self._waits(2):
            return False
        following = self._peek(1)
        if following == "(":
            target = self._target(self._at + 1)
            if target is None:
                return False
            inside, end = target
            if not inside:
                return self._write("] " if not self._mode else "]", 1)
            address = re.split(r"[\s>]", inside.lstrip("<"), maxsplit=1)[0]
            kept = address in self._addresses and not self._image
            self._image = False
            return self._write(f"]({address})" if kept else "]", end - self._at)
        if following == ":" and self._defines:
            return self._write("] ", 1)
        return self._write("]")

    def _address(self) -> bool | None:
        """A bare address is given only if it is a source's. ``None``: no address begins here."""
        begins = self._buffer[self._at : self._at + 8].lower()
        schemes = _SCHEMES[:3] if self._last.isalnum() else _SCHEMES
        scheme = next((s for s in schemes if begins.startswith(s)), None)
        if scheme is None:
            open_ = not self._final and any(s.startswith(begins) for s in schemes)
            return False if open_ else None
        found = _ADDRESS.match(self._buffer, self._at, self._at + _ADDRESS_LIMIT)
        run = found[0] if found else ""
        if len(run) < _ADDRESS_LIMIT and self._waits(len(run) + 1):
            return False
        end = len(run)
        while end and run[end - 1] in _AFTER_ADDRESS and run[:end] not in self._addresses:
            end -= 1
        if end <= len(scheme):
            return self._write(run[: len(scheme)]) if scheme == "www." and end < 4 else self._write(REMOVED, len(run))
        if run[:end] in self._addresses:
            return self._write(run[:end])
        if len(run) == _ADDRESS_LIMIT:
            return self._write(REMOVED, len(run))
        return self._write(REMOVED, end)

    def _angle(self) -> bool:
        """``<http://…>``: the brackets go with the address."""
        begins = self._buffer[self._at + 1 : self._at + 9].lower()
        if not self._final and len(begins) < 8 and any(s.startswith(begins) for s in _SCHEMES):
            return False
        if not begins.startswith(_SCHEMES):
            return self._write("<")
        found = _SPACE_OR_END.search(self._buffer, self._at, self._at + _ADDRESS_LIMIT)
        if found is None and self._waits(_ADDRESS_LIMIT):
            return False
        if found is None or found[0] != ">":
            return self._write("<")
        address = self._buffer[self._at + 1 : found.start()]
        return self._write(f"<{address}>" if address in self._addresses else REMOVED, len(address) + 2)

    # ── code and math ──

    def _ticks(self, char: str) -> bool:
        run = self._run()
        if self._waits(run + 1):
            return False
        if run >= 3 and not self._line.strip():
            self._mode = f"fence:{char * 3}"
            self._opening = True
            return self._write(char * 3)
        if char == "`":
            self._mode = "`" * run
        return self._write(char * run)

    def _run(self) -> int:
        found = _TICKS.match(self._buffer, self._at)
        return len(found[0]) if found else 0

    def _fenced(self) -> bool:
        """A character of a fence; addresses are taken out here too, and marks behind the signs that close it."""
        char = self._buffer[self._at]
        closer = self._mode.removeprefix("fence:")
        if char in _PAIRS and not self._opening and self._line.strip() == closer:
            return self._bracket(char, 0)
        if char in "hHwWfFmM":
            address = self._address()
            if address is not None:
                return address
        if char != "\n":
            return self._write(char)
        if self._line.strip() == closer and not self._opening:
            self._mode = ""
        self._opening = False
        self._write("\n")
        self._line = ""
        return True

    def _dollar(self) -> bool:
        if self._waits(2):
            return False
        following = self._peek(1)
        if following == "$":
            self._mode = "$$"
            return self._write("$$")
        if following.isspace() or following.isdigit() or self._last.isalnum():
            return self._write("$")
        self._mode = "$"
        return self._write("$")

    def _backslash(self) -> bool:
        if self._waits(2):
            return False
        following = self._peek(1)
        if following == "[":
            return self._bracket("[", 1)
        if following == "(":
            self._mode = "\\)"
            return self._write("\\(")
        escaped = bool(following) and following in "`$]!<*_\\"
        return self._write("\\" + following if escaped else "\\")

    def _shielded(self, char: str) -> bool:
        """Inside inline code or math: as it is, up to its end."""
        closer = self._mode
        if closer[0] == "`" and char == "`":
            run = self._run()
            if self._waits(run + 1):
                return False
            self._mode = "" if run == len(closer) else closer
            return self._write("`" * run)
        if char == "]" and closer != "\\]":
            return self._close()
        if char == closer[0]:
            if self._waits(len(closer)):
                return False
            if self._buffer.startswith(closer, self._at):
                self._mode = ""
                return self._write(closer)
        if closer == "$" and char == "[" and self._last in f"{_BLANKS}.!?":
            self._mode = ""
            return True
        return self._write(char)


def _would_begin_an_address(tail: str, following: str) -> bool:
    """Would the two make an address, or the beginning of one, now that the mark between them is gone?"""
    tail, following = tail.lower(), following.lower()
    return bool(following) and any(
        tail.endswith(scheme[:length]) and scheme[length : length + 1] in ("", following)
        for scheme in _SCHEMES
        for length in range(1, len(scheme) + 1)
    )


def _may_become(body: str) -> bool:
    """Could more text make a mark of this beginning of one?"""
    listed, dagger, _ = body.partition("†")
    words = _WORDS.findall(listed.lower())
    if not _WITHIN.fullmatch(listed) or not all(w in _KEYWORDS or w in ("and", "to") for w in words[:-1]):
        return False
    whole = bool(dagger) or not listed[-1:].isalpha()
    return not words or any(k == words[-1] if whole else k.startswith(words[-1]) for k in (*_KEYWORDS, "and", "to"))


def _numbers(body: str, *, doubled: bool) -> list[int] | None:
    """The numbers of a mark in the order they were written, ranges in full; ``None`` if it is no mark."""
    match = _MARK.fullmatch(body)
    if match is None or doubled != body.rstrip().endswith("]"):
        return None
    numbers = list(_expand(match[1]))
    return None if 0 in numbers and len(numbers) > 1 else numbers


def _expand(listed: str) -> Iterator[int]:
    for part in _PART.finditer(listed):
        first = int(part[1])
        last = int(part[2]) if part[2] else first
        yield from range(first, min(last, first + _RANGE_LIMIT) + 1) if first <= last else (first, last)
