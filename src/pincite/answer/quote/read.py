"""Which sentence holds the short answer? A reader's spans, laid over the sentences that words and vectors have judged.

The reader gives every passage its likeliest answers with chances. The same answer in several passages is one, so a
sentence's share is the chance of all answers whose words stand in it. Joined with what is known of the sentence already
as a product of experts (Hinton, 2002): the weights, fitted by ``scripts/fit_reader.py`` on questions that the reader
was not trained on, say how far each is to be trusted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from pincite.answer.quote.around import speaker
from pincite.answer.quote.candidates import Candidate, clean, personal
from pincite.answer.quote.evidence import Evidence
from pincite.answer.quote.score import Asked, Scored
from pincite.answer.quote.statement import stated
from pincite.ports import Reader, Reading
from pincite.text.tokens import words
from pincite.types import Degradation, Hit

PASSAGES = 8
"""Best passages that are read."""
LEAST = 0.03
"""Chance of a sentence in which the reader saw no answer: it names only a few for each passage."""
KNOWN, READ = 0.65, 1.1
"""Weights of what words and vectors say of a sentence, and of what the reader does."""
TITLED, UNNAMED, LEANING = 0.8, -0.8, -0.65
"""Weights of a title that is asked for, of names in the question that the passage lacks, and of a sentence that is not
to be read without the one before it. A reader finds its answers in passages about the wrong thing, too."""
# The tables and LENIENT are what scripts/fit_reader.py --questions 160 printed on 2026-11-29: of 767 questions of SQuAD
# train and NQ that the reader had not learnt, as they are, changed, and without their article; HELD of 1,044 beside
# their passage, as they are and changed. None of them is of SQuAD 2.0.
ABOUT: dict[str, float] = {"before": 0.87, "relevance": 0.36, "bias": -0.75}
"""Is what is asked about there? By the evidence without a reader, as log odds, and the best passage's relevance."""
HELD: dict[str, float] = {"marked": 0.16, "likeness": 4.14, "unsaid": -1.71, "bias": -2.39}
"""And is the answer, too? A question with a false name or number finds all its words in such a passage and has none.
One of four is taken for such a question."""
HELD_WITHOUT_VECTORS: dict[str, float] = {"marked": 0.23, "unsaid": -1.66, "bias": -0.35}
LENIENT = 0.55
"""Log odds added: most questions that are asked have an answer. scripts/fit_reader.py prints .77, at which 8 % of its
own that have one fall below ENOUGH. A threshold is what SQuAD 2.0 dev may tune: of its articles (half of them left out,
seed 1) .55 is the most lenient at which 85 % of the questions about those left out are declined, with or without an
answer there (n 402, 363); wrongly 7.5 % (n 347)."""
CLEAR = 2.0
"""Log odds from which on a *no* counts. A *yes* is no proof: sentences about something else are often believed to say
so, and with it counted, articles that are left out were declined 3 % less at as many wrong refusals (LAB.md)."""
_LEAST_CHANCE = 1e-4
MOST_WORDS = 8
"""From which on what has a verb of its own is no short answer."""
_STATES = re.compile(r"\b(?:is|are|was|were|has|have|had|does|did)\b", re.IGNORECASE)
_STANDING_FOR = frozenset("he she it they him her them his its their who whom whose which that".split())
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|nowhere|except|unlike|instead|rather|other than|without)\b|n['’]t\b", re.IGNORECASE
)
_NOT = re.compile(
    r"(?:\b(?:not|never|no longer|nowhere near|rather than|instead of|other than|unlike|except(?: for)?)|n['’]t)"
    r"(?: (?:the|an?|in|at|by|on|from|to|of|with|as|near|during))* $",
    re.IGNORECASE,
)
"""Behind it stands what is not so: "penguins live nowhere near Newfoundland"."""
SURE = 0.03
"""Chance of a span from which on it is shown as the short answer: of 300 held-out questions 88 % get one then."""

UNREAD = Degradation(
    part="close reading",
    reason="late",
    detail="it took too long: words and vectors alone chose the sentences",
    hint="set a longer answer.read_s, or let less run beside pincite",
)


@dataclass(frozen=True)
class Read:
    """What a reader made of the passages, by sentence."""

    relevance: float
    """Of the passage that is the most likely to answer, a logit."""
    marked: float
    """How clearly the ends of an answer stand out, in the passage where they do so the most."""
    share: NDArray[np.float64]
    """(candidates,) the chance of all answers whose words stand in each, wherever the reader found them."""
    spans: dict[int, tuple[tuple[int, int], float]]
    """Candidate → where the likeliest of them stands in its text, and the chance of it."""


def laid(readings: Sequence[Reading], hits: Sequence[Hit], sentences: Sequence[Candidate], asked: Asked) -> Read | None:
    """What a reader made of the first hits, by all their sentences. ``None`` where it had nothing to read, or no time.

    The same answer in several passages is one answer: its chances are added up, wherever its words stand.
    """
    if not readings or not sentences:
        return None
    chance: dict[str, float] = defaultdict(float)
    places: dict[str, re.Pattern[str]] = {}
    for hit, one in zip(hits, readings, strict=False):
        for answer in one.answers:
            text = clean(hit.passage.text[answer.span.start : answer.span.end]).strip("*`")
            if words(text) and not personal(text):
                places[text] = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
                chance[_plain(text)] += answer.chance
    share = np.zeros(len(sentences))
    spans: dict[int, tuple[tuple[int, int], float]] = {}
    for at, sentence in enumerate(sentences):
        said = speaker(hits[sentence.hit].passage, sentence)
        held = {
            text: found.span()
            for text, place in places.items()
            if (found := place.search(sentence.text, said)) and not _denied(asked, found)
        }
        share[at] = sum(chance[one] for one in set(map(_plain, held)))
        if shown := [text for text in held if not _rambling(text)]:
            best = max(shown, key=lambda text: (chance[_plain(text)], len(text)))
            spans[at] = held[best], chance[_plain(best)]
    relevance, marked = (max(getattr(one, name) for one in readings) for name in ("relevance", "marked"))
    return Read(relevance, marked, share, spans)


def _rambling(answer: str) -> bool:
    """Is it no answer to be shown: does it end in a word that stands for another, or is it most of a sentence?"""
    found = words(answer)
    return found[-1] in _STANDING_FOR or (len(found) > MOST_WORDS and bool(_STATES.search(answer)))


def _denied(asked: Asked, answer: re.Match[str]) -> bool:
    """Is it what is not so there, or a number that counts only some of what is asked for, or did so long ago?"""
    said = answer.string
    if asked.bygone(said) or (asked.quantity is not None and asked.quantity.partial(said, answer.span())):
        return True
    return bool(_NOT.search(said[: answer.start()])) and not _NEGATIVE.search(asked.text)


@lru_cache(maxsize=256)
def _plain(answer: str) -> str:
    """By what two answers are the same: their words, without an article."""
    found = words(answer)
    return " ".join(found[1:] if len(found) > 1 and found[0] in ("the", "a", "an") else found)


def joined(scored: Scored, found: Read, sentences: Sequence[Candidate]) -> Scored:
    """The chances of both together; they sum to 1."""
    asked, hit = scored.asked, [one.hit for one in sentences]
    sums = KNOWN * np.log(scored.chance + 1e-9) + READ * np.log(found.share + LEAST)
    sums += TITLED * np.array(asked.titled)[hit] + UNNAMED * np.array(asked.unnamed)[hit]
    sums += LEANING * scored.column("orphan")
    odds = np.exp(sums - sums.max())
    return replace(scored, chance=odds / odds.sum())


def unsaid(reader: Reader, found: Read, both: Scored, sentences: Sequence[Candidate], hits: Sequence[Hit]) -> float:
    """How clearly does the lead not say what question and answer say together? Log odds, 0 where it is not clear.

    A question with a false name finds its words and an answer of the right kind, and no sentence that says so.
    """
    lead = int(both.chance.argmax())
    (start, end), _ = found.spans.get(lead, ((0, 0), 0.0))
    asked, said = both.asked.text, sentences[lead].text
    statement = stated(asked, said[start:end]) or f"{asked.rstrip(' ?')} {said[start:end]}"
    passage = hits[sentences[lead].hit].passage.model_copy(update={"text": said, "start": 0, "end": len(said)})
    ((no, _, yes),) = reader.support(statement, [passage])
    return max(0.0, log(max(no, _LEAST_CHANCE)) - log(max(yes, _LEAST_CHANCE)) - CLEAR)


def believed(evidence: Evidence, found: Read, both: Scored, unsaid: float) -> Evidence:
    """The chance that there is an answer: that what is asked about is there, and that the answer is, too.

    ``both`` is what words and vectors and the reader believe together.
    """
    known = measure(evidence, found, both, unsaid)
    both_odds = together(known, HELD if both.vectors else HELD_WITHOUT_VECTORS) + LENIENT
    return Evidence(float(np.exp(-np.logaddexp(0.0, -both_odds))), {**evidence.features, **known})


def measure(evidence: Evidence, found: Read, both: Scored, unsaid: float) -> dict[str, float]:
    """What the chance is weighed from."""
    before = min(max(evidence.chance, 1e-6), 1 - 1e-6)
    return {
        "before": log(before / (1 - before)),
        "relevance": found.relevance,
        "marked": found.marked,
        "unsaid": unsaid,
        "likeness": float(both.column("cosine")[both.chance.argmax()]),
    }


def together(known: Mapping[str, float], held: Mapping[str, float]) -> float:
    """The log odds of both, the product of two chances."""
    a, b = odds(known, ABOUT), odds(known, held)
    return -float(np.logaddexp.reduce([-a, -b, -a - b]))


def odds(known: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The log odds of one of them."""
    return sum(known.get(name, 1.0) * weight for name, weight in weights.items())
