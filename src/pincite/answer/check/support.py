"""Does this passage say so, in whatever words? What ``check.py`` compares, and how near the meanings are.

Each token of a statement looks for the one of a sentence that means the most alike, where it stands there (after
BERTScore, Zhang et al., ICLR 2020); a number is only met by itself. How well they are met, how alike the sentences are
as a whole, and the comparison of words are weighed to a chance that people would say it is supported. The weights
(``support.json``) are made by ``scripts/fit_support.py`` from claims that people have judged; it has their card.

What is compared outright is no matter of degree: with a number or a name that stands nowhere in the passage, or a *not*
on one side only, a statement is never fully supported.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from math import exp, nextafter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pincite.answer.check.check import IN_TITLE, Lexical, at_odds, reading, terms, titled
from pincite.ports import Aligned, Aligner, Bounds, Support
from pincite.settings import AnswerSettings
from pincite.text import languages
from pincite.types import Passage, Span

SENTENCES = 20
"""Sentences of a passage that are looked at: those with the most of the statement's words."""
PASSAGES = 16
"""Passages whose meaning is looked at: those that do best by words. The others are judged by words alone."""
AHEAD = 32
"""Passages that are read beforehand; an answer shows fewer, except where it shows whole files."""
STRANGE = 0.2
"""Two tokens that are less alike than this are strangers, and no two are stranger than others."""
_KEPT = 2048
"""Sentences of which the vectors are kept, some 20 kB each."""

Floats = NDArray[np.float32]
Weights = dict[str, float]


@dataclass(frozen=True)
class Signs:
    """What is known of a statement beside a passage."""

    words: float
    """0 to 1: ``Lexical``."""
    alignment: float
    """ln of the likeness of the statement's tokens to the passage's, the mean weighed by what each tells; ≤ 0."""
    likeness: float
    """Cosine of the statement and the sentence that is the most like it."""
    quote: Span | None
    """What says it best, by words where they say enough."""


class Weighing:
    """A ``SupportChecker`` by words and meaning. Deterministic; safe to call from several threads.

    Statements in other languages than English are judged by words alone: the encoder knows no other.
    """

    def __init__(self, aligner: Aligner, learned: dict[str, Any] | None = None, without: str = "") -> None:
        """``without`` names a set of claims: the weights are then those that were fitted without it."""
        learned = learned or _learned()
        fitted = learned["without"].get(without, learned) if without else learned
        self.name = f"support {learned['card']['sha256'][:12]}"
        self.bounds = Bounds(**learned["bounds"])
        self._weights: Weights = fitted["weights"]
        self._words_alone: Weights = fitted["words_alone"]
        self._words = Lexical()
        self._aligner = aligner
        self._kept: OrderedDict[str, Aligned] = OrderedDict()
        self._keeping = threading.Lock()

    @classmethod
    def configured(cls, settings: AnswerSettings, aligner: Aligner) -> Weighing | None:
        """The one that answers are checked by; ``None`` where words are enough."""
        return cls(aligner) if settings.check == "meaning" else None

    def without(self, name: str) -> Weighing:
        """The same checker, never fitted to the claims of that set."""
        return Weighing(self._aligner, without=name)

    def read(self, passages: Sequence[Passage]) -> None:
        """Reads the first ``AHEAD`` passages, as far as they can be looked at whatever is stated."""
        for passage in passages[:AHEAD]:
            for start, end in reading(passage.text).spans[:SENTENCES]:
                self._aligned(passage.text[start:end])

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        by_words = self._words.check(statement, passages)
        if not terms(statement):
            return by_words
        found = [Support(chance(self._words_alone, {"words": one.score}), one.quote) for one in by_words]
        if languages.detect(statement) == "en":
            best = sorted(range(len(passages)), key=lambda at: (-by_words[at].score, at))[:PASSAGES]
            for at in best:
                signs = self._signs(statement, passages[at], by_words[at])
                if signs is not None:
                    found[at] = Support(chance(self._weights, vars(signs)), signs.quote)
        most = nextafter(self.bounds.supported, 0)
        return [
            Support(most, one.quote) if one.score > most and at_odds(statement, passage, one.quote) else one
            for one, passage in zip(found, passages, strict=True)
        ]

    def signs(self, statement: str, passage: Passage) -> Signs | None:
        """What the weights are for; ``None`` of a statement or a passage without words."""
        (by_words,) = self._words.check(statement, [passage])
        return self._signs(statement, passage, by_words)

    def _signs(self, statement: str, passage: Passage, by_words: Support) -> Signs | None:
        said = self._aligned(statement)
        chosen = _nearest(terms(statement), passage.text)
        spans = [reading(passage.text).spans[at] for at in chosen]
        others = [self._aligned(passage.text[start:end]) for start, end in spans]
        if not len(said.ids) or not sum(len(each.ids) for each in others) or not said.tells.sum():
            return None
        context = IN_TITLE * _met(said, self._aligned(titled(passage)))
        met = np.array([np.maximum(_met(said, each), context) for each in others])  # (sentences, tokens)
        pairs = [at for at, (one, other) in enumerate(pairwise(chosen)) if other == one + 1]
        windows = np.concatenate([met, *(np.maximum(met[at], met[at + 1])[None] for at in pairs)])
        sums = np.log(np.maximum(windows, STRANGE)) @ (said.tells / said.tells.sum())
        best = int(sums.argmax())
        first, last = (best, best) if best < len(spans) else (pairs[best - len(spans)], pairs[best - len(spans)] + 1)
        quote = Span(start=spans[first][0], end=spans[last][1])
        enough = by_words.quote is not None and by_words.score >= self._words.bounds.partial
        return Signs(
            words=by_words.score,
            alignment=float(sums[best]),
            likeness=max(float(said.whole @ each.whole) for each in others if len(each.ids)),
            quote=by_words.quote if enough else quote,
        )

    def _aligned(self, text: str) -> Aligned:
        with self._keeping:
            kept = self._kept.get(text)
            if kept is not None:
                self._kept.move_to_end(text)
                return kept
        made = self._aligner.align(text)
        with self._keeping:
            self._kept[text] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def chance(weights: Weights, signs: dict[str, Any]) -> float:
    """The logistic of the weighed signs; ``""`` is what stands before any of them."""
    odds = sum(weight * (signs[sign] if sign else 1.0) for sign, weight in weights.items())
    return 1 / (1 + exp(-odds))


def _nearest(claim: frozenset[str], text: str) -> list[int]:
    """The sentences with the most of the claim's words, in the order of the text; the first of equals."""
    words = reading(text).words
    best = sorted(range(len(words)), key=lambda at: (-len(claim & words[at]), at))
    return sorted(best[:SENTENCES])


def _met(said: Aligned, other: Aligned) -> Floats:
    """(tokens of ``said``,) how alike each is to the nearest of ``other``; a number is like itself only."""
    if not len(other.ids):
        return np.zeros(len(said.ids), np.float32)
    alike: Floats = (said.vectors @ other.vectors.T).max(axis=1)
    strange = said.digits & ~np.isin(said.ids, other.ids)
    return np.where(strange, np.float32(0), alike)


def _learned() -> dict[str, Any]:
    learned: dict[str, Any] = json.loads((resources.files("pincite.answer.check") / "support.json").read_text("utf-8"))
    return learned
