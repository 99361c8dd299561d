"""Units of every level, and which demand points belong to each.

A parent's figures are sums over the residents who live in it, never averages of averages and
never a majority vote of communities: neighbourhoods need not nest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.residents import Demand
from layers.types import Layers
from spatial.build import leaving

COMMUNITY = "community"
CITY = "city"


@dataclass(frozen=True)
class Level:
    """All units of one level."""

    name: str
    units: gpd.GeoDataFrame
    """Index ``unit_id``; ``name``, ``area_m2``, geometry."""
    member: NDArray[np.int64]
    """For each demand point the position of its unit; -1 for none."""

    def sums(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of a figure over the demand points of each unit; NaN where one of them is NaN."""
        inside = self.member >= 0
        return np.bincount(self.member[inside], weights=weights[inside], minlength=len(self.units)).astype(float)


def levels(layers: Layers, demand: Demand, *, tolerance_m: float) -> Mapping[str, Level]:
    """The levels of a study: community, every parent level, and the city.

    A demand point belongs to the parent it lies in; one in none belongs to the nearest within
    `tolerance_m`, since published boundaries are rounded; farther than that it belongs to none.
    """
    own = demand.table["community"].to_numpy()
    found = {COMMUNITY: Level(COMMUNITY, layers.communities, own)}
    for name, units in layers.parents.items():
        found[name] = Level(name, units, containing(units, demand.point, tolerance_m))
    found[CITY] = Level(CITY, _city(layers), np.zeros(len(own), dtype=np.int64))
    return found


def outside_nodes(layers: Layers, *, tolerance_m: float) -> NDArray[np.int64]:
    """Nodes of the walk network where nobody counted the residents: outside all communities, or where the data end.

    People live along streets, so where there is no street beyond a border, such as in the sea, nobody
    comes from there. Published boundaries are rounded: `tolerance_m` beyond them still belongs to them.
    """
    study_area = shapely.buffer(shapely.union_all(layers.communities.geometry.to_numpy()), tolerance_m)
    shapely.prepare(study_area)
    network = layers.network
    inside = shapely.contains_xy(study_area, network.node_xy)
    out = leaving(network.edge_line, network.edge_start, network.edge_end, len(inside), study_area)
    return np.flatnonzero(~inside | out | network.node_beyond)


def containing(units: gpd.GeoDataFrame, points: NDArray[np.object_], tolerance_m: float) -> NDArray[np.int64]:
    """Position of the unit in which each point lies, or which is nearest within the tolerance; -1 for none."""
    shapes = units.geometry.to_numpy()
    member = np.full(len(points), -1, dtype=np.int64)
    # A few units are asked for their many points: shapely prepares what it asks with, not what it holds.
    unit, point = STRtree(points).query(shapes, predicate="intersects")
    _take_first(member, point, unit)
    outside = np.flatnonzero(member < 0)
    point, unit = STRtree(shapes).query_nearest(points[outside], max_distance=tolerance_m)
    _take_first(member, outside[point], unit)
    return member


def _take_first(member: NDArray[np.int64], point: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
    order = np.lexsort((unit, point))
    point, first = np.unique(point[order], return_index=True)
    member[point] = unit[order][first]


def _city(layers: Layers) -> gpd.GeoDataFrame:
    outline = shapely.union_all(layers.communities.geometry.to_numpy())
    title = layers.study.title
    name = title.get(layers.study.languages[0]) or next(iter(title.values()), layers.study.id)
    index = pd.Index([layers.study.id], name="unit_id")
    return gpd.GeoDataFrame(
        {"name": [name], "area_m2": [outline.area]}, geometry=[outline], index=index, crs=layers.communities.crs
    )


def main_parent(community: Level, parent: Level, weights: NDArray[np.float64]) -> pd.DataFrame:
    """The parent in which most of each community's residents live, and their share.

    Columns ``parent_<level>_id`` (None where nobody lives) and ``parent_<level>_share`` (0-1).
    """
    pairs = pd.DataFrame({"community": community.member, "parent": parent.member, "weight": np.nan_to_num(weights)})
    sums = pairs[pairs["weight"] > 0].groupby(["community", "parent"], as_index=False)["weight"].sum()
    totals = sums.groupby("community")["weight"].sum()
    most = sums[sums["parent"] >= 0].sort_values(["community", "weight", "parent"], ascending=[True, False, True])
    most = most.drop_duplicates("community").set_index("community")
    share = (most["weight"] / totals).reindex(range(len(community.units)))
    ids = pd.Series(parent.units.index.to_numpy()[most["parent"]], index=most.index, dtype=object)
    return pd.DataFrame(
        {
            f"parent_{parent.name}_id": ids.reindex(range(len(community.units))).to_numpy(),
            f"parent_{parent.name}_share": share.to_numpy(),
        }
    )
