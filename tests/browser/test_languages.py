"""Languages and what is read aloud, row by row of the acceptance list (Q2, Q4, Q5, P2, P3, U4)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Opened
from tests.browser.stage import COUNTRIES, FAITHFUL, Stage
from tests.web.conftest import Served

from pincite.events import Carded
from pincite.types import Card, Verdict

TREES = Path(__file__).parent / "trees"
"""What assistive technology reads of a page. ``TREES_TO=tests/browser/trees pytest …`` renews them."""


def test_q2_q4_a_chinese_answer_names_its_language_and_gets_no_space_before_a_chip(
    stage: Stage, opened: Opened
) -> None:
    said = (
        ("**埃菲尔铁塔**高330米。", FAITHFUL[0][1], Verdict.SUPPORTED),
        ("它建于1889年。", FAITHFUL[1][1], Verdict.SUPPORTED),
    )
    stage.whole(said, text="埃菲尔铁塔有多高？")
    page = opened(stage.url)
    expect(page.locator("#a1-q")).to_have_attribute("lang", "zh")
    expect(page.locator("#a1 .text")).to_have_attribute("lang", "zh")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator(".quotes blockquote").first.get_attribute("lang") is not None
    text = page.locator("#a1 .text").text_content() or ""
    assert re.sub("\u2060", "", text).strip() == "埃菲尔铁塔高330米。1它建于1889年。1"
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('#a1 .text'));"
        " return [s.textAutospace, parseFloat(s.lineHeight) / parseFloat(s.fontSize)]; }"
    )
    assert style == ["normal", pytest.approx(1.75)]


def test_q1_an_answer_that_is_written_from_the_right_has_its_lists_and_tables_there_but_not_its_code(
    stage: Stage, opened: Opened
) -> None:
    text = "يبلغ ارتفاع برج إيفل 330 مترا.\n\n- أولا\n- ثانيا\n\n| الميزة | القيمة |\n|---|---|\n| الارتفاع | 330 |\n\n"
    stage.whole(((text + "```\nprint(1)\n```\n", (), Verdict.EXEMPT),), text="ما ارتفاع برج إيفل؟")
    page = opened(stage.url)
    assert page.evaluate(
        "() => { const [first, second] = document.querySelectorAll('.text th');"
        " return first.getBoundingClientRect().left > second.getBoundingClientRect().left; }"
    )
    for css, way in {"#a1-q": "rtl", ".text li": "rtl", ".text pre": "ltr", ".actions": "ltr"}.items():
        expect(page.locator(css).first).to_have_css("direction", way)


def test_q5_dates_are_those_of_the_reader_and_the_page(stage: Stage, opened: Opened, served: Served) -> None:
    stage.whole()
    page = opened(f"{served.url}/threads", locale="zh-CN", timezone_id="Asia/Shanghai")
    expect(page.locator(".thread-list time").first).to_have_text(re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日 \d{2}:\d{2}$"))
    expect(page.locator("h1")).to_have_text("话题")


def test_p2_an_answer_may_appear_when_it_is_whole(stage: Stage, opened: Opened, served: Served) -> None:
    page = opened(f"{served.url}/settings")
    page.check("[name=stream][value=off]")
    page.click(".settings .send")
    stage.begin()
    stage.found()
    stage.put(Carded(card=Card(widget="table", title="", text="", body=COUNTRIES)))
    stage.write("The Eiffel Tower")
    page.goto(stage.url)
    expect(page.locator(".state .words")).to_have_text(re.compile("Writing"))
    assert page.locator(".text").inner_text().strip() == ""
    assert page.locator(".tabled").count() == 0
    stage.write(" is tall.")
    stage.end()
    expect(page.locator(".text")).to_contain_text("The Eiffel Tower is tall.")
    expect(page.locator(".tabled tbody tr")).to_have_count(5)


@pytest.mark.parametrize("name", ["home", "answer", "rows", "settings"])
def test_p3_what_assistive_technology_reads_is_what_was_agreed(
    stage: Stage, opened: Opened, served: Served, name: str
) -> None:
    if name == "answer":
        stage.whole()
    if name == "rows":
        stage.tabled()
    page = opened({"home": served.url, "settings": f"{served.url}/settings"}.get(name, stage.url))
    expect(page.locator("body")).to_have_attribute("data-send", "enter")
    if name == "rows":
        expect(page.locator(".sort")).to_have_count(2)
    page.evaluate("() => document.activeElement.blur()")
    # Of rows their own part: what the answer above them says is another room's.
    tree = page.locator('[data-slot="data"]' if name == "rows" else "body").aria_snapshot()
    tree = re.sub(r"[0-9a-f]{32}", "ID", tree) + "\n"
    kept = TREES / f"{name}.yaml"
    if "TREES_TO" in os.environ:
        (Path(os.environ["TREES_TO"]) / kept.name).write_text(tree, encoding="utf-8")
    assert tree == kept.read_text(encoding="utf-8")
    assert page.locator("h1").count() == 1
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)  # type: ignore[arg-type]
    if name != "home":  # there the box has the focus already
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_u4_titles_and_questions_are_data_in_lists_palettes_and_readers(
    stage: Stage, opened: Opened, served: Served
) -> None:
    text = "<img src=x onerror=window.ran=1> <b>bold</b> {{7*7}}"
    stage.whole(text=text)
    page = opened(f"{served.url}/threads")
    expect(page.get_by_text("<b>bold</b> {{7*7}}").first).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("bold")
    expect(page.locator("#palette").get_by_role("option").filter(has_text="<b>bold</b>").first).to_be_visible()
    page.goto(stage.url)
    expect(page.locator("#a1-q")).to_have_text(text)
    assert page.evaluate("() => window.ran") is None
    assert page.locator("main img, .answer script").count() == 0
