"""How a reach rule came out in a unit: who is served by which space through which entrance, and who is not, and why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.evidence import Evidence
from analyses.explanation import Counted, Home, OptionServed, ReachFound, Spread, Visited, WayIn
from analyses.measure import Measured
from analyses.profile import Rule
from analyses.reached import Taken
from analyses.walking import WALKERS, mode_of

SHOWN_HOMES = 5
"""Single homes that an explanation names: enough to go and look."""
_ROUNDING = 1e-9


def reach_found(evidence: Evidence, key: tuple[str, str], level: str, unit_id: str) -> ReachFound:
    """Who of a unit is served under a reach rule (profile and rule), by what, and why the others are not."""
    measured, taken = evidence.measured[key], evidence.taken[key]
    assert measured.reach is not None
    homes = evidence.homes_of(level, unit_id)
    weight = evidence.weight(measured)
    people, cost = np.nan_to_num(weight[homes]), measured.reach.cost[homes]
    good, bad = measured.good[homes] > 0, measured.bad[homes] > 0
    attached = _attached(evidence, measured.rule)[homes]
    beyond = bad & np.isfinite(cost)
    shown = bad if (bad & (people > 0)).any() else np.ones(len(homes), dtype=bool)
    return ReachFound(
        unit=measured.reach.unit,
        counted=counted(weight[homes], measured.good[homes], measured.bad[homes]),
        options=tuple(
            _option(evidence, measured, number, taken, homes, people) for number in range(len(measured.options))
        ),
        served=spread(taken.cost[homes][good], people[good]),
        unserved=spread(cost[beyond], people[beyond]),
        no_way=evidence.sum_of(people[bad & ~attached & ~beyond]),
        none_found=evidence.sum_of(people[bad & attached & ~beyond]),
        farthest=_farthest(evidence, measured, homes[shown], people[shown]),
    )


def counted(weight: NDArray[np.float64], good: NDArray[np.float64], bad: NDArray[np.float64]) -> Counted:
    """The sums over the demand points of one unit, as `measure.figures` takes them."""
    total, served, short = (Evidence.sum_of(values) for values in (weight, weight * good, weight * bad))
    unknown = max(total - served - short, 0.0) if not np.isnan(total) else np.nan
    return Counted(total, served, short, 0.0 if unknown < _ROUNDING * total else unknown)


def spread(cost: NDArray[np.float64], people: NDArray[np.float64]) -> Spread:
    """How far some people have it; homes without any do not count."""
    lives = people > 0
    if not lives.any():
        return Spread(0.0, 0, np.nan, np.nan, np.nan)
    order = np.argsort(cost[lives], kind="stable")
    ranked, weight = cost[lives][order], people[lives][order]
    half = np.searchsorted(np.cumsum(weight), weight.sum() / 2 * (1 - _ROUNDING))
    median = ranked[min(int(half), len(ranked) - 1)]
    return Spread(Evidence.sum_of(people), int(lives.sum()), float(ranked[0]), float(median), float(ranked[-1]))


def _attached(evidence: Evidence, rule: Rule) -> NDArray[np.bool_]:
    """Whether each demand point has a walkable way near it; in a straight line none is needed."""
    walking = _walking(evidence, rule)
    if walking is None:
        return np.ones(len(evidence.scene.demand.table), dtype=bool)
    near: NDArray[np.bool_] = walking.points.edge >= 0
    return near


def _walking(evidence: Evidence, rule: Rule) -> Walking | None:
    return evidence.scene.ways.by_mode[mode_of(rule)] if rule.by in WALKERS else None


def _option(
    evidence: Evidence,
    measured: Measured,
    number: int,
    taken: Taken,
    homes: NDArray[np.int64],
    people: NDArray[np.float64],
) -> OptionServed:
    option = measured.rule.each[number]
    mine = (taken.option[homes] == number) & (people > 0)
    space = taken.space[homes]
    visited = [
        _visited(evidence, option, int(found), taken, homes[here], people[here])
        for found in np.unique(space[mine])
        for here in (mine & (space == found),)
    ]
    visited.sort(key=lambda place: (-place.spread.residents, place.space_id))
    within = evidence.sum_of(people[measured.options[number].served[homes]])
    return OptionServed(option, within, spread(taken.cost[homes][mine], people[mine]), tuple(visited))


def _visited(
    evidence: Evidence,
    option: Rule,
    space: int,
    taken: Taken,
    homes: NDArray[np.int64],
    people: NDArray[np.float64],
) -> Visited:
    row = evidence.scene.layers.spaces.iloc[space]
    return Visited(
        space_id=str(row.name),
        name=row["name"] if isinstance(row["name"], str) else "",
        space_class=str(row["space_class"]),
        area_m2=float(row["area_m2"]),
        spread=spread(taken.cost[homes], people),
        ways_in=_ways_in(evidence, option, taken.entrance[homes], people),
    )


def _ways_in(
    evidence: Evidence, option: Rule, entrance: NDArray[np.int64], people: NDArray[np.float64]
) -> tuple[WayIn, ...]:
    walking = _walking(evidence, option)
    # Of an option that asks for several places the cost is that of the last of them, and no entrance goes with it.
    if walking is None or option.count > 1:
        return ()
    names = evidence.entrance_ids
    table, edge = walking.entrances.table, walking.entrances.attachment.edge
    found = [
        WayIn(
            names[door],
            str(table["kind"].iloc[door]),
            str(table["confidence"].iloc[door]),
            str(walking.graph.network.edge_id[edge[door]]),
            evidence.sum_of(people[entrance == door]),
        )
        for door in np.unique(entrance)
    ]
    return tuple(sorted(found, key=lambda way: (-way.residents, way.entrance_id)))


def _farthest(
    evidence: Evidence, measured: Measured, homes: NDArray[np.int64], people: NDArray[np.float64]
) -> tuple[Home, ...]:
    reach, scene = measured.reach, evidence.scene
    assert reach is not None
    lives = np.flatnonzero(people > 0)
    order = lives[np.lexsort((-people[lives], -reach.cost[homes[lives]]))][:SHOWN_HOMES]
    table, ids = scene.demand.table, scene.layers.spaces.index
    found = []
    for position in order:
        home = homes[position]
        space, door = int(reach.space[home]), -1 if reach.entrance is None else int(reach.entrance[home])
        found.append(
            Home(
                str(table["demand_id"].iloc[home]),
                bool(table["imputed"].iloc[home]),
                float(people[position]),
                float(reach.cost[home]),
                str(ids[space]) if space >= 0 else "",
                evidence.entrance_ids[door] if door >= 0 else "",
            )
        )
    return tuple(found)
