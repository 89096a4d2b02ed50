"""What is shown? Columns, the names of a table's rows, measures."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.tables import wording
from pincite.search.tables.grammar import comparing, filters, parts, pick, ranking, rows, subject, trade
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Scene, naming
from pincite.search.tables.layer import Metric
from pincite.search.tables.meaning import (
    Best,
    Measure,
    Output,
    Ref,
)
from pincite.search.tables.schema import Column
from pincite.text.tokens import normal


def head(scene: Scene, chunk: Chunk) -> None:
    """What is shown: columns, the name of a table's rows, a measure."""
    aggregates = [item.which for item in chunk.operators("aggregate")]
    if aggregates and not chunk.links and more_heads(scene, chunk):
        scene.carried += aggregates
        scene.used.update(item.first for item in chunk.operators("aggregate"))
        scene.distinct |= bool(chunk.operators("distinct"))
        return
    if not scene.outputs and subject.somebody(scene, chunk):
        scene.outputs += scene.told(scene.main.table)
        ranking.with_best(scene, chunk)
        return
    carried, scene.carried = scene.carried, []
    aggregates = [*carried, *aggregates]
    scene.used |= {item.first for item in chunk.items if item.kind == "operator"}
    scene.distinct |= bool(chunk.operators("distinct"))
    _so_many(scene, chunk)
    if (how := next(iter(chunk.operators("how")), None)) is not None:
        asked_how(scene, how)
    superlative = next(iter(chunk.operators("best")), None)
    owning = _owning(scene, chunk)
    if owning is not None:
        column_head(scene, owning, aggregates, superlative, chunk)
        return
    named = _named(scene, chunk, aggregates)
    modifiers = [item for item in chunk.links if item is not named]
    if named is None:
        headless(scene, chunk, aggregates, superlative, modifiers)
    elif (metric := scene.metric(named)) is not None:
        metric_head(scene, named, metric, superlative)
        filters.equal(scene, [item for item in modifiers if item.of("value")], chunk)
    else:
        _named_head(scene, chunk, named, aggregates, superlative)
        _modified(scene, chunk, named, modifiers)


def _so_many(scene: Scene, chunk: Chunk) -> None:
    """*the first 3 orders*."""
    number = next((item for item in chunk.items if item.number is not None), None)
    place = next(iter(chunk.operators("top")), None)
    if place is not None and number is not None and (number.number or 0) >= 1:
        scene.used.add(number.first)
        scene.limit = int(number.number or 0)
        scene.place = place.text
    elif place is not None and place.text in ("first", "last") and _is_one(scene, chunk):
        scene.limit, scene.place = 1, place.text


def _is_one(scene: Scene, chunk: Chunk) -> bool:
    """*the first tweet*: whether a row of a table is named in the singular."""
    last = chunk.links[-1] if chunk.links else None
    return last is not None and scene.is_table(last) and not last.text.lower().endswith("s")


def _owning(scene: Scene, chunk: Chunk) -> Item | None:
    """*countries' channels*: the countries are asked for."""
    links = chunk.links
    for item in links[:-1]:
        owns = scene.words[item.last - 1].possessive and item.of("column") and not scene.is_table(item)
        if owns and scene.is_table(links[-1]):
            scene.use(links[-1], links[-1].of("table")[0])
            return item
    return None


def _named(scene: Scene, chunk: Chunk, aggregates: Sequence[str]) -> Item | None:
    """The table, column or metric that a chunk is about."""
    links = chunk.links
    paired = parts.paired(scene, chunk)
    found = scene.noun([item for item in links if item not in paired]) or scene.noun(links)
    if found is not None and (table := told_by(scene, chunk, found)) is not None:
        # What river traverses most states: the reference is a verb.
        scene.use(found, found.of("column")[0])
        return table
    if "count" in aggregates and found is not None and (not scene.is_table(found) or found.best("table") < 0.7):
        # How many customers joined: they are counted, whatever they did.
        return next((item for item in links if item.best("table") >= 0.9 and scene.is_table(item)), found)
    return found


def _named_head(scene: Scene, chunk: Chunk, named: Item, aggregates: Sequence[str], superlative: Item | None) -> None:
    total = [item for item in chunk.links if item.text.lower() == "total" and item.last == named.first]
    if total:
        aggregates = [*aggregates, "sum"]
        scene.used |= {item.first for item in total}
    measured = any(which != "count" for which in aggregates) and named.best("column") >= 0.7
    counted = "count" in aggregates and any(t.table in scene.mentioned and t.score >= 0.7 for t in named.of("table"))
    if counted or (scene.is_table(named) and not measured):
        table_head(scene, named, aggregates, superlative, chunk)
    else:
        column_head(scene, named, aggregates, superlative, chunk)


def _modified(scene: Scene, chunk: Chunk, named: Item, modifiers: Sequence[Item]) -> None:
    """What stands before the name: values, what relates rows to one another, names of tables; days."""
    plain = [item for item in modifiers if not item.of("value") and item.first not in scene.used]
    if scene.is_table(named):
        plain = [item for item in plain if not filters.is_so(scene, item, chunk)]
    bridged = rows.bridged(scene, plain, chunk) if scene.is_table(named) else None
    filters.equal(scene, [item for item in modifiers if item.of("value") and item is not bridged], chunk)
    scene.modifiers += [item for item in plain if item is not bridged and item.first not in scene.used]
    dates = scene.dates_in(chunk)
    if dates and (when := comparing.date_near(scene, [])) is not None:
        comparing.in_period(scene, when, "=", dates)


def metric_head(scene: Scene, item: Item, metric: Metric, superlative: Item | None) -> None:
    """*arr*: a measure that the layer names, over the rows that it says."""
    scene.use(item, item.of("metric")[0])
    scene.outputs.append(metric.measure)
    if superlative is not None:
        scene.clues.guesses.append(f"{superlative.text} of a measure")
    rows.limited(scene, metric)


def told_by(scene: Scene, chunk: Chunk, head: Item) -> Item | None:
    """The table right before a column that leads from it to a table which is named next."""
    before = [item for item in chunk.links if item.first < head.first]
    if scene.is_table(head) or not before or not scene.is_table(before[-1]) or not scene.next_named(chunk):
        return None
    table = before[-1].of("table")[0].table
    targets = [scene.target(Ref(link.table, link.column)) for link in head.of("column") if link.table == table]
    led = {target.table for target in targets if target is not None}
    return before[-1] if led & scene.next_named(chunk) else None


def located(scene: Scene) -> None:
    """*where is*: the nearest place that its table knows."""
    table = scene.schema.table(scene.main.table)
    own = {column.name for column in naming(table)}
    for place in wording.PLACES:
        for column in table.columns:
            stems = {normal(word) for word in column.words}
            if normal(place) in stems and column.name not in own and column.distinct != 1:
                scene.outputs.append(Ref(table.name, column.name))
                return
    scene.clues.unexplained.append("where")


def headless(
    scene: Scene, chunk: Chunk, aggregates: Sequence[str], superlative: Item | None, modifiers: Sequence[Item]
) -> None:
    """A chunk that names neither table nor column: a count, or the first of something."""
    filters.equal(scene, [item for item in modifiers if item.of("value")], chunk)
    if "count" in aggregates:
        counted = scene.main.most[0] if scene.main.most else Measure("count", None, scene.main.table)
        scene.outputs.append(counted)
    if superlative is not None:
        ranking.by_adjective(scene, superlative, scene.main)


def asked_how(scene: Scene, how: Item) -> None:
    """*how long is*: the column that the adjective measures."""
    verb = trade.spending(scene) if how.text == "how much" else None
    if verb is not None and (measure := trade.spent(scene, scene.main.table)) is not None:
        scene.used.add(verb.first)
        scene.outputs.append(measure)
        return
    at = scene.items.index(how)
    said = {stem for item in scene.items[at + 1 : at + 4] for word in item.text.split() for stem in (normal(word),)}
    column = scene.dimension(scene.main.table, how.measures, said=said)
    if column is None:
        near = [hop.there.table for hop in scene.joins.from_(scene.main.table)]
        column = next((found for table in near if (found := scene.dimension(table, how.measures))), None)
    if column is not None:
        averaged = any(item.which == "avg" for item in scene.items)
        spent = how.text == "how much" and any(item.text.lower() in wording.SPENDS for item in scene.items)
        shown: Output = Measure("sum", column) if spent else column
        scene.outputs.append(Measure("avg", column) if averaged else shown)
        scene.last_column = column
    else:
        scene.clues.unexplained.append(how.text)


def table_head(scene: Scene, item: Item, aggregates: Sequence[str], superlative: Item | None, chunk: Chunk) -> None:
    """Rows of a table: counted, or told by their names."""
    link = pick.table(scene, item)
    scene.use(item, link)
    table = link.table
    if "count" in aggregates or aggregates:
        of = scene.key(table) if chunk.operators("distinct") else None
        scene.outputs.append(Measure("count", of, "" if of else table, distinct=of is not None))
    elif Measure("count", None, table) in scene.outputs:
        # The number of paid and cancelled orders: they are counted already.
        pass
    elif table == scene.main.table or not scene.outputs:
        scene.outputs += scene.told(table)
    else:
        scene.outputs += scene.names(table)[:1]
    node = scene.main if table == scene.main.table else rows.descend(scene, table)
    if superlative is not None and node is not None:
        measure = next((i for i in chunk.links if superlative.first < i.first < item.first and i.of("column")), None)
        if measure is not None:
            ranking.best_column(scene, superlative, pick.column(scene, measure, table), node, chunk)
        else:
            ranking.by_adjective(scene, superlative, node)
    scene.current = node or scene.main
    scene.current.named = True


def counted_beside(scene: Scene, chunk: Chunk) -> Item | None:
    """*playlists with the number of tracks*: the table whose rows are counted beside each name."""
    aggregates = chunk.operators("aggregate")
    named = scene.noun(chunk.links)
    if chunk.role not in ("with", "and") or chunk.negated or chunk.operators("best") or named is None:
        return None
    if [item.which for item in aggregates] != ["count"] or named.first < aggregates[0].first:
        return None
    names = [output for output in scene.outputs if isinstance(output, Ref) and output.table == scene.main.table]
    other = scene.is_table(named) and named.of("table")[0].table != scene.main.table
    return named if other and names and len(names) == len(scene.outputs) else None


def column_head(scene: Scene, item: Item, aggregates: Sequence[str], superlative: Item | None, chunk: Chunk) -> None:
    """A column: shown, measured, or the greatest of."""
    measured = [*aggregates, "max"] if superlative is not None and not superlative.measures else aggregates
    ref = _measurable(scene, item, pick.column(scene, item, scene.main.table), measured)
    column = scene.column(ref)
    scene.last_column = ref
    if not aggregates and superlative is None and column.kind == "number" and _is_sum(scene, item, ref, chunk):
        aggregates = ["sum"]
    if len(set(aggregates)) > 1 and column.kind == "number" and not scene.is_reference(ref):
        # The average number of citations is the average of their number.
        aggregates = [which for which in aggregates if which != "count"]
    if aggregates:
        for which in aggregates:
            scene.outputs.append(aggregate(scene, which, ref, bool(chunk.operators("distinct")) or scene.distinct))
        if is_listed_on(scene, chunk) and not scene.next(chunk).operators("aggregate"):
            repeated = [which for which in aggregates if which != "count" or scene.distinct]
            scene.carried = repeated if is_bare_column(scene, scene.next(chunk), numeric=repeated != ["count"]) else []
        else:
            scene.distinct = False
    elif superlative is not None and (len(scene.outputs) or is_listed_on(scene, chunk)):
        scene.main.best = Best(ref, ranking.is_greatest(scene, superlative, ref))
        scene.outputs.append(ref)
    elif superlative is not None and (superlative.measures and superlative.measures != wording.OCCURRENCE):
        scene.outputs.append(ref)
        ranking.by_adjective(scene, superlative, scene.main)
    elif superlative is not None and column.kind in ("number", "date", "time"):
        if (
            column.kind != "number"
            and superlative.text in wording.SIZES
            and superlative.text not in ("highest", "lowest")
        ):
            # The biggest order is not that of the last day.
            scene.clues.unexplained.append(superlative.text)
        scene.outputs.append(Measure("max" if ranking.is_greatest(scene, superlative, ref) else "min", ref))
    else:
        names = scene.names(ref.table)
        whole = item.text.lower() in ("name", "names", "full name", "full names") and ref in names
        scene.outputs += names if whole else [ref]
        if superlative is not None:
            ranking.by_adjective(scene, superlative, scene.main)


def _measurable(scene: Scene, item: Item, ref: Ref, aggregates: Sequence[str]) -> Ref:
    """*the average invoice*, *the largest one* is of its one number, not of its key."""
    key = scene.key(ref.table) == ref or scene.column(ref).key or scene.is_reference(ref)
    measured = {"avg", "sum"} & set(aggregates) or (
        {"max", "min"} & set(aggregates) and not scene.is_in_full(item, ref)
    )
    if not measured or not key:
        return ref
    number = scene.measure(ref.table)
    several = "avg" in aggregates and item.text.lower().endswith("s") and number is not None
    # The average orders of a customer: not of what they cost. Salaries are what they cost.
    if number is None or (
        several and not {normal(word) for word in scene.schema.table(ref.table).words} & wording.MONEY
    ):
        scene.clues.unexplained.append("average" if "avg" in aggregates else item.text)
    return number or ref


def _is_sum(scene: Scene, item: Item, ref: Ref, chunk: Chunk) -> bool:
    """*the total of orders*; *sales in 2023*, where the rows that were sold are not named."""
    word = item.text.lower()
    if word in ("total", "sum"):
        return is_of_rows(scene, chunk)
    alone = not scene.outputs and not is_listed_on(scene, chunk) and ref.table not in scene.mentioned
    return word in wording.TAKINGS and alone and not scene.column(ref).key and not scene.is_reference(ref)


def is_of_rows(scene: Scene, chunk: Chunk) -> bool:
    """*the total of orders*: whether the rows are named after it."""
    at = scene.chunks.index(chunk)
    following = scene.chunks[at + 1] if at + 1 < len(scene.chunks) else None
    return following is not None and following.marker == "of" and any(scene.is_table(i) for i in following.links)


def more_heads(scene: Scene, chunk: Chunk) -> bool:
    """Whether what is measured is only named in a later chunk."""
    at = scene.chunks.index(chunk)
    following = scene.chunks[at + 1] if at + 1 < len(scene.chunks) else None
    if following is None or following.role not in ("and", "of"):
        return False
    return bool(following.links) or (bool(following.operators("aggregate")) and more_heads(scene, following))


def is_bare_column(scene: Scene, chunk: Chunk, numeric: bool) -> bool:
    """Whether a chunk is a column alone, to which a measure before it may apply as well."""
    item = scene.noun(chunk.links)
    if item is None or scene.is_table(item) or chunk.operators("best"):
        return False
    kinds = {scene.column(Ref(link.table, link.column)).kind for link in item.of("column")}
    return "number" in kinds if numeric else True


def is_listed_on(scene: Scene, chunk: Chunk) -> bool:
    """Whether one more column is listed."""
    at = scene.chunks.index(chunk)
    following = scene.chunks[at + 1] if at + 1 < len(scene.chunks) else None
    return following is not None and following.role == "and" and bool(following.links)


def aggregate(scene: Scene, which: str, ref: Ref, distinct: bool) -> Output:
    """A measure of a column; *how many people* sums what already counts."""
    column = scene.column(ref)
    if which == "count":
        if (
            column.kind == "number"
            and not column.key
            and not scene.is_reference(ref)
            and not distinct
            and not _is_named_number(column)
        ):
            return Measure("sum", ref)
        return Measure("count", ref, distinct=True)
    if which in ("avg", "sum") and column.kind in ("date", "time"):
        # Average downloads per episode: not of the days on which it was downloaded.
        scene.clues.unexplained.append("average" if which == "avg" else "total")
    return Measure(which, ref, distinct=False)  # type: ignore[arg-type]


def summed_up(scene: Scene, chunk: Chunk) -> None:
    """*… of all states combined*: the measure comes last."""
    last = chunk.items[-1] if chunk.items else None
    if last is None or last.operator != "aggregate" or last.which == "count" or len(scene.outputs) != 1:
        return
    shown = scene.outputs[0]
    if isinstance(shown, Ref) and scene.column(shown).kind == "number":
        scene.outputs[0] = Measure(last.which, shown)  # type: ignore[arg-type]


def is_late_head(scene: Scene, chunk: Chunk) -> bool:
    """*… of all students and their ages*."""
    bridges = scene.joins.bridges(scene.main.table)
    if not chunk.operators("aggregate") and any(parts.is_bridge(item, bridges) for item in chunk.links):
        return False
    if chunk.negated or any(item.of("value") for item in chunk.links):
        return False
    return bool(chunk.operators("aggregate")) or (
        bool(chunk.links) and all(item.best("column") > item.best("table") for item in chunk.links)
    )


def _is_named_number(column: Column) -> bool:
    return bool(column.words) and column.words[-1] in ("id", "year", "code", "number", "no", "rank")
