"""By what are rows grouped? *for each country*, *per month*."""

from __future__ import annotations

from pincite.search.tables.grammar import pick
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Scene
from pincite.search.tables.meaning import (
    Measure,
    Period,
    Ref,
)


def trend(scene: Scene, chunk: Chunk) -> None:
    """*per month*: by the date that its table has."""
    part = chunk.which
    if (called := _called(scene, part)) is not None:
        scene.group.append(called)
        scene.each = scene.counts_each = True
        return
    year = scene.dimension(scene.main.table, (part,), kinds=("number",))
    if year is not None and part not in scene.column(year).words:
        # So many days are no day.
        year = None
    when = None if year else scene.when(scene.main.table)
    if when is not None and part == "hour" and scene.column(when).kind != "time":
        when = None
    if year is not None:
        scene.group.append(year)
    elif when is not None:
        scene.group.append(Period(when, part))  # type: ignore[arg-type]
    else:
        scene.clues.unexplained.append(chunk.marker)
    scene.each = scene.counts_each = True


def _called(scene: Scene, part: str) -> Ref | None:
    """The text of a table that is called as a part of a date is: quarters that it keeps itself."""
    columns = scene.schema.table(scene.main.table).columns
    found = [column.name for column in columns if column.words == (part,) and column.kind == "text"]
    return Ref(scene.main.table, found[0]) if found else None


def grouped(scene: Scene, chunk: Chunk) -> None:
    """*for each country*; after *per* rows are counted where nothing else is measured."""
    scene.each = True
    scene.counts_each |= chunk.marker in ("per", "grouped by", "group by", "broken down by", "split by")
    item = scene.noun(chunk.links)
    if item is None:
        return
    if scene.is_table(item) and averaged(scene, item):
        scene.use(item, item.of("table")[0])
    elif scene.is_table(item):
        by_table(scene, item)
    else:
        ref = pick.column(scene, item, scene.main.table)
        if ref not in scene.outputs:
            scene.group.append(ref)


def one_more(scene: Scene, chunk: Chunk) -> bool:
    """*by status and country*: groups by what a chunk names, where the one before it did so; whether it does."""
    at = scene.chunks.index(chunk) if chunk in scene.chunks else 0
    before, links = scene.chunks[at - 1] if at else None, chunk.links
    if chunk.marker not in ("and", ",") or chunk.negated or before is None or len(links) != 1 or not scene.group:
        return False
    if before.marker != "by" and before.role not in ("each", "trend"):
        return False
    item = links[0]
    if item.of("value") or any(other.kind != "silent" for other in chunk.items if other is not item):
        return False
    if scene.is_table(item):
        by_table(scene, item)
        return True
    ref = pick.column(scene, item, scene.main.table)
    if scene.column(ref).kind not in ("text", "flag"):
        return False
    scene.group.append(ref)
    return True


def averaged(scene: Scene, item: Item) -> bool:
    """*average retweets per tweet*: the rows that are averaged over are no groups."""
    table = item.of("table")[0].table
    return table == scene.main.table and any(
        isinstance(output, Measure) and output.how == "avg" and output.of is not None and output.of.table == table
        for output in scene.outputs
    )


def by_table(scene: Scene, item: Item) -> None:
    """By the rows of a table: by what is shown of it, or else by its names."""
    link = pick.table(scene, item)
    scene.use(item, link)
    scene.each = True
    shown = [o for o in scene.outputs if isinstance(o, Ref)]
    if any(ref.table == link.table or scene.same_row(ref, link.table) for ref in shown):
        key = scene.key(link.table)
        if key is not None and key not in shown:
            scene.group.append(key)
        return
    names, key = scene.names(link.table), scene.key(link.table)
    told_apart = any(scene.column(name).unique for name in names)
    scene.group += names if told_apart or key is None else [key, *names]
    scene.grouped_tables.append(link.table)
