"""How do these answers stand, beside each other and beside what was published? A table, JSON and three charts.

The charts' fixed points are the four systems of Liu et al. 2023 (1,450 questions each, judged by 34 people); other
questions and other judges than ours, so they say where the field was and not who wins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pincite.errors import BadInput
from pincite.evals import exam, plot
from pincite.evals.citations import f1
from pincite.evals.figures import Column, Figure, columns
from pincite.evals.judging import judgements
from pincite.evals.plot import Curve, Point, Reach

PUBLISHED: dict[str, dict[str, float]] = {
    "Bing Chat": {"recall": 58.7, "precision": 89.5, "utility": 4.34},
    "NeevaAI": {"recall": 67.6, "precision": 72.0, "utility": 4.48},
    "perplexity.ai": {"recall": 68.7, "precision": 72.7, "utility": 4.56},
    "YouChat": {"recall": 11.1, "precision": 63.6, "utility": 4.62},
}
"""Liu et al. 2023, tables 3 to 5: per cent, and perceived utility from 1 to 5."""
_FIELD = "#888888"
_NOTE = "● judged by people  ○ by a machine  grey: Liu et al. 2023  box: 95 %"
_UTILITY: Reach = (4.2, 4.8)
_ISO = (20, 40, 60, 80, 90)


@dataclass(frozen=True)
class Summary:
    """What a report shows."""

    columns: list[Column]

    def json(self) -> str:
        rows: list[dict[str, Any]] = [
            {
                "system": column.system,
                "judge": column.judge,
                "unjudged": column.unjudged,
                "figures": {name: figure.json() for name, figure in column.figures.items()},
            }
            for column in self.columns
        ]
        return json.dumps({"kind": "evaluation", "columns": rows}, indent=2, ensure_ascii=False)

    def table(self) -> str:
        """Markdown: a figure a row, a system and its judge a column; below, whose word it is."""
        names = list(dict.fromkeys(name for column in self.columns for name in column.figures))
        lines = [f"| | {' | '.join(column.name for column in self.columns)} |", f"|---|{'---|' * len(self.columns)}"]
        for name in names:
            cells = [column.figures[name].said() if name in column.figures else "" for column in self.columns]
            unit = next(column.figures[name].unit for column in self.columns if name in column.figures)
            lines.append(f"| {name} ({unit}) | {' | '.join(cells)} |")
        lines += ["", "Value [95 % interval] n answers. *proxy*: the judge has not passed its exam.", ""]
        for column in self.columns:
            said = dict.fromkeys(figure.exam for figure in column.figures.values() if figure.judge)
            unjudged = f"; {column.unjudged} answers unjudged" if column.unjudged else ""
            lines.append(f"- {column.name}: exam {', '.join(said) or 'not needed'}{unjudged}")
        return "\n".join(lines)


def summarise(files: Sequence[Path], out: Path) -> Summary:
    """Reads judged answers and the exams beside them and in ``out``; writes table, JSON and charts there."""
    rows = [one for path in files for one in judgements(path)]
    if not rows:
        raise BadInput(f"no judged answers in {', '.join(map(str, files))}", hint="make some with: pincite eval judge")
    seen: set[tuple[str, str]] = set()
    for one in rows:
        if (one.id, one.judge) in seen:
            raise BadInput(f"two files hold {one.judge}'s rulings on {one.record.id!r}", hint="give one of them")
        seen.add((one.id, one.judge))
    exams = exam.kept([*dict.fromkeys(path.parent for path in files), out])
    made = Summary(columns(rows, exams))
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(made.json() + "\n", encoding="utf-8")
    (out / "report.md").write_text(made.table() + "\n", encoding="utf-8")
    for name, svg in charts(made.columns).items():
        (out / name).write_text(svg, encoding="utf-8")
    return made


# ── charts ──


def charts(shown: Sequence[Column]) -> dict[str, str]:
    """SVGs by file name; only those that there is something to show in."""
    drawn = {
        "quality.svg": _quality(shown),
        "citations.svg": _citations(shown),
        "speed.svg": _speed(shown),
    }
    return {name: svg for name, svg in drawn.items() if svg}


def _quality(shown: Sequence[Column]) -> str:
    ours = [
        _point(column, n, column.figures["citation F1"], column.figures.get("utility"), 100, 1)
        for n, column in enumerate(shown)
        if "citation F1" in column.figures
    ]
    field = [
        Point(name, f1(row["recall"], row["precision"]), row["utility"], _FIELD) for name, row in PUBLISHED.items()
    ]
    values = [point.y for point in ours if point.y is not None]
    high = (min([_UTILITY[0], *values]), max([_UTILITY[1], *values]))
    unrated = "" if len(values) == len(ours) else "  line: utility not rated"
    return plot.points(
        "Citations and usefulness",
        "citation F1 (%)",
        "perceived utility (1–5)",
        [*field, *ours],
        ((0, 100), high),
        note=_NOTE + unrated,
    )


def _citations(shown: Sequence[Column]) -> str:
    ours = [
        _point(column, n, column.figures["citation recall"], column.figures["citation precision"], 100, 100)
        for n, column in enumerate(shown)
        if {"citation recall", "citation precision"} <= column.figures.keys()
    ]
    field = [Point(name, row["recall"], row["precision"], _FIELD) for name, row in PUBLISHED.items()]
    behind = {f"F1 {level}": _iso(level) for level in _ISO}
    return plot.points(
        "Citation recall and precision",
        "citation recall (%)",
        "citation precision (%)",
        [*field, *ours],
        ((0, 100), (0, 100)),
        behind=behind,
        note=_NOTE,
    )


def _iso(level: float) -> Curve:
    """Precision for each recall at which F1 is ``level``."""
    recalls = [level / 2 + n * (100 - level / 2) / 60 for n in range(1, 61)]
    return [(recall, level * recall / (2 * recall - level)) for recall in recalls if 2 * recall > level]


def _speed(shown: Sequence[Column]) -> str:
    """Only what was timed and has right answers; empty for nothing. A system is drawn once, whoever judged it."""
    timed = {
        column.system: (n, column)
        for n, column in enumerate(shown)
        if {"answer hit", "first token p50"} <= column.figures.keys()
    }
    if not timed:
        return ""
    ours = [
        _point(column, n, column.figures["first token p50"], column.figures["answer hit"], 0.001, 100, name=system)
        for system, (n, column) in timed.items()
    ]
    last = max(column.figures["first token p50"].high for _, column in timed.values()) / 1000
    return plot.points(
        "Right answers and waiting",
        "seconds to the first token (p50)",
        "answer holds the right one (%)",
        ours,
        ((0, last * 1.15 or 1.0), (0, 100)),
        note="box: 95 %",
    )


def _point(column: Column, n: int, x: Figure, y: Figure | None, across: float, up: float, name: str = "") -> Point:
    colours = [colour for colour in plot.COLOURS if colour != _FIELD]
    return Point(
        name or column.name,
        x.value * across,
        None if y is None else y.value * up,
        colours[n % len(colours)],
        filled=bool(name) or (not x.proxy and column.human),
        within=((x.low * across, x.high * across), None if y is None else (y.low * up, y.high * up)),
    )
