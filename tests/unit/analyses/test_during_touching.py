"""Hazards that share a border with homes' legs, ways in and parks of the synthetic town, and lie beside them."""

from __future__ import annotations

import numpy as np
from shapely import Polygon, box

from analyses.during import During, Footprint, during
from analyses.measure import Scene
from tests.town import town
from tests.unit.analyses.test_survival import RULE, scene_of


def lasting(*shapes: Polygon) -> tuple[Scene, During]:
    scene = scene_of(town())
    return scene, during(scene, [Footprint("flood", np.array(shapes, dtype=object))], RULE.supplies)


def test_a_hazard_that_only_touches_a_leg_or_a_way_in_closes_neither() -> None:
    """Its corner at the leg of W1; the corner of the part of the park that it takes at (210, -10), not (200, -20)."""
    scene, left = lasting(Polygon([(105, 10), (130, 1), (130, 19)]), box(200, -40, 210, -10))
    shut = scene.walking.entrances.point[~left.open_entrance]
    assert {(round(p.x), round(p.y)) for p in shut} == {(200, -20)}
    assert (left.scene.walking.points.edge >= 0).all()


def test_what_reaches_into_a_leg_closes_it_from_a_single_polygon_or_from_two_that_share_a_border() -> None:
    """W1's leg runs along x = 105, inside one polygon, and between two."""
    for shapes in ([box(104, 5, 130, 15)], [box(80, 5, 105, 15), box(105, 5, 130, 15)]):
        _, left = lasting(*shapes)
        assert (left.scene.walking.points.edge < 0).sum() == 1


def test_a_space_beside_a_hazard_is_as_it_was() -> None:
    """It is no piece of a space, which would have to be as wide as its class."""
    _, left = lasting(box(200, -90, 260, -60))
    assert left.spaces.touched.tolist() == [False]
    assert left.spaces.left_m2.tolist() == [3000]
