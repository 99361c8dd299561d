"""Ground on which people could stay: what is left of public space without buildings, water, dangers and hazards.

Measured by geometry before any share is applied, so that the share is only for what no map shows: trees, beds, slopes,
furniture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.exposure import covered_share, footprint
from analyses.shelter_rules import JUDGING
from layers.refuge_rules import PackagedRefugeRules
from layers.slivers import holds_circle
from layers.types import HazardRole, Layers
from spatial.geometry import polygon_part
from spatial.terrain import Grid, slope_deg

_LEAST_CELLS = 9
"""Slope is measured over three by three cells, so a smaller ground has none of its own."""


@dataclass(frozen=True)
class Taken:
    """Ground that nobody can stay on, as polygons of the study's CRS."""

    built: NDArray[np.object_]
    """Buildings, water areas, and what lies too near to a dangerous source."""
    hazard: NDArray[np.object_]
    """Hazards that a refuge has to lie outside of, where their layers may judge."""
    unknown: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    """Ground of which these layers do not say whether it lies inside, or too near to a dangerous source."""

    @property
    def unsafe(self) -> NDArray[np.object_]:
        """All ground that is not known to lie outside of hazards: what a refuge counts is certain without it."""
        return np.concatenate([self.hazard, self.unknown])

    def near(self, shapes: NDArray[np.object_], within_m: float) -> Taken:
        """The same with the unknown ground alone that lies within some metres of some shapes."""
        if not len(self.unknown):
            return self
        parts = shapely.get_parts(self.unknown)
        near = np.unique(STRtree(parts).query(shapes, predicate="dwithin", distance=within_m)[1])
        return replace(self, unknown=parts[near])

    def if_dry(self) -> Taken:
        """The same as if all unknown ground lay outside of hazards."""
        return Taken(self.built, self.hazard)


def taken_ground(layers: Layers, rules: PackagedRefugeRules) -> Taken:
    """What is taken off every ground of a study.

    Layers derived for screening take nothing off: they never judge.
    """
    roles = [role for role in layers.study.hazards if role.status in JUDGING]
    outside = footprint(layers.hazards, [role.id for role in roles if role.kind in rules.outside_kinds])
    dangers = footprint(layers.hazards, [role.id for role in roles if role.kind == rules.danger_kind])
    water = layers.obstacles.geometry.to_numpy()[(layers.obstacles["obstacle_kind"] == "water").to_numpy(bool)]
    built = [
        layers.buildings.geometry.to_numpy(),
        water[shapely.get_dimensions(water) == 2],
        shapely.buffer(dangers, rules.danger_m.value),
    ]
    return Taken(np.concatenate(built), outside, _unknown_ground(layers, rules, roles))


def _unknown_ground(
    layers: Layers, rules: PackagedRefugeRules, roles: Sequence[HazardRole]
) -> NDArray[np.object_]:
    if layers.hazard_unknown is None:
        return np.zeros(0, dtype=object)
    outside = footprint(layers.hazard_unknown, [role.id for role in roles if role.kind in rules.outside_kinds])
    dangers = footprint(layers.hazard_unknown, [role.id for role in roles if role.kind == rules.danger_kind])
    return np.concatenate([outside, shapely.buffer(dangers, rules.danger_m.value)])


def shares_taken(shapes: NDArray[np.object_], taken: Taken) -> dict[str, NDArray[np.float64]]:
    """``hazard_share`` of each shape inside hazards, ``unknown_share`` of which nobody says whether it is (0-1)."""
    hazard = covered_share(shapes, taken.hazard)
    unsafe = covered_share(shapes, taken.unsafe) if len(taken.unknown) else hazard
    return {"hazard_share": hazard, "unknown_share": np.maximum(unsafe - hazard, 0.0)}


def without(shapes: NDArray[np.object_], taken: NDArray[np.object_]) -> NDArray[np.object_]:
    """Each shape without the polygons that overlap it; an empty polygon where nothing is left."""
    left = shapes.copy()
    if not len(shapes) or not len(taken):
        return left
    taken = shapely.get_parts(taken)  # of a class that is spread over the city only what lies near is looked at
    shape, polygon = STRtree(taken).query(shapes, predicate="intersects")
    order = np.lexsort((polygon, shape))
    shape, polygon = shape[order], polygon[order]
    bounds = np.flatnonzero(np.diff(shape)) + 1
    for of, rows in zip(np.split(shape, bounds), np.split(polygon, bounds), strict=True):
        if len(of):
            left[of[0]] = polygon_part(shapely.difference(shapes[of[0]], shapely.union_all(taken[rows])))
    return left


def by_class(
    shapes: NDArray[np.object_], classes: NDArray[np.object_], ground_order: Sequence[str]
) -> NDArray[np.object_]:
    """The shapes made disjoint: where two overlap, the ground is that of the class that stands first in the order.

    Of two of one class it is the first one's.
    """
    rank = {name: position for position, name in enumerate(ground_order)}
    ranks = np.array([rank[name] for name in classes], dtype=np.int64)
    own = shapes.copy()
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    before = (ranks[other] < ranks[one]) | ((ranks[other] == ranks[one]) & (other < one))
    one, other = one[before], other[before]
    for position in np.unique(one):
        earlier = shapely.union_all(shapes[other[one == position]])
        own[position] = polygon_part(shapely.difference(shapes[position], earlier))
    return own


def wide_part(ground: shapely.Geometry, min_width_m: float) -> shapely.Geometry:
    """The parts of a ground into which a circle of that diameter fits."""
    parts = shapely.get_parts(ground)
    parts = parts[shapely.get_dimensions(parts) == 2]
    if not len(parts):
        return shapely.Polygon()
    wide = holds_circle(parts, np.full(len(parts), min_width_m))
    return ground if wide.all() else shapely.MultiPolygon(list(parts[wide]))


def usable_m2(
    ground: NDArray[np.object_], classes: NDArray[np.object_], shares: Mapping[str, float], within: shapely.Geometry
) -> float:
    """What people can use of disjoint grounds [m2], as far as they lie within a shape: area times the class's share."""
    area_m2 = shapely.area(shapely.intersection(ground, within))
    return float(sum(m2 * shares[name] for m2, name in zip(area_m2, classes, strict=True)))


def mean_slope_share(shapes: NDArray[np.object_], grid: Grid | None, crs: object) -> NDArray[np.float64]:
    """Mean slope under each shape, rise over run (0-1); NaN without an elevation model or where it cannot tell.

    Of the cells of the model whose centre lies in the shape. Where fewer than `_LEAST_CELLS` do, the model is too
    coarse: it would tell the slope of the hill around a level pitch.
    """
    slope: NDArray[np.float64] = np.full(len(shapes), np.nan)
    if grid is None or not len(shapes):
        return slope
    from pyproj import Transformer

    tangent = np.tan(np.radians(slope_deg(grid)))
    there = Transformer.from_crs(crs, grid.crs, always_xy=True)
    for position, shape in enumerate(shapes):
        if shapely.is_empty(shape):
            continue
        on_grid = shapely.transform(shape, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
        slope[position] = _mean_under(on_grid, tangent, grid)
    return slope


def _mean_under(shape: shapely.Geometry, values: NDArray[np.float64], grid: Grid) -> float:
    """Mean of the known cells whose centre lies in a shape of the grid's CRS; NaN if they are too few."""
    step, (rows, columns) = grid.transform, grid.shape
    west, south, east, north = shapely.bounds(shape)
    first_column, last_column = np.clip(((west - step.c) / step.a, (east - step.c) / step.a), 0, columns).astype(int)
    first_row, last_row = np.clip(((north - step.f) / step.e, (south - step.f) / step.e), 0, rows).astype(int)
    row, column = np.mgrid[first_row : last_row + 1, first_column : last_column + 1]
    row, column = row.ravel(), column.ravel()
    kept = (row < rows) & (column < columns)
    row, column = row[kept], column[kept]
    centre_x, centre_y = step.c + (column + 0.5) * step.a, step.f + (row + 0.5) * step.e
    inside = shapely.contains_xy(shape, centre_x, centre_y)
    found = values[row[inside], column[inside]]
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) >= _LEAST_CELLS else float("nan")
