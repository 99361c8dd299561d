"""The ground that closes from a higher intensity on: within what is closed as stated, and cut piece by piece."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine

from analyses.closings import Closing, closed_ground
from layers.types import Layers
from tests.flooded_town import flooded

GRID = Affine(10, 0, 0, 0, -10, 300)
"""A hundred columns and forty rows over all of the town."""


@pytest.fixture(scope="module")
def rough() -> Layers:
    """Synthetic water of random depths, so that hardly any two cells beside each other are alike."""
    return flooded({"w": np.random.default_rng(6).uniform(0, 0.5, (40, 100))}, transform=GRID)


def test_it_is_where_both_close(rough: Layers) -> None:
    """Twice 15 cm: each cell of 30 cm or more, to the square metre."""
    (role,) = rough.study.hazards
    depth = rough.hazard_grids["w"].values
    found, stated = closed_ground(rough, role, Closing(2.0)), closed_ground(rough, role)
    ground = shapely.union_all(found)
    assert shapely.area(ground) == pytest.approx(100 * (depth >= 0.3).sum())
    assert shapely.area(shapely.difference(ground, shapely.union_all(stated))) == pytest.approx(0, abs=1e-6)
    assert shapely.area(found).sum() == pytest.approx(shapely.area(ground)), "no ground twice"


def test_no_piece_has_many_corners(rough: Layers) -> None:
    """A union of a rough raster has millions of corners and is slow to cut; pieces of few corners are cut against what is near them."""
    (role,) = rough.study.hazards
    crowded = closed_ground(rough, role, Closing(1.05))
    assert len(crowded) > 10
    assert shapely.get_num_coordinates(crowded).max() < 300
