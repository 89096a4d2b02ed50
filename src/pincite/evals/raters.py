"""What do people say to it? A form that any browser opens, and their judgements read back.

The form has the three steps of Liu et al. 2023: fluency and perceived utility of the answer; which sentences are worth
verifying; support by each citation, and by all of a sentence together. It is one file, needs no network and no server,
shows no system's name, and gives JSON lines by download. Several people may judge the same answers; κ says how far
they agree, and where they don't, the majority counts; on a tie a sentence is worth verifying and has the lower support.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from pydantic import Field, ValidationError

from pincite.answer.check.opinion import CHANCE, Label
from pincite.errors import BadInput
from pincite.evals import sets
from pincite.evals.intervals import kappa
from pincite.evals.judges import Judgement
from pincite.evals.judging import Judged, Opinion, Ruling
from pincite.evals.record import Record
from pincite.evals.sheet import sheet
from pincite.types import Noun

_RISING = (Label.NONE, Label.PARTIAL, Label.FULL)
Support = Literal["full", "partial", "none"]


class Marked(Noun):
    """One person's word on one sentence. ``support`` is that of all its citations; ``None``: it has none."""

    start: int
    worthy: bool
    support: Support | None = None
    each: tuple[Support, ...] = ()


class Rating(Noun):
    """One person's word on one answer, as the form gives it."""

    rater: str
    id: str
    """Of the answer as the form has it (``blind``)."""
    fluency: float = Field(ge=1, le=5)
    utility: float = Field(ge=1, le=5)
    one_sided: bool | None = None
    """To a debated question it gives one side only; asked where the form is about debates."""
    sure: bool | None = None
    """It sounds very sure of itself."""
    statements: tuple[Marked, ...]
    seconds: float = 0


# ── the form ──


def blind(record: Record) -> str:
    """An id that does not tell whose answer it is."""
    return sha256(f"{record.system}\n{record.id}".encode()).hexdigest()[:16]


def form(records: Sequence[Record], *, seed: int = 0, debate: bool = False) -> str:
    """A page of HTML that asks about the records, in an order drawn by ``seed``.

    ``debate`` also asks whether an answer is one-sided and sure of itself: for sets of debated questions.
    """
    items = [_item(record) for record in records]
    random.Random(seed).shuffle(items)  # noqa: S311
    key = sha256(json.dumps(items).encode()).hexdigest()[:16]
    page = files(__package__).joinpath("form.html").read_text(encoding="utf-8")
    return sheet(page, {"key": key, "items": items, "debate": debate})


def _item(record: Record) -> dict[str, Any]:
    statements = []
    for sentence in record.answer.sentences:
        citations = [
            {"title": p.document.title, "url": p.document.url, "text": p.text}
            if p
            else {"title": f"source {citation.source}, which is not among the sources", "url": "", "text": ""}
            for citation, p in zip(sentence.citations, record.cited(sentence), strict=True)
        ]
        statements.append({"start": sentence.start, "text": record.said(sentence), "citations": citations})
    return {
        "id": blind(record),
        "question": record.answer.question.text,
        "text": record.answer.text,
        "statements": statements,
    }


# ── reading back ──


def ratings(paths: Sequence[Path]) -> list[Rating]:
    """All judgements of all files. Raises ``BadInput`` with file and line for one that the form did not give."""
    found: dict[tuple[str, str], Rating] = {}
    for path in paths:
        for place, row in sets.rows(path):
            try:
                rating = Rating.model_validate(row)
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"]))
                raise BadInput(
                    f"{place}: {where}: {error.errors()[0]['msg']}", hint="give the file as the form downloaded it"
                ) from None
            if found.setdefault((rating.rater, rating.id), rating) != rating:
                raise BadInput(
                    f"{place}: {rating.rater} judged one answer twice, differently", hint="leave one of the two out"
                )
    return list(found.values())


def judged(records: Iterable[Record], given: Sequence[Rating]) -> list[Judged]:
    """The records that somebody judged, with what the majority said. Raises ``BadInput`` for a judgement of another."""
    by_answer: dict[str, list[Rating]] = {}
    for rating in given:
        by_answer.setdefault(rating.id, []).append(rating)
    found = []
    raters = len({rating.rater for rating in given})
    name = f"{raters} person" if raters == 1 else f"{raters} people"
    for record in records:
        mine = by_answer.pop(blind(record), None)
        if mine:
            found.append(_together(record, mine, name))
    if by_answer:
        odd = next(iter(by_answer)).replace("\n", " ")
        raise BadInput(
            f"{len(by_answer)} judgements are of no answer here, such as {odd!r}", hint="is it the same file?"
        )
    return found


def _together(record: Record, given: Sequence[Rating], name: str) -> Judged:
    rulings = []
    for sentence in record.answer.sentences:
        said = [one for rating in given for one in rating.statements if one.start == sentence.start]
        if len(said) < len(given) or any(s.worthy and len(s.each) != len(sentence.citations) for s in said):
            raise BadInput(
                f"the judgements of answer {record.id!r} are of another text",
                hint="judge the answers that the form had",
            )
        votes = [one for one in said if one.worthy]
        worthy = len(votes) * 2 >= len(said)
        each = tuple(_majority([one.each[n] for one in votes]) for n in range(len(sentence.citations))) if votes else ()
        supports = [one.support for one in votes if one.support is not None]
        union = _majority(supports) if worthy and supports else None
        ruling = Ruling(start=sentence.start, end=sentence.end, worthy=worthy, union=union, each=each if worthy else ())
        rulings.append(ruling)
    opinion = Opinion(
        fluency=fmean(r.fluency for r in given),
        utility=fmean(r.utility for r in given),
        one_sided=_most([r.one_sided for r in given]),
        overconfident=_most([r.one_sided and r.sure for r in given]),
    )
    return Judged(record=record, judge=name, human=True, rulings=tuple(rulings), opinion=opinion)


def _majority(votes: Sequence[str]) -> Judgement:
    counts = Counter(Label(vote) for vote in votes)
    label = max(_RISING, key=lambda each: (counts[each], -_RISING.index(each)))
    return Judgement(label=label, p=CHANCE[label])


def _most(said: Sequence[bool | None]) -> bool | None:
    """What at least half of those who were asked say."""
    asked = [one for one in said if one is not None]
    return sum(asked) * 2 >= len(asked) if asked else None


# ── agreement ──


def agreement(given: Sequence[Rating]) -> dict[str, dict[str, float | None]]:
    """By question of the form: κ and the share of equal words, means over pairs of people, and over how many pairs.

    κ is the mean of those pairs of people that have one, ``None`` if none has.

    Liu et al. had equal words on 82.0 % of citations, 82.2 % of statements' support, 94.6 % of worthiness.
    """
    said: dict[str, dict[str, dict[Hashable, Hashable]]] = {}
    for rating in given:
        for statement in rating.statements:
            place = (rating.id, statement.start)
            said.setdefault("worthy", {}).setdefault(rating.rater, {})[place] = statement.worthy
            if statement.worthy and statement.support is not None:
                said.setdefault("statement supported", {}).setdefault(rating.rater, {})[place] = statement.support
                for n, support in enumerate(statement.each):
                    said.setdefault("citation supports", {}).setdefault(rating.rater, {})[(*place, n)] = support
        said.setdefault("utility", {}).setdefault(rating.rater, {})[rating.id] = rating.utility
    return {what: row for what, people in said.items() if (row := _agreed(people))}


def _agreed(people: Mapping[str, Mapping[Hashable, Hashable]]) -> dict[str, float | None]:
    rows = []
    for one, other in combinations(people.values(), 2):
        both = [place for place in one if place in other]
        if both:
            a, b = [one[place] for place in both], [other[place] for place in both]
            rows.append((kappa(a, b), fmean(x == y for x, y in zip(a, b, strict=True)), len(both)))
    if not rows:
        return {}
    kappas, equal, counts = zip(*rows, strict=True)
    known = [each for each in kappas if each is not None]
    return {"kappa": fmean(known) if known else None, "equal": fmean(equal), "n": float(sum(counts))}
