"""Frames as plain arrays and back: columns of numbers, of texts, of tags and of geometries, with their index."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

Arrays = dict[str, NDArray[Any]]
Stored = Mapping[str, NDArray[Any]]
_GEOMETRY, _TAGS, _TEXT, _NUMBER = "geometry", "tags", "text", "number"


def as_json(value: object) -> NDArray[np.uint8]:
    """A value of JSON's kinds as bytes."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def from_json(stored: NDArray[np.uint8]) -> Any:  # noqa: ANN401  any JSON value
    """What `as_json` made."""
    return json.loads(stored.tobytes().decode("utf-8", "surrogatepass"))


def texts(values: Sequence[object], name: str) -> Arrays:
    """Texts, numbers and None by their distinct values, which are kept apart by type: 1, 1.0 and True differ."""
    number: dict[tuple[str, object], int] = {}
    of = [number.setdefault((type(value).__name__, value), len(number)) for value in values]
    return {f"{name}:distinct": as_json([value for _, value in number]), f"{name}:of": np.array(of, dtype=np.int32)}


def from_texts(stored: Stored, name: str) -> NDArray[np.object_]:
    """What `texts` made."""
    distinct = np.empty(len(values := from_json(stored[f"{name}:distinct"])), dtype=object)
    distinct[:] = values
    found: NDArray[np.object_] = distinct[stored[f"{name}:of"]]
    return found


def geometries(values: NDArray[np.object_], name: str) -> Arrays:
    """Geometries as WKB one after the other; a missing one is empty."""
    wkb = [content or b"" for content in shapely.to_wkb(values)]
    ends = np.cumsum([len(content) for content in wkb], dtype=np.int64)
    return {f"{name}:wkb": np.frombuffer(b"".join(wkb), dtype=np.uint8), f"{name}:ends": ends}


def from_geometries(stored: Stored, name: str) -> NDArray[np.object_]:
    """What `geometries` made."""
    content, ends = stored[f"{name}:wkb"].tobytes(), stored[f"{name}:ends"].tolist()
    wkb = np.empty(len(ends), dtype=object)
    wkb[:] = [content[start:end] or None for start, end in zip([0, *ends][:-1], ends, strict=True)]
    found: NDArray[np.object_] = shapely.from_wkb(wkb)
    return found


def frame(value: pd.DataFrame, name: str) -> Arrays:
    """A frame, with shapes or without.

    Raises
    ------
    TypeError
        If a column holds something else.
    """
    kinds = [_kind(value, column) for column in value.columns]
    shape = value.active_geometry_name if isinstance(value, gpd.GeoDataFrame) else None
    told = {
        "columns": [[str(c), kind, str(value[c].dtype)] for c, kind in zip(value.columns, kinds, strict=True)],
        "index": [value.index.name, str(value.index.dtype), isinstance(value.index, pd.RangeIndex)],
        "geometry": shape,
        "crs": value.crs.to_json_dict() if shape is not None and value.crs is not None else None,
    }
    arrays: Arrays = {f"{name}:frame": as_json(told)}
    arrays |= texts(value.index.tolist(), f"{name}#")
    for position, (column, kind) in enumerate(zip(value.columns, kinds, strict=True)):
        arrays |= _column(value[column], kind, f"{name}#{position}")
    return arrays


def from_frame(stored: Stored, name: str) -> pd.DataFrame:
    """What `frame` made."""
    told = from_json(stored[f"{name}:frame"])
    index_name, index_type, is_range = told["index"]
    ids = from_texts(stored, f"{name}#")
    index = pd.RangeIndex(len(ids), name=index_name) if is_range else pd.Index(ids, dtype=index_type, name=index_name)
    columns = {
        column: pd.Series(_from_column(stored, kind, f"{name}#{position}"), index=index, dtype=_dtype(kind, dtype))
        for position, (column, kind, dtype) in enumerate(told["columns"])
    }
    plain = pd.DataFrame(columns, index=index)
    if told["geometry"] is None:
        return plain
    crs = None if told["crs"] is None else CRS.from_json_dict(told["crs"])
    return gpd.GeoDataFrame(plain, geometry=told["geometry"], crs=crs)


def _kind(value: pd.DataFrame, column: object) -> str:
    """What a column holds."""
    values = value[column]
    if isinstance(values.dtype, gpd.array.GeometryDtype):
        return _GEOMETRY
    if isinstance(values.dtype, np.dtype) and values.dtype != object:
        return _NUMBER
    first = next((v for v in values if v is not None), None)
    if isinstance(first, Mapping):
        return _TAGS
    if all(v is None or isinstance(v, str | bool | int | float) for v in values):
        return _TEXT
    raise TypeError(column)


def _column(values: pd.Series, kind: str, name: str) -> Arrays:
    if kind == _GEOMETRY:
        return geometries(values.to_numpy(), name)
    if kind == _NUMBER:
        return {name: values.to_numpy()}
    if kind == _TEXT:
        return texts([None if v is pd.NA else v for v in values.tolist()], name)
    number: dict[tuple[tuple[str, str], ...], int] = {}
    of = [number.setdefault(tuple(tags.items()), len(number)) for tags in values]
    return {f"{name}:distinct": as_json([dict(items) for items in number]), f"{name}:of": np.array(of, dtype=np.int32)}


def _from_column(stored: Stored, kind: str, name: str) -> Any:  # noqa: ANN401  the values of a column
    if kind == _GEOMETRY:
        return gpd.array.from_shapely(from_geometries(stored, name))
    return stored[name] if kind == _NUMBER else from_texts(stored, name)


def _dtype(kind: str, dtype: str) -> str | None:
    """Geometries bring their own type."""
    return None if kind == _GEOMETRY else dtype
