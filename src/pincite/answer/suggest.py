"""What might be asked next? Up to three questions that the index can answer, made while the answer is being read.

Candidates come from questions that the retrieved documents ask themselves, from their headings, from names that stand
in them, and from the documents beside them; deepening and broadening take turns. Each is searched for before it is
shown, and shown only if the same measure of evidence that makes pincite abstain lets it pass: no suggestion is a
dead end.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from pincite.answer.candidates import candidates, terms
from pincite.answer.evidence import weigh
from pincite.answer.gather import Gathered
from pincite.answer.plan import Plan, classify
from pincite.answer.score import score
from pincite.answer.shape import names
from pincite.ports import Deadline, Query, SearchBackend
from pincite.text.languages import detect
from pincite.text.sentences import split
from pincite.types import Answer, Filters, Hit

WANTED = 3
MOST_TRIED = 9
"""Candidates that are searched for at the most, three at a time."""
HITS = 5
"""Passages that a candidate's evidence is taken from."""
SAME_TERMS = 0.6
"""Share of common content words (Jaccard) from which on two questions are one."""

_ASPECTS: dict[str, str] = {
    "history": "What is the history of {}?",
    "origin": "Where does {} come from?",
    "origins": "Where does {} come from?",
    "etymology": "How did {} get its name?",
    "name": "How did {} get its name?",
    "economy": "What is the economy of {} like?",
    "climate": "What is the climate of {} like?",
    "geography": "What is the geography of {} like?",
    "culture": "What is the culture of {} like?",
    "demographics": "Who lives in {}?",
    "population": "How large is the population of {}?",
    "government": "How is {} governed?",
    "politics": "What are the politics of {} like?",
    "education": "What is education in {} like?",
    "transport": "How do people get around in {}?",
    "design": "How was {} designed?",
    "construction": "How was {} built?",
    "structure": "How is {} structured?",
    "uses": "What is {} used for?",
    "applications": "What is {} used for?",
    "production": "How is {} made?",
    "diet": "What does {} eat?",
    "feeding": "What does {} eat?",
    "habitat": "Where does {} live?",
    "reproduction": "How does {} reproduce?",
    "behaviour": "How does {} behave?",
    "behavior": "How does {} behave?",
    "causes": "What causes {}?",
    "symptoms": "What are the symptoms of {}?",
    "treatment": "How is {} treated?",
    "prevention": "How can {} be prevented?",
    "effects": "What are the effects of {}?",
    "legacy": "What is the legacy of {}?",
    "early life": "What was the early life of {} like?",
    "career": "What was the career of {} like?",
    "death": "How did {} die?",
    "works": "What are the works of {}?",
    "types": "What types of {} are there?",
    "characteristics": "What are the characteristics of {}?",
    "criticism": "How has {} been criticised?",
    "installation": "How is {} installed?",
    "usage": "How is {} used?",
    "configuration": "How is {} configured?",
}
_NO_ASPECT = re.compile(
    r"^(?:see also|references|notes|external links|further reading|bibliography|sources|contents|introduction|overview"
    r"|summary|abstract|appendix.*|\W*\d[\d.]*\W*)$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|they|their)\b", re.IGNORECASE)


async def suggest(
    plan: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    backends: Mapping[str, SearchBackend],
    filters: Filters,
    deadline: Deadline,
) -> tuple[str, ...]:
    """Follow-ups, best first. Fewer than three, or none, where no good ones are found in time."""
    asked = [plan.text, *plan.queries, *(answer.question.text for answer in history)]
    wanted = _distinct(proposals(plan, gathered.hits), asked)[:MOST_TRIED]
    kept: list[str] = []
    for at in range(0, len(wanted), WANTED):
        some = wanted[at : at + WANTED]
        answerable = await asyncio.gather(*(_answerable(text, backends, filters, deadline) for text in some))
        kept += [text for text, good in zip(some, answerable, strict=True) if good]
        if len(kept) >= WANTED or deadline.left() == 0:
            break
    return tuple(kept[:WANTED])


def proposals(plan: Plan, hits: Sequence[Hit]) -> list[str]:
    """Questions that the hits bring to mind, the kinds taking turns. English templates for English questions only."""
    kinds: list[Iterable[str]] = [_asked_there(hits)]
    if detect(plan.queries[0]) == "en":
        kinds += [_aspects(hits), _related(plan, hits), _neighbours(plan, hits)]
    return [text for text in chain.from_iterable(zip_longest(*kinds)) if text]


async def _answerable(text: str, backends: Mapping[str, SearchBackend], filters: Filters, deadline: Deadline) -> bool:
    found = await asyncio.gather(
        *(backend.search(Query(text, HITS, filters), deadline) for backend in backends.values()), return_exceptions=True
    )
    # A backend that fails here was already told about by the main search.
    hits = [hit for some in found if not isinstance(some, BaseException) for hit in some]
    return bool(hits) and await asyncio.to_thread(_supported, text, hits)


def _supported(text: str, hits: Sequence[Hit]) -> bool:
    """The evidence without sentence vectors: nine candidates at 70 ms would be too dear."""
    kind, shape = classify(text)
    plan = Plan(text, (text,), kind, shape)
    sentences = candidates(hits)
    return weigh(hits, sentences, score(plan, hits, sentences, None)).enough


# ── where they come from ──


def _asked_there(hits: Sequence[Hit]) -> Iterator[str]:
    """Questions that stand in the documents, such as in lists of frequent ones."""
    for hit in hits:
        passage = hit.passage
        texts = [passage.text[start:end] for start, end in split(passage.text)]
        for text in [*passage.headings, *texts]:
            bare = text.lstrip("#*-•0123456789.) ").strip()
            if bare.endswith("?") and 3 <= len(bare.split()) <= 16 and bare[0].isupper() and '"' not in bare:
                yield bare


def _aspects(hits: Sequence[Hit]) -> Iterator[str]:
    """Headings of the best documents, asked for."""
    for hit in hits:
        for heading in hit.passage.headings[-1:]:
            aspect = heading.strip(" #:").lower()
            subject = subject_of(hit, hits)
            if not aspect or aspect in subject.lower() or _NO_ASPECT.match(aspect) or aspect.endswith("?"):
                continue
            if aspect in _ASPECTS:
                yield _ASPECTS[aspect].format(subject)
            elif len(aspect.split()) <= 4:
                yield f"What about {_lowered(heading.strip(' #:'), hits)} of {subject}?"


def _related(plan: Plan, hits: Sequence[Hit]) -> Iterator[str]:
    """Names that stand in the best document's passages, and what they have to do with it."""
    if not hits:
        return
    asked = set(terms(plan.queries[0]))
    best = hits[0].passage.document
    own = [hit for hit in hits if hit.passage.document.id == best.id]
    text = "\n".join(hit.passage.text for hit in own)
    subject = subject_of(hits[0], hits)
    found = Counter(text[start:end] for start, end in names(text) if "\n" not in text[start:end])
    for name, _ in found.most_common():
        if len(name.split()) >= 2 and not set(terms(name)) & (asked | set(terms(best.title))):
            yield f"How is {name} connected with {subject}?"


def _neighbours(plan: Plan, hits: Sequence[Hit]) -> Iterator[str]:
    """The other documents that were found."""
    asked = set(terms(plan.queries[0]))
    for hit in hits[1:]:
        title = hit.passage.document.title
        if title and len(title.split()) <= 5 and not set(terms(title)) <= asked:
            yield f"{_who_or_what(hit)} {subject_of(hit, hits)}?"


def _who_or_what(hit: Hit) -> str:
    text = hit.passage.text
    person = len(_PERSON.findall(text)) > len(_THING.findall(text)) and len(hit.passage.document.title.split()) in (
        2,
        3,
    )
    past = " was " in text and text.count(" was ") >= text.count(" is ")
    return f"{'Who' if person else 'What'} {'was' if past else 'is'}"


def subject_of(hit: Hit, hits: Sequence[Hit]) -> str:
    """The document's title as it stands in a sentence: without parentheses, with its article, lower-cased if common."""
    title = re.sub(r"\s*\([^)]*\)", "", hit.passage.document.title).strip()
    return _lowered(title, [one for one in hits if one.passage.document.id == hit.passage.document.id])


def _lowered(title: str, hits: Sequence[Hit]) -> str:
    text = " ".join(hit.passage.text for hit in hits)
    lower = title[:1].lower() + title[1:]
    common = re.search(rf"[a-z,] {re.escape(lower)}s?\b", text) is not None
    bare = lower if common and lower != title else title
    with_article = len(re.findall(rf"\bthe {re.escape(bare)}\b", text, re.IGNORECASE))
    alone = len(re.findall(rf"\b{re.escape(bare)}\b", text, re.IGNORECASE))
    return f"the {bare}" if with_article * 2 > alone and not bare.lower().startswith("the ") else bare


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
