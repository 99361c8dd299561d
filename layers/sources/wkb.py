"""Shapes from well-known binary, as databases and Parquet files hold them."""

from __future__ import annotations

import struct

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.sources.limits import LIMITS
from spatial.errors import SourceError

_LINES, _POLYGONS = (2, 8, 13), (3, 17)
_COUNT = {0: struct.Struct(">I"), 1: struct.Struct("<I")}
_Z, _M, _SRID = 1 << 31, 1 << 30, 1 << 29
"""How EWKB marks dimensions and reference systems; the standard itself adds 1000, 2000 or 3000 to the kind."""


class Curved(shapely.errors.GEOSException):  # type: ignore[misc] # not typed by its authors
    """There are arcs among the shapes."""


def shapes_of(wkb: NDArray[np.object_], what: str) -> tuple[NDArray[np.object_], int]:
    """Shapes of WKB values, None where there is none, and how many rings had to be closed.

    Raises
    ------
    SourceError
        A shape is nested beyond reason.
    shapely.errors.GEOSException
        A value is broken; `Curved` where it is made of arcs.
    """
    check_depth(wkb, what)
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are judged by whoever uses the layer
        return _read(wkb)


def check_depth(wkb: NDArray[np.object_], what: str) -> None:
    """Refuse shapes in shapes in shapes: their reader calls itself for each, and would end the whole program.

    Raises
    ------
    SourceError
        A value is nested deeper than `LIMITS.shape_depth`.
    """
    deep = sum(_is_deep(value) for value in wkb if value is not None)
    if deep:
        raise SourceError(
            f"{what}: {deep} shapes are collections within collections, deeper than {LIMITS.shape_depth} levels, so it "
            "is no usual layer; take them apart (multipart to singleparts, in QGIS) and save it again"
        )


def _is_deep(wkb: bytes) -> bool:  # noqa: C901 - one loop over bytes, and each kind of shape has its own length
    """Follow the heads of shapes only, as GEOS reads them; what does not add up it refuses itself."""
    waiting: list[int] = []  # shapes yet to come, at each level
    place, count = 0, _COUNT[1]
    try:
        while True:
            count = _COUNT.get(wkb[place], count)
            mark: int = count.unpack_from(wkb, place + 1)[0]
            dimensions, kind = divmod(mark & 0xFFFF, 1000)
            numbers = 2 + (bool(mark & _Z) or dimensions in (1, 3)) + (bool(mark & _M) or dimensions in (2, 3))
            place += 9 if mark & _SRID else 5
            if kind == 1:
                place += 8 * numbers
            elif kind in _LINES:
                place += 4 + 8 * numbers * count.unpack_from(wkb, place)[0]
            else:
                parts: int = count.unpack_from(wkb, place)[0]
                place += 4
                if kind in _POLYGONS:
                    for _ in range(parts):
                        place += 4 + 8 * numbers * count.unpack_from(wkb, place)[0]
                else:
                    waiting.append(parts + 1)
                    if len(waiting) > LIMITS.shape_depth:
                        return True
            while waiting:
                waiting[-1] -= 1
                if waiting[-1]:
                    break
                waiting.pop()
            if not waiting:
                return False
    except (IndexError, struct.error):
        return False


def _read(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    try:
        return shapely.from_wkb(wkb), 0
    except NotImplementedError as error:
        raise Curved(str(error)) from None
    except shapely.errors.GEOSException as error:
        given = np.array([value is not None for value in wkb])
        shapes = shapely.from_wkb(wkb, on_invalid="fix")
        if (given & shapely.is_missing(shapes)).any():
            raise error from None
        strict = shapely.from_wkb(wkb, on_invalid="ignore")
        return shapes, int((given & shapely.is_missing(strict)).sum())
