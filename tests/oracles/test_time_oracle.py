"""Walking times on the real streets and heights of Andorra against a second, plain computation."""

from __future__ import annotations

import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from scipy.ndimage import map_coordinates

from layers.load import load
from layers.types import Layers, Study
from layers.walkers import walker
from spatial.elevation import edge_gradient, fill_holes
from spatial.impedance import returning, time
from spatial.search import nearest_entrance, search_graph
from spatial.snapping import attach, edge_index
from spatial.subnetwork import open_to
from spatial.terrain import cell_size_m
from spatial.traits import NodeTrait, Trait
from spatial.walkers import Crossings, passable

DATA = Path(__file__).resolve().parents[2] / "data"
BOX = (1.51, 42.50, 1.532, 42.515)
"""The middle of Andorra la Vella and the slopes above it, in degrees."""


@pytest.fixture(scope="module")
def layers() -> Layers:
    return load(Study.read(DATA / "andorra" / "study.toml"))


class Ground:
    """Heights by scipy's bilinear interpolation, on the grid with its holes filled."""

    def __init__(self, layers: Layers) -> None:
        assert layers.elevation is not None
        self.grid, _ = fill_holes(layers.elevation)
        self.to_grid = Transformer.from_crs(layers.network.crs, self.grid.crs, always_xy=True)
        self.half_cell_m = float(min(side.min() for side in cell_size_m(self.grid))) / 2

    def __call__(self, xy: np.ndarray) -> np.ndarray:
        lon, lat = self.to_grid.transform(xy[:, 0], xy[:, 1])
        step = self.grid.transform
        column, row = (lon - step.c) / step.a, (lat - step.f) / step.e
        return map_coordinates(self.grid.values, [row - 0.5, column - 0.5], order=1, mode="nearest")


def plain_time_s(layers: Layers, ground: Ground, edge: int, *, name: str, uphill: bool) -> float:
    """One edge, one direction, step by step as the methods say it."""
    net, who = layers.network, walker(name)
    flags, length_m = Trait(int(net.edge_traits.flags[edge])), float(net.edge_length_m[edge])
    seconds = length_m / who.speed_m_per_s
    if Trait.STEPS in flags:
        seconds *= who.steps_factor
    else:
        pieces = max(1, math.ceil(length_m / ground.half_cell_m))
        at = shapely.line_interpolate_point(net.edge_line[edge], np.linspace(0, length_m, pieces + 1))
        z = ground(shapely.get_coordinates(at))
        slopes = np.diff(z) / (length_m / pieces) * (1 if uphill else -1)
        if not math.isnan(net.edge_traits.incline_share[edge]):
            slopes = np.full(pieces, float(net.edge_traits.incline_share[edge]) * (1 if uphill else -1))
        kmh = 6 * np.exp(-3.5 * np.abs(slopes + 0.05))
        seconds *= float(np.mean(6 * math.exp(-3.5 * 0.05) / kmh))
    for node in (net.edge_start[edge], net.edge_end[edge]):
        seconds += wait_s(NodeTrait(int(net.node_flags[node])), flags) / 2
    return seconds


def wait_s(node: NodeTrait, edge: Trait) -> float:
    if NodeTrait.SIGNALS in node:
        wait = 30.0
    elif NodeTrait.MARKED in node:
        wait = 20.0
    else:
        wait = 40.0
    if NodeTrait.MAJOR_ROAD in node:
        return 0.0 if Trait.MAJOR_ROAD in edge else wait
    if NodeTrait.SECONDARY_ROAD in node:
        return 0.0 if edge & (Trait.MAJOR_ROAD | Trait.SECONDARY_ROAD) else wait / 2
    return 0.0


@pytest.mark.parametrize("name", ["adult", "wheelchair"])
@pytest.mark.parametrize("home", [False, True])
def test_times_equal_those_of_networkx_on_costs_worked_out_again(layers, name, home):
    assert layers.elevation is not None
    ground = Ground(layers)
    net, who = layers.network, walker(name)
    gradient = edge_gradient(net, layers.elevation)
    west, south, east, north = BOX
    (x1, x2), (y1, y2) = Transformer.from_crs("EPSG:4326", net.crs, always_xy=True).transform([west, east], [south, north])
    xy = net.node_xy
    inside = (xy[:, 0] > x1) & (xy[:, 0] < x2) & (xy[:, 1] > y1) & (xy[:, 1] < y2)
    # Where a bridge or tunnel has a node of its own, its height is a matter of the whole structure: left out here.
    structure = net.edge_traits.has(Trait.BRIDGE | Trait.TUNNEL)
    usable = inside[net.edge_start] & inside[net.edge_end] & passable(net, who) & ~structure
    part = open_to(net, usable)
    assert usable.sum() > 500

    graph = nx.DiGraph()
    for edge in np.flatnonzero(usable).tolist():
        a, b = int(net.edge_start[edge]), int(net.edge_end[edge])
        for tail, head, uphill, open_ in ((a, b, True, net.edge_forward[edge]), (b, a, False, net.edge_backward[edge])):
            if open_:
                seconds = plain_time_s(layers, ground, edge, name=name, uphill=uphill)
                known = graph.get_edge_data(tail, head, {"s": math.inf})["s"]
                graph.add_edge(tail, head, s=min(seconds, known))

    nodes = np.unique(np.concatenate([net.edge_start[usable], net.edge_end[usable]]))
    gates, homes = nodes[:: len(nodes) // 5][:5], nodes[3::17]
    at = edge_index(part, usable)
    gate, start = (attach(at, shapely.points(net.node_xy[n]), limit_m=0.001) for n in (gates, homes))
    cost = time(part, who, gradient, Crossings())
    found = nearest_entrance(search_graph(part, gate, returning(cost) if home else cost), np.arange(5), start, limit=3600.0)

    towards = graph if home else graph.reverse(copy=False)
    expected = nx.multi_source_dijkstra_path_length(towards, set(gates.tolist()), cutoff=3600.0, weight="s")
    answers = np.array([expected.get(int(n), np.inf) for n in homes])
    assert np.isfinite(answers).mean() > 0.5
    np.testing.assert_allclose(found.cost, answers, rtol=1e-6, atol=1e-3)
