"""What counts where an inventory and the map both speak, by mode."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely import Point, box

from layers.inventory_combination import Inventory, Outcome, combine
from layers.space_merge import SPACE_COLUMNS
from tests.inventories import Rows, role, sites, spaces, square

EVERYWHERE = box(-1e5, -1e5, 1e5, 1e5)


def _combine(mode: str, ours: Rows, theirs: Rows, *, planned: frozenset[str] = frozenset(), fenced: frozenset[str] = frozenset(), coverage: object = EVERYWHERE, **more: object) -> Outcome:
    area = coverage if mode == "replace" else None
    return combine(spaces(theirs, fenced), Inventory(role(mode, **more), sites(ours, planned), area))  # type: ignore[arg-type]


def _classes(outcome: Outcome) -> dict[str, str]:
    return outcome.spaces["space_class"].to_dict()


@pytest.mark.parametrize("mode", ["supplement", "correct", "replace"])
def test_a_site_that_matches_nothing_is_added_open_and_under_its_own_id(mode):
    outcome = _combine(mode, {"city/1": ("park", "Nuevo", square(500))}, {"way/1": ("square", "", square(0))})
    assert _classes(outcome) == {"way/1": "square", "city/1": "park"}
    added = outcome.spaces.loc["city/1"]
    assert added[["name", "fenced", "member_ids", "area_m2", "source"]].tolist() == ["Nuevo", False, "city/1", 10_000.0, "city"]
    assert list(outcome.spaces.columns) == list(SPACE_COLUMNS)
    assert (outcome.counts["sites_added"], outcome.counts["sites_matched"]) == (1, 0)


def test_supplement_changes_nothing_of_what_it_matches():
    theirs: Rows = {"way/1": ("park", "Doramas", square(0))}
    outcome = _combine("supplement", {"city/1": ("park", "Otro", square(10))}, theirs)
    assert_geodataframe_equal(outcome.spaces, spaces(theirs))
    assert outcome.counts["sites_matched"] == 1


def test_correct_puts_outline_class_and_name_in_place():
    outcome = _combine("correct", {"city/1": ("park", "Otro", square(20))}, {"way/1": ("park", "Doramas", square(0))})
    (row,) = outcome.spaces.reset_index().to_dict("records")
    assert (row["space_id"], row["name"], row["source"], row["member_ids"]) == ("city/1", "Otro", "city", "way/1 city/1")
    assert row["geometry"].equals(square(20))
    other = _combine("correct", {"city/1": ("park", "", square(20))}, {"way/1": ("square", "Doramas", square(0))})
    assert _classes(other) == {"city/1": "park"}
    assert other.spaces.loc["city/1", "name"] == "Doramas"  # no name says nothing against the one there is
    assert other.counts["spaces_replaced"] == 1


def test_correct_leaves_the_part_of_a_space_that_no_site_speaks_of():
    whole: Rows = {"way/1": ("park", "Grande", box(0, 0, 400, 100))}
    part = _combine("correct", {"city/1": ("park", "Parcela", square(0))}, whole)
    (row,) = part.spaces.reset_index().to_dict("records")  # both parts touch: still one park of the same size
    assert (row["space_id"], row["area_m2"], row["member_ids"]) == ("way/1", 40_000.0, "way/1 city/1")
    assert (part.counts["spaces_cut"], part.counts["spaces_replaced"]) == (1, 0)
    most = _combine("correct", {"city/1": ("park", "", square(0)), "city/2": ("park", "", square(110))}, whole)
    assert most.spaces["area_m2"].tolist() == [10_000.0, 10_000.0]  # together half of it: a new outline
    assert most.counts["spaces_replaced"] == 1


@pytest.mark.parametrize("width_m", [40, 49, 50, 60])
def test_in_a_complete_inventory_nothing_else_of_a_space_stays(width_m):
    ours: Rows = {"city/1": ("park", "S", box(0, 0, width_m, 100))}
    outcome = _combine("replace", ours, {"way/1": ("park", "O", square(0))})
    (row,) = outcome.spaces.reset_index().to_dict("records")
    assert (row["space_id"], row["name"], row["source"], row["area_m2"]) == ("city/1", "S", "city", width_m * 100.0)
    assert (outcome.counts["spaces_replaced"], outcome.counts["spaces_cut"], outcome.counts["spaces_left_out"]) == (1, 0, 0)


def test_of_a_space_that_belongs_elsewhere_a_complete_inventory_takes_its_part_only():
    theirs: Rows = {"way/1": ("park", "", box(0, 0, 300, 100)), "way/2": ("square", "", box(0, 200, 300, 300))}
    ours: Rows = {"city/1": ("park", "", square(0)), "city/2": ("park", "", square(0, 200))}
    outcome = _combine("replace", ours, theirs, coverage=box(-10, -10, 149, 400))  # less than half of way/1 inside
    assert outcome.spaces["area_m2"].to_dict() == {"way/1": 30_000.0, "way/2": 30_000.0, "city/2": 10_000.0}
    assert outcome.counts["spaces_cut"] == 1


def test_a_complete_inventory_leaves_what_an_earlier_one_says():
    first = _combine("correct", {"city/1": ("park", "", square(0))}, {"way/1": ("park", "", square(0)), "way/2": ("park", "", square(300))}).spaces
    joined = spaces({"way/9": ("park", "", box(600, 0, 900, 100))}).assign(member_ids="way/9 city/5")  # the larger part is the map's
    before = gpd.GeoDataFrame(pd.concat([first, joined]))
    second = Inventory(role("replace"), sites({"late/1": ("park", "", square(600))}), EVERYWHERE)
    outcome = combine(before, second)
    assert outcome.spaces["area_m2"].to_dict() == {"way/9": 30_000.0, "city/1": 10_000.0}
    assert outcome.counts["spaces_left_out"] == 1  # way/2, which no inventory has


def test_a_scrap_of_a_place_does_not_keep_the_rest_of_it_out():
    ours: Rows = {"city/1": ("park", "Grande", box(0, 0, 180, 100))}
    scrap: Rows = {"way/1": ("park", "Trozo", box(-5, 0, 15, 16))}
    outcome = _combine("supplement", ours, scrap, fenced=frozenset({"way/1"}))
    (row,) = outcome.spaces.reset_index().to_dict("records")
    assert (row["area_m2"], row["member_ids"], row["fenced"]) == (18_000.0 + 5 * 16, "way/1 city/1", True)
    counts = [outcome.counts[name] for name in ("sites_matched", "sites_added", "sites_extended", "pieces_joined")]
    assert counts == [1, 0, 1, 1]


@pytest.mark.parametrize(("width_m", "extended"), [(89, 1), (90, 0)])
def test_half_of_a_site_is_enough_to_be_there(width_m, extended):
    ours: Rows = {"city/1": ("park", "", box(0, 0, 180, 100))}
    outcome = _combine("supplement", ours, {"way/1": ("park", "", box(0, 0, width_m, 100))})
    assert outcome.counts["sites_extended"] == extended
    assert outcome.spaces["area_m2"].tolist() == [18_000.0 if extended else 9_000.0]


def test_what_is_missing_is_told_by_the_kind_of_match():
    # Of one name but drawn elsewhere: as large as half of the site it is the same place, smaller it is not all of it.
    elsewhere = {"city/1": ("park", "Doramas", square(0))}
    assert _combine("supplement", elsewhere, {"way/1": ("park", "Doramas", box(120, 0, 220, 50))}).counts["sites_extended"] == 0
    assert _combine("supplement", elsewhere, {"way/1": ("park", "Doramas", box(120, 0, 220, 49))}).spaces["area_m2"].tolist() == [4_900.0, 10_000.0]
    # Of another class: its ground stays, the rest is added.
    other = _combine("supplement", elsewhere, {"way/1": ("square", "Doramas", box(0, 0, 40, 100))})
    assert other.spaces[["space_class", "area_m2"]].to_numpy().tolist() == [["square", 4_000.0], ["park", 6_000.0]]
    # A point has no ground: the outline takes its place, its id and its name.
    point = _combine("supplement", {"city/1": ("park", "", square(0))}, {"node/1": ("park", "Doramas", Point(120, 50))})
    assert point.spaces.reset_index()[["space_id", "name", "member_ids"]].to_numpy().tolist() == [["city/1", "Doramas", "node/1 city/1"]]
    assert point.counts["spaces_replaced"] == 1
    named = _combine("supplement", {"city/1": ("park", "", Point(5, 5))}, {"node/1": ("park", "", Point(9, 9))})
    assert list(named.spaces.index) == ["node/1"]


def test_one_parcel_takes_the_place_of_several_spaces():
    theirs: Rows = {f"way/{n}": ("park", f"n{n}", square(150 * n)) for n in range(3)}
    outcome = _combine("correct", {"city/1": ("park", "Todo", box(0, 0, 400, 100))}, theirs)
    assert list(outcome.spaces.index) == ["city/1"]
    assert outcome.spaces["member_ids"].tolist() == ["way/0 way/1 way/2 city/1"]
    assert outcome.counts["spaces_replaced"] == 3


def test_a_site_is_fenced_only_where_all_spaces_in_whose_place_it_stands_are():
    theirs: Rows = {"way/1": ("park", "", square(0)), "way/2": ("park", "", square(150))}
    ours: Rows = {"city/1": ("park", "", box(0, 0, 250, 100))}
    assert not _combine("correct", ours, theirs, fenced=frozenset({"way/1"})).spaces["fenced"].any()
    assert _combine("correct", ours, theirs, fenced=frozenset(theirs)).spaces["fenced"].all()


def test_a_point_names_an_outline_and_never_takes_its_place():
    theirs: Rows = {"way/1": ("library", "Vieja", square(0)), "node/2": ("library", "", Point(900, 0))}
    ours: Rows = {"city/1": ("library", "Nueva", Point(105, 50)), "city/2": ("library", "Otra", Point(905, 0))}
    outcome = _combine("correct", ours, theirs, space_class="library")
    assert outcome.spaces["name"].to_dict() == {"way/1": "Nueva", "city/2": "Otra"}
    assert outcome.spaces.loc["way/1", ["area_m2", "source", "member_ids"]].tolist() == [10_000.0, "osm", "way/1 city/1"]


def test_replace_leaves_out_what_it_does_not_know_inside_its_coverage_only():
    theirs: Rows = {
        "way/1": ("park", "", square(0)),  # matched
        "way/2": ("park", "", square(500)),  # unknown to it
        "way/3": ("park", "", square(5000)),  # beyond
        "way/4": ("playground", "", square(700)),  # of a class that it does not speak of
        "way/5": ("park", "", box(950, 0, 1050, 100)),  # half inside
        "way/6": ("park", "", box(951, 200, 1051, 300)),  # mostly outside
        "node/7": ("park", "", Point(300, 300)),
    }
    outcome = _combine("replace", {"city/1": ("park", "", square(0))}, theirs, coverage=box(-10, -10, 1000, 1000))
    assert set(outcome.spaces.index) == {"city/1", "way/3", "way/4", "way/6"}
    assert outcome.counts["spaces_left_out"] == 3
    assert outcome.spaces.loc["way/6", "area_m2"] == 10_000.0  # never cut at the border


def test_replace_speaks_of_every_class_that_it_names_even_without_a_site():
    outcome = _combine("replace", {}, {"way/1": ("square", "", square(0))}, space_class="", classes={"p": "park", "s": "square"}, class_column="c")
    assert len(outcome.spaces) == 0


@pytest.mark.parametrize("mode", ["supplement", "correct", "replace"])
def test_planned_sites_change_nothing_but_in_a_complete_inventory(mode):
    theirs: Rows = {"way/1": ("park", "", square(0)), "way/2": ("square", "", square(300))}
    outcome = _combine(mode, {"city/1": ("park", "", square(0)), "city/2": ("park", "", square(900))}, theirs, planned=frozenset({"city/1", "city/2"}))
    assert set(outcome.spaces.index) == ({"way/2"} if mode == "replace" else {"way/1", "way/2"})
    assert list(outcome.planned.index) == ["city/1", "city/2"]
    assert outcome.counts["sites_planned"] == 2


def test_what_touches_afterwards_is_one_space_and_counts_once():
    outcome = _combine("supplement", {"city/1": ("park", "Anexo", box(90, 0, 390, 100))}, {"way/1": ("park", "Viejo", square(0, 0, 100))})
    (row,) = outcome.spaces.reset_index().to_dict("records")
    assert (row["space_id"], row["area_m2"], row["member_ids"], row["source"]) == ("way/1", 39_000.0, "way/1 city/1", "city")
    assert outcome.counts["pieces_joined"] == 1


def test_a_new_outline_swallows_points_of_its_class():
    theirs: Rows = {"node/1": ("park", "", Point(150, 150)), "node/2": ("toilet", "", Point(50, 50)), "node/3": ("park", "", Point(9, 9))}
    outcome = _combine("correct", {"city/1": ("park", "", square(0, 0, 300))}, theirs)
    assert list(outcome.spaces.index) == ["node/2", "city/1"]
    assert (outcome.counts["spaces_replaced"], outcome.counts["duplicate_points"]) == (1, 1)


def test_nothing_is_written_into():
    theirs, ours = spaces({"way/1": ("park", "", box(0, 0, 400, 100))}), sites({"city/1": ("park", "", square(0))})
    before = theirs.copy(), ours.copy()
    combine(theirs, Inventory(role("correct"), ours))
    assert_geodataframe_equal(theirs, before[0])
    assert_geodataframe_equal(ours, before[1])


def test_without_spaces_and_without_sites():
    assert list(_combine("correct", {"city/1": ("park", "", square(0))}, {}).spaces.index) == ["city/1"]
    assert len(_combine("correct", {}, {}).spaces) == 0
    theirs: Rows = {"way/1": ("park", "", square(0))}
    assert_geodataframe_equal(_combine("correct", {}, theirs).spaces, spaces(theirs))
