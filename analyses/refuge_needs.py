"""Who of every unit finds a place in a refuge, how far they walk, and how many more could be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.costs import Costs
from analyses.inequality import quantile
from analyses.refuge_assignment import Assignment
from analyses.refuge_columns import REFUGE_NEEDS
from analyses.units import CITY, Level, containing
from layers.refuge_rules import RefugeTier
from layers.walkers import walker

STREETS_OPEN = "none"
"""Stands where the scenario stands, of days without a hazard."""
_TOUCHING_M = 0.01
"""A refuge on the very border of a unit lies in one."""


@dataclass(frozen=True)
class Needs:
    """What units are told from: all arrays of persons are of demand points."""

    costs: Costs
    near: Assignment
    best: Assignment
    persons: NDArray[np.float64]
    """Who need a place."""
    unknown: NDArray[np.bool_]
    """Where nobody knows how many live."""
    edge_of_data: NDArray[np.float64]
    """Walk to where the data end [m]."""
    perhaps: NDArray[np.bool_] | bool = False
    """Where a refuge lies within the limit of which nobody knows how many people it takes in: no list tells, or a
    hazard layer says nothing of its ground."""
    by_list: NDArray[np.float64] | float = np.nan
    """Who would find a place in refuges of the study's lists alone; NaN unless there are candidates besides."""
    scenario_id: str = STREETS_OPEN
    inside: NDArray[np.float64] | float = 0.0
    """Of ``persons`` those who live inside the hazard: no way leads out while it lasts, so they must leave before."""
    inside_placed: NDArray[np.float64] | float = 0.0
    """Of them those who find a place if everybody goes while streets are open."""
    unsaid: NDArray[np.float64] | float = 0.0
    """Of ``persons`` those of whom the hazard layer does not say whether they live inside."""


@dataclass(frozen=True)
class Outcome:
    """What becomes of the people of every demand point; with who live inside the four add up to who need a place."""

    placed: NDArray[np.float64]
    full: NDArray[np.float64]
    """The refuges within the limit are full."""
    far: NDArray[np.float64]
    """There is none within the limit."""
    unknown: NDArray[np.float64]
    """They found none, but the data end within the limit, or a refuge there has unknown room; or nobody says whether
    they live inside the hazard."""


def outcome(needs: Needs, limit_m: float) -> Outcome:
    """Tell those without a place apart by why."""
    walk = np.maximum(needs.persons - needs.inside - needs.unsaid, 0.0)
    left = np.maximum(walk - needs.near.placed, 0.0)
    some = np.zeros(len(left), dtype=bool)
    some[needs.costs.point] = True
    open_ = (needs.edge_of_data < limit_m) | needs.perhaps
    return Outcome(
        walk - left,
        np.where(some & ~open_, left, 0.0),
        np.where(~some & ~open_, left, 0.0),
        np.where(open_, left, 0.0) + needs.unsaid,
    )


def needs_table(needs: Needs, sites: gpd.GeoDataFrame, by_level: Mapping[str, Level], tier: RefugeTier) -> pd.DataFrame:
    """Columns of `refuge_columns.REFUGE_NEEDS`, a row a unit, level by level.

    Parameters
    ----------
    needs : Needs
    sites : GeoDataFrame
        As `refuge.Refuge.sites`.
    by_level : mapping of str to Level
    tier : RefugeTier

    Notes
    -----
    ``placed`` + ``without_full`` + ``without_far`` + ``must_leave`` + ``unknown`` = ``needing``, of every unit. Where
    the number of anybody in a unit is unknown it has no figures, as everywhere. What is best for all is one answer for
    the city; how it falls to single units is not settled by it, so they are told none.
    """
    found = outcome(needs, tier.limit_m.value)
    tables = [_of_level(needs, found, sites, level, tier) for level in by_level.values()]
    return pd.concat(tables, ignore_index=True)[[column.name for column in REFUGE_NEEDS.columns]]


def _of_level(needs: Needs, found: Outcome, sites: gpd.GeoDataFrame, level: Level, tier: RefugeTier) -> pd.DataFrame:
    hidden = np.where(needs.unknown, np.nan, 0.0)
    needing = level.sums(needs.persons + hidden)
    placed = level.sums(found.placed + hidden)
    share = np.divide(placed, needing, out=np.full(len(needing), np.nan), where=needing > 0)
    median_m, farthest_m = _walks(needs, level)
    walks = {"median_m": np.where(np.isnan(needing), np.nan, median_m)}
    walks["farthest_m"] = np.where(np.isnan(needing), np.nan, farthest_m)
    for name in ("adult", "elderly"):
        walks[f"median_{name}_min"] = walks["median_m"] / walker(name).speed_m_per_s / 60
    table = pd.DataFrame(
        {
            "level": level.name,
            "unit_id": level.units.index.astype(str),
            "unit_name": level.units["name"].to_numpy(object),
            "tier": tier.id,
            "scenario_id": needs.scenario_id,
            "limit_m": tier.limit_m.value,
            "needing": needing,
            "placed": placed,
            "placed_listed": level.sums(needs.by_list + hidden),
            "without_full": level.sums(found.full + hidden),
            "without_far": level.sums(found.far + hidden),
            "must_leave": level.sums(needs.inside + hidden),
            "must_leave_placed": level.sums(needs.inside_placed + hidden),
            "unknown": level.sums(found.unknown + hidden),
            "placed_share": share,
            **walks,
            **_refuges_of(sites, level),
        }
    )
    return table.assign(**_at_best(needs, needing if level.name == CITY else np.full(len(needing), np.nan)))


def _walks(needs: Needs, level: Level) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle and the longest walk of the placed of every unit [m]; NaN where nobody is."""
    median, farthest = np.full(len(level.units), np.nan), np.full(len(level.units), np.nan)
    went = np.flatnonzero(needs.near.persons > 0)
    unit = level.member[needs.costs.point[went]]
    order = np.argsort(unit, kind="stable")
    bounds = np.searchsorted(unit[order], np.arange(len(level.units) + 1))
    for number in range(len(level.units)):
        at = went[order[bounds[number] : bounds[number + 1]]]
        if len(at):
            median[number] = quantile(needs.costs.cost[at], needs.near.persons[at], 0.5)
            farthest[number] = needs.costs.cost[at].max()
    return median, farthest


def _refuges_of(sites: gpd.GeoDataFrame, level: Level) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """How many usable refuges lie in every unit, by a point inside each, and what they take in.

    The city has all: those beyond its border take its residents in as well.
    """
    within = containing(level.units, shapely.point_on_surface(sites.geometry.to_numpy()), _TOUCHING_M)
    unit = np.zeros_like(within) if level.name == CITY else within
    inside = (unit >= 0) & (sites["status"] == "usable").to_numpy(bool)

    def count(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(unit[chosen], minlength=len(level.units)).astype(np.int64)

    capacity = np.bincount(unit[inside], weights=sites["capacity"].to_numpy(float)[inside], minlength=len(level.units))
    return {
        "n_refuges": count(inside),
        "n_overfull": count(inside & (sites["use"] == "overfull").to_numpy(bool)),
        "n_idle": count(inside & (sites["use"] == "idle").to_numpy(bool)),
        "capacity": capacity.astype(float),
    }


def _at_best(needs: Needs, needing: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Of the city: how many could be placed, and the mean walks; of other units, and where it is unknown, nothing."""
    hidden = np.where(np.isnan(needing), np.nan, 0.0)
    placed, best = float(needs.near.placed.sum()), float(needs.best.placed.sum())
    near_m = needs.near.walk_m(needs.costs) / placed if placed > 0 else np.nan
    best_m = needs.best.walk_m(needs.costs) / best if best > 0 else np.nan
    return {"placed_best": best + hidden, "mean_m": near_m + hidden, "mean_best_m": best_m + hidden}
