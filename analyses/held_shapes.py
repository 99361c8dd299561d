"""Homes, buildings and spaces that are held against several hazards."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatial.zonal import Cells, Coverage, coverage, on_cells


@dataclass(frozen=True)
class Shapes:
    """Shapes that are held against several hazards: which cells they cover is worked out once for every grid."""

    series: gpd.GeoSeries
    """Polygons and points in the study's CRS."""
    known: list[Coverage] = field(default_factory=list)

    @staticmethod
    def of(shapes: NDArray[np.object_], crs: CRS) -> Shapes:
        """Polygons and points in a CRS."""
        return Shapes(gpd.GeoSeries(list(shapes), crs=crs))

    def on(self, cells: Cells) -> Coverage:
        """Which share of each cell lies in each shape."""
        for found in self.known:
            if found.cells.same_as(cells):
                return found
        self.known.append(coverage(on_cells(self.series, cells), cells))
        return self.known[-1]
