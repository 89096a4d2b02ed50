"""Whether a person with a browser and nothing else can judge answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.evals.made import answered

from pincite.evals import citations, raters

TOWER = answered(
    "The tower is 330 metres tall.",
    "Eiffel's company built it in 1889.",
    "Do you want to know more?",
    cites=[[1], [1, 2], []],
    sources=["The tower is 330 metres tall.", "It was built by <b>Eiffel's company</b>."],
    key="tower",
    question="How tall is the <i>tower</i>?",
)
MOON = answered("The Moon is a cheese.", cites=[[1]], sources=["The Moon is a rock."], key="moon", question="The Moon?")


@pytest.fixture
def form(opened: Opened, tmp_path: Path) -> Page:
    """The form as a file from disk, without a network; an error in the page or a request fails the test."""
    path = tmp_path / "form.html"
    path.write_text(raters.form([TOWER, MOON]), encoding="utf-8")
    return opened(path.as_uri(), offline=True)


def pick(page: Page, question: str, answer: str, nth: int = 0) -> None:
    page.get_by_role("group", name=question).nth(nth).get_by_role("radio", name=answer, exact=True).check()


def judge_tower(page: Page) -> None:
    pick(page, "The answer is fluent", "5 strongly agree")
    assert page.get_by_text("Which sentences need support?").count() == 0, "one step after the other"
    pick(page, "The answer is a helpful", "4")
    for n, worth in enumerate(["yes", "yes", "no"]):
        pick(page, "Is it worth verifying?", worth, n)
    assert page.get_by_role("button", name="Next").is_disabled()
    pick(page, "Does citation 1 support", "full support", 0)
    pick(page, "Does citation 1 support", "partial support", 1)
    pick(page, "Does citation 2 support", "partial support")
    pick(page, "All its citations together?", "full support")


def judge_moon(page: Page) -> None:
    pick(page, "The answer is fluent", "5 strongly agree")
    pick(page, "The answer is a helpful", "1 strongly disagree")
    pick(page, "Is it worth verifying?", "yes")
    pick(page, "Does citation 1 support", "no support")


def judge_all(page: Page) -> None:
    for _ in range(2):
        (judge_tower if "tower" in page.locator("h1").inner_text() else judge_moon)(page)
        if page.get_by_role("button", name="Next").is_enabled():
            page.get_by_role("button", name="Next").click()


def test_three_steps_give_lines_that_are_read_back(form: Page, tmp_path: Path) -> None:
    begin = form.get_by_role("button", name="Begin")
    assert begin.is_disabled(), "nobody judges without a name"
    form.get_by_label("Your name").fill("Ada L")
    begin.click()
    judge_all(form)
    expect(form.get_by_role("status")).to_have_text("2 of 2, 2 done")
    with form.expect_download() as coming:
        form.get_by_role("button", name="Download").click()
    given = tmp_path / coming.value.suggested_filename
    coming.value.save_as(given)
    assert given.name == "judgements-Ada-L.jsonl"
    ratings = raters.ratings([given])
    assert {rating.rater for rating in ratings} == {"Ada L"}
    tower, moon = raters.judged([TOWER, MOON], ratings)
    assert (tower.opinion.fluency, tower.opinion.utility, moon.opinion.utility) == (5, 4, 1)
    assert citations.liu_recall(tower) == (2, 2)
    assert citations.liu_precision(tower) == (3, 3), "two partial ones that support it together"
    assert citations.liu_precision(moon) == (0, 1)


def test_what_an_answer_holds_is_text_and_never_part_of_the_page(form: Page) -> None:
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("button", name="Begin").click()
    if "Moon" in form.locator("h1").inner_text():
        judge_moon(form)
        form.get_by_role("button", name="Next").click()
    assert form.locator("h1").inner_text() == "How tall is the <i>tower</i>?"
    judge_tower(form)
    assert "<b>Eiffel's company</b>" in form.locator(".passage").last.inner_text()


def test_a_browser_that_was_closed_goes_on_where_it_was(form: Page) -> None:
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("button", name="Begin").click()
    judge_all(form)
    form.reload()
    expect(form.get_by_role("status")).to_have_text("2 of 2, 2 done")
    assert form.get_by_role("button", name="Download").is_enabled()


def test_the_form_can_be_worked_with_the_keyboard_alone(form: Page) -> None:
    form.get_by_label("Your name").fill("Ada")
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    form.get_by_role("radio").first.focus()
    form.keyboard.press("Space")
    form.keyboard.press("ArrowRight")
    focused = form.evaluate(
        "[document.activeElement.name, document.activeElement.value, document.activeElement.checked]"
    )
    assert focused == ["fluency", "2", True], "drawing anew keeps the place"


def test_about_debates_it_asks_two_more_things(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "form.html"
    path.write_text(raters.form([MOON], debate=True), encoding="utf-8")
    page = opened(path.as_uri(), offline=True)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Begin").click()
    pick(page, "The answer is fluent", "5 strongly agree")
    pick(page, "The answer is a helpful", "4")
    assert page.get_by_text("Which sentences need support?").count() == 0
    pick(page, "it gives one side only", "yes")
    pick(page, "It sounds very sure", "yes")
    pick(page, "Is it worth verifying?", "no")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    coming.value.save_as(tmp_path / "given.jsonl")
    (one,) = raters.judged([MOON], raters.ratings([tmp_path / "given.jsonl"]))
    assert (one.opinion.one_sided, one.opinion.overconfident) == (True, True)
