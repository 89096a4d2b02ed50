"""How do sites come in? ``pincite crawl``: start, status, forget; archives in and out."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from pincite.cli import options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.cli.index import embed, writing
from pincite.cli.progress import Bar, duration
from pincite.crawl.chromium import Chromium
from pincite.crawl.crawl import Crawl, Tally
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Progress, Wish
from pincite.crawl.page import Fetched, Page
from pincite.crawl.pool import Pool
from pincite.crawl.warc import Archive, pages
from pincite.errors import BadInput, NotFound, Unreadable
from pincite.index import Added, Index
from pincite.settings import CrawlSettings
from pincite.text.many import many
from pincite.types import Document, Original

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Put web pages into what can be asked about. pincite crawl URL… walks through sites; the rest is below.",
)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ARCHIVE_BATCH = 64
_NOTHING = {
    "robots": ("the site's robots.txt wants no crawlers there", "ask whoever runs the site to allow pincite"),
    "no_text": ("what came has no text", "if scripts make the page, --chromium runs them"),
    "noindex": ("the page wants to be in no index", "ask whoever runs the site to allow pincite"),
    "moved": ("its addresses lead to one another", "open it in a browser to see where it ends"),
}
"""Why a crawl brought nothing, where nothing went wrong; and what to do."""

Depth = Annotated[int, typer.Option("--depth", min=0, metavar="N", help="Links to follow from the first page.")]
Pages = Annotated[int, typer.Option("--pages", min=1, metavar="N", help="Pages to bring at the most.")]
SameSite = Annotated[bool, typer.Option("--same-site/--any-site", help="Stay on the sites that were named, or not.")]
Sitemap = Annotated[bool, typer.Option("--sitemap/--no-sitemap", help="Ask sites for lists of their pages.")]
Every = Annotated[str, typer.Option("--every", metavar="TIME", help="Look again after 12h, 1d, 2w; run it from cron.")]
Collection = Annotated[str, typer.Option("--collection", metavar="NAME", help="Where to put the pages.")]
From = Annotated[list[Path] | None, typer.Option("--from", metavar="FILE", help="Pages of a WARC file instead.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Also keep every page as it came, as WARC.")]
Scripts = Annotated[
    bool | None,
    typer.Option("--chromium/--no-chromium", help="Run pages' scripts in Chromium; needs pincite[chromium]."),
]
Processes = Annotated[
    int | None,
    typer.Option("--processes", metavar="N", min=0, max=64, help="Processes that read pages; 0: none but this one."),
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until pages can also be found by meaning.")]


@app.command()
def start(
    context: typer.Context,
    seeds: Annotated[list[str] | None, typer.Argument(metavar="URL…", help="Where to begin.")] = None,
    depth: Depth = 3,
    pages: Pages = 1000,
    same_site: SameSite = True,
    sitemap: Sitemap = True,
    every: Every = "",
    collection: Collection = "default",
    source: From = None,
    to: To = None,
    chromium: Scripts = None,
    processes: Processes = None,
    wait: Wait = True,
) -> None:
    """Walk through sites and put their pages into the index.

    Obeys robots.txt, asks one host at most once a second, and says who it is (fetch.contact tells site owners how to
    reach you). The same command again goes on where it was stopped, or looks again for what has changed; without a
    URL, every crawl does. Ctrl-C at any time loses nothing that was fetched.
    """
    door: Door = context.obj
    every_s = _seconds(every)
    given = {name: value for name, value in (("chromium", chromium), ("processes", processes)) if value is not None}
    settings = door.settings.crawl.model_copy(update=given)
    if source and seeds:
        raise BadInput("a crawl is of URLs or of --from FILE, not of both", hint="run it twice")
    with writing(door) as index:
        if source:
            _import(door, index, source, collection, settings.processes)
        else:
            wish = Wish(tuple(map(_url, seeds or ())), collection, depth, pages, same_site, sitemap, every_s)
            _crawl(door, index, settings, wish, to)
        index.rank_links()
        if wait:
            embed(door, index)


@app.command()
def status(context: typer.Context, as_json: options.Json = False) -> None:
    """Show every crawl, how far it is, and why pages are missing."""
    door: Door = context.obj
    with _frontier(door) as frontier:
        found = frontier.progress()
    if as_json:
        door.print_json([_row(each) for each in found])
        return
    if not found:
        door.say("nothing was crawled yet\n  → pincite crawl https://…")
    for each in found:
        door.print(f"{each.id}  {' '.join(each.wish.seeds)}  into {each.wish.collection}")
        rows = {
            "addresses": _listed(each.states),
            "missing": _listed(each.reasons),
            "once more": _listed(each.again),
            "next look": _look(each),
        }
        for name, value in rows.items():
            if value:
                door.print(f"   {name:<10} {value}")


@app.command()
def forget(
    context: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="NUMBER|URL…", help="As pincite crawl status shows them.")],
) -> None:
    """Forget crawls and what they know of their sites. Pages stay in the index: pincite index rm takes them out."""
    door: Door = context.obj
    with _frontier(door) as frontier:
        known = frontier.progress()
        for name in what:
            found = [each for each in known if name in (str(each.id), *each.wish.seeds)]
            if not found:
                raise NotFound(f"there is no crawl {name}", hint="pincite crawl status lists them")
            for each in found:
                frontier.forget(each.id)
                door.say(f"forgot crawl {each.id}: {' '.join(each.wish.seeds)}")


# ── walking ──


def _crawl(door: Door, index: Index, settings: CrawlSettings, wish: Wish, to: Path | None) -> None:
    with ExitStack() as stack:
        frontier = stack.enter_context(_frontier(door))
        archive = stack.enter_context(Archive(to)) if to else None
        wishes = [wish] if wish.seeds else [each.wish for each in frontier.progress()]
        if not wishes:
            raise BadInput("no URL to begin with", hint="pincite crawl https://…")
        for each in wishes:
            asked = bool(wish.seeds)
            stopped, tally = asyncio.run(_walk(door, index, settings, frontier, each, archive, asked=asked))
            door.say(_summary(each, tally))
            if not stopped and (more := _more(frontier, each)):
                door.say(more)
            if stopped:
                door.warn("stopped; run the same command again to go on")
                raise typer.Exit(130)
            if asked and not (tally.indexed or tally.unchanged):
                _say_why_nothing_came(tally)


def _say_why_nothing_came(tally: Tally) -> None:
    """Raises ``NotFound``, unless what came is in the index under another address."""
    known = next((_NOTHING[reason] for reason in tally.reasons if reason in _NOTHING), None)
    if tally.problem is not None:
        detail, hint = tally.problem.detail, tally.problem.hint
    elif known is not None:
        detail, hint = known
    elif tally.read:
        return
    else:
        detail, hint = "nothing is due", ""
    raise NotFound(f"no page came: {detail}", hint=hint or "pincite crawl status says more")


async def _walk(
    door: Door,
    index: Index,
    settings: CrawlSettings,
    frontier: Frontier,
    wish: Wish,
    archive: Archive | None,
    *,
    asked: bool,
) -> tuple[bool, Tally]:
    """One crawl, until it is through or Ctrl-C. Returns whether it was stopped."""
    stack = AsyncExitStack()
    fetcher = Fetcher(door.settings.fetch, connections=settings.connections)
    stack.push_async_callback(fetcher.aclose)
    bar = Bar(door, "Crawling", "pages")
    stack.callback(bar.close)
    stops: list[bool] = []

    def sink(originals: Sequence[Original], gone: Sequence[str]) -> None:
        _put(index, wish.collection, originals, gone)

    async with stack:
        browser = None
        if settings.chromium:
            made = Chromium(fetcher, program=settings.chromium_path, render_s=settings.render_s)
            browser = await stack.enter_async_context(made)
        crawl = Crawl(
            frontier,
            fetcher,
            settings,
            wish,
            sink,
            report=lambda tally: bar.update(tally.read, None),
            record=archive.add if archive else None,
            browser=browser,
        )
        if asked and not frontier.hosts(crawl.id):
            frontier.renew(crawl.id)

        def stop() -> None:
            stops.append(True)
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            crawl.stop()

        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)
        tally = await crawl.run()
    return bool(stops), tally


def _put(index: Index, collection: str, originals: Sequence[Original], gone: Sequence[str]) -> Added:
    """Both are on disk when this returns; the frontier counts on it."""
    added = index.add(originals) if originals else Added()
    index.commit()
    if gone:
        index.delete(document_ids=[Document(url=url, title=url, collection=collection).id for url in gone])
    return added


# ── archives ──


def _import(door: Door, index: Index, files: Iterable[Path], collection: str, processes: int) -> None:
    pool = Pool(processes, collection)
    bar = Bar(door, "Reading", "pages")
    added, began, seen = Added(), time.monotonic(), 0
    try:
        for file in files:
            for batch in _batches(pages(file, int(door.settings.fetch.max_mb * 1e6))):
                added += _put(index, collection, _documents(asyncio.run(pool.spread(batch))), ())
                seen += len(batch)
                bar.update(seen, None)
    finally:
        pool.close()
        bar.close()
    new = many(added.documents, "new document")
    known = f", {added.unchanged + added.updated:,} known" if added.unchanged + added.updated else ""
    door.say(f"{new}{known} of {many(seen, 'page')} in {duration(time.monotonic() - began)}")


def _batches(stream: Iterable[Fetched]) -> Iterator[list[Fetched]]:
    """Some pages at a time; also those before the place where an archive is damaged."""
    batch: list[Fetched] = []
    try:
        for page in stream:
            batch.append(page)
            if len(batch) == _ARCHIVE_BATCH:
                yield batch
                batch = []
    except Unreadable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _documents(read: Iterable[Page | None]) -> list[Original]:
    return [page.original for page in read if page and page.original.text.strip() and not page.noindex]


# ── words ──


def _url(text: str) -> str:
    """What a person types is a host as often as a URL."""
    return text if "://" in text else f"https://{text}"


def _seconds(text: str) -> float:
    if not text:
        return 0.0
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([mhdw])", text.strip().lower())
    if not match or float(match[1]) <= 0:
        raise BadInput(f"--every {text!r} is no time", hint="such as 30m, 12h, 1d or 2w")
    return timedelta(**{_UNITS[match[2]]: float(match[1])}).total_seconds()


def _summary(wish: Wish, tally: Tally) -> str:
    parts = [f"{many(tally.indexed, 'page')} new or changed"]
    parts += [f"{tally.unchanged:,} unchanged"] if tally.unchanged else []
    parts += [f"{tally.gone:,} gone"] if tally.gone else []
    parts += [f"left out: {_listed(tally.reasons)}"] if tally.reasons else []
    rate = f"{tally.read / tally.seconds:.1f} pages a second" if tally.seconds > 1 else duration(tally.seconds)
    return f"{' '.join(wish.seeds)}: {', '.join(parts)}; {rate}"


def _more(frontier: Frontier, wish: Wish) -> str:
    """What is known of the crawl and was not fetched, and how to have it; empty if that is nothing."""
    own = next((each for each in frontier.progress() if each.wish.name == wish.name), None)
    waiting = own.states.get("waiting", 0) if own is not None else 0
    if own is None or not waiting:
        return ""
    left = many(waiting, "known page")
    if frontier.pages(own.id) >= wish.pages:
        return f"  {left} left out by --pages {wish.pages:,}"
    why = f" (not there yet: {_listed(own.again)})" if own.again else ""
    return f"  {left} still to come{why}\n  → run the same command again {_look(own)}".rstrip()


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if name)


def _look(each: Progress) -> str:
    if each.due is None:
        return ""
    left = each.due - time.time()
    return "now" if left <= 0 else f"in {duration(left)}"


def _row(each: Progress) -> dict[str, object]:
    row = {"id": each.id, **vars(each.wish), "begun": each.begun, "states": each.states, "due": each.due}
    return {
        **row,
        "seeds": list(each.wish.seeds),
        "reasons": {k: v for k, v in each.reasons.items() if k},
        "again": each.again,
    }


@contextmanager
def _frontier(door: Door) -> Iterator[Frontier]:
    frontier = Frontier(door.settings.made().crawl_file)
    try:
        yield frontier
    finally:
        frontier.close()
