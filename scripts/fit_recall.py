"""Where do the weights of follow-ups come from? Fits them on half of QReCC's conversations, tests on the other half.

    python -m scripts.fit_recall

Each earlier word of a conversation is an example: 1 if the human
rewrite says it, 0 if not. Prints the weights, and recall and precision of the rewrite's content words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import md5
from time import perf_counter

import numpy as np
from benchmarks.shared import Row
from scripts.logistic import fitted

from benchmarks import shared
from pincite.answer.question import recall
from pincite.text.tokens import STOP_WORDS, normal, words


def main() -> None:
    turns = [row for row in shared.rows("qrecc-2k/turns.jsonl.xz") if row["history"]]
    fitting, testing = ([row for row in turns if half(row) == which] for which in (0, 1))
    report("as shipped, held out", testing)
    recall.WEIGHTS.update(weights(fitting) | {"in_title": recall.WEIGHTS["in_title"]})
    for name, weight in recall.WEIGHTS.items():
        print(f'    "{name}": {weight},')
    report("as fitted now, held out", testing)
    report("as fitted now, all", turns)


def half(row: Row) -> int:
    """By conversation, so that no turn of one is on both sides."""
    return int(md5(row["id"].rsplit("-", 1)[0].encode()).hexdigest(), 16) % 2


def memory(row: Row) -> list[recall.Said]:
    said = [*row["history"], ""]
    return [recall.Said(said[at], said[at + 1]) for at in range(0, len(said) - 1, 2)]


def plain(text: str) -> set[str]:
    return {normal(word) for word in words(text) if word not in STOP_WORDS}


def weights(rows: Sequence[Row]) -> dict[str, float]:
    table: list[list[float]] = []
    labels: list[float] = []
    for row in rows:
        wanted = plain(row["rewrite"])
        for key, term in recall.earlier(row["question"], memory(row)).items():
            table.append([*(term.features[name] for name in recall.FEATURES), 1.0])
            labels.append(float(key in wanted))
    penalty = np.append(np.ones(len(recall.FEATURES)), 0.0)
    found = fitted(np.array(table), np.array(labels), penalty)
    return dict(zip((*recall.FEATURES, "bias"), found.round(2).tolist(), strict=True))


def report(name: str, rows: Sequence[Row]) -> None:
    found: list[tuple[float, float]] = []
    titled: list[bool] = []
    began = perf_counter()
    for row in rows:
        query, wanted = plain(recall.resolve(row["question"], memory(row)).queries[-1]), plain(row["rewrite"])
        found.append((len(query & wanted) / len(wanted), len(query & wanted) / len(query)))
        if "/wiki/" in row["url"]:
            title = re.sub(r"\(.*?\)", "", row["url"].split("/wiki/")[-1].split("#")[0]).replace("_", " ")
            titled.append(plain(title) <= query)
    ms = (perf_counter() - began) * 1000 / len(rows)
    covered, exact = np.mean(found, axis=0)
    figures = f"recall {covered:.3f}, precision {exact:.3f}, title {np.mean(titled):.3f}, {ms:.1f} ms"
    print(f"{name}: n = {len(rows)}, {figures}")


if __name__ == "__main__":
    main()
