"""What is the question about? Its first chunks, and the table whose rows they name or count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.search.tables import wording
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Node, NotUnderstood, Scene, naming
from pincite.search.tables.link import Link

_SHOWN = re.compile(r"[.?!]\s+(?=(?:Return|Give|List|Show|Include|Display|Provide|Output)\b)", re.IGNORECASE)


def afterwards(scene: Scene, rest: Sequence[Chunk]) -> tuple[list[Chunk], list[Chunk]]:
    """A second sentence that says what to show: *Return the name and the total amount*."""
    begins = [match.end() for match in _SHOWN.finditer(scene.question)]
    if not begins:
        return list(rest), []
    begin = begins[-1]
    first = next((at for at, token in enumerate(scene.words) if token.start >= begin - 1), len(scene.words))
    later = [chunk for chunk in rest if chunk.items and chunk.items[0].first >= first]
    shown = []
    for chunk in later:
        if chunk.role not in ("", "and", "is", "of") or chunk.operators("compare"):
            break
        shown.append(chunk)
    return [chunk for chunk in rest if chunk not in shown], shown


def split(scene: Scene) -> tuple[list[Chunk], list[Chunk]]:
    """The chunks that say what is shown, and the others."""
    heads: list[Chunk] = []
    for at, chunk in enumerate(scene.chunks):
        unheaded = bool(heads) and not any(c.links for c in heads) and any(c.operators("aggregate") for c in heads)
        if unheaded and chunk.role == "of" and chunk.links:
            heads.append(chunk)
            continue
        if heads and not (chunk.role == "and" and may_be_head(chunk)):
            return heads, scene.chunks[at:]
        if not heads and chunk.role in ("each", "order", "trend", "with", "of", "is") and not is_only(scene, at):
            continue
        heads.append(chunk)
    return heads, []


def is_only(scene: Scene, at: int) -> bool:
    return at == len(scene.chunks) - 1


def may_be_head(chunk: Chunk) -> bool:
    """Whether a chunk after *and* may still say what is shown."""
    return bool(chunk.links or chunk.operators("aggregate")) and not (
        chunk.operators("compare") or chunk.operators("like") or chunk.negated
    )


def enter(scene: Scene, heads: Sequence[Chunk], rest: list[Chunk]) -> None:
    """Decides which table the question is about."""
    before = [c for c in scene.chunks if c not in heads and c not in rest]
    rest[:0] = before
    table = subject(scene, heads, rest)
    scene.main = scene.current = Node(table)


def subject(scene: Scene, heads: Sequence[Chunk], rest: Sequence[Chunk]) -> str:
    """The table that is counted or named first, or that holds what is asked for."""
    if people := somebody(scene, heads[0]):
        return people
    owned = owners(scene, heads)
    first = [item for chunk in heads for item in chunk.links]
    tables = [item for item in first if scene.is_table(item)]
    if tables and not owned:
        return tables[0].of("table")[0].table
    following = [item for chunk in rest if chunk.role in ("of", "and", "with", "is") for item in chunk.links]
    if not owned and not any(item.of("value") or scene.is_table(item) for item in (*first, *following)):
        raise NotUnderstood("no table, column or value of the database is named")
    candidates = [name for name, score in owned.items() if score >= max(owned.values()) - 0.5]
    scores = {
        name: owned.get(name, 0.0) + beside(scene, name, [*tables, *following], first)
        for name in candidates or [table.name for table in scene.schema.tables]
    }
    return max(scores, key=lambda name: scores[name])


def somebody(scene: Scene, head: Chunk) -> str:
    """*Who wrote the most tweets*: the one table that a row of what is counted is of; empty where nobody is meant."""
    best = next((item for item in head.operators("best") if item.text in ("most", "least", "fewest")), None)
    links = [item for item in head.links if best is not None and item.first >= best.last]
    others = [item for item in head.links if item not in links and item.text.lower() not in wording.ACTS]
    if scene.words[0].low != "who" or len(links) != 1 or others or not scene.is_table(links[0]):
        return ""
    hops = scene.joins.from_(links[0].of("table")[0].table)
    owners = {hop.there.table for hop in hops if scene.joins.is_to_one(hop)}
    named = [table for table in owners if any(scene.column(ref).kind == "text" for ref in scene.names(table))]
    return named[0] if len(owners) == len(named) == 1 else ""


def beside(scene: Scene, table: str, following: Sequence[Item], first: Sequence[Item]) -> float:
    """How well a table goes with the other tables, columns and values that are named."""
    score = 0.0
    named = [item for item in following if scene.is_table(item)]
    for nth, item in enumerate(named[:3]):
        distance = min(2, scene.joins.distance(table, item.of("table")[0].table))
        score += (1.0 / (1 + 2 * nth)) * (1 - 0.5 * distance)
    for item in following:
        if not scene.is_table(item):
            score += 0.2 * max((link.score for link in item.of("column") if link.table == table), default=0.0)
    for item in [item for item in (*first, *following) if item.of("value")]:
        options = [link for link in item.of("value") if link.table and not scene.says_nothing(link)]
        nearest = min((scene.joins.distance(table, link.table) for link in options), default=1)
        score += 0.4 * max(-1.0, 1 - nearest)
        score += 0.2 * any(names_rows(scene, link) for link in options if link.table == table)
    return score


def names_rows(scene: Scene, link: Link) -> bool:
    table = scene.schema.table(link.table)
    return table.column(link.column) in naming(table)


def owners(scene: Scene, heads: Sequence[Chunk]) -> dict[str, float]:
    """Tables that hold the columns that the heads name, and how well."""
    found: dict[str, float] = {}
    for chunk in heads:
        for item in chunk.links:
            columns = (*item.of("column"), *item.of("metric"))
            if not columns or scene.is_table(item) or is_modifier(scene, item, chunk):
                continue
            best: dict[str, float] = {}
            for link in columns:
                best[link.table] = max(best.get(link.table, 0.0), link.score)
            for table, score in best.items():
                found[table] = found.get(table, 0.0) + score
        for how in chunk.operators("how"):
            for held in scene.schema.tables:
                if scene.dimension(held.name, how.measures) is not None:
                    found[held.name] = found.get(held.name, 0.0) + 0.8
    return found


def is_modifier(scene: Scene, item: Item, chunk: Chunk) -> bool:
    """*neighbouring states*: what stands before a table in its chunk says more about it."""
    return any(scene.is_table(later) for later in chunk.links if later.first > item.first)
