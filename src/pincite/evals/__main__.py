"""How is it measured without a door? ``python -m pincite.evals retrieval --passages … --questions …``"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pincite.errors import PinciteError
from pincite.evals import answers, followups, retrieval
from pincite.evals.report import Report


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        report = _run(given)
    except PinciteError as error:
        sys.stderr.write(f"{error.detail}\n{error.hint}\n")
        return 1
    sys.stdout.write((report.json() if given.json else report.table()) + "\n")
    return 0


def _run(given: argparse.Namespace) -> Report:
    shared = {"limit": given.limit, "seed": given.seed, "telling": _tell}
    if given.what == "followups":
        return followups.run(given.questions, **shared)
    if given.what == "answers":
        return answers.run(given.passages, given.questions, cache=given.cache, absent=given.absent, **shared)
    return retrieval.run(given.passages, given.questions, cache=given.cache, weight=given.weight, **shared)


def _tell(what: str, done: int, total: int | None) -> None:
    sys.stderr.write(f"\r{what} {done}{f'/{total}' if total else ''}    ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pincite.evals", description=__doc__)
    parser.add_argument("what", choices=("retrieval", "answers", "followups"))
    parser.add_argument("--passages", type=Path, nargs="+", default=[])
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, help="a sample of this many questions")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept between runs")
    parser.add_argument("--weight", type=float, help="share of the vectors in the fused score")
    parser.add_argument("--absent", action="store_true", help="leave half of the articles out and ask about them too")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
