"""What is a good result worth? The measures, each by its source.

nDCG with linear gain as in trec_eval (Järvelin & Kekäläinen, TOIS 20(4), 2002); exact match and F1 of short answers as
SQuAD's own script has them (Rajpurkar et al., EMNLP 2016), which drops punctuation: *U.S.* is *US*; in scripts
without blanks by character, as MLQA's has it (Lewis et al., ACL 2020).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, pairwise
from math import log2

from pincite.text.tokens import UNSPACED

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_WIDE = "、。，；：！？（）「」『』《》〈〉【】"
"""Punctuation of Chinese and Japanese."""
_DROPPED = str.maketrans(dict.fromkeys(string.punctuation + _WIDE))
_THOUSANDS = re.compile(r"(?<=\d)[,\u066c](?=\d{3}(?!\d))")
_DECIMALS = re.compile(r"(?<=\d)(?:[.,:\u066b\u00b7\uff0e](?=\d)|[⁺⁻])")
_RAISED = re.compile(r"(?<=[^\W\d])[⁺⁻]?[¹²³⁰⁴-⁹]+")
"""Small numbers at a word, *km²* or a note's: at a number they are a power of it, and *10⁶* is no 10."""
_POINT = "\N{LATIN LETTER SINOLOGICAL DOT}"
"""Stands for what is within a number, a point or the sign of a power: a letter to Unicode, so it parts nothing."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_SEAM = re.compile(f"(?<=[{UNSPACED}])(?=[^\\s{UNSPACED}])|(?<=[^\\s{UNSPACED}])(?=[{UNSPACED}])")
"""Where a script without blanks meets a word or a number of another: *于1990年*."""

_FIRST_WORD = re.compile(r"[^\W\d_]+")
_POINTING = frozenset(
    "he she it they him his her hers its their theirs them this these those such however therefore thus moreover "
    "furthermore nevertheless otherwise likewise similarly consequently".split()
)
"""Words that mean nothing without the sentence before; *that* and *there* mostly open one of their own."""


class _Parted(dict[int, str]):
    """For ``str.translate``: a blank for all that Unicode has as punctuation or a symbol, each looked up once."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = " " if unicodedata.category(sign)[0] in "PS" else sign
        return self[code]


_PARTED = _Parted()


def ndcg(found: Sequence[str], right: Mapping[str, float], k: int = 10) -> float:
    """Σ grade / log2(rank + 1) over the first ``k``, as a share of the best possible."""
    gained = sum(max(0.0, right.get(id_, 0.0)) / log2(rank + 1) for rank, id_ in enumerate(found[:k], 1))
    ideal = sorted((grade for grade in right.values() if grade > 0), reverse=True)[:k]
    best = sum(grade / log2(rank + 1) for rank, grade in enumerate(ideal, 1))
    return gained / best if best else 0.0


def recall(found: Sequence[str], right: Mapping[str, float], k: int) -> float:
    """Share of the right passages among the first ``k``."""
    wanted = {id_ for id_, grade in right.items() if grade > 0}
    return len(wanted.intersection(found[:k])) / len(wanted) if wanted else 0.0


def mrr(found: Sequence[str], right: Mapping[str, float], k: int = 10) -> float:
    """1 / rank of the first right passage among the first ``k``, else 0."""
    return next((1 / rank for rank, id_ in enumerate(found[:k], 1) if right.get(id_, 0) > 0), 0.0)


def parted(text: str) -> str:
    """Its words in lower case, without articles, single blanks between them: what a longer text is searched for.

    Punctuation and symbols part words, those of any script, but not within a number: *3.5* is no 5, and *1,200* is
    *1200*. A script without blanks is parted from others beside it.
    """
    whole = _DECIMALS.sub(_POINT, _THOUSANDS.sub("", _RAISED.sub(" ", text.lower())))
    return _plain(_SEAM.sub(" ", whole.translate(_PARTED)))


def _plain(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text).split())


def contains(text: str, answers: Sequence[str]) -> bool:
    """Does the text hold any of the answers, as whole words? In scripts without blanks, as characters.

    An answer of articles or signs alone, *A* or *%*, is looked for as it is written: *a* is in every other sentence.
    """
    whole = f" {parted(text)} "
    return any(
        _bounded(wanted) in whole if (wanted := parted(answer)) else _as_written(text, answer.strip())
        for answer in answers
    )


def _as_written(text: str, answer: str) -> bool:
    if not any(map(str.isalnum, answer)):
        return bool(answer) and answer in text
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text) is not None


def _bounded(words: str) -> str:
    """With a blank at each end that is not in a script without blanks."""
    first, last = ("" if _UNSPACED.match(end) else " " for end in (words[0], words[-1]))
    return f"{first}{words}{last}"


def _normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single blanks, in SQuAD's order; where nothing is left, as it was.

    SQuAD's own script takes *The*, *%* and no answer for the same.
    """
    return _plain(text.lower().translate(_DROPPED)) or text.lower().strip()


def exact(given: str, answers: Sequence[str]) -> bool:
    """Is it one of the answers, but for case, punctuation and articles? Nothing given is none of them."""
    said = _normalised(given)
    return bool(said) and said in map(_normalised, answers)


def f1(given: str, answers: Sequence[str]) -> float:
    """Harmonic mean of word precision and recall, against the answer it is nearest to; see `_words`."""
    return max((_f1(_words(_normalised(given)), _words(_normalised(answer))) for answer in answers), default=0.0)


def _words(plain: str) -> list[str]:
    """What is counted: words, and in scripts without blanks each character."""
    return _UNSPACED.sub(r" \g<0> ", plain).split()


def _f1(given: Sequence[str], answer: Sequence[str]) -> float:
    common = (Counter(given) & Counter(answer)).total()
    return 2 * common / (len(given) + len(answer)) if common else 0.0


def nugget_recall(text: str, nuggets: Sequence[Sequence[str]]) -> float:
    """Share of the facts that the text holds, each in any of its wordings; 1 of none."""
    return mean([float(contains(text, wordings)) for wordings in nuggets]) if nuggets else 1.0


# ── how it reads ──


def redundancy(sentences: Sequence[str]) -> float:
    """How alike the two most alike sentences are: Jaccard of their pairs of neighbouring words; 0 of fewer than two."""
    pairs = [set(pairwise(_words(parted(sentence)))) for sentence in sentences]
    alike = (len(a & b) / len(a | b) for a, b in combinations(pairs, 2) if a | b)
    return max(alike, default=0.0)


def orphaned(sentences: Sequence[str], sources: Sequence[Collection[int]]) -> list[bool]:
    """Does it open with a word that points at a sentence which is not there?

    It is there if the sentence before it exists and rests on one of the same ``sources``, or if one of the two rests
    on none: then one writer wrote both.
    """
    found = []
    for n, sentence in enumerate(sentences):
        opening = _FIRST_WORD.search(sentence)
        points = opening is not None and opening[0].lower() in _POINTING
        beside = n > 0 and (not sources[n] or not sources[n - 1] or bool(set(sources[n]) & set(sources[n - 1])))
        found.append(points and not beside)
    return found


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed (nearest rank); 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def spread(ms: Sequence[float]) -> dict[str, float]:
    """p50, p95 and mean, as a report shows times."""
    return {"p50": percentile(ms, 0.5), "p95": percentile(ms, 0.95), "mean": mean(ms)}
