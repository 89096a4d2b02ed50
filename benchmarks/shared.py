"""Which sets can be measured on? Those of the shared data folder, each as files in the format of ``pincite.evals``."""

from __future__ import annotations

import json
import lzma
import os
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pincite.evals import sets
from pincite.evals.sets import PassageRow, QuestionRow

HOME = Path(os.environ.get("PINCITE_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")
Row = dict[str, Any]
Files = tuple[list[Path], Path]


def rows(path: str) -> Iterator[Row]:
    with lzma.open(HOME / path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def pairs(path: str) -> Iterator[tuple[str, str]]:
    """Two values a line, with a tab between."""
    with lzma.open(HOME / path, "rt", encoding="utf-8") as lines:
        for line in lines:
            first, second = line.rstrip("\n").split("\t")
            yield first, second


def judged(
    passages: Sequence[Path], questions: Path, limit: int | None, seed: int = 0
) -> tuple[list[PassageRow], list[QuestionRow]]:
    """A set's passages, and a sample of the questions that at least one of them is right for."""
    rows = sets.passages(passages)
    known = {row.id for row in rows}
    asked = [q for q in sets.questions([questions]) if any(g > 0 and i in known for i, g in q.right.items())]
    return rows, sets.sample([q for q in asked if not q.impossible], limit, seed)


def _plain(passages: list[str], questions: str) -> Callable[[Path], Files]:
    return lambda _: ([HOME / path for path in passages], HOME / questions)


def _written(folder: Path, passages: list[Row], questions: list[Row]) -> Files:
    files = folder / "passages.jsonl", folder / "questions.jsonl"
    for file, some in zip(files, (passages, questions), strict=True):
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some), "utf-8")
    return [files[0]], files[1]


def _xquad(lang: str) -> Callable[[Path], Files]:
    def make(folder: Path) -> Files:
        found = [row for row in rows("xquad/xquad.jsonl.xz") if row["lang"] == lang]
        return _written(folder, found, found)

    return make


def _stackexchange(site: str) -> Callable[[Path], Files]:
    """A question's title finds its answers; the accepted one counts double."""

    def make(folder: Path) -> Files:
        questions = [
            {"id": row["id"], "question": row["title"], "rel": {a: 1 + (a == row["accepted"]) for a in row["answers"]}}
            for row in rows(f"stackexchange/{site}-questions.jsonl.xz")
        ]
        return _written(folder, list(rows(f"stackexchange/{site}-answers.jsonl.xz")), questions)

    return make


def _hotpot(folder: Path) -> Files:
    """Each paragraph once, whichever questions it came with; right are those with a gold sentence."""
    passages: dict[str, Row] = {}
    questions: list[Row] = []
    for row in rows("hotpot-100/hotpot.jsonl.xz"):
        right = {}
        for each in row["passages"]:
            passages[each["title"]] = {"id": each["title"], "title": each["title"], "text": "".join(each["sentences"])}
            if each["gold_sentences"]:
                right[each["title"]] = 1
        questions.append({"id": row["id"], "question": row["question"], "rel": right})
    return _written(folder, list(passages.values()), questions)


def nq_halves() -> tuple[list[Row], list[Row]]:
    """NQ's questions: those that ``scripts/train_cross.py`` teaches, and those that stay unseen."""
    questions = list(rows("nq/questions.jsonl.xz"))
    random.Random(7).shuffle(questions)
    return questions[: len(questions) // 2], questions[len(questions) // 2 :]


def _nq_unseen(folder: Path) -> Files:
    return _written(folder, list(rows("nq/passages.jsonl.xz")), nq_halves()[1])


SETS: dict[str, Callable[[Path], Files]] = {
    "squad": _plain(["squad/passages.jsonl.xz"], "squad/questions-dev-v1.1.jsonl.xz"),
    "nq": _plain(["nq/passages.jsonl.xz"], "nq/questions.jsonl.xz"),
    "nq-unseen": _nq_unseen,
    "nq+squad": _plain(["nq/passages.jsonl.xz", "squad/passages.jsonl.xz"], "nq/questions.jsonl.xz"),
    "cranfield": _plain(["cranfield/docs.jsonl.xz"], "cranfield/queries.jsonl"),
    "limit-small": _plain(["limit-small/docs.jsonl.xz"], "limit-small/queries.jsonl.xz"),
    "dbpedia-mini": _plain(["dbpedia-mini/docs.jsonl.xz"], "dbpedia-mini/queries.jsonl"),
    "msmarco-mini": _plain(["msmarco-mini/docs.jsonl.xz"], "msmarco-mini/queries.jsonl"),
    "covid-qa": _plain(["covid-qa/docs.jsonl.xz"], "covid-qa/docs.jsonl.xz"),
    "hotpot": _hotpot,
    "beer": _stackexchange("beer"),
    "coffee": _stackexchange("coffee"),
    **{f"xquad-{lang}": _xquad(lang) for lang in LANGUAGES},
}
