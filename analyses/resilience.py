"""Resilience: one score a unit from the rules it is judged by, its place among the others, and how sure that is.

Dimensions come first and the score second: within a dimension the weighted arithmetic mean of the rules' scores
(`analyses.score`), across dimensions the weighted geometric mean. Scores come last of all figures: they say where to
look, and the rules say what is there.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators; cited from memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.criterion import ranks
from analyses.indicators import Indicators
from analyses.judgement import Judgement
from analyses.measure import Scene
from analyses.parameters import Parameters, ResilienceChoices
from analyses.resilience_columns import RESILIENCE
from analyses.resilience_rules import STUDY_FIGURES, criteria, dimension_weights, enters, told_twice, variants_of
from analyses.sensitivity import sensitivity
from analyses.uncertainty import (
    DISTANCE,
    Model,
    called,
    dimension_scores,
    in_highest,
    in_lowest,
    joined,
    sample,
    scores,
    stated,
)
from analyses.units import COMMUNITY, Level
from layers.types import Caveat

_SHOWN = 3
_POINTS = 100.0
_RANKS = ("rank", "rank_low", "rank_high", "rank_lowest_share", "rank_highest_share", "rank_class")
_PLAIN = tuple(column.name for column in RESILIENCE if "<" not in column.name)


@dataclass(frozen=True)
class Resilience:
    """The scores of all levels."""

    units: pd.DataFrame
    """Index ``level``, ``unit_id``; the columns of `resilience_columns.RESILIENCE`."""
    sensitivity: pd.DataFrame | None
    """Columns of `resilience_columns.SENSITIVITY` without words; None where no level is ranked."""
    caveats: tuple[Caveat, ...]

    def beside(self, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """The table of communities, or of parents, with the columns of its units."""
        parents = "level" in table
        levels = list(table["level"]) if parents else [COMMUNITY] * len(table)
        keys = pd.MultiIndex.from_arrays([levels, list(table["unit_id" if parents else "community_id"])])
        return table.assign(**{name: values.to_numpy() for name, values in self.units.reindex(keys).items()})


def resilience(scene: Scene, judged: Judgement, indicators: Indicators, parameters: Parameters) -> Resilience:
    """Score and rank the units of every level.

    Parameters
    ----------
    scene : Scene
    judged : Judgement
        Without what is withheld (`groups.PublicGroups.judged`).
    indicators : Indicators
        A study's own figures, without those of small surveys.
    parameters : Parameters
        ``resilience``: how scores are gathered, and what is varied.

    Returns
    -------
    Resilience
        The same for the same arguments: draws come from a seed.

    Notes
    -----
    A better value under any rule never lowers a unit's score, nor worsens its place in any draw.
    """
    choices = parameters.resilience
    tables: list[pd.DataFrame] = []
    found: list[pd.DataFrame] = []
    made_of = criteria(scene, judged, indicators, choices)
    for level in judged.levels.values():
        empty = _not_lived_in(scene, level)
        these = made_of[level.name]
        dimensions = tuple(sorted({criterion.dimension for criterion in these}))
        weight = dimension_weights(judged.profiles, dimensions)
        model = Model(these, dimensions, weight, empty == "", variants_of(scene, judged, choices), choices)
        table, moved = _of_level(judged, level, model, empty)
        tables.append(table)
        found += [] if moved is None else [moved]
    units = pd.concat(tables)
    sensitive = pd.concat(found, ignore_index=True) if found else None
    return Resilience(units, sensitive, _caveats(judged, units.loc[COMMUNITY]))


def _not_lived_in(scene: Scene, level: Level) -> NDArray[np.object_]:
    """Why a unit is not scored whatever is known of its places, or empty."""
    reason = np.full(len(level.units), "", dtype=object)
    if scene.layers.residents is not None:
        residents = level.sums(scene.weight("population"))
        reason[residents == 0] = "nobody_lives_here"
        reason[np.isnan(residents)] = "unknown_population"
    return reason


def _of_level(
    judged: Judgement, level: Level, model: Model, empty: NDArray[np.object_]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The figures of a level's units, and what their ranking depends on."""
    index = pd.MultiIndex.from_product([[level.name], level.units.index], names=["level", "unit_id"])
    table = pd.DataFrame(index=index, columns=list(_PLAIN), dtype=float)
    missing = "too_little_assessed" if model.criteria else "no_target"
    table["rank_class"] = "not_assessed"
    table["resilience_reason"] = np.where(empty == "", missing, empty)
    if not model.criteria or not model.scored.any():
        return table, None
    found = dimension_scores(model, stated(model))[:, 0]
    for name, by_unit in zip(model.dimensions, found, strict=True):
        table[f"dimension_{name}"] = _POINTS * np.where(model.eligible, by_unit, np.nan)
    table["resilience"] = _POINTS * scores(model, stated(model))[0]
    table["resilience_weight_share"] = np.where(model.scored, _weight_share(judged, model), np.nan)
    halves = sample(model)
    in_stated_scaling = replace(joined(*halves), scaling=np.full(2 * len(halves[0]), DISTANCE))
    low, high = _interval(_POINTS * scores(model, in_stated_scaling)[:, model.scored], model.choices)
    table.loc[model.scored, "resilience_low"], table.loc[model.scored, "resilience_high"] = low, high
    ranked = int(model.scored.sum()) >= model.choices.least_units
    table.loc[model.scored, "resilience_reason"] = "" if ranked else "too_few_units"
    if not ranked:
        return table, None
    places = ranks(scores(model, joined(*halves))[:, model.scored])
    table.loc[model.scored, list(_RANKS)] = _standing(model, places)
    return table, sensitivity(model, halves, places).assign(level=level.name)


def _standing(model: Model, places: NDArray[np.float64]) -> NDArray[np.object_]:
    """Units x `_RANKS` of the scored units; `places`: draws x scored units."""
    choices = model.choices
    low, high = _interval(places, choices)
    lowest, highest = (tail(places, choices.tail_share).mean(axis=0) for tail in (in_lowest, in_highest))
    place = ranks(scores(model, stated(model))[:, model.scored])[0]
    columns = (place, low, high, lowest, highest, called(place, low, high, choices.tail_share))
    return np.array([column.astype(object) for column in columns]).T


def _interval(
    drawn: NDArray[np.float64], choices: ResilienceChoices
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The quantiles of the draws that are told: values that were drawn, and of two the wider."""
    low, high = choices.interval
    return np.quantile(drawn, low, axis=0, method="lower"), np.quantile(drawn, high, axis=0, method="higher")


def _weight_share(judged: Judgement, model: Model) -> NDArray[np.float64]:
    """Share of the weight of all that is asked which was assessed, by unit; what the study cannot answer is missing."""
    asked = [(r.dimension, r.weight) for p in judged.profiles for r in p.rules if enters(r)]
    asked += [(c.dimension, c.weight) for c in model.criteria if c.profile_id == STUDY_FIGURES]
    whole = pd.DataFrame(asked, columns=["dimension", "weight"]).groupby("dimension")["weight"].sum()
    whole = whole[whole > 0]
    of_dimension = pd.Series(dimension_weights(judged.profiles, list(whole.index)), index=whole.index)
    each = [of_dimension.get(c.dimension, 0.0) * c.weight / whole.get(c.dimension, 1.0) for c in model.criteria]
    share: NDArray[np.float64] = np.array(each) @ model.there / of_dimension.sum()
    return share


def _caveats(judged: Judgement, communities: pd.DataFrame) -> tuple[Caveat, ...]:
    """What a reader of the ranking of communities has to know."""
    ranked = communities[communities["rank"].notna()]
    unscored = communities.index[communities["resilience"].isna()]
    if len(unscored) == len(communities):
        return ()
    uncertain = int((ranked["rank_class"] == "uncertain").sum())
    outside = ranked.index[(ranked["rank"] < ranked["rank_low"]) | (ranked["rank"] > ranked["rank_high"])]
    asked = {(p.id, r.id): r for p in judged.profiles for r in p.rules if enters(r)}
    unanswered = len(asked.keys() - judged.measured.keys())
    above = ["/".join(k) for k, r in asked.items() if r.level != COMMUNITY and k in judged.measured]
    twice = told_twice(judged.profiles)
    found = (
        ("resilience_uncertain", uncertain, "communities", f"{len(ranked)}"),
        ("resilience_rank_outside", len(outside), "communities", _shown(outside)),
        ("resilience_not_scored", len(unscored), "communities", _shown(unscored)),
        ("resilience_unanswered", unanswered, "rules", f"{unanswered} / {len(asked)}"),
        ("resilience_carried", len(above), "rules", _shown(above)),
        ("resilience_twice", len(twice), "rules", _shown(twice)),
    )
    return tuple(Caveat(code, "communities", count, unit, detail) for code, count, unit, detail in found if count)


def _shown(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in list(names)[:_SHOWN])
