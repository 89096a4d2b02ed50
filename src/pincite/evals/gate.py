"""Has anything become worse? Figures on a small fixed set, each against a bound that it has to keep.

A gate is one TOML file: the set's files (relative to it), then ``[least]`` and ``[most]``, which map a figure's path in
the reports of ``retrieval``, ``answers`` and ``absent`` (answers with half of the articles left out) to its bound.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pincite.errors import BadInput, Unreadable
from pincite.evals import answers, retrieval
from pincite.evals.report import Report, Telling, flat, silent
from pincite.ports import Ranker
from pincite.types import Noun


class Gate(Noun):
    """What is measured, and the bounds."""

    passages: tuple[Path, ...]
    questions: tuple[Path, ...]
    seed: int = 0
    least: dict[str, float] = Field({}, description="What must not fall below this.")
    most: dict[str, float] = Field({}, description="What must not rise above this: shares of mistakes.")


@dataclass(frozen=True)
class Held:
    """One figure and its bound."""

    figure: str
    value: float
    bound: float
    kind: Literal["least", "most"]

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.kind == "least" else self.value <= self.bound

    def said(self) -> str:
        sign = "≥" if self.kind == "least" else "≤"
        return f"{'ok  ' if self.kept else 'FELL'} {self.figure} {self.value:.4f} {sign} {self.bound:g}"


def read(path: Path) -> Gate:
    """Raises ``Unreadable`` or ``BadInput``."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        gate = Gate.model_validate(given)
    except FileNotFoundError:
        raise Unreadable(f"there is no {path}", hint="docs/evaluation.md shows a gate") from None
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(f"{path} can't be read: {error}", hint="docs/evaluation.md shows a gate") from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise BadInput(f"{path}: {where}: {error.errors()[0]['msg']}", hint="docs/evaluation.md shows a gate") from None
    if not gate.least and not gate.most:
        raise BadInput(f"{path} bounds nothing", hint="a gate that can't fail is none: give [least] or [most]")
    return gate


def run(
    path: Path, *, ranker: Ranker | None = None, cache: Path | None = None, telling: Telling = silent
) -> list[Held]:
    """Measures, and compares every bounded figure. ``ranker`` stands in for the usual one."""
    gate = read(path)
    passages = [path.parent / name for name in gate.passages]
    questions = [path.parent / name for name in gate.questions]
    more: dict[str, Any] = {"seed": gate.seed, "cache": cache, "telling": telling}
    wanted = {name.partition(".")[0] for name in (*gate.least, *gate.most)}
    reports: dict[str, Report] = {}
    if "retrieval" in wanted:
        reports["retrieval"] = retrieval.run(passages, questions, **more)
    for name in ("answers", "absent"):
        if name in wanted:
            reports[name] = answers.run(passages, questions, absent=name == "absent", ranker=ranker, **more)
    found = {
        f"{name}.{figure}": value
        for name, report in reports.items()
        for figure, value in flat(report.systems, between=".").items()
        if isinstance(value, int | float)
    }
    return [
        *(Held(name, _value(name, found, path), bound, "least") for name, bound in gate.least.items()),
        *(Held(name, _value(name, found, path), bound, "most") for name, bound in gate.most.items()),
    ]


def _value(name: str, found: Mapping[str, Any], path: Path) -> float:
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]}?" if near else "it begins with retrieval., answers. or absent."
        raise BadInput(f"{path}: there is no figure {name!r}", hint=hint)
    return float(found[name])
