"""The walk network, on drawings whose every length can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import box

from spatial.build import build_network
from tests.networks import areas, network, ways


def test_ways_meet_only_at_shared_nodes() -> None:
    """A cross of two ways that share node 5; a third crosses both without a node: a bridge."""
    net = network([
        [(1, 0, 0), (5, 50, 0), (2, 100, 0)],
        [(3, 50, -50), (5, 50, 0), (4, 50, 50)],
        [(6, 20, -50), (7, 20, 50)],
    ])
    assert len(net.edge_id) == 5
    assert sorted(net.edge_length_m) == [50, 50, 50, 50, 100]
    assert set(net.edge_id) == {"1:0", "1:1", "2:0", "2:1", "3:0"}
    assert net.node_component[list(net.node_id).index(6)] == 1, "the bridge is not joined to what it crosses"


def test_geometry_between_nodes_is_kept() -> None:
    net = network([[(1, 0, 0), (2, 3, 4), (3, 3, 10)]])
    assert net.edge_length_m.tolist() == [11.0]
    assert list(net.edge_line[0].coords) == [(0, 0), (3, 4), (3, 10)]


def test_a_way_that_passes_a_node_twice_is_cut_there() -> None:
    net = network([[(1, 0, 0), (2, 10, 0), (3, 10, 10), (4, 0, 10), (2, 10, 0), (5, 20, 0)]])
    assert len(net.edge_id) == 3
    assert net.edge_length_m.sum() == pytest.approx(10 + 10 + 10 + 10 * 2**0.5 + 10)


def test_length_is_conserved_and_zero_length_left_out() -> None:
    net = network([[(1, 0, 0), (2, 0, 0)], [(2, 0, 0), (3, 0, 7), (4, 5, 7)]])
    assert net.edge_length_m.sum() == pytest.approx(12)
    assert net.node_id.tolist() == [1, 4], "nodes 1 and 2 lie at one place"


def test_components_are_numbered_by_length() -> None:
    net = network([[(1, 0, 0), (2, 10, 0)], [(3, 0, 50), (4, 300, 50)], [(5, 0, 90), (6, 40, 90)]])
    component = dict(zip(net.node_id.tolist(), net.node_component.tolist(), strict=True))
    assert component == {3: 0, 4: 0, 5: 1, 6: 1, 1: 2, 2: 2}


def test_nodes_beyond_the_data() -> None:
    """Cut at node 3; node 9 lies outside the coverage, and from node 2 a way leads out of it."""
    given = ways([[(1, 0, 0), (2, 10, 0), (3, 20, 0)], [(2, 10, 0), (9, 10, 500)]], cut=[3])
    net = build_network(given, areas(), box(-100, -100, 100, 100))
    assert net.node_id[net.node_beyond].tolist() == [2, 3, 9]


def test_squares_are_crossed_in_a_straight_line() -> None:
    """A square of 100 m with a street at opposite corners: 141.4 m across instead of 200 m around."""
    square = areas([[(1, 0, 0), (2, 100, 0), (3, 100, 100), (4, 0, 100)]])
    net = network([[(10, -50, 0), (1, 0, 0)], [(3, 100, 100), (11, 150, 100)]], squares=square)
    square = [m for m, h in zip(net.edge_length_m, net.edge_highway, strict=True) if h == "square"]
    assert sorted(square) == pytest.approx([100 * 2**0.5, 200, 200]), "across, and around on both sides"


def test_a_square_with_a_corner_in_the_way_is_walked_around_that_corner() -> None:
    """An L of 100 m arms, 40 m wide: from tip to tip via the inner corner (40, 40)."""
    ring = [(1, 0, 0), (2, 100, 0), (3, 100, 40), (4, 40, 40), (5, 40, 100), (6, 0, 100)]
    net = network([[(10, 100, -9), (2, 100, 0)], [(11, -9, 100), (6, 0, 100)]], squares=areas([ring]))
    pairs = {frozenset((int(net.node_id[a]), int(net.node_id[b]))) for a, b in zip(net.edge_start, net.edge_end, strict=True)}
    assert frozenset((2, 6)) not in pairs, "the straight line leaves the square"
    assert {frozenset((2, 4)), frozenset((4, 6))} <= pairs


def test_a_way_that_ends_inside_a_square_is_joined_to_it() -> None:
    square = areas([[(1, 0, 0), (2, 100, 0), (3, 100, 100), (4, 0, 100)]])
    net = network([[(10, -50, 0), (1, 0, 0)], [(20, 60, 80), (21, 60, 90)]], squares=square)
    assert (net.node_component == 0).all()


def test_squares_that_share_a_corner_are_joined() -> None:
    left = [(1, 0, 0), (2, 100, 0), (3, 100, 100), (4, 0, 100)]
    right = [(3, 100, 100), (5, 200, 100), (6, 200, 200), (7, 100, 200)]
    net = network([[(10, -50, 0), (1, 0, 0)], [(6, 200, 200), (11, 250, 200)]], squares=areas([left, right]))
    assert (net.node_component == 0).all()
    assert any(m == pytest.approx(100 * 2**0.5) for m in net.edge_length_m)


def test_no_ways_at_all() -> None:
    net = network([])
    assert len(net.edge_id) == len(net.node_id) == 0
    assert net.edge_line.dtype == np.object_


def test_a_square_with_many_entries_grows_with_them_and_not_with_their_square() -> None:
    """Round squares of 100 and 400 entries: about 40 lines an entry, and still a near-straight way across."""
    made = {}
    for count in (100, 400):
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        ring = [(i + 1, 500 * float(np.cos(a)), 500 * float(np.sin(a))) for i, a in enumerate(angle)]
        streets = [[v, (v[0] + 10_000, 1.1 * v[1], 1.1 * v[2])] for v in ring]
        made[count] = network(streets, squares=areas([ring]))
    lines = {count: int((net.edge_highway == "square").sum()) for count, net in made.items()}
    assert lines[400] < 5 * lines[100]
    assert lines[400] < 400 * 45
    assert (made[400].node_component == 0).all()


def test_a_junction_drawn_twice_at_one_place_is_one() -> None:
    """Nodes 2 and 3 lie at one place, joined by a way of no length: doubling a junction changes nothing."""
    net = network([[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 100, 0)], [(3, 100, 0), (4, 180, 0)]])
    assert sorted(net.edge_length_m) == [80, 100]
    assert (net.node_component == 0).all()
    assert net.node_id.tolist() == [1, 2, 4]


def test_both_ends_of_a_way_that_leaves_the_data_and_comes_back_are_where_they_end() -> None:
    given = ways([[(1, 0, 0), (2, 0, 90), (3, 40, 90), (4, 40, 0)], [(4, 40, 0), (5, 60, 0)]])
    net = build_network(given, areas(), box(-50, -50, 100, 50))
    assert net.node_id[net.node_beyond].tolist() == [1, 4]
