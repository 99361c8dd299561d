"""Ways through what is closed, on a street drawn by hand.

    0 ------- 100 ~~ 120 ------- 180 ~~ 200 ------- 300     ~~ closed
                      \\~~~~~~~~~/                          134.2 m, closed too
"""

from __future__ import annotations

import numpy as np
import pytest

from spatial.closing import ClosedParts, without
from spatial.impedance import distance
from spatial.passages import gaps_of, passages, reached_by
from spatial.search_graph import search_graph
from spatial.snapping import Attachments
from tests.networks import network

STREET = [
    [(1, 0.0, 0.0), (2, 100.0, 0.0)],
    [(2, 100.0, 0.0), (3, 120.0, 0.0)],
    [(3, 120.0, 0.0), (7, 150.0, -60.0), (4, 180.0, 0.0)],
    [(3, 120.0, 0.0), (4, 180.0, 0.0)],
    [(4, 180.0, 0.0), (5, 200.0, 0.0)],
    [(5, 200.0, 0.0), (6, 300.0, 0.0)],
]


def tried(closed_edges: list[int], limit: float):
    net = network(STREET)
    lengths = net.edge_length_m[closed_edges]
    closed = ClosedParts(np.array(closed_edges, dtype=np.int64), np.zeros(len(lengths)), lengths)
    left, cost = without(net, closed), distance(net)
    door = Attachments(np.array([5], dtype=np.int32), np.array([100.0]), np.array([0.0]))
    homes = Attachments(np.array([0, 0, 3], dtype=np.int32), np.array([0.0, 60.0, 30.0]), np.array([5.0, 5.0, 0.0]))
    graph = search_graph(left.network, left.attachments(door), left.impedance(cost))
    gaps = gaps_of(net, left, cost)
    found = passages(graph, np.array([0]), gaps, limit=limit)
    return found, reached_by(graph, np.array([0]), gaps, found, left.attachments(homes), limit=limit)


def test_one_closed_piece_is_one_passage_that_both_sides_see() -> None:
    found, (point, number) = tried([4], 400.0)
    assert [passage.parts.tolist() for passage in found] == [[0]]
    assert point.tolist() == [0, 1, 2]
    assert set(number.tolist()) == {0}
    _, (point, _) = tried([4], 265.0)
    assert point.tolist() == [1, 2], "60 m along the first 245 m are left, and 305 m from its beginning"


def test_between_two_closed_pieces_of_a_passage_one_may_walk_on_open_ground() -> None:
    """From 100 the passage runs along the bend; with it open the straight street serves: 305 m, not 379."""
    found, (point, number) = tried([1, 2, 4], 310.0)
    through = {frozenset(passage.parts.tolist()): n for n, passage in enumerate(found)}
    assert frozenset({0, 1, 2}) in through
    whole = through[frozenset({0, 1, 2})]
    assert point[number == whole].tolist() == [0, 1, 2]


def test_from_farther_away_than_the_limit_nobody_comes() -> None:
    assert tried([4], 100.0)[0] == []
    assert tried([4], 120.0)[0] != []


def test_where_nothing_is_closed_there_is_no_passage() -> None:
    found, (point, number) = tried([], 400.0)
    assert found == []
    assert len(point) == len(number) == 0


def test_a_closed_piece_that_leads_nowhere_is_none() -> None:
    """The bend alone is closed, and the street beside it is shorter."""
    assert tried([2], 400.0)[0] == []


@pytest.mark.parametrize("limit", [245.0, 244.9])
def test_the_limit_itself_counts(limit: float) -> None:
    _, (point, _) = tried([4], limit)
    assert (1 in point.tolist()) == (limit == 245.0)
