"""Which question looks like this one, and its passage does not answer it? One word, name or number is another.

People who were asked for such questions (Rajpurkar, Jia & Liang, ACL 2018) swap names and numbers, turn a word into its
opposite, deny, and put a thing of the same kind in another's place. The same by rules: names and numbers come from the
passage itself, things of the same kind are words of the passage whose embeddings are near.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pincite.evals.sets import PassageRow, QuestionRow
from pincite.text.tokens import STOP_WORDS

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)")
NAME = re.compile(r"(?<=[a-z,'’] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_ENDING = re.compile(r"(?:ies|es|s|ed|ing|ly)$")
NEAR = 25
"""Neighbours of a word among which another is chosen."""
SAME_KIND = 0.3
"""Cosine of two words' embeddings, the mean of all taken off, from which on they name things of one kind."""
DENIED = 0.3
"""Share of the questions without a word that has an opposite that are denied instead."""
_OPPOSITES = """
first last, north south, east west, northern southern, eastern western, before after, largest smallest, highest lowest,
most least, more fewer, increase decrease, increased decreased, high low, old new, early late, earliest latest,
oldest newest, longest shortest, large small, major minor, begin end, began ended, start stop, started stopped,
win lose, won lost, male female, men women, king queen, father mother, son daughter, brother sister, public private,
inside outside, above below, upper lower, left right, modern ancient, best worst, war peace, summer winter, strong weak,
hot cold, buy sell, bought sold, founded abolished, opened closed, built destroyed, agree disagree, support oppose,
supported opposed, allow prohibit, allowed prohibited, include exclude, included excluded, always never,
primary secondary, legal illegal, common rare, similar different, positive negative, internal external,
majority minority, maximum minimum, accept reject, accepted rejected, create destroy, created destroyed, gain lose,
gained lost, rise fall, rose fell, arrive leave, arrived left, export import, native foreign, rich poor, urban rural
"""
OPPOSITE = {one: other for pair in _OPPOSITES.split(",") for one, other in (pair.split(), pair.split()[::-1])}
_DENIED = (
    (r"\bdid\b", "did not"), (r"\bdoes\b", "does not"), (r"\bdo\b", "do not"), (r"\bwas\b", "was not"),
    (r"\bwere\b", "were not"), (r"\bis\b", "is not"), (r"\bare\b", "are not"), (r"\bcan\b", "can not"),
    (r"\bhas\b", "has not"), (r"\bhad\b", "had not"), (r"^(who|what|which \w+) (\w+ed)\b", r"\1 never \2"),
)  # fmt: skip


class Twister:
    """A ``Twist``. ``words`` and ``vectors`` (one row each) are where things of the same kind are looked for."""

    def __init__(self, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        known = [at for at, word in enumerate(words) if re.fullmatch(r"[a-z]{3,}", word) and word not in STOP_WORDS]
        self._words = [words[at] for at in known]
        self._at = {word: row for row, word in enumerate(self._words)}
        moved = vectors[known] - vectors[known].mean(0)
        self._vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        self.near = cache(self._near)

    def __call__(self, question: QuestionRow, row: PassageRow, chance: random.Random) -> str | None:
        ways: list[Callable[[], str | None]] = [
            lambda: _named(question, row.text, chance),
            lambda: _opposed(question.text, chance),
            lambda: self._moved(question.text, row.text, chance),
        ]
        chance.shuffle(ways)
        return next((twisted for way in ways if (twisted := way()) is not None), None)

    def _near(self, word: str) -> list[str]:
        """Words of the same kind, nearest first; not other forms of it."""
        if word not in self._at:
            return []
        alike = self._vectors @ self._vectors[self._at[word]]
        best = np.argsort(-alike)[1 : NEAR + 1]
        return [self._words[at] for at in best if alike[at] > SAME_KIND and _stem(self._words[at]) != _stem(word)]

    def _moved(self, asked: str, passage: str, chance: random.Random) -> str | None:
        """With another thing of the same kind that the passage speaks of, too: any other might mean the same."""
        words = [word for word in _WORD.findall(asked) if word not in STOP_WORDS]
        chance.shuffle(words)
        said = set(_WORD.findall(passage.lower()))
        for word in words:
            others = [other for other in self.near(word) if other in said and other not in asked.lower()]
            if others:
                return _replaced(asked, word, chance.choice(others))
        return None


def _named(question: QuestionRow, passage: str, chance: random.Random) -> str | None:
    """With another name or number of the passage."""
    asked = question.text
    others = [match[0] for kind in (NAME, NUMBER) for match in kind.finditer(passage)]
    ways = []
    for match in [*NAME.finditer(asked), *NUMBER.finditer(asked)]:
        number = match[0][0].isdigit()
        fitting = sorted({o for o in others if o[0].isdigit() == number and _free(o, match[0], question)})
        if number:
            fitting.append(other_number(match[0], chance))
        if fitting:
            ways.append((match, chance.choice(fitting)))
    if not ways:
        return None
    match, other = chance.choice(ways)
    return asked[: match.start()] + other + asked[match.end() :]


def _opposed(asked: str, chance: random.Random) -> str | None:
    """With a word's opposite; sometimes denied, which is soon learned."""
    words = [word for word in re.findall(r"\b[a-z]+\b", asked) if word in OPPOSITE]
    if words:
        word = chance.choice(words)
        return _replaced(asked, word, OPPOSITE[word])
    fitting = next((pair for pair in _DENIED if re.search(pair[0], asked, re.IGNORECASE)), None)
    if fitting is None or chance.random() > DENIED:
        return None
    plain, denied = fitting
    return re.sub(plain, denied, asked, count=1, flags=re.IGNORECASE)


def other_number(number: str, chance: random.Random) -> str:
    """Another one that looks like it: a year some years off, a count or a measure some tenths off."""
    plain = number.replace(",", "")
    if "." in plain:
        return f"{float(plain) * chance.choice((0.5, 0.8, 1.3, 2.0)):.1f}"
    value = int(plain[:15])
    if 1000 <= value <= 2100 and "," not in number:
        return str(value + chance.choice((-30, -12, -7, -3, -2, 2, 3, 8, 15, 40)))
    other = max(0, value + chance.choice((-1, 1)) * max(1, round(value * chance.choice((0.1, 0.3, 0.5)))))
    return f"{other:,}" if "," in number else str(other)


def _free(other: str, here: str, question: QuestionRow) -> bool:
    """May it stand here? Neither what was asked for nor what is asked about already."""
    if other in question.text or here in other:
        return False
    return not any(other.lower() in answer.lower() or answer.lower() in other.lower() for answer in question.answers)


def _replaced(text: str, word: str, other: str) -> str:
    return re.sub(rf"\b{re.escape(word)}\b", other, text, count=1)


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:5]
