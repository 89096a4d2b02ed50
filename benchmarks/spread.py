"""Can the work be spread, and does it come to the same? Pages read and embedded here, by one process and by two; files.

    python -m benchmarks.spread --copies 2 --texts 300

Reading pages and making vectors are pure functions over batches, mapped by pools of processes: 0 is none, the work is
done here. One process indexes, for one index has one writer. What comes out is compared by content: every document,
passage and link, and every vector to the bit. A pool's start is not timed, its processor time is counted. Link rank is
made of all edges at once; what it costs an edge is measured on a random graph.

Files are those of the shared corpus, read and indexed as ``pincite index --processes`` does: by one process one after
another, then by two side by side. Here reading and indexing are timed together, with the start of those that read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import shared
from benchmarks.process import told
from benchmarks.record import parser, recording
from benchmarks.sites import copied, sites
from pincite.crawl.page import Fetched, Page
from pincite.crawl.pool import Pool
from pincite.encoders.embed import MiniLM
from pincite.errors import Unreadable
from pincite.index import Index
from pincite.index.pagerank import pagerank
from pincite.readers import File, suffixes, walk
from pincite.readers.children import Children
from pincite.settings import FilesSettings
from pincite.types import Original

BATCH = 64
MAX_BYTES = 64_000_000
PASSAGES = """
SELECT d.id, d.url, d.title, d.site, d.published, d.lang, d.collection, d.hash, p.id, p.start, p."end", p.headings,
p.text FROM passages p JOIN documents d ON d.number = p.document ORDER BY p.id
"""
LINKS = """
SELECT d.url, a.url, l.anchor, l.nofollow FROM links l JOIN documents d ON d.number = l.document
JOIN addresses a ON a.number = l.target ORDER BY 1, 2, 3
"""
SHAPE = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages), (SELECT count(*) FROM links)"

# ── what is spread ──


def fetched(copies: int) -> list[Fetched]:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    found = []
    for number in range(copies):
        for host, pages in enumerate(sites()):
            for path, html in copied(pages, number).items():
                url = f"http://s{host}-{number}.example{path}"
                found.append(Fetched(url, url, at, 200, {"content-type": "text/html; charset=utf-8"}, html))
    return found


@cache
def _model() -> MiniLM:
    return MiniLM.load()


def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """A batch of texts to vectors: what a worker does."""
    return _model().embed(texts)


# ── one step, in a process of its own ──


def indexed(place: Path, copies: int, processes: int) -> dict[str, Any]:
    """Reads all pages, then indexes them."""
    pages = fetched(copies)
    read, read_s, read_cpu_s = asyncio.run(_read(pages, processes))
    began, used = perf_counter(), process_time()
    index = Index.open(place, None, writer=True)
    index.add(_document(page) for page in read)
    index.commit()
    index_s, index_cpu_s = perf_counter() - began, process_time() - used
    size = index.status().bytes
    index.close()
    return {
        "pages": len(pages), **content(place),
        "read_s": read_s, "read_cpu_s": read_cpu_s, "index_s": index_s, "index_cpu_s": index_cpu_s, "index_bytes": size,
        "html_bytes": sum(len(page.body) for page in pages),
        "packed_bytes": sum(len(zlib.compress(page.body)) for page in pages),
        "text_bytes": sum(len(page.original.text.encode()) for page in read if page),
    }  # fmt: skip


def content(place: Path) -> dict[str, Any]:
    """How much an index holds, and a digest of all that it says, without numbers that depend on when it came."""
    database = sqlite3.connect(place / "index.sqlite3")
    digest = sha256()
    for question in (PASSAGES, LINKS):
        for row in database.execute(question):
            digest.update(repr(row).encode())
    documents, passages, links = database.execute(SHAPE).fetchone()
    database.close()
    return {"documents": documents, "passages": passages, "links": links, "digest": digest.hexdigest()}


async def _read(pages: Sequence[Fetched], processes: int) -> tuple[list[Page | None], float, float]:
    """The pages, and the seconds and this process's processor seconds that it took."""
    pool = Pool(processes, "default")
    await pool.spread(pages[: max(1, processes)])  # the workers have started
    began, used = perf_counter(), process_time()
    read = [page for at in range(0, len(pages), BATCH) for page in await pool.spread(pages[at : at + BATCH])]
    seconds, cpu_s = perf_counter() - began, process_time() - used
    pool.close()
    return read, seconds, cpu_s


def _document(page: Page | None) -> Original:
    if page is None:
        raise SystemExit("a page killed its reader")
    return page.original


def side_by_side(place: Path, folder: Path, processes: int) -> dict[str, Any]:
    """Reads and indexes the files of a folder; those that can't be read are counted."""
    left_out = 0

    def originals() -> Iterator[Original]:
        nonlocal left_out
        files = (File(path, "default", MAX_BYTES) for path in walk(folder, suffixes()))
        with Children(FilesSettings(), processes) as children:
            for _, held in children.read(files):
                try:
                    yield from held
                except Unreadable:
                    left_out += 1

    index = Index.open(place, None, writer=True)
    began = perf_counter()
    index.add(originals())
    index.commit()
    seconds = perf_counter() - began
    index.close()
    return {**content(place), "left_out": left_out, "seconds": seconds}


def unpacked(folder: Path, copies: int) -> None:
    """The files of the shared corpus, in a folder for each copy."""
    with tarfile.open(shared.HOME / "files" / "files.tar.xz") as packed:
        packed.extractall(folder / "0", filter="data")
    for number in range(1, copies):
        shutil.copytree(folder / "0", folder / str(number))


def vectors(place: Path, count: int, processes: int) -> dict[str, Any]:
    database = sqlite3.connect(place / "index.sqlite3")
    texts = [text for (text,) in database.execute("SELECT text FROM passages ORDER BY id LIMIT ?", (count,))]
    database.close()
    batches = [texts[at : at + 16] for at in range(0, len(texts), 16)]
    if processes == 0:
        embedded(texts[:1])
        began, used = perf_counter(), process_time()
        made = [embedded(batch) for batch in batches]
        seconds, cpu_s = perf_counter() - began, process_time() - used
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(embedded, [texts[:1]] * processes))
            began, used = perf_counter(), process_time()
            made = list(pool.map(embedded, batches))
            seconds, cpu_s = perf_counter() - began, process_time() - used
    return {
        "texts": len(texts),
        "seconds": seconds,
        "here_cpu_s": cpu_s,
        "digest": sha256(np.concatenate(made).tobytes()).hexdigest(),
    }


def ranks(nodes: int, edges: int) -> dict[str, Any]:
    dice = np.random.default_rng(7)
    sources, targets = dice.integers(0, nodes, edges), dice.integers(0, nodes, edges)
    began = process_time()
    pagerank(sources, targets, np.ones(nodes))
    return {"nodes": nodes, "edges": edges, "cpu_s": process_time() - began}


# ── beside one another ──


def step(name: str, place: Path, given: argparse.Namespace, processes: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.spread", "--step", name, "--place", str(place)]
    words += ["--copies", str(given.copies), "--texts", str(given.texts), "--processes", str(processes)]
    words += ["--folder", str(given.folder)] if given.folder else []
    found = told(words)
    cpu_s = found.pop("process_cpu_seconds")
    return {**found, "processes": processes, "cpu_s": cpu_s}


def compared(rows: Sequence[dict[str, Any]], seconds: str) -> dict[str, Any]:
    """Against one worker, and one worker against none. Processor time has start-up in it."""
    alone, one, two = rows
    return {
        "same": len({row["digest"] for row in rows}) == 1,
        "speed_up": one[seconds] / two[seconds],
        "overhead_of_one": one["cpu_s"] / alone["cpu_s"] - 1,
        "overhead_of_two": two["cpu_s"] / one["cpu_s"] - 1,
    }


def main() -> None:
    options = parser("spread", __doc__)
    options.add_argument("--copies", type=int, default=2, help="of each of the four sites")
    options.add_argument("--texts", type=int, default=300, help="passages that get vectors")
    options.add_argument("--edges", type=int, default=1_000_000)
    options.add_argument("--file-copies", type=int, default=2, help="of the shared corpus of files")
    options.add_argument("--processes", type=int, default=1, help=argparse.SUPPRESS)
    options.add_argument("--step", choices=("index", "vectors", "files"), help=argparse.SUPPRESS)
    options.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step:
        steps: dict[str, Callable[[], dict[str, Any]]] = {
            "index": lambda: indexed(given.place, given.copies, given.processes),
            "vectors": lambda: vectors(given.place, given.texts, given.processes),
            "files": lambda: side_by_side(given.place, given.folder, given.processes),
        }
        print(json.dumps(steps[given.step]()))
        return
    with recording("spread", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-spread-") as folder:
        places = [Path(folder) / str(processes) for processes in range(3)]
        figures["index"] = [step("index", place, given, number) for number, place in enumerate(places)]
        figures["vectors"] = [step("vectors", places[0], given, processes) for processes in range(3)]
        figures["pages_by_processes"] = compared(figures["index"], "read_s")
        figures["vectors_by_processes"] = compared(figures["vectors"], "seconds")
        given.folder = Path(folder) / "files"
        unpacked(given.folder, given.file_copies)
        one, two = (step("files", Path(folder) / f"files-{number}", given, number) for number in (1, 2))
        figures["files"] = [one, two]
        figures["files_by_processes"] = {
            "same": all(one[what] == two[what] for what in ("digest", "left_out")),
            "speed_up": one["seconds"] / two["seconds"],
            "overhead_of_two": two["cpu_s"] / one["cpu_s"] - 1,
        }
        figures["link_rank"] = ranks(given.edges // 10, given.edges)


if __name__ == "__main__":
    main()
