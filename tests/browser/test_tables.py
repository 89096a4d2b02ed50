"""The rows of a database on the page, row by row of the acceptance list (H): in order, sorted, downloaded, drawn."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import CARD, COUNTRIES, MONTHS, SOURCES, Stage, finish, telling
from tests.browser.test_look import PHONE, violations
from tests.web.conftest import Served

from pincite.errors import BadQuery
from pincite.events import Carded, Failed, Sourced
from pincite.types import Card, Column, Problem, Status, Table

ONE = COUNTRIES.model_copy(
    update={
        "title": "number of customers",
        "columns": (Column(name="customers", kind="number"),),
        "rows": ((12431,),),
        "total": 1,
        "chart": None,
    }
)


def first_column(page: Page) -> list[str]:
    return page.locator("#a1-t1 tbody tr > :first-child").all_inner_texts()


def head(page: Page, name: str) -> None:
    page.get_by_role("columnheader", name=name).get_by_role("button").click()


def sent(page: Page, button: str) -> dict[str, str]:
    """What the form of a button sends; nobody gets it, for there is no such database here."""
    page.route("**/ask", lambda route: route.fulfill(status=204))
    with page.expect_request("**/ask") as request:
        page.get_by_role("button", name=button).click()
    return dict(parse_qsl(request.value.post_data or ""))


def test_h1_the_answer_is_first_then_the_table_then_the_drawing_then_the_sql(stage: Stage, opened: Opened) -> None:
    stage.tabled(MONTHS)
    page = opened(stage.url)
    tops = [
        page.locator(css).bounding_box()["y"]  # type: ignore[index]
        for css in ("#a1 .text", "#a1 .tabled table", "#a1 svg.chart", "#a1 .query")
    ]
    assert tops == sorted(tops)
    expect(page.locator("#a1 .read-as")).to_have_text("Read as: orders and revenue by month")
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("Shop")
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("first 60 of 12,431 rows")
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("1.2 s")
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("read only")
    assert page.locator("#a1 .card").count() == 0


def test_h1_the_query_is_folded_can_be_copied_and_is_run_again(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url, permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator(".query pre")).to_be_hidden()
    page.locator(".query > summary").click()
    page.locator(".query .copy-code").click()
    expect(page.locator(".query .copy-code")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == COUNTRIES.sql
    posted = sent(page, "Run again")
    assert posted == {
        "thread": stage.thread_id,
        "replaces": stage.answer_id,
        "focus": "shop",
        "text": "How many customers are there by country?",
        "sql": COUNTRIES.sql.replace("\n", "\r\n"),
    }


def test_h1_a_table_comes_live_and_the_reloaded_page_is_the_same(stage: Stage, opened: Opened) -> None:
    stage.begin("How many customers by country?", model=None, focus="shop")
    page = opened(stage.url)
    stage.put(Sourced(sources=SOURCES[:1]))
    stage.put(Carded(card=Card(id="rows-1", widget="table", title="", text="", body=COUNTRIES)))
    expect(page.locator("#a1 tbody tr")).to_have_count(5)
    expect(page.get_by_role("columnheader", name="customers").get_by_role("button")).to_be_visible()
    head(page, "customers")
    assert first_column(page)[0] == "Åland"
    stage.tell()
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert first_column(page)[0] == "Åland", "what comes later leaves the order of the rows alone"
    live = page.locator('[data-slot="data"] svg').evaluate("e => e.outerHTML")
    page.reload()
    expect(page.get_by_role("columnheader", name="customers").get_by_role("button")).to_be_visible()
    assert page.locator('[data-slot="data"] svg').evaluate("e => e.outerHTML") == live
    assert first_column(page)[0] == "United Kingdom"


def test_h1_who_may_only_read_sees_the_query_and_can_do_nothing_with_it(
    served: Served, stage: Stage, opened: Opened
) -> None:
    stage.tabled(COUNTRIES)
    shared = served.run(served.engine.library.share(stage.thread_id, "link", ()))
    for options in ({}, {"java_script_enabled": False}):
        page = opened(f"{served.url}/share/{shared.token}", **options)
        expect(page.locator("#a1 tbody tr")).to_have_count(5)
        page.locator(".query > summary").click()
        expect(page.locator(".query code")).to_have_text(COUNTRIES.sql)
        assert page.locator("#a1 form, #a1 textarea").count() == 0
        expect(page.locator(".sort")).to_have_count(0 if options else 2)


def test_h2_rows_are_put_in_order_by_each_head_and_back(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url)
    came = first_column(page)
    number = page.get_by_role("columnheader", name="customers")
    head(page, "customers")
    expect(number).to_have_attribute("aria-sort", "ascending")
    assert first_column(page) == ["Åland", "Germany", "Brazil", "United Kingdom", "Mauritania"]
    head(page, "customers")
    expect(number).to_have_attribute("aria-sort", "descending")
    assert first_column(page) == ["United Kingdom", "Brazil", "Germany", "Åland", "Mauritania"], "no value is last"
    page.get_by_role("columnheader", name="country").get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert number.get_attribute("aria-sort") is None
    assert first_column(page) == ["Åland", "Brazil", "Germany", "Mauritania", "United Kingdom"]
    for _ in range(2):
        page.keyboard.press("Enter")
    assert first_column(page) == came
    assert page.locator("[aria-sort]").count() == 0


def test_h2_without_scripts_heads_are_words_and_no_buttons(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url, java_script_enabled=False)
    expect(page.get_by_role("columnheader", name="customers")).to_be_visible()
    assert page.locator("#a1 thead button").count() == 0
    page.locator(".query > summary").click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible()


def test_h2_numbers_stand_to_the_right_and_the_head_stays(stage: Stage, opened: Opened) -> None:
    stage.tabled(MONTHS)
    page = opened(stage.url)
    assert page.locator("#a1-t1 td").first.evaluate("e => getComputedStyle(e).textAlign") in {"end", "right"}
    assert page.locator("#a1-t1").evaluate("e => getComputedStyle(e).fontVariantNumeric") == "tabular-nums"
    top = "e => e.getBoundingClientRect().top - e.closest('.table').getBoundingClientRect().top"
    page.locator("#a1 .tabled .table").evaluate("e => e.scrollTop = 300")
    assert abs(page.locator("#a1-t1 thead th").first.evaluate(top)) < 1
    row = page.locator("#a1-t1 tbody tr").first
    assert row.locator("th").get_attribute("scope") == "row"
    assert page.get_by_role("rowheader").count() == 60


def test_r1_print_shows_all_rows_below_their_head_and_the_query(stage: Stage, opened: Opened) -> None:
    stage.tabled(MONTHS)
    page = opened(stage.url)
    page.emulate_media(media="print")
    top = "e => e.getBoundingClientRect().top"
    assert page.locator("#a1-t1 thead th").first.evaluate(top) < page.locator("#a1-t1 tbody th").first.evaluate(top)
    assert page.locator("#a1 .tabled .table").evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    expect(page.locator("#a1 .query pre")).to_be_visible()
    for css in (".query-acts", ".tabled-meta a"):
        expect(page.locator(f"#a1 {css}").first).to_be_hidden()


def test_h2_rows_are_downloaded_as_csv_and_json(stage: Stage, opened: Opened, tmp_path: Path) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url)
    kept = {}
    for kind in ("CSV", "JSON"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=f"Download as {kind}").click()
        coming.value.save_as(tmp_path / kind)
        kept[kind] = (tmp_path / kind).read_text(encoding="utf-8")
        assert coming.value.suggested_filename.endswith(f".{kind.lower()}")
    assert kept["CSV"].splitlines()[:2] == ["country,customers", "United Kingdom,12431"]
    assert json.loads(kept["JSON"])["rows"][1] == ["Brazil", 5312]


@pytest.mark.parametrize("width", [320, 390])
def test_h2_nothing_is_wider_than_a_phone_and_the_table_scrolls_inside(
    stage: Stage, opened: Opened, width: int
) -> None:
    stage.tabled(MONTHS, COUNTRIES)
    page = opened(stage.url, viewport={"width": width, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    inside = page.locator("#a1 .tabled .table").first
    assert inside.evaluate("e => e.scrollWidth > e.clientWidth && e.scrollHeight > e.clientHeight")
    left = "e => e.getBoundingClientRect().left"
    inside.evaluate("e => e.scrollLeft = 200")
    edge = inside.evaluate(left)
    assert abs(page.locator("#a1-t1 tbody th").first.evaluate(left) - edge) < 1, "what a row is about stays in sight"
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg.chart text')].filter(e => {
             const [own, all] = [e.getBoundingClientRect(), e.closest('svg.chart').getBoundingClientRect()];
             return own.left < all.left - 1 || own.right > all.right + 1;
           }).map(e => e.textContent)"""
    )
    assert outside == []


def test_n1_heads_files_and_the_query_are_large_enough_for_fingers(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url, **PHONE)
    expect(page.locator(".sort")).to_have_count(2)
    page.locator(".query > summary").tap()
    page.get_by_text("Edit the query").tap()
    small = page.evaluate(
        """() => [...document.querySelectorAll('.tabled :is(a, button, summary, textarea)')]
             .filter(e => e.checkVisibility()).map(e => [e.textContent.trim(), e.getBoundingClientRect()])
             .filter(([, r]) => r.width < 24 || r.height < 28).map(([t, r]) => `${t}: ${r.width}x${r.height}`)"""
    )
    assert small == []


def test_h3_a_table_with_the_shape_is_drawn_and_is_the_text_of_the_drawing(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES, MONTHS)
    page = opened(stage.url)
    bars = page.get_by_role("img", name="customers by country")
    expect(bars).to_be_visible()
    assert bars.get_attribute("aria-details") == "a1-t1"
    told = bars.get_attribute("aria-describedby")
    expect(page.locator(f"#{told}")).to_have_text("Read as: number of customers by country, most first")
    assert bars.locator("rect").count() == 4, "a missing number has no bar"
    fill = bars.locator("rect").first
    assert fill.evaluate("e => getComputedStyle(e).fill") == "rgb(11, 92, 107)"
    page.emulate_media(color_scheme="dark")
    assert fill.evaluate("e => getComputedStyle(e).fill") == "rgb(124, 199, 214)"
    assert page.get_by_role("img", name="orders by month").locator("polyline").count() == 1


def test_h3_one_number_is_not_drawn(stage: Stage, opened: Opened) -> None:
    stage.tabled(ONE)
    page = opened(stage.url)
    expect(page.locator("#a1-t1 td")).to_have_text("12,431")
    assert page.locator("#a1 svg.chart").count() == 0


def broken(stage: Stage, sql: str, problem: Problem) -> None:
    stage.begin("How many customers?", model=None, focus="shop", sql=sql)
    stage.put(Failed(problem=problem), finish(Status.FAILED))


BAD = BadQuery("the table customers has no column contry", part="contry", hint="it has: id, name, country").problem()


def test_h4_a_query_that_fails_says_why_marks_the_piece_and_can_be_mended(stage: Stage, opened: Opened) -> None:
    broken(stage, "SELECT contry FROM customers", BAD)
    page = opened(stage.url)
    expect(page.locator("#a1 .banner.failed")).to_contain_text("the table customers has no column contry")
    expect(page.locator("#a1 .banner.failed")).to_contain_text("It has: id, name, country")
    expect(page.locator("#a1 .query mark")).to_have_text("contry")
    box = page.get_by_label("The query, to be changed")
    expect(box).to_have_value("SELECT contry FROM customers")
    box.fill("SELECT country FROM customers")
    posted = sent(page, "Run it")
    assert posted["sql"] == "SELECT country FROM customers"
    assert posted["replaces"] == stage.answer_id


def test_h5_no_card_that_was_not_asked_for(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    page.fill("#question", "a song about whales")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).not_to_have_attribute("data-status", "running")
    assert page.locator(".answer :is(.tabled, .query, svg, .body table)").count() == 0
    assert page.locator(".answer .card").count() == 0


HOSTILE = Table(
    database="shop",
    label='"><img src=x onerror=window.ran=1>',
    title="</title><script>window.ran=1</script>",
    sql="</textarea></code><script>window.ran=1</script>",
    tables=("t",),
    columns=(
        Column(name="<svg onload=window.ran=1>", kind="text"),
        Column(name='"><script>window.ran=1</script>', kind="number", unit="<img src=x onerror=window.ran=1>"),
    ),
    rows=(
        ("<script>window.ran=1</script>", 3),
        ("[x](javascript:window.ran=1)", 2),
        ("![x](https://beacon.example/a.png)", 1),
        ('"><iframe src=https://evil.example></iframe>', 0),
    ),
    total=4,
    chart=COUNTRIES.chart,
)


@pytest.mark.parametrize("shape", ["bar", "line"])
def test_u1_hostile_cells_and_columns_do_nothing(stage: Stage, opened: Opened, shape: str) -> None:
    assert COUNTRIES.chart
    drawn = HOSTILE.model_copy(update={"chart": COUNTRIES.chart.model_copy(update={"shape": shape})})
    stage.tabled(drawn)
    broken(stage, HOSTILE.sql, BAD.model_copy(update={"part": "<script>"}))
    page = opened(stage.url)
    head(page, "svg onload")
    head(page, "script")
    page.locator(".query > summary").first.click()
    page.get_by_text("Edit the query").first.click()
    expect(page.locator("#a1 textarea")).to_have_value(HOSTILE.sql)
    assert page.evaluate("() => window.ran") is None
    assert page.locator(".answer :is(script, iframe, img, style, object)").count() == 0
    assert page.locator(".answer .tabled .table a").count() == 0
    assert page.locator("#a1 svg.chart").count() == 1
    acting = page.evaluate(
        """() => [...document.querySelectorAll('.answer *')]
             .filter(e => [...e.attributes].some(a => /^on|^style$/.test(a.name))).map(e => e.outerHTML)"""
    )
    assert acting == []


@pytest.mark.parametrize("made", ["tables", "failed"])
def test_p1_axe_finds_nothing_where_rows_are_shown(stage: Stage, opened: Opened, made: str) -> None:
    if made == "tables":
        stage.tabled(COUNTRIES, MONTHS)
    else:
        broken(stage, "SELECT contry FROM customers", BAD)
    page = opened(stage.url, bypass_csp=True)
    if made == "tables":
        head(page, "customers")
        page.locator(".query > summary").first.click()
        page.get_by_text("Edit the query").first.click()
    page.evaluate("scrollTo(0, document.body.scrollHeight);0")
    assert violations(page) == []


def test_q1_in_chinese_all_that_the_page_says_of_rows_is_chinese(stage: Stage, opened: Opened) -> None:
    stage.tabled(COUNTRIES)
    page = opened(stage.url, locale="zh-CN")
    expect(page.locator("#a1 .tabled-meta")).to_contain_text("5 行")
    expect(page.locator("#a1 .read-as")).to_contain_text("理解为")
    page.locator(".query > summary").click()
    expect(page.get_by_role("button", name="再次运行")).to_be_visible()


def test_h5_a_fact_beside_a_table_is_still_a_card(stage: Stage, opened: Opened) -> None:
    stage.begin("How tall?", model=None)
    stage.put(Sourced(sources=SOURCES), Carded(card=CARD))
    stage.put(*telling((("330 metres.", CARD.citations, "supported"),)))  # type: ignore[arg-type]
    stage.end()
    page = opened(stage.url)
    expect(page.locator(".card")).to_have_count(1)
    assert page.locator(".tabled").count() == 0
