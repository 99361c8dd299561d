from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import LineString, Point, Polygon, box

from layers.names import clean_ids, clean_names
from layers.sources.vector import read_vector
from layers.study import read_study
from layers.types import UnitsRole
from layers.units import units
from spatial.errors import LayerError, NotMetric

STUDY = Path(__file__).resolve().parents[3] / "data/las-palmas/study.toml"
UTM = CRS("EPSG:32628")
ROLE = UnitsRole("community", "code", "label")
X, Y = 458_000.0, 3_108_000.0


def square(column: float, row: float = 0, side: float = 100) -> Polygon:
    return box(X + column * 100, Y + row * 100, X + column * 100 + side, Y + row * 100 + side)


def features(shapes, codes=None, labels=None, crs=UTM):
    n = len(shapes)
    return gpd.GeoDataFrame(
        {"code": codes or [f"c{i}" for i in range(n)], "label": labels or ["x"] * n}, geometry=list(shapes), crs=crs
    )


def codes_of(loaded):
    return {c.code: c for c in loaded.caveats}


@pytest.mark.parametrize(
    ("layer", "rows", "repaired"), [("community", 275, 46), ("neighbourhood", 121, 12), ("district", 5, 5)]
)
def test_the_real_units_are_repaired_and_counted(layer, rows, repaired):
    study = read_study(STUDY)
    role = study.communities if layer == "community" else next(p for p in study.parents if p.level == layer)
    assert role.origin is not None
    loaded = units(read_vector(role.origin, layer).frame, role, study.crs)
    assert len(loaded.frame) == rows
    assert loaded.counts["repaired"] == repaired
    assert loaded.frame.is_valid.all()
    assert loaded.frame.crs == study.crs
    assert loaded.frame["area_m2"].sum() / 1e6 == pytest.approx(103.0, abs=0.7)
    assert loaded.frame.index.is_monotonic_increasing
    assert codes_of(loaded)["repaired"].count == repaired


def test_units_are_indexed_sorted_measured_and_named():
    loaded = units(features([square(1), square(0)], ["b", "a"], ["Beta", None]), ROLE, UTM)
    assert loaded.frame.index.name == "community_id"
    assert loaded.frame.index.tolist() == ["a", "b"]
    assert loaded.frame["name"].tolist() == ["a", "Beta"]
    assert loaded.frame["area_m2"].tolist() == [10_000.0, 10_000.0]
    assert loaded.counts == {"repaired": 0, "names_missing": 1, "names_cut": 0}
    parent = units(features([square(0)]), UnitsRole("district", "code", None), UTM)
    assert parent.frame.index.name == "unit_id"


def test_the_input_is_not_written_into():
    given = features([square(0), Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])])
    before = given.copy()
    units(given, ROLE, UTM)
    assert given.equals(before)


def test_all_faults_are_told_at_once_with_ids():
    given = features(
        [square(0), square(1), square(2), LineString([(X, Y), (X + 1, Y)]), None, square(5), Polygon()],
        ["a", "a", None, "line", "none", " ", "void"],
    )
    with pytest.raises(LayerError) as caught:
        units(given, ROLE, UTM)
    message = str(caught.value)
    assert "\n" not in message
    for part in (
        "2 of 7 features have no id in 'code', e.g. row 3, 6",
        "'a'",
        "2 of 7 features have no geometry, e.g. 'none', 'void'",
        "1 of 7 features are no polygons but 'LineString', e.g. 'line'",
    ):
        assert part in message


def test_a_wrong_column_lists_the_columns():
    with pytest.raises(LayerError, match=r"no column 'geocode'.*code, label"):
        units(features([square(0)]), UnitsRole("community", "geocode", "label"), UTM)


def test_a_polygon_without_area_is_refused():
    with pytest.raises(LayerError, match="no area"):
        units(features([square(0), Polygon([(X, Y), (X + 1, Y), (X + 2, Y)])]), ROLE, UTM)


def test_slight_overlaps_and_gaps_are_measured():
    wide = box(X, Y, X + 102, Y + 100)
    loaded = units(
        features([wide, square(1), square(0, 1), square(2, 1), square(0, 2), square(1, 2), square(2, 2), square(2, 0)]),
        ROLE,
        UTM,
    )
    found = codes_of(loaded)
    assert (found["units_overlap_much"].count, found["units_overlap_much"].detail) == (200, "c0 × c1")
    assert (found["units_gaps"].count, found["units_gaps"].detail) == (10_000, "1")


def test_two_levels_in_one_layer_are_refused():
    with pytest.raises(LayerError, match=r"2 pairs overlap.*several levels"):
        units(features([box(X, Y, X + 200, Y + 100), square(0), square(1)], ["all", "a", "b"]), ROLE, UTM)
    loaded = units(features([box(X, Y, X + 200, Y + 100), square(0)]), UnitsRole("zone", "code", None), UTM)
    told = codes_of(loaded)["units_overlap_much"]
    assert (told.count, "units_overlap" in codes_of(loaded)) == (10_000, False)
    assert told.detail == " × ".join(loaded.frame.index)


def test_rounded_borders_are_told_apart_from_units_that_share_ground():
    """Of 10,000 m2 each the first two share 100 m2, one part in a hundred, the last two 200 m2."""
    wide, wider = box(X, Y, X + 101, Y + 100), box(X + 300, Y, X + 402, Y + 100)
    found = codes_of(units(features([wide, square(1), wider, square(4)], ["a", "b", "c", "d"]), ROLE, UTM))
    assert (found["units_overlap"].count, found["units_overlap"].detail) == (100, "1")
    assert (found["units_overlap_much"].count, found["units_overlap_much"].detail) == (200, "c × d")


def test_units_in_the_wrong_crs_are_told_with_the_right_zone():
    there = gpd.GeoSeries([box(116.40, 39.90, 116.41, 39.91)], crs="OGC:CRS84")
    with pytest.raises(NotMetric, match='crs = "EPSG:32650"'):
        units(gpd.GeoDataFrame({"code": ["a"], "label": ["x"]}, geometry=there), ROLE, UTM)


@pytest.mark.parametrize("code", ["EPSG:4214", "EPSG:4610", "EPSG:2436", "EPSG:2384"])
def test_a_datum_whose_shift_is_not_published_is_refused_with_what_to_ask_for(code):
    """Beijing 1954 and Xian 1980, in degrees and in zones: PROJ would take them for CGCS2000, without a word."""
    there = gpd.GeoSeries([box(116.40, 39.90, 116.41, 39.91)], crs="OGC:CRS84").to_crs(code)
    given = gpd.GeoDataFrame({"code": ["a"], "label": ["x"]}, geometry=there)
    with pytest.raises(LayerError, match=r"(Beijing 1954|Xian 1980).*CGCS2000.*seven parameters.*towgs84") as caught:
        units(given, ROLE, CRS("EPSG:4548"))
    assert "\n" not in str(caught.value)


def test_a_study_in_such_a_datum_is_refused_too():
    there = gpd.GeoSeries([box(116.40, 39.90, 116.41, 39.91)], crs="EPSG:2384")
    with pytest.raises(LayerError, match="the study's crs"):
        units(gpd.GeoDataFrame({"code": ["a"], "label": ["x"]}, geometry=there.to_crs(2384)), ROLE, CRS("EPSG:2384"))


def test_ids_that_went_through_a_spreadsheet():
    ids = clean_ids(pd.Series([35016.0, "0012", " a ", None, np.nan, 7], dtype=object))
    assert [None if pd.isna(i) else i for i in ids] == ["35016", "0012", "a", None, None, "7"]


def test_names_are_cut_and_freed_of_control_characters():
    names, cut = clean_names(pd.Series(["ok", "x" * 300, "a\nb", "left\u202eright", None], index=list("abcde")))
    assert names.tolist() == ["ok", "x" * 200, "a b", "left right", ""]
    assert cut == 3


def test_a_point_layer_is_refused():
    with pytest.raises(LayerError, match="Point"):
        units(features([Point(X, Y)]), ROLE, UTM)
