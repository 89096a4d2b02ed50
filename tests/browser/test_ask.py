"""The ask box, row by row of the acceptance list (A)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Opened
from tests.browser.stage import Stage
from tests.browser.test_files import violations
from tests.web.conftest import Served


def threads(served: Served) -> int:
    return len(served.run(served.engine.library.threads(limit=200)))


def test_a1_the_box_is_ready_on_the_home_page_with_a_mouse_but_not_with_touch(served: Served, opened: Opened) -> None:
    expect(opened(served.url).locator("#question")).to_be_focused()
    expect(opened(served.url, has_touch=True, is_mobile=True).locator("#question")).not_to_be_focused()


def test_a1_q_prefills_and_search_asks_at_once(served: Served, opened: Opened) -> None:
    expect(opened(f"{served.url}/?q=How+old").locator("#question")).to_have_value("How old")
    page = opened(f"{served.url}/search?q=How+do+plants+breathe%3F")
    expect(page).to_have_url(re.compile(r"/t/[^/]+#a1$"))
    expect(page.locator("h1")).to_have_text("How do plants breathe?")


def test_a1_asking_works_without_scripts(served: Served, opened: Opened) -> None:
    page = opened(served.url, java_script_enabled=False)
    page.fill("#question", "How do plants breathe?")
    page.click(".send")
    expect(page).to_have_url(re.compile(r"/t/"))
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=15_000)
    expect(page.locator(".text")).not_to_be_empty()


def test_a2_enter_sends_and_shift_enter_makes_a_line(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    box = page.locator("#question")
    box.press_sequentially("one")
    before = box.bounding_box()
    for _ in range(3):
        box.press("Shift+Enter")
    box.press_sequentially("two")
    expect(box).to_have_value("one\n\n\ntwo")
    after = box.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"]
    box.fill("line\n" * 60)
    high = box.bounding_box()
    assert high
    assert high["height"] <= 0.41 * 800
    box.fill("What is a tower?")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/t/"))


def test_a2_ctrl_enter_sends_where_that_is_chosen(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/settings")
    page.check("[name=send][value=ctrl]")
    page.click(".settings .send")
    page.goto(served.url)
    page.fill("#question", "What is a tower?")
    page.press("#question", "Enter")
    expect(page.locator("#question")).to_have_value("What is a tower?\n")
    page.press("#question", "Control+Enter")
    expect(page).to_have_url(re.compile(r"/t/"))


def test_a3_enter_while_composing_never_sends(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    before = threads(served)
    page.focus("#question")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
    for init in ("{key:'Enter', isComposing:true}", "{key:'Enter', keyCode:229}"):
        page.evaluate(
            f"document.getElementById('question').dispatchEvent("
            f"new KeyboardEvent('keydown', Object.assign({{bubbles:true, cancelable:true}}, {init})));0"
        )
    session.send("Input.insertText", {"text": "你好吗"})
    expect(page.locator("#question")).to_have_value("你好吗")
    assert threads(served) == before
    page.press("#question", "Enter")
    expect(page).to_have_url(re.compile(r"/t/"))


def test_a4_blank_is_not_sent(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    before = threads(served)
    page.fill("#question", "  \n ")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.press("#question", "Enter")
    page.click(".send")
    expect(page.locator("#question")).to_be_focused()
    page.fill("#question", "What is asked after a blank?")
    page.press("#question", "Enter")
    expect(page.locator("h1")).to_have_text("What is asked after a blank?")
    assert sent == [f"{served.url}/ask"]
    assert threads(served) == before + 1


def test_a4_a_double_click_sends_once(served: Served, opened: Opened) -> None:
    before = threads(served)
    page = opened(served.url)
    page.fill("#question", "What is asked once?")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.dblclick(".send", no_wait_after=True)
    expect(page).to_have_url(re.compile(r"/t/"))
    assert sent == [f"{served.url}/ask"]
    assert threads(served) == before + 1


def test_a4_a_form_sent_twice_without_scripts_is_one_question(served: Served) -> None:
    with served.client(follow_redirects=False) as client:
        form = {"text": "What is sent twice?", "key": "k" * 32}
        places = {client.post("/ask", data=form).headers["location"] for _ in range(2)}
    assert len(places) == 1


def test_a4_a_draft_survives_a_reload_and_goes_when_it_is_sent(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    page.fill("#question", "How do plants")
    page.reload()
    expect(page.locator("#question")).to_have_value("How do plants")
    page.press("#question", "Enter")
    expect(page).to_have_url(re.compile(r"/t/"))
    expect(page.locator("#question")).to_have_value("")
    page.goto(served.url)
    expect(page.locator("#question")).to_have_value("")


def test_a4_a_draft_stays_when_its_question_is_refused(served: Served, opened: Opened) -> None:
    page = opened(served.url, quiet=True)
    page.fill("#question", "???")
    page.press("#question", "Enter")
    expect(page.get_by_role("heading")).to_contain_text("not a question")
    page.get_by_role("link", name="Ask a question").click()
    expect(page.locator("#question")).to_have_value("???")


def test_a5_a_focus_is_picked_by_keyboard_and_says_who_sees_the_question(served: Served, opened: Opened) -> None:
    page = opened(served.url, viewport={"width": 390, "height": 800})
    page.focus(".places > summary")
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Where to look")
    expect(group).to_be_visible()
    expect(group).to_contain_text("your question goes to OpenAlex, arXiv, Semantic Scholar and PubMed")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.focus("[name=focus][value=index]")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".places .picked")).to_have_text("Web")
    page.keyboard.press("Escape")
    expect(group).to_be_hidden()
    expect(page.locator(".places > summary")).to_be_focused()


SIZES = ((320, 640), (390, 500), (480, 640), (600, 700), (640, 430), (768, 1024), (900, 420), (1280, 600), (1400, 800))


@pytest.mark.parametrize("where", ["home", "thread"])
def test_a5_no_menu_of_the_box_leaves_the_window(served: Served, stage: Stage, opened: Opened, where: str) -> None:
    stage.whole()
    page = opened(stage.url if where == "thread" else served.url)
    page.locator("#question").fill("A draft\n" * 3)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for name in ("places", "writers", "modes"):
            page.evaluate("() => scrollTo(0, 0)")
            page.focus("#question")
            page.locator(f".{name} > summary").click()
            menu = page.locator(f".{name} > fieldset")
            expect(menu).to_be_in_viewport(ratio=1)
            if name == "writers":
                menu.locator(".locked-models summary").click()
                expect(menu).to_be_in_viewport(ratio=1)
                menu.locator(".locked-models summary").click()
            page.keyboard.press("Escape")
            expect(menu).to_be_hidden()


def test_a5_tab_completes_a_focus_at_the_beginning_and_leaves_the_box_otherwise(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    page.fill("#question", "@wiki")
    page.press("#question", "Tab")
    expect(page.locator("#question")).to_have_value("@wikipedia ")
    page.fill("#question", "@w")
    page.press("#question", "Tab")
    expect(page.locator("#question")).to_have_value("@w")
    expect(page.locator("#question")).not_to_be_focused()


def test_a6_models_are_picked_by_name_with_who_runs_them_and_why_one_is_locked(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    page.focus(".writers summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Who writes the answer")).to_be_visible()
    labels = page.locator(".model").all_inner_texts()
    assert any("Quotes only" in label and "runs on this machine" in label and "free" in label for label in labels)
    page.locator(".locked-models summary").click()
    locked = page.locator(".model.locked")
    expect(locked.first).to_contain_text("locked:")
    expect(locked.first.locator("input")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Who writes the answer")).to_be_hidden()
    expect(page.locator(".writers > summary")).to_be_focused()


def test_a10_own_titles_and_threads_are_suggested_and_worked_by_keyboard(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    box, options = page.locator("#question"), page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    box.press_sequentially("eiff")
    expect(options.filter(has_text="Eiffel Tower").first).to_be_visible()
    expect(box).to_be_focused()
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    assert violations(page) == []
    box.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    wanted = options.last.inner_text()
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value(wanted)
    expect(page).to_have_url(f"{served.url}/")
    expect(options).to_have_count(0)
    box.fill("eif")
    expect(options.first).to_be_visible()
    box.press("Escape")
    expect(options).to_have_count(0)
    box.fill("eiffe")
    expect(options.first).to_be_visible()
    box.press("Enter")
    expect(page.locator("#a1-q")).to_have_text("eiffe")


def test_a11_while_answering_the_button_stops_and_says_so(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    stage.write("Half of it")
    page = opened(stage.url)
    expect(page.locator(".stop")).to_be_visible()
    expect(page.locator(".send")).to_be_hidden()
    stage.end()
    expect(page.locator(".send")).to_be_visible()
    expect(page.locator(".stop")).to_be_hidden()


def test_a13_the_examples_can_be_answered(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    examples = page.locator(".examples button")
    expect(examples).to_have_count(3)
    text = examples.first.inner_text()
    examples.first.click()
    expect(page.locator("h1")).to_have_text(text)
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=15_000)
    assert page.locator(".source").count() > 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a13_an_example_is_asked_as_the_box_is_set_and_what_was_typed_stays(
    served: Served, opened: Opened, scripts: bool
) -> None:
    page = opened(served.url, java_script_enabled=scripts)
    page.fill("#question", "half a thought")
    page.locator(".modes summary").click()
    page.get_by_role("radio", name="Copilot").check()
    page.locator(".modes summary").click()
    page.get_by_label("Temporary").check()
    text = page.locator(".examples button").first.inner_text()
    page.locator(".examples button").first.click()
    expect(page.locator("h1")).to_have_text(text)
    expect(page).to_have_title("Temporary thread · pincite")
    thread_id = page.url.split("/t/")[1].partition("#")[0]
    library = served.engine.library_of(thread_id)
    (answer,) = served.run(library.answers(thread_id))
    assert (answer.question.mode, answer.question.temporary) == ("copilot", True)
    if scripts:
        page.goto(served.url)
        expect(page.locator("#question")).to_have_value("half a thought")
