"""Attaching points to edges."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial.snapping import attach, beside_island, edge_index
from tests.networks import network

STREET = [(1, 0.0, 0.0), (2, 1000.0, 0.0)]
ISLAND = [(3, 400.0, 30.0), (4, 600.0, 30.0)]
"""A mapping slip: a footpath joined to nothing, 30 m north of the street."""


def _attach(points: list[tuple[float, float]], limit_m: float = 100.0):
    index = edge_index(network([STREET, ISLAND]))
    return index.network, attach(index, shapely.points(np.array(points)), limit_m=limit_m)


def test_to_the_interior_of_an_edge_and_not_to_its_ends() -> None:
    net, at = _attach([(250.0, -40.0)])
    assert net.edge_id[at.edge].tolist() == ["1:0"]
    assert at.along_m.tolist() == [250.0]
    assert at.off_network_m.tolist() == [40.0]


def test_the_limit_is_inclusive_and_beyond_it_is_out_of_reach() -> None:
    _, at = _attach([(250.0, -100.0), (250.0, -100.001)])
    assert at.edge.tolist() == [0, -1]
    assert np.isnan(at.off_network_m[1])


def test_an_island_only_where_the_main_network_is_beyond_the_limit() -> None:
    net, at = _attach([(500.0, 29.0), (500.0, 115.0)])
    assert net.edge_id[at.edge].tolist() == ["1:0", "2:0"]
    assert at.off_network_m == pytest.approx([29.0, 85.0])


def test_no_points_and_points_on_the_edge() -> None:
    _, none = _attach([(0.0, 5.0)])
    assert none.take(np.zeros(0, dtype=np.int64)).edge.tolist() == []
    _, on = _attach([(1000.0, 0.0)])
    assert (on.along_m.tolist(), on.off_network_m.tolist()) == ([1000.0], [0.0])


def test_who_lives_nearest_to_an_island() -> None:
    """Attached to the street though the slip is nearer; attached to the slip itself; nearest to the street."""
    index = edge_index(network([STREET, ISLAND]))
    points = shapely.points(np.array([(500.0, 29.0), (500.0, 115.0), (500.0, 10.0), (900.0, 20.0)]))
    assert beside_island(index, points, attach(index, points, limit_m=100.0)).tolist() == [True, True, False, False]
