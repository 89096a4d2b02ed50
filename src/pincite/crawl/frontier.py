"""Which address comes next? All that a crawl knows, in one SQLite file that any moment may interrupt.

An address is ``waiting`` until what came of it is kept: ``done`` (in the index), ``failed``, ``skipped``, ``moved`` or
``alias``. It is kept only after the index has committed the page; its links may wait here before that, and never later.
A crash in between fetches the page again, and the index finds it unchanged: nothing is lost, and nothing doubled.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pincite.errors import Damaged
from pincite.wal import write_ahead

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS crawl (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, wish TEXT NOT NULL, sites TEXT NOT NULL, begun REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS origin (origin TEXT PRIMARY KEY, rules TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS url (
    id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL REFERENCES crawl(id) ON DELETE CASCADE, url TEXT NOT NULL,
    host TEXT NOT NULL, kind TEXT NOT NULL, rank INTEGER NOT NULL, depth INTEGER NOT NULL, hops INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '', due REAL NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0, etag TEXT NOT NULL DEFAULT '', modified TEXT NOT NULL DEFAULT '',
    print INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL DEFAULT x'', checks INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0, fetched REAL NOT NULL DEFAULT 0, UNIQUE (crawl, url)
);
CREATE INDEX IF NOT EXISTS waiting ON url (crawl, host, rank, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS states ON url (crawl, state);
CREATE TABLE IF NOT EXISTS shape (
    crawl INTEGER NOT NULL REFERENCES crawl(id) ON DELETE CASCADE, host TEXT NOT NULL, shape TEXT NOT NULL,
    novel INTEGER NOT NULL, streak INTEGER NOT NULL, PRIMARY KEY (crawl, host, shape)
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""
_TASK = "id, url, host, kind, depth, hops, tries, etag, modified, print, digest, checks, changes"
_SLOWER = 16
"""A page that never changes is looked at this many times less often than one that always does."""


Shapes = dict[tuple[str, str], tuple[int, int]]
"""For a host and a shape: pages that said something new, and how many in a row since did not."""


@dataclass(frozen=True)
class Wish:
    """What a crawl is to bring."""

    seeds: tuple[str, ...]
    collection: str = "default"
    depth: int = 3
    """Links from a seed."""
    pages: int = 1000
    same_site: bool = True
    sitemap: bool = True
    """Also ask for sitemaps and llms.txt."""
    every_s: float = 0.0
    """Look again after this long; 0: only when asked to."""

    @property
    def name(self) -> str:
        return f"{self.collection}: {' '.join(sorted(self.seeds))}"


@dataclass(frozen=True)
class Task:
    """An address to fetch, with what is known of it."""

    id: int
    url: str
    host: str
    kind: str
    """``page``, or ``list`` for what only names pages."""
    depth: int
    hops: int
    tries: int
    etag: str
    modified: str
    print: int
    digest: bytes
    checks: int
    changes: int


@dataclass(frozen=True)
class Target:
    """An address that was found."""

    url: str
    host: str
    kind: str = "page"
    rank: int = 0
    depth: int = 0
    hops: int = 0
    changed: float = 0.0
    """When its site says that it last changed, in seconds since 1970; 0 if it does not."""


@dataclass(frozen=True)
class Kept:
    """What came of a task: the state it is in now, and where it leads, which ``found`` is told."""

    task: Task
    state: str
    reason: str = ""
    targets: tuple[Target, ...] = ()
    due: float = 0.0
    etag: str = ""
    modified: str = ""
    print: int = 0
    digest: bytes = b""
    changed: bool = False
    """It said something else than the last time; also true the first time."""


@dataclass(frozen=True)
class Progress:
    """How a crawl stands."""

    id: int
    wish: Wish
    begun: float
    states: dict[str, int]
    reasons: dict[str, int]
    """Why addresses failed or were skipped."""
    again: dict[str, int]
    """Why addresses that wait did not come the last time they were asked for."""
    due: float | None
    """When the next look is due, in seconds since 1970; ``None`` if never."""


class Frontier:
    """One file; one crawl at a time writes (the index's lock sees to that), any number read."""

    def __init__(self, path: Path) -> None:
        """Raises ``Damaged`` for a file that is no frontier any more."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            write_ahead(self._db)
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._db.close()
            if error.sqlite_errorcode & 0xFF not in _BROKEN:
                raise
            hint = "move it away: the next crawl begins anew, and pages that are indexed stay"
            raise Damaged(f"{path}: {error}", hint=hint) from None

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ── crawls ──

    def begin(self, wish: Wish, sites: Sequence[str], targets: Iterable[Target], now: float) -> int:
        """The crawl of these seeds: a new one, or the one that there is, with its wish as it is now.

        What was under way when a process died waits again, and so does what is due for another look.
        """
        with self._writing() as db:
            db.execute(
                "INSERT INTO crawl (name, wish, sites, begun) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET wish = excluded.wish",
                (wish.name, json.dumps(asdict(wish)), json.dumps(list(sites)), now),
            )
            (crawl,) = db.execute("SELECT id FROM crawl WHERE name = ?", (wish.name,)).fetchone()
            db.execute("UPDATE url SET state = 'waiting' WHERE crawl = ? AND state = 'taken'", (crawl,))
            self._insert(db, crawl, targets)
            db.execute(
                "UPDATE url SET state = 'waiting', rank = depth, tries = 0 "
                "WHERE crawl = ? AND state = 'done' AND due > 0 AND due <= ?",
                (crawl, now),
            )
        return int(crawl)

    def renew(self, crawl: int) -> int:
        """What was read waits for another look, and what failed for another try: what was wrong may be mended.

        Returns how many.
        """
        return self._db.execute(
            "UPDATE url SET state = 'waiting', rank = depth, due = 0, tries = 0 "
            "WHERE crawl = ? AND state IN ('done', 'failed')",
            (crawl,),
        ).rowcount

    def sites(self, crawl: int) -> list[str]:
        """Host names that the crawl belongs to."""
        (text,) = self._db.execute("SELECT sites FROM crawl WHERE id = ?", (crawl,)).fetchone()
        return [str(site) for site in json.loads(text)]

    def join(self, crawl: int, site: str) -> None:
        """A seed has moved to another site, which belongs to the crawl from now on."""
        sites = json.dumps(sorted({*self.sites(crawl), site}))
        self._db.execute("UPDATE crawl SET sites = ? WHERE id = ?", (sites, crawl))

    def forget(self, crawl: int) -> None:
        """The crawl and its addresses; documents in the index stay."""
        self._db.execute("DELETE FROM crawl WHERE id = ?", (crawl,))

    def progress(self) -> list[Progress]:
        """Every crawl, the oldest first. A sitemap that was asked for and is not there is no page that is missing."""
        found = []
        for id_, wish, begun in self._db.execute("SELECT id, wish, begun FROM crawl ORDER BY id").fetchall():
            grouped = (
                "SELECT {0}, count(*) FROM url WHERE crawl = ? AND NOT (kind != 'page' AND reason = 'status_404') {1} "
                "GROUP BY {0} ORDER BY count(*) DESC"
            )
            states = dict(self._db.execute(grouped.format("state", ""), (id_,)))
            reasons = dict(self._db.execute(grouped.format("reason", "AND state IN ('failed', 'skipped')"), (id_,)))
            waiting = "AND state = 'waiting' AND reason NOT IN ('', 'list')"
            again = dict(self._db.execute(grouped.format("reason", waiting), (id_,)))
            (due,) = self._db.execute(
                "SELECT min(due) FROM url WHERE crawl = ? AND state IN ('done', 'waiting') AND due > 0", (id_,)
            ).fetchone()
            known = json.loads(wish)
            own = Wish(**{**known, "seeds": tuple(known["seeds"])})
            found.append(Progress(id_, own, begun, states, reasons, again, due))
        return found

    # ── addresses ──

    def hosts(self, crawl: int, *, known: bool = False) -> list[tuple[str, float]]:
        """Hosts with addresses that wait (``known``: and were read before), and when the first of each is due."""
        return self._db.execute(
            "SELECT host, min(due) FROM url WHERE crawl = ? AND state = 'waiting' AND checks >= ? GROUP BY host",
            (crawl, known),
        ).fetchall()

    def take(self, crawl: int, host: str, now: float, *, known: bool = False) -> Task | None:
        """The host's best address that may be fetched now. It is not given again until it was kept.

        ``known`` asks for one that was read before.
        """
        row = self._db.execute(
            f"SELECT {_TASK} FROM url INDEXED BY waiting "  # noqa: S608 — a constant
            "WHERE crawl = ? AND host = ? AND state = 'waiting' AND due <= ? AND checks >= ? ORDER BY rank, id LIMIT 1",
            (crawl, host, now, known),
        ).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE url SET state = 'taken' WHERE id = ?", (row[0],))
        return Task(*row)

    def later(self, crawl: int, host: str, *, known: bool = False) -> float | None:
        """When the host's next waiting address is due; ``None`` if none waits."""
        (due,) = self._db.execute(
            "SELECT min(due) FROM url WHERE crawl = ? AND host = ? AND state = 'waiting' AND checks >= ?",
            (crawl, host, known),
        ).fetchone()
        return None if due is None else float(due)

    def postpone(self, crawl: int, host: str, until: float) -> None:
        """Nothing of the host is fetched before then."""
        self._db.execute(
            "UPDATE url SET due = max(due, ?), state = 'waiting' "
            "WHERE crawl = ? AND host = ? AND state IN ('waiting', 'taken')",
            (until, crawl, host),
        )

    def keep(self, crawl: int, kept: Sequence[Kept], shapes: Shapes, now: float) -> None:
        """What came of these tasks, all or nothing."""
        if not kept:
            return
        with self._writing() as db:
            for each in kept:
                self._settle(db, each, now)
            db.executemany(
                "INSERT INTO shape (crawl, host, shape, novel, streak) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET novel = excluded.novel, streak = excluded.streak",
                [(crawl, host, shape, novel, streak) for (host, shape), (novel, streak) in shapes.items()],
            )

    def _settle(self, db: sqlite3.Connection, each: Kept, now: float) -> None:
        task = each.task
        if each.state == "waiting":
            db.execute(
                "UPDATE url SET state = 'waiting', reason = ?, due = ?, tries = tries + 1 WHERE id = ?",
                (each.reason, each.due, task.id),
            )
            return
        read = each.state == "done"
        if task.digest and not read:  # it leaves the index, and what was its copy may now be the only one
            db.execute(
                "UPDATE url SET state = 'waiting', due = 0, tries = 0, etag = '', modified = '' WHERE state = 'alias' "
                "AND reason = 'duplicate' AND host = ? AND crawl = (SELECT crawl FROM url WHERE id = ?)",
                (task.host, task.id),
            )
        db.execute(
            "UPDATE url SET state = ?, reason = ?, due = ?, fetched = ?, etag = ?, modified = ?, print = ?, "
            "digest = ?, checks = checks + ?, changes = changes + ? WHERE id = ?",
            (
                each.state, each.reason, each.due, now, each.etag, each.modified, each.print, each.digest,
                read, read and each.changed, task.id,
            ),
        )  # fmt: skip

    def _insert(self, db: sqlite3.Connection, crawl: int, targets: Iterable[Target]) -> None:
        found = list(targets)
        db.executemany(
            "INSERT OR IGNORE INTO url (crawl, url, host, kind, rank, depth, hops) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(crawl, each.url, each.host, each.kind, each.rank, each.depth, each.hops) for each in found],
        )
        db.executemany(
            "UPDATE url SET state = 'waiting', rank = depth, due = 0, tries = 0 "
            "WHERE crawl = ? AND url = ? AND state = 'done' AND fetched < ?",
            [(crawl, each.url, each.changed) for each in found if each.changed],
        )

    def found(self, crawl: int, targets: Sequence[Target]) -> None:
        """Addresses to be fetched; those that are known stay as they are, but for what has changed since."""
        if targets:
            with self._writing() as db:
                self._insert(db, crawl, targets)

    def release(self, task: Task) -> None:
        """A task that was taken and not begun."""
        self._db.execute("UPDATE url SET state = 'waiting' WHERE id = ?", (task.id,))

    def known(self, crawl: int) -> Iterator[tuple[str, str, int, bytes]]:
        """URL, host, fingerprint and digest of everything that is in the index."""
        yield from self._db.execute(
            "SELECT url, host, print, digest FROM url WHERE crawl = ? AND digest <> x''", (crawl,)
        )

    def state(self, crawl: int, url: str) -> str:
        """How one address stands; empty for one that nobody has seen."""
        row = self._db.execute("SELECT state FROM url WHERE crawl = ? AND url = ?", (crawl, url)).fetchone()
        return str(row[0]) if row else ""

    def pages(self, crawl: int) -> int:
        """Pages in the index, also those that wait for another look."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM url WHERE crawl = ? AND kind = 'page' AND checks > 0 "
            "AND state IN ('done', 'waiting', 'taken')",
            (crawl,),
        ).fetchone()
        return int(count)

    def urls(self, crawl: int) -> Iterator[tuple[str, str]]:
        """Every address that is known, and its host."""
        yield from self._db.execute("SELECT url, host FROM url WHERE crawl = ?", (crawl,))

    def shapes(self, crawl: int) -> Shapes:
        rows = self._db.execute("SELECT host, shape, novel, streak FROM shape WHERE crawl = ?", (crawl,))
        return {(host, shape): (novel, streak) for host, shape, novel, streak in rows}

    # ── what sites want ──

    def rules(self, origin: str, now: float) -> str | None:
        """The stored robots.txt of an origin; ``None`` if there is none, or it is too old."""
        row: Any = self._db.execute("SELECT rules, until FROM origin WHERE origin = ?", (origin,)).fetchone()
        return None if row is None or row[1] <= now else str(row[0])

    def keep_rules(self, origin: str, text: str, until: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO origin VALUES (?, ?, ?)", (origin, text, until))


def next_look(task: Task, changed: bool, every_s: float, now: float) -> float:
    """When a page should be looked at again: as often as it changes, between ``every_s`` and 16 times that.

    The rate of change is estimated from ``checks`` looks ``every_s`` apart, of which some found a change:
    −ln((unchanged + ½) / (looks + ½)) (Cho & Garcia-Molina, "Estimating frequency of change", TOIT 2003, §5.1).
    """
    if every_s <= 0:
        return 0.0
    looks, changes = task.checks, task.changes - 1 + changed  # the first look finds a page, not a change
    if looks == 0:
        return now + every_s
    rate = -math.log((looks - changes + 0.5) / (looks + 0.5))
    return now + every_s * min(_SLOWER, max(1.0, 1 / rate if rate > 0 else _SLOWER))


def moved(task: Task, target: Target) -> Target:
    """Where a redirect leads: as deep as it was, one hop further."""
    return replace(target, depth=task.depth, hops=task.hops + 1, kind=task.kind)
