"""From what does the cross-encoder learn? Questions beside the passage that answers them and ones that do not.

An ``Example`` is one text beside several passages, the right one first. What is not answered by hand is mined: the
hard negatives are what search finds for the question and what does not hold its answer, with the scores that search
gave them, so that training can turn to what search does not know. Beside the question stands, where one can be made, a
twisted one that its passage no longer answers. Where there are no questions at all, a corpus asks itself: a document's
title and heading ask for the passage below them.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pincite.evals.sets import PassageRow, QuestionRow
from pincite.index import Index
from pincite.ports import Query
from pincite.text.tokens import content_words

MINED = 25
"""Hits in which hard negatives are looked for: as many as are read again for a question."""
Twist = Callable[[QuestionRow, PassageRow, random.Random], str | None]
"""Makes of a question one that its passage does not answer; ``None`` where it can't."""
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Text:
    """A passage as the network sees it: ``title`` for context, ``text`` to read, and where the answer stands in it."""

    title: str
    text: str
    start: int = -1
    end: int = -1
    """Characters of ``text``; -1 where there is no answer to mark."""
    score: float = 0.0
    """What search gave it for the question, in its standard deviations; 0 for all where nothing was searched."""


@dataclass(frozen=True)
class Example:
    """``asked`` beside ``right`` and ``wrong`` passages, to tell them apart and to find the answer in the right one."""

    asked: str
    right: Text
    wrong: tuple[Text, ...]
    twisted: str = ""
    """A question much like ``asked`` that ``right`` does not answer; empty if none was made."""


@dataclass(frozen=True)
class Claim:
    """``said`` beside a passage: does it say so? ``label`` 0 no, 1 a part, 2 yes."""

    said: str
    passage: Text
    label: int


def answered(
    questions: Sequence[QuestionRow],
    rows: dict[str, PassageRow],
    index: Index,
    negatives: int,
    *,
    dense: bool,
    seed: int,
    mined: float = 1.0,
    twist: Twist | None = None,
) -> Iterator[Example]:
    """An example for each question whose passage is known; an answer that does not stand in it is not marked.

    ``index`` holds the rows (see ``evals.build``), its documents' URLs end in ``#id`` or are ``row:id``. Negatives are
    drawn from its best hits, the better ones more often; after the share ``mined`` of the questions, from the passages
    with the same title, for which nothing is searched. A question without any is left out. ``twist`` makes the twisted
    ones.
    """
    chance = random.Random(seed)  # noqa: S311
    beside: dict[str, list[PassageRow]] = defaultdict(list)
    for row in rows.values():
        beside[row.title].append(row)
    for number, question in enumerate(questions):
        right = next((rows[id_] for id_, grade in question.right.items() if grade > 0 and id_ in rows), None)
        if right is None:
            continue
        scores: dict[str, float] = {}
        if number < mined * len(questions):
            hits = index.search(Query(question.text, MINED), text=True, dense=dense)
            for hit in hits:
                scores.setdefault(row_id(hit.passage.document.url), hit.score)
            found = [rows[id_] for id_ in scores]
        else:
            found = chance.sample(beside[right.title], len(beside[right.title]))
        wrong = [row for row in found if row.id not in question.right and not _answers(row.text, question.answers)]
        if wrong:
            told = scores.get(right.id, min(scores.values(), default=0.0))
            yield Example(
                question.text,
                replace(marked(right, question.answers, chance), score=told),
                _drawn([Text(row.title, row.text, score=scores.get(row.id, 0.0)) for row in wrong], negatives, chance),
                (twist(question, right, chance) if twist else None) or "",
            )


def row_id(url: str) -> str:
    """The id of the row that ``evals.build`` made a document with this URL of."""
    return url.rpartition("#")[2] if "#" in url else url.removeprefix("row:")


def titled(rows: Sequence[PassageRow], index: Index, negatives: int, *, seed: int) -> Iterator[Example]:
    """What a corpus asks itself: its title and some words of a sentence, which stand in only one of its passages."""
    chance = random.Random(seed)  # noqa: S311
    for row in rows:
        words = [word for word in _WORDS.findall(row.text) if len(word) > 3]
        if not row.title or len(words) < 20:
            continue
        at = chance.randrange(len(words) - 6)
        picked = content_words(" ".join(words[at : at + 6]))[: chance.choice((2, 3, 4))]
        asked = " ".join([row.title, *picked]) if chance.random() < 0.7 else " ".join(picked)
        hits = index.search(Query(asked, MINED), text=True, dense=False)
        ids = [row_id(hit.passage.document.url) for hit in hits]
        wrong = [hit.passage for hit, id_ in zip(hits, ids, strict=True) if id_ != row.id]
        if wrong:
            texts = [Text(passage.document.title, passage.text) for passage in wrong]
            yield Example(asked, Text(row.title, row.text), _drawn(texts, negatives, chance))


def marked(row: PassageRow, answers: Sequence[str], chance: random.Random) -> Text:
    """The row with one of its answer's places marked."""
    for answer in answers:
        places = [match.start() for match in re.finditer(re.escape(answer), row.text)]
        if places:
            start = places[0] if len(places) == 1 else chance.choice(places[:2])
            return Text(row.title, row.text, start, start + len(answer))
    return Text(row.title, row.text)


def _answers(text: str, answers: Iterable[str]) -> bool:
    lowered = text.lower()
    return any(answer.lower() in lowered for answer in answers)


def _drawn(texts: Sequence[Text], count: int, chance: random.Random) -> tuple[Text, ...]:
    """``count`` different ones, the first ones more often: weight 1 / (1 + place)."""
    left = list(enumerate(texts))
    taken: list[Text] = []
    while left and len(taken) < count:
        (at,) = chance.choices(range(len(left)), [1 / (1 + place) for place, _ in left])
        taken.append(left.pop(at)[1])
    return tuple(taken)


# ── files ──


def write(path: Path, examples: Iterable[Example | Claim]) -> int:
    """JSON lines. Returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        return sum(1 for each in examples if out.write(json.dumps(asdict(each), ensure_ascii=False) + "\n"))


def examples(path: Path) -> list[Example]:
    """What ``write`` wrote. A passage that stands in many examples is held once."""
    held: dict[str, str] = {}

    def text(row: dict[str, Any]) -> Text:
        return Text(**{**row, "text": held.setdefault(row["text"], row["text"])})

    return [
        Example(row["asked"], text(row["right"]), tuple(map(text, row["wrong"])), row.get("twisted", ""))
        for row in _rows(path)
    ]


def claims(path: Path) -> list[Claim]:
    """What ``write`` wrote."""
    return [Claim(row["said"], Text(**row["passage"]), row["label"]) for row in _rows(path)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
