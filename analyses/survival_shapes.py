"""Where a hazard closes ways, and where those live whom it cuts off: the shapes of what remains."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from analyses.access import by_walk
from analyses.closures import Scenario
from analyses.crowding import OPEN
from analyses.during import During, places_outside
from analyses.measure import Scene
from analyses.supply import supply_key
from spatial.closing import ClosedParts
from spatial.network import WalkNetwork

_ROUND = 4
"""Segments a quarter circle: a grown home is an area to look at, not a survey."""
_SAME_PLACE_M = 1e-6
"""A part that ends so near to the end of its edge ends there."""


def closed_ways(network: WalkNetwork, closed: ClosedParts) -> gpd.GeoDataFrame:
    """The closed parts of ways, one row a part.

    Returns
    -------
    GeoDataFrame
        ``edge_id``, ``highway``, ``length_m`` [m] and the line, in the network's CRS. The lengths add up to
        `ClosedParts.length_m`.
    """
    edge, length = closed.edge, network.edge_length_m[closed.edge]
    whole = (closed.from_m <= _SAME_PLACE_M) & (closed.to_m >= length - _SAME_PLACE_M)
    line = network.edge_line[edge].copy()
    for part in np.flatnonzero(~whole):
        line[part] = substring(line[part], closed.from_m[part], closed.to_m[part])
    table = {
        "edge_id": network.edge_id[edge],
        "highway": network.edge_highway[edge],
        "length_m": closed.to_m - closed.from_m,
    }
    return gpd.GeoDataFrame(table, geometry=line, crs=network.crs)


def cut_off_share(scene: Scene, left: During) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By demand point the shares of residents (0-1) who are cut off from all open public space, and who may be.

    Whatever rules ask, who is cut off lives inside; or could walk to open public space of any class and size within
    the search limit on other days, and now for certain to none. So the figure is the same under all profiles, and a
    larger footprint never lowers it. Of who may be nobody knows: the hazard layer does not say whether they live
    inside; or they find nothing now, and as the data end near, something may be open beyond, or was on other days.
    """
    before = scene.walks[supply_key(OPEN)]
    now = by_walk(left.scene.walking, places_outside(scene.places_of(OPEN), left.spaces, OPEN))
    nothing, had = np.isinf(now.cost), np.isfinite(before.cost)
    gone = nothing & had & np.isinf(now.edge_of_data)
    open_ = nothing & np.isfinite(np.where(had, now.edge_of_data, before.edge_of_data))
    outside = 1 - left.inside - left.unsaid
    return left.inside + outside * gone, left.unsaid + outside * open_


def cut_off_homes(scene: Scene, share: NDArray[np.float64], *, margin_m: float) -> shapely.Geometry:
    """The homes of those who are cut off, grown by `margin_m` and dissolved, as the areas of gaps are.

    Empty where nobody is.
    """
    people = np.nan_to_num(scene.weight("population")) * share
    grown = shapely.buffer(scene.demand.home[people > 0], margin_m, quad_segs=_ROUND)
    return shapely.union_all(grown)


def ways_table(scene: Scene, lasting: Sequence[tuple[Scenario, During]]) -> gpd.GeoDataFrame:
    """Columns of `survival_columns.SURVIVAL_WAYS`: the closed parts of streets under every scenario."""
    network = scene.layers.network
    parts = [closed_ways(network, left.closed_streets).assign(scenario_id=scenario.id) for scenario, left in lasting]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=network.crs)


def homes_table(
    scene: Scene, lasting: Sequence[tuple[Scenario, During]], share: Sequence[NDArray[np.float64]], *, margin_m: float
) -> gpd.GeoDataFrame:
    """Columns of `survival_columns.SURVIVAL_HOMES`: where they live who are cut off, a row a scenario."""
    people = scene.weight("population")
    shapes = [cut_off_homes(scene, each, margin_m=margin_m) for each in share]
    table = {
        "scenario_id": [scenario.id for scenario, _ in lasting],
        "residents_cut_off": [float(np.nansum(people * each)) for each in share],
    }
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=scene.layers.communities.crs)
    return frame[~frame.geometry.is_empty].reset_index(drop=True)
