"""What does kill -9 leave of a crawl? A crawl of several hosts is killed at random moments until it is through.

    python -m tests.campaigns.kill_crawl --rounds 100 --seed 1

A round is a crawl from nothing into an empty index, killed several times on the way and started again each time with
the same command. In the end every page must be in the index exactly once, with its text, and none must be missing
from the frontier. The sites count every request, so what a kill costs in pages that are fetched again is known.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crawl.serving import Page, Site, serving

from pincite.crawl.crawl import Crawl
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Wish
from pincite.index import Index
from pincite.settings import CrawlSettings, FetchSettings
from pincite.types import Original

HOSTS = 4
PAGES = 40
"""A host."""
SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprstvz" for b in "aeiou"]


def text(host: str, number: int) -> str:
    dice = random.Random(f"{host} {number}")
    words = ("".join(dice.choices(SYLLABLES, k=3)) for _ in range(120))
    return f"Page {number} of {host}. " + " ".join(words) + "."


def fill(site: Site, dice: random.Random) -> None:
    """Pages that link to three others each, so that every one is reached."""
    for number in range(PAGES):
        linked = {(number + 1) % PAGES, dice.randrange(PAGES), dice.randrange(PAGES)}
        links = " ".join(f'<a href="/p-{other}">{other}</a>' for other in linked)
        site.pages[f"/p-{number}"] = Page(f"<title>{number}</title><p>{text(site.host, number)}</p><p>{links}</p>")


# ── the crawl, in a process of its own ──


def crawl(place: Path, seeds: Sequence[str]) -> None:
    index = Index.open(place / "index", None, writer=True)

    def sink(originals: Sequence[Original], gone: Sequence[str]) -> None:
        index.add(originals)
        index.commit()

    async def walk() -> None:
        fetcher = Fetcher(FetchSettings(allow_private=("127.0.0.0/8",)))
        frontier = Frontier(place / "crawl.sqlite3")
        settings = CrawlSettings(delay_s=0.0, processes=0)
        wish = Wish(tuple(seeds), depth=PAGES, pages=10 * HOSTS * PAGES, sitemap=False)
        print("ready", flush=True)
        await Crawl(frontier, fetcher, settings, wish, sink).run()
        await fetcher.aclose()
        frontier.close()

    asyncio.run(walk())
    index.close()


# ── the judge ──


@dataclass
class Tally:
    """What the campaign has seen."""

    rounds: int = 0
    kills: int = 0
    pages: int = 0
    requests: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)


@contextlib.contextmanager
def sites(seed: int) -> Iterator[list[Site]]:
    """The hosts, served from a thread."""
    found: list[Site] = []
    started, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for number in range(HOSTS):
                site = await stack.enter_async_context(serving(f"127.0.0.{number + 2}"))
                fill(site, random.Random(seed * 100 + number))
                found.append(site)
            started.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(30)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def campaign(place: Path, rounds: int, seed: int, kills: int = 3) -> Tally:
    """Raises nothing: what was lost or doubled is in the tally."""
    tally = Tally()
    with sites(seed) as served:
        wanted = {site.url(f"/p-{n}"): text(site.host, n) for site in served for n in range(PAGES)}
        for round_ in range(rounds):
            _one_round(place / str(round_), served, wanted, random.Random(seed * 1000 + round_), kills, tally)
        tally.requests = sum(len(site.asked) for site in served)
    return tally


def _one_round(
    place: Path, served: list[Site], wanted: dict[str, str], dice: random.Random, kills: int, tally: Tally
) -> None:
    seeds = [site.url("/p-0") for site in served]
    for kill in [True] * kills + [False]:
        tally.kills += _one_life(place, seeds, dice.random() * 1.2 if kill else None)
    index = Index.open(place / "index", None, writer=True)
    assert index.repaired == (), index.repaired
    kept = [original for id_, _ in index._store.places() if (original := index.original(id_))]
    index.close()
    counts = Counter(original.document.url for original in kept)
    texts = {original.document.url: original.text for original in kept}
    tally.lost += [url for url, said in wanted.items() if said not in texts.get(url, "")]
    tally.doubled += [url for url, count in counts.items() if count > 1 or url not in wanted]
    frontier = Frontier(place / "crawl.sqlite3")
    (progress,) = frontier.progress()
    frontier.close()
    tally.fates.update(progress.states)
    tally.rounds += 1
    tally.pages += len(counts)


def _one_life(place: Path, seeds: list[str], delay: float | None) -> int:
    """Starts the crawl, and kills it after ``delay`` seconds of work. Returns whether it was."""
    command = [sys.executable, "-m", "tests.campaigns.kill_crawl", "--crawl", str(place), *seeds]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        if delay is not None:
            killer = threading.Timer(delay, running.send_signal, (signal.SIGKILL,))
            killer.start()
        code = running.wait(timeout=600)
        if delay is not None:
            killer.cancel()
    assert code in (0, -signal.SIGKILL), code
    assert delay is not None or code == 0
    return int(code != 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=34, help="of three kills each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crawl", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("seeds", nargs="*", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.crawl:
        crawl(chosen.crawl, chosen.seeds)
        return
    with tempfile.TemporaryDirectory() as place:
        tally = campaign(Path(place), chosen.rounds, chosen.seed)
    again = tally.requests / max(1, tally.pages) - 1
    counts = {"rounds": tally.rounds, "kills": tally.kills, "pages": tally.pages}
    lost = {"lost": len(tally.lost), "doubled": len(tally.doubled)}
    print(json.dumps({**counts, **lost, "fetched_again": round(again, 3), "states": tally.fates}))
    sys.exit(bool(tally.lost or tally.doubled))


if __name__ == "__main__":
    main()
