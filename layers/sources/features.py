"""A layer or table from wherever the study says it is."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layers.sources.reading import Read
from layers.sources.table import read_table
from layers.sources.vector import read_vector
from layers.types import AnyOrigin, DatabaseOrigin
from spatial.errors import SourceError


def read_features(origin: AnyOrigin, role: str) -> Read[gpd.GeoDataFrame]:
    """Rows with shapes. Parameters, columns and errors are those of `layers.sources.vector.read_vector`."""
    if isinstance(origin, DatabaseOrigin):
        raise SourceError(f"{role}: databases are not read yet")
    return read_vector(origin, role)


def read_rows(origin: AnyOrigin, role: str) -> Read[pd.DataFrame]:
    """Rows without shapes. Parameters and errors are those of `layers.sources.table.read_table`."""
    if isinstance(origin, DatabaseOrigin):
        raise SourceError(f"{role}: databases are not read yet")
    return read_table(origin, role)
