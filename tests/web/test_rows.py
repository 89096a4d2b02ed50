"""Rows that leave as a file: every value as it was, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.tabled import TABLE

from pincite.errors import NotFound
from pincite.types import Answer, Column, Question, Table
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
