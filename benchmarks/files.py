"""Is what stands in a file found by its reader, and how long is it from handing in a long one to a cited answer?

    python -m benchmarks.files [--pages 200] [--rounds 3] [--no-corpus]

``expect`` of the shared corpus of files are phrases that independent extractors agree on. One counts as found when its
letters and digits, NFKC-folded, stand in the document's text in that order: where lines end, how a ligature is written
and whether a hyphen was kept is left open. Passages are checked against their text on the way.

The long one is a PDF made of the starter corpus, with one sentence of its own on a page near its end. It is sent to a
real server over HTTP and asked about at once; the clock runs from the first byte that is sent to the event that cites
that sentence, and to the last event. ``cpu_s`` is what the server and the processes that it started took.
"""

from __future__ import annotations

import ctypes
import json
import lzma
import os
import statistics
import tarfile
import tempfile
import textwrap
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from pypdfium2 import PdfDocument
from pypdfium2 import raw as pdfium

from benchmarks import record, shared
from benchmarks.process import environment, serving
from pincite import readers
from pincite.errors import Unreadable
from pincite.index.passages import passages
from pincite.settings import FilesSettings

SET = "files"
MAX_BYTES = 64_000_000
FACT = "The escrow agent of Larkspur is Marguerite Dovale."
BEFORE = "A note on the settlement."
"""Short lines end a paragraph, so that no sentence of the corpus runs into it."""
QUESTION = "Who is the escrow agent of Larkspur?"
LINES, WIDTH = 44, 92
"""Of a page of the long file: about 620 words."""


def main() -> None:
    options = record.parser("files", __doc__)
    options.add_argument("--pages", type=int, default=200, help="of the long file; 0: none")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--no-corpus", action="store_true", help="only the long file")
    given = options.parse_args()
    with record.recording("files", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-files-") as at:
        if not given.no_corpus:
            with tarfile.open(shared.HOME / SET / "files.tar.xz") as packed:
                packed.extractall(at, filter="data")
            manifest = (shared.HOME / SET / "manifest.jsonl").read_text(encoding="utf-8")
            figures |= measured(Path(at), [json.loads(line) for line in manifest.splitlines()])
        if given.pages:
            figures["long"] = asked(Path(at), given.pages, given.rounds)


# ── the long file ──


def asked(folder: Path, pages: int, rounds: int) -> dict[str, Any]:
    """Each round hands the file in again. Raises ``AssertionError`` where the sentence is not cited to its page."""
    made = folder / "long.pdf"
    words = write(made, pages)
    with serving(environment(folder / "data")) as (url, pid), httpx.Client(base_url=url, timeout=300) as client:
        took = [one(client, pid, made, pages * 3 // 4) for _ in range(rounds)]
    return {
        "pages": pages,
        "words": words,
        "bytes": made.stat().st_size,
        "n": rounds,
        **{f"{name}_p50": statistics.median(each[name] for each in took) for name in took[0]},
        **{f"{name}_max": max(each[name] for each in took) for name in took[0]},
    }


def one(client: httpx.Client, pid: int, made: Path, page: int) -> dict[str, float]:
    before, began = cpu_s(pid), time.perf_counter()
    with made.open("rb") as content:
        upload = client.post("/api/files", files={"file": (made.name, content)}).raise_for_status().json()
    sent = time.perf_counter() - began
    body = {"text": QUESTION, "files": [upload["id"]], "model": "none"}
    answer = client.post("/api/ask", json=body).raise_for_status().json()
    cited = 0.0
    with client.stream("GET", answer["events"]) as events:
        for line in events.iter_lines():
            if line.startswith("event: cited") and not cited:
                cited = time.perf_counter() - began
    whole, used = time.perf_counter() - began, cpu_s(pid) - before
    told = client.get(answer["answer"]).raise_for_status().json()
    (number, quote) = next((c["source"], c) for s in told["sentences"] for c in s["citations"])
    source = next(each for each in told["sources"] if each["number"] == number)
    passage = next(each for each in source["passages"] if each["id"] == quote["passage_id"])
    words = passage["text"][quote["quote"]["start"] : quote["quote"]["end"]]
    spot = [each for each in passage["spots"] if each["start"] <= quote["quote"]["start"]][-1]
    assert words == FACT, words
    assert spot["page"] == page, spot
    return {"sent_s": sent, "first_cited_s": cited, "answered_s": whole, "cpu_s": used}


def cpu_s(pid: int) -> float:
    """Of a process and of those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def write(path: Path, pages: int) -> int:
    """A PDF of the starter corpus, as plain text; how many words it has."""
    document = PdfDocument.new()
    font = pdfium.FPDFText_LoadStandardFont(document, b"Times-Roman")
    lines = prose()
    middle = pages * 3 // 4, LINES // 2
    planted = {(middle[0], middle[1] - 1): BEFORE, middle: FACT}
    words = 0
    for number in range(1, pages + 1):
        page = document.new_page(595, 842)
        for place in range(LINES):
            line = planted.get((number, place)) or next(lines)
            words += len(line.split())
            text = pdfium.FPDFPageObj_CreateTextObj(document, font, 11)
            code = ctypes.create_string_buffer((line + "\0").encode("utf-16-le"))
            pdfium.FPDFText_SetText(text, ctypes.cast(code, pdfium.FPDF_WIDESTRING))
            pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, 50, 790 - 17 * place)
            pdfium.FPDFPage_InsertObject(page, text)
        page.gen_content()
        page.close()
    document.save(path)
    document.close()
    return words


def prose() -> Iterator[str]:
    """Lines of the starter corpus, in the letters that the font has."""
    with lzma.open(record.ROOT / "corpus" / "starter.jsonl.xz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            plain = unicodedata.normalize("NFKD", row["text"]).encode("ascii", "ignore").decode()
            for paragraph in plain.split("\n"):
                yield from textwrap.wrap(paragraph, WIDTH)


# ── the corpus ──


def measured(folder: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    missed: list[str] = []
    refused: dict[str, str] = {}
    slowest = 0.0
    with readers.Child(FilesSettings()) as child:
        for row in rows:
            began = time.monotonic()
            text = folded(read(folder / row["file"], child, row["file"], refused))
            slowest = max(slowest, time.monotonic() - began)
            for phrase in row["expect"]:
                wanted[row["format"]] += 1
                if folded(phrase) in text:
                    found[row["format"]] += 1
                else:
                    missed.append(f"{row['file']}: {phrase}")
    return {
        "n": sum(wanted.values()),
        "files": len(rows),
        "found": sum(found.values()) / sum(wanted.values()),
        "by_format": {name: f"{found[name]}/{count}" for name, count in sorted(wanted.items())},
        "missed": missed,
        "refused_files": len(refused),
        "refused": refused,
        "slowest_s": round(slowest, 1),
    }


def read(path: Path, child: readers.Child, name: str, refused: dict[str, str]) -> str:
    """All the text of a file. Raises ``AssertionError`` where a passage is not a piece of it."""
    texts = []
    try:
        for original in readers.read(path, collection="files", max_bytes=MAX_BYTES, child=child):
            texts.append(original.text)
            for passage in passages(original, 120):
                assert original.text[passage.start : passage.end] == passage.text, path
    except Unreadable as problem:
        refused[name] = problem.detail
    return "\n".join(texts)


def folded(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


if __name__ == "__main__":
    main()
