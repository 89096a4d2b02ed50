"""What are links worth, and what do they cost? PageRank beside networkx, and articles found with links and without.

    python -m benchmarks.links                       # both
    python -m benchmarks.links --peers ../peers      # with networkx from ../peers, which is made if there is none
    python -m benchmarks.links --only found --train  # also the questions that the weights were set on
    python -m benchmarks.links --nodes 10000 --edges 50000 --articles 500 --questions 50

The graph is random with targets by a power law, as the web's are; networkx gets the same edges in a process of its own
and the ranks are compared node by node. Wikispeedia's links are known by their targets alone, so each has its target's
title for an anchor. There, passages are found by words (vectors of 131,022 passages would take three quarters of an
hour); *without* are the same hits with what links added to their scores taken away again. Most questions are about a
few articles, so the interval of a gain is that of drawing the articles anew.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks import beside, shared
from benchmarks.record import parser, recording
from pincite.evals.intervals import Numbers, bootstrap
from pincite.index import Index
from pincite.index.pagerank import pagerank
from pincite.ports import Query
from pincite.readers.markdown import headings
from pincite.types import Document, Hit, Link, Original

DEPTH = 100
CUT = 10
_ARTICLES = "wikispeedia/articles.jsonl.xz"
PACKAGES = {"networkx": ("networkx", "scipy", "numpy")}
_IMPORTS = {"networkx": "networkx, scipy"}
_PEER = Path(__file__).with_name("links_peer.py")

# ── PageRank ──


def ranks(nodes: int, edges: int, seed: int, python: str | None) -> dict[str, Any]:
    dice = np.random.default_rng(seed)
    sources = dice.integers(0, nodes, edges)
    targets = dice.permutation(nodes)[(nodes * dice.random(edges) ** 4).astype(np.int64)]
    used, began = process_time(), perf_counter()
    ours = pagerank(sources, targets, np.ones(nodes))
    report: dict[str, Any] = {
        "nodes": nodes,
        "edges": edges,
        "cpu_s": process_time() - used,
        "wall_s": perf_counter() - began,
    }
    if python is not None:
        with tempfile.TemporaryDirectory(prefix="pincite-links-") as folder:
            np.savez(Path(folder) / "edges.npz", sources=sources, targets=targets, nodes=nodes)
            subprocess.run([python, _PEER, folder], check=True)
            peer = json.loads((Path(folder) / "networkx.json").read_text("utf-8"))
            theirs = np.load(Path(folder) / "ranks.npy")
        report["networkx"] = peer | {
            "times_slower": peer["cpu_s"] / report["cpu_s"],
            "largest_difference": float(np.abs(ours - theirs).max()),
            "sum_of_differences": float(np.abs(ours - theirs).sum()),
        }
    return report


# ── wikispeedia ──


def originals(articles: int | None) -> Iterator[Original]:
    rows = list(islice(shared.rows(_ARTICLES), articles))
    known = {row["id"]: row for row in rows}
    out: dict[str, list[Link]] = {}
    for source, target in shared.pairs("wikispeedia/links.tsv.xz"):
        if target in known:
            link = Link(target=known[target]["url"], anchor=known[target]["title"])
            out.setdefault(source, []).append(link)
    for row in rows:
        yield Original(
            document=Document(url=row["url"], title=row["title"], lang="en"),
            text=row["text"],
            headings=headings(row["text"], lowest=2),
            links=tuple(out.get(row["id"], ())),
        )


def found(articles: int | None, questions: int | None, train: bool) -> dict[str, Any]:
    """Of the held questions, and under ``train`` of those that the weights were set on."""
    with tempfile.TemporaryDirectory(prefix="pincite-links-") as folder:
        index = Index.open(Path(folder), None, writer=True)
        urls: dict[str, str] = {row["id"]: row["url"] for row in islice(shared.rows(_ARTICLES), articles)}
        index.add(originals(articles))
        index.commit()
        used = process_time()
        index.rank_links(anew=True)
        ranking = process_time() - used
        status = index.status()
        figures = _gains(index, urls, "wikispeedia/questions.jsonl.xz", questions) | {
            "articles": status.documents,
            "passages": status.passages,
            "links": status.links,
            "rank_links_cpu_s": ranking,
        }
        if train:
            figures["train"] = _gains(index, urls, "wikispeedia/questions-train.jsonl.xz", questions)
        index.close()
    return figures


def _gains(index: Index, urls: dict[str, str], file: str, questions: int | None) -> dict[str, Any]:
    asked = list(islice((row for row in shared.rows(file) if row["article_id"] in urls), questions))
    values = np.zeros((len(asked), 2, 2))
    for row, value in zip(asked, values, strict=True):
        hits = index.search(Query(row["question"], DEPTH))
        plain = sorted(hits, key=lambda hit: -(hit.score - hit.signals.get("linked", 0.0)))
        for side, some in enumerate((plain, hits)):
            value[side] = _reciprocal(some, urls[row["article_id"]], row["answers"])
    _, article = np.unique([row["article_id"] for row in asked], return_inverse=True)
    sums = np.zeros((article.max() + 1, 2, 2))
    np.add.at(sums, article, values)
    return {
        "n": len(asked),
        "asked_of": len(sums),
        "article_mrr@10": _gain(sums[:, :, 0], len(asked)),
        "passage_mrr@10": _gain(sums[:, :, 1], len(asked)),
    }


def _gain(sums: Numbers, n: int) -> dict[str, Any]:
    """From each article's sum without and with: the means, the gain, and its 95 % interval over drawn articles."""
    before, after = sums.sum(axis=0) / n
    if not before:
        raise SystemExit(f"words alone found nothing for {n} questions: ask more (--questions, --articles)")
    gained = bootstrap(sums, lambda drawn: drawn[:, 1] / drawn[:, 0] - 1, share=False)
    return {"without": before, "with": after, "gain": gained.value, "interval": [gained.low, gained.high]}


def _reciprocal(hits: Sequence[Hit], url: str, answers: Sequence[str]) -> tuple[float, float]:
    """1 / rank of the right article among articles, and of its first passage with an answer among passages."""
    articles = list(dict.fromkeys(hit.passage.document.url for hit in hits))[:CUT]
    article = 1 / (articles.index(url) + 1) if url in articles else 0.0
    for place, hit in enumerate(hits[:CUT], 1):
        text = hit.passage.text.lower()
        if hit.passage.document.url == url and any(answer.lower() in text for answer in answers):
            return article, 1 / place
    return article, 0.0


def main() -> None:
    options = parser("links", __doc__)
    options.add_argument("--nodes", type=int, default=1_000_000)
    options.add_argument("--edges", type=int, default=5_000_000)
    options.add_argument("--articles", type=int, help="the first so many of wikispeedia")
    options.add_argument("--questions", type=int, help="the first so many")
    options.add_argument("--train", action="store_true", help="also the 10,097 that the weights were set on")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=("ranks", "found"))
    options.add_argument("--peers", type=Path, metavar="FOLDER", help="a virtual environment for networkx")
    given: argparse.Namespace = options.parse_args()
    with recording("links", given.out) as figures:
        if given.only != "found":
            python = beside.interpreters(given.peers, PACKAGES, _IMPORTS)
            figures["pagerank"] = ranks(given.nodes, given.edges, given.seed, python.get("networkx"))
        if given.only != "ranks":
            figures["wikispeedia"] = found(given.articles, given.questions, given.train)


if __name__ == "__main__":
    main()
