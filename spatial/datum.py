"""GCJ-02 and BD-09: the shifted coordinates of Chinese web maps, brought back to WGS 84.

Map services in mainland China publish coordinates moved by 300 to 700 m; Baidu moves them once more. Those who make
these shifts do not publish how. What stands here is the reverse engineering that is public and in use everywhere:
polynomial and sine terms on the Krassovsky 1940 ellipsoid for GCJ-02 (first as ``EvilTransform`` in 2013; tests of
github.com/googollee/eviltransform), and a turn by sines for BD-09. Both agree within two metres with answers of the
services that were put on record, and nobody vouches for them.

All functions take and give longitude and latitude [degrees] as arrays or numbers, by numpy's rules of broadcasting.
None of them asks whether a place is in China: `in_mainland_china` does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
LonLat = tuple[Degrees, Degrees]

ACCURACY_M = 2.0
"""How well the formulas agree with answers of the map services that are on record."""
REACH_M = 3_000.0
"""No place is moved farther than this by both shifts together."""

_RADIUS_M, _ECCENTRICITY2 = 6378245.0, 0.00669342162296594323
"""Krassovsky 1940, as the shift uses it."""
_BAIDU = np.pi * 3000.0 / 180.0
_ROUNDS, _SETTLED_DEG = 30, 1e-13
"""Both shifts change by less than 3 % of a step, so that every round of the inverse gains a digit and a half."""

_IN = (
    (79.4462, 42.8899, 96.33, 49.2204), (109.6872, 39.3742, 135.0002, 54.1415), (73.1246, 29.5297, 124.143255, 42.8899),
    (82.9684, 26.7186, 97.0352, 29.5297), (97.0253, 20.414096, 124.367395, 29.5297),
    (107.975793, 17.871542, 111.744104, 20.414096),
)  # fmt: skip
_OUT = (
    (119.921265, 21.785006, 122.497559, 25.398623), (101.8652, 20.0988, 106.665, 22.284),
    (106.4525, 20.4878, 108.051, 21.5422), (109.0323, 50.3257, 119.127, 55.8175),
    (127.4568, 49.5574, 137.0227, 55.8175), (131.2662, 42.5692, 137.0227, 44.8922),
    # Hong Kong and Macao
    (113.834609, 22.154752, 114.407653, 22.444842), (113.955365, 22.444842, 114.407653, 22.502398),
    (113.538441, 22.158318, 113.598688, 22.213538), (113.553527, 22.109501, 113.598688, 22.158318),
)  # fmt: skip
"""Boxes as they go round with the published code: the mainland, and what lies in its boxes but is not."""


def in_mainland_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Where the shifts are in use, roughly.

    The code that is passed on shifts a box around all of East Asia. These boxes are narrower: the mainland, without
    Taiwan, Hong Kong and Macao, whose maps are not shifted, and without most of the neighbours. At borders they are
    wrong by up to a hundred kilometres; judge layers by them, not single places.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return _within(x, y, _IN) & ~_within(x, y, _OUT)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """From WGS 84 to GCJ-02, the coordinates of the state's map services, Amap, Tencent and others."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    u, v = x - 105.0, y - 35.0
    both = 20.0 * np.sin(6.0 * np.pi * u) + 20.0 * np.sin(2.0 * np.pi * u)
    east_m = 300.0 + u + 2.0 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * np.sqrt(np.abs(u))
    east_m += (both + 20.0 * np.sin(np.pi * u) + 40.0 * np.sin(np.pi * u / 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi * u / 12.0) + 300.0 * np.sin(np.pi * u / 30.0)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * u + 3.0 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * np.sqrt(np.abs(u))
    north_m += (both + 20.0 * np.sin(np.pi * v) + 40.0 * np.sin(np.pi * v / 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi * v / 12.0) + 320.0 * np.sin(np.pi * v / 30.0)) * 2.0 / 3.0
    angle = np.radians(y)
    flat = 1.0 - _ECCENTRICITY2 * np.sin(angle) ** 2
    meridian_m = _RADIUS_M * (1.0 - _ECCENTRICITY2) / flat**1.5
    parallel_m = _RADIUS_M / np.sqrt(flat) * np.cos(angle)
    return x + np.degrees(east_m / parallel_m), y + np.degrees(north_m / meridian_m)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Back from GCJ-02, iterated until nothing moves any more: there and back again is exact to a millimetre."""
    goal = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = goal
    for _ in range(_ROUNDS):
        there = wgs84_to_gcj02(x, y)
        x, y, settled = _step(x, y, there, goal)
        if settled:
            break
    return x, y


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """From GCJ-02 to BD-09, the coordinates of Baidu's maps."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Back from BD-09 to GCJ-02, iterated as `gcj02_to_wgs84`.

    The formula that is passed on for this way is off by up to two metres, for it puts the shifted place into the
    terms of the unshifted one.
    """
    goal = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = goal[0] - 0.0065, goal[1] - 0.006
    for _ in range(_ROUNDS):
        there = gcj02_to_bd09(x, y)
        x, y, settled = _step(x, y, there, goal)
        if settled:
            break
    return x, y


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> LonLat:
    """From a shifted datum (gcj02 or bd09) to WGS 84; coordinates in wgs84 come back as they are."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum == "bd09":
        x, y = bd09_to_gcj02(x, y)
    return gcj02_to_wgs84(x, y) if datum in ("gcj02", "bd09") else (x, y)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> LonLat:
    """From WGS 84 to a shifted datum (gcj02 or bd09); wgs84 leaves them as they are."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum in ("gcj02", "bd09"):
        x, y = wgs84_to_gcj02(x, y)
    return gcj02_to_bd09(x, y) if datum == "bd09" else (x, y)


def _step(x: Degrees, y: Degrees, there: LonLat, goal: LonLat) -> tuple[Degrees, Degrees, bool]:
    """One round towards the place that is shifted to `goal`; whether nothing moves any more."""
    across, along = goal[0] - there[0], goal[1] - there[1]
    moved = np.maximum(np.abs(across), np.abs(along))
    return x + across, y + along, bool(np.all(~(moved > _SETTLED_DEG)))


def _within(x: Degrees, y: Degrees, boxes: tuple[tuple[float, float, float, float], ...]) -> NDArray[np.bool_]:
    found = np.zeros(np.broadcast(x, y).shape, dtype=bool)
    for left, bottom, right, top in boxes:
        found |= (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    return found
