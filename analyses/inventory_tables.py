"""What an inventory adds to the published tables: its planned sites, and where it differs from the map extract."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.types import Layers


def planned_table(layers: Layers) -> gpd.GeoDataFrame | None:
    """Columns of `columns.PLANNED_SPACES`, one row a site; None where nothing is planned."""
    return None if layers.planned is None else layers.planned.reset_index()


def conflicts_table(layers: Layers) -> gpd.GeoDataFrame | None:
    """Columns of `columns.INVENTORY_CONFLICTS` but for the words, one row a difference; None without an inventory.

    ``community_id`` is the community that holds most of the geometry, the first of equal ones; missing where it
    touches none.
    """
    if layers.conflicts is None:
        return None
    table = layers.conflicts.reset_index()
    return table.assign(community_id=_mostly_in(table.geometry.to_numpy(), layers.communities))


def _mostly_in(shapes: NDArray[np.object_], communities: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Ids of the communities with the largest part of each shape; missing for those that touch none."""
    found = np.full(len(shapes), None, dtype=object)
    if not len(shapes):
        return found
    outlines = communities.geometry.to_numpy()
    shape, unit = STRtree(outlines).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[shape], outlines[unit]))
    pairs = pd.DataFrame({"shape": shape, "unit": unit, "shared": shared})
    best = pairs.sort_values(["shape", "shared", "unit"], ascending=[True, False, True]).drop_duplicates("shape")
    found[best["shape"]] = communities.index.to_numpy(dtype=object)[best["unit"]]
    return found
