"""Which of several tables, columns or values is meant? What is nearest, surest, and named beside it."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Node, NotUnderstood, Scene
from pincite.search.tables.link import Link
from pincite.search.tables.meaning import (
    Ref,
)


def value(scene: Scene, item: Item, chunk: Chunk, taken: Sequence[Ref] = ()) -> Link | None:
    """The column that a value is of; ``None`` where it is no value that is held."""
    node = scene.current
    beside, after = around(scene, item, chunk)
    options = [link for link in item.of("value") if link.table]
    if options and all(scene.says_nothing(link) for link in options):
        here = [link for link in options if link.table == node.table]
        return here[0] if here else options[0]
    options = [link for link in options if not scene.says_nothing(link) and not goes_around(scene, link, options, node)]
    if not options:
        return said(scene, item, beside, node)
    scores = [
        link.score
        + closeness(scene, Ref(link.table, link.column), node)
        + named_beside(scene, link, beside, after)
        - oddness(scene, Ref(link.table, link.column), node, chunk, bool(beside or after), taken)
        for link in options
    ]
    return scene.fork(options, scores)


def goes_around(scene: Scene, link: Link, options: Sequence[Link], node: Node) -> bool:
    """Whether a value is but a reference, in some third table, to a row that is itself among the options."""
    if link.table == node.table:
        return False
    target = scene.target(Ref(link.table, link.column))
    return target is not None and any(Ref(other.table, other.column) == target for other in options)


def closeness(scene: Scene, ref: Ref, node: Node) -> float:
    """Values of the rows that are talked about come first, and names before other values."""
    away = scene.joins.distance(node.table, ref.table)
    nearest = min(away, scene.joins.distance(scene.main.table, ref.table))
    return 0.08 * (ref in scene.names(ref.table)) - 0.12 * min(nearest, 5) - 0.03 * min(away, 5)


def named_beside(scene: Scene, link: Link, beside: Sequence[Item], after: Sequence[Item]) -> float:
    """*language English*, *document “CV”*, *Red River*."""
    score = 0.0
    for near in beside:
        same = [c.score for c in near.of("column") if (c.table, c.column) == (link.table, link.column)]
        score += 0.5 * max(same, default=0.0)
        if any(t.table == link.table and t.score > 0.9 for t in near.of("table")):
            score += 0.2 + 0.2 * (Ref(link.table, link.column) in scene.names(link.table))
    for near in after:
        score += 0.3 * any(t.table == link.table and t.score > 0.9 for t in near.of("table"))
    return score


def oddness(scene: Scene, ref: Ref, node: Node, chunk: Chunk, beside: bool, taken: Sequence[Ref]) -> float:
    """Nobody asks which states there are in the state of Texas, nor gives one row two names."""
    odd = 0.5 * (ref in taken)
    if chunk.role in ("or", "and") and scene.last_condition is not None and scene.last_condition[1] == ref:
        return odd - 0.5
    if not beside and node.named and ref in scene.names(node.table):
        return odd + 0.4
    return odd + 0.4 * (ref in scene.outputs and node is scene.main)


def around(scene: Scene, item: Item, chunk: Chunk) -> tuple[list[Item], list[Item]]:
    """The names right before and right after a value: *document “CV”*, *a state named Texas*, *Red River*."""
    at = chunk.items.index(item) if item in chunk.items else 0
    before = [i for i in chunk.items[:at] if i.kind not in ("silent", "comma")]
    near = before[-1:]
    if not near and chunk.marker in ("of", "or", "and", "as"):
        near = [i for i in scene.items[: scene.items.index(item)] if i.links and not i.of("value")][-1:]
        if chunk.marker == "of" and near and not (scene.is_table(near[0]) and not near[0].text.endswith("s")):
            near = []
    beside = [i for i in near if (i.of("table") or i.of("column")) and i.first not in scene.bridged]
    after = [i for i in chunk.items[at + 1 : at + 2] if i.of("table") or i.of("column")]
    return beside, after


def said(scene: Scene, item: Item, beside: Sequence[Item], node: Node) -> Link | None:
    """Something in quotation marks that no value is like: compared as it was said, where a column is named."""
    raw = next(iter(item.of("value")), None)
    for near in reversed(beside):
        columns = [link for link in near.of("column") if scene.column(Ref(link.table, link.column)).kind == "text"]
        if columns:
            ref = column(scene, near, node.table)
            scene.clues.guesses.append("a value that is not there")
            return Link(item.first, item.last, "value", ref.table, ref.column, raw.value if raw else item.text, 0.6)
    return None


def table(scene: Scene, item: Item) -> Link:
    """The table that is meant: of several the nearest."""
    options = item.of("table")
    node = scene.current
    scores = []
    for link in options:
        near = min(3, scene.joins.distance(node.table, link.table))
        scores.append(link.score - 0.03 * near)
    return scene.fork(options, scores)


def column(scene: Scene, item: Item, table: str, numeric: bool = False) -> Ref:
    """The column that is meant, given the table that is talked about."""
    options = list(item.of("column"))
    if not options:
        names = [
            Link(item.first, item.last, "column", link.table, ref.column, score=link.score * 0.9)
            for link in item.of("table")
            for ref in scene.names(link.table)[:1]
        ]
        options = names
    if not options:
        raise NotUnderstood(f"{item.text} is no column")
    at = scene.items.index(item)
    before = [i for i in scene.items[max(0, at - 1) : at] if i.of("table")]
    known = {node.table for node in scene.nodes(scene.main)}
    scores = []
    for link in options:
        column = scene.column(Ref(link.table, link.column))
        score = link.score - 0.13 * min(4, scene.joins.distance(table, link.table) if table else 0)
        score += 0.1 * (link.table in known) + 0.08 * scene.mentioned.get(link.table, 0.0)
        score += 0.15 * (link.table == table) + 0.2 * scene.coverage(column)
        if any(t.table == link.table for i in before for t in i.of("table") if t.score > 0.6):
            score += 0.25
        if numeric:
            score += 0.3 if column.kind == "number" and not column.key else -0.3
        scores.append(score)
    link = scene.fork(options, scores)
    scene.use(item, link)
    return Ref(link.table, link.column)
