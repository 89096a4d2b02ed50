"""What does a dump of a wiki say? Each article of a MediaWiki XML export (0.3 to 0.11), packed or not, is a document.

Read page by page in constant memory. Articles alone: no talk, no files, no templates. A link to a redirect leads to
where it points: the dump is read twice, the first time for the redirects, which wait in a temporary file. Of a page
with its history the last revision counts; its day is the day of publication.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import quote

from lxml import etree

from pincite.readers import wikitext
from pincite.readers.dump import elements
from pincite.readers.file import File
from pincite.readers.markdown import day
from pincite.types import Document, Link, Original

_TAGS = ("{*}siteinfo", "{*}page", "{*}revision")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]+)*|simple|w|wikt|commons|species|d|b|s|n|q|v|m|meta", re.IGNORECASE)
"""Prefixes that lead to other wikis."""
_ARTICLES = "0"


@dataclass
class _Wiki:
    """What ``siteinfo`` says."""

    base: str
    lang: str = "en"
    first_letter: bool = True
    """The first letter of a title is always a capital."""
    spaces: set[str] = field(default_factory=set)

    def title(self, written: str) -> str:
        """A title as the wiki spells it."""
        clean = " ".join(written.replace("_", " ").split())
        return clean[:1].upper() + clean[1:] if self.first_letter else clean

    def url(self, title: str) -> str:
        return self.base + quote(title.replace(" ", "_"), safe="/:(),;@!$*'~")

    def is_aside(self, title: str) -> bool:
        """A link that is no part of the text: a file, a category, another wiki. With a colon before it, it is one."""
        prefix, colon, _ = title.partition(":")
        name = prefix.strip().replace("_", " ").lower()
        return bool(colon and name) and (name in self.spaces or _LANGUAGE.fullmatch(name) is not None)


def read(file: File) -> Iterator[Original]:
    """The articles of a dump, in its order."""
    with closing(sqlite3.connect("")) as redirects:
        redirects.execute("CREATE TABLE redirects (title TEXT PRIMARY KEY, target TEXT) WITHOUT ROWID")
        for wiki, page in _pages(file):
            if (target := page.find("{*}redirect")) is not None and target.get("title"):
                pair = (wiki.title(_text(page, "title")), wiki.title((target.get("title") or "").partition("#")[0]))
                redirects.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?)", pair)
        found = 0
        for wiki, page in _pages(file):
            if page.find("{*}redirect") is None and _text(page, "ns") == _ARTICLES:
                found += 1
                if (original := _original(file, wiki, page, redirects)) is not None:
                    yield original
    if not found:
        raise file.unreadable("it holds no article", "name a MediaWiki dump such as …-pages-articles.xml.bz2")


def _pages(file: File) -> Iterator[tuple[_Wiki, etree._Element]]:
    """Pages with their last revision alone."""
    wiki = _Wiki(base=f"{file.url}#")
    for element in elements(file, _TAGS):
        name = etree.QName(element).localname
        if name == "siteinfo":
            wiki = _wiki(element, file)
        elif name == "page":
            yield wiki, element


def _wiki(info: etree._Element, file: File) -> _Wiki:
    root = info.getparent()
    base = _text(info, "base").rpartition("/")[0]
    lang = root.get("{http://www.w3.org/XML/1998/namespace}lang") if root is not None else None
    names = [name.text or "" for name in info.iterfind("{*}namespaces/{*}namespace")]
    return _Wiki(
        base=f"{base}/" if base else f"{file.url}#",
        lang=(lang or "en")[:2].lower(),
        first_letter=_text(info, "case") != "case-sensitive",
        spaces={name.lower() for name in names if name} | {"file", "image", "category", "media"},
    )


def _original(file: File, wiki: _Wiki, page: etree._Element, redirects: sqlite3.Connection) -> Original | None:
    revision = page.find("{*}revision")
    source = _text(revision, "text") if revision is not None else ""
    title = _text(page, "title")
    if revision is None or not source.strip() or _text(revision, "model") not in ("", "wikitext"):
        return None
    if len(source) > file.max_bytes:
        if file.report:
            file.report(file.unreadable(f"the page {title!r} is too long", "raise index.max_file_mb"))
        return None
    read = wikitext.read(source, wiki.is_aside)
    if not read.text:
        return None
    return Original(
        document=Document(
            url=wiki.url(title),
            title=title,
            published=day(_text(revision, "timestamp")),
            lang=wiki.lang,
            collection=file.collection,
        ),
        text=read.text,
        headings=read.headings,
        links=tuple(_link(wiki, target, anchor, redirects) for target, anchor in read.links),
    )


def _link(wiki: _Wiki, target: str, anchor: str, redirects: sqlite3.Connection) -> Link:
    if target.startswith("\0"):
        # MediaWiki itself marks what leads out as nofollow.
        return Link(target=target[1:], anchor=anchor, nofollow=True)
    title = wiki.title(target)
    goal = redirects.execute("SELECT target FROM redirects WHERE title = ?", (title,)).fetchone()
    return Link(target=wiki.url(goal[0] if goal else title), anchor=anchor)


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{*}}{name}") or ""
