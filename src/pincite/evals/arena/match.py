"""What do both answer? Retrieve once, write twice: a pair of records a question.

Hits and their order are remembered while a question is asked, so both contenders get the very same sources, and their
times are those of writing. Who writes first is drawn for each question.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from pincite import __version__
from pincite.answer.ask import ask
from pincite.answer.crew import Crew
from pincite.answer.write.route import First
from pincite.encoders.cross import CrossEncoder
from pincite.errors import BadInput, ModelFailed
from pincite.evals.answering import UNHURRIED_S, Draw, crew_of, digest, digest_of, draw, only_once, picked, same_run
from pincite.evals.arena.contender import Contender, Side
from pincite.evals.build import Built, built
from pincite.evals.record import Record, append, kept, resumed
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import QuestionRow
from pincite.evals.vectors import default_cache
from pincite.events import Event, Sourced, fold
from pincite.ports import Deadline, Query, Ranker, SearchBackend
from pincite.settings import IndexSettings, Settings
from pincite.types import Degradation, Hit, Noun, Question, Status

PAIRS = "pairs.jsonl"
_IN_A_ROW = 5
"""So many questions that a model fails on, one after the other, and the run ends: it will not come back by itself."""
_WROTE_ALL_THE_SAME = ("length", "filter")
_SIDES: tuple[Side, Side] = ("a", "b")


class Pair(Noun):
    """One question, answered by both from the same sources."""

    id: str
    """Of the question."""
    a: Record
    b: Record

    def of(self, side: Side) -> Record:
        return self.a if side == "a" else self.b


def pairs(folder: Path) -> list[Pair]:
    """What a match left there. Raises ``BadInput`` where there is none."""
    if not (folder / PAIRS).is_file():
        raise BadInput(f"there is no {PAIRS} in {folder}", hint="make one with: pincite arena run … --out FOLDER")
    found = kept(folder / PAIRS, Pair)
    if not found:
        raise BadInput(f"{folder / PAIRS} holds no answers yet", hint="the same pincite arena run goes on")
    return found


# ── one retrieval ──


class Remembered:
    """A ``SearchBackend`` that is asked each thing once: who asks the same again gets the same hits, at once."""

    def __init__(self, backend: SearchBackend) -> None:
        self._backend = backend
        self._hits: dict[Query, Sequence[Hit]] = {}

    @property
    def name(self) -> str:
        return self._backend.name

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        # How much a model could read of whole files is its own affair; the index has none.
        key = replace(query, whole_tokens=0)
        if key not in self._hits:
            self._hits[key] = await self._backend.search(key, deadline)
        return self._hits[key]


class RankedOnce:
    """A ``Ranker`` whose order of the same hits is the first one, however long a second one would have had."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._orders: dict[tuple[str, tuple[tuple[str, float], ...]], list[Hit]] = {}

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        key = (question, tuple((hit.passage.id, hit.score) for hit in hits))
        if key not in self._orders:
            self._orders[key] = self._ranker.rank(question, hits)
        return list(self._orders[key])


@dataclass(frozen=True)
class Match:
    """Two crews, alike but for how they write."""

    crews: Mapping[Side, Crew]
    names: Mapping[Side, str]
    given: Draw
    seed: int

    def silent(self) -> Match:
        """The same without any model."""
        return replace(
            self,
            crews={
                side: replace(crew, model=None, first=None, planner=None, second=None)
                for side, crew in self.crews.items()
            },
        )

    async def answers(self, row: QuestionRow) -> dict[Side, Record]:
        """Both answers to one question. What they rest on is found before, so neither waits for it."""
        ranker = RankedOnce(self.crews["a"].ranker)
        found = {name: Remembered(one) for name, one in self.crews["a"].backends.items()}
        crews = {side: replace(self.crews[side], backends=found, ranker=ranker) for side in _SIDES}
        await self._look(row, crews["a"])
        order = list(_SIDES)
        random.Random(f"{self.seed}\n{row.id}").shuffle(order)  # noqa: S311
        made = {side: await self._record(row, crews[side], self.names[side]) for side in order}
        return {side: made[side] for side in _SIDES}

    async def _look(self, row: QuestionRow, crew: Crew) -> None:
        async with aclosing(self._asked(row, crew)) as events:
            async for event in events:
                if isinstance(event, Sourced):
                    return

    async def _record(self, row: QuestionRow, crew: Crew, name: str) -> Record:
        answer = fold([event async for event in self._asked(row, crew)])
        group = self.given.group(row)
        return Record(system=name, answer=answer, gold=row.answers, nuggets=row.nuggets, group=group)

    @staticmethod
    def _asked(row: QuestionRow, crew: Crew) -> AsyncGenerator[Event, None]:
        question = Question(id=row.id, thread_id=row.id, text=row.text)
        return ask(question, row.id, (), crew, Deadline.after(crew.answer.deadline_s))


def failure(record: Record) -> Degradation | None:
    """Why this is not what the contender writes: its model gave nothing, or broke off. ``None`` for a whole answer."""
    for each in record.answer.degraded:
        if each.part == "model" and each.reason not in _WROTE_ALL_THE_SAME:
            return each
    status = record.answer.status
    if status is Status.ANSWERED:
        return None
    problem = record.answer.problem
    return Degradation(part="answer", reason=status.value, detail=problem.detail if problem else status.value)


# ── a run that can be stopped ──


def run(
    passages: Sequence[Path],
    questions: Sequence[Path],
    out: Path,
    contenders: Mapping[Side, Contender],
    *,
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    settings: Settings | None = None,
    env: Mapping[str, str] = os.environ,
    telling: Telling = silent,
) -> Report:
    """Pairs into the folder ``out``, a line as each question is answered by both. Started again, it goes on.

    A question on which a model failed is kept from the file, counted, and tried again the next time. Raises
    ``BadInput`` if the folder was begun with anything else, and ``ModelFailed`` when a model fails again and again.
    """
    given = draw(passages, questions, limit=limit, seed=seed)
    only_once(given.questions)
    cross = CrossEncoder.configured(settings or Settings())
    _noted(out / PAIRS, (*passages, *questions), contenders, cross, {"limit": limit, "seed": seed})
    done = {pair.id for pair in resumed(out / PAIRS, Pair)}
    rest = [row for row in given.questions if row.id not in done]
    failed: Counter[Side] = Counter()

    async def go(b: Built) -> None:
        async with AsyncExitStack() as stack:
            crews = {side: await _crew(b, contenders[side], cross, env, stack) for side in _SIDES}
            match = Match(crews, {side: contenders[side].name for side in _SIDES}, given, seed)
            await _played(match, rest, out / PAIRS, failed, telling)

    if rest:
        with built(given.passages, cache or default_cache(), telling, IndexSettings().passage_words) as b:
            asyncio.run(go(b))
    made = kept(out / PAIRS, Pair)
    facts = {
        "n": len(made),
        "answered_now": len(made) - len(done),
        "failed": {side: failed[side] for side in _SIDES},
        "same_words": sum(pair.a.answer.text == pair.b.answer.text for pair in made),
        "passages": len(given.passages),
        "file": str(out / PAIRS),
    }
    return Report("arena", facts)


async def _played(
    match: Match, rest: Sequence[QuestionRow], out: Path, failed: Counter[Side], telling: Telling
) -> None:
    if rest:  # what both use is warm before the first question is timed; a model is not paid for that
        await match.silent().answers(rest[0])
    in_a_row = 0
    for number, row in enumerate(rest, 1):
        made = await match.answers(row)
        wrong = {side: why for side in _SIDES if (why := failure(made[side]))}
        if not wrong:
            append(out, [Pair(id=row.id, a=made["a"], b=made["b"])])
        failed.update(wrong.keys())
        in_a_row = in_a_row + 1 if wrong else 0
        telling("questions", number, len(rest))
        if in_a_row == _IN_A_ROW:
            side, why = next(iter(wrong.items()))
            raise ModelFailed(
                f"{match.names[side]} failed on {in_a_row} questions in a row, at last: {why.detail}",
                reason=why.reason,
                hint="what was answered is kept; the same command goes on when the model answers again",
            )


async def _crew(
    b: Built, one: Contender, cross: CrossEncoder | None, env: Mapping[str, str], stack: AsyncExitStack
) -> Crew:
    """With its models, which ``stack`` closes. Raises ``UnknownModel`` or ``ModelRefused``."""
    models = one.settings.models
    names = models.default, models.first, models.planner, models.checker
    clients = [await stack.enter_async_context(picked(name, one.settings, env)) for name in names]
    model, first, planner, second = clients
    crew = crew_of(b, one.settings, model, cross=cross)
    unhurried = crew.search.model_copy(update={"deadline_s": UNHURRIED_S})
    opens = First.of(first, models) if first else None
    crew = replace(crew, first=opens, planner=planner, second=second)
    return replace(crew, search=unhurried, instructions=one.instructions)


def _noted(
    out: Path,
    files: Sequence[Path],
    contenders: Mapping[Side, Contender],
    cross: CrossEncoder | None,
    asked: Mapping[str, int | None],
) -> None:
    same_run(
        out,
        {
            **asked,
            **{side: one.said | {"name": one.name} for side, one in contenders.items()},
            "settings": {side: digest_of(one.settings) for side, one in contenders.items()},
            "cross": cross.name if cross else None,
            "files": list(map(digest, files)),
            "version": __version__,
        },
    )
