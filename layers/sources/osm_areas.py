"""Areas that the reader's own assembler refuses, put together from the roles of their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium import filter as osm_filter
from osmium import osm

Members = Sequence[tuple[int, str]]
"""Way id and role of each member."""


@dataclass(frozen=True)
class RereadWay:
    """A way read again because the first pass could not make an area of it."""

    tags: dict[str, str]
    lonlat: NDArray[np.float64] | None
    """Its vertices; None if it refers to a node that the extract lacks."""


def reread_ways(path: Path, way_ids: frozenset[int], locations: osmium.index.LocationTable) -> dict[int, RereadWay]:
    """A few ways with all their tags, in a second pass over the file's ways only."""
    ways: dict[int, RereadWay] = {}
    if not way_ids:
        return ways
    for way in osmium.FileProcessor(path, osm.WAY).with_filter(osm_filter.IdFilter(way_ids)):
        if isinstance(way, osm.Way):
            ways[way.id] = RereadWay({tag.k: tag.v for tag in way.tags}, _lonlat(way, locations))
    return ways


def _lonlat(way: osm.Way, locations: osmium.index.LocationTable) -> NDArray[np.float64] | None:
    try:
        places = [locations.get(node.ref) for node in way.nodes]
    except KeyError:
        return None
    if len(places) < 2 or not all(place.valid() for place in places):
        return None
    return np.array([(place.lon, place.lat) for place in places])


def assemble_by_roles(members: Members, ways: Mapping[int, RereadWay]) -> shapely.Geometry | None:
    """The area of a relation from its members' roles: outer rings add, inner rings take away.

    Rings count from the largest to the smallest, so an outer ring inside a hole is an island.
    Returns None if a member is missing or the rings do not close.
    """
    if any(way_id not in ways or ways[way_id].lonlat is None for way_id, _ in members):
        return None
    rings: list[tuple[float, bool, shapely.Geometry]] = []
    for inner in (False, True):
        drawn = [shapely.LineString(ways[way_id].lonlat) for way_id, role in members if (role == "inner") == inner]
        if not drawn:
            continue
        faces, cuts, dangles, invalid = shapely.polygonize_full([shapely.union_all(drawn)])
        if not (cuts.is_empty and dangles.is_empty and invalid.is_empty):
            return None
        rings += [(face.area, inner, face) for face in shapely.get_parts(faces)]
    area: shapely.Geometry = shapely.Polygon()
    for _, inner, face in sorted(rings, key=lambda ring: -ring[0]):
        area = area.difference(face) if inner else area.union(face)
    return _polygons(area)


def _polygons(area: shapely.Geometry) -> shapely.Geometry | None:
    """The polygonal part of a geometry, as one Polygon or MultiPolygon."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
