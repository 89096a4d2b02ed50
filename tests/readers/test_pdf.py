"""Where the words of a PDF stand says what they are: rows, paragraphs, values beside their labels, furniture."""

from __future__ import annotations

from collections.abc import Callable

from tests.readers import making

from pincite.readers import layout
from pincite.types import Original

Reading = Callable[[str, bytes | str], Original]
PRICES = (("Item no.", "Article", "Price"), ("D-1077", "Articaine 1.7 ml", "48.60"), ("D-1103", "Varnish", "39.25"))


def table(rows: tuple[tuple[str, ...], ...], top: float) -> list[making.Drawn]:
    return [
        (60 + 150 * place, top - 18 * line, cell) for line, row in enumerate(rows) for place, cell in enumerate(row)
    ]


def test_a_row_of_a_table_names_the_columns_also_on_the_next_page(read: Reading) -> None:
    more = (("D-2001", "Alginate", "27.06"), ("D-2002", "Sleeves", "99.30"))
    text = read("prices.pdf", making.drawn([table(PRICES, 700), table(more, 800)])).text
    assert "Item no.: D-1077; Article: Articaine 1.7 ml; Price: 48.60\n\n" in text
    assert "Item no.: D-2001; Article: Alginate; Price: 27.06\n\n" in text


def test_a_table_that_names_its_columns_on_every_page_keeps_them(read: Reading) -> None:
    pages = [table((PRICES[0], (f"D-{n}", "Alginate", f"{n}.06")), 800) for n in range(11, 17)]
    text = read("prices.pdf", making.drawn(pages)).text
    assert "Item no.: D-16; Article: Alginate; Price: 16.06" in text


def test_what_was_typed_into_a_form_stands_beside_its_label(read: Reading) -> None:
    labels = [(60, 700, "Patient:"), (60, 670, "Injury:"), (60, 640, "Reported by:")]
    typed = [(200, 696, "M. K."), (200, 666, "Bruise on the left forearm"), (200, 636, "Nurse Farrow")]
    text = read("form.pdf", making.drawn([labels], typed)).text
    assert "Patient: M. K.\n\nInjury: Bruise on the left forearm\n\nReported by: Nurse Farrow" in text


def test_numbers_that_differ_from_page_to_page_are_kept_and_those_of_pages_are_not(read: Reading) -> None:
    pages = [
        [
            (60, 810, "Acme Ltd, account 4711"),
            (60, 790, f"Invoice No. 2026-01{n}7"),
            (60, 776, f"Period {n:02}/2026"),
            (60, 700, f"Total: {n * 31} dollars"),
            (60, 60, f"Terms: net {n * 7}"),
            (60, 30, f"Page {n} of 5"),
        ]
        for n in range(1, 6)
    ]
    text = read("bills.pdf", making.drawn(pages)).text
    for kept in ("Invoice No. 2026-0137", "Period 03/2026", "Terms: net 21"):
        assert kept in text
    assert "account 4711" not in text
    assert "of 5" not in text


def test_a_line_in_the_middle_of_most_pages_is_no_furniture(read: Reading) -> None:
    pages = [[(60, 500, f"Rent of month {n} was paid."), (60, 480, "The balance is nothing.")] for n in range(5)]
    assert read("statement.pdf", making.drawn(pages)).text.count("The balance is nothing.") == 5


def test_a_paragraph_ends_where_the_next_word_would_have_gone_into_its_line(read: Reading) -> None:
    lines = [
        "The tenant keeps the rooms in good order and tells the owner of any damage",
        "that was done to them.",
        "The owner keeps the roof, the walls and the heating in good order and looks",
        "after them.",
    ]
    text = read("lease.pdf", making.drawn([[(60, 700 - 12 * n, line) for n, line in enumerate(lines)]])).text
    assert text == f"{lines[0]} {lines[1]}\n\n{lines[2]} {lines[3]}"


def test_a_clause_behind_its_number_is_no_row_of_a_table(read: Reading) -> None:
    drawn = [
        (60, 700, "2.1"), (100, 700, "The tenant keeps the rooms in good order and tells the owner of any"),
        (100, 688, "damage that was done to them."),
        (60, 676, "2.2"), (100, 676, "The owner keeps the roof, the walls and the heating in good order and"),
        (100, 664, "looks after them."),
    ]  # fmt: skip
    text = read("lease.pdf", making.drawn([drawn])).text
    assert "2.1 The tenant keeps the rooms in good order and tells the owner of any damage that was" in text
    assert "in good order and looks after them." in text


def test_a_heading_is_no_part_of_the_paragraph_below_it(read: Reading) -> None:
    drawn = [
        (60, 700, "Security deposit of the tenant of suite 310"),
        (60, 678, "The tenant has deposited the sum of 18,450 dollars with the owner of the"),
        (60, 666, "building."),
    ]
    text = read("lease.pdf", making.drawn([drawn])).text
    assert text.startswith("Security deposit of the tenant of suite 310\n\nThe tenant has")
    assert text.endswith("of the building.")


def test_text_whose_words_have_no_place_is_paragraphs_by_the_length_of_lines() -> None:
    lines = ["The tenant has deposited the sum of 18,450 dollars with the owner of the", "building."]
    assert [line.text for line in layout.unplaced("\r\n".join(lines))] == [" ".join(lines), ""]
