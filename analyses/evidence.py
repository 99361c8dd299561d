"""Evidence: what the verdicts of an assessment were made of, kept so that each of them can be explained.

It holds the very arrays that the rules were judged by, and no copy: what is told from it cannot differ from what
was judged. It places single homes and counts small groups, so nothing of it is ever published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analyses.closures import Closures
from analyses.entrances import entrance_ids
from analyses.measure import Measured, Scene
from analyses.profile import Rule
from analyses.reached import Taken, taken_by
from analyses.supply import Places
from analyses.units import Level


@dataclass(frozen=True)
class Evidence:
    """Internal. What each rule found at each demand point, and to which unit of each level the point belongs."""

    scene: Scene
    levels: Mapping[str, Level]
    """By name: community, every parent level, city."""
    measured: Mapping[tuple[str, str], Measured]
    """By profile and rule, as judged; rules that the study cannot answer are absent."""
    closed: Closures | None = None
    """What remains under the hazards that rules name, as they were judged in it."""

    def homes_of(self, level: str, unit_id: str) -> NDArray[np.int64]:
        """Positions of the demand points of a unit, in their order.

        Raises
        ------
        KeyError
            If there is no such level or unit: whoever asks has looked it up.
        """
        found = self.levels[level]
        return np.flatnonzero(found.member == found.units.index.get_loc(unit_id))

    def of(self, rule: Rule) -> Evidence:
        """The evidence of a rule: of one about refuges with the scene in which they are the spaces."""
        scene = self.scene.of(rule)
        if scene is self.scene:
            return self
        alike = {key: found for key, found in self.measured.items() if found.rule.about_shelter}
        return replace(self, scene=scene, measured=alike)

    def weight(self, measured: Measured) -> NDArray[np.float64]:
        """What a rule counts at every demand point; of a rule about a group all residents, as the group is small."""
        return self.scene.weight("population" if measured.rule.about_a_group else measured.rule.who)

    def spaces_of(self, places: Places, place: int, scene: Scene | None = None) -> tuple[str, ...]:
        """The ids of the spaces that a place is made of, each once: of this scene, or of what a hazard leaves of it."""
        index = (scene or self.scene).layers.spaces.index
        return tuple(dict.fromkeys(str(i) for i in index[places.space[places.place == place]]))

    @cached_property
    def taken(self) -> Mapping[tuple[str, str], Taken]:
        """By profile and rule: by what each demand point is served. Of rules of reach at demand points."""
        return {key: taken_by(found) for key, found in self.measured.items() if found.options}

    @cached_property
    def entrance_ids(self) -> list[str]:
        """By position; other walkers have the same entrances at the same positions."""
        return entrance_ids(self.scene.walking.entrances, self.scene.layers.spaces)

    @staticmethod
    def sum_of(values: NDArray[np.float64]) -> float:
        """The sum as verdicts take it, one after the other: numpy's own adds in pairs, and differs in the last bit."""
        return float(np.bincount(np.zeros(len(values), dtype=np.int64), weights=values, minlength=1)[0])
