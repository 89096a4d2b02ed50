"""How fast do documents become findable, and how big are they then? Text, vectors, disk, memory; peers beside.

    python -m benchmarks.index_speed --articles 1000 --vectors 3000

Articles of wikispeedia, read, cut, journaled and committed as ``pincite index`` does it; then vectors by MiniLM for
some of the passages (the rate does not depend on how many). Text and vectors each in a process of its own, so that
peak memory is that of the one. Peers get the finished passages as strings and keep no originals; LanceDB also gets
ready vectors.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import beside, shared
from benchmarks.growth import Random
from benchmarks.process import told
from benchmarks.record import cpu_seconds, parser, recording
from pincite.encoders.embed import MiniLM
from pincite.index import Index, Progress
from pincite.index.passages import passages
from pincite.readers import read
from pincite.settings import Settings
from pincite.types import Original


def articles(count: int) -> Iterator[Original]:
    whole = shared.HOME / "wikispeedia" / "articles.jsonl.xz"
    return islice(read(whole, collection="articles", max_bytes=1 << 30), count)


def text(settings: Settings, count: int) -> dict[str, Any]:
    """Everything that makes documents findable by words."""
    began, used = perf_counter(), cpu_seconds()
    index = Index.open(settings.index_dir, None, writer=True, settings=settings.index)
    index.add(articles(count))
    index.commit()
    wall, cpu = perf_counter() - began, cpu_seconds() - used
    status = index.status()
    index.close()
    return {
        "documents": status.documents,
        "passages": status.passages,
        "seconds": wall,
        "cpu_seconds": cpu,
        "documents_per_s": status.documents / wall,
        "passages_per_s": status.passages / wall,
        "passages_per_cpu_s": status.passages / cpu,
        "bytes_per_passage": status.bytes / status.passages,
    }


def vectors(settings: Settings, count: int) -> dict[str, Any]:
    """Vectors for at least ``count`` of the passages."""
    threads = settings.index.embed_threads
    index = Index.open(settings.index_dir, MiniLM.load(threads), writer=True, settings=settings.index)
    before = index.status().bytes
    enough = threading.Event()

    def told(progress: Progress) -> None:
        if progress.done >= count:
            enough.set()

    began, used = perf_counter(), cpu_seconds()
    index.embed_pending(enough, told)
    wall, cpu = perf_counter() - began, cpu_seconds() - used
    status = index.status()
    index.close()
    return {
        "vectors": status.embedded,
        "threads": threads,
        "seconds": wall,
        "cpu_seconds": cpu,
        "vectors_per_s": status.embedded / wall,
        "vectors_per_cpu_s": status.embedded / cpu,
        "bytes_per_vector": (status.bytes - before) / max(1, status.embedded),
    }


def child(step: str, count: int, folder: str) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.index_speed", "--step", step, "--index", folder]
    return told([*words, "--articles", str(count), "--vectors", str(count)])


def peers(given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The same passages in other engines."""
    python = beside.interpreters(given.peers)
    words = Settings().index.passage_words
    cut = [each for one in articles(given.articles) for each in passages(one, words)]
    texts = [f"{each.document.title}\n{each.text}" for each in cut]
    drawn = Random().embed(texts)
    everything = beside.Given([each.id for each in cut], texts, drawn, [], drawn[:0])
    return {name: row(result, len(cut)) for name, result in beside.results(everything, python).items()}


def row(result: dict[str, Any], count: int) -> dict[str, Any]:
    built = result["built"]
    return {
        "version": result["version"],
        "passages": count,
        "seconds": built["seconds"],
        "cpu_seconds": built["cpu_seconds"],
        "passages_per_s": count / built["seconds"],
        "passages_per_cpu_s": count / built["cpu_seconds"],
        "bytes_per_passage": result["megabytes"] * 1e6 / count,
        "peak_mb": result["peak_mb"],
    }


def main() -> None:
    options = parser("index_speed", __doc__)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--vectors", type=int, default=3000)
    options.add_argument("--no-peers", dest="beside", action="store_false")
    beside.option(options)
    options.add_argument("--step", choices=("text", "vectors"), help=argparse.SUPPRESS)
    options.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step:
        settings = Settings(data_dir=given.index)
        print(json.dumps(text(settings, given.articles) if given.step == "text" else vectors(settings, given.vectors)))
        return
    with recording("index_speed", given.out) as figures:
        with tempfile.TemporaryDirectory(prefix="pincite-speed-") as folder:
            figures["text"] = child("text", given.articles, folder)
            figures["vectors"] = child("vectors", given.vectors, folder)
        figures["peers"] = peers(given) if given.beside else {}


if __name__ == "__main__":
    main()
