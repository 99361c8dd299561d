"""Sets of the numbers of OSM elements, asked about by the million."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.sources.osm_file import Ints, flat, looked_up

_TABLE_BITS = 23
"""Numbers fall into 2 to this many drawers: 8 MB, and mostly empty for a study's nodes."""


@dataclass(frozen=True)
class Numbers:
    """A set."""

    sorted: Ints
    """Each once."""
    drawers: NDArray[np.bool_]
    """Which drawers are not empty: most questions are answered by these alone."""

    @classmethod
    def of(cls, parts: Iterable[Ints]) -> Numbers:
        """The numbers of several arrays."""
        numbers = np.unique(flat(list(parts)))
        drawers = np.zeros(1 << _TABLE_BITS, dtype=bool)
        drawers[_drawer(numbers)] = True
        return cls(numbers, drawers)

    def has(self, asked: Ints) -> NDArray[np.bool_]:
        """Of each number whether it is in the set."""
        found: NDArray[np.bool_] = self.drawers[_drawer(asked)]
        maybe = np.flatnonzero(found)
        if len(maybe):
            found[maybe] = looked_up(self.sorted, asked[maybe])[1]
        return found


def _drawer(numbers: Ints) -> Ints:
    drawer: Ints = numbers & ((1 << _TABLE_BITS) - 1)
    return drawer
