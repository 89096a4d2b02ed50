"""A fresh place for an index, and one that is open for writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.index.making import Hashing

from pincite.index import Index


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(place: Path) -> Iterator[Index]:
    opened = Index.open(place, Hashing(), writer=True)
    yield opened
    opened.close()
