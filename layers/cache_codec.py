"""Dataclasses as plain arrays and back, without pickle: nothing that is read back can run.

A dataclass may hold numbers, texts, arrays of numbers, of texts or of geometries, a CRS, a mapping of
numbers by text, frames of tags and geometries as `layers.extract` has them, and dataclasses of these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_type_hints

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

T = TypeVar("T")
Arrays = dict[str, NDArray[Any]]


def encoded(value: object, name: str = "") -> Arrays:
    """A value as arrays whose names begin with `name`.

    Raises
    ------
    TypeError
        If it holds something of another type.
    """
    if is_dataclass(value):
        arrays: Arrays = {}
        for field in fields(value):
            arrays |= encoded(getattr(value, field.name), f"{name}.{field.name}")
        return arrays
    if isinstance(value, np.ndarray):
        return _array(value, name)
    if isinstance(value, gpd.GeoDataFrame):
        return _frame(value, name)
    if isinstance(value, CRS):
        return {name: _json(value.to_json_dict())}
    if isinstance(value, str | int | float | Mapping):
        return {name: _json(value)}
    raise TypeError(name)


def decoded(of: type[T], arrays: Mapping[str, NDArray[Any]], name: str = "") -> T:
    """The value of type `of` from `encoded` arrays.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the arrays are not those of such a value.
    """
    hints = get_type_hints(of)
    return of(**{field: _value(hint, arrays, f"{name}.{field}") for field, hint in hints.items()})


def _value(hint: Any, arrays: Mapping[str, NDArray[Any]], name: str) -> Any:  # noqa: ANN401  any field
    if is_dataclass(hint):
        return decoded(hint, arrays, name)  # type: ignore[arg-type]
    if hint is gpd.GeoDataFrame:
        return _as_frame(arrays, name)
    if hint is CRS:
        return CRS.from_json_dict(_as_json(arrays[name]))
    if f"{name}:wkb" in arrays:
        return _as_geometries(arrays, name)
    if f"{name}:distinct" in arrays:
        return _as_texts(arrays, name)
    return arrays[name] if "ndarray" in str(hint) else _as_json(arrays[name])


def _array(value: NDArray[Any], name: str) -> Arrays:
    if value.dtype != object:
        return {name: value}
    return _texts(value.tolist(), name) if len(value) and isinstance(value[0], str) else _geometries(value, name)


def _json(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _as_json(stored: NDArray[np.uint8]) -> Any:  # noqa: ANN401  any JSON value
    return json.loads(stored.tobytes().decode("utf-8", "surrogatepass"))


def _texts(values: Sequence[str], name: str) -> Arrays:
    """Texts by their distinct values."""
    number: dict[str, int] = {}
    of = [number.setdefault(value, len(number)) for value in values]
    return {f"{name}:distinct": _json(list(number)), f"{name}:of": np.array(of, dtype=np.int32)}


def _as_texts(arrays: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.object_]:
    distinct = np.array(_as_json(arrays[f"{name}:distinct"]), dtype=object)
    texts: NDArray[np.object_] = distinct[arrays[f"{name}:of"]]
    return texts


def _geometries(values: NDArray[np.object_], name: str) -> Arrays:
    """Geometries as WKB one after the other."""
    wkb = shapely.to_wkb(values)
    ends = np.cumsum([len(content) for content in wkb], dtype=np.int64)
    return {f"{name}:wkb": np.frombuffer(b"".join(wkb), dtype=np.uint8), f"{name}:ends": ends}


def _as_geometries(arrays: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.object_]:
    content, ends = arrays[f"{name}:wkb"].tobytes(), arrays[f"{name}:ends"].tolist()
    wkb = np.empty(len(ends), dtype=object)
    wkb[:] = [content[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    geometries: NDArray[np.object_] = shapely.from_wkb(wkb)
    return geometries


def _frame(frame: gpd.GeoDataFrame, name: str) -> Arrays:
    """A frame of OSM elements, its tags by their distinct combinations."""
    number: dict[tuple[tuple[str, str], ...], int] = {}
    of = [number.setdefault(tuple(tags.items()), len(number)) for tags in frame["tags"]]
    return {
        f"{name}:tags": _json([dict(items) for items in number]),
        f"{name}:tags_of": np.array(of, dtype=np.int32),
        f"{name}:ids": _json([frame.index.name, frame.index.tolist()]),
        f"{name}:crs": _json(frame.crs.to_json_dict()),
        **_geometries(frame.geometry.to_numpy(), name),
    }


def _as_frame(arrays: Mapping[str, NDArray[Any]], name: str) -> gpd.GeoDataFrame:
    distinct = np.array([*_as_json(arrays[f"{name}:tags"]), None], dtype=object)[:-1]
    index_name, ids = _as_json(arrays[f"{name}:ids"])
    index = pd.Index(ids, name=index_name, dtype=str)
    tags = pd.Series(distinct[arrays[f"{name}:tags_of"]], index=index, dtype=object)
    crs = CRS.from_json_dict(_as_json(arrays[f"{name}:crs"]))
    return gpd.GeoDataFrame({"tags": tags}, geometry=_as_geometries(arrays, name), crs=crs, index=index)
