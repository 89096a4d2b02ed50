"""What does a reStructuredText file say? Its sections, paragraphs, lists, tables and code, as docutils parses them.

Files of Sphinx are full of directives and roles that docutils does not know. All of them are read as one: a directive
is what stands in its arguments and below it, a role its words. Nothing is included, fetched or run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles

from pincite.readers import rows
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

LONGEST = 2_000_000
"""Characters; a longer file is read as plain text, since docutils takes a second for half a million."""
_DIRECTIVE = re.compile(r"^[ \t]*\.\. ([a-z][\w:.+-]*)::(?:[ \t]|$)", re.MULTILINE)
_ROLE = re.compile(r":([a-z][\w:.+-]*):`")
_CODE = frozenset(
    """code code-block sourcecode prompt doctest testcode testoutput testsetup parsed-literal console ipython
    click:example productionlist""".split()
)
_SILENT = frozenset(
    """toctree contents index include literalinclude highlight raw image figure meta module currentmodule automodule
    autoclass autofunction autodata autoexception autosummary py:module py:currentmodule sectnum title default-role
    only ifconfig graphviz unicode replace date class role testcleanup click:run tabularcolumns""".split()
)
"""Directives that say nothing to a reader of the text, or fetch it from elsewhere."""
_OURS = frozenset("note warning tip hint important caution danger error attention admonition topic sidebar".split())
_TABLES = frozenset("table csv-table list-table math epigraph highlights pull-quote compound container rubric".split())
"""What docutils reads itself."""
_LITERAL = frozenset(
    """func class meth attr mod data exc obj const type any code option envvar command program file samp kbd
    makevar mimetype regexp setting confval literal""".split()
)
_TARGET = re.compile(r"^(.+?)\s*<[^<>]*>$", re.DOTALL)
_UNMARKED = re.compile(r"\s*\0")
_ASIDE = (nodes.comment, nodes.substitution_definition, nodes.target, nodes.system_message, nodes.pending, nodes.meta)
_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "syntax_highlight": "none",
    "line_length_limit": LONGEST,
    "smart_quotes": False,
}


def _read(file: File) -> Iterator[Original]:
    text = file.text()
    draft = Draft()
    title = ""
    if len(text) > LONGEST:
        draft.block(text)
    else:
        _introduce(text)
        document = publish_doctree(text, settings_overrides=_SETTINGS)
        title = str(document.get("title", ""))
        _Walk(draft).blocks(document)
    yield draft.original(file, title=title)


# ── what docutils does not know ──


class _Any(dict[str, Callable[[str | None], str | None]]):
    """Options of every name."""

    def __missing__(self, name: str) -> Callable[[str | None], str | None]:
        return lambda value: value


class _Told(Directive):  # type: ignore[misc]
    """A directive of any name: its arguments, which are a signature or a title, and what stands below it."""

    has_content = True
    optional_arguments = 100
    final_argument_whitespace = False
    option_spec = _Any(any=str)

    def run(self) -> list[nodes.Node]:
        if self.name in _SILENT:
            return []
        if self.name in _CODE:
            code = "\n".join(self.content)
            language = "" if self.name in {"prompt", "parsed-literal"} else " ".join(self.arguments[:1])
            return [nodes.literal_block(code, code, language=language)] if code.strip() else []
        told = nodes.container()
        if self.arguments and not self.name.startswith("version"):
            said = " ".join(self.arguments)
            told += nodes.paragraph("", "", nodes.literal(said, said))
        self.state.nested_parse(self.content, self.content_offset, told)
        return [told]


def _said(
    name: str, rawtext: str, text: str, *_: Any, **__: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """A role of any name: its words, of ``title <target>`` the title, of ``~a.b.c`` the last."""
    words = text.replace("\0", "")
    titled = _TARGET.match(words)
    said = titled[1] if titled else words.rpartition(".")[2] if words.startswith("~") else words.lstrip("!")
    literal = name.rpartition(":")[2] in _LITERAL and not titled
    return [nodes.literal(rawtext, said) if literal else nodes.inline(rawtext, said)], []


def _introduce(text: str) -> None:
    """Makes all names in the text known that docutils would complain about, and leave out."""
    for name in set(map(str.lower, _DIRECTIVE.findall(text))) - _OURS - _TABLES:
        directives.register_directive(name, _Told)
    for name in set(_ROLE.findall(text)):
        roles.register_local_role(name, _said)


# ── the text ──


class _Walk:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._level = 0

    def blocks(self, parent: nodes.Element) -> None:
        for node in parent.children:
            self._block(node)

    def _block(self, node: nodes.Node) -> None:
        match node:
            case nodes.section():
                self._level += 1
                self.blocks(node)
                self._level -= 1
            case nodes.title():
                self._draft.heading(self._level + 1, _words(node))
            case nodes.literal_block() | nodes.doctest_block():
                self._draft.code(node.astext(), str(node.get("language", "")))
            case nodes.math_block():
                self._draft.block(f"$$\n{node.astext()}\n$$")
            case nodes.bullet_list() | nodes.enumerated_list():
                self._list(node)
            case nodes.definition_list_item() | nodes.field() | nodes.option_list_item():
                head, body = node.children[0], node.children[-1]
                self._led(f"{_words(head)}:", body)
            case nodes.table():
                self._table(node)
            case nodes.line_block():
                self._draft.block("\n".join(_words(line) for line in node.findall(nodes.line)))
            case nodes.TextElement():
                if not isinstance(node, _ASIDE):
                    self._draft.block(_words(node))
            case nodes.Element():
                if not isinstance(node, _ASIDE):
                    self.blocks(node)

    def _list(self, items: nodes.Element) -> None:
        first = int(items.get("start", 1))
        for number, item in enumerate(items.children, first):
            self._led("-" if isinstance(items, nodes.bullet_list) else f"{number}.", item)

    def _led(self, sign: str, body: nodes.Node) -> None:
        """What stands in ``body``, its first paragraph behind ``sign``."""
        inside = list(body.children)
        if inside and isinstance(inside[0], nodes.paragraph):
            self._draft.block(f"{sign} {_words(inside.pop(0))}")
        elif sign not in {"-", ""}:
            self._draft.block(sign)
        for node in inside:
            self._block(node)

    def _table(self, table: nodes.Element) -> None:
        told = [
            [" ".join(_words(part) for part in cell.children).strip() for cell in row.children]
            for row in table.findall(nodes.row)
        ]
        for title in table.findall(nodes.title):
            self._draft.block(_words(title))
        for row in rows.told(told):
            self._draft.block(row)


def _words(node: nodes.Node) -> str:
    """Its words on one line, code between backticks, no pictures and no marks of footnotes."""
    return " ".join(_UNMARKED.sub("", "".join(_pieces(node))).split())


def _pieces(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Text():
            yield node.astext()
        case nodes.literal():
            yield f"`{node.astext()}`"
        case nodes.math():
            yield f"${node.astext()}$"
        case nodes.image():
            return
        case nodes.footnote_reference() | nodes.citation_reference():
            yield "\0"
        case _:
            for child in node.children:
                yield from _pieces(child)


READER = Reader(frozenset({".rst", ".rest"}), _read)
