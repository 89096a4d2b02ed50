"""Citations and sources, row by row of the acceptance list (C, D)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import CRITICS, DOUBTFUL, HEIGHT, Said, Stage
from tests.browser.test_files import violations
from tests.web.conftest import Served

from pincite.types import Verdict

PHONE = {"viewport": {"width": 390, "height": 760}, "is_mobile": True, "has_touch": True}
QUOTE = "It was built from 1887 to 1889 to mark the entrance of a World's Fair."


SEEN = """(preview, whole) => {
  const {top, bottom} = preview.getBoundingClientRect();
  const links = [...preview.querySelectorAll(".quote-links a")].map((link) => link.getBoundingClientRect());
  const lines = [...preview.querySelector("mark").getClientRects()].slice(0, whole ? undefined : 1);
  const end = Math.min(...links.map((link) => link.top));
  return links.every((link) => link.bottom <= bottom) && lines.every((line) => line.top >= top && line.bottom <= end);
}"""


def second_chip(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".text .chip").nth(1)


def test_c1_every_number_is_a_link_to_its_card(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url, java_script_enabled=False)
    chip = page.locator(".text .chip").first
    expect(chip).to_have_attribute("href", "#a1-s1")
    expect(chip).to_have_accessible_name("Source 1: Eiffel Tower, en.wikipedia.org, § History")
    chip.click()
    expect(page).to_have_url(re.compile("#a1-s1$"))
    expect(page.locator("#a1-s1")).to_be_in_viewport()
    page.locator("#a1-s1 .quotes summary").click()
    expect(page.locator("#a1-s1 mark").first).to_be_visible()


def test_c2_a_preview_opens_on_hover_stays_under_the_pointer_and_esc_closes_it(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    preview = page.locator("#preview")
    second_chip(page).hover()
    expect(preview).to_be_visible()
    preview.locator("mark").hover()
    page.wait_for_timeout(400)
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    page.mouse.move(5, 5)
    second_chip(page).hover()
    expect(preview).to_be_visible()
    page.mouse.move(5, 5)
    expect(preview).to_be_hidden()


def test_c2_the_keyboard_gets_the_same_preview(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    page.locator(".text .chip").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#preview")).to_be_visible()
    expect(second_chip(page)).to_have_attribute("aria-describedby", "preview")
    page.keyboard.press("Tab")
    expect(page.locator("#preview mark")).to_contain_text("It held that title")
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#preview")).to_be_visible()
    page.evaluate(
        "() => document.activeElement.blur()"
    )  # to the browser's own bar, where no other element gets the focus
    expect(page.locator("#preview")).to_be_hidden()


def test_c2_a_tap_shows_and_the_second_follows(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url, **PHONE)
    second_chip(page).tap()
    expect(page.locator("#preview")).to_be_visible()
    assert "#a1-s" not in page.url
    second_chip(page).tap()
    expect(page).to_have_url(re.compile("#a1-s1$"))
    expect(page.locator("#preview")).to_be_hidden()


def test_c2_a_preview_stays_inside_the_window_and_there_is_one(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url, viewport={"width": 900, "height": 420})
    for chip in page.locator(".text .chip").all():
        chip.scroll_into_view_if_needed()
        chip.hover()
        expect(page.locator(".preview:popover-open")).to_have_count(1)
        page.wait_for_timeout(200)
        box = page.locator("#preview").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 900
        assert box["y"] + box["height"] <= 420.5
        page.mouse.move(2, 2)
        page.keyboard.press("Escape")


SCROLLED = """async (e, at) => {
  scrollBy(0, e.getBoundingClientRect().top - at * innerHeight);
  for (const _ of "ab") await new Promise(requestAnimationFrame);
}"""
"""With the frame of a scroll the resting pointer is told what it lies on now: whatever points first is overruled."""


@pytest.mark.parametrize("size", [(320, 640), (640, 430), (390, 500), (320, 256)], ids=str)
def test_c2_a_preview_has_room_in_a_low_window_and_shows_its_sentence_and_its_links(
    stage: Stage, opened: Opened, size: tuple[int, int]
) -> None:
    stage.whole()
    page = opened(stage.url, viewport={"width": size[0], "height": size[1]})
    preview = page.locator("#preview")
    for chip in page.locator(".text .chip").all():
        for at in (0.2, 0.5, 0.7):
            chip.evaluate(SCROLLED, at)
            before = page.evaluate("scrollY")
            chip.dispatch_event("pointerover", {"pointerType": "mouse"})  # some lie under the box at the foot
            expect(preview).to_be_in_viewport(ratio=1)
            assert preview.evaluate(SEEN, size[1] > 300) is True
            assert page.evaluate("scrollY") == before
            page.keyboard.press("Escape")
            expect(preview).to_be_hidden()


def test_c3_the_preview_marks_the_sentence_in_its_passage(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    second_chip(page).hover()
    preview = page.locator("#preview")
    expect(preview.locator("mark")).to_have_text(QUOTE)
    expect(preview).to_contain_text("a lattice of puddled iron")
    expect(preview).to_contain_text("Eiffel Tower")
    expect(preview).to_contain_text("en.wikipedia.org")


def test_c4_the_original_opens_at_the_sentence_and_the_reader_at_the_mark(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    second_chip(page).hover()
    original = page.locator("#preview").get_by_role("link", name="Open the original")
    assert "#:~:text=It%20was%20built%20from%201887" in (original.get_attribute("href") or "")
    page.locator("#preview").get_by_role("link", name="Read in context").click()
    expect(page.locator("h1")).to_have_text("Eiffel Tower")
    expect(page.locator("#mark")).to_have_text(QUOTE)
    expect(page.locator("#mark")).to_be_in_viewport()


def test_c5_a_card_lights_its_sentences_and_a_sentence_its_card(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    page.locator("#a1-s3 .source-title").hover()
    lit = page.locator(".sentence.lit")
    expect(lit).to_have_count(2)
    expect(lit.first).to_contain_text("tallest structure")
    page.locator(".sentence", has_text="It was built from 1887").hover()
    expect(page.locator("#a1-s1")).to_have_class(re.compile("lit"))
    expect(page.locator(".chip.lit")).to_have_count(1)
    page.mouse.move(2, 2)
    expect(page.locator(".lit")).to_have_count(0)


def test_c6_doubts_are_words_and_not_only_colours(stage: Stage, opened: Opened) -> None:
    stage.whole(DOUBTFUL)
    page = opened(stage.url)
    expect(page.locator(".chip.partial")).to_have_count(1)
    for kind, words in {
        "partial": "The source supports only a part of this sentence.",
        "uncited": "No source was given for this sentence.",
        "unsupported": "The sources do not say this.",
    }.items():
        doubt = page.locator(f".doubt.{kind}")
        expect(doubt.locator(".doubt-words")).to_be_hidden()
        doubt.focus()
        expect(doubt.locator(".doubt-words")).to_be_visible()
        expect(doubt.locator(".doubt-words")).to_have_text(words)


CHINESE: tuple[Said, ...] = tuple(
    (text, (HEIGHT, CRITICS), Verdict.PARTIAL if n % 2 else Verdict.SUPPORTED)
    for n, text in enumerate(
        (
            "埃菲尔铁塔高三百三十米，与八十一层的楼房一样高。",
            "它建于一八八七年至一八八九年！",
            "起初许多作家和画家联名抗议（见报纸）",
            "后来它成了整个国家的象征，也是“巴黎的标志”",
            "落成时它是世界上最高的建筑？",
        )
        * 3
    )
)
"""Between a full stop of these and a number a line may break, if nothing forbids it; between those of English not."""


@pytest.mark.parametrize("said", [DOUBTFUL, CHINESE], ids=["english", "chinese"])
def test_c7_no_chip_begins_a_line(stage: Stage, opened: Opened, said: tuple[Said, ...]) -> None:
    stage.whole(said)
    page = opened(stage.url)
    for width in range(320, 800, 32):
        page.set_viewport_size({"width": width, "height": 800})
        wrong = page.evaluate(
            """() => [...document.querySelectorAll('.text .chip, .text .doubt')].filter(chip => {
                 let before = chip.previousSibling;
                 while (before && !before.textContent.replace(/\\u2060/g, '')) before = before.previousSibling;
                 if (!before) return false;
                 const range = document.createRange();
                 range.selectNodeContents(before);
                 const lines = range.getClientRects();
                 return chip.getClientRects()[0].top > lines[lines.length - 1].bottom - 4;
               }).map(chip => chip.textContent)"""
        )
        assert wrong == [], f"at {width} px"


def test_c7_two_sources_are_two_chips(stage: Stage, opened: Opened) -> None:
    stage.whole(DOUBTFUL)
    page = opened(stage.url)
    last = page.locator(".text li").last
    assert last.locator(".chip").all_inner_texts() == ["1", "2"]


def test_d1_cards_show_number_title_host_and_a_tile_made_here(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    card = page.locator("#a1-s3")
    expect(card.locator(".number")).to_have_text("3")
    expect(card.locator(".source-title")).to_have_text("Chrysler Building")
    expect(card).to_contain_text("en.wikipedia.org")
    expect(card.locator(".tile")).to_have_text("C")
    expect(page.locator(".source:visible")).to_have_count(3)
    page.get_by_role("button", name="All 6 sources").click()
    expect(page.locator(".source:visible")).to_have_count(6)


def test_d1_a_source_that_is_not_cited_shows_two_lines_of_what_it_says_to_the_question(
    stage: Stage, opened: Opened
) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url, viewport={"width": 1280, "height": 800})
    told = page.locator("#a1-s1 .snippet")
    expect(told).to_contain_text(re.compile("^The tower is 330 metres tall with its aerials"))
    expect(page.locator("#a1-s2 .snippet")).to_contain_text(re.compile("^While it was being built, writers"))
    lines = "node => Math.round(node.clientHeight / parseFloat(getComputedStyle(node).lineHeight))"
    assert told.evaluate(lines) == 2
    height = "node => node.getBoundingClientRect().height"
    before = told.evaluate(height)
    stage.tell()
    stage.end()
    page.get_by_role("button", name="All 6 sources").click()
    expect(page.locator("#a1-s4")).to_contain_text("not cited")  # all is drawn
    expect(page.locator("#a1-s1 .quotes")).to_be_visible()
    assert page.locator("#a1-s1 .quotes").evaluate(height) == before  # what takes its place has its height
    expect(page.locator("#a1-s4 .snippet")).to_contain_text(re.compile("^The tower is 330 metres tall"))
    room = page.locator("#a1-s4 .source-head").evaluate("node => node.clientWidth")
    assert page.locator("#a1-s4 .snippet").evaluate("node => node.clientWidth") == room


def test_d2_a_source_is_left_out_and_put_back_each_time_as_a_new_version(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/search?q=How+tall+is+the+Eiffel+Tower%3F")
    answered(page)
    first = page.locator(".source-title").first.inner_text()
    page.locator(".source").first.hover()
    page.get_by_role("button", name=f"Leave out {first}").click()
    expect(page.locator(".versions")).to_contain_text("Version 2 of 2")
    answered(page)
    assert first not in page.locator(".source-title").all_inner_texts()
    expect(page.locator(".left-out")).to_contain_text("1 source left out")
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".versions")).to_contain_text("Version 3 of 3")
    answered(page)
    assert first in page.locator(".source-title").all_inner_texts()
    expect(page.locator(".left-out")).to_have_count(0)


def test_d2_sources_are_left_out_without_scripts_until_none_is_there(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/search?q=How+tall+is+the+Eiffel+Tower%3F", java_script_enabled=False)
    answered(page)
    out: set[str] = set()
    for count in ("1 source", "2 sources"):
        out.add(page.locator(".source-title").first.inner_text())
        page.get_by_role("button", name="Leave out").first.click()
        expect(page.locator(".left-out")).to_contain_text(f"{count} left out")
        answered(page)
        assert not out & set(page.locator(".source-title").all_inner_texts())
    page.get_by_role("link", name="Earlier version").click()
    expect(page.locator(".left-out")).to_contain_text("1 source left out")


def answered(page: Page) -> None:
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=15_000)


def test_c8_a_source_cited_often_says_so_and_leads_from_one_mark_to_the_next(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    marks = page.locator("#a1-s1").get_by_role("button", name="Cited 2×: go to the next place")
    expect(marks).to_have_text("cited 2×")
    expect(page.locator("#a1-s2 .marks")).to_have_count(0)
    for place in ("0", "1", "0"):
        marks.click()
        expect(page.locator(".text .chip:focus")).to_have_attribute("data-sentence", place)
        expect(page.locator(".text .chip:focus")).to_be_in_viewport()


def test_d3_why_a_source_stands_here_is_told_on_demand(served: Served, opened: Opened) -> None:
    page = opened(served.url, bypass_csp=True)
    page.fill("#question", "How do plants breathe?")
    page.press("#question", "Enter")
    expect(page.locator("#a1")).to_have_attribute("data-status", "answered", timeout=30_000)
    why = page.locator("#a1-s1 .why")
    expect(why.locator("table")).to_be_hidden()
    why.locator("summary").press("Enter")
    expect(why).to_contain_text(re.compile("Found by (your words|meaning alone)"))
    rows = [float(text) for text in why.locator("td").all_inner_texts()]
    assert abs(sum(rows[:-1]) - rows[-1]) < 0.011 * len(rows)
    page.reload()
    expect(page.locator("#a1-s1 .why summary")).to_be_visible()
    assert violations(page) == []
