"""Shares of homes, buildings and spaces in each class of a hazard, on rasters that share their cells only once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.exposure import covered_share, exposed_shares, footprint
from analyses.held_shapes import Shapes
from analyses.shelter_rules import JUDGING
from layers.hazard_scales import class_ranges
from layers.types import HazardRole, Layers
from spatial.zonal import Cells, range_shares

ANY = "any"
"""Stands for a layer: all that may judge together, ground that several of them cover counted once."""
ROUNDING = 1e-9
"""Share of a shape that is taken for none: what only touches."""


@dataclass(frozen=True)
class ByClass:
    """Shares (0-1) of shapes by class; what lacks to 1 beside `unknown` lies outside."""

    names: tuple[str, ...]
    """The classes from the weakest on; one empty name where the layer has none."""
    shares: NDArray[np.float64]
    """(shapes, classes). Where polygons of two classes overlap, the ground is of the stronger one."""
    unknown: NDArray[np.float64]

    @property
    def inside(self) -> NDArray[np.float64]:
        """The share in any class."""
        share: NDArray[np.float64] = self.shares.sum(axis=1)
        return share

    @property
    def outside(self) -> NDArray[np.float64]:
        """The share that is known to lie in no class."""
        rest: NDArray[np.float64] = 1 - self.shares.sum(axis=1) - self.unknown
        return np.where(rest < ROUNDING, 0.0, rest)


def exposed_by_hazard(
    layers: Layers, shapes: Shapes, known: Mapping[str, ByClass] | None = None
) -> dict[str, ByClass]:
    """The share of every shape in each class of every hazard layer of the study, then of `ANY`.

    Parameters
    ----------
    known : mapping of str to ByClass, optional
        Layers that were worked out before, by hazard id.

    Returns
    -------
    dict
        By hazard id, in the order of the study. `ANY` is there where any layer may judge; it has no classes.
    """
    before, roles = known or {}, layers.study.hazards
    found = {r.id: before[r.id] if r.id in before else shares_by_class(layers, r, shapes) for r in roles}
    judging = judging_layers(layers)
    if len(judging) == 1:
        alone = found[judging[0]]
        found[ANY] = ByClass(("",), alone.inside[:, None], alone.unknown)
    elif judging:
        together = exposed_shares(layers, judging, shapes)
        found[ANY] = ByClass(("",), together.inside[:, None], together.unknown)
    return found


def judging_layers(layers: Layers) -> tuple[str, ...]:
    """The hazard layers that may judge: official and modelled ones."""
    return tuple(role.id for role in layers.study.hazards if role.status in JUDGING)


def shares_by_class(layers: Layers, role: HazardRole, shapes: Shapes) -> ByClass:
    """The share of every shape in each class of one hazard layer."""
    names = role.scale.names or ("",)
    if role.id in layers.hazard_grids:
        grid = layers.hazard_grids[role.id]
        numbers = grid.values  # noqa: PD011  a raster, no frame
        low, high, code = class_ranges(role.scale, numbers.dtype)
        by_range, known = range_shares(shapes.on(Cells.of(grid)), numbers, low, high)
        shares = by_range @ (code[:, None] == np.arange(1, len(names) + 1)).astype(float)
        unknown = np.maximum(1 - known, 0.0)
        unknown[unknown < ROUNDING] = 0.0
        return ByClass(names, shares, unknown)
    rows = layers.hazards[layers.hazards["hazard_id"] == role.id]
    of = rows["hazard_class"] if "hazard_class" in rows else pd.Series("", index=rows.index)
    values = shapes.series.to_numpy()
    at_least = [
        covered_share(values, rows.geometry.to_numpy()[of.isin(names[first:]).to_numpy(bool)])
        for first in range(len(names))
    ]
    cumulative = np.column_stack([*at_least, np.zeros(len(values))])
    shares = np.maximum(cumulative[:, :-1] - cumulative[:, 1:], 0.0)
    if layers.hazard_unknown is None:
        return ByClass(names, shares, np.zeros(len(values)))
    doubtful = np.concatenate([rows.geometry.to_numpy(), footprint(layers.hazard_unknown, [role.id])])
    unknown = np.maximum(covered_share(values, doubtful) - cumulative[:, 0], 0.0)
    unknown[unknown < ROUNDING] = 0.0
    return ByClass(names, shares, unknown)
