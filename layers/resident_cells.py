"""Residents from a raster: every cell cut by the communities, its people shared out by area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from layers.resident_pieces import KNOWN_SHARE, LocatedResidents, cut_by, shares, told, with_unknown
from layers.types import Caveat, ResidentsRole
from spatial.errors import LayerError
from spatial.terrain import Grid

_LAYER = "residents"
_CELLS_LIMIT = 2_000_000
_SPARSE_PER_KM2, _DENSE_PER_KM2 = 5.0, 100_000.0
"""Whole cities have more and fewer residents than that; a cell of the wrong unit has not."""


def resident_cells(grid: Grid, role: ResidentsRole, communities: gpd.GeoDataFrame) -> LocatedResidents:
    """Share out the people of every cell among the communities that it lies in, by area.

    Parameters
    ----------
    grid : Grid
        As read; NaN where it has no value.
    role : ResidentsRole
        ``unit`` says whether values are residents of a cell or residents per square kilometre (of
        the study's CRS); ``nodata_is_nobody`` what a cell without value means. It is never guessed.
    communities : GeoDataFrame
        Index ``community_id``, polygons in the study's CRS.

    Returns
    -------
    LocatedResidents
        A community is unknown (NaN) where cells with a value cover less than 99.5 % of it. Caveats:
        ``residents_unknown``; ``residents_outside``: people of cells at the border that fall to the
        ground beyond it, where nobody can tell sea from neighbours; ``residents_implausible``: fewer than 5 or
        more than 100,000 residents per km2 of the communities, as the wrong ``unit`` gives. Counts: ``cells`` that
        touch a community, ``residents_outside``, ``residents_elsewhere`` (of all other cells read).

    Raises
    ------
    LayerError
        Nobody lives in any cell, or there are too many cells to cut.

    Notes
    -----
    Where no community is unknown, people of all cells read = people of the pieces + ``residents_outside`` +
    ``residents_elsewhere``, exactly but for rounding of floats. Neighbouring cells share their corners, so they
    neither gap nor overlap.
    """
    values, cells = _cells(grid, communities.crs)
    shapes = communities.geometry.to_numpy()
    community, cell, piece = cut_by(cells, shapes, ~np.isnan(values) | role.nodata_is_nobody)
    people = np.nan_to_num(values)
    if role.unit == "density_per_km2":
        people = people * shapely.area(cells) / 1e6
    area_m2 = shapely.area(piece)
    population = people[cell] * shares(cell, area_m2, shapely.area(cells))
    total, inside = float(people[np.unique(cell)].sum()), float(population.sum())
    if inside <= 0:
        raise LayerError(
            f"{_LAYER} ({role.origin.name}): nobody lives in any of the {len(np.unique(cell))} cells of the "
            "communities, so no figure could be weighed by people; check the band, the CRS and the nodata value"
        )
    covered_m2 = np.bincount(community, weights=area_m2, minlength=len(shapes))
    unknown = covered_m2 < KNOWN_SHARE * shapely.area(shapes)
    by_community = np.bincount(community, weights=population, minlength=len(shapes))
    frame = pd.DataFrame({"population": np.where(unknown, np.nan, by_community)}, index=communities.index)
    ids = [f"cell/{c}@{i}" for c, i in zip(cell, communities.index[community], strict=True)]
    pieces = gpd.GeoDataFrame(
        {"community_id": communities.index.to_numpy()[community], "population": population},
        geometry=piece, index=pd.Index(ids, name="piece_id"), crs=communities.crs,
    )  # fmt: skip
    elsewhere = float(people.sum()) - total
    seen = {"cells": len(np.unique(cell)), "residents_elsewhere": round(elsewhere)}
    counts, caveats = told(frame, max(total - inside, 0.0), seen)
    caveats += _implausible(inside, float(covered_m2.sum()), role)
    return LocatedResidents(frame, with_unknown(pieces, communities, unknown), counts, caveats)


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


def _implausible(residents: float, area_m2: float, role: ResidentsRole) -> tuple[Caveat, ...]:
    """A word of warning where the declared unit is probably the wrong one."""
    per_km2 = residents / (area_m2 / 1e6)
    if _SPARSE_PER_KM2 <= per_km2 <= _DENSE_PER_KM2:
        return ()
    return (Caveat("residents_implausible", _LAYER, round(per_km2, 3), "residents", role.unit),)
