"""The grid against shapely's tree and distances: the same edge, ties included, and the same distance."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import STRtree

from spatial.snapping import attach, edge_index
from tests.networks import network
from tests.search_by_networkx import random_lines


def by_shapely(net, points, limit_m: float, barriers=()):
    """Edge and distance of each point: the nearest free one of the main network, else of an island, by trying all."""
    found = []
    for point in points:
        off_m = shapely.distance(net.edge_line, point)
        hinders = [b for b in barriers if not b.intersects(point)]
        ranked = sorted(np.flatnonzero(off_m <= limit_m), key=lambda e: (net.edge_component[e] > 0, off_m[e], e))
        free = (e for e in ranked if not any(_leg(net.edge_line[e], point).intersects(b) for b in hinders))
        edge = next(free, -1)
        found.append((edge, off_m[edge] if edge >= 0 else np.nan))
    return found


def _leg(line, point):
    """From the point to a centimetre before the line."""
    whole = shapely.shortest_line(point, line)
    return shapely.LineString([point, shapely.line_interpolate_point(whole, max(whole.length - 0.01, 0.0))])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), limit_m=st.sampled_from([5.0, 60.0, 400.0]))
def test_the_same_edges_and_distances_as_shapely(seed: int, limit_m: float) -> None:
    """Points anywhere, on the very nodes, and midway between two of them, where edges are equally near."""
    lines, _ = random_lines(seed)
    net = network(lines)
    rng = np.random.default_rng(seed)
    nodes = net.node_xy[rng.integers(len(net.node_id), size=(10, 2))]
    xy = np.concatenate([rng.uniform(-200, 700, size=(30, 2)), nodes[:, 0], nodes.mean(axis=1)])
    points = shapely.points(xy)
    found = attach(edge_index(net), points, limit_m=limit_m)
    truth = by_shapely(net, points, limit_m)
    assert found.edge.tolist() == [edge for edge, _ in truth]
    np.testing.assert_allclose(found.off_network_m, [off_m for _, off_m in truth], rtol=1e-9, atol=1e-12)
    on = found.edge >= 0
    along_m = shapely.line_locate_point(net.edge_line[found.edge[on]], points[on])
    np.testing.assert_allclose(found.along_m[on], along_m, rtol=0, atol=1e-6)
    assert (found.along_m[on] <= net.edge_length_m[found.edge[on]]).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_around_barriers_as_by_trying_all(seed: int) -> None:
    lines, _ = random_lines(seed)
    net = network(lines)
    rng = np.random.default_rng(seed)
    rivers = [shapely.LineString(rng.uniform(0, 500, size=(3, 2))) for _ in range(4)]
    lakes = [shapely.Point(p).buffer(60) for p in rng.uniform(0, 500, size=(3, 2))]
    points = shapely.points(rng.uniform(-50, 550, size=(25, 2)))
    found = attach(edge_index(net), points, limit_m=120.0, barriers=STRtree([*rivers, *lakes]))
    truth = by_shapely(net, points, 120.0, [*rivers, *lakes])
    assert found.edge.tolist() == [edge for edge, _ in truth]
    np.testing.assert_allclose(found.off_network_m, [off_m for _, off_m in truth], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("spread_m", [1.0, 1e6])
def test_one_long_street_and_points_far_from_it(spread_m: float) -> None:
    net = network([[(1, 0.0, 0.0), (2, spread_m, spread_m / 3)]])
    points = shapely.points(np.array([(0.5, -80.0), (-1e7, 0.0), (spread_m, spread_m / 3)]))
    found = attach(edge_index(net), points, limit_m=100.0)
    assert found.edge.tolist() == [0, -1, 0]
    assert found.off_network_m[0] == pytest.approx(shapely.distance(net.edge_line[0], points[0]), rel=1e-9)
