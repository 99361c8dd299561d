from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
import shapely.affinity
from pyproj import CRS, Transformer
from shapely import box

from layers.whereabouts import FAR_M, check_near
from spatial.errors import LayerError

UTM = CRS("EPSG:32628")
TOWN = box(455_000, 3_105_000, 461_000, 3_112_000)
WUHAN = CRS("EPSG:4547")
RIVERSIDE = box(525_000, 3_385_000, 535_000, 3_390_000)


def layer(shape, crs=UTM):
    return gpd.GeoDataFrame(geometry=[shape], crs=crs)


def told(shape, crs=UTM, *, around=TOWN, study=UTM):
    with pytest.raises(LayerError) as caught:
        check_near(layer(shape, crs), around, study, "hazard.flood", "it would show nobody exposed")
    message = str(caught.value)
    assert message.startswith("hazard.flood: ")
    assert "\n" not in message
    return message


def in_degrees(shape, crs):
    change = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    return box(*change.transform_bounds(*shape.bounds))


def test_what_is_near_is_let_through():
    check_near(layer(TOWN), TOWN, UTM, "l", "c")
    check_near(layer(shapely.affinity.translate(TOWN, FAR_M)), TOWN, UTM, "l", "c")
    check_near(gpd.GeoDataFrame(geometry=[None], crs=UTM), TOWN, UTM, "l", "c")


def test_exchanged_axes_are_named():
    left, bottom, right, top = in_degrees(TOWN, UTM).bounds
    assert "with x and y exchanged" in told(box(bottom, left, top, right), CRS("EPSG:4326"))


def test_the_next_zone_is_named():
    message = told(TOWN, CRS("EPSG:32629"))
    assert "km from the communities, so it would show nobody exposed" in message
    assert 'write crs = "EPSG:32628"' in message


def test_a_chinese_zone_is_named():
    there = RIVERSIDE
    assert 'write crs = "EPSG:4547"' in told(there, CRS("EPSG:4548"), around=there, study=WUHAN)


def test_another_place_is_told_with_its_distance():
    message = told(shapely.affinity.translate(TOWN, 106_000, 0))
    assert "100 km from the communities" in message
    assert "it is of another place (longitude -14.3" in message
