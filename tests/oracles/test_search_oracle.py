"""Every nearest search against networkx on the same network, points inserted by independent code."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.search import distance_to_nodes, nearest_entrance, search_graph, within
from spatial.snapping import attach, edge_index
from tests.networks import as_networkx, insert_point, network

TOLERANCE_M = 0.002


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[list[tuple[int, float, float]]], list[int]]:
    """Random ways over a 6 x 6 grid of nodes with bent corners; some bind pedestrians to one direction."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shift = rng.uniform(-30, 30, size=(36, 2))
    xy = np.array([(100.0 * (i % 6), 100.0 * (i // 6)) for i in range(36)]) + shift
    lines = []
    for _ in range(draw(st.integers(3, 25))):
        walk = [int(rng.integers(36))]
        for _ in range(int(rng.integers(1, 5))):
            step = int(rng.choice([-6, -1, 1, 6]))
            if 0 <= walk[-1] + step < 36 and walk[-1] + step not in walk:
                walk.append(walk[-1] + step)
        if len(walk) > 1:
            lines.append([(n + 1, float(xy[n, 0]), float(xy[n, 1])) for n in walk])
    if lines and draw(st.booleans()):
        # A second way between the ends of the first, with a bend.
        (a, ax, ay), (b, bx, by) = lines[0][0], lines[0][-1]
        lines.append([(a, ax, ay), (900, (ax + bx) / 2 + 60, (ay + by) / 2 - 60), (b, bx, by)])
    if not lines:
        lines = [[(1, 0.0, 0.0), (2, 100.0, 0.0)]]
    oneway = [i + 1 for i in range(len(lines)) if rng.random() < 0.2]
    return lines, oneway


@settings(max_examples=100, deadline=None)
@given(town=towns(), seed=st.integers(0, 2**32 - 1))
def test_distances_equal_those_of_networkx(town: tuple[list[list[tuple[int, float, float]]], list[int]], seed: int) -> None:
    net = network(town[0], oneway=town[1])
    rng = np.random.default_rng(seed)
    homes, gates = rng.uniform(-50, 550, size=(8, 2)), rng.uniform(-50, 550, size=(4, 2))
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(p), limit_m=100.0) for p in (homes, gates))
    found = nearest_entrance(search_graph(net, gate), np.arange(len(gates)), home, limit=800.0)

    graph = as_networkx(net)
    for prefix, at, points in (("home", home, homes), ("gate", gate, gates)):
        for i, edge in enumerate(at.edge):
            if edge >= 0:
                insert_point(graph, net, int(edge), tuple(points[i]), f"{prefix}{i}")
    for i in range(len(homes)):
        lengths = nx.single_source_dijkstra_path_length(graph, f"home{i}", weight="length_m") if f"home{i}" in graph else {}
        reached = [lengths[f"gate{j}"] for j in range(len(gates)) if f"gate{j}" in lengths]
        best = min(reached, default=np.inf)
        if best <= 800.0 - TOLERANCE_M:
            assert found.cost[i] == pytest.approx(best, abs=TOLERANCE_M)
            assert lengths[f"gate{found.entrance[i]}"] == pytest.approx(best, abs=TOLERANCE_M)
        elif best > 800.0 + TOLERANCE_M:
            assert found.cost[i] == np.inf
            assert found.entrance[i] == -1


def test_the_walk_along_one_edge_does_not_go_around_its_ends() -> None:
    net = network([[(1, 0, 0), (2, 1000, 0)]])
    index = edge_index(net)
    gate, home = (attach(index, shapely.points([p]), limit_m=100.0) for p in ((400.0, 10.0), (450.0, -20.0)))
    found = nearest_entrance(search_graph(net, gate), np.array([0]), home, limit=5000.0)
    assert found.cost.tolist() == [80.0]


def test_one_way_binds_along_the_same_edge() -> None:
    """An escalator from node 1 to 2, and a ramp back of 300 m: down again one takes the ramp."""
    net = network([[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 100, 100), (4, 0, 100), (1, 0, 0)]], oneway=[1])
    index = edge_index(net)
    gate, home = (attach(index, shapely.points([p]), limit_m=10.0) for p in ((20.0, -1.0), (60.0, -1.0)))
    found = nearest_entrance(search_graph(net, gate), np.array([0]), home, limit=5000.0)
    assert found.cost == pytest.approx([1 + 40 + 300 + 20 + 1])


@pytest.mark.parametrize("first", [0, 1])
def test_parallel_ways_count_with_the_shorter_one(first: int) -> None:
    """Two ways join the nodes 1 and 2, of 100 m and 412.3 m; home and gate lie on side streets beyond them."""
    parallel = [[(1, 0, 0), (2, 100, 0)], [(1, 0, 0), (3, 50, 200), (2, 100, 0)]]
    side = [[(4, -50, 0), (1, 0, 0)], [(2, 100, 0), (5, 150, 0)]]
    net = network([parallel[first], parallel[1 - first], *side])
    index = edge_index(net)
    gate, home = (attach(index, shapely.points([p]), limit_m=5.0) for p in ((150.0, 0.0), (-50.0, 0.0)))
    assert not np.isin(net.edge_id[[gate.edge[0], home.edge[0]]], ["1:0", "2:0"]).any()
    found = nearest_entrance(search_graph(net, gate), np.array([0]), home, limit=5000.0)
    assert found.cost.tolist() == [200.0]


def test_distance_to_where_the_data_end() -> None:
    net = network([[(1, 0, 0), (2, 100, 0), (3, 300, 0)]])
    index = edge_index(net)
    home = attach(index, shapely.points([(50.0, 10.0)]), limit_m=100.0)
    graph = search_graph(net, home.take(np.zeros(0, dtype=np.int64)))
    end = np.flatnonzero(net.node_id == 3)
    assert distance_to_nodes(graph, end, home, limit=5000.0).tolist() == [260.0]
    assert distance_to_nodes(graph, end, home, limit=200.0).tolist() == [np.inf]


def test_at_the_end_of_a_one_way_edge_one_stands_at_its_node() -> None:
    """The home's nearest point is the start of the escalator 1 -> 2; the gate lies back along the street."""
    net = network([[(1, 0, 0), (2, 0, 100)], [(3, -100, 0), (1, 0, 0)]], oneway=[1])
    index = edge_index(net)
    home, gate = (attach(index, shapely.points([p]), limit_m=50.0) for p in ((20.0, -10.0), (-50.0, 0.0)))
    assert net.edge_id[home.edge].tolist() == ["1:0"]
    found = nearest_entrance(search_graph(net, gate), np.array([0]), home, limit=5000.0)
    assert found.cost == pytest.approx([np.hypot(20, 10) + 50])


def test_a_search_without_a_limit_reaches_the_ends_of_dead_ends() -> None:
    """Three arms of 1,000 m from one junction: gate and home lie 905 and 900 m out on two of them."""
    net = network([[(1, 0, 0), (2, 1000, 0)], [(1, 0, 0), (3, 0, 1000)], [(1, 0, 0), (4, -1000, 0)]])
    index = edge_index(net)
    gate, home = (attach(index, shapely.points([p]), limit_m=10.0) for p in ((905.0, 0.0), (0.0, 900.0)))
    graph = search_graph(net, gate)
    assert nearest_entrance(graph, np.array([0]), home, limit=np.inf).cost.tolist() == [1805.0]
    assert within(graph, np.array([0]), home, limit=np.inf).cost.tolist() == [1805.0]
