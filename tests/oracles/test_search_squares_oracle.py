"""Ways across squares against every line of sight between all their corners."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon

from tests.networks import areas, as_networkx, network


def by_sight(corners: np.ndarray, inside: Polygon) -> nx.Graph:
    """All corners joined wherever one sees the other: no shortest way inside is missed."""
    graph = nx.Graph()
    shapely.prepare(inside)
    for a, b in combinations(range(len(corners)), 2):
        line = LineString([corners[a], corners[b]])
        if shapely.covers(inside, line):
            graph.add_edge(a, b, length_m=line.length)
    for a in range(len(corners)):  # along the outline, which rounding may hold to be outside
        b = (a + 1) % len(corners)
        graph.add_edge(a, b, length_m=float(np.hypot(*(corners[a] - corners[b]))))
    return graph


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), corners=st.integers(5, 14))
def test_no_shortest_way_across_a_ragged_square_is_lost(seed: int, corners: int) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius_m = rng.uniform(15, 100, corners)
    xy = np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle)])
    inside = Polygon(xy)
    if not inside.is_valid or np.diff(angle).min() < 0.05:
        return
    doors = rng.choice(corners, 3, replace=False)
    streets = [[(int(d) + 1, *xy[d]), (100 + int(d), *(2 * xy[d]))] for d in doors]
    ring = [(i + 1, *xy[i]) for i in range(corners)]
    ours, truth = as_networkx(network(streets, squares=areas([ring]))), by_sight(xy, inside)
    for a, b in combinations(doors, 2):
        expected = nx.shortest_path_length(truth, a, b, weight="length_m")
        found = nx.shortest_path_length(ours, int(a) + 1, int(b) + 1, weight="length_m")
        assert found == pytest.approx(expected, abs=1e-6)
