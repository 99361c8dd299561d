"""Straight-line measures on drawings: from the boundary, from the entrance, nearest and all (synthetic)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from analyses.entrances import Entrances
from analyses.euclidean import straight, straight_costs, straight_costs_to_entrances, straight_to_entrance
from analyses.profile import Supply
from analyses.supply import merge_places
from spatial.snapping import Attachments
from tests.town import spaces

SPACES = spaces({"way/1": ("park", box(0, 0, 100, 100)), "way/2": ("square", box(300, 0, 320, 20)), "way/3": ("park", box(100, 0, 150, 100))})
"""way/1 and way/3 touch: one place of green space. The square is 150 m to the east of it."""
PLACES = merge_places(SPACES, Supply(("park", "square")))
HOMES = np.array([Point(50, 50), Point(250, 0), Point(150, 140), Point(900, 0)], dtype=object)
WIDE = box(-1e6, -1e6, 1e6, 1e6)


def entrances(rows: list[tuple[int, float, float]]) -> Entrances:
    """One gate a row: space, x, y."""
    nothing = np.zeros(len(rows))
    table = pd.DataFrame({"space": [row[0] for row in rows], "kind": "gate"})
    return Entrances(table, shapely.points(np.array([row[1:] for row in rows]).reshape(-1, 2)), Attachments(nothing.astype(int), nothing, nothing))


GATES = entrances([(0, 0.0, 50.0), (1, 300.0, 10.0), (2, 150.0, 50.0)])


def test_every_place_within_the_limit_of_its_boundary() -> None:
    """home/0 stands in the park and sqrt(250^2 + 30^2) = 251.8 m from the square; home/1 is 100 m from the park."""
    found = straight_costs(PLACES, HOMES, limit=251)
    assert list(zip(found.point.tolist(), found.place.tolist(), strict=True)) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert found.cost.tolist() == pytest.approx([0, 100, 50, 40, np.hypot(150, 120)])
    assert straight_costs(PLACES, HOMES, limit=252).point.tolist() == [0, 0, 1, 1, 2, 2]
    assert straight_costs(PLACES, HOMES, limit=50).cost.tolist() == pytest.approx([0, 50, 40]), "the limit is inclusive"


def test_every_place_within_the_limit_of_its_nearest_entrance() -> None:
    """The merged park has gates at (0, 50) and (150, 50): home/1 is sqrt(100^2 + 50^2) from the second."""
    found = straight_costs_to_entrances(GATES, PLACES, HOMES, limit=150)
    assert list(zip(found.point.tolist(), found.place.tolist(), strict=True)) == [(0, 0), (1, 0), (1, 1), (2, 0)]
    assert found.cost.tolist() == pytest.approx([50, np.hypot(100, 50), np.hypot(50, 10), 90])


def test_nearest_entrance_is_never_nearer_than_the_boundary() -> None:
    gate = straight_to_entrance(GATES, PLACES, HOMES, WIDE, limit_m=700)
    edge = straight(SPACES, PLACES, HOMES, WIDE, limit_m=700)
    assert gate.cost.tolist() == pytest.approx([50, np.hypot(50, 10), 90, np.hypot(600, 10)])
    assert gate.space.tolist() == [0, 1, 2, 1]
    assert (gate.cost >= edge.cost).all()
    assert straight_to_entrance(entrances([]), PLACES, HOMES, WIDE, limit_m=700).space.tolist() == [-1] * 4


@given(seed=st.integers(0, 2**32 - 1), limit=st.floats(10, 400))
@settings(max_examples=40, deadline=None)
def test_the_nearest_of_all_within_the_limit_is_the_nearest(seed: int, limit: float) -> None:
    rng = np.random.default_rng(seed)
    homes = shapely.points(rng.uniform(-200, 500, size=(30, 2)))
    for nearest, costs in (
        (straight(SPACES, PLACES, homes, WIDE, limit_m=limit), straight_costs(PLACES, homes, limit=limit)),
        (straight_to_entrance(GATES, PLACES, homes, WIDE, limit_m=limit), straight_costs_to_entrances(GATES, PLACES, homes, limit=limit)),
    ):
        least = np.full(30, np.inf)
        np.minimum.at(least, costs.point, costs.cost)
        np.testing.assert_allclose(least, nearest.cost, atol=1e-9)
