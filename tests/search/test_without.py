"""Documents left out of a search: none of their passages, as many others as were wanted, and the order kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from pincite.ports import Deadline, Hits, Query
from pincite.search.without import Without
from pincite.types import Degradation, Document, Filters, Hit, Passage


@dataclass
class Shelf:
    """A backend that finds the passages of these documents in this order, and remembers what it was asked."""

    documents: Sequence[str]
    name: str = "shelf"
    asked: list[Query] = field(default_factory=list)

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        self.asked.append(query)
        return [
            Hit(
                passage=Passage(
                    id=f"{id_}-{place}",
                    document=Document(id=id_, url=id_, title=id_, site="-"),
                    text="",
                    start=0,
                    end=0,
                ),
                score=-place,
                backend=self.name,
            )
            for place, id_ in enumerate(self.documents[: query.limit])
        ]


def leaving(*ids: str, limit: int = 3) -> Query:
    return Query("fox", limit, Filters(exclude_documents=ids, langs=("en",)))


async def found(shelf: Shelf, query: Query) -> list[str]:
    return [hit.passage.id for hit in await Without(shelf).search(query, Deadline.after(5))]


async def test_a_search_that_leaves_nothing_out_is_passed_on_as_it_is() -> None:
    shelf = Shelf("abcd")
    query = leaving()
    assert await found(shelf, query) == ["a-0", "b-1", "c-2"]
    assert shelf.asked == [query]
    assert Without(shelf).name == "shelf"


async def test_others_take_the_place_of_what_was_left_out_in_one_search() -> None:
    shelf = Shelf("abacad")
    assert await found(shelf, leaving("a")) == ["b-1", "c-3", "d-5"]
    assert [query.filters for query in shelf.asked] == [Filters(langs=("en",))]


async def test_a_document_with_many_passages_is_searched_past() -> None:
    shelf = Shelf("a" * 40 + "bcd")
    assert await found(shelf, leaving("a")) == ["b-40", "c-41", "d-42"]
    assert len(shelf.asked) == 3


async def test_nothing_is_found_where_nothing_else_is_there_and_it_is_asked_once() -> None:
    shelf = Shelf("aaaa")
    assert await found(shelf, leaving("a")) == []
    assert len(shelf.asked) == 1


@given(
    st.text("abcde", max_size=60),
    st.sets(st.sampled_from("abcde")),
    st.integers(1, 8),
)
async def test_what_is_found_is_the_order_of_the_backend_without_the_documents_left_out(
    documents: str, excluded: set[str], limit: int
) -> None:
    ids = await found(Shelf(documents), leaving(*sorted(excluded), limit=limit))
    wanted = [f"{id_}-{place}" for place, id_ in enumerate(documents) if id_ not in excluded]
    assert ids == (wanted if limit * 32 >= len(documents) else wanted[: len(ids)])[:limit]


async def test_what_came_whole_stays_whole_and_what_is_missing_is_still_said() -> None:
    class Files(Shelf):
        async def search(self, query: Query, deadline: Deadline) -> Hits:
            hits = await super().search(Query(query.text, 99), deadline)
            return Hits.of(hits, [Degradation(part="c", reason="gone", detail="c")], "note", ("a", "b"))

    search = Without(Files(["b", "a", "a", "a", "b", "d"])).search(leaving("b", limit=1), Deadline.after(5))
    left = await search
    assert isinstance(left, Hits)
    assert [hit.passage.document.id for hit in left] == ["a", "a", "a"]
    assert left.whole == ("a",)
    assert [one.part for one in left.missing] == ["c"]
    assert left.note == "note"
