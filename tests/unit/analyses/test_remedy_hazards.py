"""Which ground is too dangerous to suggest anything on without a word."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, box

from analyses.remedy_hazards import danger
from tests.town import town, with_hazards

EVERYWHERE = box(-1000, -1000, 2000, 2000)


def test_ground_is_dangerous_by_hazards_that_one_can_lie_outside_of_and_whose_layers_judge():
    found = danger(with_hazards(town(), {
        "slide": ("landslide", "modelled", box(0, 0, 100, 100)),
        "river": ("flood", "official", box(50, 0, 200, 100)),
        "ravine": ("flood", "derived", EVERYWHERE),
        "heat": ("heat", "official", EVERYWHERE),
        "quake": ("seismic", "official", EVERYWHERE),
    }))  # fmt: skip
    assert found.at(Point(75, 50)) == "river slide"
    assert found.at(Point(25, 50)) == "slide"
    assert found.at(Point(500, 500)) == ""
    assert found.at(None) == ""


def test_of_a_class_spread_over_the_city_the_ground_between_its_patches_is_safe():
    """The tree holds single patches: the class as a whole has a box that covers all between them."""
    patches = MultiPolygon([box(0, 0, 10, 10), box(90, 90, 100, 100)])
    found = danger(with_hazards(town(), {"river": ("flood", "official", patches), "sea": ("coastal", "official", box(200, 0, 210, 10))}))
    assert shapely.get_type_id(found.tree.geometries).tolist() == [shapely.GeometryType.POLYGON] * 3
    assert found.hazard_id.tolist() == ["river", "river", "sea"]
    assert [found.at(Point(x, x)) for x in (5, 50, 95)] == ["river", "", "river"]
    points = shapely.points([5, 12, 50, 204], [5, 5, 50, 5])
    assert found.near(points).tolist() == [True, False, False, True]
    assert found.near(points, away_m=2.0).tolist() == [True, True, False, True]


@pytest.mark.parametrize("rows", [{}, {"heat": ("heat", "official", EVERYWHERE)}])
def test_without_such_hazards_no_ground_is_dangerous(rows):
    found = danger(with_hazards(town(), rows))
    assert found.at(Point(0, 0)) == ""
    assert not found.near(np.array([Point(0, 0)], dtype=object)).any()
