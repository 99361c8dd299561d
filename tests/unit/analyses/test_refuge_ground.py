"""Ground taken off shapes: as much as lies in them, at a cost that goes by what lies near."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from analyses.refuge_ground import without


def test_of_one_class_spread_over_a_city_each_shape_is_held_against_what_lies_near(monkeypatch):
    cut = []

    def watched(shape, taken, *, difference=shapely.difference):
        cut.append(shapely.get_num_coordinates(taken))
        return difference(shape, taken)

    monkeypatch.setattr(shapely, "difference", watched)
    far = shapely.points(*np.meshgrid(np.arange(30) * 100.0, np.arange(30) * 100.0)).ravel()
    patches = shapely.buffer(far, 20)
    shapes = shapely.box(np.arange(100) * 29.0, 0, np.arange(100) * 29.0 + 30, 30)
    left = without(shapes, np.array([shapely.multipolygons(patches)], dtype=object))
    expected = shapely.area(shapes) - shapely.area(shapely.intersection(shapes[:, None], patches[None, :])).sum(axis=1)
    assert shapely.area(left) == pytest.approx(expected, abs=1e-6)
    near = shapely.intersects(shapes[:, None], patches[None, :]).sum(axis=1)
    assert cut == (near[near > 0] * shapely.get_num_coordinates(patches[0])).tolist()
