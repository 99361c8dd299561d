"""A layer or table from wherever the study says it is."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from layers.origins import AnyOrigin, DatabaseOrigin
from layers.sources.reading import Read
from layers.sources.table import read_table
from layers.sources.vector import read_vector
from layers.sources.window import Near


def read_features(
    origin: AnyOrigin, role: str, columns: Sequence[str] | None = None, near: Near | None = None
) -> Read[gpd.GeoDataFrame]:
    """Rows with shapes.

    Parameters, columns and errors are those of `layers.sources.vector.read_vector` and
    `layers.sources.postgis.read_database_features`.
    """
    if isinstance(origin, DatabaseOrigin):
        # Only a study that names a database pays for what reads one.
        from layers.sources.postgis import read_database_features

        return read_database_features(origin, role, columns, near)
    return read_vector(origin, role, columns, near)


def read_rows(origin: AnyOrigin, role: str, columns: Sequence[str] | None = None) -> Read[pd.DataFrame]:
    """Rows without shapes.

    Parameters and errors are those of `layers.sources.table.read_table` and
    `layers.sources.postgis.read_database_rows`.
    """
    if isinstance(origin, DatabaseOrigin):
        from layers.sources.postgis import read_database_rows

        return read_database_rows(origin, role, columns)
    return read_table(origin, role, columns)
