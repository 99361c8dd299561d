"""Service areas: on a hand-drawn cross, and in a random town against searches that know nothing of areas."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from shapely import Point

from spatial.impedance import Impedance, distance, returning
from spatial.search import search_graph
from spatial.service_area import node_costs, reached_parts, service_area
from spatial.snapping import attach, edge_index
from tests.networks import as_networkx, insert_point, network

CROSS = [[(1, 0.0, 0.0), (2, 100.0, 0.0), (3, 200.0, 0.0)], [(4, 100.0, 100.0), (2, 100.0, 0.0), (5, 100.0, -100.0)]]
"""Two streets of 200 m that cross in (100, 0)."""


def random_town(rng):
    """Random ways over a 6 x 6 grid of nodes with bent corners; some bind pedestrians to one direction."""
    xy = np.array([(100.0 * (i % 6), 100.0 * (i // 6)) for i in range(36)]) + rng.uniform(-30, 30, size=(36, 2))
    lines = []
    for _ in range(25):
        walk = [int(rng.integers(36))]
        for step in rng.choice([-6, -1, 1, 6], size=4):
            if 0 <= walk[-1] + step < 36 and walk[-1] + step not in walk:
                walk.append(int(walk[-1] + step))
        if len(walk) > 1:
            lines.append([(n + 1, float(xy[n, 0]), float(xy[n, 1])) for n in walk])
    return network(lines, oneway=[i + 1 for i in range(len(lines)) if rng.random() < 0.2])


def _graph(net, points, impedance=None):
    at = attach(edge_index(net), np.array([Point(p) for p in points], dtype=object), limit_m=100)
    return search_graph(net, at, impedance)


def test_an_edge_is_followed_to_the_very_metre():
    # The entrance stands 5 m off the middle of the western arm, at (50, 0). 80 m less the leg of 5 m leave
    # 75 m: 50 m to the western end and 50 m to the crossing, from which 25 m remain for the other three arms.
    graph = _graph(network(CROSS), [(50.0, 5.0)])
    cost = node_costs(graph, np.array([0]), limit=80)
    parts = reached_parts(graph, np.array([0]), cost, limit=80)
    length_m = {graph.network.edge_id[e]: hi - lo for e, lo, hi in zip(parts.edge, parts.from_m, parts.to_m, strict=True)}
    assert length_m == pytest.approx({"1:0": 100.0, "1:1": 25.0, "2:0": 25.0, "2:1": 25.0})


def test_the_area_is_a_strip_that_narrows_to_the_limit():
    area = service_area(_graph(network(CROSS), [(50.0, 0.0)]), np.array([0]), limit=80, strip_m=20)
    assert area.covers(Point(100, 29.9)), "80 m: 50 to the crossing, 30 up"
    assert not area.covers(Point(100, 30.1))
    assert area.covers(Point(75, 19.9)), "25 m along, 19.9 m beside"
    assert not area.covers(Point(75, 20.1)), "the strip is 20 m wide"
    assert not area.covers(Point(120, 18.0)), "from no point of the street within 20 m of it do 80 m suffice"
    assert area.covers(Point(-19, 0)), "the end of the street is 50 m away, so the full strip lies around it"


def test_the_middle_of_a_long_edge_that_neither_end_reaches_is_left_out():
    net = network([[(1, 0.0, 0.0), (2, 300.0, 0.0)], [(1, 0.0, 0.0), (3, 0.0, 50.0)], [(2, 300.0, 0.0), (4, 300.0, 50.0)]])
    graph = _graph(net, [(0.0, 50.0), (300.0, 50.0)])
    area = service_area(graph, np.array([0, 1]), limit=150, strip_m=10)
    # 50 m to the corner, 100 m along the long street from either side: 100..200 is left out.
    on_street = shapely.points(np.column_stack([np.array([99.0, 101, 150, 199, 201]), np.zeros(5)]))
    assert [area.covers(p) for p in on_street] == [True, False, False, False, True]


def test_an_entrance_in_the_middle_of_a_long_edge_serves_only_its_surroundings():
    graph = _graph(network([[(1, 0.0, 0.0), (2, 1000.0, 0.0)]]), [(500.0, 0.0)])
    area = service_area(graph, np.array([0]), limit=100, strip_m=10)
    assert area.bounds == pytest.approx((400, -10, 600, 10), abs=1e-6)


def test_a_limit_below_the_strip_is_a_disc_of_that_limit():
    graph = _graph(network([[(1, 0.0, 0.0), (2, 1000.0, 0.0)]]), [(500.0, 4.0)])
    area = service_area(graph, np.array([0]), limit=10, strip_m=20)
    assert area.bounds == pytest.approx((494, -6, 506, 6), abs=1e-6), "6 m remain after the leg of 4 m"


def test_nothing_is_reached_where_the_leg_alone_uses_up_the_limit():
    graph = _graph(network(CROSS), [(50.0, 30.0)])
    assert service_area(graph, np.array([0]), limit=30, strip_m=20).is_empty
    assert service_area(graph, np.array([], dtype=int), limit=500, strip_m=20).is_empty


def test_one_way_streets_are_walked_one_way_and_turned_the_other():
    net = network([[(1, 0.0, 0.0), (2, 1000.0, 0.0)]], oneway=[1])
    towards = service_area(_graph(net, [(500.0, 0.0)]), np.array([0]), limit=100, strip_m=10)
    from_there = service_area(_graph(net, [(500.0, 0.0)], returning(distance(net))), np.array([0]), limit=100, strip_m=10)
    assert towards.bounds == pytest.approx((400, -10, 510, 10), abs=1e-6)
    assert from_there.bounds == pytest.approx((490, -10, 600, 10), abs=1e-6)


def test_a_fast_way_tapers_to_the_point_where_the_time_is_used_up():
    # Downhill: 0.5 s a metre on the street, 1 s a metre beside it. 100 s reach 200 m along; 180 m leave 10 s.
    net = network([[(1, 0.0, 0.0), (2, 1000.0, 0.0)]])
    fast = Impedance("s", np.array([500.0]), np.array([500.0]), 1.0)
    area = service_area(_graph(net, [(0.0, 0.0)], fast), np.array([0]), limit=100, strip_m=20)
    assert area.bounds == pytest.approx((-20, -20, 200, 20), abs=1e-6)
    assert area.covers(Point(180, 9.9))
    assert not area.covers(Point(180, 12.0))
    slow = service_area(_graph(net, [(0.0, 0.0)], Impedance("s", np.array([500.0]), np.array([500.0]), 0.4)), np.array([0]), limit=100, strip_m=20)
    # Beside the street 0.4 s a metre: at 184 m 8 s are left, which pay for the full strip.
    assert slow.bounds[2] == pytest.approx(204, abs=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_inside_and_outside_agree_with_networkx(seed):
    """Points of the network: inside if and only if networkx walks there within the limit.

    Points beside it: inside only if some edge within the strip leads there within the limit.
    """
    rng = np.random.default_rng(seed)
    net = random_town(rng)
    entrances = [tuple(p) for p in rng.uniform(0, 500, (3, 2))]
    graph = _graph(net, entrances)
    limit, strip_m = 300.0, 15.0
    area = service_area(graph, np.arange(3), limit=limit, strip_m=strip_m)
    oracle = as_networkx(net)
    for i, point in enumerate(entrances):
        if graph.entrances.edge[i] >= 0:
            insert_point(oracle, net, int(graph.entrances.edge[i]), point, f"entrance/{i}")
    probes = [(int(e), float(s)) for e, s in zip(rng.integers(0, len(net.edge_id), 60), rng.uniform(0, 1, 60), strict=True)]
    for k, (edge, share) in enumerate(probes):
        foot = net.edge_line[edge].interpolate(share, normalized=True)
        insert_point(oracle, net, edge, (foot.x, foot.y), f"probe/{k}")
    names = [f"entrance/{i}" for i in range(3) if oracle.has_node(f"entrance/{i}")]
    walked = nx.multi_source_dijkstra_path_length(oracle.reverse(), set(names), weight="length_m")
    checked = 0
    for k, (edge, share) in enumerate(probes):
        cost = walked.get(f"probe/{k}", np.inf)
        foot = net.edge_line[edge].interpolate(share, normalized=True)
        if cost < limit - 0.5:
            assert area.distance(foot) < 0.5, (k, cost)
            checked += 1
        for angle in rng.uniform(0, 2 * np.pi, 2):
            beside = Point(foot.x + 12 * np.cos(angle), foot.y + 12 * np.sin(angle))
            if area.covers(beside):
                assert _cheapest(oracle, net, walked, beside, strip_m) <= limit + 0.01
    assert checked > 5


def _cheapest(oracle, net, walked, place, strip_m):
    """Cost to a place by the best point of any edge within the strip, tried every 10 cm."""
    best = np.inf
    for edge, line in enumerate(net.edge_line):
        if line.distance(place) > strip_m:
            continue
        along = np.linspace(0, line.length, max(2, int(line.length * 10)))
        legs = shapely.distance(shapely.line_interpolate_point(line, along), place)
        stops = [(d["along"], walked.get(f, np.inf)) for f, d in oracle.nodes(data=True) if d.get("edge") == edge]
        stops += [(0.0, walked.get(int(net.node_id[net.edge_start[edge]]), np.inf)), (line.length, walked.get(int(net.node_id[net.edge_end[edge]]), np.inf))]
        for at, cost in stops:
            open_ = np.where(along < at, net.edge_forward[edge], net.edge_backward[edge])
            total = np.where(open_ & (legs <= strip_m), cost + np.abs(along - at) + legs, np.inf)
            best = min(best, float(total.min()))
    return best


def test_a_larger_limit_never_serves_less():
    rng = np.random.default_rng(7)
    graph = _graph(random_town(rng), [tuple(p) for p in rng.uniform(0, 500, (2, 2))])
    areas = [service_area(graph, np.arange(2), limit=limit, strip_m=15) for limit in (20, 60, 150, 400)]
    for small, large in itertools.pairwise(areas):
        assert large.buffer(0.5).covers(small)
        assert large.area >= small.area
