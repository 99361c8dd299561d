"""Equity of a synthetic city drawn by hand: who is counted, who is left out, and what is told of whom."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from analyses.assess import assess
from analyses.equity import COLUMNS, equity_table
from analyses.equity_columns import CLUSTER_KINDS, EQUITY_STATUSES, MEASURES, RESOURCES
from analyses.needs import need_by_community, needs_table
from analyses.parameters import EquityLimits, Parameters
from analyses.profile_reader import packaged_profile
from analyses.resources import Resource
from analyses.units import CITY, COMMUNITY, Level
from layers.types import IndicatorRole
from tests.networks import METRIC
from tests.town import town

LIMITS = EquityLimits(least_residents=10, least_units=2)
PEOPLE = np.array([10.0, 20.0, 30.0, 40.0])


def level(name, member, units):
    frame = gpd.GeoDataFrame({"name": units, "area_m2": 1.0}, geometry=[None] * len(units), index=pd.Index(units), crs=METRIC)
    return Level(name, frame, np.array(member))


LEVELS = {
    COMMUNITY: level(COMMUNITY, [0, 1, 2, 3], ["a", "b", "c", "d"]),
    "district": level("district", [0, 0, 1, 1], ["north", "south"]),
    CITY: level(CITY, [0, 0, 0, 0], ["town"]),
}


def table(value, code="green_m2", people=PEOPLE, needs=None, limits=LIMITS, capped=None):
    unit = {"green_m2": "m2/person", "distance_m": "m", "served": "%"}[code]
    resource = Resource(code, unit, np.array(value, dtype=float), people, "p", "r", capped)
    return equity_table([resource], LEVELS, needs or {}, limits)


def told(rows, measure, unit="town", subject="all"):
    found = rows[(rows["measure"] == measure) & (rows["unit_id"] == unit) & (rows["subject"] == subject)]
    assert len(found) == 1
    return found.iloc[0]


def test_every_resident_counts_alike_and_parents_are_made_of_residents():
    rows = table([1.0, 1.0, 2.0, 0.0])
    assert list(rows.columns) == COLUMNS
    assert told(rows, "mean")["value"] == pytest.approx(90 / 100)
    assert told(rows, "mean", "south")["value"] == pytest.approx(60 / 70)
    assert told(rows, "without_share")["value"] == pytest.approx(0.4)
    assert told(rows, "bottom40_share")["status"] == "told"
    assert told(rows, "bottom40_share")["value"] == 0
    assert told(rows, "palma")["status"] == "worst_have_none"
    assert np.isnan(told(rows, "palma")["value"])
    assert told(rows, "atkinson_1")["value"] == 1
    assert told(rows, "gini", "north")["value"] == pytest.approx(0)


def test_the_theil_index_falls_into_districts():
    rows = table([1.0, 3.0, 2.0, 4.0])
    whole, between = told(rows, "theil")["value"], told(rows, "theil_between", subject="district")["value"]
    north, south = (told(rows, "theil", unit)["value"] for unit in ("north", "south"))
    has = np.array([70.0, 220.0]) / 290
    assert whole == pytest.approx(between + has @ [north, south])
    assert rows["measure"].eq("theil_between").sum() == 1, "of the city alone"


def test_whoever_is_unknown_is_left_out_and_counted():
    rows = table([1.0, np.nan, 3.0, 3.0])
    assert told(rows, "mean")["value"] == pytest.approx((10 + 90 + 120) / 80)
    assert (told(rows, "mean")["residents"], told(rows, "mean")["residents_left_out"]) == (80, 20)
    assert told(rows, "mean")["status"] == "told"
    assert told(rows, "mean", "north")["status"] == "too_many_unknown"
    assert np.isnan(told(rows, "mean", "north")["value"])
    nobody_counted = table([1.0, 2.0, 3.0, 4.0], people=np.array([10.0, np.nan, 30.0, 40.0]))
    assert np.isnan(told(nobody_counted, "mean")["residents_left_out"])
    assert told(nobody_counted, "mean")["value"] == pytest.approx((10 + 90 + 160) / 80)


def test_too_few_residents_have_one_row_that_says_so():
    rows = table([1.0, 2.0, 3.0, 4.0], limits=dataclasses.replace(LIMITS, least_residents=31))
    north = rows[rows["unit_id"] == "north"]
    assert list(north["status"]) == ["too_few_residents"]
    assert north["value"].isna().all()
    assert (rows.loc[rows["unit_id"] == "south", "status"] == "told").all()


def test_a_walk_is_a_burden_and_has_no_ratios_of_riches():
    rows = table([100.0, 200.0, 300.0, 5000.0], "distance_m", capped=np.array([False, False, False, True]))
    assert set(rows["measure"]) == {"mean", "median", "gini", "theil", "theil_between", "capped"}
    assert told(rows, "capped")["value"] == 40
    assert told(rows, "capped")["unit"] == "persons"
    assert told(rows, "median")["value"] == 300


def test_of_shares_only_what_is_corrected_is_told():
    rows = table([0.0, 0.0, 100.0, 100.0], "served", needs={"poor": np.array([1.0, 1.0, 0.0, 0.0])})
    assert set(rows["measure"]) == {"mean", "gini_corrected", "concentration_corrected"}
    # 8 cov: means 70; ranks 0.35 (without need) and 0.85: 0.7 (30) (-0.15) + 0.3 (-70) (0.35) = -10.5; x 8 / 100.
    assert told(rows, "concentration_corrected", subject="poor")["value"] == pytest.approx(-0.84)
    assert told(rows, "gini_corrected")["value"] == pytest.approx(0.84)
    assert told(rows, "concentration_corrected", "south", "poor")["value"] == pytest.approx(0)


def test_need_that_nobody_knows_leaves_residents_out():
    rows = table([1.0, 2.0, 3.0, 4.0], needs={"poor": np.array([3.0, 2.0, np.nan, 1.0])}, limits=dataclasses.replace(LIMITS, most_left_out_share=0.5))
    found = told(rows, "concentration", subject="poor")
    assert (found["residents"], found["residents_left_out"]) == (70, 30)
    assert found["value"] < 0


def test_nobody_has_anything():
    rows = table([0.0, 0.0, 0.0, 0.0])
    assert told(rows, "mean")["value"] == 0
    assert told(rows, "without_share")["value"] == 1
    for measure in ("gini", "theil", "palma", "atkinson_1", "top10_share"):
        assert told(rows, measure)["status"] == "nothing_to_share"


# --------------------------------------------------------------------------- needs


def indicator(best=0.0, worst=10.0):
    role = IndicatorRole("benefit", "need", None, "id", "value", best=best, worst=worst)
    study = dataclasses.replace(town().study, indicators=(role, dataclasses.replace(role, id="trust", dimension="satisfaction")))
    rows = pd.DataFrame({"indicator_id": "benefit", "community_id": ["a", "b", "c", "d"], "value": [2.0, 12.0, 5.0, np.nan], "status": ["scored", "scored", "few_answers", "unknown"]})
    return study, rows


@pytest.mark.parametrize(("best", "worst", "expected"), [(0.0, 10.0, [0.2, 1.2]), (10.0, 0.0, [0.8, -0.2])])
def test_more_is_more_need_whichever_way_the_figure_runs_and_beyond_its_goalposts(best, worst, expected):
    study, rows = indicator(best, worst)
    found = need_by_community(study, rows, pd.Index(["a", "b", "c", "d"]))
    assert list(found) == ["benefit"]
    np.testing.assert_allclose(found["benefit"], [*expected, np.nan, np.nan])


def test_communities_stand_by_need_and_higher_units_by_published_counts():
    needs = pd.DataFrame({"subject": "benefit", "unit_id": ["a", "b", "c", "d"], "value": [2.0, 12.0, 5.0, np.nan], "need": [0.2, 1.2, 0.5, np.nan]})
    counts = pd.DataFrame(
        {"age65plus": [9.0, np.nan, 20.0], "age65plus_status": ["published", "suppressed", "published"]},
        index=pd.MultiIndex.from_tuples([("district", "north"), ("district", "south"), (CITY, "town")]),
    )
    supply = {"green_m2": np.array([1.0, 2.0, 3.0, 4.0])}
    rows = needs_table(LEVELS, PEOPLE, supply, needs, counts, LIMITS).set_index("unit_id")
    assert list(rows.index) == ["a", "b", "c", "north"], "of d and south nobody knows; one city cannot be ranked"
    # Of 60 residents: a 10, b 20, c 30; by need a, c, b, by supply a, b, c.
    np.testing.assert_allclose(rows.loc[["a", "b", "c"], "need_percentile"], [5 / 60, 50 / 60, 25 / 60])
    np.testing.assert_allclose(rows.loc[["a", "b", "c"], "gap"], [0, 30 / 60, -20 / 60], atol=1e-12)
    assert rows.loc["north", "need"] == pytest.approx(9 / 30)
    assert rows.loc["b", "need"] == 12


def test_supply_that_is_unknown_for_too_many_has_no_rank():
    needs = pd.DataFrame({"subject": "benefit", "unit_id": ["a", "b", "c", "d"], "value": 1.0, "need": [0.2, 1.2, 0.5, 0.1]})
    rows = needs_table(LEVELS, PEOPLE, {"green_m2": np.array([1.0, np.nan, 3.0, 4.0])}, needs, pd.DataFrame(index=pd.MultiIndex.from_tuples([("district", "north"), (CITY, "town")])), LIMITS)
    b = rows.set_index("unit_id").loc["b"]
    assert np.isnan(b[["supply", "gap", "need_percentile"]].astype(float)).all()
    counts = pd.DataFrame(
        {"age65plus": [9.0, 20.0, 29.0], "age65plus_status": "published"},
        index=pd.MultiIndex.from_tuples([("district", "north"), ("district", "south"), (CITY, "town")]),
    )
    rows = needs_table(LEVELS, PEOPLE, {"green_m2": np.array([1.0, np.nan, 3.0, 4.0])}, needs.iloc[:0], counts, LIMITS)
    assert list(rows.set_index("unit_id")["supply"].isna()) == [True, False], "of north two thirds are unknown"


# --------------------------------------------------------------------------- a whole run


@pytest.fixture(scope="module")
def results():
    limits = EquityLimits(least_residents=1, least_group=1, least_communities=1)
    return assess(town(), [packaged_profile("linli-start")], parameters=Parameters(equity=limits))


def test_a_run_has_all_three_tables_in_known_codes(results):
    rows = results.equity.table
    assert set(rows["measure"]) <= set(MEASURES)
    assert set(rows["resource"]) <= set(RESOURCES)
    assert set(rows["status"]) <= set(EQUITY_STATUSES)
    assert set(results.equity.clusters["cluster"]) <= set(CLUSTER_KINDS)
    assert rows["value"].notna().equals(rows["status"] == "told")
    key = ["level", "unit_id", "profile_id", "rule_id", "resource", "subject", "measure"]
    assert not rows.duplicated(key).any()


def test_what_all_have_adds_up_to_the_park(results):
    """3,000 m2 within 400 m of whom it reaches: shared out among the residents, nothing is lost."""
    mean = told(results.equity.table.query("resource == 'open_space_m2'"), "mean", "town")
    assert mean["value"] * mean["residents"] == pytest.approx(3000)


def test_without_residents_there_is_nothing_to_say():
    bare = dataclasses.replace(town(), residents=None, study=dataclasses.replace(town().study, residents=None))
    found = assess(bare, [packaged_profile("linli-start")]).equity
    assert (found.table, found.clusters, found.needs) == (None, None, None)


def test_the_same_layers_give_the_same_tables(results):
    again = assess(town(), [packaged_profile("linli-start")], parameters=results.parameters).equity
    pd.testing.assert_frame_equal(again.table, results.equity.table)
    pd.testing.assert_frame_equal(again.clusters, results.equity.clusters)
