"""Compared with what? Numbers, counts, dates and averages: *more than 5 paragraphs*, *since 2020*, *above average*."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pincite.search.tables import wording
from pincite.search.tables.calendar import WEEKDAYS
from pincite.search.tables.grammar import mentions, period, pick, rows, trade
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Scene
from pincite.search.tables.meaning import (
    Compare,
    Measure,
    Period,
    Query,
    Ref,
    Scalar,
    Sign,
    refs_of,
)
from pincite.text.tokens import normal

_PLACES = frozenset("over under above below past".split())


def is_comparison(chunk: Chunk) -> bool:
    """Whether a chunk compares; *over* without a number is but a place."""
    if not (chunk.operators("compare") or chunk.operators("after number")):
        return False
    measured = any(item.number is not None or item.kind == "date" for item in chunk.items)
    return measured or any(item.text not in _PLACES for item in chunk.operators("compare"))


def against_average(scene: Scene, chunk: Chunk) -> None:
    """*above average*: against the mean of all rows."""
    node = scene.current
    item = scene.noun(chunk.links)
    named = item is not None and not scene.is_table(item)
    ref = pick.column(scene, item, node.table) if item is not None and named else scene.last_column
    ref = ref or scene.dimension(node.table, _adjective(chunk.operators("average"))) or scene.measure(node.table)
    if ref is None or scene.column(ref).kind != "number":
        scene.clues.unexplained.append("average")
        return
    operator = chunk.operators("average")[0]
    inner = Query(ref.table, (Measure("avg", ref),))
    rows.constrain(scene, Compare(ref, operator.which, query=inner), ref.table)  # type: ignore[arg-type]


def compared(scene: Scene, chunk: Chunk) -> None:
    """*more than 5 paragraphs*, *age over 20*, *after 2010*."""
    node = scene.current
    numbers = [item for item in chunk.items if item.number is not None]
    operators = [*chunk.operators("compare"), *chunk.operators("after number")]
    dates = scene.dates_in(chunk)
    sign = operators[0].which
    if chunk.operators("after number"):
        sign = chunk.operators("after number")[0].which
    for item in numbers:
        scene.used.add(item.first)
    if chunk.role == "or":
        sign = _or_that(scene, chunk, sign)
    if sign in ("after", "before", "since", "until") or (dates and not numbers):
        compared_date(scene, chunk, sign, dates, numbers)
        return
    if not numbers:
        scene.clues.unexplained.append(operators[0].text)
        return
    at = scene.items.index(numbers[-1])
    after = [item for item in chunk.links if item.first > numbers[-1].first]
    before = [item for item in chunk.links if item.first < operators[0].first]
    values = tuple(float(item.number or 0) for item in numbers)
    if sign == "between" and len(values) < 2:
        following = next((i for i in scene.items[at + 1 : at + 3] if i.number is not None), None)
        if following is None:
            scene.clues.unexplained.append("between")
            return
        values = (*values, float(following.number or 0))
        scene.used.add(following.first)
    if sign in ("older", "younger"):
        sign = ">" if sign == "older" else "<"
        ref = scene.dimension(node.table, ("age",))
    else:
        ref = None
    if chunk.negated:
        sign = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "!="}.get(sign, sign)
    compared_number(scene, chunk, sign, values, before, after, ref)


def _or_that(scene: Scene, chunk: Chunk, sign: str) -> str:
    """*paid on or after the first of May* includes that day; a second comparison after *or* is not understood."""
    before = scene.chunks[scene.chunks.index(chunk) - 1]
    if sign in ("after", "before") and not is_comparison(before) and not scene.dates_in(before):
        return "since" if sign == "after" else "until"
    scene.clues.unexplained.append("or")
    return sign


def compared_number(
    scene: Scene,
    chunk: Chunk,
    sign: str,
    values: tuple[float, ...],
    before: Sequence[Item],
    after: Sequence[Item],
    ref: Ref | None,
) -> None:
    """A number against a column, a measure, or how many rows are related."""
    node = scene.current
    counted = next((item for item in reversed(after) if scene.is_table(item) or scene.is_only_number(item)), None)
    if counted is None and chunk.operators("aggregate") and chunk.operators("aggregate")[0].which == "count":
        counted = next((item for item in reversed(before) if scene.is_table(item)), None)
    if counted is not None and ref is None:
        link = pick.table(scene, counted)
        scene.use(counted, link)
        rows.having(scene, Compare(Measure("count", None, link.table), sign, values), link.table, node)  # type: ignore[arg-type]
        return
    noun = scene.noun(before) or scene.noun(after)
    if noun is not None and scene.is_table(noun):
        mentions.table(scene, noun, chunk)
        node, noun, scene.last_column = scene.current, None, None
    if ref is None and noun is not None:
        ref = pick.column(scene, noun, node.table, numeric=True)
    if ref is None and sign == "between" and all(1900 <= value < 2100 for value in values):
        # Orders from 2022 to 2024: years rather than amounts.
        ref = scene.when(node.table)
    if ref is None and spent(scene, chunk, sign, values):
        return
    ref = ref or _not_named(scene, chunk, sign)
    if ref is None:
        scene.clues.unexplained.append(" ".join(item.text for item in chunk.items if item.operator))
        return
    if scene.column(ref).kind in ("date", "time"):
        compared_years(scene, chunk, sign, values, ref)
        return
    values = in_units(scene, chunk, ref, values)
    aggregate = next(iter(chunk.operators("aggregate")), None)
    if aggregate is not None and aggregate.which in ("avg", "sum", "min", "max"):
        rows.having(scene, Compare(Measure(aggregate.which, ref), sign, values), ref.table, node)  # type: ignore[arg-type]
        return
    rows.constrain(scene, Compare(ref, sign, values), ref.table)  # type: ignore[arg-type]


def compared_years(scene: Scene, chunk: Chunk, sign: str, values: tuple[float, ...], ref: Ref) -> None:
    """*opened between 2010 and 2015*: a date is held against the days of years, never against a number."""
    years = [int(value) for value in values if value.is_integer() and 1000 <= value < 3000]
    if len(years) < len(values) or sign == "!=":
        scene.clues.unexplained.append(" ".join(item.text for item in chunk.items if item.operator))
        return
    days = period.Dated(0, 0, date(min(years), 1, 1), date(max(years), 12, 31))
    in_period(scene, ref, "=" if sign == "between" else sign, [days])


def spent(scene: Scene, chunk: Chunk, sign: str, values: tuple[float, ...]) -> bool:
    """*customers who spent more than 40*: the sum of what is theirs against a number; whether that is said."""
    node, verb = scene.current, trade.spending(scene)
    here = verb is not None and (verb in chunk.items or verb.last == chunk.items[0].first)
    paid = trade.spent(scene, node.table) if here else None
    if verb is None or paid is None or paid.of is None:
        return False
    scene.used.add(verb.first)
    values = in_units(scene, chunk, paid.of, values)
    rows.having(scene, Compare(paid, sign, values), paid.of.table, node)  # type: ignore[arg-type]
    return True


def _not_named(scene: Scene, chunk: Chunk, sign: str) -> Ref | None:
    """The column that a comparison means which names none."""
    node = scene.current
    if measured := _measured(chunk):
        return scene.dimension(node.table, measured, ("number",))
    ref = scene.last_column or scene.measure(node.table)
    if ref is None and (ref := scene.dimension(node.table, wording.SIZES["largest"], ("number",))) is not None:
        scene.clues.guesses.append(f"{sign}: by {ref.column}")
    return ref


def _measured(chunk: Chunk) -> tuple[str, ...]:
    """What *longer than*, *more expensive than* or *over $5* compares."""
    unit = _unit(chunk)
    if _is_money(chunk):
        return wording.HOW["expensive"]
    if unit is not None:
        return wording.HOW["long" if wording.UNITS[unit.text.lower()] else "expensive"]
    return _adjective(chunk.operators("compare"))


def _adjective(operators: Sequence[Item]) -> tuple[str, ...]:
    said = [word for item in operators for word in item.text.split()]
    return next((wording.COMPARATIVES[word] for word in said if word in wording.COMPARATIVES), ())


def _is_money(chunk: Chunk) -> bool:
    """Whether a number bears a sign of money."""
    return any(item.number is not None and item.text.lstrip("-−")[:1] in ("$", "€", "£") for item in chunk.items)


def _unit(chunk: Chunk) -> Item | None:
    """The unit after a number."""
    ends = {item.last for item in chunk.items if item.number is not None}
    return next((item for item in chunk.items if item.first in ends and item.text.lower() in wording.UNITS), None)


def in_units(scene: Scene, chunk: Chunk, ref: Ref, values: tuple[float, ...]) -> tuple[float, ...]:
    """*5 minutes* of milliseconds are 300000; *1 dollar* of a price is 1; else a unit stays unexplained."""
    unit = _unit(chunk)
    parts = next((wording.PARTS[word] for word in scene.column(ref).words if word in wording.PARTS), 1.0)
    if unit is None:
        return tuple(value * parts for value in values) if _is_money(chunk) else values
    words, size = scene.column(ref).words, wording.UNITS[unit.text.lower()]
    held = next((wording.UNITS[word] for word in words if wording.UNITS.get(word)), None)
    if size == 0 and {normal(word) for word in words} & wording.MONEY:
        scene.used.add(unit.first)
        return tuple(value * parts for value in values)
    if size == 0 or held is None:
        scene.used.discard(unit.first)
        return values
    scene.used.add(unit.first)
    return tuple(value * size / held for value in values)


def is_other_unit(scene: Scene, chunk: Chunk, item: Item, ref: Ref) -> bool:
    """*the average length in minutes*, where it is kept in seconds."""
    asked = wording.UNITS.get(item.text.lower(), 0.0)
    held = next((wording.UNITS[word] for word in scene.column(ref).words if wording.UNITS.get(word)), asked)
    return chunk.marker == "in" and asked != held


def compared_date(
    scene: Scene, chunk: Chunk, sign: str, dates: Sequence[period.Dated], numbers: Sequence[Item]
) -> None:
    """Days against the column that is named, or the date that its table has."""
    node = scene.current
    noun = scene.noun(chunk.links)
    ref = None
    if noun is not None and not scene.is_table(noun):
        ref = pick.column(scene, noun, node.table)
    if ref is None:
        ref = dated_column(scene, node.table)
    if ref is None:
        scene.clues.unexplained.append("date")
        return
    if not dates:
        if scene.column(ref).kind == "number" and numbers:
            plain: dict[str, Sign] = {"after": ">", "before": "<", "since": ">=", "until": "<="}
            rows.constrain(scene, Compare(ref, plain.get(sign, "="), (float(numbers[0].number or 0),)), ref.table)
        else:
            scene.clues.unexplained.append("date")
        return
    within = {place for dated in dates for place in range(dated.first, dated.last)}
    scene.clues.unexplained += [item.text for item in numbers if item.first not in within]
    in_period(scene, ref, sign, dates)


def dated_column(scene: Scene, table: str) -> Ref | None:
    """The date that is meant in a table: the one just named, the layer's, a year, the first."""
    if scene.last_column is not None and scene.column(scene.last_column).kind in ("date", "time"):
        return scene.last_column
    if table in scene.layer.dates:
        return scene.when(table)
    year = scene.dimension(table, ("year",), kinds=("number",))
    return year or scene.when(table)


def in_period(scene: Scene, ref: Ref, sign: str, dates: Sequence[period.Dated]) -> None:
    """Within, before or after days, as the column keeps them: a year, a day, a point in time."""
    for dated in dates:
        scene.used.update(range(dated.first, dated.last))
    begin, end = dates[0].begin, dates[-1].end
    column = scene.column(ref)
    conditions: list[Compare] = []
    if column.kind == "number":
        begin_v: Scalar = begin.year
        end_v: Scalar = end.year
    else:
        begin_v, end_v = begin.isoformat(), end.isoformat()
    if sign in ("after", ">"):
        conditions = (
            [Compare(ref, ">", (end_v,))] if column.kind != "time" else [Compare(ref, ">=", (period.next_day(end),))]
        )
    elif sign in ("before", "<"):
        conditions = [Compare(ref, "<", (begin_v,))]
    elif sign in ("since", ">="):
        conditions = [Compare(ref, ">=", (begin_v,))]
    elif sign in ("until", "<="):
        conditions = (
            [Compare(ref, "<=", (end_v,))] if column.kind != "time" else [Compare(ref, "<", (period.next_day(end),))]
        )
    elif column.kind == "time":
        conditions = [Compare(ref, ">=", (begin_v,)), Compare(ref, "<", (period.next_day(end),))]
    elif begin_v == end_v:
        if sign == "=" and scene.last_condition and scene.last_condition[1] == ref and or_year(scene, begin_v):
            return
        conditions = [Compare(ref, "=", (begin_v,))]
    else:
        conditions = [Compare(ref, "between", (begin_v, end_v))]
    if sign == "=" and column.kind != "number" and one_more_span(scene, ref, begin, end):
        return
    for condition in conditions:
        rows.constrain(scene, condition, ref.table)


def one_more_span(scene: Scene, ref: Ref, begin: date, end: date) -> bool:
    """*in 2022 and 2024*: no day is within both, so either is meant."""
    spans = scene.spans.setdefault(ref, [])
    spans.append((begin, end))
    if len(spans) == 1:
        return False
    found = [period.whole(*span) for span in spans]
    parts = {one[0] for one in found if one is not None}
    if scene.both or None in found or len(parts) > 1:
        scene.clues.unexplained.append("and")
        return True
    for node in scene.nodes(scene.main):
        node.where = [c for c in node.where if not (isinstance(c, Compare) and _is_of(c, ref))]
    either = Compare(Period(ref, parts.pop()), "in", tuple(one[1] for one in found if one is not None))
    rows.constrain(scene, either, ref.table)
    return True


def _is_of(condition: Compare, ref: Ref) -> bool:
    return ref in list(refs_of(condition.left))


def or_year(scene: Scene, year: Scalar) -> bool:
    """*in 2013 or 2016*."""
    assert scene.last_condition is not None
    node, ref = scene.last_condition
    before = node.where[-1] if node.where else None
    if scene.both or not isinstance(before, Compare) or before.left != ref or before.sign not in ("=", "in"):
        return False
    node.where[-1] = Compare(ref, "in", (*before.right, year))
    return True


def date_near(scene: Scene, loose: Sequence[Item]) -> Ref | None:
    """The date that days are said of: the one named beside them, or of the nearest rows that have one."""
    node = scene.current
    for item in loose:
        ref = pick.column(scene, item, node.table)
        if scene.column(ref).kind in ("date", "time"):
            return ref
    near = [known.table for known in scene.nodes(scene.main)]
    near += [table for table in scene.mentioned if scene.joins.distance(node.table, table) < 3]
    for table in dict.fromkeys((node.table, scene.main.table, *near)):
        found = dated_column(scene, table)
        if found is not None:
            return found
    scene.clues.unexplained.append("date")
    return None


def on_weekdays(scene: Scene, chunk: Chunk) -> None:
    """*on a Monday*, *at weekends*: the day of the week of the date that is meant."""
    for item in chunk.items:
        days = _weekdays(item.text.lower()) if item.kind == "word" else ()
        if not days:
            continue
        when = date_near(scene, [])
        if when is None or scene.column(when).kind not in ("date", "time") or chunk.negated:
            return
        scene.used.add(item.first)
        rows.constrain(scene, Compare(Period(when, "weekday"), "=" if len(days) == 1 else "in", days), when.table)


def _weekdays(word: str) -> tuple[str, ...]:
    if word in ("weekend", "weekends"):
        return WEEKDAYS[5:]
    if word in ("workdays", "weekdays"):
        return WEEKDAYS[:5]
    return tuple(day for day in WEEKDAYS if word.removesuffix("s") == day.lower())
