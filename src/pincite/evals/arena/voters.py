"""Who votes when nobody is there? Judges, each by what it can judge.

``gold`` knows right answers; a judge of support (``evals/judges.py``) prefers the answer of whose statements more are
supported by what they cite; a model reads both and is asked twice, with the sides swapped.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Protocol

from pincite.answer.check.opinion import json_object
from pincite.errors import BadInput, ModelGarbled
from pincite.evals import citations, judging, measures
from pincite.evals.arena import ballot as ballots
from pincite.evals.arena.match import Pair, pairs
from pincite.evals.arena.votes import Choice, Vote
from pincite.evals.judges import SupportJudge
from pincite.evals.record import Record, append, resumed
from pincite.evals.report import Report, Telling, silent
from pincite.ports import Deadline, ModelClient, Prompt, Token, Turn
from pincite.prompts import render

_AT_ONCE = 4
_SAID = 120
_MAX_TOKENS = 200
_CHOICES: dict[str, Choice] = {"first": "left", "second": "right", "neither": "tie"}
_SWAPPED: dict[Choice, Choice] = {"left": "right", "right": "left", "tie": "tie"}


class Voter(Protocol):
    """Says which of two answers to one question is better."""

    @property
    def name(self) -> str: ...

    async def choose(self, left: Record, right: Record) -> Choice:
        """May raise ``PinciteError``; ``ModelGarbled`` costs one vote, any other the run."""
        ...


class Gold:
    """The answer that holds a right short answer is better than one that does not; both or neither: can't tell."""

    name = "gold"

    async def choose(self, left: Record, right: Record) -> Choice:
        return _higher(*(float(measures.contains(one.told, one.gold)) for one in (left, right)))


class Supporting:
    """More of its statements are supported by what they cite. Saying nothing supports nothing, so it never wins."""

    def __init__(self, judge: SupportJudge) -> None:
        self._judge = judge
        self.name = judge.name

    async def choose(self, left: Record, right: Record) -> Choice:
        return _higher(*[await self._share(one) for one in (left, right)])

    async def _share(self, record: Record) -> float:
        if record.abstained:
            return 0.0
        found = await judging.rule(record, self._judge)
        if found.failed:
            raise ModelGarbled(found.failed, reason="garbled", hint="vote again to go on where this stopped")
        right, of = citations.liu_recall(found) or (0.0, 1.0)
        return right / of


class Preferring:
    """A model that reads both answers. Asked twice, with the sides swapped; unless it says the same, it can't tell."""

    def __init__(self, model: ModelClient, *, deadline_s: float = 120) -> None:
        self._model = model
        self._deadline_s = deadline_s
        orders = sha256(render("prefer").encode()).hexdigest()[:8]
        self.name = f"llm {model.card.id} {orders}"

    async def choose(self, left: Record, right: Record) -> Choice:
        said = await self._ask(left, right)
        again = await self._ask(right, left)
        return said if said == _SWAPPED[again] else "tie"

    async def _ask(self, first: Record, second: Record) -> Choice:
        shown = {"question": first.answer.question.text, "first": _text(first), "second": _text(second)}
        sources = "\n\n".join(
            f"[{each['number']}] {each['title']}\n" + "\n".join(each["passages"])
            for each in ballots.sources(first, second)
        )
        drawn = random.Random("\n".join(shown.values()))  # noqa: S311
        asked = render("preferred", fence=f"{drawn.getrandbits(64):016x}", sources=sources or "(none)", **shown)
        prompt = Prompt(render("prefer"), (Turn("user", asked),), max_tokens=_MAX_TOKENS, temperature=0.0)
        reply = ""
        async for piece in self._model.stream(prompt, Deadline.after(self._deadline_s)):
            if isinstance(piece, Token):
                reply += piece.text
        better = str(json_object(reply).get("better", "")).strip().lower()
        if better not in _CHOICES:
            raise ModelGarbled(
                f"{self._model.card.id} chose nothing: {' '.join(reply.split())[:_SAID]!r}",
                reason="garbled",
                hint="a larger model follows orders better; vote again to go on where this stopped",
            )
        return _CHOICES[better]


def _higher(left: float, right: float) -> Choice:
    return "tie" if left == right else "left" if left > right else "right"


def _text(record: Record) -> str:
    """As the page shows it."""
    return "\n".join(
        " ".join(f"{each['text']}{''.join(f' [{n}]' for n in each['cites'])}" for each in paragraph)
        for paragraph in ballots.answer(record)
    )


# ── a run that can be stopped ──


async def run(
    folder: Path,
    voter: Voter,
    out: Path,
    *,
    limit: int | None = None,
    seed: int = 0,
    telling: Telling = silent,
) -> Report:
    """Votes on the ballot of this ``seed``, controls and all, into ``out``. Started again, it goes on where it was.

    What it could not say is counted, and tried again. Raises ``BadInput`` if ``out`` holds other votes.
    """
    began = perf_counter()
    known = {pair.id: pair for pair in pairs(folder)}
    if isinstance(voter, Gold) and not any(pair.a.gold for pair in known.values()):
        raise BadInput("none of these questions has a right answer to go by", hint="give --by another judge")
    ballot = ballots.draw(list(known.values()), limit=limit, seed=seed)
    ballots.keep(ballot, folder)
    before = resumed(out, Vote)
    if other := next((v for v in before if (v.rater, v.ballot) != (voter.name, ballot.key)), None):
        raise BadInput(
            f"{out} holds votes of {other.rater} on page {other.ballot}, not of {voter.name} on {ballot.key}",
            hint="give another --out",
        )
    done = {vote.bout for vote in before}
    rest = [bout for bout in ballot.bouts if bout.id not in done]
    failed = 0
    for at in range(0, len(rest), _AT_ONCE):
        some = rest[at : at + _AT_ONCE]
        made = await asyncio.gather(*(_vote(voter, ballot, bout, known) for bout in some))
        append(out, [vote for vote in made if vote])
        failed += sum(vote is None for vote in made)
        telling("votes", len(done) + at + len(some), len(ballot.bouts))
    facts = {
        "n": len(ballot.bouts) - failed,
        "voted_now": len(rest) - failed,
        "failed": failed,
        "judge": voter.name,
        "seconds": perf_counter() - began,
        "file": str(out),
    }
    return Report("arena vote", facts)


async def _vote(voter: Voter, ballot: ballots.Ballot, bout: ballots.Bout, known: dict[str, Pair]) -> Vote | None:
    began = perf_counter()
    try:
        choice = await voter.choose(*ballots.sides(bout, known))
    except ModelGarbled:
        return None
    seconds = round(perf_counter() - began, 3)
    return Vote(rater=voter.name, judge=True, ballot=ballot.key, bout=bout.id, choice=choice, seconds=seconds)


def paths_of(folder: Path, given: Sequence[Path]) -> list[Path]:
    """The files of votes: those that are named, or all in the folder. Raises ``BadInput`` for none."""
    found = list(given) or sorted(folder.glob("votes-*.jsonl"))
    if not found:
        raise BadInput(
            f"there are no votes in {folder}",
            hint="make a page with pincite arena form, or let a judge vote with pincite arena vote --by …",
        )
    return found
