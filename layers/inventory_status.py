"""Whether a site stands or is only planned, by a column of the inventory: what is not sure to stand is no supply."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.names import clean_ids, some
from layers.types import InventoryRole
from spatial.errors import LayerError


def status_key(value: str) -> str:
    """By what values of the column are compared: without blanks around them, and without regard to case."""
    return value.strip().casefold()


def planned_or_built(features: gpd.GeoDataFrame, role: InventoryRole, layer: str) -> pd.Series:
    """True for planned sites, False for built ones, None where the value is empty or in neither list of the study.

    Raises
    ------
    LayerError
        No site is either; or a list has no value in the column while the column has values that are in no
        list: it is misspelled rather than not needed here.
    """
    if not role.sites_column:
        return pd.Series(role.sites == "planned", index=features.index, dtype="object")
    means = {status_key(v): False for v in role.built_values} | {status_key(v): True for v in role.planned_values}
    values = clean_ids(features[role.sites_column])
    said = values.map(lambda value: None if value is None else means.get(status_key(value))).astype("object")
    said = said.where(said.notna(), None)
    _check(values, said, role, layer)
    return said


def unknown_values(features: gpd.GeoDataFrame, role: InventoryRole, said: pd.Series) -> list[str]:
    """The values that are in neither list, the most frequent first, with their number; ``-`` where there is none."""
    if not role.sites_column:
        return []
    values = clean_ids(features[role.sites_column])[said.isna()].fillna("-")
    return [f"{value} ({n})" for value, n in values.value_counts().items()]


def _check(values: pd.Series, said: pd.Series, role: InventoryRole, layer: str) -> None:
    other = values[said.isna() & values.notna()]
    lists = {"planned": (role.planned_values, True), "built": (role.built_values, False)}
    empty = [name for name, (_, meaning) in lists.items() if not np.any(said == meaning)]
    if not empty or (other.empty and len(empty) < len(lists)):
        return
    named = " and ".join(f"{name} = [{some(lists[name][0])}]" for name in empty)
    found = some(values.dropna().value_counts().index) or "nothing"
    raise LayerError(
        f"{layer}: none of {len(values)} sites has a value of {named} in {role.sites_column!r}, which holds {found}: "
        "planned sites could pass for built ones, or built ones be lost; name its values as they stand in the file, or "
        "leave the others out with a filter"
    )
