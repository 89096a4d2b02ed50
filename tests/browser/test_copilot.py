"""The copilot on the page, row by row of the acceptance list (A7, F1 to F4), with nothing but a keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import FORM, Stage
from tests.browser.test_look import PHONE, violations
from tests.web.conftest import Served

from pincite.events import Stepped

SHOTS = os.environ.get("SCREENSHOTS_TO")
"""A folder for pictures of what is tested here, for whoever wants to look."""
ANSWERED_MS = 60_000
"""The real engine answers a reply; on a busy machine it takes its time."""


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def waiting(stage: Stage) -> None:
    stage.ask_back()


def replied(stage: Stage) -> None:
    form = stage.ask_back()
    stage.replied(form, "The Tokyo Tower; Height", which=("tokyo",), what=("height",))


def searching(stage: Stage) -> None:
    stage.begin(mode="copilot")
    stage.put(Stepped(step="research", detail="searched “the tower”: 6 passages", ms=120))


STATES: dict[str, Callable[[Stage], None]] = {"waiting": waiting, "replied": replied, "searching": searching}


def test_a7_quick_or_copilot_is_picked_by_keyboard_said_in_words_and_kept(served: Served, opened: Opened) -> None:
    page = opened(served.url, viewport={"width": 390, "height": 800})
    picked = page.locator(".modes .picked")
    expect(picked).to_have_text("Quick")
    page.focus(".modes > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="How it is answered")).to_be_visible()
    shot(page, "modes")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.focus("[name=mode][value=quick]")
    page.keyboard.press("ArrowDown")
    expect(picked).to_have_text("Copilot")
    page.keyboard.press("Escape")
    expect(page.locator(".modes > summary")).to_be_focused()
    page.fill("#question", "How tall is the Eiffel Tower?")
    page.press("#question", "Enter")
    page.wait_for_url(re.compile("/t/"))
    expect(page.locator(".modes .picked")).to_have_text("Copilot")
    page.goto(f"{served.url}/settings")
    expect(page.locator("[name=mode][value=copilot]")).to_be_checked()


def test_f1_a_form_comes_while_one_looks_and_is_answered_by_keyboard(stage: Stage, opened: Opened) -> None:
    stage.begin(model=None, mode="copilot")
    page = opened(stage.url)
    expect(page.locator(".state")).to_contain_text("Searching")
    stage.ask()
    form = page.get_by_role("form", name=FORM.text)
    expect(form).to_be_visible()
    assert form.get_by_role("group").count() == 2
    expect(form.get_by_role("radio", name="The Eiffel Tower")).to_be_checked()
    expect(form).to_contain_text("recommended")
    expect(page.get_by_role("status").last).to_have_text(f"Waiting for you: {FORM.text}")
    page.locator("#a1 .question").focus()
    page.keyboard.press("2")
    expect(form.get_by_role("radio", name="The Tokyo Tower")).to_be_checked()
    page.keyboard.press("3")
    page.keyboard.press("4")
    page.keyboard.press("3")
    expect(form.get_by_role("checkbox", name="History")).to_be_checked()
    expect(form.get_by_role("checkbox", name="Height")).not_to_be_checked()
    other = form.get_by_role("textbox", name="Something else")
    other.fill("1 in Blackpool")
    expect(form.get_by_role("radio", name="The Tokyo Tower")).not_to_be_checked()
    page.keyboard.press("1")
    expect(other).to_have_value("1 in Blackpool1")  # numbers are words where words are typed
    other.press("Enter")
    expect(page.locator(".replied")).to_contain_text("Tower: 1 in Blackpool1; What matters to you: History")
    expect(page.locator("form.clarify:visible")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "nojs"])
def test_f1_skip_and_f2_edit_work_with_and_without_scripts(stage: Stage, opened: Opened, scripts: bool) -> None:
    stage.ask_back(text="How tall is the Eiffel Tower?")
    page = opened(stage.url, java_script_enabled=scripts)
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(".replied")).to_contain_text("Skipped; assumed: The Eiffel Tower")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=ANSWERED_MS)
    page.locator(".replied summary").click()
    form = page.get_by_role("form", name=FORM.text)
    expect(form.get_by_role("radio", name="The Eiffel Tower")).to_be_checked()
    form.get_by_role("radio", name="The Tokyo Tower").check()
    form.get_by_role("button", name="Continue").click()
    expect(page.locator(".replied")).to_contain_text("Tower: The Tokyo Tower")
    expect(page.locator(".versions")).to_contain_text("Version 2 of 2")
    assert page.locator("article").count() == 1


def test_f2_an_answered_form_is_one_line_with_what_was_chosen(stage: Stage, opened: Opened) -> None:
    replied(stage)
    page = opened(stage.url)
    expect(page.locator(".replied > p")).to_have_text("Tower: The Tokyo Tower; What matters to you: Height")
    expect(page.locator(".versions")).to_have_count(0)
    expect(page.locator("form.clarify")).to_be_hidden()
    page.locator(".replied summary").click()
    shot(page, "edit")
    expect(page.get_by_role("radio", name="The Tokyo Tower")).to_be_checked()
    page.locator("#a1 .question").focus()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="The Eiffel Tower")).to_be_checked()


def test_f3_steps_unfold_while_searching_fold_with_the_text_and_stay_as_the_reader_wants(
    stage: Stage, opened: Opened
) -> None:
    stage.begin(mode="copilot")
    pages = [opened(stage.url), opened(stage.url)]
    stage.put(
        Stepped(step="research", detail="searched “height”: 6 passages", ms=120),
        Stepped(step="research", detail="wikipedia: timed out after 2.0 s, went on without it", ms=2000),
    )
    for page in pages:
        expect(page.locator(".trace li").last).to_be_visible()
        expect(page.locator(".trace li")).to_contain_text(["one search", "6 passages", "timed out after 2.0 s"])
        expect(page.locator(".trace li").nth(2)).to_contain_text("2.0 s")
        expect(page.get_by_role("button", name="Answer now")).to_be_visible()
    left, read = pages
    read.locator(".trace > summary").focus()
    read.keyboard.press("Enter")
    expect(read.locator(".trace li").last).to_be_hidden()
    read.keyboard.press("Enter")
    expect(read.locator(".trace li").last).to_be_visible()
    stage.found()
    expect(read.locator(".trace > summary")).to_be_focused()  # the list grew; the focus stayed where it was
    stage.write("The tower")
    for page in pages:
        expect(page.locator(".state .words")).to_have_text("Writing the answer")
        expect(page.get_by_role("button", name="Answer now")).to_have_count(0)
    expect(left.locator(".trace li").last).to_be_hidden()
    expect(read.locator(".trace li").last).to_be_visible()
    stage.end()
    expect(left.locator(".details .steps")).to_be_hidden()
    expect(read.locator(".details .steps")).to_be_visible()


def test_f4_a_form_is_still_there_after_a_reload_with_what_was_picked_left_to_pick(
    stage: Stage, opened: Opened
) -> None:
    stage.ask_back()
    page = opened(stage.url)
    first = page.locator("form.clarify").inner_html()
    page.reload()
    assert page.locator("form.clarify").inner_html() == first
    expect(page.locator(".details summary")).to_contain_text("Waiting for you")


def test_f4_a_share_shows_the_form_to_be_read(served: Served, stage: Stage, opened: Opened) -> None:
    stage.ask_back()
    with served.client() as client:
        client.post(f"/t/{stage.thread_id}/share", data={"visibility": "link", "files": "true"})
        address = re.search(r'value="([^"]*/share/[^"]+)"', client.get(f"/t/{stage.thread_id}/share").text)
    assert address
    page = opened(address[1])
    expect(page.locator(".clarify")).to_contain_text("The Tokyo Tower")
    assert page.locator(".clarify :is(input, button)").count() == 0
    shot(page, "share")


def test_f4_who_is_second_is_told_what_was_said_first(stage: Stage, opened: Opened) -> None:
    stage.ask_back(text="How tall is the Eiffel Tower?")
    first, second = opened(stage.url), opened(stage.url, quiet=True, java_script_enabled=False)
    first.get_by_role("button", name="Continue").click()
    expect(first.locator(".replied")).to_contain_text("The Eiffel Tower")
    second.get_by_role("radio", name="The Tokyo Tower").check()
    second.get_by_role("button", name="Continue").click()
    expect(second.locator("main")).to_contain_text("has been answered with 'The Eiffel Tower'")


def test_f4_who_looks_at_a_form_sees_live_what_another_has_chosen_and_keeps_what_was_typed(
    stage: Stage, opened: Opened
) -> None:
    stage.ask_back(text="How tall is the Eiffel Tower?")
    first, second = opened(stage.url), opened(stage.url)
    typed = second.get_by_role("textbox", name="Something else")
    typed.fill("the one in Blackpool")
    first.get_by_role("radio", name="The Tokyo Tower").check()
    first.get_by_role("button", name="Continue").click()
    expect(second.locator("#a1 .replied")).to_contain_text("The Tokyo Tower")
    expect(second.locator("#a1")).not_to_have_attribute("data-status", "waiting")
    expect(second.locator("#a1")).to_have_attribute("data-status", "answered", timeout=60_000)
    expect(second.locator("#question")).to_have_value("the one in Blackpool")
    expect(second.locator("#question")).to_be_focused()
    expect(second.locator(".changed")).to_be_hidden()
    assert second.locator("#a1 .blocks").inner_html() == first.locator("#a1 .blocks").inner_html()


def test_f4_a_form_answered_while_nobody_saw_the_page_is_shown_as_answered_on_return(
    stage: Stage, opened: Opened
) -> None:
    form = stage.ask_back(text="How tall is the Eiffel Tower?")
    page = opened(stage.url)
    hide = (
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); "
        "document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(hide, True)
    stage.replied(form, "The Tokyo Tower", which=("tokyo",))
    expect(page.locator("form.clarify")).to_be_visible()
    page.evaluate(hide, False)
    expect(page.locator("#a1 .replied")).to_contain_text("The Tokyo Tower")
    expect(page.locator("#a1 .text")).to_contain_text("330 metres")


@pytest.mark.parametrize("name", STATES)
def test_p1_axe_finds_nothing_where_a_copilot_is_at_work(stage: Stage, opened: Opened, name: str) -> None:
    STATES[name](stage)
    page = opened(stage.url, bypass_csp=True)
    if name == "replied":
        page.locator(".replied summary").click()
    assert violations(page) == []
    shot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")
    shot(page, f"{name}-light")


def test_n1_a_form_fits_a_phone(stage: Stage, opened: Opened) -> None:
    stage.ask_back()
    page = opened(stage.url, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = page.locator("form.clarify :is(.choice, .other input, button)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    shot(page, "waiting-phone")
