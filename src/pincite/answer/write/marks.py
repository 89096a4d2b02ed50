"""Which part of a model's text is a citation, which a link, and which is only text?

A lexer for text that arrives in pieces. It decides about a character when the text itself decides, never because a
piece happens to end, so any cutting of one text into pieces gives the same clean text and the same marks. What could
still become a mark, a link or the blank before one is held back: 40 characters at the most, a link's target apart.
Linear in the text: every decision looks ahead a bounded number of characters.

What becomes of things:

- ``[1]`` ``[1, 2]`` ``[1-3]`` ``[^1]`` ``[[1]]`` ``\\[1\\]`` ``[citation:1]`` ``[1](url)`` ``【1†source】``
  ``(Source 1)`` ``**[1]**`` ``[1]–[3]`` ``France¹``: a mark, and the blank before it is tidied; not in code or math.
- a mark that is a word of its sentence, *according to [1]*: the source's name in its place.
- a fence of Markdown around the whole reply: it goes, for an answer is no code.
- an address that is not one of the sources', in whatever syntax: out of the text, ``(link removed)`` at most stays.
  That closes the way by which a hostile source could make a reader's browser tell what was asked.
- an image: its target goes, whatever it is. All other Markdown: untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pincite.answer.write import addresses, spellings
from pincite.text.sentences import closes

REMOVED = "(link removed)"

_INFO_LIMIT = 12
_RUN = re.compile(r"`+|~+|\*+|_+")
_SPACE_OR_END = re.compile(r"[\s>]")
_BLANKS = " \t\u00a0\u2009\u202f"
_PLAIN = re.compile(rf"[^\n{_BLANKS}\[\]【［〔`~$\\<(（*_^{spellings.RAISED}hHwWfFmM]+")
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

    def __init__(
        self, known: Collection[int], addresses: Collection[str] = (), names: Mapping[int, str] | None = None
    ) -> None:
        """``names`` are what sources are called in a sentence; without them a mark is never taken for a word."""
        self._known = frozenset(known)
        self._names = names or {}
        self._addresses = frozenset(addresses)
        self._buffer = ""
        self._at = 0
        self._final = False
        self._out: list[str | Mark] = []
        self._last = "\n"
        """The last character read, for what stands before a decision; ``_tail`` are the last few given out."""
        self._tail = "\n"
        self._blanks = ""
        self._marked = False
        """A mark of the numbers ``_listed`` was just taken; ``_blanks`` are those before it, ``_after`` those since."""
        self._after = ""
        self._listed: list[int] = []
        self._line = ""
        """The beginning of the line being written."""
        self._mode = ""
        """Empty for text, or what ends the code or math we are in; ``fence:``\\ ``` for a fence."""
        self._opening = False
        """We are on the line that opened a fence; ``_wrapper`` closes the one around the whole reply."""
        self._wrapper = ""
        self._image = False
        self._defines = False
        """The bracket that was opened last began an image; it is the first thing on its line, as a definition is."""

        self._ways: dict[str, Callable[[str], bool]] = {
            **dict.fromkeys(spellings.PAIRS, self._bracket),
            **dict.fromkeys("(（", self._parenthesis),
            **dict.fromkeys("*_", self._emphasis),
            **dict.fromkeys("`~", self._ticks),
            **dict.fromkeys(f"^{spellings.RAISED}", self._superscript),
            "]": self._close,
            "$": self._dollar,
            "\\": self._backslash,
            "<": self._angle,
        }

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
        if self._marked and (joined := self._joined()) is not None:
            return joined
        if take := self._ways.get(char):
            return take(char)
        plain = _PLAIN.match(self._buffer, self._at)
        return self._write(plain[0] if plain else char)

    # ── writing ──

    def _write(self, text: str, read: int | None = None) -> bool:
        """Gives ``text`` for the next ``read`` characters, after the blanks that were held back."""
        blanks = self._spacing(text[:1])
        if blanks or text:
            self._out.append(blanks + text)
            self._tail = (self._tail + blanks + text)[-spellings.BEFORE :]
        if len(self._line) < spellings.LIMIT:
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
        if not before and not after and addresses.would_begin_an_address(self._tail, following):
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

    def _bracket(self, char: str, escape: int = 0) -> bool:
        """A mark, or only a bracket. ``escape`` is 1 if a backslash stands before it."""
        begin = self._at + escape
        end = self._buffer.find(spellings.PAIRS[char], begin, begin + spellings.LIMIT)
        if end < 0:
            body = self._buffer[begin + 1 : begin + spellings.LIMIT]
            if not self._final and len(body) < spellings.LIMIT - 1 and spellings.may_become(body):
                return False
            return self._open(char, escape)
        if self._buffer[begin + 1 : begin + 2] == char == "[":
            if self._waits(end + 2 - self._at) and spellings.may_become(self._buffer[begin + 1 : end]):
                return False
            end += self._buffer[end + 1 : end + 2] == "]"
        body = self._buffer[begin + 1 : end]
        if escape:
            body = body.removesuffix("\\")
        found = spellings.numbers(body, doubled=body[:1] == "[")
        if found is None:
            return self._open(char, escape)
        return self._mark(found, end + 1)

    def _mark(self, listed: list[int], end: int) -> bool:
        """Takes the mark that ends before ``end``, with the target of a link if it has one."""
        if not self._final and end >= len(self._buffer):
            return False
        if self._buffer[end : end + 1] == "(":
            found = addresses.target(self._buffer, end, final=self._final)
            if found is None:
                return False
            end = found[1] if found[0] else end
        named = tuple(dict.fromkeys(n for n in listed if n in self._known))
        if named and self._names:
            if (spoken := self._spoken(end)) is None:
                return False
            if spoken:
                called = ", ".join(self._names.get(n) or f"source {n}" for n in named)
                self._write(called, end - self._at)
                self._out.append(Mark(named))
                return True
        if self._tail[-1] == "\n" and self._buffer[end : end + 1] == ":":
            end += 1  # of a footnote's text
        self._cite(named)
        self._listed = listed
        self._skip(end - self._at)
        return True

    def _cite(self, named: tuple[int, ...]) -> None:
        if named:
            self._out.append(Mark(named, leading=self._tail[-1] == "\n"))
        if self._marked:
            self._after = ""
        self._marked = True

    def _spoken(self, end: int) -> bool | None:
        """Is the mark that ends before ``end`` a word of its sentence? ``None``: wait."""
        before = self._tail + self._blanks + self._after
        if spellings.spoken_of(before):
            return True
        if not spellings.begins(before):
            return False
        following = self._buffer[end : end + spellings.FOLLOWING]
        if len(following) < spellings.FOLLOWING and "\n" not in following and not self._final:
            return None
        return spellings.speaks(following)

    def _joined(self) -> bool | None:
        """What stands between two marks goes with them, as in ``[1], [2]``. ``None``: nothing does."""
        window = self._buffer[self._at : self._at + spellings.JOINT_LIMIT + 1]
        if len(window) <= spellings.JOINT_LIMIT and not self._final and spellings.may_join(window):
            return False
        joint = spellings.JOINT.match(window)
        if joint is None:
            return None
        begin = self._at + joint.end()
        end = self._buffer.find(spellings.PAIRS[self._buffer[begin]], begin, begin + spellings.LIMIT)
        if end < 0:
            body = self._buffer[begin + 1 : begin + spellings.LIMIT]
            return False if not self._final and len(body) < spellings.LIMIT - 1 and spellings.may_become(body) else None
        after = spellings.numbers(self._buffer[begin + 1 : end], doubled=False)
        if after is None:
            return None
        self._cite(tuple(n for n in spellings.between(self._listed, joint[0], after) if n in self._known))
        self._skip(joint.end())
        return True

    def _group(self, opener: str, closer: str) -> bool | None:
        """Marks between other signs. ``None``: there are none."""
        begin = self._at + len(opener)
        end = self._buffer.find(closer, begin, begin + spellings.LIMIT)
        if end < 0:
            body = self._buffer[begin : begin + spellings.LIMIT]
            open_ = not self._final and len(body) < spellings.LIMIT and "\n" not in body and spellings.may_group(body)
            return False if open_ else None
        body = self._buffer[begin:end]
        found = None if "\n" in body else spellings.grouped(body)
        return None if found is None else self._mark(found, end + len(closer))

    def _parenthesis(self, char: str) -> bool:
        found = self._group(char, ")" if char == "(" else "）")
        return self._write(char) if found is None else found

    def _emphasis(self, _: str) -> bool:
        """Signs around nothing but marks go with them."""
        signs = self._buffer[self._at : self._at + self._run()]
        if self._waits(len(signs) + 1):
            return False
        found = self._group(signs, signs) if self._peek(len(signs)) in spellings.PAIRS else None
        return self._write(signs) if found is None else found

    def _superscript(self, _: str) -> bool:
        """A raised number behind a word is a mark, and behind a quantity its power."""
        window = self._buffer[self._at : self._at + spellings.SUPERSCRIPT_LIMIT]
        if self._waits(spellings.SUPERSCRIPT_LIMIT):
            return False
        read, raised = spellings.superscript(window, self._tail + self._blanks)
        return self._mark(raised, self._at + read) if raised else self._write(window[: read or 1])

    def _open(self, char: str, escape: int) -> bool:
        if escape:
            self._mode = "\\]"
            return self._write("\\[")
        self._defines = all(c in _LEAD for c in self._line)
        self._image = self._last == "!"
        return self._write(char)

    # ── links ──

    def _close(self, _: str) -> bool:
        """A closing bracket: of a link if a parenthesis follows, of a link definition if a colon does."""
        if self._waits(2):
            return False
        following = self._peek(1)
        if following == "(":
            found = addresses.target(self._buffer, self._at + 1, final=self._final)
            if found is None:
                return False
            inside, end = found
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
        schemes = addresses.SCHEMES[:3] if self._last.isalnum() else addresses.SCHEMES
        scheme = next((s for s in schemes if begins.startswith(s)), None)
        if scheme is None:
            open_ = not self._final and any(s.startswith(begins) for s in schemes)
            return False if open_ else None
        found = addresses.ADDRESS.match(self._buffer, self._at, self._at + addresses.ADDRESS_LIMIT)
        run = found[0] if found else ""
        if len(run) < addresses.ADDRESS_LIMIT and self._waits(len(run) + 1):
            return False
        end = len(run)
        while end and run[end - 1] in addresses.AFTER_ADDRESS and run[:end] not in self._addresses:
            end -= 1
        if end <= len(scheme):
            return self._write(run[: len(scheme)]) if scheme == "www." and end < 4 else self._write(REMOVED, len(run))
        if run[:end] in self._addresses:
            return self._write(run[:end])
        if len(run) == addresses.ADDRESS_LIMIT:
            return self._write(REMOVED, len(run))
        return self._write(REMOVED, end)

    def _angle(self, _: str) -> bool:
        """``<http://…>``: the brackets go with the address."""
        if "<sup>".startswith(self._buffer[self._at : self._at + 5]) and (self._waits(5) or self._peek(4) == ">"):
            return False if self._waits(5) else self._superscript("<")
        begins = self._buffer[self._at + 1 : self._at + 9].lower()
        if not self._final and len(begins) < 8 and any(s.startswith(begins) for s in addresses.SCHEMES):
            return False
        if not begins.startswith(addresses.SCHEMES):
            return self._write("<")
        found = _SPACE_OR_END.search(self._buffer, self._at, self._at + addresses.ADDRESS_LIMIT)
        if found is None and self._waits(addresses.ADDRESS_LIMIT):
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
            wrapper = self._wraps(char * run)
            if wrapper is not None:
                return wrapper
            self._mode = f"fence:{char * run}"
            self._opening = True
            return self._write(char * run)
        if char == "`":
            self._mode = "`" * run
        return self._write(char * run)

    def _wraps(self, signs: str) -> bool | None:
        """Does the fence stand around the whole reply, or close one that does? ``None``: no."""
        if self._wrapper:
            if not (closes(signs, self._wrapper) and self._peek(len(signs)) in ("", "\n")):
                return None
            self._wrapper = ""
            self._skip(len(signs))
            return True
        if self._tail != "\n" or not self._known:
            return None
        info = self._buffer[self._at + len(signs) : self._at + len(signs) + _INFO_LIMIT]
        if "\n" not in info and not self._final and len(info) < _INFO_LIMIT:
            return False
        line, newline, _ = info.partition("\n")
        if not newline or line.strip().lower() not in ("markdown", "md"):
            return None
        self._wrapper = signs
        self._skip(len(signs) + len(line) + 1)
        return True

    def _run(self) -> int:
        found = _RUN.match(self._buffer, self._at)
        return len(found[0]) if found else 0

    def _fenced(self) -> bool:
        """A character of a fence; addresses are taken out here too, and marks behind the signs that close it."""
        char = self._buffer[self._at]
        closer = self._mode.removeprefix("fence:")
        if char in spellings.PAIRS and not self._opening and closes(self._line, closer):
            return self._bracket(char)
        if char in "hHwWfFmM":
            address = self._address()
            if address is not None:
                return address
        if char != "\n":
            return self._write(char)
        if not self._opening and closes(self._line, closer):
            self._mode = ""
        self._opening = False
        self._write("\n")
        self._line = ""
        return True

    def _dollar(self, _: str) -> bool:
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

    def _backslash(self, _: str) -> bool:
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
            return self._close(char)
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
