"""Tables drawn: which shape, what is named, and that nothing of a cell becomes a part of the drawing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.types import Cell, Chart, Column, Table
from pincite.web.draw.chart import draw, said, title

COUNTRY = Column(name="country", kind="text")
PEOPLE = Column(name="customers", kind="number")
MONEY = Column(name="revenue", kind="number", unit="EUR")


def table(
    rows: Sequence[Sequence[Cell]], *columns: Column, shape: str = "bar", x: int = 0, y: int = 1, **more: Any
) -> Table:
    return Table(
        database="shop",
        label="Shop",
        title="customers by country",
        sql="SELECT 1",
        tables=("customers",),
        columns=columns or (COUNTRY, PEOPLE),
        rows=tuple(map(tuple, rows)),
        chart=Chart(shape=shape, x=x, y=y),
        **more,
    )


def drawn(made: Table) -> ET.Element:
    """Read as XML, which is stricter than the page."""
    return ET.fromstring(draw(made, "a1-t1"))


def words(svg: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter("text")]


def shares(svg: ET.Element, of: str) -> list[float]:
    return [float(mark.attrib[of].removesuffix("%")) for mark in svg.iter("rect")]


FEW = table([("UK", 12), ("Peru", 6), ("Chad", 3)])
LONG = table([("United Kingdom", 1200), ("Brazil", 600), ("Mauritania", None), ("Chad", 0)])


def test_h3_bars_with_short_names_stand_and_their_heights_are_the_numbers() -> None:
    svg = drawn(FEW)
    heights = [float(bar.attrib["height"]) for bar in svg.iter("rect")]
    assert heights == pytest.approx([heights[0], heights[0] / 2, heights[0] / 4], abs=0.02)
    assert {"UK", "Peru", "Chad", "0", "5", "10", "15", "customers", "country"} == set(words(svg))


def test_h3_bars_with_long_names_lie_and_say_their_numbers() -> None:
    svg = drawn(LONG)
    lengths = shares(svg, "width")
    assert lengths == pytest.approx([lengths[0], lengths[0] / 2, 0], abs=0.02)
    assert words(svg).count("Mauritania") == 1
    assert {"United Kingdom", "1,200", "600", "0", "customers"} <= set(words(svg))


def test_h3_negative_numbers_go_the_other_way_from_zero() -> None:
    svg = drawn(table([("Kenya, all of it", -5), ("Brazil, all of it", 10)], COUNTRY, MONEY))
    (zero,) = [float(line.attrib["x1"].removesuffix("%")) for line in svg.iter("line")]
    first, second = zip(shares(svg, "x"), shares(svg, "width"), strict=True)
    assert first[0] + first[1] == pytest.approx(zero, abs=0.02)
    assert second[0] == pytest.approx(zero, abs=0.02)
    assert "revenue (EUR)" in words(svg)


def test_h3_a_line_is_broken_where_a_number_is_missing_and_stands_in_time() -> None:
    month = Column(name="month", kind="date")
    rows = [("2021-01", 5), ("2021-04", 8), ("2021-02", None), ("2021-03", 6), ("2020-12", 4)]
    svg = drawn(table(rows, month, PEOPLE, shape="line"))
    lines = [line.attrib["points"].split() for line in svg.iter("polyline")]
    assert [len(points) for points in lines] == [2, 2]
    assert lines[0][0].startswith("0,")
    assert lines[1][-1].startswith("1000,")
    dots = [dot.findtext("title") for dot in svg.iter("circle")]
    assert dots == ["2020-12: 4", "2021-01: 5", "2021-03: 6", "2021-04: 8"]


def test_h3_two_measures_are_dots_and_pairs_that_lack_one_are_left_out() -> None:
    rows = [(1.5, 10), (2.5, None), (None, 30), (3.5, 40)]
    svg = drawn(table(rows, MONEY, PEOPLE, shape="scatter"))
    assert [dot.findtext("title") for dot in svg.iter("circle")] == [
        "revenue (EUR): 1.50, customers: 10",
        "revenue (EUR): 3.50, customers: 40",
    ]


def test_h3_the_drawing_is_an_image_that_its_title_names_and_its_table_tells() -> None:
    svg = drawn(FEW)
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"] == "a1-t1-drawn"
    assert svg.attrib["aria-details"] == "a1-t1"
    assert title(FEW) == "customers by country"
    assert title(table([], PEOPLE, MONEY, shape="scatter")) == "revenue against customers"


def test_h3_without_a_shape_or_without_numbers_nothing_is_drawn() -> None:
    none = FEW.model_copy(update={"chart": None})
    assert draw(none, "t") == title(none) == ""
    assert draw(table([("UK", None), ("Chad", None)]), "t") == ""
    assert draw(table([("UK", "many")]), "t") == ""
    assert draw(table([], PEOPLE, MONEY, shape="scatter"), "t") == ""
    assert draw(table([(None, 5)], PEOPLE, MONEY, shape="scatter"), "t") == ""


def test_h3_long_names_are_cut_and_large_numbers_short() -> None:
    svg = drawn(table([("Islamic Republic of Mauritania", 1_243_100.5), ("中华人民共和国的全部客户", 531_200.25)]))
    assert {"Islamic Republi…", "中华人民共和国…", "1.24 M", "531 k"} <= set(words(svg))
    assert next(svg.iter("rect")).findtext("title") == "Islamic Republic of Mauritania: 1,243,100.50"


def test_years_and_keys_are_not_put_in_groups() -> None:
    assert said(1999, Column(name="year", kind="id")) == "1999"
    assert said(1999, PEOPLE) == "1,999"
    assert said(True, Column(name="active", kind="flag")) == "yes"
    assert said(None, PEOPLE) == "—"


HOSTILE = '"><script>window.ran=1</script><image href=x onerror=window.ran=1>'


@pytest.mark.parametrize("shape", ["bar", "line", "scatter"])
def test_u4_names_and_values_are_data_in_a_drawing_too(shape: str) -> None:
    bad = Column(name=HOSTILE, kind="number", unit=HOSTILE)
    first = Column(name=HOSTILE, kind="text")
    rows = [(HOSTILE if shape != "scatter" else 1, n) for n in range(3)]
    svg = drawn(table(rows, first, bad, shape=shape))
    assert {one.tag for one in svg.iter()} <= {
        "svg", "g", "rect", "text", "title", "line", "polyline", "circle"
    }  # fmt: skip
    names = {name for one in svg.iter() for name in one.attrib}
    assert not [name for name in names if name.startswith("on") or name in {"style", "href"}]
    assert any("script" in text for text in svg.itertext())


CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=30),
    st.sampled_from(["bar", "line", "scatter"]),
    st.sampled_from(["number", "id", "text", "date", "time", "flag"]),
)
def test_whatever_the_cells_are_the_drawing_is_whole(rows: list[tuple[Cell, Cell]], shape: str, kind: str) -> None:
    made = draw(table(rows, Column(name="x", kind=kind), PEOPLE, shape=shape), "t")
    numbers = re.findall(r' (?:x|y|width|height|cx|cy|x1|x2|y1|y2)="([^"%]*)%?"', made)
    assert all(number == number.strip() and abs(float(number)) < 1e6 for number in numbers)
    assert "nan" not in "".join(numbers)
