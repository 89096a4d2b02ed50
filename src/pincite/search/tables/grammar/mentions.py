"""Whose rows are talked about now? Those of the table that was named last, by the shortest way from the others."""

from __future__ import annotations

from pincite.search.tables.grammar import pick, rows
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Scene


def table(scene: Scene, item: Item, chunk: Chunk) -> None:
    """Goes to the rows of a table that is named: those that are talked about already, or related ones."""
    link = pick.table(scene, item)
    scene.use(item, link)
    name = link.table
    node = scene.current
    if name in scene.joins.bridges(node.table):
        scene.bridged.add(item.first)
        rows.cross(scene, name, item, chunk)
        return
    known = scene.known(name)
    if known is not None and not (chunk.negated and known is not scene.main):
        if node.parent is not None and node.table == name:
            node.named = True
            return
        scene.current = known
        known.named = True
        known.negated |= chunk.negated and known is not scene.main and not known.where
        return
    child = rows.descend(scene, name, negated=chunk.negated)
    if child is not None:
        scene.current = child
        child.named = True
        chunk.negated = False
