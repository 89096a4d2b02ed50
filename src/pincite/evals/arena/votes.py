"""What did they say? Votes on a ballot as its page or a judge gives them, read back with who stood where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pincite.errors import BadInput
from pincite.evals import sets
from pincite.evals.arena.ballot import Ballot, Bout, Kind
from pincite.evals.arena.contender import Side
from pincite.types import Noun

Choice = Literal["left", "right", "tie"]


class Vote(Noun):
    """One person's or one judge's word on one bout."""

    rater: str = Field(min_length=1)
    judge: bool = False
    """It is a machine's."""
    ballot: str
    bout: str
    choice: Choice
    """Which side is better; ``tie``: can't tell."""
    seconds: float = Field(0, ge=0)


@dataclass(frozen=True)
class Cast:
    """A vote, unblinded."""

    rater: str
    judge: bool
    kind: Kind
    pair: str
    choice: Choice
    better: Side | None
    """Whose answer is better; ``None``: can't tell, or it is a control."""
    right: bool | None
    """Of a control: was it seen for what it is? ``None`` for a real bout."""
    seconds: float


def read(paths: Sequence[Path], ballots: Sequence[Ballot]) -> list[Cast]:
    """All votes of all files, each once. Raises ``BadInput`` with file and line for one that can't be counted."""
    bouts = {(ballot.key, bout.id): bout for ballot in ballots for bout in ballot.bouts}
    keys = {ballot.key for ballot in ballots}
    found: dict[tuple[bool, str, str], tuple[str, Cast]] = {}
    for path in paths:
        for place, row in sets.rows(path):
            vote = _vote(row, place)
            if vote.ballot not in keys:
                raise BadInput(
                    f"{place}: a vote on a page that was not made here ({vote.ballot!r})",
                    hint="give the folder whose pairs the page showed",
                )
            bout = bouts.get((vote.ballot, vote.bout))
            if bout is None:
                raise BadInput(
                    f"{place}: its page has no pair {vote.bout!r}", hint="give the file as it was downloaded"
                )
            cast = unblinded(vote, bout)
            # The same pair on two pages is still one question to one person; a control is its own.
            what = bout.pair if bout.kind == "real" else f"{vote.ballot}\n{vote.bout}"
            before, same = found.setdefault((vote.judge, vote.rater, what), (place, cast))
            if (same.better, same.right) != (cast.better, cast.right):
                raise BadInput(
                    f"{place}: {vote.rater} voted twice on question {bout.pair!r}, differently than in {before}",
                    hint="leave one of the two out; two people need two names",
                )
    return [cast for _, cast in found.values()]


def _vote(row: sets.Row, place: str) -> Vote:
    try:
        return Vote.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        given = "" if first["type"] == "missing" else f" ({first['input']!r})"
        raise BadInput(
            f"{place}: {where}{given}: {first['msg']}", hint="give the file as the page downloaded it"
        ) from None


def unblinded(vote: Vote, bout: Bout) -> Cast:
    """Who it was for."""
    shown = {"left": bout.left, "right": bout.right}
    better = shown[vote.choice].side if vote.choice != "tie" and bout.kind == "real" else None
    right = None
    if bout.kind == "same":
        right = vote.choice == "tie"
    elif bout.kind == "broken":
        right = vote.choice == bout.whole
    return Cast(vote.rater, vote.judge, bout.kind, bout.pair, vote.choice, better, right, vote.seconds)
