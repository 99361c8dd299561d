"""Walking across squares: a pedestrian area is not a detour around its outline.

Every pair of places where one can enter a square is joined by a straight line if that line stays
inside; where it would not, the corners that stand in the way join in, so that the shortest way
inside the square is on the network (de Berg et al., Computational Geometry, 3rd ed., ch. 15:
shortest paths among polygons run along the visibility graph of their reflex corners). A line to a
corner is needed only where it grazes the corner: nobody turns at a corner away from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import STRtree

from spatial.network import WalkAreas, WalkWays
from spatial.traits import plain

_MOST_CORNERS = 200
"""A square with more corners is crossed only between entries in sight of each other, and along its outline."""

_GRAZING_M4 = 1e-6
"""Rounding of the product of two areas: what runs along the side of a corner grazes it."""
_MOST_ENTRIES = 40
"""In a square with more entries each is joined to this many nearest ones: beyond them one walks from entry to entry."""


@dataclass(frozen=True)
class _Points:
    node_id: NDArray[np.int64]
    xy: NDArray[np.float64]


@dataclass(frozen=True)
class _Corners(_Points):
    """Reflex corners, with the vertices of their ring before and after them."""

    back_xy: NDArray[np.float64]
    ahead_xy: NDArray[np.float64]


def square_lines(ways: WalkWays, areas: WalkAreas) -> WalkWays:
    """The outlines of pedestrian areas and the lines across them, as walkable ways.

    Ways carry the negative of the area's OSM id and the highway value ``square``.
    """
    ending = _way_ends_inside(ways, areas)
    joined = np.isin(areas.node_id, ways.node_id) | np.isin(areas.node_id, _ring_nodes_shared(areas))
    parts: list[tuple[int, NDArray[np.int64], NDArray[np.float64]]] = []
    for i, polygon in enumerate(areas.polygon):
        ring = slice(areas.offset[i], areas.offset[i + 1])
        nodes, xy, starts = areas.node_id[ring], areas.xy[ring], areas.ring_start[ring]
        number = -int(str(areas.area_id[i]).split("/")[-1])
        parts += [(number, nodes[s], xy[s]) for s in _rings(starts)]
        entries = _entries(nodes, xy, joined[ring], ending[i])
        parts += [(number, n, c) for n, c in _lines_inside(polygon, entries, _reflex(nodes, xy, starts))]
    return _as_ways(ways, parts)


def _rings(starts: NDArray[np.bool_]) -> list[slice]:
    firsts = np.flatnonzero(starts)
    return [slice(a, b) for a, b in zip(firsts, np.append(firsts[1:], len(starts)), strict=True)]


def _ring_nodes_shared(areas: WalkAreas) -> NDArray[np.int64]:
    """Nodes through which the outlines of two areas run: one walks from one square into the next."""
    area = np.repeat(np.arange(len(areas.polygon)), np.diff(areas.offset))
    pairs = np.unique(np.column_stack([areas.node_id, area]), axis=0)
    nodes, counts = np.unique(pairs[:, 0], return_counts=True)
    return nodes[counts > 1]


def _way_ends_inside(ways: WalkWays, areas: WalkAreas) -> list[_Points]:
    """For each area the nodes inside it at which a way ends."""
    at = np.unique(np.concatenate([ways.offset[:-1], ways.offset[1:] - 1]))
    node_id, where = np.unique(ways.node_id[at], return_index=True)
    xy = ways.xy[at][where]
    found: list[_Points] = [_Points(node_id[:0], xy[:0])] * len(areas.polygon)
    if not len(areas.polygon) or not len(node_id):
        return found
    tree = STRtree(shapely.points(xy))
    area, point = tree.query(areas.polygon, predicate="contains")
    for i in np.unique(area):
        mine = np.sort(point[area == i])
        found[i] = _Points(node_id[mine], xy[mine])
    return found


def _entries(nodes: NDArray[np.int64], xy: NDArray[np.float64], joined: NDArray[np.bool_], ending: _Points) -> _Points:
    all_nodes = np.concatenate([nodes[joined], ending.node_id])
    all_xy = np.concatenate([xy[joined], ending.xy])
    unique, first = np.unique(all_nodes, return_index=True)
    return _Points(unique, all_xy[first])


def _reflex(nodes: NDArray[np.int64], xy: NDArray[np.float64], starts: NDArray[np.bool_]) -> _Corners:
    """Corners at which the inside of the area turns by more than 180 degrees; the first ring is its outline."""
    kept: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]] = []
    for number, ring in enumerate(_rings(starts)):
        n, c = nodes[ring][:-1], xy[ring][:-1]
        before, after = np.roll(c, 1, axis=0), np.roll(c, -1, axis=0)
        turn = _cross(c - before, after - c)
        area2 = _cross(c, after).sum()
        inside_left = (area2 > 0) == (number == 0)
        reflex = turn < 0 if inside_left else turn > 0
        kept.append((n[reflex], c[reflex], before[reflex], after[reflex]))
    return _Corners(*(np.concatenate(column) for column in zip(*kept, strict=True)))


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _grazes(corners: _Corners, at: NDArray[np.int64], to: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a line leaves both sides of a corner on one hand, so that a way may turn there around it."""
    line = to - corners.xy[at]
    back, ahead = corners.back_xy[at] - corners.xy[at], corners.ahead_xy[at] - corners.xy[at]
    grazing: NDArray[np.bool_] = _cross(line, back) * _cross(line, ahead) >= -_GRAZING_M4
    return grazing


def _lines_inside(
    polygon: shapely.Polygon, entries: _Points, corners: _Corners
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Straight lines between entries that see each other; via corners only where some do not."""
    if len(entries.node_id) < 2:
        return []
    shapely.prepare(polygon)
    a, b = _candidates(entries.xy)
    seen = _sees(polygon, entries.xy[a], entries.xy[b])
    lines = _pairs(entries, entries, a[seen], b[seen])
    if seen.all() or not 0 < len(corners.node_id) <= _MOST_CORNERS:
        return lines
    hidden = np.unique(np.concatenate([a[~seen], b[~seen]]))
    apart = _Points(entries.node_id[hidden], entries.xy[hidden])
    c, d = (g.ravel() for g in np.indices((len(apart.node_id), len(corners.node_id))))
    near = _grazes(corners, d, apart.xy[c])
    c, d = c[near], d[near]
    near = _sees(polygon, apart.xy[c], corners.xy[d])
    e, f = np.triu_indices(len(corners.node_id), 1)
    between = _grazes(corners, e, corners.xy[f]) & _grazes(corners, f, corners.xy[e])
    e, f = e[between], f[between]
    between = _sees(polygon, corners.xy[e], corners.xy[f])
    lines += _pairs(apart, corners, c[near], d[near])
    return lines + _pairs(corners, corners, e[between], f[between])


def _candidates(xy: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of entries to join: all of them, or the nearest of each, so that cost grows with the entries."""
    if len(xy) <= _MOST_ENTRIES:
        a, b = np.triu_indices(len(xy), 1)
        return a, b
    _, near = cKDTree(xy).query(xy, k=_MOST_ENTRIES + 1)
    first = np.repeat(np.arange(len(xy)), near.shape[1])
    pairs = np.unique(np.sort(np.column_stack([first, near.ravel()]), axis=1), axis=0)
    a, b = pairs[pairs[:, 0] != pairs[:, 1]].T
    return a, b


def _sees(polygon: shapely.Polygon, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = shapely.covers(polygon, shapely.linestrings(np.stack([a, b], axis=1)))
    return inside


def _pairs(
    left: _Points, right: _Points, i: NDArray[np.int64], j: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    return [
        (np.array([left.node_id[m], right.node_id[n]]), np.array([left.xy[m], right.xy[n]]))
        for m, n in zip(i, j, strict=True)
        if left.node_id[m] != right.node_id[n]
    ]


def _as_ways(ways: WalkWays, parts: list[tuple[int, NDArray[np.int64], NDArray[np.float64]]]) -> WalkWays:
    sizes = np.array([len(nodes) for _, nodes, _ in parts], dtype=np.int64)
    both = np.ones(len(parts), dtype=bool)
    highway = np.empty(len(parts), dtype=object)
    highway[:] = "square"
    return WalkWays(
        crs=ways.crs,
        way_id=np.array([number for number, _, _ in parts], dtype=np.int64),
        offset=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        node_id=np.concatenate([ways.node_id[:0], *(nodes for _, nodes, _ in parts)]),
        xy=np.concatenate([ways.xy[:0], *(xy for _, _, xy in parts)]),
        cut=np.zeros(int(sizes.sum()), dtype=bool),
        highway=highway,
        forward=both,
        backward=both,
        traits=plain(len(parts)),
        vertex_flags=np.zeros(int(sizes.sum()), dtype=np.uint8),
    )
