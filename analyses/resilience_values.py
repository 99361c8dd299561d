"""What a rule's value would be under other limits, ways in and ways of placing residents.

Worked out from the walks that the verdicts rest on: a limit of 400 m times 0.9 asks who of those whose walk
is known lives within 360 m. Only the walks through the surer ways in are searched anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.measure import Measured, Scene, other_figures
from analyses.profile import Rule
from analyses.units import Level
from analyses.walking import WALKERS, mode_of
from spatial.search import nearest_entrance

ALL_WAYS_IN, SURER_WAYS_IN = 0, 1
_WAYS_IN = 2
_UNSURE = "low"


@dataclass(frozen=True)
class Variants:
    """All combinations of a factor on the limits, a placement of residents and the ways in, in a fixed order."""

    limit_factors: tuple[float, ...]
    placements: int
    """The stated one first."""

    @property
    def size(self) -> int:
        """Number of combinations."""
        return len(self.limit_factors) * self.placements * _WAYS_IN

    @property
    def stated_limit(self) -> int:
        """Position of the factor 1."""
        return self.limit_factors.index(1.0)

    @property
    def stated(self) -> int:
        """The combination that the verdicts rest on."""
        return self.stated_limit * self.placements * _WAYS_IN

    def at(
        self, limit: NDArray[np.int64], placement: NDArray[np.int64], ways_in: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Positions of combinations."""
        return (limit * self.placements + placement) * _WAYS_IN + ways_in


def variant_values(
    scene: Scene,
    measured: Measured,
    levels: Mapping[str, Level],
    stated: Mapping[str, NDArray[np.float64]],
    variants: Variants,
) -> Mapping[str, NDArray[np.float64]]:
    """A rule's value for every unit of some levels under every variant.

    Limits vary for rules of reach about all residents whose options ask for one place each, and of these the ways in
    where they are walked; placements for every rule about all residents. Others keep their stated value: of what asks
    for several places only walks within the limit are known, and supply within a limit would have to be searched
    again.

    Parameters
    ----------
    scene : Scene
    measured : Measured
        The rule as measured for the verdicts.
    levels : mapping
        The levels asked for, by name.
    stated : mapping
        Their values in the assessments, by unit; NaN is not assessed.
    variants : Variants

    Returns
    -------
    mapping of float arrays
        By level: variants x units, in the rule's unit. NaN where `stated` is, and nowhere else: where a variant
        leaves nobody whose access is known, the stated value stands.
    """
    shape = (len(variants.limit_factors), variants.placements, _WAYS_IN)
    found = {name: np.tile(values, (*shape, 1)) for name, values in stated.items()}
    if measured.rule.who == "population" and _limit_varies(measured):
        placements = (scene.weight("population"), *scene.other_residents)
        for i, way, good, bad in _served(scene, measured, variants):
            for name, level in levels.items():
                for j, residents in enumerate(placements):
                    found[name][i, j, way] = _share_pct(level, residents, good, bad)
    elif measured.rule.who == "population":
        for name, level in levels.items():
            for j, other in enumerate(other_figures(scene, measured, level), start=1):
                found[name][:, j] = other.value
    for name, values in stated.items():
        found[name][variants.stated_limit, 0, ALL_WAYS_IN] = values
        found[name] = np.where(np.isnan(found[name]) | np.isnan(values), values, found[name])
    return {name: values.reshape(variants.size, -1) for name, values in found.items()}


def _limit_varies(measured: Measured) -> bool:
    return bool(measured.options) and all(option.count == 1 for option in measured.rule.each)


def _served(
    scene: Scene, measured: Measured, variants: Variants
) -> Iterator[tuple[int, int, NDArray[np.float64], NDArray[np.float64]]]:
    """For every limit and way in: who is served, and who for certain is not (1 or 0)."""
    options = [(alone, option.reach) for alone, option in zip(measured.rule.each, measured.options, strict=True)]
    costs = ([reach.cost for _, reach in options], [_cost_surely(scene, alone, reach.cost) for alone, reach in options])
    for way, cost in enumerate(costs):
        for i, factor in enumerate(variants.limit_factors):
            served = np.zeros(len(scene.demand.table), dtype=bool)
            unserved = ~served
            for (alone, reach), walk in zip(options, cost, strict=True):
                limit = np.inf if alone.limit is None else factor * alone.limit
                served |= walk <= limit
                unserved &= (walk > limit) & (reach.edge_of_data >= limit)
            yield i, way, served.astype(float), unserved.astype(float)


def _cost_surely(scene: Scene, alone: Rule, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cost of the walk to the nearest of the surer ways in; a straight line knows no ways in."""
    if alone.by not in WALKERS or alone.supply is None:
        return cost
    walking = scene.ways.by_mode[mode_of(alone)]
    space = walking.entrances.table["space"].to_numpy()
    chosen = np.flatnonzero(np.isin(space, scene.places_of(alone.supply).space) & surer_ways_in(walking))
    found: NDArray[np.float64] = nearest_entrance(walking.graph, chosen, walking.placed, limit=walking.limit).cost
    return found


def surer_ways_in(walking: Walking) -> NDArray[np.bool_]:
    """Whether each entrance is more than an open edge or a guess, or its space has none that is."""
    table = walking.entrances.table
    sure = (table["confidence"] != _UNSURE).to_numpy()
    has_sure = np.zeros(int(table["space"].max()) + 1 if len(table) else 0, dtype=bool)
    has_sure[table["space"].to_numpy()[sure]] = True
    return np.asarray(sure | ~has_sure[table["space"].to_numpy()], dtype=bool)


def _share_pct(
    level: Level, residents: NDArray[np.float64], good: NDArray[np.float64], bad: NDArray[np.float64]
) -> NDArray[np.float64]:
    served, unserved = level.sums(residents * good), level.sums(residents * bad)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: NDArray[np.float64] = 100 * served / (served + unserved)
    return value
