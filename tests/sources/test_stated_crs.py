"""Files that name a CRS which nobody understands, and files that say that they have none: not WGS 84 in silence."""

from __future__ import annotations

import json
import sqlite3

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import box

from layers.origins import Origin
from layers.sources.vector import read_vector
from spatial.errors import MissingCRS

FEATURE = {
    "type": "Feature",
    "properties": {"n": "x"},
    "geometry": {"type": "Point", "coordinates": [114.3, 30.6]},
}


def named(name):
    return {"type": "name", "properties": {"name": name}}


def write(path, *, crs="absent", last=False, feature=FEATURE, many=1):
    stated = {} if crs == "absent" else {"crs": crs}
    features = {"features": [feature] * many}
    parts = (features, stated) if last else (stated, features)
    whole = {"type": "FeatureCollection", **parts[0], **parts[1], "name": "layer"}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "crs",
    [
        None,
        named("urn:ogc:def:crs:EPSG::999999"),
        named("Wuhan_Local_2000"),
        named("urn:ogc:def:crs:LOCAL::GCJ02"),
        named(None),
        {"type": "EPSG", "properties": {"code": 999999}},
        {"type": "other", "properties": {"x": 1}},
    ],
)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("many", [1, 20_000])
def test_a_crs_that_is_not_understood_is_missing_until_it_is_declared(tmp_path, crs, last, many):
    """A member of the whole may stand before the features or after them, however many these are."""
    path = write(tmp_path / "parks.geojson", crs=crs, last=last, many=many)
    with pytest.raises(MissingCRS, match=r"nothing that is understood.*longitudes and latitudes") as caught:
        read_vector(Origin(path), "parks")
    assert "\n" not in str(caught.value)
    if many == 1:
        read = read_vector(Origin(path, crs="EPSG:4326"), "parks")
        assert read.frame.crs == "EPSG:4326"
        assert "crs_overridden" not in read.counts


@pytest.mark.parametrize(
    "crs",
    [
        "absent",
        named("urn:ogc:def:crs:OGC:1.3:CRS84"),
        named("urn:ogc:def:crs:EPSG::4326"),
        named("EPSG:4326"),
        named("http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        named("WGS 84"),
        {"type": "EPSG", "properties": {"code": 4326}},
    ],
)
def test_wgs_84_by_any_of_its_names_is_read(tmp_path, crs):
    for last in (False, True):
        read = read_vector(Origin(write(tmp_path / "a.geojson", crs=crs, last=last)), "parks")
        assert read.frame.crs.equals(CRS("EPSG:4326"), ignore_axis_order=True)


def test_another_crs_that_is_understood_is_read(tmp_path):
    path = write(tmp_path / "a.geojson", crs=named("urn:ogc:def:crs:EPSG::4490"))
    assert read_vector(Origin(path), "parks").frame.crs == "EPSG:4490"


@pytest.mark.parametrize("value", [None, "local", {"a": 1}])
def test_a_property_of_that_name_is_none_of_it(tmp_path, value):
    path = write(tmp_path / "a.geojson", feature={**FEATURE, "properties": {"crs": value}})
    assert read_vector(Origin(path), "parks").frame.crs == "EPSG:4326"


@pytest.mark.parametrize("number", [0, -1])
def test_an_undefined_crs_of_a_geopackage_is_missing_until_it_is_declared(tmp_path, number):
    path = tmp_path / "parks.gpkg"
    gpd.GeoDataFrame({"n": ["x"]}, geometry=[box(0.1, 0.5, 0.2, 0.6)], crs=4326).to_file(path, layer="parks")
    with sqlite3.connect(path) as database:
        for table in ("gpkg_geometry_columns", "gpkg_contents"):
            database.execute(f"UPDATE {table} SET srs_id = ?", (number,))
    database.close()
    with pytest.raises(MissingCRS, match="nothing that is understood"):
        read_vector(Origin(path), "parks")
    assert read_vector(Origin(path, crs="EPSG:4326"), "parks").frame.crs == "EPSG:4326"
