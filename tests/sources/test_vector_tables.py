"""Tables that say in their cells where their rows lie."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point

from layers.origins import GeometryColumns, Origin
from layers.sources.location import location
from layers.sources.vector import Near, read_vector
from spatial.errors import LayerError, MissingCRS

XY = GeometryColumns(x="lon", y="lat")
WKT = GeometryColumns(wkt="shape")
STOPS = pd.DataFrame(
    {
        "code": ["001", "002", "003"],
        "lon": [-15.43, -15.42, -15.41],
        "lat": [28.10, 28.11, 28.12],
        "name": ["望京", "Ñ", None],
    }
)


def saved(folder: Path, table: pd.DataFrame, form: str) -> Path:
    path = folder / f"stops.{form}"
    if form == "csv":
        table.to_csv(path, index=False)
    elif form == "xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_parquet(path)
    return path


def refused(path: Path, where: GeometryColumns | None, expected: str) -> str:
    with pytest.raises(LayerError, match=expected) as caught:
        read_vector(Origin(path, crs="EPSG:4326", geometry=where), "public_space")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"public_space ({path.name}): ")
    return message


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_columns_of_coordinates_are_points(tmp_path, form):
    path = saved(tmp_path, STOPS, form)
    read = read_vector(Origin(path, crs="EPSG:4326", geometry=XY), "public_space")
    assert read.frame["code"].tolist() == ["001", "002", "003"]
    assert [(p.x, p.y) for p in read.frame.geometry] == list(zip(STOPS["lon"], STOPS["lat"], strict=True))
    assert read.frame.crs == CRS("EPSG:4326")
    assert dict(read.counts) == {"rows_read": 3, "rows_kept": 3}
    lean = read_vector(
        Origin(path, crs="EPSG:4326", geometry=XY, filter={"code": ("002",)}), "public_space", columns=["name"]
    )
    assert lean.frame["name"].tolist() == ["Ñ"]
    assert location(Origin(path, crs="EPSG:4326", geometry=XY)) == pytest.approx((-15.42, 28.11))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_column_of_text_is_shapes(tmp_path, form):
    table = pd.DataFrame({"shape": ["POLYGON ((0 0, 4 0, 4 3, 0 0))", "MULTIPOINT (1 1, 2 2)", None], "n": [1, 2, 3]})
    read = read_vector(Origin(saved(tmp_path, table, form), crs="EPSG:32628", geometry=WKT), "public_space")
    assert read.frame.geometry.area.iloc[0] == 6
    assert read.frame.geom_type.iloc[1] == "MultiPoint"
    assert read.counts["unplaced"] == 1


def test_a_table_without_a_crs_is_refused_until_it_is_declared(tmp_path):
    with pytest.raises(MissingCRS):
        read_vector(Origin(saved(tmp_path, STOPS, "csv"), geometry=XY), "public_space")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_needs_to_be_told_where_its_rows_lie(tmp_path, form):
    path = saved(tmp_path, STOPS, form)
    assert 'x = "lon", y = "lat"' in refused(path, None, "the study has to say which columns")
    refused(path, GeometryColumns(x="lon", y="latitude"), "no column 'latitude' .did you mean 'lat'")


def test_rows_with_neither_coordinate_are_left_out_and_told(tmp_path):
    table = STOPS.assign(lon=[-15.43, None, None], lat=[28.1, None, None])
    path = saved(tmp_path, table, "csv")
    read = read_vector(Origin(path, crs="EPSG:4326", geometry=XY, filter={"code": ("001", "002")}), "public_space")
    assert read.frame["code"].tolist() == ["001"]
    assert dict(read.counts) == {"rows_read": 3, "rows_filtered": 1, "unplaced": 1, "rows_kept": 1}
    assert ("unplaced", 1) in [(caveat.code, caveat.count) for caveat in read.caveats]


@pytest.mark.parametrize(
    ("lon", "lat", "expected", "hint"),
    [
        (
            ["-15,43", "-15,42", "-15,41"],
            ["28,10", "28,11", "28,12"],
            "3 cells of 'lon' .line 2: '-15,43'",
            "with a point, not a comma",
        ),
        (
            ["15°25'W", "-15.42", "-15.41"],
            ["28.1", "28.1", "28.1"],
            "1 cells of 'lon' .line 2",
            "not degrees and minutes",
        ),
        (
            ["-15.4", None, "-15.41"],
            ["28.1", "28.1", "28.1"],
            "1 cells of 'lon' .line 3: empty",
            "leave both cells empty",
        ),
        (["-15.4", "-15.4", "-15.4"], ["28.1", "28.1", "inf"], "1 cells of 'lat' .line 4: 'inf'", "decimal numbers"),
        (
            ["-15.4", "-15.4", "-15.4"],
            ["28.1", "n/a", "n/a"],
            "2 cells of 'lat' .line 3: 'n/a', line 4: 'n/a'",
            "decimal",
        ),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_cells_that_are_no_coordinates_are_told_with_their_lines(tmp_path, form, lon, lat, expected, hint):
    path = saved(tmp_path, STOPS.assign(lon=lon, lat=lat), form)
    assert hint in refused(path, XY, expected)


def test_text_that_is_no_shape_is_told(tmp_path):
    table = pd.DataFrame({"shape": ["POINT (1 1)", "28.1, -15.4", "SRID=4326;POINT (1 1)", "POLYGON ((0 0, 1 0"]})
    message = refused(saved(tmp_path, table, "csv"), WKT, "3 cells of 'shape' .line 3: '28.1, -15.4', line 4")
    assert "without SRID" in message


def test_metres_in_columns_called_degrees_are_told(tmp_path):
    table = STOPS.assign(lon=[457_000, 458_000, 459_000], lat=[3_108_000, 3_109_000, 3_110_000])
    refused(saved(tmp_path, table, "csv"), XY, "metres|degrees")


def test_swapped_columns_are_told_by_where_the_study_lies(tmp_path):
    near = Near((455_000.0, 3_105_000.0, 465_000.0, 3_115_000.0), CRS(32628))
    path = saved(tmp_path, STOPS, "csv")
    right = read_vector(Origin(path, crs="EPSG:4326", geometry=XY), "public_space", near=near)
    assert len(right.frame) == 3
    with pytest.raises(LayerError, match=r"3 would with x and y exchanged.*the columns named as x and y"):
        read_vector(
            Origin(path, crs="EPSG:4326", geometry=GeometryColumns(x="lat", y="lon")), "public_space", near=near
        )


def test_a_study_may_take_points_of_a_parquet_table_that_has_shapes_too(tmp_path):
    layer = gpd.GeoDataFrame(STOPS, geometry=[Point(0, 0)] * 3, crs=4326)
    path = tmp_path / "stops.parquet"
    layer.to_parquet(path)
    frame = read_vector(Origin(path, crs="EPSG:4326", geometry=XY), "public_space", columns=["code"]).frame
    assert frame.geometry.x.tolist() == STOPS["lon"].tolist()
