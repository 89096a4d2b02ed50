"""What does it look like? Curves as SVG, both axes logarithmic, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 120, 40, 48
COLOURS = ("#0a7d74", "#b4540a", "#5b5bd6", "#a3294f", "#4d7c0f")
Curve = Sequence[tuple[float, float]]


def lines(title: str, across: str, up: str, curves: Mapping[str, Curve]) -> str:
    """An SVG of the curves. Values must be above 0."""
    points = [point for curve in curves.values() for point in curve]
    xs = _decades([x for x, _ in points])
    ys = _decades([y for _, y in points])
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui" '
            f'font-size="12" role="img" aria-label="{escape(title)}">'
        ),
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="600" fill="#777">{escape(title)}</text>',
    ]
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
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
        places = [
            (_place(log10(x), xs, LEFT, WIDTH - RIGHT), _place(log10(y), ys, HEIGHT - BOTTOM, TOP)) for x, y in curve
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        x, y = places[-1]
        parts.append(_text(x + 8, y + 4, name, "start", colour))
    return "\n".join([*parts, "</svg>\n"])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values)) + 1e-9), ceil(log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _place(value: float, span: tuple[int, int], first: float, last: float) -> float:
    return first + (value - span[0]) / (span[1] - span[0]) * (last - first)


def _power(decade: int) -> str:
    return f"{10**decade:,}" if 0 <= decade <= 4 else f"{10.0**decade:g}"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#777") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
