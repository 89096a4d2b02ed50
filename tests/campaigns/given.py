"""How is a campaign against the library started? By its own command, with rounds, dice and database as given."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path


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
