"""Streets, facilities and groups in hazards, on towns small enough to be worked out by hand (synthetic)."""

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
from shapely import LineString, Point, box

from analyses.assess import assess
from analyses.exposed_classes import ByClass
from analyses.exposed_streets import exposed_streets
from analyses.group_overlaps import only_in_one
from analyses.parameters import Parameters
from analyses.privacy import whole_persons
from spatial.cell_ground import ground_of
from spatial.line_cuts import cut_lines
from spatial.zonal import Cells
from tests.flooded_town import flooded
from tests.town import METRIC, spaces, town, with_hazards

BESIDE = Affine(100, 0, 50, 0, -100, 250)
"""Cells of 100 m, of which none begins where the street does: it runs through the middle of the third row."""
EVERYBODY = Parameters(group_levels=("community", "district", "city"), smallest_group=0.0)


def depths(**by_column):
    found = np.zeros((4, 9))
    for column, depth in by_column.items():
        found[2, int(column[1:])] = depth
    return found


def city(table, hazard, column):
    rows = table[(table["level"] == "city") & (table["hazard_id"] == hazard)]
    return rows.set_index("hazard_class")[column].to_dict()


def polygon(shape, layers=None):
    return with_hazards(layers or town(), {"f": ("flood", "official", shape)})


def test_streets_are_cut_at_the_outline():
    found = assess(polygon(box(100, -5, 350, 5)), []).exposure.classes
    assert city(found, "f", "street_m") == pytest.approx({"inside": 250, "unknown": 0, "outside": 750})


def test_streets_are_cut_at_the_borders_of_cells_and_what_has_no_value_is_unknown():
    layers = flooded({"w": depths(c0=0.1, c1=0.2, c2=np.nan)}, transform=BESIDE)
    found = city(assess(layers, []).exposure.classes, "w", "street_m")
    # the raster begins at x = 50 and ends at x = 950
    assert found == pytest.approx({"wet": 100, "over_15cm": 100, "unknown": 50 + 100 + 50, "outside": 600})


def test_of_a_raster_and_a_polygon_together_each_metre_counts_once():
    layers = flooded({"w": depths(c0=0.1, c2=np.nan)}, polygons={"f": box(100, -5, 300, 5)}, transform=BESIDE)
    found = city(assess(layers, []).exposure.classes, "any", "street_m")
    assert found == pytest.approx({"inside": 50 + 200, "unknown": 50 + 50 + 50, "outside": 600})


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.3, float("nan")]), min_size=36, max_size=36),
    st.floats(-80, 80),
    st.sampled_from([METRIC, "EPSG:4326", "EPSG:32627"]),
)
def test_streets_on_any_grid_are_those_in_the_ground_of_its_cells(values, angle, crs):
    corner = gpd.GeoSeries([Point(200, 200), Point(210, 200)], crs=METRIC).to_crs(crs)
    size = corner.iloc[0].distance(corner.iloc[1]) * 4
    along, across = size * np.cos(np.radians(angle)), size * np.sin(np.radians(angle))
    placed = Affine(along, across, corner.iloc[0].x, across, -along, corner.iloc[0].y)
    cells = Cells(6, 6, placed, gpd.GeoSeries([], crs=crs).crs)
    grid = np.array(values).reshape(6, 6)
    lines = np.array([LineString([(150, 100), (300, 250), (420, 130)]), LineString([(0, 190), (500, 210)])], dtype=object)
    pieces = cut_lines(lines, np.zeros(0, dtype=object), [cells], METRIC)
    assert np.bincount(pieces.line, weights=pieces.length_m) == pytest.approx(shapely.length(lines), rel=1e-9)
    ground = gpd.GeoSeries(list(ground_of(grid > 0.2, cells)), crs=cells.crs)
    ground = ground.set_crs(crs).to_crs(METRIC) if len(ground) else gpd.GeoSeries([], crs=METRIC)
    wet = shapely.union_all(ground.to_numpy())
    inside = shapely.dwithin(pieces.middle, wet, 1e-6) if len(ground) else np.zeros(len(pieces.line), bool)
    expected = shapely.length(shapely.intersection(lines, wet)) if len(ground) else np.zeros(2)
    assert np.bincount(pieces.line, weights=pieces.length_m * inside) == pytest.approx(expected, abs=0.05)


def test_everything_and_nothing():
    everywhere, nowhere = (assess(polygon(shape), []).exposure.classes for shape in (box(-9, -200, 2e3, 400), box(0, 299, 1, 300)))
    for column in ("residents", "floor_area_m2", "buildings", "space_m2", "street_m"):
        all_of_it = city(everywhere, "f", column)
        assert all_of_it["inside"] > 0
        assert all_of_it["outside"] == all_of_it["unknown"] == 0
        assert city(nowhere, "f", column) == {"inside": 0, "unknown": 0, "outside": all_of_it["inside"]}


def with_facilities():
    return dataclasses.replace(
        town(),
        spaces=spaces({
            "way/1": ("park", box(200, -60, 260, -10)), "way/2": ("school_ground", box(600, 50, 700, 100)),
            "node/3": ("library", Point(610, 60)), "node/4": ("library", Point(690, 60)),
        }),
    )  # fmt: skip


def test_facilities_count_where_they_stand_by_the_strongest_class_and_are_no_public_space():
    found = assess(polygon(box(0, -100, 650, 300), with_facilities()), []).exposure
    east = found.facilities[(found.facilities["unit_id"] == "East") & (found.facilities["hazard_id"] == "f")]
    counted = east.set_index(["space_class", "hazard_class"])["facilities"].to_dict()
    assert counted == {
        ("library", "inside"): 1, ("library", "unknown"): 0, ("library", "outside"): 1,
        ("school_ground", "inside"): 1, ("school_ground", "unknown"): 0, ("school_ground", "outside"): 0,
    }  # fmt: skip
    assert not (found.facilities["unit_id"] == "West").any()
    assert city(found.classes, "f", "space_m2") == {"inside": 60 * 50, "unknown": 0, "outside": 0}


def test_one_layer_that_may_judge_is_any_and_a_derived_one_is_not():
    found = assess(polygon(box(0, 0, 400, 100)), []).exposure.classes
    assert city(found, "any", "residents") == city(found, "f", "residents")
    derived = with_hazards(town(), {"d": ("flood", "derived", box(0, 0, 400, 100))})
    assert set(assess(derived, []).exposure.classes["hazard_id"]) == {"d"}


def grouped(layers):
    role = dataclasses.replace(layers.study.residents, groups={"age65plus": "age65plus"})
    people = layers.residents.assign(age65plus=[12.0, 30.0])
    return dataclasses.replace(layers, residents=people, study=dataclasses.replace(layers.study, residents=role))


@settings(deadline=None, max_examples=8)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.3, float("nan")]), min_size=9, max_size=9), st.floats(10, 900))
def test_rows_add_up_at_every_level_and_a_larger_hazard_never_exposes_fewer(row, reach):
    grid = np.zeros((4, 9))
    grid[2] = row
    smaller, larger = (
        assess(grouped(flooded({"w": g}, polygons={"f": box(0, -100, to, 100)}, transform=BESIDE)), [], parameters=EVERYBODY).exposure
        for g, to in ((grid, reach), (np.where(np.isnan(grid), grid, grid + 0.1), reach + 50))
    )
    keys, columns = ["level", "hazard_id"], ["residents", "floor_area_m2", "buildings", "space_m2", "street_m"]
    for _, total in smaller.classes.groupby(keys)[columns].sum().iterrows():
        assert total.tolist() == pytest.approx([90, 900, 3, 3000, 1000], rel=1e-9)
    persons = smaller.groups.groupby(["level", "hazard_id"])["residents"].sum()
    assert (persons == 42).all()
    for hazard in ("w", "f", "any"):
        for column in columns:
            few, many = (
                sum(v for k, v in city(t.classes, hazard, column).items() if k not in ("unknown", "outside"))
                for t in (smaller, larger)
            )
            assert many >= few - 1e-9


def test_a_group_in_each_class_by_hand_and_in_a_year():
    water = {"t10": depths(c0=0.2), "t100": depths(c0=0.2, c2=0.1)}
    layers = grouped(flooded(water, transform=BESIDE, periods={"t10": 10, "t100": 100}))
    found = assess(layers, [], parameters=EVERYBODY).exposure
    # of West's 30 old people 18 live in W1 (x = 100 to 110) and 12 in W2 (x = 300 to 320: all in the third cell)
    west = found.groups[(found.groups["unit_id"] == "West") & (found.groups["hazard_id"] == "t100")]
    assert west.set_index("hazard_class")["residents"].to_dict() == {"wet": 12, "over_15cm": 18, "unknown": 0, "outside": 0}
    assert set(west["status"]) == {"published"}
    year = found.annual_groups.set_index("unit_id").loc["West"]
    assert year["residents_yr"] == pytest.approx((18 + 30) / 2 * (0.1 - 0.01) + 30 * 0.01)
    assert year["hazard_ids"] == "t10 t100"


def test_of_an_event_of_several_layers_no_group_is_told_in_a_year():
    water = {"t10": depths(c0=0.2), "a": depths(c0=0.2), "b": depths(c2=0.2)}
    layers = grouped(flooded(water, transform=BESIDE, periods={"t10": 10, "a": 100, "b": 100}))
    found = assess(layers, [], parameters=EVERYBODY).exposure
    assert set(found.annual_groups["status"]) == {"several_layers"}
    assert found.annual_groups[["residents_yr", "residents_yr_high"]].isna().all(axis=None)


def test_a_small_group_is_withheld_with_all_rows_of_its_layer_and_in_a_year():
    water = {"t10": depths(c0=0.2), "t100": depths(c0=0.2, c2=0.1)}
    layers = grouped(flooded(water, transform=BESIDE, periods={"t10": 10, "t100": 100}))
    found = assess(layers, [], parameters=dataclasses.replace(EVERYBODY, smallest_group=13.0)).exposure
    west = found.groups[(found.groups["unit_id"] == "West") & (found.groups["hazard_id"] == "t100")]
    assert set(west["status"]) == {"suppressed"}
    assert west["residents"].isna().all()
    year = found.annual_groups.set_index("unit_id").loc["West"]
    assert year["status"] == "suppressed"
    assert np.isnan(year["residents_yr"])


def by_class(*shares):
    return ByClass(tuple("ab"[: len(shares)]), np.array(shares, dtype=float).T, np.zeros(len(shares[0])))


def test_what_one_figure_less_another_tells():
    ten, hundred, aside = by_class([1, 0, 0, 0]), by_class([1, 0.5, 0, 0]), by_class([0, 0.25, 0, 1])
    any_ = by_class([1, 0.75, 0, 1])
    found = only_in_one({"t10": ten, "t100": hundred, "c": aside, "any": any_}, {})
    told = {tuple(share.tolist()) for share in found}
    assert (0, 0.5, 0, 0) in told, "between the two waters"
    assert (0, 0.25, 0, 1) in told, "beside the larger one"
    assert (0, 0.75, 0, 1) in told, "beside the smaller one"
    assert only_in_one({"t10": ten}, {}) == []


def test_parts_add_up_to_a_total_that_is_given():
    parts = np.array([[0.4, 0.4, 1.7], [0.0, 2.6, 0.0], [np.nan, 1.0, 1.0]])
    assert whole_persons(parts[:2], np.array([3.0, 3.0])).tolist() == [[1, 0, 2], [0, 3, 0]]
    assert whole_persons(parts[:2], np.array([2.0, 2.0])).tolist() == [[0, 0, 2], [0, 2, 0]]


def test_lines_outside_of_everything_are_whole():
    layers = polygon(box(0, 200, 10, 210))
    found = exposed_streets(layers, layers.network.edge_line)
    assert all((parts.outside == 1).all() for parts in found.values())
    assert pd.Index(found).tolist() == ["f", "any"]
