"""The rows of a database on the page: what stands there, and that whatever a cell holds is text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from pincite.errors import BadQuery
from pincite.events import Carded, Cited, Event, Finished, Started, Wrote
from pincite.types import Answer, Card, Cell, Column, Question, Sentence, Status, Table, Verdict
from pincite.web.draw.paint import paint
from pincite.web.draw.tables import drawn, failed, failing, how_many

SQL = "SELECT  country, 'a  b'\n\tFROM customers -- all\nWHERE country < 'Z' & 1"
HOSTILE = '</textarea></td><script>window.ran=1</script>[x](javascript:1) "><img src=x onerror=1> https://evil.example'


def table(**more: Any) -> Table:
    usual: dict[str, Any] = {
        "database": "shop",
        "label": "Shop",
        "title": "customers by country",
        "sql": SQL,
        "tables": ("customers",),
        "columns": (Column(name="country", kind="text"), Column(name="customers", kind="number")),
        "rows": (("UK", 12431), ("Peru", None)),
        "total": 2,
        "ms": 34.0,
    }
    return Table(**{**usual, **more})


def answer(*tables: Table, **more: Any) -> Answer:
    cards = tuple(Card(id=f"c{i}", widget="table", title="", text="", body=one) for i, one in enumerate(tables))
    question = Question(text='How many "customers"?', focus="shop", thread_id="th")
    return Answer(id="answer-1", question=question, cards=cards, **more)


class Read(HTMLParser):
    """The elements with their attributes, and the text of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag != "input":
            self.open.append(self.found[-1][2])

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for text in self.open:
            text.append(data)

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str], str]]:
        return [
            (has, "".join(text))
            for name, has, text in self.found
            if name == tag and all(has.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]


def test_h1_the_query_is_there_as_it_is_to_be_read_run_again_and_edited() -> None:
    read = Read(drawn(answer(table()), 1))
    ((_, shown),) = read.all("code")
    assert shown == SQL
    ((button, words),) = read.all("button", name="sql")
    assert (button["value"], words) == (SQL, "Run again")
    ((_, editable),) = read.all("textarea")
    assert editable == f"\n{SQL}", "the first line break is the one that HTML drops"
    for form in ("thread", "replaces", "focus", "text"):
        assert len(read.all("input", name=form)) == 2, "both forms ask the same question"
    assert read.all("input", name="replaces", value="answer-1")
    assert read.all("input", name="text", value='How many "customers"?')


def test_h2_cells_are_read_as_they_are_meant() -> None:
    columns = (
        Column(name="country", kind="text"),
        Column(name="revenue", kind="number", unit="EUR"),
        Column(name="year", kind="id"),
        Column(name="active", kind="flag"),
    )
    rows = (("UK", 1234567.5, 1999, True), ("Peru", 20000.0, 2001, False), ("Chad", None, None, None))
    read = Read(drawn(answer(table(columns=columns, rows=rows)), 1))
    assert [words for _, words in read.all("th", scope="col")] == ["country", "revenue (EUR)", "year", "active"]
    assert [words for _, words in read.all("th", scope="row")] == ["UK", "Peru", "Chad"]
    assert [(cell.get("class"), cell.get("data-value"), words) for cell, words in read.all("td")] == [
        ("right", "1234567.5", "1,234,567.50"),
        (None, None, "1999"),
        (None, None, "yes"),
        ("right", "20000.0", "20,000.00"),
        (None, None, "2001"),
        (None, None, "no"),
        ("right null", None, "—"),
        ("null", None, "—"),
        ("null", None, "—"),
    ]
    assert [cell["title"] for cell, _ in read.all("td", class_="null")] == ["no value", "no value"]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ((("UK", 1), ("Peru", 2)), True),
        ((("UK", 1), ("UK", 2)), False),
        ((("UK", 1), (None, 2)), False),
    ],
)
def test_h2_the_first_column_is_a_head_where_it_names_the_rows(rows: tuple[tuple[Cell, ...], ...], named: bool) -> None:
    assert bool(Read(drawn(answer(table(rows=rows)), 1)).all("th", scope="row")) == named


def test_h2_the_rows_are_downloaded_from_where_the_answer_is_read_and_not_from_a_share() -> None:
    hrefs = [link["href"] for link, _ in Read(drawn(answer(table()), 1)).all("a")]
    assert hrefs == ["../api/answers/answer-1/tables/c0.csv", "../api/answers/answer-1/tables/c0.json"]
    alone = Read(drawn(answer(table()), 1, alone=True))
    assert alone.all("a") == alone.all("form") == alone.all("textarea") == []
    assert alone.all("code")[0][1] == SQL


@pytest.mark.parametrize(
    ("here", "total", "words"),
    [
        (200, 12431, "first 200 of 12,431 rows"),
        (200, None, "first 200 rows"),
        (200, 200, "200 rows"),
        (1, 1, "1 row"),
        (0, 0, "0 rows"),
    ],
)
def test_h1_it_is_said_how_many_rows_of_how_many_are_shown(here: int, total: int | None, words: str) -> None:
    made = table(rows=tuple(("UK", n) for n in range(here)), total=total)
    assert how_many(made) == words
    assert words in drawn(answer(made), 1)


def test_h1_tables_come_once_and_whole_and_the_text_stays_the_text() -> None:
    card = Card(id="c0", widget="table", title="", text="", body=table())
    log: list[Event] = [Started(answer_id="answer-1", question=Question(text="How many?")), Carded(card=card)]
    running = paint(log)
    log.append(Wrote(text="The UK has 12,431."))
    log.append(Cited(sentence=Sentence(start=0, end=18, verdict=Verdict.UNCITED)))
    log.append(Finished(status=Status.ANSWERED))
    done = paint(log)
    assert running.data == done.data != ""
    assert done.card == "", "a table is no card to see at a glance"


def test_h5_an_answer_without_rows_has_no_table_and_no_query() -> None:
    assert drawn(answer(), 1) == failed(answer(status=Status.FAILED)) == ""


def test_several_tables_have_names_of_their_own() -> None:
    names = [has["id"] for has, _ in Read(drawn(answer(table(), table()), 3)).all("table")]
    assert names == ["a3-t1", "a3-t2"]


def test_u4_cells_columns_titles_and_queries_are_data() -> None:
    bad = table(
        label=HOSTILE,
        title=HOSTILE,
        sql=HOSTILE,
        columns=(Column(name=HOSTILE, kind="text", unit=HOSTILE), Column(name=HOSTILE, kind="number")),
        rows=((HOSTILE, 1), ("y", 2)),
    )
    read = Read(drawn(answer(bad), 1))
    assert not {"script", "img", "style", "iframe"} & {tag for tag, _, _ in read.found}
    assert not [name for _, has, _ in read.found for name in has if name.startswith("on")]
    assert len(read.all("a")) == 2, "an address in a cell is no link"
    assert HOSTILE in [words for _, words in read.all("th", scope="row")]
    assert read.all("code")[0][1] == HOSTILE


def test_long_cells_are_cut_and_take_several_lines() -> None:
    read = Read(drawn(answer(table(rows=(("UK", 1), ("x" * 5000, 2)))), 1))
    _, (has, words) = read.all("th", scope="row")
    assert has["class"] == "long"
    assert len(words) < 500
    assert words.endswith(" …")


# ── queries that fail ──


@pytest.mark.parametrize(
    ("sql", "part", "marked"),
    [
        ("SELECT nam FROM customers", "nam", "SELECT [nam] FROM customers"),
        ("SELECT ab, a FROM t", "a", "SELECT ab, [a] FROM t"),
        ("select Secret from t", "secret", "select [Secret] from t"),
        ("SELECT a(b) FROM t", "(b", "SELECT a[(b]) FROM t"),
        ("DELETE FROM t", " DELETE ", "[DELETE] FROM t"),
        ("SELECT 1", "elsewhere", "SELECT 1"),
        ("SELECT 1", " ", "SELECT 1"),
        ("SELECT 1", "", "SELECT 1"),
    ],
)
def test_h4_the_piece_that_fails_is_found_in_the_query(sql: str, part: str, marked: str) -> None:
    before, found, after = failing(sql, part)
    assert before + found + after == sql
    assert (f"{before}[{found}]{after}" if found else before) == marked


def test_h4_a_query_that_failed_is_marked_and_can_be_mended() -> None:
    question = Question(text="How many?", focus="shop", thread_id="th", sql="SELECT nam FROM customers")
    problem = BadQuery("no such column: nam", part="nam").problem()
    broken = Answer(id="answer-2", question=question, status=Status.FAILED, problem=problem)
    read = Read(failed(broken))
    assert [words for _, words in read.all("mark")] == ["nam"]
    assert read.all("textarea")[0][1] == f"\n{question.sql}"
    assert read.all("input", name="replaces", value="answer-2")
    assert failed(broken, alone=True) == ""
    assert failed(broken.model_copy(update={"status": Status.ANSWERED})) == ""
