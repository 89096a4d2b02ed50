"""Which passages may the answer rest on? All backends at once under one deadline, then one ranked, numbered list.

A late or dead backend is told in words and left out, never an exception: an answer from the others beats none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pincite.answer.quote.opening import promoted
from pincite.errors import PinciteError
from pincite.events import Stepped
from pincite.ports import Deadline, Hits, Query, Ranker, SearchBackend
from pincite.settings import SearchSettings
from pincite.text.languages import detect
from pincite.text.many import many
from pincite.types import Degradation, Filters, Hit, Passage, Source

NONE_WHOLE: Mapping[str, Sequence[Passage]] = MappingProxyType({})

_TOLD = frozenset({"base", "rank_text", "rank_dense", "copies", "opening"})
_ADDS = "adds_"
"""As the ranking marks what a signal adds to a score."""
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
    whole: frozenset[str] = frozenset()
    """Ids of the documents of which every passage is in the sources, in the order of the text."""
    ranked: tuple[Hit, ...] = ()
    """All that was found, best first; ``hits`` are the first of them."""


async def gather(
    queries: Sequence[str],
    filters: Filters,
    backends: Mapping[str, SearchBackend],
    ranker: Ranker,
    settings: SearchSettings,
    shown: int,
    deadline: Deadline,
    about: Sequence[str] = (),
    *,
    whole_tokens: int = 0,
    showing: bool = False,
) -> Gathered:
    """Hits of every backend for every query. ``shown`` passages at the most become sources.

    The openings of documents ``about`` just these things come first, in their order, as far as they were found.
    Of small files, up to ``whole_tokens`` together, every passage is a candidate; ``showing`` makes sources of them
    that are whole, beside the ``shown`` passages of all other documents.
    """
    began = deadline.clock()
    found = await _search_all(queries, filters, backends, settings, deadline, whole_tokens)
    if filters.phrases and not any(one.hits for one in found) and any(not one.degraded for one in found):
        looser, lost = unphrased(filters)
        again = await _search_all(queries, looser, backends, settings, deadline, whole_tokens)
        found = [_Found((), (Stepped(step="gather", detail=lost.detail),), (lost,)), *again]
    hits = [hit for one in found for hit in one.hits]
    ranked = await asyncio.to_thread(ranker.rank, queries[0], hits)
    for thing in reversed(about):
        ranked = promoted(thing, ranked, detect(queries[0]))
    ranked = ranked[: settings.hits]
    whole = _whole(found) if showing else NONE_WHOLE
    parts = [hit for hit in ranked if hit.passage.document.id not in whole]
    beyond = {hit.passage.id for hit in parts[shown:]}
    total = Stepped(
        step="gather",
        detail=f"{many(len(ranked), 'passage')} of {many(len({h.passage.document.id for h in ranked}), 'document')}",
        ms=(deadline.clock() - began) * 1000,
    )
    return Gathered(
        hits=tuple(ranked[:shown]),
        sources=number([hit for hit in ranked if hit.passage.id not in beyond], whole),
        steps=(*(step for one in found for step in one.steps), total, *_told(whole, parts[:shown])),
        degraded=untold([one for each in found for one in each.degraded]),
        searches=len(found),
        whole=frozenset(whole),
        ranked=tuple(ranked),
    )


async def together(
    queries: Sequence[str], most: int, filters: Filters, backends: Mapping[str, SearchBackend], deadline: Deadline
) -> Hits:
    """The hits of all backends for all queries, not ranked yet, at most ``most`` each; raises what a backend raises."""
    asked = [(Query(text, most, filters), place) for place, text in enumerate(queries)]
    searches = [_search(backend, query, place, deadline) for backend in backends.values() for query, place in asked]
    found = [hits for hits, _ in await asyncio.gather(*searches)]
    if filters.phrases and not any(found):
        looser, lost = unphrased(filters)
        again = await together(queries, most, looser, backends, deadline)
        return Hits.of(again, (lost, *again.missing), more=again.more)
    missing = [one for hits in found for one in hits.missing]
    return Hits.of([hit for hits in found for hit in hits], missing, more=any(len(hits) >= most for hits in found))


def unphrased(filters: Filters) -> tuple[Filters, Degradation]:
    """What to look for where no passage has the phrases, and how that is told."""
    said = " and ".join(f"“{phrase}”" for phrase in filters.phrases)
    detail = f"no passage has {said} word for word; its words were looked for"
    lost = Degradation(part="phrases", reason="not_found", detail=detail)
    return filters.model_copy(update={"phrases": ()}), lost


def number(hits: Sequence[Hit], whole: Mapping[str, Sequence[Passage]] = NONE_WHOLE) -> tuple[Source, ...]:
    """Documents as sources, numbered from 1 by their best passage; the passages of one in rank order.

    Those that are ``whole`` have all their passages; one of which nothing was found comes last.
    """
    passages: dict[str, list[Passage]] = {}
    signals: dict[str, dict[str, float]] = {}
    for hit in hits:
        passages.setdefault(hit.passage.document.id, []).append(hit.passage)
        signals.setdefault(hit.passage.document.id, _explaining(hit.signals))
    return tuple(
        Source(number=place, document=some[0].document, passages=tuple(some), signals=signals.get(id_, {}))
        for place, (id_, some) in enumerate({**passages, **whole}.items(), start=1)
    )


def _explaining(signals: Mapping[str, float]) -> dict[str, float]:
    """Those signals that explain a score to a reader: where it was found, and what was added to that."""
    return {
        name: round(value, 2) for name, value in signals.items() if name in _TOLD or (name.startswith(_ADDS) and value)
    }


def _whole(found: Sequence[_Found]) -> dict[str, Sequence[Passage]]:
    """The documents that came whole, with all their passages in the order of the text."""
    passages: dict[str, dict[str, Passage]] = {}
    for one in found:
        for hit in one.hits:
            if hit.passage.document.id in one.whole:
                passages.setdefault(hit.passage.document.id, {})[hit.passage.id] = hit.passage
    return {id_: sorted(some.values(), key=lambda passage: passage.start) for id_, some in passages.items()}


def _told(whole: Mapping[str, Sequence[Passage]], others: Sequence[Hit]) -> list[Stepped]:
    """What a model is shown whole, and of what it is shown passages."""
    if not whole:
        return []
    parts = dict.fromkeys(hit.passage.document.title for hit in others)
    read = f"whole: {', '.join(passages[0].document.title for passages in whole.values())}"
    return [Stepped(step="gather", detail=f"{read}; by passages: {', '.join(parts)}" if parts else read)]


@dataclass(frozen=True)
class _Found:
    hits: Sequence[Hit]
    steps: tuple[Stepped, ...]
    degraded: tuple[Degradation, ...] = ()
    whole: tuple[str, ...] = ()


async def _search_all(
    queries: Sequence[str],
    filters: Filters,
    backends: Mapping[str, SearchBackend],
    settings: SearchSettings,
    deadline: Deadline,
    whole_tokens: int,
) -> list[_Found]:
    began = deadline.clock()
    patient = deadline.within(PATIENCE * settings.deadline_s)
    # What comes whole comes once, whatever else is asked for.
    asked = [Query(text, settings.hits, filters, 0 if place else whole_tokens) for place, text in enumerate(queries)]
    tasks = {
        asyncio.create_task(_search(backend, query, place, patient)): name
        for name, backend in backends.items()
        for place, query in enumerate(asked)
    }
    try:
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=deadline.within(settings.deadline_s).left())
            while pending and not any(map(_answered, tasks)):
                done, pending = await asyncio.wait(pending, timeout=patient.left(), return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    break
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
        found = Hits.of(marked, found.missing, found.note, found.whole)
    return found, (deadline.clock() - began) * 1000


def _answered(task: asyncio.Task[tuple[Hits, float]]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _report(task: asyncio.Task[tuple[Hits, float]], name: str, waited_ms: float) -> _Found:
    error = task.exception() if task.done() and not task.cancelled() else TimeoutError()
    if error is None:
        hits, ms = task.result()
        said = f"{name}: {many(len(hits), 'passage')}{f' ({hits.note})' if hits.note else ''}"
        lost = [Stepped(step="gather", detail=one.detail, ms=ms) for one in hits.missing]
        return _Found(hits, (Stepped(step="gather", detail=said, ms=ms), *lost), hits.missing, hits.whole)
    if isinstance(error, TimeoutError):
        reason, detail = "timeout", f"{name}: timed out after {waited_ms / 1000:.1f} s"
    else:
        said = str(error) if isinstance(error, PinciteError) else f"{type(error).__name__}: {error}"
        reason, detail = "failed", f"{name}: {said}"
    step = Stepped(step="gather", detail=detail, ms=waited_ms)
    return _Found((), (step,), (Degradation(part=name, reason=reason, detail=detail),))


def untold(degraded: Sequence[Degradation], told: Sequence[Degradation] = ()) -> tuple[Degradation, ...]:
    """One line a part and reason, however many queries it was asked; none that was ``told`` before."""
    known = {(one.part, one.reason) for one in told}
    lost = {(one.part, one.reason): one for one in degraded}
    return tuple(one for key, one in lost.items() if key not in known)
