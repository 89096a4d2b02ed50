"""The page before a model that really writes: picking it, stopping it, and what is shown when it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import Opened
from tests.web.conftest import Served

from pincite.testing.model_server import ModelServer


@pytest.fixture
def paced(model: ModelServer) -> Iterator[ModelServer]:
    """The model at a reader's pace."""
    model.rate, model.first_s, model.mode = 20.0, 0.2, ""
    yield model
    model.rate, model.first_s, model.mode = 0.0, 0.0, ""


def ask(page: Page, name: str, text: str) -> None:
    page.click(".writers summary")
    page.locator(".model", has_text=name).first.click()
    page.fill("#question", text)
    page.click(".send")
    expect(page).to_have_url(re.compile(r"/t/"))


def test_a6_the_picked_model_writes_and_is_remembered(served: Served, paced: ModelServer, opened: Opened) -> None:
    page = opened(served.url)
    ask(page, "words", "How do plants breathe?")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=20_000)
    expect(page.locator(".text")).to_contain_text("completed in 1889")
    expect(page.locator(".details summary")).to_contain_text("words")
    expect(page.locator(".writers .picked")).to_have_text("words")


def test_a6_a_model_that_was_used_shows_its_speed_and_others_none(
    served: Served, paced: ModelServer, opened: Opened
) -> None:
    page = opened(served.url)
    ask(page, "words", "How do plants breathe?")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=20_000)
    page.goto(served.url)
    page.click(".writers summary")
    speed = page.locator(".model", has_text="words").first.locator(".model-facts")
    expect(speed).to_have_text(re.compile(r"· free · about \d+(\.\d)? tokens a second$"))
    for other in ("sources", "Quotes only"):
        expect(page.locator(".model", has_text=other).first).not_to_contain_text("tokens a second")


def test_h5_the_instant_answer_is_a_card_while_a_model_writes_and_no_other_card_comes(
    served: Served, paced: ModelServer, opened: Opened
) -> None:
    paced.rate = 5
    page = opened(served.url)
    ask(page, "words", "How tall is the Eiffel Tower?")
    expect(page.locator(".card")).to_contain_text("330")
    expect(page.locator(".answer")).to_have_attribute("data-status", "running")
    page.click(".stop")
    expect(page.locator(".card")).to_have_count(1)
    paced.rate = 0
    page.goto(served.url)
    ask(page, "words", "Write a song about the weather in Paris")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=20_000)
    expect(page.locator(".card")).to_have_count(0)


@pytest.mark.parametrize("how", ["button", "escape"])
def test_a11_stopping_keeps_the_text_and_says_stopped(
    served: Served, paced: ModelServer, opened: Opened, how: str
) -> None:
    paced.rate = 5
    page = opened(served.url)
    ask(page, "words", "How do plants breathe?")
    expect(page.locator(".tail, .block").filter(has_text="completed").first).to_be_visible(timeout=15_000)
    if how == "button":
        page.click(".stop")
    else:
        page.keyboard.press("Escape")
    expect(page.locator(".answer")).to_have_attribute("data-status", "stopped")
    expect(page.locator(".banner.stopped")).to_contain_text("Stopped.")
    expect(page.locator(".text")).to_contain_text("completed")
    expect(page.locator(".send")).to_be_visible()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_a11_stopping_works_before_the_scripts_of_answers_are_there(
    served: Served, paced: ModelServer, opened: Opened, how: str
) -> None:
    paced.rate = 2
    page = opened(served.url, quiet=True)
    withheld: list[Route] = []
    page.route(re.compile(r"/answers\.js"), lambda route: withheld.append(route))
    ask(page, "words", "How do plants breathe?")
    page.wait_for_timeout(1000)  # the other scripts are there
    if how == "button":
        page.locator(".stop").click(no_wait_after=True)
    else:
        page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    page.unroute_all(behavior="ignoreErrors")
    page.goto(page.url.split("#")[0])
    expect(page.locator(".answer")).to_have_attribute("data-status", "stopped")


def test_a11_stopping_works_without_scripts(served: Served, paced: ModelServer, opened: Opened) -> None:
    paced.rate = 2
    page = opened(served.url, java_script_enabled=False)
    ask(page, "words", "How do plants breathe?")
    page.click(".stop")
    expect(page.locator(".answer")).to_have_attribute("data-status", "stopped")


def test_b7_a_model_that_refuses_still_gives_an_answer_and_the_page_says_why(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    ask(page, "401", "How do plants breathe?")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=20_000)
    expect(page.locator(".answer .banner.notice")).to_contain_text("The model's key was refused")
    expect(page.locator(".text")).not_to_be_empty()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_a12_stop_stops_the_answer_that_is_written_and_then_the_one_that_waited(
    served: Served, paced: ModelServer, opened: Opened, how: str
) -> None:
    paced.rate = 5
    page = opened(served.url)

    def stop() -> None:
        if how == "escape":
            page.keyboard.press("Escape")
        else:
            page.click(".stop")

    ask(page, "words", "How do plants breathe?")
    expect(page.locator("#a1 .text")).to_contain_text("completed", timeout=15_000)
    page.fill("#question", "How tall is the Eiffel Tower?")
    page.press("#question", "Enter")
    expect(page.locator("#a2 .state")).to_contain_text("Waiting for the answer before this one")
    stop()
    expect(page.locator("#a1")).to_have_attribute("data-status", "stopped")
    expect(page.locator("#a1 .banner.stopped")).to_have_text(re.compile("What was written is kept"))
    expect(page.locator("#a2")).to_have_attribute("data-status", "running")
    stop()
    expect(page.locator("#a2")).to_have_attribute("data-status", "stopped")
    expect(page.locator(".send")).to_be_visible()


def test_a12_a_question_that_is_stopped_while_it_waits_says_that_nothing_was_written(
    served: Served, paced: ModelServer, opened: Opened
) -> None:
    paced.rate = 5
    page = opened(served.url)
    ask(page, "words", "How do plants breathe?")
    page.fill("#question", "How tall is the Eiffel Tower?")
    page.press("#question", "Enter")
    expect(page.locator("#a2 .state")).to_contain_text("Waiting for the answer before this one")
    waiting = page.locator("#a2").get_attribute("data-answer")
    with served.client() as client:
        client.post(f"/api/answers/{waiting}/stop")
    expect(page.locator("#a2 .banner.stopped")).to_contain_text("You stopped this before anything was written.")
    expect(page.locator("#a1")).to_have_attribute("data-status", "running")
    page.click(".stop")
    expect(page.locator("#a1")).to_have_attribute("data-status", "stopped")


def test_a12_a_question_typed_while_one_is_answered_waits_and_is_shown(
    served: Served, paced: ModelServer, opened: Opened
) -> None:
    page = opened(served.url)
    ask(page, "words", "How tall is the Eiffel Tower?")
    expect(page.locator("#a1")).to_have_attribute("data-status", "running")
    expect(page.locator(".send")).to_be_hidden()
    page.fill("#question", "How old is it?")
    expect(page.locator(".send")).to_be_visible()
    expect(page.locator(".stop")).to_be_visible()
    page.press("#question", "Enter")
    expect(page.locator("#a2-q")).to_have_text("How old is it?")
    expect(page.locator("#a2 .state, #a2 .details").first).to_be_visible()
    for turn in ("#a1", "#a2"):
        expect(page.locator(turn)).to_have_attribute("data-status", "answered", timeout=30_000)
