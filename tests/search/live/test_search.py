"""One question over several providers and their pages, on a small web of our own."""

import time
from collections.abc import Callable

import pytest

from pincite.ports import Deadline, Query
from pincite.search.focus import providers
from pincite.search.live import search
from pincite.search.live.search import LiveSearch, same
from pincite.testing.backends import SearchBackendSuite
from pincite.testing.search_server import SearchServer
from pincite.types import Filters

TALL = "How tall is the Eiffel Tower?"
WEB = sorted(name for name, one in providers().items() if one.web)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left out for being later than most, which on a loaded machine may happen to anyone."""
    monkeypatch.setattr(search, "GRACE_S", 60.0)


@pytest.mark.parametrize("name", sorted(providers()))
class TestEveryProvider(SearchBackendSuite):
    @pytest.fixture
    def backend(self, live: Callable[..., LiveSearch], name: str) -> LiveSearch:
        return live(name)


@pytest.mark.parametrize("name", sorted(providers()))
async def test_a_whole_passage_is_found_and_never_a_snippet(live: Callable[..., LiveSearch], name: str) -> None:
    hits = await live(name).search(Query(TALL), Deadline.after(5))
    assert not hits.missing
    assert any("330 metres tall" in hit.passage.text and "Gustave Eiffel" in hit.passage.text for hit in hits)
    assert not any("..." in hit.passage.text for hit in hits)


@pytest.mark.usefixtures("patient")
async def test_a_page_that_all_find_is_fetched_once(live: Callable[..., LiveSearch], world: SearchServer) -> None:
    hits = await live("brave", "serper", "google", deadline_s=60).search(Query(TALL), Deadline.after(60))
    fetched = [request.path for request in world.asked("pages")]
    assert len(fetched) == len(set(fetched)) == 2
    assert hits.note == "2 of 2 pages read, found by brave, serper, google"


async def test_when_most_have_answered_the_last_gets_little_of_its_share(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    world.modes["serper"] = "hanging"
    began = time.monotonic()
    hits = await live("brave", "serper", "google", deadline_s=120).search(Query(TALL), Deadline.after(120))
    assert "330 metres" in hits[0].passage.text
    assert [(one.part, one.reason) for one in hits.missing] == [("serper", "timeout")]
    assert time.monotonic() - began < 120 * search.PROVIDERS_SHARE / 2


async def test_what_a_provider_delivers_whole_is_not_fetched(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    assert await live("tavily", "exa").search(Query(TALL), Deadline.after(5))
    assert not world.asked("pages")


@pytest.mark.usefixtures("patient")
async def test_with_one_dead_one_slow_and_one_garbage_provider_the_rest_answer_in_time(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    world.modes |= {"brave": "reset", "serper": "hanging", "google": "html"}
    began = time.monotonic()
    hits = await live("brave", "serper", "google", "searxng", "exa", deadline_s=1.5).search(
        Query(TALL), Deadline.after(10)
    )
    assert time.monotonic() - began <= 1.5 + 1
    assert "330 metres" in hits[0].passage.text
    assert {(one.part, one.reason) for one in hits.missing} == {
        ("brave", "unreachable"),
        ("serper", "timeout"),
        ("google", "garbled"),
    }
    assert all(one.detail.startswith(providers()[one.part].label) for one in hits.missing)


async def test_slow_pages_are_left_out_and_the_others_answer(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    world.modes["pages/eiffel"] = "hanging"
    began = time.monotonic()
    hits = await live("brave", deadline_s=1.5).search(Query(TALL), Deadline.after(10))
    assert time.monotonic() - began <= 1.5 + 1
    assert {hit.passage.document.title for hit in hits} == {"The tallest towers"}


async def test_pages_that_nobody_can_read_are_named(live: Callable[..., LiveSearch], world: SearchServer) -> None:
    world.modes["pages"] = "500"
    hits = await live("brave").search(Query(TALL), Deadline.after(5))
    assert not hits
    assert [one.part for one in hits.missing] == ["pages"]


async def test_a_second_query_of_the_same_question_asks_nobody(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    one = live("brave")
    await one.search(Query(TALL), Deadline.after(5))
    seen = len(world.seen)
    assert await one.search(Query("Tokyo Skytree metres"), Deadline.after(5))
    assert len(world.seen) == seen


async def test_filters_hold_for_whatever_comes_back(live: Callable[..., LiveSearch]) -> None:
    elsewhere = await live("brave").search(Query(TALL, filters=Filters(sites=("example.org",))), Deadline.after(5))
    assert not elsewhere
    mine = Filters(collections=("default",))
    assert not await live("brave").search(Query(TALL, filters=mine), Deadline.after(5))


async def test_without_a_page_found_there_is_no_hit_and_nobody_missing(
    live: Callable[..., LiveSearch], world: SearchServer
) -> None:
    world.modes |= dict.fromkeys(WEB, "empty")
    hits = await live(*WEB).search(Query(TALL), Deadline.after(5))
    assert (tuple(hits), hits.missing) == ((), ())


def test_spelling_and_tracking_do_not_make_two_pages_of_one() -> None:
    assert same("https://www.example.org/a/?utm_source=x#part") == same("http://example.org/a")
    assert same("https://example.org/a?id=1") != same("https://example.org/a?id=2")
