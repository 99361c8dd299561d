from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from layers.repairs import SLIVER_M2, mended, without_copies
from layers.role_schemas import hazard_schema, units_schema
from layers.types import HazardRole, UnitsRole
from layers.units import units

UTM = CRS("EPSG:32628")
X, Y = 458_000.0, 3_108_000.0


def at(shape):
    return shapely.transform(shape, lambda xy: xy + np.array([X, Y]))


def mend(*shapes):
    return mended(gpd.GeoSeries([at(s) for s in shapes], crs=UTM), UTM, "communities")


def test_what_is_right_is_left_as_it_is():
    done = mend(box(0, 0, 10, 10), MultiPolygon([box(0, 0, 5, 5), box(10, 0, 12, 2)]))
    assert done.counts == {"repaired": 0}
    assert done.shapes.area.tolist() == [100.0, 29.0]
    assert done.caveats("communities") == ()


def test_a_crossing_ring_keeps_its_area_and_is_counted():
    done = mend(Polygon([(0, 0), (20, 20), (20, 0), (0, 20)]), box(0, 0, 1, 1))
    assert done.counts == {"repaired": 1}
    assert done.was_invalid.tolist() == [True, False]
    assert done.shapes.area.tolist() == pytest.approx([200.0, 1.0])


def test_lines_beside_polygons_are_left_out_and_told():
    done = mend(GeometryCollection([box(0, 0, 10, 10), LineString([(0, 0), (50, 50)]), Point(3, 3)]))
    assert done.counts == {"repaired": 0, "stray_parts": 1}
    assert done.shapes.iloc[0].geom_type == "Polygon"
    assert [(c.code, c.count) for c in done.caveats("communities")] == [("stray_parts_dropped", 1)]


def test_slivers_are_left_out_but_never_the_largest_part():
    small, narrow = box(100, 0, 100.9, 1), box(200, 0, 600, 0.09)
    done = mend(
        MultiPolygon([box(0, 0, 10, 10), small, narrow]), MultiPolygon([box(0, 0, 0.1, 0.1), box(9, 9, 9.2, 9.2)])
    )
    assert done.counts == {"repaired": 0, "slivers": 3}
    assert done.shapes.area.tolist() == pytest.approx([100.0, 0.04])
    assert done.slivers_m2 == pytest.approx(0.9 + 36 + 0.01, rel=1e-6)
    assert [(c.code, c.count, c.detail) for c in done.caveats("communities")] == [("slivers_dropped", 3, "37 m²")]


def test_a_sliver_of_a_square_metre_is_none():
    assert mend(MultiPolygon([box(0, 0, 10, 10), box(20, 0, 20 + SLIVER_M2, 1)])).counts == {"repaired": 0}


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=4, max_size=9, unique=True))
def test_mending_twice_changes_nothing_more(points):
    once = mend(Polygon(points).buffer(0.5), Polygon(points))
    real = once.shapes[once.shapes.area > 0]
    again = mended(real, UTM, "communities")
    assert again.counts == {"repaired": 0}
    assert again.shapes.geom_equals(real).all()
    assert once.shapes.is_valid.all()


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[None if s is None else at(s) for s in shapes], crs=UTM)


def test_only_rows_alike_in_everything_are_copies():
    square = box(0, 0, 10, 10)
    given_ = frame(
        [square, square, square, box(0, 0, 10, 11), square, None, None],
        code=["a", "a", "b", "a", "a", "c", "c"],
        n=[1, 1, 1, 1, np.nan, 2, 2],
    )
    left, copies = without_copies(given_)
    assert copies == 1
    assert left.index.tolist() == [0, 2, 3, 4, 5, 6]
    unknown = frame([square, square], code=["a", "a"], n=[np.nan, None])
    assert without_copies(unknown)[1] == 1


def test_columns_of_any_kind_can_be_compared():
    square = box(0, 0, 10, 10)
    given_ = frame(
        [square, square], made=pd.to_datetime(["2024-01-01", "2024-01-01"]), tags=[["x"], ["x"]], n=[pd.NA, pd.NA]
    )
    assert without_copies(given_)[1] == 1


def test_a_unit_that_stands_twice_is_one_and_its_row_numbers_stay():
    given_ = frame([box(0, 0, 10, 10)] * 2 + [box(20, 0, 30, 10)], code=["a", "a", "b"])
    loaded = units(given_, UnitsRole("community", "code", None), UTM)
    assert loaded.frame.index.tolist() == ["a", "b"]
    assert loaded.counts["duplicates"] == 1
    assert [(c.code, c.count) for c in loaded.caveats] == [("duplicates_dropped", 1)]
    nameless = frame([box(0, 0, 10, 10)] * 2 + [box(20, 0, 30, 10)], code=["a", "a", None])
    with pytest.raises(ValueError, match=r"e\.g\. row 3"):
        units(nameless, UnitsRole("community", "code", None), UTM)


def test_schemas_say_what_a_shape_may_be():
    hazard = hazard_schema(HazardRole("flood", "flood", "official", {}, {}))
    assert hazard.geometry == units_schema(UnitsRole("community", "code", None)).geometry
