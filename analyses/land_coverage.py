"""Service-radius coverage: the share of residential land that lies within a straight line of public space, by area.

Chinese standards ask for it (service radius of parks over residential land, from the boundary of the park). It is
measured on the ground and not at homes: land within the limit of any place of any option, over all residential land
of the unit. What counts as residential land is the study's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.profile import Rule
from analyses.residents import Demand
from analyses.supply import Places, supply_key
from analyses.units import CITY, COMMUNITY, Level
from analyses.verdict import Figures
from layers.types import Area, Caveat, Layers

LAND = "residential_land"
_ARC = 64
"""Segments a quarter of the circle around a corner: of a circle 0.01 % of the area is lost."""
_ROUNDING = 1e-9
"""Relative: slivers of rounding are no land."""


@dataclass(frozen=True)
class LandCoverage:
    """Residential land by whether a rule's supply is near; each an array of polygons that do not overlap."""

    covered: NDArray[np.object_]
    uncovered: NDArray[np.object_]
    """For certain: the data reach farther around it than the rule's limit."""
    unknown: NDArray[np.object_]


@dataclass(frozen=True)
class HomesOnLand:
    """How far residential land is where people live."""

    floor_m2: NDArray[np.float64]
    """Residential floor area of every demand point."""
    on_land: NDArray[np.bool_]
    least_share: float
    """Less of a unit's floor on the land (0-1), and the land says nothing of the unit; 0 for the land of a plan, which
    is the standard's own category and judges wherever it lies."""

    def share(self, level: Level) -> NDArray[np.float64]:
        """Share of the residential floor area of each unit that stands on the land (0-1); NaN without homes."""
        total = level.sums(self.floor_m2)
        share: NDArray[np.float64] = np.full(len(total), np.nan)
        np.divide(level.sums(self.floor_m2 * self.on_land), total, out=share, where=total > 0)
        return share

    def why_not(self, level: Level) -> NDArray[np.object_]:
        """Of each unit ``land_without_homes`` where its land may not judge, or empty."""
        return np.where(self.share(level) < self.least_share, "land_without_homes", "").astype(object)


def has_land(layers: Layers) -> bool:
    """Whether the study has any residential land in its communities."""
    return layers.residential_land is not None and len(layers.residential_land) > 0


def land_coverage(rule: Rule, places: Mapping[str, Places], layers: Layers) -> LandCoverage:
    """Part the residential land of a study by whether it lies within the limit of a rule's supply.

    Parameters
    ----------
    rule : Rule
        Of reach in a straight line, about residential land; its options are OR.
    places : mapping
        By `supply_key`: the merged places of every option.
    layers : Layers
        With residential land.

    Returns
    -------
    LandCoverage
        Together exactly the land.

    Notes
    -----
    More places, or a longer limit, never leave less land covered. Where land is not covered and the extract ends
    within the limit, a park may lie beyond: unknown, as for people.
    """
    frame = layers.residential_land
    if frame is None:
        raise AssertionError("a rule about residential land is blocked where there is none")
    land = shapely.union_all(frame.geometry.to_numpy())
    near = [_within(places[supply_key(option.supply)], option.within_m, land) for option in rule.each if option.supply]
    served = shapely.union_all(near)
    covered, rest = shapely.intersection(land, served), shapely.difference(land, served)
    farthest_m = max(option.within_m or 0.0 for option in rule.each)
    known: Area = layers.coverage.buffer(-farthest_m, quad_segs=_ARC)
    certain, unknown = shapely.intersection(rest, known), shapely.difference(rest, known)
    return LandCoverage(polygons_of(covered), polygons_of(certain), polygons_of(unknown))


def figures(level: Level, found: LandCoverage, why: NDArray[np.object_]) -> Figures:
    """Share of each unit's residential land that is covered [%], from the land itself at every level.

    `why` as in `Figures.why`. `total`, `served`, `short` and `unknown` are of land [m2].
    """
    covered, uncovered, unknown = (
        area_in_units(level, part) for part in (found.covered, found.uncovered, found.unknown)
    )
    total = covered + uncovered + unknown
    unknown[unknown < _ROUNDING * total] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low = 100 * covered / (covered + uncovered), 100 * covered / total
        high = 100 * (covered + unknown) / total
    return Figures(value, low, high, total, covered, uncovered, unknown, why=why)


def area_in_units(level: Level, polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Area of polygons that do not overlap inside each unit [m2]."""
    area_m2 = np.zeros(len(level.units))
    if len(polygons):
        shapes = level.units.geometry.to_numpy()
        unit, part = STRtree(polygons).query(shapes, predicate="intersects")
        inside = shapely.area(shapely.intersection(shapes[unit], polygons[part]))
        area_m2 += np.bincount(unit, weights=inside, minlength=len(shapes))
    return area_m2


def uncovered_in(level: Level, found: LandCoverage, unit: int) -> NDArray[np.object_]:
    """The land of a unit that is not covered, for a gap."""
    shape = level.units.geometry.to_numpy()[unit]
    parts = shapely.intersection(found.uncovered, shape)
    kept: NDArray[np.object_] = parts[shapely.area(parts) > 0]
    return kept


def homes_on_land(layers: Layers, demand: Demand, *, least_share: float) -> HomesOnLand:
    """Find which homes stand on residential land, borders included."""
    on_land = np.zeros(len(demand.point), dtype=bool)
    if layers.residential_land is not None:
        point, _ = STRtree(layers.residential_land.geometry.to_numpy()).query(demand.point, predicate="intersects")
        on_land[point] = True
    role = layers.study.residential_land
    tagged = role is not None and role.origin is None
    return HomesOnLand(demand.table["floor_area_m2"].to_numpy(float), on_land, least_share if tagged else 0.0)


def land_caveats(layers: Layers, homes: HomesOnLand, levels: Mapping[str, Level]) -> tuple[Caveat, ...]:
    """How much of the residential floor stands on other land [%]: that of the study, and whose word its land is."""
    off_share = 100 * (1 - homes.share(levels[CITY])[0])
    if layers.study.residential_land is None or not off_share > 0:
        return ()
    if layers.study.residential_land.origin is not None:
        return (Caveat("homes_off_land", LAND, float(off_share), "%"),)
    left_out = int((homes.why_not(levels[COMMUNITY]) != "").sum())
    return (Caveat("land_from_osm", LAND, float(off_share), "%", str(left_out) if left_out else ""),)


def _within(places: Places, limit_m: float | None, land: shapely.Geometry) -> shapely.Geometry:
    """What lies within a limit of any of the places, as far as the land reaches."""
    near = STRtree(places.geometry).query(land, predicate="dwithin", distance=limit_m) if len(places.geometry) else []
    return shapely.union_all(shapely.buffer(places.geometry[near], limit_m, quad_segs=_ARC))


def polygons_of(shape: shapely.Geometry) -> NDArray[np.object_]:
    """The polygons of a shape that have an area; what is left of cuts as lines and points is none."""
    parts = shapely.get_parts(shapely.get_parts([shape]))
    kept: NDArray[np.object_] = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)]
    return kept
