"""Points placed once and asked for several times."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial.errors import AnalysisError
from spatial.search import distance_to_nodes, nearest_entrance, place_points, search_graph, within
from spatial.snapping import attach, edge_index
from tests.networks import network

STREET = [[(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (3, 1000.0, 0.0)]]


def _on_street(*x: float):
    net = network(STREET)
    return net, attach(edge_index(net), shapely.points(np.array([(v, 10.0) for v in x])), limit_m=50.0)


def test_placed_points_keep_their_order_for_every_search() -> None:
    """Homes at 900, 5,000 (out of reach) and 100; entrances at 300 and 700, each 10 m off the street; node 3 at 1,000."""
    net, home = _on_street(900, 5000, 100)
    _, gate = _on_street(300, 700)
    graph = search_graph(net, gate)
    placed = place_points(graph, home)
    for chosen, cost, entrance in (([0, 1], [220, np.inf, 220], [1, -1, 0]), ([0], [620, np.inf, 220], [0, -1, 0])):
        found = nearest_entrance(graph, np.array(chosen), placed, limit=1000.0)
        assert found.cost.tolist() == cost
        assert found.entrance.tolist() == entrance
    pairs = within(graph, np.array([0, 1]), placed, limit=300.0)
    assert list(zip(pairs.point, pairs.entrance, pairs.cost, strict=True)) == [(0, 1, 220.0), (2, 0, 220.0)]
    end = np.flatnonzero(net.node_id == 3)
    assert distance_to_nodes(graph, end, placed, limit=2000.0).tolist() == [110.0, np.inf, 910.0]


def test_points_placed_on_another_network_are_refused() -> None:
    net, home = _on_street(100)
    placed = place_points(search_graph(net, home), home)
    other = search_graph(net, home)
    with pytest.raises(AnalysisError, match="another network"):
        nearest_entrance(other, np.array([0]), placed, limit=100.0)
