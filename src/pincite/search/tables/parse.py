"""What does a question ask? Its chunks, read one after the other, become a query.

The heads come first (what is shown); every later chunk says which rows, which groups, which order. A chunk belongs to
the table nearest to it, the last mentioned among equals: *the states that border the state with the most cities*.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pincite.search.tables import period, wording
from pincite.search.tables.chunk import Chunk, Item, chunks, items
from pincite.search.tables.joins import Joins
from pincite.search.tables.link import Link, Linker, Token, tokens
from pincite.search.tables.meaning import (
    Best,
    Compare,
    Condition,
    Hop,
    How,
    Measure,
    Order,
    Output,
    Period,
    Query,
    Ref,
    Related,
    Scalar,
    Sign,
)
from pincite.search.tables.schema import Column, Schema, Table, identifier
from pincite.text.tokens import normal

_SHOWN = re.compile(r"[.?!]\s+(?=(?:Return|Give|List|Show|Include|Display|Provide|Output)\b)", re.IGNORECASE)


@dataclass
class Clues:
    """What speaks for and against a reading; ``chance`` is made of these."""

    unexplained: list[str] = field(default_factory=list)
    """Words of content that nothing in the query stands for."""
    guesses: list[str] = field(default_factory=list)
    """Places where something was chosen that no word names."""
    links: list[float] = field(default_factory=list)
    """How sure each link is that was used."""
    near: list[float] = field(default_factory=list)
    """By how much the chosen reading of an ambiguous link beat the next."""
    told: list[str] = field(default_factory=list)
    """Substitutions, for a person."""


@dataclass(frozen=True)
class Reading:
    """One reading of a question."""

    query: Query
    clues: Clues
    choices: tuple[int, ...]
    """How many ways there were at each fork, in order."""


class NotUnderstood(Exception):
    """The words make no query."""


@dataclass
class _Node:
    """Rows of one table, while the question is read."""

    table: str
    parent: _Node | None = None
    hops: tuple[Hop, ...] = ()
    negated: bool = False
    where: list[Condition] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)
    best: Best | None = None
    having: list[Compare] = field(default_factory=list)
    most: tuple[Measure, bool, int | None] | None = None
    """Ordered by a measure of related rows: of what, most first?, how many."""
    named: bool = False
    """The question says its name: *the states that …*."""

    def root(self) -> _Node:
        return self if self.parent is None else self.parent.root()


def parse(question: str, linker: Linker, today: date, forks: Sequence[int] = ()) -> Reading:
    """One reading; ``forks`` says which way to take at each fork, the likeliest where it says nothing.

    Raises ``NotUnderstood``.
    """
    return _Parser(question, linker, today, forks).reading()


def fragment(question: str, linker: Linker, today: date, table: str) -> Reading:
    """What a few words add to a query about ``table``: conditions, groups, order, a limit; outputs where they name any.

    Raises ``NotUnderstood``.
    """
    return _Parser(question, linker, today, ()).added(table)


class _Parser:
    def __init__(self, question: str, linker: Linker, today: date, forks: Sequence[int]) -> None:
        self.question = question
        self.words: list[Token] = tokens(question)
        self.schema: Schema = linker.schema
        self.joins = Joins(self.schema)
        self.today = today
        self.forks = list(forks)
        self.taken: list[int] = []
        self.clues = Clues()
        self.used: set[int] = set()
        self.dates = period.found(self.words, today)
        self.items = items(self.words, linker.links(self.words), self.dates)
        self.chunks = self._merged([part for chunk in chunks(self.items) for part in self._parted(chunk)])
        self.mentioned = self._mentioned()
        self.outputs: list[Output] = []
        self.group: list[Ref | Period] = []
        self.order: list[Order] = []
        self.limit: int | None = None
        self.distinct = False
        self.each = False
        self.main: _Node | None = None
        self.current: _Node | None = None
        self.last_column: Ref | None = None
        self.bridged: set[int] = set()
        self.is_fragment = False
        self.carried: list[str] = []
        self.grouped_tables: list[str] = []
        self.both = any(item.operator == "both" for item in self.items)
        self.said = {token.stem for token in self.words}
        self.kin = {kin for stem in self.said for kin in wording.THESAURUS.get(stem, ())}
        self.last_condition: tuple[_Node, Ref] | None = None

    # ── choosing ──

    def _fork(self, options: Sequence[Link], scores: Sequence[float]) -> Link:
        """The best of several links, or the one that ``forks`` says."""
        ranked = sorted(zip(scores, range(len(options)), options, strict=True), key=lambda o: (-o[0], o[1]))
        close = [option for option in ranked if option[0] >= ranked[0][0] - 0.3]
        self.taken.append(len(close))
        at = len(self.taken) - 1
        pick = min(self.forks[at], len(close) - 1) if at < len(self.forks) else 0
        if len(ranked) > 1:
            self.clues.near.append(ranked[0][0] - ranked[1][0])
        return close[pick][2]

    def _parted(self, chunk: Chunk) -> list[Chunk]:
        """*states | bordering the state …*: what relates rows of a table to one another opens a clause."""
        crossing = self._crossing(chunk.links) or self._later_best(chunk)
        if crossing is None:
            return [chunk]
        at = chunk.items.index(crossing)
        later = Chunk(crossing.text, "with", items=chunk.items[at:])
        chunk.items = chunk.items[:at]
        return [chunk, later]

    def _later_best(self, chunk: Chunk) -> Item | None:
        """*Which owner | owns the most dogs*."""
        if chunk.role not in ("", "is", "with"):
            return None
        best = next(iter(chunk.operators("best")), None)
        after = best is not None and any(item.first > best.first and not item.of("value") for item in chunk.links)
        before = best is not None and any(self._is_table(item) for item in chunk.links if item.first < best.first)
        return best if before and after else None

    def _merged(self, parts: Sequence[Chunk]) -> list[Chunk]:
        """*the state | of Indiana*: a value goes with the column that is named before it."""
        made: list[Chunk] = []
        for chunk in parts:
            named = made[-1].links[-1] if made and made[-1].links else None
            value = chunk.links[0] if chunk.links else None
            if chunk.marker == "of" and named is not None and value is not None and len(chunk.links) == 1:
                held = {(link.table, link.column) for link in value.of("value") if link.table}
                if (
                    held & {(link.table, link.column) for link in named.of("column") if link.score >= 0.7}
                    and len(made) > 1
                ):
                    made[-1].items += chunk.items
                    continue
            made.append(chunk)
        return made

    def _mentioned(self) -> dict[str, float]:
        """Tables that are named, and how surely."""
        found: dict[str, float] = {}
        for item in self.items:
            links = item.of("table")
            for link in links:
                if link.score >= links[0].score - 0.05 and item.best("column") <= link.score:
                    found[link.table] = max(found.get(link.table, 0.0), link.score)
        return found

    def _use(self, item: Item, link: Link | None = None) -> None:
        self.used.add(item.first)
        if link is not None:
            self.clues.links.append(link.score)
            if link.told:
                self.clues.told.append(link.told)

    # ── the whole ──

    def reading(self) -> Reading:
        if not self.chunks:
            raise NotUnderstood("the question has no words of content")
        heads, rest = self._heads()
        self._enter(heads, rest)
        for chunk in heads:
            self._head(chunk)
        if self.words and self.words[0].low == "where" and not self.outputs:
            self._located()
        rest, shown = self._afterwards(rest)
        for chunk in rest:
            self._chunk(chunk)
        if shown:
            self.outputs, self.distinct = [], False
            for chunk in shown:
                self._head(chunk)
        query = self._query()
        self._note_unexplained()
        return Reading(query, self.clues, tuple(self.taken))

    def added(self, table: str) -> Reading:
        """Of a fragment; see ``fragment``."""
        if not self.chunks:
            raise NotUnderstood("the question has no words of content")
        self.main = self.current = _Node(table)
        self.is_fragment = True
        for chunk in self.chunks:
            if chunk.operators("top"):
                self._top(chunk)
            else:
                self._chunk(chunk)
        query = self._of(self.main).but(
            outputs=tuple(self.outputs), group=tuple(self.group), order=tuple(self.order), limit=self.limit
        )
        self._note_unexplained()
        return Reading(query, self.clues, tuple(self.taken))

    def _afterwards(self, rest: Sequence[Chunk]) -> tuple[list[Chunk], list[Chunk]]:
        """A second sentence that says what to show: *Return the name and the total amount*."""
        begins = [match.end() for match in _SHOWN.finditer(self.question)]
        if not begins:
            return list(rest), []
        begin = begins[-1]
        first = next((at for at, token in enumerate(self.words) if token.start >= begin - 1), len(self.words))
        later = [chunk for chunk in rest if chunk.items and chunk.items[0].first >= first]
        shown = []
        for chunk in later:
            if chunk.role not in ("", "and", "is", "of") or chunk.operators("compare"):
                break
            shown.append(chunk)
        return [chunk for chunk in rest if chunk not in shown], shown

    def _heads(self) -> tuple[list[Chunk], list[Chunk]]:
        """The chunks that say what is shown, and the others."""
        heads: list[Chunk] = []
        for at, chunk in enumerate(self.chunks):
            unheaded = bool(heads) and not any(c.links for c in heads) and any(c.operators("aggregate") for c in heads)
            if unheaded and chunk.role == "of" and chunk.links:
                heads.append(chunk)
                continue
            if heads and not (chunk.role == "and" and self._may_be_head(chunk)):
                return heads, self.chunks[at:]
            if not heads and chunk.role in ("each", "order", "trend", "with", "of", "is") and not self._is_only(at):
                continue
            heads.append(chunk)
        return heads, []

    def _is_only(self, at: int) -> bool:
        return at == len(self.chunks) - 1

    def _may_be_head(self, chunk: Chunk) -> bool:
        return bool(chunk.links or chunk.operators("aggregate")) and not (
            chunk.operators("compare") or chunk.operators("like") or chunk.negated
        )

    def _enter(self, heads: Sequence[Chunk], rest: list[Chunk]) -> None:
        """Decides which table the question is about."""
        before = [c for c in self.chunks if c not in heads and c not in rest]
        rest[:0] = before
        table = self._subject(heads, rest)
        self.main = self.current = _Node(table)

    def _subject(self, heads: Sequence[Chunk], rest: Sequence[Chunk]) -> str:
        """The table that is counted or named first, or that holds what is asked for."""
        owners = self._owners(heads)
        first = [item for chunk in heads for item in chunk.links]
        tables = [item for item in first if self._is_table(item)]
        if tables and not owners:
            return tables[0].of("table")[0].table
        following = [item for chunk in rest if chunk.role in ("of", "and", "with", "is") for item in chunk.links]
        if not owners and not any(item.of("value") or self._is_table(item) for item in (*first, *following)):
            raise NotUnderstood("no table, column or value of the database is named")
        candidates = [name for name, score in owners.items() if score >= max(owners.values()) - 0.5]
        scores = {
            name: owners.get(name, 0.0) + self._beside(name, [*tables, *following], first)
            for name in candidates or [table.name for table in self.schema.tables]
        }
        return max(scores, key=lambda name: scores[name])

    def _beside(self, table: str, following: Sequence[Item], first: Sequence[Item]) -> float:
        """How well a table goes with the other tables, columns and values that are named."""
        score = 0.0
        named = [item for item in following if self._is_table(item)]
        for nth, item in enumerate(named[:3]):
            distance = min(2, self.joins.distance(table, item.of("table")[0].table))
            score += (1.0 / (1 + 2 * nth)) * (1 - 0.5 * distance)
        for item in following:
            if not self._is_table(item):
                score += 0.2 * max((link.score for link in item.of("column") if link.table == table), default=0.0)
        for item in [item for item in (*first, *following) if item.of("value")]:
            options = [link for link in item.of("value") if link.table and not self._says_nothing(link)]
            nearest = min((self.joins.distance(table, link.table) for link in options), default=1)
            score += 0.4 * max(-1.0, 1 - nearest)
            score += 0.2 * any(self._names_rows(link) for link in options if link.table == table)
        return score

    def _names_rows(self, link: Link) -> bool:
        table = self.schema.table(link.table)
        return table.column(link.column) in names(table)

    def _owners(self, heads: Sequence[Chunk]) -> dict[str, float]:
        """Tables that hold the columns that the heads name, and how well."""
        found: dict[str, float] = {}
        for chunk in heads:
            for item in chunk.links:
                columns = item.of("column")
                if not columns or self._is_table(item) or self._is_modifier(item, chunk):
                    continue
                best: dict[str, float] = {}
                for link in columns:
                    best[link.table] = max(best.get(link.table, 0.0), link.score)
                for table, score in best.items():
                    found[table] = found.get(table, 0.0) + score
            for how in chunk.operators("how"):
                for table in self.schema.tables:
                    if self._dimension(table.name, how.measures) is not None:
                        found[table.name] = found.get(table.name, 0.0) + 0.8
        return found

    def _is_modifier(self, item: Item, chunk: Chunk) -> bool:
        """*neighbouring states*: what stands before a table in its chunk says more about it."""
        return any(self._is_table(later) for later in chunk.links if later.first > item.first)

    # ── heads ──

    def _head(self, chunk: Chunk) -> None:
        """What is shown: columns, the name of a table's rows, a measure."""
        assert self.main is not None
        aggregates = [item.which for item in chunk.operators("aggregate")]
        if aggregates and not chunk.links and self._more_heads(chunk):
            self.carried += aggregates
            self.used.update(item.first for item in chunk.operators("aggregate"))
            self.distinct |= bool(chunk.operators("distinct"))
            return
        carried, self.carried = self.carried, []
        aggregates = [*carried, *aggregates]
        superlative = next(iter(chunk.operators("best")), None)
        for item in chunk.items:
            if item.kind == "operator":
                self.used.add(item.first)
        self.distinct |= bool(chunk.operators("distinct"))
        links = chunk.links
        paired = self._paired(chunk)
        owning = next(
            (i for i in links if self.words[i.last - 1].possessive and not self._is_table(i) and i.of("column")), None
        )
        if owning is not None and links[-1] is not owning and self._is_table(links[-1]):
            self._use(links[-1], links[-1].of("table")[0])
            self._column_head(owning, aggregates, superlative, chunk)
            return
        head = self._noun([item for item in links if item not in paired]) or self._noun(links)
        modifiers = [item for item in links if item is not head]
        if chunk.operators("top") and (number := next((i for i in chunk.items if i.number is not None), None)):
            self.used.add(number.first)
            self.limit = int(number.number or 0)
        if (how := next(iter(chunk.operators("how")), None)) is not None:
            self._measured(how)
        if head is None:
            self._headless(chunk, aggregates, superlative, modifiers)
            return
        measured = any(which != "count" for which in aggregates) and head.best("column") >= 0.7
        counted = "count" in aggregates and any(t.table in self.mentioned and t.score >= 0.7 for t in head.of("table"))
        if counted or (self._is_table(head) and not measured):
            self._table_head(head, aggregates, superlative, chunk)
        else:
            self._column_head(head, aggregates, superlative, chunk)
        plain = [item for item in modifiers if not item.of("value") and item.first not in self.used]
        bridged = self._bridged(plain, chunk) if self._is_table(head) else None
        self._values([item for item in modifiers if item.of("value") and item is not bridged], chunk)
        for item in plain:
            if item is not bridged and item.first not in self.used:
                self._modifier(item)
        dates = [d for d in self.dates if any(d.first <= i.first < d.last for i in chunk.items)]
        if dates and (when := self._date_near([])) is not None:
            self._in_period(when, "=", dates)

    def _noun(self, links: Sequence[Item]) -> Item | None:
        """The last table or column of a chunk: what the other words modify."""
        for item in reversed(links):
            if max(item.best("table"), item.best("column")) >= max(0.5, item.best("value") - 0.3):
                return item
        return None

    def _crossing(self, links: Sequence[Item]) -> Item | None:
        """*states bordering Texas*: after a table, the name of what relates its rows to one another."""
        for at, item in enumerate(links):
            if self._is_table(item):
                bridges = self.joins.bridges(item.of("table")[0].table)
                for later in links[at + 1 :]:
                    if self._is_bridge(later, bridges):
                        return later
        return None

    def _paired(self, chunk: Chunk) -> list[Item]:
        """Columns that stand beside one of their values: *language English*, *directed by Ben Jones*."""
        found: list[Item] = []
        for left, right in zip(chunk.links, chunk.links[1:], strict=False):
            for name, value in ((left, right), (right, left)):
                held = {(link.table, link.column) for link in value.of("value") if link.table}
                if held & {(link.table, link.column) for link in name.of("column")} and not self._is_better_name(value):
                    found.append(name)
        return found

    def _is_table(self, item: Item) -> bool:
        return item.best("table") >= max(item.best("column"), 0.6) and bool(item.of("table"))

    def _modifier(self, item: Item) -> None:
        """*document names*: the first word only says of which table."""
        if any(link.table in self.mentioned for link in item.of("table")) or item.of("column"):
            self._use(item, item.links[0])

    def _located(self) -> None:
        """*where is*: the nearest place that its table knows."""
        assert self.main is not None
        table = self.schema.table(self.main.table)
        own = {column.name for column in names(table)}
        for place in wording.PLACES:
            for column in table.columns:
                stems = {normal(word) for word in column.words}
                if normal(place) in stems and column.name not in own and column.distinct != 1:
                    self.outputs.append(Ref(table.name, column.name))
                    return
        self.clues.unexplained.append("where")

    def _headless(
        self, chunk: Chunk, aggregates: Sequence[str], superlative: Item | None, modifiers: Sequence[Item]
    ) -> None:
        assert self.main is not None
        self._values([item for item in modifiers if item.of("value")], chunk)
        if "count" in aggregates:
            counted = self.main.most[0] if self.main.most else Measure("count", None, self.main.table)
            self.outputs.append(counted)
        if superlative is not None:
            self._superlative(superlative, self.main)

    def _measured(self, how: Item) -> None:
        """*how long is*: the column that the adjective measures."""
        assert self.main is not None
        at = self.items.index(how)
        said = {stem for item in self.items[at + 1 : at + 4] for word in item.text.split() for stem in (normal(word),)}
        column = self._dimension(self.main.table, how.measures, said=said)
        if column is None:
            near = [hop.there.table for hop in self.joins.from_(self.main.table)]
            column = next((found for table in near if (found := self._dimension(table, how.measures))), None)
        if column is not None:
            self.outputs.append(column)
            self.last_column = column
        else:
            self.clues.unexplained.append(how.text)

    def _table_head(self, item: Item, aggregates: Sequence[str], superlative: Item | None, chunk: Chunk) -> None:
        assert self.main is not None
        link = self._pick_table(item)
        self._use(item, link)
        table = link.table
        if "count" in aggregates or aggregates:
            of = self._key(table) if chunk.operators("distinct") else None
            self.outputs.append(Measure("count", of, "" if of else table, distinct=of is not None))
        elif table == self.main.table or not self.outputs:
            self.outputs += self._names(table)
        else:
            self.outputs += self._names(table)[:1]
        node = self.main if table == self.main.table else self._child(table)
        if superlative is not None and node is not None:
            measure = next(
                (i for i in chunk.links if superlative.first < i.first < item.first and i.of("column")), None
            )
            if measure is not None:
                self._best_column(superlative, self._pick_column(measure, table), node, chunk)
            else:
                self._superlative(superlative, node)
        self.current = node or self.main
        self.current.named = True

    def _column_head(self, item: Item, aggregates: Sequence[str], superlative: Item | None, chunk: Chunk) -> None:
        assert self.main is not None
        ref = self._pick_column(item, self.main.table)
        column = self._column(ref)
        self.last_column = ref
        if aggregates:
            for which in aggregates:
                self.outputs.append(self._aggregate(which, ref, bool(chunk.operators("distinct")) or self.distinct))
            if self._is_listed_on(chunk) and not self._next(chunk).operators("aggregate"):
                repeated = [which for which in aggregates if which != "count" or self.distinct]
                self.carried = (
                    repeated if self._is_bare_column(self._next(chunk), numeric=repeated != ["count"]) else []
                )
            else:
                self.distinct = False
        elif superlative is not None and (len(self.outputs) or self._is_listed_on(chunk)):
            self.main.best = Best(ref, self._is_greatest(superlative, ref))
            self.outputs.append(ref)
        elif superlative is not None and (superlative.measures and superlative.measures != ("#",)):
            self.outputs.append(ref)
            self._superlative(superlative, self.main)
        elif superlative is not None and column.kind in ("number", "date", "time"):
            self.outputs.append(Measure("max" if self._is_greatest(superlative, ref) else "min", ref))
        else:
            self.outputs.append(ref)
            if superlative is not None:
                self._superlative(superlative, self.main)

    def _more_heads(self, chunk: Chunk) -> bool:
        at = self.chunks.index(chunk)
        following = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        if following is None or following.role not in ("and", "of"):
            return False
        return bool(following.links) or (bool(following.operators("aggregate")) and self._more_heads(following))

    def _next(self, chunk: Chunk) -> Chunk:
        return self.chunks[self.chunks.index(chunk) + 1]

    def _is_bare_column(self, chunk: Chunk, numeric: bool) -> bool:
        """Whether a chunk is a column alone, to which a measure before it may apply as well."""
        item = self._noun(chunk.links)
        if item is None or self._is_table(item) or chunk.operators("best"):
            return False
        kinds = {self._column(Ref(link.table, link.column)).kind for link in item.of("column")}
        return "number" in kinds if numeric else True

    def _is_listed_on(self, chunk: Chunk) -> bool:
        at = self.chunks.index(chunk)
        following = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        return following is not None and following.role == "and" and bool(following.links)

    def _aggregate(self, which: str, ref: Ref, distinct: bool) -> Output:
        column = self._column(ref)
        if which == "count":
            if (
                column.kind == "number"
                and not column.key
                and not self._is_reference(ref)
                and not distinct
                and not _is_named_number(column)
            ):
                return Measure("sum", ref)
            return Measure("count", ref, distinct=True)
        return Measure(which, ref, distinct=False)  # type: ignore[arg-type]

    def _is_reference(self, ref: Ref) -> bool:
        return any((key.table, key.column) == (ref.table, ref.column) for key in self.schema.foreign_keys)

    # ── everything after the heads ──

    def _chunk(self, chunk: Chunk) -> None:
        assert self.main is not None
        assert self.current is not None
        for item in chunk.items:
            if item.kind == "operator":
                self.used.add(item.first)
        self._summed_up(chunk)
        if chunk.role == "order":
            self._ordered(chunk)
        elif chunk.role == "trend":
            self._trend(chunk)
        elif chunk.role == "each":
            self._grouped(chunk)
        elif chunk.operators("average"):
            self._against_average(chunk)
        elif self._is_comparison(chunk):
            self._compared(chunk)
        elif self.limit is not None and chunk.marker == "by" and not self.order:
            self._top_by(chunk)
        elif chunk.operators("best"):
            self._with_best(chunk)
        elif chunk.operators("top"):
            self._top(chunk)
        elif chunk.operators("like"):
            self._liked(chunk)
        elif chunk.operators("null"):
            self._nulled(chunk)
        elif chunk.role == "and" and not (self.is_fragment and chunk.marker == "by") and self._is_late_head(chunk):
            last = self.outputs[-1] if self.outputs else None
            if isinstance(last, Measure) and last.how != "count" and self._is_bare_column(chunk, numeric=True):
                self.carried = [] if chunk.operators("aggregate") else [last.how]
            self._head(chunk)
        else:
            self._restricting(chunk)

    def _is_bridge(self, item: Item, bridges: Collection[str]) -> bool:
        """Whether the surest thing that an item names is a table that relates rows to one another, or its column."""
        sure = max(item.best("table"), item.best("column"))
        return any(link.table in bridges and link.score >= sure for link in (*item.of("column"), *item.of("table")))

    def _summed_up(self, chunk: Chunk) -> None:
        """*… of all states combined*: the measure comes last."""
        last = chunk.items[-1] if chunk.items else None
        if last is None or last.operator != "aggregate" or last.which == "count" or len(self.outputs) != 1:
            return
        shown = self.outputs[0]
        if isinstance(shown, Ref) and self._column(shown).kind == "number":
            self.outputs[0] = Measure(last.which, shown)  # type: ignore[arg-type]

    def _is_comparison(self, chunk: Chunk) -> bool:
        if not (chunk.operators("compare") or chunk.operators("after number")):
            return False
        measured = any(item.number is not None or item.kind == "date" for item in chunk.items)
        return measured or chunk.operators("compare")[0].text not in ("over", "under", "above", "below", "past")

    def _is_late_head(self, chunk: Chunk) -> bool:
        """*… of all students and their ages*."""
        bridges = self.joins.bridges(self.main.table) if self.main else {}
        if not chunk.operators("aggregate") and any(self._is_bridge(item, bridges) for item in chunk.links):
            return False
        if chunk.negated or any(item.of("value") for item in chunk.links):
            return False
        return bool(chunk.operators("aggregate")) or all(
            item.best("column") > item.best("table") for item in chunk.links
        )

    def _ordered(self, chunk: Chunk) -> None:
        which = chunk.which
        for item in chunk.operators("order"):
            which = item.which or which
        descending = which in ("desc",)
        aggregate = next(iter(chunk.operators("aggregate")), None)
        item = self._noun(chunk.links)
        of: Output | None = None
        if aggregate is not None:
            of = next((o for o in self.outputs if isinstance(o, Measure) and o.how == aggregate.which), None)
            if item is not None:
                self._use(item)
        if of is None and item is not None:
            if self._is_table(item):
                link = self._pick_table(item)
                self._use(item, link)
                of = next(iter(self._names(link.table)), None)
            else:
                of = self._pick_column(item, self.main.table if self.main else "")
        if which in ("young", "old"):
            of, descending = self._by_age(which == "old")
        if item is None and of is None and self.order:
            self.order[-1] = Order(self.order[-1].of, descending)
            return
        of = of or next(iter(self.outputs), None)
        if of is not None:
            self.order.append(Order(of, descending))

    def _by_age(self, oldest_first: bool) -> tuple[Ref | None, bool]:
        table = self.main.table if self.main else ""
        age = self._dimension(table, ("age",))
        if age is not None:
            return age, oldest_first
        return self._dimension(table, wording.BIRTH), not oldest_first

    def _trend(self, chunk: Chunk) -> None:
        assert self.main is not None
        part = chunk.which
        year = self._dimension(self.main.table, (part,), kinds=("number",))
        when = None if year else self._when(self.main.table)
        if year is not None:
            self.group.append(year)
        elif when is not None:
            self.group.append(Period(when, part))  # type: ignore[arg-type]
        else:
            self.clues.unexplained.append(chunk.marker)
        self.each = True

    def _when(self, table: str) -> Ref | None:
        found = [c for c in self.schema.table(table).columns if c.kind in ("date", "time")]
        if len(found) > 1:
            self.clues.guesses.append("date")
        return Ref(table, found[0].name) if found else None

    def _grouped(self, chunk: Chunk) -> None:
        assert self.main is not None
        self.each = True
        item = self._noun(chunk.links)
        if item is None:
            return
        if self._is_table(item):
            link = self._pick_table(item)
            self._use(item, link)
            self._group_by_table(link.table)
        else:
            ref = self._pick_column(item, self.main.table)
            if ref not in self.outputs:
                self.group.append(ref)
        self._values([i for i in chunk.links if i is not item and i.of("value")], chunk)

    def _group_by_table(self, table: str) -> None:
        """By the rows of a table: by what is shown of it, or else by its names."""
        shown = [o for o in self.outputs if isinstance(o, Ref)]
        if any(ref.table == table or self._same_row(ref, table) for ref in shown):
            key = self._key(table)
            if key is not None and key not in shown:
                self.group.append(key)
            return
        self.group += self._names(table)
        self.grouped_tables.append(table)

    def _same_row(self, ref: Ref, table: str) -> bool:
        """Whether a column is a foreign key to the table."""
        return any(
            (key.table, key.column, key.target) == (ref.table, ref.column, table) for key in self.schema.foreign_keys
        )

    def _against_average(self, chunk: Chunk) -> None:
        """*above average*: against the mean of all rows."""
        node = self.current or self.main
        assert node is not None
        item = self._noun(chunk.links)
        ref = self._pick_column(item, node.table) if item is not None else self.last_column
        if ref is None or self._column(ref).kind != "number":
            self.clues.guesses.append("average of what")
            return
        operator = chunk.operators("average")[0]
        inner = Query(ref.table, (Measure("avg", ref),))
        self._condition(Compare(ref, operator.which, query=inner), ref.table)  # type: ignore[arg-type]

    def _compared(self, chunk: Chunk) -> None:
        """*more than 5 paragraphs*, *age over 20*, *after 2010*."""
        node = self.current or self.main
        assert node is not None
        numbers = [item for item in chunk.items if item.number is not None]
        operators = [*chunk.operators("compare"), *chunk.operators("after number")]
        dates = [d for d in self.dates if any(d.first <= i.first < d.last for i in chunk.items)]
        sign = operators[0].which
        if chunk.operators("after number"):
            sign = chunk.operators("after number")[0].which
        for item in numbers:
            self.used.add(item.first)
        if sign in ("after", "before", "since", "until") or (dates and not numbers):
            self._compared_date(chunk, sign, dates, numbers)
            return
        if not numbers:
            self.clues.guesses.append("comparison without a number")
            return
        at = self.items.index(numbers[-1])
        after = [item for item in chunk.links if item.first > numbers[-1].first]
        before = [item for item in chunk.links if item.first < operators[0].first]
        values = tuple(float(item.number or 0) for item in numbers)
        if sign == "between" and len(values) < 2:
            following = next((i for i in self.items[at + 1 : at + 3] if i.number is not None), None)
            if following is None:
                self.clues.guesses.append("between")
                return
            values = (*values, float(following.number or 0))
            self.used.add(following.first)
        if sign in ("older", "younger"):
            sign = ">" if sign == "older" else "<"
            ref = self._dimension(node.table, ("age",))
        else:
            ref = None
        if chunk.negated:
            sign = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "!="}.get(sign, sign)
        self._compared_number(chunk, sign, values, before, after, ref)

    def _compared_number(
        self,
        chunk: Chunk,
        sign: str,
        values: tuple[float, ...],
        before: Sequence[Item],
        after: Sequence[Item],
        ref: Ref | None,
    ) -> None:
        node = self.current or self.main
        assert node is not None
        counted = next((item for item in reversed(after) if self._is_table(item)), None)
        if counted is None and chunk.operators("aggregate") and chunk.operators("aggregate")[0].which == "count":
            counted = next((item for item in reversed(before) if self._is_table(item)), None)
        if counted is not None and ref is None:
            link = self._pick_table(counted)
            self._use(counted, link)
            self._having(Compare(Measure("count", None, link.table), sign, values), link.table, node)  # type: ignore[arg-type]
            return
        noun = self._noun(before) or self._noun(after)
        if ref is None and noun is not None:
            ref = self._pick_column(noun, node.table, numeric=True)
        ref = ref or self.last_column
        if ref is None:
            self.clues.guesses.append("compared with what")
            return
        aggregate = next(iter(chunk.operators("aggregate")), None)
        if aggregate is not None and aggregate.which in ("avg", "sum", "min", "max"):
            self._having(Compare(Measure(aggregate.which, ref), sign, values), ref.table, node)  # type: ignore[arg-type]
            return
        self._condition(Compare(ref, sign, values), ref.table)  # type: ignore[arg-type]

    def _compared_date(self, chunk: Chunk, sign: str, dates: Sequence[period.Dated], numbers: Sequence[Item]) -> None:
        node = self.current or self.main
        assert node is not None
        noun = self._noun(chunk.links)
        ref = None
        if noun is not None and not self._is_table(noun):
            ref = self._pick_column(noun, node.table)
        if ref is None:
            ref = self._dated_column(node.table)
        if ref is None:
            self.clues.guesses.append("no date")
            return
        if not dates:
            if self._column(ref).kind == "number" and numbers:
                plain: dict[str, Sign] = {"after": ">", "before": "<", "since": ">=", "until": "<="}
                self._condition(Compare(ref, plain.get(sign, "="), (float(numbers[0].number or 0),)), ref.table)
            else:
                self.clues.guesses.append("no date")
            return
        self._in_period(ref, sign, dates)

    def _dated_column(self, table: str) -> Ref | None:
        if self.last_column is not None and self._column(self.last_column).kind in ("date", "time"):
            return self.last_column
        year = self._dimension(table, ("year",), kinds=("number",))
        return year or self._when(table)

    def _in_period(self, ref: Ref, sign: str, dates: Sequence[period.Dated]) -> None:
        for dated in dates:
            self.used.update(range(dated.first, dated.last))
        begin, end = dates[0].begin, dates[-1].end
        column = self._column(ref)
        conditions: list[Compare] = []
        if column.kind == "number":
            begin_v: Scalar = begin.year
            end_v: Scalar = end.year
        else:
            begin_v, end_v = begin.isoformat(), end.isoformat()
        if sign in ("after", ">"):
            conditions = (
                [Compare(ref, ">", (end_v,))]
                if column.kind != "time"
                else [Compare(ref, ">=", (period.next_day(end),))]
            )
        elif sign in ("before", "<"):
            conditions = [Compare(ref, "<", (begin_v,))]
        elif sign in ("since", ">="):
            conditions = [Compare(ref, ">=", (begin_v,))]
        elif sign in ("until", "<="):
            conditions = (
                [Compare(ref, "<=", (end_v,))]
                if column.kind != "time"
                else [Compare(ref, "<", (period.next_day(end),))]
            )
        elif column.kind == "time":
            conditions = [Compare(ref, ">=", (begin_v,)), Compare(ref, "<", (period.next_day(end),))]
        elif begin_v == end_v:
            if sign == "=" and self.last_condition and self.last_condition[1] == ref and self._or_year(begin_v):
                return
            conditions = [Compare(ref, "=", (begin_v,))]
        else:
            conditions = [Compare(ref, "between", (begin_v, end_v))]
        for condition in conditions:
            self._condition(condition, ref.table)

    def _or_year(self, year: Scalar) -> bool:
        """*in 2013 or 2016*."""
        assert self.last_condition is not None
        node, ref = self.last_condition
        before = node.where[-1] if node.where else None
        if self.both or not isinstance(before, Compare) or before.left != ref or before.sign not in ("=", "in"):
            return False
        node.where[-1] = Compare(ref, "in", (*before.right, year))
        return True

    def _with_best(self, chunk: Chunk) -> None:
        """*with the largest population*, *that has the most cities*, *is the biggest*."""
        node = self.current or self.main
        assert node is not None
        superlative = chunk.operators("best")[0]
        item = self._noun([i for i in chunk.links if i.first > superlative.first]) or self._noun(chunk.links)
        values = [i for i in chunk.links if i is not item and i.of("value")]
        if item is None or superlative.measures == ("#",):
            if item is not None:
                self._use(item)
            self._superlative(superlative, node)
        elif self._is_table(item):
            self._best_table(superlative, item, node, chunk)
        elif superlative.measures and not set(superlative.measures) & self._words_of(item):
            self._use(item)
            self._superlative(superlative, node)
        else:
            ref = self._pick_column(item, node.table)
            target = self._near(ref.table)
            self._best_column(superlative, ref, target, chunk)
        self._values(values, chunk)

    def _words_of(self, item: Item) -> set[str]:
        """The words of the columns that an item may name."""
        return {word for link in item.of("column") for word in self._column(Ref(link.table, link.column)).words}

    def _best_table(self, superlative: Item, item: Item, node: _Node, chunk: Chunk) -> None:
        link = self._pick_table(item)
        self._use(item, link)
        counted = superlative.text in ("most", "least", "fewest") or bool(chunk.operators("aggregate"))
        if counted and link.table != node.table:
            self._count_order(node, link.table, superlative)
        elif counted and (bridge := self._bridge_of(node)):
            self._count_order(node, bridge, superlative)
        elif counted and any(isinstance(o, Ref) for o in self.outputs) and node is self.main:
            node.most = (Measure("count", None, node.table), superlative.which == "+", self._number_before(superlative))
        elif link.table == node.table or (chunk.role == "of" and self._is_about(node, link.table)):
            self._superlative(superlative, node)
        else:
            child = self._child(link.table)
            if child is not None:
                self._superlative(superlative, child)
                self.current = child
                child.named = True

    def _is_about(self, node: _Node, table: str) -> bool:
        return node.table == table

    def _bridge_of(self, node: _Node) -> str:
        """The table that relates rows of one kind, where the question just named it."""
        return node.hops[0].there.table if node.hops and node.parent and node.parent.table == node.table else ""

    def _count_order(self, node: _Node, table: str, superlative: Item) -> None:
        top = self._number_before(superlative)
        node.most = (Measure("count", None, table), superlative.which == "+", top)
        if self.joins.way(node.table, table) is None:
            self.clues.guesses.append(f"{node.table} and {table} are not related")

    def _best_column(self, superlative: Item, ref: Ref, node: _Node, chunk: Chunk) -> None:
        if superlative.text in ("most", "least", "fewest") and self._column(ref).kind == "text":
            node.most = (Measure("count", ref), superlative.which == "+", self._number_before(superlative))
            return
        aggregate = next((i.which for i in chunk.operators("aggregate") if i.which in ("avg", "sum")), None)
        if aggregate is not None or ref.table != node.table:
            how: How = aggregate or "max"  # type: ignore[assignment]
            node.most = (Measure(how, ref), superlative.which == "+", self._number_before(superlative))
            return
        self._best(node, ref, self._is_greatest(superlative, ref), superlative)

    def _best(self, node: _Node, ref: Ref, greatest: bool, superlative: Item) -> None:
        top = self._number_before(superlative)
        if node is self.main and (top is not None or self.limit is not None):
            self.order.append(Order(ref, greatest))
            self.limit = top if top is not None else self.limit
        else:
            node.best = Best(ref, greatest)

    def _number_before(self, superlative: Item) -> int | None:
        """*the 3 youngest*, *top 5*."""
        at = self.items.index(superlative)
        for item in self.items[max(0, at - 1) : at]:
            if item.number is not None and item.number.is_integer() and 0 < item.number < 10_000:
                self.used.add(item.first)
                return int(item.number)
        return self.limit

    def _superlative(self, superlative: Item, node: _Node) -> None:
        """Of a table's rows, by what the adjective measures."""
        if superlative.measures == ("#",):
            node.most = (Measure("count", None, node.table), superlative.which == "+", self._number_before(superlative))
            return
        greatest = superlative.which == "+"
        measures = superlative.measures or wording.SIZES.get(superlative.text, ())
        found = self._dimension(node.table, measures)
        if found is None and superlative.measures == ("age",):
            found, greatest = self._dimension(node.table, wording.BIRTH), not greatest
        if found is None:
            self.clues.unexplained.append(superlative.text)
            return
        if not superlative.measures:
            self.clues.guesses.append(f"{superlative.text}: by {found.column}")
        self._best(node, found, greatest, superlative)

    def _is_greatest(self, superlative: Item, ref: Ref) -> bool:
        """A rank of 1 is the highest."""
        greatest = superlative.which == "+"
        words = self._column(ref).words
        if (
            words
            and words[-1] in ("rank", "ranking", "position", "place")
            and superlative.text in ("highest", "best", "top", "lowest", "worst")
        ):
            return not greatest
        return greatest

    def _top(self, chunk: Chunk) -> None:
        """*top 3 by rating*."""
        number = next((item for item in chunk.items if item.number is not None), None)
        if number is not None:
            self.used.add(number.first)
            self.limit = int(number.number or 0)
        item = self._noun(chunk.links)
        if item is not None and not self._is_table(item):
            assert self.main is not None
            self.order.append(Order(self._pick_column(item, self.main.table), chunk.operators("top")[0].which == "+"))

    def _top_by(self, chunk: Chunk) -> None:
        """*the top 5 countries by total amount*."""
        assert self.main is not None
        item = self._noun(chunk.links)
        aggregates = [i.which for i in chunk.operators("aggregate")]
        if item is None:
            self.clues.guesses.append("by what")
        elif self._is_table(item) or aggregates == ["count"]:
            link = self._pick_table(item) if item.of("table") else None
            self._use(item, link)
            self.order.append(Order(Measure("count", None, link.table if link else self.main.table), True))
            self.each = True
        else:
            ref = self._pick_column(item, self.main.table)
            of: Output = Measure(aggregates[0], ref) if aggregates else ref  # type: ignore[arg-type]
            self.order.append(Order(of, True))
            self.each = bool(aggregates)

    def _liked(self, chunk: Chunk) -> None:
        operator = chunk.operators("like")[0]
        node = self.current or self.main
        assert node is not None
        at = self.items.index(operator)
        text = next((i for i in self.items[at + 1 :] if i.kind in ("link", "word", "number")), None)
        noun = self._noun([i for i in chunk.links if i.first < operator.first])
        if noun is None:
            noun = self._noun([i for i in chunk.links if text is not None and i.first > text.first])
        if text is None or (not self.words[text.first].quoted and len(text.text) > 12):
            self._restricting(chunk)
            return
        ref = self._pick_column(noun, node.table) if noun is not None and not self._is_table(noun) else None
        before = self.last_column if self.last_column and self._column(self.last_column).kind == "text" else None
        if chunk.marker == "whose" and noun is not None and noun.text in ("name", "names") and before is not None:
            ref = before
        ref = ref or before
        if ref is None:
            self._restricting(chunk)
            return
        self.used.add(text.first)
        said = self.words[text.first].text
        pattern = {"inside": f"%{said}%", "start": f"{said}%", "end": f"%{said}"}[operator.which]
        self._condition(Compare(ref, "not like" if chunk.negated else "like", (pattern,)), ref.table)

    def _nulled(self, chunk: Chunk) -> None:
        node = self.current or self.main
        assert node is not None
        item = self._noun(chunk.links)
        ref = self._pick_column(item, node.table) if item is not None and not self._is_table(item) else self.last_column
        if ref is not None:
            self._condition(Compare(ref, "not null" if chunk.negated else "null"), ref.table)

    # ── restrictions ──

    def _restricting(self, chunk: Chunk) -> None:
        """Values, related tables, columns that stand for a condition."""
        assert self.main is not None
        dates = [d for d in self.dates if any(d.first <= i.first < d.last for i in chunk.items)]
        values = [i for i in chunk.links if i.of("value") and not self._is_better_name(i) and not _in(dates, i)]
        nouns = [i for i in chunk.links if i not in values and not _in(dates, i)]
        loose = [i for i in nouns if not self._is_table(i)]
        before_negation = chunk.negated
        first_table = next((i.first for i in nouns if self._is_table(i)), len(self.words))
        bridged = self._bridged([i for i in loose if i.first < first_table], chunk)
        for item in nouns:
            if self._is_table(item):
                self._table_mention(item, chunk)
        bridged = bridged or self._bridged(loose, chunk)
        if values:
            self._values(values, chunk)
        numbers = [i for i in chunk.items if i.kind == "number" and not _in(dates, i)]
        if dates:
            ref = self._date_near(loose)
            if ref is not None:
                self._in_period(ref, "=", dates)
        for item in loose:
            if item.first in self.used or item is bridged:
                continue
            self._lonely(item, chunk, numbers, bool(values or dates), before_negation)

    def _is_better_name(self, item: Item) -> bool:
        """Whether a stretch that is also a value rather names a table or column."""
        return max(item.best("table"), item.best("column")) > item.best("value") + 0.02

    def _date_near(self, loose: Sequence[Item]) -> Ref | None:
        node = self.current or self.main
        assert node is not None
        for item in loose:
            ref = self._pick_column(item, node.table)
            if self._column(ref).kind in ("date", "time"):
                return ref
        assert self.main is not None
        near = [known.table for known in self._nodes(self.main)]
        near += [table for table in self.mentioned if self.joins.distance(node.table, table) < 3]
        for table in dict.fromkeys((node.table, self.main.table, *near)):
            found = self._dated_column(table)
            if found is not None:
                return found
        self.clues.guesses.append("no date")
        return None

    def _table_mention(self, item: Item, chunk: Chunk) -> None:
        assert self.main is not None
        link = self._pick_table(item)
        self._use(item, link)
        table = link.table
        node = self.current or self.main
        if table in self.joins.bridges(node.table):
            self.bridged.add(item.first)
            self._cross(table, item, chunk)
            return
        known = self._known(table)
        if known is not None and not (chunk.negated and known is not self.main):
            if node.parent is not None and node.table == table:
                node.named = True
                return
            self.current = known
            known.named = True
            known.negated |= chunk.negated and known is not self.main and not known.where
            return
        child = self._child(table, negated=chunk.negated)
        if child is not None:
            self.current = child
            child.named = True
            chunk.negated = False

    def _known(self, table: str) -> _Node | None:
        assert self.main is not None
        found = [node for node in self._nodes(self.main) if node.table == table]
        return found[-1] if found else None

    def _nodes(self, node: _Node) -> list[_Node]:
        return [node, *(inner for child in node.children for inner in self._nodes(child))]

    def _bridged(self, loose: Sequence[Item], chunk: Chunk) -> Item | None:
        """A verb such as *border* that names a table relating rows of one kind."""
        node = self.current or self.main
        assert node is not None
        bridges = self.joins.bridges(node.table)
        for item in loose:
            for link in item.of("column"):
                if link.table in bridges and any(hop.there.column == link.column for hop in bridges[link.table]):
                    self._use(item, link)
                    self.bridged.add(item.first)
                    self._cross(link.table, item, chunk)
                    return item
        return None

    def _cross(self, bridge: str, item: Item, chunk: Chunk) -> None:
        """From rows to related rows of the same table, by way of the table that relates them."""
        node = self.current or self.main
        assert node is not None
        hops = self.joins.bridges(node.table)[bridge]
        named = {link.column for link in item.of("column") if link.table == bridge}
        out = next((hop for hop in hops if hop.there.column in named), hops[-1])
        back = next(hop for hop in hops if hop is not out)
        child = _Node(node.table, node, (out, Hop(back.there, back.here)), negated=chunk.negated)
        chunk.negated = False
        node.children.append(child)
        self.current = child

    def _child(self, table: str, negated: bool = False) -> _Node | None:
        """Related rows of another table, below the node that is nearest to it."""
        assert self.main is not None
        nodes = list(reversed(self._nodes(self.main)))
        if self.current in nodes:
            nodes.sort(key=lambda node: node is not self.current)
        parent = min(nodes, key=lambda node: self.joins.distance(node.table, table))
        way = self.joins.way(parent.table, table, self._hinted())
        if way is None:
            self.clues.guesses.append(f"{parent.table} and {table} are not related")
            return None
        child = _Node(table, parent, way, negated)
        parent.children.append(child)
        return child

    def _hinted(self) -> list[tuple[str, str]]:
        """Foreign keys whose columns share a word with the question: from where, to where."""
        said = {token.stem for token in self.words}
        said |= {kin for stem in tuple(said) for kin in wording.THESAURUS.get(stem, ())}
        return [
            (key.table, key.column)
            for key in self.schema.foreign_keys
            if {normal(word) for word in self._column(Ref(key.table, key.column)).words} & said
        ]

    def _values(self, values: Sequence[Item], chunk: Chunk) -> None:
        """Conditions that columns have these values."""
        if not values:
            return
        assert self.main is not None
        picked: list[tuple[Ref, Item, Link]] = []
        for item in values:
            link = self._pick_value(item, chunk, [ref for ref, _, _ in picked])
            if link is None:
                self.clues.unexplained.append(item.text)
                continue
            self._use(item, link)
            if link.table and self._says_nothing(link) and link.table != (self.current or self.main).table:
                continue
            picked.append((Ref(link.table, link.column), item, link))
        for ref, group in _by_column(picked):
            if self._joined(ref, [v for _, link in group for v in self._spellings(link)], chunk):
                continue
            node = self.current
            held = tuple(dict.fromkeys(value for _, link in group for value in self._spellings(link)))
            sign: Sign = "=" if len(held) == 1 else "in"
            if chunk.negated and self._is_own(ref):
                sign = "!=" if len(held) == 1 else "not in"
            self._condition(Compare(ref, sign, held), ref.table, negated=chunk.negated and not self._is_own(ref))
            if node is not None and node.parent is not None and ref in self._names(node.table):
                self.current = node.parent

    def _joined(self, ref: Ref, values: Sequence[str], chunk: Chunk) -> bool:
        """*from Norway or Sweden*: one more value for the condition before."""
        if chunk.role not in ("or", "and") or self.last_condition is None or chunk.negated:
            return False
        node, last = self.last_condition
        if last != ref or not node.where or (chunk.role == "and" and (node is not self.main or self.both)):
            return False
        before = node.where[-1]
        if not isinstance(before, Compare) or before.left != ref or before.sign not in ("=", "in", "!=", "not in"):
            return False
        sign: Sign = "in" if before.sign in ("=", "in") else "not in"
        node.where[-1] = Compare(ref, sign, tuple(dict.fromkeys((*before.right, *values))))
        return True

    def _is_own(self, ref: Ref) -> bool:
        node = self.current or self.main
        assert node is not None
        return (
            ref.table == node.table or any(known.table == ref.table for known in self._nodes(self.main))
            if self.main
            else False
        )

    def _spellings(self, link: Link) -> list[str]:
        """All values of the column that differ only in capitals."""
        if not link.table:
            return [link.value]
        values = self.schema.table(link.table).column(link.column).values
        return [value for value in values if value.casefold() == link.value.casefold()] or [link.value]

    def _pick_value(self, item: Item, chunk: Chunk, taken: Sequence[Ref] = ()) -> Link | None:
        node = self.current or self.main
        assert node is not None
        assert self.main is not None
        beside, after = self._around(item, chunk)
        options = [link for link in item.of("value") if link.table]
        if options and all(self._says_nothing(link) for link in options):
            here = [link for link in options if link.table == node.table]
            return here[0] if here else options[0]
        options = [
            link for link in options if not self._says_nothing(link) and not self._goes_around(link, options, node)
        ]
        if not options:
            return self._said(item, beside, node)
        scores = [
            link.score
            + self._closeness(Ref(link.table, link.column), node)
            + self._named_beside(link, beside, after)
            - self._oddness(Ref(link.table, link.column), node, chunk, bool(beside or after), taken)
            for link in options
        ]
        return self._fork(options, scores)

    def _goes_around(self, link: Link, options: Sequence[Link], node: _Node) -> bool:
        """Whether a value is but a reference, in some third table, to a row that is itself among the options."""
        if link.table == node.table:
            return False
        target = self._target(Ref(link.table, link.column))
        return target is not None and any(Ref(other.table, other.column) == target for other in options)

    def _target(self, ref: Ref) -> Ref | None:
        """What a foreign key names."""
        for key in self.schema.foreign_keys:
            if (key.table, key.column) == (ref.table, ref.column):
                return Ref(key.target, key.target_column)
        return None

    def _closeness(self, ref: Ref, node: _Node) -> float:
        """Values of the rows that are talked about come first, and names before other values."""
        assert self.main is not None
        away = self.joins.distance(node.table, ref.table)
        nearest = min(away, self.joins.distance(self.main.table, ref.table))
        return 0.08 * (ref in self._names(ref.table)) - 0.12 * min(nearest, 5) - 0.03 * min(away, 5)

    def _named_beside(self, link: Link, beside: Sequence[Item], after: Sequence[Item]) -> float:
        """*language English*, *document “CV”*, *Red River*."""
        score = 0.0
        for near in beside:
            same = [c.score for c in near.of("column") if (c.table, c.column) == (link.table, link.column)]
            score += 0.5 * max(same, default=0.0)
            if any(t.table == link.table and t.score > 0.9 for t in near.of("table")):
                score += 0.2 + 0.2 * (Ref(link.table, link.column) in self._names(link.table))
        for near in after:
            score += 0.3 * any(t.table == link.table and t.score > 0.9 for t in near.of("table"))
        return score

    def _oddness(self, ref: Ref, node: _Node, chunk: Chunk, beside: bool, taken: Sequence[Ref]) -> float:
        """Nobody asks which states there are in the state of Texas, nor gives one row two names."""
        odd = 0.5 * (ref in taken)
        if chunk.role in ("or", "and") and self.last_condition is not None and self.last_condition[1] == ref:
            return odd - 0.5
        if not beside and node.named and ref in self._names(node.table):
            return odd + 0.4
        return odd + 0.4 * (ref in self.outputs)

    def _around(self, item: Item, chunk: Chunk) -> tuple[list[Item], list[Item]]:
        """The names right before and right after a value: *document “CV”*, *a state named Texas*, *Red River*."""
        at = chunk.items.index(item) if item in chunk.items else 0
        before = [i for i in chunk.items[:at] if i.kind not in ("silent", "comma")]
        near = before[-1:]
        if not near and chunk.marker in ("of", "or", "and", "as"):
            near = [i for i in self.items[: self.items.index(item)] if i.links and not i.of("value")][-1:]
            if chunk.marker == "of" and near and not (self._is_table(near[0]) and not near[0].text.endswith("s")):
                near = []
        beside = [i for i in near if (i.of("table") or i.of("column")) and i.first not in self.bridged]
        after = [i for i in chunk.items[at + 1 : at + 2] if i.of("table") or i.of("column")]
        return beside, after

    def _says_nothing(self, link: Link) -> bool:
        """Whether every row has that value."""
        column = self._column(Ref(link.table, link.column))
        return column.distinct == 1 and not column.unique

    def _said(self, item: Item, beside: Sequence[Item], node: _Node) -> Link | None:
        """Something in quotation marks that no value is like: compared as it was said, where a column is named."""
        raw = next(iter(item.of("value")), None)
        for near in reversed(beside):
            columns = [link for link in near.of("column") if self._column(Ref(link.table, link.column)).kind == "text"]
            if columns:
                ref = self._pick_column(near, node.table)
                self.clues.guesses.append("a value that is not there")
                return Link(item.first, item.last, "value", ref.table, ref.column, raw.value if raw else item.text, 0.6)
        return None

    def _lonely(self, item: Item, chunk: Chunk, numbers: Sequence[Item], valued: bool, negated: bool) -> None:
        """A column without a value: of what is grouped by, a number to equal, something that is so or not."""
        node = self.current or self.main
        assert node is not None
        assert self.main is not None
        ref = self._pick_column(item, node.table)
        column = self._column(ref)
        self.last_column = ref
        if numbers and column.kind == "number":
            self.used.update(number.first for number in numbers)
            self._condition(Compare(ref, "!=" if negated else "=", (float(numbers[0].number or 0),)), ref.table)
        elif numbers and column.kind == "text" and (said := self.words[numbers[0].first].text) in column.values:
            self.used.update(number.first for number in numbers)
            self._condition(Compare(ref, "!=" if negated else "=", (said,)), ref.table)
        elif chunk.marker == "by" and (self.is_fragment or any(isinstance(o, Measure) for o in self.outputs)):
            self.group.append(ref)
            self.each = True
        elif (truth := _truth(column)) is not None:
            self._condition(Compare(ref, "!=" if negated else "=", (truth,)), ref.table)
        elif valued:
            return
        elif chunk.role == "with" and negated:
            self._condition(Compare(ref, "null"), ref.table)
        elif chunk.role in ("of", "is") and not self._is_shown(ref):
            if ref.table != node.table:
                child = self._known(ref.table) or self._child(ref.table)
                self.current = child or self.current
            self.clues.guesses.append(f"of {column.name}")
        elif not self._is_shown(ref):
            self.clues.guesses.append(f"{column.name} without a value")

    def _is_shown(self, ref: Ref) -> bool:
        return ref in self.outputs or any(isinstance(o, Measure) and o.of == ref for o in self.outputs)

    def _condition(self, condition: Compare, table: str, negated: bool = False) -> None:
        """Puts a condition where its table is in play, or where it is nearest."""
        assert self.main is not None
        node = self.current or self.main
        if node.table == table and not negated:
            if self.both and _is_same_column(node, condition) and node is self.main:
                self._intersect(condition)
                return
            node.where.append(condition)
            self._remember(node, condition)
            return
        known = None if negated else self._known(table)
        if known is not None and not _is_same_column(known, condition):
            known.where.append(condition)
            self._remember(known, condition)
            return
        child = self._child(table, negated=negated)
        if child is None:
            self.clues.unexplained.append(table)
            return
        child.where.append(condition)
        self._remember(child, condition)

    def _remember(self, node: _Node, condition: Compare) -> None:
        if isinstance(condition.left, Ref):
            self.last_condition = (node, condition.left)

    def _intersect(self, condition: Compare) -> None:
        """*in both 2013 and 2016*: what is shown occurs with the one and with the other."""
        assert self.main is not None
        shown = next((o for o in self.outputs if isinstance(o, Ref) and o.table == self.main.table), None)
        shown = shown or self._names(self.main.table)[0]
        inner = Query(self.main.table, (shown,), (condition,))
        self.main.where.append(Related((), inner, column=shown))

    def _having(self, compare: Compare, table: str, node: _Node) -> None:
        """A condition on what is related to each row."""
        target = node if node.table != table else (self.main or node)
        target.having.append(compare)
        if target.table != table and self.joins.way(target.table, table) is None:
            self.clues.guesses.append(f"{target.table} and {table} are not related")

    # ── picking ──

    def _pick_table(self, item: Item) -> Link:
        options = item.of("table")
        node = self.current or self.main
        scores = []
        for link in options:
            near = min(3, self.joins.distance(node.table, link.table)) if node is not None else 0
            scores.append(link.score - 0.03 * near)
        return self._fork(options, scores)

    def _pick_column(self, item: Item, table: str, numeric: bool = False) -> Ref:
        """The column that is meant, given the table that is talked about."""
        options = list(item.of("column"))
        if not options:
            names = [
                Link(item.first, item.last, "column", link.table, ref.column, score=link.score * 0.9)
                for link in item.of("table")
                for ref in self._names(link.table)[:1]
            ]
            options = names
        if not options:
            raise NotUnderstood(f"{item.text} is no column")
        at = self.items.index(item)
        before = [i for i in self.items[max(0, at - 1) : at] if i.of("table")]
        known = {node.table for node in self._nodes(self.main)} if self.main is not None else set()
        scores = []
        for link in options:
            column = self._column(Ref(link.table, link.column))
            score = link.score - 0.13 * min(4, self.joins.distance(table, link.table) if table else 0)
            score += 0.1 * (link.table in known) + 0.08 * self.mentioned.get(link.table, 0.0)
            score += 0.15 * (link.table == table) + 0.2 * self._coverage(column)
            if any(t.table == link.table for i in before for t in i.of("table") if t.score > 0.6):
                score += 0.25
            if numeric:
                score += 0.3 if column.kind == "number" and not column.key else -0.3
            scores.append(score)
        link = self._fork(options, scores)
        self._use(item, link)
        return Ref(link.table, link.column)

    def _coverage(self, column: Column) -> float:
        """Which share of a column's words the question holds."""
        stems = [normal(word) for word in column.words]
        held = sum(1.0 if stem in self.said else 0.6 if stem in self.kin else 0.0 for stem in stems)
        return held / len(stems) if stems else 0.0

    def _near(self, table: str) -> _Node:
        """The node that a column of this table is said of."""
        assert self.main is not None
        node = self.current or self.main
        known = self._known(table)
        if node.table == table or known is None:
            return node
        return known

    def _dimension(
        self, table: str, measures: Sequence[str], kinds: Sequence[str] = (), said: Iterable[str] = ()
    ) -> Ref | None:
        """The column of a table that is named by the first of these words that any is named by.

        Among several the one that shares most words with ``said``, then the shortest name.
        """
        columns = self.schema.table(table).columns
        keys = {key.column for key in self.schema.foreign_keys if key.table == table}
        allowed = kinds or ("number", "date", "time")
        for measure in measures:
            stem = normal(measure)
            found = [
                column
                for column in columns
                if column.kind in allowed
                and not column.key
                and column.name not in keys
                and any(normal(word) == stem for word in column.words)
            ]
            if found:
                stems = set(said)
                shared = [len(stems & {normal(word) for word in column.words}) for column in found]
                best = max(range(len(found)), key=lambda at: (shared[at], -len(found[at].words)))
                return Ref(table, found[best].name)
        for measure in measures[:1]:
            for column in columns:
                if column.kind == "text" and not kinds and [normal(word) for word in column.words] == [normal(measure)]:
                    return Ref(table, column.name)
        return None

    def _names(self, table: str) -> list[Ref]:
        """The columns by which a person knows rows of a table."""
        return [Ref(table, column.name) for column in names(self.schema.table(table))]

    def _key(self, table: str) -> Ref | None:
        column = identifier(self.schema.table(table))
        return Ref(table, column.name) if column else None

    def _column(self, ref: Ref) -> Column:
        return self.schema.table(ref.table).column(ref.column)

    # ── the query ──

    def _query(self) -> Query:
        assert self.main is not None
        if not self.outputs and not self.group:
            self.outputs += self._names(self.main.table)
            if not self.main.where and not self.main.children and not self.main.best:
                raise NotUnderstood("nothing is asked for")
        self._negate_whole()
        query = self._of(self.main)
        measures = [o for o in self.outputs if not isinstance(o, (Ref, Period))]
        refs = [o for o in self.outputs if isinstance(o, (Ref, Period))]
        group = list(query.group)
        outputs: list[Output] = list(self.outputs)
        if self.each and not measures and not query.having:
            group += []
        elif self.group or (measures and refs):
            told = {ref.table for ref in refs if isinstance(ref, Ref)} & set(self.grouped_tables)
            self.group = [g for g in self.group if not (isinstance(g, Ref) and g.table in told)]
            outputs = [*[g for g in self.group if g not in refs and not self._is_key_of(g, refs)], *outputs]
            group += [*self.group, *refs]
        ranked = [order.of for order in self.order if isinstance(order.of, Measure)]
        if (query.having or self.main.most or (ranked and not measures)) and not group:
            key = self._key(self.main.table)
            group = [ref for ref in outputs if isinstance(ref, (Ref, Period))]
            counted = [*(c.left for c in query.having), *ranked, *([self.main.most[0]] if self.main.most else [])]
            within = any(
                isinstance(m, Measure) and (m.table or (m.of and m.of.table)) == self.main.table for m in counted
            )
            group = [key, *group] if key and key not in group and not within else group
        order, limit = [*self.order], self.limit
        if self.main.most is not None:
            measure, greatest, top = self.main.most
            order.insert(0, Order(measure, greatest))
            limit = top or limit or 1
        if limit is not None and not order:
            order = [Order(o, True) for o in measures[:1]]
        return query.but(
            outputs=tuple(dict.fromkeys(outputs)),
            group=tuple(dict.fromkeys(group)),
            order=tuple(order),
            limit=limit,
            distinct=self.distinct and not measures and not group,
            via=frozenset(self._hinted()),
        )

    def _negate_whole(self) -> None:
        """*type codes that no document uses*: no row with that code, where the rows themselves are not named."""
        assert self.main is not None
        shown = self.outputs[0] if len(self.outputs) == 1 else None
        if (
            not isinstance(shown, Ref)
            or self.main.named
            or shown.table != self.main.table
            or self._column(shown).unique
        ):
            return
        for child in [child for child in self.main.children if child.negated]:
            self.main.children.remove(child)
            child.negated = False
            inner = Query(self.main.table, (shown,), (self._related(child),), via=frozenset(self._hinted()))
            self.main.where.append(Related((), inner, negated=True, column=shown))
            self.distinct = True

    def _is_key_of(self, ref: Ref | Period, shown: Sequence[Output]) -> bool:
        """A key that is only grouped by, beside what is shown of its row."""
        if not isinstance(ref, Ref):
            return False
        return self._key(ref.table) == ref and any(isinstance(o, Ref) and o.table == ref.table for o in shown)

    def _joined_tables(self, node: _Node) -> set[str]:
        """Tables that are joined to a node's for what is measured."""
        measures: list[Output] = [c.left for c in node.having] + ([node.most[0]] if node.most else [])
        if node is self.main:
            measures += [*self.outputs, *(order.of for order in self.order)]
        found: set[str] = set()
        for measure in measures:
            table = (measure.table or (measure.of.table if measure.of else "")) if isinstance(measure, Measure) else ""
            for hop in self.joins.way(node.table, table, self._hinted()) or () if table else ():
                found.add(hop.there.table)
        return found

    def _conditions(self, node: _Node, joined: set[str]) -> list[Condition]:
        """Of a node and the nodes below it. What is measured is measured over the rows that fulfil them."""
        made = list(node.where)
        for child in node.children:
            inline = (
                child.table in joined and len(child.hops) == 1 and not (child.negated or child.best or child.having)
            )
            made += self._conditions(child, joined) if inline and not child.most else [self._related(child)]
        return made

    def _of(self, node: _Node) -> Query:
        where = self._conditions(node, self._joined_tables(node))
        return Query(
            node.table,
            where=tuple(where),
            best=node.best,
            having=tuple(node.having),
            via=frozenset(self._hinted()),
        )

    def _related(self, child: _Node) -> Condition:
        inner = self._of(child)
        if not child.hops:
            key = self._key(child.table) or self._names(child.table)[0]
            return Related((), inner.but(outputs=(key,)), child.negated, key)
        last = child.hops[-1]
        if (child.having or child.most) and child.hops:
            order = ()
            limit = None
            if child.most is not None:
                order, limit = (Order(child.most[0], child.most[1]),), child.most[2] or 1
            inner = inner.but(group=(last.there,), order=order, limit=limit)
        only = inner.where[0] if len(inner.where) == 1 and not inner.best and not inner.having else None
        if isinstance(only, Compare) and only.left == last.there and not inner.order and only.query is None:
            before = last.here
            if len(child.hops) == 1:
                sign = {"=": "!=", "in": "not in"}.get(only.sign, only.sign) if child.negated else only.sign
                return Compare(before, sign, only.right)  # type: ignore[arg-type]
            shorter = Query(before.table, where=(Compare(before, only.sign, only.right),))
            return Related(child.hops[:-1], shorter, child.negated)
        return Related(child.hops, inner, child.negated)

    def _note_unexplained(self) -> None:
        for item in self.items:
            if item.kind == "word" or (item.kind in ("link", "number", "date") and item.first not in self.used):
                if any(d.first <= item.first < d.last for d in self.dates) and item.first in self.used:
                    continue
                if item.first not in self.used:
                    self.clues.unexplained.append(item.text)


def names(table: Table) -> list[Column]:
    """The columns by which a person knows a row: its name or title, or first and last name; else its key."""
    text = [c for c in table.columns if c.kind == "text" and not c.quoted_number]
    own = {normal(word) for word in table.words}
    for last in ("name", "title"):
        for column in text:
            rest = {normal(w) for w in column.words[:-1]}
            if column.words[-1:] == (last,) and (rest <= own or not rest):
                return [column]
    first = next(
        (
            c
            for c in text
            if c.words[-2:] in (("first", "name"), ("given", "name"))
            or c.words in (("fname",), ("firstname",), ("f", "name"))
        ),
        None,
    )
    family = next(
        (
            c
            for c in text
            if c.words[-2:] in (("last", "name"), ("family", "name"))
            or c.words in (("lname",), ("lastname",), ("l", "name"))
        ),
        None,
    )
    if first and family:
        return [first, family]
    for column in text:
        if {normal(w) for w in column.words} <= own or column.words[-1:] in (("name",), ("title",)):
            return [column]
    key = identifier(table)
    if key is not None:
        return [key]
    unique = [c for c in text if c.unique]
    return (unique or text or list(table.columns))[:1]


def _is_name(column: Column, table: Table) -> bool:
    return column in names(table)


def _is_named_number(column: Column) -> bool:
    return bool(column.words) and column.words[-1] in ("id", "year", "code", "number", "no", "rank")


def _truth(column: Column) -> Scalar | None:
    """What a column says for yes, where it says yes or no."""
    if column.kind == "flag":
        return next((v for v in column.values if v in ("1", "True", "true")), 1) if column.values else 1
    held = {value.casefold(): value for value, _ in column.frequent}
    if column.kind == "text":
        for yes in ("yes", "true", "y", "t"):
            if yes in held and len(held) <= 3:
                return held[yes]
    return None


def _in(dates: Sequence[period.Dated], item: Item) -> bool:
    return any(dated.first <= item.first < dated.last for dated in dates)


def _by_column(picked: Sequence[tuple[Ref, Item, Link]]) -> list[tuple[Ref, list[tuple[Item, Link]]]]:
    found: dict[Ref, list[tuple[Item, Link]]] = {}
    for ref, item, link in picked:
        found.setdefault(ref, []).append((item, link))
    return list(found.items())


def _is_same_column(node: _Node, condition: Compare) -> bool:
    """Whether the node already says something of the column that it equals."""
    return condition.sign == "=" and any(
        isinstance(known, Compare) and known.left == condition.left and known.sign == "=" for known in node.where
    )
