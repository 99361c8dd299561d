"""Ground taken off shapes: as much as lies in them, at a cost that goes by what lies near."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from analyses.refuge_ground import without


def test_one_class_spread_over_a_city_costs_what_of_it_lies_near():
    far = shapely.points(*np.meshgrid(np.arange(30) * 100.0, np.arange(30) * 100.0)).ravel()
    patches = shapely.buffer(far, 20)
    shapes = shapely.box(np.arange(100) * 29.0, 0, np.arange(100) * 29.0 + 30, 30)
    since = time.process_time()
    left = without(shapes, np.array([shapely.multipolygons(patches)], dtype=object))
    took_s = time.process_time() - since
    expected = shapely.area(shapes) - shapely.area(shapely.intersection(shapes[:, None], patches[None, :])).sum(axis=1)
    assert shapely.area(left) == pytest.approx(expected, abs=1e-6)
    assert took_s < 1  # it took 4 s when every shape was held against the class as a whole
