"""The loops of `layers.sources.raster` (compiled): what of a raster has no value, in one pass and without copies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def without_value(values: NDArray[Any], nodata: float, epsilon: float) -> None:
    """Make NaN of what is nodata, or as near to it as GDAL takes for equal: two last places of the type."""
    for i in range(len(values)):
        value = values[i]
        if value == nodata or abs(value - nodata) < epsilon * abs(value + nodata) * 2:
            values[i] = np.nan


def infinite(values: NDArray[Any]) -> int:
    """How many values are infinite."""
    count = 0
    for i in range(len(values)):
        count += np.isinf(values[i])
    return count
