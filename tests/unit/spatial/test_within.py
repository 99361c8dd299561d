"""Pairs of points and entrances within a limit, small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial import compiled
from spatial.impedance import Impedance, distance
from spatial.search import distance_to_nodes, nearest_entrance, nearest_per_group, search_graph, within
from spatial.snapping import attach, edge_index
from tests.networks import network
from tests.search_by_networkx import random_lines

STREET = [[(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (3, 1000.0, 0.0)]]


def _on_street(*x: float):
    net = network(STREET)
    return net, attach(edge_index(net), shapely.points(np.array([(v, 10.0) for v in x])), limit_m=50.0)


def test_the_limit_is_inclusive_and_legs_count() -> None:
    """Homes at 100 and 900, entrances at 300 and 700, each 10 m off the street: 220, 620, 620, 220."""
    net, home = _on_street(100, 900)
    _, gate = _on_street(300, 700)
    graph = search_graph(net, gate)
    near = within(graph, np.array([0, 1]), home, limit=220.0)
    assert list(zip(near.point, near.entrance, near.cost, strict=True)) == [(0, 0, 220.0), (1, 1, 220.0)]
    assert len(within(graph, np.array([0, 1]), home, limit=219.999).point) == 0
    far = within(graph, np.array([1, 0]), home, limit=620.0)
    assert list(zip(far.point, far.entrance, far.cost, strict=True)) == [
        (0, 0, 220.0),
        (0, 1, 620.0),
        (1, 0, 620.0),
        (1, 1, 220.0),
    ]


def test_groups_take_their_nearest_entrance_and_negative_ones_are_left_out() -> None:
    net, home = _on_street(100)
    _, gate = _on_street(300, 200, 150)
    graph = search_graph(net, gate)
    group = np.array([7, 7, -1])
    together = within(graph, np.arange(3), home, limit=1000.0, group_of_entrance=group)
    assert (together.entrance.tolist(), together.cost.tolist()) == ([7], [120.0])
    apart = nearest_per_group(within(graph, np.arange(3), home, limit=1000.0), group)
    assert (apart.entrance.tolist(), apart.cost.tolist()) == ([7], [120.0])


def test_nothing_chosen_nothing_there_and_nothing_within_reach() -> None:
    net, home = _on_street(100)
    _, gate = _on_street(300)
    off = attach(edge_index(net), shapely.points([(0.0, 999.0)]), limit_m=50.0)
    nobody = home.take(np.zeros(0, dtype=np.int64))
    for graph, chosen, points in (
        (search_graph(net, gate), np.zeros(0, dtype=np.int64), home),
        (search_graph(net, gate), np.array([0]), nobody),
        (search_graph(net, gate), np.array([0]), off),
        (search_graph(net, off), np.array([0]), home),
    ):
        pairs = within(graph, chosen, points, limit=1000.0)
        assert (len(pairs.point), len(pairs.entrance), len(pairs.cost)) == (0, 0, 0)
        assert np.isinf(nearest_entrance(graph, chosen, points, limit=1000.0).cost).all()


def test_the_way_there_and_the_way_back_may_differ() -> None:
    """Downhill from 0 to 500 at 2 m/s, uphill at 0.5 m/s; a leg costs a second a metre."""
    net, points = _on_street(100, 400)
    uneven = Impedance("s", np.array([250.0, 250.0]), np.array([1000.0, 1000.0]), 1.0)
    pairs = within(search_graph(net, points, uneven), np.array([0, 1]), points, limit=1000.0)
    assert pairs.cost == pytest.approx([20, 170, 620, 20])


def test_without_a_limit_everything_that_is_joined_is_reached() -> None:
    net, home = _on_street(0, 1000)
    found = nearest_entrance(search_graph(net, home), np.array([0]), home, limit=np.inf)
    assert found.cost.tolist() == [20.0, 1020.0]
    assert distance_to_nodes(search_graph(net, home), np.array([2]), home, limit=np.inf).tolist() == [1010.0, 10.0]


def test_of_entrances_equally_near_the_first() -> None:
    net, home = _on_street(500)
    _, gate = _on_street(700, 300, 700)
    for chosen in ([0, 1, 2], [2, 1, 0]):
        assert nearest_entrance(search_graph(net, gate), np.array(chosen), home, limit=1000.0).entrance.tolist() == [0]


def test_the_same_bits_on_any_number_of_processors(monkeypatch) -> None:
    lines, oneway = random_lines(11)
    net = network(lines, oneway=oneway)
    rng = np.random.default_rng(11)
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(rng.uniform(0, 500, size=(n, 2))), limit_m=150.0) for n in (200, 400))
    found = []
    for count in (1, 2, 3):
        monkeypatch.setattr(compiled, "threads", lambda count=count: count)
        pairs = within(search_graph(net, gate), np.arange(400), home, limit=700.0)
        found.append((pairs.point.tobytes(), pairs.entrance.tobytes(), pairs.cost.tobytes()))
    assert len(found[0][0]) > 0
    assert found[0] == found[1] == found[2]


def test_arguments_stay_as_they_were() -> None:
    net, home = _on_street(100, 900)
    home.edge.setflags(write=False)
    home.along_m.setflags(write=False)
    impedance = distance(net)
    before = (home.edge.copy(), home.along_m.copy(), impedance.forward.copy())
    graph = search_graph(net, home, impedance)
    within(graph, np.array([0, 1]), home, limit=1000.0)
    nearest_entrance(graph, np.array([0, 1]), home, limit=1000.0)
    for one, other in zip(before, (home.edge, home.along_m, impedance.forward), strict=True):
        assert (one == other).all()
