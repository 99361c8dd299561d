"""Differences between an inventory and the map, one row each."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Geometry, Point, box

from layers.conflicts import CONFLICT_KINDS, NUMBER_COLUMNS, TEXT_COLUMNS, conflicts, no_conflicts, no_excluded
from layers.inventory_combination import Inventory, combine
from tests.inventories import Rows, excluded, role, sites, spaces, square
from tests.networks import METRIC

TOWN = box(-100, -100, 5000, 5000)


def _conflicts(mode: str, ours: Rows, theirs: Rows, *, planned: frozenset[str] = frozenset(), away: dict[str, tuple[str, str, str, Geometry]] | None = None, coverage: Geometry | None = None, source: str = "osm") -> gpd.GeoDataFrame:
    before, inventory = spaces(theirs, source=source), Inventory(role(mode), sites(ours, planned), coverage)  # type: ignore[arg-type]
    turned_away = excluded(away) if away else no_excluded(METRIC)
    return conflicts(inventory, before, combine(before, inventory), turned_away, TOWN)


def _kinds(found: gpd.GeoDataFrame) -> list[str]:
    return found["conflict_kind"].tolist()


@pytest.mark.parametrize("mode", ["supplement", "correct", "replace"])
def test_the_same_places_do_not_differ(mode):
    rows: Rows = {"x/1": ("park", "Doramas", square(0)), "x/2": ("park", "", Point(900, 0))}
    found = _conflicts(mode, rows, rows, coverage=TOWN)
    assert len(found) == 0
    assert list(found.columns) == [*TEXT_COLUMNS, *NUMBER_COLUMNS, "geometry"]
    assert found.index.name == "conflict_id"


def test_a_site_that_nothing_matches_is_only_in_the_inventory():
    (row,) = _conflicts("supplement", {"city/1": ("park", "Nuevo", square(0))}, {}).reset_index().to_dict("records")
    assert (row["conflict_id"], row["conflict_kind"], row["used"]) == ("city/only_in_inventory/1", "only_in_inventory", "inventory")
    assert (row["site_id"], row["space_id"], row["inventory_area_m2"]) == ("city/1", "", 10_000.0)
    assert row["osm_area_m2"] != row["osm_area_m2"]
    assert row["geometry"].equals(square(0))


def test_what_a_rule_turned_away_differs_in_access():
    away = {"way/9": ("park", "Villa", "park.access", square(10)), "way/8": ("", "Golf", "golf_course.never", square(500))}
    ours: Rows = {"city/1": ("park", "Villa", square(0)), "city/2": ("park", "Green", square(500))}
    found = _conflicts("supplement", ours, {}, away=away)
    assert _kinds(found) == ["access_differs", "access_differs"]
    assert found["osm_reason"].tolist() == ["park.access", "golf_course.never"]
    assert found["space_id"].tolist() == ["way/9", "way/8"]
    assert set(found["used"]) == {"inventory"}
    assert found["overlap_share"].tolist() == pytest.approx([0.9 * 1.0, 1.0])
    assert _kinds(_conflicts("supplement", {"city/1": ("park", "", square(3000))}, {}, away=away)) == ["only_in_inventory"]


def test_completeness_is_asked_for_where_it_is_claimed():
    theirs: Rows = {"way/1": ("park", "", square(0)), "way/2": ("square", "", square(0)), "way/3": ("park", "", square(9000))}
    assert _kinds(_conflicts("supplement", {}, theirs)) == []  # claims no completeness
    assert _conflicts("correct", {}, theirs)["space_id"].tolist() == ["way/1"]  # inside the communities, of its classes
    assert _conflicts("supplement", {}, theirs, coverage=box(8000, -1, 9999, 999))["space_id"].tolist() == ["way/3"]
    inside = _conflicts("replace", {}, theirs, coverage=TOWN)
    assert inside[["space_id", "used"]].to_numpy().tolist() == [["way/1", "inventory"]]
    assert _conflicts("correct", {}, theirs)["used"].tolist() == ["osm"]


def test_classes_and_names_that_differ():
    theirs: Rows = {"way/1": ("square", "Plaza Mayor", square(0))}
    found = _conflicts("correct", {"city/1": ("park", "Plaza Chica", square(10))}, theirs)
    assert _kinds(found) == ["class_differs", "name_differs"]
    assert found[["inventory_class", "osm_class"]].iloc[0].tolist() == ["park", "square"]
    assert found[["inventory_name", "osm_name"]].iloc[1].tolist() == ["Plaza Chica", "Plaza Mayor"]
    assert set(found["used"]) == {"inventory"}
    assert set(_conflicts("supplement", {"city/1": ("park", "Plaza Chica", square(10))}, theirs)["used"]) == {"osm"}


def test_a_name_that_one_of_the_matched_spaces_bears_is_no_difference():
    theirs: Rows = {"way/1": ("park", "Otro", square(0)), "way/2": ("park", "Doramas", square(150))}
    assert "name_differs" not in _kinds(_conflicts("correct", {"city/1": ("park", "Parque Doramas", box(0, 0, 250, 100))}, theirs))
    assert _kinds(_conflicts("correct", {"city/1": ("park", "Parque", square(0))}, {"way/1": theirs["way/1"]})) == []


def test_areas_are_compared_for_the_whole_place():
    whole: Rows = {"way/1": ("park", "", box(0, 0, 400, 100))}
    parcels: Rows = {"city/1": ("park", "", box(0, 0, 190, 100)), "city/2": ("park", "", box(210, 0, 400, 100))}
    assert _kinds(_conflicts("correct", parcels, whole)) == []  # 38,000 of 40,000 m2 together
    (row,) = _conflicts("correct", {"city/1": ("park", "", box(0, 0, 250, 100)), "city/2": ("park", "", box(270, 0, 290, 100))}, whole).reset_index().to_dict("records")
    assert (row["conflict_kind"], row["site_id"], row["space_id"]) == ("area_differs", "city/1", "way/1")
    assert (row["inventory_area_m2"], row["osm_area_m2"], row["overlap_share"]) == (27_000.0, 40_000.0, 1.0)


@pytest.mark.parametrize(("width_m", "differs"), [(75, False), (74, True)])
def test_a_quarter_of_the_larger_is_the_threshold(width_m, differs):
    found = _conflicts("correct", {"city/1": ("park", "", box(0, 0, width_m, 100))}, {"way/1": ("park", "", square(0))})
    assert _kinds(found) == ["area_differs"] * differs


def test_a_small_square_may_be_drawn_in_two_ways():
    assert _kinds(_conflicts("correct", {"city/1": ("park", "", box(0, 0, 10, 10))}, {"way/1": ("park", "", box(0, 0, 20, 15))})) == []


def _used(mode: str, ours: Rows, theirs: Rows) -> dict[str, str]:
    found = _conflicts(mode, ours, theirs, coverage=TOWN if mode == "replace" else None)
    return dict(zip(found["conflict_kind"], found["used"], strict=True))


@pytest.mark.parametrize(
    ("mode", "width_m", "area", "name"),
    [
        ("correct", 40, "osm", "osm"),  # a part of the space: joined with the rest of it
        ("correct", 50, "inventory", "inventory"),
        ("replace", 40, "inventory", "inventory"),
        ("replace", 50, "inventory", "inventory"),
        ("supplement", 40, "osm", "osm"),
    ],
)
def test_whose_outline_and_name_count_is_read_off_what_counts(mode, width_m, area, name):
    ours: Rows = {"city/1": ("park", "Ese", box(0, 0, width_m, 100))}
    assert _used(mode, ours, {"way/1": ("park", "Olmo", square(0))}) == {"area_differs": area, "name_differs": name}


def test_a_site_that_joins_a_larger_neighbour_of_the_map_bears_its_name():
    theirs: Rows = {"way/1": ("park", "Olmo", square(0)), "way/2": ("park", "Grande", box(110, 0, 500, 100))}
    assert _used("correct", {"city/1": ("park", "Ese", box(0, 0, 110, 100))}, theirs) == {"name_differs": "osm", "only_in_osm": "osm"}


def test_a_name_of_the_map_that_another_site_bears_too_is_still_that_of_the_map():
    ours: Rows = {"city/1": ("park", "Ese", square(0)), "city/2": ("park", "Olmo", square(900))}
    assert _used("supplement", ours, {"way/1": ("park", "Olmo", square(0))})["name_differs"] == "osm"


def test_a_planned_place_that_the_map_has_as_a_point_counts_as_the_map_has_it():
    found = _conflicts("supplement", {"city/1": ("park", "", square(0))}, {"node/1": ("park", "", Point(50, 50))}, planned=frozenset({"city/1"}))
    assert found[["conflict_kind", "used"]].to_numpy().tolist() == [["planned_but_in_osm", "osm"]]


def test_ground_that_counts_in_another_class_only_is_not_that_of_the_place():
    theirs: Rows = {"way/1": ("park", "", square(0)), "way/2": ("playground", "", square(0))}
    found = _conflicts("replace", {"city/1": ("park", "", square(0))}, theirs, planned=frozenset({"city/1"}), coverage=TOWN)
    assert found[["conflict_kind", "space_id", "used"]].to_numpy().tolist() == [["planned_but_in_osm", "way/1", "inventory"]]


def test_outlines_that_count_together_are_told_as_both():
    ours: Rows = {"city/1": ("park", "", box(0, 0, 180, 100))}
    assert _used("supplement", ours, {"way/1": ("park", "", box(-20, 0, 40, 40))}) == {"area_differs": "both"}
    assert _used("correct", {"city/1": ("park", "", box(0, -50, 40, 100))}, {"way/1": ("park", "", square(0))}) == {"area_differs": "both"}
    named: Rows = {"city/1": ("park", "Doramas", square(0))}
    square_: Rows = {"way/1": ("square", "Doramas", box(0, 0, 40, 100))}
    assert _used("supplement", named, square_)["class_differs"] == "both"
    assert _used("correct", named, square_)["class_differs"] == "inventory"


def test_a_site_on_ground_of_another_place_is_not_said_to_be_missing():
    theirs: Rows = {"way/1": ("park", "Grande", box(0, 0, 400, 100))}
    ours: Rows = {
        "city/1": ("park", "Grande", box(0, 0, 400, 100)),  # takes the space
        "city/2": ("square", "Plaza", box(300, 0, 400, 100)),  # a square in it
        "city/3": ("square", "", box(380, 0, 422, 100)),  # 20 of 42 m on it
        "city/4": ("library", "", Point(50, 50)),  # a library in a park is no part of the park
    }
    found = _conflicts("supplement", ours, theirs)
    assert found[["conflict_kind", "site_id", "space_id", "used"]].to_numpy().tolist() == [
        ["only_in_inventory", "city/3", "", "inventory"], ["only_in_inventory", "city/4", "", "inventory"],
        ["part_of_another", "city/2", "way/1", "inventory"],
    ]  # fmt: skip
    assert found["overlap_share"].tolist()[2] == 1.0
    assert found["osm_area_m2"].tolist()[2] == 40_000.0


def test_of_several_places_on_its_ground_the_one_that_holds_most_is_named():
    theirs: Rows = {"way/1": ("park", "", square(0)), "way/2": ("park", "", square(105))}
    (row,) = _conflicts("supplement", {"city/1": ("square", "", box(80, 0, 200, 20))}, theirs).to_dict("records")
    assert (row["conflict_kind"], row["space_id"], row["overlap_share"]) == ("part_of_another", "way/2", 95 / 120)


def test_a_second_point_in_an_outline_of_its_class_does_not_count_again():
    theirs: Rows = {"way/1": ("library", "Vieja", square(0))}
    ours: Rows = {"city/1": ("library", "Vieja", Point(50, 50)), "city/2": ("library", "Otra", Point(60, 60))}
    found = _conflicts("correct", ours, theirs)
    assert found[["conflict_kind", "site_id", "used"]].to_numpy().tolist() == [["part_of_another", "city/2", "osm"]]


def test_a_planned_site_where_the_map_shows_one():
    theirs: Rows = {"way/1": ("park", "Grande", square(0)), "way/2": ("park", "", square(80))}
    ours: Rows = {"city/1": ("park", "Proyecto", box(0, 0, 150, 100)), "city/2": ("park", "", square(3000))}
    later = frozenset(ours)
    for mode, used in (("supplement", "osm"), ("correct", "osm"), ("replace", "inventory")):
        found = _conflicts(mode, ours, theirs, planned=later, coverage=TOWN if mode == "replace" else None)
        assert found[["conflict_kind", "site_id", "space_id", "used"]].to_numpy().tolist() == [["planned_but_in_osm", "city/1", "way/1", used]]


def test_only_the_map_is_compared_and_no_other_inventory():
    theirs: Rows = {"parks/1": ("park", "Otro nombre", square(0, 0, 300))}
    assert _kinds(_conflicts("correct", {"city/1": ("park", "Nombre", square(0))}, theirs, source="parks")) == []


def test_rows_are_sorted_by_kind_and_ids_are_unique():
    theirs: Rows = {"way/1": ("park", "A uno", square(0)), "way/2": ("park", "", square(500)), "way/3": ("square", "", square(900))}
    ours: Rows = {"city/10": ("park", "B dos", square(0, 0, 60)), "city/2": ("park", "", square(2000)), "city/3": ("park", "", square(900))}
    found = _conflicts("correct", ours, theirs)
    assert _kinds(found) == ["only_in_inventory", "only_in_osm", "class_differs", "area_differs", "name_differs"]
    assert found.index.is_unique
    assert [CONFLICT_KINDS.index(kind) for kind in _kinds(found)] == sorted(CONFLICT_KINDS.index(kind) for kind in _kinds(found))


def test_no_conflicts_have_the_same_columns():
    found = _conflicts("supplement", {"city/1": ("park", "", square(0))}, {})
    nothing = no_conflicts(METRIC)
    assert (nothing.dtypes == found.dtypes).all()
    assert nothing.index.dtype == found.index.dtype
