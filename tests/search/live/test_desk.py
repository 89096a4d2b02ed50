"""Every way a search service fails has a name, says who failed, and never shows a key."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from pincite.crawl.fetch import Response
from pincite.errors import SearchFailed, Unfetchable
from pincite.ports import Deadline
from pincite.search.focus import providers
from pincite.search.live.desk import Desk
from pincite.search.live.provider import Found, Wanted
from pincite.search.live.search import Line
from pincite.testing.search_server import SearchServer

TODAY = date(2026, 11, 25)
TALL = Wanted("How tall is the Eiffel Tower?", lang="en")
KEYED = sorted(name for name, one in providers().items() if one.key == "needed")
JSON = sorted(set(providers()) - {"duckduckgo", "arxiv"})


async def ask(desk: Desk, line: Line, wanted: Wanted = TALL, seconds: float = 3) -> list[Found]:
    return await desk.search(wanted, await line.open(), Deadline.after(seconds), TODAY)


async def failure(desk: Desk, line: Line, seconds: float = 3) -> SearchFailed:
    with pytest.raises(SearchFailed) as caught:
        await ask(desk, line, seconds=seconds)
    assert caught.value.detail.startswith(f"{desk.provider.label}: ")
    assert "tvly-test-key" not in caught.value.detail + caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", sorted(providers()))
@pytest.mark.parametrize(
    ("mode", "reasons"),
    [
        ("401", {"bad_key", "blocked"}),
        ("402", {"no_credit"}),
        ("429", {"rate_limited"}),
        ("500", {"server_error"}),
        ("malformed", {"garbled"}),
        ("html", {"garbled"}),
        ("wrong", {"garbled"}),
        ("cut", {"unreachable", "garbled"}),
        ("reset", {"unreachable"}),
    ],
)
async def test_each_fault_of_each_service_has_its_reason(
    desk: Callable[..., Desk], line: Line, world: SearchServer, name: str, mode: str, reasons: set[str]
) -> None:
    world.modes[name] = mode
    failed = await failure(desk(name), line)
    assert failed.reason in reasons
    assert (failed.retry_after_s == 7) == (mode == "429")


class Unplugged:
    """``Requests`` of a machine whose cable is out: no name is known to it, or nothing can be reached."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def request(self, *_: object, **__: object) -> Response:
        raise Unfetchable("it did not come", reason=self.reason)


@pytest.mark.parametrize(
    ("reason", "said"), [("unknown_host", "nobody knows its address"), ("unreachable", "it can't be reached")]
)
async def test_without_a_network_the_network_is_named(desk: Callable[..., Desk], reason: str, said: str) -> None:
    with pytest.raises(SearchFailed, match=rf"Brave Search: {said}; is this machine on the network\?") as caught:
        await desk("brave").search(TALL, Unplugged(reason), Deadline.after(3), TODAY)
    assert caught.value.reason == "unreachable"


@pytest.mark.parametrize("name", sorted(providers()))
async def test_a_service_that_finds_nothing_gives_an_empty_list(
    desk: Callable[..., Desk], line: Line, world: SearchServer, name: str
) -> None:
    world.modes[name] = "empty"
    assert await ask(desk(name), line) == []


@pytest.mark.parametrize("name", sorted(providers()))
async def test_what_each_service_finds_is_read(desk: Callable[..., Desk], line: Line, name: str) -> None:
    found = await ask(desk(name), line)
    assert len(found) >= 2
    assert all(each.url.startswith("http") and each.title and "<" not in each.title + each.text for each in found)
    assert len({each.url for each in found}) == len(found)
    if name not in {"google", "duckduckgo", "tavily"}:  # they do not say
        assert {each.published for each in found} & {date(2024, 3, 5), date(2024, 3, 1), date(2024, 1, 1)}


@pytest.mark.parametrize("name", ["openalex", "arxiv", "semanticscholar", "pubmed", "hackernews", "reddit"])
async def test_authors_are_kept(desk: Callable[..., Desk], line: Line, name: str) -> None:
    assert ("Ada Writer",) in [each.authors for each in await ask(desk(name), line)]


@pytest.mark.parametrize("name", KEYED)
async def test_without_its_key_a_service_is_locked_and_not_asked(
    desk: Callable[..., Desk], line: Line, world: SearchServer, name: str
) -> None:
    one = desk(name, key_env="NO_SUCH_VARIABLE")
    assert one.locked == "no key: set the environment variable NO_SUCH_VARIABLE"
    assert (await failure(one, line)).reason == "no_key"
    assert not world.seen


async def test_a_hanging_service_ends_at_the_deadline(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    await line.open()
    world.modes["brave"] = "hanging"
    began = asyncio.get_running_loop().time()
    assert (await failure(desk("brave"), line, seconds=0.3)).reason == "timeout"
    assert asyncio.get_running_loop().time() - began < 0.6


async def test_what_was_said_lately_is_not_asked_again(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    first = await ask(desk("exa"), line)
    assert await ask(desk("exa"), line) == first
    assert len(world.asked("exa")) == 1
    await ask(desk("exa"), line, Wanted("How tall is the Tokyo Skytree?"))
    assert len(world.asked("exa")) == 2


async def test_a_desk_without_cache_looks_nothing_up_and_keeps_nothing(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    kept = desk("brave")
    for _ in range(2):
        assert await ask(kept.without_cache(), line)
    assert len(world.asked("brave")) == 2
    await ask(kept, line)
    await ask(kept, line)
    assert len(world.asked("brave")) == 3


async def test_an_error_is_not_kept(desk: Callable[..., Desk], line: Line, world: SearchServer) -> None:
    world.modes["exa"] = "500"
    await failure(desk("exa"), line)
    world.modes.clear()
    assert await ask(desk("exa"), line)


async def test_after_three_failures_it_is_left_alone(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    world.modes["exa"] = "500"
    one = desk("exa")
    for _ in range(3):
        assert (await failure(one, line)).reason == "server_error"
    assert (await failure(one, line)).reason == "resting"
    assert len(world.asked("exa")) == 3


async def test_it_is_asked_no_sooner_than_it_said(desk: Callable[..., Desk], line: Line, world: SearchServer) -> None:
    world.modes["exa"] = "429"
    one = desk("exa")
    await failure(one, line)
    assert (await failure(one, line)).reason == "resting"
    assert len(world.asked("exa")) == 1


async def test_the_budget_of_a_day_holds_across_restarts(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    questions = [Wanted(f"How tall is tower {number}?") for number in range(3)]
    await ask(desk("exa", per_day=2), line, questions[0])
    await ask(desk("exa", per_day=2), line, questions[1])
    with pytest.raises(SearchFailed, match="2 a day") as caught:
        await ask(desk("exa", per_day=2), line, questions[2])
    assert caught.value.reason == "budget"
    assert len(world.asked("exa")) == 2


async def test_a_language_can_not_become_another_host(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    one = desk("wikipedia", base_url=world.base_url("wikipedia") + "/{lang}")
    await ask(one, line, Wanted("tower", lang="evil.example/"))
    assert world.asked("wikipedia")[0].path.startswith("/en/")


async def test_a_reader_that_stumbles_is_a_garbled_reply_and_no_crash(
    desk: Callable[..., Desk], line: Line, world: SearchServer
) -> None:
    one = desk("exa")

    async def stumbles(wanted: Wanted, ask: object) -> list[Found]:
        raise KeyError("renamed")

    one.provider = replace(one.provider, search=stumbles)
    failed = await failure(one, line)
    assert (failed.reason, "renamed" in failed.detail) == ("garbled", True)
