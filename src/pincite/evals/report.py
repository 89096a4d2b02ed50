"""What came out? Numbers that a program reads and a table that a person does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TextIO

Numbers = Mapping[str, Any]
Telling = Callable[[str, int, int | None], None]
"""Told how far it is: what is being done, how many are done, of how many (``None``: nobody knows)."""


def silent(what: str, done: int, total: int | None) -> None:
    """Tells nobody."""


def told(stream: TextIO) -> Telling:
    """Tells a terminal in one line that changes, and a file in a line every tenth of the way: a log is read later.

    Where nobody knows of how many, a file gets a line each time that twice as many are done.
    """
    written: dict[str, int] = {}

    def line(what: str, done: int, total: int | None) -> None:
        far = done * 10 // total if total else done.bit_length()
        if far > written.get(what, 0):
            written[what] = far
            stream.write(f"{what} {done}{f'/{total}' if total else ''}\n")

    def changing(what: str, done: int, total: int | None) -> None:
        end = "\n" if done == total else ""
        stream.write(f"\r{what} {done}{f'/{total}' if total else ''}    {end}")
        stream.flush()

    return changing if stream.isatty() else line


def paced(telling: Telling, every_s: float = 2.0, clock: Callable[[], float] = monotonic) -> Telling:
    """Passes on the first and the last of each thing told, and one every few seconds: how many fit in varies widely."""
    last: dict[str, float] = {}

    def sometimes(what: str, done: int, total: int | None) -> None:
        now = clock()
        if what not in last or done == total or now - last[what] >= every_s:
            last[what] = now
            telling(what, done, total)

    return sometimes


@dataclass(frozen=True)
class Report:
    """``facts`` say what was measured on; ``systems`` holds a row of measures for each thing compared.

    A row's ``within`` maps its measures to their intervals of 95 %, [low, high].
    """

    kind: str
    facts: dict[str, Any]
    systems: dict[str, dict[str, Any]] = field(default_factory=dict)

    def json(self) -> str:
        return json.dumps({"kind": self.kind, **_rounded(self.facts), "systems": _rounded(self.systems)}, indent=2)

    def table(self) -> str:
        """A table in Markdown, a system a row; the facts above it."""
        facts = ", ".join(f"{name} {_shown(value)}" for name, value in flat(self.facts).items())
        rows = {name: flat(_shown_within(measures)) for name, measures in self.systems.items()}
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        lines = [f"{self.kind}: {facts}", ""]
        if columns:
            lines += [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
        lines += [f"| {name} | {' | '.join(_shown(row.get(c, '')) for c in columns)} |" for name, row in rows.items()]
        return "\n".join(lines)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {str(name): _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value


def flat(values: Numbers, above: str = "", between: str = " ") -> dict[str, Any]:
    """Numbers within numbers under joined names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        inside = isinstance(value, Mapping)
        found |= flat(value, f"{above}{name}{between}", between) if inside else {f"{above}{name}": value}
    return found


def _shown_within(row: Numbers) -> Numbers:
    """A row with its intervals beside their values."""
    shown = {name: value for name, value in row.items() if name != "within"}
    for name, (low, high) in row.get("within", {}).items():
        shown[name] = f"{_shown(row[name])} [{_shown(low)}, {_shown(high)}]"
    return shown


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value)
