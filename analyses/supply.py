"""Which public space a rule counts: classes or unions, merged into places before size is tested.

A park is one park: a garden that touches a park is the same place to whoever walks there, so
spaces of a union that touch or overlap merge first, and the smallest size of the rule is tested
on the merged area. Nothing counts twice where spaces overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.profile import Supply
from layers.slivers import holds_circle
from layers.tag_rules import unions
from spatial.geometry import touching_groups


@dataclass(frozen=True)
class Places:
    """The spaces that a supply counts, merged into places."""

    key: str
    """Names the supply in columns: ``green``, ``green_5000m2``."""
    space: NDArray[np.int64]
    """Positions of the spaces that count."""
    place: NDArray[np.int64]
    """The place each of them belongs to."""
    geometry: NDArray[np.object_]
    """The merged geometry of each place; a point where the space is one."""
    area_m2: NDArray[np.float64]
    """NaN for points, and for refuges to which no list gives a size."""

    @property
    def unsized(self) -> NDArray[np.bool_]:
        """Which add an amount that nobody knows: refuges without a size. Space mapped as a point adds none."""
        drawn: NDArray[np.bool_] = shapely.get_dimensions(self.geometry) == 2
        return np.isnan(self.area_m2) & drawn


def supply_key(supply: Supply) -> str:
    """A name for a supply that can stand in a column: ``green``, ``green_5000m2``, ``park_garden``.

    Two supplies have one name only if they are equal, for places and walks are kept by it: nothing is rounded.
    """
    name = "_".join((*supply.classes, supply.grade) if supply.grade else supply.classes)
    if supply.min_area_m2 is not None:
        name += f"_{_digits(supply.min_area_m2)}m2"
    if supply.max_area_m2 is not None:
        name += f"_below_{_digits(supply.max_area_m2)}m2"
    return name if supply.min_width_m is None else f"{name}_{_digits(supply.min_width_m)}m_wide"


def _digits(size: float) -> str:
    """Every digit of a size: ``5000``, ``0_5``."""
    return np.format_float_positional(size, trim="-").replace(".", "_")


def member_classes(supply: Supply) -> tuple[str, ...]:
    """The classes of a supply, unions resolved, each once."""
    known = unions()
    return tuple(dict.fromkeys(c for name in supply.classes for c in known.get(name, (name,))))


def merge_places(spaces: gpd.GeoDataFrame, supply: Supply) -> Places:
    """Merge the spaces of a supply into places and keep those that are large enough.

    Parameters
    ----------
    spaces : GeoDataFrame
        `Layers.spaces`: ``space_class``, ``area_m2``, polygon or point geometry in a metric CRS.
    supply : Supply
        With a size or width, places that lack it and points, whose size nobody knows, do not count.

    Returns
    -------
    Places

    Notes
    -----
    Cutting a space in two pieces that touch changes neither the places nor their areas.
    """
    chosen = np.flatnonzero(spaces["space_class"].isin(member_classes(supply)).to_numpy())
    shapes = spaces.geometry.to_numpy()[chosen]
    place = touching_groups(shapes)
    order = np.argsort(place, kind="stable")
    bounds = np.flatnonzero(np.diff(place[order], prepend=-1))
    geometry = np.array(
        [_merged(group) for group in np.split(shapes[order], bounds[1:])] if len(order) else [], dtype=object
    )
    area_m2 = (
        np.where(shapely.get_dimensions(geometry) == 2, shapely.area(geometry), np.nan)
        if len(geometry)
        else np.zeros(0)
    )
    large = large_enough(geometry, area_m2, supply)
    kept = large[place] if len(place) else np.zeros(0, bool)
    renumber = np.cumsum(large) - 1
    return Places(supply_key(supply), chosen[kept], renumber[place[kept]], geometry[large], area_m2[large])


def large_enough(
    geometry: NDArray[np.object_], area_m2: NDArray[np.float64], supply: Supply
) -> NDArray[np.bool_]:
    """Which places have the size and the width that a supply asks for; `area_m2` is NaN for points."""
    large = np.ones(len(geometry), dtype=bool)
    if supply.min_area_m2 is not None:
        large &= area_m2 >= supply.min_area_m2
    if supply.max_area_m2 is not None:
        large &= area_m2 < supply.max_area_m2
    if supply.min_width_m is not None:
        large &= ~np.isnan(area_m2)
        asked = np.flatnonzero(large)
        large[asked] = holds_circle(geometry[asked], np.full(len(asked), supply.min_width_m))
    return large


def smallest_m2(supply: Supply) -> float:
    """The smallest place that a supply counts, of the width that it asks for [m2]; 0 where any size does."""
    return max(supply.min_area_m2 or 0.0, (supply.min_width_m or 0.0) ** 2)


def class_supplies(spaces: gpd.GeoDataFrame) -> tuple[Supply, ...]:
    """Every class of which there is a space, and every union."""
    present = pd.unique(spaces["space_class"])
    return tuple(Supply((name,)) for name in (*sorted(present), *unions()))


def _merged(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """One shape for a place; a point inside or beside a polygon adds no area."""
    if len(shapes) == 1:
        return shapes[0]
    polygons = shapes[shapely.get_dimensions(shapes) == 2]
    return shapely.union_all(polygons if len(polygons) else shapes)
