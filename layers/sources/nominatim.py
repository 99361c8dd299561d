"""A place by its name: OSMnx asks Nominatim, every answer passes our door first.

The door is a hook of requests, which OSMnx takes among its settings: it lets no redirect and no endless answer
through, and a busy server raises here before OSMnx would wait for it without end.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import requests
import shapely
from shapely.errors import ShapelyError

from layers.names import NAME_LIMIT, plain
from layers.sources.overpass_query import osmnx_settings
from layers.sources.web import Asker, Endpoint, Setback, TooMuch
from layers.types import Area
from spatial.errors import SourceError

_BY_ID = re.compile(r"(node|way|relation)/(\d{1,18})")
_TOLD = 5
_AS_IMPORTANT = 0.1
"""Nominatim's importance runs from 0 to 1. Two places that differ by less are equally likely meant."""
_ADVICE = "try again later, name another server with --nominatim, or give the area as --boundary or --bbox"
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Place:
    """A place that has an outline."""

    osm_id: str
    """``relation/340783``."""
    name: str
    full_name: str
    """With everything that it lies in."""
    area: Area
    """In degrees, valid."""
    licence: str


def find_place(words: str, where: Endpoint, asker: Asker, languages: tuple[str, ...] = ("en",)) -> Place:
    """The place that is called so, or that has this id (``relation/340783``).

    Raises
    ------
    SourceError
        There is none, none with an outline, or several that may be meant: it says which.
    SourceUnreachable
        Nominatim failed.
    """
    by_id = _BY_ID.fullmatch(words)
    door = _Door(asker)
    found = asker.ask("Nominatim", where, lambda: _once(words, by_id, where, asker, door, languages), _ADVICE)
    results = door.results
    if found is None:
        raise SourceError(_none(words, results))
    others = [other for other in results if _rivals(found, other)]
    if others and not by_id:
        raise SourceError(
            f"--place {words!r}: several places may be meant: {_told([found, *others])}; add the region or country to "
            "the name, or give the id of the one you mean, such as "
            f"--place {_osm_id(found)}"
        )
    return _place(found)


def default_address() -> str:
    """The server that OSMnx asks unless it is told otherwise."""
    from osmnx import settings

    return str(settings.nominatim_url)


@dataclass
class _Door:
    """Reads what comes in, within limits, and remembers it: OSMnx tells only of the one result that it chose."""

    asker: Asker
    results: list[dict[str, Any]] = field(default_factory=list)

    def let_in(self, response: requests.Response) -> requests.Response:
        """The answer as read; called before anybody else reads the body."""
        try:
            body = self.asker.whole(response)
        except TooMuch as met:
            raise Setback(met.reason, again=False) from None
        finally:
            response.close()
        try:
            content = json.loads(body)
            self.results = sorted(content, key=lambda result: float(result["importance"]), reverse=True)
            for result in self.results:
                _check(result)
        except (ValueError, TypeError, KeyError, RecursionError, ShapelyError):
            raise Setback("its answer is no list of places") from None
        read = requests.Response()
        read.status_code, read.reason, read.url, read.encoding = 200, "OK", response.url, "utf-8"
        read.raw = io.BytesIO(body)
        return read


def _once(
    words: str, by_id: re.Match[str] | None, where: Endpoint, asker: Asker, door: _Door, languages: tuple[str, ...]
) -> dict[str, Any] | None:
    """The result that OSMnx takes, or None where there is none with an outline."""
    from osmnx import _errors, geocoder

    settings = {
        "nominatim_url": where.url,
        "nominatim_key": None,
        "requests_timeout": asker.patience.silence_s,
        "requests_kwargs": {
            "hooks": {"response": lambda response, **_: door.let_in(response)},
            "allow_redirects": False,
            "stream": True,
        },
        "http_user_agent": asker.agent,
        "http_referer": asker.agent,
        "http_accept_language": ",".join(languages),
    }
    query = f"{by_id[1][0].upper()}{by_id[2]}" if by_id else words
    door.results = []
    try:
        with osmnx_settings(settings):
            row = geocoder.geocode_to_gdf(query, by_osmid=by_id is not None).iloc[0]
    except (_errors.InsufficientResponseError, TypeError):
        return None
    chosen = (row["osm_type"], int(row["osm_id"]))
    found = next((r for r in door.results if (r["osm_type"], int(r["osm_id"])) == chosen), None)
    return found if found is not None and found["geojson"]["type"] in _POLYGONS else None


def _check(result: dict[str, Any]) -> None:
    """Refuse a result that lacks what is needed, before OSMnx stumbles over it."""
    texts = (result["osm_type"], result["display_name"], result["geojson"]["type"])
    if not all(isinstance(text, str) for text in texts) or len(result["boundingbox"]) != 4:
        raise ValueError
    shapely.from_geojson(json.dumps(result["geojson"]))
    for number in (result["osm_id"], result["lat"], result["lon"], *result["boundingbox"]):
        float(number)


def _rivals(found: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether another result may be meant as well: about as important, with an outline, and somewhere else."""
    if other is found or other["geojson"]["type"] not in _POLYGONS:
        return False
    if float(found["importance"]) - float(other["importance"]) >= _AS_IMPORTANT:
        return False
    outlines = [shapely.make_valid(shapely.from_geojson(json.dumps(r["geojson"]))) for r in (found, other)]
    return not shapely.intersects(*outlines)


def _place(result: dict[str, Any]) -> Place:
    full = plain(result["display_name"])
    name = plain(result.get("name") or full.split(",")[0], NAME_LIMIT)
    return Place(_osm_id(result), name, full, _area(result), "ODbL-1.0")


def _area(result: dict[str, Any]) -> Area:
    shape = shapely.make_valid(shapely.from_geojson(json.dumps(result["geojson"])))
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    area: Area = shapely.union_all(polygons) if polygons else shape
    left, bottom, right, top = area.bounds
    if area.geom_type not in _POLYGONS or not (-180 <= left < right <= 180 and -90 <= bottom < top <= 90):
        raise SourceError(f"{_osm_id(result)}: its outline is broken; give the area as --boundary or --bbox")
    return area


def _none(words: str, results: list[dict[str, Any]]) -> str:
    if not results:
        return (
            f"--place {words!r}: OpenStreetMap knows no place of this name; write it as on a map, with the country, or "
            "give the area as --boundary or --bbox"
        )
    return (
        f"--place {words!r}: found only what has no outline: {_told(results)}; name the municipality or district, or "
        "give the area as --boundary or --bbox"
    )


def _told(results: list[dict[str, Any]]) -> str:
    told = [f"{_osm_id(r)} ({plain(r['display_name'], 120)}, {plain(r.get('type', ''), 40)})" for r in results]
    return "; ".join(told[:_TOLD]) + (f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else "")


def _osm_id(result: dict[str, Any]) -> str:
    return f"{plain(result['osm_type'], 10)}/{int(result['osm_id'])}"
