"""What happens when the index grows? Latency, memory, size and build time at 10⁴, 10⁵ and 10⁶ passages.

    python -m benchmarks.growth --sizes 10000 100000            # minutes
    python -m benchmarks.growth --sizes 10000 100000 1000000    # about an hour on two shared cores

Passages are made of real sentences (shared/data/wikispeedia, so words follow Zipf's law; without it, of words drawn
by that law), five of different articles each, and a word of their own. Vectors are random unit vectors, since a
million passages would take hours to embed: an exact scan takes as long for them as for real ones, but what is found
by meaning means nothing here. Questions are real ones. One index grows from size to size; each is then searched in a
fresh process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks import shared
from benchmarks.process import told
from benchmarks.record import parser, recording
from pincite.evals import measures
from pincite.index import Index
from pincite.ports import Query, Vectors
from pincite.settings import IndexSettings
from pincite.text import sentences
from pincite.types import Document, Original

SYSTEMS = {"bm25": {"dense": False}, "dense": {"text": False}, "hybrid": {}}
SENTENCES = 5


class Random:
    """An ``Embedder`` of random unit vectors; stands in for hours of embedding."""

    name = "random-384"
    dimensions = 384

    def __init__(self) -> None:
        self._draw = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._draw.standard_normal((len(texts), self.dimensions), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def pool(articles: int = 1500) -> list[str]:
    """Sentences to make passages of."""
    if not (shared.HOME / "wikispeedia").is_dir():
        return invented()
    found: list[str] = []
    for number, row in enumerate(shared.rows("wikispeedia/articles.jsonl.xz")):
        if number == articles:
            break
        text = row["text"]
        found += [text[start:end] for start, end in sentences.split(text) if 40 <= end - start <= 300]
    return found


def invented(words: int = 100_000, count: int = 100_000) -> list[str]:
    """Without real text: sentences of words drawn by Zipf's law."""
    draw = np.random.default_rng(3)
    share = 1 / np.arange(1, words + 1)
    drawn = draw.choice(words, size=(count, 20), p=share / share.sum())
    return [" ".join(f"w{number}" for number in row).capitalize() + "." for row in drawn]


def originals(some: list[str], first: int, last: int) -> Iterator[Original]:
    for number in range(first, last):
        draw = random.Random(number)
        text = " ".join([*draw.sample(some, SENTENCES), f"Mark q{number:x}z."])
        document = Document(url=f"https://site{number % 1000}.example/{number}", title=f"Page {number}")
        yield Original(document=document, text=text)


def questions(count: int) -> list[str]:
    if not (shared.HOME / "wikispeedia").is_dir():
        draw = random.Random(5)
        return [" ".join(f"w{int(draw.paretovariate(0.3)) % 5000}" for _ in range(7)) for _ in range(count)]
    return [
        row["question"] for row, _ in zip(shared.rows("wikispeedia/questions.jsonl.xz"), range(count), strict=False)
    ]


def grow(folder: Path, some: list[str], first: int, last: int) -> dict[str, float]:
    """Adds passages ``first`` to ``last`` and their vectors."""
    index = Index.open(folder, Random(), writer=True, settings=IndexSettings(passage_words=400))
    began, cpu = perf_counter(), process_time()
    index.add(originals(some, first, last))
    index.commit()
    text = perf_counter()
    index.embed_pending(threading.Event())
    done = perf_counter()
    used = process_time() - cpu
    index.close()
    return {"text_seconds": text - began, "vector_seconds": done - text, "cpu_seconds": used}


def search(folder: Path, count: int) -> dict[str, Any]:
    """One process that opens the index and searches it: what a server would hold, and how fast it is."""
    asked = questions(count)
    embedder = Random()
    bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = perf_counter()
    index = Index.open(folder, embedder)
    found: dict[str, Any] = {"open_ms": (perf_counter() - began) * 1000, "systems": {}}
    for name, how in SYSTEMS.items():
        times = []
        for text in asked[:10]:
            index.search(Query(text, 20), **how)
        cpu = process_time()
        for text in asked:
            start = perf_counter()
            index.search(Query(text, 20), **how)
            times.append((perf_counter() - start) * 1000)
        found["systems"][name] = {"ms": measures.spread(times), "cpu_ms": (process_time() - cpu) * 1000 / len(asked)}
    status = index.status()
    found |= {"passages": status.passages, "megabytes": status.bytes / 1e6}
    # Mapped files count as resident while the page cache has room; the part that can't be given back is anonymous.
    found |= {"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "bare_mb": bare, **memory()}
    index.close()
    return found


def memory() -> dict[str, float]:
    """Anonymous and file-backed memory of this process, where the system says (Linux)."""
    status = Path("/proc/self/status")
    rows = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {}
    names = {"anonymous_mb": "RssAnon", "mapped_mb": "RssFile"}
    return {name: int(rows[key].split()[0]) / 1024 for name, key in names.items() if key in rows}


def main() -> None:
    options = parser("growth", __doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--questions", type=int, default=300)
    options.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.search:
        print(json.dumps(search(given.search, given.questions)))
        return
    some = pool()
    with recording("growth", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-growth-") as folder:
        figures |= {"vectors": "random unit vectors", "questions": given.questions, "sizes": []}
        before = 0
        for size in sorted(given.sizes):
            built = grow(Path(folder), some, before, size)
            words = [sys.executable, "-m", "benchmarks.growth", "--search", folder]
            words += ["--questions", str(given.questions)]
            figures["sizes"].append({**told(words), **built, "load": os.getloadavg()[0]})
            before = size


if __name__ == "__main__":
    main()
