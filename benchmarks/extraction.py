"""How well is a page's text found? Ours, trafilatura and readability-lxml on the same pages, by the same scorer.

Articles and Mozilla's pages: 4-gram shingles of words, precision, recall and F1 as in scrapinghub's
article-extraction-benchmark (means over pages; F1 of the means), which published for its 181 pages: AutoExtract .970,
Diffbot .951, readability .922. trafilatura's corpus: segments that must and must not be in the text. Headings that
repeat a page's title count against us, since the truths leave titles out. Also: how often title, author, day and
language are right on Mozilla's pages, and html5lib's encodings. Tuned on Mozilla's pages and the segments; the
articles only measure. Processor seconds of one process each.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks import beside, record, shared
from pincite.text import charset
from pincite.text.html import Page, readable

SETS = {"articles": "extract-articles", "mozilla": "extract-readability", "segments": "extract-segments"}
PACKAGES = {"trafilatura": ("trafilatura",), "readability": ("readability-lxml", "trafilatura")}
_IMPORTS = {"trafilatura": "trafilatura", "readability": "readability, trafilatura"}
_SHINGLE = 4
_RESAMPLES = 1000
_WORD = re.compile(r"\w+")
Row = dict[str, Any]
Counts = tuple[float, float, float]
"""Shared, only found, only true."""


def main() -> None:
    parser = record.parser("extraction", __doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--limit", type=int, help="pages of each set")
    beside.option(parser, "trafilatura and readability-lxml")
    given = parser.parse_args()
    python = beside.interpreters(given.peers, PACKAGES, _IMPORTS)
    with record.recording("extraction", given.out) as figures:
        for name in given.sets:
            figures[name] = measured(name, given, python)
        figures["encodings"] = encodings()


def measured(name: str, given: argparse.Namespace, python: Mapping[str, str]) -> Row:
    folder = shared.HOME / SETS[name]
    truth = {row["file"]: row for row in shared.rows(f"{SETS[name]}/truth.jsonl.xz")}
    wanted = dict(list(truth.items())[: given.limit])
    with tempfile.TemporaryDirectory(prefix="pincite-pages-") as place:
        with tarfile.open(folder / "pages.tar.xz") as pages:
            pages.extractall(place, [m for m in pages if m.name in wanted], filter="data")
        (Path(place) / "names.json").write_text(json.dumps(list(wanted)), "utf-8")
        pages_read, seconds = ours(Path(place), list(wanted))
        texts = {"pincite": ({file: page.text for file, page in pages_read.items()}, seconds, 0)}
        for peer, interpreter in python.items():
            texts |= theirs(peer, interpreter, Path(place))
    score = segments if name == "segments" else shingles
    counts = {system: score(wanted, found) for system, (found, _, _) in texts.items()}
    systems = {
        system: {**rates(name, counts[system]), "failed": failed, "pages_per_cpu_s": len(wanted) / cpu}
        for system, (_, cpu, failed) in texts.items()
    }
    row: Row = {"n": len(wanted), "systems": systems}
    if "trafilatura" in counts:
        row["over_trafilatura"] = difference(name, counts["pincite"], counts["trafilatura"])
    if name == "mozilla":
        row["said"] = said(wanted, pages_read)
    return row


def ours(place: Path, files: Sequence[str]) -> tuple[dict[str, Page], float]:
    data = {file: (place / file).read_bytes() for file in files}
    began = process_time()
    return {file: readable(page) for file, page in data.items()}, process_time() - began


def theirs(peer: str, interpreter: str, place: Path) -> dict[str, tuple[dict[str, str], float, int]]:
    words = [interpreter, str(Path(__file__).parent / "extractors.py"), peer, str(place)]
    if subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode:
        print(f"{peer}: left out, it failed", file=sys.stderr)
        return {}
    found = json.loads((place / f"{peer}.json").read_text("utf-8"))
    return {
        f"{system} ({found['version']})" if system not in ("trafilatura",) else system: (
            row["texts"],
            row["cpu_seconds"],
            row["failed"],
        )
        for system, row in found["systems"].items()
    }


# ── how near is it? ──


def shingles(truth: Mapping[str, Row], texts: Mapping[str, str]) -> list[Counts]:
    """Of each page: 4-grams in both, only in ours, only in the truth."""
    found: list[Counts] = []
    for file, row in truth.items():
        true, got = grams(row["text"]), grams(texts[file])
        both = (true & got).total()
        found.append((both, got.total() - both, true.total() - both))
    return found


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Shingles of words; a text shorter than one is one."""
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def segments(truth: Mapping[str, Row], texts: Mapping[str, str]) -> list[Counts]:
    """Of each page: segments rightly there, wrongly there, wrongly absent; punctuation and case aside."""
    found: list[Counts] = []
    for file, row in truth.items():
        text = plain(texts[file])
        right = sum(plain(each) in text for each in row["must"])
        found.append((right, sum(plain(each) in text for each in row["must_not"]), len(row["must"]) - right))
    return found


def plain(text: str) -> str:
    return " ".join(_WORD.findall(text)).lower()


def rates(name: str, counts: Sequence[Counts]) -> dict[str, float]:
    """Precision, recall and F1: of all segments together, or the means over pages."""
    if name == "segments":
        counts = [(sum(c[0] for c in counts), sum(c[1] for c in counts), sum(c[2] for c in counts))]
    precision = statistics.mean([both / (both + extra) for both, extra, _ in counts if both + extra] or [0.0])
    recall = statistics.mean([both / (both + lost) for both, _, lost in counts if both + lost] or [0.0])
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def difference(name: str, mine: Sequence[Counts], other: Sequence[Counts]) -> dict[str, float]:
    """F1 less the other's, with the bounds that hold 95 % of 1,000 resamples of the pages."""
    chance = random.Random(7)
    drawn = []
    for _ in range(_RESAMPLES):
        picks = chance.choices(range(len(mine)), k=len(mine))
        drawn.append(rates(name, [mine[i] for i in picks])["f1"] - rates(name, [other[i] for i in picks])["f1"])
    drawn.sort()
    low, high = drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES) - 1]
    return {"f1": rates(name, mine)["f1"] - rates(name, other)["f1"], "low": low, "high": high}


# ── what else a page says ──


def said(truth: Mapping[str, Row], pages: Mapping[str, Page]) -> dict[str, dict[str, float]]:
    """How often title, author, day and language are what Mozilla's truth says, of the pages where it says any."""
    checks: dict[str, Callable[[Row, Page], tuple[str, str]]] = {
        "title": lambda row, page: (plain(row.get("title") or ""), plain(page.title)),
        "author": lambda row, page: (plain(row.get("byline") or ""), plain(page.author)),
        "day": lambda row, page: ((row.get("publishedTime") or "")[:10], str(page.published or "")),
        "language": lambda row, page: ((row.get("lang") or "")[:2].lower(), page.lang),
    }
    found: dict[str, dict[str, float]] = {}
    for name, check in checks.items():
        pairs = [pair for file, row in truth.items() if (pair := check(row, pages[file]))[0]]
        right = sum(true in got or got in true for true, got in pairs if got)
        found[name] = {"right": right, "n": len(pairs)}
    return found


def encodings() -> dict[str, int]:
    """html5lib's cases that name their encoding to us as they do to a browser."""
    lines = (shared.HOME / "html-encoding" / "cases.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    right = sum(
        (charset.declared(case["html_latin1"].encode("latin-1")) or "cp1252") == charset.codec(case["encoding"])
        for case in cases
    )
    return {"right": right, "n": len(cases)}


if __name__ == "__main__":
    main()
