"""What does kill -9 leave of an index? A writer is killed at random moments, again and again, and all is checked.

    python -m tests.campaigns.kill_index --rounds 200 --seed 1

The writer adds, replaces and deletes documents, embeds in the background, and says before each commit what it is
about to do and after it that it is done. Whatever was acknowledged must be there exactly once in the database, the
full text and the vectors; what was under way must be there wholly or not at all.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from tests.index.making import Hashing, original

from pincite.index import Index
from pincite.ports import Query
from pincite.types import Filters

Versions = dict[str, int]
"""Version by URL; 0 means deleted."""


def text(url: str, version: int) -> str:
    """Two passages, each with a word that no other version of any document has."""
    name = f"{url.removeprefix('x:')}v{version}"
    return f"Alpha{name} is common. " + "Filler words are here. " * 25 + f"\n\nOmega{name} is common too."


# ── the writer, in a process of its own ──


def write(place: Path, seed: int) -> None:
    """Changes the index until it is killed. Says each change before and after it is committed."""
    dice = random.Random(seed)
    # What the index tells of its repairs is no word of the protocol.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    index = Index.open(place, Hashing(), writer=True)
    threading.Thread(target=_embed, args=(index,), daemon=True).start()
    print(json.dumps(["ready"]), flush=True)
    while True:
        changes = {f"x:{dice.randrange(60)}": dice.randrange(1, 1_000_000) for _ in range(dice.randrange(1, 12))}
        if dice.random() < 0.25:
            changes = dict.fromkeys(changes, 0)
        print(json.dumps(["intend", changes]), flush=True)
        if 0 in changes.values():
            index.delete(urls=list(changes))
        else:
            index.add(original(url, text(url, version)) for url, version in changes.items())
            index.commit()
        print(json.dumps(["done"]), flush=True)


def _embed(index: Index) -> None:
    while True:
        index.embed_pending(threading.Event())
        time.sleep(0.005)


# ── the judge ──


@dataclass
class Tally:
    """What the campaign has seen."""

    rounds: int = 0
    commits: int = 0
    torn: int = 0
    """Rounds killed between an intention and its acknowledgement."""
    applied: int = 0
    """Of those, how many changes were there all the same."""
    recovery_s: list[float] = field(default_factory=list)


def campaign(place: Path, rounds: int, seed: int) -> Tally:
    """Raises ``AssertionError`` on the first loss, double or half of a commit."""
    dice = random.Random(seed)
    tally = Tally()
    truth: Versions = {}
    for round_ in range(rounds):
        intended, commits = _one_life(place, dice, truth, seed * 100_000 + round_)
        began = time.monotonic()
        index = Index.open(place, Hashing(), writer=True)
        tally.recovery_s.append(time.monotonic() - began)
        assert index.repaired == (), index.repaired
        if intended:
            tally.torn += 1
            if _holds(index, {**truth, **intended}):
                truth.update(intended)
                tally.applied += 1
        _verify(index, truth)
        index.close()
        tally.rounds += 1
        tally.commits += commits
    return tally


def _one_life(place: Path, dice: random.Random, truth: Versions, seed: int) -> tuple[Versions, int]:
    """Starts a writer, kills it, and returns what it was about to do. ``truth`` takes what it acknowledged."""
    command = [sys.executable, "-m", "tests.campaigns.kill_index", "--write", str(place), "--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        # Most die at work, some while they open what the last one left.
        if dice.random() < 0.9:
            writer.stdout.readline()
            delay = dice.random() * 0.6
        else:
            delay = 0.3 + dice.random() * 0.5
        killer = threading.Timer(delay, writer.send_signal, (signal.SIGKILL,))
        killer.start()
        intended: Versions = {}
        commits = 0
        for line in writer.stdout:
            if not line.endswith("\n"):
                break
            said = json.loads(line)
            if said[0] == "intend":
                intended = said[1]
            elif said[0] == "done":
                truth.update(intended)
                intended = {}
                commits += 1
        killer.join()
    return intended, commits


def _holds(index: Index, versions: Versions) -> bool:
    """Whether exactly these versions are there, by the originals kept."""
    alive = {url: version for url, version in versions.items() if version}
    return _originals(index) == {url: text(url, version) for url, version in alive.items()}


def _originals(index: Index) -> dict[str, str]:
    kept = [index.original(id_) for id_, _ in index._store.places()]
    assert None not in kept
    return {each.document.url: each.text for each in kept if each}


def _verify(index: Index, truth: Versions) -> None:
    assert _holds(index, truth), "an acknowledged change is lost, or half of one is there"
    stored = [row.number for row in index._store.after(0, 1_000_000)]
    by_words = Counter(found.number for found in index._text.search([("common",)], 1_000_000, Filters()))
    assert by_words == Counter(stored), (
        f"full text and database differ: {by_words - Counter(stored)}, {Counter(stored) - by_words}"
    )
    index.embed_pending(threading.Event())
    living = Counter(int(n) for segment in index._searcher.snapshot.segments for n in segment.living()["number"])
    assert living == Counter(stored), "vectors and database differ"
    for url, version in random.Random(len(stored)).sample(sorted(truth.items()), min(8, len(truth))):
        for word in ("Alpha", "Omega") if version else ():
            hits = index.search(Query(f"{word}{url.removeprefix('x:')}v{version}"), dense=False)
            assert [hit.passage.document.url for hit in hits] == [url], f"{word} of {url} is found {len(hits)} times"
    index._store.check()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.write:
        write(chosen.write, chosen.seed)
        return
    with tempfile.TemporaryDirectory() as place:
        tally = campaign(Path(place), chosen.rounds, chosen.seed)
    recovery = sorted(tally.recovery_s)
    print(
        f"{tally.rounds} kills, {tally.commits} acknowledged commits, 0 lost, 0 double; {tally.torn} killed within a "
        f"commit ({tally.applied} of them whole, the others absent); "
        f"reopened in {recovery[len(recovery) // 2]:.3f} s (median), {recovery[-1]:.3f} s at the most"
    )


if __name__ == "__main__":
    main()
