"""The resilience of the synthetic town, every figure derived on paper (tests/town.py), and of a row of equal squares."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.assess import assess
from analyses.closures import Closures
from analyses.evidence import Evidence
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.resilience_columns import FACTOR_WORDS, RESILIENCE, RESILIENCE_REASONS, SENSITIVITY
from analyses.resilience_rules import told_twice
from analyses.resilience_values import SURER_WAYS_IN, Variants, variant_values
from analyses.results import Results
from analyses.uncertainty import FACTORS
from layers.origins import Origin
from layers.types import IndicatorRole, Layers, UnitsRole
from maps.resilience_view import CALLED
from maps.resilience_words import RESILIENCE_CAVEATS
from maps.tables import published_tables
from spatial.build import build_network
from tests.networks import areas, network, ways
from tests.town import STREET, buildings, gates, spaces, town, units, with_hazards

BASIS = Basis({"en": "synthetic"}, "high")
GREEN = Supply(("green",))
WALK = Rule("walk", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0), supply=GREEN, within_m=400.0)
AREA = Rule("area", "provision", {}, "population", "m2/person", BASIS, "district", Target("m2/person", "convention", minimum=30.0),
            GREEN, method="container", per="person", dimension="provision")
FLOOD = Rule("flood", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",), dimension="safety")
SURVEY = IndicatorRole("survey", "satisfaction", Origin(Path("SYNTHETIC.csv")), "code", "happy", 100.0, 0.0, {"en": "S"}, "%", "n")
QUICK = Parameters(resilience=ResilienceChoices(draws=64))


def scored(layers: Layers, *rules: Rule, **dimensions: float) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules, dimensions=dimensions)], parameters=QUICK)


def unit(results: Results, name: str) -> pd.Series:
    communities = results.communities.rename(columns={"community_id": "unit_id"})
    both = pd.concat([communities, results.parents]).set_index("unit_id")
    return both.loc[name]


def nothing_closes(evidence: Evidence) -> Closures:
    return Closures(evidence.scene, ())


def codes(results: Results) -> set[str]:
    return {c.code for c in results.caveats if c.code.startswith("resilience")}


def test_two_dimensions_by_hand():
    """West: all of 50 served, East 6 of 60: 10 % of 80 %. The district has 3,000 m2 for 110: 27.27 of 30 m2 each."""
    results = scored(town(), WALK, AREA, provision=2.0)
    area = (3000 / 110) / 30
    for name, walk in (("West", 1.0), ("East", 0.125)):
        found = unit(results, name)
        assert found["dimension_reach"] == pytest.approx(100 * walk)
        assert found["dimension_provision"] == pytest.approx(100 * area)
        assert found["resilience"] == pytest.approx(100 * (walk * area**2) ** (1 / 3))
        assert found["resilience_weight_share"] == 1
        assert (found["rank_class"], found["resilience_reason"]) == ("not_assessed", "too_few_units")
    whole = (56 / 110) / 0.8  # of the people of the district, not of its two communities
    assert unit(results, "All")["resilience"] == pytest.approx(100 * (whole * area**2) ** (1 / 3))
    assert unit(results, "town")["resilience"] == pytest.approx(100 * (whole * area**2) ** (1 / 3))
    assert results.communities["rank"].isna().all()
    assert results.sensitivity is None
    assert codes(results) == {"resilience_carried"}


def test_a_community_takes_the_score_of_the_parents_in_which_its_residents_live():
    """The border of the districts runs through West: W1 (30 residents) lies in Left with the park's west, W2 and East in Right."""
    split = {"Left": box(0, -100, 220, 300), "Right": box(220, -100, 1000, 300)}
    layers = dataclasses.replace(town(), parents={"district": units(split, "unit_id")})
    results = scored(layers, AREA)
    left, right = 1.0, min(1.0, (40 * 50 / 80) / 30)  # 20 x 50 m2 for 30, 40 x 50 m2 for 80
    left = min(1.0, (20 * 50 / 30) / 30)
    assert unit(results, "Left")["resilience"] == pytest.approx(100 * left)
    assert unit(results, "Right")["resilience"] == pytest.approx(100 * right)
    assert unit(results, "East")["resilience"] == pytest.approx(100 * right)
    assert unit(results, "West")["resilience"] == pytest.approx(100 * (30 * left + 20 * right) / 50)


def test_a_maximum_and_the_score_in_the_table_of_assessments():
    layers = with_hazards(town(), {"river": ("flood", "official", box(0, -100, 105, 300))})
    results = scored(layers, FLOOD, WALK)
    rows = results.assessments.set_index(["unit_id", "rule_id"])["score"]
    assert rows[("West", "flood")] == pytest.approx(70 / 95)  # half of W1: 15 of 50 residents
    assert rows[("East", "flood")] == 1
    assert rows[("All", "walk")] == pytest.approx(56 / 110 / 0.8)
    assert np.isnan(rows[("West", "hazard.river")])
    assert unit(results, "West")["dimension_safety"] == pytest.approx(100 * 70 / 95)


def test_what_is_not_assessed_is_missing_and_no_zero():
    """A rule that no study can answer weighs in what stands behind a score, and in nothing else."""
    tree = dataclasses.replace(WALK, id="tree", supply=Supply(("tree",)), weight=3.0)
    results = scored(town(), WALK, tree)
    assert unit(results, "East")["resilience"] == pytest.approx(12.5)
    assert unit(results, "East")["resilience_weight_share"] == pytest.approx(0.25)
    assert codes(results) == {"resilience_unanswered"}
    (caveat,) = [c for c in results.caveats if c.code == "resilience_unanswered"]
    assert (caveat.count, caveat.detail) == (1, "1 / 2")


def test_without_targets_without_people_and_with_unknown_people_there_is_no_score():
    none = scored(town(), dataclasses.replace(WALK, target=None))
    assert none.communities["resilience"].isna().all()
    assert set(none.communities["resilience_reason"]) == {"no_target"}
    assert codes(none) == set()
    people = pd.DataFrame({"population": [np.nan, 0.0]}, index=pd.Index(["East", "West"], name="community_id"))
    results = scored(dataclasses.replace(town(), residents=people), WALK)
    assert unit(results, "East")["resilience_reason"] == "unknown_population"
    assert unit(results, "West")["resilience_reason"] == "nobody_lives_here"
    assert set(results.communities["rank_class"]) == {"not_assessed"}


def test_rules_about_groups_never_enter():
    """The group is large enough to be told of, and judged for the city: a rule about all residents would be in the score."""
    people = pd.DataFrame({"population": [6000.0, 5000.0], "age65plus": [3000.0, 500.0]}, index=pd.Index(["East", "West"], name="community_id"))
    layers = dataclasses.replace(town(), residents=people)
    old = dataclasses.replace(WALK, id="old", who="age65plus", level="city")
    alone, both = scored(layers, WALK), scored(layers, WALK, old)
    (row,) = both.assessments.query("rule_id == 'old' and level == 'city'").to_dict("records")
    assert row["status"] == "short"
    assert unit(both, "East")["resilience"] == unit(alone, "East")["resilience"]
    assert unit(both, "town")["resilience"] == unit(alone, "town")["resilience"]


def test_the_same_sentence_twice_is_told():
    again = dataclasses.replace(WALK, id="again", target=Target("%", "official", minimum=100.0))
    assert "resilience_twice" in codes(scored(town(), WALK, again))
    assert "resilience_twice" not in codes(scored(town(), WALK, dataclasses.replace(again, within_m=300.0)))


def test_rules_about_two_hazard_layers_do_not_say_the_same():
    """Of one kind both, and of different layers: what lies in one need not lie in the other."""
    river = Rule("river", "exposure", {}, "population", "%", WALK.basis, "community", WALK.target, hazard_kinds=("flood",), hazard_id="river")
    profile = Profile("p", {"en": "P"}, "", 2026, "convention", (river, dataclasses.replace(river, id="sea", hazard_id="sea")))
    assert told_twice([profile]) == ()
    assert told_twice([dataclasses.replace(profile, rules=(river, dataclasses.replace(river, id="again")))]) == ("p/again",)


def test_figures_of_a_study_are_dimensions_of_their_own():
    table = pd.DataFrame({"indicator_id": "survey", "community_id": ["East", "West"], "value": [50.0, 80.0], "answers": 90.0})
    layers = town()
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, indicators=(SURVEY,)), indicators=table)
    results = scored(layers, WALK)
    assert unit(results, "East")["dimension_satisfaction"] == pytest.approx(50)
    assert unit(results, "East")["resilience"] == pytest.approx(100 * (0.125 * 0.5) ** 0.5)
    assert unit(results, "All")["dimension_satisfaction"] == pytest.approx((60 * 50 + 50 * 80) / 110)
    half_known = scored(dataclasses.replace(layers, indicators=table.assign(value=[np.nan, 80.0])), WALK)
    assert np.isnan(unit(half_known, "All")["dimension_satisfaction"])  # 50 of 110 residents are less than half
    assert unit(half_known, "West")["dimension_satisfaction"] == pytest.approx(80)


def test_values_under_other_limits_placements_and_ways_in_by_hand():
    """East's street points stand at 512.5, 537.5, ...; from x the walk to the park is x - 240, to a gate at 230 x - 220.

    With all of East in its one home nobody is within 400 m; by footprint and by tag it is as stated.
    """
    layers = dataclasses.replace(town(), gates=gates({"node/1": Point(230, -10)}))
    results = scored(layers, WALK)
    evidence = results.evidence
    assert isinstance(evidence, Evidence)
    variants = Variants((0.8, 0.9, 1.0, 1.1, 1.2), 4)
    level = evidence.levels["community"]
    stated = np.array([10.0, 100.0])
    found = variant_values(evidence.scene, evidence.measured[("p", "walk")], {"community": level}, {"community": stated}, variants, nothing_closes(evidence))
    east = found["community"][:, 0].reshape(5, 4, 2)
    assert (60 * east[:, 0, 0] / 100).tolist() == pytest.approx([2, 4, 6, 7, 9])
    assert (60 * east[:, 0, SURER_WAYS_IN] / 100).tolist() == pytest.approx([2, 3, 5, 6, 8])
    assert (60 * east[2, :, 0] / 100).tolist() == pytest.approx([6, 6, 0, 6])
    assert (found["community"][:, 1] == 100).all()


def test_where_the_data_end_other_limits_leave_others_unknown():
    """The street is cut at x = 1000. Within 320 m two of East's points are served, and 45 residents live at least 320 m from
    the cut and are not: five points and the home. Within 400 m six are served and nobody else is known; 9 within 480 m.
    """
    cut = build_network(ways([STREET], cut=[3]), areas(), box(-1e6, -1e6, 1e6, 1e6))
    results = scored(dataclasses.replace(town(), network=cut), WALK)
    evidence = results.evidence
    assert isinstance(evidence, Evidence)
    level = {"community": evidence.levels["community"]}
    found = variant_values(
        evidence.scene, evidence.measured[("p", "walk")], level, {"community": np.array([100.0, 100.0])}, Variants((0.8, 1.0, 1.2), 4),
        nothing_closes(evidence),
    )
    assert found["community"][:, 0].reshape(3, 4, 2)[:, 0, 0].tolist() == pytest.approx([200 / 47, 100, 100])
    assert results.communities["resilience_reason"].tolist() == ["too_little_assessed", "too_few_units"]


def test_exposure_varies_with_the_placement_alone():
    """Half of W1 lies in the band: by floor 15 of West's 50 residents, by footprint half of a third of them."""
    results = scored(with_hazards(town(), {"river": ("flood", "official", box(0, -100, 105, 300))}), FLOOD)
    evidence = results.evidence
    assert isinstance(evidence, Evidence)
    level = {"community": evidence.levels["community"]}
    variants = Variants((0.8, 1.0), 4)
    found = variant_values(evidence.scene, evidence.measured[("p", "flood")], level, {"community": np.array([0.0, 30.0])}, variants, nothing_closes(evidence))
    west = found["community"][:, 1].reshape(2, 4, 2)
    assert west[1, :, 0].tolist() == pytest.approx([30, 50 / 3, 30, 30])
    assert (west == west[1, :, :1]).all()


ROW = 8


def row_of_squares(served: tuple[int, ...]) -> Layers:
    """Squares of 1 km along one street, with one home of 100 residents each in the middle, or of what is named here.

    A park lies at the home of every square in `served`, out of reach of all others.
    """
    shapes = {f"s{i}": box(1000 * i, -200, 1000 * (i + 1), 200) for i in range(ROW)}
    homes = {f"h{i}": (box(1000 * i + 500, 20, 1000 * i + 540, 45), 1.0) for i in range(ROW)}
    parks = {f"way/{i}": ("park", box(1000 * i + 500, -60, 1000 * i + 560, -10)) for i in served}
    people = pd.DataFrame({"population": 100.0}, index=pd.Index(list(shapes), name="community_id"))
    street = [(i, 1000.0 * i, 0.0) for i in range(ROW + 1)]
    return dataclasses.replace(
        town(), communities=units(shapes), parents={}, residents=people, network=network([street]),
        spaces=spaces(parks), buildings=buildings(homes),
    )


def test_where_all_stand_alike_all_tie_and_nobody_is_called():
    results = scored(row_of_squares(tuple(range(ROW))), WALK, dataclasses.replace(WALK, id="less", within_m=300.0))
    found = results.communities
    assert set(found["rank"]) == set(found["rank_low"]) == set(found["rank_high"]) == {(ROW + 1) / 2}
    assert set(found["rank_class"]) == {"middle"}
    assert set(found["resilience"]) == {100.0}
    assert results.sensitivity["mean_rank_shift"].eq(0).all()


def test_the_one_that_stands_out_is_called():
    """All have a park but s3: nothing that varies changes that, and the caveat has nothing to tell."""
    results = scored(row_of_squares((0, 1, 2, 4, 5, 6, 7)), WALK)
    found = results.communities.set_index("community_id")
    assert found.loc["s3", ["rank", "rank_low", "rank_high", "rank_class"]].tolist() == [1, 1, 1, "lowest"]
    assert found.drop("s3")["rank"].eq(5).all()
    assert set(found.drop("s3")["rank_class"]) == {"middle"}
    assert codes(results) == set()
    assert found.loc["s3", ["resilience", "dimension_reach"]].tolist() == pytest.approx([1.0, 0.0])  # 0 counts as 0.01


def test_the_order_of_rules_and_profiles_changes_no_figure():
    layers = with_hazards(row_of_squares((0, 2, 3)), {"river": ("flood", "official", box(1400, -100, 3510, 300))})
    one = Profile("a", {}, "", 2026, "convention", (WALK, FLOOD))
    two = Profile("b", {}, "", 2026, "convention", (dataclasses.replace(WALK, id="far", within_m=900.0, weight=2.0),))
    turned = dataclasses.replace(one, rules=one.rules[::-1])
    first, second = assess(layers, [one, two], parameters=QUICK), assess(layers, [two, turned], parameters=QUICK)
    names = [c.name for c in RESILIENCE if "<" not in c.name] + ["dimension_reach", "dimension_safety"]
    pd.testing.assert_frame_equal(pd.DataFrame(first.communities[names]), pd.DataFrame(second.communities[names]))
    pd.testing.assert_frame_equal(first.sensitivity, second.sensitivity)
    assert first.communities["resilience"].nunique() > 2


def test_all_is_published_with_words_and_all_codes_have_them():
    layers = row_of_squares((0, 2, 3))
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, communities=UnitsRole("community", "id", "name")))
    results = scored(layers, WALK, dataclasses.replace(WALK, id="less", within_m=300.0, title={"en": "Near", "zh": "近"}))
    tables = {t.declared.name: t.frame for t in published_tables(results)}
    assert list(tables["sensitivity"]) == [n for c in SENSITIVITY.columns for n in ([f"factor_{x}" for x in ("en", "zh")] if "<" in c.name else [c.name])]
    rule = tables["sensitivity"].query("rule_id == 'less'").iloc[0]
    assert rule["factor_en"].endswith(": Near")
    assert rule["factor_zh"].endswith("：近")
    assert "dimension_reach" in tables["communities"]
    assert set(tables["communities"]["rank_class"]) <= {*CALLED, "not_assessed"}
    assert set(FACTOR_WORDS) == {*FACTORS, "rule"}
    for words in (*FACTOR_WORDS.values(), *RESILIENCE_REASONS.values(), *(tuple(w.values()) for w in RESILIENCE_CAVEATS.values())):
        assert all(words)
        assert len(words) == 2
