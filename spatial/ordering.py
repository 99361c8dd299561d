"""An order of places in which neighbours on the ground are neighbours in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEVELS = 16


def hilbert_order(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of points (n, 2) sorted along a Hilbert curve through their bounding box.

    Ties keep their order.

    References
    ----------
    Hilbert, D. (1891). Ueber die stetige Abbildung einer Linie auf ein Flaechenstueck.
    Mathematische Annalen 38; the bit form follows Warren, Hacker's Delight, ch. 16.
    """
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    extent = max(float((xy.max(axis=0) - low).max()), 1e-9)
    cell = np.minimum((xy - low) / extent * 2**_LEVELS, 2**_LEVELS - 1).astype(np.int64)
    x, y = cell[:, 0].copy(), cell[:, 1].copy()
    key = np.zeros(len(xy), dtype=np.int64)
    for level in range(_LEVELS - 1, -1, -1):
        side = 1 << level
        right, up = (x & side) > 0, (y & side) > 0
        key += side * side * ((3 * right) ^ up)
        turned = ~up
        flipped = turned & right
        x, y = (
            np.where(flipped, side - 1 - (x & (side - 1)), x & (side - 1)),
            np.where(flipped, side - 1 - (y & (side - 1)), y & (side - 1)),
        )
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return np.argsort(key, kind="stable")
