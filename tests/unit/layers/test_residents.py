from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.origins import Origin
from layers.residents import residents
from layers.types import ResidentsRole
from maps.words import caveat_text
from spatial.errors import LayerError

ROLE = ResidentsRole(Origin("p.csv"), "code", "people", {"age65plus": "old"})
IDS = pd.Index(["a", "b", "c"], name="community_id")


def table(codes, people, old=None):
    return pd.DataFrame({"code": codes, "people": people, "old": old if old is not None else [0] * len(codes)})


def test_nobody_and_unknown_stay_apart():
    """Community a has nobody, b an empty cell, c no row at all."""
    frame, counts, caveats = residents(table(["a", "b"], [0, np.nan]), ROLE, IDS)
    assert frame.index.equals(IDS)
    assert frame.loc["a", "population"] == 0.0
    assert frame["population"].isna().tolist() == [False, True, True]
    assert counts["residents_unknown"] == 2
    assert [(c.code, c.count, c.detail) for c in caveats] == [("residents_unknown", 2, "b, c")]


def test_a_study_where_nobody_lives_says_so():
    """A column of zeros is mostly the wrong column."""
    _, _, caveats = residents(table(["a", "b", "c"], [0, 0, 0]), ROLE, IDS)
    assert [(c.code, c.count, c.unit) for c in caveats] == [("residents_all_zero", 3, "communities")]
    _, _, caveats = residents(table(["a", "b", "c"], [0, 0, 1]), ROLE, IDS)
    assert caveats == ()


def test_a_table_without_rows_says_so():
    role = ResidentsRole(Origin(Path("p.csv")), "code", "people")
    with pytest.raises(LayerError, match=r"the table 'p\.csv' holds no rows"):
        residents(pd.DataFrame({"code": [], "people": []}), role, IDS)


def test_rows_of_other_places_are_counted_with_their_people():
    frame, counts, caveats = residents(table(["a", "b", "c", "z"], [10, 20, 30, 5]), ROLE, IDS)
    assert frame["population"].sum() == 60
    assert counts["rows_without_community"] == 1
    assert [(c.code, c.count, c.unit, c.detail) for c in caveats] == [("residents_lost", 5.0, "residents", "z")]


def test_a_csv_of_text_is_read_as_numbers():
    frame, counts, _ = residents(table(["a", "b", "c"], ["10", " 20", None], ["1", "2", None]), ROLE, IDS)
    assert frame["population"].tolist()[:2] == [10.0, 20.0]
    assert np.isnan(frame.loc["c", "population"])
    assert counts["population"] == 30


def test_an_unknown_group_is_told_apart_from_an_unknown_population():
    frame, _, caveats = residents(table(["a", "b", "c"], [10, 20, 30], [1, np.nan, 3]), ROLE, IDS)
    assert frame["age65plus"].isna().tolist() == [False, True, False]
    assert [(c.code, c.count, c.detail) for c in caveats] == [("group_unknown", 1, "age65plus")]


def test_all_faults_are_told_at_once():
    given = table(["a", "a", None, "c"], ["12", "-3", "x", "5"], ["1", "1", "1", "9"])
    with pytest.raises(LayerError) as caught:
        residents(given, ROLE, IDS)
    message = str(caught.value)
    assert "\n" not in message
    for part in (
        "1 of 4 rows have no id",
        "1 id stands more than once",
        "no number ('x')",
        "1 count is negative, e.g. 'a'",
        "1 count exceeds the population",
    ):
        assert part in message


def test_the_spreadsheets_thousands_are_no_numbers():
    with pytest.raises(LayerError, match=r"no number \('1\.234,5'\), e\.g\. 'a'"):
        residents(table(["a"], ["1.234,5"]), ROLE, IDS)


@pytest.mark.parametrize("value", ["inf", "true", True])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(LayerError, match="no number"):
        residents(table(["a"], [value]), ROLE, IDS)


def test_a_wrong_join_column_shows_both_kinds_of_id():
    with pytest.raises(LayerError, match=r"'D01_S001'.*is a community's \('a', 'b', 'c'\)"):
        residents(table(["D01_S001"], [5]), ROLE, IDS)


def test_a_missing_column_names_the_nearest():
    with pytest.raises(LayerError, match=r"no column 'people' \(did you mean 'peple'\?\)"):
        residents(table(["a"], [1]).rename(columns={"people": "peple"}), ROLE, IDS)


def test_the_input_is_not_written_into():
    given = table(["a", "b"], [1, 2])
    before = given.copy()
    residents(given, ROLE, IDS)
    pd.testing.assert_frame_equal(given, before)


# --------------------------------------------------------------------------- what spreadsheets do to numbers and ids


def test_points_that_group_thousands_are_no_decimal_points():
    """1.722 residents in a table whose other counts are whole are 1722; the groups are not blamed for it."""
    given = table(["a", "b", "c"], ["1.722", "968", "1.440"], ["206", "171", "259"])
    with pytest.raises(
        LayerError, match=r"2 are no numbers \('1\.722', '1\.440'\).*remove the marks between"
    ) as caught:
        residents(given, ROLE, IDS)
    assert "exceed" not in str(caught.value)


@pytest.mark.parametrize("values", [["1.722", "2.5", "3"], ["1722.000", "968.000", "1.440"], [1.722, 968, 1.44]])
def test_decimals_stay_decimals_and_are_told(values):
    frame, _, caveats = residents(table(["a", "b", "c"], values), ROLE, IDS)
    assert frame["population"].tolist() == [float(v) for v in values]
    broken = sum(float(v) % 1 != 0 for v in values)
    assert [(c.count, c.unit) for c in caveats if c.code == "residents_fractions"] == [(broken, "communities")]


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("1,722", "remove the marks between thousands"),
        ("1 722", "remove the marks between thousands"),
        ("1722,0", "write decimals with a point"),
        ("1722人", "leave units and words out"),
        ("x", "; leave a cell empty where the count is unknown"),
    ],
)
def test_what_is_no_number_comes_with_its_remedy(value, remedy):
    with pytest.raises(LayerError, match=remedy):
        residents(table(["a"], [value]), ROLE, IDS)


def test_ids_that_lost_their_zeros_are_refused_even_if_others_join():
    ids = pd.Index(["008", "009", "010"], name="community_id")
    with pytest.raises(LayerError, match=r"2 of its 3 ids in 'code' \('8', '9'\) differ from .*'008', '009'.*zeros"):
        residents(table(["8", "9", "010"], [1, 2, 3]), ROLE, ids)
    with pytest.raises(LayerError, match=r"1 of its 1 ids .*leading zeros only"):
        residents(table(["008"], [1]), ROLE, pd.Index(["8", "9"], name="community_id"))
    frame, _, _ = residents(table(["008", "8"], [1, 2]), ROLE, ids)
    assert frame["population"].iloc[0] == 1, "another place may have the id 8"


def test_a_total_row_and_a_footnote_join_nothing_and_are_told():
    given = table(["a", "b", "c", "合计", "注：不含流动人口"], [10, 20, 30, 60, None])
    frame, counts, caveats = residents(given, ROLE, IDS)
    assert frame["population"].sum() == 60
    assert counts["rows_without_community"] == 2
    lost = next(c for c in caveats if c.code == "residents_lost")
    assert (lost.count, lost.detail) == (60, "合计, 注：不含流动人口")
    assert "60 residents of the table belong to no community of the study, e.g. 合计" in caveat_text(lost, "en")
