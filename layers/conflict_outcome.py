"""Whose word counts where an inventory and the map extract differ: read off what counts afterwards."""

from __future__ import annotations

from collections import defaultdict

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

INVENTORY, OSM, BOTH = "inventory", "osm", "both"


class Standing:
    """What counts after an inventory has had its say, found by the ids that joined places brought with them."""

    def __init__(self, spaces: gpd.GeoDataFrame) -> None:
        """`spaces` are `inventory_combination.Outcome.spaces`."""
        self._shapes = spaces.geometry.to_numpy()
        self._classes = spaces["space_class"].to_numpy(object)
        self._names = spaces["name"].to_numpy(object)
        self._of: dict[str, list[int]] = defaultdict(list)
        for row, ids in enumerate(spaces["member_ids"]):
            for member in ids.split():
                self._of[member].append(row)

    def holds(self, place: gpd.GeoDataFrame) -> bool:
        """Whether a place is a part of anything that counts."""
        return bool(len(self._rows(place)))

    def area(self, sites: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame) -> str:
        """Whose outline of a place counts: the sites', the spaces', or both together; the one that is nearest."""
        ours, theirs = sites.geometry.union_all(), spaces.geometry.union_all()
        together = shapely.union(ours, theirs)
        rows = np.union1d(self._rows(sites), self._rows(spaces))
        counted = shapely.intersection(shapely.union_all(self._shapes[rows]), together)
        outlines = {INVENTORY: ours, OSM: theirs, BOTH: together}
        # Rounded: of outlines that are the same but for noise the first one named is meant.
        return min(outlines, key=lambda word: round(shapely.symmetric_difference(counted, outlines[word]).area))

    def space_class(self, site: gpd.GeoDataFrame, space: gpd.GeoDataFrame) -> str:
        """Whose class of a place counts; both where each stands on its own ground."""
        ours, theirs = (place["space_class"].iloc[0] in self._classes[self._rows(place)] for place in (site, space))
        if ours and theirs:
            return BOTH
        return INVENTORY if ours else OSM

    def name(self, site: gpd.GeoDataFrame, space: gpd.GeoDataFrame, names: set[str]) -> str:
        """Whose name of a place is shown; `names` are those that the inventory has."""
        rows = self._rows(space)
        shown = set(self._names[rows if len(rows) else self._rows(site)])
        theirs = space["name"].iloc[0]
        return INVENTORY if theirs not in shown and shown & names else OSM

    def ground(self, shape: Geometry, space: gpd.GeoDataFrame) -> bool:
        """Whether at least half of some ground of a space counts in its class; of a point, whether it counts."""
        rows = np.flatnonzero(self._classes == space["space_class"].iloc[0])
        if shape.area == 0:
            return self.holds(space)
        rows = rows[shapely.intersects(self._shapes[rows], shape)]
        return bool(shapely.union_all(self._shapes[rows]).intersection(shape).area >= 0.5 * shape.area)

    def _rows(self, places: gpd.GeoDataFrame) -> NDArray[np.int64]:
        rows = {row for ids in places["member_ids"] for member in ids.split() for row in self._of.get(member, ())}
        return np.array(sorted(rows), dtype=np.int64)
