"""The keyboard, row by row of the acceptance list (L)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import Stage
from tests.web.conftest import Served

FOCUSED = "() => document.activeElement.id"


@pytest.fixture
def thread(stage: Stage, opened: Opened) -> Page:
    """A thread of two answers, read from its beginning."""
    stage.whole()
    stage.whole(text="And who designed it?")
    return opened(stage.url, permissions=["clipboard-read", "clipboard-write"])


def test_l1_single_keys_go_to_the_box_leaf_through_answers_copy_and_show_themselves(thread: Page) -> None:
    thread.keyboard.press("j")
    assert thread.evaluate(FOCUSED) == "a2-q"
    thread.keyboard.press("k")
    assert thread.evaluate(FOCUSED) == "a1-q"
    thread.keyboard.press("c")
    expect(thread.get_by_role("status")).to_have_text("Copied")
    assert "330 metres" in thread.evaluate("() => navigator.clipboard.readText()")
    thread.keyboard.press("?")
    expect(thread.locator("#sheet")).to_be_visible()
    thread.keyboard.press("Escape")
    expect(thread.locator("#sheet")).to_be_hidden()
    thread.keyboard.press("/")
    assert thread.evaluate(FOCUSED) == "question"


def test_l1_g_and_l_lead_to_the_threads_and_n_to_a_new_question(thread: Page, served: Served) -> None:
    thread.keyboard.press("l")
    thread.keyboard.press("g")
    thread.keyboard.press("l")
    expect(thread).to_have_url(f"{served.url}/threads")
    thread.keyboard.press("n")
    expect(thread).to_have_url(f"{served.url}/")


def test_l1_the_palette_finds_threads_picks_a_place_and_gives_the_focus_back(
    stage: Stage, thread: Page, served: Served
) -> None:
    thread.focus("#question")
    thread.keyboard.press("Control+k")
    expect(thread.get_by_role("combobox", name="Find or do")).to_be_focused()
    thread.keyboard.type("my index")
    expect(thread.locator("#palette").get_by_role("option").first).to_have_text("Look in: My index")
    thread.keyboard.press("Enter")
    expect(thread.locator("#palette")).to_be_hidden()
    assert thread.evaluate(FOCUSED) == "question"
    assert thread.locator("[name=focus][value=index]").is_checked()
    thread.keyboard.press("Control+k")
    thread.keyboard.press("Escape")
    assert thread.evaluate(FOCUSED) == "question"
    thread.keyboard.press("Control+k")
    thread.keyboard.type("eiffel")
    expect(thread.locator("#palette").get_by_role("option").first).to_contain_text("Eiffel Tower")
    thread.keyboard.press("ArrowDown")
    thread.keyboard.press("ArrowUp")
    thread.keyboard.press("Enter")
    expect(thread).to_have_url(re.compile(r"/t/\w+$"))


def test_l1_the_palette_changes_the_colours_for_good(thread: Page) -> None:
    with thread.expect_response("**/preferences"):
        thread.keyboard.press("Control+k")
        thread.keyboard.type("dark")
        expect(thread.locator("#palette").get_by_role("option").first).to_have_text("Colours: dark")
        thread.keyboard.press("Enter")
    assert thread.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"
    thread.reload()
    expect(thread.locator("html")).to_have_attribute("data-theme", "dark")


def test_l2_single_keys_never_act_in_a_field_and_can_be_switched_off(thread: Page, served: Served) -> None:
    thread.focus("#question")
    thread.keyboard.type("n/j?gl")
    expect(thread.locator("#question")).to_have_value("n/j?gl")
    thread.goto(f"{served.url}/settings")
    thread.check("[name=keys][value=off]")
    thread.click(".settings .send")
    expect(thread.get_by_text("Kept in this browser.")).to_be_focused()
    expect(thread.locator("[name=keys][value=off]")).to_be_checked()
    thread.locator("h1").click()
    thread.keyboard.press("?")
    thread.keyboard.press("n")
    thread.keyboard.press("Control+k")
    expect(thread.locator("#palette")).to_be_visible()
    assert not thread.locator("#sheet").is_visible()


def test_l3_the_keys_of_the_browser_are_left_to_it(thread: Page) -> None:
    """Each is sent as the browser sends it, and nobody takes it."""
    taken = thread.evaluate(
        """() => [...'rltwfp.'].flatMap((key) => [{ctrlKey: true}, {metaKey: true}].map((held) =>
          [key, document.body.dispatchEvent(
            new KeyboardEvent('keydown', {key, ...held, bubbles: true, cancelable: true}))]))
          .filter(([, left]) => !left).map(([key]) => key)"""
    )
    assert taken == []


def test_l4_tab_reaches_everything_in_reading_order_with_a_ring_that_is_seen(thread: Page) -> None:
    seen: list[str] = []
    for _ in range(200):
        thread.keyboard.press("Tab")
        at = thread.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              const ring = parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none';
              const box = e.closest('.ask') && getComputedStyle(e.closest('.ask')).boxShadow !== 'none';
              e.dataset.at ??= Math.random(); return [e.dataset.at, e.tagName, ring || !!box]; }"""
        )
        if at[1] == "BODY" or at[0] in seen:
            break
        seen.append(at[0])
        assert at[2], thread.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
    reached = len(seen)
    wanted = thread.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, textarea, select, summary, [tabindex="0"]')]
          .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled).length"""
    )
    assert reached >= wanted


def test_l4_after_asking_the_focus_is_at_the_question(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    page.fill("#question", "What is a tower?")
    page.press("#question", "Enter")
    expect(page).to_have_url(re.compile(r"/t/"))
    expect(page.locator("#a1-q")).to_be_focused()
