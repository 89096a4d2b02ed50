"""How is everything measured? Each benchmark in turn, in a process of its own, and the page made from what they found.

    python -m benchmarks                     # all, then docs/benchmarks.md
    python -m benchmarks list                # what there is, and about how long each takes
    python -m benchmarks --only stages       # one (or several names)
    python -m benchmarks --quick             # all on small samples: proves that they run; touches no kept result
    python -m benchmarks report              # the page alone

Vectors of passages are kept between runs (--cache). Peers that are not installed are left out with a message;
--peers FOLDER names a virtual environment that has them, which is made if there is none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks import report
from benchmarks.record import RESULTS, ROOT


@dataclass(frozen=True)
class Benchmark:
    """A name (its result's too), the module that measures, what it answers, and minutes on two quiet cores."""

    name: str
    module: str
    answers: str
    minutes: float
    arguments: tuple[str, ...] = ()
    quick: tuple[str, ...] | None = ()
    """Instead of ``arguments``; ``None``: it has no quick form."""
    takes: frozenset[str] = frozenset()
    """Which of ``cache`` and ``peers`` it wants to know."""


CACHE, PEERS = frozenset({"cache"}), frozenset({"peers"})
BENCHMARKS = (
    Benchmark(
        "stages",
        "stages",
        "where the time of a question goes at 100,000 passages",
        2,
        quick=("--passages", "3000", "--questions", "20"),
        takes=CACHE,
    ),
    Benchmark(
        "overhead",
        "overhead",
        "what is added to a model's own time to its first token",
        4,
        quick=("--questions", "8", "--passages", "200"),
    ),
    Benchmark("streams", "streams", "200 answers followed at once", 1, quick=("--streams", "20", "--seconds", "4")),
    Benchmark(
        "retrieval",
        "retrieval",
        "search quality and latency beside peers",
        15,
        quick=("--sets", "nq", "--limit", "30"),
        takes=CACHE | PEERS,
    ),
    Benchmark(
        "sets",
        "retrieval",
        "hybrid search against our own BM25 on every shared set",
        10,
        ("--all", "--no-peers", "--reread", "--limit", "300"),
        ("--sets", "cranfield", "msmarco-mini", "--no-peers", "--limit", "30"),
        CACHE,
    ),
    Benchmark(
        "answers",
        "answers",
        "answers that hold the gold answer, and honest refusals",
        7,
        quick=("--groups", "nq", "--limit", "20"),
        takes=CACHE,
    ),
    Benchmark(
        "starter",
        "starter",
        "a newcomer's first questions to the starter corpus",
        5,
        ("--vectors", "--strange"),
        ("--half", "dev"),
    ),
    Benchmark("manuals", "manuals", "how-to questions to sites of documentation", 1, quick=("--half", "dev")),
    Benchmark(
        "live", "live", "live search with a dead, a silent and a garbled provider", 1, quick=("--questions", "1")
    ),
    Benchmark("startup", "startup", "time until it is there", 2, quick=("--rounds", "1")),
    Benchmark(
        "page",
        "page",
        "how soon and how smoothly the page appears in a browser",
        12,
        quick=("--rounds", "1", "--loads", "2", "--only", "loads", "stream"),
    ),
    Benchmark(
        "index_speed",
        "index_speed",
        "how fast documents become findable, and how big they are then",
        3,
        quick=("--articles", "60", "--vectors", "64"),
        takes=PEERS,
    ),
    Benchmark("crawl", "crawl", "how much of a web with traps a crawl brings", 2, quick=("--copies", "1")),
    Benchmark(
        "spread",
        "spread",
        "the same index by one worker process and by two, and what spreading costs",
        1,
        quick=("--copies", "1", "--texts", "32", "--edges", "100000", "--file-copies", "1"),
    ),
    Benchmark(
        "links",
        "links",
        "what links add to search",
        4,
        ("--only", "found", "--train"),
        ("--only", "found", "--articles", "200", "--questions", "20"),
    ),
    Benchmark(
        "pagerank",
        "links",
        "PageRank beside networkx",
        2,
        ("--only", "ranks"),
        ("--only", "ranks", "--nodes", "10000", "--edges", "50000"),
        PEERS,
    ),
    Benchmark("log", "log", "what the durable log costs", 0.5, quick=("--answers", "20", "--seconds", "2")),
    Benchmark(
        "growth",
        "growth",
        "latency, memory and size as the index grows, 10⁴ to 10⁶ passages",
        20,
        ("--sizes", "10000", "100000", "1000000"),
        quick=("--sizes", "1000", "3000", "--questions", "30"),
    ),
    Benchmark(
        "extraction",
        "extraction",
        "how well a page's text is found, beside trafilatura and readability",
        3,
        quick=("--sets", "articles", "--limit", "10"),
        takes=PEERS,
    ),
    Benchmark(
        "files",
        "files",
        "whether files' text is found, and a long PDF from upload to cited answer",
        1,
        quick=("--no-corpus", "--pages", "8", "--rounds", "1"),
    ),
    Benchmark(
        "reading",
        "reading",
        "what the cross-encoder adds to ranking, how well it reads, and what it costs",
        8,
        quick=("--sets", "cranfield", "--limit", "20", "--timed", "5"),
        takes=CACHE,
    ),
    Benchmark("support", "support", "how often the check of a sentence is right", 1, quick=("--n", "400")),
    Benchmark(
        "asking",
        "asking",
        "how often people's requests are asked back over every shared text, and where their topic is known",
        4,
        quick=("--documents", "2000", "--limit", "10"),
    ),
    Benchmark(
        "checks",
        "checks",
        "promises that are tests: kill -9, citations by construction, axe",
        13,
        quick=("--rounds", "3", "--only", "index", "answer", "migration", "citations"),
    ),
    Benchmark("clone", "clone", "fresh clone to first cited answer, and to tests passed", 20, quick=None),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("run", "list", "report"), default="run")
    parser.add_argument("--only", nargs="+", choices=[each.name for each in BENCHMARKS], metavar="NAME")
    parser.add_argument("--skip", nargs="+", choices=[each.name for each in BENCHMARKS], metavar="NAME", default=[])
    parser.add_argument("--quick", action="store_true", help="small samples, results thrown away")
    parser.add_argument("--cache", type=Path, help="where vectors are kept between runs")
    parser.add_argument("--peers", type=Path, help="a virtual environment with the peers; made if there is none")
    given = parser.parse_args()
    if given.what == "list":
        print("\n".join(f"{each.name:12} {each.minutes:5g} min  {each.answers}" for each in BENCHMARKS))
        return 0
    if given.what == "report":
        print(report.write())
        return 0
    chosen = [b for b in BENCHMARKS if (not given.only or b.name in given.only) and b.name not in given.skip]
    if not given.quick:
        failed = [each.name for each in chosen if not ran(each, RESULTS, given)]
        print(report.write())
    else:
        with tempfile.TemporaryDirectory(prefix="pincite-quick-") as folder:
            results = Path(folder)
            failed = [each.name for each in chosen if not ran(each, results, given)]
            report.write(results, results / "page.md", results / "plots")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def ran(each: Benchmark, results: Path, given: argparse.Namespace) -> bool:
    """One benchmark from start to end. What it prints is shown; what it found lies in ``results``."""
    arguments = each.quick if given.quick else each.arguments
    if arguments is None:
        print(f"── {each.name}: left out, it has no quick form", flush=True)
        return True
    places = {"cache": given.cache, "peers": given.peers}
    options = [word for name in sorted(each.takes) if places[name] for word in (f"--{name}", str(places[name]))]
    words = [sys.executable, "-m", f"benchmarks.{each.module}", *arguments, *options]
    print(f"── {each.name}: {each.answers} (load {os.getloadavg()[0]:.1f})", flush=True)
    began = perf_counter()
    done = subprocess.run([*words, "--out", str(results / f"{each.name}.json")], cwd=ROOT, check=False)
    print(f"── {each.name}: {perf_counter() - began:.0f} s, exit code {done.returncode}\n", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
