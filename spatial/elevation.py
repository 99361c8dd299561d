"""Heights along the walk network, from an elevation grid, and what slopes do to walking speed.

The profile of an edge is sampled every half a cell. Bridges and tunnels do not follow the ground: they
run straight between the places where they leave it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from spatial.datum_shift import datum_shift
from spatial.network import WalkNetwork
from spatial.terrain import Grid, cell_size_m
from spatial.traits import Trait

LARGEST_HOLE_CELLS = 1000
"""Larger holes are not bridged by interpolation: the sea, the end of a tile, a mountain lost in cloud."""
_STEEPEST_LOSS = 3.5
_FASTEST_SLOPE = 0.05
"""Tobler's constants: speed falls by exp(-3.5 |slope + 0.05|), so it is fastest a little downhill."""


@dataclass(frozen=True)
class Gradient:
    """The slope along every edge, in pieces: piece ``offset[i]:offset[i + 1]`` are those of edge ``i``."""

    offset: NDArray[np.int64]
    """(edges + 1,)"""
    length_m: NDArray[np.float64]
    """(pieces,)"""
    slope: NDArray[np.float64]
    """(pieces,) rise over run from start to end; 0 where heights are unknown."""
    unknown: NDArray[np.bool_]
    """(edges,) Heights are unknown: the edge is taken for level."""
    interpolated: NDArray[np.bool_]
    """(edges,) Some of its heights were interpolated over a hole in the elevation model."""


def edge_gradient(network: WalkNetwork, grid: Grid) -> Gradient:
    """The slopes of all edges from an elevation grid.

    Heights are interpolated bilinearly between cell centres at the ends of every edge and at least every
    half a cell between; holes of up to `LARGEST_HOLE_CELLS` are filled first. Edges on bridges and in
    tunnels are straight between the nodes where they leave the ground. Where somebody has tagged the
    incline as a number, it stands in place of the model's.

    Returns
    -------
    Gradient
        An edge beyond the grid or over a larger hole is level and `unknown`.

    Notes
    -----
    On a plane the slopes are exact. The rise along an edge without a tagged incline is the difference of
    the heights of its ends.
    """
    filled, holes = fill_holes(grid)
    sample = _sampler(network, filled)
    off_ground = network.edge_traits.has(Trait.BRIDGE | Trait.TUNNEL)
    node_m = _node_heights(network, sample(network.node_xy), off_ground)
    pieces = np.maximum(1, np.ceil(network.edge_length_m / (_cell_m(grid) / 2))).astype(np.int64)
    pieces[off_ground] = 1
    offset = np.concatenate([[0], np.cumsum(pieces)]).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    length_m = (network.edge_length_m / pieces)[edge]
    last = np.arange(offset[-1]) - offset[edge] == pieces[edge] - 1
    ends_m, ends_xy = node_m[network.edge_end[edge]], network.node_xy[network.edge_end[edge]]
    inner = np.flatnonzero(~last)
    along_m = (inner - offset[edge[inner]] + 1) * length_m[inner]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(network.edge_line[edge[inner]], along_m))
    ends_m[inner], ends_xy[inner] = sample(xy), xy
    begins_m = np.append(0.0, ends_m[:-1])
    begins_m[offset[:-1]] = node_m[network.edge_start]
    slope = (ends_m - begins_m) / length_m
    tagged = network.edge_traits.incline_share[edge]
    slope = np.where(np.isnan(tagged), slope, tagged)
    unknown = np.bincount(edge, weights=np.isnan(slope), minlength=len(pieces)) > 0
    slope[unknown[edge]] = 0.0
    near_hole = _near(_sampler(network, _mask(grid, holes)), network, ends_xy, edge)
    return Gradient(offset, length_m, slope, unknown, near_hole & ~unknown)


def pace_factors(gradient: Gradient) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Time on each edge as a multiple of that on level ground, forward and backward, by Tobler's function."""
    with np.errstate(over="ignore"):
        forward = tobler_pace(gradient.slope) * gradient.length_m
        backward = tobler_pace(-gradient.slope) * gradient.length_m
    total = np.add.reduceat(gradient.length_m, gradient.offset[:-1]) if len(gradient.length_m) else np.zeros(0)
    if not len(total):
        return total, total.copy()
    starts = gradient.offset[:-1]
    return np.add.reduceat(forward, starts) / total, np.add.reduceat(backward, starts) / total


def tobler_pace(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Time per metre at a slope as a multiple of that on level ground.

    Speed is 6 exp(-3.5 |slope + 0.05|) km/h (Tobler 1993); level ground is 1 here, so that any walker's
    own speed can be put in its place. 0.84 at 5 % downhill, 1.42 at 10 % uphill.
    """
    pace: NDArray[np.float64] = np.exp(_STEEPEST_LOSS * (np.abs(slope + _FASTEST_SLOPE) - _FASTEST_SLOPE))
    return pace


def fill_holes(grid: Grid) -> tuple[Grid, NDArray[np.bool_]]:
    """Fill small holes so that each cell is the mean of its neighbours, and say which cells were filled.

    A harmonic surface: exact where the ground around the hole is a plane, and never higher or lower than
    the rim. Holes of more than `LARGEST_HOLE_CELLS` cells stay unknown.
    """
    void = np.isnan(grid.values)
    number, count = ndimage.label(void)
    sizes = np.bincount(number.ravel(), minlength=count + 1)
    fillable = void & (sizes[number] <= LARGEST_HOLE_CELLS) & ~void.all()
    values = grid.values.copy()
    rows, columns = np.nonzero(fillable)
    if len(rows):
        values[rows, columns] = _harmonic(values, rows, columns)
    return Grid(values, grid.transform, grid.crs), fillable


def _harmonic(values: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Heights of the cells such that each is the mean of those of its four neighbours that exist."""
    position = np.full(values.shape, -1, dtype=np.int64)
    position[rows, columns] = np.arange(len(rows))
    known_sum, degree = np.zeros(len(rows)), np.zeros(len(rows))
    left, right = [], []
    for down, east in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        r, c = rows + down, columns + east
        inside = np.flatnonzero((r >= 0) & (r < values.shape[0]) & (c >= 0) & (c < values.shape[1]))
        degree[inside] += 1
        beside = position[r[inside], c[inside]]
        known = inside[beside < 0]
        known_sum[known] += values[r[known], c[known]]
        left.append(inside[beside >= 0])
        right.append(beside[beside >= 0])
    i, j = np.concatenate(left), np.concatenate(right)
    links = coo_array((np.ones(len(i)), (i, j)), shape=(len(rows), len(rows)))
    solved: NDArray[np.float64] = spsolve((diags_array(degree) - links).tocsc(), known_sum)
    return np.atleast_1d(solved)


class _Sampler:
    """Bilinear heights at points given in the network's CRS; NaN beyond the grid and beside unknown cells."""

    def __init__(self, network: WalkNetwork, grid: Grid) -> None:
        nodes = network.node_xy
        left, bottom, right, top = (*nodes.min(axis=0), *nodes.max(axis=0)) if len(nodes) else (0.0,) * 4
        self._to_grid = datum_shift(network.crs, grid.crs, (left, bottom, right, top), "elevation")
        self._grid = grid

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = self._to_grid.there(xy[:, 0], xy[:, 1])
        step, values = self._grid.transform, self._grid.values
        column, row = (x - step.c) / step.a - 0.5, (y - step.f) / step.e - 0.5
        height, width = values.shape
        within = (column >= -0.5) & (column <= width - 0.5) & (row >= -0.5) & (row <= height - 0.5)
        # The outer half of the rim's cells has no centre beyond it: it takes the rim's own height.
        column, row = np.clip(column, 0, width - 1), np.clip(row, 0, height - 1)
        c, r = np.minimum(column.astype(int), max(width - 2, 0)), np.minimum(row.astype(int), max(height - 2, 0))
        u, v = column - c, row - r
        c2, r2 = np.minimum(c + 1, width - 1), np.minimum(r + 1, height - 1)
        upper = (1 - u) * values[r, c] + u * values[r, c2]
        lower = (1 - u) * values[r2, c] + u * values[r2, c2]
        return np.where(within, (1 - v) * upper + v * lower, np.nan)


def _sampler(network: WalkNetwork, grid: Grid) -> _Sampler:
    return _Sampler(network, grid)


def _mask(grid: Grid, holes: NDArray[np.bool_]) -> Grid:
    return Grid(holes.astype(float), grid.transform, grid.crs)


def _near(
    hole: _Sampler, network: WalkNetwork, ends_xy: NDArray[np.float64], edge: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Edges of which some height comes from a filled cell."""
    at_pieces = np.bincount(edge, weights=hole(ends_xy) > 0, minlength=len(network.edge_id)) > 0
    return at_pieces | (hole(network.node_xy) > 0)[network.edge_start]


def _cell_m(grid: Grid) -> float:
    """The shorter side of the cells, the smallest in the grid."""
    width_m, height_m = cell_size_m(grid)
    return float(min(width_m.min(), height_m.min()))


def _node_heights(
    network: WalkNetwork, ground_m: NDArray[np.float64], off_ground: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Heights of the nodes: of the ground, or in line between its ends for a node within a bridge or tunnel.

    A node from which only bridges or tunnels lead is afloat. Its height is such that the slopes around it
    balance: along a bridge without junctions that is a straight line.
    """
    nodes = len(ground_m)
    both = np.concatenate([network.edge_start, network.edge_end])
    afloat = np.bincount(both, weights=np.tile(~off_ground, 2), minlength=nodes) == 0
    links = np.flatnonzero(off_ground & (network.edge_start != network.edge_end))
    a, b = network.edge_start[links], network.edge_end[links]
    weight = 1 / network.edge_length_m[links]
    graph = csr_array((np.tile(weight, 2), (np.append(a, b), np.append(b, a))), shape=(nodes, nodes))
    group = connected_components(graph, directed=False)[1]
    held = np.bincount(group, weights=~afloat & np.isfinite(ground_m), minlength=group.max(initial=0) + 1) > 0
    solve = np.flatnonzero(afloat & held[group])
    if not len(solve):
        return ground_m
    known = np.flatnonzero(~afloat & np.isfinite(ground_m))
    inner, outer = graph[solve][:, solve], graph[solve][:, known]
    balance = diags_array(inner.sum(axis=1) + outer.sum(axis=1)) - inner
    height_m = ground_m.copy()
    height_m[solve] = spsolve(balance.tocsc(), outer @ ground_m[known])
    return height_m
