"""Evidence: what the verdicts of an assessment were made of, kept so that each of them can be explained.

It holds the very arrays that the rules were judged by, and no copy: what is told from it cannot differ from what
was judged. It places single homes and counts small groups, so nothing of it is ever published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.measure import Measured, Scene
from analyses.units import Level


@dataclass(frozen=True)
class Evidence:
    """Internal. What each rule found at each demand point, and to which unit of each level the point belongs."""

    scene: Scene
    levels: Mapping[str, Level]
    """By name: community, every parent level, city."""
    measured: Mapping[tuple[str, str], Measured]
    """By profile and rule, as judged; rules that the study cannot answer are absent."""

    def homes_of(self, level: str, unit_id: str) -> NDArray[np.int64]:
        """Positions of the demand points of a unit, in their order.

        Raises
        ------
        KeyError
            If there is no such level or unit: whoever asks has looked it up.
        """
        found = self.levels[level]
        return np.flatnonzero(found.member == found.units.index.get_loc(unit_id))
