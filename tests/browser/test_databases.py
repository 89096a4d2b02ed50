"""A database is asked on the page: from the picker to the table, its files, the query run again and mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests import shop
from tests.browser.conftest import Opened
from tests.web.conftest import UNREAD, Served, serving
from tests.web.conftest import opened as opening

from pincite.ports import Deadline
from pincite.settings import DatabaseSettings, Settings


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a small shop, and with a database that is not there any more. Its own index is empty."""
    folder = tmp_path_factory.mktemp("selling")
    gone = folder / "gone.db"
    databases = {"shop": shop.made(folder / "shop.db"), "gone": DatabaseSettings(url=f"sqlite:///{gone}", label="Gone")}
    settings = Settings(data_dir=folder / "data", rank=UNREAD, databases=databases)
    with serving(lambda: opening(settings), settings) as running:
        yield running


def pick(page: Page, name: str) -> None:
    page.locator(".places > summary").click()
    page.get_by_role("radio", name=name).check()
    page.keyboard.press("Escape")


def ask(page: Page, text: str) -> None:
    page.fill("#question", text)
    page.keyboard.press("Enter")


def answered(page: Page, status: str = "answered") -> None:
    expect(page.locator("#a1")).to_have_attribute("data-status", status, timeout=60_000)


def test_h1_a_question_in_plain_words_is_a_sentence_a_table_and_sql_that_can_be_changed(
    selling: Served, opened: Opened, tmp_path: Path
) -> None:
    page = opened(selling.url)
    pick(page, "Shop")
    ask(page, "how many customers are there by country?")
    answered(page)
    expect(page.locator("#a1 .text")).to_contain_text("Germany 3")
    expect(page.locator("#a1 .text .chip").first).to_be_visible()
    expect(page.locator("#a1 tbody tr")).to_have_count(4)
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("4 rows")
    expect(page.locator("#a1 svg.chart")).to_be_visible()
    page.locator("#a1 thead .sort").last.click()
    expect(page.locator("#a1 tbody td").last).to_have_text("3")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download as CSV").click()
    coming.value.save_as(tmp_path / "rows.csv")
    assert "Germany,3" in (tmp_path / "rows.csv").read_text(encoding="utf-8")

    page.locator("#a1 .query > summary").click()
    page.get_by_role("button", name="Run again").click()
    expect(page.locator("#a1 .versions")).to_contain_text("Version 2 of 2")
    answered(page)
    expect(page.locator("#a1 tbody tr")).to_have_count(4)

    page.locator("#a1 .query > summary").click()
    page.locator("#a1").get_by_text("Edit the query").click()
    page.get_by_label("The query, to be changed").fill("SELECT contry FROM customers")
    page.get_by_role("button", name="Run it").click()
    answered(page, "failed")
    expect(page.locator("#a1 .banner.failed")).to_contain_text("contry")
    expect(page.locator("#a1 .query mark")).to_have_text("contry")
    page.get_by_label("The query, to be changed").fill("SELECT name FROM customers WHERE country = 'Sweden'")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#a1 tbody tr")).to_have_count(1)
    expect(page.locator("#a1 tbody")).to_have_text("Carl Linnaeus")
    expect(page.locator("#a1 .versions")).to_contain_text("Version 4 of 4")


def test_h1_it_works_without_scripts(selling: Served, opened: Opened) -> None:
    page = opened(selling.url, java_script_enabled=False)
    page.fill("#question", "@shop how many customers are there by country?")
    page.get_by_role("button", name="Ask").click()
    answered(page)
    page.locator("#a1 .query > summary").click()
    page.get_by_role("button", name="Run again").click()
    answered(page)
    expect(page.locator("#a1 .versions")).to_contain_text("Version 2 of 2")
    expect(page.locator("#a1 tbody tr")).to_have_count(4)


def test_h1_a_number_leads_to_the_rows_and_the_query_that_gave_them(selling: Served, opened: Opened) -> None:
    page = opened(selling.url)
    ask(page, "@shop how many customers are there by country?")
    answered(page)
    page.locator("#a1 .text .chip").first.hover()
    expect(page.locator("#preview mark")).to_contain_text("Germany | 3")
    assert page.get_by_role("button", name="Leave out").count() == 0, "there is nothing to ask without its only source"
    page.locator("#a1-s1 .quotes").get_by_text("Quoted rows").click()
    marked = page.locator("#a1-s1 .quote mark")
    assert {"Germany | 3", "Sweden | 1"} <= set(marked.inner_text().splitlines()), "each row has a line of its own"
    page.get_by_role("link", name="Read in context").click()
    expect(page.locator("mark").first).to_contain_text("Germany | 3")
    expect(page.locator(".reader pre")).to_contain_text("SELECT")
    expect(page.locator(".reader")).not_to_contain_text("no longer in the index")


def test_h4_ask_again_asks_the_words_and_not_the_query_that_somebody_wrote(selling: Served, opened: Opened) -> None:
    page = opened(selling.url)
    ask(page, "@shop how many customers are there?")
    answered(page)
    page.locator("#a1 .query > summary").click()
    page.locator("#a1").get_by_text("Edit the query").click()
    page.get_by_label("The query, to be changed").fill("SELECT 1 + 1 AS two")
    page.get_by_role("button", name="Run it").click()
    expect(page.locator("#a1 tbody")).to_have_text("2")
    page.locator("#a1 .actions summary").get_by_text("Ask again").click()
    page.locator("#a1 .actions form").get_by_role("button", name="Ask again").click()
    expect(page.locator("#a1 .versions")).to_contain_text("Version 3 of 3")
    answered(page)
    expect(page.locator("#a1 tbody")).to_have_text("7")


def test_h5_what_the_database_does_not_know_brings_no_table(selling: Served, opened: Opened) -> None:
    page = opened(selling.url)
    ask(page, "@shop what is the weather on Mars?")
    answered(page)
    assert page.locator("#a1 :is(.tabled, .query, svg.chart)").count() == 0


def test_a13_the_home_page_shows_what_the_picked_database_can_answer(selling: Served, opened: Opened) -> None:
    page = opened(selling.url)
    expect(page.locator(".banner.notice")).to_contain_text("Nothing is indexed yet")
    selling.run(
        selling.engine.focuses.database("shop").examples(Deadline.after(30))
    )  # no page waits for the first time
    pick(page, "Shop")
    expect(page.locator(".examples button")).to_have_count(3)
    assert page.locator(".banner.notice").count() == 0
    page.locator(".examples button").first.click()
    answered(page)
    expect(page.locator("#a1 .tabled table")).to_be_visible()
    page.goto(selling.url)
    expect(page.locator(".picked").first).to_have_text("Shop")
    expect(page.locator(".examples button")).to_have_count(3)
    assert page.locator(".banner.notice").count() == 0


def test_h4_a_database_that_is_gone_is_told_in_words(selling: Served, opened: Opened) -> None:
    page = opened(selling.url)
    pick(page, "Gone")
    expect(page.locator(".banner.notice")).to_contain_text("The database could not be asked")
    ask(page, "how many customers are there?")
    answered(page, "failed")
    expect(page.locator("#a1 .banner.failed")).to_contain_text("gone.db")
    expect(page.locator("#a1 .banner.failed").get_by_role("button", name="Try again")).to_be_visible()
    assert page.locator("#a1 .query").count() == 0
