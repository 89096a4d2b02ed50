"""What is voted on? A ballot: pairs in a drawn order, sides shuffled, with controls among them, and its page.

Controls are one pair in twenty of each kind: the same answer on both sides, where nobody can tell; and an answer beside
that to another question, where everybody should. Nothing on the page says whose answer it is: no name, no headings, no
bold, one list of sources for both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any, Literal

from pincite.answer.write.cite import plain
from pincite.errors import BadInput
from pincite.evals.arena.contender import Side
from pincite.evals.arena.match import Pair
from pincite.evals.record import Record, append, kept
from pincite.evals.sets import sample
from pincite.evals.sheet import sheet
from pincite.types import Citation, Noun, Sentence

BALLOTS = "ballots.jsonl"
CONTROLS = 0.05
"""Of each kind, as a share of the pairs; at least one."""
Kind = Literal["real", "same", "broken"]


class Shown(Noun):
    """Whose answer stands on a side, and to which question it was written."""

    pair: str
    side: Side


class Bout(Noun):
    """One comparison. ``broken``: on one side stands an answer to another question."""

    id: str
    """Tells nothing of who stands where."""
    kind: Kind = "real"
    pair: str
    """Whose question is asked."""
    left: Shown
    right: Shown

    @property
    def whole(self) -> Literal["left", "right"] | None:
        """Where the answer stands that was written to this question; ``None`` unless it is broken."""
        if self.kind != "broken":
            return None
        return "left" if self.left.pair == self.pair else "right"


class Ballot(Noun):
    """The bouts of one page, in their order."""

    key: str
    """Follows from all that the page shows."""
    bouts: tuple[Bout, ...]
    alike: tuple[str, ...] = ()
    """Questions to which both say the same, word for word; nobody is asked about them."""


# ── drawing ──


def draw(pairs: Sequence[Pair], *, limit: int | None = None, seed: int = 0) -> Ballot:
    """``limit`` of the pairs and the controls among them. The same for the same pairs and ``seed``.

    Raises ``BadInput`` if no two answers differ.
    """
    chosen = sample(pairs, limit, seed)
    alike = [pair.id for pair in chosen if answer(pair.a) == answer(pair.b)]
    asked = [pair for pair in chosen if pair.id not in alike]
    if not asked:
        raise BadInput(
            f"both say the same, word for word, to all {len(chosen)} questions: there is nothing to vote on",
            hint="compare contenders that differ more, or ask more questions",
        )
    rng = random.Random(seed)  # noqa: S311
    bouts = [*(_real(pair, rng) for pair in asked), *_controls(asked, pairs, rng)]
    rng.shuffle(bouts)
    by_id = {pair.id: pair for pair in pairs}
    shown = json.dumps([item(bout, by_id) for bout in bouts], sort_keys=True)
    key = sha256(f"{seed}\n{shown}".encode()).hexdigest()[:16]
    return Ballot(key=key, bouts=tuple(bouts), alike=tuple(alike))


def _real(pair: Pair, rng: random.Random) -> Bout:
    sides = [Shown(pair=pair.id, side="a"), Shown(pair=pair.id, side="b")]
    rng.shuffle(sides)
    return _bout("real", pair.id, sides[0], sides[1], rng)


def _controls(asked: Sequence[Pair], pairs: Sequence[Pair], rng: random.Random) -> list[Bout]:
    made = []
    number = ceil(CONTROLS * len(asked))
    for pair in rng.sample(asked, number):
        one = Shown(pair=pair.id, side=rng.choice(("a", "b")))
        made.append(_bout("same", pair.id, one, one, rng))
    for pair in rng.sample(asked, number):
        whole = Shown(pair=pair.id, side=rng.choice(("a", "b")))
        mine = pair.of(whole.side)
        others = [
            Shown(pair=other.id, side=whole.side)
            for other in pairs
            if other.id != pair.id and not other.of(whole.side).abstained
        ]
        if others and not mine.abstained:
            sides = [whole, rng.choice(others)]
            rng.shuffle(sides)
            made.append(_bout("broken", pair.id, sides[0], sides[1], rng))
    return made


def _bout(kind: Kind, pair: str, left: Shown, right: Shown, rng: random.Random) -> Bout:
    return Bout(id=f"{rng.getrandbits(64):016x}", kind=kind, pair=pair, left=left, right=right)


def sides(bout: Bout, pairs: dict[str, Pair]) -> tuple[Record, Record]:
    """Left and right as they are shown; an answer to another question cites this one's sources."""
    asked = pairs[bout.pair].a
    left, right = (pairs[one.pair].of(one.side) for one in (bout.left, bout.right))
    return tuple(one if one.answer.question.id == bout.pair else _misplaced(one, asked) for one in (left, right))  # type: ignore[return-value]


def _misplaced(record: Record, asked: Record) -> Record:
    """Another question's answer as an answer to this one: it cites what stands here under its numbers."""
    sources = asked.answer.sources
    sentences = []
    for sentence in record.answer.sentences:
        places = dict.fromkeys((each.source - 1) % len(sources) for each in sentence.citations) if sources else {}
        cites = tuple(
            Citation(source=sources[at].number, passage_id=sources[at].passages[0].id, support=0) for at in places
        )
        sentences.append(sentence.model_copy(update={"citations": cites}))
    moved = asked.answer.model_copy(
        update={"text": record.answer.text, "sentences": tuple(sentences), "degraded": record.answer.degraded}
    )
    return asked.model_copy(update={"answer": moved})


# ── the page ──


def item(bout: Bout, pairs: dict[str, Pair]) -> dict[str, Any]:
    """What a page shows of it, and a judge goes by."""
    left, right = sides(bout, pairs)
    return {
        "id": bout.id,
        "question": left.answer.question.text,
        "left": answer(left),
        "right": answer(right),
        "sources": sources(left, right),
    }


def answer(record: Record) -> list[list[dict[str, Any]]]:
    """Paragraphs of sentences without any Markdown, each with the numbers that it cites."""
    text, paragraphs, at = record.answer.text, list[list[dict[str, Any]]](), 0
    for sentence in record.answer.sentences:
        if not paragraphs or "\n" in text[at : sentence.start]:
            paragraphs.append([])
        said = {"text": plain(record.said(sentence)), "cites": _numbers(sentence)}
        paragraphs[-1].append(said)
        at = sentence.end
    return paragraphs or [[{"text": plain(text), "cites": []}]]


def _numbers(sentence: Sentence) -> list[int]:
    return list(dict.fromkeys(each.source for each in sentence.citations))


def sources(left: Record, right: Record) -> list[dict[str, Any]]:
    """The sources that either of them cites, each once, with the passages that are cited."""
    cited: dict[int, dict[str, None]] = {}
    for record in (left, right):
        for sentence in record.answer.sentences:
            for each in sentence.citations:
                cited.setdefault(each.source, {})[each.passage_id] = None
    found = []
    for source in left.answer.sources:
        texts = [passage.text for passage in source.passages if passage.id in cited.get(source.number, {})]
        if texts:
            document = source.document
            found.append({"number": source.number, "title": document.title or document.url, "passages": texts})
    return found


def page(ballot: Ballot, pairs: Sequence[Pair]) -> str:
    """One file of HTML that needs no network."""
    by_id = {pair.id: pair for pair in pairs}
    own = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return sheet(own, {"key": ballot.key, "items": [item(bout, by_id) for bout in ballot.bouts]})


# ── keeping ──


def keep(ballot: Ballot, folder: Path) -> None:
    """Who stood where, so that votes can be read back. One that is there already is left alone."""
    if ballot.key not in {each.key for each in ballots(folder)}:
        append(folder / BALLOTS, [ballot])


def ballots(folder: Path) -> list[Ballot]:
    return kept(folder / BALLOTS, Ballot)
