"""GCJ-02 and BD-09 against points on record, and there and back again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from spatial.datum import (
    ACCURACY_M,
    REACH_M,
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_mainland_china,
    to_wgs84,
    wgs84_to_gcj02,
)

GEOD = Geod(ellps="WGS84")
LONGITUDES = st.floats(73.5, 135.0)
LATITUDES = st.floats(18.0, 53.5)


def apart_m(one, other):
    return float(np.max(GEOD.inv(*map(np.ravel, one), *map(np.ravel, other))[2]))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # the tests of github.com/googollee/eviltransform: Shanghai, Shenzhen, Beijing
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_the_published_points(wgs84, gcj02):
    assert apart_m(wgs84_to_gcj02(*wgs84), gcj02) < 0.01
    assert apart_m(gcj02_to_wgs84(*gcj02), wgs84) < 0.01


def test_what_amaps_service_answered():
    """Its coordinate conversion (coordsys = gps), as quoted by its users."""
    assert apart_m(wgs84_to_gcj02(116.481499, 39.990475), (116.487585177952, 39.991754014757)) < ACCURACY_M


def test_what_baidus_service_answered():
    """The example of its documentation (geoconv, from = 1, to = 5), with two answers that were recorded."""
    ours = gcj02_to_bd09(*wgs84_to_gcj02(114.21892734521, 29.575429778924))
    assert apart_m(ours, (114.2307519546763, 29.57908428837437)) < ACCURACY_M
    assert apart_m(ours, (114.23075654746, 29.579087603387)) < ACCURACY_M


@given(LONGITUDES, LATITUDES)
def test_there_and_back_again_is_exact_to_a_millimetre(lon, lat):
    place = (lon, lat)
    assert apart_m(gcj02_to_wgs84(*wgs84_to_gcj02(*place)), place) < 0.001
    assert apart_m(bd09_to_gcj02(*gcj02_to_bd09(*place)), place) < 0.001
    assert apart_m(to_wgs84(*gcj02_to_bd09(*wgs84_to_gcj02(*place)), "bd09"), place) < 0.001


@given(LONGITUDES, LATITUDES)
def test_the_shift_is_some_hundred_metres_and_bounded(lon, lat):
    assert 20 < apart_m(wgs84_to_gcj02(lon, lat), (lon, lat)) < 1_500
    assert apart_m(gcj02_to_bd09(*wgs84_to_gcj02(lon, lat)), (lon, lat)) < REACH_M


@given(LONGITUDES, LATITUDES, st.floats(1e-5, 0.01))
def test_east_stays_east_and_north_stays_north(lon, lat, step):
    for change in (wgs84_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, bd09_to_gcj02):
        assert change(lon + step, lat)[0] > change(lon, lat)[0]
        assert change(lon, lat + step)[1] > change(lon, lat)[1]


def test_arrays_give_what_single_numbers_give():
    lon, lat = np.linspace(75, 134, 40), np.linspace(19, 53, 40)
    for change in (wgs84_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, bd09_to_gcj02):
        together = change(lon, lat)
        single = [change(x, y) for x, y in zip(lon, lat, strict=True)]
        assert together[0].tolist() == pytest.approx([float(s[0]) for s in single], abs=1e-11)
        assert together[1].tolist() == pytest.approx([float(s[1]) for s in single], abs=1e-11)


def test_what_is_no_number_stays_none_and_the_rest_is_right():
    x, y = gcj02_to_wgs84([np.nan, 116.38404722455657], [39.9, 39.91334545536069])
    assert np.isnan(x[0])
    assert (x[1], y[1]) == pytest.approx((116.377817, 39.911954), abs=1e-7)


def test_wgs84_is_left_alone():
    assert [float(v) for v in to_wgs84(-15.43, 28.1, "wgs84")] == [-15.43, 28.1]


def test_the_mainland_without_taiwan_hong_kong_macao_and_the_neighbours():
    inside = {"Beijing": (116.4, 39.9), "Shenzhen": (114.06, 22.54), "Urumqi": (87.6, 43.8), "Lhasa": (91.1, 29.65),
              "Sanya": (109.5, 18.25), "Harbin": (126.6, 45.8), "Kashgar": (75.99, 39.47), "Zhuhai": (113.55, 22.27)}  # fmt: skip
    outside = {"Taipei": (121.5, 25.05), "Hong Kong": (114.17, 22.30), "Macao": (113.55, 22.19), "Las Palmas": (-15.4, 28.1),
               "Seoul": (127.0, 37.55), "Vladivostok": (131.9, 43.1), "Hanoi": (105.85, 21.0), "Tokyo": (139.7, 35.7)}  # fmt: skip
    assert {name: bool(in_mainland_china(*place)) for name, place in inside.items()} == dict.fromkeys(inside, True)
    assert {name: bool(in_mainland_china(*place)) for name, place in outside.items()} == dict.fromkeys(outside, False)
