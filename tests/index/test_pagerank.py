"""PageRank is the solution of its own equation, whatever the graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.index.pagerank import DAMPING, Floats, on_scale, pagerank

NODES = st.integers(1, 12)


def array(values: list[int]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, np.int64)


def solved(edges: list[tuple[int, int]], teleport: Floats) -> Floats:
    """The stationary distribution, by a dense linear system: x = d (A + dangling) x + (1 - d) t."""
    nodes = len(teleport)
    start = teleport / teleport.sum()
    way = np.zeros((nodes, nodes))
    for source, target in set(edges):
        if source != target:
            way[target, source] = 1
    out = way.sum(axis=0)
    way[:, out == 0] = start[:, None]
    way /= way.sum(axis=0)
    return np.linalg.solve(np.eye(nodes) - DAMPING * way, (1 - DAMPING) * start)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[int, int]], Floats]:
    nodes = draw(NODES)
    node = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=40))
    teleport = draw(st.lists(st.floats(0, 1), min_size=nodes, max_size=nodes).filter(lambda t: sum(t) > 1e-3))
    return edges, np.array(teleport)


@given(graphs())
def test_it_equals_the_dense_solution_to_a_billionth(graph: tuple[list[tuple[int, int]], Floats]) -> None:
    edges, teleport = graph
    found = pagerank(array([s for s, _ in edges]), array([t for _, t in edges]), teleport)
    assert np.allclose(found, solved(edges, teleport), atol=1e-9, rtol=0)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_repeated_edges_and_edges_to_oneself_change_nothing() -> None:
    even = np.ones(3)
    once = pagerank(array([0, 1]), array([1, 2]), even)
    again = pagerank(array([0, 0, 0, 1, 2]), array([1, 1, 1, 2, 2]), even)
    assert np.array_equal(once, again)


def test_where_trust_begins_decides_what_nobody_trusted_reaches() -> None:
    # 0 → 1, 2 → 3; only 0 is trusted
    found = pagerank(array([0, 2]), array([1, 3]), np.array([1.0, 0.0, 0.0, 0.0]))
    assert found[2] == found[3] == 0
    assert found[1] > 0


def test_a_graph_in_which_no_visit_can_begin_is_refused() -> None:
    with pytest.raises(ValueError, match="teleport"):
        pagerank(array([]), array([]), np.zeros(3))


@given(st.lists(st.floats(1e-12, 1), min_size=2, max_size=20))
def test_the_scale_keeps_the_order_and_ends_at_0_and_1(ranks: list[float]) -> None:
    raw = np.array(ranks)
    scaled = on_scale(raw)
    assert ((scaled >= 0) & (scaled <= 1)).all()
    for a in range(len(raw)):
        for b in range(len(raw)):
            assert not (raw[a] < raw[b] and scaled[a] > scaled[b])


def test_ten_times_the_rank_is_the_same_step_everywhere() -> None:
    assert on_scale(np.array([1e-6, 1e-5, 1e-4])).tolist() == pytest.approx([0, 0.5, 1])
    assert on_scale(np.array([0.25, 0.25])).tolist() == [0, 0]
    assert on_scale(np.array([])).tolist() == []
