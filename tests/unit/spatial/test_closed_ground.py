"""Points, legs and ways in beside, on and inside closed ground: two plots that share the border x = 10."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Geometry, LineString, MultiLineString, Point, Polygon, box

from spatial.closed_ground import lines_inside, pieces_entered, points_inside

PLOTS = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)], dtype=object)
NONE = np.zeros(0, dtype=object)


def shapes(*each: Geometry) -> np.ndarray:
    return np.array(each, dtype=object)


def test_a_point_on_the_outline_is_outside_and_one_on_a_common_border_inside():
    points = shapes(Point(5, 5), Point(0, 5), Point(10, 10), Point(10, 5), Point(-1, 5))
    assert points_inside(points, PLOTS).tolist() == [True, False, False, True, False]
    assert points_inside(points, PLOTS[:1]).tolist() == [True, False, False, False, False]
    assert points_inside(points, NONE).tolist() == [False] * 5
    assert points_inside(NONE, PLOTS).tolist() == []


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        (LineString([(-5, 5), (0, 5)]), False),  # ends at the outline
        (LineString([(-5, 5), (1, 5)]), True),
        (LineString([(-5, 5), (5, 15)]), False),  # past a corner
        (LineString([(10, 2), (10, 8)]), True),  # along the common border
        (LineString([(0, 2), (0, 8)]), True),  # along the outline, as a street is closed there
        (LineString([(5, 5), (5, 5)]), True),
        (LineString([(0, 5), (0, 5)]), False),
        (LineString(), False),
        (MultiLineString([[(-9, 5), (-5, 5)], [(15, 5), (30, 5)]]), True),
    ],
)
def test_a_leg_is_inside_where_more_than_a_point_of_it_is(line: Geometry, *, inside: bool):
    assert lines_inside(shapes(line), PLOTS).tolist() == [inside]
    assert lines_inside(shapes(line), NONE).tolist() == [False]


def test_a_way_in_leads_into_the_piece_it_meets_and_none_inside():
    """The west of a park is closed: its ways in lead nowhere, that at the cut and those of the east into the rest."""
    park: Polygon = box(0, 0, 20, 10)
    doors = shapes(Point(5, -1), Point(10, -1), Point(15, -1), Point(-1, 5))
    rest = shapes(box(10, 0, 20, 10), box(50, 0, 60, 10))
    door, piece = pieces_entered(np.array([park] * 4, dtype=object), doors, rest, PLOTS[:1])
    assert list(zip(door, piece, strict=True)) == [(1, 0), (2, 0)]
