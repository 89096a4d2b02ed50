"""How is a value of a table read? The same way wherever it stands: in a sentence, in a quotation, in a table."""

from __future__ import annotations

NOTHING = "—"
"""How a value is shown that is missing."""
DECIMALS = 2
"""Shown of a number that has a fraction; more where it would be shown as nothing."""


def shown(value: bool | int | float | str | None, *, grouped: bool = True) -> str:
    """``value`` in one line. Numbers in groups of three unless they only name something, such as years."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if grouped else str(value)
    if isinstance(value, float):
        return _fraction(value, grouped)
    return " ".join(value.split())


def _fraction(value: float, grouped: bool) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}" if grouped else f"{value:.0f}"
    if abs(value) >= 1e15 or abs(value) < 10**-DECIMALS:
        return f"{value:.3g}"
    return f"{value:,.{DECIMALS}f}" if grouped else f"{value:.{DECIMALS}f}"
