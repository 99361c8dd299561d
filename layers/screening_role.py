"""What a study asks to be derived from its elevation model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SLOPE, HEIGHT, LOW = "slope", "height_above_drainage", "low_lying"
DERIVED = (SLOPE, HEIGHT, LOW)
MODEL, MAPPED = "model", "mapped"
NEAR_DRAINAGE, DEPRESSION = "near_drainage", "closed_depression"
"""The classes of low-lying ground."""


@dataclass(frozen=True)
class Screening:
    """A hazard layer that is derived from the elevation model, for screening; it never judges."""

    derive: str
    """One of `DERIVED`."""
    drainage: str = ""
    """`MODEL` or `MAPPED`; empty of slope."""
    drainage_area_km2: float = 0.0
    """Of the model's drainage: at least so much drains through a cell [km2]."""
    below_m: Mapping[str, float] = field(default_factory=dict)
    """Class -> it lies less than so much above the nearest drainage [m]; the weakest, that is the highest, first."""
    min_depth_m: float = 0.0
    """Closed depressions are at least so deep [m]; 0: they are not looked for."""
