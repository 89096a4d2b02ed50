"""What do others take for a page's text? trafilatura and readability-lxml, each in a process of its own.

    python benchmarks/extractors.py trafilatura|readability FOLDER

FOLDER holds pages by the names in names.json, and gets what was read: ``<peer>.json``. Imports nothing of pincite, so
that any interpreter that has the peer can run it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from time import process_time

Extract = Callable[[bytes], str]
_BREAKS = ("p", "div", "li", "br", "tr", "td", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")


def trafilatura() -> dict[str, Extract]:
    """As it comes, and without comments, which no truth here counts as text."""
    import trafilatura as engine

    return {
        "trafilatura": lambda page: engine.extract(page) or "",
        "trafilatura, no comments": lambda page: engine.extract(page, include_comments=False) or "",
    }


def readability() -> dict[str, Extract]:
    """readability-lxml's summary; blocks end in a newline, or words of two would be one."""
    from lxml.html import fromstring
    from readability import Document
    from trafilatura.utils import decode_file

    def extract(page: bytes) -> str:
        summary = fromstring(Document(decode_file(page)).summary())
        for element in summary.iter(*_BREAKS):
            element.tail = "\n" + (element.tail or "")
        return "".join(map(str, summary.itertext()))

    return {"readability-lxml": extract}


def main() -> None:
    peer, folder = sys.argv[1], Path(sys.argv[2])
    logging.disable(logging.CRITICAL)
    names = json.loads((folder / "names.json").read_text("utf-8"))
    systems = {}
    for system, extract in {"trafilatura": trafilatura, "readability": readability}[peer]().items():
        began, texts, failed = process_time(), {}, 0
        for name in names:
            try:
                texts[name] = extract((folder / name).read_bytes())
            except Exception as error:
                # Whatever a peer raises, it has read nothing there; it is counted and named.
                print(f"{system}: {name}: {error!r}", file=sys.stderr)
                texts[name], failed = "", failed + 1
        systems[system] = {"texts": texts, "failed": failed, "cpu_seconds": process_time() - began}
    package = {"readability": "readability-lxml"}.get(peer, peer)
    (folder / f"{peer}.json").write_text(json.dumps({"version": metadata.version(package), "systems": systems}))


if __name__ == "__main__":
    main()
