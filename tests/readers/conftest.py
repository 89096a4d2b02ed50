"""Reading one file as it is read for good: by a process of its own, into passages that are pieces of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pincite import readers
from pincite.index.passages import passages
from pincite.settings import FilesSettings
from pincite.types import Original

Reading = Callable[[str, bytes | str], Original]


@pytest.fixture(scope="module")
def child() -> Iterator[readers.Child]:
    with readers.Child(FilesSettings()) as one:
        yield one


@pytest.fixture
def read(child: readers.Child, tmp_path: Path) -> Reading:
    def reading(name: str, content: bytes | str) -> Original:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (found,) = readers.read(path, collection="c", max_bytes=1 << 22, child=child)
        for passage in passages(found, 40):
            assert found.text[passage.start : passage.end] == passage.text
        return found

    return reading
