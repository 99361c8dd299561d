"""Floating catchments against plain loops over the published formulas, and what must hold for any city."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.catchment import crowding, supply_per_person, supply_range
from analyses.costs import Costs
from analyses.decay import Decay, Dichotomous, Exponential, Gaussian, Linear, Stepped

DECAYS = (Dichotomous(500), Linear(500), Gaussian(500), Exponential(500), Stepped((200, 400, 500), (1, 0.68, 0.22)))


@dataclass(frozen=True)
class City:
    """A table of costs, residents and areas (synthetic)."""

    matrix: np.ndarray
    residents: pd.Series
    area_m2: pd.Series

    @property
    def costs(self) -> Costs:
        point, place = np.nonzero(np.isfinite(self.matrix))
        return Costs(point.astype(np.int32), place.astype(np.int32), self.matrix[point, place])


@st.composite
def cities(draw: st.DrawFn) -> City:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points, places = draw(st.integers(1, 25)), draw(st.integers(1, 8))
    matrix = rng.uniform(0, 900, size=(points, places))
    matrix[matrix > 700] = np.inf
    residents = rng.integers(0, 40, points) * rng.integers(0, 2, points)
    return City(
        matrix,
        pd.Series(residents.astype(float), index=[f"home/{i}" for i in range(points)]),
        pd.Series(rng.uniform(0, 20_000, places), index=[f"way/{j}" for j in range(places)]),
    )


def weight_by_hand(decay: Decay, cost: float) -> float:
    """The formulas once more, one cost at a time."""
    if cost > 500:
        return 0.0
    match decay:
        case Dichotomous():
            return 1.0
        case Linear():
            return 1 - cost / 500
        case Gaussian():
            return (math.exp(-((cost / 500) ** 2) / 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))
        case Exponential():
            return math.exp(-cost / 500)
        case _:
            return 1.0 if cost <= 200 else 0.68 if cost <= 400 else 0.22


def by_loops(city: City, decay: Decay, selection: Decay | None = None) -> list[float]:
    """2SFCA, E2SFCA or 3SFCA by the formulas, pair by pair."""
    points, places = city.matrix.shape
    people, area = city.residents.tolist(), city.area_m2.tolist()

    def come(i: int, j: int) -> float:
        weight = weight_by_hand(decay, city.matrix[i, j])
        if selection is None:
            return weight
        total = sum(weight_by_hand(selection, city.matrix[i, k]) for k in range(places))
        return weight * weight_by_hand(selection, city.matrix[i, j]) / total if total else 0.0

    supply = [0.0] * points
    for j in range(places):
        demand = sum(people[i] * come(i, j) for i in range(points))
        for i in range(points):
            supply[i] += area[j] / demand * come(i, j) if demand else 0.0
    return supply


@pytest.mark.parametrize("decay", DECAYS, ids=lambda d: type(d).__name__)
@given(city=cities())
@settings(max_examples=40, deadline=None)
def test_two_steps_equal_the_loops(decay: Decay, city: City) -> None:
    found = supply_per_person(city.costs, city.residents, city.area_m2, decay)
    assert found.index.equals(city.residents.index)
    assert found.to_numpy() == pytest.approx(by_loops(city, decay), rel=1e-9)


@pytest.mark.parametrize("selection", [Gaussian(500), Stepped((200, 400, 500), (1, 0.68, 0.22))], ids=["gaussian", "zones"])
@given(city=cities())
@settings(max_examples=40, deadline=None)
def test_three_steps_equal_the_loops(selection: Decay, city: City) -> None:
    found = supply_per_person(city.costs, city.residents, city.area_m2, Linear(500), selection=selection)
    assert found.to_numpy() == pytest.approx(by_loops(city, Linear(500), selection), rel=1e-9)


@given(city=cities(), decay=st.sampled_from(DECAYS), select=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_given_out_is_what_is_reached(city: City, decay: Decay, *, select: bool) -> None:
    """The supply of all residents adds up to the area of the spaces that anybody comes to."""
    selection = Gaussian(500) if select else None
    found = supply_per_person(city.costs, city.residents, city.area_m2, decay, selection=selection)
    weight = np.where(np.isfinite(city.matrix), decay(np.where(np.isfinite(city.matrix), city.matrix, 1e9)), 0)
    if select:
        weight = weight * (Gaussian(500)(city.matrix) > 0)
    comes = (weight * city.residents.to_numpy()[:, None]).sum(axis=0) > 0
    assert (found * city.residents).sum() == pytest.approx(city.area_m2[comes].sum(), rel=1e-9, abs=1e-9)


@given(city=cities(), decay=st.sampled_from(DECAYS), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_order_changes_nothing(city: City, decay: Decay, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(city.residents)), rng.permutation(len(city.area_m2))
    turned = City(city.matrix[np.ix_(rows, columns)], city.residents.iloc[rows], city.area_m2.iloc[columns])
    pairs = rng.permutation(len(turned.costs.cost))
    costs = Costs(turned.costs.point[pairs], turned.costs.place[pairs], turned.costs.cost[pairs])
    there = supply_per_person(costs, turned.residents, turned.area_m2, decay).reindex(city.residents.index)
    pd.testing.assert_series_equal(supply_per_person(city.costs, city.residents, city.area_m2, decay), there, rtol=1e-9)


@given(city=cities(), decay=st.sampled_from(DECAYS), more=st.floats(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_larger_space_takes_from_nobody_and_a_new_neighbour_gives_to_nobody(city: City, decay: Decay, more: float) -> None:
    before = supply_per_person(city.costs, city.residents, city.area_m2, decay)
    larger = city.area_m2.copy()
    larger.iloc[0] += more
    assert (supply_per_person(city.costs, city.residents, larger, decay) >= before - 1e-9).all()
    assume(city.residents.iloc[0] > 0)
    crowded = city.residents.copy()
    crowded.iloc[0] += 5
    assert (supply_per_person(city.costs, crowded, city.area_m2, decay) <= before + 1e-9).all()


@given(city=cities(), decay=st.sampled_from(DECAYS))
@settings(max_examples=60, deadline=None)
def test_crowding_equals_the_loops(city: City, decay: Decay) -> None:
    found = crowding(city.costs, city.residents, city.area_m2, decay)
    for j, name in enumerate(city.area_m2.index):
        weights = [weight_by_hand(decay, c) for c in city.matrix[:, j]]
        people = city.residents.tolist()
        demand = sum(p * w for p, w in zip(people, weights, strict=True))
        assert found.loc[name, "catchment_population"] == pytest.approx(sum(p for p, w in zip(people, weights, strict=True) if w > 0))
        assert found.loc[name, "demand_persons"] == pytest.approx(demand)
        if demand:
            assert found.loc[name, "m2_per_person"] == pytest.approx(city.area_m2[name] / demand)
        else:
            assert np.isnan(found.loc[name, "m2_per_person"])


@given(city=cities(), decay=st.sampled_from(DECAYS), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_the_truth_lies_between_the_bounds_whatever_lies_beyond_the_edge(city: City, decay: Decay, seed: int) -> None:
    """Hide some residents and some spaces as the edge of data would: the bounds hold the whole truth."""
    rng = np.random.default_rng(seed)
    points, places = city.matrix.shape
    hidden_point, hidden_place = rng.random(points) < 0.3, rng.random(places) < 0.3
    near = np.where(np.isfinite(city.matrix), city.matrix, 1e9) <= 500
    seen = City(city.matrix[np.ix_(~hidden_point, ~hidden_place)], city.residents[~hidden_point], city.area_m2[~hidden_place])
    found = supply_range(
        seen.costs, seen.residents, seen.area_m2, decay,
        point_cut=near[np.ix_(~hidden_point, hidden_place)].any(axis=1),
        place_cut=near[np.ix_(hidden_point, ~hidden_place)].any(axis=0),
    )
    truth = supply_per_person(city.costs, city.residents, city.area_m2, decay).to_numpy()[~hidden_point]
    lived = seen.residents.to_numpy() > 0
    assert (found.low[lived] <= truth[lived] * (1 + 1e-9) + 1e-9).all()
    assert (found.high[lived] >= truth[lived] * (1 - 1e-9) - 1e-9).all()
    certain = lived & ~np.isnan(found.value)
    assert found.value[certain] == pytest.approx(truth[certain], rel=1e-9)
    assert found.low[certain] == pytest.approx(truth[certain], rel=1e-9)
