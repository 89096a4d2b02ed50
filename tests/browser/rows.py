"""Which promises of the page have a test? ``python -m tests.browser.rows [JUNIT_XML]``

Draws the acceptance list with the tests named by each row's id. With a report that pytest wrote
(``--junit-xml=FILE``) it says which are green. Rows of a later issue are named, and not due. Ends with 1 if a row that
must be, and is due, has no test, or one that is not green.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

FOLDERS = tuple(Path(__file__).parents[1] / name for name in ("browser", "web"))
LIST = Path(__file__).with_name("rows.toml")
_NAMED = re.compile(r"test_([a-w]\d{1,2})_")


@dataclass(frozen=True)
class Row:
    """A promise: its id, whether it must be, what it is in one line, and what of it is not there yet.

    ``later`` names the issue with which it comes; a row that has one is not due.
    """

    id: str
    must: bool
    says: str
    missing: str = ""
    later: str = ""


def rows() -> list[Row]:
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["rows"]
    return [
        Row(name, row["must"], row["is"], row.get("missing", ""), row.get("later", "")) for name, row in listed.items()
    ]


def row_of(test: str) -> str:
    """The id that a test's name begins with, such as A3; empty if it has none."""
    found = _NAMED.match(test)
    return found[1].upper() if found else ""


def named(folders: Sequence[Path] = FOLDERS) -> dict[str, list[str]]:
    """The tests of each id, from their source: nothing is imported."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (row := row_of(node.name)):
                found[row].append(node.name)
    return found


def outcomes(report: Path) -> dict[str, str]:
    """Test to ``green``, ``red`` or ``skipped``, the worst of its cases; from pytest's own report."""
    worst = {"green": 0, "skipped": 1, "red": 2}
    found: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):
        name = case.get("name", "").partition("[")[0]
        inside = {child.tag for child in case}
        came = "red" if inside & {"failure", "error"} else "skipped" if "skipped" in inside else "green"
        found[name] = max(found.get(name, came), came, key=worst.__getitem__)
    return found


def standing(row: Row, tests: list[str], seen: dict[str, str] | None) -> str:
    """``later``, ``missing``, or ``named`` without a report, or how the row's tests went: each must be green."""
    if not tests:
        return "later" if row.later else "missing"
    if seen is None:
        return "named"
    came = {seen.get(test, "not run") for test in tests}
    return next((one for one in ("red", "not run", "skipped") if one in came), "green")


def main(arguments: list[str]) -> int:
    seen = outcomes(Path(arguments[0])) if arguments else None
    tests, bad, due, later = named(), 0, 0, []
    for row in rows():
        stands = standing(row, tests.get(row.id, []), seen)
        good = stands in {"named", "green"}
        if stands == "later":
            later.append(row.id)
        elif row.must:
            due += 1
            bad += not good
        note = "" if good else f"  (issue {row.later})" if row.later else f"  ({row.missing})" if row.missing else ""
        print(
            f"{row.id:4}{'must  ' if row.must else 'should'} {stands:8}{len(tests.get(row.id, [])):3}  {row.says}{note}"
        )
    share = f"{due - bad} of {due} rows that must be and are due ({(due - bad) / due:.0%})"
    print(f"\n{share} {'are green' if seen else 'have a test'}; {len(later)} come later: {', '.join(later)}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
