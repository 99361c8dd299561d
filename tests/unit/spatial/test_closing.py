"""What a footprint closes of hand-drawn streets, told by lengths that can be derived on paper (synthetic)."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from spatial.build import build_network
from spatial.closing import ClosedParts, Manner, closed_parts, together, without
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, search_graph
from spatial.snapping import attach, edge_index
from spatial.traits import Trait, from_rows
from tests.networks import EVERYWHERE, areas, network, ways

FIRST, SECOND = [(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (3, 1000.0, 0.0)]
AROUND = [(1, 0.0, 0.0), (4, 0.0, 300.0), (5, 1000.0, 300.0), (3, 1000.0, 0.0)]
GROUND = Manner()


def footprint(*shapes: Polygon) -> np.ndarray:
    return np.array(shapes, dtype=object)


def parts(closed: ClosedParts) -> list[tuple[int, float, float]]:
    return list(zip(closed.edge.tolist(), closed.from_m.tolist(), closed.to_m.tolist(), strict=True))


def with_traits(*traits: Trait) -> WalkNetwork:
    """One street of 100 m after the other along y = 0, each with its traits."""
    lines = [[(n, 100.0 * n, 0.0), (n + 1, 100.0 * (n + 1), 0.0)] for n in range(len(traits))]
    said = from_rows((int(trait), np.nan, np.nan) for trait in traits)
    return build_network(ways(lines, traits=said), areas(), EVERYWHERE)


def test_an_edge_closes_where_it_lies_inside_and_its_ends_stay_open() -> None:
    net = network([FIRST, SECOND])
    closed = closed_parts(net, footprint(box(100, -10, 250, 10)), GROUND)
    assert parts(closed) == [(0, 100.0, 250.0)]
    left = without(net, closed)
    assert left.part_of.tolist() == [0, 0]
    assert left.from_m.tolist() == [0.0, 250.0]
    assert left.to_m.tolist() == [100.0, 500.0]
    assert [line.wkt for line in left.network.edge_line[2:]] == ["LINESTRING (0 0, 100 0)", "LINESTRING (250 0, 500 0)"]
    assert left.network.edge_id[2:].tolist() == ["1:0~1", "1:0~2"]
    assert left.network.edge_forward.tolist() == [False, True, True, True]
    assert left.network.node_xy[3:].tolist() == [[250.0, 0.0], [100.0, 0.0]]
    assert len(set(left.network.node_id.tolist())) == 5
    assert left.network.node_component[left.network.edge_start].tolist()[1:] == [0, 1, 0]


def test_what_is_closed_and_what_is_open_add_up_to_the_network() -> None:
    net = network([FIRST, SECOND, AROUND])
    shapes = footprint(box(-5, 100, 5, 200), box(90, -10, 260, 10), box(250, -10, 400, 310), box(990, -1, 1001, 400))
    closed = closed_parts(net, shapes, GROUND)
    union = shapely.union_all(shapes)
    inside_m = shapely.length(shapely.intersection(net.edge_line, union)).sum()
    assert closed.length_m == pytest.approx(inside_m)
    left = without(net, closed).network
    open_m = left.edge_length_m[left.edge_forward | left.edge_backward].sum()
    assert open_m + closed.length_m == pytest.approx(net.edge_length_m.sum())
    assert shapely.length(left.edge_line) == pytest.approx(left.edge_length_m)


def test_overlapping_polygons_close_a_street_once() -> None:
    closed = closed_parts(network([FIRST, SECOND]), footprint(box(100, -10, 250, 10), box(200, -10, 300, 10)), GROUND)
    assert parts(closed) == [(0, 100.0, 300.0)]


def test_touching_in_a_point_closes_nothing_and_running_along_the_outline_closes() -> None:
    net = network([FIRST, SECOND])
    corner = Polygon([(100, 0), (120, 20), (80, 20)])
    assert parts(closed_parts(net, footprint(corner), GROUND)) == []
    assert parts(closed_parts(net, footprint(box(100, 0, 200, 50)), GROUND)) == [(0, 100.0, 200.0)]


def test_a_hole_in_the_footprint_is_open() -> None:
    ring = box(100, -50, 400, 50).difference(box(200, -20, 300, 20))
    closed = closed_parts(network([FIRST, SECOND]), footprint(ring), GROUND)
    assert parts(closed) == [(0, 100.0, 200.0), (0, 300.0, 400.0)]


def test_a_bent_edge_that_comes_back_closes_twice() -> None:
    net = network([[(1, 0.0, 0.0), (2, 100.0, 0.0), (3, 100.0, 50.0), (4, 0.0, 50.0)]])
    assert len(net.edge_id) == 1
    closed = closed_parts(net, footprint(box(40, -10, 60, 100)), GROUND)
    assert parts(closed) == [(0, 40.0, 60.0), (0, 190.0, 210.0)]


def test_an_edge_that_crosses_itself_is_told_by_the_way_along_it() -> None:
    loop = [(1, 0.0, 0.0), (2, 100.0, 0.0), (3, 100.0, 100.0), (4, 50.0, 100.0), (5, 50.0, -100.0)]
    closed = closed_parts(network([loop]), footprint(box(45, -5, 55, 5)), GROUND)
    assert parts(closed) == [(0, 45.0, 55.0), (0, 345.0, 355.0)]


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        (Manner("open", "whole", "part"), [(0, 0.0, 100.0), (2, 0.0, 100.0), (3, 0.0, 50.0)]),
        (Manner("whole", "open", "part"), [(0, 0.0, 100.0), (1, 0.0, 100.0), (3, 0.0, 50.0)]),
        (Manner("open", "open", "whole"), [(0, 0.0, 100.0), (3, 0.0, 100.0)]),
        (Manner(), [(0, 0.0, 100.0), (1, 0.0, 100.0), (2, 0.0, 100.0), (3, 0.0, 50.0)]),
    ],
)
def test_bridges_tunnels_and_fords_close_in_their_own_manner(manner: Manner, expected: list) -> None:
    net = with_traits(Trait(0), Trait.BRIDGE, Trait.TUNNEL, Trait.FORD, Trait(0))
    assert parts(closed_parts(net, footprint(box(-1, -10, 350, 10)), manner)) == expected


def test_a_tunnel_that_is_partly_inside_closes_as_a_whole_and_one_that_is_only_touched_stays() -> None:
    net = with_traits(Trait.TUNNEL, Trait(0), Trait.TUNNEL)
    assert parts(closed_parts(net, footprint(box(20, -10, 21, 10)), Manner("open", "whole", "part"))) == [
        (0, 0.0, 100.0)
    ]
    assert parts(closed_parts(net, footprint(box(-50, -10, 0, 10)), Manner("open", "whole", "part"))) == []


@pytest.mark.parametrize("trait", [Trait.BRIDGE, Trait.TUNNEL, Trait.FORD])
def test_what_was_mapped_as_several_edges_or_ways_is_shut_from_end_to_end(trait: Trait) -> None:
    # A side street meets the way 1 that is drawn at once, so that it has two edges; way 2 goes on in the same trait.
    lines = [[(0, 0.0, 0.0), (1, 100.0, 0.0), (2, 200.0, 0.0)], [(2, 200.0, 0.0), (3, 300.0, 0.0)],
             [(3, 300.0, 0.0), (4, 400.0, 0.0)], [(4, 400.0, 0.0), (5, 500.0, 0.0)], [(1, 100.0, 0.0), (6, 100.0, 90.0)]]  # fmt: skip
    said = from_rows((int(t), np.nan, np.nan) for t in (trait, trait, Trait(0), trait, Trait(0)))
    net = build_network(ways(lines, traits=said), areas(), EVERYWHERE)
    name = str(trait.name).lower()
    smaller, larger = footprint(box(20, -10, 30, 10)), footprint(box(20, -10, 30, 10), box(450, -10, 460, 10))
    whole, part = ([closed_parts(net, f, Manner(**{name: how})) for f in (smaller, larger)] for how in ("whole", "part"))
    assert [net.edge_id[c.edge].tolist() for c in whole] == [["1:0", "1:1", "2:0"], ["1:0", "1:1", "2:0", "4:0"]]
    assert [c.length_m for c in whole] == [300.0, 400.0]
    assert [c.length_m for c in part] == [10.0, 20.0]


def test_of_two_traits_the_one_that_closes_most_decides() -> None:
    net = with_traits(Trait.BRIDGE | Trait.TUNNEL)
    assert parts(closed_parts(net, footprint(box(20, -10, 30, 10)), Manner("open", "whole", "part"))) == [
        (0, 0.0, 100.0)
    ]


def test_a_bridge_leads_across_the_water_and_the_street_does_not() -> None:
    water = footprint(box(100, -10, 200, 10))
    for trait, far_m in ((Trait.BRIDGE, 300.0), (Trait(0), np.inf)):
        net = with_traits(Trait(0), trait, Trait(0))
        left = without(net, closed_parts(net, water, Manner("open", "whole", "whole")))
        index = edge_index(net)
        home, gate = (attach(index, np.array([Point(x, 0)]), limit_m=50) for x in (0.0, 300.0))
        found = nearest_entrance(
            search_graph(left.network, left.attachments(gate)), np.array([0]), left.attachments(home), limit=5000.0
        )
        assert found.cost.tolist() == [far_m]


def test_points_move_with_their_part_and_those_at_what_is_closed_are_out_of_reach() -> None:
    net = network([FIRST, SECOND])
    left = without(net, closed_parts(net, footprint(box(100, -10, 250, 10), box(300, -10, 350, 10)), GROUND))
    x = [0.0, 99.0, 100.0, 170.0, 250.0, 251.0, 275.0, 325.0, 499.0, 700.0]
    at = attach(edge_index(net), shapely.points(np.column_stack([x, np.full(len(x), 3.0)])), limit_m=50)
    moved = left.attachments(at)
    assert moved.edge.tolist() == [2, 2, -1, -1, -1, 3, 3, -1, 4, 1]
    assert moved.along_m[[0, 1, 5, 6]].tolist() == [0.0, 99.0, 1.0, 25.0]
    assert np.isnan(moved.off_network_m[moved.edge < 0]).all()
    assert (moved.off_network_m[moved.edge >= 0] == 3.0).all()


def test_a_point_out_of_reach_stays_so() -> None:
    net = network([FIRST, SECOND])
    left = without(net, closed_parts(net, footprint(box(600, -10, 700, 10)), GROUND))
    far = attach(edge_index(net), np.array([Point(0, 900)]), limit_m=50)
    assert left.attachments(far).edge.tolist() == [-1]


def test_where_nothing_closes_everything_is_the_very_same() -> None:
    net = network([FIRST, SECOND, AROUND])
    cost = distance(net)
    at = attach(edge_index(net), np.array([Point(10, 5)]), limit_m=50)
    for shapes in (footprint(), footprint(box(100, 100, 200, 200))):
        left = without(net, closed_parts(net, shapes, GROUND))
        assert left.network is net
        assert left.impedance(cost) is cost
        assert left.attachments(at) is at


def test_where_everything_closes_nobody_walks_anywhere() -> None:
    net = network([FIRST, SECOND, AROUND])
    closed = closed_parts(net, footprint(box(-1e4, -1e4, 1e4, 1e4)), GROUND)
    assert closed.length_m == pytest.approx(net.edge_length_m.sum())
    left = without(net, closed)
    assert not (left.network.edge_forward | left.network.edge_backward).any()
    at = attach(edge_index(net), np.array([Point(10, 5)]), limit_m=50)
    assert left.attachments(at).edge.tolist() == [-1]


def test_costs_are_shared_out_evenly_along_what_was_cut() -> None:
    net = network([FIRST, SECOND])
    whole = Impedance("s", np.array([1000.0, 700.0]), np.array([500.0, np.inf]), 1.0)
    left = without(net, closed_parts(net, footprint(box(100, -10, 250, 10)), GROUND))
    cost = left.impedance(whole)
    assert cost.forward.tolist() == [np.inf, 700.0, 200.0, 500.0]
    assert cost.backward.tolist() == [np.inf, np.inf, 100.0, 250.0]


def test_an_edge_that_runs_one_way_keeps_its_direction() -> None:
    net = network([FIRST, SECOND], oneway=[1])
    left = without(net, closed_parts(net, footprint(box(100, -10, 250, 10)), GROUND))
    assert left.network.edge_forward[2:].all()
    assert left.network.edge_backward.tolist() == [False, True, False, False]


def test_several_hazards_close_together_what_each_of_them_closes() -> None:
    one = ClosedParts(np.array([0, 2]), np.array([10.0, 0.0]), np.array([20.0, 5.0]))
    other = ClosedParts(np.array([0, 0, 1]), np.array([15.0, 40.0, 3.0]), np.array([30.0, 50.0, 4.0]))
    assert parts(together([one, other])) == [(0, 10.0, 30.0), (0, 40.0, 50.0), (1, 3.0, 4.0), (2, 0.0, 5.0)]
    assert parts(together([])) == []
    assert parts(together([one])) == parts(one)


def test_nothing_that_was_given_is_written_into() -> None:
    net = network([FIRST, SECOND])
    before = [np.copy(net.edge_forward), np.copy(net.node_xy), np.copy(net.edge_length_m)]
    at = attach(edge_index(net), np.array([Point(170, 5)]), limit_m=50)
    without(net, closed_parts(net, footprint(box(100, -10, 250, 10)), GROUND)).attachments(at)
    assert [a.tolist() for a in (net.edge_forward, net.node_xy, net.edge_length_m)] == [b.tolist() for b in before]
    assert at.edge.tolist() == [0]
