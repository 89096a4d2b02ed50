"""What does a question ask? Its chunks, read one after the other, become a query.

The heads come first (what is shown); every later chunk says which rows, which groups, which order. A chunk belongs to
the table nearest to it, the last mentioned among equals: *the states that border the state with the most cities*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pincite.search.tables import wording
from pincite.search.tables.grammar import comparing, filters, groups, heads, parts, ranking, rows, subject, ways
from pincite.search.tables.grammar.chunk import Chunk, chunks
from pincite.search.tables.grammar.scene import Clues, Node, NotUnderstood, Scene
from pincite.search.tables.link import Linker
from pincite.search.tables.meaning import Compare, Measure, Output, Query, Ratio, Ref, Related, refs_of


@dataclass(frozen=True)
class Reading:
    """One reading of a question."""

    query: Query
    clues: Clues
    choices: tuple[int, ...]
    """How many ways there were at each fork, in order."""


def parse(question: str, linker: Linker, today: date, forks: Sequence[int] = ()) -> Reading:
    """One reading; ``forks`` says which way to take at each fork, the likeliest where it says nothing.

    Raises ``NotUnderstood``.
    """
    return _whole(_scene(question, linker, today, forks))


def fragment(question: str, linker: Linker, today: date, table: str, when: Ref | None = None) -> Reading:
    """What a few words add to a query about ``table``: conditions, groups, order, a limit; outputs where they name any.

    ``when`` is the date that the query is about already. Raises ``NotUnderstood``.
    """
    scene = _scene(question, linker, today, ())
    scene.last_column = when
    return _added(scene, table)


def _scene(question: str, linker: Linker, today: date, forks: Sequence[int]) -> Scene:
    scene = Scene(question, linker, today, forks)
    scene.mentioned = parts.mentioned(scene)
    scene.chunks = parts.cut(scene, chunks(scene.items))
    if not scene.chunks:
        raise NotUnderstood("the question has no words of content")
    return scene


def _whole(scene: Scene) -> Reading:
    first, rest = subject.split(scene)
    subject.enter(scene, first, rest)
    for chunk in first:
        heads.head(scene, chunk)
    if scene.words and scene.words[0].low == "where" and not scene.outputs:
        heads.located(scene)
    rest, shown = subject.afterwards(scene, rest)
    for chunk in rest:
        _understand(scene, chunk)
    if shown:
        scene.outputs, scene.distinct = [], False
        for chunk in shown:
            heads.head(scene, chunk)
    query = rows.assembled(scene)
    scene.clues.far = ways.farthest(scene, query)
    scene.clues.guesses += ways.undecided(scene, query)
    _note_unexplained(scene, query)
    _audit(scene, query)
    return Reading(query, scene.clues, tuple(scene.taken))


def _added(scene: Scene, table: str) -> Reading:
    """Of a fragment; see ``fragment``."""
    scene.main = Node(table)
    scene.is_fragment = True
    for chunk in scene.chunks:
        if chunk.operators("top"):
            ranking.top(scene, chunk)
        else:
            _understand(scene, chunk)
    query = rows.subquery(scene, scene.main).but(
        outputs=tuple(scene.outputs), group=tuple(scene.group), order=tuple(scene.order), limit=scene.limit
    )
    _note_unexplained(scene, query)
    _audit(scene, query)
    return Reading(query, scene.clues, tuple(scene.taken))


def _understand(scene: Scene, chunk: Chunk) -> None:
    for item in chunk.items:
        if item.kind == "operator":
            scene.used.add(item.first)
    heads.summed_up(scene, chunk)
    if groups.one_more(scene, chunk):
        return
    if chunk.role in ("order", "trend", "each"):
        _arranged(scene, chunk)
    elif chunk.operators("average"):
        comparing.against_average(scene, chunk)
    elif comparing.is_comparison(chunk):
        comparing.compared(scene, chunk)
    elif scene.limit is not None and chunk.marker == "by" and not scene.order:
        ranking.top_by(scene, chunk)
    elif (counted := heads.counted_beside(scene, chunk)) is not None:
        heads.table_head(scene, counted, ["count"], None, chunk)
    elif chunk.operators("best"):
        ranking.with_best(scene, chunk)
    elif chunk.operators("top"):
        ranking.top(scene, chunk)
    elif chunk.operators("like"):
        filters.liked(scene, chunk)
    elif chunk.operators("null"):
        filters.nulled(scene, chunk)
    elif chunk.role == "and" and not (scene.is_fragment and chunk.marker == "by") and heads.is_late_head(scene, chunk):
        last = scene.outputs[-1] if scene.outputs else None
        if isinstance(last, Measure) and last.how != "count" and heads.is_bare_column(scene, chunk, numeric=True):
            scene.carried = [] if chunk.operators("aggregate") else [last.how]
        heads.head(scene, chunk)
    else:
        filters.restricting(scene, chunk)


def _arranged(scene: Scene, chunk: Chunk) -> None:
    """In which order, over which periods, for each of what."""
    if chunk.role == "order":
        ranking.ordered(scene, chunk)
    elif chunk.role == "trend":
        groups.trend(scene, chunk)
        if chunk.links or scene.dates_in(chunk):
            # By month in 2010.
            filters.restricting(scene, replace(chunk, marker="in", role="of"))
    else:
        groups.grouped(scene, chunk)
        filters.equal(scene, [i for i in chunk.links if i.of("value") and i.first not in scene.used], chunk)


def _note_unexplained(scene: Scene, query: Query) -> None:
    """Notes every word of content that nothing in the query stands for."""
    tables, columns = _read(query)
    for item in scene.modifiers:
        named = {link.table for link in item.of("table") if link.score > 0.6}
        held = {Ref(link.table, link.column) for link in item.of("column") if link.score > 0.6}
        if named & tables or held & columns:
            scene.used.add(item.first)
    last = scene.items[-1]
    if last.kind == "silent" and last.text in _AT_THE_END:
        scene.clues.unexplained.append(last.text)
    for before, item in zip([None, *scene.items], scene.items, strict=False):
        if item.first in scene.used or item.kind not in ("word", "link", "number", "date"):
            continue
        hardly = max(item.best("table"), item.best("column"), item.best("value")) < 0.7
        if item.kind in ("word", "link") and hardly and len(tables) > 1 and _is_act(scene, item.text.lower()):
            continue
        # The hand type is the hand.
        column = before is not None and before.of("column") and before.first in scene.used
        if not (column and item.text.lower() in _OF_A_COLUMN):
            scene.clues.unexplained.append(item.text)


def _is_act(scene: Scene, word: str) -> bool:
    """Whether a verb says but that two things belong together: no column is called like it, as a composer is."""
    if (
        word not in wording.ACTS
        or scene.clues.far > NEAR
        or not all(_is_somebody(scene, node) for node in scene.nodes(scene.main)[1:])
    ):
        return False
    named = {part for table in scene.schema.tables for column in table.columns for part in column.words}
    return not any(part[:_ALIKE] == word[:_ALIKE] for part in named if len(part) >= _ALIKE)


def _is_somebody(scene: Scene, node: Node) -> bool:
    """Whether related rows are themselves named, by their table or their name: not the place where it was done."""
    said = [c.left for c in node.where if isinstance(c, Compare) and c.sign in ("=", "in")]
    return node.named or not said or any(left in scene.names(node.table) for left in said)


def _read(query: Query) -> tuple[set[str], set[Ref]]:
    """The tables and the columns that a query reads."""
    columns = {ref for output in (*query.outputs, *query.group) for ref in refs_of(output)}
    tables = {query.table, *(ref.table for ref in columns)}
    tables |= {output.table for output in query.outputs if isinstance(output, Measure) and output.table}
    for condition in query.where:
        if isinstance(condition, Compare):
            columns |= set(refs_of(condition.left))
        elif isinstance(condition, Related):
            inner = _read(condition.query)
            tables |= inner[0] | {hop.there.table for hop in condition.hops}
            columns |= inner[1]
    return tables, columns


def _audit(scene: Scene, query: Query) -> None:
    """An operator that left no trace in the query is a word unexplained: *the average*, *not*, *first*."""
    measures = {output.how for output in _measured(query)}
    shares = any(isinstance(output, Ratio) for output in query.outputs)
    ranked = query.best is not None or bool(query.order) or bool(measures & {"min", "max"})
    traces = {
        "avg": "avg" in measures or any(c.query is not None for c in _compares(query)),
        "sum": "sum" in measures,
        "min": "min" in measures or ranked,
        "max": "max" in measures or ranked,
        "count": bool(measures & {"count", "sum"}) or shares or scene.main.most is not None,
    }
    if scene.words[0].low == "who" and not any(_is_told(scene, output) for output in query.outputs):
        scene.clues.unexplained.append(scene.words[0].text)
    for item in scene.items:
        lost = item.operator == "aggregate" and not traces[item.which]
        lost = lost or (item.operator == "top" and query.limit is None and not ranked)
        lost = lost or (item.operator == "not" and not _negates(query))
        lost = lost or (item.operator == "ratio" and not shares)
        if lost:
            scene.clues.unexplained.append(item.text)


def _is_told(scene: Scene, output: Output) -> bool:
    """Whether an output may be somebody: no number, no date, and not whether something is so."""
    return isinstance(output, Ref) and scene.column(output).kind == "text"


def _measured(query: Query) -> Iterator[Measure]:
    outputs = [*query.outputs, *(order.of for order in query.order), *(compare.left for compare in query.having)]
    yield from (output for output in outputs if isinstance(output, Measure))
    yield from (output.over for output in outputs if isinstance(output, Ratio))
    yield from (measure for inner in _inner(query) for measure in _measured(inner))


def _compares(query: Query) -> Iterator[Compare]:
    yield from (condition for condition in query.where if isinstance(condition, Compare))
    yield from (compare for inner in _inner(query) for compare in _compares(inner))


def _inner(query: Query) -> Iterator[Query]:
    for condition in query.where:
        if isinstance(condition, (Related, Compare)) and condition.query is not None:
            yield condition.query


def _negates(query: Query) -> bool:
    """Whether anything is denied; of numbers it is the other side that is asked for."""
    denied = {"!=", "not in", "not like", "null", "<", "<=", ">=", ">"}
    if any(isinstance(c, Related) and c.negated for c in query.where) or any(c.sign in denied for c in query.having):
        return True
    return any(c.sign in denied for c in _compares(query)) or any(_negates(inner) for inner in _inner(query))


NEAR = 3
"""Foreign keys between two things, up to which a verb may mean no more than that they belong together."""
_ALIKE = 5
"""First letters by which a verb and the name of a column are of one family."""
_AT_THE_END = frozenset("return returned receive received".split())
"""Words that say what to do where a sentence begins, and what somebody did where it ends."""
_OF_A_COLUMN = frozenset("type types kind kinds value values code codes name names number numbers information".split())
