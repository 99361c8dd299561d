"""What residents have or bear, read off a synthetic town with one park."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from analyses import assess as assess_module
from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile_reader import packaged_profile
from analyses.resources import all_resources, free_supply
from tests.town import town


def scene_of(monkeypatch, layers, parameters=None):
    kept = {}

    def spy(shared, judged, parameters):
        kept["found"] = shared, judged
        raise InterruptedError

    monkeypatch.setattr(assess_module, "public_groups", spy)
    with pytest.raises(InterruptedError):
        assess(layers, [packaged_profile("linli-start")], parameters=parameters or Parameters())
    return kept["found"]


def resource(found, code, rule):
    (one,) = (r for r in found if r.code == code and r.rule_id == rule)
    return one


def test_the_park_is_shared_out_and_nothing_is_lost(monkeypatch):
    scene, judged = scene_of(monkeypatch, town())
    supply = free_supply(scene, catchment_m=400.0)
    people = scene.weight("population")
    for value in supply.values():
        assert np.nansum(value * people) == pytest.approx(3000)
    assert [r.code for r in all_resources(scene, judged, supply)][:2] == ["open_space_m2", "green_m2"]


def test_everybody_has_the_share_of_their_community_and_their_own_walk(monkeypatch):
    scene, judged = scene_of(monkeypatch, town())
    found = all_resources(scene, judged, {})
    served, walk = (resource(found, code, "open.400m") for code in ("served", "distance_m"))
    rows = judged.assessments.query("rule_id == 'open.400m' and level == 'community'")["value"].to_numpy()
    np.testing.assert_allclose(served.value, rows[scene.demand.table["community"]])
    assert len(np.unique(served.value)) == 2
    reach = judged.measured[("linli-start", "open.400m")].reach
    np.testing.assert_array_equal(walk.value, reach.cost)
    assert not walk.capped.any()


def test_a_walk_beyond_every_search_counts_as_long_as_the_search_and_says_so(monkeypatch):
    parameters = Parameters(search_limit_m=500.0)
    scene, judged = scene_of(monkeypatch, town(), parameters)
    walk = resource(all_resources(scene, judged, {}), "distance_m", "open.400m")
    assert walk.capped.any()
    assert (walk.value[walk.capped] == 500).all()
    assert (walk.value[~walk.capped] <= 500).all()


def test_a_walk_just_longer_than_every_search_counts_as_long_as_the_search_too():
    """700 m where searches end at 500: found by its last straight leg."""
    reach = SimpleNamespace(unit="m", cost=np.array([400.0, 700.0, np.inf]), edge_of_data=np.full(3, np.inf))
    rule = SimpleNamespace(kind="reach of nobody", who="population", count=1, limit=300.0)
    found = {("p", "r"): SimpleNamespace(rule=rule, reach=reach, shared=())}
    scene = SimpleNamespace(layers=SimpleNamespace(residents=object()), weight=lambda who: np.ones(3), walking=SimpleNamespace(limit=500.0))
    (walk,) = all_resources(scene, SimpleNamespace(measured=found), {})
    assert walk.value.tolist() == [400, 500, 500]
    assert walk.capped.tolist() == [False, True, True]


def test_a_walk_past_the_edge_of_the_data_is_unknown(monkeypatch):
    scene, judged = scene_of(monkeypatch, town())
    key = ("linli-start", "open.400m")
    found = judged.measured[key]
    near = dataclasses.replace(found.reach, edge_of_data=np.full(len(found.reach.cost), 150.0))
    beside = dataclasses.replace(judged, measured={key: dataclasses.replace(found, reach=near)})
    walk = resource(all_resources(scene, beside, {}), "distance_m", "open.400m")
    np.testing.assert_array_equal(np.isnan(walk.value), found.reach.cost > 150)
    assert np.isnan(walk.value).any()
    assert not np.isnan(walk.value).all()


def test_without_residents_nobody_has_anything(monkeypatch):
    bare = dataclasses.replace(town(), residents=None, study=dataclasses.replace(town().study, residents=None))
    scene, judged = scene_of(monkeypatch, bare)
    assert free_supply(scene, catchment_m=400.0) == {}
    assert all_resources(scene, judged, {}) == ()
