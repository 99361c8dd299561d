"""Costs between points by networkx on the edges cut at every point: slow, obvious, and none of the code under test."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.impedance import Impedance
from spatial.network import WalkNetwork

SAME_PLACE_M = 1e-6


def random_lines(seed: int, *, ways: int = 25) -> tuple[list[list[tuple[int, float, float]]], list[int]]:
    """Random ways over a 6 x 6 grid of nodes with bent corners (synthetic); every fifth binds to one direction."""
    rng = np.random.default_rng(seed)
    xy = np.array([(100.0 * (i % 6), 100.0 * (i // 6)) for i in range(36)]) + rng.uniform(-30, 30, size=(36, 2))
    lines = []
    for _ in range(int(rng.integers(3, ways + 1))):
        walk = [int(rng.integers(36))]
        for _ in range(int(rng.integers(1, 7))):
            step = int(rng.choice([-6, -1, 1, 6]))
            if 0 <= walk[-1] + step < 36 and (walk[-1] + step not in walk or len(walk) > 3):
                walk.append(walk[-1] + step)
        if len(walk) > 1:
            lines.append([(n + 1, float(xy[n, 0]), float(xy[n, 1])) for n in walk])
    lines = lines or [[(1, 0.0, 0.0), (2, 100.0, 0.0)]]
    return lines, [i + 1 for i in range(len(lines)) if rng.random() < 0.2]


def costs(
    net: WalkNetwork,
    impedance: Impedance,
    homes: tuple[NDArray[np.float64], NDArray[np.int32]],
    gates: tuple[NDArray[np.float64], NDArray[np.int32]],
) -> NDArray[np.float64]:
    """Cost of the walk from every home to every gate; both are given as places and the edges they hang on (-1: none)."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(net.node_id)))
    stops: dict[int, list[tuple[float, object]]] = defaultdict(list)
    for kind, (places, edges) in (("home", homes), ("gate", gates)):
        for i, (place, edge) in enumerate(zip(places, edges, strict=True)):
            if edge < 0:
                continue
            line, point = net.edge_line[edge], shapely.Point(place)
            foot = (kind, i, "foot")
            stops[int(edge)].append((line.project(point), foot))
            leg = line.distance(point) * impedance.per_metre
            _offer(graph, (kind, i), foot, leg)
            _offer(graph, foot, (kind, i), leg)
    for e in range(len(net.edge_id)):
        _cut(graph, net, impedance, e, sorted(stops[e], key=lambda stop: stop[0]))
    result = np.full((len(homes[0]), len(gates[0])), np.inf)
    for i in range(len(homes[0])):
        if ("home", i) in graph:
            found = nx.single_source_dijkstra_path_length(graph, ("home", i), weight="cost")
            for j in range(len(gates[0])):
                result[i, j] = found.get(("gate", j), np.inf)
    return result


def _cut(graph: nx.DiGraph, net: WalkNetwork, impedance: Impedance, e: int, stops: list[tuple[float, object]]) -> None:
    length_m = float(net.edge_length_m[e])
    places = [(0.0, int(net.edge_start[e])), *stops, (length_m, int(net.edge_end[e]))]
    for (at, one), (then, other) in pairwise(places):
        share = max(then - at, 0.0) / length_m
        same = then - at <= SAME_PLACE_M
        _offer(graph, one, other, 0.0 if same and np.isinf(impedance.forward[e]) else share * impedance.forward[e])
        _offer(graph, other, one, 0.0 if same and np.isinf(impedance.backward[e]) else share * impedance.backward[e])


def _offer(graph: nx.DiGraph, one: object, other: object, cost: float) -> None:
    if np.isfinite(cost) and cost < graph.get_edge_data(one, other, {"cost": np.inf})["cost"]:
        graph.add_edge(one, other, cost=float(cost))
