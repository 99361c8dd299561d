"""How far the data of a community can be trusted: so that "no park in the data" and "no park" are not confused.

Every signal is graded by itself, and the worst grade is the community's light: never an average, because
ten good signals do not put homes on a map that lacks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.access import home_barriers
from analyses.data_signals import measure_signals
from analyses.entrances import find_entrances
from analyses.parameters import DataLimits, Parameters
from analyses.residents import Demand, place_residents
from analyses.units import Level
from layers.types import Caveat, Layers
from spatial.snapping import Attachments, attach, edge_index

LIGHTS = ("good", "doubtful", "poor", "unknown")
SIGNALS: Mapping[str, str] = {
    "homes": "data_floor_m2_per_resident",
    "houses": "data_built_street_share",
    "ways": "data_ways_km_per_km2",
    "off_network": "data_off_network_share",
    "ways_in": "data_way_in_share",
    "spaces": "data_space_m",
    "covered": "data_covered_share",
    "inventory": "data_inventory_only_share",
}
"""Code of a signal -> column of its value, in the order in which a reader should look at them."""
_ROUNDING = 1e-9
"""Relative, as in a verdict: a value on a limit lies on its better side."""


@dataclass(frozen=True)
class _Graded:
    """One signal: 0 good, 1 doubtful, 2 poor; -1 where it is unknown or does not apply."""

    code: str
    grade: NDArray[np.int64]


def completeness(
    layers: Layers, demand: Demand, attached: Attachments, n_entrances: NDArray[np.int64], parameters: Parameters
) -> pd.DataFrame:
    """The light of every community, and the signals behind it.

    Returns
    -------
    DataFrame
        On the communities' index. ``data_light``: good, doubtful, poor, or unknown where neither homes nor
        houses can be checked and nothing else is wrong. ``data_signals``: codes of `SIGNALS` that are not good,
        the worst first, separated by spaces. ``data_checked``: codes of those that could be graded at all. Then the
        value of every signal; see `measure_signals` for units.
    """
    measured = measure_signals(layers, demand, attached, n_entrances, parameters.data)
    graded = _grades(measured, parameters.data)
    grades = np.stack([signal.grade for signal in graded])
    worst = grades.max(axis=0)
    checked = {signal.code: signal.grade >= 0 for signal in graded}
    blind = ~(checked["homes"] | checked["houses"]) & (worst < 1)
    light = np.where(blind, "unknown", np.array(LIGHTS[:3], dtype=object)[np.maximum(worst, 0)])
    texts = {
        "data_light": light,
        "data_signals": [_codes(graded, np.argsort(-column, kind="stable"), column > 0) for column in grades.T],
        "data_checked": [_codes(graded, np.arange(len(graded)), column >= 0) for column in grades.T],
    }
    table = measured[list(SIGNALS.values())]
    return pd.DataFrame(texts, index=table.index).join(table)


def _codes(graded: list[_Graded], order: NDArray[np.int64], wanted: NDArray[np.bool_]) -> str:
    """The codes of the signals that are wanted, in an order."""
    return " ".join(graded[row].code for row in order if wanted[row])


def judge_data(layers: Layers, parameters: Parameters) -> pd.DataFrame:
    """`completeness` of layers that nobody has assessed yet: homes and entrances are found, no rule is asked."""
    demand = place_residents(
        layers.communities, layers.residents, layers.buildings, layers.network, parameters, layers.resident_cells
    )
    index = edge_index(layers.network)
    entrances = find_entrances(layers, index, parameters)
    barriers = home_barriers(layers.obstacles, water_m2=parameters.barrier_water_m2)
    attached = attach(index, demand.point, limit_m=parameters.snap_limit_m, barriers=barriers)
    n_entrances = np.bincount(entrances.table["space"], minlength=len(layers.spaces))
    return completeness(layers, demand, attached, n_entrances, parameters)


def light_shares(
    level: Level, community_light: pd.Series, community: pd.Series, weight: NDArray[np.float64]
) -> pd.DataFrame:
    """Share of each unit's residents who live in communities of each light (0-1).

    Parameters
    ----------
    level : Level
    community_light : Series
        Light of every community.
    community : Series
        Position of the community of every demand point.
    weight : array
        Residents of every demand point; floor area where a study has none. Unknown ones count as nobody.
    """
    known, lives_in = np.nan_to_num(weight), community_light.to_numpy()[community.to_numpy()]
    whole = level.sums(known)
    shares = {}
    for name in LIGHTS:
        part = level.sums(known * (lives_in == name))
        shares[f"data_{name}_share"] = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return pd.DataFrame(shares)


def unit_lights(shares: pd.DataFrame, least_share: float) -> NDArray[np.object_]:
    """One light for each higher unit: the worst in which at least `least_share` of its residents live, or worse."""
    poor = shares["data_poor_share"].to_numpy()
    doubtful = poor + shares["data_doubtful_share"].to_numpy()
    unknown = doubtful + shares["data_unknown_share"].to_numpy()
    reached = [np.isnan(poor), poor >= least_share, doubtful >= least_share, unknown >= least_share]
    return np.select(reached, ["unknown", "poor", "doubtful", "unknown"], "good").astype(object)


def light_caveats(table: pd.DataFrame, layers: Layers, limits: DataLimits) -> tuple[Caveat, ...]:
    """Communities, and how many of the residents, in every light that is not good; and dates that lie far apart."""
    counts = {light: (table["data_light"] == light).to_numpy() for light in LIGHTS}
    population = np.full(len(table), np.nan)
    if layers.residents is not None:
        population = layers.residents["population"].to_numpy(float)
    living = {
        light: "" if np.isnan(population[where]).all() else f"{np.nansum(population[where]):,.0f}"
        for light, where in counts.items()
    }
    found = (
        Caveat("data_poor", "communities", float(counts["poor"].sum()), "communities", living["poor"]),
        Caveat("data_doubtful", "communities", float(counts["doubtful"].sum()), "communities", living["doubtful"]),
        Caveat("data_unknown", "communities", float(counts["unknown"].sum()), "communities", living["unknown"]),
        Caveat("data_not_against_residents", "communities", float(np.isnan(population).sum()), "communities"),
    )
    return (*(caveat for caveat in found if caveat.count), *_dates_apart(layers, limits.years_apart))


def _dates_apart(layers: Layers, most_years: float) -> tuple[Caveat, ...]:
    """That the map and the residents are of different times, where both say of what time they are."""
    dated = {entry.role: (entry.date, _years(entry.date)) for entry in reversed(layers.provenance)}
    (osm, osm_years), (people, people_years) = (dated.get(role, ("", None)) for role in ("osm", "residents"))
    if osm_years is None or people_years is None or abs(osm_years - people_years) < most_years:
        return ()
    years = float(round(abs(osm_years - people_years)))
    return (Caveat("dates_apart", "osm", years, "years", f"{osm}, {people}"),)


def _years(date: str) -> float | None:
    """``2023-02-21`` or ``2022`` as years; None for what is no date."""
    found = re.match(r"(\d{4})(?:-(\d{2}))?", date)
    return None if found is None else int(found[1]) + (int(found[2] or 1) - 1) / 12


# --------------------------------------------------------------------------- grades


def _grades(measured: pd.DataFrame, limits: DataLimits) -> list[_Graded]:
    """Every signal graded; `DataLimits` gives the reasons for its limits."""
    dense = (measured["density_per_km2"] >= limits.dense_per_km2).to_numpy()
    few_spaces = (measured["data_spaces"] < limits.least_spaces).to_numpy()
    own = _own_floor(measured["data_ways_km_per_km2"].to_numpy()[dense], limits)
    doubtful_ways = max(limits.ways_km_per_km2[0], own)
    return [
        _low("homes", measured, limits.floor_m2_per_resident),
        _low("houses", measured, limits.built_street_share),
        _only(dense, _low("ways", measured, (doubtful_ways, limits.ways_km_per_km2[1]))),
        _high("off_network", measured, limits.off_network_share),
        _only(~few_spaces, _low("ways_in", measured, limits.way_in_share)),
        _only(dense, _high("spaces", measured, limits.space_m)),
        _low("covered", measured, limits.covered_share),
        _high("inventory", measured, limits.inventory_only_share),
    ]


def _own_floor(dense_km_per_km2: NDArray[np.float64], limits: DataLimits) -> float:
    """Below this the ways of a dense community are few for its own city."""
    return limits.ways_of_median * float(np.median(dense_km_per_km2)) if len(dense_km_per_km2) else 0.0


def _low(code: str, measured: pd.DataFrame, limits: tuple[float, float]) -> _Graded:
    """Doubtful below the first limit, poor below the second."""
    value = measured[SIGNALS[code]].to_numpy()
    doubtful, poor = (limit * (1 - _ROUNDING) for limit in limits)
    grade = (value < doubtful).astype(np.int64) + (value < poor)
    return _Graded(code, np.where(np.isnan(value), -1, grade))


def _high(code: str, measured: pd.DataFrame, limits: tuple[float, float]) -> _Graded:
    """Doubtful above the first limit, poor above the second."""
    value = measured[SIGNALS[code]].to_numpy()
    doubtful, poor = (limit * (1 + _ROUNDING) for limit in limits)
    grade = (value > doubtful).astype(np.int64) + (value > poor)
    return _Graded(code, np.where(np.isnan(value), -1, grade))


def _only(where: NDArray[np.bool_], graded: _Graded) -> _Graded:
    """The signal where it says something; elsewhere it does not apply."""
    return _Graded(graded.code, np.where(where, graded.grade, -1))
