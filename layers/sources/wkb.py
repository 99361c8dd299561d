"""Shapes from well-known binary, as databases and Parquet files hold them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray


def shapes_of(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Shapes of WKB values, None where there is none, and how many rings had to be closed.

    Raises
    ------
    shapely.errors.GEOSException
        A value is broken, or curved, so that it has no form of straight segments.
    """
    try:
        return shapely.from_wkb(wkb), 0
    except shapely.errors.GEOSException as error:
        given = np.array([value is not None for value in wkb])
        shapes = shapely.from_wkb(wkb, on_invalid="fix")
        if (given & shapely.is_missing(shapes)).any():
            raise error from None
        strict = shapely.from_wkb(wkb, on_invalid="ignore")
        return shapes, int((given & shapely.is_missing(strict)).sum())
