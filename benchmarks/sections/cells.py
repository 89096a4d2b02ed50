"""How does a number stand in a table of the page?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
Section = tuple[str, dict[str, str]]
"""Markdown, and plots by file name."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def spread(ms: Mapping[str, float]) -> tuple[str, str]:
    return f"{ms['p50']:.2f}", f"{ms['p95']:.2f}"


def versioned(system: str, row: Mapping[str, Any]) -> str:
    return f"{system} ({row['version']})" if "version" in row else system


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
