"""How is a campaign started, and the server that it kills? By its command, with rounds, dice and database as given."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from pincite.settings import Settings

SERVE = """
import sys
from pincite.settings import Settings
from pincite.web.serve import run
run(Settings.model_validate_json(sys.argv[1]), ready=lambda url: print(url, flush=True))
"""


def server(settings: Settings) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a real server, which prints its address on a line when it is there."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    return [sys.executable, "-c", SERVE, settings.model_dump_json()], env


def run(doc: str | None, campaign: Callable[[str, int, int], Mapping[str, int]], faults: Collection[str]) -> int:
    """Run ``campaign(url, rounds, seed)`` as the command line says, and print what it found as a line of JSON.

    The exit status: 1 if it counted any of ``faults``. The seed is printed too, so that a run can be repeated.
    """
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pincite-kill-") as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'library.sqlite3'}"
        found = campaign(url, given.rounds, given.seed)
    print(json.dumps({"seed": given.seed, **found}))
    return 1 if any(found[fault] for fault in faults) else 0
