"""Which come first? *the largest*, *with the most cities*, *the top 5 by amount*, *sorted by name*."""

from __future__ import annotations

from pincite.search.tables import wording
from pincite.search.tables.grammar import filters, pick, rows, trade
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Node, Scene
from pincite.search.tables.meaning import (
    Best,
    How,
    Measure,
    Order,
    Output,
    Ref,
)

_SPANS = frozenset("in within during over".split())
SEVERAL = 10
"""How many are the first, where the question names several and does not say how many."""


def ordered(scene: Scene, chunk: Chunk) -> None:
    """*sorted by name*, *in descending order*."""
    which = chunk.which
    for operator in chunk.operators("order"):
        which = operator.which or which
    descending = which in ("desc",)
    aggregate = next(iter(chunk.operators("aggregate")), None)
    item = scene.noun(chunk.links)
    of: Output | None = None
    if aggregate is not None:
        of = next((o for o in scene.outputs if isinstance(o, Measure) and o.how == aggregate.which), None)
        if item is not None:
            scene.use(item)
    measured = [output for output in scene.outputs if isinstance(output, Measure)]
    counted = next((i for i in chunk.items if i.text.lower() in ("number", "the number", "count")), None)
    if of is None and counted is not None and len(measured) == 1 and item in (None, counted):
        scene.use(counted)
        of = measured[0]
    if of is None and item is not None:
        if scene.is_table(item):
            link = pick.table(scene, item)
            scene.use(item, link)
            of = next(iter(scene.names(link.table)), None)
        else:
            of = pick.column(scene, item, scene.main.table)
    if which in ("young", "old"):
        of, descending = by_age(scene, which == "old")
    if item is None and of is None and scene.order:
        scene.order[-1] = Order(scene.order[-1].of, descending)
        return
    of = of or next(iter(scene.outputs), None)
    if of is not None:
        scene.order.append(Order(of, descending))


def by_age(scene: Scene, oldest_first: bool) -> tuple[Ref | None, bool]:
    """The column by which things are old, and whether its greatest come first."""
    table = scene.main.table
    age = scene.dimension(table, ("age",))
    if age is not None:
        return age, oldest_first
    return scene.dimension(table, wording.BIRTH), not oldest_first


def with_best(scene: Scene, chunk: Chunk) -> None:
    """*with the largest population*, *that has the most cities*, *is the biggest*."""
    node = scene.current
    superlative = chunk.operators("best")[0]
    item = scene.noun([i for i in chunk.links if i.first > superlative.first]) or scene.noun(chunk.links)
    values = [i for i in chunk.links if i is not item and i.of("value")]
    if item is None and chunk.marker in ("used", "use") and superlative.text in ("most", "least"):
        # Which tag is used the most: which is the most common.
        node.most = (Measure("count", None, node.table), superlative.which == "+", number_before(scene, superlative))
    elif item is None or superlative.measures == wording.OCCURRENCE:
        if item is not None:
            scene.use(item)
        by_adjective(scene, superlative, node)
    elif (metric := scene.metric(item)) is not None:
        scene.use(item, item.of("metric")[0])
        node.most = (metric.measure, superlative.which == "+", number_before(scene, superlative))
        rows.limited(scene, metric)
    elif scene.is_table(item):
        best_table(scene, superlative, item, node, chunk)
    elif superlative.measures and not set(superlative.measures) & scene.words_of(item):
        scene.use(item)
        by_adjective(scene, superlative, node)
    else:
        ref = pick.column(scene, item, node.table)
        target = scene.near(ref.table)
        best_column(scene, superlative, ref, target, chunk)
    filters.equal(scene, values, chunk)


def best_table(scene: Scene, superlative: Item, item: Item, node: Node, chunk: Chunk) -> None:
    """*with the most cities*, *the largest city*."""
    link = pick.table(scene, item)
    scene.use(item, link)
    counted = superlative.text in ("most", "least", "fewest") or bool(chunk.operators("aggregate"))
    if counted and link.table != node.table:
        count_order(scene, node, link.table, superlative)
    elif counted and (bridge := bridge_of(node)):
        count_order(scene, node, bridge, superlative)
    elif counted and any(isinstance(o, Ref) for o in scene.outputs) and node is scene.main:
        node.most = (Measure("count", None, node.table), superlative.which == "+", number_before(scene, superlative))
    elif link.table == node.table or (chunk.role == "of" and node.table == link.table):
        by_adjective(scene, superlative, node)
    else:
        child = rows.descend(scene, link.table)
        if child is not None:
            by_adjective(scene, superlative, child)
            scene.current = child
            child.named = True


def bridge_of(node: Node) -> str:
    """The table that relates rows of one kind, where the question just named it."""
    return node.hops[0].there.table if node.hops and node.parent and node.parent.table == node.table else ""


def count_order(scene: Scene, node: Node, table: str, superlative: Item) -> None:
    """*with the most orders*; what follows is said of the orders."""
    top = number_before(scene, superlative)
    node.most = (Measure("count", None, table), superlative.which == "+", top)
    rows.enter(scene, node, table)


def best_column(scene: Scene, superlative: Item, ref: Ref, node: Node, chunk: Chunk) -> None:
    """*with the highest rating*."""
    column = scene.column(ref)
    if superlative.text in ("most", "least", "fewest") and column.kind == "text":
        node.most = (Measure("count", ref), superlative.which == "+", number_before(scene, superlative))
        return
    sized = superlative.text in wording.SIZES and superlative.text not in ("highest", "lowest")
    counted = superlative.text in ("most", "least", "fewest") and column.kind in ("date", "time")
    if counted or (sized and column.kind == "text" and not column.quoted_number):
        # The most downloaded is not what was last, nor the biggest stadium the last of the alphabet.
        scene.clues.unexplained.append(superlative.text)
    aggregate = next((i.which for i in chunk.operators("aggregate") if i.which in ("avg", "sum")), None)
    if aggregate is not None or ref.table != node.table:
        summed = superlative.text in ("most", "least", "fewest") and trade.adds_up(column)
        how: How = aggregate or ("sum" if summed else "max" if superlative.which == "+" else "min")  # type: ignore[assignment]
        node.most = (Measure(how, ref), superlative.which == "+", number_before(scene, superlative))
        rows.enter(scene, node, ref.table)
        return
    if node is scene.main and _is_repeated(scene) and trade.adds_up(column):
        node.most = (Measure("sum", ref), superlative.which == "+", number_before(scene, superlative))
        return
    best(scene, node, ref, is_greatest(scene, superlative, ref), superlative)


def best(scene: Scene, node: Node, ref: Ref, greatest: bool, superlative: Item) -> None:
    """Keeps the rows that share the first place, or as many as were asked for."""
    top = number_before(scene, superlative)
    if node is scene.main and (top is not None or scene.limit is not None):
        scene.order.append(Order(ref, greatest))
        scene.limit = top if top is not None else scene.limit
    else:
        node.best = Best(ref, greatest)


def number_before(scene: Scene, superlative: Item) -> int | None:
    """*the 3 youngest*, *top 5*."""
    at = scene.items.index(superlative)
    for item in scene.items[max(0, at - 1) : at]:
        if item.number is not None and item.number.is_integer() and 0 < item.number < 10_000:
            scene.used.add(item.first)
            return int(item.number)
    return scene.limit


def by_adjective(scene: Scene, superlative: Item, node: Node) -> None:
    """Of a table's rows, by what the adjective measures."""
    if superlative.measures == wording.OCCURRENCE:
        node.most = (Measure("count", None, node.table), superlative.which == "+", number_before(scene, superlative))
        return
    if by_trade(scene, superlative, node):
        return
    greatest = superlative.which == "+"
    measures = superlative.measures or wording.SIZES.get(superlative.text, ())
    found = scene.dimension(node.table, measures)
    if found is None and superlative.measures == ("age",):
        found, greatest = scene.dimension(node.table, wording.BIRTH), not greatest
    if found is None:
        scene.clues.unexplained.append(superlative.text)
        return
    if not superlative.measures:
        scene.clues.guesses.append(f"{superlative.text}: by {found.column}")
    best(scene, node, found, greatest, superlative)


def by_trade(scene: Scene, superlative: Item, node: Node) -> bool:
    """*best selling tracks*, *Which customer spent the most*: by pieces sold, by money."""
    verb = trade.spending(scene) if superlative.text in ("most", "least") else None
    if superlative.measures == wording.SOLD:
        measure = trade.sold(scene, node.table)
    else:
        measure = trade.spent(scene, node.table) if verb is not None else None
    if measure is None:
        return False
    if verb is not None:
        scene.used.add(verb.first)
    top = number_before(scene, superlative)
    node.most = (measure, superlative.which == "+", top or (SEVERAL if trade.is_several(scene, node.table) else None))
    return True


def is_greatest(scene: Scene, superlative: Item, ref: Ref) -> bool:
    """A rank of 1 is the highest."""
    greatest = superlative.which == "+"
    words = scene.column(ref).words
    if (
        words
        and words[-1] in ("rank", "ranking", "position", "place")
        and superlative.text in ("highest", "best", "top", "lowest", "worst")
    ):
        return not greatest
    return greatest


def top(scene: Scene, chunk: Chunk) -> None:
    """*top 3 by rating*, *founded first*."""
    number = next((item for item in chunk.items if item.number is not None), None)
    place = chunk.operators("top")[0]
    if number is not None and (chunk.marker in _SPANS or (number.number or 0) < 1):
        # In the last 10 minutes: a time that nothing here says, and not so many rows.
        scene.clues.unexplained.append(place.text)
        return
    if number is not None:
        scene.used.add(number.first)
        scene.limit = int(number.number or 0)
        scene.place = place.text
    item = scene.noun(chunk.links)
    if item is None or scene.is_table(item):
        return
    ref = pick.column(scene, item, scene.main.table)
    if number is None and place.text in ("first", "last"):
        scene.main.best = Best(ref, place.text == "last")
    else:
        scene.order.append(Order(ref, is_down(scene, ref)))


def is_time(scene: Scene, ref: Ref) -> bool:
    """Whether a column says when: what is first in it is least."""
    column = scene.column(ref)
    return column.kind in ("date", "time") or (column.kind == "number" and "year" in column.words)


def is_down(scene: Scene, of: Output) -> bool:
    """Whether the greatest come first where so many are asked for by something: the first days are the least."""
    if isinstance(of, Ref) and is_time(scene, of):
        return scene.place in ("top", "last")
    return scene.place not in ("bottom", "last")


def top_by(scene: Scene, chunk: Chunk) -> None:
    """*the top 5 countries by total amount*."""
    item = scene.noun(chunk.links)
    aggregates = [i.which for i in chunk.operators("aggregate")]
    if item is None:
        scene.clues.guesses.append("by what")
    elif (metric := scene.metric(item)) is not None:
        scene.use(item, item.of("metric")[0])
        scene.order.append(Order(metric.measure, is_down(scene, metric.measure)))
        scene.each = True
        rows.limited(scene, metric)
    elif scene.is_table(item) or aggregates == ["count"]:
        link = pick.table(scene, item) if item.of("table") else None
        scene.use(item, link)
        count = Measure("count", None, link.table if link else scene.main.table)
        scene.order.append(Order(count, is_down(scene, count)))
        scene.each = True
    else:
        ref = pick.column(scene, item, scene.main.table)
        if not aggregates and ref.table != scene.main.table and scene.column(ref).kind == "number":
            aggregates = ["sum"]
        if not aggregates and _is_repeated(scene):
            # The top 3 regions by revenue: a region is many rows, and is shown once.
            aggregates = ["sum"] if trade.adds_up(scene.column(ref)) else []
            scene.clues.guesses += [] if aggregates else ["the rows of each"]
        of: Output = Measure(aggregates[0], ref) if aggregates else ref  # type: ignore[arg-type]
        scene.order.append(Order(of, is_down(scene, of)))
        scene.each = bool(aggregates)


def _is_repeated(scene: Scene) -> bool:
    """Whether what is asked for is one column that says the same in several rows, and not the rows."""
    shown = scene.outputs[0] if len(scene.outputs) == 1 else None
    if not isinstance(shown, Ref) or scene.main.named or shown.table != scene.main.table:
        return False
    return scene.column(shown).kind == "text" and not scene.column(shown).unique
