"""How much of a web does a crawl bring, how politely, and how fast? Real sites on loopback, traps beside them.

    python -m benchmarks.crawl --copies 16 --delay 0.2

Sites are served by a process of their own (``benchmarks.sites``), which logs every request. The crawl fetches, extracts
and indexes the text, durably, as ``pincite crawl --no-wait`` does. Reached are real pages that were fetched; of pages
whose readable text is the same, one is indexed. What a page in a trap costs is a fetch. A host is asked once each
``--delay`` at the most, so the largest site bounds the time however many hosts there are: 16 copies are 64 of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.process import told
from benchmarks.record import parser, recording
from benchmarks.sites import DELAYED_S, DISALLOWED, SESSION, TRAPS
from pincite.crawl.crawl import Crawl
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Wish
from pincite.index import Index
from pincite.settings import CrawlSettings, FetchSettings
from pincite.types import Original


def crawl(place: Path, seeds: Sequence[str], delay_s: float, processes: int) -> dict[str, Any]:
    """One crawl into an empty index; what it cost."""
    index = Index.open(place / "index", None, writer=True)
    frontier = Frontier(place / "crawl.sqlite3")
    indexed: list[str] = []

    def sink(originals: Sequence[Original], _gone: Sequence[str]) -> None:
        index.add(originals)
        index.commit()
        indexed.extend(original.document.url for original in originals)

    async def walk() -> Any:
        fetcher = Fetcher(FetchSettings(allow_private=("127.0.0.0/8",), total_s=3, first_byte_s=2))
        settings = CrawlSettings(delay_s=delay_s, processes=processes)
        wish = Wish(tuple(seeds), depth=12, pages=1_000_000)
        try:
            return await Crawl(frontier, fetcher, settings, wish, sink).run()
        finally:
            await fetcher.aclose()

    began = perf_counter()
    tally = asyncio.run(walk())
    wall = perf_counter() - began
    status = index.status()
    index.close()
    frontier.close()
    return {
        "documents": status.documents, "passages": status.passages, "fetched": tally.fetched, "seconds": wall,
        "reasons": dict(tally.reasons), "indexed": indexed,
    }  # fmt: skip


def judged(
    hosts: dict[str, list[str]], port: int, found: dict[str, Any], seen: dict[str, Any], delay_s: float
) -> dict[str, Any]:
    """The figures, from what the sites logged."""
    real = {f"http://{host}:{port}{path}" for host, paths in hosts.items() for path in paths}
    indexed = real & set(found.pop("indexed"))
    first, second, *_ = hosts
    log = [(host, target, began, ended) for host, target, began, ended in seen["log"]]
    reached = real & {f"http://{host}:{port}{target}" for host, target, *_ in log}
    trapped = [t for host, t, *_ in log if host == first and (t.startswith(TRAPS) or SESSION in t)]
    asked: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for host, _, began, ended in log:
        asked[host].append((began, ended))
    gaps = [
        (later - before) / (DELAYED_S if host == second else delay_s)
        for host, times in asked.items()
        for (before, _), (later, _) in pairwise(sorted(times))
    ]
    return {
        **found,
        "real_pages": len(real),
        "reached": len(reached),
        "indexed": len(indexed),
        "missing": sorted(real - reached)[:20],
        "requests": len(log),
        "in_traps": len(trapped),
        "traps": sorted(set(trapped)),
        "disallowed": sum(target.startswith(DISALLOWED) for _, target, *_ in log),
        "gaps": len(gaps),
        "gaps_kept": sum(gap >= 1 for gap in gaps),
        "shortest_gap": min(gaps),
        "most_connections": max(seen["most"].values()),
        "pages_per_s": len(reached) / found["seconds"],
    }


def main() -> None:
    options = parser("crawl", __doc__)
    options.add_argument("--copies", type=int, default=16, help="of each of the four sites")
    options.add_argument("--delay", type=float, default=0.2, help="seconds between two requests to a host")
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    options.add_argument("seeds", nargs="*", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.place:
        print(json.dumps(crawl(given.place, given.seeds, given.delay, given.processes)))
        return
    served = [sys.executable, "-m", "benchmarks.sites", "--copies", str(given.copies)]
    with (
        recording("crawl", given.out) as figures,
        tempfile.TemporaryDirectory(prefix="pincite-crawl-") as place,
        subprocess.Popen(served, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sites,
    ):
        assert sites.stdout is not None
        assert sites.stdin is not None
        about = json.loads(sites.stdout.readline())
        seeds = [
            min((f"http://{host}:{about['port']}{path}" for path in paths), key=len)
            for host, paths in about["hosts"].items()
        ]
        words = [sys.executable, "-m", "benchmarks.crawl", "--place", place, "--delay", str(given.delay)]
        crawled = told([*words, "--processes", str(given.processes), *seeds])
        sites.stdin.write("\n")
        sites.stdin.flush()
        seen = json.loads(sites.stdout.readline())
        figures |= judged(about["hosts"], about["port"], crawled, seen, given.delay)
        used = figures.pop("process_cpu_seconds")
        figures |= {"cpu_seconds": used, "pages_per_cpu_s": figures["reached"] / used}
        figures |= {
            "hosts": len(seeds),
            "delay_s": given.delay,
            "processes": given.processes,
        }


if __name__ == "__main__":
    main()
