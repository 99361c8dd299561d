"""Elements of an OSM file as frames of tags and shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from layers.sources.osm_file import Ints


def ids_of(kind: str, numbers: Ints) -> list[str]:
    """The ids of elements of one kind."""
    return [f"{kind}/{number}" for number in numbers.tolist()]


def frame(ids: list[str], tags: list[dict[str, str]], geometry: NDArray[np.object_], crs: CRS) -> gpd.GeoDataFrame:
    """A frame of OSM elements."""
    index = pd.Index(ids, name="osm_id", dtype=str)
    return gpd.GeoDataFrame(
        {"tags": pd.Series(tags, index=index, dtype=object)}, geometry=geometry, crs=crs, index=index
    )
