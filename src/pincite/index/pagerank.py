"""Where does someone end up who follows links at random? PageRank, by power iteration over arrays of edges.

Brin & Page, WWW 1998; a node without a way out sends its rank wherever a bored surfer goes (``teleport``), which is
also where trust comes from: who teleports to trusted nodes alone ranks by their votes (Haveliwala, WWW 2002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAMPING = 0.85
"""The share of visits that go on by a link. The papers' value."""
TOLERANCE = 1e-10
"""Iteration ends when the ranks, which sum to 1, move by less than this altogether."""
_MOST_STEPS = 300
"""Each step leaves at most ``DAMPING`` of the error: 142 are enough for ``TOLERANCE``."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def pagerank(
    sources: Integers,
    targets: Integers,
    teleport: Floats,
    *,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
) -> Floats:
    """The share of visits that each node gets; they sum to 1.

    Edge ``i`` goes from node ``sources[i]`` to ``targets[i]``; repeated edges count once, edges to oneself not at
    all. ``teleport`` says, for each node, how likely a visit begins there; it need not sum to 1, and there are as
    many nodes as it has values. Raises ``ValueError`` if nothing in it is positive. O(edges) a step, about 140 bytes
    an edge at the peak while edges are sorted, 24 after.
    """
    nodes = len(teleport)
    if not nodes or teleport.min() < 0 or teleport.sum() <= 0:
        raise ValueError("a visit must be able to begin somewhere: teleport needs a positive value")
    start = teleport / teleport.sum()
    sources, targets = _distinct(sources, targets, nodes)
    ways = np.bincount(sources, minlength=nodes)
    stuck = ways == 0
    share = damping / np.maximum(ways, 1)
    rank: Floats = start
    for _ in range(_MOST_STEPS):
        arriving = np.bincount(targets, weights=(rank * share).take(sources), minlength=nodes)
        after = arriving + (1 - damping + damping * rank[stuck].sum()) * start
        moved = float(np.abs(after - rank).sum())
        rank = after
        if moved < tolerance:
            break
    total: np.float64 = rank.sum()
    return rank / total


def _distinct(sources: Integers, targets: Integers, nodes: int) -> tuple[Integers, Integers]:
    """Each edge once, none to oneself, by source ascending: the gathers of every step then run forwards."""
    edges = (sources.astype(np.int64) * nodes + targets)[sources != targets]
    edges.sort()
    if len(edges):
        edges = edges[np.r_[True, edges[1:] != edges[:-1]]]
    return np.divmod(edges, nodes)


def on_scale(rank: Floats) -> Floats:
    """Ranks as values from 0, the least, to 1, the greatest, by their logarithm. All 0 where all are equal.

    Ranks follow a power law: of a million pages one has a hundred thousand times the rank of most. The logarithm
    makes ten times as much rank the same step everywhere.
    """
    if not len(rank):
        return rank
    logs = np.log(np.maximum(rank, np.finfo(np.float64).tiny))
    low, high = float(logs.min()), float(logs.max())
    return (logs - low) / (high - low) if high - low > 1e-9 else np.zeros_like(logs)
