"""Attaching points to edges."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import STRtree, box

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


RIVER = shapely.LineString([(-100.0, 20.0), (1100.0, 20.0)])
FAR_BANK = [(5, 0.0, 90.0), (6, 1000.0, 90.0)]
FAR_FROM = [(1, 0.0, 0.0), (7, 0.0, -50.0), (6, 1000.0, 90.0)]


def _beside_the_river(*points: tuple[float, float], barriers=(RIVER,)):
    """Street at 0, river at 20, street at 90 on the other bank, joined far off."""
    index = edge_index(network([STREET, FAR_BANK, FAR_FROM]))
    at = attach(index, shapely.points(np.array(points)), limit_m=100.0, barriers=STRtree(list(barriers)))
    return [str(index.network.edge_id[e]) if e >= 0 else None for e in at.edge], at


def test_no_leg_crosses_a_river() -> None:
    """30 m from the near street but across the river: the other bank's, 60 m away, it is."""
    edges, at = _beside_the_river((200.0, 30.0), (200.0, 10.0))
    assert edges == ["2:0", "1:0"]
    assert at.off_network_m.tolist() == [60.0, 10.0]


def test_where_every_leg_is_hindered_the_point_is_out_of_reach() -> None:
    edges, at = _beside_the_river((200.0, 30.0), barriers=(RIVER, shapely.LineString([(-100, 60), (1100, 60)])))
    assert edges == [None]
    assert np.isnan(at.off_network_m[0])
    assert np.isnan(at.along_m[0])


def test_whoever_lives_inside_a_barrier_leaves_it() -> None:
    """A houseboat at 30 in a river from 20 to 40 goes ashore; a second river hinders it as it does others."""
    water = box(-100, 20, 1100, 40)
    assert _beside_the_river((200.0, 30.0), barriers=(water,))[0] == ["1:0"]
    assert _beside_the_river((200.0, 30.0), barriers=(water, shapely.LineString([(-100, 10), (1100, 10)])))[0] == [
        "2:0"
    ]


def test_a_leg_may_end_where_the_way_meets_the_barrier() -> None:
    """A quay drawn along the very line of the river is stepped onto from its own side."""
    quay = shapely.LineString([(-100.0, 0.0), (1100.0, 0.0)])
    assert _beside_the_river((200.0, 10.0), barriers=(quay,))[0] == ["1:0"]


def test_no_barriers_are_no_hindrance() -> None:
    assert _beside_the_river((200.0, 30.0), barriers=())[0] == ["1:0"]


def test_only_usable_edges() -> None:
    net = network([STREET, FAR_BANK, FAR_FROM])
    index = edge_index(net, np.array([e != "1:0" for e in net.edge_id]))
    at = attach(index, shapely.points([(900.0, 1.0)]), limit_m=100.0)
    assert net.edge_id[at.edge].tolist() != ["1:0"]


def test_a_network_without_edges_is_out_of_reach() -> None:
    net = network([STREET])
    index = edge_index(net, np.array([False]))
    assert attach(index, shapely.points([(900.0, 1.0)]), limit_m=100.0).edge.tolist() == [-1]
