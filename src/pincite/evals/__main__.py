"""How is it measured without a door? ``python -m pincite.evals retrieval --passages … --questions …``"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pincite.errors import PinciteError
from pincite.evals import answers, followups, retrieval
from pincite.evals.report import Report

_FORMATS = """Files are .jsonl, .jsonl.gz or .jsonl.xz, one JSON object a line:
  passages   {"id", "text", "title"?, "url"?}
  questions  {"id", "question" or "query", "passage_id" or "rel": {id: grade}, "answers"?: [], "impossible"?}
  followups  {"id", "history": [question, answer, ...], "question", "rewrite", "url"?}
             or {"id", "turns": [{"n", "user", "resolved", "system"?, "parent"?}]}
Unknown fields are ignored. Vectors of passages are kept between runs."""


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.what != "followups" and not given.passages:
        parser.error(f"{given.what} needs --passages")
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


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pincite eval",
        description="Measure how good pincite is on passages and questions whose answers are known.",
        epilog=_FORMATS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("retrieval", "answers", "followups"), help="what to measure")
    parser.add_argument("--passages", type=Path, nargs="+", default=[], metavar="FILE", help="indexed together")
    parser.add_argument("--questions", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--limit", type=_positive, metavar="N", help="a sample of this many questions")
    parser.add_argument("--seed", type=int, default=0, help="which sample, and which half is absent")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="folder where vectors are kept between runs")
    parser.add_argument("--weight", type=float, help="share of the vectors in the fused score")
    parser.add_argument("--absent", action="store_true", help="leave half of the articles out and ask about them too")
    parser.add_argument("--json", action="store_true", help="numbers for a program instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
