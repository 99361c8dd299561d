from __future__ import annotations

from shapely import LineString, MultiLineString, Point, box

from layers.basemap import basemap
from tests.osm_by_hand import extract


def test_streets_of_one_name_become_one_line() -> None:
    main = {"highway": "primary", "name": "Main"}
    lines = {
        "way/1": (main, LineString([(0, 0), (1, 0)])),
        "way/2": (main, LineString([(1, 0), (2, 0)])),
        "way/3": ({"highway": "primary"}, LineString([(2, 0), (3, 0)])),
        "way/4": ({"highway": "footway", "footway": "sidewalk"}, LineString([(0, 1), (1, 1)])),
    }
    streets = basemap(extract(lines=lines)).streets
    assert streets[["street_class", "name"]].to_numpy().tolist() == [["major", ""], ["major", "Main"]]
    assert streets.length.tolist() == [1.0, 2.0]


def test_a_river_cut_in_two_keeps_its_class() -> None:
    pieces = MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])
    lines = {
        "way/1": ({"waterway": "river"}, pieces),
        "way/2": ({"natural": "coastline"}, LineString([(0, 9), (9, 9)])),
    }
    water = basemap(extract(areas={"way/3": ({"natural": "water"}, box(0, 0, 20, 10))}, lines=lines)).water
    assert water["water_class"].tolist() == ["area", "river", "river", "coastline"]
    assert set(water.geom_type) == {"Polygon", "LineString"}
    assert water.index.is_unique


def test_small_patches_are_not_drawn_and_private_green_is() -> None:
    areas = {
        "way/1": ({"leisure": "garden", "access": "private"}, box(0, 0, 20, 10)),
        "way/2": ({"leisure": "garden"}, box(0, 0, 2, 1)),
        "way/3": ({"natural": "water"}, box(0, 0, 2, 1)),
    }
    drawn = basemap(extract(areas=areas))
    assert drawn.green["green_class"].tolist() == ["garden"]
    assert drawn.water.empty


def test_places_need_a_name() -> None:
    points = {
        "node/1": ({"place": "suburb", "name": "Vegueta"}, Point(0, 0)),
        "node/2": ({"place": "suburb"}, Point(1, 1)),
    }
    assert basemap(extract(points=points)).places[["name", "place_class"]].to_numpy().tolist() == [
        ["Vegueta", "suburb"]
    ]


def test_an_empty_extract_gives_empty_frames() -> None:
    drawn = basemap(extract())
    assert all(frame.empty for frame in (drawn.streets, drawn.water, drawn.green, drawn.places))
    assert drawn.streets.columns.tolist() == ["street_class", "name", "geometry"]
