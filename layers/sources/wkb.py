"""Shapes from well-known binary, as databases and Parquet files hold them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray


class Curved(shapely.errors.GEOSException):  # type: ignore[misc] # not typed by its authors
    """There are arcs among the shapes."""


def shapes_of(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Shapes of WKB values, None where there is none, and how many rings had to be closed.

    Raises
    ------
    shapely.errors.GEOSException
        A value is broken; `Curved` where it is made of arcs.
    """
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are judged by whoever uses the layer
        return _read(wkb)


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
