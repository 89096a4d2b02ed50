"""What is a good result worth? The measures, each by its source.

nDCG with linear gain as in trec_eval (Järvelin & Kekäläinen, TOIS 20(4), 2002); normalisation, exact match and F1 of
short answers as in SQuAD (Rajpurkar et al., EMNLP 2016).
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation + "“”‘’«»„–—…、。，；：！？（）「」『』", " "))


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


def normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single blanks."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def contains(text: str, answers: Sequence[str]) -> bool:
    """Does the text hold any of the answers, as whole words? In scripts without blanks, as characters."""
    whole = f" {normalised(text)} "
    for answer in answers:
        wanted = normalised(answer) or answer.lower().strip()
        if wanted and (f" {wanted} " in whole or (not wanted.isascii() and wanted in whole)):
            return True
    return False


def exact(given: str, answers: Sequence[str]) -> bool:
    """Is it one of the answers, but for case, punctuation and articles?"""
    return normalised(given) in {normalised(answer) for answer in answers}


def f1(given: str, answers: Sequence[str]) -> float:
    """Harmonic mean of word precision and recall, against the answer it is nearest to."""
    return max((_f1(normalised(given).split(), normalised(answer).split()) for answer in answers), default=0.0)


def _f1(given: Sequence[str], answer: Sequence[str]) -> float:
    common = (Counter(given) & Counter(answer)).total()
    return 2 * common / (len(given) + len(answer)) if common else 0.0


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
