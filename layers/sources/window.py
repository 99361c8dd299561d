"""The part of a layer that a study needs: rows near it, so that a national layer costs only its window."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from spatial.errors import LayerError

Bounds = tuple[float, float, float, float]

PAD_M = 2_000.0
"""Added around the box that is asked for: no usual error of a datum is larger, nor the shift of GCJ-02 or BD-09."""
_DEGREES_PER_M = 1 / 100_000
_FAR_M = 50_000.0
"""A layer that lies wholly farther away is of another place, or in another CRS than it says."""


@dataclass(frozen=True)
class Near:
    """A box around what a study needs of a layer."""

    bounds: Bounds
    """left, bottom, right, top in `crs`."""
    crs: CRS

    @property
    def padded(self) -> Bounds:
        """The box grown by `PAD_M`."""
        pad = PAD_M * _DEGREES_PER_M if self.crs.is_geographic else PAD_M
        left, bottom, right, top = self.bounds
        return left - pad, bottom - pad, right + pad, top + pad


@dataclass
class Tally:
    """Where the rows of a layer lie that have been looked at, in the layer's own coordinates."""

    solid: int = 0
    """Rows with a shape."""
    outside: int = 0
    swapped: int = 0
    """Rows outside that would lie inside with x and y exchanged."""
    bounds: Bounds = (math.inf, math.inf, -math.inf, -math.inf)


class Window:
    """`Near` in the CRS of one layer; remembers where the rows lay."""

    def __init__(self, near: Near, crs: CRS) -> None:
        self.near, self.crs = near, crs
        self.box = _box_in(near, crs)
        self.tally = Tally()

    def keep(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Rows whose bounds touch the box.

        Rows without a shape, or with coordinates that are no numbers, stay: whoever uses the layer has to judge them.
        """
        bounds = shapely.bounds(shapes)
        solid = np.isfinite(bounds).all(axis=1)
        tally = self.tally
        tally.solid += int(solid.sum())
        if solid.any():
            low, high = bounds[solid, :2].min(axis=0), bounds[solid, 2:].max(axis=0)
            tally.bounds = _around(tally.bounds, (float(low[0]), float(low[1]), float(high[0]), float(high[1])))
        if self.box is None:
            return np.ones(len(shapes), dtype=bool)
        inside = _touches(bounds, self.box)
        tally.outside += int((solid & ~inside).sum())
        tally.swapped += int((solid & ~inside & _touches(bounds[:, [1, 0, 3, 2]], self.box)).sum())
        near: NDArray[np.bool_] = inside | ~solid
        return near

    def check(self, what: str) -> None:
        """Where no row lies near the study: say why, if that can be told.

        Raises
        ------
        LayerError
            The layer would fit with x and y exchanged, or lies in another part of the world.
        """
        tally = self.tally
        if self.box is None or not tally.solid or tally.outside < tally.solid:
            return
        if tally.swapped * 2 > tally.solid:
            raise LayerError(
                f"{what}: none of its {tally.solid:,} features lies near the study, but {tally.swapped:,} would with x "
                "and y exchanged, so they are probably swapped (latitude before longitude); exchange them where the "
                "file was made, or the columns named as x and y"
            )
        distance_m = self._distance_m()
        if distance_m > _FAR_M:
            raise LayerError(
                f"{what}: none of its {tally.solid:,} features lies near the study, the nearest is "
                f"{_how_far(distance_m)}; they lie {edges(tally.bounds)} in {self.crs.name} (the study with its "
                f"surroundings: {edges(self.box)}); most likely its CRS is declared wrongly: correct it with crs, or "
                "name the file of the right place"
            )

    def _distance_m(self) -> float:
        if self.near.crs.is_geographic:
            return 0.0
        try:
            across = Transformer.from_crs(self.crs, self.near.crs, always_xy=True)
            there = across.transform_bounds(*self.tally.bounds, densify_pts=21)
        except ProjError:
            return math.inf
        if not np.isfinite(there).all():
            return math.inf
        return float(shapely.box(*there).distance(shapely.box(*self.near.bounds)))


def edges(bounds: Bounds) -> str:
    """Plain numbers, so that they can be compared: whole metres, or degrees to about ten of them."""
    digits = 4 if max(map(abs, bounds)) <= 360 else 0
    sides = zip(("west", "south", "east", "north"), bounds, strict=True)
    return ", ".join(f"{side} {value:.{digits}f}" for side, value in sides)


def _around(one: Bounds, other: Bounds) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _how_far(distance_m: float) -> str:
    return f"{distance_m / 1000:,.0f} km away" if math.isfinite(distance_m) else "beyond what its CRS can express"


def _touches(bounds: NDArray[np.float64], box: Bounds) -> NDArray[np.bool_]:
    left, bottom, right, top = box
    found: NDArray[np.bool_] = (
        (bounds[:, 0] <= right) & (bounds[:, 2] >= left) & (bounds[:, 1] <= top) & (bounds[:, 3] >= bottom)
    )
    return found


def _box_in(near: Near, crs: CRS) -> Bounds | None:
    """None where the box has no plain form in that CRS (across the date line, or beyond its domain): all is kept."""
    try:
        across = Transformer.from_crs(near.crs, crs, always_xy=True)
        left, bottom, right, top = across.transform_bounds(*near.padded, densify_pts=21)
    except ProjError:
        return None
    plain = np.isfinite([left, bottom, right, top]).all() and left <= right and bottom <= top
    return (left, bottom, right, top) if plain else None
