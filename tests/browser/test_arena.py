"""Whether a person with a browser and nothing else can say which of two answers is better."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.test_look import PHONE, violations
from tests.evals.made import answered

from pincite.evals.arena import ballot as ballots
from pincite.evals.arena import votes
from pincite.evals.arena.match import Pair


def pair(key: str, question: str, a: str, b: str) -> Pair:
    shared = {"cites": [[1], [2]], "sources": [f"{a} It is so.", "<b>More</b> of it."], "key": key}
    return Pair(
        id=key,
        a=answered(a, "There is more.", question=question, system="alpha", **shared),  # type: ignore[arg-type]
        b=answered(b, question=question, system="beta", **shared),  # type: ignore[arg-type]
    )


PAIRS = [
    pair("tower", "How tall is the <i>tower</i>?", "The tower is 330 metres tall.", "It is tall."),
    pair("moon", "What is the Moon?", "The Moon is a rock.", "The Moon is a cheese."),
]
DRAWN = ballots.draw(PAIRS)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Two pairs and two controls, as a file from disk."""
    path = tmp_path / "page.html"
    path.write_text(ballots.page(DRAWN, PAIRS), encoding="utf-8")
    return path.as_uri()


def begun(page: Page) -> Page:
    begin = page.get_by_role("button", name="Begin")
    assert begin.is_disabled(), "nobody votes without a name"
    page.get_by_label("Your name").fill("Ada L")
    begin.click()
    return page


def read(page: Page, folder: Path) -> list[votes.Cast]:
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    assert coming.value.suggested_filename == "votes-Ada-L.jsonl"
    coming.value.save_as(folder / "votes.jsonl")
    return votes.read([folder / "votes.jsonl"], [DRAWN])


def test_votes_are_given_by_the_keyboard_alone_and_read_back(opened: Opened, file: str, tmp_path: Path) -> None:
    page = opened(file, offline=True)
    page.get_by_label("Your name").fill("Ada L1")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    for n, bout in enumerate(DRAWN.bouts, 1):
        expect(page.get_by_role("status")).to_have_text(f"{n} of 4, {n - 1} done")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text(f"{n} of 4, {n - 1} done")  # nobody goes on without a vote
        page.keyboard.press({"same": "0", "real": "2", "broken": "1" if bout.whole == "left" else "2"}[bout.kind])
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("That was all. Thank you!")
    casts = read(page, tmp_path)
    assert len(casts) == 4
    assert [cast.right for cast in casts if cast.kind != "real"] == [True, True]
    chosen = {bout.pair: bout.right.side for bout in DRAWN.bouts if bout.kind == "real"}
    assert {cast.pair: cast.better for cast in casts if cast.kind == "real"} == chosen


def test_a_browser_that_was_closed_goes_on_and_a_vote_can_be_changed(opened: Opened, file: str, tmp_path: Path) -> None:
    page = begun(opened(file, offline=True))
    page.get_by_role("radio", name="Can’t tell").check()
    page.get_by_role("button", name="Next").click()
    page.reload()
    expect(page.get_by_role("status")).to_have_text("2 of 4, 1 done")
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("radio", name="Can’t tell").is_checked()
    page.get_by_role("radio", name="Answer 1").check()
    (cast,) = read(page, tmp_path)
    assert cast.choice == "left"


def test_what_an_answer_holds_is_text_and_a_number_opens_its_source(opened: Opened, file: str) -> None:
    page = begun(opened(file, offline=True))
    while "tower" not in page.locator("h1").inner_text() or not page.locator(".chip").count():
        page.get_by_role("radio", name="Can’t tell").check()
        page.get_by_role("button", name="Next").click()
    assert page.locator("h1").inner_text() == "How tall is the <i>tower</i>?"
    assert not page.locator(".passage").first.is_visible()
    page.get_by_role("link", name="source 1").first.click()
    expect(page.locator("#source-1 .passage")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('details').id") == "source-1"


@pytest.mark.parametrize("size", [{}, PHONE], ids=["wide", "phone"])
def test_p1_axe_finds_nothing_and_nothing_scrolls_sideways(opened: Opened, file: str, size: dict[str, object]) -> None:
    page = opened(file, **size)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []
    begun(page)
    page.get_by_role("link", name="source 1").first.click()
    page.get_by_role("radio", name="Answer 2").check()
    page.evaluate("scrollTo(0, document.body.scrollHeight);0")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [page.get_by_role("radio").nth(n).locator("xpath=..").bounding_box() for n in range(3)]
    assert all(box and box["height"] >= 44 for box in boxes), "big enough for a finger"
