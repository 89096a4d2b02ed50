"""Which words mean which table, column or value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from pincite.search.tables.link import Link, Linker, tokens
from pincite.search.tables.schema import read
from pincite.settings import DatabaseSettings


@pytest.fixture(scope="module")
def linker() -> Iterator[Linker]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE tbl_customers (CustID INTEGER PRIMARY KEY, cust_name TEXT, phone TEXT)"
        )
        connection.exec_driver_sql("CREATE TABLE orderLines (id INTEGER PRIMARY KEY, product TEXT, country TEXT)")
        connection.exec_driver_sql(
            "INSERT INTO tbl_customers VALUES (1, 'ACME Corp.', '1'), (2, 'Müller & Söhne', '2'), (3, 'OR', '3')"
        )
        connection.exec_driver_sql("INSERT INTO orderLines VALUES (1, 'tea', 'United States'), (2, 'Oolong', 'Peru')")
    yield Linker(read(engine, DatabaseSettings(url="sqlite://")))
    engine.dispose()


def found(linker: Linker, question: str, words: str) -> list[Link]:
    split = tokens(question)
    return [one for one in linker.links(split) if " ".join(t.text for t in split[one.first : one.last]) == words]


def means(linker: Linker, question: str, words: str) -> set[tuple[str, str, str]]:
    return {(one.table, one.column, one.value) for one in found(linker, question, words)}


def test_a_table_is_known_by_its_noun_whatever_is_put_before_it(linker: Linker) -> None:
    assert ("tbl_customers", "", "") in means(linker, "how many customers are there", "customers")
    assert ("orderLines", "", "") in means(linker, "all order lines", "order lines")
    assert ("orderLines", "", "") in means(linker, "all orderlines", "orderlines")


def test_a_column_is_known_by_part_of_its_name_and_by_kin(linker: Linker) -> None:
    assert ("tbl_customers", "cust_name", "") in means(linker, "list the names", "names")
    assert ("tbl_customers", "phone", "") in means(linker, "the telephone of", "telephone")


def test_a_slip_in_a_name_is_mended_and_told(linker: Linker) -> None:
    [link] = [one for one in found(linker, "each prodct sold", "prodct") if one.column == "product"]
    assert link.score < 1
    assert "prodct" in link.told


def test_a_value_is_found_in_any_case_and_by_its_first_words(linker: Linker) -> None:
    [link] = found(linker, "orders of acme corp", "acme corp")
    assert link.value == "ACME Corp."
    assert "ACME Corp." in link.told
    assert [one.value for one in found(linker, "orders of ACME", "ACME")] == ["ACME Corp."]
    assert [one.value for one in found(linker, "who is Müller & Söhne", "Müller & Söhne")] == []
    assert {one.value for one in found(linker, 'who is "müller & söhne"', "müller & söhne")} == {"Müller & Söhne"}


def test_a_little_word_is_no_value_unless_it_is_written_as_one(linker: Linker) -> None:
    assert ("tbl_customers", "cust_name", "OR") not in means(linker, "tea or coffee", "or")
    assert ("tbl_customers", "cust_name", "OR") in means(linker, "customers in OR", "OR")


def test_a_country_has_several_names(linker: Linker) -> None:
    assert ("orderLines", "country", "United States") in means(linker, "lines from the usa", "usa")


def test_what_is_in_quotation_marks_is_a_value_even_where_there_is_none(linker: Linker) -> None:
    assert ("", "", "no such thing") in means(linker, 'product "no such thing"', "no such thing")


@pytest.mark.parametrize(
    ("said", "number"),
    [("twelve", 12), ("1,500", 1500), ("$3.50", 3.5), ("2k", 2000), ("two million", 2e6), ("a hundred thousand", 1e5)],
)
def test_numbers_in_words_and_figures(said: str, number: float) -> None:
    assert [token.number for token in tokens(said) if token.number is not None] == [number]


def test_possessives_and_what_is_read_more_plainly() -> None:
    assert [(t.text, t.possessive) for t in tokens("the dogs' names")][1] == ("dogs", True)
    assert next((t.text, t.possessive) for t in tokens("Ada's dog")) == ("Ada", True)
    assert [t.text for t in tokens("their first and last names")] == ["their", "first", "name", "and", "last", "name"]
