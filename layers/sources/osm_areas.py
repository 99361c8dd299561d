"""Areas that the reader's own assembler refuses, put together from the roles of their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Members = Sequence[tuple[int, str]]
"""Way id and role of each member."""


def assemble_by_roles(members: Members, lonlat: Mapping[int, NDArray[np.float64]]) -> shapely.Geometry | None:
    """The area of a relation from its members' roles: outer rings add, inner rings take away.

    `lonlat` has the vertices of every way that is complete.

    Rings count from the largest to the smallest, so an outer ring inside a hole is an island.
    Returns None if a member is missing or the rings do not close.
    """
    if any(way_id not in lonlat for way_id, _ in members):
        return None
    rings: list[tuple[float, bool, shapely.Geometry]] = []
    for inner in (False, True):
        drawn = [shapely.LineString(lonlat[way_id]) for way_id, role in members if (role == "inner") == inner]
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
