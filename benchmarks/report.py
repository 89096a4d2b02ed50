"""What came out? docs/benchmarks.md and its plots, made of the kept results and of nothing else.

    python -m benchmarks report

A number that is in no result is not on the page; what was not measured is said to be not measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.goals import GOALS
from benchmarks.record import QUIET, RESULTS, ROOT
from benchmarks.sections import SECTIONS
from benchmarks.sections.cells import table

Result = Mapping[str, Any]
PAGE = ROOT / "docs" / "benchmarks.md"
PLOTS = ROOT / "docs" / "plots"
MARK = {True: "✓", False: "✗", None: "partly"}


def write(results: Path = RESULTS, page: Path = PAGE, plots: Path = PLOTS) -> str:
    """Makes the page and the plots; says where they lie."""
    text, drawn = built(loaded(results), Path(plots.name))
    page.parent.mkdir(parents=True, exist_ok=True)
    plots.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        (plots / name).write_text(svg, encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    return f"{page}, {len(drawn)} plots"


def loaded(folder: Path) -> dict[str, Result]:
    """Results by the name of their file: the same benchmark may be kept twice, with other arguments."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: result for name, result in found.items() if "figures" in result}


def built(results: Mapping[str, Result], plots: Path) -> tuple[str, dict[str, str]]:
    drawn: dict[str, str] = {}
    parts = [OPENING, conditions(results), "## The goals\n", goals(results)]
    for name, (title, make) in SECTIONS.items():
        if name not in results:
            continue
        result = results[name]
        text, svgs = make(result["figures"])
        drawn |= svgs
        images = "".join(f"\n![{title}]({plots}/{file})\n" for file in svgs)
        parts.append(f"## {title}\n\n{about(result)}\n\n{text}\n{images}")
    parts += ["## Every run\n", runs(results)]
    return "\n".join(parts).rstrip() + "\n", drawn


OPENING = """# Benchmarks

Made by `python -m benchmarks report` from the files in `benchmarks/results`; `make bench` measures everything again.
`python -m benchmarks list` names the measurements, each module's first lines say what it measures and what it leaves
out. Peers are asked the same questions over the same passages in the same run.
"""


def conditions(results: Mapping[str, Result]) -> str:
    """The machine, and honestly how busy it was."""
    machines = sorted({machine(result) for result in results.values()})
    dates = sorted({result["date"] for result in results.values()})
    if not dates:
        return "Nothing has been measured yet.\n"
    said = f"Measured {' to '.join(dict.fromkeys((dates[0], dates[-1])))} on {'; '.join(machines)}."
    busy = sorted(name for name, result in results.items() if max(load(result)) > QUIET)
    if busy:
        said += (
            f" **The machine was busy with other work (load average above {QUIET:g}, its own part included) during: "
            f"{', '.join(busy)}.** "
            "Their wall-clock times are upper bounds; processor seconds are fairer there, shares and counts unaffected."
        )
    return said + "\n"


def machine(result: Result) -> str:
    m = result["machine"]
    return (
        f"{m['cores']} cores ({m['processor']}), {m['memory_gb']} GB, {m['system']}, Python {m['python']}, no GPU used"
    )


def load(result: Result) -> tuple[float, float]:
    return result["load"]["before"], result["load"]["after"]


def loads(result: Result) -> str:
    return " → ".join(f"{each:.1f}" for each in load(result))


def about(result: Result) -> str:
    return f"`{result['command']}` · load {loads(result)} · {result['wall_seconds']:.0f} s"


def goals(results: Mapping[str, Result]) -> str:
    rows = []
    for goal in GOALS:
        result = results.get(goal.result)
        try:
            if result is None:
                raise KeyError(goal.result)
            reading = goal.read(result["figures"])
        except KeyError:
            rows.append(
                (goal.figure, goal.goal, "not measured", "", "", "", f"`python -m benchmarks --only {goal.result}`")
            )
            continue
        met = MARK[reading.met]
        rows.append((goal.figure, goal.goal, reading.text, met, reading.n, loads(result), f"`{result['command']}`"))
    return table(("figure", "goal", "measured", "met", "n", "load", "command"), rows)


def runs(results: Mapping[str, Result]) -> str:
    rows = [
        (
            name,
            r["date"],
            r["commit"],
            loads(r),
            f"{r['wall_seconds']:.0f}",
            f"{r['cpu_seconds']:.0f}",
            f"`{r['command']}`",
        )
        for name, r in results.items()
    ]
    return table(("result", "date", "commit", "load", "wall s", "cpu s", "command"), rows)
