"""What closes, who loses by it: streets drawn so that every figure can be read off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely

from spatial.critical import Concern, Forest, Losses, close_edges, close_entrances, forest
from spatial.errors import AnalysisError
from spatial.network import WalkNetwork
from spatial.search import place_points, search_graph
from spatial.snapping import attach, edge_index
from tests.networks import network

Place = tuple[float, float]


def grown(net: WalkNetwork, gates: Sequence[Place], homes: Sequence[Place], *, limit: float = 5000.0) -> Forest:
    index = edge_index(net)
    gate, home = (attach(index, shapely.points(p), limit_m=10.0) for p in (gates, homes))
    graph = search_graph(net, gate)
    return forest(graph, np.arange(len(gates)), place_points(graph, home), limit=limit)


def concern(residents: Sequence[float], limit: float = 5000.0) -> Concern:
    return Concern(np.array(residents), np.ones(len(residents), dtype=bool), limit)


def by_edge(net: WalkNetwork, found: Forest, who: Concern) -> tuple[dict[str, int], Losses]:
    return {str(edge): n for n, edge in enumerate(net.edge_id)}, close_edges(found, np.arange(len(net.edge_id)), who)


STREET = [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(3, 200, 0), (4, 300, 0)], [(2, 100, 0), (5, 100, 100)]]
"""Four ways: a street of three pieces, and a side street at 100 m."""


def test_those_behind_a_piece_of_a_dead_end_lose_and_those_along_it_are_shut_in() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0)], [(50, 0), (150, 0), (250, 0), (100, 50)])
    at, losses = by_edge(net, found, concern([1, 10, 100, 1000]))
    assert losses.lose[[at["1:0"], at["2:0"], at["3:0"], at["4:0"]]].tolist() == [1110, 100, 0, 0]
    assert losses.along[[at["1:0"], at["2:0"], at["3:0"], at["4:0"]]].tolist() == [1, 10, 100, 1000]
    assert losses.farther.tolist() == [0, 0, 0, 0]
    assert np.isnan(losses.extra).all()


def test_at_both_ends_of_a_closed_edge_one_stands_at_its_node() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0), (300, 0)], [(100, 0), (200, 0), (150, 0)])
    at, losses = by_edge(net, found, concern([1, 10, 100]))
    n = at["2:0"]
    assert (losses.lose[n], losses.along[n], losses.farther[n]) == (0, 100, 0)


def test_an_entrance_along_a_closed_edge_is_shut_and_one_at_its_end_is_not() -> None:
    net = network([[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)]])
    homes = [(150, 0)]
    inner, outer = grown(net, [(50, 0)], homes), grown(net, [(100, 0)], homes)
    n = net.edge_id.tolist().index("1:0")
    assert close_edges(inner, np.array([n]), concern([7])).lose.tolist() == [7]
    assert close_edges(outer, np.array([n]), concern([7])).lose.tolist() == [0]


RING = [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(2, 100, 0), (4, 150, 100), (3, 200, 0)], [(3, 200, 0), (5, 300, 0)]]
"""Between the nodes 2 and 3 two ways, of 100 m and 223.6 m."""


def test_of_parallel_ways_the_other_one_is_taken_and_the_added_metres_are_told() -> None:
    net = network(RING)
    found = grown(net, [(0, 0)], [(250, 0), (300, 0)])
    at, losses = by_edge(net, found, concern([3, 4]))
    n, around = at["2:0"], at["3:0"]
    assert losses.lose[[n, around]].tolist() == [0, 0]
    assert losses.farther[[n, around]].tolist() == [7, 0]
    assert losses.extra[n] == pytest.approx(2 * np.hypot(50, 100) - 100)
    assert close_edges(found, [np.array([n, around])], concern([3, 4])).lose.tolist() == [7]


def test_beyond_the_limit_the_longer_way_is_a_loss() -> None:
    net = network(RING)
    found = grown(net, [(0, 0)], [(250, 0), (300, 0)])
    _, losses = by_edge(net, found, concern([3, 4], limit=400.0))
    n = net.edge_id.tolist().index("2:0")
    assert (losses.lose[n], losses.farther[n]) == (4, 3)
    _, near = by_edge(net, grown(net, [(0, 0)], [(250, 0), (300, 0)], limit=400.0), concern([3, 4], limit=400.0))
    assert near.lose.tolist() == losses.lose.tolist()
    assert near.farther.tolist() == losses.farther.tolist()


def test_of_two_ways_equally_long_neither_is_missed() -> None:
    square = [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 100, 100)], [(1, 0, 0), (4, 0, 100)], [(4, 0, 100), (3, 100, 100)]]
    net = network([*square, [(3, 100, 100), (5, 200, 100)], [(1, 0, 0), (6, -50, 0)]])
    found = grown(net, [(-50, 0)], [(200, 100)])
    at, losses = by_edge(net, found, concern([9]))
    assert found.cost.tolist() == [350.0]
    sides = [at[f"{way}:0"] for way in (1, 2, 3, 4)]
    assert losses.lose[sides].tolist() == losses.farther[sides].tolist() == [0, 0, 0, 0]
    assert losses.lose[[at["5:0"], at["6:0"]]].tolist() == [9, 9]


def test_the_way_back_of_an_escalator_is_no_way_for_those_who_come() -> None:
    """From 2 to 1 leads the escalator, and around it a ramp of 300 m; from 1 to 2 the ramp alone."""
    net = network(
        [[(2, 100, 0), (1, 0, 0)], [(2, 100, 0), (3, 100, 100), (4, 0, 100), (1, 0, 0)], [(1, 0, 0), (5, -50, 0)], [(2, 100, 0), (6, 150, 0)]],
        oneway=[1],
    )
    down, up = grown(net, [(-50, 0)], [(150, 0)]), grown(net, [(150, 0)], [(-50, 0)])
    n = net.edge_id.tolist().index("1:0")
    assert (down.cost.tolist(), up.cost.tolist()) == ([200.0], [400.0])
    assert close_edges(down, np.array([n]), concern([5])).farther.tolist() == [5]
    assert close_edges(up, np.array([n]), concern([5])).farther.tolist() == [0]
    ramp = net.edge_id.tolist().index("2:0")
    assert close_edges(up, np.array([ramp]), concern([5])).lose.tolist() == [5]


def test_where_the_data_end_near_nobody_is_said_to_lose() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0)], [(150, 0), (250, 0)])
    who = Concern(np.array([10.0, 100.0]), np.array([True, False]), 5000.0)
    n = net.edge_id.tolist().index("1:0")
    losses = close_edges(found, np.array([n]), who)
    assert (losses.lose.tolist(), losses.unknown.tolist()) == ([10], [100])


def test_residents_that_nobody_counted_and_walks_beyond_the_limit_are_no_loss() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0)], [(150, 0), (250, 0)])
    n = net.edge_id.tolist().index("1:0")
    assert close_edges(found, np.array([n]), concern([np.nan, 100.0], limit=200.0)).lose.tolist() == [0]


def test_an_entrance_that_others_replace_is_worth_metres_and_the_only_one_is_worth_all() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0), (300, 0)], [(250, 0), (90, 0)])
    losses = close_entrances(found, np.array([0, 1]), concern([5, 2], limit=250.0))
    assert losses.lose.tolist() == [0, 0]
    assert losses.farther.tolist() == [2, 5]
    assert losses.extra.tolist() == [120, 200]
    assert close_entrances(found, [np.array([0, 1])], concern([5, 2])).lose.tolist() == [7]


def test_nothing_to_close_and_nobody_to_lose() -> None:
    net = network(STREET)
    found = grown(net, [(0, 0)], [(150, 0)])
    assert len(close_edges(found, np.zeros(0, dtype=np.int64), concern([1])).lose) == 0
    assert close_edges(found, [np.zeros(0, dtype=np.int64)], concern([1])).lose.tolist() == [0]
    nowhere = forest(found.graph, np.zeros(0, dtype=np.int64), found.points, limit=5000.0)
    assert nowhere.cost.tolist() == [np.inf]
    assert close_edges(nowhere, np.arange(4), concern([1])).along.tolist() == [0, 0, 0, 0]


def test_points_placed_on_another_network_are_refused() -> None:
    found, other = (grown(network(STREET), [(0, 0)], [(150, 0)]) for _ in range(2))
    with pytest.raises(AnalysisError, match="another network"):
        forest(found.graph, np.array([0]), other.points, limit=100.0)
