"""How is a site walked through? Politely, many hosts at a time, and so that any moment may be the last.

    frontier → one request a host → robots, fetch → read (pool) → judge → sink commits → frontier keeps

Each host has one connection and rests after each answer. What came is read and judged at once, and its links wait in
the frontier from then on; batches of it are handed to the sink (the index), and only when that returns does the
frontier know that they are done.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from pincite.crawl import lists, robots
from pincite.crawl import url as urls
from pincite.crawl.chromium import Chromium
from pincite.crawl.fetch import PAGES, REDIRECTS, Fetcher, Response
from pincite.crawl.frontier import Frontier, Kept, Shapes, Task, Wish
from pincite.crawl.judge import Judge, Verdict, listing, seeds
from pincite.crawl.page import Fetched, Page
from pincite.crawl.pool import Pool
from pincite.crawl.robots import Rules
from pincite.crawl.traps import shape
from pincite.crawl.url import shown
from pincite.errors import Unfetchable
from pincite.settings import CrawlSettings
from pincite.types import Original

Sink = Callable[[Sequence[Original], Sequence[str]], None]
"""Takes documents in and the addresses of those that are gone, and has committed both when it returns."""
BATCH = 64
"""Pages that are committed at once, at the most."""
AHEAD = 4 * BATCH
"""Pages that may wait in memory to be committed."""
READ = 8
"""Pages that a process is given at once, at the most."""
SETTLED = 500
"""Addresses of one host that are dropped in one go, before the others have their turn."""
GATHER_S = 0.5
"""A commit waits this long for more to come; nothing else waits for it."""
PATIENCE_S = 10.0
"""Nobody waits longer than this for an address that may be fetched only later; it is left for the next time."""
LONGEST_REST_S = 600.0
"""A host that wants a longer rest gets it, and what is left of it is for the next time."""
BUSY_S = 30.0
"""The rest of a host that has had too many requests and does not say how long."""
LATENCIES = 2
"""A slow host is given this many times as long a rest as it took to answer."""
GIVEN_UP = 4
"""Failures in a row after which a host is left alone for ``REST_S``."""
REST_S = 3600.0
NEVER = frozenset({"blocked_address", "unknown_host", "bad_certificate"})
"""What is wrong with a host, not with one of its pages."""
SILENT = frozenset({"timeout", "cut", "unreachable", "unknown_host"})


@dataclass
class Tally:
    """What a crawl has done since it began. ``read`` counts pages that came, whatever became of them."""

    fetched: int = 0
    """Requests, robots.txt and lists included."""
    read: int = 0
    indexed: int = 0
    unchanged: int = 0
    gone: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Why an address brought no document."""
    problem: Unfetchable | None = None
    """The first thing that went wrong."""
    seconds: float = 0.0


@dataclass(frozen=True)
class _Came:
    """What came of one task: a response, or why there is none."""

    task: Task
    answer: Response | Unfetchable
    at: datetime


class _Judged(NamedTuple):
    """A verdict that is not kept yet, and what it says of shapes of addresses."""

    verdict: Verdict
    shapes: Shapes


class Crawl:
    """One run of one crawl, in one event loop. ``run`` it once."""

    def __init__(
        self,
        frontier: Frontier,
        fetcher: Fetcher,
        settings: CrawlSettings,
        wish: Wish,
        sink: Sink,
        *,
        report: Callable[[Tally], None] | None = None,
        record: Callable[[Fetched], None] | None = None,
        browser: Chromium | None = None,
    ) -> None:
        """``report`` hears of every batch, ``record`` gets every page as it came, or as ``browser`` made it.

        Raises ``Unfetchable`` for a seed that is no address.
        """
        self._frontier, self._fetcher, self._settings, self._wish = frontier, fetcher, settings, wish
        self._sink, self._report, self._record, self._browser = sink, report, record, browser
        sites, targets = seeds(wish)
        self.id = frontier.begin(wish, sites, targets, time.time())
        self._seeds = {target.host for target in targets}
        self._judge = Judge(frontier, self.id, wish, settings.host_pages)
        self._ready: list[tuple[float, str]] = []
        """Hosts by when they may be asked again, in monotonic seconds."""
        self._planned: set[str] = set()
        """Hosts in ``_ready``, asked now, or held until what they sent was judged."""
        self._held: dict[str, int] = {}
        """Hosts that wait for one of their tasks to be judged, by its number."""
        self._rest: dict[str, float] = {}
        self._failures: Counter[str] = Counter()
        self._visits: set[asyncio.Task[None]] = set()
        self._arrived: asyncio.Queue[_Came] = asyncio.Queue()
        """Pages and lists, to be read."""
        self._judged: asyncio.Queue[_Judged] = asyncio.Queue()
        """To be committed."""
        self._open = 0
        """Tasks that were taken and are not kept yet."""
        self._wake = asyncio.Event()
        self._stopped = False
        self._pages = frontier.pages(self.id)
        self.tally = Tally()

    def stop(self) -> None:
        """Ends the run soon; what has come is still kept."""
        self._stopped = True
        self._wake.set()

    async def run(self) -> Tally:
        """Until nothing is left that may be fetched soon, or the pages wished for are there, or ``stop``.

        Whatever was fetched is committed by then. An error of the sink ends the run and is raised.
        """
        began = time.monotonic()
        pool = Pool(self._settings.processes, self._wish.collection)
        for host, due in self._frontier.hosts(self.id):
            self._plan(host, due)
        try:
            async with asyncio.TaskGroup() as group:
                hands = [group.create_task(self._reader(pool)) for _ in range(max(1, self._settings.processes))]
                hands.append(group.create_task(self._keeper()))
                await self._send_all(group)
                await self._call_back()
                await self._arrived.join()
                await self._judged.join()
                for hand in hands:
                    hand.cancel()
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            pool.close()
            self.tally.seconds = time.monotonic() - began
        return self.tally

    # ── who is asked next ──

    async def _send_all(self, group: asyncio.TaskGroup) -> None:
        while not self._stopped:
            self._wake.clear()
            wait = self._send(group)
            if not self._open and not self._visits and (wait is None or not self._waiting()):
                return
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _waiting(self) -> bool:
        """Whether any address waits that may be asked for in this run: a host may rest with nothing left to fetch."""
        now = time.time()
        return any(due <= now + PATIENCE_S for _, due in self._frontier.hosts(self.id, known=self._enough()))

    def _send(self, group: asyncio.TaskGroup) -> float | None:
        """Sends a visitor to every host that is ready. Returns the seconds until the next one is, if any."""
        while self._ready and len(self._visits) < self._settings.connections and self._open < AHEAD + len(self._visits):
            wait = self._ready[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, host = heapq.heappop(self._ready)
            self._planned.discard(host)
            task = self._next(host)
            if task is None:
                due = self._frontier.later(self.id, host, known=self._enough())
                if due is not None:
                    self._plan(host, due)
                continue
            self._planned.add(host)
            self._open += 1
            visit = group.create_task(self._visit(task))
            self._visits.add(visit)
            visit.add_done_callback(self._ended)
        return None

    def _ended(self, visit: asyncio.Task[None]) -> None:
        self._visits.discard(visit)
        self._wake.set()

    def _enough(self) -> bool:
        """As many pages as were wished for are there or on their way: only known ones are looked at again."""
        return self._pages + self._open >= self._wish.pages

    def _plan(self, host: str, due: float = 0.0) -> None:
        """The host may be asked once it has rested, and not before ``due`` (in seconds since 1970)."""
        if host not in self._planned:
            self._planned.add(host)
            at = max(self._rest.get(host, 0.0), time.monotonic() + max(0.0, due - time.time()))
            heapq.heappush(self._ready, (at, host))

    def _next(self, host: str) -> Task | None:
        """The host's next address that is worth asking for; those that are not are settled on the way."""
        now, settled = time.time(), list[Verdict]()
        while (task := self._frontier.take(self.id, host, now, known=self._enough())) is not None:
            why = self._unwanted(task)
            if why is None:
                break
            if task.digest:  # it is in the index, and leaves it like any other
                self._open += 1
                self._arrive(_Came(task, why, datetime.now(UTC)))
                continue
            settled.append(self._judge.failed(task, why, now))
            if len(settled) == SETTLED:
                task = None
                break
        self._frontier.keep(self.id, [each.kept for each in settled], {}, now)
        for verdict in settled:
            self._count(verdict)
        return task

    def _unwanted(self, task: Task) -> Unfetchable | None:
        rules = self._rules(task)
        if rules is not None and not rules.allows(task.url):
            return Unfetchable(f"{shown(task.url)} is not for crawlers", reason="robots")
        if self._judge.spent(task):
            return Unfetchable(f"{shown(task.url)} is one of many that say the same", reason="near_duplicates")
        return None

    def _rules(self, task: Task) -> Rules | None:
        """What the task's site wants, if that is known."""
        text = self._frontier.rules(urls.parse(task.url).origin, time.time())
        return None if text is None else Rules(text)

    async def _call_back(self) -> None:
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    # ── asking ──

    async def _visit(self, task: Task) -> None:
        """One request. Its host rests from the moment that the answer has come."""
        began = time.monotonic()
        rules = self._rules(task)
        came: _Came | None = None
        busy_s = 0.0
        try:
            if rules is None:
                rules = await self._ask_rules(task)
                took = time.monotonic() - began
            else:
                answer = await self._ask(task)
                took = time.monotonic() - began
                busy_s = _busy_s(answer)
                came = _Came(task, await self._run_scripts(task, answer, rules), datetime.now(UTC))
        except asyncio.CancelledError:
            self._frontier.release(task)
            self._open -= 1
            raise
        self.tally.fetched += 1
        rest_s = max(self._settings.delay_s, rules.delay_s, LATENCIES * took, busy_s)
        self._rest[task.host] = time.monotonic() + rest_s
        if rest_s > LONGEST_REST_S:
            self._frontier.postpone(self.id, task.host, time.time() + rest_s)
        # Of addresses that may be a trap one is judged before the next is asked for; of robots.txt nothing is judged.
        if came is not None and task.kind == "page" and shape(task.url)[1]:
            self._held[task.host] = task.id
        else:
            self._planned.discard(task.host)
            self._plan(task.host)
        if came is not None:
            self._arrive(came)
        self._wake.set()

    async def _ask(self, task: Task) -> Response | Unfetchable:
        listed = task.kind == "list"
        try:
            return await self._fetcher.get(
                task.url,
                accept=None if listed else PAGES,
                etag=task.etag,
                last_modified=task.modified,
                max_bytes=lists.MAX_BYTES if listed else None,
                truncate=listed,
                redirects=0,
            )
        except Unfetchable as problem:
            return problem

    async def _run_scripts(self, task: Task, answer: Response | Unfetchable, rules: Rules) -> Response | Unfetchable:
        """What came, and for a page where there is a browser: as its scripts leave it."""
        if self._browser is None or task.kind == "list" or isinstance(answer, Unfetchable):
            return answer
        try:
            return await self._browser.render(answer, rules.allows)
        except Unfetchable as problem:
            self._note(problem)
            return answer  # as it came, it may still say something

    async def _ask_rules(self, task: Task) -> Rules:
        """Asks a site what it wants, and keeps that."""
        origin = urls.parse(task.url).origin
        try:
            answer = await self._fetcher.get(
                f"{origin}/robots.txt", accept=None, max_bytes=robots.MAX_BYTES, truncate=True
            )
        except Unfetchable as problem:
            if problem.reason in NEVER:  # asking for anything else there would come to the same
                self._arrive(_Came(task, problem, datetime.now(UTC)))
                return Rules()
            rules = robots.without(problem)
            if rules.kept_s < robots.KEPT_S:
                self._note(problem)
                self._frontier.postpone(self.id, task.host, time.time() + rules.kept_s)
        else:
            rules = robots.rules(answer.body)
        self._frontier.keep_rules(origin, rules.text, time.time() + rules.kept_s)
        wanted = self._wish.sitemap and self._wish.depth and task.host in self._seeds
        if wanted and rules.kept_s == robots.KEPT_S:
            named = rules.sitemaps or (f"{origin}/sitemap.xml",)
            self._frontier.found(self.id, listing([*named, f"{origin}/llms.txt"], origin))
        self._frontier.release(task)
        self._open -= 1
        return rules

    def _note(self, problem: Unfetchable) -> None:
        self.tally.reasons[problem.reason] += 1
        self.tally.problem = self.tally.problem or problem

    # ── judging ──

    def _arrive(self, came: _Came) -> None:
        """What has text waits for its reader; all else is judged now."""
        if isinstance(came.answer, Response) and came.answer.status == 200:
            self._arrived.put_nowait(came)
        else:
            self._settle(self._verdict(came))

    async def _reader(self, pool: Pool) -> None:
        """Has what came read by one process, some pages at a time."""
        while True:
            batch = [await self._arrived.get()]
            while len(batch) < READ and not self._arrived.empty():
                batch.append(self._arrived.get_nowait())
            pages = await self._pages_of(batch, pool)
            for came in batch:
                listed = came.task.kind == "list"
                self._settle(await self._listed(came) if listed else self._page(came.task, pages[came.task.id]))
                self._arrived.task_done()

    async def _pages_of(self, batch: Sequence[_Came], pool: Pool) -> dict[int, Page | None]:
        """The pages in the batch, read, by the number of their task."""
        fetched = {
            came.task.id: Fetched(came.task.url, answer.url, came.at, 200, dict(answer.headers), answer.body)
            for came in batch
            if isinstance(answer := came.answer, Response) and came.task.kind == "page"
        }
        if self._record:
            for each in fetched.values():
                self._record(each)
        read = await pool.read(list(fetched.values())) if fetched else []
        return dict(zip(fetched, read, strict=True))

    async def _listed(self, came: _Came) -> Verdict:
        answer = came.answer
        assert isinstance(answer, Response)
        found = await asyncio.to_thread(lists.entries, answer.body, answer.url, answer.content_type)
        return self._judge.listed(came.task, found, time.time())

    def _page(self, task: Task, page: Page | None) -> Verdict:
        if page is None:
            return self._judge.failed(task, Unfetchable(f"{task.url} can't be read", reason="unreadable"), time.time())
        self.tally.read += 1
        return self._judge.page(task, page, time.time())

    def _verdict(self, came: _Came) -> Verdict:
        """On what brought no text."""
        task, answer = came.task, came.answer
        if isinstance(answer, Unfetchable):
            if task.kind == "page":  # a site need not have lists
                self.tally.problem = self.tally.problem or answer
            return self._judge.failed(task, answer, time.time())
        if answer.status not in REDIRECTS:
            return self._judge.unchanged(task, answer.headers.get("etag", ""), "", time.time())
        return self._judge.redirected(task, answer)

    def _settle(self, verdict: Verdict) -> None:
        """Its links may be followed from now on, and its host may be asked again if it waited for that."""
        task, targets = verdict.kept.task, verdict.kept.targets
        if task.depth == 0 and verdict.kept.state == "moved":  # a seed takes its lists along
            self._seeds |= {target.host for target in targets}
        if verdict.gone:
            self._judge.left(task)
        self._frontier.found(self.id, targets)
        if self._held.get(task.host) == task.id:
            del self._held[task.host]
            self._planned.discard(task.host)
            self._plan(task.host)
        for host in {target.host for target in targets}:
            self._plan(host)
        shapes, self._judge.touched = self._judge.touched, {}
        self._judged.put_nowait(_Judged(verdict, shapes))
        self._wake.set()

    # ── keeping ──

    async def _keeper(self) -> None:
        while True:
            batch = [await self._judged.get()]
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_S):
                    while len(batch) < min(BATCH, self._open):
                        batch.append(await self._judged.get())
            await self._keep(batch)
            for _ in batch:
                self._judged.task_done()

    async def _keep(self, batch: Sequence[_Judged]) -> None:
        """Has a batch committed, and only then says so."""
        verdicts = [each.verdict for each in batch]
        originals = [each.original for each in verdicts if each.original is not None]
        gone = [each.gone for each in verdicts if each.gone]
        if originals or gone:
            await asyncio.to_thread(self._sink, originals, gone)
        now = time.time()
        shapes: Shapes = {}
        for each in batch:
            shapes |= each.shapes
        self._frontier.keep(self.id, [each.kept for each in verdicts], shapes, now)
        enough = self._enough()
        self._open -= len(batch)
        for verdict in verdicts:
            self._count(verdict)
            self._give_up(verdict.kept, now)
            if verdict.kept.state == "waiting" or verdict.gone:  # then its copies are looked at once more
                self._plan(verdict.kept.task.host, verdict.kept.due)
        if enough and not self._enough():  # some brought no page: others may come instead
            for host, due in self._frontier.hosts(self.id):
                self._plan(host, due)
        if self._report:
            self._report(self.tally)
        self._wake.set()

    def _count(self, verdict: Verdict) -> None:
        kept, tally = verdict.kept, self.tally
        tally.indexed += verdict.original is not None
        tally.gone += bool(verdict.gone)
        if kept.state == "done" and kept.task.kind == "page":
            tally.unchanged += verdict.original is None
            self._pages += not kept.task.checks
        elif kept.task.kind == "page" and kept.state != "waiting":  # which may still come
            tally.reasons[kept.reason or kept.state] += 1

    def _give_up(self, kept: Kept, now: float) -> None:
        """A host that fails again and again is left alone for a while."""
        host = kept.task.host
        self._failures[host] = self._failures[host] + 1 if kept.reason in SILENT else 0
        if self._failures[host] == GIVEN_UP:
            self._frontier.postpone(self.id, host, now + REST_S)


def _busy_s(answer: Response | Unfetchable) -> float:
    """How long a host wants to be left alone that says it is too busy, whatever of it was asked for."""
    if not isinstance(answer, Unfetchable) or answer.reason not in ("status_429", "status_503"):
        return 0.0
    return answer.retry_after_s or (BUSY_S if answer.reason == "status_429" else 0.0)
