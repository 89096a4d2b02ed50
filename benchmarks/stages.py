"""Where does the time of a question go? Plan, gather, extract, first cited sentence, without a model, on a large index.

    python -m benchmarks.stages --passages 100000 --questions 300

The index holds the SQuAD passages with their MiniLM vectors and, up to the number asked for, passages of
wikispeedia's articles with random unit vectors (embedding them would take a quarter of an hour; an exact scan takes
as long for them as for real ones). SQuAD dev questions are asked of the engine, one after the other, in a process of
its own, as a server would hold it: everything counts, the durable log too. Then the search alone, questions embedded
beforehand. ``first_cited_sentence``: from the question to the event that a client is told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks import shared
from benchmarks.growth import SYSTEMS, Random
from benchmarks.process import told
from benchmarks.record import parser, recording
from pincite.encoders.embed import MiniLM
from pincite.engine import AnswerEngine
from pincite.evals import measures
from pincite.evals.vectors import KeptVectors, default_cache
from pincite.events import Cited, Finished
from pincite.index import Index
from pincite.ports import Query, Vectors
from pincite.readers import read
from pincite.settings import Settings
from pincite.types import Document, Original, Question

WARM = 10
"""Questions asked before the clock runs."""
_TOGETHER = 20
"""Articles added between two looks at how many passages there are."""


class Partly:
    """MiniLM's vectors, from memory where they are kept; random ones while ``filling``."""

    def __init__(self, kept: KeptVectors) -> None:
        self.name, self.dimensions = kept.name, kept.dimensions
        self.filling = False
        self._kept = kept
        self._random = Random()

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._random.embed(texts) if self.filling else self._kept.embed(texts)


def questions(count: int) -> list[dict[str, Any]]:
    asked = list(shared.rows("squad/questions-dev-v1.1.jsonl.xz"))
    return random.Random(0).sample(asked, min(count + WARM, len(asked)))


def asked_about(wanted: set[str], most: int) -> Iterator[Original]:
    """SQuAD's passages, those that questions are about first, each a document of its own."""
    rows = sorted(shared.rows("squad/passages.jsonl.xz"), key=lambda row: row["id"] not in wanted)
    for row in rows[:most]:
        yield Original(document=Document(url=f"{row['url']}#{row['id']}", title=row["title"]), text=row["text"])


def build(settings: Settings, given: argparse.Namespace) -> dict[str, float]:
    """Fills the index of a data folder. How many passages, and of how many the vectors are real."""
    partly = Partly(KeptVectors(MiniLM.load(2), given.cache))
    index = Index.open(settings.index_dir, partly, writer=True, settings=settings.index)
    began = perf_counter()
    wanted = {row["passage_id"] for row in questions(given.questions)}
    total = index.add(asked_about(wanted, given.passages // 2)).passages
    index.commit()
    index.embed_pending(threading.Event())
    real = index.status().embedded
    partly.filling = True
    articles = read(shared.HOME / "wikispeedia" / "articles.jsonl.xz", collection="filling", max_bytes=1 << 30)
    while total < given.passages:
        some = [original for original, _ in zip(articles, range(_TOGETHER), strict=False)]
        if not some:
            break
        total += index.add(some).passages
    index.commit()
    index.embed_pending(threading.Event())
    status = index.status()
    index.close()
    return {
        "passages": status.passages,
        "with_real_vectors": real,
        "megabytes": status.bytes / 1e6,
        "build_seconds": perf_counter() - began,
    }


async def ask(settings: Settings, count: int) -> dict[str, Any]:
    """Milliseconds to each point of an answer, over the questions; and what one costs the processor."""
    found: dict[str, list[float]] = {}
    async with await AnswerEngine.open(settings) as engine:
        for number, row in enumerate(questions(count)):
            cpu = process_time()
            times = await one(engine, row["question"])
            if number >= WARM:
                for name, ms in {**times, "cpu": (process_time() - cpu) * 1000}.items():
                    found.setdefault(name, []).append(ms)
    answered = len(found.get("first_cited_sentence", []))
    return {
        "questions": len(found["total"]),
        "answered": answered,
        "ms": {name: measures.spread(times) for name, times in found.items()},
    }


async def one(engine: AnswerEngine, text: str) -> dict[str, float]:
    began = perf_counter()
    answer_id = await engine.ask(Question(text=text))
    times = {"durable": (perf_counter() - began) * 1000}
    async for stamped in engine.follow(answer_id):
        now = (perf_counter() - began) * 1000
        match stamped.event:
            case Cited(sentence=sentence) if sentence.citations:
                times.setdefault("first_cited_sentence", now)
            case Finished(timings=timings):
                times |= {name: timings[name] for name in ("plan", "gather", "extract") if name in timings}
                times["total"] = now
            case _:
                pass
    return times


def search(settings: Settings, count: int, cache: Path) -> dict[str, Any]:
    """Each system alone, 20 hits, in the same process, questions embedded beforehand."""
    kept = KeptVectors(MiniLM.load(settings.index.embed_threads), cache)
    asked = [row["question"] for row in questions(count)]
    embedding = kept.prepare(asked)
    index = Index.open(settings.index_dir, kept, settings=settings.index)
    found: dict[str, Any] = {"query_embedding_ms": measures.spread(embedding[WARM:]), "search": {}}
    for name, how in SYSTEMS.items():
        times = []
        cpu = process_time()
        for text in asked:
            began = perf_counter()
            index.search(Query(text, settings.search.hits), **how)
            times.append((perf_counter() - began) * 1000)
        cpu_ms = (process_time() - cpu) * 1000 / len(asked)
        found["search"][name] = {"ms": measures.spread(times[WARM:]), "cpu_ms": cpu_ms, "n": len(times[WARM:])}
    index.close()
    return found


def asking(given: argparse.Namespace) -> None:
    """The process that is measured."""
    settings = Settings(data_dir=given.ask)
    found = asyncio.run(ask(settings, given.questions))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "peak_mb": held, **search(settings, given.questions, given.cache)}))


def main() -> None:
    options = parser("stages", __doc__)
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--questions", type=int, default=300)
    options.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept between runs")
    options.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.ask:
        asking(given)
        return
    with recording("stages", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-stages-") as folder:
        figures |= build(Settings(data_dir=Path(folder)), given)
        words = [sys.executable, "-m", "benchmarks.stages", "--ask", folder, "--questions", str(given.questions)]
        figures |= told([*words, "--cache", str(given.cache)])


if __name__ == "__main__":
    main()
