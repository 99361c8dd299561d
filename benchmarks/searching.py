"""The nearest search beside scipy's on the same streets, vertex by vertex.

``python -m benchmarks.searching STUDY.toml``
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from analyses.entrances import find_entrances
from analyses.parameters import Parameters
from layers.types import Layers, Study
from linli import load
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, search_graph
from spatial.snapping import attach, edge_index

T = TypeVar("T")


def uncontracted(network: WalkNetwork) -> tuple[csr_array, NDArray[np.float64]]:
    """The network with a node at every vertex of every edge, as people without a network model would search it."""
    xy, line = shapely.get_coordinates(network.edge_line, return_index=True)
    vertices, node = np.unique(np.round(xy, 2), axis=0, return_inverse=True)
    same = line[1:] == line[:-1]
    tail, head = node[:-1][same], node[1:][same]
    length_m = np.maximum(np.hypot(*(xy[1:] - xy[:-1])[same].T), 1e-6)
    of = line[1:][same]
    fore, back = network.edge_forward[of], network.edge_backward[of]
    # Against the direction of walking, from the entrances to the homes, as in `spatial.search`.
    graph = csr_array(
        (
            np.concatenate([length_m[fore], length_m[back]]),
            (np.concatenate([head[fore], tail[back]]), np.concatenate([tail[fore], head[back]])),
        ),
        shape=(len(vertices), len(vertices)),
    )
    return graph, vertices


def measure(layers: Layers, repeats: int = 5) -> dict[str, float]:
    """Medians of one search from all entrances to all buildings: ours with its parts, and scipy's alone."""
    parameters = Parameters()
    index = edge_index(layers.network)
    entrances = find_entrances(layers, index, parameters).attachment
    homes = shapely.centroid(layers.buildings.geometry.to_numpy())
    points, attach_s = _timed(lambda: attach(index, homes, limit_m=parameters.snap_limit_m), 1)
    graph, graph_s = _timed(lambda: search_graph(layers.network, entrances), repeats)
    chosen = np.arange(len(entrances.edge))
    _, search_s = _timed(lambda: nearest_entrance(graph, chosen, points, limit=parameters.search_limit_m), repeats)

    plain, vertices = uncontracted(layers.network)
    on = entrances.edge >= 0
    places = shapely.line_interpolate_point(layers.network.edge_line[entrances.edge[on]], entrances.along_m[on])
    sources = np.unique(cKDTree(vertices).query(shapely.get_coordinates(places))[1])
    _, scipy_s = _timed(
        lambda: dijkstra(plain, indices=sources, min_only=True, limit=parameters.search_limit_m), repeats
    )
    return {
        "entrances": float(on.sum()),
        "points": float(len(homes)),
        "nodes": float(len(layers.network.node_id)),
        "vertices": float(len(vertices)),
        "attach_s": attach_s,
        "graph_s": graph_s,
        "search_s": search_s,
        "scipy_s": scipy_s,
    }


def _timed(work: Callable[[], T], repeats: int) -> tuple[T, float]:
    """What `work` gives, and the median of its seconds."""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        made = work()
        seconds.append(time.perf_counter() - began)
    return made, float(np.median(seconds))


if __name__ == "__main__":
    print(json.dumps(measure(load(Study.read(sys.argv[1])))))
