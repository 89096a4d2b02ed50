"""What does a program say? Its comments as prose, its code as it stands, below the names that it defines.

Comments and the strings that document something are what an author says to a reader, so they are read as sentences; the
lines of code beside them stand between fences. Which is which, Pygments knows for some hundreds of languages; what is
defined, the words show that most of them have for it. A citation stands at a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import Comment, String
from pygments.util import ClassNotFound

from pincite.readers import APART
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.text import languages
from pincite.types import Original

LONGEST = 1_000_000
"""Characters: more is no program that somebody wrote."""
_PACKED = 500
"""Characters a line, on an average, from which on a program was packed for machines."""
_LINES = 12
"""Lines of code from which on a block ends where the next line is no deeper than its first; twice as many end it."""
_MARK = re.compile(
    r"^[ \t]*(?:/\*+!?|[rRuU]?(?:\"{3}|'{3})|<!--|\{-\|?|\(\*+|#!.*|#+:?|/{2,}!?|--+\|?|;+|%+|\*+(?!/)|REM\b)?[ \t]?"
)
"""What makes a line a comment, at its start."""
_END = re.compile(r"[ \t]*(?:\*+/|\"{3}|'{3}|-->|-\}|\*+\))?[ \t]*$")
_DEFINES = re.compile(
    r"[ \t]*(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|pub(?:\(\w+\))?|unsafe"
    r"|extern|inline|override|declare|data|sealed|open)[ \t]+)*"
    r"(?:(?:def|class|function\*?|func|fn|fun|interface|struct|enum|trait|impl|module|object|type|sub|protocol|extension"
    r"|namespace|message|service|rpc|resource|defmodule|defp?|(?i:create[ \t]+(?:or[ \t]+replace[ \t]+)?"
    r"(?:table|view|materialized[ \t]+view|function|trigger|procedure|type)(?:[ \t]+if[ \t]+not[ \t]+exists)?))[ \t]+"
    r"(?:\([^()]*\)[ \t]*)?\"?(?P<named>[\w.$]+)"
    r"|(?:const|let|var)[ \t]+(?P<arrow>\w+)[^=\n]*=[ \t]*(?:async[ \t]*)?\([^()\n]*\)[^=\n]*=>"
    r"|(?P<shell>[\w-]+)[ \t]*\(\)[ \t]*\{)"
)
"""A line that gives something a name under which people know it."""
_FETCHES = re.compile(
    r"[ \t]*(?:import\b|from[ \t]+\S+[ \t]+import\b|use[ \t]+[\w:{]|using[ \t]+[\w.]+;|#[ \t]*include\b"
    r"|package[ \t]+\w+;?$|(?:(?:const|let|var)[ \t]+\S.*=[ \t]*)?require\b)"
)
"""A line that fetches what is defined elsewhere."""
_SAYS = re.compile(r"\w")
_DECORATES = re.compile(r"[ \t]*(?:@\w|#\[|\[\w+.*\]\s*$)")


@dataclass
class _Line:
    """A line of the file, counted from 1."""

    number: int
    text: str
    said: bool
    """It is a comment, or a part of one, and nothing else."""

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def depth(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def defines(self) -> str:
        found = None if self.said else _DEFINES.match(self.text)
        return (found["named"] or found["arrow"] or found["shell"]) if found else ""


def _read(file: File) -> Iterator[Original]:
    text = file.text()
    if not _SAYS.search(text):
        return  # as an __init__.py that only makes a folder a package
    if len(text) > LONGEST or len(text) > _PACKED * (text.count("\n") + 1):
        raise file.unreadable("it was made by a program, not written by people", "index what it was made from")
    draft = Draft()
    said: list[str] = []
    fetched: list[_Line] = []
    lexer = _lexer(file, text)
    language = lexer.aliases[0] if lexer.aliases else ""
    for name, block in _blocks(_lines(text, lexer)):
        if not block[0].said and _FETCHES.match(block[0].text):
            fetched += block
            continue
        draft.spot(f"line {block[0].number}")
        if name:
            draft.heading(1 + bool(block[0].depth), name)
        if block[0].said:
            said.append(_prose(block))
            draft.block(said[-1])
        else:
            draft.code(dedent(_joined(block)), language)
    if fetched:
        # They would say what the first passage of every file is about.
        draft.spot(f"line {fetched[0].number}")
        draft.code(_joined(fetched), language)
    original = draft.original(file)
    # Which language it is in, its comments say; code looks like any.
    told = {"title": file.name, "lang": languages.detect("\n".join(said))}
    yield original.model_copy(update={"document": original.document.model_copy(update=told)})


def _lexer(file: File, text: str) -> Lexer:
    try:
        return get_lexer_for_filename(file.path.name, text, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def _lines(text: str, lexer: Lexer) -> list[_Line]:
    """Every line; ``said`` are those that hold blanks and comments only, and at least one of these."""
    told: list[set[bool]] = [set()]
    for token, value in lexer.get_tokens(text):
        comment = token in String.Doc or (token in Comment and token not in Comment.Preproc)
        for place, part in enumerate(value.split("\n")):
            if place:
                told.append(set())
            if part.strip():
                told[-1].add(comment)
    return [
        _Line(n, line, kinds == {True}) for n, (line, kinds) in enumerate(zip(text.split("\n"), told, strict=False), 1)
    ]


def _blocks(lines: Sequence[_Line]) -> Iterator[tuple[str, list[_Line]]]:
    """What stands together, and the name that begins with it: a comment, or lines of code without a blank one."""
    names = _names(lines)
    block: list[_Line] = []
    for line in lines:
        if (
            block
            and not _is_open(block)
            and (line.blank or line.said != block[0].said or line.number in names or _is_long(block, line))
        ):
            yield names.get(block[0].number, ""), block
            block = []
        if block or not line.blank:
            block.append(line)
    if block:
        yield names.get(block[0].number, ""), block


def _names(lines: Sequence[_Line]) -> dict[int, str]:
    """The names by the line with which what they stand for begins: the comment above it, or its decorator."""
    found = {}
    for place, line in enumerate(lines):
        if name := line.defines:
            first = place
            while first and (lines[first - 1].said or _DECORATES.match(lines[first - 1].text)):
                first -= 1
            found[lines[first].number] = name
    return found


def _is_long(block: Sequence[_Line], line: _Line) -> bool:
    size = 0 if line.said else len(block)
    return size >= 2 * _LINES or (size >= _LINES and line.depth <= block[0].depth)


def _is_open(block: Sequence[_Line]) -> bool:
    """What it fetches stands in parentheses, and they are not closed."""
    fetched = _joined(block) if _FETCHES.match(block[0].text) else ""
    return fetched.count("(") > fetched.count(")")


def _joined(block: Sequence[_Line]) -> str:
    return "\n".join(line.text for line in block)


def _prose(block: Sequence[_Line]) -> str:
    """A comment without its marks."""
    bare = (_END.sub("", _MARK.sub("", line.text, count=1)) for line in block)
    return "\n".join(line for line in bare if not line or line.strip("-=*#~_ "))


READER = Reader(frozenset(suffix for suffix, module in APART.items() if module == "code"), _read)
