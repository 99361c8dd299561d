"""Whom a gate or a new space would serve, and which is best, against networkx and a search through all of them."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.remedy_choice import Offers, Unserved, by_unit, chosen
from analyses.remedy_gates import gate_offers
from analyses.remedy_ground import Ground
from analyses.remedy_hazards import danger
from analyses.remedy_new import new_offers
from spatial.impedance import distance
from spatial.snapping import attach, edge_index
from tests.networks import network
from tests.search_by_networkx import costs
from tests.town import buildings, spaces, town

LIMIT_M = 260.0
GREEN = Rule("green", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=90.0), supply=Supply(("green",)), within_m=LIMIT_M)
PARAMETERS = Parameters()


@pytest.fixture(scope="module", params=[6, 11])
def city(request):
    """A small town (synthetic): its scene, whom the rule leaves short, and the index of its network."""
    rng = np.random.default_rng(request.param)
    columns = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for j in range(5)] for i in range(11)]
    rows = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for i in range(11)] for j in range(5)]
    kept = [line for line in [*columns, *rows] if rng.random() < 0.75]
    corners = rng.uniform((10, -90), (960, 270), size=(14, 2))
    homes = {f"way/{i}": (box(x, y, x + 20, y + 15), float(rng.integers(1, 6))) for i, (x, y) in enumerate(corners)}
    parks = {f"way/{100 + i}": ("park", box(x, y, x + 70, y + 50)) for i, (x, y) in enumerate(rng.uniform((0, -90), (900, 230), size=(3, 2)))}
    people = pd.DataFrame({"population": [300.0, 500.0]}, index=pd.Index(["East", "West"], name="community_id"))
    layers = dataclasses.replace(town(), residents=people, network=network(kept), buildings=buildings(homes), spaces=spaces(parks, frozenset(parks)))
    results = assess(layers, [Profile("p", {}, "", 2026, "convention", (GREEN,))])
    evidence = results.evidence
    assert evidence is not None
    level = evidence.levels["community"]
    return evidence.scene, of_other_days(evidence.scene).unserved(evidence.measured[("p", "green")], level, np.array([0, 1])), edge_index(layers.network)


def of_other_days(scene) -> Ground:
    return Ground(scene, danger(scene.layers))


def within_by_networkx(scene, short: Unserved, offers: Offers, index) -> np.ndarray:
    """Rows by offers: whether the walk from the home to the offer is within the limit."""
    homes, at = scene.demand.point[short.row], scene.walking.points.take(short.row)
    reached = attach(index, offers.point, limit_m=PARAMETERS.open_edge_reach_m)
    places = shapely.get_coordinates(offers.point)
    found = costs(scene.layers.network, distance(scene.layers.network), (shapely.get_coordinates(homes), at.edge), (places, reached.edge))
    return found <= LIMIT_M


@pytest.mark.parametrize("make", ["gates", "new"])
def test_whom_each_offer_serves(city, make) -> None:
    scene, short, index = city
    offers = gate_offers(of_other_days(scene), short, index, PARAMETERS) if make == "gates" else new_offers(scene, short, PARAMETERS)
    expected = within_by_networkx(scene, short, offers, index)
    found = np.zeros_like(expected)
    found[offers.row, offers.offer] = True
    assert expected.any()
    assert not expected.all()
    np.testing.assert_array_equal(found, expected)


def test_the_first_choice_is_the_best_and_three_are_near_the_best_three(city) -> None:
    scene, short, index = city
    offers = new_offers(scene, short, PARAMETERS)
    serves = within_by_networkx(scene, short, offers, index)
    weight = short.residents[short.row] * short.found.bad[short.row]
    for unit, pairs in by_unit(offers, short).items():
        mine = weight * (short.unit == unit)
        won = list(chosen(offers, pairs, short, unit, 100.0, PARAMETERS.remedies, steps=3))
        best_one = max(mine @ serves[:, i] for i in range(serves.shape[1]))
        assert won[0].residents_gained == pytest.approx(best_one)
        best = max(mine @ serves[:, list(some)].any(axis=1) for some in combinations(range(serves.shape[1]), len(won)))
        assert (1 - 1 / np.e) * best - 1e-9 <= won[-1].residents_gained <= best + 1e-9
        together = mine @ serves[:, [step.offer for step in won]].any(axis=1)
        assert won[-1].residents_gained == pytest.approx(together)
