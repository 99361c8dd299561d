"""Coordinate reference systems: which can measure, which zone fits, what a change of datum hides."""

from __future__ import annotations

from math import floor

from pyproj import CRS, Geod, Proj, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info
from pyproj.exceptions import CRSError

from spatial.errors import NotMetric

SCALE_TOLERANCE = 0.01
"""A metre of the CRS may be this far from a metre on the ground: UTM keeps within 0.1 % in its own zone."""
_SAME_EARTH_M = 1.0
"""Ellipsoids whose radius differs by less belong to modern, earth-centred datums that agree within metres."""
_WGS84_RADIUS_M = 6378137.0

Bounds = tuple[float, float, float, float]
"""left, bottom, right, top."""


def parse_crs(text: str, what: str) -> CRS:
    """Read a CRS as written by people: ``EPSG:32628``, ``OGC:CRS84``, WKT.

    Raises
    ------
    NotMetric
        `text` names no CRS that is known. `what` says where it stands.
    """
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise NotMetric(
            f"{what}: crs = {text[:80]!r} is no known coordinate reference system, so nothing can be measured; "
            'write its code, such as "EPSG:32628" for UTM zone 28 north'
        ) from None


def why_not_metric(crs: CRS) -> str | None:
    """Say why distances and areas cannot be measured in `crs`; None if they can.

    Degrees and feet are no metres; web mercator's metres are none either (at 28 degrees north they
    are 13 % too long, at 60 degrees twice), and the world mercators share that.
    """
    if crs.is_geographic or crs.is_geocentric:
        return "measures in degrees" if crs.is_geographic else "is geocentric"
    if not crs.is_projected:
        return "is no map projection"
    if crs.is_compound:
        return "carries heights besides the plane"
    if "mercator" in _method(crs) and "transverse" not in _method(crs) and "oblique" not in _method(crs):
        return "is a world mercator projection, whose metres grow towards the poles"
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info[:2]):
        return f"measures in {'/'.join(sorted(units))}"
    return None


def metric_crs(text: str, what: str, place: tuple[float, float] | None = None) -> CRS:
    """Read the CRS of a study and refuse what cannot measure.

    Parameters
    ----------
    what
        Where it stands, for the message.
    place
        Longitude and latitude [degrees] of the study area where known: then the right zone is named.

    Raises
    ------
    NotMetric
        It is unknown, or does not measure in metres.
    """
    crs = parse_crs(text, what)
    reason = why_not_metric(crs)
    if reason is None:
        return crs
    raise NotMetric(
        f"{what}: crs = {text[:80]!r} {reason}, so distances and areas would be wrong; {zone_advice(place, crs)}"
    )


def zone_advice(place: tuple[float, float] | None, like: CRS | None = None) -> str:
    """Say which CRS to write: the zone at `place`, or how to find it."""
    if place is None:
        return (
            'write the UTM zone of the place, such as "EPSG:32628": zone = (longitude + 180) / 6 rounded up, '
            "after 326 north of the equator or 327 south of it"
        )
    code, name = suggest_zone(place[0], place[1], like)
    return f'write crs = "{code}" ({name})'


def suggest_zone(lon: float, lat: float, like: CRS | None = None) -> tuple[str, str]:
    """Suggest a metric CRS for a place: UTM on WGS 84, or Gauss-Krueger of 3 degrees where `like` is CGCS2000.

    Returns
    -------
    (str, str)
        Its code and name.
    """
    datum = "" if like is None or like.datum is None else like.datum.name.lower()
    if ("china 2000" in datum or "cgcs2000" in datum) and 73.5 <= lon <= 136.5:
        zone = floor((lon + 1.5) / 3)
        code = 4534 + zone - 25
        return f"EPSG:{code}", CRS.from_epsg(code).name
    here = AreaOfInterest(lon, lat, lon, lat)
    found = [
        info
        for info in query_utm_crs_info(datum_name="WGS 84", area_of_interest=here)
        if info.code.startswith(("326", "327"))
    ]
    if not found:
        raise NotMetric(f"no UTM zone covers longitude {lon:.3f}, latitude {lat:.3f}; name a metric CRS of the country")
    half = "326" if lat >= 0 else "327"
    best = min(found, key=lambda info: (not info.code.startswith(half), info.code))
    return f"EPSG:{best.code}", best.name


def lonlat_centre(bounds: Bounds, crs: CRS) -> tuple[float, float]:
    """Longitude and latitude [degrees] of the middle of `bounds`; inf where `crs` cannot say."""
    middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    lon, lat = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(*middle)
    return float(lon), float(lat)


def scale_error(crs: CRS, lon: float, lat: float) -> float:
    """How far a metre of `crs` is from a metre on the ground at a place, as a share; inf outside its domain."""
    factors = Proj(crs).get_factors(lon, lat)
    return max(abs(float(factors.meridional_scale) - 1), abs(float(factors.parallel_scale) - 1))


def check_scale(crs: CRS, place: tuple[float, float], what: str) -> None:
    """Refuse a metric CRS that belongs to another part of the world.

    Raises
    ------
    NotMetric
        Lengths would be wrong by more than `SCALE_TOLERANCE` at `place`.
    """
    error = scale_error(crs, *place)
    if error > SCALE_TOLERANCE:
        raise NotMetric(
            f"{what}: crs {crs.name!r} stretches lengths by {min(error, 99):.1%} at longitude {place[0]:.3f}, "
            f"latitude {place[1]:.3f}: "
            f"it belongs to another place, or a layer is declared in the wrong CRS; {zone_advice(place, crs)}"
        )


def degree_lengths_m(crs: CRS, lat: float, lon_step: float, lat_step: float) -> tuple[float, float]:
    """Ground lengths [m] of a step in longitude and of one in latitude, both centred on `lat`."""
    geod = crs.get_geod() or Geod(ellps="WGS84")
    _, _, across = geod.inv(0.0, lat, lon_step, lat)
    _, _, along = geod.inv(0.0, lat - lat_step / 2, 0.0, lat + lat_step / 2)
    return float(across), float(along)


def _method(crs: CRS) -> str:
    operation = crs.coordinate_operation
    return "" if operation is None else operation.method_name.lower()
