"""Small networks drawn by hand, and random ones, for the tests (synthetic)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS
from shapely import Polygon, box

from spatial.build import build_network
from spatial.network import WalkAreas, WalkNetwork, WalkWays
from spatial.traits import Traits, plain

METRIC = CRS.from_epsg(32628)
EVERYWHERE = box(-1e7, -1e7, 1e7, 1e7)

Vertex = tuple[int, float, float]
"""Node id, x, y."""


def ways(
    lines: Sequence[Sequence[Vertex]],
    *,
    oneway: Sequence[int] = (),
    cut: Sequence[int] = (),
    highway: str = "residential",
    traits: Traits | None = None,
    node_flags: Mapping[int, int] | None = None,
) -> WalkWays:
    """Ways numbered from 1; `oneway` ways run forward only; `cut` node ids are where data were missing."""
    vertices = [v for line in lines for v in line]
    nodes = np.array([v[0] for v in vertices], dtype=np.int64)
    return WalkWays(
        crs=METRIC,
        way_id=np.arange(1, len(lines) + 1, dtype=np.int64),
        offset=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        node_id=nodes,
        xy=np.array([v[1:] for v in vertices], dtype=float).reshape(-1, 2),
        cut=np.isin(nodes, cut),
        highway=np.array([highway] * len(lines), dtype=object),
        forward=np.ones(len(lines), dtype=bool),
        backward=np.array([i + 1 not in oneway for i in range(len(lines))], dtype=bool),
        traits=traits or plain(len(lines)),
        vertex_flags=np.array([(node_flags or {}).get(int(n), 0) for n in nodes], dtype=np.uint8),
    )


def areas(rings: Sequence[Sequence[Vertex]] = ()) -> WalkAreas:
    """Pedestrian areas without holes, ``way/1000`` and following; rings are closed by repeating the first vertex."""
    closed = [[*ring, ring[0]] for ring in rings]
    vertices = [v for ring in closed for v in ring]
    starts = [number == 0 for ring in closed for number in range(len(ring))]
    return WalkAreas(
        area_id=np.array([f"way/{1000 + i}" for i in range(len(rings))], dtype=object),
        polygon=np.array([Polygon([v[1:] for v in ring]) for ring in closed], dtype=object),
        offset=np.concatenate([[0], np.cumsum([len(ring) for ring in closed])]).astype(np.int64),
        node_id=np.array([v[0] for v in vertices], dtype=np.int64),
        xy=np.array([v[1:] for v in vertices], dtype=float).reshape(-1, 2),
        ring_start=np.array(starts, dtype=bool),
    )


def network(lines: Sequence[Sequence[Vertex]], *, oneway: Sequence[int] = (), squares: WalkAreas | None = None) -> WalkNetwork:
    """A network of hand-drawn ways."""
    return build_network(ways(lines, oneway=oneway), squares or areas(), EVERYWHERE)


def as_networkx(net: WalkNetwork) -> nx.MultiDiGraph:
    """The same network for an independent shortest-path computation, from its published columns alone."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(int(n) for n in net.node_id)
    for i in range(len(net.edge_id)):
        a, b = int(net.node_id[net.edge_start[i]]), int(net.node_id[net.edge_end[i]])
        if net.edge_forward[i]:
            graph.add_edge(a, b, key=f"{net.edge_id[i]}+", length_m=float(net.edge_length_m[i]))
        if net.edge_backward[i]:
            graph.add_edge(b, a, key=f"{net.edge_id[i]}-", length_m=float(net.edge_length_m[i]))
    return graph


def insert_point(graph: nx.MultiDiGraph, net: WalkNetwork, edge: int, point: tuple[float, float], name: str) -> None:
    """Cut an edge of `graph` at the point nearest to `point` and hang the point there by its leg.

    Uses shapely's geometry of the edge, not the attachment that the code under test computed.
    """
    line = net.edge_line[edge]
    here = shapely.Point(point)
    along = line.project(here)
    leg = line.distance(here)
    a, b = int(net.node_id[net.edge_start[edge]]), int(net.node_id[net.edge_end[edge]])
    foot = f"{name}/foot/{edge}"
    graph.add_node(foot, edge=edge, along=along)
    stops = [(a, 0.0), (b, line.length)]
    stops += [(other, d["along"]) for other, d in list(graph.nodes(data=True)) if d.get("edge") == edge and other != foot]
    for other, at in stops:
        same = abs(at - along) < 1e-6
        if same or (net.edge_forward[edge] if at > along else net.edge_backward[edge]):
            graph.add_edge(foot, other, length_m=abs(at - along))
        if same or (net.edge_backward[edge] if at > along else net.edge_forward[edge]):
            graph.add_edge(other, foot, length_m=abs(at - along))
    graph.add_edge(name, foot, length_m=leg)
    graph.add_edge(foot, name, length_m=leg)
