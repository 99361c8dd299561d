"""The published layer of hazards: every polygon with its class, how strong it is at least, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.results import Results
from layers.types import HazardRole
from maps.vocabulary import title_of


def hazards_frame(results: Results) -> gpd.GeoDataFrame:
    """Columns of `analyses.columns.HAZARDS`.

    Of a raster the rows are the outlines of its classes along the borders of its cells; one in which ways begin to
    close is two. A layer that names classes without numbers has no ``intensity_low`` and no ``unit``, one without
    classes none of the four.
    """
    rows = results.hazards
    roles = {role.id: role for role in results.study.hazards}
    known = {column: rows[column] for column in ("hazard_class", "intensity") if column in rows}
    classes = known.get("hazard_class", pd.Series("", index=rows.index)).fillna("")
    notes = {
        f"note_{language}": [title_of(_note(roles, hazard), language, "") for hazard in rows["hazard_id"]]
        for language in results.study.languages
    }
    return rows.assign(
        hazard_class=[name or None for name in classes],
        class_order=_orders(rows["hazard_id"], classes, roles),
        intensity_low=known.get("intensity", pd.Series(np.nan, index=rows.index)),
        unit=[_unit(roles, hazard) if name else None for hazard, name in zip(rows["hazard_id"], classes, strict=True)],
        **notes,
    )


def _note(roles: Mapping[str, HazardRole], hazard_id: str) -> Mapping[str, str]:
    role = roles.get(hazard_id)
    return {} if role is None else role.note


def _unit(roles: Mapping[str, HazardRole], hazard_id: str) -> str | None:
    role = roles.get(hazard_id)
    return None if role is None else role.scale.unit or None


def _orders(ids: pd.Series, classes: pd.Series, roles: Mapping[str, HazardRole]) -> NDArray[np.float64]:
    """The place of each class among those of its layer, the weakest 1; NaN where there is none."""
    place = {(role.id, name): n for role in roles.values() for n, name in enumerate(role.scale.names, start=1)}
    return np.array([place.get(key, np.nan) for key in zip(ids, classes, strict=True)], dtype=float)
