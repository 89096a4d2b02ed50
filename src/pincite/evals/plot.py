"""What does it look like? Curves, bars and points as SVG, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 120, 40, 48
COLOURS = ("#0d9488", "#c2620e", "#6d6de0", "#c0406a", "#5f8f1a", "#3b82b6", "#8a6d3b", "#888888")
"""At least 3:1 on white and on near-black."""
BAR, GAP = 14, 10
NAMED = 20
"""Room below the title for what stands upwards."""
Curve = Sequence[tuple[float, float]]
Reach = tuple[float, float]
"""From … to …: an axis, or the interval of a value."""


@dataclass(frozen=True)
class Point:
    """Something that was measured in two ways. Without ``y`` it is a line from bottom to top: only x is known."""

    name: str
    x: float
    y: float | None
    colour: str = COLOURS[0]
    filled: bool = True
    within: tuple[Reach | None, Reach | None] = (None, None)
    """The intervals of both values, drawn as a box."""


def lines(title: str, across: str, up: str, curves: Mapping[str, Curve]) -> str:
    """An SVG of the curves, both axes logarithmic. Values must be above 0."""
    points = [point for curve in curves.values() for point in curve]
    xs = _decades([x for x, _ in points])
    ys = _decades([y for _, y in points])
    parts = [_opening(title, HEIGHT)]
    for decade in range(xs[0], xs[1] + 1):
        x = _place(decade, xs, LEFT, WIDTH - RIGHT)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM, "#8884", 1))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, _power(decade), "middle"))
    for decade in range(ys[0], ys[1] + 1):
        y = _place(decade, ys, HEIGHT - BOTTOM, TOP)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y, "#8884", 1))
        parts.append(_text(LEFT - 8, y + 4, _power(decade), "end"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, "middle"))
    parts.append(_text(LEFT - 8, TOP - 8, up, "end"))
    ends: list[tuple[float, float, str, str]] = []
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
        places = [
            (_place(log10(x), xs, LEFT, WIDTH - RIGHT), _place(log10(y), ys, HEIGHT - BOTTOM, TOP)) for x, y in curve
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        ends.append((places[-1][1], places[-1][0], name, colour))
    last = 0.0
    for y, x, name, colour in sorted(ends):
        last = max(y + 4, last + 13)  # names don't overlap where curves meet
        parts.append(_text(x + 8, last, name, "start", colour))
    return "\n".join([*parts, "</svg>\n"])


def bars(title: str, rows: Mapping[str, Mapping[str, float]], form: str = "{:.3g}") -> str:
    """An SVG of horizontal bars: a group a row, a colour a series; values may be below 0, all of one unit."""
    series = list(dict.fromkeys(name for row in rows.values() for name in row))
    values = [value for row in rows.values() for value in row.values()]
    low, high = min(0.0, *values), max(0.0, *values) or 1.0
    left = 150
    keys, below = _keys(series, left)
    height = below + 10 + len(rows) * (len(series) * BAR + GAP)
    parts = [_opening(title, height), *keys]
    zero = _place(0.0, (low, high), left, WIDTH - RIGHT)
    parts.append(_line(zero, below, zero, height - 8, "#8888", 1))
    y = below + 6
    for label, row in rows.items():
        parts.append(_text(left - 8, y + len(series) * BAR / 2 + 4, label, "end"))
        for colour, name in zip(COLOURS, series, strict=False):
            if name in row:
                end = _place(row[name], (low, high), left, WIDTH - RIGHT)
                start, width = min(zero, end), abs(end - zero)
                parts.append(
                    f'<rect x="{start:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR - 2}" fill="{colour}"/>'
                )
                parts.append(_text(max(zero, end) + 5, y + BAR - 4, form.format(row[name]), "start"))
            y += BAR
        y += GAP
    return "\n".join([*parts, "</svg>\n"])


def points(
    title: str,
    across: str,
    up: str,
    shown: Sequence[Point],
    axes: tuple[Reach, Reach],
    *,
    behind: Mapping[str, Curve] | None = None,
    note: str = "",
) -> str:
    """An SVG of points on linear axes; ``behind`` holds named curves to read them against. Outside is cut off."""
    (left, right), (low, high) = axes
    parts = [_opening(title, HEIGHT + NAMED + 18), *_grid(axes)]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT + NAMED - 10, across, "middle"))
    parts.append(_text(12, TOP + 4, up, "start"))
    parts.append(_text(LEFT, HEIGHT + NAMED + 8, note, "start"))
    for name, curve in (behind or {}).items():
        inside = [_at(x, y, axes) for x, y in curve if left <= x <= right and low <= y <= high]
        if inside:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in inside)
            parts.append(f'<polyline points="{path}" fill="none" stroke="#8888" stroke-dasharray="3 3"/>')
            parts.append(_text(inside[-1][0] + 4, inside[-1][1] + 4, name, "start", "#888"))
    taken: list[tuple[float, float]] = []
    for point in shown:
        parts += _drawn(point, axes, taken)
    return "\n".join([*parts, "</svg>\n"])


def _grid(axes: tuple[Reach, Reach]) -> list[str]:
    (left, right), (low, high) = axes
    parts: list[str] = []
    for value in _ticks(left, right):
        x, _ = _at(value, low, axes)
        parts += [_line(x, TOP + NAMED, x, HEIGHT + NAMED - BOTTOM, "#8884", 1)]
        parts.append(_text(x, HEIGHT + NAMED - BOTTOM + 18, f"{value:g}", "middle"))
    for value in _ticks(low, high):
        _, y = _at(left, value, axes)
        parts += [_line(LEFT, y, WIDTH - RIGHT, y, "#8884", 1), _text(LEFT - 8, y + 4, f"{value:g}", "end")]
    return parts


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round values."""
    rough = (high - low) / 5
    step = next(10 ** floor(log10(rough)) * n for n in (1, 2, 5, 10) if 10 ** floor(log10(rough)) * n >= rough * 0.999)
    first = ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, floor(high / step + 1e-9) + 1)]


def _drawn(point: Point, axes: tuple[Reach, Reach], taken: list[tuple[float, float]]) -> list[str]:
    """A point, its box, and its name where no other name is."""
    (left, right), (low, high) = axes
    x_range, y_range = point.within
    (x0, x1), (y0, y1) = x_range or (point.x, point.x), y_range or (point.y or low, point.y or low)
    if point.y is None:
        y0, y1 = low, high
    begin = _at(max(left, x0), min(high, y1), axes)
    end = _at(min(right, x1), max(low, y0), axes)
    width, height = max(end[0] - begin[0], 1.0), max(end[1] - begin[1], 1.0)
    parts = []
    if x_range or y_range or point.y is None:
        parts.append(
            f'<rect x="{begin[0]:.1f}" y="{begin[1]:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{point.colour}" fill-opacity="0.15" stroke="{point.colour}" stroke-opacity="0.6"/>'
        )
    x, y = _at(point.x, high if point.y is None else point.y, axes)
    if point.y is None:
        parts.append(_line(x, TOP + NAMED, x, HEIGHT + NAMED - BOTTOM, point.colour, 2))
        y += 10
    else:
        inner = point.colour if point.filled else "none"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{inner}" stroke="{point.colour}" stroke-width="2"/>'
        )
    while beside := [b for a, b in taken if abs(y - b) < 13 and abs(x - a) < 6.6 * len(point.name)]:
        y = max(beside) + 13
    taken.append((x, y))
    near_edge = x + 9 + 6.6 * len(point.name) > WIDTH
    label = _text(x - 9 if near_edge else x + 9, y + 4, point.name, "end" if near_edge else "start", point.colour)
    return [*parts, label]


def _at(x: float, y: float, axes: tuple[Reach, Reach]) -> tuple[float, float]:
    return _place(x, axes[0], LEFT, WIDTH - RIGHT), _place(y, axes[1], HEIGHT + NAMED - BOTTOM, TOP + NAMED)


def _keys(series: Sequence[str], left: float) -> tuple[list[str], float]:
    """Which colour is which, in as many lines as it takes; and where the last line ends."""
    parts: list[str] = []
    x, y = left, float(TOP)
    for colour, name in zip(COLOURS, series, strict=False):
        width = 30 + 6.6 * len(name)
        if x > left and x + width > WIDTH:
            x, y = left, y + 16
        parts.append(f'<rect x="{x:.0f}" y="{y - 9:.0f}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 15, y, name, "start"))
        x += width
    return parts, y + 10


def _opening(title: str, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="system-ui" '
        f'font-size="12" role="img" aria-label="{escape(title)}">\n'
        f'<text x="12" y="22" font-size="15" font-weight="600" fill="#777">{escape(title)}</text>'
    )


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values)) + 1e-9), ceil(log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _place(value: float, span: tuple[float, float], first: float, last: float) -> float:
    return first + (value - span[0]) / (span[1] - span[0]) * (last - first)


def _power(decade: int) -> str:
    return f"{10**decade:,}" if 0 <= decade <= 4 else f"{10.0**decade:g}"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#777") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
