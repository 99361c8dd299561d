"""Dataclasses as plain arrays and back, without pickle: nothing that is read back can run.

A dataclass may hold numbers, texts, geometries, a CRS or a grid's transform, arrays of numbers, of texts or of
geometries, frames, mappings by text of numbers, of frames or of dataclasses, and dataclasses or tuples of dataclasses
of these. What a field is, its type says; only in frames it is told with the content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from layers.cache_frames import (
    Arrays,
    Stored,
    as_json,
    frame,
    from_frame,
    from_geometries,
    from_json,
    from_texts,
    geometries,
    texts,
)

T = TypeVar("T")


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
    if isinstance(value, pd.DataFrame):
        return frame(value, name)
    if isinstance(value, shapely.Geometry):
        return geometries(np.array([value], dtype=object), name)
    if isinstance(value, Mapping) and any(isinstance(item, pd.DataFrame) for item in value.values()):
        arrays = {f"{name}:keys": as_json(list(value))}
        for number, item in enumerate(value.values()):
            arrays |= frame(item, f"{name}:{number}")
        return arrays
    if isinstance(value, Mapping) and any(is_dataclass(item) for item in value.values()):
        arrays = {f"{name}:of": as_json(list(value))}
        for number, item in enumerate(value.values()):
            arrays |= encoded(item, f"{name}:{number}")
        return arrays
    return {name: as_json(_plain(value, name))}


def decoded(of: type[T], arrays: Stored, name: str = "") -> T:
    """The value of type `of` from `encoded` arrays.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the arrays are not those of such a value.
    """
    hints = get_type_hints(of)
    return of(**{field: _value(hint, arrays, f"{name}.{field}") for field, hint in hints.items()})


def _plain(value: object, name: str) -> object:
    """What JSON can hold."""
    if isinstance(value, CRS):
        return value.to_json_dict()
    if isinstance(value, Affine):
        return list(value)[:6]
    if isinstance(value, tuple) and all(is_dataclass(item) and not isinstance(item, type) for item in value):
        return [asdict(item) for item in value]
    if value is None or isinstance(value, str | int | float | Mapping):
        return value
    raise TypeError(name)


def _value(hint: Any, arrays: Stored, name: str) -> Any:  # noqa: ANN401  any field
    if name in arrays and "ndarray" in str(hint):
        return arrays[name]
    if f"{name}:frame" in arrays:
        return from_frame(arrays, name)
    if f"{name}:keys" in arrays:
        keys = from_json(arrays[f"{name}:keys"])
        return {key: from_frame(arrays, f"{name}:{number}") for number, key in enumerate(keys)}
    if f"{name}:of" in arrays and get_origin(_only(hint)) is Mapping:
        keys = from_json(arrays[f"{name}:of"])
        of = get_args(_only(hint))[1]
        return {key: decoded(of, arrays, f"{name}:{number}") for number, key in enumerate(keys)}
    if f"{name}:wkb" in arrays:
        found = from_geometries(arrays, name)
        return found if "ndarray" in str(hint) else found[0]
    if f"{name}:distinct" in arrays:
        return from_texts(arrays, name)
    if name in arrays:
        return _from_plain(hint, from_json(arrays[name]))
    return decoded(_only(hint), arrays, name)


def _from_plain(hint: Any, value: Any) -> Any:  # noqa: ANN401  any field
    kind = _only(hint)
    if value is None:
        return None
    if kind is CRS:
        return CRS.from_json_dict(value)
    if kind is Affine:
        return Affine(*value)
    if get_origin(kind) is tuple:
        of = get_args(kind)[0]
        return tuple(of(**item) for item in value)
    return value


def _only(hint: Any) -> Any:  # noqa: ANN401  any type
    """The one type that a field may have beside None."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0]


def _array(value: NDArray[Any], name: str) -> Arrays:
    if value.dtype != object:
        return {name: value}
    if len(value) and isinstance(value[0], str):
        return texts(value.tolist(), name)
    return geometries(value, name)
