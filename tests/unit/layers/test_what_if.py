"""What is only assumed to close: which layers may be asked, and that it judges nothing. The town: tests/town.py."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from shapely import box

from analyses.assess import assess, verdicts
from analyses.closures import COMBINED, scenarios
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Profile, Rule, Supply, Target
from layers.hazard_scales import HazardScale
from layers.types import HazardRole, Layers, Provenance, Study
from layers.vulnerability_roles import VulnerabilityRole, VulnerabilityTheme
from layers.what_if import assumed_closed, what_if, what_if_study
from maps.lasting_view import scenario_title
from maps.publish import publish
from maps.what_if_words import banner, beware, study_title
from spatial.errors import StudyError
from tests.agreeing_tables import Report
from tests.small_groups_town import PEOPLE, PROFILE, small_town
from tests.town import town, with_hazards

WATER = box(400, -10, 450, 10)
REACH = Rule(
    "r", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=400.0,
)  # fmt: skip
LASTING = dataclasses.replace(REACH, id="lasting", during="flood", dimension="survival")
RULES = [Profile("p", {}, "", 2026, "convention", (REACH, LASTING))]


@pytest.fixture(scope="module")
def layers() -> Layers:
    rows = {"f": ("flood", "official", WATER), "c": ("coastal", "official", WATER), "d": ("flood", "derived", WATER)}
    return with_hazards(town(), rows)


def deep(study: Study) -> Study:
    """With a layer of depths, and steep ground from an elevation model."""
    scale = HazardScale("m", 1.0, {"wet": 0.0}, closes_at=0.15)
    depths = dataclasses.replace(study.hazards[0], id="depths", scale=scale)
    steep = HazardRole("steep", "landslide", "derived", {}, {}, None)
    return dataclasses.replace(study, hazards=(*study.hazards, depths, steep))


def test_the_layers_named_close_and_no_others(layers):
    asked = what_if(layers, ["f", "f"])
    assert [(h.id, h.closes, h.what_if) for h in asked.study.hazards] == [
        ("f", True, True), ("c", False, False), ("d", False, False),
    ]  # fmt: skip
    assert assumed_closed(asked.study) == ("f",)
    assert asked.hazards is layers.hazards
    assert (asked.caveats[0].code, asked.caveats[0].detail) == ("what_if", "f")


def test_nothing_asked_leaves_everything_as_it_is(layers):
    assert what_if(layers, []) is layers
    assert what_if_study(layers.study, []) == layers.study


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["g"], "it has no hazard layer 'g'; there is f, c, d, depths, steep"),
        (["depths"], "hazard layer 'depths' closes ways by what the study file says"),
        (["steep"], "hazard layer 'steep' comes from the elevation model"),
        (["g", "depths"], "'g'.*; hazard layer 'depths'"),
    ],
)
def test_what_cannot_be_assumed_is_told_all_at_once(layers, asked, told):
    with pytest.raises(StudyError, match=told):
        what_if_study(deep(layers.study), asked)


def test_a_rule_that_has_to_hold_is_measured_and_reported_and_the_others_are_as_ever(layers):
    key = ["rule_id", "level", "unit_id"]
    before, after = (verdicts(each, RULES).assessments.set_index(key).sort_index() for each in (layers, what_if(layers, ["f"])))
    assert set(before.loc["lasting", "reason"]) == {"needs_hazard_survival"}
    assert set(after.loc["lasting", "reason"]) == {"what_if"}
    assert set(after.loc["lasting", "status"]) == {"reported"}
    assert after.loc[("lasting", "community", "West"), "value"] == 100  # the park lies on its side of the water
    assert after.loc[("lasting", "community", "East"), "value"] == 0
    pd.testing.assert_frame_equal(after.loc["r"], before.loc["r"])


def test_a_derived_layer_is_measured_and_reported_too_where_no_other_of_the_kind_closes(layers):
    key = ["rule_id", "level", "unit_id"]
    before, alone, beside = (
        verdicts(what_if(layers, ids), RULES).assessments.set_index(key).sort_index() for ids in ([], ["d"], ["f", "d"])
    )
    assert set(alone.loc["lasting", "reason"]) == {"what_if"}
    assert set(alone.loc["lasting", "status"]) == {"reported"}
    assert set(alone.loc["lasting", "hazard_ids"]) == {"d"}
    assert alone.loc[("lasting", "community", "East"), "value"] == 0
    pd.testing.assert_frame_equal(alone.loc["r"], before.loc["r"])
    assert set(beside.loc["lasting", "hazard_ids"]) == {"f"}
    assert [s.id for s in scenarios(what_if_study(layers.study, ["c", "d"]))] == ["c", "d"]  # it lasts with nothing else
    judging = tuple(dataclasses.replace(h, closes=h.id == "f") for h in layers.study.hazards)
    sure = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=judging))
    assert set(verdicts(what_if(sure, ["d"]), RULES).assessments.query("rule_id == 'lasting'")["hazard_ids"]) == {"f"}
    derived = tuple(dataclasses.replace(h, closes=h.id == "d") for h in layers.study.hazards)
    said = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=derived))  # by the study, not by a what-if
    assert set(verdicts(said, RULES).assessments.query("rule_id == 'lasting'")["reason"]) == {"needs_hazard_survival"}


def test_scenarios_of_it_are_marked(layers):
    both = {s.id: s.status for s in scenarios(what_if(layers, ["f", "c", "d"]).study)}
    assert both == dict.fromkeys(["f", "c", "d", COMBINED], "what_if")
    one = dataclasses.replace(layers.study, hazards=tuple(dataclasses.replace(h, closes=h.id == "c") for h in layers.study.hazards))
    assert {s.id: s.status for s in scenarios(what_if_study(one, ["f"]))} == {"f": "what_if", "c": "official", COMBINED: "what_if"}


def test_a_derived_layer_is_called_derived_in_a_what_if_too(layers):
    results = assess(what_if(layers, ["c", "d"]), RULES)
    assert results.survival is not None
    rows = results.survival.scenarios.to_dict("records")
    assert [scenario_title(results, row, "en") for row in rows] == ["WHAT IF: c", "WHAT IF: d (derived, for screening)"]


@pytest.mark.parametrize(("language", "begins"), [("en", "WHAT IF: "), ("zh", "假设情景：")])
def test_it_is_said_before_the_title_and_what_has_to_be_known_of_the_layers(layers, language, begins):
    noted = tuple(dataclasses.replace(h, note={"en": "A buffer", "zh": "缓冲带"}) for h in layers.study.hazards)
    study = what_if_study(dataclasses.replace(layers.study, hazards=noted), ["f"])
    assert study_title(study, language).startswith(begins)
    assert banner(study, language).startswith(begins[:4] if language == "zh" else "WHAT-IF")
    assert beware(study, "part", language)[0] in ("f: A buffer.", "f：缓冲带。")
    assert (study_title(layers.study, "en"), banner(layers.study, language), beware(layers.study, "", language)) == ("Synthetic town", "", ())


def test_what_is_only_assumed_moves_no_score_no_interval_and_no_rank(layers):
    """Under another choice of what closes the assumed water would close more: but nothing of it is judged."""
    parameters = Parameters(resilience=ResilienceChoices(draws=64))
    before, after = (assess(each, RULES, parameters=parameters).communities for each in (layers, what_if(layers, ["f"])))
    told = [name for name in before if name.startswith(("resilience", "rank"))]
    assert before["resilience"].notna().any()
    pd.testing.assert_frame_equal(pd.DataFrame(after[told]), pd.DataFrame(before[told]), check_exact=True)


def test_a_what_if_tells_nothing_of_groups(tmp_path):
    """Beside the run itself it would give small ones away; the run tells what may be told."""
    groups = list(PEOPLE.columns[1:])
    themes = (VulnerabilityTheme("age", ("age65plus",), (), {"en": "Age"}),)
    base = with_hazards(small_town(), {"f": ("flood", "official", box(400, -10, 450, 10))})
    counted = Provenance("residents", "SYNTHETIC.csv", "", 0, "", "", "", {"rows_read": 6, "age65plus": 141})
    role = dataclasses.replace(small_town().study.residents, groups={name: name for name in groups})
    study = dataclasses.replace(
        base.study, residents=role, parents=small_town().study.parents, vulnerability=VulnerabilityRole(themes)
    )
    asked = what_if(dataclasses.replace(base, study=study, provenance=(counted,)), ["f"])
    found = assess(asked, [PROFILE])
    assert found.vulnerability is None
    pieces = what_if(dataclasses.replace(asked, study=study, resident_cells=base.residents), ["f"]).resident_cells
    assert pieces.columns.tolist() == ["population"]
    assert [dict(p.counts) for p in found.provenance] == [{"rows_read": 6}]
    of_groups = found.assessments[found.assessments["rule_id"].str.contains("age65plus|women")]
    assert set(of_groups["reason"]) == {"what_if_groups"}
    numbers = of_groups.select_dtypes("number").drop(columns="target")
    assert numbers.isna().all().all()
    assert [c.code for c in found.caveats[:2]] == ["what_if", "what_if_groups"]
    publish(found, tmp_path / "out")
    report = Report(tmp_path / "out")
    assert not report.names & {"vulnerability", "vulnerable_places"}
    assert all(report[name].empty for name in report.names & {"groups", "exposure_groups"})
    for name in report.names - {"layer_styles"}:
        assert not [column for column in report[name] if column.startswith((*groups, "vulnerability"))], name


def test_a_study_without_groups_needs_no_word_about_them(layers):
    plain = dataclasses.replace(layers, study=dataclasses.replace(layers.study, residents=None, vulnerability=None))
    assert [c.code for c in what_if(plain, ["f"]).caveats] == ["what_if"]
