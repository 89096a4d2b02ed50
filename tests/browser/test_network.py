"""Bad networks, row by row of the acceptance list (O): whatever happens to the connection, the end is the same.

The connection is broken by a proxy; a browser's own offline switch does not cut a stream that is open.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Beside, Opened
from tests.browser.stage import FAITHFUL, Stage, finish, telling
from tests.web.conftest import Served

from pincite.events import Failed
from pincite.testing.proxy import BreakableProxy, breakable
from pincite.types import Problem, Status
from pincite.web.stream import Streams


@pytest.fixture
def network(beside: Beside, served: Served) -> Iterator[BreakableProxy]:
    address = urlsplit(served.url)
    with beside.entered(breakable(address.hostname or "", address.port or 0)) as proxy:
        yield proxy


def through(stage: Stage, network: BreakableProxy) -> str:
    return f"http://127.0.0.1:{network.port}/t/{stage.thread_id}"


def text(page: Page) -> str:
    return page.locator(".text").inner_html()


def straight(stage: Stage, opened: Opened) -> str:
    """The text of the finished answer over a whole network."""
    return text(opened(stage.url))


def half(stage: Stage) -> None:
    stage.begin()
    stage.found()
    stage.tell(FAITHFUL[:2])


def rest(stage: Stage) -> None:
    for event in list(telling(FAITHFUL))[4:]:
        stage.put(event)
    stage.end()


def test_o1_a_reset_and_a_refusal_in_mid_stream_end_in_the_same_text(
    beside: Beside, stage: Stage, network: BreakableProxy, opened: Opened
) -> None:
    half(stage)
    page = opened(through(stage, network), quiet=True)
    expect(page.locator(".text")).to_contain_text("World's Fair")
    network.mode = "refuse"
    beside.loop.call_soon_threadsafe(network.drop)
    expect(page.locator(".net")).to_contain_text("The connection was lost. Reconnecting.")
    rest(stage)
    page.wait_for_timeout(2000)
    assert page.locator(".answer").get_attribute("data-status") == "running"
    network.mode = "pass"
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    expect(page.locator(".net")).to_be_hidden()
    assert text(page) == straight(stage, opened)


def test_o2_a_reload_in_mid_stream_ends_in_the_same_text(stage: Stage, opened: Opened) -> None:
    half(stage)
    page = opened(stage.url)
    expect(page.locator(".text")).to_contain_text("World's Fair")
    page.reload()
    expect(page.locator(".text")).to_contain_text("World's Fair")
    rest(stage)
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert text(page) == straight(stage, opened)


def test_o3_a_network_of_64_kbit_ends_in_the_same_text(stage: Stage, network: BreakableProxy, opened: Opened) -> None:
    half(stage)
    page = opened(through(stage, network))
    expect(page.locator(".text")).to_contain_text("World's Fair")
    network.bytes_a_second = 8000
    for event in list(telling(FAITHFUL, piece=6))[20:]:
        stage.put(event)
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=20_000)
    assert text(page) == straight(stage, opened)


def test_o4_a_silent_connection_is_given_up_and_made_anew(
    stage: Stage, network: BreakableProxy, opened: Opened
) -> None:
    half(stage)
    page = opened("about:blank", quiet=True)
    page.clock.install()
    made: list[str] = []
    page.on("request", lambda request: made.append(request.url) if "/paint" in request.url else None)
    page.goto(through(stage, network))
    expect(page.locator(".text")).to_contain_text("World's Fair")
    page.clock.run_for(500)
    network.mode = "stall"
    rest(stage)
    page.clock.run_for(20_000)
    expect(page.locator(".net")).to_be_hidden()
    page.clock.run_for(8_000)
    expect(page.locator(".net")).to_contain_text("The server has been silent. Reconnecting.")
    until = time.monotonic() + 30
    while len(made) < 2:
        assert time.monotonic() < until, "the old connection is waited for"
        page.wait_for_timeout(50)
    network.mode = "pass"
    page.clock.resume()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert text(page) == straight(stage, opened)


def test_o6_an_answer_that_the_server_lost_says_interrupted_and_keeps_its_text(stage: Stage, opened: Opened) -> None:
    half(stage)
    page = opened(stage.url)
    expect(page.locator(".text")).to_contain_text("World's Fair")
    lost = Problem(type="interrupted", title="The answer was cut off", detail="pincite was shut down", hint="ask again")
    stage.put(Failed(problem=lost), finish(Status.INTERRUPTED))
    expect(page.locator(".banner.interrupted")).to_contain_text("Interrupted.")
    expect(page.locator(".text")).to_contain_text("World's Fair")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_o7_a_finished_answer_holds_no_connection(served: Served, stage: Stage, opened: Opened) -> None:
    streams = served.server.app.state.door.streams
    half(stage)
    before = streams.open
    page = opened(stage.url)
    assert come_to(streams, before + 1, page)
    rest(stage)
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert come_to(streams, before, page)
    made: list[str] = []
    page.on("request", lambda request: made.append(request.url) if "/paint" in request.url else None)
    page.reload()
    expect(page.locator(".text")).to_contain_text("World's Fair")
    page.locator("#question").fill("The page's scripts are at work.")
    assert (made, streams.open) == ([], before)


def come_to(streams: Streams, count: int, page: Page) -> bool:
    """The text is on the page before its stream is open, and gone from it after that is closed."""
    until = time.monotonic() + 30
    while streams.open != count:
        if time.monotonic() > until:
            return False
        page.wait_for_timeout(50)
    return True


def test_o7_a_tab_that_is_hidden_for_long_gives_its_connection_back_and_is_whole_on_return(
    served: Served, stage: Stage, opened: Opened
) -> None:
    streams = served.server.app.state.door.streams
    half(stage)
    before = streams.open
    page = opened("about:blank", quiet=True)
    page.clock.install()
    page.goto(stage.url)
    assert come_to(streams, before + 1, page)
    hide = """hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange')); }"""
    page.evaluate(hide, True)
    page.clock.run_for(20_000)
    assert streams.open == before + 1
    page.clock.run_for(11_000)
    assert come_to(streams, before, page)
    rest(stage)
    page.clock.resume()
    page.evaluate(hide, False)
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert text(page) == straight(stage, opened)
    assert come_to(streams, before, page)


def test_an_offline_reader_is_told_that_the_answer_goes_on(stage: Stage, opened: Opened) -> None:
    half(stage)
    page = opened(stage.url, quiet=True)
    expect(page.locator(".text")).to_contain_text("World's Fair")
    page.context.set_offline(True)
    expect(page.locator(".net")).to_contain_text(re.compile("offline"))
    page.context.set_offline(False)
    rest(stage)
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    expect(page.locator(".net")).to_be_hidden()
