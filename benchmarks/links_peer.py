"""How does networkx rank the same graph? FOLDER holds edges.npz and gets ranks.npy and networkx.json.

Imports nothing of pincite, so that any interpreter that has networkx can run it.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from time import perf_counter, process_time

import networkx as nx
import numpy as np


def main(folder: Path) -> None:
    given = np.load(folder / "edges.npz")
    nodes = int(given["nodes"])
    pairs = zip(given["sources"].tolist(), given["targets"].tolist(), strict=True)
    used, began = process_time(), perf_counter()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from((source, target) for source, target in pairs if source != target)
    building = process_time() - used
    # Its tolerance is for the sum over all nodes, and it multiplies it by their number.
    rank = nx.pagerank(graph, alpha=0.85, tol=1e-10 / nodes, max_iter=300)
    np.save(folder / "ranks.npy", np.array([rank[node] for node in range(nodes)]))
    report = {
        "version": metadata.version("networkx"),
        "cpu_s": process_time() - used,
        "building_cpu_s": building,
        "wall_s": perf_counter() - began,
    }
    (folder / "networkx.json").write_text(json.dumps(report), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
