"""Is it worth asking back, and what? One form, if what was found truly splits, and no more often than that pays.

Asking is judged by results: the hits must divide into readings (``facets``), evenly enough that answering the likeliest
would often miss what is meant. Each option has been searched for before it is shown. A model may put the form into
better words; whether to ask is not its choice, and it is never waited for longer than there is time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pincite.answer.compare import things
from pincite.answer.facets import Facet, Split, plain, said, splits
from pincite.answer.opening import about
from pincite.answer.plan import Kind, Plan
from pincite.answer.reply import waiting
from pincite.ports import Deadline, Embedder, Query, SearchBackend
from pincite.types import Answer, Choice, Filters, Form, FormField, Hit, Question

HITS = 30
"""Passages that are looked at for readings."""
MOST_FIELDS, MOST_CHOICES = 2, 6
RETRIEVED = 3
"""Documents that an option must find; passages where fewer documents are found at all."""
TOP = 5
"""What an option says must stand in one of its first so many hits; by these, options are told apart."""
SAME = 0.8
"""Share of these that two have in common (Jaccard) from which on two options are one."""
LONGEST = 4
"""Content words of a question that may be open. Longer ones say what they want."""
COST = 0.25
"""What asking costs: it pays if answering the likeliest reading would miss more often than this."""
EVEN = 0.55
"""Entropy of a split, of 1, from which on the question is open."""

OPEN = frozenset({Kind.OTHER, Kind.DEFINITION, Kind.COMPARISON, Kind.LIST})
"""Kinds of questions that leave open which thing, or which side of it, is meant."""
_PLEAS = frozenset(plain("find information tell show give looking interested want know learn need help search details"))
_POINTS = re.compile(r"\b(?:may|can|could) (?:also )?(?:refer to|mean)\b|\(disambiguation\)", re.IGNORECASE)


def may_ask(question: Question, planned: Plan, history: Sequence[Answer]) -> bool:
    """Asks back in copilot mode only, and never twice in a row: not at a reply, a version, or after an open form.

    A follow-up is understood from its thread.
    """
    fresh = question.reply is None and question.replaces is None and waiting(history) is None
    return question.mode == "copilot" and fresh and not planned.dependent


async def clarify(
    planned: Plan,
    hits: Sequence[Hit],
    backends: Mapping[str, SearchBackend],
    filters: Filters,
    embedder: Embedder | None,
    deadline: Deadline,
) -> Form | None:
    """The form to ask, or ``None`` where the question is clear, or time is up."""
    if not is_open(planned):
        return None
    search = _Search(planned.queries[0], backends, filters, deadline)
    try:
        async with asyncio.timeout(deadline.left()):
            found = await asyncio.to_thread(splits, planned.queries[0], hits[:HITS], embedder)
            slot = _slot(planned)
            pointed = any(_points(hit) for hit in hits[:HITS])
            for split in found:
                if pays(split, pointed=pointed):
                    field = await _field(split, planned, search)
                    if field is not None:
                        fields = (*slot, field)[:MOST_FIELDS]
                        return Form(text=_asked(split, planned), why=_why(split), fields=fields)
            return Form(text=slot[0].label, why="Nothing says with what it is compared.", fields=slot) if slot else None
    except TimeoutError:
        return None


def is_open(planned: Plan) -> bool:
    """A short question of a kind that leaves something open."""
    asked = plain(planned.queries[0]) - _PLEAS
    return planned.kind in OPEN and 0 < len(asked) <= LONGEST


def pays(split: Split, *, pointed: bool = False) -> bool:
    """Would the likeliest reading miss often enough? Where a page only points to several things, any split will do."""
    miss = split.covered * (1 - split.shares[0])
    return pointed or (miss > COST and split.entropy >= EVEN)


def _points(hit: Hit) -> bool:
    """A page that only says to which pages a name may point."""
    return _POINTS.search(f"{hit.passage.document.title} {hit.passage.text[:200]}") is not None


# ── the form ──


async def _field(split: Split, planned: Plan, search: _Search) -> FormField | None:
    """The options that search well, the heaviest one recommended; ``None`` if fewer than two do."""
    tried = await asyncio.gather(*(search.tried(facet) for facet in split.facets))
    kept: list[tuple[Facet, frozenset[str]]] = []
    for facet, first in zip(split.facets, tried, strict=True):
        if first and all(len(first & other) <= SAME * len(first | other) for _, other in kept):
            kept.append((facet, first))
    if len(kept) < 2:
        return None
    choices = tuple(
        Choice(id=str(number), label=_capitalised(facet.label), hint=_hint(facet), query_patch=facet.terms)
        for number, (facet, _) in enumerate(kept[:MOST_CHOICES], start=1)
    )
    kind = "many" if split.kind in ("heading", "topic") else "one"
    return FormField(
        id=split.kind, label=_asked(split, planned), kind=kind, choices=choices, allow_other=True, default=("1",)
    )


@dataclass(frozen=True)
class _Search:
    """Searches with what an option adds to the question."""

    query: str
    backends: Mapping[str, SearchBackend]
    filters: Filters
    deadline: Deadline

    async def tried(self, facet: Facet) -> frozenset[str]:
        """Ids of the passages, among the first, that have what the option says; none where it is a dead end."""
        query = Query(f"{self.query.rstrip(' ?.!')} {facet.terms}", HITS, self.filters)
        found = await asyncio.gather(
            *(backend.search(query, self.deadline) for backend in self.backends.values()), return_exceptions=True
        )
        hits = [hit for some in found if not isinstance(some, BaseException) for hit in some]
        documents = {hit.passage.document.id for hit in hits}
        wanted = plain(facet.terms)
        first = sorted(hits, key=lambda hit: -hit.score)[:TOP]
        leads = frozenset(hit.passage.id for hit in first if wanted <= said(hit))
        return leads if len(documents) >= RETRIEVED or len(hits) >= RETRIEVED else frozenset()


def _slot(planned: Plan) -> tuple[FormField, ...]:
    """What a comparison is with, where it names one thing only."""
    if planned.kind is not Kind.COMPARISON or things(planned.queries[0]):
        return ()
    return (FormField(id="with", label="Compare it with what?", kind="text", allow_other=True),)


def _asked(split: Split, planned: Plan) -> str:
    thing = about(planned.queries[0]) or planned.queries[0].strip(" ?.!")
    return {
        "title": f"Which “{thing}” do you mean?",
        "version": f"Which version of “{thing}”?",
        "year": f"Which year of “{thing}”?",
    }.get(split.kind, f"What about “{thing}” would you like to know?")


def _why(split: Split) -> str:
    return f"What was found splits: the likeliest reading has {round(100 * split.shares[0])} % of it."


def _hint(facet: Facet) -> str:
    return f"{len(facet.hits)} passages" if len(facet.hits) > 1 else "1 passage"


def _capitalised(label: str) -> str:
    return label[:1].upper() + label[1:]
