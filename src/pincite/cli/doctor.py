"""Is everything well? ``pincite doctor``: one line a check, and for what is not well, what to do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import httpx
import typer
from rich.text import Text

from pincite import __version__
from pincite.cli import databases, options
from pincite.cli.door import Door
from pincite.cli.progress import size
from pincite.crawl.frontier import Frontier
from pincite.encoders.cross import CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.errors import Busy, Damaged, PinciteError
from pincite.index import Index
from pincite.library import Library, rescue
from pincite.library.files import is_scarce
from pincite.models import Picker
from pincite.ports import ModelCard
from pincite.rank import learn, policy
from pincite.text.many import many
from pincite.web import health, serve

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
LOW_DISK_BYTES = 500_000_000
MARKS = {"ok": ("✓", "green"), "note": ("·", "dim"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@dataclass(frozen=True)
class Finding:
    """What one check found. ``fix`` is the thing to do, empty where there is nothing to do."""

    check: str
    state: Literal["ok", "note", "warn", "bad"]
    found: str
    fix: str = ""


@app.command()
def doctor(
    context: typer.Context,
    as_json: options.Json = False,
    save: Annotated[
        bool, typer.Option("--rescue", help="Save what can be read of a damaged library; the old file is kept.")
    ] = False,
) -> None:
    """Check everything, and say how to mend what is broken. What the index can mend by itself, it does."""
    door: Door = context.obj
    if save:
        saved = rescue(door.settings.library_url)
        door.say(f"threads saved: {saved.threads}; answers saved: {saved.answers}, lost: {saved.lost}")
        door.say(f"accounts saved: {saved.people}")
        door.say(f"the damaged file is kept: {saved.damaged}")
    findings: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found = list(check(door))
        except PinciteError as error:
            found = [Finding(name, "bad", error.detail, error.hint)]
        except OSError as error:
            found = [Finding(name, "bad", f"{error.strerror}: {error.filename}", "check its permissions and the disk")]
        except sqlite3.Error as error:
            found = [Finding(name, "bad", str(error), "check the data folder's permissions and the disk")]
        findings += found
        if not as_json:
            for finding in found:
                _show(door, finding)
    if as_json:
        door.print_json([vars(finding) for finding in findings])
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)


def _show(door: Door, finding: Finding) -> None:
    mark, style = MARKS[finding.state]
    door.out.print(Text.assemble((mark, style), f" {finding.check}: {finding.found}"))
    if finding.fix:
        door.out.print(Text(f"    → {finding.fix}"))


def _versions(_door: Door) -> Iterator[Finding]:
    parts = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}"
    yield Finding("pincite", "ok", f"{__version__} ({parts} {platform.machine()})")


def _settings(door: Door) -> Iterator[Finding]:
    count = len(door.loaded.origins)
    yield Finding("settings", "ok", f"{count} set, the rest by default" if count else "all by default")


def _folder(door: Door) -> Iterator[Finding]:
    folder = door.settings.data_dir
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        why = "can't be written by this user" if there.is_dir() else "is a file"
        yield Finding("data", "bad", f"{there} {why}", "name another folder with --data-dir")
        return
    free = shutil.disk_usage(there).free
    found = f"{folder}, {size(free)} free"
    if health.disk(there) != "ok":
        yield Finding("data", "bad", f"{found}: questions are refused", "free some space")
    elif is_scarce(there):
        yield Finding("data", "warn", f"{found}: files that people hand in are refused", "free some space")
    elif free < LOW_DISK_BYTES:
        yield Finding("data", "warn", found, "free some space before you index more")
    else:
        yield Finding("data", "ok", found)


def _encoder(_door: Door) -> Iterator[Finding]:
    embedder = MiniLM.load()
    embedder.embed(["Is everything well?"])
    yield Finding("vectors", "ok", f"{embedder.name} loads and works")


def _index(door: Door) -> Iterator[Finding]:
    if not door.settings.index_dir.exists():
        yield Finding("index", "note", "nothing is indexed yet", "pincite index PATH")
        return
    # With what makes vectors, for those of a damaged index are thrown away without.
    index = Index.open(door.settings.index_dir, MiniLM.load(), settings=door.settings.index)
    try:
        status = index.status()
    finally:
        index.close()
    for line in status.repaired:
        yield Finding("index", "warn", f"was damaged and is mended: {line}")
    if not status.documents:
        yield Finding("index", "note", "nothing is indexed yet", "pincite index PATH")
        return
    waiting = status.passages - status.embedded
    found = f"{many(status.documents, 'document')}, {many(status.passages, 'passage')}, {size(status.bytes)}"
    if waiting and status.writer is None:
        advice = "pincite serve makes them in the background"
        yield Finding("index", "note", f"{found}; {waiting:,} passages wait for vectors", advice)
    else:
        yield Finding("index", "ok", found + (f"; process {status.writer} writes" if status.writer else ""))


def _library(door: Door) -> Iterator[Finding]:
    ill: list[PinciteError] = []

    async def look() -> tuple[int, list[str]]:
        async with await Library.open(door.settings.library_url) as library:
            wrong = await library.check()
            if wrong:
                return 0, wrong
            try:
                await library.vault(door.settings.data_dir, {})
            except Damaged as damage:
                ill.append(damage)
            if door.settings.server.public and not await library.people.all():
                ill.append(serve.nobody())
            return len(await library.threads(limit=1000)), []

    if not door.settings.library.url and not door.settings.data_dir.exists():
        yield Finding("library", "note", "nothing was asked yet", 'pincite "what causes tides?"')
        return
    kind = door.settings.library_url.split(":")[0].split("+")[0]
    try:
        threads, wrong = asyncio.run(look())
    except Damaged as damage:
        threads, wrong = 0, [damage.detail]
    if wrong:
        yield Finding("library", "bad", "; ".join(wrong[:3]), "pincite doctor --rescue saves what can be read")
        return
    count = "1,000 threads or more" if threads == 1000 else many(threads, "thread")
    yield Finding("library", "ok", f"{kind}, {count}")
    for one in ill:
        yield Finding("library", "bad", one.detail, one.hint)


def _ranking(door: Door) -> Iterator[Finding]:
    settings = door.settings
    rules = policy.load(settings.policy_file)
    own = [many(len(rules.rules), "rule") + f" of {settings.policy_file.name}"] if rules.rules else []
    own += [settings.ranker_file.name] if learn.load(settings.ranker_file, rules) else []
    own += [] if CrossEncoder.configured(settings) else ["no cross-encoder"]
    yield Finding("ranking", "ok", ", ".join(own) or "as it comes")


def _crawl(door: Door) -> Iterator[Finding]:
    path = door.settings.crawl_file
    if not path.exists():
        yield Finding("crawl", "note", "nothing was crawled yet", "docs/crawl.md says how")
        return
    with contextlib.closing(Frontier(path)) as frontier:
        yield Finding("crawl", "ok", many(len(frontier.progress()), "crawl"))


def _models(door: Door) -> Iterator[Finding]:
    async def look() -> list[ModelCard]:
        picker = Picker(door.settings.models, os.environ)
        try:
            return await picker.cards()
        finally:
            await picker.close()

    cards = asyncio.run(look())
    usable = [card for card in cards if not card.locked]
    chosen = door.settings.models.default
    if chosen:
        card = next((card for card in cards if card.id == chosen), None)
        if card is None or card.locked:
            why = card.locked if card else "no server offers it"
            yield Finding("models", "bad", f"the default {chosen} can't be used: {why}", "pincite models --all")
            return
        yield Finding("models", "ok", f"{chosen} writes; {len(usable)} can be used")
    elif usable:
        advice = f"to let one write: PINCITE_MODELS__DEFAULT={usable[0].id}"
        yield Finding("models", "note", f"{len(usable)} can be used, none writes by default", advice)
    else:
        yield Finding("models", "note", "none; answers are made of quotes", "docs/models.md says how to add one")
    yield from _helpers(door, {card.id: card.locked for card in cards})


def _helpers(door: Door, known: Mapping[str, str]) -> Iterator[Finding]:
    """Models that help whoever writes: one that can't be used is left out, which nobody would notice."""
    models = door.settings.models
    for duty, name in (("first", models.first), ("planner", models.planner), ("checker", models.checker)):
        why = known.get(name, "no server offers it") if name else ""
        if why:
            said = f"models.{duty} is {name}, which can't be used: {why}"
            yield Finding("models", "warn", said, "pincite models --all")


def _databases(door: Door) -> Iterator[Finding]:
    for one in asyncio.run(databases.looked_at(door, list(door.settings.databases))):
        if one.failed is None:
            yield Finding("databases", "ok", f"{one.name}: {one.state}")
        else:
            yield Finding("databases", "bad", f"{one.name}: {one.failed.detail}", one.failed.hint)
    if not door.settings.databases:
        yield Finding("databases", "note", "none is set up", "docs/databases.md says how")


def _port(door: Door) -> Iterator[Finding]:
    server = door.settings.server
    serve.access_token(door.settings, os.environ)
    try:
        serve.bind(server.host, server.port).close()
    except Busy:
        health = _health(server.host, server.port)
        if health is None:
            raise
        ill = [f"{part}: {state}" for part, state in health.items() if state != "ok"]
        found = f"pincite serves on {server.port} of {server.host}"
        yield Finding("port", "bad" if ill else "ok", "; ".join([found, *ill]), "look at its log" if ill else "")
    else:
        yield Finding("port", "ok", f"{server.port} of {server.host} is free")


def _health(host: str, port: int) -> dict[str, str] | None:
    """How the parts of the pincite that listens there are, by its own word; ``None`` if it is no pincite."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    name = f"[{here}]" if ":" in here else here
    try:
        told = httpx.get(f"http://{name}:{port}/healthz", timeout=5, trust_env=False).json()
        return {str(part): str(state) for part, state in told["parts"].items()}
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return None


CHECKS: dict[str, Callable[[Door], Iterator[Finding]]] = {
    "pincite": _versions,
    "settings": _settings,
    "data": _folder,
    "vectors": _encoder,
    "index": _index,
    "library": _library,
    "ranking": _ranking,
    "crawl": _crawl,
    "models": _models,
    "databases": _databases,
    "port": _port,
}
