"""What the rows of a hazard layer say of its strength, and the ground that lines and points stand for."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.hazard_caveats import refuse_unmapped
from layers.hazard_scales import NEVER_NEGATIVE, NO_HAZARD, NONE, UNKNOWN, class_codes, written
from layers.schemas import POLYGONS
from layers.types import Caveat, HazardRole
from spatial.datum_shift import moved
from spatial.errors import LayerError

_POINT, _LINE = 0, 1
"""Dimensions."""
_POLYGON = 3
"""Shapely's number of the kind; those above are of several parts."""
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
    """Rows without a value, or with one that the study does not explain: whether there is a hazard is not known."""
    counts: dict[str, int]
    """Where it happened, of rows left out: ``class_unmapped``, ``below_classes``, ``strength_unknown``."""
    unmapped: tuple[str, ...] = ()
    """Values that the study does not explain, each once."""


def strengths(rows: gpd.GeoDataFrame, role: HazardRole) -> Strengths:
    """Read the class or intensity of every row.

    Raises
    ------
    LayerError
        Intensities below 0 in a unit that knows none, or classes none of which the study names.
    """
    scale = role.scale
    foreign, values = np.zeros(len(rows), dtype=bool), np.full(len(rows), "", dtype=object)
    if scale.column:
        numbers = pd.to_numeric(rows[scale.column], errors="coerce").to_numpy(float, na_value=np.nan) * scale.factor
        _refuse_negative(numbers, role)
        codes = class_codes(numbers, scale)
    elif scale.class_column:
        numbers = np.full(len(rows), np.nan)
        values = rows[scale.class_column].map(written, na_action="ignore").fillna("").to_numpy(object)
        codes = _codes_of(values, role)
        foreign = (codes == UNKNOWN) & (values != "")
    else:
        none = np.full(len(rows), "", dtype=object)
        return Strengths(rows, none, np.full(len(rows), np.nan), rows.iloc[:0], {})
    names = np.array(["", *scale.names], dtype=object)
    hazard, unknown = codes > NONE, codes == UNKNOWN
    counts = {
        "class_unmapped": int(foreign.sum()),
        "below_classes": int((codes == NONE).sum()),
        "strength_unknown": int((unknown & ~foreign).sum()),
    }
    return Strengths(
        rows[hazard], names[codes[hazard]], numbers[hazard], rows[unknown], {k: n for k, n in counts.items() if n},
        tuple(dict.fromkeys(values[foreign])),
    )  # fmt: skip


def widened(shapes: gpd.GeoSeries, role: HazardRole, crs: CRS) -> tuple[gpd.GeoSeries, Caveat | None]:
    """Lines as bands of the role's width, points as circles of its radius, also in collections; polygons stay.

    Returns
    -------
    (GeoSeries, Caveat or None)
        In the study's CRS where something was widened, else as they are. A caveat says how many were: what is
        shown is a band along a line, not the extent that somebody modelled. Lines or points in a collection of
        which the role does not say how far they reach stay what they are.
    """
    plain = shapes.geom_type.isin(POLYGONS).to_numpy(bool)
    placed = shapes if plain.all() else moved(shapes, crs, f"hazard.{role.id}")
    parts, of = _single(placed.to_numpy()[~plain])
    dimension = shapely.get_dimensions(parts)
    wide = np.zeros(len(parts), dtype=bool)
    for number, reach_m in ((_LINE, (role.band_width_m or 0.0) / 2), (_POINT, role.radius_m or 0.0)):
        chosen = (dimension == number) & (reach_m > 0)
        parts[chosen] = shapely.buffer(parts[chosen], reach_m, quad_segs=_QUARTER_CIRCLE)
        wide |= chosen
    if not wide.any():
        return shapes, None
    values = placed.to_numpy().copy()
    values[~plain] = [
        shapely.union_all(shapely.make_valid(found)) for found in np.split(parts, np.flatnonzero(np.diff(of)) + 1)
    ]
    told = Caveat("hazard_widened", f"hazard.{role.id}", len(np.unique(of[wide])), "features")
    return gpd.GeoSeries(values, index=shapes.index, crs=crs), told


def _single(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Their points, lines and polygons, those in collections of collections too, and of which shape each is."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts, outer = shapely.get_parts(parts, return_index=True)
        of = of[outer]
    return parts, of


def refuse_idle_widths(shapes: gpd.GeoSeries, role: HazardRole) -> None:
    """Refuse a width that the study gives to a layer without lines, or a radius without points.

    Raises
    ------
    LayerError
    """
    dimension = shapely.get_dimensions(_single(shapes.to_numpy())[0])
    for key, given, number, what in (
        ("band_width_m", role.band_width_m, _LINE, "line"), ("radius_m", role.radius_m, _POINT, "point"),
    ):  # fmt: skip
        if given and not (dimension == number).any():
            raise LayerError(
                f"hazard.{role.id}: has {key} = {given:g}, but no {what} near the study, so it widens nothing and the "
                f"hazard is as large as it is drawn; take {key} out, or name the file of the {what}s"
            )


def _codes_of(values: NDArray[np.object_], role: HazardRole) -> NDArray[np.int16]:
    """The code of the class that each value stands for; unknown where it is empty, or the study does not name it."""
    scale = role.scale
    places = {name: place for place, name in enumerate(scale.names, start=NONE + 1)} | {NO_HAZARD: NONE}
    code_of = {value: places[name] for value, name in scale.classes.items()}
    there = tuple(dict.fromkeys(value for value in values if value))
    if there and not any(value in code_of for value in there):
        refuse_unmapped(role, there, f"column {scale.class_column}")
    return np.array([code_of.get(value, UNKNOWN) for value in values], dtype=np.int16)


def _refuse_negative(numbers: NDArray[np.float64], role: HazardRole) -> None:
    below = numbers[numbers < 0]
    if len(below) and role.scale.unit in NEVER_NEGATIVE:
        raise LayerError(
            f"hazard.{role.id}: {len(below)} rows hold numbers such as {below[0] / role.scale.factor:g} in "
            f"{role.scale.column}, below 0, so they may mark unknown ones and would be taken for safe ground; leave "
            "the cell empty where the value is unknown"
        )
