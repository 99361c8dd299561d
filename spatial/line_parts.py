"""Which parts of lines lie inside polygons, told by distance along the line.

Every line is marked where the outline of a polygon meets it; between two marks it lies wholly inside or wholly
outside, and its middle tells which. So a line that crosses itself, or a polygon of a million corners, needs no case
of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

_SAME_PLACE_M = 1e-9
"""Far below what coordinates can tell: two marks so near are one."""


@dataclass(frozen=True)
class LineParts:
    """Pieces of lines from mark to mark, by line, then place."""

    line: NDArray[np.int64]
    from_m: NDArray[np.float64]
    to_m: NDArray[np.float64]
    inside: NDArray[np.bool_]


def line_parts(lines: NDArray[np.object_], length_m: NDArray[np.float64], polygons: NDArray[np.object_]) -> LineParts:
    """Cut lines wherever the outline of a polygon meets them.

    Parameters
    ----------
    lines : array of shapely LineStrings
    length_m : float array
        Their lengths, at which the last piece of each ends.
    polygons : array of shapely polygons
        May overlap; what lies in any of them is inside, its outline too.

    Returns
    -------
    LineParts
        Pieces of one line follow each other without gaps. Neighbours may both lie inside.
    """
    marks = _marks(lines, length_m, polygons)
    first = np.flatnonzero(marks.row[1:] == marks.row[:-1])
    inside = np.zeros(len(first), dtype=bool)
    middle = shapely.points((marks.xy[first] + marks.xy[first + 1]) / 2)
    _, hit = STRtree(middle).query(polygons, predicate="intersects")
    inside[hit] = True
    return LineParts(marks.row[first], marks.along_m[first], marks.along_m[first + 1], inside)


@dataclass(frozen=True)
class _Marks:
    """Vertices of lines, and where the outline of a polygon meets them, in order."""

    row: NDArray[np.int64]
    along_m: NDArray[np.float64]
    xy: NDArray[np.float64]


def _marks(
    lines: NDArray[np.object_], length_m: NDArray[np.float64], polygons: NDArray[np.object_]
) -> _Marks:  # fmt: skip
    xy, row = shapely.get_coordinates(lines, return_index=True)
    step_m = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    first = np.searchsorted(row, np.arange(len(lines)))
    step_m[first] = 0.0
    run_m = np.cumsum(step_m)
    along_m = run_m - run_m[first][row]
    last = np.append(first[1:], len(row)) - 1
    along_m[last] = length_m
    segment = np.flatnonzero(row[1:] == row[:-1])
    met, at_xy = meetings(np.stack([xy[segment], xy[segment + 1]], axis=1), polygons)
    met = segment[met]
    met_m = along_m[met] + np.hypot(*(at_xy - xy[met]).T)
    met_m = np.minimum(met_m, along_m[met + 1])
    every = np.concatenate([along_m, met_m])
    of, vertex = np.concatenate([row, row[met]]), np.arange(len(every)) < len(row)
    order = np.lexsort((~vertex, every, of))
    near = (np.diff(every[order], prepend=np.inf) <= _SAME_PLACE_M) & (np.diff(of[order], prepend=-1) == 0)
    beside = (np.diff(every[order], append=np.inf) <= _SAME_PLACE_M) & (np.diff(of[order], append=-1) == 0)
    kept = order[vertex[order] | ~(near | beside & np.append(vertex[order][1:], False))]
    return _Marks(of[kept], every[kept], np.concatenate([xy, at_xy])[kept])


def meetings(
    segments: NDArray[np.float64], polygons: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where straight pieces meet the outline of polygons: the piece and the place."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    ring_xy, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    outline = shapely.linestrings(np.stack([ring_xy[at], ring_xy[at + 1]], axis=1))
    lines = shapely.linestrings(segments)
    side, segment = STRtree(lines).query(outline, predicate="intersects")
    shapes = shapely.intersection(lines[segment], outline[side])
    xy, pair = shapely.get_coordinates(shapes, return_index=True)
    return segment[pair].astype(np.int64), xy
