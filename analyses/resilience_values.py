"""What a rule's value would be under other limits and other ways of placing residents.

Worked out from the walks that the verdicts rest on: a limit of 400 m times 0.9 asks who of those whose walk
is known lives within 360 m. Nothing is searched again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.measure import Measured, Scene, other_figures
from analyses.profile import Rule
from analyses.units import Level


@dataclass(frozen=True)
class Variants:
    """All combinations of a factor on the limits and a placement of residents, in a fixed order."""

    limit_factors: tuple[float, ...]
    placements: int
    """The stated one first."""

    @property
    def size(self) -> int:
        """Number of combinations."""
        return len(self.limit_factors) * self.placements

    @property
    def stated(self) -> int:
        """The combination that the verdicts rest on."""
        return self.at(self.limit_factors.index(1.0), 0)

    def at(self, limit: int, placement: int) -> int:
        """Position of a combination."""
        return limit * self.placements + placement


def variant_values(
    scene: Scene, measured: Measured, level: Level, stated: NDArray[np.float64], variants: Variants
) -> NDArray[np.float64]:
    """A rule's value for every unit of a level under every variant.

    Limits vary for rules of reach about all residents whose options ask for one place each; placements for every
    rule about all residents. Others keep their stated value: of what asks for several places only walks within the
    limit are known, and supply within a limit would have to be searched again.

    Parameters
    ----------
    scene : Scene
    measured : Measured
        The rule as measured for the verdicts.
    level : Level
    stated : float array
        Its values in the assessments, by unit of the level; NaN is not assessed.
    variants : Variants

    Returns
    -------
    float array
        Variants x units, in the rule's unit. NaN where `stated` is, and nowhere else: where a variant leaves
        nobody whose access is known, the stated value stands.
    """
    rule = measured.rule
    values = np.tile(stated, (variants.size, 1))
    if rule.who == "population":
        if _limit_varies(rule):
            for i, factor in enumerate(variants.limit_factors):
                good, bad = _served(scene, measured, factor)
                for j, residents in enumerate((scene.weight("population"), *scene.other_residents)):
                    values[variants.at(i, j)] = _share_pct(level, residents, good, bad)
        else:
            for j, other in enumerate(other_figures(scene, measured, level), start=1):
                for i in range(len(variants.limit_factors)):
                    values[variants.at(i, j)] = other.value
    values[variants.stated] = stated
    return np.where(np.isnan(values) | np.isnan(stated), stated, values)


def _limit_varies(rule: Rule) -> bool:
    return rule.kind == "reach" and all(option.count == 1 for option in rule.each)


def _served(scene: Scene, measured: Measured, factor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Who is served within the limits times a factor, and who for certain is not (1 or 0)."""
    served = np.zeros(len(scene.demand.table), dtype=bool)
    unserved = ~served
    for alone, option in zip(measured.rule.each, measured.options, strict=True):
        limit = np.inf if alone.limit is None else factor * alone.limit
        within = option.reach.cost <= limit
        served |= within
        unserved &= ~within & (option.reach.edge_of_data >= limit)
    return served.astype(float), unserved.astype(float)


def _share_pct(
    level: Level, residents: NDArray[np.float64], good: NDArray[np.float64], bad: NDArray[np.float64]
) -> NDArray[np.float64]:
    served, unserved = level.sums(residents * good), level.sums(residents * bad)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: NDArray[np.float64] = 100 * served / (served + unserved)
    return value
