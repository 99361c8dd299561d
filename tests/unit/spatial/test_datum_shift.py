"""Old datums: where PROJ would leave a shift out, held against what the installed PROJ does."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer
from shapely import Point

from spatial.datum_shift import WGS84, datum_shift, is_modern, known_shift, moved
from spatial.errors import LayerError

BEIJING, HONG_KONG, MADRID, DENVER, TOKYO, LONDON = (
    (116.4, 39.9),
    (114.17, 22.3),
    (-3.7, 40.4),
    (-105.0, 39.7),
    (139.7, 35.7),
    (-0.1, 51.5),
)


def at(place, code):
    x, y = Transformer.from_crs(WGS84, code, always_xy=True).transform(*place)
    return float(x), float(y)


def apart(one, other):
    return shapely.distance(one.to_numpy(), other.to_numpy())


def shift(source, target, place):
    return known_shift(CRS(source), CRS(target), at(place, source) * 2)


@pytest.mark.parametrize(
    ("source", "target"),
    [("EPSG:4326", "EPSG:4548"), ("EPSG:4490", "EPSG:32650"), ("EPSG:4258", "EPSG:4548"), ("EPSG:4548", "EPSG:4490")],
)
def test_modern_datums_are_one_at_the_scale_of_streets(source, target):
    """PROJ calls some of these "ballpark" all the same."""
    assert shift(source, target, BEIJING).accuracy_m == 0


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("EPSG:4214", "EPSG:4548"), ("EPSG:4610", "EPSG:4548"), ("EPSG:2401", "EPSG:32650"), ("EPSG:2442", "EPSG:4548"),
        ("EPSG:21463", "EPSG:4548"), ("EPSG:2327", "OGC:CRS84"), ("EPSG:2369", "EPSG:4548"), ("EPSG:2390", "EPSG:32650"),
    ],
)  # fmt: skip
def test_beijing_1954_and_xian_1980_cannot_be_changed(code, target):
    place = at((CRS(code).area_of_use.west + 1, CRS(code).area_of_use.south + 1), code)
    assert known_shift(CRS(code), CRS(target), place * 2) is None
    with pytest.raises(LayerError, match=r"communities: comes in .*seven parameters") as caught:
        datum_shift(CRS(code), CRS(target), place * 2, "communities")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "target", "place", "worst_m"),
    [
        ("EPSG:23030", "EPSG:25830", MADRID, 2),
        ("EPSG:4267", "EPSG:26913", DENVER, 11),
        ("EPSG:4301", "EPSG:32654", TOKYO, 9),
        ("EPSG:27700", "EPSG:32630", LONDON, 2),
        ("EPSG:2326", "EPSG:32650", HONG_KONG, 1),
    ],
)
def test_old_datums_with_a_published_shift_are_known_as_well_as_it_says(source, target, place, worst_m):
    found = shift(source, target, place)
    assert 0 < found.accuracy_m <= worst_m


def test_taiwans_old_datum_is_as_unknown_as_the_mainlands():
    assert shift("EPSG:3828", "EPSG:32651", (121.5, 25.05)) is None


def test_a_shift_that_is_known_to_wgs84_only_goes_through_it():
    """Hong Kong 1980 to CGCS2000 has no transformation of its own: straight, it is 250 m off."""
    place = at(HONG_KONG, "EPSG:2326")
    assert len(shift("EPSG:2326", "EPSG:4526", HONG_KONG).steps) == 2
    given = gpd.GeoSeries([Point(place)], crs="EPSG:2326")
    ours = moved(given, CRS("EPSG:4526"), "t").to_crs(WGS84).iloc[0]
    straight = given.to_crs("EPSG:4526").to_crs(WGS84).iloc[0]
    geod = Geod(ellps="WGS84")
    assert geod.inv(ours.x, ours.y, *HONG_KONG)[2] < 0.01
    assert geod.inv(straight.x, straight.y, *HONG_KONG)[2] > 200


def test_seven_parameters_make_a_shift_known():
    """As a surveying office gives them: they are used, whatever their accuracy."""
    plain = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m"
    given = f"{plain} +towgs84=15.8,-154.4,-82.3,0,0,0,0"
    place = (450_000, 4_400_000, 451_000, 4_401_000)
    assert known_shift(CRS(plain), CRS("EPSG:4548"), place) is None
    found = known_shift(CRS(given), CRS("EPSG:4548"), place)
    assert np.isnan(found.accuracy_m)
    there = moved(gpd.GeoSeries([Point(450_000, 4_400_000)], crs=given), CRS("EPSG:4548"), "t").iloc[0]
    assert 50 < np.hypot(there.x - 450_000, there.y - 4_400_000) < 300


def test_the_same_datum_needs_no_shift():
    assert known_shift(CRS("EPSG:4214"), CRS("EPSG:2433"), BEIJING * 2) is not None
    assert known_shift(CRS("EPSG:2384"), CRS("EPSG:2384"), (450_000, 4_400_000) * 2) is not None


def test_modern_is_told_by_the_size_of_the_earth():
    assert all(is_modern(CRS(code)) for code in ("EPSG:4326", "EPSG:4490", "EPSG:4258", "EPSG:4269", "EPSG:3826"))
    assert not any(is_modern(CRS(code)) for code in ("EPSG:4214", "EPSG:4610", "EPSG:4267", "EPSG:4230", "EPSG:4301"))


def test_one_transformation_holds_for_a_whole_layer_or_none_is_used():
    """Beijing 1954 is known in the Ordos basin only (longitude 107 to 110.01): PROJ shifts that row, and no other."""
    ordos, wuhan = Point(108.5, 38.5), Point(114.3, 30.6)
    inside = gpd.GeoSeries([ordos, Point(109.5, 36), Point(106.95, 36)], crs="EPSG:4214")  # the last at the rim
    assert (apart(inside, moved(inside, CRS(WGS84), "t")) > 0.0003).all()
    for stray in (wuhan, Point(106.8, 36)):
        with pytest.raises(LayerError, match=r"not known here, or not all over longitude 10\d.* seven parameters"):
            moved(gpd.GeoSeries([ordos, stray], crs="EPSG:4214"), CRS(WGS84), "t")


def test_the_way_back_is_the_same_way():
    found = shift("EPSG:2326", "EPSG:4526", HONG_KONG)
    x, y = at(HONG_KONG, "EPSG:2326")
    assert found.back(*found.there(x, y)) == pytest.approx((x, y), abs=1e-3)
    assert found.bounds_there((x, y, x, y))[:2] == pytest.approx(found.there(x, y), abs=1e-3)


def test_a_transformation_across_the_date_line_holds_on_both_sides():
    """Fiji 1986 is used from 176.81 to -178.15 degrees."""
    assert shift("EPSG:4720", "EPSG:32760", (178.4, -18.1)).accuracy_m > 0
    assert shift("EPSG:4720", "EPSG:32760", (-179.5, -17.0)).accuracy_m > 0
    assert shift("EPSG:4720", "EPSG:32760", (170.0, -17.0)) is None


def test_nothing_is_moved_nowhere():
    for nothing in ([None], []):
        assert moved(gpd.GeoSeries(nothing, crs="EPSG:4214"), CRS(WGS84), "t").isna().all()
