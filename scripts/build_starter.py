"""Which articles does a newcomer meet first? Builds corpus/starter.jsonl.xz from the 2007 Wikipedia Selection.

    python scripts/build_starter.py ../shared/data/wikispeedia

Articles in the order of their PageRank in the collection's own link graph (Brin & Page 1998, damping 0.85), the
opening of each up to 2,000 words by whole paragraphs, until the compressed file is full. Breadth before depth: a
first question is seldom about the twentieth page of an article. Prose only: what an encyclopaedia page shows beside
its prose (infoboxes and tables flattened to text, captions told twice, the notice at the foot) is left out, since no
sentence of it can be cited.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

TARGET = Path(__file__).parents[1] / "corpus" / "starter.jsonl.xz"
BUDGET_BYTES = 7_400_000
WORDS = 2_000
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9, "lc": 4, "lp": 0, "pb": 0, "dict_size": 1 << 24}]
"""Tuned to text: four bits of literal context, no alignment; a 16 MiB window is what a reader must hold."""

FOOT = re.compile(r'\s*Retrieved from "\s*http.*\Z', re.DOTALL)
BRACKET = re.compile(r"([(\[]) +")
BULLET = re.compile(r"(?<=[.;:\w)]) \* (?=\S)")
COMMON = frozenset(
    "a also an and are as at be been but by for from had has have he her his in into is it its many more most "
    "not of on one or other she some such than that the their there they this to used was were when where which who "
    "with".split()
)
PROSE_SHARE = 0.2
"""Share of common words below which a paragraph is a table told in one breath; prose has about 0.4."""


def main(shared: Path) -> None:
    articles = {row["id"]: row for row in _rows(shared / "articles.jsonl.xz")}
    links = _links(shared / "links.tsv.xz", articles)
    pages = page_rank(list(articles), links)
    packer = lzma.LZMACompressor(lzma.FORMAT_XZ, filters=FILTERS)
    packed, count = b"", 0
    for page in sorted(articles, key=lambda page: (-pages[page], page)):
        if len(packed) > BUDGET_BYTES - 600_000:  # what the packer still holds back, with its checksum
            break
        row = _row(articles, links, page)
        packed += packer.compress((json.dumps(row, ensure_ascii=False) + "\n").encode())
        count += 1
    packed += packer.flush()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(packed)
    print(f"{count} articles, {len(packed):,} bytes, sha256 {sha256(packed).hexdigest()}")


def page_rank(
    pages: list[str], links: dict[str, list[str]], damping: float = 0.85, rounds: int = 60
) -> dict[str, float]:
    """Where a reader who follows links at random is found. A page without links leads anywhere."""
    rank = dict.fromkeys(pages, 1 / len(pages))
    for _ in range(rounds):
        stuck = sum(rank[page] for page in pages if not links[page])
        fresh = dict.fromkeys(pages, (1 - damping + damping * stuck) / len(pages))
        for page in pages:
            for target in links[page]:
                fresh[target] += damping * rank[page] / len(links[page])
        rank = fresh
    return rank


def readable(title: str, text: str) -> str:
    """The opening prose of an article as it was delivered: flattened HTML of 2007."""
    text = _told_once(BRACKET.sub(r"\1", FOOT.sub("", text)))
    begins = re.compile(rf"(?:(?:The|A|An) )?{re.escape(title)}\b[^.]{{0,160}}? (?:is|was|are|were|refers)\b")
    kept: list[str] = []
    words = 0
    for paragraph in text.split("\n\n"):
        prose = paragraph if _prose(paragraph) else _rest(paragraph, begins)
        words += len(prose.split())
        if kept and words > WORDS:
            break
        if prose:
            kept.append(BULLET.sub("\n* ", prose))
    told = [
        part for part, after in zip(kept, [*kept[1:], "#"], strict=True) if not (_heading(part) and _heading(after))
    ]
    return "\n\n".join(told)


def _told_once(text: str) -> str:
    """A picture's caption came twice, with the label of its button between."""
    before, *pieces = text.split(" Enlarge ")
    for piece in pieces:
        place = before.rfind(piece[:25], max(0, len(before) - 450))
        before = (before[:place] if place >= 0 else before + " ") + piece
    return before


def _rest(paragraph: str, begins: re.Pattern[str]) -> str:
    """The prose at the end of a table, where an article's first sentence often hides."""
    found = begins.search(paragraph)
    rest = paragraph[found.start() :] if found else ""
    return rest if _prose(rest) else ""


def _heading(paragraph: str) -> bool:
    return paragraph.startswith("#")


def _prose(paragraph: str) -> bool:
    words = paragraph.split()
    if _heading(paragraph):
        return True
    if not words or paragraph.startswith("CAPTION:") or not paragraph.rstrip().endswith((".", "!", "?", ":", ")", '"')):
        return False
    return sum(word.lower().strip("(,.") in COMMON for word in words) / len(words) >= PROSE_SHARE


def _row(articles: dict[str, dict[str, str]], links: dict[str, list[str]], page: str) -> dict[str, object]:
    article = articles[page]
    named = [articles[target]["title"] for target in links[page]]
    text = readable(article["title"], article["text"])
    return {"title": article["title"], "url": article["url"], "lang": "en", "text": text, "links": named}


def _links(path: Path, known: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    links: dict[str, list[str]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            source, target = line.rstrip("\n").split("\t")
            if source in known and target in known and source != target:
                links[source].append(target)
    return links


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/wikispeedia"))
