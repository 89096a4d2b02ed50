"""The rows of a database as text: every cell in its place, whatever is in it, and the query below."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.web.tabled import TABLE

from pincite.types import Column
from pincite.web.plain.tables import fenced, parted, told

TEXT = Column(name="word", kind="text")
OPEN = f"\n\n{told(TABLE)[:-3]}"
"""A table whose query does not end."""


def read(markdown: str) -> tuple[list[list[str]], str, int]:
    """Cells by row, the query, and how many links, pictures and tags a renderer of Markdown finds."""
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(markdown)
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in {"th_open", "td_open"}:
            rows[-1].append("".join(child.content for child in token.children or ()))
    inside = [child.type for token in tokens for child in token.children or ()]
    return (
        rows,
        next(t.content for t in tokens if t.type == "fence"),
        sum(one not in {"text", "strong_open", "strong_close", "text_special"} for one in inside),
    )


def test_rows_title_count_and_query_in_this_order() -> None:
    assert told(TABLE) == (
        "**number of customers by country, most first** (first 3 of 24 rows)\n\n"
        "| country | customers | spent (USD) |\n"
        "| --- | ---: | ---: |\n"
        "| USA | 1,300 | 523.06 |\n"
        "| Côte d'Ivoire \\| west | 8 | 0.30 |\n"
        "| — | 1 | — |\n\n"
        "```sql\nSELECT country, COUNT(*), SUM(total) FROM customers GROUP BY country\n```"
    )


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_a_cell_stays_one_cell_and_is_nothing_but_text(words: list[str], title: str) -> None:
    table = TABLE.model_copy(update={"title": title, "columns": (TEXT, TEXT), "rows": tuple((w, "end") for w in words)})
    rows, sql, marks = read(told(table))
    assert [len(row) for row in rows] == [2] * (len(words) + 1)
    assert [row[1] for row in rows[1:]] == ["end"] * len(words)
    assert sql.strip() == TABLE.sql
    assert marks == 0


def test_a_picture_in_a_cell_is_not_fetched_by_whoever_draws_it() -> None:
    hostile = (
        "![x](https://evil.example/?q=1)",
        "<img src=//evil.example>",
        "[a](javascript:alert(1))",
        "`|`",
        "\\|",
        "a\nb",
    )
    table = TABLE.model_copy(update={"columns": (TEXT,), "rows": tuple((one,) for one in hostile)})
    rows, _, marks = read(told(table))
    assert [row[0] for row in rows[1:]] == [" ".join(one.split()) for one in hostile]
    assert marks == 0


@settings(deadline=None)
@given(st.text(), st.lists(st.text(), max_size=3), st.text(), st.text(), st.sampled_from([0, 3, 9, None]))
def test_what_was_told_is_known_again(title: str, words: list[str], sql: str, note: str, total: int | None) -> None:
    title, sql = " ".join(title.split()), sql.replace("\r", " ") or "SELECT 1"
    rows = tuple((word,) for word in words)
    table = TABLE.model_copy(update={"title": title, "sql": sql, "columns": (TEXT,), "rows": rows})
    table = table.model_copy(update={"note": " ".join(note.split()), "total": total})
    text, found = parted(f"There are two.\n\n{told(table)}\n\n{told(TABLE)}", "shop")
    assert text == "There are two."
    assert [(one.title, one.sql) for one in found] == [(title, sql), (TABLE.title, TABLE.sql)]


def test_text_of_others_is_no_table_of_ours() -> None:
    text = "**A** (3 rows)\n\n| a |\n|---|\n\n```python\nprint()\n```"
    assert parted(text, "shop") == (text, [])


@pytest.mark.parametrize(
    "hostile",
    ["**", OPEN, "\n\n**a** (1 row)\n\n| a |\n| --- |\n", "| a |\n", "```sql\n", "`" * 10],
)
def test_a_long_text_is_parted_soon(hostile: str) -> None:
    text = hostile * (200_000 // len(hostile))
    assert parted(text, "shop") == (text, [])


def test_a_query_can_not_end_its_own_block() -> None:
    sql = "SELECT '```' AS a, '````'"
    assert read(f"| a |\n| --- |\n\n{fenced(sql)}")[1].strip() == sql
