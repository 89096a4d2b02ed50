"""What would an index of a billion pages take? Computed from what a page cost where it was measured.

    python -m benchmarks.capacity                          # prints the table
    python -m benchmarks.capacity --write                  # and puts it into docs/capacity.md
    python -m benchmarks.capacity --core-hour 0.02         # at other prices

Reads the kept results of ``crawl``, ``spread`` and ``stages`` and multiplies. Prices are assumptions, and options.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.record import QUIET, RESULTS, ROOT
from benchmarks.report import loaded
from benchmarks.sections.cells import table

PAGE = ROOT / "docs" / "capacity.md"
BEGIN, END = "<!-- made by python -m benchmarks.capacity --write -->\n", "<!-- end -->"
SCALES = {"a million": 10**6, "a hundred million": 10**8, "a billion": 10**9}
VECTOR_BYTES = 396
"""384 numbers, their scale and the passage's number."""
CORES = 32
"""Of one machine."""
DAYS = 30
"""For building all of it once."""


class Prices(NamedTuple):
    """In dollars, as an operator would pay them by the month; traffic that comes in is taken to be free."""

    core_hour: float = 0.04
    """With 4 GB of memory beside each core."""
    gb_month: float = 0.08
    """On solid-state disks."""


class Page(NamedTuple):
    """What one page cost: processor seconds, bytes and counts."""

    crawl_s: float
    """Fetched, read and found by words; all requests that brought no page included."""
    vectors_s: float
    rank_s: float
    """Its share of making the link rank anew."""
    wire_bytes: float
    index_bytes: float
    vector_bytes: float
    passages: float
    search_s: float
    """Its share of one search of everything, by words and by meaning."""


SOURCES = ("crawl", "spread", "stages")


def measured(results: Mapping[str, Mapping[str, Any]]) -> Page:
    """From the figures of the kept results. Raises ``SystemExit`` if one is not there."""
    missing = [name for name in SOURCES if name not in results]
    if missing:
        raise SystemExit(f"not measured: {', '.join(missing)}; python -m benchmarks --only {' '.join(missing)}")
    crawl, spread, stages = (results[name]["figures"] for name in SOURCES)
    index, vectors, rank = spread["index"][0], spread["vectors"][0], spread["link_rank"]
    pages, passages = index["pages"], index["passages"] / index["pages"]
    return Page(
        crawl_s=crawl["cpu_seconds"] / crawl["reached"],
        vectors_s=passages * vectors["here_cpu_s"] / vectors["texts"],
        rank_s=rank["cpu_s"] / rank["edges"] * index["links"] / pages,
        wire_bytes=index["packed_bytes"] / pages,
        index_bytes=index["index_bytes"] / pages,
        vector_bytes=passages * VECTOR_BYTES,
        passages=passages,
        search_s=stages["search"]["hybrid"]["cpu_ms"] / 1000 * passages / stages["passages"],
    )


def rows(page: Page, count: int, prices: Prices) -> Iterator[tuple[str, str]]:
    """What so many pages take, row by row."""
    built = page.crawl_s + page.vectors_s
    terabytes = (page.index_bytes + page.vector_bytes) * count / 1e12
    yield "passages", f"{_short(page.passages * count)}"
    yield "over the wire, packed", _bytes(page.wire_bytes * count)
    yield "core days: crawl, read, index words", _number(page.crawl_s * count / 86400)
    yield "core days: vectors", _number(page.vectors_s * count / 86400)
    yield "core days: link rank, once", _number(page.rank_s * count / 86400)
    yield f"machines of {CORES} cores that build it in {DAYS} days", _number(built * count / 86400 / CORES / DAYS)
    yield (
        "pages a second meanwhile, Mbit a second",
        (f"{_number(count / DAYS / 86400)}, {_number(page.wire_bytes * 8 * count / DAYS / 86400 / 1e6)}"),
    )
    yield "on disk: text, words, links", _bytes(page.index_bytes * count)
    yield "on disk and in memory: vectors", _bytes(page.vector_bytes * count)
    yield "$ to build", _number((built + page.rank_s) * count / 3600 * prices.core_hour)
    yield "$ a month to keep on disk", _number(terabytes * 1000 * prices.gb_month)
    yield "core seconds a question, all of it searched", _number(page.search_s * count)
    yield "$ a thousand questions", _number(page.search_s * count * 1000 / 3600 * prices.core_hour)


def tables(results: Mapping[str, Mapping[str, Any]], prices: Prices) -> str:
    """What a page cost, what many take, and how busy the machine was."""
    page = measured(results)
    costs = [
        ("fetched, read and found by words, ms of a core", f"{page.crawl_s * 1000:.1f}"),
        ("vectors, ms of a core", f"{page.vectors_s * 1000:.0f}"),
        ("its share of one link rank, µs of a core", f"{page.rank_s * 1e6:.1f}"),
        ("passages", f"{page.passages:.1f}"),
        ("over the wire, packed, kB", f"{page.wire_bytes / 1000:.1f}"),
        ("on disk without vectors, kB", f"{page.index_bytes / 1000:.1f}"),
        ("vectors, kB", f"{page.vector_bytes / 1000:.1f}"),
        ("its share of one search of everything, µs of a core", f"{page.search_s * 1e6:.2f}"),
    ]
    columns = [list(rows(page, count, prices)) for count in SCALES.values()]
    names = [name for name, _ in columns[0]]
    cells = zip(names, *([value for _, value in column] for column in columns), strict=True)
    loads = ", ".join(f"{name} {results[name]['load']['before']:.1f}" for name in SOURCES)
    about = f"Load average when they began: {loads}; above {QUIET:g}, times are upper bounds."
    return f"{table(('one page', 'cost'), costs)}\n{table(('pages', *SCALES), cells)}\n{about}\n"


def written(text: str, made: str) -> str:
    """The document with its tables made anew."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _short(value: float) -> str:
    for unit, name in ((1e9, "billion"), (1e6, "million")):
        if value >= unit:
            return f"{value / unit:.1f} {name}"
    return f"{value:,.0f}"


def _bytes(value: float) -> str:
    return f"{value / 1e12:,.1f} TB" if value >= 1e12 else f"{value / 1e9:,.1f} GB"


def main() -> None:
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.capacity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--results", type=Path, default=RESULTS, help="where the kept results lie")
    options.add_argument("--core-hour", type=float, default=Prices().core_hour, help="dollars")
    options.add_argument("--gb-month", type=float, default=Prices().gb_month, help="dollars")
    options.add_argument("--write", action="store_true", help="put it into docs/capacity.md")
    given = options.parse_args()
    made = tables(loaded(given.results), Prices(given.core_hour, given.gb_month))
    print(made)
    if given.write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")


if __name__ == "__main__":
    main()
