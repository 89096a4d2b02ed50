"""Which passages may the answer rest on? All backends at once under one deadline, then one ranked, numbered list.

A late or dead backend is told in words and left out, never an exception: an answer from the others beats none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pincite.answer.opening import promoted
from pincite.errors import PinciteError
from pincite.events import Stepped
from pincite.ports import Deadline, Hits, Query, Ranker, SearchBackend
from pincite.settings import SearchSettings
from pincite.types import Degradation, Filters, Hit, Passage, Source

PATIENCE = 5
"""While nobody has answered at all, wait this many times the deadline: a cold disk beats an empty answer."""


@dataclass(frozen=True)
class Gathered:
    """Ranked hits, the best of them as numbered sources, and what went wrong on the way."""

    hits: tuple[Hit, ...]
    sources: tuple[Source, ...]
    steps: tuple[Stepped, ...]
    degraded: tuple[Degradation, ...]
    searches: int


async def gather(
    queries: Sequence[str],
    filters: Filters,
    backends: Mapping[str, SearchBackend],
    ranker: Ranker,
    settings: SearchSettings,
    shown: int,
    deadline: Deadline,
    about: Sequence[str] = (),
) -> Gathered:
    """Hits of every backend for every query. ``shown`` passages at the most become sources.

    The openings of documents ``about`` just these things come first, in their order, as far as they were found.
    """
    began = deadline.clock()
    found = await _search_all(queries, filters, backends, settings, deadline)
    hits = [hit for one in found for hit in one.hits]
    ranked = await asyncio.to_thread(ranker.rank, queries[0], hits)
    for thing in reversed(about):
        ranked = promoted(thing, ranked)
    ranked = ranked[: settings.hits]
    total = Stepped(
        step="gather",
        detail=f"{len(ranked)} passages of {len({h.passage.document.id for h in ranked})} documents",
        ms=(deadline.clock() - began) * 1000,
    )
    return Gathered(
        hits=tuple(ranked[:shown]),
        sources=number(ranked[:shown]),
        steps=(*(step for one in found for step in one.steps), total),
        degraded=_once([one for each in found for one in each.degraded]),
        searches=len(found),
    )


def number(hits: Sequence[Hit]) -> tuple[Source, ...]:
    """Documents as sources, numbered from 1 by their best passage; the passages of one in rank order."""
    passages: dict[str, list[Passage]] = {}
    for hit in hits:
        passages.setdefault(hit.passage.document.id, []).append(hit.passage)
    return tuple(
        Source(number=place, document=some[0].document, passages=tuple(some))
        for place, some in enumerate(passages.values(), start=1)
    )


@dataclass(frozen=True)
class _Found:
    hits: Sequence[Hit]
    steps: tuple[Stepped, ...]
    degraded: tuple[Degradation, ...] = ()


async def _search_all(
    queries: Sequence[str],
    filters: Filters,
    backends: Mapping[str, SearchBackend],
    settings: SearchSettings,
    deadline: Deadline,
) -> list[_Found]:
    began = deadline.clock()
    patient = deadline.within(PATIENCE * settings.deadline_s)
    tasks = {
        asyncio.create_task(_search(backend, Query(text, settings.hits, filters), place, patient)): name
        for name, backend in backends.items()
        for place, text in enumerate(queries)
    }
    try:
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=deadline.within(settings.deadline_s).left())
            if not any(task.exception() is None for task in done) and len(done) < len(tasks):
                await asyncio.wait(tasks.keys() - done, timeout=patient.left(), return_when=asyncio.FIRST_COMPLETED)
        return [_report(task, name, (deadline.clock() - began) * 1000) for task, name in tasks.items()]
    finally:
        for task in tasks:
            task.cancel()


async def _search(backend: SearchBackend, query: Query, place: int, deadline: Deadline) -> tuple[Hits, float]:
    began = deadline.clock()
    hits = await backend.search(query, deadline)
    found = hits if isinstance(hits, Hits) else Hits.of(hits)
    if place:
        marked = [hit.model_copy(update={"signals": {**hit.signals, "query": float(place)}}) for hit in hits]
        found = Hits.of(marked, found.missing, found.note)
    return found, (deadline.clock() - began) * 1000


def _report(task: asyncio.Task[tuple[Hits, float]], name: str, waited_ms: float) -> _Found:
    error = task.exception() if task.done() and not task.cancelled() else TimeoutError()
    if error is None:
        hits, ms = task.result()
        said = f"{name}: {len(hits)} passages{f' ({hits.note})' if hits.note else ''}"
        lost = [Stepped(step="gather", detail=one.detail, ms=ms) for one in hits.missing]
        return _Found(hits, (Stepped(step="gather", detail=said, ms=ms), *lost), hits.missing)
    if isinstance(error, TimeoutError):
        reason, detail = "timeout", f"{name}: timed out after {waited_ms / 1000:.1f} s"
    else:
        said = str(error) if isinstance(error, PinciteError) else f"{type(error).__name__}: {error}"
        reason, detail = "failed", f"{name}: {said}"
    step = Stepped(step="gather", detail=detail, ms=waited_ms)
    return _Found((), (step,), (Degradation(part=name, reason=reason, detail=detail),))


def _once(degraded: Sequence[Degradation]) -> tuple[Degradation, ...]:
    """One line a part and reason, however many queries it was asked."""
    return tuple({(one.part, one.reason): one for one in degraded}.values())
