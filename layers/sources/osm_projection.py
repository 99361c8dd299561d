"""Positions of an OSM file in the study's CRS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from layers.sources.osm_file import UNITS_A_DEGREE, Ints, OsmFile
from layers.sources.threads import by_rows
from spatial.errors import LayerError


@dataclass(frozen=True)
class Projection:
    """The nodes that are used, projected at once, and the way to project what else comes."""

    to_metres: Transformer
    nodes: NDArray[np.float64]
    """(nodes, 2) metres; NaN for nodes that nothing uses."""

    def shapes(self, lonlat: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries in lon/lat, projected."""
        degrees = shapely.get_coordinates(lonlat)
        metres: NDArray[np.object_] = shapely.set_coordinates(
            lonlat, np.column_stack(self.to_metres.transform(degrees[:, 0], degrees[:, 1]))
        )
        return metres


def projected(file: OsmFile, used: Ints, crs: CRS, name: str) -> Projection:
    """The used nodes of a file in a metric CRS.

    Raises
    ------
    LayerError
        If some have no coordinates there.
    """
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    nodes = np.full((len(file.x), 2), np.nan)
    metres = by_rows(
        lambda rows: np.column_stack(to_metres.transform(file.x[rows] / UNITS_A_DEGREE, file.y[rows] / UNITS_A_DEGREE)),
        used,
    )
    nodes[used] = metres
    lost = np.count_nonzero(~np.isfinite(metres).all(axis=1))
    if lost:
        raise LayerError(
            f"OSM extract '{name}': {lost} of {len(used)} vertices have no coordinates in {crs.to_string()}; "
            "they would vanish; set [study] crs to the zone in which the extract lies"
        )
    return Projection(to_metres, nodes)
