from __future__ import annotations

import pytest
from pyproj import CRS

from spatial.crs import (
    check_scale,
    degree_lengths_m,
    lonlat_centre,
    metric_crs,
    parse_crs,
    scale_error,
    suggest_zone,
    why_not_metric,
)
from spatial.datum_shift import datum_shift
from spatial.errors import NotMetric

LAS_PALMAS = (-15.43, 28.1)
ANDORRA = (1.6, 42.54)


@pytest.mark.parametrize("code", ["EPSG:32628", "EPSG:25831", "EPSG:4547", "EPSG:5635", "EPSG:27700"])
def test_metric_projections_measure(code):
    assert why_not_metric(CRS(code)) is None


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("EPSG:4326", "degrees"),
        ("EPSG:4490", "degrees"),
        ("OGC:CRS84", "degrees"),
        ("EPSG:2263", "US survey foot"),
        ("EPSG:3857", "mercator"),
        ("EPSG:3395", "mercator"),
        ("EPSG:4978", "geocentric"),
        ("EPSG:7415", "heights"),
        ("EPSG:5773", "no map projection"),
    ],
)
def test_what_cannot_measure_says_why(code, word):
    with pytest.raises(NotMetric, match=word):
        metric_crs(code, "[study]")


def test_the_right_zone_is_named_where_the_place_is_known():
    with pytest.raises(NotMetric, match='crs = "EPSG:32628"'):
        metric_crs("EPSG:4326", "[study]", LAS_PALMAS)
    with pytest.raises(NotMetric, match='crs = "EPSG:32631"'):
        metric_crs("EPSG:3857", "[study]", ANDORRA)


def test_without_a_place_the_message_says_how_to_find_the_zone():
    with pytest.raises(NotMetric, match="longitude"):
        metric_crs("EPSG:4326", "[study]")


@pytest.mark.parametrize(
    ("place", "code"),
    [((-70.6, -33.4), "EPSG:32719"), ((139.7, 35.7), "EPSG:32654"), (LAS_PALMAS, "EPSG:32628")],
)
def test_utm_zone_of_a_place(place, code):
    """Santiago lies south of the equator, Tokyo and Las Palmas north."""
    assert suggest_zone(*place)[0] == code


@pytest.mark.parametrize(("lon", "meridian"), [(113.3, 114), (116.4, 117), (121.4, 120), (87.6, 87)])
def test_chinese_degrees_get_a_three_degree_zone(lon, meridian):
    code, name = suggest_zone(lon, 30.0, CRS("EPSG:4490"))
    assert name == f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"
    assert CRS(code).name == name


def test_an_unknown_code_is_told():
    with pytest.raises(NotMetric, match="EPSG:99999"):
        parse_crs("EPSG:99999", "[study]")


def test_scale_is_right_in_its_zone_and_wrong_elsewhere():
    assert scale_error(CRS("EPSG:32628"), *LAS_PALMAS) < 0.0005
    check_scale(CRS("EPSG:32628"), LAS_PALMAS, "communities")
    with pytest.raises(NotMetric, match='crs = "EPSG:32628"'):
        check_scale(CRS("EPSG:32650"), LAS_PALMAS, "communities")


def test_web_mercator_stretches_by_one_over_cosine():
    assert scale_error(CRS("EPSG:3857"), 0.0, 60.0) == pytest.approx(1.0, abs=0.01)


def test_centre_and_bounds_go_there_and_back():
    utm = CRS("EPSG:32628")
    bounds = (455_000.0, 3_100_000.0, 461_000.0, 3_110_000.0)
    lon, lat = lonlat_centre(bounds, utm)
    assert (lon, lat) == pytest.approx((-15.43, 28.07), abs=0.01)
    there = datum_shift(utm, CRS("OGC:CRS84"), bounds, "t").bounds_there(bounds)
    back = datum_shift(CRS("OGC:CRS84"), utm, there, "t").bounds_there(there)
    assert back[0] <= bounds[0] + 1e-3
    assert back[1] <= bounds[1] + 1e-3
    assert back[2] >= bounds[2] - 1e-3
    assert back[3] >= bounds[3] - 1e-3


def test_three_arc_seconds_at_andorra():
    """A degree of latitude is 111.07 km at 42.5 degrees north, one of longitude 82.2 km."""
    across, along = degree_lengths_m(CRS("EPSG:4326"), 42.5, 3 / 3600, 3 / 3600)
    assert across == pytest.approx(68.5, abs=0.1)
    assert along == pytest.approx(92.56, abs=0.05)
