"""Las Palmas as if its bands closed streets. SYNTHETIC use: they are buffers of centre lines and close nothing.

So the demo city itself has no such table, and its figures are those of other days.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from analyses.closures import COMBINED
from analyses.judgement import Judgement, judge_all
from analyses.measure import Scene
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.survival_tables import SurvivalTables, survival_tables
from maps.lasting_view import rule_text

OPEN = Rule(
    "open", "reach", {}, "population", "%", Basis("synthetic", "high"),
    target=Target("%", "convention", minimum=90.0), supply=Supply(("open_public_space",)), within_m=400.0,
)  # fmt: skip
GREEN = dataclasses.replace(OPEN, id="green", supply=Supply(("green",), 5000.0), within_m=500.0)
LASTING = dataclasses.replace(OPEN, id="lasting", during="coastal", dimension="survival")
KINDS = ["residents_keep", "residents_lose", "residents_none_before", "residents_unknown"]
CUT_OFF = ["residents_lose_cut_off", "residents_none_before_cut_off"]


@pytest.fixture(scope="module")
def closing(las_palmas) -> Scene:
    """The scene of the demo run, of a study that says of every layer that it closes."""
    scene = las_palmas.results.evidence.scene
    study = scene.layers.study
    roles = tuple(dataclasses.replace(hazard, closes=True) for hazard in study.hazards)
    study = dataclasses.replace(study, hazards=roles)
    return dataclasses.replace(scene, layers=dataclasses.replace(scene.layers, study=study))


@pytest.fixture(scope="module")
def judged(closing: Scene, las_palmas) -> Judgement:
    profile = Profile("p", {}, "", 2026, "convention", (OPEN, GREEN, LASTING))
    return judge_all(closing, las_palmas.results.evidence.levels, [profile], ())


@pytest.fixture(scope="module")
def tables(closing: Scene, judged: Judgement) -> SurvivalTables:
    found = survival_tables(closing, judged)
    assert found is not None
    return found


def test_the_demo_city_says_of_no_band_that_it_closes(las_palmas) -> None:
    assert las_palmas.results.survival is None


def test_what_each_band_would_close(tables: SurvivalTables) -> None:
    rows = tables.scenarios.set_index("scenario_id")
    assert rows["status"].to_dict() == {
        "flood-arpsi-t100": "official", "coastal-arpsi": "official", "ravine-bands": "derived", COMBINED: "official",
    }  # fmt: skip
    assert rows["closed_m"].tolist() == pytest.approx([4_211, 30_603, 74_593, 34_814], abs=1)
    assert rows["n_spaces_gone"].tolist() == [0, 49, 13, 49]
    assert rows["n_spaces_smaller"].tolist() == [3, 30, 17, 33]
    assert rows["n_entrances_closed"].tolist() == [52, 1153, 159, 1205]
    assert set(rows["n_entrances"]) == {9523}


def test_who_would_keep_open_space_in_reach(tables: SurvivalTables) -> None:
    city = tables.units.query("level == 'city'").set_index(["scenario_id", "rule_id"])
    assert city.loc[("coastal-arpsi", "open"), KINDS].tolist() == pytest.approx([302_175, 8_168, 68_454, 0], abs=1)
    assert city.loc[("flood-arpsi-t100", "open"), KINDS].tolist() == pytest.approx(
        [308_604, 1_739, 68_454, 0], abs=1
    )
    assert city.loc[("ravine-bands", "green"), KINDS].tolist() == pytest.approx(
        [212_279, 3_684, 162_834, 0], abs=1
    )
    assert city.loc[(COMBINED, "green"), KINDS].tolist() == pytest.approx([206_156, 9_807, 162_834, 0], abs=1)
    assert city.loc[("coastal-arpsi", "open"), CUT_OFF].tolist() == pytest.approx([8_124, 258], abs=1)
    assert city.loc[(COMBINED, "green"), CUT_OFF].tolist() == pytest.approx([5_946, 4_316], abs=1)
    together, alone = (city.loc[(scenario, "open")] for scenario in (COMBINED, "coastal-arpsi"))
    assert (together[CUT_OFF] > alone[CUT_OFF]).all()
    assert together["residents_keep"] < alone["residents_keep"]


def test_residents_add_up_in_every_unit(tables: SurvivalTables) -> None:
    units = tables.units
    assert np.allclose(units[KINDS].sum(axis=1), units["residents"])
    for name in CUT_OFF:
        assert (units[name] <= units[name.removesuffix("_cut_off")] + 1e-6).all()
    assert (units["residents_inside"] <= units[[*CUT_OFF, "residents_unknown"]].sum(axis=1) + 1e-6).all()
    for level, total in (
        units[units["level"] != "neighbourhood"].groupby(["level", "scenario_id", "rule_id"])["residents"].sum().items()
    ):
        assert total == pytest.approx(378_797), level
    assert (units["median_detour"].dropna() >= 1 - 1e-9).all()


def test_only_who_is_served_on_other_days_loses_reach_under_every_rule_and_scenario(
    judged: Judgement, tables: SurvivalTables
) -> None:
    keys = ["level", "unit_id", "rule_id"]
    usual = judged.assessments.set_index(keys)[["residents_served", "residents_short"]]
    units = tables.units.join(usual, on=keys).dropna(subset="residents_served")
    assert units.groupby(["scenario_id", "rule_id"]).ngroups == 8, "two walks in three bands, and in two together"
    assert units["residents_unknown"].sum() == 0
    served = units["residents_keep"] + units["residents_lose"]
    assert served.to_numpy() == pytest.approx(units["residents_served"].to_numpy(), abs=1e-6)
    assert units["residents_none_before"].to_numpy() == pytest.approx(units["residents_short"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "words",
    {
        "en": r"([\d,]+) residents keep it in reach; ([\d,]+) lose reach.*; ([\d,]+) had none within the limit before",
        "zh": r"([\d,]+) 名居民保持可达；失去可达 ([\d,]+) 名.*；平日在限值内即无此类场所 ([\d,]+) 名",
    }.items(),
)
def test_the_words_of_the_map_add_up_as_the_tables_do(
    judged: Judgement, tables: SurvivalTables, words: tuple[str, str]
) -> None:
    usual = judged.assessments.query("level == 'city'").set_index("rule_id")[["residents_served", "residents_short"]]
    city = tables.units.query("level == 'city'")
    language, pattern = words
    for _, row in city.iterrows():
        found = re.search(pattern, rule_text(row, "Rule", language))
        assert found is not None
        keep, lose, none = (int(figure.replace(",", "")) for figure in found.groups())
        assert [keep + lose, none] == pytest.approx(usual.loc[row["rule_id"]].tolist(), abs=1.1)


def test_who_lives_inside_is_who_is_exposed(tables: SurvivalTables, las_palmas) -> None:
    exposed = las_palmas.results.assessments.query("profile_id == 'study' and level == 'city'").set_index("rule_id")
    for row in tables.scenarios.itertuples():
        if row.scenario_id != COMBINED:
            assert row.residents_inside == pytest.approx(exposed.loc[f"hazard.{row.scenario_id}", "residents_short"])


def test_a_rule_that_has_to_hold_counts_who_keeps_or_is_led_to_the_space(
    judged: Judgement, tables: SurvivalTables
) -> None:
    rows = judged.assessments.query("level == 'city'").set_index("rule_id")
    lasting, plain = rows.loc["lasting"], rows.loc["open"]
    assert lasting["hazard_ids"] == "coastal-arpsi"
    keep = tables.units.query("level == 'city' and rule_id == 'open' and scenario_id == 'coastal-arpsi'")[
        "residents_keep"
    ]
    assert lasting["residents_served"] == pytest.approx(float(keep.iloc[0]))
    assert lasting["value"] == pytest.approx(79.772, abs=0.001)
    assert plain["value"] == pytest.approx(81.928, abs=0.001)
