"""What members of a group have on average, and what saying so tells about them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from analyses.group_means import equation, group_means, lives_in
from analyses.parameters import EquityLimits
from analyses.units import Level
from tests.networks import METRIC

POINTS = pd.DataFrame({"community": [0, 0, 1, 2], "population": [10.0, 20.0, 30.0, 40.0], "old": [4.0, 2.0, 9.0, 0.0]})
VALUE = {"green_m2": np.array([1.0, 4.0, 2.0, 8.0])}
LIMITS = EquityLimits(least_group=10, least_communities=2)


def city(points=POINTS):
    units = gpd.GeoDataFrame({"name": ["town"]}, geometry=[None], index=pd.Index(["town"]), crs=METRIC)
    return Level("city", units, np.zeros(len(points), dtype=np.int64))


def means(points=POINTS, value=VALUE, limits=LIMITS):
    (found,) = group_means(points, ["old"], {"city": city(points)}, value, limits)
    return found


def test_members_count_where_they_live():
    assert means().value[0] == pytest.approx((4 * 1 + 2 * 4 + 9 * 2) / 15)
    assert means().status[0] == "told"
    assert lives_in(POINTS, "old", city())[0] == 2


@pytest.mark.parametrize("limits", [EquityLimits(least_group=16, least_communities=2), EquityLimits(least_group=10, least_communities=3)])
def test_of_few_or_of_few_communities_nothing_is_told(limits):
    assert means(limits=limits).status[0] == "small_group"
    assert np.isnan(means(limits=limits).value[0])


@pytest.mark.parametrize("column", ["old", "population"])
def test_where_somebody_was_not_counted_nothing_is_told(column):
    points = POINTS.assign(**{column: POINTS[column].where(POINTS["community"] != 2)})
    assert means(points).status[0] == "unknown"


def test_members_of_whom_it_is_unknown_are_left_out():
    value = {"green_m2": np.array([np.nan, 4.0, 2.0, 8.0])}
    assert means(value=value).value[0] == pytest.approx((2 * 4 + 9 * 2) / 11)


def test_a_mean_says_that_what_members_have_above_and_below_it_cancels():
    members, ceiling = np.array([6.0, 9.0, 0.0]), np.array([30.0, 30.0, 40.0])
    share = np.array([4 / 6, 2 / 6, 1.0, 1.0])
    row = equation(share, VALUE["green_m2"], means().value[0], POINTS["community"].to_numpy(), ceiling)
    assert (row @ members)[0] == pytest.approx(0)
    assert np.abs(row.toarray()).max() == 1
    assert (row @ ceiling)[0] <= 0, "and is never taken for a small number of people"
