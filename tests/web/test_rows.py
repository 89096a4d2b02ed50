"""Rows that leave as a file: every value as it was, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.conftest import Served
from tests.web.tabled import CARD, TABLE, tabled

from pincite.errors import NotFound
from pincite.types import Answer, Column, Question, Table, new_id
from pincite.web.rows import as_csv, file, file_name, table_of

TEXT = Column(name="word", kind="text")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_csv_has_a_header_and_the_values_as_they_are() -> None:
    assert as_csv(TABLE) == (
        "country,customers,spent (USD)\r\nUSA,1300,523.06\r\nCôte d'Ivoire | west,8,0.30000000000000004\r\n,1,\r\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('=HYPERLINK("http://evil.example","x")', '\'=HYPERLINK("http://evil.example","x")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(1+1)", "'@SUM(1+1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("-12.50", "-12.50"),
        ("+4915112345678", "+4915112345678"),
        ("-", "'-"),
        (-5, "-5"),
        (True, "true"),
        ('a,b\r\n"c"', 'a,b\r\n"c"'),
    ],
)
def test_nothing_in_a_cell_is_run_by_a_spreadsheet(value: str | int, written: str) -> None:
    table = TABLE.model_copy(update={"columns": (TEXT,), "rows": ((value,),)})
    assert read(as_csv(table))[1] == [written]


def test_the_name_of_a_column_is_not_run_either() -> None:
    table = TABLE.model_copy(update={"columns": (Column(name="=1+1", kind="text"),), "rows": ()})
    assert as_csv(table) == "'=1+1\r\n"


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_text_is_read_back(rows: list[tuple[str, str]]) -> None:
    table = TABLE.model_copy(update={"columns": (TEXT, TEXT), "rows": tuple(rows)})
    _, *found = read(as_csv(table))
    assert [[one.removeprefix("'") for one in row] for row in found] == [
        [one.removeprefix("'") for one in row] for row in rows
    ]


def test_a_file_is_named_after_its_title_whatever_that_is() -> None:
    hostile = TABLE.model_copy(update={"title": '../../etc/"; x=\r\nSet-Cookie: a=b 顧客 ' + "x" * 200})
    name = file_name(hostile)
    assert name.startswith("etc x Set Cookie a b 顧客 x")
    assert len(name) <= 60
    assert file(hostile, "csv").headers["content-disposition"].isascii()
    assert file_name(TABLE.model_copy(update={"title": "…"})) == "table"


def test_the_json_is_the_table() -> None:
    assert Table.model_validate(json.loads(bytes(file(TABLE, "json").body))) == TABLE


def test_a_card_that_is_no_table_has_no_rows() -> None:
    with pytest.raises(NotFound, match="'other'"):
        table_of([Answer(id="a", question=Question(text="?"))], "other")


# ── where an answer goes its table goes along ──


def asked(served: Served, *, temporary: bool = False) -> tuple[str, str]:
    """The ids of a thread and of its answer out of a database."""
    question, answer_id = Question(text="How many customers?", focus="shop", temporary=temporary), new_id()
    engine = served.engine
    served.run((engine.temporary if temporary else engine.library).begin(question, answer_id))
    served.run(engine.library_of(answer_id).append(answer_id, tabled(answer_id, question)))
    return question.thread_id, answer_id


def csv_of(client: httpx.Client, answer_id: str) -> str:
    reply = client.get(f"/api/answers/{answer_id}/tables/{CARD.id}.csv")
    return reply.text if reply.status_code == 200 else str(reply.status_code)


def test_a_table_goes_into_the_bin_and_comes_back(served: Served, client: httpx.Client) -> None:
    thread_id, answer_id = asked(served)
    assert client.post(f"/a/{answer_id}/delete").status_code == 303
    assert csv_of(client, answer_id) == "404"
    assert client.post(f"/t/{thread_id}/restore").status_code == 303
    assert csv_of(client, answer_id) == as_csv(TABLE)


def test_a_fork_has_the_table_and_keeps_it_when_the_first_is_gone(served: Served, client: httpx.Client) -> None:
    thread_id, answer_id = asked(served)
    made = client.post(f"/a/{answer_id}/fork").headers["location"].split("/t/")[1].split("#")[0]
    client.delete(f"/api/threads/{thread_id}")
    (copy,) = client.get(f"/api/threads/{made}").json()["answers"]
    assert copy["id"] != answer_id
    assert csv_of(client, copy["id"]) == as_csv(TABLE)


def test_each_version_has_its_own_table(served: Served, client: httpx.Client) -> None:
    thread_id, first = asked(served)
    question, second = Question(text="?", focus="shop", thread_id=thread_id, replaces=first, sql="SELECT 1"), new_id()
    other = CARD.model_copy(update={"body": TABLE.model_copy(update={"rows": TABLE.rows[:1]})})
    served.run(served.engine.library.begin(question, second))
    served.run(served.engine.library.append(second, tabled(second, question, other)))
    assert csv_of(client, first) == as_csv(TABLE)
    assert csv_of(client, second) == as_csv(TABLE.model_copy(update={"rows": TABLE.rows[:1]}))


def test_a_temporary_thread_has_its_table_until_it_is_forgotten(served: Served, client: httpx.Client) -> None:
    thread_id, answer_id = asked(served, temporary=True)
    assert csv_of(client, answer_id) == as_csv(TABLE)
    client.delete(f"/api/threads/{thread_id}")
    assert csv_of(client, answer_id) == "404"


def test_an_export_has_the_rows_and_the_query(served: Served, client: httpx.Client) -> None:
    thread_id, answer_id = asked(served)
    markdown = client.get(f"/t/{thread_id}/thread.md").text
    assert "| USA | 1,300 | 523.06 |" in markdown
    assert f"```sql\n{TABLE.sql}\n```" in markdown
    assert markdown.endswith("\n\n1. Shop: number of customers by country, most first\n")
    assert client.get(f"/a/{answer_id}/answer.md").text in markdown
    (kept,) = client.get(f"/t/{thread_id}/thread.json").json()["answers"]
    assert Answer.model_validate(kept).cards == (CARD,)
    page = client.get(f"/t/{thread_id}/thread.html").text
    assert "523.06" in page
    assert "SELECT country" in page
