"""Files from the command line: indexed, asked, cited to the page."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.readers import making


def test_a_pdf_is_indexed_asked_and_cited_to_its_page_and_a_broken_one_is_named(fresh: Cli, data_dir: Path) -> None:
    folder = data_dir.parent / "papers"
    folder.mkdir()
    pages = [["The lease of Elm Street was signed by Ada Hill."], ["The deposit for the flat is 2400 euros."]]
    (folder / "lease.pdf").write_bytes(making.pdf(pages))
    (folder / "broken.pdf").write_bytes(making.pdf(pages)[:300])
    done = fresh("index", str(folder), "--no-wait")
    assert done.returncode == 0
    assert "1 new document, 1 left out" in done.stderr
    assert "broken.pdf" in done.stderr
    answer = fresh("How much is the deposit for the flat?").stdout
    assert "2400" in answer
    assert "lease, page 2" in answer
    assert fresh("index", str(folder), "--no-wait").stderr.count("1 unchanged") == 1
    assert "1 document removed" in fresh("index", "rm", str(folder / "lease.pdf")).stderr
