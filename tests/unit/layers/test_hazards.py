from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from shapely import LineString, Polygon, box

from layers.hazards import COLUMNS, MARGIN_M, hazard_polygons, no_hazards, voids
from layers.origins import Origin
from layers.sources.vector import read_vector
from layers.study import read_study
from layers.types import HazardRole
from spatial.errors import LayerError
from spatial.terrain import Grid

STUDY = Path(__file__).resolve().parents[3] / "data/las-palmas/study.toml"
UTM = CRS("EPSG:25831")
X, Y = 380_000.0, 4_700_000.0
TOWN = box(X, Y, X + 1000, Y + 1000)
AROUND = TOWN.buffer(MARGIN_M)
ROLE = HazardRole(
    "flood-test", "flood", "official", {}, {}, origin=Origin(Path("f.gpkg")), return_period_yr=100, name_column="river"
)


def bands(*shapes):
    return gpd.GeoDataFrame({"river": [f"r{n}" for n in range(len(shapes))]}, geometry=list(shapes), crs=UTM)


def ramp(rise_m: float, *, void: tuple[int, int] | None = None) -> Grid:
    """Cells of 100 m over the town and 500 m around it: level in the west, rising from the middle eastwards."""
    cols = np.arange(20)
    values = np.tile(np.where(cols < 10, 0.0, (cols - 10) * rise_m), (20, 1))
    if void:
        values[void] = np.nan
    return Grid(values, Affine(100, 0, X - 500, 0, -100, Y + 1500), UTM)


def test_polygons_are_cut_to_the_surroundings_and_counted():
    near, across, far = box(X, Y, X + 10, Y + 10), box(X + 900, Y, X + 9000, Y + 10), box(X + 5000, Y, X + 6000, Y + 10)
    loaded = hazard_polygons(bands(near, across, far), ROLE, UTM, AROUND)
    assert loaded.frame.index.tolist() == ["flood-test/1", "flood-test/2"]
    assert loaded.frame.area.tolist() == pytest.approx([100.0, (100 + MARGIN_M) * 10], rel=1e-3)
    assert loaded.frame["name"].tolist() == ["r0", "r1"]
    assert set(loaded.frame["return_period_yr"]) == {100.0}
    assert loaded.counts == {"repaired": 0, "dropped_elsewhere": 1, "names_cut": 0}
    assert loaded.caveats == ()


def test_an_invalid_official_polygon_is_repaired_and_counted():
    bow_tie = Polygon([(X, Y), (X + 20, Y + 20), (X + 20, Y), (X, Y + 20)])
    loaded = hazard_polygons(bands(bow_tie), ROLE, UTM, AROUND)
    assert loaded.frame.is_valid.all()
    assert loaded.frame.area.sum() == pytest.approx(200.0)
    assert [(c.code, c.count) for c in loaded.caveats] == [("repaired", 1)]


def test_a_layer_beside_the_communities_is_a_caveat_and_far_away_an_error():
    loaded = hazard_polygons(bands(box(X + 9000, Y, X + 9010, Y + 10)), ROLE, UTM, AROUND)
    assert loaded.frame.empty
    assert [c.code for c in loaded.caveats] == ["hazard_elsewhere"]
    with pytest.raises(LayerError, match="98 km from the communities"):
        hazard_polygons(bands(box(X + 100_000, Y, X + 100_010, Y + 10)), ROLE, UTM, AROUND)


def test_lines_are_no_hazard_area():
    with pytest.raises(LayerError, match="say band_width_m of lines"):
        hazard_polygons(bands(LineString([(X, Y), (X + 1, Y)])), ROLE, UTM, AROUND)
    with pytest.raises(LayerError, match=r"1 of 2 features have no geometry, e.g. row 2"):
        hazard_polygons(bands(TOWN, None), ROLE, UTM, AROUND)


def test_the_official_bands_of_las_palmas():
    study = read_study(STUDY)
    assert study.communities.origin is not None
    town = read_vector(study.communities.origin, "communities").frame.to_crs(study.crs).make_valid().union_all()
    for role, rows in zip(study.hazards, (1, 4, 140), strict=True):
        assert role.origin is not None
        features = read_vector(role.origin, role.id).frame
        loaded = hazard_polygons(features, role, study.crs, town.buffer(MARGIN_M))
        assert len(loaded.frame) == rows
        assert loaded.frame["status"].unique().tolist() == [role.status]


def test_voids_are_counted_and_are_not_level():
    """A void in the middle of the town takes the slope of nine cells."""
    counts, caveats = voids(ramp(100.0, void=(10, 8)), UTM, TOWN)
    assert counts == {"cells": 100, "cells_void": 1, "cells_without_slope": 9}
    assert [(c.code, c.count) for c in caveats] == [("elevation_voids", 9)]
    assert voids(ramp(100.0), UTM, TOWN)[1] == ()


def test_communities_beyond_the_raster_are_told():
    half = ramp(100.0)
    cut = Grid(half.values[:, :10], half.transform, UTM)
    _, caveats = voids(cut, UTM, TOWN)
    assert {c.code: c.count for c in caveats} == {"elevation_voids": 10, "elevation_absent": 500_000}


def test_no_hazards_have_the_same_columns():
    empty = no_hazards(UTM)
    full = hazard_polygons(bands(TOWN), ROLE, UTM, AROUND).frame
    assert list(empty.columns) == list(full.columns) == [*COLUMNS, "geometry"]
    assert empty.dtypes.equals(full.dtypes)
    assert empty.index.name == full.index.name == "hazard_feature_id"
