"""An audit that fails costs its own scores and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import goals, page, report

PAGES = {"home": "http://home", "answer": "http://answer"}
REPORT: dict[str, Any] = {
    "categories": {name: {"score": 1, "auditRefs": []} for name in page.CATEGORIES},
    "audits": {},
}
UNSCORED = {
    "categories": {**REPORT["categories"], "performance": {"score": None, "auditRefs": []}},
    "audits": {"largest-contentful-paint": {"score": None, "errorMessage": "NO_LCP"}, "viewport": {"score": 1}},
}
BROKEN: dict[str, Any] = {"runtimeError": {"code": "NO_FCP", "message": "The page did not paint."}, "categories": {}}
Lighthouse = Callable[[str], Path]


@pytest.fixture
def lighthouse(tmp_path: Path) -> Lighthouse:
    """Puts a program where Lighthouse is; what it does is Python, with ``url`` and how often it was ``asked``."""

    def install(does: str) -> Path:
        program = tmp_path / "node_modules" / ".bin" / "lighthouse"
        program.parent.mkdir(parents=True)
        program.write_text(
            f"#!{sys.executable}\nimport json, sys\nfrom pathlib import Path\n"
            f"url, report, broken, unscored = sys.argv[1], {REPORT!r}, {BROKEN!r}, {UNSCORED!r}\n"
            "calls = Path(__file__).with_name(url.split('/')[-1])\n"
            "asked = calls.stat().st_size if calls.exists() else 0\n"
            f"calls.write_bytes(b'.' * (asked + 1))\n{does}\n"
        )
        program.chmod(0o755)
        return tmp_path

    return install


def test_a_page_that_is_given_up_once_is_audited_once_more(lighthouse: Lighthouse) -> None:
    home = lighthouse("print(json.dumps(report if asked else broken)); sys.exit(not asked)")
    found = page.lighthouse("chromium", PAGES, 1, home)
    assert {name: row["performance"] for name, row in found.items()} == {
        "home, phone": 100, "home, desktop": 100, "answer, phone": 100, "answer, desktop": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("print(json.dumps(broken)); sys.exit(1)", "NO_FCP: The page did not paint."),
        ("print(json.dumps(unscored))", "no score for performance: largest-contentful-paint: NO_LCP"),
        ("print('Unable to connect to Chrome', file=sys.stderr); sys.exit(1)", "Unable to connect to Chrome"),
        ("sys.exit(3)", "exit 3, and not a word"),
    ],
)
def test_one_that_is_given_up_twice_says_why_and_the_others_keep_their_scores(
    lighthouse: Lighthouse, does: str, says: str
) -> None:
    home = lighthouse(f"if url.endswith('home'):\n    print(json.dumps(report))\nelse:\n    {does}")
    found = page.lighthouse("chromium", PAGES, 1, home)
    assert found["answer, phone"] == found["answer, desktop"] == {"failed": says}
    assert found["home, phone"]["accessibility"] == 100
    assert (home / "node_modules" / ".bin" / "answer").stat().st_size == 4  # two forms, each tried twice


def test_one_that_never_ends_is_given_up(lighthouse: Lighthouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "AUDIT_S", 0.2)
    found = page.lighthouse("chromium", {"home": "http://home"}, 1, lighthouse("import time; time.sleep(600)"))
    assert found["home, phone"] == {"failed": "no report within 0.2 s"}


def test_the_page_of_figures_tells_what_failed() -> None:
    failed = {"failed": "NO_FCP: The page\ndid not paint."}
    scored = page.scored([REPORT])
    figures = json.loads(json.dumps({"lighthouse": {"home, phone": scored, "answer, phone": failed}}))
    text, _ = report.SECTIONS["page"][1]({"loads": {}, **figures})
    assert "| home, phone | 100 | 100 | 100 | 100 | nothing |" in text
    assert "| answer, phone | – | – | – | – | given up: NO_FCP: The page did not paint. |" in text
    paint = {"first_contentful_paint_ms": {"p50": 100, "p95": 120}, "script_bytes": 1, "visits": 2}
    goal = next(goal for goal in goals.GOALS if goal.figure.startswith("home page"))
    read = goal.read({"loads": {"home": paint}, "lighthouse": {"home, phone": failed}})
    assert read.met is None
    assert "gave it up" in read.text
