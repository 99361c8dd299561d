"""Exposure: who and what lies inside a hazard, by the share of each home and space that does.

Shares are exact areas: of polygons by intersection, of rasters by the cells that a shape covers (`spatial.zonal`), on
the raster's own grid. What a layer does not know is neither inside nor outside.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.held_shapes import Shapes
from layers.hazard_scales import at_least, class_ranges, limit_in
from layers.types import HazardRole, Layers
from spatial.cell_ground import ground_of
from spatial.datum_shift import moved
from spatial.errors import AnalysisError
from spatial.near_ground import near_ground
from spatial.terrain import Grid
from spatial.zonal import Cells, any_shares

Ranges = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
"""Values of a raster, and the least and greatest value of each range that counts as inside."""


@dataclass(frozen=True)
class Exposed:
    """Shares (0-1) of shapes: the rest of each lies outside, where there is known to be no hazard."""

    inside: NDArray[np.float64]
    unknown: NDArray[np.float64]
    """Neither known to be inside nor known to be outside."""


def covered_share(shapes: NDArray[np.object_], footprint: NDArray[np.object_]) -> NDArray[np.float64]:
    """The share of each shape that lies inside any polygon of a footprint (0-1).

    Polygons by area, points 0 or 1. Where polygons of the footprint overlap, the ground counts once.
    """
    share: NDArray[np.float64] = np.zeros(len(shapes))
    touched, ground = near_ground(shapes, footprint)
    share[touched] = 1.0
    areal = shapely.get_dimensions(shapes[touched]) == 2
    whole = shapes[touched[areal]]
    share[touched[areal]] = shapely.area(shapely.intersection(whole, ground[areal])) / shapely.area(whole)
    return np.minimum(share, 1.0)


def footprint(hazards: gpd.GeoDataFrame, hazard_ids: Collection[str]) -> NDArray[np.object_]:
    """The polygons of some of the study's hazard layers."""
    chosen = hazards["hazard_id"].isin(hazard_ids).to_numpy(bool)
    polygons: NDArray[np.object_] = hazards.geometry.to_numpy()[chosen]
    return polygons


def exposed_shares(
    layers: Layers, hazard_ids: Collection[str], shapes: Shapes, *, least: float | None = None
) -> Exposed:
    """The share of each shape inside any of some hazard layers, and the share of which nobody knows.

    Parameters
    ----------
    shapes : Shapes
    least
        Inside is what has at least this intensity, in the unit of the layers' scales; None: every class.

    Returns
    -------
    Exposed
        Where layers overlap the ground counts once. What any layer puts inside is inside, whatever another does not
        know. A point is inside, unknown or outside as a whole.

    Raises
    ------
    AnalysisError
        `least` is given and a layer has no intensity.
    """
    roles = [h for h in layers.study.hazards if h.id in hazard_ids]
    if least is not None and not all(role.scale.unit for role in roles):
        nameless = next(role.id for role in roles if not role.scale.unit)
        raise AnalysisError(
            f"hazard {nameless!r} does not say how strong it is, so nobody knows where it reaches {least:g}; ask for "
            "layers with an intensity"
        )
    grids = [layers.hazard_grids[role.id] for role in roles if role.id in layers.hazard_grids]
    cells = Cells.of(grids[0]) if grids else None
    on_it = [r for r in roles if cells is not None and _is_on(layers, r, cells)]
    ground, doubtful = _polygons(layers, [r for r in roles if r not in on_it], least)
    if cells is None or not on_it:
        values = shapes.series.to_numpy()
        inside = covered_share(values, ground)
        if not len(doubtful):
            return Exposed(inside, np.zeros(len(values)))
        return Exposed(inside, _without(covered_share(values, np.concatenate([ground, doubtful])), inside))
    rasters = [_ranges(layers.hazard_grids[role.id], role, least) for role in on_it]
    return _on_grid(shapes, cells, rasters, ground, doubtful)


def _without(more: NDArray[np.float64], inside: NDArray[np.float64]) -> NDArray[np.float64]:
    """What lies in a larger footprint only; less than a billionth is rounding."""
    rest: NDArray[np.float64] = more - inside
    rest[rest < 1e-9] = 0.0
    return rest


def _is_on(layers: Layers, role: HazardRole, cells: Cells) -> bool:
    return role.id in layers.hazard_grids and Cells.of(layers.hazard_grids[role.id]).same_as(cells)


def _polygons(
    layers: Layers, roles: Sequence[HazardRole], least: float | None
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The ground inside some layers, and the ground of which they do not know."""
    ids = [role.id for role in roles]
    grids = [role for role in roles if role.id in layers.hazard_grids]
    rows = layers.hazards[layers.hazards["hazard_id"].isin(ids)]
    if least is not None:
        rows = rows[~rows["hazard_id"].isin([role.id for role in grids])]
        reached = (
            at_least(rows["intensity"].to_numpy(float), least) if "intensity" in rows else np.zeros(len(rows), bool)
        )
        rows = rows[reached]
    parts = [rows.geometry.to_numpy()]
    if least is not None:  # of rows that were made of a raster only its classes are known
        for role in grids:
            grid = layers.hazard_grids[role.id]
            found = ground_of(at_least(grid.values, least), Cells.of(grid))
            parts.append(moved(gpd.GeoSeries(list(found), crs=grid.crs), rows.crs, f"hazard.{role.id}").to_numpy())
    unknown = layers.hazard_unknown
    doubtful = [] if unknown is None else [unknown.geometry.to_numpy()[unknown["hazard_id"].isin(ids).to_numpy(bool)]]
    return np.concatenate(parts), np.concatenate([np.empty(0, dtype=object), *doubtful])


def _ranges(grid: Grid, role: HazardRole, least: float | None) -> Ranges:
    """A raster, and the ranges of its values that count as inside."""
    numbers = grid.values
    kind = numbers.dtype
    if least is None and not role.scale.bands:
        low, high, _ = class_ranges(role.scale, kind)
        return numbers, low, high
    lowest = min(role.scale.bands.values()) if least is None else least
    return numbers, np.array([limit_in(kind, lowest)], kind), np.array([np.inf], kind)


def _on_grid(
    shapes: Shapes,
    cells: Cells,
    rasters: Sequence[Ranges],
    ground: NDArray[np.object_],
    doubtful: NDArray[np.object_],
) -> Exposed:
    """Shares on a raster, of what lies outside the polygons of other layers."""
    values, crs = shapes.series.to_numpy(), shapes.series.crs
    inside = covered_share(values, ground)
    rest, doubted = values, np.full(len(values), shapely.Polygon(), dtype=object)
    if len(ground):
        rest = _cut(values, ground, away=True)
    if len(doubtful):
        rest, doubted = _cut(rest, doubtful, away=True), _cut(rest, doubtful, away=False)
    whole = _measure(values)
    unknown = np.zeros(len(values))
    for part, doubt in ((rest, False), *([(doubted, True)] if len(doubtful) else [])):
        share = _measure(part) / np.where(whole > 0, whole, 1.0)
        held = shapes if part is values else Shapes.of(part, crs)
        among, known = any_shares(held.on(cells), rasters)
        inside = inside + share * among
        unknown = unknown + share * (1 - among if doubt else 1 - known)
    unknown[unknown < 1e-9] = 0.0
    return Exposed(np.minimum(inside, 1.0), np.minimum(unknown, 1.0))


def _cut(shapes: NDArray[np.object_], polygons: NDArray[np.object_], *, away: bool) -> NDArray[np.object_]:
    """What of each shape lies outside the polygons, or inside."""
    touched, ground = near_ground(shapes, polygons)
    cut = shapes.copy() if away else np.full(len(shapes), shapely.Polygon(), dtype=object)
    point = shapely.get_dimensions(shapes[touched]) == 0
    cut[touched[point]] = shapely.Polygon() if away else shapes[touched[point]]
    touched, ground = touched[~point], ground[~point]
    part = (shapely.difference if away else shapely.intersection)(shapes[touched], ground)
    part[shapely.get_dimensions(part) < 2] = shapely.Polygon()  # what only touches
    cut[touched] = part
    return cut


def _measure(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Area [m2], or 1 of a point."""
    point = (shapely.get_dimensions(shapes) == 0) & ~shapely.is_empty(shapes)
    measure: NDArray[np.float64] = np.where(point, 1.0, shapely.area(shapes))
    return measure
