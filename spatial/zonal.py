"""Zones on a grid: which share of every cell lies in each zone, found once and used for every raster on that grid.

A zone is a polygon (a community, a home, a public space) or a point (a home without a shape), which lies in one cell.
Shares are exact areas in the grid's own plane: shapes are brought to the grid, the grid is never resampled.

The method is the signed-area accumulation of scan converters [1]_, compiled (`spatial.zonal_loops`): cells that an
outline crosses are kept one by one, those inside as runs, so that a city of 100 million cells takes some megabytes.
It is exact in 64-bit floats. exactextract, the library of reference for this, keeps shares of cells in 32 bits; sums
agree to what that leaves (tests compare each cell, and each sum, with exactextract and with exact intersections).

References
----------
.. [1] Levien, R. (2016). How the font-rs rasterizer works; the same sums as in FreeType's smooth rasterizer and LibArt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from spatial.compiled import compiled, in_parallel, plain
from spatial.datum_shift import moved
from spatial.errors import LayerError
from spatial.terrain import Grid
from spatial.zonal_loops import most_noted, raised, sums_by_range, swept

_LONGEST_EDGE_CELLS = 32.0
"""An edge is divided at this length before it is brought to another CRS, where straight lines bend."""
_ROUNDING = 1e-9
"""What lies beyond the grid, as a share of the zone, below which it is rounding."""
_ZONES_AT_ONCE = 128
"""Zones that one processor counts before it takes the next: some large ones among them leave no other waiting."""
_OUTSIDE, _NOT_KNOWN, _INSIDE = 0, 1, 2
"""Codes of cells that several rasters say something about: what any puts inside is inside."""


@dataclass(frozen=True)
class Cells:
    """The cells of a grid, without values."""

    rows: int
    columns: int
    transform: Affine
    """From column and row to x and y; may be turned."""
    crs: CRS

    @classmethod
    def of(cls, grid: Grid) -> Cells:
        """Those of a grid with values."""
        rows, columns = grid.shape
        return cls(rows, columns, grid.transform, grid.crs)

    def same_as(self, other: Cells) -> bool:
        """Whether both have the same cells in the same places."""
        same = (self.rows, self.columns) == (other.rows, other.columns)
        return same and self.transform.almost_equals(other.transform, 1e-9) and self.crs.equals(other.crs)


@dataclass(frozen=True)
class Coverage:
    """Which share of each cell lies in each zone. Cells are numbered row by row from the first."""

    cells: Cells
    part_cell: NDArray[np.int64]
    """Cells that an outline crosses, zone after zone, ..."""
    part_share: NDArray[np.float64]
    """... and the share of them (0-1)."""
    run_cell: NDArray[np.int64]
    """First cells of runs along a row that no outline crosses, ..."""
    run_length: NDArray[np.int64]
    """... how many cells they have, ..."""
    run_share: NDArray[np.float64]
    """... and the share of each of them (0-1, mostly 1)."""
    firsts: NDArray[np.int64]
    """(2, zones + 1): where each zone's parts and runs begin."""
    size: NDArray[np.float64]
    """Area of each zone in cells, also of what lies beyond the grid; 1 for a point."""

    @property
    def zones(self) -> int:
        """How many zones there are."""
        return len(self.size)

def coverage(shapes: gpd.GeoSeries, cells: Cells) -> Coverage:
    """Which share of each cell lies in each shape.

    Parameters
    ----------
    shapes
        Valid polygons, multipolygons or points, in the CRS of the cells (see `on_cells`). A point belongs to one cell:
        on the border of two, to the one with the higher number of row and column.

    Returns
    -------
    Coverage
        Zones in the order of `shapes`. An empty shape has size 0 and covers nothing.

    Raises
    ------
    LayerError
        The shapes are in another CRS, or are lines.
    """
    if shapes.crs is None or not cells.crs.equals(shapes.crs, ignore_axis_order=True):
        raise LayerError(
            f"zones: are in {shapes.crs!s:.60} and the raster in {cells.crs.name!r}, so each would cover nothing or "
            "the wrong cells; bring them to the raster first"
        )
    values = shapes.to_numpy()
    kind = shapely.get_dimensions(values)
    if (kind == 1).any():
        raise LayerError(
            f"zones: {int((kind == 1).sum())} of {len(values)} are lines, which have no area to be shared out; buffer "
            "them"
        )
    corners, ring_first, zone_ring = _outlines(values)
    x, y = in_cells(corners, cells)
    step = cells.transform
    turn = step.a * step.e - step.b * step.d  # below 0 where rows run southwards, which turns rings around
    sign = -1.0 if turn > 0 else 1.0
    most = compiled(most_noted)(x, y, ring_first, zone_ring, cells.rows, cells.columns)
    size = int(most.sum())
    parts = (np.empty(size, np.int64), np.empty(size))
    runs = (np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size))
    firsts = np.zeros((2, len(values) + 1), np.int64)
    compiled(swept)(x, y, ring_first, zone_ring, most, sign, cells.rows, cells.columns, parts, runs, firsts)
    ends = firsts[:, -1]
    found = Coverage(
        cells, parts[0][: ends[0]].copy(), parts[1][: ends[0]].copy(), runs[0][: ends[1]].copy(),
        runs[1][: ends[1]].copy(), runs[2][: ends[1]].copy(), firsts, shapely.area(values) / abs(turn),
    )  # fmt: skip
    return _with_points(found, values, kind == 0)


def on_cells(shapes: gpd.GeoSeries, cells: Cells, what: str = "zones") -> gpd.GeoSeries:
    """The shapes in the CRS of the cells, edges divided first, because straight lines bend between two CRS.

    Raises
    ------
    LayerError
        The shift between the datums is not known.
    """
    if shapes.crs is not None and cells.crs.equals(shapes.crs, ignore_axis_order=True):
        return shapes
    bounds = moved(gpd.GeoSeries([shapely.box(*shapes.total_bounds)], crs=shapes.crs), cells.crs, what).iloc[0].bounds
    low, high = shapes.total_bounds[:2], shapes.total_bounds[2:]
    step = np.hypot(cells.transform.a, cells.transform.d)
    ratio = float(np.hypot(*(high - low)) / max(np.hypot(bounds[2] - bounds[0], bounds[3] - bounds[1]), 1e-300))
    longest = step * ratio * _LONGEST_EDGE_CELLS
    divided = shapes.to_numpy() if not longest > 0 else shapely.segmentize(shapes.to_numpy(), longest)
    return moved(gpd.GeoSeries(divided, index=shapes.index, crs=shapes.crs), cells.crs, what)


def range_shares(
    found: Coverage, values: NDArray[Any], low: NDArray[Any], high: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of every zone in each range of a raster's values, and the share that is known.

    Parameters
    ----------
    values
        (rows, columns) of 32 or 64 bits; NaN is unknown. It is read as it stands, only where zones are.
    low, high
        Least and greatest value of each range, of the type of `values`. Ranges may not overlap.

    Returns
    -------
    (array (zones, ranges), array (zones,))
        Shares (0-1) of the zone's area; what lacks to 1 beside what is known has no value, or lies beyond the raster.
    """
    kind = values.dtype
    shares = _by_range(found, values, np.append(low, -np.inf).astype(kind), np.append(high, np.inf).astype(kind))
    shares = _full(shares, shares[:, -1].copy())
    return shares[:, :-1], shares[:, -1]


def any_shares(
    found: Coverage, rasters: Sequence[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of every zone in the ranges of any of several rasters on the same cells, and the share that is known.

    Parameters
    ----------
    rasters
        Values, and the least and greatest value of each range: as of `range_shares`, one or more.

    Returns
    -------
    (array (zones,), array (zones,))
        As of `range_shares`. A cell in a range of any raster is inside; of the others it is unknown where any has no
        value.
    """
    if len(rasters) == 1:
        by_range, known = range_shares(found, *rasters[0])
        return by_range.sum(axis=1), known
    codes = np.zeros((found.cells.rows, found.cells.columns), np.uint8)  # only what zones touch takes memory
    for values, low, high in rasters:
        compiled(raised)(
            _flat(found, plain(values, values.dtype)), low, high, found.part_cell, found.run_cell, found.run_length,
            _NOT_KNOWN, _INSIDE, codes.ravel(),
        )  # fmt: skip
    stated = np.array([_OUTSIDE, _INSIDE], np.uint8)
    shares = _by_range(found, codes, stated, stated)
    shares = _full(shares, shares.sum(axis=1))
    return shares[:, 1], shares.sum(axis=1)


def _by_range(found: Coverage, values: NDArray[Any], low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.float64]:
    """The share of every zone in each range: (zones, ranges)."""
    flat, by_range = _flat(found, plain(values, values.dtype)), np.zeros((found.zones, len(low)))

    def counted(first: int, last: int) -> None:
        compiled(sums_by_range)(
            flat, low, high, found.part_cell, found.part_share, found.run_cell, found.run_length, found.run_share,
            found.firsts, (first, last), by_range,
        )  # fmt: skip

    in_parallel(counted, found.zones, block=_ZONES_AT_ONCE)
    shares: NDArray[np.float64] = by_range / np.where(found.size > 0, found.size, 1.0)[:, None]
    return shares


def _full(shares: NDArray[np.float64], over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Zones that are known wholly, but for rounding, made so."""
    full = np.abs(over - 1) < _ROUNDING  # so that what is known wholly leaves nothing unknown
    shares[full] /= over[full][:, None]
    return shares


def _flat(found: Coverage, values: NDArray[Any]) -> NDArray[Any]:
    if values.shape != (found.cells.rows, found.cells.columns):
        raise AssertionError("the raster is not on the cells of the coverage")
    return values.ravel()


def in_cells(points: NDArray[np.float64], cells: Cells) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Columns and rows of points, counted from the corner of the first cell."""
    step = cells.transform
    inverse = ~Affine(step.a, step.b, 0.0, step.d, step.e, 0.0)
    x, y = points[:, 0] - step.c, points[:, 1] - step.f
    columns, rows = inverse.a * x + inverse.b * y, inverse.d * x + inverse.e * y
    return plain(columns, np.float64), plain(rows, np.float64)


def _outlines(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Corners of all rings, where each ring begins among them, and where each shape begins among the rings.

    Outer rings turn left, inner ones right.
    """
    polygons, shape = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_dimensions(polygons) == 2
    oriented = shapely.orient_polygons(polygons[areal], exterior_cw=False)
    rings, polygon = shapely.get_rings(oriented, return_index=True)
    of = shape[areal][polygon]
    ring_first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    zone_ring = np.searchsorted(of, np.arange(len(shapes) + 1)).astype(np.int64)
    return shapely.get_coordinates(rings), ring_first, zone_ring


def _with_points(found: Coverage, shapes: NDArray[np.object_], point: NDArray[np.bool_]) -> Coverage:
    """The same with a whole cell for each zone that is a point."""
    if not point.any():
        return found
    if (shapely.get_num_geometries(shapes[point]) > 1).any():
        raise LayerError("zones: some are several points, and nobody knows in which of their cells; use single points")
    size = np.where(point & ~shapely.is_empty(shapes), 1.0, found.size)
    cells = found.cells
    column, row = np.full(len(shapes), -1, np.int64), np.full(len(shapes), -1, np.int64)
    there = point & ~shapely.is_empty(shapes)
    across, down = in_cells(shapely.get_coordinates(shapes[there]), cells)
    column[there], row[there] = np.floor(across).astype(np.int64), np.floor(down).astype(np.int64)
    inside = (row >= 0) & (row < cells.rows) & (column >= 0) & (column < cells.columns)
    zone = np.concatenate([np.repeat(np.arange(found.zones), np.diff(found.firsts[0])), np.flatnonzero(inside)])
    order = np.argsort(zone, kind="stable")
    part_cell = np.concatenate([found.part_cell, (row * cells.columns + column)[inside]])[order]
    part_share = np.concatenate([found.part_share, np.ones(int(inside.sum()))])[order]
    firsts = np.array([np.searchsorted(zone[order], np.arange(found.zones + 1)), found.firsts[1]])
    return Coverage(cells, part_cell, part_share, found.run_cell, found.run_length, found.run_share, firsts, size)
