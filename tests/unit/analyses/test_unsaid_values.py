"""What is told where a hazard layer leaves ground unsaid: a range, never the part that is known as if it were all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.assess import assess, verdicts
from analyses.profile import Basis, Profile, Rule, Target
from analyses.units import Level
from analyses.verdict import Figures, judge
from layers.types import Layers
from tests.flooded_town import TOWN_GRID, flooded, town_depths

WET = Rule("wet", "exposure", {}, "population", "%", Basis({"en": "synthetic"}, "high"), hazard_kinds=("waterlogging",))
W1 = 60.0
"""Per cent of the residents of West live in W1 (column 1 of the grid), the others in W2 (column 3)."""


def judged(layers: Layers, *rules: Rule) -> pd.DataFrame:
    found = verdicts(layers, [Profile("p", {}, "", 2026, "convention", rules)]).assessments
    return found.set_index(["rule_id", "level", "unit_id"]).sort_index()


def west(layers: Layers, rule: Rule = WET) -> pd.Series:
    return judged(layers, rule).loc[(rule.id, "community", "West")]


def raster(**depths: float) -> Layers:
    return flooded({"pluvial": town_depths(**depths)}, transform=TOWN_GRID)


def asking(most: float) -> Rule:
    return dataclasses.replace(WET, target=Target("%", "convention", maximum=most))


def told(row: pd.Series) -> list[float]:
    return [float(row[name]) for name in ("value", "value_low", "value_high")]


def test_what_is_only_reported_is_a_range_where_much_of_it_is_unsaid() -> None:
    """W1 is dry, of W2 nobody knows: 0 % of those known, and no more than 0 to 40 % of all."""
    row = west(raster(c3=np.nan))
    assert (row["status"], row["reason"]) == ("not_assessed", "hazard_unknown")
    assert told(row) == pytest.approx([np.nan, 0, 100 - W1], nan_ok=True)
    assert row["residents_unknown"] == pytest.approx(20)
    assert np.isnan(row["residents_short"])


def test_so_it_is_of_homes_in_place_of_residents() -> None:
    for who, unit in (("buildings", "%"), ("building_count", "buildings")):
        row = west(raster(c3=np.nan), dataclasses.replace(WET, who=who, unit=unit))
        assert (row["status"], row["reason"]) == ("not_assessed", "hazard_unknown")
        assert told(row) == pytest.approx([np.nan, 0, 1 if unit == "buildings" else 100 - W1], nan_ok=True)


@pytest.mark.parametrize(("high", "kept"), [(15.0, True), (15.1, False)])
def test_up_to_a_twentieth_the_value_stays_with_its_range(high: float, kept: bool) -> None:  # noqa: FBT001
    """One number stands for all while no more than 5 % of them are left open, and then with its range."""
    least, value = np.array([10.0, 50.0]), np.array([11.0, 50.0])
    one = np.ones(2)
    figures = Figures(value, least, np.array([high, 60.0]), one, one, one, one, by_hazard=np.array([True, False]))
    level = Level("city", pd.DataFrame(index=["a", "b"]), np.zeros(0, dtype=np.int64))
    rows = judge(WET, "p", level, figures, "no_target")
    assert rows["status"].tolist() == ["reported" if kept else "not_assessed", "reported"]
    assert rows["value"].tolist() == pytest.approx([11 if kept else np.nan, 50], nan_ok=True)
    assert rows["value_high"].tolist() == [high, 60]


@pytest.mark.parametrize(("most", "status"), [(50.0, "short"), (70.0, "not_assessed"), (100.0, "met")])
def test_a_verdict_that_cannot_turn_is_given_with_the_range(most: float, status: str) -> None:
    """W1 is wet, of W2 nobody knows: of those known all, and of all between 60 and 100 %."""
    row = west(raster(c1=0.5, c3=np.nan), asking(most))
    assert row["status"] == status
    assert told(row)[1:] == pytest.approx([W1, 100])
    assert np.isnan(row["value"]) == (status == "not_assessed")


def test_what_is_left_open_is_told_even_where_no_home_is_mapped() -> None:
    base = raster(c3=np.nan)
    row = west(dataclasses.replace(base, buildings=base.buildings.iloc[:0]))
    assert row["reason"] == "hazard_unknown"
    assert 0 == row["value_low"] < row["value_high"]


def test_a_value_that_is_not_known_never_scores_as_none_or_all() -> None:
    """Missing is not assessed: without another rule there is no score, and with one it is that of the other."""
    bands = {"bands": box(100, 0, 200, 100)}
    base = flooded({"pluvial": town_depths(c3=np.nan)}, bands, transform=TOWN_GRID)
    other = dataclasses.replace(asking(5.0), id="other", hazard_kinds=("flood",))
    for rules, score in (((asking(5.0),), np.nan), ((asking(5.0), other), 100 * (100 - W1) / 95)):
        results = assess(base, [Profile("p", {}, "", 2026, "convention", rules)])
        found = results.communities.set_index("community_id").loc["West"]
        assert found["resilience"] == pytest.approx(score, nan_ok=True), len(rules)


@pytest.mark.parametrize(("depths", "value"), [({"c1": 0.5}, 100 * 30 / 90), ({"c1": 0.5, "c3": np.nan}, np.nan)])
def test_of_groups_too_no_share_is_told_of_those_known_alone(depths: dict[str, float], value: float) -> None:
    """SYNTHETIC: 90 old people, 30 of them in W1, 20 in W2 and 40 in East; the counts are told, their share is not."""
    base = raster(**depths)
    people = pd.DataFrame(
        {"population": [40.0, 50.0], "age65plus": [40.0, 50.0]},
        index=pd.Index(["East", "West"], name="community_id"),
    )
    assert base.study.residents is not None
    role = dataclasses.replace(base.study.residents, groups={"age65plus": "age65plus"})
    base = dataclasses.replace(base, residents=people, study=dataclasses.replace(base.study, residents=role))
    rules = (WET, dataclasses.replace(WET, id="old", who="age65plus", level="city"))
    results = assess(base, [Profile("p", {}, "", 2026, "convention", rules)])
    groups = results.groups.query("level == 'city' and rule_id == 'wet' and group == 'age65plus'")
    assert groups["value"].tolist() == pytest.approx([value], nan_ok=True)
    assert groups[["residents_served", "residents_short", "residents_unknown"]].sum(axis=1).tolist() == [90]
    row = results.assessments.query("level == 'city' and rule_id == 'old'").iloc[0]
    assert told(row) == pytest.approx([value, np.nan, np.nan], nan_ok=True), "of a group no range is told"
