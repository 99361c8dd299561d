"""Where a new space would cover most residential land that is not covered: tried in every square of a grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.land_coverage import uncovered_in
from analyses.measure import Measured, Scene
from analyses.parameters import Parameters
from analyses.remedy import AT_LEAST, Gap, Remedy
from analyses.remedy_hazards import Danger, danger, half_diagonal_m
from analyses.remedy_new import new_area_m2, smallest_option
from analyses.units import Level

_ARC = 64
"""Segments a quarter of a circle, as coverage is measured."""
_ROUNDING = 1e-9


def new_on_land(
    gap: Gap, scene: Scene, found: Measured, level: Level, unit: int, parameters: Parameters
) -> Iterator[Remedy]:
    """New spaces that cover most of a unit's land, one after the other, until the target is met.

    Every square of `RemedyLimits.cell_of_limit` of the limit with land that is not covered is tried at its middle. The
    space is a square of the least size of the rule's smallest option, taken for the circle within it, so that it covers
    at least as much; it lies outside of every official or modelled hazard. `Remedy.found`: land covered besides [m2];
    ``residents_gained``: whose homes stand on it.
    """
    option, limits = smallest_option(found.rule, parameters), parameters.remedies
    if found.land is None or option.limit is None:
        return
    area_m2 = new_area_m2(option, parameters)
    reach_m, left = option.limit + area_m2**0.5 / 2, shapely.union_all(uncovered_in(level, found.land, unit))
    missing_m2, known_m2 = left.area, left.area / (1 - float(gap["value"]) / 100)
    concerned, around = residents_on(scene, level, unit, left), danger(scene.layers)
    for step in range(1, limits.most_steps + 1):
        point = _best(left, limits.cell_of_limit * option.limit, reach_m, around, half_diagonal_m(area_m2))
        if point is None:
            return
        rest = shapely.difference(left, shapely.buffer(point, reach_m, quad_segs=_ARC))
        if left.area - rest.area < limits.least_share * missing_m2:
            return
        left = rest
        value = 100 * (1 - left.area / known_m2)
        remedy = Remedy(
            str(gap["gap_id"]), "new_space", step, point, area_m2=area_m2 or np.nan, value_after=value,
            residents_gained=concerned - residents_on(scene, level, unit, left), found=missing_m2 - left.area,
            closes=value >= float(gap["target"]) - _ROUNDING,
        ).bounded(AT_LEAST)  # fmt: skip
        yield remedy
        if remedy.closes:
            return


def residents_on(scene: Scene, level: Level, unit: int, land: shapely.Geometry) -> float:
    """Residents of a unit whose homes stand on some land, its border included; NaN where none are known."""
    inside = np.flatnonzero(level.member == unit)
    shapely.prepare(land)
    on = inside[shapely.intersects(land, scene.demand.point[inside])]
    return np.nan if scene.layers.residents is None else float(np.nansum(scene.weight("population")[on]))


def _best(
    land: shapely.Geometry, cell_m: float, reach_m: float, around: Danger, away_m: float
) -> shapely.Point | None:
    """The middle of the square from which most land is near, by the middles of squares; the first of equal ones.

    Of those that lie farther than `away_m` from every hazard; None where none does.
    """
    parts = shapely.get_parts(land)
    squares = _squares(land.bounds, cell_m)
    part, square = STRtree(squares).query(parts, predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(parts[part], squares[square]))
    there, at = np.unique(square, return_inverse=True)
    weight, middle = np.bincount(at, weights=area_m2), shapely.centroid(squares[there])
    from_, to = STRtree(middle).query(middle, predicate="dwithin", distance=reach_m)
    near_m2 = np.bincount(from_, weights=weight[to], minlength=len(middle))
    near_m2 = np.where(around.near(middle, away_m), 0.0, near_m2)
    if not near_m2.max() > 0:
        return None
    best: shapely.Point = middle[np.argmax(near_m2 >= near_m2.max() * (1 - _ROUNDING))]
    return best


def _squares(bounds: tuple[float, float, float, float], cell_m: float) -> NDArray[np.object_]:
    """The squares of a grid fixed to the ground that some bounds touch."""
    west, south, east, north = (int(edge // cell_m) for edge in bounds)
    x, y = (axis.ravel() * cell_m for axis in np.meshgrid(range(west, east + 1), range(south, north + 1)))
    squares: NDArray[np.object_] = shapely.box(x, y, x + cell_m, y + cell_m)
    return squares
