"""Follow-ups, threads and their list, row by row of the acceptance list (E), and the pages around them."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Opened
from tests.browser.stage import FAITHFUL, FOLLOW_UPS, Stage
from tests.web.conftest import Served

from pincite.types import Actor, Status, Verdict


def test_e1_a_follow_up_is_asked_at_the_foot(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    expect(page.locator(".dock")).to_be_in_viewport()
    page.fill("#question", "How do plants breathe?")
    page.press("#question", "Enter")
    expect(page).to_have_url(re.compile(r"#a2$"))
    expect(page.locator("#a2 h2.question")).to_be_focused()
    expect(page.locator("#a2")).to_have_attribute("data-status", "answered", timeout=15_000)
    assert len(served.run(served.engine.library.answers(stage.thread_id))) == 2


def test_e1_a_follow_up_works_without_scripts(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url, java_script_enabled=False)
    page.fill("#question", "How do plants breathe?")
    page.click(".send")
    expect(page.locator("#a2")).to_have_attribute("data-status", "answered", timeout=15_000)


def test_e2_a_related_question_is_asked_with_a_click(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    expect(page.locator(".related button")).to_have_text(list(FOLLOW_UPS))
    page.locator(".related button").nth(1).click()
    expect(page.locator("#a2 .question")).to_have_text(FOLLOW_UPS[1])


def test_e2_alt_and_a_click_put_a_related_question_into_the_box(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    page.locator(".related button").nth(1).click(modifiers=["Alt"])
    expect(page.locator("#question")).to_have_value(FOLLOW_UPS[1])
    expect(page.locator("#question")).to_be_focused()
    assert "#a2" not in page.url


def test_e2_a_failed_answer_suggests_nothing(stage: Stage, opened: Opened) -> None:
    stage.whole(status=Status.FAILED)
    page = opened(stage.url)
    expect(page.locator(".related")).to_have_count(0)


def test_e3_a_thread_has_an_outline_and_each_answer_its_own_address(stage: Stage, opened: Opened) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    page = opened(stage.url, viewport={"width": 1600, "height": 800})
    outline = page.get_by_role("navigation", name="Questions of this thread")
    expect(outline.get_by_role("link")).to_have_count(2)
    outline.get_by_role("link", name="And who designed it?").click()
    expect(page).to_have_url(re.compile("#a2$"))
    expect(page.locator("#a2 .question")).to_be_in_viewport()
    expect(outline.locator("[aria-current]")).to_have_text("And who designed it?")
    page.evaluate("() => scrollTo(0, 0)")
    expect(outline.locator("[aria-current]")).to_have_count(1)
    expect(outline.locator("[aria-current]")).not_to_have_text("And who designed it?")


ADA = Actor(id="ada", kind="person", name="Ada")


def test_e4_anothers_question_arrives_live_with_their_name_and_moves_no_reader(stage: Stage, opened: Opened) -> None:
    stage.whole((*FAITHFUL, ("\n\nMore. " * 60, (), Verdict.EXEMPT)))
    page = opened(stage.url)
    page.evaluate("() => scrollTo(0, 150)")
    page.wait_for_timeout(100)
    before = page.locator("#a1 .text").bounding_box()
    stage.begin("And who designed it?", asker=ADA)
    second = page.locator("#a2")
    expect(second.locator(".question")).to_have_text("And who designed it?")
    expect(second.locator(".asker")).to_have_text("Asked by Ada")
    expect(page.locator("#a1 .asker")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("New question: And who designed it?")
    expect(page.locator(".send")).to_be_visible()
    stage.found()
    stage.tell()
    expect(second.locator(".text")).to_contain_text("protested")
    stage.end()
    expect(second).to_have_attribute("data-status", "answered")
    expect(page.locator(".stop")).to_be_hidden()
    assert page.locator("#a1 .text").bounding_box() == before
    page.locator(".newest").click()
    expect(second.locator(".related")).to_be_in_viewport()
    live = second.inner_html()
    page.reload()
    assert "".join(second.inner_html().split()) == "".join(live.split())


def test_e4_anothers_running_answer_does_not_keep_me_from_asking(stage: Stage, opened: Opened) -> None:
    stage.begin(asker=ADA)
    page = opened(stage.url)
    expect(page.locator(".asker")).to_have_text("Asked by Ada")
    expect(page.locator(".send")).to_be_visible()
    expect(page.locator(".stop")).to_be_hidden()
    page.fill("#question", "How do plants breathe?")
    page.press("#question", "Enter")
    expect(page.locator("#a2 .question")).to_have_text("How do plants breathe?")


def test_e4_a_short_page_is_not_moved_either(stage: Stage, opened: Opened) -> None:
    stage.whole(FAITHFUL[:1])
    page = opened(stage.url)
    stage.begin("And who designed it?", asker=ADA)
    expect(page.locator("#a2")).to_have_attribute("aria-busy", "true")
    stage.found()
    stage.tell()
    stage.end()
    expect(page.locator("#a2")).to_have_attribute("data-status", "answered")
    assert page.evaluate("() => scrollY") == 0


def test_e4_what_another_client_asks_is_answered_on_the_open_page_and_can_be_worked_with(
    served: Served, stage: Stage, opened: Opened
) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    page = opened(stage.url, viewport={"width": 1600, "height": 800})
    with served.client() as client:
        asked = client.post("/api/ask", json={"text": "How do plants breathe?", "thread_id": stage.thread_id})
    assert asked.status_code == 202
    third = page.locator("#a3")
    expect(third).to_have_attribute("data-status", "answered", timeout=15_000)
    expect(page.locator(".outline a")).to_have_count(3)
    third.get_by_role("link", name="Edit question").click()
    expect(page.locator("#question")).to_have_value("How do plants breathe?")
    third.locator(".source").first.hover()
    third.get_by_role("button", name="Leave out").first.click()
    expect(page.locator("#a3 .versions")).to_contain_text("Version 2 of 2")


def test_e4_a_thread_holds_no_connection_while_nobody_sees_it(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)

    def come_to(count: int) -> bool:
        for _ in range(100):
            if served.server.app.state.watching.open == count:
                return True
            page.wait_for_timeout(50)
        return False

    seen = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    seen += " document.dispatchEvent(new Event('visibilitychange')); }"
    assert come_to(1)
    page.evaluate(seen, True)
    assert come_to(0)
    stage.whole(text="And who designed it?")
    page.evaluate(seen, False)
    expect(page.locator("#a2 .question")).to_have_text("And who designed it?")
    assert come_to(1)


def test_threads_are_listed_and_searched(stage: Stage, opened: Opened, served: Served) -> None:
    stage.whole(text="What does a zeppelin weigh?")
    page = opened(f"{served.url}/threads")
    expect(page.locator(".thread-list a").first).to_have_text("What does a zeppelin weigh?")
    page.fill("#find", "zeppelin")
    page.press("#find", "Enter")
    expect(page.locator(".thread-list a")).to_have_count(1)
    expect(page.locator(".thread-list .excerpt")).to_have_count(0)  # its title says it
    page.fill("#find", "zeppelin floors")
    page.press("#find", "Enter")
    expect(page.locator(".thread-list .excerpt").first).to_have_text(
        re.compile(r"^The Eiffel Tower is 330 metres tall, as high as a house of 81 floors\.$")
    )
    page.fill("#find", "nothingmatchesthis")
    page.press("#find", "Enter")
    expect(page.locator(".empty")).to_contain_text("Nothing in your threads matches")


def test_a_page_that_is_not_there_says_what_to_do(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/t/unknown", quiet=True)
    expect(page.locator("h1")).to_have_text("Not found")
    expect(page.get_by_role("link", name="Ask a question")).to_be_visible()


def test_o8_two_tabs_of_one_thread_agree(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    pages = [opened(stage.url), opened(stage.url)]
    stage.tell()
    stage.end()
    for page in pages:
        expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert pages[0].locator(".text").inner_html() == pages[1].locator(".text").inner_html()


def test_a_page_that_is_not_there_says_where_to_go_in_one_line(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/t/unknown", quiet=True)
    ways = [page.get_by_role("main").get_by_role("link", name=name) for name in ("Threads", "Ask a question")]
    assert len({way.evaluate("e => e.getBoundingClientRect().top") for way in ways}) == 1


def test_the_bar_repeats_no_question_that_is_the_title_cut_short(stage: Stage, opened: Opened) -> None:
    stage.whole(text="How tall is the tower, and who built it, and when, and why, and for whom, and with what? " * 3)
    page = opened(stage.url)
    expect(page.locator(".rename > summary > span")).to_have_text("Rename")
