"""Keeping what lies around the communities, and letting go of the rest of a larger extract.

Nobody walks farther than the search limit, so what lies beyond it as the crow flies cannot matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import Polygon

from layers.types import Area, Basemap
from spatial.errors import LayerError
from spatial.network import WalkAreas, WalkWays

SEARCH_LIMIT_M = 5000.0
"""As far as searches for public space go: what lies farther away is out of reach."""
BASEMAP_MARGIN_M = 1000.0
"""The map is drawn this far around the communities."""
READING_MARGIN_M = 1000.0
"""An extract is read this far beyond the search limit, so that what is cut off there is nowhere near a search."""
_EDGE_POINTS = 63
"""Points along each side of the box when it is turned into degrees, where its sides are no straight lines."""
_SLACK_DEG = 1e-3
"""More than those sides swerve between two such points."""


@dataclass(frozen=True)
class Degrees:
    """A box of longitudes and latitudes. Across the 180th meridian west is greater than east."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Surroundings:
    """The upright box in the study's CRS [m] in which a map extract is read."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, communities: Area) -> Surroundings:
        """As far as anything around the communities can matter."""
        return cls(*surroundings(communities, SEARCH_LIMIT_M + READING_MARGIN_M).bounds)

    def made_from(self) -> tuple[str, ...]:
        """What an extract that is read in this box depends on, as texts."""
        return (repr(self),)

    def degrees(self, crs: CRS) -> Degrees:
        """The smallest box of degrees around this one, and a little more.

        Raises
        ------
        LayerError
            If the box does not exist on the globe.
        """
        to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        try:
            west, south, east, north = to_degrees.transform_bounds(
                self.left, self.bottom, self.right, self.top, densify_pts=_EDGE_POINTS, errcheck=True
            )
        except ProjError:
            west = south = east = north = np.inf
        if not np.isfinite([west, south, east, north]).all():
            raise LayerError(
                f"communities: what lies around them (to {self.left:.0f}, {self.bottom:.0f}, {self.right:.0f}, "
                f"{self.top:.0f} in {crs.to_string()}) is not on the globe, so no map extract can hold it; "
                "correct the CRS of the communities or of the study"
            )
        return Degrees(west - _SLACK_DEG, south - _SLACK_DEG, east + _SLACK_DEG, north + _SLACK_DEG)


def surroundings(communities: Area, margin_m: float) -> Polygon:
    """The upright box around the communities, grown by a margin."""
    left, bottom, right, top = communities.bounds
    return shapely.box(left - margin_m, bottom - margin_m, right + margin_m, top + margin_m)


def near(features: gpd.GeoDataFrame, box: Polygon) -> gpd.GeoDataFrame:
    """Features that touch the box, whole."""
    return features[shapely.intersects(box, features.geometry.to_numpy())]


def near_ways(ways: WalkWays, box: Polygon) -> WalkWays:
    """Ways with a vertex in the box, whole."""
    keep = _any_inside(ways.xy, ways.offset, box)
    if keep.all():
        return ways
    vertices, offset = _slices(ways.offset, keep)
    return replace(
        ways, way_id=ways.way_id[keep], offset=offset, node_id=ways.node_id[vertices], xy=ways.xy[vertices],
        cut=ways.cut[vertices], highway=ways.highway[keep], forward=ways.forward[keep], backward=ways.backward[keep],
        traits=ways.traits.take(keep), vertex_flags=ways.vertex_flags[vertices],
    )  # fmt: skip


def near_squares(squares: WalkAreas, box: Polygon) -> WalkAreas:
    """Squares with a vertex in the box, whole."""
    keep = _any_inside(squares.xy, squares.offset, box)
    if keep.all():
        return squares
    vertices, offset = _slices(squares.offset, keep)
    return replace(
        squares, area_id=squares.area_id[keep], polygon=squares.polygon[keep], offset=offset,
        node_id=squares.node_id[vertices], xy=squares.xy[vertices], ring_start=squares.ring_start[vertices],
    )  # fmt: skip


def near_basemap(basemap: Basemap, box: Polygon) -> Basemap:
    """What the map draws in the box: lines and areas are cut at its edge."""
    return Basemap(
        streets=_cut(basemap.streets, box),
        water=_cut(basemap.water, box),
        green=_cut(basemap.green, box),
        places=near(basemap.places, box),
    )


def _cut(features: gpd.GeoDataFrame, box: Polygon) -> gpd.GeoDataFrame:
    found = near(features, box)
    crossing = ~shapely.contains_properly(box, found.geometry.to_numpy())
    values = found.geometry.to_numpy().copy()
    values[crossing] = shapely.intersection(values[crossing], box)
    cut = found.set_geometry(gpd.GeoSeries(values, index=found.index, crs=features.crs))
    same_dimension = shapely.get_dimensions(values) == shapely.get_dimensions(found.geometry.to_numpy())
    return cut[same_dimension & ~cut.geometry.is_empty.to_numpy()]


def _any_inside(xy: NDArray[np.float64], offset: NDArray[np.int64], box: Polygon) -> NDArray[np.bool_]:
    left, bottom, right, top = box.bounds
    inside = (xy[:, 0] >= left) & (xy[:, 0] <= right) & (xy[:, 1] >= bottom) & (xy[:, 1] <= top)
    seen = np.concatenate([[0], np.cumsum(inside)])
    return seen[offset[1:]] > seen[offset[:-1]]


def _slices(offset: NDArray[np.int64], keep: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which vertices belong to the entries kept, and their new offsets."""
    lengths = np.diff(offset)
    return np.repeat(keep, lengths), np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
