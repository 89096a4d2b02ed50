"""Whether a chart shows what it was given."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pincite.evals import plot
from pincite.evals.plot import Point

AXES = ((0.0, 100.0), (0.0, 100.0))
POINTS = [
    Point("filled", 25, 75, within=((20, 30), (70, 80))),
    Point("hollow", 25, 74, filled=False),
    Point("half known <&>", 90, None),
]


def drawn(svg: str, kind: str) -> list[dict[str, str]]:
    return [e.attrib for e in ET.fromstring(svg).iter() if e.tag.endswith(f"}}{kind}")]


def test_a_point_stands_where_its_values_are() -> None:
    svg = plot.points("A title", "across", "up", POINTS, AXES, behind={"line": [(10, 10), (90, 90)]}, note="a note")
    first, second = drawn(svg, "circle")
    width = plot.WIDTH - plot.LEFT - plot.RIGHT
    assert float(first["cx"]) == plot.LEFT + width / 4
    assert float(second["cy"]) > float(first["cy"]), "lower values are further down"
    assert (first["fill"], second["fill"]) == (plot.COLOURS[0], "none")
    assert len(drawn(svg, "rect")) == 2
    said = [e.text for e in ET.fromstring(svg).iter() if e.tag.endswith("text")]
    assert {"A title", "across", "up", "a note", "line", "half known <&>"} <= set(said)


def test_names_of_points_at_one_place_stand_apart() -> None:
    svg = plot.points("t", "x", "y", [Point(f"name {n}", 50, 50) for n in range(4)], AXES)
    ys = [float(e.attrib["y"]) for e in ET.fromstring(svg).iter() if (e.text or "").startswith("name")]
    assert min(abs(a - b) for n, a in enumerate(ys) for b in ys[:n]) >= 12


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_an_axis_has_a_few_round_marks_within_it(low: float, length: float) -> None:
    marks = plot._ticks(low, low + length)
    assert 1 <= len(marks) <= 11
    assert all(low - length * 1e-6 <= mark <= low + length * 1.000001 for mark in marks)
