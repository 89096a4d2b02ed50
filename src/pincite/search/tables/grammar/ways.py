"""By which foreign keys do things come together that a question names? How far, and which of several is meant."""

from __future__ import annotations

from pincite.search.tables.grammar.scene import Node, Scene
from pincite.search.tables.meaning import Hop, Measure, Query, Ref, refs_of
from pincite.text.tokens import normal


def farthest(scene: Scene, query: Query) -> int:
    """How many foreign keys lie at most between a thing that is named and the next, or what is measured of it."""
    ways = [len(node.hops) for node in scene.nodes(scene.main)]
    return max(ways + [scene.joins.distance(query.table, table) for table in _measured(query)])


def undecided(scene: Scene, query: Query) -> list[str]:
    """Tables that are related by several keys of which no word says the one that is meant: *the matches of a team*."""
    hops = [hop for node in scene.nodes(scene.main) if not _is_bridged(node) for hop in node.hops]
    shown = {ref.table for output in (*query.outputs, *query.group) for ref in refs_of(output)}
    for table in sorted(shown | _measured(query)):
        hops += scene.joins.way(query.table, table, scene.hinted()) or ()
    hinted, found = set(scene.hinted()), []
    for hop in hops:
        keys = [_key(scene, one) for one in scene.joins.between(hop.here.table, hop.there.table)]
        said = [key for key in keys if (key.table, key.column) in hinted]
        if len(keys) > 1 and len(said) in (0, len(keys)):
            found.append(f"which {hop.there.table} of {hop.here.table}")
        elif len(keys) > 1 and len(said) == 1:
            # The home matches of a team: the word has chosen the key.
            stems = {normal(word) for word in scene.column(said[0]).words}
            scene.used |= {item.first for item in scene.items if normal(item.text) in stems}
    return list(dict.fromkeys(found))


def _key(scene: Scene, hop: Hop) -> Ref:
    """The end of a hop that is the foreign key."""
    return hop.here if scene.joins.is_to_one(hop) else hop.there


def _is_bridged(node: Node) -> bool:
    """Whether a node is rows of the same table as those above it, by way of another: a state that borders one."""
    return node.parent is not None and node.parent.table == node.table


def _measured(query: Query) -> set[str]:
    """The tables whose rows are measured."""
    outputs = [*query.outputs, *(order.of for order in query.order), *(compare.left for compare in query.having)]
    measures = [output for output in outputs if isinstance(output, Measure)]
    found = {measure.table for measure in measures if measure.table}
    return found | {measure.of.table for measure in measures if measure.of is not None}
