"""Straight lines: the measures of `access` and `costs` for standards that are linear by definition.

Never shown under the walking distance's name, and always kinder than it: nobody walks through walls.
"""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Reach
from analyses.costs import Costs, place_of_entrances
from analyses.entrances import Entrances
from analyses.supply import Places
from spatial.search import Pairs, nearest_per_group


def straight(
    spaces: gpd.GeoDataFrame, places: Places, points: NDArray[np.object_], coverage: shapely.Geometry, *, limit_m: float
) -> Reach:
    """Straight distance from every demand point to the boundary of the nearest place; 0 inside it.

    For standards that are linear by definition; never shown under the walking distance's name.
    """
    return _to_boundaries(spaces, places, points, to_boundary_m(points, coverage, limit_m), limit_m)


def straight_to_each(
    spaces: gpd.GeoDataFrame,
    supplies: Iterable[Places],
    points: NDArray[np.object_],
    coverage: shapely.Geometry,
    *,
    limit_m: float,
) -> dict[str, Reach]:
    """The same for several supplies, by their keys; how near the data end is asked once."""
    named = {places.key: places for places in supplies}
    if not named:
        return {}
    edge_m = to_boundary_m(points, coverage, limit_m)
    return {key: _to_boundaries(spaces, places, points, edge_m, limit_m) for key, places in named.items()}


def _to_boundaries(
    spaces: gpd.GeoDataFrame,
    places: Places,
    points: NDArray[np.object_],
    edge_m: NDArray[np.float64],
    limit_m: float,
) -> Reach:
    shapes = spaces.geometry.to_numpy()[places.space]
    distance_m = np.full(len(points), np.inf)
    space = np.full(len(points), -1, dtype=np.int64)
    pieces, owner = _boundary_pieces(shapes)
    if len(pieces):
        (point, near), found_m = STRtree(pieces).query_nearest(points, max_distance=limit_m, return_distance=True)
        _take_first(point, places.space[owner[near]], found_m, distance_m, space)
        inside, point = STRtree(points).query(shapes, predicate="intersects")
        _take_first(point, places.space[inside], np.zeros(len(point)), distance_m, space)
    return Reach(distance_m, space, edge_m)


def straight_to_entrance(
    entrances: Entrances,
    places: Places,
    points: NDArray[np.object_],
    coverage: shapely.Geometry,
    *,
    limit_m: float,
) -> Reach:
    """Straight distance from every demand point to the nearest entrance of the places.

    For standards that measure a straight line to the gate; never shown under the walking distance's name.
    """
    chosen = np.flatnonzero(place_of_entrances(entrances, places) >= 0)
    distance_m = np.full(len(points), np.inf)
    space = np.full(len(points), -1, dtype=np.int64)
    if len(chosen):
        (point, near), found_m = STRtree(entrances.point[chosen]).query_nearest(
            points, max_distance=limit_m, return_distance=True
        )
        of_entrance = entrances.table["space"].to_numpy(np.int64)[chosen]
        _take_first(point, of_entrance[near], found_m, distance_m, space)
    return Reach(distance_m, space, to_boundary_m(points, coverage, limit_m))


def straight_costs(places: Places, points: NDArray[np.object_], *, limit: float) -> Costs:
    """Straight distance [m] from every demand point to the boundary of every place within a limit (inclusive).

    0 inside the place. The same as `costs.walking_costs`, in a straight line.
    """
    place, point = STRtree(points).query(places.geometry, predicate="dwithin", distance=limit)
    order = np.lexsort((place, point))
    point, place = point[order].astype(np.int32), place[order].astype(np.int32)
    return Costs(point, place, shapely.distance(points[point], places.geometry[place]))


def straight_costs_to_entrances(
    entrances: Entrances, places: Places, points: NDArray[np.object_], *, limit: float
) -> Costs:
    """Straight distance [m] from every demand point to the nearest entrance of every place within a limit."""
    group = place_of_entrances(entrances, places)
    point, entrance = STRtree(entrances.point).query(points, predicate="dwithin", distance=limit)
    cost = shapely.distance(points[point], entrances.point[entrance])
    found = nearest_per_group(Pairs(point.astype(np.int32), entrance.astype(np.int32), cost), group)
    return Costs(found.point, found.entrance, found.cost)


def to_boundary_m(points: NDArray[np.object_], area: shapely.Geometry, limit_m: float) -> NDArray[np.float64]:
    """Distance to the boundary of an area; inf beyond the limit."""
    pieces, _ = _boundary_pieces(np.array([area], dtype=object))
    (point, _), found_m = STRtree(pieces).query_nearest(points, max_distance=limit_m, return_distance=True)
    distance_m = np.full(len(points), np.inf)
    distance_m[point] = found_m
    return distance_m


def _boundary_pieces(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Every straight piece of every boundary, and whose it is.

    A tree of short pieces is searched much faster than one of long outlines, with the same result.
    """
    areal = shapely.get_dimensions(shapes) == 2
    lines = shapes.copy()
    lines[areal] = shapely.boundary(shapes[areal])
    rings, owner = shapely.get_parts(lines, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    single = shapely.get_dimensions(rings) == 0
    pieces = shapely.linestrings(np.stack([xy[:-1][joined], xy[1:][joined]], axis=1)) if joined.any() else rings[:0]
    return np.concatenate([pieces, rings[single]]), owner[np.concatenate([ring[1:][joined], np.flatnonzero(single)])]


def _take_first(
    point: NDArray[np.int64],
    found: NDArray[np.int64],
    found_m: NDArray[np.float64],
    distance_m: NDArray[np.float64],
    space: NDArray[np.int64],
) -> None:
    """Of several spaces equally near, the first in their order, whatever the tree's."""
    order = np.lexsort((found, point))
    point, first = np.unique(point[order], return_index=True)
    distance_m[point], space[point] = found_m[order][first], found[order][first]
