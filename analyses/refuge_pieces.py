"""What hazards leave of refuges, piece by piece: nobody gets to ground behind water that no way leads into."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.entrances import Entrances
from analyses.refuge_ground import wide_part, without
from analyses.refuge_sites import CANDIDATE, RefugeSites
from layers.refuge_rules import RefugeTier
from spatial.closed_ground import pieces_entered
from spatial.geometry import polygon_part, touching_groups

_GUESSED = "point"
"""Kind of a way in that nobody mapped: where it leads in is not known."""


def left_in_pieces(
    sites: RefugeSites, hazard: NDArray[np.object_], doors: Entrances, tier: RefugeTier
) -> gpd.GeoDataFrame:
    """The refuges without what hazards take off them.

    Parameters
    ----------
    sites : RefugeSites
    hazard : array of polygons
    doors : Entrances
        Ways in, by row of the table; those out of reach are closed.
    tier : RefugeTier
        Whose least effective area and width hold of every piece of a candidate by itself.

    Returns
    -------
    GeoDataFrame
        `RefugeSites.table`; rows that no hazard touches as they were. Of the others the pieces count that an open way
        leads into, any piece where nobody knows the way in; by the geometry of their open ground. Unknown stays
        unknown. What is left with too little, or with room for nobody, is ``in_hazard``.

    Notes
    -----
    A larger hazard never leaves more: its pieces lie inside those of a smaller one, and its ways in are among theirs.
    """
    table, outlines = sites.table, sites.table.geometry.to_numpy()
    candidate = (table["source"] == CANDIDATE).to_numpy(bool)
    led_to = np.where(doors.attachment.edge >= 0, doors.table["space"].to_numpy(np.int64), -1)
    guessed = (doors.table["kind"] == _GUESSED).to_numpy(bool)
    touched = _touched(outlines, hazard)
    before = table[["effective_m2", "capacity"]].to_numpy(float)
    every, reached = before.copy(), before.copy()
    for row in np.flatnonzero(touched):
        own, door = sites.grounds.site == row, led_to == row
        pieces = _pieces(without(outlines[[row]], hazard)[0])
        amounts = _amounts(sites.grounds.shape[own], sites.grounds.each[own], pieces, tier if candidate[row] else None)
        _, met = pieces_entered(np.repeat(outlines[row], door.sum()), doors.point[door], pieces, hazard)
        entered = np.isin(np.arange(len(pieces)), met) | guessed[door].any()
        every[row], reached[row] = amounts.sum(axis=0), amounts[entered].sum(axis=0)

    def too_little(left: NDArray[np.float64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.where(candidate, left[:, 0] < tier.min_effective_m2.value, left[:, 1] < 1)
        return found

    entered_at_all = np.isin(np.arange(len(table)), led_to)
    gone = touched & (too_little(every) | (entered_at_all & too_little(reached)))
    gone &= (table["status"] == "usable").to_numpy(bool)
    left = np.where(np.isnan(before), np.nan, reached)
    capacity = np.where(touched, np.floor(left[:, 1] + 1e-9), before[:, 1])
    status = np.where(gone, "in_hazard", table["status"])
    return gpd.GeoDataFrame(table.assign(effective_m2=left[:, 0], capacity=capacity, status=status))


def _touched(outlines: NDArray[np.object_], hazard: NDArray[np.object_]) -> NDArray[np.bool_]:
    hit = STRtree(hazard).query(outlines, predicate="intersects")[0]
    return np.isin(np.arange(len(outlines)), hit)


def _pieces(rest: shapely.Geometry) -> NDArray[np.object_]:
    """What holds together of an outline; parts that touch are one."""
    parts = shapely.get_parts(rest)
    group = touching_groups(parts)
    return np.array([shapely.union_all(parts[group == n]) for n in np.unique(group)], dtype=object)


def _amounts(
    ground: NDArray[np.object_], each: NDArray[np.float64], pieces: NDArray[np.object_], tier: RefugeTier | None
) -> NDArray[np.float64]:
    """Effective area [m2] and persons of every piece; with a tier, nothing of those too small or narrow by it."""
    found = np.zeros((len(pieces), 2))
    for n, piece in enumerate(pieces):
        within = polygon_part(shapely.intersection(shapely.union_all(ground), piece))
        if tier is not None:
            within = wide_part(within, tier.min_width_m.value)
        amount = shapely.area(shapely.intersection(ground, within)) @ each
        if tier is None or amount[0] >= tier.min_effective_m2.value:
            found[n] = amount
    return found
