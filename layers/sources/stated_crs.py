"""Whether a file really says what its CRS is: GDAL fills in WGS 84 where it understands nothing.

GeoJSON without a word is WGS 84 by its standard (RFC 7946). By the older one, which files from surveying offices still
follow, a member ``crs`` may name another, and null there means that nobody knows. A GeoPackage says "undefined" with a
number of its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

_END_BYTES = 1 << 20
"""Before the features and after them nothing is long."""
_UNDEFINED = ("Undefined geographic SRS", "Undefined Cartesian SRS")
_ESCAPED = re.compile(rb"\\u00([2-7][0-9a-fA-F])")
_MEMBER = re.compile(r'"crs"\s*:\s*(?=null|\{)')
_LAST = re.compile(r'null\s*(?:,\s*"[^"]*"\s*:\s*(?:"[^"]*"|\[[^\[\]{}"]*\]|[^\[\]{}",]+)\s*)*\}\s*')
"""Null as a member of the whole: only plain members follow, and one brace."""
_NAME = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:(\w+):[\w.]*:(\w+)|https?://www\.opengis\.net/def/crs/(\w+)/[\w.]+/(\w+)|(\w+):(\w+))",
    re.IGNORECASE,
)
_PLAIN_WGS84 = frozenset({"WGS84", "CRS84"})


def stated_crs(path: Path, driver: str, read: str | None) -> CRS | None:
    """The CRS that a file states; None where it states none, or one that nobody understands.

    Parameters
    ----------
    driver, read
        The format, and the CRS, as GDAL has them.
    """
    if not read:
        return None
    crs = CRS.from_user_input(read)
    if driver == "GPKG" and crs.name in _UNDEFINED:
        return None
    if driver == "GeoJSON" and crs.equals(CRS("EPSG:4326"), ignore_axis_order=True) and _says_else(path):
        return None
    return crs


def _says_else(path: Path) -> bool:
    """Whether a GeoJSON file has a member ``crs`` that does not mean WGS 84."""
    before, after = _around_features(path)
    first = [_value(before, found.end()) for found in _MEMBER.finditer(before)]
    last = [
        value
        for found in _MEMBER.finditer(after)
        if _is_statement(value := _value(after, found.end())) or _LAST.fullmatch(after, found.end())
    ]
    return not all(_means_wgs84(value) for value in (*first, *last))


def _around_features(path: Path) -> tuple[str, str]:
    """The text before the features, and the rest as far as members of the whole can stand in it."""
    with path.open("rb") as stream:
        start = stream.read(_END_BYTES)
        stream.seek(max(stream.seek(0, 2) - _END_BYTES, len(start)))
        end = stream.read()
    before, _, after = _text(start).partition('"features"')
    return before, after + _text(end)


def _text(raw: bytes) -> str:
    return _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), raw).decode("utf-8", "replace")


def _value(text: str, start: int) -> object:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _is_statement(value: object) -> bool:
    """Whether an object looks like a CRS: features may have properties of that name."""
    return isinstance(value, dict) and "type" in value and isinstance(value.get("properties"), dict)


def _means_wgs84(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("properties"), dict):
        return False
    name = str(value["properties"].get("name", value["properties"].get("code", "")))
    if name.replace(" ", "").upper() in _PLAIN_WGS84:
        return True
    found = _NAME.fullmatch(name if ":" in name else f"EPSG:{name}")
    if found is None:
        return False
    authority, code = (part for part in found.groups() if part)
    try:
        return bool(CRS.from_authority(authority, code).equals(CRS("EPSG:4326"), ignore_axis_order=True))
    except CRSError:
        return False
