"""Counts, areas and group shares on tables small enough to add up on paper (synthetic)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyses.costs import Costs
from analyses.cumulative import area_within, count_within, group_shares, nearest_within
from analyses.decay import Dichotomous, Linear

POINTS = pd.Index(["home/1", "home/2", "home/3"])
COSTS = Costs(np.array([0, 0, 0, 1], np.int32), np.array([0, 1, 2, 1], np.int32), np.array([100.0, 400.0, 100.0, 50.0]))
AREA = np.array([1000.0, 500.0, np.nan])


def test_count_is_inclusive_and_zero_where_nothing_is_near() -> None:
    assert count_within(COSTS, POINTS, limit=400).tolist() == [3, 1, 0]
    assert count_within(COSTS, POINTS, limit=399.9).tolist() == [2, 1, 0]
    assert count_within(COSTS, POINTS, limit=400).index.equals(POINTS)


def test_where_the_data_end_there_may_be_more() -> None:
    cut = np.array([False, True, False])
    np.testing.assert_array_equal(count_within(COSTS, POINTS, limit=400, cut=cut), [3, np.nan, 0])
    np.testing.assert_array_equal(area_within(COSTS, POINTS, AREA, Dichotomous(400), cut=cut), [1500, np.nan, 0])


def test_area_with_and_without_decay() -> None:
    assert area_within(COSTS, POINTS, AREA, Dichotomous(400)).tolist() == [1500, 500, 0]
    assert area_within(COSTS, POINTS, AREA, Linear(500)).tolist() == pytest.approx([800 + 100, 450, 0])


def test_nearest_and_the_first_of_those_equally_near() -> None:
    found = nearest_within(COSTS, POINTS)
    assert found["cost"].tolist() == [100, 50, np.inf]
    assert found["place"].tolist() == [0, 1, -1]


def test_groups_are_added_up_from_residents() -> None:
    """Unit a: homes 1 (half of it served, half unknown) and 2 (not served). Unit b: home 3, served."""
    groups = pd.DataFrame({"age0_14": [4.0, 6.0, 0.0], "age65plus": [10.0, np.nan, 3.0]}, index=POINTS)
    found = group_shares(
        np.array([0.5, 0, 1]), np.array([0.0, 1, 0]), groups, np.array([0, 0, 1]), pd.Index(["a", "b"])
    ).set_index(["unit_id", "group"])
    columns = ["residents", "residents_served", "residents_short", "residents_unknown"]
    assert found.loc[("a", "age0_14"), columns].tolist() == [10, 2, 6, 2]
    assert found.loc[("a", "age0_14"), "share"] == pytest.approx(0.25)
    assert found.loc[("b", "age65plus"), "share"] == 1
    assert np.isnan(found.loc[("b", "age0_14"), "share"]), "nobody of that age lives there"
    assert found.loc[("a", "age65plus")].isna().all(), "an unknown number is not zero"


def test_whoever_lives_in_no_unit_is_in_none() -> None:
    groups = pd.DataFrame({"age65plus": [10.0, 5.0]})
    found = group_shares(np.ones(2), np.zeros(2), groups, np.array([0, -1]), pd.Index(["a"]))
    assert found["residents"].tolist() == [10]
    assert group_shares(np.ones(2), np.zeros(2), groups[[]], np.array([0, 0]), pd.Index(["a"])).empty
