"""What might be asked next? Up to three questions that the index can answer, made while the answer is being read.

Candidates come from the headings of the document that the answer is about, from questions and statements that stand in
it, and from the documents beside it. Each is searched for before it is shown, and shown only if a document opens by
defining the thing, or if the same measure of evidence that makes pincite abstain lets it pass. Few and good: a question
that reads badly costs more trust than a missing one.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from pincite.answer.gather import Gathered
from pincite.answer.question.plan import Plan, classify
from pincite.answer.question.thing import about
from pincite.answer.quote.candidates import candidates, clean
from pincite.answer.quote.evidence import weigh
from pincite.answer.quote.opening import bare_title, defining, introduced, opening
from pincite.answer.quote.score import score
from pincite.answer.quote.shape import names
from pincite.answer.suggest.asking import asking, heading_asked
from pincite.answer.suggest.subject import Subject, stands_alone, subject_of
from pincite.answer.terms import terms
from pincite.ports import Deadline, Query, SearchBackend
from pincite.text.languages import detect
from pincite.text.sentences import split
from pincite.types import Answer, Filters, Hit

WANTED = 3
MOST_TRIED = 12
"""Candidates that are searched for at the most, three at a time."""
HITS = 8
"""Passages that a candidate's evidence is taken from."""
HEADINGS = 40
"""Passages of the main document that its headings are read from."""
SURE = 0.6
"""Evidence that a suggestion needs: more than an answer, since nobody asked for it."""
SAME_TERMS = 0.8
"""Share of common content words (Jaccard) from which on two questions are one. A name with an aspect is another."""
NAMES = 4
"""Names in the main document that are asked for, most frequent first."""

_ASKS = re.compile(
    r"^(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|should|will)\b", re.IGNORECASE
)
_UNRESOLVED = re.compile(
    r"\b(?:it|its|he|she|they|his|her|him|them|their|this|that|these|those|such|here|there|you|your|we|our|i|my|me|us"
    r"|following|above|below)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"\d|^(?:list|lists|timeline|index|outline|history) of\b", re.IGNORECASE)
_PEOPLES = re.compile(
    r"\b(?:ethnic|ethnicity|race|races|racial|tribe|tribes|peoples|people who|group of people|nomad\w*|religious group"
    r"|descendants|sexual\w*|slur)\b",
    re.IGNORECASE,
)


async def suggest(
    plan: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    backends: Mapping[str, SearchBackend],
    filters: Filters,
    deadline: Deadline,
    cited: int = 0,
) -> tuple[str, ...]:
    """Follow-ups to an answer that first ``cited`` that source, best first. Fewer than three, or none, where no good
    ones are found in time.
    """
    if not gathered.hits:
        return ()
    document = next((source.document.id for source in gathered.sources if source.number == cited), "")
    main = main_hit(plan, gathered.hits, document)
    more = await _search(main.passage.document.title, HEADINGS, backends, filters, deadline)
    own = [hit for hit in more if hit.passage.document.id == main.passage.document.id]
    asked = [plan.text, *plan.queries, *(answer.question.text for answer in history)]
    wanted = _distinct(proposals(plan, gathered.hits, own, document), asked)[:MOST_TRIED]
    kept: list[str] = []
    for at in range(0, len(wanted), WANTED):
        some = wanted[at : at + WANTED]
        found = await asyncio.gather(
            *(_asked_well(text, main.passage.document.id, backends, filters, deadline) for text in some)
        )
        kept += _distinct([text for text in found if text], [*asked, *kept])
        if len(kept) >= WANTED or deadline.left() == 0:
            break
    return tuple(kept[:WANTED])


def main_hit(plan: Plan, hits: Sequence[Hit], document: str = "") -> Hit:
    """The best hit of the document that the question names, or else of that ``document``, or else the best of all."""
    asked = set(terms(plan.queries[0]))
    named = (hit for hit in hits if set(terms(bare_title(hit))) and set(terms(bare_title(hit))) <= asked)
    cited = (hit for hit in hits if hit.passage.document.id == document)
    return next(named, next(cited, hits[0]))


def proposals(plan: Plan, hits: Sequence[Hit], own: Sequence[Hit] = (), document: str = "") -> list[str]:
    """Questions that the hits bring to mind, the kinds taking turns; ``own`` are more of the main document's.

    English templates for English questions only.
    """
    main = main_hit(plan, hits, document)
    mine = [*(hit for hit in hits if hit.passage.document.id == main.passage.document.id), *own]
    kinds: list[Iterable[str]] = [_asked_there(mine)]
    if detect(plan.queries[0]) == "en":
        kinds = [_aspects(mine), _neighbours(plan, hits, mine), _told(mine), *kinds]
    found = [text for text in chain.from_iterable(zip_longest(*kinds)) if text]
    return [*found, *_mentioned(plan, mine)] if len(kinds) > 1 else found


async def _search(
    text: str, limit: int, backends: Mapping[str, SearchBackend], filters: Filters, deadline: Deadline
) -> list[Hit]:
    found = await asyncio.gather(
        *(backend.search(Query(text, limit, filters), deadline) for backend in backends.values()),
        return_exceptions=True,
    )
    # A backend that fails here was already told about by the main search.
    return [hit for some in found if not isinstance(some, BaseException) for hit in some]


async def _asked_well(
    text: str, document_id: str, backends: Mapping[str, SearchBackend], filters: Filters, deadline: Deadline
) -> str | None:
    """The question if the index answers it, and out of the document that it was made from. A definition comes from any
    document about the thing, which is then called what it is called there.
    """
    thing = about(text)
    hits = await _search(text, 2 * HITS if thing else HITS, backends, filters, deadline)
    if not hits:
        return None
    return (
        await asyncio.to_thread(_defined, text, hits)
        if thing
        else await asyncio.to_thread(_supported, text, hits, document_id)
    )


def _defined(text: str, hits: Sequence[Hit]) -> str | None:
    thing = about(text)
    at = opening(thing, hits)
    if at is None:
        return None
    sentence = defining(hits[at], thing) or ""
    if _PEOPLES.search(" ".join(sentence.split()[:40])):
        return None
    subject = introduced(sentence, bare_title(hits[at]))
    if not subject or not stands_alone(subject, sentence):
        return None
    return Subject.read(subject, sentence, [hits[at], *hits]).defined()


def _supported(text: str, hits: Sequence[Hit], document_id: str) -> str | None:
    """By the evidence without sentence vectors: twelve candidates at 70 ms would be too dear."""
    kind, shape = classify(text)
    plan = Plan(text, (text,), kind, shape)
    sentences = candidates(hits)
    scored = score(plan, hits, sentences, None)
    if not sentences or hits[sentences[int(scored.chance.argmax())].hit].passage.document.id != document_id:
        return None
    return text if weigh(hits, sentences, scored).chance >= SURE else None


# ── where they come from ──


def _aspects(own: Sequence[Hit]) -> Iterator[str]:
    """Headings of the main document, asked for where a template fits."""
    if not own:
        return
    subject = subject_of(own[0], own)
    for hit in sorted(own, key=lambda hit: hit.passage.start):
        for heading in hit.passage.headings[-1:]:
            question = heading_asked(heading, subject)
            if question:
                yield question


def _neighbours(plan: Plan, hits: Sequence[Hit], own: Sequence[Hit]) -> Iterator[str]:
    """The other documents that were found, if the main one names what they are about."""
    asked = set(terms(plan.queries[0]))
    said = {term for hit in own for term in terms(hit.passage.text)}
    for hit in hits:
        title = bare_title(hit)
        if not title or len(title.split()) > 4 or _NO_TITLE.search(title):
            continue
        if set(terms(title)) <= asked or not set(terms(title)) <= said:
            continue
        yield from _what_is(title)


def _mentioned(plan: Plan, own: Sequence[Hit]) -> Iterator[str]:
    """Names of two words or more that the main document holds; most are no document's title and fall away later."""
    known = set(terms(plan.queries[0]))
    found: Counter[str] = Counter()
    for hit in own:
        text = hit.passage.text
        known |= set(terms(bare_title(hit)))
        found.update(text[start:end] for start, end in names(text) if "\n" not in text[start:end])
    some = [name for name, n in found.most_common() if n > 1 and " " in name and not set(terms(name)) & known]
    for name in some[:NAMES]:
        yield from _what_is(name)


def _what_is(name: str) -> Iterator[str]:
    """Asked only where its definition is looked for, which tells whether it is a who, and how many."""
    question = f"What is {name}?"
    if about(question):
        yield question


def _told(own: Sequence[Hit]) -> Iterator[str]:
    """What the main document's sentences say about its subject, turned into questions."""
    for hit in own:
        title = set(terms(bare_title(hit)))
        for start, end in split(hit.passage.text):
            for question in asking(clean(hit.passage.text[start:end])):
                about_it = set(terms(question))
                if title and title <= about_it and len(about_it - title) <= 2:
                    yield question


def _asked_there(hits: Sequence[Hit]) -> Iterator[str]:
    """Questions that stand in the documents, such as in lists of frequent ones, if they need nothing around them."""
    for hit in hits:
        passage = hit.passage
        title = set(terms(bare_title(hit)))
        for text in [*passage.headings, *(passage.text[start:end] for start, end in split(passage.text))]:
            bare = text.lstrip("#*-•0123456789.) ").strip()
            if not bare.endswith("?") or not 4 <= len(bare.split()) <= 14 or not bare[0].isupper():
                continue
            if _ASKS.match(bare) and not _UNRESOLVED.search(bare) and '"' not in bare and title & set(terms(bare)):
                yield bare


def _distinct(texts: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Without what was asked before, and without saying one thing twice."""
    kept: list[str] = []
    taken = [frozenset(terms(text)) for text in asked]
    for text in texts:
        own = frozenset(terms(text))
        if own and all(len(own & other) < SAME_TERMS * len(own | other) for other in taken):
            kept.append(text)
            taken.append(own)
    return kept
