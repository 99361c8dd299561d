"""Slopes along edges on surfaces whose heights are known everywhere (synthetic)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS, Transformer

from spatial.build import build_network
from spatial.elevation import LARGEST_HOLE_CELLS, Gradient, edge_gradient, fill_holes, pace_factors, tobler_pace
from spatial.network import WalkNetwork
from spatial.terrain import Grid
from spatial.traits import Trait, from_rows
from tests.networks import EVERYWHERE, METRIC, Vertex, areas, ways

NAN = math.nan


def grid(height, cells: int = 40, size_m: float = 10.0) -> Grid:
    """Cells of 10 m from (0, 400) downwards, each with the height of its centre."""
    centre = (np.arange(cells) + 0.5) * size_m
    x, y = np.meshgrid(centre, cells * size_m - centre)
    return Grid(np.broadcast_to(height(x, y), x.shape).astype(float).copy(), Affine(size_m, 0, 0, 0, -size_m, cells * size_m), METRIC)


def net(lines: list[list[Vertex]], rows: list[tuple[int, float, float]] | None = None) -> WalkNetwork:
    return build_network(ways(lines, traits=from_rows(rows) if rows else None), areas(), EVERYWHERE)


def mean_slope(network: WalkNetwork, gradient: Gradient) -> np.ndarray:
    return np.add.reduceat(gradient.slope * gradient.length_m, gradient.offset[:-1]) / network.edge_length_m


def test_on_a_plane_every_piece_has_the_slope_of_the_plane():
    network = net([[(1, 20.0, 200.0), (2, 220.0, 200.0)], [(1, 20.0, 200.0), (3, 20.0, 300.0)], [(3, 20.0, 300.0), (2, 220.0, 200.0)]])
    gradient = edge_gradient(network, grid(lambda x, y: 0.1 * x - 0.05 * y))
    by_way = dict(zip(network.edge_way_id.tolist(), mean_slope(network, gradient).tolist(), strict=True))
    assert by_way[1] == pytest.approx(0.1)
    assert by_way[2] == pytest.approx(-0.05)
    assert by_way[3] == pytest.approx((0.1 * 200 + 0.05 * 100) / math.hypot(200, 100))
    assert np.diff(gradient.offset).tolist() == [math.ceil(length / 5) for length in network.edge_length_m]
    assert not gradient.unknown.any()
    assert not gradient.interpolated.any()


def test_up_and_down_a_hill_costs_although_its_ends_are_level():
    """A ridge along x = 205: 10 % up, then 10 % down."""
    network = net([[(1, 105.0, 200.0), (2, 305.0, 200.0)]])
    gradient = edge_gradient(network, grid(lambda x, y: -0.1 * np.abs(x - 205)))
    assert mean_slope(network, gradient) == pytest.approx([0.0])
    forward, backward = pace_factors(gradient)
    assert forward == pytest.approx([(math.exp(0.35) + 1.0) / 2])
    assert backward == pytest.approx(forward)


def test_a_grid_in_degrees_is_sampled_at_the_same_places():
    to_degrees = Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    west, south = to_degrees.transform(458_000.0, 3_110_000.0)
    step = 0.001
    east_of = west + (np.arange(30) + 0.5) * step
    values = np.tile(1000 * (east_of - west) / step * 0.01, (30, 1))  # 10 m higher every cell to the east
    degrees = Grid(values, Affine(step, 0, west, 0, -step, south + 30 * step), CRS.from_epsg(4326))
    (x1, x2), (y1, y2) = Transformer.from_crs("EPSG:4326", METRIC, always_xy=True).transform(
        [west + 5 * step, west + 15 * step], [south + 10 * step, south + 10 * step]
    )
    network = net([[(1, x1, y1), (2, x2, y2)]])
    rise_m = mean_slope(network, edge_gradient(network, degrees)) * network.edge_length_m
    assert rise_m == pytest.approx([100.0], rel=1e-3)


def test_a_bridge_does_not_go_down_into_the_valley():
    """A valley 50 m deep between x = 100 and x = 300. The bridge has a node in its middle, where a stair could begin."""
    valley = grid(lambda x, y: np.where((x > 100) & (x < 300), -50.0, 0.02 * x))
    lines = [[(1, 15.0, 200.0), (2, 65.0, 200.0)], [(2, 65.0, 200.0), (3, 185.0, 200.0)], [(3, 185.0, 200.0), (4, 345.0, 200.0)], [(4, 345.0, 200.0), (5, 395.0, 200.0)]]
    bridge = int(Trait.BRIDGE)
    gradient = edge_gradient(net(lines, [(0, NAN, NAN), (bridge, NAN, NAN), (bridge, NAN, NAN), (0, NAN, NAN)]), valley)
    assert gradient.slope[gradient.offset[1] : gradient.offset[3]] == pytest.approx([0.02, 0.02])
    on_ground = edge_gradient(net(lines), valley)
    assert np.abs(on_ground.slope).max() > 1


def test_a_bridge_with_no_end_on_the_ground_takes_the_ground_beneath():
    network = net([[(1, 105.0, 200.0), (2, 205.0, 200.0)]], [(int(Trait.TUNNEL), NAN, NAN)])
    assert edge_gradient(network, grid(lambda x, y: 0.1 * x)).slope == pytest.approx([0.1])


def test_a_tagged_incline_stands_in_place_of_the_model():
    network = net([[(1, 105.0, 200.0), (2, 205.0, 200.0)]], [(0, -0.06, NAN)])
    assert np.unique(edge_gradient(network, grid(lambda x, y: 0.3 * x)).slope) == pytest.approx([-0.06])


def test_holes_are_filled_exactly_on_a_plane_and_told():
    surface = grid(lambda x, y: 0.1 * x + 0.2 * y)
    pierced = Grid(surface.values.copy(), surface.transform, surface.crs)
    pierced.values[18:22, 10:14] = np.nan
    before = pierced.values.copy()
    filled, where = fill_holes(pierced)
    assert filled.values == pytest.approx(surface.values)
    assert int(where.sum()) == 16
    np.testing.assert_array_equal(pierced.values, before)
    network = net([[(1, 55.0, 200.0), (2, 205.0, 200.0)], [(3, 55.0, 55.0), (4, 205.0, 55.0)]])
    gradient = edge_gradient(network, pierced)
    assert gradient.slope == pytest.approx(0.1)
    assert gradient.interpolated.tolist() == [True, False]
    assert not gradient.unknown.any()


def test_large_holes_and_what_lies_beyond_the_grid_are_unknown_and_level():
    surface = grid(lambda x, y: 0.1 * x)
    surface.values[:35, :35] = np.nan
    assert LARGEST_HOLE_CELLS < 35 * 35
    network = net([[(1, 55.0, 200.0), (2, 205.0, 200.0)], [(3, 205.0, 20.0), (4, 305.0, 20.0)], [(5, 380.0, 20.0), (6, 480.0, 20.0)]])
    gradient = edge_gradient(network, surface)
    assert gradient.unknown.tolist() == [True, False, True]
    assert not gradient.interpolated.any()
    assert mean_slope(network, gradient) == pytest.approx([0.0, 0.1, 0.0])


def test_all_unknown_stays_unknown():
    network = net([[(1, 55.0, 200.0), (2, 205.0, 200.0)]])
    gradient = edge_gradient(network, grid(lambda x, y: np.full_like(x, np.nan)))
    assert gradient.unknown.all()
    assert pace_factors(gradient)[0] == pytest.approx([1.0])


def test_toblers_paces():
    """6 km/h at 5 % downhill, 6 exp(-0.175) = 5.04 km/h on the level, 6 exp(-0.525) = 3.55 km/h up 10 %."""
    kmh = 6 * math.exp(-0.175) / tobler_pace(np.array([-0.05, 0.0, 0.1]))
    assert kmh == pytest.approx([6.0, 5.0367, 3.5494], abs=1e-4)
