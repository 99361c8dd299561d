"""Tables whose rows say in their cells where they lie: columns of x and y, or of well-known text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.origins import GeometryColumns
from layers.sources.filters import require_names
from layers.sources.limits import LIMITS
from layers.sources.parts import Parts
from layers.sources.sheet import Sheet
from spatial.errors import LayerError

_LIKELY_X = ("x", "lon", "lng", "long", "longitude", "longitud", "easting", "经度")
_LIKELY_Y = ("y", "lat", "latitude", "latitud", "northing", "纬度")
_BRACKETS, _STEP = re.compile("[()]"), {"(": 1, ")": -1}
_COMMA = r"[+-]?\d{1,12},\d+"


def located(sheet: Sheet, where: GeometryColumns | None, what: str) -> Parts:
    """Rows of a table as points, or as the shapes that their text tells.

    A row with neither x nor y, or without text, has no shape, and is left out and counted. The columns of the
    coordinates stay.

    Raises
    ------
    LayerError
        The study does not name the columns, or they are not there; with the last frame: cells that are no
        numbers or no well-known text, with their count and lines.
    """
    if where is None or not (where.wkt or (where.x and where.y)):
        raise LayerError(
            f"{what}: is a table, so the study has to say which columns tell where its rows lie: "
            f'{_proposal(sheet.columns)}, or wkt = "..." for a column of well-known text'
        )
    names = coordinate_columns(where)
    require_names(sheet.columns, sheet.columns, names, what)
    frames = _frames(sheet.frames, where, what)
    return Parts(sheet.columns, None, frames, -1, sheet.counts, sheet.text, placed_by_cells=True)


def coordinate_columns(where: GeometryColumns | None) -> tuple[str, ...]:
    """Columns that have to be read for the shapes."""
    if where is None:
        return ()
    return (where.wkt,) if where.wkt else (where.x, where.y)


def _frames(frames: Iterator[pd.DataFrame], where: GeometryColumns, what: str) -> Iterator[gpd.GeoDataFrame]:
    bad: dict[str, list[tuple[int, object]]] = {}
    for frame in frames:
        shapes = _from_text(frame[where.wkt], where.wkt, bad) if where.wkt else _points(frame, where, bad)
        yield gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=shapes)
    if bad:
        raise LayerError(_faults(bad, where, what))


def _points(
    frame: pd.DataFrame, where: GeometryColumns, bad: dict[str, list[tuple[int, object]]]
) -> NDArray[np.object_]:
    x, y = _numbers(frame[where.x], bad), _numbers(frame[where.y], bad)
    given_x, given_y = frame[where.x].notna().to_numpy(), frame[where.y].notna().to_numpy()
    for column, half in ((where.y, given_x & ~given_y), (where.x, given_y & ~given_x)):
        if half.any():
            bad.setdefault(column, []).extend((int(line), "") for line in frame.index[half])
    shapes = np.full(len(frame), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    shapes[known] = shapely.points(x[known], y[known])
    return shapes


def _numbers(cells: pd.Series, bad: dict[str, list[tuple[int, object]]]) -> NDArray[np.float64]:
    numbers = pd.to_numeric(cells.astype("object").where(cells.notna(), np.nan), errors="coerce").astype("float64")
    values: NDArray[np.float64] = numbers.to_numpy()
    wrong = cells.notna().to_numpy() & ~np.isfinite(values)
    if wrong.any():
        bad.setdefault(str(cells.name), []).extend((int(n), v) for n, v in cells[wrong].items())
    return values


def _from_text(cells: pd.Series, column: str, bad: dict[str, list[tuple[int, object]]]) -> NDArray[np.object_]:
    texts = np.array([cell if isinstance(cell, str) and not _is_deep(cell) else None for cell in cells], dtype=object)
    with np.errstate(invalid="ignore"):
        shapes: NDArray[np.object_] = shapely.from_wkt(texts, on_invalid="ignore")
    wrong = cells.notna().to_numpy() & shapely.is_missing(shapes)
    if wrong.any():
        bad.setdefault(column, []).extend((int(n), v) for n, v in cells[wrong].items())
    return shapes


def _is_deep(text: str) -> bool:
    """The reader of text calls itself for every bracket within a bracket, and would end the whole program."""
    if text.count("(") <= LIMITS.shape_depth:
        return False
    return any(level > LIMITS.shape_depth for level in accumulate(_STEP[mark] for mark in _BRACKETS.findall(text)))


def _faults(bad: dict[str, list[tuple[int, object]]], where: GeometryColumns, what: str) -> str:
    told = []
    for column, cells in bad.items():
        shown = ", ".join(
            f"line {line}: {str(value)[:40]!r}" if value else f"line {line}: empty" for line, value in cells[:3]
        )
        told.append(f"{len(cells)} cells of {column!r} ({shown})")
    values = pd.Series([str(value).strip() for cells in bad.values() for _, value in cells])
    if where.wkt:
        hint = "write shapes as well-known text, such as POINT (116.4 39.9), without SRID"
    elif values.str.fullmatch(_COMMA).any():
        hint = "write decimals with a point, not a comma"
    else:
        hint = "write decimal numbers, not degrees and minutes, and leave both cells empty where a place is not known"
    kind = "no well-known text" if where.wkt else "no coordinates"
    return f"{what}: {'; '.join(told)} are {kind}, so these rows cannot be placed; {hint}"


def _proposal(columns: tuple[str, ...]) -> str:
    x = next((c for c in columns if c.lower() in _LIKELY_X), "...")
    y = next((c for c in columns if c.lower() in _LIKELY_Y), "...")
    return f'x = "{x}", y = "{y}"'
