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
from typing import Literal

from pincite.answer.clarify.facets import PLEAS, SAME, Facet, Split, overlap, plain, said, splits
from pincite.answer.clarify.form import Proposal
from pincite.answer.clarify.reply import waiting
from pincite.answer.question.pair import things
from pincite.answer.question.plan import Kind, Plan
from pincite.answer.question.thing import about
from pincite.answer.quote.opening import bare_title
from pincite.errors import ModelFailed
from pincite.ports import Deadline, Embedder, Query, SearchBackend
from pincite.text.many import many
from pincite.types import Answer, Choice, Filters, Form, FormField, Hit, Question

HITS = 30
"""Passages that are looked at for readings."""
MOST_FIELDS, MOST_CHOICES = 2, 6
RETRIEVED = 3
"""Documents that an option must find; passages where fewer documents are found at all."""
TOP = 5
"""What an option says must stand in one of its first so many hits. Options that share ``SAME`` of these are one."""
LONGEST = 4
"""Content words of a question that may be open. Longer ones say what they want."""
COST = 0.25
"""What asking costs: it pays if answering the likeliest reading would miss more often than this."""
LIKELIER = 0.5
"""Share of what was found from which on a reading is said to be likelier than the others."""
EVEN = 0.55
"""Entropy of a split, of 1, from which on the question is open."""

OPEN = frozenset({Kind.OTHER, Kind.DEFINITION, Kind.COMPARISON, Kind.LIST})
"""Kinds of questions that leave open which thing, or which side of it, is meant."""
_OF = re.compile(r" (?:of|in|at|about) ", re.IGNORECASE)
"""In a title that names a side of a thing, the thing follows: "History of South Africa"."""
SIDES = ("heading", "topic")
"""Splits into sides of one thing; the others are into things."""
_ASKS_WHAT = re.compile(r"^(?:what|who|which|define|definition of|meaning of)\b", re.IGNORECASE)
"""Of such a question it may be open which thing is meant; what about it is said: what it is."""
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
    proposing: asyncio.Task[Proposal | None] | None = None,
) -> Form | None:
    """The form to ask, or ``None`` where the question is clear, or time is up.

    ``proposing`` is a model's, under way: it takes the mined one's place if it comes in time and all its options find
    something. What it fails with is lost; the mined form is asked.
    """
    if not is_open(planned):
        return None
    search = _Search(planned.queries[0], hits[:HITS], backends, filters, deadline)
    try:
        async with asyncio.timeout(deadline.left()):
            form = await _mined(planned, hits[:HITS], embedder, search)
    except TimeoutError:
        return None
    if form is None or proposing is None:
        return form
    try:
        async with asyncio.timeout(deadline.left()):
            return await _worded(await asyncio.shield(proposing), hits[:HITS], search) or form
    except (TimeoutError, ModelFailed):
        return form


async def _mined(planned: Plan, hits: Sequence[Hit], embedder: Embedder | None, search: _Search) -> Form | None:
    slot = _slot(planned)
    pointed = any(_points(hit) for hit in hits)
    says_what = _ASKS_WHAT.match(planned.queries[0]) is not None
    found = splits(planned.queries[0], hits, embedder)
    while (split := await asyncio.to_thread(next, found, None)) is not None:
        if says_what and split.kind in SIDES:
            break
        if pays(split, pointed=pointed) and (choices := await search.choices(split.facets)):
            kind: Literal["one", "many"] = "many" if split.kind in SIDES else "one"
            text = _asked(split, planned, hits)
            field = _field(split.kind, text, kind, choices, split.facets)
            return Form(text=text, why=_why(split), fields=(*slot, field)[:MOST_FIELDS])
    return Form(text=slot[0].label, why="Nothing says with what it is compared.", fields=slot) if slot else None


async def _worded(proposal: Proposal | None, hits: Sequence[Hit], search: _Search) -> Form | None:
    """A model's form; ``None`` if one of its fields has no two options that search well."""
    if proposal is None:
        return None
    words = [said(hit) for hit in hits]
    fields = []
    for number, each in enumerate(proposal.fields, start=1):
        places = [[at for at, held in enumerate(words) if plain(option.terms) <= held] for option in each.options]
        facets = [
            Facet(option.label, option.terms, frozenset(found))
            for option, found in zip(each.options, places, strict=True)
        ]
        choices = await search.choices(facets)
        if not choices:
            return None
        fields.append(_field(f"f{number}", each.label, each.kind, choices, facets))
    return Form(text=proposal.text, why=proposal.why, fields=tuple(fields))


def is_open(planned: Plan) -> bool:
    """A short question of a kind that leaves something open."""
    asked = plain(planned.queries[0]) - PLEAS
    return planned.kind in OPEN and 0 < len(asked) <= LONGEST


def pays(split: Split, *, pointed: bool = False) -> bool:
    """Would the likeliest reading miss often enough? Where a page only points to several things, any split will do."""
    return pointed or (split.missed > COST and split.entropy >= EVEN)


def _points(hit: Hit) -> bool:
    """A page that only says to which pages a name may point."""
    return _POINTS.search(f"{hit.passage.document.title} {hit.passage.text[:200]}") is not None


# ── the form ──


def _field(
    id_: str, label: str, kind: Literal["one", "many"], choices: tuple[Choice, ...], facets: Sequence[Facet]
) -> FormField:
    """Recommended is the reading of the best hit that has one: it is what an answer without asking follows."""
    best = {facet.label: min(facet.hits, default=HITS) for facet in facets}
    likeliest = min(choices, key=lambda choice: best[choice.label])
    return FormField(id=id_, label=label, kind=kind, choices=choices, allow_other=True, default=(likeliest.id,))


@dataclass(frozen=True)
class _Search:
    """Searches with what an option adds to the question."""

    query: str
    hits: Sequence[Hit]
    """What was found without the options."""
    backends: Mapping[str, SearchBackend]
    filters: Filters
    deadline: Deadline

    async def choices(self, facets: Sequence[Facet]) -> tuple[Choice, ...]:
        """The facets that search well and find different things, in their order; none if fewer than two do.

        None, too, if the thing itself is not found: a form that leaves out what was asked for is no help.
        """
        tried = await asyncio.gather(*(self._tried(facet) for facet in facets))
        if any(not facet.terms and not leads for facet, leads in zip(facets, tried, strict=True)):
            return ()
        kept: list[tuple[Facet, Sequence[str]]] = []
        for facet, leads in zip(facets, tried, strict=True):
            if leads and all(_differ(leads, others) for _, others in kept):
                kept.append((facet, leads))
        if len(kept) < 2:
            return ()
        return tuple(
            Choice(id=str(number), label=facet.label, hint=_hint(facet), query_patch=facet.terms)
            for number, (facet, _) in enumerate(kept[:MOST_CHOICES], start=1)
        )

    async def _tried(self, facet: Facet) -> Sequence[str]:
        """Ids of the passages, among the first, that have what the option says; none where it is a dead end.

        One that adds no words ("in general") has them in its own documents.
        """
        query = Query(f"{self.query.rstrip(' ?.!')} {facet.terms}", HITS, self.filters)
        found = await asyncio.gather(
            *(backend.search(query, self.deadline) for backend in self.backends.values()), return_exceptions=True
        )
        hits = [hit for some in found if not isinstance(some, BaseException) for hit in some]
        documents = {hit.passage.document.id for hit in hits}
        wanted = plain(facet.terms)
        first = sorted(hits, key=lambda hit: -hit.score)[:TOP]
        own = {self.hits[at].passage.document.id for at in facet.hits}
        leads = [hit.passage.id for hit in first if (wanted <= said(hit) if wanted else hit.passage.document.id in own)]
        return leads if len(documents) >= RETRIEVED or len(hits) >= RETRIEVED else ()


def _differ(leads: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two options, by the passages that they lead to, are two: they begin with different ones."""
    return leads[0] != others[0] and overlap(frozenset(leads), frozenset(others)) <= SAME


def _slot(planned: Plan) -> tuple[FormField, ...]:
    """What a comparison is with, where it names one thing only."""
    if planned.kind is not Kind.COMPARISON or things(planned.queries[0]):
        return ()
    return (FormField(id="with", label="Compare it with what?", kind="text", allow_other=True),)


def _asked(split: Split, planned: Plan, hits: Sequence[Hit]) -> str:
    """The question over the choices. Sides of one document are said to be of the thing that it is called after."""
    thing = about(planned.queries[0]) or planned.queries[0].strip(" ?.!")
    titles = {bare_title(hits[at]) for facet in split.facets for at in facet.hits}
    if split.kind in SIDES and len(titles) == 1:
        thing = titles.pop()
    others = [title for title in titles if plain(title) != plain(thing)]
    sides = sum(plain(thing) <= plain(" ".join(_OF.split(title)[1:])) for title in others)
    kind = "heading" if split.kind == "title" and 2 * sides > len(others) else split.kind
    return {
        "title": f"Which “{thing}” do you mean?",
        "version": f"Which version of “{thing}”?",
        "year": f"Which year of “{thing}”?",
    }.get(kind, f"What about “{thing}” would you like to know?")


def _why(split: Split) -> str:
    """In words: the shares are weighed by how well the passages fit, and would contradict the numbers of passages."""
    if split.shares[0] > LIKELIER:
        return "What was found splits: one reading is likelier, but others may well be meant."
    return "What was found splits: no reading is much likelier than all others."


def _hint(facet: Facet) -> str:
    return many(len(facet.hits), "passage") if facet.hits else ""
