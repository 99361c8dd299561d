"""Synthetic spaces on a metric plane; every area is a rectangle that can be checked by hand."""

from __future__ import annotations

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely import Point, box

from layers.public_space import public_spaces
from tests.osm_by_hand import extract

PARK = {"leisure": "park"}


def spaces_of(areas=None, points=None) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    spaces, counts = public_spaces(extract(areas=areas, points=points))
    return spaces, {key: count for key, count in counts.items() if count}


@pytest.mark.parametrize(
    ("tags", "space_class"),
    [
        (PARK, "park"),
        ({"landuse": "village_green"}, "park"),
        ({"leisure": "garden", "garden:type": "community"}, "garden"),
        ({"leisure": "garden", "access": "yes"}, "garden"),
        ({"place": "square"}, "square"),
        ({"highway": "pedestrian", "area": "yes"}, "square"),
        ({"leisure": "pitch", "sport": "tennis"}, "sports_ground"),
        ({"leisure": "sports_centre", "access": "public"}, "sports_ground"),
        ({"natural": "wood", "access": "permissive"}, "woodland"),
        ({"boundary": "protected_area", "protect_class": "5"}, "nature_reserve"),
        ({"leisure": "nature_reserve", "boundary": "protected_area"}, "nature_reserve"),
        ({"landuse": "cemetery"}, "cemetery"),
        ({"amenity": "library"}, "library"),
        (
            {"amenity": "social_facility", "social_facility": "nursing_home", "social_facility:for": "senior"},
            "care_home",
        ),
        ({"amenity": "social_facility", "name": "阳光日间照料中心"}, "elderly_daycare"),
        ({"amenity": "community_centre", "name": "和平文化活动站"}, "cultural_station"),
        ({"amenity": "school", "access": "yes"}, "school_ground"),
        ({"emergency": "assembly_point"}, "assembly_point"),
        # by name
        ({"leisure": "garden", "name": "Plaza de España"}, "garden"),
        ({"leisure": "garden", "name": "和平路口袋公园"}, "garden"),
        ({"leisure": "garden", "name": "人民路街头绿地"}, "garden"),
        ({"landuse": "grass", "name": "建设路小游园"}, "park"),
        ({"landuse": "grass", "name": "滨江绿道"}, "greenway"),
        ({"natural": "wood", "name": "北山森林公园"}, "woodland"),
        ({"landuse": "forest", "name": "北山森林公园"}, "woodland"),
        ({"natural": "scrub", "name": "湿地公园"}, "park"),
        ({"highway": "cycleway", "area": "yes", "name": "环城绿道"}, "greenway"),
        ({"highway": "footway", "area": "yes", "name": "市民广场"}, "square"),
        ({"highway": "footway", "area": "yes", "name": "滨水步道"}, "square"),
        ({"highway": "footway", "place": "square"}, "square"),
        ({"leisure": "park", "name": "环城绿道公园"}, "park"),
        ({"building": "yes", "name": "Centro de día para mayores La Isleta"}, "elderly_daycare"),
        ({"amenity": "social_facility", "name": "幸福养老院"}, "care_home"),
        ({"amenity": "school", "name": "阳光幼儿园"}, "kindergarten"),
        ({"amenity": "hospital", "name": "东门社区卫生服务中心"}, "health_station"),
        ({"amenity": "townhall", "name": "南苑社区党群服务中心"}, "community_centre"),
        ({"amenity": "public_building", "name": "城市书房"}, "library"),
        # several values, and what says no more than it says
        ({"leisure": "park;playground"}, "park"),
        ({"amenity": "library;community_centre"}, "library"),
        ({"leisure": "park", "fee": "no"}, "park"),
        ({"leisure": "park", "fee": "no", "charge": "2 EUR"}, "park"),
        ({"leisure": "park", "opening_hours": "Mo-Su 06:00-22:00"}, "park"),
        ({"leisure": "park", "location": "roof", "building": "no"}, "park"),
        ({"highway": "pedestrian", "access": "no", "foot": "yes"}, "square"),
        ({"leisure": "schoolyard", "access": "yes"}, "school_ground"),
        # a service takes people in by enrolment, a house is indoors
        ({"amenity": "kindergarten", "access": "private", "fee": "yes"}, "kindergarten"),
        ({"amenity": "nursing_home", "access": "customers"}, "care_home"),
        ({"amenity": "library", "indoor": "yes"}, "library"),
    ],
)
def test_class_of_one_area(tags, space_class) -> None:
    spaces, counts = spaces_of({"way/1": (tags, box(0, 0, 50, 40))})
    assert spaces["space_class"].tolist() == [space_class]
    assert spaces["area_m2"].tolist() == [2000.0]
    assert counts == {}


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"leisure": "park", "access": "private"}, "park.access"),
        ({"leisure": "park", "access": "customers"}, "park.access"),
        ({"leisure": "park", "fee": "yes"}, "park.fee"),
        ({"leisure": "park", "landuse": "construction"}, "park.landuse"),
        ({"leisure": "garden"}, "garden_without_sign.not_stated"),
        ({"leisure": "sports_centre"}, "sports_centre.not_stated"),
        ({"leisure": "golf_course", "access": "yes"}, "golf_course.never"),
        ({"leisure": "dog_park"}, "dog_park.never"),
        ({"amenity": "shelter"}, "roof.never"),
        ({"boundary": "protected_area", "protect_class": "22"}, "protected_area.not_stated"),
        ({"natural": "wood"}, "wood.not_stated"),
        ({"amenity": "school"}, "school.not_stated"),
        ({"amenity": "toilets", "fee": "yes"}, "toilet.fee"),
        ({"amenity": "library", "access": "private"}, "library.access"),
        ({"amenity": "kindergarten", "abandoned": "yes"}, "kindergarten.abandoned"),
        ({"amenity": "clinic", "healthcare": "physiotherapist"}, "health_station.healthcare"),
        ({"leisure": "park", "access": "yes;private"}, "park.access"),
        ({"leisure": "park", "foot": "no"}, "park.foot"),
        ({"leisure": "park", "fee": "2 EUR"}, "park.fee"),
        ({"leisure": "park", "charge": "2 EUR"}, "park.charge"),
        ({"leisure": "park", "access": "key"}, "park.access"),
        ({"leisure": "park", "opening_hours": "off"}, "park.opening_hours"),
        ({"leisure": "park", "military": "training_area"}, "park.military"),
        ({"leisure": "pitch", "indoor": "yes"}, "pitch.indoor"),
        ({"leisure": "pitch", "location": "underground"}, "pitch.location"),
        ({"leisure": "garden", "name": "Plaza Mayor", "access": "private"}, "garden_by_name.access"),
        ({"leisure": "garden", "name": "Parque Sur", "garden:type": "residential"}, "garden_by_name.garden:type"),
        ({"leisure": "garden", "name": "阳光花园"}, "garden_without_sign.not_stated"),
        ({"landuse": "allotments"}, "allotments.never"),
        ({"landuse": "grass"}, "grass.never"),
        ({"landuse": "grass", "name": "防护绿地"}, "grass.never"),
        ({"leisure": "marina"}, "paid_leisure.never"),
        ({"tourism": "camp_site"}, "camp_site.never"),
        ({"leisure": "park", "tourism": "zoo"}, "animal_park.never"),
        ({"leisure": "schoolyard"}, "schoolyard.not_stated"),
    ],
)
def test_turned_away_and_counted_by_reason(tags, reason) -> None:
    spaces, counts = spaces_of({"way/1": (tags, box(0, 0, 50, 40))})
    assert spaces.empty
    assert counts == {f"excluded.{reason}": 1}


@pytest.mark.parametrize(
    "tags",
    [
        *({f"{state}:leisure": "park"} for state in ("disused", "abandoned", "proposed", "construction", "razed")),
        {"highway": "footway", "area": "yes"},  # a pavement
        {"highway": "service", "name": "Plaza"},
        {"natural": "heath"},
        {"building": "yes", "name": "阳光花园"},
        {"leisure": "picnic_table"},
    ],
)
def test_what_no_rule_speaks_of_is_no_space_and_not_counted(tags) -> None:
    spaces, counts = spaces_of({"way/1": (tags, box(0, 0, 50, 40))})
    assert spaces.empty
    assert counts == {}


def test_a_park_is_one_park() -> None:
    areas = {
        "relation/3": (PARK | {"name": "Large"}, box(0, 0, 100, 10)),
        "way/20": (PARK | {"name": "Small"}, box(100, 0, 120, 10)),  # touches
        "way/100": (PARK, box(110, 5, 130, 10)),  # overlaps by 10 m x 5 m
        "way/7": (PARK, box(500, 0, 510, 10)),  # apart
        "way/8": ({"leisure": "playground"}, box(90, 0, 95, 10)),  # inside, of another class
    }
    spaces, counts = spaces_of(areas)
    assert spaces.index.tolist() == ["way/7", "way/8", "way/20"]
    merged = spaces.loc["way/20"]
    assert merged["member_ids"] == "way/20 way/100 relation/3"
    assert merged["name"] == "Large"
    assert merged["area_m2"] == pytest.approx(1000 + 200 + 100 - 50)
    assert counts == {"pieces_merged": 2}


def test_no_two_spaces_of_a_class_touch_whatever_the_order() -> None:
    areas = {f"way/{i}": (PARK, box(i * 10, 0, i * 10 + 10, 10)) for i in range(1, 7) if i != 4}
    spaces, _ = spaces_of(areas)
    again, _ = spaces_of(dict(reversed(areas.items())))
    assert spaces["member_ids"].tolist() == ["way/1 way/2 way/3", "way/5 way/6"]
    assert_geodataframe_equal(spaces, again, normalize=True)


def test_the_minimum_of_a_beach_is_tested_after_merging() -> None:
    sand = {"natural": "beach"}
    together = {"way/1": (sand, box(0, 0, 60, 10)), "way/2": (sand, box(60, 0, 110, 10))}
    spaces, _ = spaces_of({**together, "way/3": (sand, box(500, 0, 599, 10))})
    assert spaces.index.tolist() == ["way/1"]
    assert spaces["area_m2"].tolist() == [1100.0]


@pytest.mark.parametrize(
    ("ground", "reason"),
    [
        ({"amenity": "school"}, "pitch.on_school"),
        ({"leisure": "sports_centre"}, "pitch.on_sports_centre"),
        ({"leisure": "stadium"}, "pitch.on_sports_centre"),
        ({"tourism": "hotel"}, "pitch.on_hotel"),
        ({"landuse": "military"}, "pitch.on_military"),
        ({"amenity": "university"}, "pitch.on_university"),
        ({"landuse": "residential", "access": "private"}, "pitch.on_private_homes"),
    ],
)
def test_a_pitch_on_other_grounds_is_not_public(ground, reason) -> None:
    areas = {"way/1": ({"leisure": "pitch"}, box(10, 10, 30, 30)), "way/2": (ground, box(0, 0, 100, 100))}
    _, counts = spaces_of(areas)
    assert counts[f"excluded.{reason}"] == 1


def test_a_pitch_on_a_school_ground_is_public_where_it_says_so() -> None:
    areas = {
        "way/1": ({"leisure": "pitch", "access": "yes"}, box(10, 10, 30, 30)),
        "way/2": ({"amenity": "school"}, box(0, 0, 100, 100)),
    }
    assert spaces_of(areas)[0].index.tolist() == ["way/1"]


def test_a_paved_yard_is_public_on_a_campus_and_not_in_a_school() -> None:
    areas = {
        "way/1": ({"highway": "pedestrian"}, box(10, 10, 30, 30)),
        "way/2": ({"amenity": "university"}, box(0, 0, 100, 100)),
        "way/3": ({"highway": "pedestrian"}, box(210, 10, 230, 30)),
        "way/4": ({"amenity": "school"}, box(200, 0, 300, 100)),
        "way/5": (PARK, box(240, 40, 260, 60)),  # drawn as a park, not as a yard
    }
    spaces, counts = spaces_of(areas)
    assert spaces.index.tolist() == ["way/1", "way/5"]
    assert counts["excluded.pedestrian_area.on_school"] == 1


def test_a_pitch_that_lies_mostly_outside_a_school_stays() -> None:
    areas = {
        "way/1": ({"leisure": "pitch"}, box(0, 0, 20, 10)),
        "way/2": ({"amenity": "school"}, box(-100, 0, 9, 10)),
    }
    assert spaces_of(areas)[0].index.tolist() == ["way/1"]


def test_private_grounds_inside_a_park_are_cut_out_and_flower_beds_are_not() -> None:
    areas = {
        "way/1": (PARK, box(0, 0, 100, 100)),
        "way/2": ({"leisure": "swimming_pool", "access": "private"}, box(10, 10, 20, 20)),
        "way/3": ({"leisure": "golf_course"}, box(50, 50, 100, 60)),
        "way/4": ({"leisure": "garden"}, box(30, 30, 40, 40)),
        "way/5": ({"leisure": "sports_centre"}, box(90, 90, 190, 190)),  # mostly outside
    }
    spaces, counts = spaces_of(areas)
    assert spaces["area_m2"].tolist() == [10_000 - 100 - 500]
    assert counts["holes.private_leisure"] == 1
    assert counts["holes.golf_course"] == 1
    assert "holes.club" not in counts


def test_what_covers_more_than_half_of_a_park_is_around_it_and_not_cut_out() -> None:
    """The golf course lies mostly inside each; of the first it is 60 %, of the second 50 %."""
    areas = {
        "way/1": (PARK, box(0, 0, 100, 100)),
        "way/2": ({"leisure": "golf_course"}, box(0, 0, 60, 100)),
        "way/3": (PARK, box(500, 0, 600, 100)),
        "way/4": ({"leisure": "golf_course"}, box(500, 0, 550, 100)),
    }
    spaces, counts = spaces_of(areas)
    assert spaces["area_m2"].to_dict() == {"way/1": 10_000, "way/3": 5_000}
    assert counts["holes.golf_course"] == 1


def test_homes_in_a_park_are_cut_out_and_its_own_buildings_are_not() -> None:
    areas = {
        "way/1": (PARK, box(0, 0, 100, 100)),
        "way/2": ({"building": "apartments"}, box(10, 10, 20, 20)),
        "way/3": ({"building": "yes"}, box(30, 10, 40, 20)),  # a kiosk, for all anybody knows
        "way/4": ({"building": "house", "tourism": "museum"}, box(50, 10, 60, 20)),
        "way/5": ({"building": "yes", "access": "private"}, box(70, 10, 75, 20)),
        "way/6": ({"building": "apartments"}, box(90, 50, 115, 60)),  # mostly outside
        "way/7": ({"amenity": "library", "building": "yes"}, box(0, 200, 30, 230)),
        "way/8": ({"building": "house"}, box(0, 200, 10, 210)),  # a house is not cut out of a house
    }
    spaces, counts = spaces_of(areas)
    assert spaces["area_m2"].to_dict() == {"way/1": 10_000 - 100 - 50, "way/7": 900.0}
    assert (counts["holes.home"], counts["holes.private_building"]) == (1, 1)


def test_a_space_of_which_nothing_is_left_is_counted() -> None:
    areas = {
        "way/1": ({"boundary": "national_park"}, box(0, 0, 100, 100)),  # of no least area
        **{
            f"way/{i + j}": ({"leisure": "resort"}, box(x, y, x + 50, y + 50))
            for i, x in ((2, 0), (3, 50))
            for j, y in ((0, 0), (10, 50))
        },
    }
    spaces, counts = spaces_of(areas)
    assert spaces.empty
    assert counts["excluded.national_park.nothing_left"] == 1


def test_slips_and_slivers_are_left_out_and_counted_by_rule() -> None:
    areas = {
        "way/1": (PARK, box(0, 0, 0.3, 0.4)),  # 0.12 m2
        "way/2": (PARK, box(100, 0, 103, 200)),  # the green between two carriageways
        "way/3": (PARK, box(200, 0, 204, 20)),
        "way/4": ({"landuse": "village_green"}, box(300, 0, 303, 10)),
        "way/5": (PARK, box(303, 0, 305, 10)),  # touches: 5 m x 10 m together
        "way/6": ({"leisure": "pitch"}, box(400, 0, 401.5, 2.7)),  # a table for table tennis
        "way/7": ({"amenity": "toilets"}, box(500, 0, 501.5, 2)),
        "way/8": ({"landuse": "grass", "name": "环城绿道"}, box(600, 0, 603, 400)),
    }
    spaces, counts = spaces_of(areas)
    assert spaces.index.tolist() == ["way/3", "way/4", "way/7", "way/8"]
    assert {key: n for key, n in counts.items() if key.startswith("excluded")} == {
        "excluded.park.too_small": 1,
        "excluded.park.too_narrow": 1,
        "excluded.pitch.too_small": 1,
    }


def test_the_width_of_a_place_is_measured_across_its_classes_and_its_area_by_class() -> None:
    areas = {
        "way/1": ({"highway": "pedestrian"}, box(0, 0, 100, 3)),
        "way/2": (PARK, box(0, 3, 100, 50)),
        "way/3": ({"leisure": "garden", "access": "yes"}, box(100, 3, 102, 23)),  # 40 m2 beside it
        "way/4": ({"highway": "pedestrian"}, box(0, 500, 100, 503)),
    }
    spaces, counts = spaces_of(areas)
    assert spaces.index.tolist() == ["way/1", "way/2"]
    assert counts == {"excluded.garden_without_sign.too_small": 1, "excluded.pedestrian_area.too_narrow": 1}


def test_every_piece_of_a_space_that_is_left_out_is_counted_under_its_own_rule() -> None:
    areas = {"way/1": (PARK, box(0, 0, 3, 50)), "way/2": ({"leisure": "common"}, box(0, 50, 3, 60))}
    _, counts = spaces_of(areas)
    assert counts["excluded.park.too_narrow"] == counts["excluded.common.too_narrow"] == 1


def test_the_area_is_tested_on_what_is_left_after_cutting() -> None:
    areas = {
        "way/1": ({"natural": "beach"}, box(0, 0, 60, 20)),  # 1,200 m2
        "way/2": ({"leisure": "resort"}, box(0, 0, 15, 20)),  # 300 m2 of it
    }
    spaces, counts = spaces_of(areas)
    assert spaces.empty
    assert counts["excluded.beach.too_small"] == 1


def test_what_lies_around_a_park_is_not_cut_out_of_it() -> None:
    areas = {"way/1": (PARK, box(40, 40, 60, 60)), "way/2": ({"leisure": "resort"}, box(0, 0, 100, 100))}
    assert spaces_of(areas)[0]["area_m2"].tolist() == [400.0]


def test_points_have_no_area_and_a_second_mapping_is_dropped() -> None:
    points = {
        "node/1": ({"leisure": "playground", "name": "Swings"}, Point(5, 5)),
        "node/2": ({"leisure": "playground"}, Point(500, 5)),
        "node/3": ({"amenity": "library"}, Point(5, 5)),  # inside a playground, but of another class
    }
    spaces, counts = spaces_of({"way/9": ({"leisure": "playground"}, box(0, 0, 10, 10))}, points)
    assert spaces.index.tolist() == ["node/2", "node/3", "way/9"]
    assert spaces["area_m2"].isna().tolist() == [True, True, False]
    assert spaces.loc["node/2", "member_ids"] == "node/2"
    assert spaces["name"].to_dict() == {"node/2": "", "node/3": "", "way/9": "Swings"}  # which had no name of its own
    assert counts == {"duplicate_points": 1}


def test_fenced_only_if_every_piece_says_so() -> None:
    areas = {
        "way/1": (PARK | {"barrier": "fence"}, box(0, 0, 10, 10)),
        "way/2": (PARK | {"barrier": "wall"}, box(10, 0, 20, 10)),
        "way/3": (PARK | {"barrier": "fence"}, box(100, 0, 110, 10)),
        "way/4": (PARK, box(110, 0, 120, 10)),
    }
    assert spaces_of(areas)[0]["fenced"].tolist() == [True, False]


def test_an_extract_without_any_space() -> None:
    spaces, counts = spaces_of()
    assert spaces.empty
    assert spaces.columns.tolist() == ["space_class", "name", "fenced", "member_ids", "area_m2", "geometry"]
    assert counts == {}


def test_the_extract_is_not_written_to() -> None:
    made = extract(areas={"way/1": (PARK, box(0, 0, 10, 10)), "way/2": (PARK, box(10, 0, 20, 10))})
    before = made.areas.copy(deep=True)
    public_spaces(made)
    assert_geodataframe_equal(made.areas, before)
