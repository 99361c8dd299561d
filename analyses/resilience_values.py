"""What a rule's value would be under other limits, ways in and ways of placing residents, and if hazards closed more.

Worked out from the walks that the verdicts rest on: a limit of 400 m times 0.9 asks who of those whose walk
is known lives within 360 m. Only the walks through the surer ways in, and in what other closures leave, are searched
anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyses.access import Reach, Walking
from analyses.closings import STATED, Closing
from analyses.closures import Closures
from analyses.measure import Measured, Scene, figures, measure, other_figures, reach_of
from analyses.profile import Rule
from analyses.under_hazard import measured_under_hazard
from analyses.units import Level
from analyses.walking import WALKERS, mode_of
from spatial.search import nearest_entrance

ALL_WAYS_IN, SURER_WAYS_IN = 0, 1
_WAYS_IN = 2
_UNSURE = "low"


@dataclass(frozen=True)
class Variants:
    """All combinations of a factor on the limits, a placement of residents, the ways in and what closes, in order."""

    limit_factors: tuple[float, ...]
    placements: int
    """The stated one first."""
    closings: tuple[Closing, ...] = (STATED,)
    """What a hazard closes, the stated choice first; that alone where no rule asks what a hazard leaves."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Number of limits, placements, ways in and closings."""
        return len(self.limit_factors), self.placements, _WAYS_IN, len(self.closings)

    @property
    def size(self) -> int:
        """Number of combinations."""
        return int(np.prod(self.shape))

    @property
    def stated_limit(self) -> int:
        """Position of the factor 1."""
        return self.limit_factors.index(1.0)

    @property
    def stated(self) -> int:
        """The combination that the verdicts rest on."""
        return self.stated_limit * self.placements * _WAYS_IN * len(self.closings)

    def at(
        self,
        limit: NDArray[np.int64],
        placement: NDArray[np.int64],
        ways_in: NDArray[np.int64],
        closing: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Positions of combinations."""
        return ((limit * self.placements + placement) * _WAYS_IN + ways_in) * len(self.closings) + closing


def variant_values(
    scene: Scene,
    measured: Measured,
    levels: Mapping[str, Level],
    stated: Mapping[str, NDArray[np.float64]],
    variants: Variants,
    closed: Closures,
) -> Mapping[str, NDArray[np.float64]]:
    """A rule's value for every unit of some levels under every variant.

    Limits vary for rules of reach about all residents whose options ask for one place each, and of these the ways in
    where they are walked; placements for every rule about all residents; what closes for rules that ask what a hazard
    leaves, and with it the depth that a rule of exposure names. Others keep their stated value: of what asks for
    several places only walks within the limit are known, and supply within a limit would have to be searched again.

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
    closed : Closures
        What remains under each set of hazards.

    Returns
    -------
    mapping of float arrays
        By level: variants x units, in the rule's unit. NaN where `stated` is, and nowhere else: where a variant
        leaves nobody whose access is known, the stated value stands.
    """
    found = {name: np.tile(values, (*variants.shape, 1)) for name, values in stated.items()}
    if measured.rule.who == "population":
        several = enumerate(variants.closings) if closing_varies(measured.rule) else [(slice(None), STATED)]
        for at, closing in several:
            part = {name: values[:, :, :, at] for name, values in found.items()}
            _fill(part, levels, scene, measured, variants, closed.under(closing))
    for name, values in stated.items():
        found[name][variants.stated_limit, 0, ALL_WAYS_IN, 0] = values
        found[name] = np.where(np.isnan(found[name]) | np.isnan(values), values, found[name])
    return {name: values.reshape(variants.size, -1) for name, values in found.items()}


def closing_varies(rule: Rule) -> bool:
    """Whether a rule depends on how strong a hazard has to be: by what closes, or by a depth."""
    return rule.under_hazard or rule.min_depth_m is not None


def _fill(
    part: Mapping[str, NDArray[np.float64]],
    levels: Mapping[str, Level],
    scene: Scene,
    measured: Measured,
    variants: Variants,
    closed: Closures,
) -> None:
    """Write the values under one choice of what closes: limits x placements x ways in, then what is alike, by level."""
    if _limit_varies(measured.rule):
        placements = (scene.weight("population"), *scene.other_residents)
        for i, way, good, bad in _served(scene.of(measured.rule), _walks(scene, measured, closed), variants):
            for name, level in levels.items():
                for j, residents in enumerate(placements):
                    part[name][i, j, way] = _share_pct(level, residents, good, bad)
        return
    again = measured if closed.closing == STATED else _measured_again(scene, measured.rule, closed)
    for name, level in levels.items():
        for j, other in enumerate((figures(scene, again, level), *other_figures(scene, again, level))):
            part[name][:, j] = other.value


def _measured_again(scene: Scene, rule: Rule, closed: Closures) -> Measured:
    """A rule under another choice of what closes."""
    if rule.under_hazard:
        return replace(measured_under_hazard(closed, rule), rule=rule)
    assert rule.min_depth_m is not None  # `closing_varies`
    deeper = replace(rule, min_depth_m=rule.min_depth_m * closed.closing.intensity)
    return replace(measure(scene, deeper), rule=rule)


def _limit_varies(rule: Rule) -> bool:
    walked = rule.kind == "reach" and rule.limit is not None
    return walked and all(option.count == 1 for option in rule.each)


@dataclass(frozen=True)
class _Walks:
    """The walks of one rule by option, in the scene in which each is walked."""

    options: tuple[tuple[Rule, Reach, Scene], ...]
    inside: NDArray[np.float64] | float = 0.0
    """Share of each home that a hazard cuts off whatever the walk (0-1)."""
    unsaid: NDArray[np.float64] | float = 0.0
    """Share of which nobody says whether it does."""


def _walks(scene: Scene, measured: Measured, closed: Closures) -> _Walks:
    rule = measured.rule
    if not rule.under_hazard:
        pairs = zip(rule.each, measured.options, strict=True)
        return _Walks(tuple((alone, option.reach, scene.of(rule)) for alone, option in pairs))
    lefts = [closed.for_option(alone) for alone in rule.each]
    walked = tuple(
        (alone, reach_of(left.scene, alone), left.scene.of(alone)) for alone, left in zip(rule.each, lefts, strict=True)
    )
    return _Walks(walked, lefts[0].inside, lefts[0].unsaid)


def _served(
    scene: Scene, walks: _Walks, variants: Variants
) -> Iterator[tuple[int, int, NDArray[np.float64], NDArray[np.float64]]]:
    """For every limit and way in: what share of a home is served, and what for certain is not (0-1)."""
    surely = [_cost_surely(walked, scene, alone, reach.cost) for alone, reach, walked in walks.options]
    costs = ([reach.cost for _, reach, _ in walks.options], surely)
    outside = 1.0 - walks.inside - walks.unsaid
    for way, cost in enumerate(costs):
        for i, factor in enumerate(variants.limit_factors):
            served = np.zeros(len(cost[0]), dtype=bool)
            unserved = ~served
            for (alone, reach, _), walk in zip(walks.options, cost, strict=True):
                limit = np.inf if alone.limit is None else factor * alone.limit
                served |= walk <= limit
                unserved &= (walk > limit) & (reach.edge_of_data >= limit)
            yield i, way, served * outside, unserved * outside + walks.inside


def _cost_surely(scene: Scene, before: Scene, alone: Rule, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cost of the walk to the nearest of the surer ways in; a straight line knows no ways in.

    Which are the surer ones other days say (`before`): where a gate is under water nobody climbs in beside it.
    """
    if alone.by not in WALKERS or alone.supply is None:
        return cost
    mode = mode_of(alone)
    walking, surer = scene.ways.by_mode[mode], surer_ways_in(before.ways.by_mode[mode])
    space = walking.entrances.table["space"].to_numpy()
    chosen = np.flatnonzero(np.isin(space, scene.places_of(alone.supply).space) & surer)
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
