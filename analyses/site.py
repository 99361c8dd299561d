"""Site: which of the places of a supply have what a standard asks of each of them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.profile import SiteTest, Supply
from analyses.supply import Places, member_classes
from analyses.units import Level, containing
from analyses.verdict import Figures
from layers.slivers import holds_circle

_ROUNDING = 1e-9
_TOUCHING_M = 0.01
"""A place on the very border of a unit lies in one."""


@dataclass(frozen=True)
class Sites:
    """The places that a site rule tests; those mapped as points, of which nobody knows the shape, are left out."""

    geometry: NDArray[np.object_]
    passed: NDArray[np.bool_]


def tested(places: Places, spaces: gpd.GeoDataFrame, test: SiteTest) -> Sites:
    """Test every place of a supply that has an area.

    Parameters
    ----------
    places : Places
    spaces : GeoDataFrame
        `Layers.spaces`; where the test asks for a share of a class, that class.
    test : SiteTest
    """
    geometry = places.geometry[~np.isnan(places.area_m2)]
    if test.min_width_m is not None:
        return Sites(geometry, holds_circle(geometry, np.full(len(geometry), test.min_width_m)))
    share = share_covered(geometry, spaces, test.share_of)
    return Sites(geometry, (share >= test.min_share - _ROUNDING) & (share <= test.max_share + _ROUNDING))


def figures(level: Level, sites: Sites) -> Figures:
    """Share of the places of each unit that pass [%]; a place belongs to the unit in which a point inside it lies."""
    unit = unit_of(level, sites)
    total = np.bincount(unit[unit >= 0], minlength=len(level.units)).astype(float)
    passed = np.bincount(unit[(unit >= 0) & sites.passed], minlength=len(level.units)).astype(float)
    value = np.full(len(total), np.nan)
    np.divide(100 * passed, total, out=value, where=total > 0)
    return Figures(value, value, value, total, passed, total - passed, np.zeros(len(total)))


def failed_in(level: Level, sites: Sites, unit: int) -> NDArray[np.object_]:
    """The places of a unit that do not pass."""
    failed: NDArray[np.object_] = sites.geometry[(unit_of(level, sites) == unit) & ~sites.passed]
    return failed


def unit_of(level: Level, sites: Sites) -> NDArray[np.int64]:
    """The unit of each place; -1 outside all."""
    found: NDArray[np.int64] = containing(level.units, shapely.point_on_surface(sites.geometry), _TOUCHING_M)
    return found


def share_covered(geometry: NDArray[np.object_], spaces: gpd.GeoDataFrame, name: str) -> NDArray[np.float64]:
    """Share of each place's area that spaces of a class or union cover (0-1); what overlaps counts once."""
    chosen = spaces.geometry.to_numpy()[spaces["space_class"].isin(member_classes(Supply((name,)))).to_numpy()]
    chosen = chosen[shapely.get_dimensions(chosen) == 2]
    share = np.zeros(len(geometry))
    if not len(chosen):
        return share
    place, part = STRtree(chosen).query(geometry, predicate="intersects")
    for i in np.unique(place):
        covered = shapely.union_all(shapely.intersection(geometry[i], chosen[part[place == i]]))
        share[i] = shapely.area(covered) / shapely.area(geometry[i])
    return share
