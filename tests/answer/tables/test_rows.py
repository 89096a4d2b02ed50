import re
from collections.abc import Sequence

import pytest

from pincite.answer.tables.chart import chart
from pincite.answer.tables.rows import Rows, Said, cited, counted, passage, sentences, source
from pincite.types import Cell, Chart, Column, Table, Verdict

COUNTRY = Column(name="country", kind="text")
CUSTOMERS = Column(name="customers", kind="number")
FIRST, LAST = Column(name="first name", kind="text"), Column(name="last name", kind="text")
YEAR = Column(name="year", kind="id")
SALES = Column(name="sales", kind="number", unit="€")
ORDERS = Column(name="number of orders", kind="number")


def table(
    columns: list[Column], rows: list[tuple[Cell, ...]], title: str = "customers", total: int | None = None
) -> Table:
    made = Table(
        database="shop", label="Shop", title=title, sql="SELECT 1", tables=("customers",),
        columns=tuple(columns), rows=tuple(rows), total=len(rows) if total is None else total,
    )  # fmt: skip
    return made.model_copy(update={"chart": chart(made)})


def faithful(said: Sequence[Said], rows: Rows) -> bool:
    """Whether every number of the sentences stands in the title, a column's name or the passage: so it must be."""
    known = rows.passage.text + rows.table.title + "".join(f"{c.name} {c.unit}" for c in rows.table.columns)
    return all(number in known for one in said for number in re.findall(r"\d[\d,.]*\d|\d", one.text))


def said(made: Table) -> str:
    return " ".join(one.text for one in sentences(made))


@pytest.mark.parametrize(
    ("columns", "rows", "title", "text"),
    [
        ([CUSTOMERS], [(1234,)], "number of customers", "The number of customers is 1,234."),
        ([CUSTOMERS], [(4,)], "customers in Norway and Sweden", "Customers in Norway and Sweden: 4."),
        ([SALES], [(2328.6,)], "total sales", "Total sales: 2,328.60 €."),
        ([SALES], [(None,)], "total of sales in 1990", "Total of sales in 1990: —."),
        ([COUNTRY], [], "countries without customers", "Countries without customers: none."),
        ([COUNTRY], [("Norway",), ("Chile",)], "countries", "Countries: Norway and Chile."),
        (
            [COUNTRY, CUSTOMERS],
            [("USA", 13)],
            "country with the most customers",
            "Country with the most customers: USA (customers: 13).",
        ),
        (
            [FIRST, LAST, SALES],
            [("Jane", "Peacock", 833.5), ("Steve", "Johnson", 720.25)],
            "sales by employee",
            "Sales by employee: Jane Peacock 833.50 €; Steve Johnson 720.25 €.",
        ),
        (
            [FIRST, LAST],
            [("Jane", "Peacock")],
            "employee",
            "Employee: Jane Peacock.",
        ),
        (
            [COUNTRY, CUSTOMERS, SALES],
            [("USA", 13, 20.5), ("Chile", 1, 3.0)],
            "countries",
            "Countries: USA (customers: 13; sales: 20.50 €); Chile (customers: 1; sales: 3 €).",
        ),
        (
            [COUNTRY, CUSTOMERS],
            [("USA", 13), ("Canada", 8), ("Chile", 1), ("Norway", 1)],
            "customers by country",
            "Customers by country: USA 13; Canada 8; Chile 1; Norway 1.",
        ),
        # What is counted is said behind its number; what all have, once; a ranking to its end.
        (
            [COUNTRY, ORDERS],
            [("USA", 7)],
            "country with the most orders",
            "Country with the most orders: USA (7 orders).",
        ),
        ([COUNTRY, ORDERS], [("USA", 1)], "land", "Land: USA (number of orders: 1)."),
        ([COUNTRY, ORDERS], [("USA", 7), ("Chile", 7)], "tied", "Tied: USA and Chile, 7 orders each."),
        ([COUNTRY, SALES], [("A", 0.1 + 0.2), ("B", 0.3)], "tied", "Tied: A and B, 0.30 € each."),
        ([COUNTRY, SALES], [("A", None), ("B", None)], "unknown", "Unknown: A —; B —."),
        (
            [FIRST, LAST, ORDERS],
            [("Jo", f"of {chr(65 + n)}", 7) for n in range(11)],
            "tied",
            "Tied: Jo of A, Jo of B, Jo of C and others (11 rows), 7 orders each.",
        ),
        (
            [COUNTRY, ORDERS],
            [("A", 9), ("B", 8), ("C", 7), ("D", 6), ("E", 5), ("F", 5)],
            "top",
            "Top: A 9; B 8; C 7; D 6; E 5; F 5.",
        ),
        # Nobody is the lowest alone who is not.
        (
            [COUNTRY, ORDERS],
            [("A", 1), ("B", 8), ("C", 1), ("D", 8), ("E", 1), ("F", 1)],
            "by land",
            "By land: A 1; B 8; C 1; and others (6 rows). Most orders: 8 (B and D); fewest: 1 (A, C, E and others).",
        ),
        (
            [YEAR, SALES],
            [(2008, 9.0), (2009, 8.0), (2010, 81.0), (2011, 70.0), (2012, 75.0), (2013, 71.0)],
            "€",
            "€: 2008 9 €; 2009 8 €; 2010 81 €; and others (6 rows). Highest sales: 81 € (2010); lowest: 8 € (2009).",
        ),
    ],
)
def test_a_sentence_says_what_the_rows_say(
    columns: list[Column], rows: list[tuple[Cell, ...]], title: str, text: str
) -> None:
    made = table(columns, rows, title)
    assert said(made) == text
    assert faithful(sentences(made), passage(made))


def test_what_all_rows_have_is_not_said_of_rows_that_nobody_saw() -> None:
    made = table([COUNTRY, ORDERS], [(f"land {n}", 7) for n in range(12)], "lands", total=412)
    assert said(made) == "Lands: land 0 7; land 1 7; land 2 7; and others (first 12 of 412 rows)."


def test_a_long_list_names_some_and_says_how_many_there_are() -> None:
    made = table([COUNTRY], [(f"land {n}",) for n in range(12)], "countries", total=412)
    assert said(made) == "Countries: land 0, land 1, land 2 and others (first 12 of 412 rows)."


def test_every_value_of_a_sentence_stands_in_the_lines_that_it_quotes() -> None:
    made = table(
        [COUNTRY, CUSTOMERS], [("USA", 13), ("Canada", 8), ("Chile", 1), ("Norway", 1)], "customers by country"
    )
    rows = passage(made)
    (one,) = sentences(made)
    sentence = cited(one, 5, rows)
    (citation,) = sentence.citations
    assert (sentence.start, sentence.end, sentence.verdict) == (5, 5 + len(one.text), Verdict.SUPPORTED)
    assert citation.quote is not None
    quoted = rows.passage.text[citation.quote.start : citation.quote.end]
    assert quoted.splitlines() == ["USA | 13", "Canada | 8", "Chile | 1", "Norway | 1"]
    assert source(rows).passages[0].id == citation.passage_id


def test_a_number_that_no_cell_has_is_found() -> None:
    made = table([CUSTOMERS], [(13,)], "number of customers")
    (one,) = sentences(made)
    wrong = type(one)(one.text.replace("13", "31"), one.rows, "31")
    assert not faithful([wrong], passage(made))


def test_the_same_query_is_the_same_document() -> None:
    made = table([CUSTOMERS], [(13,)])
    assert passage(made).passage.document == passage(made.model_copy(update={"rows": ((14,),)})).passage.document
    assert passage(made).passage.document != passage(made.model_copy(update={"sql": "SELECT 2"})).passage.document


@pytest.mark.parametrize(
    ("rows", "total", "words"), [(0, None, "no row"), (1, 1, "1 row"), (3, 1200, "first 3 of 1,200 rows")]
)
def test_it_is_said_how_many_rows_there_are(rows: int, total: int | None, words: str) -> None:
    assert counted(table([CUSTOMERS], [(n,) for n in range(rows)], total=total)) == words


@pytest.mark.parametrize(
    ("columns", "rows", "drawn"),
    [
        ([CUSTOMERS], [(13,)], None),
        ([COUNTRY, CUSTOMERS], [("USA", 13), ("Chile", 1)], None),
        ([COUNTRY, CUSTOMERS], [("USA", 13), ("Chile", 1), ("Peru", 2)], Chart(shape="bar", x=0, y=1)),
        ([COUNTRY, CUSTOMERS], [("USA", 13), ("USA", 1), ("Peru", 2)], None),
        ([COUNTRY, CUSTOMERS], [("USA", 1), ("Chile", 1), ("Peru", 1)], None),
        ([COUNTRY, CUSTOMERS], [(f"land {n}", n) for n in range(21)], None),
        ([YEAR, SALES], [(2009, 1.0), (2010, 2.0), (2011, 1.5)], Chart(shape="line", x=0, y=1)),
        ([CUSTOMERS, SALES], [(n, n * 1.5) for n in range(9)], Chart(shape="scatter", x=0, y=1)),
        ([COUNTRY], [("USA",), ("Chile",), ("Peru",)], None),
    ],
)
def test_a_table_is_drawn_only_where_its_shape_asks_for_it(
    columns: list[Column], rows: list[tuple[Cell, ...]], drawn: Chart | None
) -> None:
    assert table(columns, rows).chart == drawn


def test_a_part_of_the_rows_is_not_drawn() -> None:
    assert table([COUNTRY, CUSTOMERS], [("USA", 13), ("Chile", 1), ("Peru", 2)], total=24).chart is None


@pytest.mark.parametrize(
    ("title", "rows", "columns"),
    [
        ("number of invoices with date at least 2010-01-01", [(0,)], [CUSTOMERS]),
        ("invoices of 2010", [(0,)], [CUSTOMERS]),
        ("country with 13 customers", [(13, "13")], [CUSTOMERS, COUNTRY]),
    ],
)
def test_the_short_answer_is_the_value_and_not_the_same_digits_elsewhere(
    title: str, rows: list[tuple[Cell, ...]], columns: list[Column]
) -> None:
    made = table(columns, rows, title)
    (one,) = sentences(made)
    short = cited(one, 7, passage(made)).short
    assert short is not None
    assert one.text[short.start - 7 : short.end - 7] == str(rows[0][0])
    assert one.text[: short.start - 7].endswith((" is ", ": "))


def test_a_value_that_is_missing_is_no_short_answer() -> None:
    made = table([SALES], [(None,)], "total of sales in 1990")
    assert cited(sentences(made)[0], 0, passage(made)).short is None


def test_where_nobody_counted_it_is_not_said_how_many_rows_there_are() -> None:
    made = table([CUSTOMERS], [(1,), (2,), (3,)]).model_copy(update={"total": None})
    assert counted(made) == "first 3 rows of more"
    assert (
        chart(made.model_copy(update={"columns": (COUNTRY, CUSTOMERS), "rows": (("a", 1), ("b", 2), ("c", 3))})) is None
    )
