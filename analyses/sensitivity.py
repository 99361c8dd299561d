"""Sensitivity: which of the choices behind a ranking moves it most.

Two questions: how far do places move when one thing alone varies, and how much of what all of them do together
does each explain? The second rests on variances (Sobol), with the mean shift of places against the stated ranking
as what is explained (Saisana, Saltelli and Tarantola 2005).

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005), Journal of the Royal Statistical Society A 168(2), 307-323.
Saltelli, A. and others (2010), Computer Physics Communications 181(2), 259-270: the estimator of the first order.
Jansen, M. J. W. (1999), Computer Physics Communications 117, 35-43: that of the total. All cited from memory; a test
holds both to `scipy.stats.sobol_indices`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.criterion import ranks
from analyses.uncertainty import FACTORS, Draws, Model, criterion_scores, mixed, scores, stated

ALONE = 256
"""Draws in which one factor varies and all others stay as stated."""
_NO_VARIANCE = 1e-12


@dataclass(frozen=True)
class Indices:
    """Shares of the variance that each factor explains (0-1)."""

    first_order: Mapping[str, float]
    total: Mapping[str, float]


def sensitivity(model: Model, halves: tuple[Draws, Draws], places: NDArray[np.float64]) -> pd.DataFrame:
    """How far places move with every factor, and under every rule that the units do not differ in.

    Parameters
    ----------
    model : Model
    halves : (Draws, Draws)
        As from `uncertainty.sample`.
    places : float array
        The places of the scored units in `halves`, one half after the other (2 n x units).

    Returns
    -------
    DataFrame
        ``factor``, ``profile_id``, ``rule_id``, ``mean_rank_shift``, ``largest_rank_shift`` [places], ``first_order``,
        ``total`` (0-1; NaN for rules). Ordered by ``mean_rank_shift``, the largest first.
    """
    of_stated = _places(model, stated(model))[0]

    def shift(draws: Draws) -> NDArray[np.float64]:
        moved: NDArray[np.float64] = np.abs(_places(model, draws) - of_stated).mean(axis=1)
        return moved

    known = np.abs(places - of_stated).mean(axis=1)
    indices = sobol_indices(shift, *halves, *np.split(known, 2), factors=model.factors)
    rows = []
    for factor in model.factors:
        alone = mixed(stated(model, min(ALONE, len(halves[0]))), _first(halves[0], ALONE), factor)
        moved = np.abs(_places(model, alone) - of_stated)
        rows.append((factor, "", "", moved.mean(), moved.max(), indices.first_order[factor], indices.total[factor]))
    for i, criterion in enumerate(model.criteria):
        moved = np.abs(_places(_without_differences(model, i), stated(model)) - of_stated)
        rows.append(("rule", criterion.profile_id, criterion.rule_id, moved.mean(), moved.max(), np.nan, np.nan))
    names = ["factor", "profile_id", "rule_id", "mean_rank_shift", "largest_rank_shift", "first_order", "total"]
    table = pd.DataFrame(rows, columns=names)
    return table.sort_values("mean_rank_shift", ascending=False, kind="stable", ignore_index=True)


def sobol_indices(
    function: Callable[[Draws], NDArray[np.float64]],
    a: Draws,
    b: Draws,
    of_a: NDArray[np.float64],
    of_b: NDArray[np.float64],
    *,
    factors: Collection[str] = tuple(FACTORS),
) -> Indices:
    """First-order and total shares of the variance of a function of the draws.

    first order  S = mean(f(B) (f(A_B) - f(A))) / V,  total  T = mean((f(A) - f(A_B))^2) / 2V,

    A_B being A with one factor taken from B, V the variance over both. Estimates beyond 0 and 1 are cut off. All 0
    where nothing varies.

    Parameters
    ----------
    function : callable
        A figure for each draw.
    a, b : Draws
        Independent of each other, equally many.
    of_a, of_b : float array
        The function of them.
    factors : collection of str
        Codes of `uncertainty.FACTORS`.
    """
    middle = np.concatenate([of_a, of_b]).mean()
    variance = np.concatenate([of_a, of_b]).var()
    first, total = {}, {}
    for factor in factors:
        changed = function(mixed(a, b, factor)) if variance > _NO_VARIANCE else of_a
        scale = max(float(variance), _NO_VARIANCE)
        first[factor] = float(np.clip(((of_b - middle) * (changed - of_a)).mean() / scale, 0.0, 1.0))
        total[factor] = float(np.clip(((of_a - changed) ** 2).mean() / (2 * scale), 0.0, 1.0))
    return Indices(first, total)


def _places(model: Model, draws: Draws) -> NDArray[np.float64]:
    return ranks(scores(model, draws)[:, model.scored])


def _first(draws: Draws, count: int) -> Draws:
    return Draws(**{name: getattr(draws, name)[:count] for name in FACTORS.values()})


def _without_differences(model: Model, position: int) -> Model:
    """The model in which all units have the mean score of one criterion, so that it parts none from another."""
    criterion = model.criteria[position]
    found = criterion_scores(criterion, stated(model), model.variants)[0]
    counted = criterion.there & model.scored
    mean = found[counted].mean() if counted.any() else 1.0
    values = np.tile(np.where(criterion.there, 100 * mean, np.nan), (model.variants.size, 1))
    same = replace(
        criterion, at_most=False, unit="%", values=values, target=np.full(values.shape[1], 100.0), shares=None,
        fixed_target=True,
    )  # fmt: skip
    return replace(model, criteria=(*model.criteria[:position], same, *model.criteria[position + 1 :]))
