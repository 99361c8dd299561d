"""Which refuges a rule counts, and with what area."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.profile import Supply
from analyses.refuge_sites import LISTED
from analyses.supply import Places, large_enough, supply_key
from layers.refuge_roles import REFUGE_GRADES
from layers.refuge_rules import PackagedRefugeRules

_STANDS_M = 1.0
"""A refuge mapped as a point is drawn as a disc of this radius where it stands."""
_ALL_INSIDE = 1 - 1e-9


def refuge_places(
    table: gpd.GeoDataFrame, area_m2: NDArray[np.float64], open_: NDArray[np.bool_], supply: Supply
) -> Places:
    """The refuges that a rule counts, each a place by itself.

    Parameters
    ----------
    table : GeoDataFrame
        `RefugeSites.table`.
    area_m2 : float array
        `effective_m2` of its rows.
    open_ : bool array
        Whether any way leads into each outside of hazards.
    supply : Supply

    Returns
    -------
    Places
        Of a study's lists what is built, of the grade asked for or a higher one, not wholly inside a hazard nor on
        ground that another one counts. Ground of which hazard layers say nothing counts as inside. Where there is no
        list of what is built, the usable candidates, whatever the grade: nobody has named one. ``area_m2`` is the
        effective area; with a size asked for, refuges of unknown area do not count.
    """
    listed = (table["source"] == LISTED).to_numpy(bool) & (table["status"] != "planned").to_numpy(bool)
    if listed.any():
        gone = (table["hazard_share"] + table["unknown_share"]).to_numpy(float) >= _ALL_INSIDE
        gone |= area_m2 <= 0
        grades = np.array([REFUGE_GRADES.index(name) for name in table["grade"]], dtype=np.int64)
        high = grades >= (REFUGE_GRADES.index(supply.grade) if supply.grade else 0)
        counted = listed & ~table["status"].isin(["closed", "counted_elsewhere"]).to_numpy(bool) & ~gone & high
    else:
        counted = (table["status"] == "usable").to_numpy(bool)
    rows = np.flatnonzero(counted & open_)
    shapes = _with_ground(table.geometry.to_numpy()[rows])
    large = large_enough(shapes, area_m2[rows], supply)
    rows, shapes = rows[large], shapes[large]
    return Places(supply_key(supply), rows, np.arange(len(rows)), shapes, area_m2[rows])


def places_if_large(
    table: gpd.GeoDataFrame, area_m2: NDArray[np.float64], open_: NDArray[np.bool_], supply: Supply
) -> Places:
    """The refuges that a rule counts, with those of unknown area."""
    every = refuge_places(table, area_m2, open_, any_size(supply))
    large = np.isin(every.space, refuge_places(table, area_m2, open_, supply).space)
    kept = large | every.unsized
    rows = every.space[kept]
    return Places(supply_key(supply), rows, np.arange(len(rows)), every.geometry[kept], every.area_m2[kept])


def effective_m2(table: gpd.GeoDataFrame, rules: PackagedRefugeRules) -> NDArray[np.float64]:
    """The effective area of every refuge [m2]; NaN where nobody knows it.

    A list that tells persons alone has counted them by some area a person: by that of the refuge's grade.
    """
    said = table["effective_m2"].to_numpy(float)
    each = np.array([rules.m2_per_person(grade) for grade in table["grade"]])
    persons_m2 = table["capacity"].to_numpy(float) * each
    listed = (table["source"] == LISTED).to_numpy(bool)
    found: NDArray[np.float64] = np.where(listed & np.isnan(said), persons_m2, said)
    return found


def any_size(supply: Supply) -> Supply:
    """The supply without the sizes that it asks for."""
    return replace(supply, min_area_m2=None, max_area_m2=None, min_width_m=None)


def _with_ground(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The shapes, points as discs: a refuge counts where it stands, on a border in part."""
    point = shapely.get_dimensions(shapes) == 0
    drawn = shapes.copy()
    drawn[point] = shapely.buffer(shapes[point], _STANDS_M)
    return drawn
