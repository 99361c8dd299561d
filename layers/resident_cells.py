"""Residents from a raster: every cell cut by the communities, its people shared out by area.

The pieces stay, so that people are placed into homes of their own cell and not of the whole community.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely import STRtree

from layers.names import examples
from layers.types import Caveat, ResidentsRole
from spatial.errors import LayerError
from spatial.geometry import polygon_part
from spatial.terrain import Grid

_LAYER = "residents"
_KNOWN_SHARE = 0.995
"""A community is known if cells with a value cover this much of it: borders and rasters never fit to the metre."""
_CELLS_LIMIT = 2_000_000


@dataclass(frozen=True)
class CellResidents:
    """What a raster says about the communities."""

    by_community: pd.DataFrame
    """Index as the communities; ``population`` [persons]; NaN is unknown."""
    pieces: gpd.GeoDataFrame
    """`Layers.resident_cells`."""
    counts: dict[str, int]
    caveats: tuple[Caveat, ...]


def resident_cells(grid: Grid, role: ResidentsRole, communities: gpd.GeoDataFrame) -> CellResidents:
    """Share out the people of every cell among the communities that it lies in, by area.

    Parameters
    ----------
    grid : Grid
        As read; NaN where it has no value.
    role : ResidentsRole
        ``unit`` says whether values are residents of a cell or residents per square kilometre (of
        the study's CRS); ``nodata_is_nobody`` what a cell without value means.
    communities : GeoDataFrame
        Index ``community_id``, polygons in the study's CRS.

    Returns
    -------
    CellResidents
        A community is unknown (NaN) where cells with a value cover less than 99.5 % of it. Caveats:
        ``residents_unknown``, and ``residents_outside``: people of cells at the border that fall to the
        ground beyond it, where nobody can tell sea from neighbours.

    Raises
    ------
    LayerError
        Nobody lives in any cell, or there are too many cells to cut.

    Notes
    -----
    Where no community is unknown, people of the cells that touch one = people of the pieces +
    ``residents_outside``, exactly but for rounding of floats. Neighbouring cells share their corners, so they
    neither gap nor overlap.
    """
    values, cells = _cells(grid, communities.crs)
    shapes = communities.geometry.to_numpy()
    community, cell, piece = _pieces(cells, shapes, ~np.isnan(values) | role.nodata_is_nobody)
    people = np.nan_to_num(values)
    if role.unit == "density_per_km2":
        people = people * shapely.area(cells) / 1e6
    area_m2 = shapely.area(piece)
    population = people[cell] * _shares(cell, area_m2, shapely.area(cells))
    total, inside = float(people[np.unique(cell)].sum()), float(population.sum())
    if inside <= 0:
        raise LayerError(
            f"{_LAYER} ({role.origin.name}): nobody lives in any of the {len(np.unique(cell))} cells of the "
            "communities, so no figure could be weighed by people; check the band, the CRS and the nodata value"
        )
    covered_m2 = np.bincount(community, weights=area_m2, minlength=len(shapes))
    unknown = covered_m2 < _KNOWN_SHARE * shapely.area(shapes)
    by_community = np.bincount(community, weights=population, minlength=len(shapes))
    frame = pd.DataFrame({"population": np.where(unknown, np.nan, by_community)}, index=communities.index)
    ids = [f"cell/{c}@{i}" for c, i in zip(cell, communities.index[community], strict=True)]
    pieces = gpd.GeoDataFrame(
        {"community_id": communities.index.to_numpy()[community], "population": population},
        geometry=piece, index=pd.Index(ids, name="piece_id"), crs=communities.crs,
    )  # fmt: skip
    counts, caveats = _told(frame, len(np.unique(cell)), max(total - inside, 0.0))
    return CellResidents(frame, _with_unknown(pieces, communities, unknown), counts, caveats)


def _pieces(
    cells: NDArray[np.object_], shapes: NDArray[np.object_], known: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Community, cell and shape of every part of a known cell that lies in a community."""
    community, cell = STRtree(cells).query(shapes, predicate="intersects")
    order = np.lexsort((community, cell))
    order = order[known[cell[order]]]
    community, cell = community[order], cell[order]
    piece = _cut(cells[cell], shapes[community])
    some = shapely.area(piece) > 0
    return community[some], cell[some], piece[some]


def _cells(grid: Grid, crs: CRS) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Values of the cells from the north-western one on, row by row, and the cells as polygons in `crs`."""
    rows, columns = grid.shape
    if rows * columns > _CELLS_LIMIT:
        raise LayerError(
            f"{_LAYER}: the raster has {rows * columns:,} cells around the communities, more than the "
            f"{_CELLS_LIMIT:,} that can be cut by them; add up cells to 50 m or more"
        )
    col, row = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
    step = grid.transform
    x, y = step.c + col * step.a + row * step.b, step.f + col * step.d + row * step.e
    x, y = Transformer.from_crs(grid.crs, crs, always_xy=True).transform(x, y)
    corner = np.stack([x, y], axis=-1)
    rings = np.stack(
        [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1], corner[:-1, :-1]], axis=2
    ).reshape(-1, 5, 2)
    polygons: NDArray[np.object_] = shapely.polygons(rings)
    return np.ravel(grid.values), polygons


def _cut(cells: NDArray[np.object_], areas: NDArray[np.object_]) -> NDArray[np.object_]:
    shapely.prepare(areas)
    piece = cells.copy()
    across = ~shapely.covers(areas, cells)
    piece[across] = [polygon_part(g) for g in shapely.intersection(areas[across], cells[across])]
    return piece


def _shares(cell: NDArray[np.int64], area_m2: NDArray[np.float64], cell_m2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of its cell that each piece has: by area, and never more than a whole one where communities overlap."""
    claimed_m2 = np.bincount(cell, weights=area_m2, minlength=len(cell_m2))
    shares: NDArray[np.float64] = area_m2 / np.maximum(claimed_m2, cell_m2)[cell]
    return shares


def _with_unknown(
    pieces: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, unknown: NDArray[np.bool_]
) -> gpd.GeoDataFrame:
    """Every unknown community as one piece: its homes are there, whoever lives in them.

    Who lives in it is unknown as a whole, since a part of them would look like all of them.
    """
    whole = communities[unknown]
    left = pieces[~pieces["community_id"].isin(whole.index)]
    added = gpd.GeoDataFrame(
        {"community_id": whole.index.to_numpy(), "population": np.full(len(whole), np.nan)},
        geometry=whole.geometry.to_numpy(),
        index=pd.Index([f"unknown@{i}" for i in whole.index], name="piece_id", dtype=object),
        crs=communities.crs,
    )
    return gpd.GeoDataFrame(pd.concat([left, added])) if len(whole) else left


def _told(frame: pd.DataFrame, cells: int, outside: float) -> tuple[dict[str, int], tuple[Caveat, ...]]:
    unknown = frame.index[frame["population"].isna()]
    counts = {
        "cells": cells,
        "population": round(float(frame["population"].sum())),
        "residents_outside": round(outside),
        "residents_unknown": len(unknown),
    }
    caveats = (
        Caveat("residents_unknown", _LAYER, len(unknown), "communities", examples(unknown)),
        Caveat("residents_outside", _LAYER, round(outside, 6), "residents"),
    )
    return counts, tuple(c for c in caveats if c.count)
