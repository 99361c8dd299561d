"""Hazards that say how strong they are, and hazards that are lines or points."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import GeometryCollection, LineString, MultiPoint, Point, box

from layers.hazard_scales import HazardScale
from layers.hazards import COLUMNS, MARGIN_M, STRENGTH_COLUMNS, hazard_polygons, together, unknown_rows
from layers.origins import Origin
from layers.types import HazardRole
from spatial.errors import LayerError

UTM = CRS("EPSG:25831")
X, Y = 380_000.0, 4_700_000.0
AROUND = box(X, Y, X + 1000, Y + 1000).buffer(MARGIN_M)
DEPTH = HazardScale("m", 0.01, {"wet": 0.0, "over_15cm": 0.15}, column="cm")
GRADES = HazardScale(class_column="grade", classes={"高": "high", "中": "medium", "3": "low", "无": "no_hazard"})


PLAIN = HazardScale()


def role(scale=PLAIN, **more):
    return HazardRole("h", "flood", "official", {}, {}, origin=Origin(Path("f.gpkg")), scale=scale, **more)


def rows(shapes, crs=UTM, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def squares(count):
    return [box(X + 100 * n, Y, X + 100 * n + 10, Y + 10) for n in range(count)]


def test_depths_become_metres_and_classes_and_what_is_not_wet_is_left_out():
    features = rows(squares(5), cm=[0, 5, 15, 200, np.nan])
    loaded = hazard_polygons(features, role(DEPTH), UTM, AROUND)
    assert loaded.frame["intensity"].tolist() == pytest.approx([0.05, 0.15, 2])
    assert loaded.frame["hazard_class"].tolist() == ["wet", "over_15cm", "over_15cm"]
    assert (loaded.counts["below_classes"], loaded.counts["strength_unknown"]) == (1, 1)
    assert [(c.code, c.count) for c in loaded.caveats] == [("hazard_unknown", 1)]


def test_ground_without_a_value_is_unknown_not_dry():
    features = rows(squares(3), cm=[0, np.nan, 20])
    assert unknown_rows(features, role(DEPTH), UTM, AROUND).equals(squares(2)[1])
    assert unknown_rows(features.iloc[[0, 2]], role(DEPTH), UTM, AROUND) is None
    assert unknown_rows(features, role(), UTM, AROUND) is None


def test_negative_depths_are_refused():
    with pytest.raises(LayerError, match=r"2 rows hold numbers such as -99 in cm, below 0.*leave the cell empty"):
        hazard_polygons(rows(squares(3), cm=[-99, 3, -99]), role(DEPTH), UTM, AROUND)


def test_classes_mean_what_the_study_says_and_what_it_leaves_out_is_unknown():
    features = rows(squares(8), grade=["高", "无", " 中 ", None, "高", "High", " ", "高 "])
    loaded = hazard_polygons(features, role(GRADES), UTM, AROUND)
    assert loaded.frame["hazard_class"].tolist() == ["high", "medium", "high", "high"]
    assert loaded.frame["intensity"].isna().all()
    left_out = {name: loaded.counts[name] for name in ("class_unmapped", "below_classes", "strength_unknown")}
    assert left_out == {"class_unmapped": 1, "below_classes": 1, "strength_unknown": 2}
    assert [(c.code, c.count, c.detail) for c in loaded.caveats] == [
        ("hazard_unknown", 2, ""), ("hazard_unmapped", 1, "High")
    ]  # fmt: skip
    unknown = unknown_rows(features, role(GRADES), UTM, AROUND)
    assert unknown.equals(shapely.union_all([squares(8)[n] for n in (3, 5, 6)]))


@pytest.mark.parametrize("grades", [[3.0, 4.0], [3, 4], ["3", "4"], ["3.0", "4"]])
def test_numbers_that_stand_for_classes_are_found_however_they_are_stored(grades):
    numbers = hazard_polygons(rows(squares(2), grade=grades), role(GRADES), UTM, AROUND)
    assert numbers.frame["hazard_class"].tolist() == ["low"]
    assert [(c.code, c.detail) for c in numbers.caveats] == [("hazard_unmapped", "4")]


def test_classes_that_name_no_value_of_the_layer_are_refused():
    grades = ["A", "B", "C", "D", None, "E", "F"]
    told = r"none of the values in column grade, which are 'A', 'B', 'C', 'D', 'E', \.\.\., so nobody could be told"
    with pytest.raises(LayerError, match=told):
        hazard_polygons(rows(squares(7), grade=grades), role(GRADES), UTM, AROUND)
    empty = hazard_polygons(rows(squares(1), grade=[None]), role(GRADES), UTM, AROUND)
    assert [c.code for c in empty.caveats] == ["hazard_unknown"]


def test_rows_that_are_all_known_to_be_no_hazard_are_told():
    for features, scale in ((rows(squares(2), grade=["无", "无"]), GRADES), (rows(squares(2), cm=[0, 0]), DEPTH)):
        loaded = hazard_polygons(features, role(scale), UTM, AROUND)
        assert [(c.code, c.count) for c in loaded.caveats] == [("hazard_none", 2)]
        assert unknown_rows(features, role(scale), UTM, AROUND) is None


def test_hazards_elsewhere_do_not_clear_ground_here_of_which_nobody_knows():
    away = [squares(1)[0], box(X + 9000, Y, X + 9010, Y + 10)]
    loaded = hazard_polygons(rows(away, grade=["?", "高"]), role(GRADES), UTM, AROUND)
    assert [c.code for c in loaded.caveats] == ["hazard_unmapped"]
    loaded = hazard_polygons(rows(away, grade=["无", "高"]), role(GRADES), UTM, AROUND)
    assert [c.code for c in loaded.caveats] == ["hazard_elsewhere"]


def test_a_layer_of_which_nothing_is_a_hazard_is_empty():
    loaded = hazard_polygons(rows(squares(2), cm=[0, 0]), role(DEPTH), UTM, AROUND)
    assert loaded.frame.empty
    assert set(STRENGTH_COLUMNS) < set(loaded.frame.columns)


def test_lines_become_bands_of_the_whole_width_and_points_circles():
    wide = role(band_width_m=60, radius_m=100)
    features = rows([LineString([(X, Y), (X + 500, Y)]), Point(X + 500, Y + 500), squares(1)[0]])
    loaded = hazard_polygons(features, wide, UTM, AROUND)
    area = loaded.frame.area.tolist()
    assert area == pytest.approx([500 * 60 + np.pi * 30**2, np.pi * 100**2, 100], rel=2e-3)
    assert [(c.code, c.count) for c in loaded.caveats] == [("hazard_widened", 2)]


def test_lines_and_points_in_collections_are_widened_beside_their_polygons():
    line, point = LineString([(X, Y + 200), (X + 500, Y + 200)]), Point(X + 500, Y + 500)
    nested = GeometryCollection([GeometryCollection([line]), squares(1)[0], MultiPoint([point])])
    loaded = hazard_polygons(rows([nested, line]), role(band_width_m=60, radius_m=100), UTM, AROUND)
    band = 500 * 60 + np.pi * 30**2
    assert loaded.frame.area.tolist() == pytest.approx([band + np.pi * 100**2 + 100, band], rel=2e-3)
    assert [(c.code, c.count) for c in loaded.caveats] == [("hazard_widened", 2)]
    only = hazard_polygons(rows([nested, line]), role(band_width_m=60), UTM, AROUND)
    assert only.frame.area.tolist() == pytest.approx([band + 100, band], rel=2e-3)
    assert {c.code for c in only.caveats} == {"hazard_widened", "stray_parts_dropped"}


@pytest.mark.parametrize(
    ("shape", "given", "told"),
    [
        (box(X, Y, X + 1, Y + 1), {"band_width_m": 5}, "has band_width_m = 5, but no line near the study"),
        (box(X, Y, X + 1, Y + 1), {"radius_m": 5}, "has radius_m = 5, but no point near the study.*take radius_m out"),
        (LineString([(X, Y), (X + 1, Y)]), {"band_width_m": 5, "radius_m": 5}, "has radius_m = 5, but no point"),
    ],
)
def test_a_width_that_widens_nothing_is_refused(shape, given, told):
    with pytest.raises(LayerError, match=told):
        hazard_polygons(rows([shape]), role(**given), UTM, AROUND)


def test_lines_that_are_no_hazard_or_unknown_are_lines_all_the_same():
    lines = [LineString([(X, Y), (X + 10, Y)]), LineString([(X, Y + 9), (X + 10, Y + 9)]), squares(1)[0]]
    features, asked = rows(lines, grade=["无", None, "高"]), role(GRADES, band_width_m=6)
    assert hazard_polygons(features, asked, UTM, AROUND).frame.area.tolist() == [100]
    assert unknown_rows(features, asked, UTM, AROUND).area == pytest.approx(60 + np.pi * 9, rel=2e-3)


def test_depths_that_nobody_means_are_told():
    features = rows(squares(3), cm=[3000, 3001, 12_000])
    (told,) = hazard_polygons(features, role(DEPTH), UTM, AROUND).caveats
    assert (told.code, told.count, told.unit, told.detail) == ("hazard_too_deep", 2, "features", "120 m")
    heat = HazardScale("degC", 1.0, {"hot": 30.0}, column="cm", closes_at=45)
    assert hazard_polygons(features, role(heat), UTM, AROUND).caveats == ()


@pytest.mark.parametrize(
    ("closes_at", "told"), [(0.003, "0.003 m"), (3.5, "3.5 m"), (0.01, ""), (3.0, ""), (None, "")]
)
def test_a_closing_depth_that_nobody_means_is_told(closes_at, told):
    asked = role(replace(DEPTH, closes_at=closes_at))
    caveats = hazard_polygons(rows(squares(1), cm=[20]), asked, UTM, AROUND).caveats
    assert [(c.code, c.detail) for c in caveats] == ([("closes_at_strange", told)] if told else [])


def test_that_any_water_closes_is_told():
    asked = role(replace(DEPTH, closes_at=0.0))
    assert [c.code for c in hazard_polygons(rows(squares(1), cm=[20]), asked, UTM, AROUND).caveats] == ["closes_at_any"]


def test_a_number_without_end_is_refused():
    with pytest.raises(LayerError, match=r"1 is no number \('inf'\)"):
        hazard_polygons(rows(squares(2), cm=[3, np.inf]), role(DEPTH), UTM, AROUND)


def test_bands_are_as_wide_on_the_ground_whatever_the_crs_of_the_file():
    line = rows([LineString([(X, Y), (X + 500, Y)])])
    there = hazard_polygons(line.to_crs(4326), role(band_width_m=60), UTM, AROUND).frame.geometry.iloc[0]
    here = hazard_polygons(line, role(band_width_m=60), UTM, AROUND).frame.geometry.iloc[0]
    assert there.hausdorff_distance(here) < 1e-3


@pytest.mark.parametrize(
    ("shape", "given", "advice"),
    [
        (LineString([(X, Y), (X + 1, Y)]), {"radius_m": 5}, "say band_width_m of lines, and"),
        (Point(X, Y), {"band_width_m": 5}, "say radius_m of points, and"),
    ],
)
def test_lines_without_width_and_points_without_radius_are_refused(shape, given, advice):
    with pytest.raises(LayerError, match=advice):
        hazard_polygons(rows([shape]), role(**given), UTM, AROUND)


def test_layers_with_and_without_strength_stand_together():
    strong = hazard_polygons(rows(squares(1), cm=[30]), role(DEPTH), UTM, AROUND).frame
    plain = hazard_polygons(rows(squares(1)), role(), UTM, AROUND).frame
    both = together([plain, strong], UTM)
    assert both["hazard_class"].tolist() == ["", "over_15cm"]
    assert np.isnan(both["intensity"].iloc[0])
    assert set(together([plain], UTM).columns) == {*COLUMNS, "geometry"}
    assert together([], UTM).empty
