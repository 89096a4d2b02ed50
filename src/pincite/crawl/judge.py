"""What becomes of a page that came? Into the index or not, and which of its links are followed.

Knows everything that the crawl has seen, in memory; the frontier makes it durable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from pincite.crawl import url as urls
from pincite.crawl.fetch import Response
from pincite.crawl.frontier import Frontier, Kept, Shapes, Target, Task, Wish, moved, next_look
from pincite.crawl.lists import Entries
from pincite.crawl.page import Page
from pincite.crawl.traps import Near, distance, penalty, shape, tidy, trap
from pincite.errors import Unfetchable
from pincite.text.named import within
from pincite.types import Original

MAX_HOPS = 5
TRIES = 3
TIMEOUTS = 2
"""A page that takes for ever costs the most."""
RETRY_S = 30.0
"""Before the second try, unless the server says how long; four times as long before the third."""
OTHER_BITS = 12
"""Two pages that differ by more than this are not one page under two addresses, whatever they say."""
_PASSING = frozenset({"timeout", "cut", "unreachable", "unknown_host", "garbled", "status_429", "status_408"})
COPY = 2
"""How much staler a copy is than a page that is nearly the same."""
_STREAK, _PATIENT = 2, 20


@dataclass(frozen=True)
class Verdict:
    """What is kept of a task, what goes into the index, and which address is taken out of it."""

    kept: Kept
    original: Original | None = None
    gone: str = ""


class Judge:
    """Judges in the order in which pages came; what it judged counts from then on."""

    def __init__(self, frontier: Frontier, crawl: int, wish: Wish, host_pages: int) -> None:
        self._frontier, self._crawl, self._wish, self._host_pages = frontier, crawl, wish, host_pages
        self._sites = frontier.sites(crawl)
        self._shapes = frontier.shapes(crawl)
        self._hosts: Counter[str] = Counter()
        self._known: set[int] = set()
        for url, host in frontier.urls(crawl):
            self._known.add(hash(url))
            self._hosts[host] += 1
        self._first: dict[bytes, str] = {}
        self._prints: dict[str, int] = {}
        self._near: dict[str, Near] = {}
        self.touched: Shapes = {}
        """Shapes that changed since they were last kept."""
        for url, host, print_, digest in frontier.known(crawl):
            self._remember(url, host, print_, digest)

    def _remember(self, url: str, host: str, print_: int, digest: bytes) -> None:
        self._first.setdefault(digest, url)
        self._prints[url] = print_
        self._near.setdefault(host, Near()).add(print_)

    def left(self, task: Task) -> None:
        """The page is no longer in the index: what says the same elsewhere is no copy of it."""
        self._first = {digest: url for digest, url in self._first.items() if url != task.url}
        self._prints.pop(task.url, None)

    # ── before it is fetched ──

    def spent(self, task: Task) -> bool:
        """Whether addresses of this shape have stopped saying anything new."""
        template, many = shape(task.url)
        novel, streak = self._shapes.get((task.host, template), (0, 0))
        least = _STREAK if many else _PATIENT
        return not task.checks and task.kind == "page" and streak >= min(_PATIENT, least + novel // 4)

    def _came(self, task: Task, stale: int) -> None:
        """``stale`` is 0 for a page that says something new, 1 for one that nearly does not, 2 for a copy."""
        key = (task.host, shape(task.url)[0])
        novel, streak = self._shapes.get(key, (0, 0))
        self._shapes[key] = self.touched[key] = (novel, streak + stale) if stale else (novel + 1, 0)

    # ── after ──

    def page(self, task: Task, page: Page, now: float) -> Verdict:
        """A page with status 200."""
        if page.refresh and page.refresh != task.url:
            return self._moved(task, page.refresh)
        text = page.original.text
        first = self._first.get(page.digest, task.url) if text.strip() else task.url
        bits = None if task.checks else self._near.setdefault(task.host, Near()).nearest(page.fingerprint)
        stale = 0 if bits is None else COPY if bits == 0 else 1
        self._came(task, stale if text.strip() else COPY)
        reason = self._reason(task, page, first)
        targets = self._admitted(self._leads(task, page, reason, stale))
        kept = Kept(task, "done", reason, targets, etag=page.etag, modified=page.last_modified)
        if reason:
            state = {"alias": "alias", "duplicate": "alias"}.get(reason, "skipped")
            return Verdict(replace(kept, state=state), gone=task.url if task.digest else "")
        changed = page.digest != task.digest
        self._remember(task.url, task.host, page.fingerprint, page.digest)
        due = next_look(task, changed, self._wish.every_s, now)
        kept = replace(kept, due=due, print=page.fingerprint, digest=page.digest, changed=changed)
        return Verdict(kept, page.original if changed else None)

    def _reason(self, task: Task, page: Page, first: str) -> str:
        if page.noindex:
            return "noindex"
        if not page.original.text.strip():
            return "no_text"
        if first != task.url:
            return "duplicate"
        return "alias" if self._is_alias(task, page) else ""

    def _is_alias(self, task: Task, page: Page) -> bool:
        """Whether the page is, by its own word, another page of the same host, and that page does not contradict."""
        canonical = page.canonical
        if not canonical or canonical == task.url or urls.parse(canonical).host != task.host:
            return False
        if canonical in self._prints:
            return distance(self._prints[canonical], page.fingerprint) <= OTHER_BITS
        # What points at each other, or at nothing, is taken as it is.
        return self._frontier.state(self._crawl, canonical) in ("", "waiting", "taken")

    def _leads(self, task: Task, page: Page, reason: str, stale: int) -> Iterable[Target]:
        """Where to go from a page. One that says nothing new leads to no more of its own kind, a copy to no kind."""
        if reason == "alias":
            yield _target(page.canonical, task.depth)
        if task.depth < self._wish.depth and reason != "duplicate":
            own = shape(task.url)[0]
            new = (url for url in page.targets if hash(url) not in self._known)
            yield from (_target(url, task.depth + 1) for url in new if not stale or self._differs(url, own, stale))
        if task.depth == 0 and self._wish.depth:
            yield from (replace(_target(url, 0), kind="list") for url in page.feeds)

    def _differs(self, url: str, own: str, stale: int) -> bool:
        template, many = shape(url)
        return template != own and not (many and stale == COPY)

    def listed(self, task: Task, entries: Entries, now: float) -> Verdict:
        """A sitemap, a feed or llms.txt. What it names counts as one link from a seed."""
        pages = (replace(_target(url, 1), changed=_instant(day)) for url, day in entries.pages)
        lists = (replace(_target(url, 1), kind="list", hops=task.hops + 1) for url in entries.lists)
        targets = self._admitted([*pages, *(each for each in lists if each.hops <= MAX_HOPS)])
        due = now + self._wish.every_s if self._wish.every_s else 0.0
        return Verdict(Kept(task, "done", "list", targets, due))

    def unchanged(self, task: Task, etag: str, modified: str, now: float) -> Verdict:
        """The server says that it is what it was."""
        due = next_look(task, False, self._wish.every_s, now)
        kept = Kept(task, "done", "", (), due, etag or task.etag, modified or task.modified, task.print, task.digest)
        return Verdict(kept)

    def redirected(self, task: Task, answer: Response) -> Verdict:
        """It leads elsewhere; that is judged like any other link, and a seed takes its site with it."""
        try:
            return self._moved(task, tidy(answer.location or answer.url))
        except Unfetchable as problem:
            return self.failed(task, problem, 0.0)

    def _moved(self, task: Task, where: str) -> Verdict:
        target = moved(task, _target(where, task.depth))
        if task.depth == 0 and task.kind == "page" and not self._inside(target.host):
            self._sites.append(site(target.host))
            self._frontier.join(self._crawl, site(target.host))
        looping = target.hops > MAX_HOPS or target.url == task.url
        if looping:  # a chain that ends somewhere is none of many
            self._came(task, COPY)
        kept = Kept(task, "failed" if looping else "moved", "redirects" if looping else "")
        return Verdict(
            replace(kept, targets=() if looping else self._admitted([target])), gone=task.url if task.digest else ""
        )

    def failed(self, task: Task, problem: Unfetchable, now: float) -> Verdict:
        """It did not come. What may pass is tried again later; what is gone leaves the index."""
        reason = problem.reason
        passing = reason in _PASSING or reason.startswith("status_5")
        if passing and task.tries + 1 < (TIMEOUTS if reason == "timeout" else TRIES):
            wait = RETRY_S * 4**task.tries if problem.retry_after_s is None else problem.retry_after_s
            return Verdict(Kept(task, "waiting", reason, due=now + wait))
        gone = bool(task.digest) and reason in ("status_404", "status_410", "robots")
        if task.digest and not gone:  # it was there, and may be again
            due = next_look(task, False, self._wish.every_s, now)
            return Verdict(Kept(task, "done", reason, (), due, task.etag, task.modified, task.print, task.digest))
        state = "skipped" if reason in ("robots", "near_duplicates", "bad_type") else "failed"
        return Verdict(Kept(task, state, reason), gone=task.url if gone else "")

    # ── which links ──

    def _inside(self, host: str) -> bool:
        return within(site(host), self._sites)

    def _admitted(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        today = datetime.now(UTC).date()
        return tuple(each for each in targets if self._admits(each, today))

    def _admits(self, target: Target, today: date) -> bool:
        if self._wish.same_site and not self._inside(target.host):
            return False
        if target.kind == "page" and trap(target.url, today):
            return False
        if hash(target.url) in self._known:
            return target.changed > 0
        if self._hosts[target.host] >= self._host_pages:
            return False
        self._known.add(hash(target.url))
        self._hosts[target.host] += 1
        return True


def site(host: str) -> str:
    """A host without what says nothing: ``www.example.org`` is ``example.org``."""
    return host.removeprefix("www.")


def _target(url: str, depth: int) -> Target:
    return Target(url, urls.parse(url).host, rank=depth + penalty(url), depth=depth)


def listing(addresses: Iterable[str], origin: str) -> list[Target]:
    """A site's lists of its own pages, which are asked for first; what is no address is left out."""
    found = []
    for address in addresses:
        try:
            found.append(replace(_target(urls.parse(address, origin).url, 0), kind="list", rank=-1))
        except Unfetchable:
            continue
    return found


def seeds(wish: Wish) -> tuple[list[str], list[Target]]:
    """The sites that a wish is about, and its first addresses. Raises ``Unfetchable`` for what is no address."""
    targets = [_target(seed, 0) for seed in wish.seeds]
    return sorted({site(each.host) for each in targets}), targets


def _instant(text: str) -> float:
    """Seconds since 1970 of a day or a time in either of the formats that lists use; 0 for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
