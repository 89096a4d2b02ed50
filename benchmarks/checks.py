"""Do the promises hold that are tests? Each is a command; what counts is how it ends and what it says it has seen.

    python -m benchmarks.checks --rounds 200

kill -9 campaigns on the index, on answers, on migrations and, a fifth as often because each round starts two servers,
on a copilot's answers; citations of extracts by a property test; axe on every page and state in both themes (needs a
Chromium).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from time import perf_counter
from typing import Any

from benchmarks.record import ROOT, parser, recording

PYTEST = ["pytest", "-rN", "--no-header"]
CHECKS: dict[str, list[str]] = {
    "index": ["tests.campaigns.kill_index", "--rounds", "{rounds}"],
    "answer": ["tests.campaigns.kill_answer", "--rounds", "{rounds}", "--seed", "1"],
    "migration": ["tests.campaigns.kill_migration", "--rounds", "{rounds}", "--seed", "1"],
    "research": ["tests.campaigns.kill_research", "--rounds", "{few}"],
    "citations": [*PYTEST, "tests/answer/test_extract.py", "-k", "every_sentence_is_its_quote"],
    "axe": [*PYTEST, "tests/browser/test_look.py", "-k", "p1"],
}
KILLS = ("index", "answer", "migration", "research")


def one(name: str, rounds: int) -> dict[str, Any]:
    """How it ended, and the last line it printed."""
    words = [word.format(rounds=rounds, few=max(1, rounds // 5)) for word in CHECKS[name]]
    began = perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    found: dict[str, Any] = {
        "command": " ".join(["python", "-m", *words]),
        "exit_code": done.returncode,
        "seconds": perf_counter() - began,
        "said": said[-1] if said else "",
    }
    if name in KILLS:
        found["rounds"] = int(words[words.index("--rounds") + 1])
    elif passed := re.search(r"(\d+) passed", done.stdout):
        found["tests_passed"] = int(passed[1])
    return found


def main() -> int:
    options = parser("checks", __doc__)
    options.add_argument("--rounds", type=int, default=200, help="kills of each campaign")
    options.add_argument("--only", nargs="+", choices=list(CHECKS), default=list(CHECKS))
    given = options.parse_args()
    with recording("checks", given.out) as figures:
        for name in given.only:
            figures[name] = one(name, given.rounds)
            print(name, json.dumps(figures[name]), flush=True)
    return int(any(each["exit_code"] for each in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
