"""Survival of access: who keeps a public space in reach while a hazard lasts, who loses it, and who is cut off."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyses.during import During
from analyses.left_open import measured_at_all_events
from analyses.measure import Scene, measure, reach_of
from analyses.profile import Rule


@dataclass(frozen=True)
class Survival:
    """How one rule of reach fares at every demand point: shares of its residents (0-1).

    Who keeps, who loses, who had none before and who is unknown add up to 1. Of those who lose and of those who had
    none, the cut off live inside the footprint; or walked to a place of the supply within the search limit before, near
    or far, and now for certain to none.
    """

    rule: Rule
    keeps: NDArray[np.float64]
    """Served before and during."""
    loses: NDArray[np.float64]
    """Served before and for certain not during."""
    loses_cut_off: NDArray[np.float64]
    """Of those who lose, the cut off."""
    none_before: NDArray[np.float64]
    """For certain not served on other days either, wherever they live."""
    none_before_cut_off: NDArray[np.float64]
    """Of those who had none, the cut off."""
    unknown: NDArray[np.float64]
    """The data end too near to tell, or do not say whether a served home lies inside or a refuge counts."""
    before: NDArray[np.float64]
    """Cost of getting to the nearest place that the rule asks for, in the unit of its reach; inf is out of reach."""
    during: NDArray[np.float64]

    @property
    def detour(self) -> NDArray[np.float64]:
        """Cost during for each of cost before, where somebody keeps reach; 1 where both are nothing, NaN elsewhere."""
        factor = np.full(len(self.before), np.nan)
        kept = (self.keeps > 0) & np.isfinite(self.during)
        np.divide(self.during, self.before, out=factor, where=kept & (self.before > 0))
        factor[kept & (self.before == 0) & (self.during == 0)] = 1.0
        return factor


def survival(scene: Scene, left: During, rule: Rule) -> Survival:
    """How a rule of reach fares while a hazard lasts.

    Parameters
    ----------
    scene : Scene
        On other days.
    left : During
        The same scene while the hazard lasts, made for the supplies of the rule.
    rule : Rule
        Of reach, about residents.

    Returns
    -------
    Survival
        Of a home partly inside, the residents of the part inside are served no more, and the others fare as their walk
        does.

    Notes
    -----
    Who keeps and who loses are served on other days, and who had none is who is not. With a larger footprint nobody
    keeps reach who does not with a smaller one, and nobody is back who was cut off. Where nothing is closed
    nobody loses anything, and costs are the same to the last bit.
    """
    alone = replace(rule, during="")
    before, after = measured_at_all_events(scene, alone), measure(left.scene, alone)
    if before.reach is None or after.reach is None:
        raise AssertionError(f"rule {rule.id} is no rule of reach")
    had, none_before = before.good > 0, before.bad > 0
    nowhere = np.isfinite(_nearest(scene, alone)) & _surely_nowhere(left.scene, alone)
    gone = nowhere | (after.bad > 0)
    served = ~gone & (after.good > 0)
    outside = 1 - left.inside - left.unsaid
    cut_off = left.inside + outside * nowhere
    return Survival(
        rule,
        had * served * outside,
        had * (left.inside + gone * outside),
        had * cut_off,
        none_before.astype(float),
        none_before * cut_off,
        np.where(had, left.unsaid + ~(served | gone) * outside, ~none_before),
        before.reach.cost,
        after.reach.cost,
    )


def _nearest(scene: Scene, rule: Rule) -> NDArray[np.float64]:
    """Cost of getting to the nearest place of any option, whatever its limit and however many are asked for."""
    cost: NDArray[np.float64] = np.min([reach_of(scene, alone).cost for alone in rule.each], axis=0)
    return cost


def _surely_nowhere(scene: Scene, rule: Rule) -> NDArray[np.bool_]:
    """Where no place is within the search limit, and the data do not end within it."""
    reaches = [reach_of(scene, alone) for alone in rule.each]
    none: NDArray[np.bool_] = np.all([np.isinf(reach.cost) & np.isinf(reach.edge_of_data) for reach in reaches], axis=0)
    return none
