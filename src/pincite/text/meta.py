"""What does a page say about itself? Title, author, day, language and site.

Each is looked up where pages say it, in the order of how often that is right: JSON-LD, meta elements, then what is
shown. Nothing here looks at the running text; what a page says to robots is the crawler's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pincite.text.dates import day
from pincite.text.lines import Element, content, squeeze

_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title")
_AUTHORS = tuple(
    """author article:author dc.creator dcterms.creator citation_author parsely-author byl sailthru.author
    twitter:creator""".split()
)
_SITES = ("og:site_name", "application-name", "twitter:site", "apple-mobile-web-app-title")
_DATES = """article:published_time og:published_time datepublished date pubdate publishdate publish-date publish_date
    dc.date dc.date.issued dc.date.created dcterms.created dcterms.issued dcterms.date citation_publication_date
    citation_date sailthru.date parsely-pub-date published_time datecreated article.published article:published
    publication_date bt:pubdate ptime cxenseparse:recs:publishtime""".split()
MARKS = (" | ", " — ", " – ", " » ", " :: ", " · ", " - ", " « ")
_BY = re.compile(r"^\s*(?:by|von|par|por|di|da|door|av|text|autor(?:in)?|author|écrit par)\s*:?\s+", re.IGNORECASE)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author(?:-?name)?|fn|p-author)(?:$|[\s_-])", re.IGNORECASE)
_SHOWN_DATE = re.compile(r"date|publish|posted|byline|meta|time", re.IGNORECASE)
_URL_DAY = re.compile(r"/(20\d\d|19\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_BYLINE_CHARS = 80
_LOOKED_AT = 20
"""Elements with a telling name that are asked for a day: enough for any head of an article, and bounded."""
_NESTED = 12
"""Levels of JSON-LD that are followed."""


@dataclass(frozen=True)
class About:
    """``""`` or ``None``: the page does not say. ``lang`` has two letters."""

    title: str = ""
    author: str = ""
    site: str = ""
    lang: str = ""
    published: date | None = None


def about(root: Element, url: str = "") -> About:
    """Everything that ``root`` says about itself; ``url`` is where it was found, if that is known."""
    metas = _metas(root)
    things = list(_things(root))
    return About(
        title=_title(root, metas),
        author=_author(root, metas, things),
        site=_first(metas, _SITES).lstrip("@"),
        lang=_lang(root, metas),
        published=_published(root, metas, things, url),
    )


def _metas(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for meta in root.iter("meta"):
        content = squeeze(meta.get("content") or "")
        if content:
            for name in {(meta.get(each) or "").strip().lower() for each in ("property", "name", "itemprop")} - {""}:
                found[name] = (*found.get(name, ())[:9], content)
    return found


def _first(metas: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _things(root: Element) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD that are written works."""
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            try:
                read = json.loads(script.text or "", strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _works(read, 0)


def _works(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _NESTED:
        return
    if isinstance(value, list):
        for each in value:
            yield from _works(each, depth + 1)
    elif isinstance(value, dict):
        if "datePublished" in value or ("author" in value and "headline" in value):
            yield value
        for each in (value.get("@graph"), value.get("mainEntity"), value.get("mainEntityOfPage")):
            yield from _works(each, depth + 1)


# ── title ──


def _title(root: Element, metas: dict[str, tuple[str, ...]]) -> str:
    """The best name of the page: its social title, else <title> without the site's name, else empty."""
    if named := _first(metas, _TITLES):
        return named
    element = root.find(".//title")
    return _without_site(squeeze(content(element))) if element is not None else ""


def _without_site(title: str) -> str:
    for mark in MARKS:
        name, found, _ = title.rpartition(mark)
        if found and len(name) >= 8 and len(name.split()) >= 2:
            return name.strip()
    return title


# ── author ──


def _author(root: Element, metas: dict[str, tuple[str, ...]], things: list[dict[str, Any]]) -> str:
    for thing in things:
        if named := _named(thing.get("author")):
            return named
    for name in _AUTHORS:
        people = [person for each in metas.get(name, ()) if (person := _person(each))]
        if people:
            return ", ".join(dict.fromkeys(people))
    return next(filter(None, map(_person, _bylines(root))), "")


def _named(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(_named, value[:10]))))
    if isinstance(value, dict):
        value = value.get("name")
    return _person(value) if isinstance(value, str) else ""


def _person(text: str) -> str:
    """A name out of ``text``; empty where it is an address, a handle or too long for one."""
    name = _BY.sub("", squeeze(text)).strip(" ,;|·•")
    return "" if "://" in name or name.startswith("@") or len(name) > _BYLINE_CHARS or not name else name


def _bylines(root: Element) -> Iterator[str]:
    for anchor in root.iter("a"):
        if "author" in (anchor.get("rel") or "").lower().split():
            yield content(anchor)
    seen = 0
    for element in root.iter("a", "span", "p", "div", "address"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if _BYLINE.search(names) and seen < _LOOKED_AT:
            seen += 1
            yield content(element) if len(element) < 9 else ""


# ── when, where, in which language ──


def _published(root: Element, metas: dict[str, tuple[str, ...]], things: list[dict[str, Any]], url: str) -> date | None:
    for thing in things:
        if isinstance(said := thing.get("datePublished"), str) and (found := day(said)):
            return found
    for name in _DATES:
        for said in metas.get(name, ()):
            if found := day(said):
                return found
    if match := _URL_DAY.search(urlsplit(url).path):
        return day("-".join(match.groups()))
    shown = [element for element in root.iter("time") if element.get("datetime")][:_LOOKED_AT]
    for element in sorted(shown, key=lambda each: each.get("pubdate") is None and each.get("itemprop") is None):
        if found := day(element.get("datetime") or ""):
            return found
    return next(filter(None, map(day, _shown_dates(root))), None)


def _shown_dates(root: Element) -> Iterator[str]:
    seen = 0
    for element in root.iter("time", "span", "p", "div", "abbr", "li"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (element.tag == "time" or _SHOWN_DATE.search(names)) and len(element) < 5 and seen < _LOOKED_AT:
            seen += 1
            yield content(element)[:200]


def _lang(root: Element, metas: dict[str, tuple[str, ...]]) -> str:
    said = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    for code in (said or "", _first(metas, ("content-language", "dc.language", "og:locale"))):
        primary = re.split(r"[-_]", code.strip().lower())[0]
        if len(primary) == 2 and primary.isascii() and primary.isalpha():
            return primary
    return ""
