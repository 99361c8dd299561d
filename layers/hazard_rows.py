"""What the rows of a hazard layer say of its strength, and the ground that lines and points stand for."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.hazard_scales import NEVER_NEGATIVE, NONE, UNKNOWN, class_codes
from layers.schemas import POLYGONS
from layers.types import Caveat, HazardRole
from spatial.datum_shift import moved
from spatial.errors import LayerError

_QUARTER_CIRCLE = 16
"""Segments of a quarter circle: the area of a circle is 0.2 % short."""


@dataclass(frozen=True)
class Strengths:
    """The rows that are a hazard, those that are no hazard, and those of which nobody knows."""

    rows: gpd.GeoDataFrame
    """Those that are a hazard, ..."""
    classes: NDArray[np.object_]
    """... the class of each, empty where the layer has none, ..."""
    intensity: NDArray[np.float64]
    """... and its intensity in the scale's unit; NaN where the layer has none."""
    unknown: gpd.GeoDataFrame
    """Rows without a value: whether there is a hazard is not known."""
    counts: dict[str, int]
    """Where it happened, of rows left out: ``class_unmapped``, ``below_classes``, ``strength_unknown``."""


def strengths(rows: gpd.GeoDataFrame, role: HazardRole) -> Strengths:
    """Read the class or intensity of every row.

    Raises
    ------
    LayerError
        Intensities below 0 in a unit that knows none.
    """
    scale = role.scale
    if scale.column:
        numbers = pd.to_numeric(rows[scale.column], errors="coerce").to_numpy(float, na_value=np.nan) * scale.factor
        _refuse_negative(numbers, role)
        numbers[np.isinf(numbers)] = np.nan
        codes = class_codes(numbers, scale)
        reason = "below_classes"
    elif scale.class_column:
        places = {name: place for place, name in enumerate(scale.names, start=1)}
        found = [scale.classes.get(_written(value)) for value in rows[scale.class_column]]
        codes = np.array([NONE if name is None else places[name] for name in found], dtype=np.int16)
        empty = rows[scale.class_column].isna().to_numpy(bool)
        codes[empty] = UNKNOWN
        numbers, reason = np.full(len(rows), np.nan), "class_unmapped"
    else:
        none = np.full(len(rows), "", dtype=object)
        return Strengths(rows, none, np.full(len(rows), np.nan), rows.iloc[:0], {})
    names = np.array(["", *scale.names], dtype=object)
    hazard, unknown = codes > NONE, codes == UNKNOWN
    counts = {reason: int((codes == NONE).sum()), "strength_unknown": int(unknown.sum())}
    return Strengths(
        rows[hazard], names[codes[hazard]], numbers[hazard], rows[unknown], {k: n for k, n in counts.items() if n}
    )


def widened(shapes: gpd.GeoSeries, role: HazardRole, crs: CRS) -> tuple[gpd.GeoSeries, Caveat | None]:
    """Lines as bands of the role's width, points as circles of its radius; polygons stay.

    Returns
    -------
    (GeoSeries, Caveat or None)
        In the study's CRS where something was widened, else as they are. A caveat says how many were: what is
        shown is a band along a line, not the extent that somebody modelled.
    """
    kinds = shapes.geom_type
    areal = kinds.isin([*POLYGONS, "GeometryCollection"]).to_numpy(bool)
    if areal.all():
        return shapes, None
    placed = moved(shapes, crs, f"hazard.{role.id}")
    values, line = placed.to_numpy().copy(), kinds.str.contains("Line").to_numpy(bool)
    for chosen, reach_m in ((line, (role.band_width_m or 0.0) / 2), (~areal & ~line, role.radius_m or 0.0)):
        values[chosen] = shapely.buffer(values[chosen], reach_m, quad_segs=_QUARTER_CIRCLE)
    told = Caveat("hazard_widened", f"hazard.{role.id}", int((~areal).sum()), "features")
    return gpd.GeoSeries(values, index=shapes.index, crs=crs), told


def _written(value: object) -> str:
    """As a study writes it: 3 also where a file holds 3.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_negative(numbers: NDArray[np.float64], role: HazardRole) -> None:
    below = numbers[numbers < 0]
    if len(below) and role.scale.unit in NEVER_NEGATIVE:
        raise LayerError(
            f"hazard.{role.id}: {len(below)} rows hold numbers such as {below[0] / role.scale.factor:g} in "
            f"{role.scale.column}, below 0, so they may mark unknown ones and would be taken for safe ground; leave "
            "the cell empty where the value is unknown"
        )
