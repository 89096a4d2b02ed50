"""What does pincite answer to these questions? The real pipeline, end to end, a record a question.

With ``absent`` half of the articles that questions are about stay out of the index: their questions should be
declined, those of the other half answered. (An article is all passages of one title.)
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from pincite import __version__
from pincite.answer.ask import ask
from pincite.answer.check.check import Lexical
from pincite.answer.check.support import Weighing
from pincite.answer.crew import Crew
from pincite.encoders.cross import CrossEncoder
from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.build import Built, built
from pincite.evals.record import Record, append, kept, resumed
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.evals.vectors import default_cache
from pincite.events import Event, fold
from pincite.models import Picker
from pincite.ports import Deadline, ModelClient, Ranker
from pincite.rank.order import Order
from pincite.search.own import OwnIndex
from pincite.settings import IndexSettings, Settings
from pincite.types import Question

UNHURRIED_S = 60.0
"""Time for what an answer would rather skip than wait for."""


@dataclass(frozen=True)
class Draw:
    """What is indexed and what is asked."""

    passages: list[PassageRow]
    questions: list[QuestionRow]
    left_out: frozenset[str]
    """Ids of passages that are not indexed."""

    def group(self, question: QuestionRow) -> str:
        """``answerable``; ``impossible`` (marked so, though the article is there); ``absent``; ``absent impossible``.

        A question whose passage nobody gave is ``unknown``.
        """
        named = [id_ for id_, grade in question.right.items() if grade > 0] or list(question.right)
        if any(id_ in self._known for id_ in named):
            return "impossible" if question.impossible else "answerable"
        if any(id_ in self.left_out for id_ in named):
            return "absent impossible" if question.impossible else "absent"
        return "impossible" if question.impossible else "unknown"

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(row.id for row in self.passages)


def draw(
    passages: Sequence[Path],
    questions: Sequence[Path],
    *,
    absent: bool = False,
    limit: int | None = None,
    seed: int = 0,
) -> Draw:
    """All passages, and a sample of ``limit`` questions; the same ones for the same ``seed``."""
    found, asked = sets.passages(passages), sets.questions(questions)
    out = left_out(found, asked, seed) if absent else frozenset[str]()
    return Draw([row for row in found if row.id not in out], sets.sample(asked, limit, seed), out)


def left_out(rows: Sequence[PassageRow], questions: Sequence[QuestionRow], seed: int) -> frozenset[str]:
    """Ids of all passages of every second article, in an order drawn by ``seed``, that some question is about."""
    title = {row.id: row.title or row.id for row in rows}
    about = sorted({title[id_] for q in questions for id_ in q.right if id_ in title})
    random.Random(seed).shuffle(about)  # noqa: S311
    gone = set(about[::2])
    return frozenset(id_ for id_, name in title.items() if name in gone)


def crew_of(
    b: Built,
    settings: Settings,
    model: ModelClient | None = None,
    ranker: Ranker | None = None,
    cross: CrossEncoder | None = None,
) -> Crew:
    """Everybody who works on an answer, as the engine would have it; ``ranker`` stands in for the usual one.

    The encoders are not hurried, so that figures are the same on a busy machine; their time is in the answers' times.
    """
    # The embedder without the memory: what it costs to embed sentences is part of an answer's time.
    own = OwnIndex(b.index)
    return Crew(
        {own.name: own},
        ranker or Order(scorer=cross, read_s=UNHURRIED_S),
        b.embedder,
        Lexical(),
        model,
        answer=settings.answer.model_copy(update={"read_s": UNHURRIED_S, "check_s": UNHURRIED_S}),
        search=settings.search,
        reader=cross,
        careful=Weighing.configured(settings.answer, b.embedder),
    )


async def answering(crew: Crew, given: Draw, asked: Sequence[QuestionRow], system: str) -> AsyncGenerator[Record]:
    """A record for each question, one after the other, so that times are those of a quiet house."""
    if asked and crew.model is None:
        await _answer(crew, asked[0])  # warms up; a model is not paid for that
    for row in asked:
        answer = fold(await _answer(crew, row))
        yield Record(system=system, answer=answer, gold=row.answers, nuggets=row.nuggets, group=given.group(row))


async def _answer(crew: Crew, row: QuestionRow) -> list[Event]:
    question = Question(id=row.id, thread_id=row.id, text=row.text)
    return [event async for event in ask(question, row.id, (), crew, Deadline.after(crew.answer.deadline_s))]


@asynccontextmanager
async def picked(name: str | None, settings: Settings, env: Mapping[str, str]) -> AsyncGenerator[ModelClient | None]:
    """The model of that id. Raises ``UnknownModel`` or ``ModelRefused`` before anything was asked."""
    picker = Picker(settings.models, env, settings.answer)
    try:
        yield await picker.pick(name or "none")
    finally:
        await picker.close()


# ── a run that can be stopped ──


def run(
    passages: Sequence[Path],
    questions: Sequence[Path],
    out: Path,
    *,
    absent: bool = False,
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    model: str | None = None,
    system: str = "",
    settings: Settings | None = None,
    env: Mapping[str, str] = os.environ,
    telling: Telling = silent,
) -> Report:
    """Answers the questions into ``out``, a record a line as each is done. Started again, it goes on where it was.

    What was asked of it stands beside it in ``<out>.run.json``; with anything else it raises ``BadInput`` and
    changes nothing. A finished file is left alone.
    """
    settings = settings or Settings()
    given = draw(passages, questions, absent=absent, limit=limit, seed=seed)
    only_once(given.questions)
    name = system or (f"pincite {model}" if model else "pincite")
    cross = CrossEncoder.configured(settings)
    asked = {"absent": absent, "limit": limit, "seed": seed, "model": model, "system": name, "version": __version__}
    asked["cross"] = cross.name if cross else None
    files = {"passages": list(map(digest, passages)), "questions": list(map(digest, questions))}
    same_run(out, {**asked, **files, "settings": digest_of(settings)})
    done = {record.id for record in resumed(out, Record)}
    rest = [row for row in given.questions if row.id not in done]
    began = perf_counter()

    async def go(b: Built) -> None:
        async with (
            picked(model, settings, env) as client,
            aclosing(answering(crew_of(b, settings, client, cross=cross), given, rest, name)) as coming,
        ):
            async for record in coming:
                append(out, [record])
                done.add(record.id)
                telling("answers", len(done), len(given.questions))

    if rest:
        with built(given.passages, cache or default_cache(), telling, IndexSettings().passage_words) as b:
            asyncio.run(go(b))
    made = kept(out, Record)
    facts = {
        "n": len(made),
        "answered_now": len(rest),
        "passages": len(given.passages),
        "left_out": len(given.left_out),
        "abstained": measures.mean([float(record.abstained) for record in made]),
        "seconds": perf_counter() - began,
        "file": str(out),
    }
    return Report("run", facts)


def only_once(questions: Sequence[QuestionRow]) -> None:
    """Raises ``BadInput`` for an id that two questions have."""
    seen: set[str] = set()
    for row in questions:
        if row.id in seen:
            raise BadInput(f"two questions have the id {row.id!r}", hint="give each question its own id")
        seen.add(row.id)


def same_run(out: Path, asked: dict[str, Any]) -> None:
    """Writes down what is asked, or compares it with what was."""
    note = out.with_name(f"{out.name}.run.json")
    if not note.exists():
        if out.exists():
            raise BadInput(f"{out} is there and was not made by a run", hint="give another --out")
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")
        return
    before = json.loads(note.read_text(encoding="utf-8"))
    differ = sorted(name for name in asked.keys() | before.keys() if asked.get(name) != before.get(name))
    if differ:
        raise BadInput(
            f"{out} was begun with another {', '.join(differ)}", hint="give another --out, or the same words as before"
        )


def digest(path: Path) -> str:
    """A file's name and a digest of its bytes, so that another file of the same name is told from it."""
    with path.open("rb") as file:
        return f"{path.name} {file_digest(file, 'sha256').hexdigest()[:16]}"


def digest_of(settings: Settings) -> str:
    """Of the settings that change an answer."""
    said = settings.answer.model_dump_json() + settings.search.model_dump_json()
    return sha256(said.encode()).hexdigest()[:16]
