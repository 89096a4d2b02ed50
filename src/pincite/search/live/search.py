"""What does the live web say about this? Providers at once, their lists joined, the best pages read, passages ranked.

Everything within one deadline, shared out: providers get the first part, pages the next, ranking the rest. Whoever is
late is left out and named. When most have answered, the others get ``GRACE_S`` more, so that one slow provider does
not cost every question its whole share.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pincite.crawl.fetch import Fetcher
from pincite.errors import SearchFailed, Unfetchable, Unreadable
from pincite.index.exact import holds
from pincite.index.passages import passages
from pincite.ports import Deadline, Embedder, Hits, Query
from pincite.search.live.desk import Desk
from pincite.search.live.keep import allowed
from pincite.search.live.pages import COLLECTION, Pages, told
from pincite.search.live.pool import Pool
from pincite.search.live.provider import Applied, Found, Wanted
from pincite.settings import FetchSettings, WebSettings
from pincite.text import languages
from pincite.text.many import many
from pincite.text.named import within
from pincite.types import Degradation, Document, Filters, Hit, Original

PROVIDERS_SHARE = 0.5
"""Part of the time that providers get; where they all deliver whole texts, they get the pages' part too."""
GRACE_S = 0.4
"""What the last providers get when more than half have answered."""
RANK_SHARE = 0.12
"""Part of the time that is kept for ranking."""
RRF_K = 60
"""Of the paper (Cormack et al., 2009); providers' lists are long and of unknown quality."""
_MOST_PASSAGES = 60
"""Of one page."""
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src")


class Line:
    """The line to the outside. Made when it is first needed: loading certificates takes 50 ms."""

    def __init__(self, settings: FetchSettings, make: Callable[[FetchSettings], Fetcher] = Fetcher) -> None:
        self._settings = settings
        self._make = make
        self._fetcher: Fetcher | None = None
        self._making = asyncio.Lock()

    async def open(self) -> Fetcher:
        async with self._making:
            if self._fetcher is None:
                self._fetcher = await asyncio.to_thread(self._make, self._settings)
            return self._fetcher

    async def close(self) -> None:
        if self._fetcher is not None:
            await self._fetcher.aclose()


@dataclass(frozen=True)
class Tools:
    """What every live search shares."""

    line: Line
    pages: Pages
    settings: WebSettings
    passage_words: int
    embedder: Embedder | None = None


@dataclass(frozen=True)
class _Result:
    """A page that providers found: the best of what they say of it, and whose filters it has passed."""

    found: Found
    score: float
    applied: frozenset[Applied]


@dataclass
class _Gathered:
    pool: Pool = field(default_factory=lambda: Pool([]))
    missing: tuple[Degradation, ...] = ()
    note: str = ""
    fetched: tuple[Original, ...] = ()


class LiveSearch:
    """The ``SearchBackend`` over some providers, for one question: asks them once, then knows what they said.

    Further queries of the same question, and suggestions, are looked for in what was read.
    """

    def __init__(
        self, name: str, desks: Sequence[Desk], tools: Tools, refused: Callable[[Document], bool] | None = None
    ) -> None:
        """``refused`` documents are neither read nor found."""
        self.name = name
        self._refused = refused or (lambda _: False)
        self._desks = desks
        self._tools = tools
        self._gathered: _Gathered | None = None
        self._once = asyncio.Lock()

    async def search(self, query: Query, deadline: Deadline) -> Hits:
        """Passages, best first; ``missing`` names whom it went without. Never raises for a provider or a page."""
        if not query.text.strip() or not _admits(query.filters):
            return Hits()
        deadline = deadline.within(self._tools.settings.deadline_s)
        async with self._once:
            first = self._gathered is None
            if self._gathered is None:
                self._gathered = await self._gather(query, deadline)
        hits = await self._ranked(query, deadline)
        if not first:
            return Hits.of(hits)
        return Hits.of(hits, self._gathered.missing, self._gathered.note)

    async def keepable(self) -> list[Original]:
        """Of the pages that were fetched those that may stay: neither robots.txt nor the page itself says no."""
        fetched = self._gathered.fetched if self._gathered else ()
        willing = [each for each in fetched if each.document.url not in self._tools.pages.noindex]
        return await allowed(willing, await self._tools.line.open()) if willing else []

    async def _ranked(self, query: Query, deadline: Deadline) -> list[Hit]:
        pool = self._gathered.pool if self._gathered else Pool([])
        filters = query.filters
        out = frozenset(filters.exclude_documents)
        limit = len(pool) if out or filters.phrases or filters.exclude_words else query.limit
        hits = await asyncio.to_thread(pool.search, query.text, limit, self._tools.embedder, deadline, self.name)
        kept = (hit for hit in hits if hit.passage.document.id not in out and holds(hit.passage, filters))
        return list(islice(kept, query.limit))

    async def _gather(self, query: Query, deadline: Deadline) -> _Gathered:
        whole = deadline.left()
        if not whole:
            return _Gathered(missing=tuple(_late(desk) for desk in self._desks))
        http = await self._tools.line.open()
        share = PROVIDERS_SHARE if any(desk.provider.web for desk in self._desks) else 1 - RANK_SHARE
        answers, missing = await self._ask(query, http, deadline.within(whole * share))
        results = joined(answers)
        best = self._chosen(results, query.filters)
        originals = await self._read(best, http, Deadline(deadline.at - whole * RANK_SHARE, deadline.clock))
        applied = {result.found.url: result.applied for result in best}
        kept = [
            original
            for url, original in originals.items()
            if _passes(original.document, query.filters, applied[url]) and not self._refused(original.document)
        ]
        pool = await asyncio.to_thread(self._pool, kept)
        if best and not originals:
            detail = f"none of {many(len(best), 'page')} that were found could be read in time"
            missing.append(Degradation(part="pages", reason="unreadable", detail=detail))
        note = f"{len(kept)} of {many(len(best), 'page')} read, found by {', '.join(answers) or 'nobody'}"
        whole_texts = {result.found.url for result in best if result.found.text}
        fetched = tuple(original for url, original in originals.items() if url not in whole_texts)
        return _Gathered(pool, tuple(missing), note, fetched)

    async def _ask(
        self, query: Query, http: Fetcher, deadline: Deadline
    ) -> tuple[dict[str, tuple[Desk, list[Found]]], list[Degradation]]:
        settings = self._tools.settings
        today = date.today()
        lang = languages.detect(query.text)
        wanted = Wanted(query.text.strip(), settings.pages * 2, query.filters, lang, settings.country.lower())
        tasks = {asyncio.create_task(desk.search(wanted, http, deadline, today)): desk for desk in self._desks}
        try:
            await _most(tasks.keys(), deadline)
            answers: dict[str, tuple[Desk, list[Found]]] = {}
            missing = []
            for task, desk in tasks.items():
                if not task.done():
                    missing.append(_late(desk))
                elif isinstance(error := task.exception(), SearchFailed):
                    missing.append(Degradation(part=desk.name, reason=error.reason, detail=error.detail))
                else:
                    answers[desk.name] = (desk, task.result())
            return answers, missing
        finally:
            await _ended(tasks.keys())

    def _chosen(self, results: Sequence[_Result], filters: Filters) -> list[_Result]:
        """The pages worth reading, best first: few of one host, none that was left out. Whole texts cost nothing."""
        settings = self._tools.settings
        taken: list[_Result] = []
        hosts: Counter[str] = Counter()
        for each in results:
            found = each.found
            document = Document(url=found.url, title=found.title, published=found.published, collection=COLLECTION)
            out = document.id in filters.exclude_documents or self._refused(document)
            if out or not _of_site(document.site, filters):
                continue
            hosts[document.site] += 1
            if found.text or hosts[document.site] <= settings.per_host or len(filters.sites) == 1:
                taken.append(each)
            if len(taken) >= settings.pages:
                break
        return taken

    async def _read(self, results: Sequence[_Result], http: Fetcher, deadline: Deadline) -> dict[str, Original]:
        """Address as found → the whole text, in the order of the results."""
        told_whole = {each.found.url: told(each.found) for each in results if each.found.text}
        tasks = {
            asyncio.create_task(self._tools.pages.read(each.found, http, deadline)): each.found.url
            for each in results
            if not each.found.text
        }
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=deadline.left())
            for task, url in tasks.items():
                if task.done() and not isinstance(task.exception(), Unfetchable | Unreadable):
                    told_whole[url] = task.result()
        finally:
            await _ended(tasks.keys())
        return {each.found.url: told_whole[each.found.url] for each in results if each.found.url in told_whole}

    def _pool(self, originals: Sequence[Original]) -> Pool:
        words = self._tools.passage_words
        return Pool([each for original in originals for each in passages(original, words)[:_MOST_PASSAGES]])


def _late(desk: Desk) -> Degradation:
    detail = f"{desk.provider.label}: it had not answered when it was time to go on"
    return Degradation(part=desk.name, reason="timeout", detail=detail)


async def _most(tasks: Collection[asyncio.Task[list[Found]]], deadline: Deadline) -> None:
    """Waits until all have answered, or most and a little longer, or the time is over."""
    waiting = set(tasks)
    count = len(waiting)
    until = deadline
    answered = 0
    while waiting and until.left() > 0:
        done, waiting = await asyncio.wait(waiting, timeout=until.left(), return_when=asyncio.FIRST_COMPLETED)
        answered += sum(1 for task in done if task.exception() is None and task.result())
        if 2 * answered > count:
            until = until.within(GRACE_S)


async def _ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    pending = [task for task in tasks if not task.done()]
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


def joined(answers: Mapping[str, tuple[Desk, Sequence[Found]]]) -> list[_Result]:
    """The providers' lists as one, by reciprocal rank fusion, each page once; a whole text is kept if anyone has it."""
    results: dict[str, _Result] = {}
    for desk, found in answers.values():
        for place, each in enumerate(found, start=1):
            key, score = same(each.url), 1 / (RRF_K + place)
            old = results.get(key)
            if old is None:
                results[key] = _Result(each, score, desk.provider.applies)
            else:
                better = each if each.text and not old.found.text else old.found
                results[key] = _Result(better, old.score + score, old.applied | desk.provider.applies)
    return sorted(results.values(), key=lambda result: -result.score)


def same(url: str) -> str:
    """What is left of an address when spelling, tracking and place on the page are taken away."""
    parts = urlsplit(url)
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)]
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return f"{host}{parts.path.rstrip('/')}?{urlencode(asked)}"


def _of_site(site: str, filters: Filters) -> bool:
    return (not filters.sites or within(site, filters.sites)) and not within(site, filters.exclude_sites)


def _admits(filters: Filters) -> bool:
    return not filters.collections or COLLECTION in filters.collections


def _passes(document: Document, filters: Filters, applied: frozenset[Applied]) -> bool:
    """Whether the document is one that may be found. Where it does not say, the provider's word counts."""
    if not _of_site(document.site, filters):
        return False
    if filters.langs and "langs" not in applied and document.lang not in filters.langs:
        return False
    day = document.published
    if filters.after and (day < filters.after if day else "after" not in applied):
        return False
    return not (filters.before and (day > filters.before if day else "before" not in applied))
