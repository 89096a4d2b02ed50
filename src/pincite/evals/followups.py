"""Is a follow-up understood? The search made of it, against the question that a person wrote in its place.

Formats: ``history`` (question, answer, question, answer …, or pairs of them, or objects with ``question`` and
``answer``), ``question``, ``rewrite``; or conversations, ``turns`` with ``user``, ``resolved`` and perhaps ``n``,
``system`` and ``parent``. Anything else is an error with file and line: what is misread gives figures all the same.
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
from pincite.evals.figures import estimate
from pincite.evals.report import Report, Telling, paced, silent
from pincite.text.tokens import content_words, normal
from pincite.types import Answer, Question, Status

_TURNS = 'write {"turns": [{"n": 1, "user": "…", "resolved": "…", "system": "…" or null, "parent": a turn before}]}'


@dataclass(frozen=True)
class Turn:
    """A question in its conversation, and how a person asked it so that it stands alone."""

    id: str
    history: tuple[tuple[str, str], ...]
    """Questions and answers above it; none of a first one."""
    question: str
    rewrite: str
    """Empty where nobody wrote one."""
    title: str = ""


def run(
    questions: Path | Sequence[Path], *, limit: int | None = None, seed: int = 0, telling: Telling = silent
) -> Report:
    """Content-word recall and precision of the searches, by system: ``unchanged``, ``first`` query, ``all`` queries.

    ``missing recall`` counts only the words that the question itself does not have, in the ``with_missing`` turns that
    have some: what had to be remembered. ``within`` holds intervals over turns. Turns ``without_history`` and those
    ``without_rewrite`` are no follow-ups, and left out. Raises ``BadInput`` if nothing is left.
    """
    paths = [questions] if isinstance(questions, Path) else questions
    every = list(turns(paths))
    rows = [turn for turn in every if turn.history and turn.rewrite]
    if not rows:
        raise BadInput(
            f"no follow-up among the {len(every)} turns in {', '.join(map(str, paths))}",
            hint='one needs a history and a rewrite: {"history", "question", "rewrite"}, or turns with "resolved"',
        )
    chosen = sets.sample(rows, limit, seed)
    made: list[Standalone] = []
    times: list[float] = []
    tell = paced(telling)
    for number, row in enumerate(chosen, 1):
        history = _answers(row)
        began = perf_counter()
        made.append(standalone(row.question, history))
        times.append((perf_counter() - began) * 1000)
        tell("followups", number, len(chosen))
    pairs = list(zip(chosen, made, strict=True))
    facts = {
        "n": len(chosen),
        "seed": seed,
        "without_history": sum(not turn.history for turn in every),
        "without_rewrite": sum(bool(turn.history) and not turn.rewrite for turn in every),
        "with_missing": sum(bool(_plain(row.rewrite) - _plain(row.question)) for row in chosen),
        "dependent": measures.mean([float(each.dependent) for each in made]),
        "ms": measures.spread(times),
    }
    systems = {
        "unchanged": _judged([(row, row.question) for row in chosen]),
        "first": _judged([(row, each.queries[0]) for row, each in pairs]),
        "all": _judged([(row, " ".join(each.queries)) for row, each in pairs]),
    }
    return Report("followups", facts, systems)


# ── reading ──


def turns(paths: Sequence[Path]) -> Iterator[Turn]:
    """Every turn of every conversation."""
    for path in paths:
        for place, row in sets.rows(path):
            if isinstance(row.get("turns"), list):
                yield from _conversation(row, place)
            elif "history" in row and row.get("question"):
                yield _turn(row, place)
            else:
                raise BadInput(
                    f"{place}: neither a turn nor a conversation", hint="pincite eval --help shows the formats"
                )


def _turn(row: sets.Row, place: str) -> Turn:
    if not isinstance(row["question"], str):
        raise BadInput(f"{place}: question is {row['question']!r:.60}, no text", hint='write {"question": "…"}')
    if not isinstance(row.get("rewrite"), str) or not row["rewrite"].strip():
        raise BadInput(f"{place}: it has no rewrite", hint='each turn needs {"history", "question", "rewrite"}')
    history = _history(row["history"], place)
    return Turn(sets.said(row, "id", place) or place, history, row["question"], row["rewrite"], _title(row, place))


def _history(given: Any, place: str) -> tuple[tuple[str, str], ...]:
    """Questions with their answers, however they are written; one without a question is none."""
    said = given if isinstance(given, list) else [] if given is None else [given]
    if isinstance(given, list) and all(isinstance(each, str | None) for each in said):
        pairs = [(asked or "", answer or "") for asked, answer in zip(said[::2], [*said[1::2], ""], strict=False)]
    else:
        pairs = [_pair(each, place) for each in said]
    return tuple(pair for pair in pairs if pair[0].strip())


def _pair(given: Any, place: str) -> tuple[str, str]:
    match (given.get("question"), given.get("answer")) if isinstance(given, dict) else given:
        case (str(asked), str() | None as answer):
            return asked, answer or ""
    raise BadInput(
        f"{place}: history holds {given!r:.60}",
        hint='write {"history": ["question", "answer", …]} or {"history": [{"question": …, "answer": …}]}',
    )


def _title(row: sets.Row, place: str) -> str:
    """The article that the turn is about, from its title or its address, without what is in brackets."""
    title, url = sets.said(row, "title", place), sets.said(row, "url", place)
    if not title:
        title = unquote(url.split("#")[0].rstrip("/").rpartition("/")[2]).replace("_", " ")
    return re.sub(r"\s*\([^)]*\)$", "", title)


def _conversation(row: sets.Row, place: str) -> Iterator[Turn]:
    said = _in_order(row["turns"], place)
    name = sets.said(row, "id", place) or place
    for n, turn in said.items():
        above = tuple((before["user"], _text(before, "system", place)) for before in _above(n, said, place))
        yield Turn(f"{name}-{n}", above, turn["user"], _text(turn, "resolved", place))


def _in_order(given: list[Any], place: str) -> dict[str, sets.Row]:
    """The turns by their names, as they were said: by number where all names are numbers, else as they stand."""
    found: dict[str, sets.Row] = {}
    for at, turn in enumerate(given, 1):
        if not isinstance(turn, dict):
            raise BadInput(f"{place}: turn {at} is {turn!r:.60}", hint=_TURNS)
        if not _text(turn, "user", place).strip():
            raise BadInput(f"{place}: turn {at} has no user", hint=_TURNS)
        n = sets.said(turn, "n", place)
        if bool(n) != bool(sets.said(given[0], "n", place)):
            raise BadInput(f"{place}: only some of the turns have an n", hint="number all of them or none")
        if found.setdefault(n or str(at), turn) is not turn:
            raise BadInput(f"{place}: two turns have the n {n}", hint="give each turn its own number")
    if all(n.isdecimal() for n in found):
        return dict(sorted(found.items(), key=lambda turn: int(turn[0])))
    return found


def _above(n: str, said: dict[str, sets.Row], place: str) -> list[sets.Row]:
    """The turns above one: its chain of parents where it has one, else all that came before."""
    names = list(said)
    if not sets.said(said[n], "parent", place):
        return [said[name] for name in names[: names.index(n)]]
    found = []
    while parent := sets.said(said[n], "parent", place):
        if parent not in names[: names.index(n)]:
            raise BadInput(f"{place}: the parent {parent} of turn {n} is no turn before it", hint=_TURNS)
        found.append(said[parent])
        n = parent
    return found[::-1]


def _text(turn: sets.Row, name: str, place: str) -> str:
    text = turn.get(name)
    if not isinstance(text, str | None):
        raise BadInput(f"{place}: {name} is {text!r:.60}, no text", hint=_TURNS)
    return text or ""


def _answers(row: Turn) -> list[Answer]:
    return [
        Answer(id=str(at), question=Question(text=question), text=answer, status=Status.ANSWERED)
        for at, (question, answer) in enumerate(row.history)
    ]


# ── judging ──


def _judged(pairs: Sequence[tuple[Turn, str]]) -> dict[str, Any]:
    """A system's row; what there was nothing to count of is not in it."""
    counted: dict[str, list[float]] = {name: [] for name in ("recall", "precision", "missing_recall", "title_in_query")}
    for row, query in pairs:
        wanted, got, own = _plain(row.rewrite), _plain(query), _plain(row.question)
        if wanted:
            counted["recall"].append(len(wanted & got) / len(wanted))
        if got:
            counted["precision"].append(len(wanted & got) / len(got))
        if wanted - own:
            counted["missing_recall"].append(len((wanted - own) & got) / len(wanted - own))
        if title := _plain(row.title):
            counted["title_in_query"].append(float(title <= got))
    found = {name: estimate([(value, 1.0) for value in values]) for name, values in counted.items()}
    known = {name: pair[0] for name, pair in found.items() if pair is not None}
    return {
        **{name: each.value for name, each in known.items()},
        "within": {name: [each.low, each.high] for name, each in known.items()},
    }


def _plain(text: str) -> set[str]:
    return {normal(word) for word in content_words(text)}
