"""What takes more than one search to answer? Research in steps: parts, rounds of searches, what is still missing.

A question is split into parts, by a planner in one call or by rules (``split.py``). Each part is searched for, read and
weighed as a question of its own. What rests on something that was found now (the *bridge*: "the director of the film"
has a name) is searched for in the next round, and so is what no passage covers. Three budgets end it: searches, calls
of a model, seconds; one that is spent is told. Whoever asked may say that it is enough; then what is there is the
answer. Without a model, and given time, the same question takes the same steps.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pincite.answer.crew import Crew
from pincite.answer.gather import Gathered, gather, untold
from pincite.answer.question.plan import Plan, plan
from pincite.answer.question.split import LONGEST, Part, split
from pincite.answer.quote.extract import Extract, extract
from pincite.answer.research.bridge import bridges
from pincite.answer.research.propose import proposed, still_missing
from pincite.answer.research.sections import SECTION_WORDS, Finding, Researched, compiled, joined
from pincite.errors import ModelFailed
from pincite.events import Stepped
from pincite.ports import Deadline, ModelClient, SearchBackend
from pincite.text.many import many
from pincite.types import Degradation, Question

Reply = TypeVar("Reply")

ROUNDS = 3
"""The first, and at most two more."""
FOR_ROUNDS = 0.6
"""Share of the seconds that is for searching; the rest is for writing."""
CANDIDATES = 2
"""Bridges that are tried in one round for one part."""
READ_LONGER = 3
"""So many times as long as a quick answer may a part be read."""


async def research(
    question: Question,
    planned: Plan,
    first: Gathered,
    crew: Crew,
    deadline: Deadline,
    calls: int = 0,
) -> AsyncGenerator[Stepped | Researched]:
    """Steps as they are taken, then one ``Researched``. ``first`` is what was gathered for the whole question,
    and ``calls`` those of models that were made before.

    ``crew.enough`` ends it as soon as it is set. Nothing is raised for a search or a model that fails: it is told.
    """
    rounds = _Rounds(question, planned, crew, deadline.within(FOR_ROUNDS * deadline.left()), first.searches, calls)
    began = deadline.clock()
    async for step in rounds.run(first):
        yield step
    done = compiled(rounds.whole, rounds.findings, rounds.parts, crew.answer.research_sources)
    told = (
        f"{len(done.parts)} of {len(rounds.parts)} smaller questions answered"
        if rounds.parts
        else "one question in all"
    )
    used = f"{rounds.searches} searches, {rounds.calls - calls} calls of a model to plan"
    yield Stepped(step="research", detail=f"{told}; {used}", ms=(deadline.clock() - began) * 1000)
    yield replace(done, searches=rounds.searches, degraded=untold(rounds.degraded, first.degraded))


def affordable(queries: Sequence[str], crew: Crew) -> tuple[str, ...]:
    """Of the queries for the whole question, best first, those that leave searches for its parts; at least one."""
    most = crew.answer.research_searches // (2 * max(1, len(crew.backends)))
    return tuple(queries[: max(1, most)])


@dataclass(frozen=True)
class _Asked:
    """What is to be searched for in a round."""

    text: str
    part: int | None = None
    hop: int = 1
    over: str = ""
    """The bridge that it rests on."""
    whole: bool = False
    """A search that helps the whole question; what it finds is read for that one."""


@dataclass
class _Rounds:
    """All that lies before the one who does the research, and what is still to be spent."""

    question: Question
    planned: Plan
    crew: Crew
    deadline: Deadline
    searches: int
    """Searches made."""
    calls: int
    """Calls of models made; those that write come on top."""
    parts: tuple[Part, ...] = ()
    whole: Finding = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    """Of the parts, in the order in which they were found."""
    tried: set[str] = field(default_factory=set)
    degraded: list[Degradation] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.crew.enough.is_set() or not self.deadline.left()

    async def run(self, first: Gathered) -> AsyncGenerator[Stepped]:
        began = self.deadline.clock()
        asked = self.planned.queries[0]
        self.tried.add(asked.casefold())
        self.whole = Finding(asked, self.planned, first, await self._read(self.planned, first))
        yield self._step(_read_as(self.whole), began)
        async for step in self._split():
            yield step
        for number in range(1, ROUNDS + 1):
            if self.ended:
                break
            wanted = await self._wanted(number)
            if not wanted or not self._left():
                break
            async for step in self._round(number, wanted):
                yield step
        if self._left() == 0:
            yield Stepped(step="research", detail=f"all {self.crew.answer.research_searches} searches are used")
        if self.crew.enough.is_set():
            yield Stepped(step="research", detail="told to answer now")
        elif not self.deadline.left():
            yield Stepped(step="research", detail=f"the time for searching is over: {self._seconds():.0f} s")

    def _seconds(self) -> float:
        return FOR_ROUNDS * min(self.crew.answer.research_s, self.crew.answer.deadline_s)

    def _step(self, detail: str, began: float) -> Stepped:
        return Stepped(step="research", detail=detail, ms=(self.deadline.clock() - began) * 1000)

    # ── the plan ──

    async def _split(self) -> AsyncGenerator[Stepped]:
        began = self.deadline.clock()
        asked, planner = self.planned.queries[0], self._planner()
        by, found = "rules", None
        if planner is None and (self.crew.planner or self.crew.model):
            by = "rules, since no call of a model is left"
        if planner is not None:
            found = await self._called(proposed(asked, planner, self._within(2)))
            by = planner.card.id if found is not None else f"rules, since {planner.card.id} gave none"
        self.parts = split(asked) if found is None else found
        said = " · ".join(_shown(at, part) for at, part in enumerate(self.parts)) or "no smaller questions"
        yield self._step(f"plan by {by}: {said}", began)

    def _planner(self) -> ModelClient | None:
        """Who plans, as long as a call is left beside those that write."""
        writers = (self.crew.model is not None) + (self.crew.first is not None)
        left = self.crew.answer.research_calls - writers - self.calls
        return (self.crew.planner or self.crew.model) if left > 0 else None

    def _within(self, share: int) -> Deadline:
        """An even part of the time that is left."""
        return self.deadline.within(self.deadline.left() / share)

    async def _called(self, asking: Coroutine[object, object, Reply]) -> Reply | None:
        """What a planner says, unless it fails, or nobody waits for it any more. It is a call in any case."""
        self.calls += 1
        task = asyncio.create_task(asking)
        await self._unless_enough([task])
        if task.cancelled():
            return None
        try:
            return task.result()
        except ModelFailed as failed:
            self.degraded.append(Degradation(part="planner", reason=failed.reason, detail=failed.detail))
            return None

    async def _unless_enough(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        """Until all are done or it is enough; what is not done by then is cancelled, and has ended."""
        stopped = asyncio.create_task(self.crew.enough.wait())
        try:
            waiting = set(tasks)
            while waiting and not stopped.done():
                _, waiting = await asyncio.wait([*waiting, stopped], return_when=asyncio.FIRST_COMPLETED)
                waiting.discard(stopped)
        finally:
            stopped.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(stopped, *tasks, return_exceptions=True)

    # ── rounds ──

    async def _wanted(self, number: int) -> list[_Asked]:
        """What the round is to search for: parts that wait for nothing, bridges, and what is missing."""
        if number == 1:
            wanted = [_Asked(part.text, at) for at, part in enumerate(self.parts) if part.after is None]
            return self._fresh(wanted or await self._missing())
        wanted = []
        for at, part in enumerate(self.parts):
            before = None if part.after is None else self._of(part.after)
            if before is not None and not self._is_covered(at):
                hits = before.gathered.hits
                found = bridges(before.extract, hits, self.planned.queries[0])
                fresh = [name for name in found if part.filled(name).casefold() not in self.tried]
                wanted += [_Asked(part.filled(name), at, before.hop + 1, name) for name in fresh[:CANDIDATES]]
        return self._fresh(wanted or await self._missing())

    def _fresh(self, wanted: Sequence[_Asked]) -> list[_Asked]:
        """Those that were not tried. What a source calls a thing may be no text that can be searched for."""
        plain = [replace(one, text=" ".join(one.text.split())) for one in wanted]
        usable = [one for one in plain if one.text.isprintable() and len(one.text) <= LONGEST]
        return [one for one in usable if one.text.casefold() not in self.tried]

    def _of(self, part: int) -> Finding | None:
        """What was found for a part, what covers it before anything else."""
        found = [finding for finding in self.findings if finding.part == part]
        return next((finding for finding in found if finding.covered), found[0] if found else None)

    def _is_covered(self, part: int) -> bool:
        found = self._of(part)
        return found is not None and found.covered

    async def _missing(self) -> list[_Asked]:
        """Searches for what no passage covers: a planner's, or else by the names that the best passages lead to."""
        open_ = [part.text for at, part in enumerate(self.parts) if not self._is_covered(at)]
        if self.whole.covered and not open_:
            return []
        planner = self._planner()
        if planner is not None:
            known = [finding for finding in (self.whole, *self.findings) if finding.extract.lead is not None]
            told = [_lead(finding) for finding in known]
            asked = still_missing(self.planned.queries[0], told, open_, planner, self._within(2))
            return [_Asked(text, whole=True) for text in await self._called(asked) or ()]
        if self.whole.covered:
            return []
        names = bridges(self.whole.extract, self.whole.gathered.hits, self.planned.queries[0])
        return [_Asked(name, whole=True, over=name) for name in names[:CANDIDATES]]

    async def _round(self, number: int, wanted: Sequence[_Asked]) -> AsyncGenerator[Stepped]:
        began = self.deadline.clock()
        backends = self._affordable(number)
        taken = wanted[: self._share(number) // max(1, len(backends))]
        self.tried |= {one.text.casefold() for one in taken}
        within = self._within(ROUNDS + 1 - number)
        tasks = [asyncio.create_task(self._gathered(one, backends, within)) for one in taken]
        self.searches += len(taken) * len(backends)
        await self._unless_enough(tasks)
        for one, task in zip(taken, tasks, strict=True):
            if not task.cancelled():
                async for step in self._weighed(one, *task.result()):
                    yield step
        spent = self.crew.answer.research_searches
        yield self._step(f"round {number}: {len(taken)} searched, {self.searches} of {spent} searches used", began)
        if len(taken) < len(wanted):
            left = " · ".join(f"“{one.text}”" for one in wanted[len(taken) :])
            yield Stepped(step="research", detail=f"no searches are left in this round for {left}")

    def _share(self, number: int) -> int:
        """Searches that the round may make: half of what is left, the last round all of it."""
        return self._left() if number == ROUNDS else math.ceil(self._left() / 2)

    def _left(self) -> int:
        return max(0, self.crew.answer.research_searches - self.searches)

    def _affordable(self, number: int) -> Mapping[str, SearchBackend]:
        """All backends where the round's searches suffice for one question; else the first so many."""
        return dict(list(self.crew.backends.items())[: self._share(number)])

    async def _gathered(
        self, one: _Asked, backends: Mapping[str, SearchBackend], within: Deadline
    ) -> tuple[Plan, Gathered, float]:
        began = self.deadline.clock()
        asked = plan(self.question.model_copy(update={"text": one.text}))
        crew, shown = self.crew, self.crew.answer.sources
        about = (one.over or asked.about,)
        found = await gather(
            (one.text,), self.question.filters, backends, crew.ranker, crew.search, shown, within, about
        )
        return asked, found, (self.deadline.clock() - began) * 1000

    async def _weighed(self, one: _Asked, asked: Plan, found: Gathered, ms: float) -> AsyncGenerator[Stepped]:
        """Reads what was found, and keeps it."""
        self.degraded += found.degraded
        yield Stepped(step="research", detail=f"searched “{one.text}”: {many(len(found.ranked), 'passage')}", ms=ms)
        for lost in found.degraded:
            yield Stepped(step="research", detail=lost.detail)
        if not found.hits or self.ended:
            return
        began = self.deadline.clock()
        if one.whole:
            both = self._beside(found)
            self.whole = replace(self.whole, gathered=both, extract=await self._read(self.planned, both))
            yield self._step(_read_as(self.whole), began)
            return
        read = await self._read(asked, found, SECTION_WORDS)
        finding = Finding(one.text, asked, found, read, one.hop, one.over, one.part)
        self.findings.append(finding)
        yield self._step(_read_as(finding), began)

    def _beside(self, found: Gathered) -> Gathered:
        """What was found for the whole question, with the best of ``found`` ahead of its worst."""
        before, most = self.whole.gathered, self.crew.answer.sources
        hits = {
            hit.passage.id: hit
            for hit in (*before.hits[: most // 2], *found.hits[: most // 2], *before.hits[most // 2 :])
        }
        return joined([before, found], list(hits.values()))

    async def _read(self, asked: Plan, found: Gathered, most: int | None = None) -> Extract:
        crew = self.crew
        seconds = READ_LONGER * crew.answer.read_s
        limit = self.deadline.within(seconds)
        hurried = Deadline(limit.at, lambda: math.inf if self.crew.enough.is_set() else limit.clock())
        return await asyncio.to_thread(
            extract,
            asked,
            found.hits,
            found.sources,
            crew.embedder,
            min(most or crew.answer.max_words, crew.answer.max_words),
            crew.reader,
            hurried,
            0.0,
        )


def _shown(at: int, part: Part) -> str:
    """A part in words: … is what the part before it finds, and [n] what the nth one does. Traces read it back."""
    before = "…" if part.after is None or part.after == at - 1 else f"[{part.after + 1}]"
    return part.filled(before)


def _read_as(finding: Finding) -> str:
    """What a reading came to, in words."""
    lead = finding.extract.lead
    if finding.told and not finding.covered:
        return f"read “{finding.asked}”: what answers it says nothing of {finding.over}"
    if lead is None or not finding.covered:
        return f"read “{finding.asked}”: no passage answers it ({finding.extract.evidence.chance:.2f})"
    said = finding.extract.fact or lead.text
    return f"read “{finding.asked}”: {said}"


def _lead(finding: Finding) -> str:
    return finding.extract.lead.text if finding.extract.lead is not None else ""
