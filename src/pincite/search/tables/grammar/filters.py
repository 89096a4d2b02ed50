"""Which conditions does a chunk put? Values, related tables, spelling, what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.search.tables.grammar import comparing, groups, mentions, pick, rows
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Node, Scene
from pincite.search.tables.link import Link
from pincite.search.tables.meaning import (
    Best,
    Compare,
    Measure,
    Ref,
    Scalar,
    Sign,
)
from pincite.search.tables.schema import Column

_LACKING = frozenset(("no", "without", "have no", "has no"))


def liked(scene: Scene, chunk: Chunk) -> None:
    """*whose name starts with A*."""
    operator = chunk.operators("like")[0]
    if operator.which == "mention":
        mentioning(scene, chunk, operator)
        return
    node = scene.current
    at = scene.items.index(operator)
    text = next((i for i in scene.items[at + 1 :] if i.text.lower() not in ("the", "letter", "word")), None)
    noun = scene.noun([i for i in chunk.links if i.first < operator.first])
    if noun is None:
        noun = scene.noun([i for i in chunk.links if text is not None and i.first > text.first])
    if text is None or (not scene.words[text.first].quoted and len(text.text) > 12):
        restricting(scene, chunk)
        return
    ref = pick.column(scene, noun, node.table) if noun is not None and not scene.is_table(noun) else None
    before = scene.last_column if scene.last_column and scene.column(scene.last_column).kind == "text" else None
    if chunk.marker == "whose" and noun is not None and noun.text in ("name", "names") and before is not None:
        ref = before
    ref = ref or before or next(iter(scene.names(node.table)), None)
    if ref is None or scene.column(ref).kind != "text":
        ref = scene.prose(node.table)
    if ref is None or scene.column(ref).kind != "text":
        restricting(scene, chunk)
        return
    scene.used.add(text.first)
    said = _plain(scene.words[text.first].text)
    pattern = {"inside": f"%{said}%", "start": f"{said}%", "end": f"%{said}"}[operator.which]
    rows.constrain(scene, Compare(ref, "not like" if chunk.negated else "like", (pattern,)), ref.table)


def mentioning(scene: Scene, chunk: Chunk, operator: Item) -> None:
    """*tweets that mention climate change*: in the running text of the rows."""
    equal(scene, [item for item in chunk.links if item.first < operator.first and item.of("value")], chunk)
    node = scene.current
    after = [item for item in chunk.items if item.first > operator.first]
    while after and after[0].kind == "silent":
        after.pop(0)
    ref = _mentioning(scene, node.table)
    if ref is None or not after or any(item.operator for item in after):
        scene.clues.unexplained.append(operator.text)
        return
    said = " ".join(word.text for word in scene.words[after[0].first : after[-1].last])
    scene.used.update(item.first for item in after)
    rows.constrain(scene, Compare(ref, "not like" if chunk.negated else "like", (f"%{_plain(said)}%",)), ref.table)


def _mentioning(scene: Scene, table: str) -> Ref | None:
    """The running text of a table's rows, or of the one table whose rows are theirs; else their titles."""
    if (own := scene.prose(table)) is not None:
        return own
    near = {hop.there.table for hop in scene.joins.from_(table) if not scene.joins.is_to_one(hop)}
    theirs = [ref for there in sorted(near) if (ref := scene.prose(there)) is not None]
    titles = [ref for ref in scene.names(table) if scene.column(ref).words[-1:] == ("title",)]
    return theirs[0] if len(theirs) == 1 else next(iter(titles), None)


def _plain(said: str) -> str:
    """As a pattern that means just that."""
    return re.sub(r"([\\%_])", r"\\\1", said)


def nulled(scene: Scene, chunk: Chunk) -> None:
    """*whose price is missing*."""
    node = scene.current
    item = scene.noun(chunk.links)
    ref = pick.column(scene, item, node.table) if item is not None and not scene.is_table(item) else scene.last_column
    if ref is not None:
        rows.constrain(scene, Compare(ref, "not null" if chunk.negated else "null"), ref.table)


def restricting(scene: Scene, chunk: Chunk) -> None:
    """Values, related tables, columns that stand for a condition."""
    dates = scene.dates_in(chunk)
    values = [i for i in chunk.links if i.of("value") and not scene.is_better_name(i) and not scene.is_dated(i)]
    nouns = [i for i in chunk.links if i not in values and not scene.is_dated(i)]
    loose = [i for i in nouns if not scene.is_table(i)]
    before_negation = chunk.negated
    if chunk.marker in _LACKING and any(item.best("column") >= 0.7 for item in values):
        # Who has no manager: not who is none.
        scene.clues.unexplained.append(chunk.marker)
    first_table = next((i.first for i in nouns if scene.is_table(i)), len(scene.words))
    bridged = rows.bridged(scene, [i for i in loose if i.first < first_table], chunk)
    for item in nouns:
        rows_of_own = item.best("table") and item.of("table")[0].table == scene.main.table
        if scene.is_table(item) and chunk.marker == "by" and _says_whose(scene, item, nouns):
            scene.use(item)
        elif scene.is_table(item) and chunk.marker == "by" and not (values or rows_of_own) and may_group(scene):
            groups.by_table(scene, item)
        elif scene.is_table(item):
            mentions.table(scene, item, chunk)
    bridged = bridged or rows.bridged(scene, loose, chunk)
    if values:
        equal(scene, values, chunk)
    numbers = [i for i in chunk.items if i.kind == "number" and not scene.is_dated(i)]
    if dates:
        ref = comparing.date_near(scene, loose)
        if ref is not None:
            comparing.in_period(scene, ref, "=", dates)
    comparing.on_weekdays(scene, chunk)
    for item in loose:
        if item.first in scene.used or item is bridged:
            continue
        lonely(scene, item, chunk, numbers, bool(values or dates), before_negation)


def equal(scene: Scene, values: Sequence[Item], chunk: Chunk) -> None:
    """Conditions that columns have these values."""
    if not values:
        return
    picked: list[tuple[Ref, Item, Link]] = []
    for item in values:
        link = pick.value(scene, item, chunk, [ref for ref, _, _ in picked])
        if link is None:
            scene.clues.unexplained.append(item.text)
            continue
        scene.use(item, link)
        if link.table and scene.says_nothing(link) and link.table != (scene.current).table:
            continue
        picked.append((Ref(link.table, link.column), item, link))
    for ref, group in _by_column(picked):
        if rows.one_more_value(scene, ref, [v for _, link in group for v in scene.spellings(link)], chunk):
            continue
        node = scene.current
        held = tuple(dict.fromkeys(value for _, link in group for value in scene.spellings(link)))
        sign: Sign = "=" if len(held) == 1 else "in"
        if chunk.negated and is_own(scene, ref):
            sign = "!=" if len(held) == 1 else "not in"
        if chunk.negated and _is_told(scene, ref):
            # On Apollo but not on Draco: none of theirs, rather than one that is the first and not the other.
            rows.descend_to(scene, Compare(ref, "=" if len(held) == 1 else "in", held))
            continue
        if chunk.negated and ref.table == scene.current.table == scene.main.table and scene.is_spread(ref.table):
            rows.exclude(scene, Compare(ref, "=" if len(held) == 1 else "in", held))
            continue
        rows.constrain(scene, Compare(ref, sign, held), ref.table, negated=chunk.negated and not is_own(scene, ref))
        if node is not None and node.parent is not None and ref in (*scene.names(node.table), scene.key(node.table)):
            scene.current = node.parent


def is_own(scene: Scene, ref: Ref) -> bool:
    """Whether a condition on a column is one on rows that are talked about already."""
    node = scene.current
    return (
        ref.table == node.table or any(known.table == ref.table for known in scene.nodes(scene.main))
        if scene.main
        else False
    )


def _says_whose(scene: Scene, item: Item, nouns: Sequence[Item]) -> bool:
    """*by customer country*: whether a table's name says but whose the column after it is, and that is no name."""
    after = next((later for later in nouns if later.first == item.last and not scene.is_table(later)), None)
    table = item.of("table")[0].table
    held = [Ref(link.table, link.column) for link in after.of("column") if link.table == table] if after else []
    return bool(held) and not set(held) & {*scene.names(table), scene.key(table)}


def _is_told(scene: Scene, ref: Ref) -> bool:
    """Whether rows of which each of the main ones may have several must already have a value of the column."""
    known = scene.known(ref.table)
    if known is None or known is scene.main or _is_one_of(scene, scene.main, ref):
        return False
    return any(isinstance(c, Compare) and c.left == ref and c.sign in ("=", "in") for c in known.where)


def may_group(scene: Scene) -> bool:
    """Whether *by* may say by what rows are grouped, not who did something."""
    if scene.main.named and scene.outputs == scene.told(scene.main.table):
        scene.counts_each = True
        return True
    return scene.is_fragment or any(isinstance(o, Measure) for o in scene.outputs) or summed(scene)


def summed(scene: Scene) -> bool:
    """*the amount of orders by status*: a number that is shown by something is its sum; whether it is one."""
    shown = scene.outputs[0] if len(scene.outputs) == 1 else None
    if not isinstance(shown, Ref) or scene.column(shown).kind != "number" or scene.column(shown).key:
        return False
    if scene.is_reference(shown):
        return False
    scene.outputs[0] = Measure("sum", shown)
    return True


def lonely(scene: Scene, item: Item, chunk: Chunk, numbers: Sequence[Item], valued: bool, negated: bool) -> None:
    """A column without a value: of what is grouped by, a number to equal, something that is so or not."""
    node = scene.current
    ref = pick.column(scene, item, node.table)
    column = scene.column(ref)
    scene.last_column = ref
    if comparing.is_other_unit(scene, chunk, item, ref):
        scene.clues.unexplained.append(item.text)
    elif numbers and column.kind == "number":
        scene.used.update(number.first for number in numbers)
        rows.constrain(scene, Compare(ref, "!=" if negated else "=", (float(numbers[0].number or 0),)), ref.table)
    elif numbers and column.kind == "text" and (said := scene.words[numbers[0].first].text) in column.values:
        scene.used.update(number.first for number in numbers)
        rows.constrain(scene, Compare(ref, "!=" if negated else "=", (said,)), ref.table)
    elif chunk.marker == "by" and scene.main.best is not None and ref.table == scene.main.table:
        # The largest by population: now it is said what is large.
        scene.main.best = Best(ref, scene.main.best.greatest)
        scene.clues.guesses = [guess for guess in scene.clues.guesses if ": by " not in guess]
    elif chunk.marker == "by" and may_group(scene):
        scene.group.append(ref)
        scene.each = True
    elif (yes := _truth(column)) is not None:
        rows.constrain(scene, Compare(ref, "!=" if negated else "=", (yes,)), ref.table)
    elif valued:
        return
    elif chunk.role == "with" and negated and not _is_one_of(scene, node, ref):
        # Without tags: no row of theirs, rather than one that is empty.
        rows.descend(scene, ref.table, negated=True)
    elif chunk.role == "with" and negated:
        rows.constrain(scene, Compare(ref, "null"), ref.table)
    elif chunk.role in ("of", "is") and not scene.is_shown(ref):
        if ref.table != node.table:
            child = scene.known(ref.table) or rows.descend(scene, ref.table)
            scene.current = child or scene.current
        scene.clues.guesses.append(f"of {column.name}")
    elif not scene.is_shown(ref):
        scene.clues.guesses.append(f"{column.name} without a value")


def is_so(scene: Scene, item: Item, chunk: Chunk) -> bool:
    """*active customers*: keeps the rows of which the column that is called so says yes; whether one is."""
    held = [Ref(link.table, link.column) for link in item.of("column") if link.table == scene.current.table]
    named = [ref for ref in held if scene.is_in_full(item, ref)]
    yes = _truth(scene.column(named[0])) if len(named) == 1 and not chunk.negated else None
    if yes is None:
        return False
    scene.use(item, item.of("column")[0])
    rows.constrain(scene, Compare(named[0], "=", (yes,)), named[0].table)
    return True


def _is_one_of(scene: Scene, node: Node, ref: Ref) -> bool:
    """Whether a row has at most one cell of a column: its own, or that of the one row that it names."""
    way = scene.joins.way(node.table, ref.table, scene.hinted())
    return way is None or all(scene.joins.is_to_one(hop) for hop in way)


def _truth(column: Column) -> Scalar | None:
    """What a column says for yes, where it says yes or no."""
    if column.kind == "flag":
        # As each database writes it: SQLite keeps a 1, of which its driver makes True.
        return True
    if column.kind == "number" and (column.least, column.greatest, column.distinct) == (0.0, 1.0, 2) and not column.key:
        return 1
    held = {value.casefold(): value for value, _ in column.frequent}
    if column.kind == "text":
        for yes in ("yes", "true", "y", "t"):
            if yes in held and len(held) <= 3:
                return held[yes]
    return None


def _by_column(picked: Sequence[tuple[Ref, Item, Link]]) -> list[tuple[Ref, list[tuple[Item, Link]]]]:
    found: dict[Ref, list[tuple[Item, Link]]] = {}
    for ref, item, link in picked:
        found.setdefault(ref, []).append((item, link))
    return list(found.items())
