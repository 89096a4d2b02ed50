"""Which rows? A tree of nodes, each the rows of one table that are related to those above, and the query it becomes."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.tables.grammar import trade
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Node, NotUnderstood, Scene
from pincite.search.tables.layer import Metric
from pincite.search.tables.meaning import (
    Compare,
    Condition,
    Either,
    Hop,
    Measure,
    Order,
    Output,
    Period,
    Query,
    Ratio,
    Ref,
    Related,
    Scalar,
    Sign,
    refs_of,
)


def bridged(scene: Scene, loose: Sequence[Item], chunk: Chunk) -> Item | None:
    """A verb such as *border* that names a table relating rows of one kind."""
    node = scene.current
    bridges = scene.joins.bridges(node.table)
    for item in loose:
        for link in item.of("column"):
            if link.table in bridges and any(hop.there.column == link.column for hop in bridges[link.table]):
                scene.use(item, link)
                scene.bridged.add(item.first)
                cross(scene, link.table, item, chunk)
                return item
    return None


def cross(scene: Scene, bridge: str, item: Item, chunk: Chunk) -> None:
    """From rows to related rows of the same table, by way of the table that relates them."""
    node = scene.current
    hops = scene.joins.bridges(node.table)[bridge]
    named = {link.column for link in item.of("column") if link.table == bridge}
    out = next((hop for hop in hops if hop.there.column in named), hops[-1])
    back = next(hop for hop in hops if hop is not out)
    child = Node(node.table, node, (out, Hop(back.there, back.here)), negated=chunk.negated)
    chunk.negated = False
    node.children.append(child)
    scene.current = child


def descend(scene: Scene, table: str, negated: bool = False, below: Node | None = None) -> Node | None:
    """Related rows of another table, below the node that is nearest to it, or below this one."""
    nodes = [below] if below is not None else list(reversed(scene.nodes(scene.main)))
    if scene.current in nodes:
        nodes.sort(key=lambda node: node is not scene.current)
    parent = min(nodes, key=lambda node: scene.joins.distance(node.table, table))
    way = scene.joins.way(parent.table, table, scene.hinted())
    if way is None:
        scene.clues.guesses.append(f"{parent.table} and {table} are not related")
        return None
    child = Node(table, parent, way, negated)
    parent.children.append(child)
    return child


def one_more_value(scene: Scene, ref: Ref, values: Sequence[Scalar], chunk: Chunk) -> bool:
    """*from Norway or Sweden*: one more value for the condition before."""
    if chunk.role not in ("or", "and") or scene.last_condition is None or chunk.negated:
        return False
    node, last = scene.last_condition
    if last != ref or not node.where or (chunk.role == "and" and (node is not scene.main or scene.both)):
        return False
    before = node.where[-1]
    if not isinstance(before, Compare) or before.left != ref or before.sign not in ("=", "in", "!=", "not in"):
        return False
    sign: Sign = "in" if before.sign in ("=", "in") else "not in"
    node.where[-1] = Compare(ref, sign, tuple(dict.fromkeys((*before.right, *values))))
    return True


def constrain(scene: Scene, condition: Compare, table: str, negated: bool = False) -> None:
    """Puts a condition where its table is in play, or where it is nearest."""
    node = scene.current
    if node.table == table and not negated:
        if scene.both and _is_same_column(node, condition) and node is scene.main:
            intersect(scene, condition)
            return
        node.where.append(condition)
        remember(scene, node, condition)
        return
    known = None if negated else scene.known(table)
    if known is not None and not _is_same_column(known, condition):
        known.where.append(condition)
        remember(scene, known, condition)
        return
    child = descend(scene, table, negated=negated, below=scene.main if known is not None and scene.both else None)
    if child is None:
        scene.clues.unexplained.append(table)
        return
    child.where.append(condition)
    remember(scene, child, condition)


def descend_to(scene: Scene, condition: Compare) -> None:
    """No row that meets the condition is related to the main ones."""
    table = condition.left.table if isinstance(condition.left, Ref) else ""
    child = descend(scene, table, negated=True, below=scene.main)
    if child is not None:
        child.where.append(condition)


def remember(scene: Scene, node: Node, condition: Compare) -> None:
    if isinstance(condition.left, Ref):
        scene.last_condition = (node, condition.left)


def exclude(scene: Scene, condition: Compare) -> None:
    """*rivers that do not run through Texas*: no row of that name meets the condition."""
    name = scene.names(scene.main.table)[0]
    inner = Query(scene.main.table, (name,), (condition,))
    scene.main.where.append(Related((), inner, negated=True, column=name))


def intersect(scene: Scene, condition: Compare) -> None:
    """*in both 2013 and 2016*: what is shown occurs with the one and with the other."""
    shown = next((o for o in scene.outputs if isinstance(o, Ref) and o.table == scene.main.table), None)
    shown = shown or scene.names(scene.main.table)[0]
    inner = Query(scene.main.table, (shown,), (condition,))
    scene.main.where.append(Related((), inner, column=shown))


def limited(scene: Scene, metric: Metric) -> None:
    """Puts a metric's own conditions on the rows that it is measured over."""
    held, scene.current = scene.current, scene.main
    for condition in metric.where:
        constrain(scene, condition, metric.table)
    scene.current = held


def having(scene: Scene, compare: Compare, table: str, node: Node) -> None:
    """A condition on what is related to each row."""
    target = node if node.table != table else scene.main
    target.having.append(compare)
    enter(scene, target, table)


def enter(scene: Scene, node: Node, table: str) -> None:
    """What follows is said of the rows of a table that are measured for a node."""
    if node.table == table:
        return
    known = next((child for child in node.children if child.table == table and not child.negated), None)
    way = scene.joins.way(node.table, table, scene.hinted())
    if way is None:
        scene.clues.guesses.append(f"{node.table} and {table} are not related")
        return
    if known is None:
        known = Node(table, node, way)
        node.children.append(known)
    scene.current = known


def assembled(scene: Scene) -> Query:
    """The whole query. Raises ``NotUnderstood`` where nothing is asked for."""
    if not scene.outputs and not scene.group:
        scene.outputs += scene.told(scene.main.table)
        if not scene.main.where and not scene.main.children and not scene.main.best:
            raise NotUnderstood("nothing is asked for")
    negate_whole(scene)
    if scene.limit is not None and scene.place == "top" and not scene.order and _is_only_named(scene):
        scene.main.most = (Measure("count", None, scene.main.table), True, scene.limit)
    query = subquery(scene, scene.main)
    _set_apart(scene)
    _count_each(scene)
    scene.outputs = [_once(scene, output) for output in scene.outputs]
    measures = [o for o in scene.outputs if not isinstance(o, (Ref, Period))]
    ranked = [order.of for order in scene.order if isinstance(order.of, Measure)]
    if any(item.operator == "ratio" for item in scene.items):
        return _share(scene, query)
    counted = measures == [Measure("count", None, query.table)] and scene.outputs == measures
    if query.having and (counted or not scene.group) and not (scene.main.most or ranked):
        query = _had(scene, query, counted=bool(measures) and len(measures) == len(scene.outputs))
    outputs, group = _grouped(scene, measures)
    if (query.having or scene.main.most or (ranked and not measures)) and not group:
        group = _by_row(scene, outputs, [*(compare.left for compare in query.having), *ranked])
    order, limit = [*scene.order], scene.limit
    if scene.main.most is not None:
        measure, greatest, top = scene.main.most
        order.insert(0, Order(_counted_once(scene, measure, query.table), greatest))
        limit = top or limit or 1
    if limit is not None and not order:
        order = _placed(scene, measures)
    _note_doubts(scene, query, measures)
    return query.but(
        outputs=tuple(dict.fromkeys([*outputs, *_ranked_by(scene, order, limit, measures)])),
        group=tuple(dict.fromkeys(group)),
        order=tuple(order),
        limit=limit,
        distinct=(scene.distinct or scene.is_repeated(query.table, outputs)) and not measures and not group,
        via=frozenset(scene.hinted()),
    )


def _had(scene: Scene, query: Query, *, counted: bool) -> Query:
    """*how many customers have more than 20 orders*: they are found first, and then ``counted`` together.

    Who has fewer than 3 may have none, and be in no join: those who have 3 or more are left out instead.
    """
    key, tests = scene.key(query.table), [_turned(compare, query.table) for compare in query.having]
    fewer = all(test is not None for test in tests)
    if key is None or not (fewer or counted):
        if counted:
            scene.clues.guesses.append("how many of each")
        return query
    having = tuple(test for test in tests if test is not None) if fewer else query.having
    own = [condition for condition in query.where if _table_of(condition) == query.table]
    others = tuple(condition for condition in query.where if condition not in own)
    inner = Query(query.table, (key,), others, group=(key,), having=having, via=query.via)
    return query.but(where=(*own, Related((), inner, negated=fewer, column=key)), having=())


def _turned(compare: Compare, table: str) -> Compare | None:
    """What those do not fulfil who have few of something, or nothing; ``None`` where no few are asked for."""
    measure = compare.left
    if not isinstance(measure, Measure) or measure.how != "count" or measure.table in ("", table):
        return None
    if compare.sign == "=" and compare.right == (0,):
        return Compare(measure, ">", (0,))
    turned: dict[str, Sign] = {"<": ">=", "<=": ">"}
    return Compare(measure, turned[compare.sign], compare.right) if compare.sign in turned else None


def _table_of(condition: Condition) -> str:
    """Whose rows a condition is about."""
    if isinstance(condition, Either):
        return _table_of(condition.conditions[0])
    if isinstance(condition, Related):
        return condition.hops[0].here.table if condition.hops else condition.column.table if condition.column else ""
    return next((ref.table for ref in refs_of(condition.left)), "")


def _set_apart(scene: Scene) -> None:
    """*compare the sales in Berlin and Hamburg*: a number for each."""
    if not scene.compares or scene.group:
        return
    shown = scene.outputs[0] if len(scene.outputs) == 1 else None
    listed = scene.outputs == scene.told(scene.main.table)
    summed = isinstance(shown, Ref) and scene.column(shown).kind == "number"
    if not (listed or summed or all(isinstance(output, (Measure, Ratio)) for output in scene.outputs)):
        return
    wheres = [condition for node in scene.nodes(scene.main) for condition in node.where]
    tests = [c for c in wheres if isinstance(c, Compare) and c.sign == "in"]
    several = [test.left for test in tests if isinstance(test.left, (Ref, Period))]
    if len(several) == 1:
        scene.group.append(several[0])
        scene.counts_each = True
    elif not listed:
        scene.clues.unexplained.append("compare")


def _note_doubts(scene: Scene, query: Query, measures: Sequence[Output]) -> None:
    """What the words may mean and no query here says."""
    if query.best is not None and scene.group and not measures:
        # The cheapest of each category: the cheapest of all is another question.
        scene.clues.guesses.append("the first of each")
    fixed = [c.left for c in query.where if isinstance(c, Compare) and c.sign == "=" and c.query is None]
    if scene.outputs and not scene.group and all(output in fixed for output in scene.outputs):
        # The target for North: not that North is called so.
        scene.clues.guesses.append("nothing but what is asked by")
    alone = query.where[0] if len(query.where) == 1 else None
    counted = list(measures) == [Measure("count", None, query.table)] and not (scene.group or scene.main.named)
    if not counted or not isinstance(alone, Compare) or alone.sign != "=" or not isinstance(alone.left, Ref):
        return
    if alone.left in scene.names(query.table) and scene.column(alone.left).unique:
        # How many e-bikes: not how many categories are called so.
        scene.clues.unexplained.append(f"how many of {alone.right[0]}")


def _placed(scene: Scene, measures: Sequence[Output]) -> list[Order]:
    """By what rows are the first or the last: a measure that is shown, else when they were."""
    if measures:
        return [Order(measures[0], scene.place not in ("last", "bottom"))]
    when = scene.when(scene.main.table)
    if scene.place not in ("first", "last") or when is None:
        scene.clues.unexplained.append(scene.place or "top")
        return []
    return [Order(when, scene.place == "last")]


def _is_only_named(scene: Scene) -> bool:
    """Whether a table but names rows of others, again and again: *the top 10 hashtags* are the most frequent."""
    table = scene.main.table
    others = [c for c in scene.schema.table(table).columns if not scene.is_reference(Ref(table, c.name))]
    return scene.is_spread(table) and all(Ref(table, column.name) in scene.outputs for column in others)


def _share(scene: Scene, query: Query) -> Query:
    """*the percentage of tracks that are rock*: of all rows those that meet the conditions."""
    measures = [output for output in scene.outputs if isinstance(output, Measure)]
    rows = Measure("count", None, query.table)
    of = measures[0] if len(measures) == 1 else rows
    own = of.of is not None and of.of.table == query.table and not trade.is_rate(scene.column(of.of))
    adds = len(measures) < 2 and (of == rows or (of.how == "sum" and own))
    if not scene.percent or not adds or scene.main.having or query.best or scene.limit is not None:
        scene.clues.guesses.append("a ratio")
    elif scene.group and all(_is_when(scene, condition) for condition in query.where):
        # The share of orders by status: of all, within the days that are meant.
        scene.outputs = [of]
        outputs, group = _grouped(scene, [of])
        share = Ratio(of, of, percent=True, of_all=True)
        return query.but(outputs=(*dict.fromkeys(outputs), share), group=tuple(dict.fromkeys(group)))
    elif query.where and not scene.group:
        return query.but(outputs=(Ratio(of, of, percent=True, where=query.where),), where=())
    else:
        scene.clues.guesses.append("a ratio")
    return query.but(outputs=tuple(scene.outputs))


def _is_when(scene: Scene, condition: Condition) -> bool:
    """Whether a condition but says of which days rows are."""
    refs = list(refs_of(condition.left)) if isinstance(condition, Compare) else []
    return bool(refs) and all(scene.column(ref).kind in ("date", "time") for ref in refs)


def _count_each(scene: Scene) -> None:
    """*orders per month* counts orders, *amount per month* sums it."""
    if not scene.counts_each or not scene.group:
        return
    shown = scene.outputs[0] if len(scene.outputs) == 1 else None
    if scene.outputs == scene.told(scene.main.table):
        scene.outputs = [Measure("count", None, scene.main.table)]
    elif isinstance(shown, Ref) and scene.column(shown).kind == "number":
        scene.outputs = [Measure("sum", shown)]


def _counted_once(scene: Scene, measure: Measure, table: str) -> Measure:
    """*the genre with the most invoices*: an invoice of two tracks of a genre is one invoice."""
    way = scene.joins.way(measure.table, table, scene.hinted()) if measure.table else None
    key = scene.key(measure.table) if way and not all(scene.joins.is_to_one(hop) for hop in way) else None
    return Measure("count", key, distinct=True) if key is not None else measure


def _once(scene: Scene, output: Output) -> Output:
    """A measure over rows that a join repeats: each is counted once; what can't be is a guess."""
    if not isinstance(output, Measure) or output.distinct or output.how in ("min", "max"):
        return output
    table = output.table or (output.of.table if output.of else "")
    others = {ref.table for ref in (*scene.outputs, *scene.group) if isinstance(ref, Ref)} - {table}
    ways = [scene.joins.way(table, other, scene.hinted()) or () for other in sorted(others)]
    if all(scene.joins.is_to_one(hop) for way in ways for hop in way):
        return output
    key = scene.key(table)
    if output.how == "count" and output.of is None and key is not None:
        return Measure("count", key, distinct=True)
    scene.clues.guesses.append("rows may be counted more than once")
    return output


def _grouped(scene: Scene, measures: Sequence[Output]) -> tuple[list[Output], list[Ref | Period]]:
    """What is shown and what it is grouped by."""
    refs = [o for o in scene.outputs if isinstance(o, (Ref, Period))]
    told = {ref.table for ref in refs if isinstance(ref, Ref)} & set(scene.grouped_tables)
    group = [g for g in scene.group if not (isinstance(g, Ref) and g.table in told)]
    known = [*refs, *group]
    by = [g for g in group if g not in refs and not is_key_of(scene, g, [one for one in known if one != g])]
    shown: list[Output] = [*by, *scene.outputs]
    if measures and (group or refs):
        return shown, [*_keys(scene, refs, measures), *group, *refs]
    return (shown, []) if group else ([*scene.outputs], [])


def _keys(scene: Scene, refs: Sequence[Output], measures: Sequence[Output]) -> list[Ref | Period]:
    """Beside names that several rows share, the key by which their rows are told apart, where others are measured."""
    table, key = scene.main.table, scene.key(scene.main.table)
    names = scene.names(table)
    of_others = all(
        isinstance(measure, Measure) and (measure.table or (measure.of and measure.of.table)) != table
        for measure in measures
    )
    alike = of_others and list(refs) == names and not any(scene.column(name).unique for name in names)
    return [key] if alike and key is not None and key not in names else []


def _by_row(scene: Scene, outputs: Sequence[Output], measures: Sequence[Output]) -> list[Ref | Period]:
    """By each row that is shown: by its key as well, unless it is rows of its own kind that are measured."""
    key = scene.key(scene.main.table)
    group = [ref for ref in outputs if isinstance(ref, (Ref, Period))]
    counted = [*measures, *([scene.main.most[0]] if scene.main.most else [])]
    within = any(isinstance(m, Measure) and (m.table or (m.of and m.of.table)) == scene.main.table for m in counted)
    if within and any(isinstance(ref, Ref) and (ref == key or scene.column(ref).unique) for ref in group):
        # Every order is there once: nothing is most often.
        scene.clues.unexplained.append("most")
    if scene.main.most is not None and not any(
        isinstance(ref, Ref) and (ref in scene.names(scene.main.table) or scene.column(ref).unique) for ref in group
    ):
        # Which country spent the most: all its customers together.
        return group
    return [key, *group] if key and key not in group and not within else group


def _ranked_by(scene: Scene, order: Sequence[Order], limit: int | None, measures: Sequence[Output]) -> list[Output]:
    """Beside the first of an order, that by which they are the first."""
    if measures:
        return []
    if scene.main.best is not None:
        return [scene.main.best.of]
    return [order[0].of] if limit is not None and order else []


def negate_whole(scene: Scene) -> None:
    """*type codes that no document uses*: no row with that code, where the rows themselves are not named."""
    shown = scene.outputs[0] if len(scene.outputs) == 1 else None
    if not isinstance(shown, Ref) or scene.main.named or shown.table != scene.main.table or scene.column(shown).unique:
        return
    for child in [child for child in scene.main.children if child.negated]:
        scene.main.children.remove(child)
        child.negated = False
        inner = Query(scene.main.table, (shown,), (related(scene, child),), via=frozenset(scene.hinted()))
        scene.main.where.append(Related((), inner, negated=True, column=shown))
        scene.distinct = True


def is_key_of(scene: Scene, ref: Ref | Period, shown: Sequence[Output]) -> bool:
    """A key that is only grouped by, beside what is shown of its row."""
    if not isinstance(ref, Ref):
        return False
    return scene.key(ref.table) == ref and any(isinstance(o, Ref) and o.table == ref.table for o in shown)


def joined_tables(scene: Scene, node: Node) -> set[str]:
    """Tables that are joined to a node's for what is measured."""
    measures: list[Output] = [*(c.left for c in node.having), *([node.most[0]] if node.most else [])]
    if node is scene.main:
        measures += [*scene.outputs, *(order.of for order in scene.order)]
    found: set[str] = set()
    for measure in measures:
        table = (measure.table or (measure.of.table if measure.of else "")) if isinstance(measure, Measure) else ""
        for hop in scene.joins.way(node.table, table, scene.hinted()) or () if table else ():
            found.add(hop.there.table)
    return found


def conditions(scene: Scene, node: Node, joined: set[str]) -> list[Condition]:
    """Of a node and the nodes below it. What is measured is measured over the rows that fulfil them."""
    made = list(node.where)
    for child in node.children:
        inline = bool(child.hops) and all(hop.there.table in joined for hop in child.hops)
        inline = inline and not (child.negated or child.best or child.having or child.most)
        made += conditions(scene, child, joined) if inline else [related(scene, child)]
    return made


def subquery(scene: Scene, node: Node) -> Query:
    """The rows of a node, with all that is said of them."""
    where = conditions(scene, node, joined_tables(scene, node))
    return Query(
        node.table,
        where=tuple(where),
        best=node.best,
        having=tuple(node.having),
        via=frozenset(scene.hinted()),
    )


def related(scene: Scene, child: Node) -> Condition:
    """That a row reaches one of a node below; by the shortest wording where that is a single value."""
    inner = subquery(scene, child)
    if not child.hops:
        key = scene.key(child.table) or scene.names(child.table)[0]
        return Related((), inner.but(outputs=(key,)), child.negated, key)
    last = child.hops[-1]
    if (child.having or child.most) and child.hops:
        order: tuple[Order, ...] = ()
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


def _is_same_column(node: Node, condition: Compare) -> bool:
    """Whether the node already says something of the column that it equals."""
    return condition.sign == "=" and any(
        isinstance(known, Compare) and known.left == condition.left and known.sign == "=" for known in node.where
    )
