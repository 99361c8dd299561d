"""Areas served in the synthetic town: by rule, by place, and what each community gets to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import Point, box

from analyses.access import Walking, prepare_walking
from analyses.assess import assess
from analyses.columns import SERVICE_AREAS
from analyses.entrances import find_entrances
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply
from analyses.service_areas import area_served, areas_of_communities, areas_of_places
from analyses.supply import merge_places
from layers.types import Layers
from spatial.impedance import distance
from spatial.snapping import attach, edge_index
from tests.networks import METRIC
from tests.town import PARK, spaces, town

PARKS = Supply(("park",))


def _walking(layers: Layers) -> Walking:
    index = edge_index(layers.network)
    homes = np.array([Point(100, 5), Point(705, 5)], dtype=object)
    entrances = find_entrances(layers, index, Parameters())
    return prepare_walking(layers.network, entrances, attach(index, homes, limit_m=100), limit=5000)


def test_the_area_runs_along_the_street_to_the_limit() -> None:
    # Ways in lie 10 m off the street at x = 210 to 250, and 20 m off it at (200, -20) and (260, -20). 100 m
    # reach along the street from 210 - 90 = 120 to 250 + 90 = 340.
    area = area_served(_walking(town()), merge_places(town().spaces, PARKS), limit=100, strip_m=20)
    assert area.bounds == pytest.approx((120, -20, 340, 20), abs=0.5)
    assert area.covers(box(140, -19, 320, 19))


def test_places_have_areas_of_their_own() -> None:
    two = dataclasses.replace(
        town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", box(800, -60, 860, -10))})
    )
    walking, places = _walking(two), merge_places(two.spaces, PARKS)
    first, second = areas_of_places(walking, places, limit=100, strip_m=20)
    assert first.bounds == pytest.approx((120, -20, 340, 20), abs=0.5)
    assert second.bounds == pytest.approx((720, -20, 940, 20), abs=0.5)
    both = area_served(walking, places, limit=100, strip_m=20)
    assert both.area == pytest.approx(first.area + second.area)


def test_a_community_gets_to_what_its_homes_get_to() -> None:
    # Homes 5 m off the street at x = 100 and 705: 45 m remain of 50.
    layers = town()
    walking = _walking(layers)
    areas = areas_of_communities(
        layers.network, distance(layers.network), walking.points, np.array([1, 0]), limit=50, strip_m=10
    )
    assert areas[1].bounds == pytest.approx((55, -10, 145, 10), abs=0.5)
    assert areas[0].bounds == pytest.approx((660, -10, 750, 10), abs=0.5)


def _rule(rule_id: str, within_m: float, by: str = "walk", supply: Supply = PARKS) -> Rule:
    return Rule(rule_id, "reach", {"en": rule_id}, "population", "%", Basis("none", "high"), supply=supply, within_m=within_m, by=by)


def test_every_walking_rule_has_one_row() -> None:
    rules = (_rule("near", 100), _rule("far", 300), _rule("straight", 300, by="euclidean"), _rule("none", 300, supply=Supply(("beach",))))
    table = assess(town(), [Profile("p", {"en": "p"}, "town", 2026, "convention", rules)]).service_areas
    declared = [c.name for c in SERVICE_AREAS.columns if "<" not in c.name]
    assert list(table.columns) == [*declared[:-1], declared[-1], "geometry"]
    assert table["rule_id"].tolist() == ["near", "far", "none"]
    assert table["limit"].tolist() == [100, 300, 300]
    assert set(table["limit_unit"]) == {"m"}
    assert table.geometry.iloc[1].covers(table.geometry.iloc[0])
    assert table["area_m2"].tolist() == pytest.approx(table.geometry.area.tolist())
    assert table.geometry.iloc[2].is_empty
    assert table.crs == METRIC
