"""What is known while a question is read? Its words, what they link to, and the query as far as it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pincite.search.tables import wording
from pincite.search.tables.grammar import period
from pincite.search.tables.grammar.chunk import Chunk, Item, items
from pincite.search.tables.joins import Joins
from pincite.search.tables.layer import Layer, Metric
from pincite.search.tables.link import Link, Linker, Token, tokens
from pincite.search.tables.meaning import Best, Compare, Condition, Hop, Measure, Order, Output, Period, Ref, Scalar
from pincite.search.tables.schema import Column, Schema, Table, identifier
from pincite.text.tokens import normal


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
    far: int = 0
    """The foreign keys of the longest way from one thing that is named to the next."""


_IN_FULL = 0.95
"""The score from which on a stretch is the name of a column, and no part of it."""


class NotUnderstood(Exception):
    """The words make no query."""


@dataclass
class Node:
    """Rows of one table, while the question is read."""

    table: str
    parent: Node | None = None
    hops: tuple[Hop, ...] = ()
    negated: bool = False
    where: list[Condition] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    best: Best | None = None
    having: list[Compare] = field(default_factory=list)
    most: tuple[Measure, bool, int | None] | None = None
    """Ordered by a measure of related rows: of what, most first?, how many."""
    named: bool = False
    """The question says its name: *the states that …*."""


class Scene:
    """The state of one reading. It is made for one question and thrown away."""

    def __init__(self, question: str, linker: Linker, today: date, forks: Sequence[int]) -> None:
        self.question = question
        self.words: list[Token] = tokens(question)
        self.schema: Schema = linker.schema
        self.layer: Layer = linker.layer
        self.joins = Joins(self.schema)
        self._keys = self.schema.foreign_keys
        self.today = today
        self.forks = list(forks)
        self.taken: list[int] = []
        """How many ways there were at each fork so far."""
        self.clues = Clues()
        self.used: set[int] = set()
        """First tokens of items that something in the query stands for."""
        links = linker.links(self.words)
        rows = {link.first for link in links if link.numbered}
        values = {(link.first, link.last) for link in links if link.kind == "value" and link.score >= _IN_FULL}
        self.dates = [
            dated
            for dated in period.found(self.words, today)
            if dated.first not in rows and (dated.last == dated.first + 1 or (dated.first, dated.last) not in values)
        ]
        self.items = items(self.words, links, self.dates)
        self.chunks: list[Chunk] = []
        self.mentioned: dict[str, float] = {}
        """Tables that are named, and how surely."""
        self.said = {token.stem for token in self.words}
        self.kin = {kin for stem in self.said for kin in wording.THESAURUS.get(stem, ())}
        self.both = any(item.operator == "both" for item in self.items)
        self.is_fragment = False
        self._main: Node | None = None
        self._current: Node | None = None
        # what comes of it
        self.outputs: list[Output] = []
        self.group: list[Ref | Period] = []
        self.grouped_tables: list[str] = []
        self.order: list[Order] = []
        self.limit: int | None = None
        self.place = ""
        """*first*, *last*, *top* or *bottom*, where so many rows are asked for."""
        self.distinct = False
        self.each = False
        self.compares = bool({token.low for token in self.words} & wording.COMPARES)
        """Two groups are held against each other: one number for both is no answer."""
        self.percent = any(item.which == "percent" for item in self.items)
        """A share is asked for, not a number."""
        self.counts_each = False
        """*orders per month*: what is named is counted."""
        # what later words may point back to
        self.last_column: Ref | None = None
        self.last_condition: tuple[Node, Ref] | None = None
        self.spans: dict[Ref, list[tuple[date, date]]] = {}
        """Days that a date was to be within, where the question names several: *in 2022 and 2024*."""
        self.carried: list[str] = []
        """Measures whose column is still to come: *maximum and minimum* …"""
        self.modifiers: list[Item] = []
        """Names before a name, as in *document names*: they say of which table, or nothing."""
        self.bridged: set[int] = set()
        """First tokens of items that led from rows of a table to others of it."""

    @property
    def main(self) -> Node:
        """The rows that the question is about."""
        assert self._main is not None, "the subject is chosen first"
        return self._main

    @main.setter
    def main(self, node: Node) -> None:
        self._main = self._current = node

    @property
    def current(self) -> Node:
        """The rows that the next words are about."""
        assert self._current is not None, "the subject is chosen first"
        return self._current

    @current.setter
    def current(self, node: Node) -> None:
        self._current = node

    def fork(self, options: Sequence[Link], scores: Sequence[float]) -> Link:
        """The best of several links, or the one that ``forks`` says."""
        ranked = sorted(zip(scores, range(len(options)), options, strict=True), key=lambda o: (-o[0], o[1]))
        close = [option for option in ranked if option[0] >= ranked[0][0] - 0.3]
        self.taken.append(len(close))
        at = len(self.taken) - 1
        pick = min(self.forks[at], len(close) - 1) if at < len(self.forks) else 0
        if len(ranked) > 1:
            self.clues.near.append(ranked[0][0] - ranked[1][0])
        return close[pick][2]

    def use(self, item: Item, link: Link | None = None) -> None:
        """Something in the query stands for the item, by this link."""
        self.used.add(item.first)
        if link is not None:
            self.clues.links.append(link.score)
            if link.told:
                self.clues.told.append(link.told)

    def metric(self, item: Item) -> Metric | None:
        """The layer's metric that an item names, where it names nothing better."""
        links = item.of("metric")
        if not links or links[0].score < max(item.best("table"), item.best("column")):
            return None
        return next(metric for metric in self.layer.metrics if metric.name == links[0].column)

    def noun(self, links: Sequence[Item]) -> Item | None:
        """The last table, column or metric of a chunk: what the other words modify."""
        for item in reversed(links):
            named = max(item.best("table"), item.best("column"), item.best("metric"))
            if named >= max(0.5, item.best("value") - 0.3):
                return item
        return None

    def is_table(self, item: Item) -> bool:
        """Whether an item names a table rather than a column."""
        return item.best("table") >= max(item.best("column"), item.best("metric"), 0.6)

    def is_only_number(self, item: Item) -> bool:
        """Whether an item names rows, and of columns but the number of such rows, and that in part: *4 items*."""
        columns = [Ref(link.table, link.column) for link in item.of("column") if link.score >= item.best("column")]
        if not columns or not item.of("table") or item.best("column") >= _IN_FULL:
            return False
        return all(self.column(ref).key or self.is_reference(ref) for ref in columns)

    def is_in_full(self, item: Item, ref: Ref) -> bool:
        """Whether an item is the whole name of a column."""
        return any((c.table, c.column) == (ref.table, ref.column) and c.score >= _IN_FULL for c in item.of("column"))

    def next_named(self, chunk: Chunk) -> set[str]:
        """The tables that the next chunk names."""
        at = self.chunks.index(chunk)
        following = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        links = following.links if following is not None else []
        return {item.of("table")[0].table for item in links if self.is_table(item)}

    def next(self, chunk: Chunk) -> Chunk:
        return self.chunks[self.chunks.index(chunk) + 1]

    def is_reference(self, ref: Ref) -> bool:
        return any((key.table, key.column) == (ref.table, ref.column) for key in self.schema.foreign_keys)

    def when(self, table: str) -> Ref | None:
        """The date of a table that is meant where none is named: the layer's, the one that is called as its rows are
        (an order's *order date*), or the first."""
        if table in self.layer.dates:
            return Ref(table, self.layer.dates[table])
        held = self.schema.table(table)
        found = [c for c in held.columns if c.kind in ("date", "time")]
        own = {normal(word) for word in held.words}
        if len(called := [c for c in found if own & {normal(word) for word in c.words}]) == 1:
            return Ref(table, called[0].name)
        if len(found) > 1:
            self.clues.guesses.append("date")
        return Ref(table, found[0].name) if found else None

    def same_row(self, ref: Ref, table: str) -> bool:
        """Whether a column is a foreign key to the table."""
        return any(
            (key.table, key.column, key.target) == (ref.table, ref.column, table) for key in self.schema.foreign_keys
        )

    def words_of(self, item: Item) -> set[str]:
        """The words of the columns that an item may name."""
        return {word for link in item.of("column") for word in self.column(Ref(link.table, link.column)).words}

    def dates_in(self, chunk: Chunk) -> list[period.Dated]:
        """The days that a chunk names."""
        return [d for d in self.dates if any(d.first <= item.first < d.last for item in chunk.items)]

    def is_dated(self, item: Item) -> bool:
        """Whether an item is part of a date."""
        return any(dated.first <= item.first < dated.last for dated in self.dates)

    def is_better_name(self, item: Item) -> bool:
        """Whether a stretch that is also a value rather names a table or column."""
        return max(item.best("table"), item.best("column")) > item.best("value") + 0.02

    def known(self, table: str) -> Node | None:
        found = [node for node in self.nodes(self.main) if node.table == table]
        return found[-1] if found else None

    def nodes(self, node: Node) -> list[Node]:
        return [node, *(inner for child in node.children for inner in self.nodes(child))]

    def hinted(self) -> list[tuple[str, str]]:
        """Foreign keys whose columns share a word with the question: from where, to where.

        Of several between the same tables, a word that tells them apart: *home* or *away*, not *team*.
        """
        said = self.said | self.kin
        words = {key: {normal(word) for word in self.column(Ref(key.table, key.column)).words} for key in self._keys}
        found = []
        for key, own in words.items():
            beside = [words[other] for other in self._keys if (other.table, other.target) == (key.table, key.target)]
            telling = own.difference(set[str].intersection(*beside)) if len(beside) > 1 else own
            if telling & said:
                found.append((key.table, key.column))
        return found

    def spellings(self, link: Link) -> Sequence[Scalar]:
        """All values of the column that differ only in capitals."""
        if not link.table:
            return [link.value]
        if link.numbered:
            return [float(link.value)]
        values = self.schema.table(link.table).column(link.column).values
        return [value for value in values if value.casefold() == link.value.casefold()] or [link.value]

    def target(self, ref: Ref) -> Ref | None:
        """What a foreign key names."""
        for key in self.schema.foreign_keys:
            if (key.table, key.column) == (ref.table, ref.column):
                return Ref(key.target, key.target_column)
        return None

    def says_nothing(self, link: Link) -> bool:
        """Whether every row has that value."""
        column = self.column(Ref(link.table, link.column))
        return column.distinct == 1 and not column.unique

    def is_shown(self, ref: Ref) -> bool:
        return ref in self.outputs or any(isinstance(o, Measure) and o.of == ref for o in self.outputs)

    def coverage(self, column: Column) -> float:
        """Which share of a column's words the question holds."""
        stems = [normal(word) for word in column.words]
        held = sum(1.0 if stem in self.said else 0.6 if stem in self.kin else 0.0 for stem in stems)
        return held / len(stems) if stems else 0.0

    def near(self, table: str) -> Node:
        """The node that a column of this table is said of."""
        node = self.current
        known = self.known(table)
        if node.table == table or known is None:
            return node
        return known

    def dimension(
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

    def prose(self, table: str) -> Ref | None:
        """The column of a table that holds running text."""
        columns = [column for column in self.schema.table(table).columns if column.kind == "text"]
        found = (c for word in wording.PROSE for c in columns if c.words[-1:] == (word,))
        column = next(found, None)
        return Ref(table, column.name) if column is not None else None

    def names(self, table: str) -> list[Ref]:
        """The columns by which a person knows rows of a table."""
        return [Ref(table, column.name) for column in naming(self.schema.table(table))]

    def told(self, table: str) -> list[Ref]:
        """What of its rows is shown to a person: names; where they have none, a date and a number beside the key."""
        names = self.names(table)
        if names != [self.key(table)] and (self.distinct or not self._is_log(table)):
            return names
        others = [
            c for c in self.schema.table(table).columns if not c.key and not self.is_reference(Ref(table, c.name))
        ]
        firsts = [next((c for c in others if c.kind in kinds), None) for kinds in (("date", "time"), ("number",))]
        found = [Ref(table, column.name) for column in firsts if column is not None]
        return [*names, *(ref for ref in found if ref not in names)]

    def is_spread(self, table: str) -> bool:
        """Whether one thing has several rows: no key tells rows apart, and names come again."""
        return self._is_keyless(table) and not self._is_log(table)

    def _is_log(self, table: str) -> bool:
        """Whether rows are what happened when: two that are alike happened twice, as in a list of expenses."""
        dated = any(column.kind in ("date", "time") for column in self.schema.table(table).columns)
        return dated and self._is_keyless(table)

    def is_repeated(self, table: str, outputs: Sequence[Output]) -> bool:
        """Whether what is shown of a table's rows comes again and says nothing new: *which payees are there*."""
        texts = all(isinstance(output, Ref) and self.column(output).kind == "text" for output in outputs)
        return self.is_spread(table) or (texts and self._is_log(table))

    def _is_keyless(self, table: str) -> bool:
        return self.key(table) is None and not any(self.column(ref).unique for ref in self.names(table))

    def measure(self, table: str) -> Ref | None:
        """The one number of a table, where it has just one that is neither key nor reference."""
        found = [
            Ref(table, column.name)
            for column in self.schema.table(table).columns
            if column.kind == "number" and not column.key and not self.is_reference(Ref(table, column.name))
        ]
        return found[0] if len(found) == 1 else None

    def key(self, table: str) -> Ref | None:
        column = identifier(self.schema.table(table))
        return Ref(table, column.name) if column else None

    def column(self, ref: Ref) -> Column:
        return self.schema.table(ref.table).column(ref.column)


def naming(table: Table) -> list[Column]:
    """The columns by which a person knows a row: its name, or first and last name, or title; else its key."""
    text = [c for c in table.columns if c.kind == "text" and not c.quoted_number]
    own = {normal(word) for word in table.words}

    def called(last: str) -> list[Column]:
        return [c for c in text if c.words[-1:] == (last,) and {normal(w) for w in c.words[:-1]} <= own][:1]

    first, family = (next((c for c in text if _is_part(c, part)), None) for part in ("first", "last"))
    if found := called("name") or ([first, family] if first and family else []) or called("title"):
        return found
    for column in text:
        if {normal(w) for w in column.words} <= own or column.words[-1:] in (("name",), ("title",)):
            return [column]
    key = identifier(table)
    if key is not None:
        return [key]
    unique = [c for c in text if c.unique and (table.rows is None or c.distinct == table.rows)]
    return (unique or text or list(table.columns))[:1]


def _is_part(column: Column, part: str) -> bool:
    """Whether a column is a person's first or last name."""
    firsts = ("first", "given", "f") if part == "first" else ("last", "family", "l")
    joined = ("fname", "firstname", "forename") if part == "first" else ("lname", "lastname", "surname")
    words = column.words
    return (len(words) > 1 and words[-1] == "name" and words[-2] in firsts) or (bool(words) and words[-1] in joined)
