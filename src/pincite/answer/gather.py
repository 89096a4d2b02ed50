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
from pincite.ports import Deadline, Query, Ranker, SearchBackend
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
    about: str = "",
) -> Gathered:
    """Hits of every backend for every query. ``shown`` passages at the most become sources.

    The opening of a document ``about`` just this comes first, if it was found at all.
    """
    began = deadline.clock()
    found = await _search_all(queries, filters, backends, settings, deadline)
    hits = [hit for one in found for hit in one.hits]
    ranked = await asyncio.to_thread(ranker.rank, queries[0], hits)
    ranked = promoted(about, ranked[: settings.hits])
    total = Stepped(
        step="gather",
        detail=f"{len(ranked)} passages of {len({h.passage.document.id for h in ranked})} documents",
        ms=(deadline.clock() - began) * 1000,
    )
    return Gathered(
        hits=tuple(ranked[:shown]),
        sources=number(ranked[:shown]),
        steps=(*(one.step for one in found), total),
        degraded=_once([one.degraded for one in found if one.degraded]),
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
    hits: list[Hit]
    step: Stepped
    degraded: Degradation | None = None


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


async def _search(backend: SearchBackend, query: Query, place: int, deadline: Deadline) -> tuple[list[Hit], float]:
    began = deadline.clock()
    hits = await backend.search(query, deadline)
    marked = [hit.model_copy(update={"signals": {**hit.signals, "query": float(place)}}) for hit in hits]
    return (marked if place else list(hits)), (deadline.clock() - began) * 1000


def _report(task: asyncio.Task[tuple[list[Hit], float]], name: str, waited_ms: float) -> _Found:
    error = task.exception() if task.done() and not task.cancelled() else TimeoutError()
    if error is None:
        hits, ms = task.result()
        return _Found(hits, Stepped(step="gather", detail=f"{name}: {len(hits)} passages", ms=ms))
    if isinstance(error, TimeoutError):
        reason, detail = "timeout", f"{name}: timed out after {waited_ms / 1000:.1f} s"
    else:
        said = str(error) if isinstance(error, PinciteError) else f"{type(error).__name__}: {error}"
        reason, detail = "failed", f"{name}: {said}"
    return _Found(
        [], Stepped(step="gather", detail=detail, ms=waited_ms), Degradation(part=name, reason=reason, detail=detail)
    )


def _once(degraded: Sequence[Degradation]) -> tuple[Degradation, ...]:
    """One line a part and reason, however many queries it was asked."""
    return tuple({(one.part, one.reason): one for one in degraded}.values())
