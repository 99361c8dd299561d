"""The town of `tests.town` with rasters of water, on ground small enough to be worked out by hand."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
from affine import Affine
from shapely import box

from layers.hazard_rasters import hazard_raster
from layers.hazard_scales import HazardScale
from layers.hazards import together
from layers.types import HazardRole, Layers
from spatial.terrain import Grid
from tests import town
from tests.town import METRIC

AROUND = box(0, -100, 1000, 300)
DEPTH = HazardScale("m", 1.0, {"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15)
PLACED = Affine(10, 0, 0, 0, -10, 40)
TOWN_GRID = Affine(100, 0, 0, 0, -100, 300)
"""Ten columns over the town, four rows from north to south; homes stand in the third row."""


def town_depths(*, row=2, **by_column):
    """Depths on `TOWN_GRID`, dry but for some columns of a row."""
    depths = np.zeros((4, 10))
    for column, depth in by_column.items():
        depths[row, int(column[1:])] = depth
    return depths


def flooded(grids, polygons=None, transform=PLACED, unknown=None, periods=None) -> Layers:
    """The town with rasters and polygons of hazards."""
    # 40 in East: all that its one building holds, so that nobody is placed along the street
    people = pd.DataFrame({"population": [40.0, 50.0]}, index=pd.Index(["East", "West"], name="community_id"))
    layers = town.with_hazards(
        dataclasses.replace(town.town(), residents=people),
        {k: ("flood", "official", shape) for k, shape in (polygons or {}).items()},
    )
    roles, frames, kept, ground = list(layers.study.hazards), [layers.hazards], {}, dict(unknown or {})
    for name, values in grids.items():
        role = HazardRole(
            name, "waterlogging", "modelled", {"en": name}, {}, scale=DEPTH, return_period_yr=(periods or {}).get(name)
        )
        made = hazard_raster(Grid(np.asarray(values, dtype=float), transform, METRIC), role, METRIC, AROUND, AROUND)
        roles.append(role)
        frames.append(made.loaded.frame)
        kept[name] = made.grid
        if made.unknown is not None:
            ground[name] = made.unknown
    nobody_knows = gpd.GeoDataFrame({"hazard_id": list(ground)}, geometry=list(ground.values()), crs=METRIC)
    return dataclasses.replace(
        layers,
        study=dataclasses.replace(layers.study, hazards=tuple(roles)),
        hazards=together(frames, METRIC),
        hazard_grids=kept,
        hazard_unknown=nobody_knows if ground else None,
    )
