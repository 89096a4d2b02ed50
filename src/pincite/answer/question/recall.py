"""What does this question mean in its thread? Follow-ups made self-contained by rules and topic memory, no model.

Which earlier words a follow-up leaves unsaid is decided word by word, after Voskarides et al., "Query Resolution for
Conversational Search with Limited Supervision", SIGIR 2020, with a logistic model over a dozen features in place of
their BERT. Two queries come of it, to be fused: the question with its pronoun replaced by the topic, and the question
followed by all the words it leaves unsaid; where it may stand alone (``alone``), the question as it was typed as well.
The topic belongs to the thread, whoever asks, until a question that stands alone begins a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp

from pincite.answer.question.alone import WORD, Reading, courtesy, names, reading
from pincite.answer.question.instead import instead, thing, two
from pincite.answer.question.pair import things
from pincite.text.function_words import function_words
from pincite.text.languages import detect
from pincite.text.tokens import STOP_WORDS, normal, words
from pincite.types import Answer

MAX_TURNS = 12
"""Older turns are forgotten, but the first question stays."""
MAX_TERMS = 10
"""Words taken over at the most."""
UNSAID = 0.12
"""Chance from which on an earlier word is taken over into the second query: there a wrong word costs little."""
TOPICAL = 0.25
"""Chance from which on it may be part of the topic, which takes the pronoun's place."""
MAX_NAME = 5
"""Words of a person's name at the most."""
ASKED_ABOUT = 1.5
"""What was asked about is the topic rather than what an answer happened to name."""

OPENING_WORDS, LEAD_WORDS = 12, 40
"""Words of an answer in which its topic stands: at its start, but of a person anywhere in the lead."""

FEATURES = (
    "in_first_question",
    "in_last_question",
    "in_last_answer",
    "in_last_lead",
    "in_title",
    "name",
    "turns",
    "questions",
    "digit",
    "length",
    "pronoun",
    "pronoun_and_name",
    "pronoun_and_last_lead",
    "pronoun_and_first",
    "short",
    "short_and_last_question",
    "named",
    "beside",
    "in_first_answer",
    "name_in_first",
    "person_and_name",
    "said_last",
    "thing_and_last_answer_name",
    "first_turns",
)
WEIGHTS: dict[str, float] = {
    "in_first_question": 1.66,
    "in_last_question": -0.15,
    "in_last_answer": 0.55,
    "in_last_lead": 0.33,
    "in_title": 0.5,  # by hand: QReCC's history has no titles
    "name": 0.86,
    "turns": 1.87,
    "questions": 0.9,
    "digit": 0.01,
    "length": -0.36,
    "pronoun": -0.03,
    "pronoun_and_name": 0.12,
    "pronoun_and_last_lead": 0.12,
    "pronoun_and_first": 0.54,
    "short": 0.33,
    "short_and_last_question": 0.29,
    "named": -0.65,
    "beside": 0.17,
    "in_first_answer": 0.47,
    "name_in_first": 1.36,
    "person_and_name": 0.14,
    "said_last": 1.1,
    "thing_and_last_answer_name": 0.08,
    "first_turns": -1.26,
    "bias": -5.17,
}
"""Fitted by ``scripts/fit_recall.py`` on half of QReCC's conversations: 429 follow-ups, 13,932 words, 2026-11-23."""

_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|one|ones|there|then|such|same)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:(?P<own>his|her(?= [a-z])|hers|its|their|theirs)|he|she|it|they|him|her|them)\b", re.IGNORECASE
)
_THERE = re.compile(r"(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bwere) there(?=\W*$)", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|his|hers?|himself|herself)\b", re.IGNORECASE)
_VERB = re.compile(
    r"^.*\b(?:(?:do|does|did) .*\S (?P<verb>\w+)|(?:when|where|how|why) (?:is|are|was|were) .*\S "
    r"(?P<passive>\w+(?:ed|ilt|ound|own|orn|ought|ade|eld|tten)))\W*$",
    re.IGNORECASE,
)
"""A question that ends in its verb, which is no part of what it is about: "when was the tower built"."""
_SUBJECT = re.compile(
    r"^who (?!is\b|are\b|was\b|were\b|did\b|do\b|does\b|has\b|had\b)\S+ |^what \S+ (?=\S+$)", re.IGNORECASE
)
"""A question for who or what does it begins with its verb: "who painted the Mona Lisa", "what causes earthquakes"."""
_BRIDGES = frozenset({"of", "the", "and", "on", "in", "for", "to", "a", "an", "de", "la", "von", "van"})


@dataclass(frozen=True)
class Standalone:
    """``queries`` best first, the last one with all words that are taken over; never empty.

    ``topic`` is what the thread is about, empty where the first query is the question as it was typed.
    """

    queries: tuple[str, ...]
    topic: str = ""
    dependent: bool = False
    instead: bool = False
    """The question before, asked of ``topic``, which is what the thread is about from here on."""


@dataclass(frozen=True)
class Said:
    """A turn as memory keeps it: the question made self-contained, the answer's text, titles of its sources."""

    question: str
    answer: str = ""
    titles: tuple[str, ...] = ()
    asked: str = ""
    """The question as a person would have said it, without the words that were taken over beside it."""
    topic: str = ""
    """What took a pronoun's or another thing's place in it."""
    typed: str = ""
    things: tuple[str, ...] = ()
    """What was asked about before this took its place, oldest first."""
    who: str = ""
    """The person that the answer gave to "who"."""

    @property
    def whole(self) -> str:
        """The question with nothing but a pronoun replaced: a sentence still."""
        bare = self.typed.rstrip(" ?.!")
        return self.typed if bare and self.asked.startswith(f"{bare} ") else self.asked or self.question


def standalone(text: str, history: Sequence[Answer]) -> Standalone:
    """``text`` as searches that need no history. A question that stands alone is left as it is."""
    memory: list[Said] = []
    for answer in history[-MAX_TURNS:]:
        asked = answer.question.text
        if courtesy(asked):
            continue
        said = resolve(asked, memory)
        told = _sourced(answer) if answer.declined else answer.text
        cited = {citation.source for sentence in answer.sentences for citation in sentence.citations}
        shown = () if answer.declined else answer.sources  # what only came near is not what the thread is about
        titles = tuple(source.document.title for source in shown if source.number in cited)[:2]
        turned = not said.dependent and _turns(Said(asked, told, titles), memory)
        whole = asked if turned else said.queries[0 if said.queries[-1] == asked else -1]
        things = _things(memory) if said.instead else ()
        memory = [] if turned or said.instead else memory
        memory.append(Said(whole, told, titles, said.queries[0], said.topic, asked, things, _who(asked, answer)))
    return resolve(text, memory)


def resolve(text: str, memory: Sequence[Said]) -> Standalone:
    """``text`` in the light of what was said before it, oldest first."""
    memory = [said for said in memory if said.question.strip()]
    if not memory:
        return Standalone((text,))
    if (swapped := _swapped(text, memory)) is not None:
        return swapped
    read = reading(text, _asked(memory), _told(memory))
    unsaid = [] if read is Reading.ALONE else _unsaid(text, memory)
    if not unsaid:
        return Standalone((text,), dependent=read in (Reading.LIKELY, Reading.FOLLOWS))
    topic = _topic(text, unsaid, memory)
    bare = text.rstrip(" ?.!")
    expanded = f"{bare} {' '.join(term.surface for term in unsaid)}"
    if read is Reading.EITHER:
        return Standalone((text, expanded))
    replaced = _replace(text, topic) if topic else text
    if replaced == text and not (_PRONOUN.search(text) and any(names(text))):
        replaced = f"{bare} {topic}" if topic else expanded
    typed = (text,) if read is Reading.LIKELY else ()
    return Standalone(tuple(dict.fromkeys((replaced, *typed, expanded))), topic, dependent=True)


def _who(asked: str, answer: Answer) -> str:
    short = next((one.short for one in answer.sentences if one.short), None)
    said = answer.text[short.start : short.end] if short and re.match(r"who\b", asked.strip(), re.IGNORECASE) else ""
    return said if said[:1].isupper() and len(said.split()) <= MAX_NAME else ""


def _sourced(answer: Answer) -> str:
    """Of a text that declines, what sources say: our own words are about nothing in the world."""
    return " ".join(answer.text[one.start : one.end] for one in answer.sentences if one.citations)


def _swapped(text: str, memory: Sequence[Said]) -> Standalone | None:
    """The question before, asked of something else, or a question of the two things that were asked about."""
    last = memory[-1]
    if swap := instead(text, last.whole, last.topic):
        topic = swap.new if swap.old else last.topic
        return Standalone((swap.question, text), topic, dependent=True, instead=bool(swap.old))
    compared = two(text, _things(memory))
    return Standalone((compared,), dependent=True) if compared else None


def _things(memory: Sequence[Said]) -> tuple[str, ...]:
    named = (things(said.whole) or (thing(said.whole, said.topic),) for said in memory)
    return tuple(one for said, some in zip(memory, named, strict=True) for one in (*said.things, *some) if one)


def _turns(said: Said, memory: Sequence[Said]) -> bool:
    """Does a question that stands alone begin a new topic? The titles that answered it tell, or else its words."""
    asked, before = _asked([said]), _asked(memory)
    if said.titles and any(one.titles for one in memory):
        return not asked & before
    return not (asked & (before | _told(memory)) or _plain(said.answer) & before)


def _told(memory: Sequence[Said]) -> set[str]:
    return {word for said in memory for word in _plain(said.answer)}


def _asked(memory: Sequence[Said]) -> set[str]:
    """The plain words of what was asked before, and of the titles that answered it."""
    return {word for said in memory for word in _plain(" ".join((said.question, *said.titles)))}


# ── the words left unsaid ──


@dataclass
class _Term:
    key: str
    """Its plain form."""
    surface: str
    at: int
    """Where it was first said, counted over the whole memory."""
    name: bool = False
    turns: set[int] = field(default_factory=set)
    questions: set[int] = field(default_factory=set)
    features: dict[str, float] = field(default_factory=dict)


def _unsaid(text: str, memory: Sequence[Said]) -> list[_Term]:
    """Words to take over, in the order they were first said."""
    scored = [(chance(term.features), term) for term in earlier(text, memory).values()]
    best = sorted((one for one in scored if one[0] >= UNSAID), key=lambda one: -one[0])[:MAX_TERMS]
    return [term for _, term in sorted(best, key=lambda one: one[1].at)]


def chance(features: dict[str, float]) -> float:
    """That a rewriter would have said this word."""
    return 1 / (1 + exp(-sum(WEIGHTS[name] * value for name, value in features.items()) - WEIGHTS["bias"]))


def earlier(text: str, memory: Sequence[Said]) -> dict[str, _Term]:
    """Every content word said before but not in ``text``, by its plain form, with its features."""
    terms: dict[str, _Term] = {}
    small = STOP_WORDS | function_words(detect(text))
    at = 0
    for turn, said in enumerate(memory):
        for part, asked in ((said.question, True), *((title, False) for title in said.titles), (said.answer, False)):
            for place, surface in enumerate(WORD.findall(part)):
                at += 1
                key = _key(surface)
                if not key or surface.lower() in small or (len(key) < 2 and not key.isdigit()):
                    continue
                term = terms.setdefault(key, _Term(key, surface, at))
                term.turns.add(turn)
                if asked:
                    term.questions.add(turn)
                if surface[0].isupper() and (place > 0 or part in said.titles):
                    term.name, term.surface = True, surface
    _measure(text, memory, terms, small)
    own = _plain(text, small)
    return {key: term for key, term in terms.items() if key not in own}


def _measure(text: str, memory: Sequence[Said], terms: dict[str, _Term], small: Set[str]) -> None:
    own = _plain(text, small)
    first, last = _plain(memory[0].question), _plain(memory[-1].question)
    answer = memory[-1].answer
    last_answer, lead = _plain(answer), _plain(" ".join(answer.split()[:10]))
    titles = {w for said in memory for title in said.titles for w in _plain(title)}
    pronoun = float(bool(_PRONOUN.search(text)))
    short = float(len([w for w in words(text) if w not in small]) <= 2)
    named = float(any(t[0].isupper() for t in WORD.findall(text)[1:]))
    beside = _beside(own, memory)
    first_answer = _plain(memory[0].answer)
    person = float(bool(_PERSON.search(text)))
    for key, term in terms.items():
        in_first, in_lead, in_last = float(key in first), float(key in lead), float(key in last)
        term.features = {
            "in_first_question": in_first,
            "in_last_question": in_last,
            "in_last_answer": float(key in last_answer),
            "in_last_lead": in_lead,
            "in_title": float(key in titles),
            "name": float(term.name),
            "turns": len(term.turns) / len(memory),
            "questions": len(term.questions) / len(memory),
            "digit": float(key.isdigit()),
            "length": min(1.0, len(key) / 10),
            "pronoun": pronoun,
            "pronoun_and_name": pronoun * term.name,
            "pronoun_and_last_lead": pronoun * in_lead,
            "pronoun_and_first": pronoun * in_first,
            "short": short,
            "short_and_last_question": short * in_last,
            "named": named,
            "beside": float(key in beside),
            "in_first_answer": float(key in first_answer),
            "name_in_first": in_first * term.name,
            "person_and_name": person * term.name,
            "said_last": max(term.turns) / len(memory),
            "thing_and_last_answer_name": (pronoun - person) * term.name * (key in last_answer),
            "first_turns": in_first * len(term.turns) / len(memory),
        }


def _key(surface: str) -> str:
    """Its plain form; of ``Fox's`` and ``Fox-like`` that of the first part."""
    found = words(surface)
    return normal(found[0]) if found else ""


def _plain(text: str, small: Set[str] = STOP_WORDS) -> set[str]:
    return {normal(w) for w in words(text) if w not in small}


def _beside(own: set[str], memory: Sequence[Said]) -> set[str]:
    """Names that stood beside a word of the question before: ``Humble`` after ``Weldon``."""
    found: set[str] = set()
    for said in memory:
        for part in (said.question, said.answer):
            tokens = WORD.findall(part)
            for a, b in pairwise(tokens):
                if a[0].isupper() and b[0].isupper():
                    left, right = normal(a.lower()), normal(b.lower())
                    if left in own:
                        found.add(right)
                    if right in own:
                        found.add(left)
    return found


# ── the topic ──


def _topic(text: str, unsaid: Sequence[_Term], memory: Sequence[Said]) -> str:
    """The likeliest run of taken-over words that was said in one piece: the phrase that a pronoun stands for.

    Stop words may stand within it ("Life on the Street"). "He" and "she" stand for names only.
    """
    person = bool(_PERSON.search(text))
    if person and (who := next((said.who for said in reversed(memory) if said.who), "")):
        return who
    chances = {term.key: chance(term.features) for term in unsaid if term.name or not person}
    chances = {key: value for key, value in chances.items() if value >= TOPICAL}
    best, most = "", 0.0
    for said in memory:
        asked = said.asked or said.question
        if verb := _VERB.match(asked):
            asked = asked[: max(verb.start("verb"), verb.start("passive"))]
        asked = _SUBJECT.sub("", asked)
        parts = [(asked, ASKED_ABOUT), *((title, ASKED_ABOUT) for title in said.titles)]
        told = " ".join(said.answer.split()[: LEAD_WORDS if person else OPENING_WORDS])
        for part, factor in [*parts, (told, 1.0)]:
            for start, end, keys in _runs(part, chances):
                likely = factor * sum(chances[key] for key in keys)
                if likely > most + 1e-9:
                    best, most = part[start:end], likely
    return best.removesuffix("'s").removesuffix("’s")


def _runs(part: str, wanted: Mapping[str, float]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Stretches of ``part`` whose words are wanted or, within, stop words; and which wanted words they hold."""
    start = end = -1
    keys: set[str] = set()
    bridged = 0
    for match in [*WORD.finditer(part), None]:
        key = _key(match[0]) if match else ""
        if match and start >= 0 and not part[end : match.start()].replace("-", " ").isspace() and not bridged:
            yield start, end, frozenset(keys)
            start, keys, bridged = -1, set(), 0
        if match and key in wanted:
            start = match.start() if start < 0 else start
            end, bridged = match.end(), 0
            keys.add(key)
        elif match and start >= 0 and match[0].lower() in _BRIDGES and bridged < 2:
            bridged += 1
        elif start >= 0:
            yield start, end, frozenset(keys)
            start, keys, bridged = -1, set(), 0


def _replace(text: str, topic: str) -> str:
    """The first personal pronoun replaced by the topic, or a place that is pointed at."""
    replaced = _PERSONAL.sub(lambda m: f"{topic}'s" if m["own"] else topic, text, count=1)
    return replaced if replaced != text else _THERE.sub(f" in {topic}", text, count=1)
