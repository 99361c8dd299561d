"""Clusters: where communities with many residents short lie next to each other, more than chance would have it.

Local Moran's I (Anselin 1995, Geographical Analysis 27(2), 93-115) of the share of residents short, standardised for
the number of residents by the empirical Bayes rate of Assunção and Reis (1999, Statistics in Medicine 18(16),
2147-2162), since shares of few people vary more. Statistic, rates and global Moran's I are those of esda; the
permutations are drawn here, because esda compiles its own anew in every run (13 s) and tests one-sidedly. Significance
is corrected for testing every community by the false discovery rate (Benjamini and Hochberg 1995, Journal of the Royal
Statistical Society B 57(1), 289-300; for local statistics Caldas de Castro and Singer 2006, Geographical Analysis
38(2), 180-208), under every rule by itself. The papers are cited from memory.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.equity_columns import CLUSTERS
from analyses.judgement import Judgement
from analyses.parameters import EquityLimits
from analyses.units import COMMUNITY

COLUMNS = [column.name for column in CLUSTERS.columns if "<" not in column.name]
_QUADRANTS = np.array(["", "high_high", "low_high", "low_low", "high_low"], dtype=object)
"""By esda's numbers."""
_ALIKE = 1e-12
_FEWEST = 4
"""Of fewer there is no variance to compare with."""


@dataclass(frozen=True)
class Tested:
    """Local Moran's I of every community; arrays on the communities given."""

    local_moran: NDArray[np.float64]
    p_value: NDArray[np.float64]
    """Two-sided."""
    quadrant: NDArray[np.object_]
    """high_high, low_low, high_low, low_high."""
    moran: float
    """The global Moran's I, and ..."""
    moran_p_value: float
    """... how often chance makes it as far from what is expected; two-sided, under randomisation."""


@dataclass(frozen=True)
class Clusters:
    """What stands next to what."""

    table: pd.DataFrame
    """Columns of `equity_columns.CLUSTERS` without words."""
    moran: pd.DataFrame
    """A row a rule: ``profile_id``, ``rule_id``, ``moran``, ``p_value``, ``residents`` [persons]; NaN where it was
    not tested."""


def find_clusters(judged: Judgement, limits: EquityLimits) -> Clusters:
    """Test every rule of reach or exposure that is judged for communities and about all residents.

    A rule of provision has no share of residents who are short: all of a community are, or none. Where nobody lives,
    or the rule was not judged, a community is not compared; where none of its neighbours is, it is not tested, and
    both are told.
    """
    units = judged.levels[COMMUNITY].units
    tables, global_ones = [], []
    for (profile_id, rule_id), found in judged.measured.items():
        rule = found.rule
        if rule.kind not in ("reach", "exposure") or rule.who != "population" or rule.level != COMMUNITY:
            continue
        if rule.target is None:
            continue
        rows = judged.assessments
        rows = rows[(rows["level"] == COMMUNITY) & (rows["profile_id"] == profile_id) & (rows["rule_id"] == rule_id)]
        rows = rows.set_index("unit_id").reindex(units.index)
        table, moran, p_value = _of_rule(units, rows, limits)
        tables.append(table.assign(profile_id=profile_id, rule_id=rule_id))
        residents = float(table["residents"].sum())
        global_ones.append((profile_id, rule_id, moran, p_value, residents))
    told = pd.concat(tables, ignore_index=True)[COLUMNS] if tables else pd.DataFrame(columns=COLUMNS)
    names = ["profile_id", "rule_id", "moran", "p_value", "residents"]
    return Clusters(told, pd.DataFrame(global_ones, columns=names))


def neighbours(shapes: gpd.GeoSeries, *, within_m: float) -> list[NDArray[np.int64]]:
    """For every shape the positions of those that touch it or come within a distance [m], in order."""
    from libpysal.graph import Graph  # takes a second, and only clusters need it

    graph = Graph.build_fuzzy_contiguity(shapes.reset_index(drop=True), buffer=within_m / 2)
    found = graph.adjacency
    found = found[found > 0]
    focal, other = (found.index.get_level_values(name).to_numpy(np.int64) for name in ("focal", "neighbor"))
    order = np.lexsort((other, focal))
    focal, other = focal[order], other[order]
    return np.split(other, np.searchsorted(focal, np.arange(1, len(shapes))))[: len(shapes)]  # of nothing it makes one


def local_moran(
    short: NDArray[np.float64],
    residents: NDArray[np.float64],
    near: Sequence[NDArray[np.int64]],
    *,
    permutations: int,
    seed: int,
) -> Tested:
    """Local and global Moran's I of a share, standardised for the number of residents, with permutation tests.

    Parameters
    ----------
    short, residents : float array
        Residents short, and all residents [persons], > 0, of every community.
    near : sequence of int arrays
        Positions of the neighbours of each, at least one.
    permutations : int
        So often the values of all other communities are dealt out to the neighbours of each at random.
    seed : int
        Of the random numbers.

    Notes
    -----
    The two-sided p-value is twice the smaller of (r + 1) / (permutations + 1), with r the number of permutations as
    high, or as low, as what was found; not above 1.
    """
    from esda.moran import Moran, Moran_Local  # takes over a second, and only clusters need it
    from esda.smoothing import assuncao_rate
    from libpysal.graph import Graph

    focal = np.repeat(np.arange(len(near)), [len(some) for some in near])
    graph = Graph.from_arrays(focal, np.concatenate(near), np.ones(len(focal)))
    rate = assuncao_rate(short, residents)
    with warnings.catch_warnings():  # esda changes the filters of warnings for everybody
        local = Moran_Local(rate, graph, permutations=0)
        whole = Moran(rate, graph, permutations=0)
    p_value = _p_values(local.z, local.Is, near, permutations, np.random.default_rng(seed))
    return Tested(local.Is, p_value, _QUADRANTS[local.q], float(whole.I), float(whole.p_rand))


def _of_rule(units: gpd.GeoDataFrame, rows: pd.DataFrame, limits: EquityLimits) -> tuple[pd.DataFrame, float, float]:
    """One rule's table on the communities, with ``residents``, and the global Moran's I with its p-value."""
    short, served = (rows[name].to_numpy(float) for name in ("residents_short", "residents_served"))
    judged = rows["status"].isin(["met", "short"]).to_numpy(bool) & (short + served > 0)
    kind = np.where(judged, "no_neighbours", "not_assessed").astype(object)
    compared = np.flatnonzero(judged)
    near = _within(neighbours(units.geometry.iloc[compared], within_m=limits.neighbour_m), compared, len(units))
    lonely = np.array([len(some) == 0 for some in near])
    tested = np.flatnonzero(~lonely)
    residents = np.where(judged, short + served, 0.0)
    table = _shares(units, np.where(judged, short, 0.0), residents, near)
    rate = table["value"].to_numpy()[tested]
    moran, moran_p = np.nan, np.nan
    if len(tested) < max(limits.least_communities, _FEWEST):
        kind[tested] = "too_few"
    elif np.ptp(rate) < _ALIKE:
        kind[tested] = "all_alike"
    else:
        place = np.full(len(units), -1)
        place[tested] = np.arange(len(tested))
        found = local_moran(
            short[tested],
            residents[tested],
            [place[near[unit]] for unit in tested],
            permutations=limits.permutations,
            seed=limits.seed,
        )
        adjusted = _false_discovery(found.p_value)
        sure = adjusted <= limits.false_discovery_share
        kind[tested] = np.where(sure, found.quadrant, "not_significant")
        for name, values in (("local_moran", found.local_moran), ("p_value", found.p_value), ("p_adjusted", adjusted)):
            table.loc[table.index[tested], name] = values
        moran, moran_p = found.moran, found.moran_p_value
    return table.assign(cluster=kind), moran, moran_p


def _within(near: Sequence[NDArray[np.int64]], compared: NDArray[np.int64], units: int) -> list[NDArray[np.int64]]:
    """Neighbours among those compared, as positions of all units; none for the others."""
    found = [np.zeros(0, dtype=np.int64)] * units
    for unit, some in zip(compared, near, strict=True):
        found[unit] = compared[some]
    return found


def _shares(
    units: gpd.GeoDataFrame,
    short: NDArray[np.float64],
    residents: NDArray[np.float64],
    near: Sequence[NDArray[np.int64]],
) -> pd.DataFrame:
    """Shares short [%] here, next door and everywhere; not tested yet."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100 * short / residents
        beside = np.array([100 * short[some].sum() / residents[some].sum() if len(some) else np.nan for some in near])
        expected = np.where(residents > 0, 100 * short.sum() / residents.sum(), np.nan)
    return pd.DataFrame(
        {
            "community_id": units.index.to_numpy(),
            "value": value,
            "neighbours_value": beside,
            "expected": expected,
            "neighbours": [len(some) for some in near],
            "local_moran": np.nan,
            "p_value": np.nan,
            "p_adjusted": np.nan,
            "residents": residents,
        }
    )


def _p_values(
    z: NDArray[np.float64],
    found: NDArray[np.float64],
    near: Sequence[NDArray[np.int64]],
    permutations: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Conditional permutation: the value here stays, those of its neighbours are drawn from all others."""
    others = np.ascontiguousarray(_drawn(len(z) - 1, max(len(some) for some in near), permutations, rng).T)
    scale = (len(z) - 1) / np.sum(z * z)
    p_value = np.empty(len(z))
    for unit, some in enumerate(near):
        rest = np.delete(z, unit)
        drawn = rest[others[0]]
        for column in others[1 : len(some)]:
            drawn += rest[column]
        chance = scale * z[unit] * drawn / len(some)
        slack = _ALIKE * max(1.0, abs(found[unit]))
        extreme = min(np.sum(chance >= found[unit] - slack), np.sum(chance <= found[unit] + slack))
        p_value[unit] = min(1.0, 2 * (extreme + 1) / (permutations + 1))
    return p_value


def _drawn(n: int, size: int, times: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows of `size` different numbers below `n` in random order, by Floyd's algorithm for all rows at once."""
    drawn = np.empty((times, size), dtype=np.int64)
    for column in range(size):
        highest = n - size + column
        candidate = rng.integers(0, highest + 1, size=times)
        taken = (drawn[:, :column] == candidate[:, None]).any(axis=1)
        drawn[:, column] = np.where(taken, highest, candidate)
    shuffled: NDArray[np.int64] = rng.permuted(drawn, axis=1)
    return shuffled


def _false_discovery(p_value: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import false_discovery_control  # scipy.stats takes half a second, and only clusters need it

    adjusted: NDArray[np.float64] = false_discovery_control(p_value, method="bh")
    return adjusted
