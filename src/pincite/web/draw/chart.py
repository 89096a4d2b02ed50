"""How does a table look drawn? As an SVG of bars, of a line or of dots; the table beside it says the same in words.

What letters need is in pixels and what is drawn is in shares of the width, so that a drawing is as wide as its room and
its letters stay as large as the page's. Colours are classes of the style sheet. Pure: the same table, the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from pincite.text.cells import shown
from pincite.types import Cell, Column, Table
from pincite.web.draw.scale import (
    NARROWEST,
    Scale,
    are_whole,
    near_zero,
    number,
    pixels,
    places,
    rounded,
    spread,
    ticks,
    width,
)
from pincite.web.plain.tables import head
from pincite.web.words import t

LINE = 16
HEIGHT = 220
"""Pixels from the highest to the lowest line of the grid."""
TOP, FOOT = 28, 2 * LINE + 8
BAR, BAR_ROW = 16, 26
LONGEST = 16
"""Letters of a name in a drawing; the table has all of it."""
SHORT = 7
"""Letters of a number behind a bar, all are rounded where one is longer; and of names that may stand at both ends of an
axis and reach beyond it."""
UPRIGHT = 12
"""More bars than this lie, whatever they are called."""
NAMED = 40
"""Up to so many points each say what they are when they are pointed at."""


def draw(table: Table, name: str) -> str:
    """The drawing that ``table.chart`` asks for; empty where it asks for none, or has no numbers to draw.

    It is named by the element ``{name}-drawn`` and told by the table ``name``.
    """
    if table.chart is None:
        return ""
    x, y = table.chart.x, table.chart.y
    pairs = [(row[x], number(row[y])) for row in table.rows]
    if not any(value is not None for _, value in pairs):
        return ""
    made = _shape(table.chart.shape, pairs, table.columns[x], table.columns[y])
    if made is None:
        return ""
    made.attrib |= {
        "class": f"chart {table.chart.shape}",
        "role": "img",
        "width": "100%",
        "aria-labelledby": f"{name}-drawn",
        "aria-describedby": f"{name}-read",
        "aria-details": name,
    }
    return ET.tostring(made, encoding="unicode")


def title(table: Table) -> str:
    """What the drawing shows, in words; empty where there is none."""
    if table.chart is None:
        return ""
    x, y = table.columns[table.chart.x].name, table.columns[table.chart.y].name
    return t("{y} against {x}", y=y, x=x) if table.chart.shape == "scatter" else t("{y} by {x}", y=y, x=x)


def said(cell: Cell, column: Column) -> str:
    """A value as the page shows it: numbers in groups of three, but for those that only name something."""
    if isinstance(cell, bool):
        return t("yes" if cell else "no")
    return shown(cell, grouped=column.kind == "number")


# ── the shapes ──


def _shape(shape: str, pairs: Sequence[tuple[Cell, float | None]], across: Column, up: Column) -> ET.Element | None:
    if shape == "line":
        return _line(pairs, across, up)
    if shape == "scatter":
        return _dots([(number(cell), value) for cell, value in pairs], across, up)
    bars = [(said(cell, across), value) for cell, value in pairs]
    return _upright(bars, across, up) if _stand(bars) else _lying(bars, up)


def _lying(bars: Sequence[tuple[str, float | None]], up: Column) -> ET.Element:
    """A bar below the other, its name before it and its number behind it."""
    low, high = _with_zero(bars)
    scale = Scale((low, high if low < high else 1.0))
    numbers = _beside([value for _, value in bars], up)
    below, above = (any((v or 0) < 0 for _, v in bars), any((v or 0) > 0 for _, v in bars))
    left = pixels(min(LONGEST, max(width(name) for name, _ in bars))) + 8
    behind = pixels(max(map(width, numbers))) + 6
    room = (NARROWEST - left - behind * (below + above)) / NARROWEST * 100
    start = left + (behind if below else 0)
    svg = _svg(len(bars) * BAR_ROW + LINE + 12)
    plot = _group(svg, start, 4)
    bottom = len(bars) * BAR_ROW
    zero = scale.share(0) * room
    for place, ((name, value), words) in enumerate(zip(bars, numbers, strict=True)):
        middle = place * BAR_ROW + BAR_ROW / 2
        _text(_group(svg, left - 8, 4), 0, middle + 4, _cut(name, LONGEST), anchor="end", css="named")
        if value is None:
            continue
        end = scale.share(value) * room
        bar = _rect(plot, min(zero, end), middle - BAR / 2, abs(end - zero), BAR)
        _say(bar, f"{name}: {_plain(value, up)}")
        beside = ET.SubElement(plot, "text", {"x": _share(end), "y": _at(middle + 4), "dx": "-6" if value < 0 else "6"})
        beside.text = words
        beside.set("text-anchor", "end" if value < 0 else "start")
    _line_between(plot, zero, 0, zero, bottom, "axis")
    _text(svg, 0, bottom + LINE + 6, head(up))
    return svg


def _upright(bars: Sequence[tuple[str, float | None]], across: Column, up: Column) -> ET.Element:
    scale = Scale(ticks(*_with_zero(bars)))
    svg, plot, room = _frame(scale, across, up, right=8)
    step = room / len(bars)
    zero = HEIGHT - scale.share(0) * HEIGHT
    for place, (name, value) in enumerate(bars):
        middle = (place + 0.5) * step
        _text(plot, middle, HEIGHT + LINE, name, anchor="middle")
        if value is None:
            continue
        end = HEIGHT - scale.share(value) * HEIGHT
        bar = _rect(plot, middle - step * 0.34, min(zero, end), step * 0.68, abs(end - zero))
        _say(bar, f"{name}: {_plain(value, up)}")
    _line_between(plot, 0, zero, room, zero, "axis")
    return svg


def _line(pairs: Sequence[tuple[Cell, float | None]], across: Column, up: Column) -> ET.Element:
    """From left to right; where a number is missing the line is broken."""
    placed = sorted(zip(places([cell for cell, _ in pairs], across), pairs, strict=True), key=lambda one: one[0])
    values = [value for _, (_, value) in placed if value is not None]
    scale = Scale(ticks(*near_zero(min(values), max(values)), whole=are_whole(values)))
    names = [said(cell, across) for _, (cell, _) in placed]
    labels = [_cut(_minute(name) if across.kind == "time" else name, LONGEST) for name in names]
    longest = max(map(width, labels))
    inward = longest > SHORT
    svg, plot, room = _frame(scale, across, up, right=8 if inward else pixels(longest) / 2 + 4)
    inside = ET.SubElement(
        plot,
        "svg",
        {
            "width": _share(room),
            "height": str(HEIGHT),
            "viewBox": f"0 0 1000 {HEIGHT}",
            "preserveAspectRatio": "none",
            "overflow": "visible",
        },
    )
    for run in _unbroken(placed):
        points = " ".join(f"{_at(x * 1000)},{_at(HEIGHT - scale.share(y) * HEIGHT)}" for x, y in run)
        ET.SubElement(inside, "polyline", {"points": points, "vector-effect": "non-scaling-stroke"})
    if len(placed) <= NAMED:
        for name, (x, (_, value)) in zip(names, placed, strict=True):
            if value is not None:
                _dot(plot, x * room, HEIGHT - scale.share(value) * HEIGHT, f"{name}: {_plain(value, up)}")
    for place in spread(len(placed), longest):
        anchor = "start" if inward and place == 0 else "end" if inward and place == len(placed) - 1 else "middle"
        _text(plot, placed[place][0] * room, HEIGHT + LINE, labels[place], anchor=anchor)
    return svg


def _dots(pairs: Sequence[tuple[float | None, float | None]], across: Column, up: Column) -> ET.Element | None:
    points = [(x, y) for x, y in pairs if x is not None and y is not None]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide = Scale(ticks(min(xs), max(xs), whole=are_whole(xs)))
    tall = Scale(ticks(min(ys), max(ys), whole=are_whole(ys)))
    svg, plot, room = _frame(tall, across, up, right=24)
    for tick, words in zip(wide.ticks, wide.labels(), strict=True):
        _text(plot, wide.share(tick) * room, HEIGHT + LINE, words, anchor="middle")
    for x, y in points:
        words = f"{head(across)}: {_plain(x, across)}, {head(up)}: {_plain(y, up)}" if len(points) <= NAMED else ""
        _dot(plot, wide.share(x) * room, HEIGHT - tall.share(y) * HEIGHT, words)
    return svg


def _frame(scale: Scale, across: Column, up: Column, *, right: float) -> tuple[ET.Element, ET.Element, float]:
    """The drawing with its grid and what the axes are; where to draw in it; and how wide that is, in hundredths."""
    labels = scale.labels()
    left = pixels(max(map(width, labels))) + 8
    room = (NARROWEST - left - right) / NARROWEST * 100
    svg = _svg(TOP + HEIGHT + FOOT)
    _text(svg, 0, 12, head(up))
    plot, names = _group(svg, left, TOP), _group(svg, left - 8, TOP)
    for tick, words in zip(scale.ticks, labels, strict=True):
        y = HEIGHT - scale.share(tick) * HEIGHT
        _line_between(plot, 0, y, room, y, "grid")
        _text(names, 0, y + 4, words, anchor="end")
    _text(plot, 0, HEIGHT + 2 * LINE + 4, head(across))
    return svg, plot, room


# ── words ──


def _beside(values: Sequence[float | None], column: Column) -> list[str]:
    """The numbers as they stand behind bars: whole where that is short. The table has all of them."""
    plain = ["" if value is None else _plain(value, column) for value in values]
    if max(map(width, plain)) <= SHORT:
        return plain
    return ["" if value is None else rounded(value) for value in values]


def _plain(value: float, column: Column) -> str:
    return said(int(value) if value.is_integer() else value, column)


def _stand(bars: Sequence[tuple[str, float | None]]) -> bool:
    """Whether the names fit side by side below their bars."""
    longest = max(width(name) for name, _ in bars)
    return len(bars) <= UPRIGHT and (pixels(longest) + 8) * len(bars) <= NARROWEST - 56


def _minute(time: str) -> str:
    """A point in time without its seconds."""
    return time.replace("T", " ")[:16]


def _cut(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    kept = ""
    while width(kept + text[len(kept)]) < most:
        kept += text[len(kept)]
    return f"{kept.rstrip()}…"


def _with_zero(bars: Iterable[tuple[str, float | None]]) -> tuple[float, float]:
    """Bars begin at zero: their length is what is compared."""
    values = [value for _, value in bars if value is not None]
    return min(0.0, *values), max(0.0, *values)


def _unbroken(placed: Iterable[tuple[float, tuple[Cell, float | None]]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, (_, value) in placed:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, value))
    return [run for run in runs if run]


# ── elements ──


def _svg(height: float) -> ET.Element:
    return ET.Element("svg", {"height": _at(height)})


def _group(inside: ET.Element, x: float, y: float) -> ET.Element:
    return ET.SubElement(inside, "g", {"transform": f"translate({_at(x)} {_at(y)})"})


def _text(inside: ET.Element, share: float, y: float, words: str, *, anchor: str = "start", css: str = "") -> None:
    made = ET.SubElement(inside, "text", {"x": _share(share), "y": _at(y), "text-anchor": anchor})
    made.text = words
    if css:
        made.set("class", css)


def _rect(inside: ET.Element, share: float, y: float, wide: float, height: float) -> ET.Element:
    box = {"x": _share(share), "y": _at(y), "width": _share(wide), "height": _at(height)}
    return ET.SubElement(inside, "rect", {"class": "mark", **box})


def _dot(inside: ET.Element, share: float, y: float, words: str) -> None:
    made = ET.SubElement(inside, "circle", {"class": "mark", "cx": _share(share), "cy": _at(y), "r": "3.5"})
    if words:
        _say(made, words)


def _say(element: ET.Element, words: str) -> None:
    """Shown by browsers where it is pointed at."""
    ET.SubElement(element, "title").text = words


def _line_between(inside: ET.Element, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
    ends = {"x1": _share(x1), "y1": _at(y1), "x2": _share(x2), "y2": _at(y2)}
    ET.SubElement(inside, "line", {"class": css, **ends})


def _share(hundredths: float) -> str:
    return f"{_at(hundredths)}%"


def _at(number: float) -> str:
    """As exact as can be seen; zero has no sign."""
    return f"{round(number, 2) + 0.0:g}"
