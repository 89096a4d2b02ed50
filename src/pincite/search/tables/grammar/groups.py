"""By what are rows grouped? *for each country*, *per month*."""

from __future__ import annotations

from pincite.search.tables.grammar import filters, pick
from pincite.search.tables.grammar.chunk import Chunk
from pincite.search.tables.grammar.scene import Scene
from pincite.search.tables.meaning import (
    Period,
    Ref,
)


def trend(scene: Scene, chunk: Chunk) -> None:
    part = chunk.which
    year = scene.dimension(scene.main.table, (part,), kinds=("number",))
    when = None if year else scene.when(scene.main.table)
    if year is not None:
        scene.group.append(year)
    elif when is not None:
        scene.group.append(Period(when, part))  # type: ignore[arg-type]
    else:
        scene.clues.unexplained.append(chunk.marker)
    scene.each = True


def grouped(scene: Scene, chunk: Chunk) -> None:
    scene.each = True
    item = scene.noun(chunk.links)
    if item is None:
        return
    if scene.is_table(item):
        link = pick.table(scene, item)
        scene.use(item, link)
        group_by_table(scene, link.table)
    else:
        ref = pick.column(scene, item, scene.main.table)
        if ref not in scene.outputs:
            scene.group.append(ref)
    filters.equal(scene, [i for i in chunk.links if i is not item and i.of("value")], chunk)


def group_by_table(scene: Scene, table: str) -> None:
    """By the rows of a table: by what is shown of it, or else by its names."""
    shown = [o for o in scene.outputs if isinstance(o, Ref)]
    if any(ref.table == table or scene.same_row(ref, table) for ref in shown):
        key = scene.key(table)
        if key is not None and key not in shown:
            scene.group.append(key)
        return
    scene.group += scene.names(table)
    scene.grouped_tables.append(table)
