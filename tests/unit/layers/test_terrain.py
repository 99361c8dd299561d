"""Layers that are derived from an elevation model: classes, what nobody knows, and how they are called (SYNTHETIC)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from shapely import LineString, box

from layers.hazard_scales import HazardScale
from layers.hazards import MARGIN_M
from layers.screening import with_words
from layers.screening_role import DEPRESSION, NEAR_DRAINAGE, Screening
from layers.terrain import MappedWater, Terrain, derived_layer
from layers.types import HazardRole
from spatial.terrain import Grid
from tests.town import town

UTM = CRS("EPSG:25831")
X, Y = 380_000.0, 4_700_000.0
TOWN = box(X, Y, X + 1000, Y + 1000)
AROUND = TOWN.buffer(MARGIN_M)
SLOPE = HazardRole(
    "steep",
    "landslide",
    "derived",
    {},
    {},
    screening=Screening("slope"),
    scale=HazardScale("deg", bands={"steep": 25.0}),
)
CLASSES = HazardScale(classes={"0": "no_hazard", "1": "below_15m", "2": "below_5m"})
HEIGHT = HazardRole(
    "high", "flood", "derived", {}, {}, scale=CLASSES,
    screening=Screening("height_above_drainage", "model", 0.1, {"below_15m": 15.0, "below_5m": 5.0}),
)  # fmt: skip
LOW = HazardRole(
    "low", "flood", "derived", {}, {}, screening=Screening("low_lying", "model", 0.1, {NEAR_DRAINAGE: 5.0}, 2.0),
    scale=HazardScale(classes={"0": "no_hazard", "1": NEAR_DRAINAGE, "2": DEPRESSION}),
)  # fmt: skip
EVERYWHERE = box(X - 1e5, Y - 1e5, X + 1e5, Y + 1e5)


def ramp(rise_m: float, *, void: tuple[int, int] | None = None) -> Grid:
    """Cells of 100 m over the town and 500 m around it: level in the west, rising from the middle eastwards."""
    cols = np.arange(20)
    values = np.tile(np.where(cols < 10, 0.0, (cols - 10) * rise_m), (20, 1))
    if void:
        values[void] = np.nan
    return Grid(values, Affine(100, 0, X - 500, 0, -100, Y + 1500), UTM)


def valley(*, cells_around: int = 5) -> Grid:
    """Cells of 100 m: 4 m a cell up to both sides from the column at X + 450, which falls 1 m a cell to the south.

    Ridges of 40 m stand before the edge, so that no water comes in from the sides.
    """
    n = 20 + 2 * cells_around
    down, across = np.mgrid[:n, :n]
    aside = np.abs(across - 9 - cells_around)
    side = np.where(aside > 8, 4.0 * (16 - aside), 4.0 * aside)
    side[0] += 100
    corner = Affine(100, 0, X - 500 - 100 * cells_around, 0, -100, Y + 1500 + 100 * cells_around)
    return Grid(side + (n - down), corner, UTM)


def near(grid: Grid, cells: int = 5) -> Grid:
    step = grid.transform
    inner = grid.values[cells:-cells, cells:-cells].copy()
    return Grid(inner, Affine(step.a, 0, step.c + cells * step.a, 0, step.e, step.f + cells * step.e), grid.crs)


def terrain(grid: Grid, part: Grid | None = None, water=(), known=EVERYWHERE) -> Terrain:
    mapped = MappedWater(gpd.GeoSeries(list(water), crs=UTM), known)
    return Terrain(grid, grid if part is None else part, mapped, UTM, TOWN)


def test_steep_ground_is_where_the_ramp_is():
    """Rises 100 m a cell of 100 m: 45 degrees inside the ramp, 26.6 at its foot (half the rise), level in the west."""
    frame = derived_layer(terrain(ramp(100.0)), SLOPE, AROUND).loaded.frame
    assert frame.union_all().bounds == (X + 500, Y - MARGIN_M + 100, X + 1400, Y + MARGIN_M + 900)
    assert (frame["kind"].tolist(), frame["status"].tolist()) == (["landslide"], ["derived"])
    assert (frame["hazard_class"].tolist(), frame["intensity"].tolist()) == (["steep"], [25.0])


def test_a_gentle_ramp_is_not_steep():
    """Rises 40 m a cell: 21.8 degrees."""
    assert derived_layer(terrain(ramp(40.0)), SLOPE, AROUND).loaded.frame.empty


def test_the_limit_is_included():
    ground = terrain(ramp(100.0))
    for least, empty in ((45.0 - 1e-9, False), (45.0 + 1e-6, True)):
        role = replace(SLOPE, scale=HazardScale("deg", bands={"steep": least}))
        assert derived_layer(ground, role, AROUND).loaded.frame.empty is empty


def test_beside_a_void_the_slope_is_unknown_and_not_level():
    made = derived_layer(terrain(ramp(0.0, void=(10, 10))), SLOPE, AROUND)
    assert made.loaded.counts == {"cells": 100, "cells_void": 9}
    assert made.unknown.intersection(TOWN).area == pytest.approx(9 * 100**2)


def test_heights_above_the_floor_of_a_valley_are_its_classes():
    whole = valley()
    made = derived_layer(terrain(whole, near(whole)), HEIGHT, AROUND)
    row = made.grid.values[10]
    assert row[4:15].tolist() == [0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0]
    assert made.loaded.frame["hazard_class"].tolist() == ["below_15m", "below_5m"]
    assert made.loaded.frame["intensity"].isna().all()
    lowest = made.loaded.frame.geometry.iloc[1].intersection(TOWN)
    assert lowest.bounds == (X + 300, Y, X + 600, Y + 1000)


def test_ground_as_high_as_the_limit_is_not_below_it():
    whole = valley()
    role = replace(HEIGHT, screening=replace(HEIGHT.screening, below_m={"below_15m": 12.0, "below_5m": 4.0}))
    row = derived_layer(terrain(whole, near(whole)), role, AROUND).grid.values[10]
    assert row[6:13].tolist() == [0, 1, 1, 2, 1, 1, 0]


def test_a_lower_height_never_takes_in_more_ground():
    whole = valley()
    areas = []
    for limit_m in (40.0, 15.0, 8.0, 4.5, 0.5):
        asked = replace(HEIGHT.screening, below_m={"low": limit_m})
        role = replace(HEIGHT, screening=asked, scale=HazardScale(classes={"0": "no_hazard", "1": "low"}))
        areas.append(derived_layer(terrain(whole, near(whole)), role, AROUND).loaded.frame.geometry)
    for larger, smaller in pairwise(areas):
        assert smaller.union_all().difference(larger.union_all()).area < 1e-6
    assert areas[0].area.sum() > areas[-1].area.sum() > 0


def test_where_water_may_come_from_beyond_the_model_low_ground_is_unknown_and_not_dry():
    """The model ends in the midst of the valley: more than it holds may drain through any cell below its edge."""
    whole, role = valley(), replace(HEIGHT, screening=replace(HEIGHT.screening, drainage_area_km2=1.5))
    full = derived_layer(terrain(whole, near(whole)), role, AROUND)
    made = derived_layer(terrain(near(whole)), role, AROUND)
    lost = made.loaded.counts["cells_drainage_unknown"]
    assert lost > 0
    assert full.loaded.counts["cells_drainage_unknown"] == 0
    told = {c.code: (c.count, c.detail) for c in made.loaded.caveats}
    assert told["drainage_unknown"] == (lost, "model")
    known = ~np.isnan(made.grid.values)
    assert (made.grid.values[known] == full.grid.values[known]).all()
    assert np.isnan(made.grid.values[5, 6])  # 12 m above the floor, 15 m above where it is drainage for certain
    assert full.grid.values[5, 6] == 1
    assert made.grid.values[5, 9] == 2  # low either way


def test_a_closed_depression_counts_with_its_depth():
    whole = valley()
    values = whole.values.copy()
    values[12, 20] -= 9.0  # on the eastern side, 24 m above the floor; its lowest neighbour lies 5 m lower
    values[16, 20] -= 6.5  # a hole of 1.5 m
    pitted = Grid(values, whole.transform, whole.crs)
    made = derived_layer(terrain(pitted, near(pitted)), LOW, AROUND)
    deep = made.loaded.frame.set_index("hazard_class").geometry[DEPRESSION]
    assert shapely.equals(deep, box(X + 1000, Y + 700, X + 1100, Y + 800))
    assert made.loaded.counts["cells_depression"] == 0  # it lies beside the town
    wide = derived_layer(replace(terrain(pitted, near(pitted)), communities=AROUND), LOW, AROUND).loaded.counts
    assert (wide["cells_depression"], wide["deepest_cm"]) == (1, 400)


@pytest.mark.parametrize(("height_m", "told"), [(0.0, [(1, "432 m")]), (331.0, [(1, "101 m")]), (333.0, [])])
def test_a_false_0_among_heights_is_doubted_aloud(height_m, told):
    """The hollow overflows at 432 m: an undeclared nodata of 0, and hollows of 101 m and of 99 m."""
    whole = valley()
    values = whole.values + 395.0
    values[12, 20] = height_m
    pitted = Grid(values, whole.transform, whole.crs)
    made = derived_layer(replace(terrain(pitted, near(pitted)), communities=AROUND), LOW, AROUND).loaded
    assert made.counts["cells_depression"] == 1
    assert [(c.count, c.detail) for c in made.caveats if c.code == "depression_too_deep"] == told


def test_mapped_rivers_are_drainage_where_the_study_says_so():
    """A brook along the eastern side, which no water of the model would make."""
    whole = valley()
    brook = LineString([(X + 850, Y - 3000), (X + 850, Y + 3000)])
    asked = replace(HEIGHT, screening=replace(HEIGHT.screening, drainage="mapped", drainage_area_km2=0.0))
    made = derived_layer(terrain(whole, near(whole), [brook]), asked, AROUND)
    assert made.grid.values[10, 12:15].tolist() == [0, 2, 2]
    assert made.grid.values[10, 4:9].tolist() == [0, 0, 0, 0, 0]
    pond = box(X + 860, Y + 410, X + 905, Y + 440)  # in two cells, over the middle of neither
    made = derived_layer(terrain(whole, near(whole), [pond]), asked, AROUND)
    assert made.grid.values[10, 12:17].tolist() == [0, 2, 2, 2, 1]


def test_beyond_the_map_drainage_is_unknown():
    whole = valley()
    river = LineString([(X + 450, Y - 3000), (X + 450, Y + 3000)])
    asked = replace(HEIGHT, screening=replace(HEIGHT.screening, drainage="mapped", drainage_area_km2=0.0))
    north = box(X - 5000, Y + 500, X + 5000, Y + 5000)
    made = derived_layer(terrain(whole, near(whole), [river], known=north), asked, AROUND)
    assert not np.isnan(made.grid.values[1:9]).any()
    assert np.isnan(made.grid.values[15, 6])
    assert np.isnan(made.grid.values[15, 4]), "a brook may run right there"
    assert made.grid.values[15, 9] == 2, "where a river is mapped it is known"
    assert made.loaded.counts["cells_drainage_unknown"] > 0


def test_a_void_is_unknown_and_never_dry():
    whole = valley()
    values = whole.values.copy()
    values[15, 14] = np.nan  # on the floor
    holed = Grid(values, whole.transform, whole.crs)
    made = derived_layer(terrain(holed, near(holed)), HEIGHT, AROUND)
    assert np.isnan(made.grid.values[10, 9])
    assert np.isnan(made.grid.values).sum() == 1
    assert made.unknown.contains(shapely.Point(X + 450, Y + 450))
    assert made.grid.values[12, 9] == 2, "water runs over a small hole"


def test_the_note_says_method_and_resolution_before_what_the_study_says():
    here = town()
    layers = replace(here, study=replace(here.study, hazards=(replace(HEIGHT, note={"en": "Ask the water office."}),)))
    grid = Grid(np.zeros((3, 3)), Affine(1 / 1200, 0, 1.5, 0, -1 / 1200, 42.5), CRS("EPSG:4326"))
    told = with_words(replace(layers, hazard_grids={"high": grid})).study.hazards[0].note
    assert told["en"] == (
        "Derived from the elevation model on its own cells of about 69 m by 93 m, for screening only: height above the "
        "nearest drainage (HAND), less than 15 m; drainage where at least 0.1 km² of the model drain through a cell. It "
        "shows where to ask, and is no hazard map. Ask the water office"
    )
    assert "仅供初筛" in told["zh"]
    assert "69 米 × 93 米" in told["zh"]
    assert with_words(here) is here
