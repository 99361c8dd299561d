"""Whatever the city: a suggestion never makes a value worse, and done for real it does what it promised."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.assess import assess
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.types import Layers
from tests.networks import network
from tests.town import buildings, gates, spaces, town

BASIS = Basis("synthetic", "high")
GREEN = Rule("green", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=90.0), supply=Supply(("green",)), within_m=250.0)


@st.composite
def walled_cities(draw: st.DrawFn) -> Layers:
    """A grid of streets with gaps over the town's two communities, random homes, and parks behind fences."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for j in range(5)] for i in range(11)]
    rows = [[(100 * i + j, 100.0 * i, 80.0 * j - 80) for i in range(11)] for j in range(5)]
    kept = [line for line in [*columns, *rows] if rng.random() < 0.7]
    corners = rng.uniform((10, -90), (960, 270), size=(12, 2))
    homes = {f"way/{i}": (box(x, y, x + rng.uniform(5, 40), y + rng.uniform(5, 30)), float(rng.integers(1, 6))) for i, (x, y) in enumerate(corners)}
    parks = {
        f"way/{100 + i}": ("park", box(x, y, x + rng.uniform(20, 90), y + rng.uniform(20, 60)))
        for i, (x, y) in enumerate(rng.uniform((0, -90), (950, 250), size=(int(rng.integers(1, 4)), 2)))
    }
    people = pd.DataFrame({"population": rng.integers(100, 900, size=2).astype(float)}, index=pd.Index(["East", "West"], name="community_id"))
    return dataclasses.replace(town(), residents=people, network=network(kept or [columns[0]]), buildings=buildings(homes), spaces=spaces(parks, frozenset(parks)))


def judged(layers: Layers) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", (GREEN,))])


def row(results: Results, gap_id: str) -> pd.Series:
    rows = results.assessments
    return rows[(rows["unit_id"] == gap_id.split("/")[1]) & (rows["level"] == "community")].iloc[0]


@given(walled_cities())
@settings(max_examples=8, deadline=None)
def test_no_suggestion_makes_a_value_worse_and_steps_only_add(city: Layers) -> None:
    results = judged(city)
    assume(results.remedies is not None)
    gaps = results.gaps.set_index("gap_id")
    built = results.remedies[results.remedies["residents_gained"].notna()]
    for _, remedy in built.iterrows():
        gap = gaps.loc[remedy["gap_id"]]
        assert gap["value"] < remedy["value_after"] <= 100
        assert 10 <= remedy["residents_gained"] <= gap["residents_short"] + 1e-9
        enough = remedy["value_after"] >= gap["target"] - 1e-7
        sure = {"exact": True, "at_least": enough, "at_most": not enough}[remedy["certainty"]]
        assert remedy["closes"] == enough if sure else np.isnan(remedy["closes"])
    for _, steps in built.groupby(["gap_id", "remedy"]):
        assert steps["step"].tolist() == list(range(1, len(steps) + 1))
        assert steps["residents_gained"].is_monotonic_increasing
        assert not steps["closes"].iloc[:-1].eq(1).any()


@given(walled_cities())
@settings(max_examples=6, deadline=None)
def test_a_gate_opened_for_real_keeps_its_promise(city: Layers) -> None:
    before = judged(city)
    assume(before.remedies is not None)
    ways_in = before.remedies[(before.remedies["remedy"] == "way_in") & (before.remedies["step"] == 1)]
    assume(len(ways_in) > 0)
    gate = ways_in.iloc[0]
    after = judged(dataclasses.replace(city, gates=gates({"node/1": gate["geometry"]})))
    was, is_ = row(before, gate["gap_id"]), row(after, gate["gap_id"])
    gained = was["residents_short"] - is_["residents_short"]
    # A gate where two fences meet opens both parks, and more than was promised of the one.
    opened = (city.spaces.boundary.distance(gate["geometry"]) <= 5).sum()
    if opened == 1:
        assert gained == pytest.approx(gate["residents_gained"], abs=1e-6)
        assert is_["value"] == pytest.approx(gate["value_after"], abs=1e-6)
    else:
        assert gained >= gate["residents_gained"] - 1e-6
