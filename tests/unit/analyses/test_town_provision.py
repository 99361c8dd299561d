"""Provision, crowding and groups of the synthetic town, derived on paper. The drawing and its numbers: tests/town.py."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.types import Layers
from spatial.build import build_network
from tests.networks import areas, ways
from tests.town import EAST, PARK, STREET, WEST, spaces, town, units, with_hazards

BASIS = Basis("synthetic", "high")


def reach(within_m: float) -> Rule:
    target = Target("%", "convention", minimum=80.0)
    return Rule("reach", "reach", {}, "population", "%", BASIS, target=target, supply=Supply(("green",)), within_m=within_m)


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules)])


def row(results: Results, unit: str, rule: str = "reach") -> pd.Series:
    rows = results.assessments.query("unit_id == @unit and rule_id == @rule")
    assert len(rows) == 1
    return rows.iloc[0]


def provision(method: str, within_m: float, *, decay: str = "", minimum: float | None = 30.0, by: str = "walk") -> Rule:
    target = None if minimum is None else Target("m2/person", "convention", minimum=minimum)
    return Rule("area", "provision", {}, "population", "m2/person", BASIS, target=target, supply=Supply(("green",)),
                within_m=within_m, by=by, method=method, per="person", decay=decay)


def test_supply_within_reach_is_not_shared_out() -> None:
    """All of West reach the park within 400 m, six of East's street points too: it counts whole in both."""
    results = judged(town(), provision("within", 400))
    assert row(results, "West", "area")["value"] == pytest.approx(3000 / 50)
    east = row(results, "East", "area")
    assert (east["value"], east["method"]) == (pytest.approx(3000 / 60), "within")
    assert row(results, "town", "area")["value"] == pytest.approx(3000 / 110), "once in the city, however many reach it"
    assert row(judged(town(), provision("within", 100)), "East", "area")["value"] == 0


def test_supply_shared_out_among_all_who_come() -> None:
    """Within 400 m: West's 50 and East's 6: 3000 / 56 each. East's mean: 6 of 60 have it."""
    results = judged(town(), provision("e2sfca", 400, decay="dichotomous"))
    each = 3000 / 56
    west, east = row(results, "West", "area"), row(results, "East", "area")
    assert west["value"] == pytest.approx(each)
    assert (east["value"], east["status"], east["residents_short"]) == (pytest.approx(each / 10), "short", pytest.approx(60))
    assert row(results, "town", "area")["value"] == pytest.approx(3000 / 110), "what is given out is what there is"
    assert len(results.gaps) == 1
    assert shapely.equals(results.gaps.geometry.iloc[0], EAST)


def test_with_decay_the_nearer_homes_have_more_of_it() -> None:
    """Linear to 500 m: W1 at 140 m weighs 0.72, W2 at 95 m 0.81, E1 at 490 m 0.02; the street points
    512.5 .. 712.5 are 272.5 .. 472.5 m away and weigh 0.455, 0.405, ... 0.055; the next is 497.5 m away: 0.005."""
    street = np.array([0.455, 0.405, 0.355, 0.305, 0.255, 0.205, 0.155, 0.105, 0.055, 0.005])
    demand_ = 30 * 0.72 + 20 * 0.81 + 40 * 0.02 + street.sum()
    results = judged(town(), provision("e2sfca", 500, decay="linear"))
    assert row(results, "West", "area")["value"] == pytest.approx(3000 / demand_ * (30 * 0.72 + 20 * 0.81) / 50)
    assert row(results, "East", "area")["value"] == pytest.approx(3000 / demand_ * (40 * 0.02 + street.sum()) / 60)


def test_a_straight_line_is_another_method() -> None:
    """Within 446.4 m of the boundary: West's 50, E1's 40 and eight street points."""
    found = row(judged(town(), provision("e2sfca", 446.4, decay="dichotomous", by="euclidean")), "West", "area")
    assert (found["value"], found["method"]) == (pytest.approx(3000 / 98), "e2sfca_euclidean")


def test_where_uncounted_people_may_come_a_share_is_unknown() -> None:
    """The same street, but only West is a community: whoever lives along the street beyond x = 500 comes too.

    The border at x = 500 is 250 m from the gate at x = 250 and 10 m in. Within 200 m nobody from beyond it
    comes; within 800 m they may, so that West's 3000 / 50 is the most that its residents have.
    """
    alone = dataclasses.replace(town(), communities=units({"West": WEST}), residents=town().residents.loc[["West"]])
    rule = provision("e2sfca", 200, decay="dichotomous")
    near = assess(alone, [Profile("p", {}, "", 2026, "convention", (rule,))], parameters=Parameters(catchment_m=200))
    assert row(near, "West", "area")["value"] == pytest.approx(60)
    assert near.public_space["catchment_population"].tolist() == pytest.approx([50])
    far = judged(alone, provision("e2sfca", 800, decay="dichotomous"))
    west = row(far, "West", "area")
    assert west[["status", "reason"]].tolist() == ["not_assessed", "edge_of_data"]
    assert west["residents_unknown"] == pytest.approx(50)
    assert row(judged(alone, provision("e2sfca", 800, decay="dichotomous", minimum=61)), "West", "area")["reason"] == "edge_of_data"
    wide = assess(alone, [Profile("p", {}, "", 2026, "convention", (reach(400),))], parameters=Parameters(catchment_m=800))
    assert wide.public_space[["catchment_population", "m2_per_person"]].isna().all(axis=None)
    assert [(c.count, c.detail) for c in wide.caveats if c.code == "catchment_cut"] == [(1, "way/1")]
    assert "catchment_cut" not in {c.code for c in near.caveats}


def test_where_the_map_ends_supply_within_reach_has_no_upper_bound() -> None:
    """The street is cut at x = 1000: E1 may reach another park beyond it, so only what is already enough is met."""
    cut = dataclasses.replace(town(), network=build_network(ways([STREET], cut=[3]), areas(), box(-1e6, -1e6, 1e6, 1e6)))
    assert row(judged(cut, provision("within", 400, minimum=51)), "East", "area")["reason"] == "edge_of_data"
    enough = row(judged(cut, provision("within", 400, minimum=50)), "East", "area")
    assert (enough["status"], enough["residents_unknown"]) == ("met", pytest.approx(56)), "16 street points and E1"


def test_crowding_of_a_space_counts_who_lives_within_a_walk() -> None:
    """West's 50 and six of East. A playground that touches the park is as crowded as the park; a library is not told."""
    table = judged(town(), reach(400)).public_space.set_index("space_id")
    assert table["catchment_population"].tolist() == pytest.approx([56])
    assert table["m2_per_person"].tolist() == pytest.approx([3000 / 56])
    more = {"way/1": ("park", PARK), "way/2": ("playground", box(250, -60, 260, -50)), "way/3": ("library", box(0, -40, 10, -30))}
    several = judged(dataclasses.replace(town(), spaces=spaces(more)), reach(400)).public_space.set_index("space_id")
    assert several["m2_per_person"].tolist() == pytest.approx([3000 / 56, 3000 / 56, np.nan], nan_ok=True)
    without = judged(dataclasses.replace(town(), residents=None), reach(400)).public_space
    assert without["m2_per_person"].isna().all()


def told(layers: Layers, *rules: Rule) -> pd.DataFrame:
    """Groups with nothing withheld: the town's are small."""
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules)], parameters=Parameters(smallest_group=0)).groups


def test_groups_are_told_for_districts_and_the_city() -> None:
    """Old people live like everybody else of their community: all 5 of West are served and 6 / 60 of East's 12: 6.2 of 17."""
    groups = told(town(), reach(400))
    assert set(groups["level"]) == {"district", "city"}
    city = groups[groups["level"] == "city"].iloc[0]
    assert city[["group", "residents_unknown", "unit", "status", "residents_status"]].tolist() == ["age65plus", 0, "%", "published", "published"]
    assert (city["residents"], city["residents_served"], city["residents_short"]) == (17, 6, 11), "whole persons"
    assert city["value"] == pytest.approx(100 * 6 / 17)
    exposed = Rule("exposed", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",))
    flooded = with_hazards(town(), {"river": ("flood", "official", EAST)})
    city = told(flooded, exposed).query("level == 'city' and rule_id == 'exposed'").iloc[0]
    assert (city["residents_short"], city["value"]) == (pytest.approx(12), pytest.approx(100 * 12 / 17))
    assert judged(dataclasses.replace(town(), residents=None), reach(400)).groups.empty
