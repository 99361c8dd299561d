from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from layers.buildings import buildings, parse_height_m, parse_levels
from tests.osm_by_hand import extract

HOUSE_10X20 = box(0, 0, 10, 20)


def one(tags, shape=HOUSE_10X20, others=None) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    frame, counts = buildings(extract(areas={"way/1": (tags, shape), **(others or {})}))
    return frame, {key: count for key, count in counts.items() if count}


@pytest.mark.parametrize(
    ("tags", "residential", "source"),
    [
        ({"building": "apartments"}, True, "tag"),
        ({"building": "house", "shop": "bakery"}, True, "tag"),
        ({"building": "yes"}, True, "assumed"),
        ({"building": "yes", "shop": "bakery"}, False, "tag"),
        ({"building": "yes", "amenity": "school"}, False, "tag"),
        ({"building": "yes", "office": "government"}, False, "tag"),
        ({"building": "church"}, False, "tag"),
        ({"building": "garage"}, False, "tag"),
        ({"building": "commercial", "building:use": "residential"}, True, "tag"),
        ({"building": "house", "abandoned": "yes"}, False, "tag"),
    ],
)
def test_which_buildings_are_homes(tags, residential, source) -> None:
    frame, _ = one(tags)
    assert frame["residential"].tolist() == [residential]
    assert frame["use_source"].tolist() == [source]


@pytest.mark.parametrize(("side_m", "residential"), [(5.4, False), (5.5, True), (31.6, True), (31.7, False)])
def test_a_home_is_assumed_between_30_and_1000_m2(side_m, residential) -> None:
    frame, _ = one({"building": "yes"}, box(0, 0, side_m, side_m))
    assert frame["residential"].tolist() == [residential]
    assert frame["use_source"].tolist() == ["assumed"]


@pytest.mark.parametrize("land", [{"landuse": "industrial"}, {"landuse": "military"}, {"amenity": "school"}])
def test_no_home_is_assumed_on_other_land_but_a_tagged_one_stays(land) -> None:
    around = {"way/9": (land, box(-100, -100, 100, 100))}
    assert one({"building": "yes"}, others=around)[0]["residential"].tolist() == [False]
    assert one({"building": "house"}, others=around)[0]["residential"].tolist() == [True]


@pytest.mark.parametrize(
    ("tags", "storeys", "source"),
    [
        ({"building": "apartments", "building:levels": "7"}, 7.0, "levels"),
        ({"building": "house", "building:levels": "1.5"}, 1.5, "levels"),
        ({"building": "house", "building:levels": "0"}, 2.0, "assumed"),
        ({"building": "house", "building:levels": "sótano"}, 2.0, "assumed"),
        ({"building": "house", "building:levels": "999"}, 2.0, "assumed"),
        ({"building": "house", "building:levels": "²"}, 2.0, "assumed"),
        ({"building": "house", "building:levels": "sótano", "height": "9 m"}, 3.0, "height"),
        ({"building": "yes", "height": "13"}, 4.0, "height"),
        ({"building": "yes", "height": "1"}, 1.0, "height"),
        ({"building": "yes", "height": "tall"}, 3.0, "assumed"),
        ({"building": "apartments"}, 5.0, "assumed"),
        ({"building": "terrace"}, 2.0, "assumed"),
    ],
)
def test_storeys_and_floor_area(tags, storeys, source) -> None:
    frame, _ = one(tags)
    assert frame["storeys"].tolist() == [storeys]
    assert frame["storeys_source"].tolist() == [source]
    assert frame["footprint_m2"].tolist() == [200.0]
    assert frame["floor_area_m2"].tolist() == [200.0 * storeys]


def test_what_is_passed_over_is_counted() -> None:
    _, counts = one({"building": "house", "building:levels": "sótano", "height": "tall"})
    assert counts == {"use.home": 1, "levels_not_usable": 1, "height_not_usable": 1, "storeys_assumed": 1}


def test_ruins_are_left_out_and_counted() -> None:
    frame, counts = one({"building": "ruins"})
    assert frame.empty
    assert counts == {"absent.ruins": 1}


@pytest.mark.parametrize(
    ("written", "metres"),
    [("12", 12.0), ("12 m", 12.0), ("12,5m", 12.5), ("40 ft", 12.192), ("39'4\"", 11.9888), ("6'", 1.8288)],
)
def test_heights_with_units(written, metres) -> None:
    assert parse_height_m(written, 200) == pytest.approx(metres)


@pytest.mark.parametrize("written", ["", "0", "-3", "high", "1e3", "12 cubits", "٣", "300", "nan", "inf", "9" * 400])
def test_heights_and_levels_that_are_none(written) -> None:
    assert parse_height_m(written, 200) is None
    assert parse_levels(written, 60) is None


@pytest.mark.parametrize(
    ("tags", "share"),
    [
        ({"building": "apartments", "building:levels": "5"}, 1.0),
        ({"building": "apartments", "building:levels": "5", "shop": "bakery"}, 0.8),
        ({"building": "apartments", "building:levels": "5", "amenity": "parking"}, 1.0),
        ({"building": "residential;retail", "building:levels": "4"}, 0.75),
        ({"building": "commercial", "building:use": "retail;residential", "building:levels": "2"}, 0.5),
        ({"building": "house", "building:levels": "1", "office": "lawyer"}, 0.5),
        ({"building": "house", "shop": "vacant"}, 1.0),
        ({"building": "retail"}, 0.0),
    ],
)
def test_people_live_above_the_shop_and_not_in_it(tags, share) -> None:
    frame, counts = one(tags)
    assert frame["residential_share"].tolist() == [share]
    assert any(name.startswith("mixed_use.") for name in counts) == (0 < share < 1)
