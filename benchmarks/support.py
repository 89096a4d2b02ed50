"""How often is the check of a sentence right? Against people's judgements, and against what SQuAD's answers imply.

    python -m benchmarks.support

``sets``: the check by words. ``beside``: it and the check by meaning on the same sample of each set; of a set that its
weights have learnt from, by weights that never saw it. AUC: the chance that a supported claim scores higher than one
that is not; 0.5 is a coin. ``kept`` and ``passed``: the share of supported and of unsupported claims that score at
least the checker's bound. ``ece``: how far scores are from shares. ``sentence_ms``: a new statement against 8 passages
that were read before, and what reading these 8 took, on the clock.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from benchmarks import shared
from benchmarks.record import parser, recording
from pincite.answer.check.check import Lexical
from pincite.answer.check.support import Weighing
from pincite.encoders.embed import MiniLM
from pincite.evals import measures
from pincite.evals.intervals import auc, balanced_accuracy, calibration_error
from pincite.evals.sets import sample
from pincite.ports import SupportChecker
from pincite.types import Document, Passage

Pair = tuple[str, str, str, bool]
"""Claim, text, title of the text, and whether the text says so."""


def judged(name: str) -> Iterator[Pair]:
    """Pairs that people have judged; a part is not the whole."""
    for row in shared.rows(f"attribution/{name}.jsonl.xz"):
        if row["label"] != "generic":
            evidence = "\n".join(map(str, row["evidence"]))
            yield row["claim"], evidence, str(row.get("title", "")), row["label"] == "supported"


def implied(rng: random.Random, n: int) -> dict[str, list[Pair]]:
    """SQuAD: a question with its answer is a claim that its paragraph supports and another of the article does not.

    With the answer to another question on the same paragraph it is a claim that the paragraph does not support.
    """
    passages = {str(p["id"]): p for p in shared.rows("squad/passages.jsonl.xz")}
    by_title: dict[str, list[str]] = {}
    for key, passage in passages.items():
        by_title.setdefault(str(passage["title"]), []).append(key)
    asked = [q for q in shared.rows("squad/questions-dev-v1.1.jsonl.xz") if q["answers"]]
    answers: dict[str, list[str]] = {}
    for q in asked:
        answers.setdefault(str(q["passage_id"]), []).append(q["answers"][0])
    sets: dict[str, list[Pair]] = {"squad other paragraph": [], "squad other answer": []}
    for q in rng.sample(asked, n):
        passage = passages[str(q["passage_id"])]
        answer = q["answers"][0]
        claim, title = f"{str(q['question']).rstrip('?')} {answer}.", str(passage["title"])
        true: Pair = (claim, str(passage["text"]), title, True)
        other = [key for key in by_title[title] if key != passage["id"]]
        if other:
            sets["squad other paragraph"] += [true, (claim, str(passages[rng.choice(other)]["text"]), title, False)]
        wrong = [a for a in answers[str(passage["id"])] if a not in answer and answer not in a]
        if wrong:
            false = f"{str(q['question']).rstrip('?')} {rng.choice(wrong)}."
            sets["squad other answer"] += [true, (false, str(passage["text"]), title, False)]
    return sets


def passage_of(text: str, title: str) -> Passage:
    return Passage(id="p", document=Document(id="d", url="", title=title), text=text, start=0, end=len(text))


def measure(pairs: list[Pair], checker: SupportChecker) -> dict[str, float]:
    good: list[float] = []
    bad: list[float] = []
    for claim, text, title, says_so in pairs:
        (support,) = checker.check(claim, [passage_of(text, title)])
        (good if says_so else bad).append(support.score)
    scores, true, every = np.array([*good, *bad]), np.arange(len(pairs)) < len(good), np.ones(len(pairs))
    return {
        "n": len(pairs),
        "supported": len(good),
        "auc": round(auc(scores, true, every), 3),
        "ece": round(calibration_error(scores, true, every), 3),
        "balanced_accuracy": round(balanced_accuracy(scores >= checker.bounds.supported, true, every), 3),
        "kept": round(sum(s >= checker.bounds.supported for s in good) / len(good), 3),
        "passed": round(sum(s >= checker.bounds.supported for s in bad) / len(bad), 3),
        "partial_or_more_kept": round(sum(s >= checker.bounds.partial for s in good) / len(good), 3),
        "partial_or_more_passed": round(sum(s >= checker.bounds.partial for s in bad) / len(bad), 3),
        "added_kept": round(sum(s >= checker.bounds.added for s in good) / len(good), 3),
        "added_passed": round(sum(s >= checker.bounds.added for s in bad) / len(bad), 3),
    }


def speed(pairs: list[Pair]) -> dict[str, float]:
    """Milliseconds of processor time to check one sentence against 8 passages, the passages new and known."""
    checker = Lexical()
    new: list[float] = []
    known: list[float] = []
    for at in range(0, min(400, len(pairs) - 7), 8):
        passages = [passage_of(text, title) for _, text, title, _ in pairs[at : at + 8]]
        for took in (new, known):
            begin = time.process_time()
            checker.check(pairs[at][0], passages)
            took.append((time.process_time() - begin) * 1000)
    shares = (("p50", 0.5), ("p95", 0.95))
    times = (("new", sorted(new)), ("known", sorted(known)))
    return {f"{name}_{q}": round(t[int(len(t) * share)], 2) for name, t in times for q, share in shares}


def on_the_clock(pairs: list[Pair], checker: Weighing) -> dict[str, dict[str, float]]:
    """Milliseconds to read 8 passages that nobody has read, and then to check a sentence against them."""
    read: list[float] = []
    check: list[float] = []
    for at in range(0, min(400, len(pairs) - 7), 8):
        passages = [passage_of(text, title) for _, text, title, _ in pairs[at : at + 8]]
        began = time.perf_counter()
        checker.read(passages)
        middle = time.perf_counter()
        checker.check(pairs[at][0], passages)
        read.append((middle - began) * 1000)
        check.append((time.perf_counter() - middle) * 1000)
    return {"sentence_ms": measures.spread(check), "read_8_ms": measures.spread(read)}


def main() -> None:
    options = parser("support", __doc__)
    options.add_argument("--n", type=int, default=1500, help="SQuAD questions")
    options.add_argument("--beside", type=int, default=300, help="claims of each set for both checks")
    given = options.parse_args()
    with recording("support", given.out) as figures:
        sets = implied(random.Random(7), given.n)
        for name in ("begin", "qags", "wice", "healthver", "climate-fever"):
            sets[name] = list(judged(name))
        figures["thresholds"] = asdict(Lexical.bounds)
        figures["sets"] = {name: measure(pairs, Lexical()) for name, pairs in sets.items()}
        figures["check_8_passages_cpu_ms"] = speed(sets["squad other paragraph"])
        meaning = Weighing(MiniLM.load())
        figures["beside"] = {}
        for name, pairs in sets.items():
            some = sample(pairs, given.beside, 0)
            both = (Lexical(), meaning.without(name.split()[0]))
            figures["beside"][name] = dict(
                zip(("words", "meaning"), (measure(some, each) for each in both), strict=True)
            )
        figures |= on_the_clock(sets["squad other paragraph"], meaning)


if __name__ == "__main__":
    main()
