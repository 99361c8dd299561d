"""Figures that a study supplies itself: joined by key, every fault told. All tables are SYNTHETIC."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.indicators import indicator, load_indicators
from layers.municipal import Notes
from layers.origins import Origin
from layers.study_indicators import indicator_roles
from layers.study_table import Table
from layers.types import IndicatorRole
from maps.words import caveat_text
from spatial.errors import LayerError
from tests.town import study

ROLE = IndicatorRole("survey", "satisfaction", Origin(Path("SYNTHETIC.csv")), "code", "happy", 100.0, 0.0, {}, "%", "n")
IDS = pd.Index(["a", "b", "c"], name="community_id")


def table(codes: list, happy: list, n: list) -> pd.DataFrame:
    return pd.DataFrame({"code": codes, "happy": happy, "n": n})


def test_each_community_has_a_row_and_what_is_not_said_is_unknown():
    frame, counts, caveats = indicator(table(["b", "a", "z"], [0, 40.5, 7], [20, None, 50]), ROLE, IDS)
    assert frame.columns.tolist() == ["indicator_id", "community_id", "value", "answers"]
    assert frame["community_id"].tolist() == ["a", "b", "c"]
    assert frame["value"].tolist()[:2] == [40.5, 0.0]
    assert np.isnan(frame["value"][2])
    assert frame["answers"].isna().tolist() == [True, False, True]
    assert counts == {"joined": 2, "rows_without_community": 1}
    assert [(c.code, c.layer, c.count, c.detail) for c in caveats] == [("indicator_elsewhere", "indicator.survey", 1, "z")]
    assert "z" in caveat_text(caveats[0], "zh")


def test_no_sum_is_recorded_from_which_a_withheld_figure_could_be_worked_out():
    _, counts, _ = indicator(table(["a", "b", "c"], [40, 50, 60], [3, 100, 200]), ROLE, IDS)
    assert set(counts) == {"joined", "rows_without_community"}


def test_without_a_column_of_answers_the_figure_is_of_no_survey():
    frame, _, _ = indicator(table(["a"], [1.5], [99]), replace(ROLE, answers_column=""), IDS)
    assert frame["answers"].isna().all()


def test_all_faults_of_the_cells_are_told_at_once():
    with pytest.raises(LayerError) as caught:
        indicator(table(["a", "a", None], ["many", 2, 3], ["x", -4, 5]), ROLE, IDS)
    message = str(caught.value)
    for part in (
        "indicator.survey:",
        "1 of 3 rows have no id in 'code'",
        "1 id stands more than once in 'code', e.g. 'a'; keep one year or question with a filter",
        "column 'happy': 1 is no number ('many')",
        "column 'n': 1 is no number ('x')",
        "column 'n': 1 count is negative",
    ):
        assert part in message, message
    assert "\n" not in message


@pytest.mark.parametrize(("given", "said"), [
    (table([], [], []), "holds no rows"),
    (table(["x", "y"], [1, 2], [30, 30]), r"none of its 2 ids in 'code' \('x', 'y'\) is a community's"),
    (table(["a", "b"], [1, 2], [30, 0]), r"1 rows \('b'\) have a value in 'happy' though nobody answered"),
])  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused(given, said):
    with pytest.raises(LayerError, match=said):
        indicator(given, ROLE, IDS)


def test_ids_that_lost_their_zeros_are_seen():
    with pytest.raises(LayerError, match="leading zeros"):
        indicator(table(["1", "10"], [1, 2], [30, 30]), ROLE, pd.Index(["01", "10"]))


def test_each_file_is_read_and_recorded_under_its_own_name(tmp_path):
    (tmp_path / "SYNTHETIC.csv").write_text("code,q,happy,n\n01,parks,40,50\n01,paths,1,50\n02,parks,60,12\n", encoding="utf-8")
    origin = Origin(tmp_path / "SYNTHETIC.csv", filter={"q": ("parks",)}, licence="CC0")
    of = replace(study(), path=tmp_path / "study.toml", indicators=(replace(ROLE, origin=origin), replace(ROLE, id="other", origin=origin)))
    notes = Notes()
    frame = load_indicators(of, pd.Index(["01", "02"]), notes)
    assert frame is not None
    assert frame["value"].tolist() == [40, 60, 40, 60]
    assert [(p.role, p.file, p.licence) for p in notes.provenance] == [
        ("indicator.survey", "SYNTHETIC.csv", "CC0"), ("indicator.other", "SYNTHETIC.csv", "CC0")]  # fmt: skip
    assert {key: notes.provenance[0].counts[key] for key in ("rows_read", "rows_kept", "rows_filtered")} == {
        "rows_read": 3, "rows_kept": 2, "rows_filtered": 1}  # fmt: skip
    assert load_indicators(study(), IDS, notes) is None


GOOD = {"id": "s", "dimension": "satisfaction", "path": "a.csv", "join": "code", "value": "v", "best": 1, "worst": 0}


@pytest.mark.parametrize(("change", "said"), [
    ({"dimension": "happiness"}, "dimension = 'happiness' is not one of participation, satisfaction"),
    ({"best": 0}, "best = worst = 0"),
    ({"best": None}, "lacks best"),
    ({"value": "code"}, "names one column twice"),
    ({"answers": "v"}, "names one column twice"),
    ({"join": None}, "lacks join"),
    ({"x": "lon", "y": "lat"}, "has both join and x"),
    ({"answer": "n"}, "did you mean 'answers'?"),
    ({"path": "b.csv"}, "there is no such file"),
    ({"best": "much"}, "best must be a number"),
])  # fmt: skip
def test_faults_of_the_study_file_are_told(tmp_path, change, said):
    (tmp_path / "a.csv").touch()
    entry = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    faults: list[str] = []
    indicator_roles(Table("", {"indicator": [entry]}, faults, ("indicator",)), tmp_path)
    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith("[[indicator]] 1") for fault in faults)


def test_two_indicators_of_one_name_are_refused(tmp_path):
    (tmp_path / "a.csv").touch()
    faults: list[str] = []
    assert len(indicator_roles(Table("", {"indicator": [GOOD, GOOD]}, faults, ("indicator",)), tmp_path)) == 2
    assert faults == ["[[indicator]] id = 's' stands twice; each needs its own"]
