"""The ground that an inventory has, and which of it the map extract lacks, whatever then counts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely import Point, STRtree

from layers.inventory_combination import Inventory, inventory_classes
from layers.inventory_match import match


def standing_sites(inventory: Inventory, osm: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sites that stand, each with the part of it that the extract does not have.

    Parameters
    ----------
    inventory
        Its planned sites are left out: ground that is not built yet cannot be lacking.
    osm
        Public space of the extract before any inventory changed it.

    Returns
    -------
    GeoDataFrame
        As `Layers.inventory_sites`. Of an outline that is lacking which no polygon of the extract covers whose class
        the inventory speaks of, or that matches one of its sites; nothing of it where the extract has the place as a
        point. A point is lacking whole where it matches nothing and lies in no such polygon.
    """
    sites = inventory.sites[~inventory.sites["planned"]]
    shapes, spaces = sites.geometry.to_numpy(), osm.geometry.to_numpy()
    pairs = match(sites, osm)
    of_its_classes = np.array(osm["space_class"].isin(inventory_classes(inventory.role)), dtype=bool)
    of_its_classes[pairs["space"]] = True
    areal = shapely.get_dimensions(spaces) == 2
    lacking = _without(shapes, spaces[of_its_classes & areal])
    # A place without an outline has no ground to compare, and yet is in the data.
    either_is_a_point = (shapely.get_dimensions(shapes)[pairs["site"]] == 0) | ~areal[pairs["space"]]
    lacking[pairs["site"][either_is_a_point]] = Point()
    frame = sites[["space_class", "geometry"]].assign(
        inventory_id=inventory.role.id, lacking=gpd.array.from_shapely(lacking)
    )
    return gpd.GeoDataFrame(frame)


def no_standing_sites(crs: CRS) -> gpd.GeoDataFrame:
    """The same, of inventories none of whose sites stands."""
    index = pd.Index([], dtype=str, name="site_id")
    texts = pd.DataFrame({"inventory_id": [], "space_class": []}, index=index, dtype=str)
    return gpd.GeoDataFrame(texts, geometry=[], crs=crs).assign(lacking=gpd.array.from_shapely([]))


def _without(shapes: NDArray[np.object_], known: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes without what some polygons cover."""
    rest = shapes.copy()
    shape, polygon = STRtree(known).query(shapes, predicate="intersects")
    for at in np.unique(shape):
        rest[at] = shapely.difference(shapes[at], shapely.union_all(known[polygon[shape == at]]))
    return rest
