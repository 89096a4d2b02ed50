"""What does a wiki page say? Its wikitext as readable text with headings and links, without templates and notes.

Lists become lines with dashes, tables lines with bars between the cells. Of the templates only those are kept that
write plain words: {{lang|fr|mot}}, {{convert|5|km}} and the like; all others are for layout, or know what is not here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import mwparserfromhell
from mwparserfromhell.nodes import ExternalLink, Heading, HTMLEntity, Tag, Template, Text, Wikilink

from pincite import types

_DROPPED = frozenset(
    "ref references gallery timeline score imagemap templatestyles graph mapframe style script".split()
)
_VERBATIM = frozenset("math nowiki code syntaxhighlight source pre chem".split())
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _DROPPED | _VERBATIM} | {
    "!": re.compile("-->")
}
_CUT = re.compile(rf"\{{\{{|\}}\}}|<(!)--|<({'|'.join(sorted(_DROPPED | _VERBATIM))})\b[^<>]*>", re.IGNORECASE)
_UNCLOSED = 50
"""Openings without an end in one page, from which on it is broken and they are taken out."""
_SWITCH = re.compile(r"__[A-Z]{3,}__")
_SPACES = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\n{3,}")
_EMPTIED = re.compile(r"\(\s*[,;]?\s*\)| +(?=[,.;:)])|(?<=\()[ ,;]+")
"""What a template leaves behind: empty brackets, a blank before a comma."""
_PLACEHOLDER = re.compile("\x01(\\d+)\x02")
_WORDS = dict.fromkeys(
    "nowrap small big nobold abbr tooltip circa c. quote blockquote nihongo sic em strong".split(), 1
) | {"lang": -1, "transl": -1, "as of": 1}
"""Templates that stand for one of their parameters, and which: -1 is the last."""
_BEFORE = {"as of": "As of ", "circa": "c. ", "c.": "c. "}
"""What some of them write before it."""
_FORMAT = "formatnum:"


@dataclass(frozen=True)
class Page:
    """``links`` are titles as written, with their words; whoever knows the wiki makes addresses of them."""

    text: str
    headings: tuple[types.Heading, ...]
    links: tuple[tuple[str, str], ...]


@dataclass
class _Walk:
    is_aside: Callable[[str], bool]
    parts: list[str] = field(default_factory=list)
    titles: list[tuple[int, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def all(self, code: Any) -> None:
        for node in code.nodes:
            self.one(node)

    def one(self, node: Any) -> None:
        if isinstance(node, Text):
            self.parts.append(str(node.value))
        elif isinstance(node, Tag):
            self._tag(node)
        elif isinstance(node, Wikilink):
            self._link(node)
        elif isinstance(node, Template):
            self.parts.append(_plain(node, self.is_aside))
        elif isinstance(node, Heading):
            self._heading(node)
        elif isinstance(node, ExternalLink):
            self._outside(node)
        elif isinstance(node, HTMLEntity):
            self.parts.append(_entity(node))

    def words(self, code: Any) -> str:
        """What a part says, on one line; links in it count."""
        inner = _Walk(self.is_aside, links=self.links)
        inner.all(code)
        return " ".join("".join(inner.parts).split())

    def _tag(self, tag: Tag) -> None:
        name = str(tag.tag).strip().lower()
        if name in _DROPPED:
            return
        if name in _VERBATIM:
            self.parts.append(str(tag.contents or ""))
        elif name == "br" or name == "hr":
            self.parts.append("\n")
        elif tag.wiki_markup in ("*", "#", ":", ";") and name in ("li", "dd", "dt"):
            self.parts.append("- " if name == "li" and not "".join(self.parts[-1:]).endswith("- ") else "")
        elif name == "table":
            self._table(tag)
        elif tag.contents is not None:
            self.parts.append("\n" if name in ("p", "div", "blockquote", "center", "ul", "ol", "li") else "")
            self.all(tag.contents)

    def _table(self, table: Tag) -> None:
        rows: list[str] = []
        loose: list[str] = []

        def look(code: Any) -> None:
            for node in code.nodes:
                name = str(node.tag).strip().lower() if isinstance(node, Tag) else ""
                if name == "tr" and node.contents is not None:
                    cells = [
                        self.words(cell.contents)
                        for cell in node.contents.nodes
                        if isinstance(cell, Tag) and str(cell.tag).strip().lower() in ("td", "th")
                    ]
                    rows.append(" | ".join(filter(None, cells)))
                elif name in ("tbody", "thead") and node.contents is not None:
                    look(node.contents)
                elif name in ("td", "th") and node.contents is not None:
                    loose.append(self.words(node.contents).removeprefix("+ "))

        if table.contents is not None:
            look(table.contents)
        lines = [" | ".join(filter(None, loose)), *rows]
        self.parts.append("\n" + "\n".join(filter(None, lines)) + "\n")

    def _link(self, link: Wikilink) -> None:
        title = str(link.title).strip()
        if self.is_aside(title):
            return
        target, _, section = title.lstrip(":").partition("#")
        anchor = self.words(link.text) if link.text is not None else (title.lstrip(":") or section)
        if link.text is not None and not anchor:
            anchor = target.partition(" (")[0].partition(",")[0].rpartition(":")[2]  # [[Rome (city)|]]
        self.parts.append(anchor)
        if target.strip():
            self.links.append((target.strip(), anchor))

    def _outside(self, link: ExternalLink) -> None:
        words = self.words(link.title) if link.title is not None else ""
        self.parts.append(words or ("" if link.brackets else str(link.url)))
        self.links.append((f"\0{str(link.url).strip()}", words))

    def _heading(self, heading: Heading) -> None:
        title = self.words(heading.title)
        if title:
            self.parts.append(f"\n\n\x01{len(self.titles)}\x02\n")
            self.titles.append((int(heading.level), title))


def read(source: str, is_aside: Callable[[str], bool]) -> Page:
    """A page. ``is_aside`` tells, by a link's title, what is no part of the text: files, categories, other wikis.

    Every link that starts with a NUL is an address outside the wiki.
    """
    walk = _Walk(is_aside)
    walk.all(mwparserfromhell.parse(_pruned(source.replace("\0", "").replace("\x01", "").replace("\x02", ""))))
    text, headings = _assembled(walk)
    return Page(text, headings, tuple(walk.links))


def _pruned(source: str) -> str:
    """Without the remarks, notes and templates that would be dropped anyway: most of what the parser has to build.

    Linear: a closing tag that was not found once is not looked for again.
    """
    out: list[str] = []
    open_: list[int] = []
    unclosed: set[str] = set()
    at = 0
    while match := _CUT.search(source, at):
        out.append(source[at : match.start()])
        at, mark = match.end(), match[0]
        name = (match[1] or match[2] or "").lower()
        if name and name not in unclosed and not mark.endswith("/>"):
            closing = _CLOSING[name].search(source, at)
            if closing is None:
                unclosed.add(name)
                out.append(mark)
            else:
                at = closing.end()
                out.append(source[match.start() : at] if name in _VERBATIM else "")
        elif mark == "{{":
            open_.append(len(out))
            out.append(mark)
        elif mark == "}}" and open_:
            begin = open_.pop()
            if _is_plain(_name(out[begin + 1].partition("|")[0])):
                out.append(mark)
            else:
                del out[begin:]
        elif name not in _DROPPED:
            out.append(mark)
    out.append(source[at:])
    for begin in open_:
        out[begin] = ""
    pruned = "".join(out)
    # The parser tries every way out of what is never closed, which takes for ever: so much is nobody's text.
    for opening, closing_ in (("[[", "]]"), ("{|", "|}"), ("{{", "}}")):
        if pruned.count(opening) - pruned.count(closing_) > _UNCLOSED:
            pruned = pruned.replace(opening, "")
    return pruned


def _name(written: str) -> str:
    return " ".join(written.split()).replace("_", " ").lower()


def _is_plain(name: str) -> bool:
    """A template that writes plain words."""
    return name in _WORDS or name in ("convert", "cvt") or name.startswith(("lang-", _FORMAT))


def _assembled(walk: _Walk) -> tuple[str, tuple[types.Heading, ...]]:
    raw = _SWITCH.sub("", "".join(walk.parts))
    tidy = "\n".join(_SPACES.sub(" ", _EMPTIED.sub("", line)).strip() for line in raw.split("\n"))
    tidy = "\n".join(line for line in tidy.split("\n") if line != "-")
    tidy = _LINES.sub("\n\n", tidy).strip()
    out: list[str] = []
    headings: list[types.Heading] = []
    length = last = 0
    for match in _PLACEHOLDER.finditer(tidy):
        level, title = walk.titles[int(match[1])]
        before = tidy[last : match.start()]
        out += [before, title]
        length += len(before)
        headings.append(types.Heading(level=min(level, 6), title=title, start=length))
        length += len(title)
        last = match.end()
    return "".join([*out, tidy[last:]]), tuple(headings)


def _plain(template: Template, is_aside: Callable[[str], bool]) -> str:
    name = _name(str(template.name))
    if name.startswith(_FORMAT):
        return name.removeprefix(_FORMAT).strip()
    given = [param.value for param in template.params if not param.showkey]
    if not given:
        return ""
    walk = _Walk(is_aside)
    if name in ("convert", "cvt") and len(given) > 1:
        return f"{walk.words(given[0])} {walk.words(given[1])}"
    if name.startswith("lang-"):
        return walk.words(given[0])
    if name in _WORDS:
        at = _WORDS[name]
        before = _BEFORE.get(name, "")
        small = template.has("lc") and str(template.get("lc").value).strip() not in ("", "n", "no")
        return (before.lower() if small else before) + walk.words(given[at if at < 0 else at - 1])
    return ""


def _entity(entity: HTMLEntity) -> str:
    try:
        return str(entity.normalize())
    except (ValueError, OverflowError, KeyError):
        return str(entity)
