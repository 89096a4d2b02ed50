"""Does a question become the right SQL without a model? Questions with gold queries, run on their databases.

Questions: ``{"db", "question", "gold": SQL or [SQL, …], "query_split"?}``; one without ``gold`` is not answered by its
database, and right is to decline. A file's databases lie beside it, as ``<db>.sqlite`` or ``<db>.sqlite.xz``.

*Right*, by execution: the rows are those of a gold query, each as often as there, in its order only where gold orders
and the order can be told. Columns are matched by their values, for names and order of columns are nobody's business;
the answer may show up to two columns more, such as the measure by which it ranks. Numbers agree to three decimals, and
text that is a number is one. *As a set*: the same, but each row once. Questions whose gold query brings no rows are
left out: nothing could be wrong about them.

``answered`` are those whose likeliest query is likely enough to be run; ``precision`` is right among them, ``ex`` right
among all. ``any`` is right among the readings that were tried, whichever was likeliest.

Rules and chances were tuned on ``TUNED`` only; the others are *held*.
"""

from __future__ import annotations

import lzma
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import sqlalchemy as sa
import sqlglot

from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.report import Report, Telling, silent
from pincite.search.tables.compose import LIKELY, Composed, Composer
from pincite.search.tables.schema import read
from pincite.settings import DatabaseSettings

TUNED = frozenset(
    """academic broker sql-eval/geography text2sql-geography/train text2sql-geography/dev
    cre_Doc_Template_Mgt dog_kennels tvshow voter_1 wta_1""".split()
)
"""Databases, as ``db`` or ``folder/db``, and splits, as ``folder/split``, that the rules have seen."""
TODAY = date(2024, 3, 1)
"""The day at which sql-eval's rows and gold queries stand still."""
MOST_ROWS = 20_000
STEPS = 20_000_000
"""Instructions of SQLite's machine after which a query is given up."""
EXTRA = 2

Row = tuple[object, ...]


@dataclass(frozen=True)
class Asked:
    """A question and its gold queries; none where its database does not answer it."""

    folder: Path
    db: str
    text: str
    gold: tuple[str, ...]
    split: str

    @property
    def is_tuned(self) -> bool:
        names = {self.db, f"{self.folder.name}/{self.db}"} if not self.split else {f"{self.folder.name}/{self.split}"}
        return bool(names & TUNED)

    @property
    def is_simple(self) -> bool:
        """Gold is one SELECT over one table."""
        tree = sqlglot.parse_one(self.gold[0], dialect="sqlite") if self.gold else None
        if tree is None:
            return False
        selects, joins = tree.find_all(sqlglot.exp.Select), tree.find_all(sqlglot.exp.Join)
        return len(list(selects)) == 1 and not list(joins)


@dataclass
class Tally:
    """What came of one group of questions."""

    n: int = 0
    answered: int = 0
    right: int = 0
    as_sets: int = 0
    any: int = 0
    times: list[float] = field(default_factory=list)

    def measured(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "answered": self.answered / self.n,
            "ex": self.right / self.n,
            "precision": self.right / self.answered if self.answered else 0.0,
            "as a set": self.as_sets / self.n,
            "any": self.any / self.n,
            "ms": measures.spread(self.times),
        }


def run(paths: Sequence[Path], *, limit: int | None = None, seed: int = 0, telling: Telling = silent) -> Report:
    """A row for each folder and part, tuned and held: see the module. ``limit`` samples from all files together."""
    chosen = sets.sample([asked for path in paths for asked in questions(path)], limit, seed)
    if not chosen:
        raise BadInput("no question in these files", hint='one JSON object a line, with "db", "question" and "gold"')
    tallies: dict[str, Tally] = {}
    declined: dict[str, Counter[str]] = {}
    skipped = 0
    with TemporaryDirectory() as unpacked, closing(Databases(Path(unpacked))) as databases:
        for done, asked in enumerate(chosen, 1):
            telling("sql", done, len(chosen))
            held = databases.of(asked)
            began = perf_counter()
            composed = held.composer.compose(asked.text, TODAY)
            ms = (perf_counter() - began) * 1000
            if not asked.gold:
                counter = declined.setdefault(_part("not in the data", asked), Counter())
                counter["declined" if not _likely(composed) else "answered"] += 1
                continue
            gold = [rows for query in asked.gold if (rows := held.rows(query))]
            if not gold:
                skipped += 1
                continue
            for name in _parts(asked):
                _count(tallies.setdefault(name, Tally()), composed, gold, asked, held, ms)
    systems = {name: tallies[name].measured() for name in sorted(tallies)}
    for name, counter in sorted(declined.items()):
        total = sum(counter.values())
        systems[name] = {"n": total, "answered": counter["answered"] / total, "declined": counter["declined"] / total}
    return Report("sql", {"n": len(chosen), "gold without rows": skipped, "likely from": LIKELY}, systems)


def questions(path: Path) -> Iterator[Asked]:
    """The rows of a file. Raises ``BadInput`` and what ``sets.rows`` raises."""
    for place, row in sets.rows(path):
        gold = row.get("gold", [])
        try:
            yield Asked(
                path.parent,
                str(row["db"]),
                str(row["question"]),
                tuple([gold] if isinstance(gold, str) else gold),
                str(row.get("query_split", "")),
            )
        except KeyError as error:
            raise BadInput(f"{place} has no {error}", hint='give "db", "question" and "gold"') from None


def _likely(composed: Sequence[Composed]) -> bool:
    return bool(composed) and composed[0].chance >= LIKELY


def _part(name: str, asked: Asked) -> str:
    return f"{name}, {'tuned' if asked.is_tuned else 'held'}"


def _parts(asked: Asked) -> list[str]:
    names = [_part(asked.folder.name, asked), _part("all", asked)]
    return [*names, _part(f"{asked.folder.name} of one table", asked)] if asked.is_simple else names


def _count(
    tally: Tally, composed: Sequence[Composed], gold: Sequence[list[Row]], asked: Asked, held: Database, ms: float
) -> None:
    tally.n += 1
    tally.times.append(ms)
    right = [is_right(held.rows(one.sql), gold, asked) for one in composed]
    tally.any += any(right)
    if not _likely(composed):
        return
    tally.answered += 1
    tally.right += right[0]
    tally.as_sets += right[0] or is_right(once(held.rows(composed[0].sql)), [once(rows) for rows in gold], asked)


def once(rows: list[Row] | None) -> list[Row]:
    """Each row once, in an order of their own."""
    return sorted(set(rows or ()), key=repr)


def is_right(rows: list[Row] | None, gold: Sequence[list[Row]], asked: Asked) -> bool:
    """Whether the rows are those of one of the gold queries, by the module's rule."""
    if rows is None:
        return False
    ordered = any(" order by " in query.lower() for query in asked.gold) and not any(
        " limit 1" in query.lower() for query in asked.gold
    )
    return any(same(rows, wanted, ordered=ordered and len(asked.gold) == 1) for wanted in gold)


def same(rows: Sequence[Row], gold: Sequence[Row], *, ordered: bool = False) -> bool:
    """Whether the rows are gold's, by the module's rule."""
    if len(rows) != len(gold):
        return False
    if not gold:
        return True
    width, wanted = len(rows[0]), len(gold[0])
    if not wanted <= width <= wanted + EXTRA:
        return False
    columns = [Counter(map(repr, column)) for column in zip(*rows, strict=True)]
    held = [Counter(map(repr, column)) for column in zip(*gold, strict=True)]

    def matched(places: tuple[int, ...]) -> bool:
        at = len(places)
        if at == wanted:
            shown = [tuple(map(repr, (row[place] for place in places))) for row in rows]
            right = [tuple(map(repr, row)) for row in gold]
            return shown == right if ordered else Counter(shown) == Counter(right)
        free = [place for place in range(width) if place not in places and columns[place] == held[at]]
        return any(matched((*places, place)) for place in free)

    return matched(())


# ── databases ──


class Database:
    """One of them, read and open for reading."""

    def __init__(self, path: Path) -> None:
        engine = sa.create_engine(f"sqlite:///{path}")
        try:
            self.composer = Composer(read(engine, DatabaseSettings(url=f"sqlite:///{path}"), deadline_s=600))
        finally:
            engine.dispose()
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._connection.text_factory = lambda raw: raw.decode("utf-8", "replace")

    def rows(self, query: str) -> list[Row] | None:
        """``None`` for a query that can't be run, or not to its end."""
        steps = iter(range(STEPS // 1000))
        self._connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
        try:
            found = self._connection.execute(query).fetchmany(MOST_ROWS)
        except sqlite3.Error:
            return None
        return [tuple(map(_plain, row)) for row in found]

    def close(self) -> None:
        self._connection.close()


class Databases:
    """By question. Unpacked and read when the first question asks for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[Path, Database] = {}

    def of(self, asked: Asked) -> Database:
        """Raises ``BadInput`` where a question's database is not there."""
        key = asked.folder / asked.db
        if key not in self._open:
            self._open[key] = Database(self._unpacked(asked))
        return self._open[key]

    def _unpacked(self, asked: Asked) -> Path:
        plain, packed = (asked.folder / f"{asked.db}.sqlite{end}" for end in ("", ".xz"))
        if plain.is_file():
            return plain
        if not packed.is_file():
            raise BadInput(f"there is no {plain} and no {packed.name}", hint="databases lie beside their questions")
        made = self._folder / f"{len(self._open)}.sqlite"
        made.write_bytes(lzma.decompress(packed.read_bytes()))
        return made

    def close(self) -> None:
        for database in self._open.values():
            database.close()


def _plain(cell: object) -> object:
    """A cell as it is compared."""
    if isinstance(cell, str):
        try:
            return round(float(cell), 3) + 0.0
        except ValueError:
            return cell
    return round(float(cell), 3) + 0.0 if isinstance(cell, (int, float)) else cell
