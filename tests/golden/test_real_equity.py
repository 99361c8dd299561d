"""Equity in Las Palmas: figures as last agreed, and worked out once more from what the run published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest


@pytest.fixture(scope="module")
def tables(las_palmas):
    return {
        name: pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer=name)
        for name in ("equity", "clusters", "needs", "assessments", "communities", "indicators", "groups", "parents")
    }


@pytest.fixture(scope="module")
def homes(las_palmas):
    return pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="demand", read_geometry=False)


@pytest.fixture(scope="module")
def agreed():
    return json.loads(Path(__file__).with_name("equity_figures.json").read_text(encoding="utf-8"))


def value(tables, resource, measure, rule="", subject="all", level="city"):
    rows = tables["equity"]
    found = rows[
        (rows["resource"] == resource) & (rows["measure"] == measure) & (rows["rule_id"].fillna("") == rule)
        & (rows["subject"] == subject) & (rows["level"] == level)
    ]  # fmt: skip
    assert len(found) >= 1, (resource, measure, rule, subject)
    return found["value"].iloc[0]


def test_figures_are_those_last_agreed(tables, agreed):
    rows = tables["equity"].query("level == 'city'").fillna({"rule_id": "", "profile_id": ""})
    found = {
        " ".join(part for part in key if part): None if np.isnan(v) else round(v, 4)
        for *key, v in rows[["profile_id", "rule_id", "resource", "subject", "measure", "value"]].itertuples(index=False)
    }
    assert found.keys() == agreed["city"].keys()
    assert {k: v for k, v in found.items() if v is not None} == {
        k: pytest.approx(v, rel=2e-3, abs=2e-3) for k, v in agreed["city"].items() if v is not None
    }
    assert tables["equity"]["status"].value_counts().to_dict() == agreed["statuses"]


def test_clusters_are_those_last_agreed(tables, agreed):
    rows = tables["clusters"]
    found = rows.groupby(["profile_id", "rule_id", "cluster"]).size()
    assert {" ".join(key): int(count) for key, count in found.items()} == agreed["clusters"]
    assert (rows.groupby(["profile_id", "rule_id"]).size() == len(tables["communities"])).all()


def test_walks_are_those_of_the_demand_points(tables, homes):
    """Gini as twice the covariance of distance and rank, from the homes of the internal file."""
    people, walk = homes["population"].to_numpy(), homes["distance_green_5000m2_m"].to_numpy()
    rule = "green.500m"
    left_out = tables["equity"].query("rule_id == @rule and measure == 'mean' and level == 'city' and resource == 'distance_m' and subject == 'all'")["residents_left_out"].iloc[0]
    walk = np.minimum(walk, 5000.0)
    order = np.argsort(walk)
    rank = (np.cumsum(people[order]) - people[order] / 2) / people.sum()
    mean = np.average(walk, weights=people)
    gini = 2 * np.average((walk[order] - mean) * rank, weights=people[order]) / mean
    # Those left out, whose shortest walk may lead beyond the data, are few.
    assert left_out / people.sum() < 0.005
    assert value(tables, "distance_m", "mean", rule) == pytest.approx(mean, rel=0.03)
    assert value(tables, "distance_m", "gini", rule) == pytest.approx(gini, abs=0.02)


def test_concentration_of_those_served_from_the_published_tables(tables):
    """By communities alone: within one, all have the same need."""
    rule = "green.500m"
    rows = tables["assessments"].query("level == 'community' and rule_id == @rule").set_index("unit_id")
    need = tables["indicators"].set_index("community_id")["value"].reindex(rows.index)
    served, people = rows["residents_served"], rows["residents_served"] + rows["residents_short"]
    kept = need.notna() & (people > 0)
    served, people, need = served[kept], people[kept], need[kept]
    rank = pd.Series({u: people[need < need[u]].sum() + people[need == need[u]].sum() / 2 for u in need.index}) / people.sum()
    share = served / people
    mean = served.sum() / people.sum()
    covariance = (people * (share - mean) * (rank - 0.5)).sum() / people.sum()
    assert value(tables, "served", "concentration_corrected", rule, "unemployment-benefit") == pytest.approx(8 * covariance, abs=1e-6)


def test_what_all_have_is_what_there_is_to_share_and_what_the_table_of_methods_says(tables):
    """4.3 m2 of green a resident: the figure of docs/methods.md for a Gaussian decay within 400 m."""
    assert value(tables, "green_m2", "mean") == pytest.approx(4.3, abs=0.05)


def test_shares_held_and_their_multiple_agree(tables):
    for resource in ("open_space_m2", "green_m2"):
        top, bottom = value(tables, resource, "top10_share"), value(tables, resource, "bottom40_share")
        assert value(tables, resource, "palma") == pytest.approx(top / bottom, rel=1e-3)
        for level in ("neighbourhood", "district"):
            assert 0 < value(tables, resource, "theil_between", subject=level) < value(tables, resource, "theil")


def test_every_figure_is_told_in_words_and_no_other(tables):
    rows = tables["equity"]
    told = rows["status"] == "told"
    assert rows.loc[told, ["text_en", "text_zh", "value"]].notna().all(axis=None)
    assert rows.loc[~told, ["text_en", "text_zh", "value"]].isna().all(axis=None)
    assert not rows.loc[told, "text_en"].str.contains("[{}]|nan", regex=True).any()


def test_clusters_say_what_stands_next_door(tables):
    rows = tables["clusters"]
    beside = rows[rows["cluster"] == "high_high"]
    assert len(beside)
    assert (beside["neighbours_value"] > beside["expected"]).all()
    assert (beside["p_adjusted"] <= 0.05).all()
    low = rows[rows["cluster"] == "low_low"]
    assert (low["value"] < low["expected"]).all()


def test_needs_of_districts_rest_on_published_counts_alone(tables):
    needs = tables["needs"].query("level == 'district' and resource == 'green_m2'")
    parents = tables["parents"].query("level == 'district'").set_index("unit_id")
    for group in ("age0_14", "age65plus"):
        rows = needs[needs["subject"] == group].set_index("unit_id")
        share = parents[group] / parents["population"]
        np.testing.assert_allclose(rows["need"], share.reindex(rows.index), atol=2e-6)
        assert (rows["need_percentile"].rank() == share.reindex(rows.index).rank()).all()
    np.testing.assert_allclose(needs["gap"], needs["need_percentile"] - needs["supply_percentile"], atol=2e-6)
