"""What is a search service? A name, and one function that asks it and reads what it says.

A provider knows its own API and nothing else: what it costs, how often it may be asked, whether it is well, and how a
request leaves the machine is the ``desk``'s business. It says what it found as ``Found``: an address, and the whole
text where the service delivers that. A snippet is no text: it is never cited, so it is not even kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import lxml.html
from lxml.etree import LxmlError

from pincite.crawl.fetch import Response
from pincite.errors import SearchFailed
from pincite.types import Filters

Applied = Literal["sites", "exclude_sites", "langs", "after", "before"]


_QUERY_LENGTH, _SITES_LENGTH, _OUT_LENGTH = 400, 200, 60
"""Characters that search engines take, and what of them may go to the names of sites, to those left out, and to words
left out."""


@dataclass(frozen=True)
class Wanted:
    """What to look for, and what the provider needs to be asked."""

    text: str
    limit: int = 10
    filters: Filters = Filters()
    lang: str = ""
    """ISO 639-1: the language that is preferred; ``filters.langs`` is what is insisted on. Empty: any."""
    country: str = ""
    """ISO 3166, lower case; empty: anywhere."""
    base_url: str = ""
    key: str = field(default="", repr=False)
    engine: str = ""

    @property
    def language(self) -> str:
        return self.filters.langs[0] if self.filters.langs else self.lang

    def words(self) -> str:
        """The question with operators for sites and words left out, for those whose API has nothing else for it.

        Of a long list those are named that fit; whatever else is found is left out later.
        """
        fitting = self.filters.sites
        while len(" OR site:".join(fitting)) > _SITES_LENGTH:
            fitting = fitting[:-1]
        sites = " OR ".join(f"site:{host}" for host in fitting)
        hosts = _fitting((f"-site:{host}" for host in self.filters.exclude_sites), _OUT_LENGTH)
        words = _fitting((f"-{word}" for word in self.filters.exclude_words), _OUT_LENGTH)
        out = " ".join([*hosts, *words])
        room = _QUERY_LENGTH - len(sites) - len(out) - 4
        return " ".join(filter(None, (self.text[:room], f"({sites})" if len(fitting) > 1 else sites, out)))


def _fitting(operators: Iterable[str], room: int) -> list[str]:
    """As many of them as fit; the others are looked for in what is found."""
    kept = []
    for operator in operators:
        room -= len(operator) + 1
        kept += [operator] if room >= 0 else []
    return kept


@dataclass(frozen=True)
class Call:
    """One HTTP request to a provider."""

    path: str
    """Behind the provider's ``base_url``."""
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, object] | None = None
    """A body makes it a POST."""

    @property
    def address(self) -> str:
        """The path with its query; what is empty is left out."""
        given = {name: value for name, value in self.query.items() if value != ""}
        return f"{self.path}?{urlencode(given)}" if given else self.path


@dataclass(frozen=True)
class Found:
    """Something that a provider found. With ``text`` it is the whole; without, the page is still to be fetched."""

    url: str
    title: str = ""
    text: str = ""
    published: date | None = None
    lang: str = ""
    authors: tuple[str, ...] = ()


Ask = Callable[[Call], Awaitable[Response]]
"""Sends one request; raises ``SearchFailed`` for anything but a success."""


@dataclass(frozen=True)
class Provider:
    """A search service. ``search`` gives what it found, best first."""

    name: str
    label: str
    base_url: str
    """Empty: it has to be set, as there is no usual one."""
    search: Callable[[Wanted, Ask], Awaitable[Sequence[Found]]]
    key: Literal["none", "optional", "needed"] = "none"
    key_env: str = ""
    needs_engine: bool = False
    web: bool = False
    """It searches the whole web, and may be named in ``web.providers``."""
    applies: frozenset[Applied] = frozenset()
    """Filters that it applies itself: it vouches for them, also for pages that do not say their date or language."""
    per_minute: int = 30
    per_day: int = 1000
    limit: int = 20
    """Results that it gives at the most."""


# ── reading replies ──


def rows(body: Any, *path: str) -> list[dict[str, Any]]:
    """The objects of a list inside a JSON reply; none where a step of the path is absent.

    Raises ``SearchFailed`` (``garbled``) where something else stands there.
    """
    here = body
    for step in path:
        if not isinstance(here, dict):
            raise SearchFailed(f"the reply has no {'.'.join(path)}", reason="garbled")
        here = here.get(step)
        if here is None:
            return []
    if not isinstance(here, list):
        raise SearchFailed(f"{'.'.join(path) or 'the reply'} is no list", reason="garbled")
    return [each for each in here if isinstance(each, dict)]


def words_of(row: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that holds text, without blanks around it."""
    return next((row[name].strip() for name in names if isinstance(row.get(name), str) and row[name].strip()), "")


def is_page(url: str) -> bool:
    """Whether this is an address that can be cited."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


_DAYS = ("%b %d, %Y", "%d %b %Y", "%Y %b %d", "%Y %b", "%Y-%m", "%Y/%m/%d", "%Y")


def day(value: object) -> date | None:
    """A day in the spellings that APIs use: ISO dates and times, seconds since 1970 (UTC), a year, "5 Mar 2024"."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC).date() if 0 < value < 4e9 else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    for spelled, pattern in ((text[:10], "%Y-%m-%d"), *((text, pattern) for pattern in _DAYS)):
        with contextlib.suppress(ValueError):
            return datetime.strptime(spelled, pattern).date()
    return None


_LINES = frozenset("p br div li tr pre ul ol table blockquote h1 h2 h3 h4 h5 h6 section title sec".split())


def plain(markup: str) -> str:
    """The words of a piece of HTML or XML: no tags, entities resolved, blocks on lines of their own."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    try:
        root = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (LxmlError, ValueError):
        return markup.strip()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            element.text = ""
        elif element.tag.rpartition(":")[2] in _LINES:
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in root.text_content().splitlines())
    return "\n".join(filter(None, lines))
