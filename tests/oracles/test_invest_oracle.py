"""Supply per person against an independent raster implementation of InVEST's Urban Nature Access.

The model's published formulas, written anew as convolutions of whole grids; our own functions work on
pairs of points and know no grid. Read in its open source (urban_nature_access.py in two versions,
pygeoprocessing/kernels.py), the guide's form cited from memory: distances between pixel centres, kernels not
normalised, R_j = S_j where one person or fewer come. Guide and code differ in one thing: the guide cuts the exponential kernel at the
search radius, the code lets it run on to 2 * ceil(radius / pixel) + 1 pixels. Both are tested. The grids
are synthetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d

from analyses.catchment import balance, supply_per_person
from analyses.cumulative import area_within
from analyses.decay import Decay, Density, Dichotomous, Exponential, Gaussian, invest_exponential
from analyses.euclidean import straight_costs
from analyses.supply import Places

Kernel = Callable[[np.ndarray, float], np.ndarray]

KERNELS: dict[str, tuple[Kernel, Callable[[float, float], Decay]]] = {
    "dichotomy": (lambda d, r: np.ones_like(d), lambda radius, _: Dichotomous(radius)),
    "gaussian": (
        lambda d, r: (np.e ** (-0.5 * (d / r) ** 2) - np.e**-0.5) / (1 - np.e**-0.5),
        lambda radius, _: Gaussian(radius),
    ),
    "density": (lambda d, r: 0.75 * (1 - (d / r) ** 2), lambda radius, _: Density(radius)),
    "exponential of the guide": (lambda d, r: np.exp(-d / r), lambda radius, _: Exponential(radius)),
    "exponential of the code": (lambda d, r: np.exp(-d / r), invest_exponential),
}


@dataclass(frozen=True)
class Model:
    """What the raster model yields, one grid each."""

    accessible_m2: np.ndarray
    supply_m2_per_person: np.ndarray
    balance_m2_per_person: np.ndarray
    balance_m2: np.ndarray
    undersupplied: np.ndarray


def raster_model(nature: np.ndarray, population: np.ndarray, name: str, radius_m: float, pixel_m: float, demand: float) -> Model:
    """The model on whole grids, in pixels as it counts."""
    radius = radius_m / pixel_m
    end = 2 * np.ceil(radius) + 1 if name == "exponential of the code" else radius
    half = int(np.floor(end))
    distance = np.hypot(*np.mgrid[-half : half + 1, -half : half + 1])
    kernel = np.where(distance <= end, KERNELS[name][0](distance, radius), 0.0)

    def spread(grid: np.ndarray) -> np.ndarray:
        rows, columns = grid.shape
        return convolve2d(grid, kernel, mode="full")[half : half + rows, half : half + columns]

    area_m2 = nature * pixel_m**2
    people_near = spread(population)
    ratio = np.where(people_near <= 1, area_m2, area_m2 / np.where(people_near <= 1, 1, people_near))
    supply = spread(ratio)
    each = supply - demand
    return Model(spread(area_m2), supply, each, each * population, np.where(each < 0, population, 0.0))


def our_functions(nature: np.ndarray, population: np.ndarray, decay: Decay, pixel_m: float, demand: float) -> Model:
    """The same by pairs of points: every pixel a demand point, every green pixel a place at its centre."""
    row, column = np.mgrid[: nature.shape[0], : nature.shape[1]]
    centre = shapely.points(column.ravel() * pixel_m + 455_000.0, 3_110_000.0 - row.ravel() * pixel_m)
    green = np.flatnonzero(nature.ravel())
    places = Places("green", green, np.arange(len(green)), centre[green], np.full(len(green), pixel_m**2))
    costs = straight_costs(places, centre, limit=decay.reach)
    residents = pd.Series(population.ravel())
    supply = supply_per_person(costs, residents, pd.Series(places.area_m2), decay, least_residents=1.0)
    short = balance(supply, residents, required_m2_per_person=demand)
    grids = (area_within(costs, residents.index, places.area_m2, decay), supply, *(short[c] for c in short.columns[:3]))
    return Model(*(grid.to_numpy(float).reshape(nature.shape) for grid in grids))


@pytest.mark.parametrize("name", KERNELS)
@given(seed=st.integers(0, 2**32 - 1), radius_m=st.sampled_from([75.0, 100.0, 250.0, 333.0]), pixel_m=st.sampled_from([30.0, 50.0, 100.0]))
@settings(max_examples=15, deadline=None)
def test_both_agree_to_a_millionth(name: str, seed: int, radius_m: float, pixel_m: float) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(5, 22, 2))
    nature = (rng.random(shape) < 0.3).astype(float)
    population = rng.uniform(0, 30, shape) * (rng.random(shape) < 0.5)
    demand = float(rng.uniform(1, 300))
    model = raster_model(nature, population, name, radius_m, pixel_m, demand)
    ours = our_functions(nature, population, KERNELS[name][1](radius_m, pixel_m), pixel_m, demand)
    for measure in ("accessible_m2", "supply_m2_per_person", "balance_m2_per_person", "balance_m2"):
        np.testing.assert_allclose(getattr(ours, measure), getattr(model, measure), rtol=1e-6, atol=1e-6, err_msg=measure)
    decided = np.abs(model.balance_m2_per_person) > 1e-6
    np.testing.assert_allclose(ours.undersupplied[decided], model.undersupplied[decided], rtol=1e-6)


def test_the_two_exponentials_are_two_models() -> None:
    """One green pixel and 100 people on each pixel of a line of nine, radius two pixels of 100 m."""
    nature, population = np.zeros((1, 9)), np.full((1, 9), 100.0)
    nature[0, 4] = 1
    guide, code = (raster_model(nature, population, f"exponential of the {which}", 200.0, 100.0, 12.0) for which in ("guide", "code"))
    near = np.exp(-np.abs(np.arange(9) - 4) / 2)
    cut = np.where(np.abs(np.arange(9) - 4) <= 2, near, 0)
    assert guide.supply_m2_per_person[0] == pytest.approx(cut * 10_000 / (100 * cut.sum()))
    assert code.supply_m2_per_person[0] == pytest.approx(near * 10_000 / (100 * near.sum()))
    assert (guide.undersupplied.sum(), code.undersupplied.sum()) == (400, 600)
    assert guide.balance_m2.sum() == pytest.approx(code.balance_m2.sum()), "both give out the same hectare"
