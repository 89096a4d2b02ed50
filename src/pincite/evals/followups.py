"""Is a follow-up understood? The search made of it, against the question that a person wrote in its place.

Formats: ``history`` (questions and answers by turns), ``question``, ``rewrite``; or conversations, ``turns`` with
``user``, ``resolved`` and perhaps ``system``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import unquote

from pincite.answer.question.recall import Standalone, standalone
from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.report import Report, Telling, paced, silent
from pincite.text.tokens import content_words, normal
from pincite.types import Answer, Question, Status


@dataclass(frozen=True)
class FollowUp:
    """A question in its conversation, and how a person asked it so that it stands alone."""

    id: str
    history: tuple[tuple[str, str], ...]
    question: str
    rewrite: str
    title: str = ""


def run(
    questions: Path | Sequence[Path], *, limit: int | None = None, seed: int = 0, telling: Telling = silent
) -> Report:
    """Content-word recall and precision of the searches, by system: ``unchanged``, ``first`` query, ``all`` queries.

    ``missing recall`` counts only the words that the question itself does not have: what had to be remembered.
    """
    rows = list(followups([questions] if isinstance(questions, Path) else questions))
    chosen = sets.sample(rows, limit, seed)
    made: list[Standalone] = []
    times: list[float] = []
    tell = paced(telling)
    for number, row in enumerate(chosen, 1):
        history = _history(row)
        began = perf_counter()
        made.append(standalone(row.question, history))
        times.append((perf_counter() - began) * 1000)
        tell("followups", number, len(chosen))
    pairs = list(zip(chosen, made, strict=True))
    facts = {
        "n": len(chosen),
        "dependent": measures.mean([float(each.dependent) for each in made]),
        "ms": measures.spread(times),
    }
    systems = {
        "unchanged": _judged([(row, row.question) for row in chosen]),
        "first": _judged([(row, each.queries[0]) for row, each in pairs]),
        "all": _judged([(row, " ".join(each.queries)) for row, each in pairs]),
    }
    return Report("followups", facts, systems)


def followups(paths: Sequence[Path]) -> Iterator[FollowUp]:
    """Every turn that has a history and a person's rewrite."""
    for path in paths:
        for place, row in sets.rows(path):
            if isinstance(row.get("turns"), list):
                yield from _conversation(row, place)
            elif isinstance(row.get("history"), list) and row.get("question"):
                yield _turn(row, place)
            else:
                raise BadInput(
                    f"{place}: neither a turn nor a conversation", hint="pincite eval --help shows the formats"
                )


def _turn(row: dict[str, Any], place: str) -> FollowUp:
    said = [str(each or "") for each in row["history"]]
    if not isinstance(row.get("rewrite"), str):
        raise BadInput(f"{place}: it has no rewrite", hint='each turn needs {"history", "question", "rewrite"}')
    pairs = tuple(zip(said[::2], [*said[1::2], ""], strict=False))
    return FollowUp(str(row.get("id", place)), pairs, str(row["question"]), row["rewrite"], _title(row))


def _title(row: dict[str, Any]) -> str:
    """The article that the turn is about, from its title or its address, without what is in brackets."""
    title = str(row.get("title") or "")
    if not title and isinstance(row.get("url"), str):
        title = unquote(row["url"].split("#")[0].rstrip("/").rpartition("/")[2]).replace("_", " ")
    return re.sub(r"\s*\([^)]*\)$", "", title)


def _conversation(row: dict[str, Any], place: str) -> Iterator[FollowUp]:
    turns = {turn.get("n", number): turn for number, turn in enumerate(row["turns"], 1) if isinstance(turn, dict)}
    for n, turn in turns.items():
        history = tuple(_before(n, turns))
        if history and isinstance(turn.get("resolved"), str) and turn["resolved"]:
            yield FollowUp(f"{row.get('id', place)}-{n}", history, str(turn["user"]), turn["resolved"])


def _before(n: Any, turns: dict[Any, dict[str, Any]]) -> list[tuple[str, str]]:
    """The turns above one: its chain of parents where there are any, else all that came before."""
    if turns[n].get("parent") in turns:
        above: list[Any] = []
        at = turns[n]["parent"]
        while at in turns and len(above) <= len(turns):
            above.append(at)
            at = turns[at].get("parent")
        return [_said(turns[at]) for at in reversed(above)]
    return [_said(turn) for number, turn in turns.items() if number < n]


def _said(turn: dict[str, Any]) -> tuple[str, str]:
    system = turn.get("system")
    return str(turn.get("user") or ""), system if isinstance(system, str) else ""


def _history(row: FollowUp) -> list[Answer]:
    return [
        Answer(id=str(at), question=Question(text=question), text=answer, status=Status.ANSWERED)
        for at, (question, answer) in enumerate(row.history)
        if question.strip()
    ]


# ── judging ──


def _judged(pairs: Sequence[tuple[FollowUp, str]]) -> dict[str, float]:
    recalls, precisions, missing, titles = [], [], [], []
    for row, query in pairs:
        wanted, got, own = _plain(row.rewrite), _plain(query), _plain(row.question)
        if wanted:
            recalls.append(len(wanted & got) / len(wanted))
        if got:
            precisions.append(len(wanted & got) / len(got))
        if wanted - own:
            missing.append(len((wanted - own) & got) / len(wanted - own))
        if title := _plain(row.title):
            titles.append(float(title <= got))
    return {
        "recall": measures.mean(recalls),
        "precision": measures.mean(precisions),
        "missing_recall": measures.mean(missing),
        "title_in_query": measures.mean(titles),
    }


def _plain(text: str) -> set[str]:
    return {normal(word) for word in content_words(text)}
