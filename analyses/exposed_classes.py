"""Shares of homes, buildings and spaces in each class of a hazard, on rasters that share their cells only once."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.exposure import covered_share, footprint
from layers.hazard_scales import class_codes
from layers.types import HazardRole, Layers
from spatial.zonal import Cells, Coverage, class_shares, coverage, on_cells


@dataclass(frozen=True)
class Shapes:
    """Shapes that are held against several hazards: which cells they cover is worked out once for every grid."""

    series: gpd.GeoSeries
    """Polygons and points in the study's CRS."""
    known: list[Coverage] = field(default_factory=list)

    def on(self, cells: Cells) -> Coverage:
        """Which share of each cell lies in each shape."""
        for found in self.known:
            if found.cells.same_as(cells):
                return found
        self.known.append(coverage(on_cells(self.series, cells), cells))
        return self.known[-1]


@dataclass(frozen=True)
class ByClass:
    """Shares (0-1) of shapes by class; what lacks to 1 beside `unknown` lies outside."""

    names: tuple[str, ...]
    """The classes from the weakest on; one empty name where the layer has none."""
    shares: NDArray[np.float64]
    """(shapes, classes). Where polygons of two classes overlap, the ground is of the stronger one."""
    unknown: NDArray[np.float64]

    @property
    def outside(self) -> NDArray[np.float64]:
        """The share that is known to lie in no class."""
        rest: NDArray[np.float64] = np.maximum(1 - self.shares.sum(axis=1) - self.unknown, 0.0)
        return rest


def shares_by_class(layers: Layers, role: HazardRole, shapes: Shapes) -> ByClass:
    """The share of every shape in each class of one hazard layer."""
    names = role.scale.names or ("",)
    if role.id in layers.hazard_grids:
        grid = layers.hazard_grids[role.id]
        shares = class_shares(shapes.on(Cells.of(grid)), class_codes(grid.values, role.scale), len(names))
        unknown = np.maximum(1 - shares.sum(axis=1), 0.0)
        unknown[unknown < 1e-9] = 0.0
        return ByClass(names, shares[:, 1:], unknown)
    rows = layers.hazards[layers.hazards["hazard_id"] == role.id]
    of = rows["hazard_class"] if "hazard_class" in rows else pd.Series("", index=rows.index)
    values = shapes.series.to_numpy()
    at_least = [
        covered_share(values, rows.geometry.to_numpy()[of.isin(names[first:]).to_numpy(bool)])
        for first in range(len(names))
    ]
    cumulative = np.column_stack([*at_least, np.zeros(len(values))])
    shares = np.maximum(cumulative[:, :-1] - cumulative[:, 1:], 0.0)
    if layers.hazard_unknown is None:
        return ByClass(names, shares, np.zeros(len(values)))
    doubtful = np.concatenate([rows.geometry.to_numpy(), footprint(layers.hazard_unknown, [role.id])])
    unknown = np.maximum(covered_share(values, doubtful) - cumulative[:, 0], 0.0)
    unknown[unknown < 1e-9] = 0.0
    return ByClass(names, shares, unknown)
