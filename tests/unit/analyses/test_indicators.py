"""What is told and scored of a study's own figures, derived by hand. All figures are SYNTHETIC."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.assess import assess
from analyses.indicators import indicators, wilson
from analyses.parameters import Parameters
from analyses.profile_reader import packaged_profile
from layers.origins import Origin
from layers.types import IndicatorRole, Layers
from linli import publish
from maps.words import caveat_text
from tests.small_groups_town import small_town
from tests.town import town

SURVEY = IndicatorRole("survey", "satisfaction", Origin(Path("SYNTHETIC.csv")), "code", "happy", 90.0, 40.0, {"en": "S"}, "%", "n")
BENEFIT = IndicatorRole("benefit", "need", Origin(Path("SYNTHETIC.csv")), "code", "share", 0.0, 20.0)
NAN = float("nan")


def supplied(*figures: tuple[IndicatorRole, tuple[float, float], tuple[float, float]]) -> Layers:
    """The town with figures of East and West: value and answers of each."""
    layers = town()
    table = pd.DataFrame(
        [(role.id, community, value, answers) for role, east, west in figures
         for community, (value, answers) in (("East", east), ("West", west))],
        columns=["indicator_id", "community_id", "value", "answers"],
    )  # fmt: skip
    study = dataclasses.replace(layers.study, indicators=tuple(role for role, _, _ in figures))
    return dataclasses.replace(layers, study=study, indicators=table)


def rows(*figures: tuple[IndicatorRole, tuple[float, float], tuple[float, float]]) -> pd.DataFrame:
    return indicators(supplied(*figures), Parameters()).table.set_index(["indicator_id", "community_id"])


def test_a_score_is_the_way_from_worst_to_best():
    """65 % lies half way from 40 to 90; 5 of 20 down from 20 to 0 is three quarters."""
    table = rows((SURVEY, (65, 100), (90, 100)), (BENEFIT, (5, NAN), (20, NAN)))
    assert table["score"].tolist() == [0.5, 1.0, 0.75, 0.0]
    assert table["status"].eq("scored").all()
    assert table.loc["benefit", ["low", "score_low", "answers"]].isna().all().all()


def test_values_beyond_the_goalposts_score_as_these_and_it_is_told():
    found = indicators(supplied((SURVEY, (95, 100), (30, 100)), (BENEFIT, (-1, NAN), (20, NAN))), Parameters())
    assert found.table["score"].tolist() == [1, 0, 1, 0]
    assert [(c.code, c.layer, c.count, c.detail) for c in found.caveats] == [
        ("indicator_beyond", "indicator.survey", 2, "40-90"), ("indicator_beyond", "indicator.benefit", 1, "20-0")]  # fmt: skip


@pytest.mark.parametrize(("value", "answers", "status", "told", "scored"), [
    (65, 9, "withheld", False, False), (65, 0.5, "withheld", False, False), (65, NAN, "withheld", False, False),
    (NAN, 1, "withheld", False, False), (65, 10, "few_answers", True, False), (65, 29, "few_answers", True, False),
    (65, 30, "scored", True, True), (NAN, 30, "unknown", False, False), (NAN, NAN, "unknown", False, False),
    (NAN, 0, "unknown", False, False),
])  # fmt: skip
def test_how_many_answered_decides_what_is_told(value, answers, status, told, scored):
    row = rows((SURVEY, (value, answers), (50, 500))).loc[("survey", "East")]
    assert row["status"] == status
    assert row[["value", "answers", "low", "high"]].notna().tolist() == [told] * 4
    assert row[["score", "score_low", "score_high"]].notna().tolist() == [scored] * 3


@pytest.mark.parametrize("unit", ["persons", "People", "人"])
@pytest.mark.parametrize(("value", "status"), [(0, "scored"), (1, "withheld"), (9, "withheld"), (10, "scored"), (NAN, "unknown")])
def test_a_count_of_few_people_is_withheld_though_it_is_no_survey(unit, value, status):
    """Who lives alone and is ill: of one or two everybody next door knows who is meant. Nobody is not small."""
    alone = dataclasses.replace(BENEFIT, unit=unit, worst=100.0)
    row = rows((alone, (value, NAN), (50, NAN))).loc[("benefit", "East")]
    assert row["status"] == status
    assert np.isfinite(row[["value", "score"]].astype(float)).all() == (status == "scored")
    assert rows((dataclasses.replace(alone, unit="%"), (1, NAN), (50, NAN))).loc[("benefit", "East"), "status"] == "scored"


def test_the_interval_of_a_share_is_wilsons():
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    low, high = wilson(np.array([81 / 263, 15 / 148, 0.0, 1 / 29]), np.array([263.0, 148.0, 20.0, 29.0]))
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_the_interval_is_in_the_unit_of_the_figure_and_scores_with_it():
    less_is_better = dataclasses.replace(SURVEY, best=0.0, worst=1.0, unit="0-1")
    row = rows((less_is_better, (15 / 148, 148), (0.5, 40))).loc[("survey", "East")]
    assert row[["low", "high"]].tolist() == pytest.approx([0.0624, 0.1605], abs=5e-5)
    assert row[["score_low", "score", "score_high"]].tolist() == pytest.approx([0.8395, 1 - 15 / 148, 0.9376], abs=5e-5)
    plain = dataclasses.replace(SURVEY, unit="points")
    assert rows((plain, (65, 100), (50, 500)))["low"].isna().all()


def test_indicators_of_a_dimension_are_averaged_where_they_are_scored():
    other = dataclasses.replace(SURVEY, id="other", unit="points")
    found = indicators(supplied((SURVEY, (65, 100), (65, 5)), (other, (90, 100), (90, 5)), (BENEFIT, (5, NAN), (NAN, NAN))), Parameters())
    assert found.scores("satisfaction").to_dict() == {"East": 0.75}  # of 0.5 and 1; too few answered in West
    assert found.scores("need").to_dict() == {"East": 0.75}
    assert found.scores("participation").empty


def test_without_figures_of_its_own_a_study_has_no_such_table():
    found = indicators(town(), Parameters())
    assert (found.published, found.caveats) == (None, ())
    assert found.scores("need").empty


def test_nothing_of_a_small_survey_reaches_a_published_file(tmp_path):
    """The attacker reads every byte: 31.4159 % of 7 people is nowhere, nor in any cell of a table."""
    secret, n = 31.4159, 7
    layers = dataclasses.replace(supplied((SURVEY, (secret, n), (65, 100))), basemap=small_town().basemap)
    results = assess(layers, [packaged_profile("who-300")])
    publish(results, tmp_path / "out")
    assert {c.code for c in results.caveats if c.layer == "indicator.survey"} == {"indicator_withheld"}
    for file in (tmp_path / "out").iterdir():
        content = file.read_bytes()
        assert b"31.415" not in content, file.name
        assert np.float64(secret).tobytes() not in content, file.name
        assert np.float64(secret).tobytes()[::-1] not in content, file.name
    row = results.indicators.query("community_id == 'East'").iloc[0]
    assert row.drop(["community_id", "indicator_id", "dimension", "unit", "status"]).isna().all()
    shown = indicators(supplied((SURVEY, (secret, 12), (65, 100))), Parameters()).table
    assert secret in shown["value"].tolist()


@pytest.mark.parametrize("code", ["indicator_beyond", "indicator_few_answers", "indicator_withheld", "indicator_unknown"])
def test_every_caveat_has_words(code):
    both = (indicators(supplied((SURVEY, east, (95, 20))), Parameters()).caveats for east in ((65, 5), (NAN, NAN)))
    caveats = {caveat.code: caveat for found in both for caveat in found}
    for language in ("en", "zh"):
        assert "{" not in caveat_text(caveats[code], language)
