"""Which words are there, and which of them may somebody have meant? The vocabulary of the index.

Nothing is kept for it: the full text's own dictionary gives the terms that begin like a word, with how many passages
hold each, and passages say how a term is spelt. A misspelt word's candidates are weighed as a noisy channel (Kernighan,
Church & Gale, COLING 1990): which slips lead there, how common the candidate is, and how often it stands beside the
question's other words (naive Bayes).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from string import ascii_lowercase
from threading import Lock

from pincite.index import analysis
from pincite.index.edits import ENDING, near_keys, odd, slips, slips_between, stem_slips
from pincite.index.fulltext import FullText
from pincite.index.store import Store
from pincite.ports import Meant

SLIP = 4.0
"""What a second slip costs, as a logarithm: about one misspelt word in fifty has two."""
ODD = 2.0
"""What a wrong letter costs that is far from the right one on the keyboard."""
FIRST = 1.0
"""What a slip in the first letter costs."""
WEIGHED = 6
"""Candidates that are looked at closely, those that are the most likely alone."""
BESIDE = 2
"""Other words of the question that have a say, the rarest."""
PRIOR = 0.5
"""Passages with both words that are taken for seen and for expected, so that a few say little."""
SPELT = 2
"""Passages that are read for how a term is spelt."""
LEAST = 2
"""Passages that must have a candidate: what stands in one alone may be a slip itself."""
SHORT = 4
"""Letters of a word below which only a stop word can have been meant: too many others are near."""
ENDINGS = ("", "s", "es", "e", "ed", "d", "ing", "er", "ly", "y", "al", "ion", "ation", "ic", "ness", "ment")
"""What English stems lack, to spell a word that the passages read have in another form."""
_KEPT = 64


@dataclass(frozen=True)
class _Near:
    """A term, or a stop word, about ``far`` slips away, that ``count`` passages hold; ``spelt`` where that is known."""

    term: str
    count: int
    far: float
    spelt: str = ""
    first: bool = False

    @property
    def alone(self) -> float:
        """How likely it is meant before the other words are looked at, as a logarithm."""
        return log(self.count) - SLIP * max(0.0, self.far - 1) - FIRST * self.first


class Lexicon:
    """The words of one index. ``true`` says of a word that the index does not have whether it is one all the same."""

    def __init__(self, text: FullText, store: Store, true: Callable[[str], bool] = lambda _: False) -> None:
        self._text = text
        self._store = store
        self._true = true
        self._written: tuple[int, list[str]] = (-1, [])
        self._beginning: OrderedDict[tuple[int, str, str], list[tuple[str, int]]] = OrderedDict()
        self._lock = Lock()

    @property
    def langs(self) -> list[str]:
        """In which the passages are written, the most frequent first; of many, the first few."""
        seq, langs = self._written
        if seq != self._text.reached.seq:
            seq, langs = self._text.reached.seq, list(self._store.tallies("lang"))[: analysis.MOST_LANGS] or ["en"]
            self._written = (seq, langs)
        return langs

    def knows(self, word: str) -> bool:
        """Whether any passage has the word in any form, or it is a word all the same."""
        if any(analysis.is_small(word.lower(), lang) for lang in self.langs):
            return True
        return any(map(self._true, _plainer(word))) or any(self._text.holding(form) for form in self._forms(word))

    def meant(self, word: str, beside: Sequence[str], most: int) -> Meant | None:
        """The likeliest word at most ``most`` slips away; ``None`` where there is none.

        ``beside`` are the question's other words.
        """
        typed = word.lower()
        known = filter(None, (self._common(other) for other in beside))
        others = sorted(dict.fromkeys(known), key=lambda other: other[1])[:BESIDE]
        among = [other for other, _ in others]
        found: list[tuple[float, Meant]] = []
        for one in sorted(self._near(typed, most), key=lambda one: -one.alone)[:WEIGHED]:
            spelt = one.spelt or self._spelt(one.term, typed, among, most)
            far = slips_between(_folded(spelt), _folded(typed))
            if 0 < far <= most:
                odds = self._beside(one, others)
                cost = SLIP * (far - 1) + ODD * odd(typed, spelt) + FIRST * one.first
                found.append((log(one.count) - cost + odds, Meant(spelt, odds)))
        return max(found, key=lambda each: each[0])[1] if found else None

    def _forms(self, word: str) -> tuple[str, ...]:
        return analysis.forms(word, self.langs)

    # ── candidates ──

    def _near(self, typed: str, most: int) -> list[_Near]:
        found = {one.term: one for one in self._small(typed)}
        if len(typed) < SHORT:
            return list(found.values())
        for form in dict.fromkeys((*self._forms(typed), typed)):
            listed = [one for prefix in _beginnings(form) for one in self._listed("terms", prefix)]
            shortest, longest = max(2, len(form) - most - ENDING), len(form) + most
            some = [one for one in listed if shortest <= len(one[0]) <= longest and one[1] >= LEAST]
            for (term, count), far in zip(some, stem_slips(form, [term for term, _ in some]), strict=True):
                if far <= most + 1 and (term not in found or far < found[term].far):
                    found[term] = _Near(term, count, float(far))
        return [*found.values(), *self._begun_otherwise(typed)]

    def _small(self, typed: str) -> Iterator[_Near]:
        """Stop words one slip away."""
        listed = [one for prefix in _beginnings(typed) for one in self._listed("small", prefix) if one[1] >= LEAST]
        for (word, count), far in zip(listed, slips(typed, [word for word, _ in listed]), strict=True):
            if far == 1:
                yield _Near(word, count, 1.0, spelt=word)

    def _begun_otherwise(self, typed: str) -> Iterator[_Near]:
        """Words whose first letter was left out, or taken from a key beside it."""
        spelt = [letter + typed for letter in ascii_lowercase]
        spelt += [letter + typed[1:] for letter in near_keys(typed[0])]
        for word in spelt:
            forms = [(form, self._text.holding(form)) for form in self._forms(word)]
            term, count = max(forms, key=lambda form: form[1], default=("", 0))
            if count >= LEAST:
                yield _Near(term, count, 1.0, spelt=word, first=True)

    def _listed(self, field: str, prefix: str) -> list[tuple[str, int]]:
        key = (self._text.reached.seq, field, prefix)
        with self._lock:
            if key in self._beginning:
                self._beginning.move_to_end(key)
                return self._beginning[key]
        listed = self._text.beginning(field, prefix)
        with self._lock:
            self._beginning[key] = listed
            while len(self._beginning) > _KEPT:
                self._beginning.popitem(last=False)
        return listed

    # ── which of them ──

    def _common(self, word: str) -> tuple[str, int] | None:
        """The word's form that most passages hold, and how many."""
        forms = [(form, self._text.holding(form)) for form in self._forms(word)]
        best = max(forms, key=lambda form: form[1], default=None)
        return best if best and best[1] else None

    def _beside(self, one: _Near, others: Sequence[tuple[str, int]]) -> float:
        """How much likelier the other words make it than chance would, as a logarithm."""
        odds = 0.0
        for other, holding in others:
            expected = one.count * holding / self._text.passages
            odds += log((self._text.holding_both(one.term, other) + PRIOR) / (expected + PRIOR))
        return odds

    def _spelt(self, term: str, typed: str, others: Sequence[str], most: int) -> str:
        """The word that stands for the term, the nearest to what was typed; empty where none is near.

        Passages that hold it say how it is spelt; a form that these do not have is taken if it is a common word.
        """
        rows = self._store.load([one.number for one in self._text.search_all([(term,)], [(o,) for o in others], SPELT)])
        found: Counter[str] = Counter()
        for row in rows.values():
            passage = row.passage
            whole = "\n".join((passage.document.title, *passage.headings, passage.text))
            near = (w for w in analysis.words(whole) if w[0] in typed[:2] and abs(len(w) - len(typed)) <= most)
            found.update({w: n for w, n in Counter(near).items() if term in analysis.terms(w, passage.document.lang)})
        made = _english(term) if self.langs[0] == "en" else []
        found.update({word: 0 for word in made if word not in found and self._true(word)})
        far = {word: slips_between(typed, word) for word in found}
        best = min(found, key=lambda word: (far[word], -found[word], word), default="")
        return best if best and far[best] <= most else ""


def _plainer(word: str) -> Iterator[str]:
    """The word, and what it may be a form of in English."""
    yield word
    for ending in ("s", "es", "ed", "d", "ing", "er", "ers", "ly"):
        if len(word) > len(ending) + SHORT and word.endswith(ending):
            yield word.removesuffix(ending)


def _english(term: str) -> list[str]:
    """Words whose stem is the term; not all of them are words."""
    stems = (term, f"{term[:-1]}y") if term.endswith("i") else (term,)
    made = [f"{stem}{ending}" for stem in stems for ending in ENDINGS]
    return [each for each in dict.fromkeys(made) if analysis.terms(each, "en") == [term]]


def _beginnings(form: str) -> list[str]:
    """What a word meant may begin with: its first letter, or its first two swapped."""
    return [form[:1], *([form[1] + form[0]] if len(form) > 1 and form[0] != form[1] else [])]


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
