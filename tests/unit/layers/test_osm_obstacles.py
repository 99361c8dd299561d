from __future__ import annotations

import pytest
from shapely import LineString, Point, box

from layers.obstacles import gates, obstacles
from tests.osm_by_hand import extract

LINE = LineString([(0, 0), (10, 0)])


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"barrier": "wall"}, "wall"),
        ({"barrier": "fence"}, "wall"),
        ({"barrier": "hedge"}, "wall"),
        ({"barrier": "kerb"}, None),
        ({"barrier": "handrail"}, None),
        ({"barrier": "guard_rail"}, None),
        ({"barrier": "gate"}, None),
        ({"natural": "cliff"}, "wall"),
        ({"waterway": "river"}, "water"),
        ({"waterway": "river", "tunnel": "culvert"}, None),
        ({"waterway": "stream"}, None),
        ({"natural": "coastline"}, "water"),
        ({"railway": "rail"}, "railway"),
        ({"railway": "rail", "tunnel": "yes"}, None),
        ({"railway": "rail", "bridge": "yes"}, None),
        ({"railway": "tram"}, None),
        ({"railway": "abandoned"}, None),
        ({"highway": "motorway"}, "motorway"),
        ({"highway": "motorway", "bridge": "yes"}, None),
        ({"highway": "residential"}, None),
    ],
)
def test_which_lines_cannot_be_crossed(tags, kind) -> None:
    found = obstacles(extract(lines={"way/1": (tags, LINE)}))
    assert found["obstacle_kind"].tolist() == ([] if kind is None else [kind])


def test_a_fence_on_an_outline_is_a_line_and_water_is_an_area() -> None:
    square = box(0, 0, 10, 10)
    found = obstacles(
        extract(
            areas={
                "way/1": ({"leisure": "park", "barrier": "fence"}, square),
                "way/2": ({"natural": "water"}, square),
                "way/3": ({"barrier": "hedge", "area": "yes"}, square),
            }
        )
    )
    assert found.geom_type.tolist() == ["LineString", "Polygon", "Polygon"]
    assert found["obstacle_kind"].tolist() == ["wall", "water", "wall"]


def test_an_element_kept_as_line_and_area_is_one_obstacle() -> None:
    tags = {"leisure": "park", "barrier": "fence"}
    ring = box(0, 0, 10, 10)
    found = obstacles(extract(areas={"way/1": (tags, ring)}, lines={"way/1": (tags, ring.exterior)}))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"barrier": "gate"}, "gate"),
        ({"barrier": "kissing_gate"}, "gate"),
        ({"barrier": "stile"}, "gate"),
        ({"barrier": "gate", "access": "private"}, None),
        ({"barrier": "gate", "access": "customers"}, "gate"),
        ({"barrier": "gate", "locked": "yes"}, None),
        ({"barrier": "bollard"}, None),
        ({"entrance": "main"}, "entrance"),
        ({"entrance": "exit"}, None),
        ({"entrance": "yes", "access": "no"}, None),
    ],
)
def test_where_barriers_open(tags, kind) -> None:
    found = gates(extract(points={"node/1": (tags, Point(0, 0))}))
    assert found["gate_kind"].tolist() == ([] if kind is None else [kind])


def test_nothing_in_nothing_out() -> None:
    assert obstacles(extract()).empty
    assert gates(extract()).empty
