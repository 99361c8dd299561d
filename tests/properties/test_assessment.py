"""What holds for any city: residents are conserved, more supply never hurts, and coordinates are only names for places."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from shapely.affinity import translate

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.residents import other_placements, place_residents
from layers.types import Layers
from tests.networks import network
from tests.town import buildings, hazards, spaces, study, town

BASIS = Basis("synthetic", "high")
GREEN = Rule("green", "reach", {}, "population", "%", BASIS, "community", Target("%", "convention", minimum=80.0), Supply(("green",)), 300.0)
LARGE = dataclasses.replace(GREEN, id="large", supply=Supply(("green",), 2000.0))
STRAIGHT = dataclasses.replace(GREEN, id="straight", by="euclidean")
FLOOD = Rule("flood", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",))
PROFILE = Profile("p", {}, "", 2026, "convention", (GREEN, LARGE, STRAIGHT, FLOOD))


@st.composite
def cities(draw: st.DrawFn) -> Layers:
    """A block grid of streets over the town's two communities, with random homes, parks, residents and a flood band."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for j in range(5)] for i in range(11)]
    rows = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for i in range(11)] for j in range(5)]
    kept = [line for line in [*columns, *rows] if rng.random() < 0.7]
    corners = rng.uniform((10, -90), (960, 270), size=(12, 2))
    homes = {f"way/{i}": (box(x, y, x + rng.uniform(5, 40), y + rng.uniform(5, 30)), float(rng.integers(1, 6))) for i, (x, y) in enumerate(corners)}
    parks = {
        f"way/{100 + i}": (str(rng.choice(["park", "garden", "square"])), box(x, y, x + rng.uniform(10, 90), y + rng.uniform(10, 60)))
        for i, (x, y) in enumerate(rng.uniform((0, -90), (950, 250), size=(int(rng.integers(1, 5)), 2)))
    }
    people = rng.integers(0, 400, size=2).astype(float)
    people[rng.random(2) < 0.1] = np.nan
    band = box(0, -100, rng.uniform(1, 1000), rng.uniform(-99, 300))
    rows_of_hazards = {"river": ("flood", "official", band)}
    return dataclasses.replace(
        town(),
        study=study(rows_of_hazards),
        hazards=hazards(rows_of_hazards),
        residents=pd.DataFrame({"population": people, "old": people * 0.25}, index=pd.Index(["East", "West"], name="community_id")),
        network=network(kept or [columns[0]]),
        buildings=buildings(homes),
        spaces=spaces(parks),
    )


def values(layers: Layers) -> pd.DataFrame:
    table = assess(layers, [PROFILE]).assessments
    return table.set_index(["level", "unit_id", "rule_id"]).sort_index()


@given(cities())
@settings(max_examples=40, deadline=None)
def test_residents_and_groups_are_conserved_however_they_are_placed(city: Layers) -> None:
    demand = place_residents(city.communities, city.residents, city.buildings, city.network, Parameters())
    for name in ("population", "old"):
        placed = demand.table.groupby("community")[name].agg(lambda s: s.sum(skipna=False))
        np.testing.assert_allclose(placed.reindex([0, 1]), city.residents[name], rtol=0, atol=1e-6)
    for residents in other_placements(demand, Parameters()).values():
        placed = pd.Series(residents).groupby(demand.table["community"]).agg(lambda s: s.sum(skipna=False))
        np.testing.assert_allclose(placed.reindex([0, 1]), city.residents["population"], rtol=0, atol=1e-6)


@given(cities(), st.tuples(st.floats(0, 900), st.floats(-90, 250)))
@settings(max_examples=30, deadline=None)
def test_another_park_and_a_longer_limit_never_lower_reach(city: Layers, corner: tuple[float, float]) -> None:
    more = pd.concat([city.spaces, spaces({"way/999": ("park", box(*corner, corner[0] + 60, corner[1] + 40))})])
    before, after = values(city), values(dataclasses.replace(city, spaces=more))
    reach = before.index.get_level_values("rule_id").isin(["green", "large", "straight"])
    assert (after.loc[reach, "residents_served"].fillna(0) >= before.loc[reach, "residents_served"].fillna(0) - 1e-9).all()
    longer = Profile("p", {}, "", 2026, "convention", (dataclasses.replace(GREEN, within_m=301.0),))
    farther = assess(city, [longer]).assessments.set_index(["level", "unit_id", "rule_id"])["residents_served"]
    nearer = before.loc[before.index.get_level_values("rule_id") == "green", "residents_served"]
    assert (farther.reindex(nearer.index).fillna(0) >= nearer.fillna(0) - 1e-9).all()


@given(cities())
@settings(max_examples=30, deadline=None)
def test_served_short_and_unknown_add_up_to_the_residents_of_every_unit(city: Layers) -> None:
    table = values(city).reset_index()
    residents = {"East": city.residents["population"]["East"], "West": city.residents["population"]["West"]}
    table["population"] = table["unit_id"].map(residents)
    own = table[(table["level"] == "community") & table["residents_served"].notna()]
    total = own["residents_served"] + own["residents_short"] + own["residents_unknown"]
    np.testing.assert_allclose(total, own["population"], rtol=0, atol=1e-6)
    for rule, rows in table[table["level"] == "community"].groupby("rule_id"):
        city_row = table[(table["level"] == "city") & (table["rule_id"] == rule)].iloc[0]
        if rows["residents_served"].notna().all():
            assert city_row["residents_served"] == pytest.approx(rows["residents_served"].sum(), abs=1e-6)


@given(cities())
@settings(max_examples=15, deadline=None)
def test_a_city_moved_by_a_hundred_kilometres_is_the_same_city(city: Layers) -> None:
    def moved(frame):
        return frame.set_geometry(frame.geometry.map(lambda g: translate(g, 100_000, -100_000)))

    net = city.network
    there = dataclasses.replace(
        city,
        communities=moved(city.communities),
        parents={k: moved(v) for k, v in city.parents.items()},
        buildings=moved(city.buildings),
        spaces=moved(city.spaces),
        hazards=moved(city.hazards),
        network=dataclasses.replace(
            net,
            node_xy=net.node_xy + np.array([100_000, -100_000]),
            edge_line=np.array([translate(g, 100_000, -100_000) for g in net.edge_line], dtype=object),
        ),
    )
    here, away = values(city), values(there)
    # A home exactly at a limit may fall on either side of it: the rounding of coordinates moves it by nanometres.
    pd.testing.assert_frame_equal(here[["value", "residents_served"]], away[["value", "residents_served"]], atol=1e-6)


@given(cities())
@settings(max_examples=15, deadline=None)
def test_a_larger_hazard_never_exposes_fewer(city: Layers) -> None:
    rows = {"river": ("flood", "official", city.hazards.geometry.iloc[0].union(box(100, 0, 400, 200)))}
    larger = dataclasses.replace(city, study=study(rows), hazards=hazards(rows))
    before, after = (values(c).xs("flood", level="rule_id")["residents_short"].fillna(0) for c in (city, larger))
    assert (after >= before - 1e-9).all()


@given(cities(), st.floats(0.2, 0.8))
@settings(max_examples=20, deadline=None)
def test_a_park_cut_in_two_is_still_one_park(city: Layers, share: float) -> None:
    parks = city.spaces[city.spaces["space_class"].isin(["park", "garden"])]
    if parks.empty:
        return
    name, whole = parks.index[0], parks.geometry.iloc[0]
    left, bottom, right, top = whole.bounds
    middle = left + share * (right - left)
    halves = spaces({name: ("park", box(left, bottom, middle, top)), "way/998": ("park", box(middle, bottom, right, top))})
    cut = pd.concat([city.spaces.drop(index=name), halves])
    straight = values(city).xs("straight", level="rule_id")["residents_served"]
    still = values(dataclasses.replace(city, spaces=cut)).xs("straight", level="rule_id")["residents_served"]
    pd.testing.assert_series_equal(straight, still, atol=1e-6)


def test_the_cities_drawn_are_no_trivial_ones() -> None:
    """The property tests above would prove nothing if nobody were served, or everybody."""
    served: list[float] = []

    @given(cities())
    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    def collect(city: Layers) -> None:
        served.extend(values(city).xs("green", level="rule_id")["value"].dropna())

    collect()
    assert min(served) < 20
    assert max(served) > 80
    assert sum(20 < value < 80 for value in served) > 5


