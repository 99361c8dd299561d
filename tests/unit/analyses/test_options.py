"""Options, counts, tiers and groups on the synthetic town of tests/town.py, each figure derived on paper.

On foot to the park of 3,000 m2: W1 (30 residents) 140 m, W2 (20) 95 m, E1 (40) 490 m, a street point (1) x - 240 m.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.access import Reach
from analyses.assess import assess
from analyses.costs import Costs
from analyses.options import Served, served_by_any, with_cost_of_nth
from analyses.parameters import Parameters
from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.results import Results
from layers.types import Layers
from maps.words import LANGUAGES, reasons, requirement
from tests.town import PARK, spaces, town

BASIS = Basis({"en": "synthetic"}, "high")
GREEN = Supply(("green",))
REACH = Rule("r", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0), supply=GREEN, within_m=400.0)
HALL = box(800, -30, 820, -10)  # 400 m2; its open edge is walked to at x = 800 .. 820, y = -10


def judged(layers: Layers, rule: Rule, smallest_group: float = 10.0) -> Results:
    profile = Profile("p", {"en": "P"}, "me", 2026, "convention", (rule,))
    return assess(layers, [profile], parameters=Parameters(smallest_group=smallest_group))


def row(results: Results, unit: str) -> pd.Series:
    (found,) = results.assessments.query("unit_id == @unit and rule_id == 'r'").to_dict("records")
    return pd.Series(found)


def with_garden() -> Layers:
    return dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("garden", HALL)}))


def test_whoever_any_option_serves_is_served() -> None:
    """Park within 100 m: W2 alone. Garden within 150 m, entered at x = 800, 810 or 820, 10 m off the street: E1
    25 + 95 + 10 = 130 m; street points with |x - 800..820| + 10 <= 150: 662.5 .. 937.5, 12 of them."""
    park, garden = Option(Supply(("park",)), 100.0), Option(Supply(("garden",)), 150.0)
    rule = dataclasses.replace(REACH, supply=park.supply, within_m=100.0, or_else=(garden,))
    results = judged(with_garden(), rule)
    assert row(results, "West")["residents_served"] == pytest.approx(20)
    assert row(results, "East")["residents_served"] == pytest.approx(40 + 12)
    turned = dataclasses.replace(REACH, supply=garden.supply, within_m=150.0, or_else=(park,))
    pd.testing.assert_frame_equal(results.assessments, judged(with_garden(), turned).assessments)


def test_a_rule_that_asks_for_two_places_needs_two_within_the_limit() -> None:
    """Park and garden never merge, they lie apart. E1: garden 130 m, park 490 m."""
    two = dataclasses.replace(REACH, count=2, within_m=490.0)
    assert row(judged(with_garden(), two), "East")["residents_served"] >= 40
    nearer = dataclasses.replace(REACH, count=2, within_m=489.9)
    assert row(judged(with_garden(), nearer), "East")["residents_served"] < 40
    assert row(judged(town(), two), "West")["residents_served"] == 0, "there is only one"


@pytest.mark.parametrize(
    ("supply", "value"),
    [
        (Supply(("green",), 3000.0), 100.0),
        (Supply(("green",), 3000.1), 0.0),
        (Supply(("green",), None, 3000.1), 100.0),
        (Supply(("green",), None, 3000.0), 0.0),
        (Supply(("green",), None, None, 50.0), 100.0),
        (Supply(("green",), None, None, 50.1), 0.0),
    ],
)
def test_the_smallest_size_counts_and_the_largest_does_not(supply: Supply, value: float) -> None:
    """The park has 3,000 m2 and is 50 m wide."""
    assert row(judged(town(), dataclasses.replace(REACH, supply=supply)), "West")["value"] == value


def test_of_a_place_mapped_as_a_point_nobody_knows_the_width() -> None:
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", Point(230, -10))}))
    assert row(judged(layers, REACH), "West")["value"] == 100
    wide = dataclasses.replace(REACH, supply=Supply(("green",), min_width_m=1.0))
    assert row(judged(layers, wide), "West")["value"] == 0


def test_a_group_is_judged_where_nobody_can_be_told_apart() -> None:
    """12 old people live in East like its 60 residents, of whom 6 are served: 1.2, told as 1; all 5 of West are."""
    rule = dataclasses.replace(REACH, who="age65plus", level="district")
    results = judged(town(), rule, smallest_group=0)
    district = row(results, "All")
    assert (district["value"], district["status"]) == (pytest.approx(100 * 6 / 17), "short")
    assert district["residents_short"] == pytest.approx(11)
    assert np.isnan(district["firm"])
    assert row(results, "East")[["status", "reason"]].tolist() == ["not_assessed", "small_groups"]
    assert row(judged(town(), rule), "All")["reason"] == "suppressed", "6 of 17 are fewer than ten"
    assert row(judged(town(), dataclasses.replace(rule, level="community")), "All")["reason"] == "small_groups"
    assert row(judged(town(), dataclasses.replace(rule, who="age60plus")), "All")["reason"] == "no_such_group"
    assert results.gaps["residents_short"].tolist() == pytest.approx([11])
    assert reasons(results.gaps, results, "en")[0].startswith("Of residents aged 65 and over: ")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"during": "flood"}, "needs_hazard_survival"),
        ({"supply": Supply(("green",), outside_hazard="flood")}, "needs_hazard_survival"),
        ({"by": "cycle"}, "needs_cycling"),
        ({"supply": Supply(("kindergarten",))}, "no_data_for_class"),
        ({"supply": Supply(("shelter",))}, "no_refuges"),
        ({"who": "residential_land"}, "no_residential_land"),
    ],
)
def test_what_nobody_measures_is_not_assessed_and_says_why(change: dict[str, object], reason: str) -> None:
    rows = judged(town(), dataclasses.replace(REACH, **change)).assessments.query("rule_id == 'r'")
    assert set(rows["reason"]) == {reason}
    assert set(rows["status"]) == {"not_assessed"}


def test_options_in_words() -> None:
    rule = dataclasses.replace(REACH, supply=Supply(("park",)), within_m=100.0, or_else=(Option(Supply(("garden",), 400.0), 150.0, count=2),))
    results = judged(with_garden(), rule)
    english, chinese = (requirement(rule, results.profiles[0], language) for language in LANGUAGES)
    assert "residents reach a park within 100 m on foot, or at least 2 places (garden of 400 m² or more) within 150 m on foot" in english
    assert "步行 100 米内可到达公园，或步行 150 米内可到达至少 2 处 400 m² 及以上花园" in chinese
    said = {language: reasons(results.gaps, results, language) for language in LANGUAGES}
    assert all("  " not in text for texts in said.values() for text in texts)
    assert "no park within 100 m on foot and fewer than 2 places (garden of 400 m² or more) within 150 m on foot" in said["en"][1]


def test_a_place_is_tested_by_its_width() -> None:
    rule = Rule("r", "site", {}, "spaces", "%", BASIS, target=Target("%", "official", minimum=100.0), supply=GREEN, test=SiteTest(30.0))
    results = judged(with_garden(), rule)
    assert row(results, "West")[["value", "status"]].tolist() == [100.0, "met"]
    assert row(results, "East")[["value", "status"]].tolist() == [0.0, "short"]
    assert results.gaps.geometry.iloc[0].equals(HALL)
    assert row(results, "town")["value"] == 50.0
    assert np.isnan(row(results, "East")["residents_short"])


def test_unserved_means_by_every_option_for_certain() -> None:
    def served(served: list[bool], unserved: list[bool], cost: list[float], space: list[int]) -> Served:
        return Served(np.array(served), np.array(unserved), Reach(np.array(cost), np.array(space), np.full(3, np.inf)))

    first = served([True, False, False], [False, True, True], [5.0, 9.0, np.inf], [1, 1, -1])
    other = served([False, False, False], [True, False, True], [7.0, 8.0, np.inf], [2, 2, -1])
    good, bad, reach = served_by_any([first, other])
    assert good.tolist() == [True, False, False]
    assert bad.tolist() == [False, False, True], "of the second nobody knows"
    assert reach.cost.tolist() == [5.0, 8.0, np.inf]
    assert reach.space.tolist() == [1, 2, -1]


def test_the_entrance_is_that_of_the_option_whose_space_is_nearest() -> None:
    def one(cost: list[float], space: list[int], entrance: list[int]) -> Served:
        reach = Reach(np.array(cost), np.array(space), np.full(3, np.inf), "m", np.array(entrance))
        return Served(np.ones(3, dtype=bool), np.zeros(3, dtype=bool), reach)

    _, _, reach = served_by_any([one([5.0, 9.0, 7.0], [1, 1, 1], [10, 11, 12]), one([7.0, 8.0, 7.0], [2, 2, 2], [20, 21, 22])])
    assert reach.space.tolist() == [1, 2, 1]
    assert reach.entrance is not None
    assert reach.entrance.tolist() == [10, 21, 12]


def test_the_nth_nearest_of_unordered_costs() -> None:
    costs = Costs(np.array([2, 0, 0, 2, 0], np.int32), np.array([0, 1, 0, 1, 2], np.int32), np.array([4.0, 3.0, 1.0, 2.0, 2.0]))
    nearest = Reach(np.full(4, 1.0), np.zeros(4, np.int64), np.full(4, np.inf))
    assert with_cost_of_nth(nearest, costs, 1).cost.tolist() == [1.0, np.inf, 2.0, np.inf]
    assert with_cost_of_nth(nearest, costs, 2).cost.tolist() == [2.0, np.inf, 4.0, np.inf]
    assert with_cost_of_nth(nearest, costs, 3).cost.tolist() == [3.0, np.inf, np.inf, np.inf]


def test_of_a_group_the_reason_counts_its_members_alone() -> None:
    """Old people: 12 in East, 5 in West. Within 400 m West's 5, and of East none but 0.2 of each of the 7 street
    points up to x = 640 (a fifth of 60 is old): 1.4, so 6 of 17 as whole persons; 11 of 17 are short."""
    results = judged(town(), dataclasses.replace(REACH, who="age65plus", level="city"), smallest_group=1)
    assert row(results, "town")[["residents_served", "residents_short"]].tolist() == [6, 11]
    english, chinese = (reasons(results.gaps, results, language)[0] for language in LANGUAGES)
    assert "11 of 17 residents (64.7 %)" in english
    assert "17 名居民中有 11 名（64.7%）" in chinese


def test_several_places_are_counted_within_the_limit_and_nobody_says_there_are_none_beyond() -> None:
    """Park and garden both exist, and nobody has both within 200 m: how far the second is was never looked at."""
    results = judged(with_garden(), dataclasses.replace(REACH, count=2, within_m=200.0))
    assert set(results.gaps["unit_id"]) == {"East", "West"}
    assert results.gaps["median_distance_m"].isna().all()
    assert results.gaps["nearest_space_id"].tolist() == ["way/2", "way/1"]
    said = {language: reasons(results.gaps, results, language)[1] for language in LANGUAGES}
    assert "fewer than" in said["en"] or "has at least 2 places" in said["en"]
    assert "; the nearest for most is way/1" in said["en"]
    assert not any(text in said["en"] for text in ("find none", "half of them"))
    assert not any(text in said["zh"] for text in ("半数", "无法到达"))
