"""Who and what lies in each class of a hazard, and people exposed in a year, worked out by hand."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.annual_exposure import annual_groups, expected_annual, without_year
from analyses.assess import assess
from analyses.exposed_classes import ByClass, shares_by_class
from analyses.exposure_columns import EXPOSURE, EXPOSURE_ANNUAL
from analyses.exposure_tables import _strongest
from analyses.held_shapes import Shapes
from analyses.profile_reader import packaged_profile
from layers.types import HazardRole
from maps.runfile import _strength
from maps.tables import published_tables
from spatial.zonal import Cells, coverage, range_shares
from tests.flooded_town import TOWN_GRID, flooded, town_depths
from tests.town import METRIC, town, with_hazards

WATERLOGGING = packaged_profile("waterlogging-15cm")
TOWN_BOX = box(0, 0, 320, 100)
WEST_W1 = 50 * 300 / 500
"""Residents of W1 by floor area; W2 has the other 20 of West, E1 the 40 of East."""


def tables(depths, **more):
    return assess(flooded(depths, transform=TOWN_GRID, **more), []).exposure


def rows(table, unit, hazard):
    found = table[(table["unit_id"] == unit) & (table["hazard_id"] == hazard)].set_index("hazard_class")
    return found.drop(columns=["unit_id", "level", "hazard_id"])


def test_each_class_has_its_residents_floor_and_buildings():
    found = tables({"w": town_depths(c1=0.1, c3=0.2, c7=np.nan)})
    west = rows(found.classes, "West", "w")
    assert west["residents"].to_dict() == pytest.approx(
        {"wet": WEST_W1, "over_15cm": 50 - WEST_W1, "unknown": 0, "outside": 0}
    )
    assert west["floor_area_m2"].to_dict() == pytest.approx({"wet": 300, "over_15cm": 200, "unknown": 0, "outside": 0})
    assert west["buildings"].tolist() == [1, 1, 0, 0]
    east = rows(found.classes, "East", "w")
    assert east["residents"].to_dict() == pytest.approx({"wet": 0, "over_15cm": 0, "unknown": 40, "outside": 0})
    assert east["buildings"].to_dict() == {"wet": 0, "over_15cm": 0, "unknown": 1, "outside": 0}


def test_a_building_over_two_classes_counts_once_in_the_stronger_and_its_residents_by_share():
    wide = Affine(205, 0, -100, 0, -400, 300)  # two cells: they part at x = 105 and end at 310
    west = rows(assess(flooded({"w": [[0.1, 0.2]]}, transform=wide), []).exposure.classes, "West", "w")
    assert west["residents"].to_dict() == pytest.approx({"wet": 15, "over_15cm": 15 + 10, "unknown": 10, "outside": 0})
    assert west["buildings"].to_dict() == {"wet": 0, "over_15cm": 2, "unknown": 0, "outside": 0}


def test_a_dry_building_whose_side_lies_on_the_border_of_a_wet_cell_stays_dry():
    """Grids turned by any angle (synthetic): what a side shares with a cell is rounding, and no part of a building."""
    wet, rng, found = np.array([[0.0, 0.0, 1.0]] * 3), np.random.default_rng(0), []
    for _ in range(40):
        grid = Affine.translation(*rng.uniform(4e5, 5e5, 2)) @ Affine.rotation(rng.uniform(0, 90)) @ Affine.scale(10, -10)
        building = shapely.Polygon([grid @ corner for corner in ((0, 0), (2, 0), (2, 2), (0, 2))])
        cells = Cells(3, 3, grid, gpd.GeoSeries([], crs=METRIC).crs)
        held = coverage(gpd.GeoSeries([building], crs=METRIC), cells)
        shares, known = range_shares(held, wet, np.array([0.5]), np.array([np.inf]))
        found.append(_strongest(ByClass(("wet",), shares, 1 - known))[0])
    assert found == [2] * 40  # outside
    barely = ByClass(("wet",), np.array([[1e-6], [0.0]]), np.array([0.0, 1e-6]))
    assert _strongest(barely).tolist() == [0, 1]


def test_public_space_counts_by_area():
    found = rows(tables({"w": town_depths(row=3, c2=0.2)}).classes, "West", "w")
    assert found["space_m2"].to_dict() == pytest.approx({"wet": 0, "over_15cm": 60 * 50, "unknown": 0, "outside": 0})


def test_all_that_may_judge_together_counts_once():
    found = tables({"w": town_depths(c1=0.1)}, polygons={"f": box(0, 0, 320, 100)})
    assert rows(found.classes, "West", "f")["residents"].to_dict() == pytest.approx(
        {"inside": 50, "unknown": 0, "outside": 0}
    )
    assert rows(found.classes, "West", "any")["residents"].to_dict() == pytest.approx(
        {"inside": 50, "unknown": 0, "outside": 0}
    )
    assert rows(found.classes, "All", "any")["residents"].to_dict() == pytest.approx(
        {"inside": 50, "unknown": 0, "outside": 40}
    )


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.3, float("nan")]), min_size=10, max_size=10))
def test_the_rows_of_a_unit_add_up_to_all_it_has(depths):
    grid = np.zeros((4, 10))
    grid[2] = depths
    layers = flooded({"w": grid, "x": grid[::-1]}, transform=TOWN_GRID, polygons={"f": box(0, -50, 305, 25)})
    shapes = Shapes(layers.buildings.geometry)
    for role in layers.study.hazards:
        found = shares_by_class(layers, role, shapes)
        assert found.shares.sum(axis=1) + found.unknown + found.outside == pytest.approx(np.ones(3), abs=1e-9)
    assert len(shapes.known) == 1, "one grid, one coverage"


def test_residents_placed_along_streets_are_told_apart_at_every_level():
    """20 of East stand along its street, one at x = 512.5, 537.5, ...: 4 of them left of x = 600, where no building is."""
    found = assess(with_hazards(town(), {"f": ("flood", "official", box(500, -50, 600, 50))}), []).exposure.classes
    for unit in ("East", "All", found.loc[found["level"] == "city", "unit_id"].iloc[0]):
        both = rows(found, unit, "f")[["residents", "residents_imputed", "buildings"]]
        assert both.loc["inside"].tolist() == pytest.approx([4, 4, 0]), unit
        assert both["residents_imputed"].tolist() == pytest.approx([4, 0, 16]), unit
    assert rows(found, "West", "f")["residents_imputed"].tolist() == [0, 0, 0]
    assert (found["residents_imputed"] <= found["residents"]).all()
    nobody_counted = dataclasses.replace(flooded({"w": town_depths(c1=0.2)}, transform=TOWN_GRID), residents=None)
    assert assess(nobody_counted, []).exposure.classes["residents_imputed"].isna().all()


def test_totals_are_conserved_at_every_level():
    found = tables({"w": town_depths(c1=0.1, c3=np.nan, c7=0.4)}, polygons={"f": box(0, 0, 305, 25)}).classes
    totals = found.groupby(["level", "hazard_id"])[["residents", "floor_area_m2", "buildings", "space_m2"]].sum()
    for _, row in totals.iterrows():
        assert row.tolist() == pytest.approx([90, 900, 3, 3000], rel=1e-9)


def test_polygons_of_two_classes_count_overlapping_ground_in_the_stronger():
    layers = with_hazards(town(), {"f": ("flood", "official", box(0, 0, 1, 1))})
    scale = flooded({"w": [[0]]}).study.hazards[0].scale
    role = dataclasses.replace(layers.study.hazards[0], scale=dataclasses.replace(scale, column="d"))
    hazards = pd.concat([layers.hazards] * 2).set_geometry([box(100, 20, 110, 30), box(105, 0, 400, 100)])
    layers = dataclasses.replace(
        layers, hazards=hazards.assign(hazard_class=["wet", "over_15cm"], intensity=[0.1, 0.2])
    )
    found = shares_by_class(layers, role, Shapes(layers.buildings.geometry.loc[["W1", "W2", "E1"]]))
    assert found.shares.tolist() == [[0.5, 0.5], [0, 1], [0, 0]]
    doubt = gpd.GeoDataFrame({"hazard_id": ["f"]}, geometry=[box(300, 0, 1000, 100)], crs=METRIC)
    unsure = dataclasses.replace(layers, hazard_unknown=doubt)
    again = shares_by_class(unsure, role, Shapes(layers.buildings.geometry.loc[["W1", "W2", "E1"]]))
    assert again.shares.tolist() == found.shares.tolist()
    assert again.unknown.tolist() == [0, 0, 1], "what is known to be in the stronger class is not unknown"


def test_without_hazards_there_is_no_table_and_with_a_plain_layer_there_is():
    assert assess(town(), []).exposure is None
    found = assess(with_hazards(town(), {"f": ("flood", "official", box(0, 0, 400, 100))}), []).exposure
    assert rows(found.classes, "West", "f")["residents"].to_dict() == {"inside": 50, "unknown": 0, "outside": 0}
    assert found.annual.empty
    assert found.facilities.empty


def test_without_residents_they_are_unknown_and_floor_is_not():
    layers = dataclasses.replace(flooded({"w": town_depths(c1=0.2)}, transform=TOWN_GRID), residents=None)
    west = rows(assess(layers, []).exposure.classes, "West", "w")
    assert west["residents"].isna().all()
    assert west.loc["over_15cm", "floor_area_m2"] == pytest.approx(300)


def test_people_exposed_in_a_year_by_hand():
    """10 people every 10 years, 40 every 50, 100 every 100."""
    found = expected_annual([100, 10, 50], np.array([[100.0, 10.0, 40.0], [0, 0, 0], [7, 7, 7], [np.nan, 1, 1]]))
    assert found[0] == pytest.approx(25 * (0.1 - 0.02) + 70 * (0.02 - 0.01) + 100 * 0.01)
    assert found[1] == 0
    assert found[2] == pytest.approx(7 * 0.1)  # the same people in every event of ten years and more
    assert np.isnan(found[3])


@pytest.mark.parametrize("periods", [[100], [100, 100], [100, 0.5]])
def test_one_period_says_nothing_of_a_year(periods):
    with pytest.raises(AssertionError, match="at least two return periods"):
        expected_annual(periods, np.ones((1, len(periods))))


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.integers(0, 2), st.floats(0, 1e6))
def test_more_people_in_any_event_are_more_in_a_year(people, which, more):
    low = np.array([people])
    high = low.copy()
    high[0, which] += more
    assert expected_annual([10, 50, 500], high)[0] >= expected_annual([10, 50, 500], low)[0]


def test_layers_of_several_periods_give_people_in_a_year():
    depths = {"t10": town_depths(c1=0.2), "t100": town_depths(c1=0.2, c3=0.2, c7=np.nan)}
    annual = tables(depths, periods={"t10": 10, "t100": 100}).annual.set_index("unit_id")
    west = (WEST_W1 + 50) / 2 * (0.1 - 0.01) + 50 * 0.01
    east_high = 40 / 2 * (0.1 - 0.01) + 40 * 0.01
    assert annual.loc["West", "residents_yr"] == pytest.approx(west)
    assert annual.loc["West", "residents_yr_high"] == pytest.approx(west)
    assert annual.loc["East", ["residents_yr", "residents_yr_high"]].tolist() == pytest.approx([0, east_high])
    assert annual.loc["West", ["hazard_ids", "periods_yr"]].tolist() == ["t10 t100", "10 100"]


def role(name, period, status="official", kind="flood", scenario=""):
    return HazardRole(name, kind, status, {}, {}, return_period_yr=period, scenario=scenario)


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ([role("o", 100), role("m", 10, "modelled"), role("n", 50, "modelled")], [("hazard.flood", 3, "o, m, n")]),
        ([role("o", 100), role("e", 10, "derived")], [("hazard.flood", 2, "o, e")]),
        ([role("a", 10), role("b", 100, scenario="2050")], [("hazard.flood", 2, "a, b")]),
        ([role("a", 10), role("b", 100, kind="coastal")], [("hazard.flood", 1, "a"), ("hazard.coastal", 1, "b")]),
        ([role("a", 10), role("b", 100), role("c", 500, "modelled")], []),
        ([role("a", 100), role("b", 100, "modelled"), role("c", None)], []),
        ([role("a", 100)], []),
    ],
)
def test_why_there_is_no_figure_of_a_year_is_told(roles, told):
    assert [(c.layer, c.count, c.detail) for c in without_year(roles)] == told


def test_the_caveats_of_an_assessment_say_so_too():
    layers = flooded({"t10": town_depths(c1=0.2)}, transform=TOWN_GRID, periods={"t10": 10}, polygons={"f": TOWN_BOX})
    river, water = layers.study.hazards
    study = dataclasses.replace(layers.study, hazards=(dataclasses.replace(river, return_period_yr=100), water))
    found = assess(dataclasses.replace(layers, study=study), [])
    assert {"annual_absent"} == {caveat.code for caveat in found.caveats if caveat.code.startswith("annual")}


def test_only_layers_that_may_judge_of_one_kind_and_scenario_belong_together():
    roles = [
        role("a", 10), role("b", 100), role("c", 100), role("d", 500, "modelled"), role("e", 50, "derived"),
        role("f", 10, kind="coastal"), role("g", 20, scenario="2050"), role("h", 200, scenario="2050"), role("i", None),
    ]  # fmt: skip
    assert annual_groups(roles) == {
        ("flood", ""): {10: ("a",), 100: ("b", "c")},
        ("flood", "2050"): {20: ("g",), 200: ("h",)},
    }


def test_the_tables_are_published_where_there_are_any():
    depths = {"t10": town_depths(c1=0.2), "t100": town_depths(c1=0.3, c3=0.2)}
    layers = flooded(depths, transform=TOWN_GRID, periods={"t10": 10, "t100": 100})
    names = {table.declared.name: table for table in published_tables(assess(layers, [WATERLOGGING]))}
    assert list(names[EXPOSURE.name].frame.columns) == [column.name for column in EXPOSURE.columns]
    assert list(names[EXPOSURE_ANNUAL.name].frame.columns) == [column.name for column in EXPOSURE_ANNUAL.columns]
    plain = {
        table.declared.name
        for table in published_tables(assess(flooded({"w": town_depths()}, transform=TOWN_GRID), [WATERLOGGING]))
    }
    assert EXPOSURE.name in plain
    assert EXPOSURE_ANNUAL.name not in plain
    assert layers.communities.crs == METRIC


def test_the_record_says_what_numbers_mean_and_only_where_they_mean_something():
    plain = HazardRole("f", "flood", "official", {}, {})
    depth = flooded({"w": [[0]]}).study.hazards[0]
    assert _strength(plain) == {}
    assert _strength(depth) == {"unit": "m", "classes": {"wet": 0.0, "over_15cm": 0.15}, "closes_at": 0.15}
    assert _strength(dataclasses.replace(plain, closes=True, band_width_m=50)) == {"closes": True, "band_width_m": 50}
