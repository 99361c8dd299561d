"""The resilience of Las Palmas as published: worked out again from the published tables, and as last agreed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

SHIFTS = {
    "scaling": 21.6, "limits": 7.0, "dimension_weights": 5.5, "aggregation": 5.3, "ways_in": 3.1, "rule_weights": 2.9,
    "placement": 2.0, "targets": 1.5,
}  # fmt: skip
RULE_SHIFTS = {"green.per_person": 27.6, "green.500m": 17.5, "green.300m_straight": 15.1, "open.400m": 14.9, "hazard.flood_coastal": 3.9}
TOTALS = {"scaling": 0.62, "dimension_weights": 0.38, "aggregation": 0.09, "limits": 0.03}


@pytest.fixture(scope="module")
def tables(las_palmas) -> dict[str, pd.DataFrame]:
    names = ("communities", "parents", "assessments", "sensitivity", "rules")
    return {name: gpd.read_file(las_palmas.out / "gaps.gpkg", layer=name, engine="pyogrio") for name in names}


def test_every_score_can_be_worked_out_from_the_published_tables(tables):
    """Three rules of reach, one of safety, and the green of the district in which the residents live."""
    rows = tables["assessments"].dropna(subset=["score"])
    score = rows.pivot_table(index=["level", "unit_id"], columns=["profile_id", "rule_id"], values="score")
    communities = tables["communities"].set_index("community_id")
    whole = communities[communities["parent_district_share"] > 0.999999]
    assert len(whole) > 250
    own = score.loc["community"].loc[whole.index]
    reach = own[[("who-300", "green.300m_straight"), ("linli-start", "green.500m"), ("linli-start", "open.400m")]].mean(axis=1)
    safety = own[("linli-start", "hazard.flood_coastal")]
    district = score.loc["district"][("linli-start", "green.per_person")].reindex(whole["parent_district_id"]).to_numpy()
    expected = 100 * np.cbrt(np.maximum(reach, 0.01) * np.maximum(safety, 0.01) * np.maximum(district, 0.01))
    np.testing.assert_allclose(whole["resilience"], expected, rtol=0, atol=1e-3)
    np.testing.assert_allclose(whole["dimension_reach"], 100 * reach, rtol=0, atol=1e-3)


def test_ranks_follow_scores_and_classes_follow_the_ranges(tables):
    found = tables["communities"]
    np.testing.assert_allclose(found["rank"], found["resilience"].round(5).rank())
    ranked, ends = found["rank"].notna().sum(), found[["rank", "rank_low", "rank_high"]] - 0.5
    low, high = (ends < 0.2 * ranked), (ends > 0.8 * ranked)
    expected = np.select([low.all(axis=1), high.all(axis=1), ~(low | high).any(axis=1)], ["lowest", "highest", "middle"], "uncertain")
    assert found["rank_class"].tolist() == expected.tolist()
    assert (found["rank_lowest_share"][found["rank_class"] == "lowest"] >= 0.95 - 1e-6).all()
    wide = found["rank_high"] - found["rank_low"]
    assert 30 < wide.median() < 150  # 5 to 95 % of the draws, not their middle half
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert (found["resilience_low"] <= found["resilience"] + 1e-6).all()
    assert (found["resilience"] <= found["resilience_high"] + 1e-6).all()


def test_the_first_and_the_last_as_last_agreed(tables):
    found = tables["communities"]
    short = found["community_id"].str.replace("20220101_35016_", "")
    first, last = (short[found["rank"] == rank] for rank in (found["rank"].min(), found["rank"].max()))
    assert sorted(first) == [f"D05_S{n:03}" for n in (8, 14, 15, 16, 19, 21, 23, 35)]
    assert (found["rank"].min(), found["rank"].max(), len(last)) == (4.5, 253.5, 44)
    assert set(last.str[:3]) == {"D01", "D04"}
    assert found["rank_class"].value_counts().to_dict() == {"uncertain": 155, "middle": 76, "highest": 35, "lowest": 9}
    parents = tables["parents"].set_index("unit_id")
    assert parents[parents["level"] == "district"]["rank"].to_dict() == {f"20220101_35016_D0{n}": r for n, r in zip(range(1, 6), (3, 4, 1, 5, 2), strict=True)}
    assert parents.loc["las-palmas", ["rank_class", "resilience_reason"]].tolist() == ["not_assessed", "too_few_units"]
    assert parents.loc["las-palmas", "resilience"] == pytest.approx(89.6, abs=0.05)


def test_what_the_ranking_depends_on_as_last_agreed(tables):
    mine = tables["sensitivity"].query("level == 'community'")
    assert mine["mean_rank_shift"].is_monotonic_decreasing
    assert mine[mine["factor"] != "rule"].set_index("factor")["mean_rank_shift"].round(1).to_dict() == SHIFTS
    assert mine[mine["factor"] == "rule"].set_index("rule_id")["mean_rank_shift"].round(1).to_dict() == RULE_SHIFTS
    total = mine.set_index("factor")["total"].round(2)
    assert {factor: total[factor] for factor in TOTALS} == TOTALS
    assert set(tables["sensitivity"]["level"]) == {"community", "neighbourhood", "district"}
