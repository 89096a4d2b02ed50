import time
from pathlib import Path

import pytest

from pincite.index import Index
from pincite.ports import Deadline, Query
from pincite.search.own import OwnIndex
from pincite.types import Document, Original


def original(title: str, text: str) -> Original:
    document = Document(id="", url=f"https://example.org/{title}", title=title)
    return Original(document=document, text=text)


@pytest.fixture
def writer(data_dir: Path):  # type: ignore[no-untyped-def]
    index = Index.open(data_dir, None, writer=True)
    index.add([original("Fox", "The red fox is a mammal."), original("Oak", "An oak is a tree.")])
    index.commit()
    yield index
    index.close()


async def test_a_search_finds_passages_best_first(writer: Index) -> None:
    hits = await OwnIndex(writer).search(Query("red fox"), Deadline.after(5))
    assert hits[0].passage.document.title == "Fox"
    assert hits[0].backend == "index"


async def test_an_empty_query_finds_nothing(writer: Index) -> None:
    assert await OwnIndex(writer).search(Query("  \n"), Deadline.after(5)) == []


async def test_a_reader_sees_what_was_committed_before_it_searched(writer: Index, data_dir: Path) -> None:
    reader = Index.open(data_dir, None)
    own = OwnIndex(reader)
    assert not await own.search(Query("blue whale"), Deadline.after(5))
    writer.add([original("Whale", "The blue whale is the largest animal.")])
    writer.commit()
    assert await own.search(Query("blue whale"), Deadline.after(5))
    reader.close()


async def test_a_search_ends_at_its_deadline(writer: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "search", lambda query, weight: time.sleep(0.2) or [])
    with pytest.raises(TimeoutError):
        await OwnIndex(writer).search(Query("fox"), Deadline.after(0.01))


async def test_the_share_of_the_vectors_can_be_set(writer: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []
    monkeypatch.setattr(writer, "search", lambda query, weight: asked.append(weight) or [])
    await OwnIndex(writer).search(Query("fox"), Deadline.after(5))
    await OwnIndex(writer, 0.3).search(Query("fox"), Deadline.after(5))
    assert asked == [None, 0.3]
