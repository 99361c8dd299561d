"""CGCS2000, all zones: with and without the number of the zone, northing first on paper, x first here."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS, Transformer
from shapely import Point

from spatial.crs import metric_crs, suggest_zone, why_not_metric
from spatial.crs_doubts import doubt

ZONES = range(4491, 4555)
WUHAN = (114.3, 30.6)


def gauss_krueger(lon, lat, meridian, false_easting_m):
    """Transverse Mercator on the CGCS2000 ellipsoid by the series of Krueger (1912), to the sixth order of n."""
    n = (1 / 298.257222101) / (2 - 1 / 298.257222101)
    radius = 6378137.0 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = [
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    ]
    phi, lam = np.radians(lat), np.radians(lon - meridian)
    e = 2 * np.sqrt(n) / (1 + n)
    t = np.sinh(np.arctanh(np.sin(phi)) - e * np.arctanh(e * np.sin(phi)))
    xi, eta = np.arctan2(t, np.cos(lam)), np.arctanh(np.sin(lam) / np.sqrt(1 + t * t))
    terms = list(enumerate(alpha, start=1))
    east = eta + sum(a * np.cos(2 * j * xi) * np.sinh(2 * j * eta) for j, a in terms)
    north = xi + sum(a * np.sin(2 * j * xi) * np.cosh(2 * j * eta) for j, a in terms)
    return false_easting_m + radius * east, radius * north


def meridian_and_easting(code):
    """Of each zone by its number alone: 4491 and 4502 begin at 75 degrees by 6, 4513 and 4534 at 75 by 3."""
    if code < 4502:
        return 75 + 6 * (code - 4491), 1e6 * (13 + code - 4491) + 5e5
    if code < 4513:
        return 75 + 6 * (code - 4502), 5e5
    if code < 4534:
        return 75 + 3 * (code - 4513), 1e6 * (25 + code - 4513) + 5e5
    return 75 + 3 * (code - 4534), 5e5


@pytest.mark.parametrize("code", ZONES)
def test_every_zone_comes_out_where_the_formula_puts_it(code):
    meridian, false_easting_m = meridian_and_easting(code)
    place = (meridian + 0.8, 41.3)
    x, y = gauss_krueger(*place, meridian, false_easting_m)
    back = gpd.GeoSeries([Point(x, y)], crs=f"EPSG:{code}").to_crs("EPSG:4490").iloc[0]
    assert (back.x, back.y) == pytest.approx(place, abs=1e-8)
    assert why_not_metric(CRS(f"EPSG:{code}")) is None
    assert metric_crs(f"EPSG:{code}", "[study]").to_epsg() == code


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_the_zone_that_is_suggested_is_the_one_of_the_place(meridian):
    code, _ = suggest_zone(meridian + 1.0, 35.0, CRS("EPSG:4490"))
    assert meridian_and_easting(int(code.removeprefix("EPSG:")))[0] == meridian


def bounds(code, *, place=WUHAN, swapped=False):
    x, y = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform(*place)
    x, y = (y, x) if swapped else (x, y)
    return x - 4000, y - 3000, x + 4000, y + 3000


@pytest.mark.parametrize("code", [4526, 4547, 4497, 4508, 4490, 32650, 32649, 2362, 2414])
def test_coordinates_in_their_own_zone_and_the_next_are_not_doubted(code):
    assert doubt((114.0, 30.0, 114.6, 31.0) if code == 4490 else bounds(code), CRS(f"EPSG:{code}")) is None


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        (4526, 4547), (4526, 4546), (4526, 4548), (4547, 4526), (4497, 4508), (4508, 4497),
        (2362, 2383), (2383, 2362), (2414, 2435),
    ],
)  # fmt: skip
def test_a_zone_before_the_easting_that_the_crs_has_not_is_known_and_the_right_code_named(written, declared):
    found = doubt(bounds(written), CRS(f"EPSG:{declared}"))
    assert found is not None
    assert found.code == f"EPSG:{written}"
    assert f'declare crs = "EPSG:{written}"' in found.remedy


@pytest.mark.parametrize(
    ("written", "declared", "code"), [(4547, 4547, ""), (4526, 4526, ""), (4526, 4547, "EPSG:4526")]
)
def test_northing_first_is_known(written, declared, code):
    found = doubt(bounds(written, swapped=True), CRS(f"EPSG:{declared}"))
    assert found is not None
    assert "northing first" in found.reason
    assert "exchange x and y" in found.remedy
    assert found.code == code


def test_latitude_first_is_known_where_the_crs_is_made_for_one_country():
    found = doubt((30.0, 114.0, 31.0, 114.6), CRS("EPSG:4490"))
    assert found is not None
    assert "latitude first" in found.reason
    assert doubt((28.0, -15.6, 28.2, -15.3), CRS("EPSG:4326")) is None  # may be Africa


def test_northing_first_in_another_country():
    found = doubt((3_100_000, 450_000, 3_120_000, 460_000), CRS("EPSG:32628"))
    assert found is not None
    assert "northing first" in found.reason
    assert doubt((450_000, 3_100_000, 460_000, 3_120_000), CRS("EPSG:32628")) is None


def test_what_fits_nowhere_is_left_to_others():
    assert doubt((1e7, 1e7, 1.1e7, 1.1e7), CRS("EPSG:27700")) is None
    assert doubt((np.nan, 0, 1, 1), CRS("EPSG:4547")) is None
    assert doubt((0, 0, 1, 1), CRS("+proj=tmerc +lon_0=117 +x_0=500000 +ellps=GRS80 +units=m")) is None
