"""Which sentence holds the short answer? A reader's spans, laid over the sentences that words and vectors have judged.

The reader gives every passage its likeliest answers with chances; a sentence's share is the chance that the answer
stands in it. Joined with what is known of the sentence already as a product of experts (Hinton, 2002): the weights,
fitted by ``scripts/fit_reader.py`` on questions that the reader was not trained on, say how far each is to be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from pincite.answer.candidates import Candidate
from pincite.answer.evidence import Evidence
from pincite.answer.score import Scored
from pincite.ports import Reading
from pincite.types import Hit

PASSAGES = 8
"""Best passages that are read."""
LEAST = 0.03
"""Chance of a sentence in which the reader saw no answer: it names only a few for each passage."""
KNOWN, READ = 0.35, 1.0
"""Weights of what words and vectors say of a sentence, and of what the reader does."""
BEFORE, RELEVANCE, BIAS = 0.94, 0.32, -0.95
"""Weights of the evidence without a reader, as log odds, and of the best passage's relevance."""
SURE = 0.05
"""Chance of a span from which on it is shown as the short answer: of 300 held-out questions 88 % get one then."""


@dataclass(frozen=True)
class Read:
    """What a reader made of the passages, by sentence."""

    relevance: float
    """Of the passage that is the most likely to answer, a logit."""
    share: NDArray[np.float64]
    """(candidates,) the chance that the answer stands in each."""
    spans: dict[int, tuple[tuple[int, int], float]]
    """Candidate → where the likeliest answer stands in its text, and the chance of it."""


def laid(readings: Sequence[Reading], hits: Sequence[Hit], sentences: Sequence[Candidate]) -> Read | None:
    """What a reader made of the first hits, by their sentences. ``None`` where it had nothing to read, or no time."""
    if not readings:
        return None
    passages = [hit.passage for hit in hits[: len(readings)]]
    share = np.zeros(len(sentences))
    spans: dict[int, tuple[tuple[int, int], float]] = {}
    for at, one in enumerate(sentences):
        if one.hit >= len(readings):
            continue
        text = passages[one.hit].text
        for answer in readings[one.hit].answers:
            if one.start <= answer.span.start and answer.span.end <= one.end:
                share[at] += answer.chance
                # The sentence is written with characters left out, and the answer may be among them.
                place = one.text.find(text[answer.span.start : answer.span.end])
                if place >= 0 and (at not in spans or answer.chance > spans[at][1]):
                    spans[at] = (place, place + answer.span.end - answer.span.start), answer.chance
    return Read(max(reading.relevance for reading in readings), share, spans)


def joined(scored: Scored, found: Read) -> Scored:
    """The chances of both together; they sum to 1."""
    sums = KNOWN * np.log(scored.chance + 1e-9) + READ * np.log(found.share + LEAST)
    odds = np.exp(sums - sums.max())
    return replace(scored, chance=odds / odds.sum())


def believed(evidence: Evidence, found: Read) -> Evidence:
    """The chance that there is an answer, by what was known before and by how relevant the best passage reads."""
    before = min(max(evidence.chance, 1e-6), 1 - 1e-6)
    odds = BEFORE * log(before / (1 - before)) + RELEVANCE * found.relevance + BIAS
    return Evidence(1 / (1 + exp(-odds)), {**evidence.features, "relevance": found.relevance})
