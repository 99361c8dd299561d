"""Residents from a raster: every cell cut by the communities, its people shared out by area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.names import examples
from layers.resident_pieces import KNOWN_SHARE, LocatedResidents, cut_by, implausible, shares, told, with_unknown
from layers.types import Caveat, ResidentsRole
from spatial.datum_shift import datum_shift
from spatial.errors import LayerError
from spatial.terrain import Grid

_LAYER = "residents"
_CELLS_LIMIT = 2_000_000
_CROWDED_PER_KM2, _CROWD = 1_000_000.0, 1000.0
"""No cell holds more than both: the densest blocks on earth have a fifth of it, and a tower in a small cell fewer."""


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
        ``residents_unknown``; ``residents_no_value``: unknown for want of values, not because the raster ends;
        ``residents_outside``: people of cells at the border that fall to the
        ground beyond it, where nobody can tell sea from neighbours; ``residents_implausible``: fewer than 5 or
        more than 100,000 residents per km2 of the communities, as the wrong ``unit`` gives. Counts: ``cells`` that
        lie in a community, ``cells_void`` (those without a value), ``residents_outside``, ``residents_elsewhere`` (of
        all other cells read).

    Raises
    ------
    LayerError
        Nobody lives in any cell, more live in one than ever can, or there are too many cells to cut.

    Notes
    -----
    Where no community is unknown, people of all cells read = people of the pieces + ``residents_outside`` +
    ``residents_elsewhere``, exactly but for rounding of floats. Neighbouring cells share their corners, so they
    neither gap nor overlap.
    """
    values, cells = _cells(grid, communities)
    shapes = communities.geometry.to_numpy()
    community, cell, piece = cut_by(cells, shapes, ~np.isnan(values) | role.nodata_is_nobody)
    people = np.nan_to_num(values)
    if role.unit == "density_per_km2":
        people = people * shapely.area(cells) / 1e6
    touched = np.unique(cell)
    _check_densities(people[touched], values[touched], shapely.area(cells[touched]), role)
    area_m2 = shapely.area(piece)
    population = people[cell] * shares(cell, area_m2, shapely.area(cells))
    total, inside = float(people[touched].sum()), float(population.sum())
    if inside <= 0:
        raise LayerError(
            f"{_LAYER} ({role.origin.name}): nobody lives in any of the {len(touched)} cells of the "
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
    empty = len(np.unique(cut_by(cells, shapes, np.isnan(values) & (not role.nodata_is_nobody))[1]))
    seen = {"cells": len(touched) + empty, "cells_void": empty, "residents_elsewhere": round(elsewhere)}
    counts, caveats = told(frame, max(total - inside, 0.0), seen)
    void = communities.index[unknown][_without_value(cells, values, shapes[unknown], covered_m2[unknown])]
    caveats += (Caveat("residents_no_value", _LAYER, len(void), "communities", examples(void)),) if len(void) else ()
    caveats += implausible(frame["population"], communities, role.unit)
    return LocatedResidents(frame, with_unknown(pieces, communities, unknown), counts, caveats)


def _cells(grid: Grid, communities: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Values of the cells from the north-western one on, row by row, and the cells in the communities' CRS."""
    rows, columns = grid.shape
    if rows * columns > _CELLS_LIMIT:
        raise LayerError(
            f"{_LAYER}: the raster has {rows * columns:,} cells around the communities, more than the "
            f"{_CELLS_LIMIT:,} that can be cut by them; add up cells to 50 m or more"
        )
    col, row = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
    step = grid.transform
    x, y = step.c + col * step.a + row * step.b, step.f + col * step.d + row * step.e
    crs: CRS = communities.crs
    x, y = datum_shift(crs, grid.crs, tuple(communities.total_bounds), _LAYER).back(x, y)
    corner = np.stack([x, y], axis=-1)
    rings = np.stack(
        [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1], corner[:-1, :-1]], axis=2
    ).reshape(-1, 5, 2)
    polygons: NDArray[np.object_] = shapely.polygons(rings)
    return np.ravel(grid.values), polygons


def _check_densities(
    people: NDArray[np.float64], values: NDArray[np.float64], area_m2: NDArray[np.float64], role: ResidentsRole
) -> None:
    """Refuse cells in which so many cannot live: a nodata value that nobody declared, or densities taken for counts."""
    absurd = values[(people > _CROWD) & (people > _CROWDED_PER_KM2 * area_m2 / 1e6)]
    if absurd.size:
        shown = ", ".join(f"{v:g}" for v in np.unique(absurd)[::-1][:3])
        raise LayerError(
            f"{_LAYER} ({role.origin.name}): {absurd.size} cells hold values such as {shown}, which as {role.unit} are "
            f"more than {_CROWDED_PER_KM2:,.0f} residents per km2 and so no number of people; declare that value as "
            "nodata in the file (gdal_edit -a_nodata), or correct unit in the study file"
        )


def _without_value(
    cells: NDArray[np.object_],
    values: NDArray[np.float64],
    unknown_shapes: NDArray[np.object_],
    covered_m2: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which of the unknown communities would be known if all their cells had values: the raster does not end there."""
    community, _, piece = cut_by(cells, unknown_shapes, np.isnan(values))
    void_m2 = np.bincount(community, weights=shapely.area(piece), minlength=len(unknown_shapes))
    found: NDArray[np.bool_] = covered_m2 + void_m2 >= KNOWN_SHARE * shapely.area(unknown_shapes)
    return found
