"""Areas that the reader's own assembler refuses, put together from the roles of their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium import filter as osm_filter
from osmium import osm

Members = Sequence[tuple[int, str]]
"""Way id and role of each member."""


def member_lines(
    path: Path, way_ids: frozenset[int], locations: osmium.index.LocationTable
) -> dict[int, NDArray[np.float64]]:
    """Coordinates (lon, lat) of a few ways, in a second pass over the file's ways only.

    Ways that refer to a node without location are left out.
    """
    wanted = osm_filter.IdFilter(way_ids).enable_for(osm.WAY)
    lines: dict[int, NDArray[np.float64]] = {}
    for way in osmium.FileProcessor(path, osm.WAY).with_filter(wanted):
        try:
            places = [locations.get(node.ref) for node in way.nodes]
        except KeyError:
            continue
        if len(places) > 1 and all(place.valid() for place in places):
            lines[way.id] = np.array([(place.lon, place.lat) for place in places])
    return lines


def assemble_by_roles(members: Members, lines: Mapping[int, NDArray[np.float64]]) -> shapely.Geometry | None:
    """The area of a relation from its members' roles: outer rings add, inner rings take away.

    Rings count from the largest to the smallest, so an outer ring inside a hole is an island.
    Returns None if a member is missing or the rings do not close.
    """
    if any(way_id not in lines for way_id, _ in members):
        return None
    rings: list[tuple[float, bool, shapely.Geometry]] = []
    for inner in (False, True):
        drawn = [shapely.LineString(lines[way_id]) for way_id, role in members if (role == "inner") == inner]
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
