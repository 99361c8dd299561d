from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import shapely.affinity
from pyproj import CRS, Transformer
from shapely import box

from layers.company import check_company
from layers.municipal import Notes, load_parents
from layers.study import read_study
from layers.types import UnitsRole
from layers.units import units
from layers.whereabouts import FAR_M, check_near, check_order
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


def test_communities_with_x_and_y_exchanged_do_not_put_the_blame_on_the_studys_crs():
    """28 degrees east, 15 south is in Zambia: UTM zone 35 would fit there, and is not meant."""
    degrees = CRS("EPSG:4326")
    left, bottom, right, top = in_degrees(TOWN, UTM).bounds
    check_order(layer(box(left, bottom, right, top), degrees), UTM, "communities")
    check_order(layer(TOWN), UTM, "communities")
    check_order(layer(box(116.3, 39.9, 116.4, 40.0), degrees), UTM, "communities")  # elsewhere in any order
    check_order(layer(None), UTM, "communities")
    for unit in (box(bottom, left, top, right), box(bottom, left, top, right).centroid.buffer(0.01)):
        with pytest.raises(LayerError, match=r"communities: .*UTM zone 28N' is used with x and y exchanged"):
            check_order(layer(unit, degrees), UTM, "communities")
        with pytest.raises(LayerError, match="with x and y exchanged"):
            units(layer(unit, degrees).assign(n="1"), UnitsRole("community", "n", None), UTM)


class TestCommunitiesElsewhere:
    study = read_study(Path(__file__).resolve().parents[3] / "data/las-palmas/study.toml")
    elsewhere = shapely.affinity.translate(TOWN, 590_000)
    """As if they were declared in the zone beside theirs."""

    def test_they_are_named_and_not_the_parents_that_lie_with_the_map(self):
        with pytest.raises(LayerError, match=r"^communities: lie 5\d\d km from parents.district and from the map"):
            load_parents(self.study, self.study.parents[1], None, self.elsewhere, Notes())

    def test_parents_that_lie_elsewhere_keep_the_blame(self):
        parents = replace(self.study.parents[1], origin=replace(self.study.parents[1].origin, crs="EPSG:32630"))
        check_company(self.study, self.study.parents[1], TOWN)
        check_company(self.study, parents, TOWN)
        check_company(self.study, parents, self.elsewhere)
