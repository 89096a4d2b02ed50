"""How much there is can be asked while others write, and the counts take no walk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.index.making import Hashing, original

from pincite.index import Index


def test_a_file_that_vanishes_while_the_folder_is_walked_counts_nothing(
    index: Index, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([original("x:1", "Whales breathe air.")])
    index.commit()
    before = index.status().bytes
    early, late = place / "vectors" / "early.seg", place / "vectors" / "late.seg"
    for path in (early, late):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"123")
    assert index.status().bytes == before + 6
    look = os.stat

    def vanishing(path: Any, **how: Any) -> os.stat_result:
        """Another process removes one file just before the first look at it, and the other just behind that."""
        if str(path) == str(early):
            early.unlink(missing_ok=True)
        found = look(path, **how)
        if str(path) == str(late):
            late.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(os, "stat", vanishing)
    assert index.status().bytes == before + 3


def test_the_counts_are_those_of_the_status_and_nothing_is_walked_or_locked_for_them(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([original("x:1", "Whales breathe air.", lang="en", collection="sea")])
    index.commit()
    status = vars(index.status())
    monkeypatch.setattr(os, "walk", None)
    monkeypatch.setattr("pincite.index.face.holder", None)
    counts = index.counts()
    assert vars(counts) == {name: value for name, value in status.items() if name in vars(counts)}
    assert (counts.documents, counts.embedded, counts.collections) == (1, 0, {"sea": 1})


def test_a_reader_counts_what_another_committed(index: Index, place: Path) -> None:
    reader = Index.open(place, Hashing())
    assert reader.counts().documents == 0
    index.add([original("x:1", "Whales breathe air.")])
    index.commit()
    assert reader.counts().documents == 1
    reader.close()
