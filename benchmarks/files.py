"""Is what stands in a file found by its reader? The shared corpus of files, and what it took.

``expect`` of the corpus are phrases that independent extractors agree on. One counts as found when its letters and
digits, NFKC-folded, stand in the document's text in that order: where lines end, how a ligature is written and
whether a hyphen was kept is left open. Passages are checked against their text on the way.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import record, shared
from pincite import readers
from pincite.errors import Unreadable
from pincite.index.passages import passages
from pincite.settings import FilesSettings

SET = "files"
MAX_BYTES = 64_000_000


def main() -> None:
    given = record.parser("files", __doc__).parse_args()
    with record.recording("files", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-files-") as at:
        with tarfile.open(shared.HOME / SET / "files.tar.xz") as packed:
            packed.extractall(at, filter="data")
        figures |= measured(Path(at), list(shared.rows(f"{SET}/manifest.jsonl")))
        print(json.dumps({key: value for key, value in figures.items() if key != "refused"}, indent=1))


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
