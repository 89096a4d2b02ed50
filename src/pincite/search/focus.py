"""Where does a person want to look? The focuses by name, which of them can be picked, and what each comes to.

A focus is a file of this folder that defines ``FOCUS``, and the providers of its own as ``PROVIDERS``; one of another
distribution comes in by an entry point (``plugins.py``). Nobody outside is asked unless a person picked a focus that
leaves this machine, or made it the default by naming a provider in the settings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pincite.errors import BadInput, BadQuestion, BadSettings, LockedFocus, UnknownFocus
from pincite.plugins import discover
from pincite.ports import Database, Deadline, Embedder, Focus, FocusCard, Hits, Query, SearchBackend
from pincite.search.live.desk import Desk
from pincite.search.live.ledger import Ledger
from pincite.search.live.pages import COLLECTION, Pages
from pincite.search.live.provider import Provider
from pincite.search.live.search import Line, LiveSearch, Tools
from pincite.search.operators import check, read
from pincite.settings import ProviderSettings, SearchSettings, Settings
from pincite.text import named
from pincite.types import Document, Question

if TYPE_CHECKING:
    from pincite.search.tables.database import SqlDatabase

LAST = "duckduckgo"
"""Who is asked when a person picks the web and nobody else is set up: it wants no key."""
HERE = {"", "localhost", "127.0.0.1", "::1"}
"""Hosts of databases that are this machine."""
PLACE = 25
"""Where databases stand in a list: who has set one up looks for it before the catalogues of others."""
_PREFIX = re.compile(r"@([A-Za-z][\w-]*)(?::(\S+))?(?:\s+|$)")


@cache
def focuses() -> dict[str, Focus]:
    """Every focus there is by its name, in the order of a list."""
    found = [value for _, value in discover("pincite.search", "FOCUS") if isinstance(value, Focus)]
    return {one.id: one for one in sorted(found, key=lambda one: (one.place, one.label))}


@cache
def providers() -> dict[str, Provider]:
    """Every provider there is, by its name."""
    singles = [value for _, value in discover("pincite.search.providers", "PROVIDER")]
    many = [each for _, value in discover("pincite.search", "PROVIDERS") if isinstance(value, tuple) for each in value]
    return {one.name: one for one in [*singles, *many] if isinstance(one, Provider)}


@dataclass(frozen=True)
class Looking:
    """What a focus comes to for one question: whom to ask, for how long, and who among them goes to the web."""

    backends: Mapping[str, SearchBackend]
    settings: SearchSettings
    live: LiveSearch | None = None
    database: Database | None = None
    """Answers in place of all of these."""


class Focuses:
    """The focuses as they are set up here. ``collections`` tells which there are in the own index.

    Raises ``BadSettings`` or ``UnknownFocus`` where the settings name a provider or a focus that there is not.
    """

    def __init__(
        self,
        settings: Settings,
        env: Mapping[str, str],
        embedder: Embedder | None = None,
        collections: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._settings = settings
        self._databases = _databases(settings, env)
        self._known = _known(settings)
        self._collections = collections
        self._ledger = Ledger(settings.data_dir / "search.sqlite3")
        usual = ProviderSettings()
        strange = set(settings.web.services) - providers().keys()
        if strange:
            raise _unknown_provider("web.services", min(strange))
        self._desks = {
            name: Desk(one, settings.web.services.get(name, usual), env, self._ledger, cache=settings.web.cache)
            for name, one in providers().items()
        }
        self._web = self._web_desks()
        if settings.search.focus:
            self.focus(settings.search.focus)
        self._line = Line(settings.fetch)
        self._tools = Tools(self._line, Pages(), settings.web, settings.index.passage_words, embedder)

    async def close(self) -> None:
        await self._line.close()
        self._ledger.close()
        for database in self._databases.values():
            await database.close()

    def but(self, hidden: Collection[str]) -> Focuses:
        """These without the ``hidden`` ones, of which it is said what is said of a focus that never was."""
        if not hidden:
            return self
        fewer = copy(self)
        fewer._known = {name: one for name, one in self._known.items() if name not in hidden}
        return fewer

    def warm(self) -> None:
        """For who stays: what a first question would wait for is begun. Needs a running loop."""
        for database in self._databases.values():
            database.warm()

    def focus(self, name: str) -> Focus:
        """The focus called ``name``. Raises ``UnknownFocus`` that says which are near, or else all."""
        if name in self._known:
            return self._known[name]
        near = difflib.get_close_matches(name.lower(), self._known, n=3, cutoff=0.5)
        there = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(self._known)}"
        raise UnknownFocus(f"no focus called {name!r}; {there}", hint="list them with: pincite focuses")

    def database(self, name: str) -> Database:
        """The database that answers in the focus ``name``. Raises ``UnknownFocus``."""
        one = self.focus(name)
        if not one.database:
            raise UnknownFocus(f"{name!r} is no database", hint="list them with: pincite databases")
        return self._databases[one.database]

    def is_database(self, name: str) -> bool:
        """Whether the focus ``name``, if there is one, is a database."""
        return name in self._known and bool(self._known[name].database)

    @property
    def default(self) -> str:
        """The focus of a question that names none."""
        named = self._settings.search.focus
        return named if named in self._known else "all" if self._settings.web.providers else "index"

    def cards(self) -> list[FocusCard]:
        """All focuses, with who is asked and why one is locked."""
        return [
            FocusCard(
                one.id,
                one.label,
                one.description,
                self._asks(one),
                self._locked(one),
                one.id == self.default,
            )
            for one in self._known.values()
        ]

    def aim(self, question: Question) -> Question:
        """The question with its focus filled in and what was said about it in the text taken out.

        ``@wikipedia why …`` sets the focus, ``@site:example.org`` the site, ``operators`` the rest. An ``@name`` that
        is no focus and near to none is a part of the question.
        Raises ``UnknownFocus``, ``LockedFocus``, ``BadQuestion``, ``BadInput`` for filters that can't be meant, and for
        SQL where there is no database.
        """
        name, text, filters = question.focus, question.text.lstrip(), question.filters
        if (match := _PREFIX.match(text)) and self._is_meant(match[1]):
            name, text = match[1].lower(), text[match.end() :]
            if match[2]:
                filters = filters.model_copy(update={"sites": (*filters.sites, named.host(match[2]))})
        one = self.focus(name or self.default)
        if question.sql and not one.database:
            raise BadInput(f"SQL is run in a database, and {one.label} is none", hint="pincite databases lists them")
        if one.backends and not question.file_ids:  # files are a collection of their own
            self._check(filters.collections)
        if one.backends:
            text, filters = read(text, filters, self._collections)
        if one.needs_site and not filters.sites:
            raise BadQuestion("which site should be searched?", hint=f"name it: @{one.id}:example.org {text or '…'}")
        check(filters)
        locked = self._locked(one)
        if locked:
            raise LockedFocus(f"{one.label} can't be used: {locked}", hint="pincite focuses shows what can be picked")
        return question.model_copy(update={"focus": one.id, "text": text or question.text, "filters": filters})

    def unmeant(self, text: str) -> str:
        """What to say of a text that begins with ``@name`` where no focus is called so, or nothing: it may be a person
        or a decorator, and is searched as it stands."""
        match = _PREFIX.match(text.lstrip())
        if match is None or match[1].lower() in self._known:
            return ""
        return f"there is no focus @{match[1]}, so it was taken as a word; there are: {', '.join(self._known)}"

    def looking(
        self,
        name: str,
        own: SearchBackend,
        refused: Callable[[Document], bool] | None = None,
        *,
        kept: bool = True,
    ) -> Looking:
        """Whom to ask for one question with this focus; ``refused`` documents are not read. Unless it is ``kept``,
        nothing that is found is written anywhere."""
        one = self.focus(name)
        if one.database:
            return Looking({}, self._settings.search, database=self._databases[one.database])
        local = one.collection if self._is_here(one) else ""
        backends: dict[str, SearchBackend] = {}
        if "index" in one.backends or local:
            backends[own.name] = Kept(own, local) if local else own
        desks = self._outside(one)
        search = self._settings.search
        if not desks:
            return Looking(backends, search)
        if not kept:
            desks = [desk.without_cache() for desk in desks]
        sites = self._settings.web.sites.get(one.id, one.sites)
        live = LiveSearch("web" if "web" in one.backends else one.id, desks, self._tools, refused)
        backends[live.name] = Sited(live, sites) if sites else live
        # A moment more than the live search takes for itself, so that it is never cut off with its passages in hand.
        return Looking(backends, search.model_copy(update={"deadline_s": self._settings.web.deadline_s + 0.1}), live)

    def _is_meant(self, name: str) -> bool:
        if name.lower() in self._known:
            return True
        if difflib.get_close_matches(name.lower(), self._known, n=1, cutoff=0.75):
            self.focus(name)
        return False

    def _check(self, wanted: Collection[str]) -> None:
        """Raises ``BadInput`` for a collection that there is not, with those that are near, or else all."""
        there = self._collections() if wanted else ()
        strange = next((name for name in wanted if name not in there and name != COLLECTION), None)
        if strange is None:
            return
        if not there:
            raise BadInput(f"no collection called {strange!r}; nothing is indexed yet", hint="pincite index PATH")
        known = {name.lower(): name for name in there}
        near = [known[name] for name in difflib.get_close_matches(strange.lower(), known, n=3, cutoff=0.5)]
        told = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(there)}"
        raise BadInput(f"no collection called {strange!r}; {told}", hint="list them with: pincite index status")

    def _is_here(self, one: Focus) -> bool:
        """Whether the own index has a copy, which is asked instead of the providers."""
        return bool(one.collection) and one.collection in self._collections()

    def _outside(self, one: Focus) -> list[Desk]:
        """The providers of a focus that can be asked, or all of them if none can."""
        if self._is_here(one):
            return []
        desks = [self._desks[name] for name in one.backends if name not in {"index", "web"}]
        desks += self._web if "web" in one.backends else []
        return [desk for desk in desks if not desk.locked] or desks

    def _asks(self, one: Focus) -> tuple[str, ...]:
        """Who sees the question, or what is made of it, beside this machine."""
        if one.database:
            host = urlsplit(self._settings.databases[one.database].url).hostname or ""
            return () if host in HERE else (host,)
        return tuple(desk.provider.label for desk in self._outside(one) if not desk.locked)

    def _locked(self, one: Focus) -> str:
        """Why it can't be picked: nobody is left to ask."""
        desks = self._outside(one)
        if "index" in one.backends or not desks or any(not desk.locked for desk in desks):
            return ""
        return "; ".join(f"{desk.provider.label}: {desk.locked}" for desk in desks)

    def _web_desks(self) -> list[Desk]:
        named = self._settings.web.providers
        for name in named:
            if name not in self._desks or not self._desks[name].provider.web:
                raise _unknown_provider("web.providers", name)
        if named:
            return [self._desks[name] for name in named]
        able = [desk for desk in self._desks.values() if desk.provider.web and desk.name != LAST and not desk.locked]
        return able or [self._desks[LAST]]


def _known(settings: Settings) -> dict[str, Focus]:
    """Every focus by its name, in the order of a list. Raises ``BadSettings`` for a database called like another."""
    found = dict(focuses())
    for name, one in settings.databases.items():
        if name in found:
            raise BadSettings(f"databases.{name}: there is a focus of that name", hint="call the database otherwise")
        label = one.label or name
        found[name] = Focus(name, label, one.description or f"The database {label}", (), database=name, place=PLACE)
    return {one.id: one for one in sorted(found.values(), key=lambda one: (one.place, one.label))}


def _databases(settings: Settings, env: Mapping[str, str]) -> Mapping[str, SqlDatabase]:
    """The databases that are set up. What speaks SQL is loaded only where there are any."""
    if not settings.databases:
        return {}
    made: type[SqlDatabase] = import_module("pincite.search.tables.database").SqlDatabase
    return {name: made(name, one, env) for name, one in settings.databases.items()}


def _unknown_provider(setting: str, name: str) -> BadSettings:
    known = [one.name for one in providers().values() if one.web or setting.endswith("services")]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    there = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}"
    return BadSettings(f"{setting}: there is no search service {name!r}; {there}", hint="docs/focus.md lists them")


class Kept:
    """A backend kept to one collection."""

    def __init__(self, inner: SearchBackend, collection: str) -> None:
        self._inner, self._collection = inner, collection

    @property
    def name(self) -> str:
        return self._inner.name

    async def search(self, query: Query, deadline: Deadline) -> Hits:
        wanted = query.filters.collections
        if wanted and self._collection not in wanted:
            return Hits()
        filters = query.filters.model_copy(update={"collections": (self._collection,)})
        return Hits.of(await self._inner.search(replace(query, filters=filters), deadline))


class Sited:
    """A backend kept to some sites; a question that names sites of its own is kept to those."""

    def __init__(self, inner: LiveSearch, sites: tuple[str, ...]) -> None:
        self._inner, self._sites = inner, tuple(map(named.host, sites))

    @property
    def name(self) -> str:
        return self._inner.name

    async def search(self, query: Query, deadline: Deadline) -> Hits:
        filters = query.filters
        if not filters.sites:
            query = replace(query, filters=filters.model_copy(update={"sites": self._sites}))
        return await self._inner.search(query, deadline)
