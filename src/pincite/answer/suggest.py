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

from pincite.answer.asking import asking
from pincite.answer.candidates import candidates, clean, terms
from pincite.answer.evidence import weigh
from pincite.answer.gather import Gathered
from pincite.answer.plan import Kind, Plan, classify
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
_OPENING = re.compile(r"^(?:He|She|It) (?=is |was |consists )")
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
        kinds += [_told(hits), _aspects(hits), _neighbours(plan, hits), _related(plan, hits)]
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
    scored = score(plan, hits, sentences, None)
    if kind is Kind.DEFINITION and not scored.column("is_a").any():
        return False
    return weigh(hits, sentences, scored).enough


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


def _told(hits: Sequence[Hit]) -> Iterator[str]:
    """What their sentences say, turned into questions; a pronoun at the start is most often the document's subject."""
    for hit in hits:
        text = hit.passage.text
        subject = subject_of(hit, hits)
        for start, end in split(text):
            sentence = clean(text[start:end])
            if sentence.startswith("It ") != _is_person(hit):
                sentence = _OPENING.sub(subject[:1].upper() + subject[1:] + " ", sentence)
            for question in asking(sentence):
                yield question.replace(f" {hit.passage.document.title}?", f" {subject}?")


def _aspects(hits: Sequence[Hit]) -> Iterator[str]:
    """Headings of the best documents, asked for."""
    for hit in hits:
        for heading in hit.passage.headings[-1:]:
            aspect = heading.strip(" #:").lower()
            subject = subject_of(hit, hits)
            if not aspect or aspect in subject.lower() or _NO_ASPECT.match(aspect) or aspect.endswith("?"):
                continue
            said = _lowered(heading.strip(" #:"), hits, heading=True)
            if aspect in _ASPECTS:
                yield _ASPECTS[aspect].format(subject)
            elif len(aspect.split()) <= 4:
                with_subject = "" if set(terms(subject)) & set(terms(aspect)) else f" and {subject}"
                yield f"What is known about {said}{with_subject}?"


def _related(plan: Plan, hits: Sequence[Hit]) -> Iterator[str]:
    """Names that stand in the passages, and what they have to do with what the document is about."""
    asked = set(terms(plan.queries[0]))
    for hit in hits:
        text = hit.passage.text
        found = Counter(text[start:end] for start, end in names(text) if "\n" not in text[start:end])
        known = asked | set(terms(hit.passage.document.title))
        some = [name for name, _ in found.most_common() if " " in name and not set(terms(name)) & known]
        for name in some[:2]:
            yield f"What does {_lowered(name, hits)} have to do with {subject_of(hit, hits)}?"


def _neighbours(plan: Plan, hits: Sequence[Hit]) -> Iterator[str]:
    """The documents that were found, by what they are about."""
    asked = set(terms(plan.queries[0]))
    for hit in hits:
        title, text = subject_of(hit, hits), hit.passage.text
        if not title or len(title.split()) > 5 or set(terms(title)) <= asked:
            continue
        said = re.search(
            rf"\b{re.escape(title)}\b[^.;:]{{0,60}}? (is|was|are|were) (?:an?|the|one)\b", text, re.IGNORECASE
        )
        person = _is_person(hit)
        yield f"{'Who' if person else 'What'} {said[1] if said else 'was' if person else 'is'} {title}?"


def _is_person(hit: Hit) -> bool:
    """More "he" and "she" than "it" and "they", and a title of two or three words."""
    text, title = hit.passage.text, hit.passage.document.title
    return len(_PERSON.findall(text)) > len(_THING.findall(text)) and len(title.split()) in (2, 3)


def subject_of(hit: Hit, hits: Sequence[Hit]) -> str:
    """The document's title as it stands in a sentence: without parentheses, with its article, lower-cased if common."""
    return _lowered(re.sub(r"\s*\([^)]*\)", "", hit.passage.document.title).strip(), hits)


def _lowered(title: str, hits: Sequence[Hit], *, heading: bool = False) -> str:
    """A single word that stands nowhere in lower case is taken for a name, but in a heading."""
    text = " ".join(hit.passage.text for hit in hits)
    lower = title[:1].lower() + title[1:]
    named = re.search(rf"[a-z,] {re.escape(title.split(' ')[0])}\b", text) is not None
    common = re.search(rf"\b{re.escape(lower)}", text) is not None or (
        not named and lower.islower() and (heading or " " in lower)
    )
    bare = lower if common and title[1:2].islower() else title
    with_article = len(re.findall(rf"\bthe {re.escape(bare)}\b", text, re.IGNORECASE))
    # Titles and headings stand bare; only what stands within a sentence tells how the name is used there.
    alone = with_article + len(re.findall(rf"(?<=[a-z,;] )(?<!the )(?<!The ){re.escape(bare)}\b", text))
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
