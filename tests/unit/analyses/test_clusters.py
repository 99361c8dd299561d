"""Clusters on a synthetic city of squares, against local Moran's I written out with numpy."""

from __future__ import annotations

import dataclasses
import warnings
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.clusters import COLUMNS, _p_values, find_clusters, local_moran, neighbours
from analyses.parameters import EquityLimits
from analyses.profile import Basis, Rule, Supply, Target
from analyses.units import COMMUNITY, Level
from tests.networks import METRIC

LIMITS = EquityLimits(permutations=499)
SIDE = 7


def squares(gap=0.0):
    """7 x 7 squares of 100 m, each smaller by a gap."""
    cells = [box(100 * x, 100 * y, 100 * x + 100 - gap, 100 * y + 100 - gap) for y in range(SIDE) for x in range(SIDE)]
    return gpd.GeoDataFrame(
        {"name": "", "area_m2": 1e4}, geometry=cells, crs=METRIC, index=pd.Index([f"c{i:02}" for i in range(SIDE**2)], name="community_id")
    )


def rule(**changes):
    basis = Basis({"en": "synthetic"}, "high")
    made = Rule("green", "reach", {"en": "green"}, "population", "%", basis, "community", Target("%", "convention", minimum=80.0), Supply(("green",)), 300.0)
    return dataclasses.replace(made, **changes)


def judgement(short, residents, units=None, status=None, **changes):
    """What `find_clusters` needs of a judgement."""
    units = squares() if units is None else units
    short, residents = np.asarray(short, float), np.asarray(residents, float)
    rows = pd.DataFrame(
        {
            "unit_id": units.index, "level": COMMUNITY, "profile_id": "p", "rule_id": "green",
            "status": np.where(short > 0, "short", "met") if status is None else status,
            "residents_short": short, "residents_served": residents - short,
        }
    )  # fmt: skip
    level = Level(COMMUNITY, units, np.zeros(0, dtype=np.int64))
    measured = {("p", "green"): SimpleNamespace(rule=rule(**changes))}
    return SimpleNamespace(assessments=rows, levels={COMMUNITY: level}, measured=measured)


def corner():
    """All short in a corner of 3 x 3, a few elsewhere; 100 residents each."""
    x, y = np.arange(SIDE**2) % SIDE, np.arange(SIDE**2) // SIDE
    rng = np.random.default_rng(5)
    return np.where((x < 3) & (y < 3), 95.0, rng.integers(0, 30, SIDE**2)), np.full(SIDE**2, 100.0)


def test_a_corner_without_parks_is_a_cluster_of_shortfall():
    table = find_clusters(judgement(*corner()), LIMITS).table
    assert list(table.columns) == COLUMNS
    kinds = table.set_index("community_id")["cluster"]
    assert set(kinds[kinds == "high_high"].index) >= {"c01", "c07", "c08"}
    assert set(kinds.unique()) <= {"high_high", "not_significant", "low_high", "low_low"}
    inside = table[table["community_id"] == "c08"].iloc[0]
    assert (inside["value"], inside["neighbours_value"], inside["neighbours"]) == (95.0, 95.0, 8)
    assert inside["expected"] == pytest.approx(corner()[0].mean())
    assert inside["p_adjusted"] >= inside["p_value"]


def test_what_stands_out_alone_is_called_so():
    short, people = np.full(SIDE**2, 5.0), np.full(SIDE**2, 100.0)
    short[np.arange(SIDE**2) % 2 == 0] = 7.0
    short[24] = 100.0
    limits = dataclasses.replace(LIMITS, false_discovery_share=1.0)  # all that is there, sure or not
    kinds = find_clusters(judgement(short, people), limits).table.set_index("community_id")["cluster"]
    assert kinds["c24"] == "high_low"
    assert set(kinds[["c16", "c18", "c30", "c32"]]) == {"low_high"}


def moran_by_hand(short, residents, near):
    """Local and global Moran's I of the rates of Assunção and Reis, one community after the other."""
    n, everybody = len(short), residents.sum()
    rate = [s / r for s, r in zip(short, residents, strict=True)]
    overall = short.sum() / everybody
    spread = sum(r * (p - overall) ** 2 for r, p in zip(residents, rate, strict=True)) / everybody
    between = spread - overall / (everybody / n)
    z = []
    for p, r in zip(rate, residents, strict=True):
        variance = between + overall / r
        z.append((p - overall) / np.sqrt(variance if variance > 0 else overall / r))
    z = np.array(z) - np.mean(z)
    z /= z.std()
    lag = np.array([np.mean(z[some]) for some in near])
    # esda divides by n - 1 where Anselin has n.
    return z, z * lag * (n - 1) / np.sum(z * z), np.sum(z * lag) / np.sum(z * z)


def some_city():
    rng = np.random.default_rng(3)
    residents = rng.integers(20, 3000, SIDE**2).astype(float)
    return np.floor(residents * rng.beta(1, 2, SIDE**2)), residents


def test_statistics_are_those_of_the_formulas():
    short, residents = some_city()
    near = neighbours(squares().geometry, within_m=1.0)
    found = local_moran(short, residents, near, permutations=99, seed=1)
    z, local, whole = moran_by_hand(short, residents, near)
    np.testing.assert_allclose(found.local_moran, local, rtol=1e-9)
    assert found.moran == pytest.approx(whole)
    high, beside = z > 0, np.array([z[some].mean() > 0 for some in near])
    names = {(True, True): "high_high", (False, False): "low_low", (True, False): "high_low", (False, True): "low_high"}
    assert list(found.quadrant) == [names[(bool(h), bool(b))] for h, b in zip(high, beside, strict=True)]


def test_p_values_are_how_often_neighbours_dealt_at_random_are_as_extreme():
    short, residents = some_city()
    near = neighbours(squares().geometry, within_m=1.0)
    found = local_moran(short, residents, near, permutations=4999, seed=1)
    z, local, _ = moran_by_hand(short, residents, near)
    rng = np.random.default_rng(99)
    for unit in (0, 10, 24, 33, 48):
        others = np.delete(z, unit)
        dealt = [z[unit] * rng.choice(others, len(near[unit]), replace=False).mean() for _ in range(4999)]
        scale = (len(z) - 1) / np.sum(z * z)
        above = np.mean(np.array(dealt) * scale >= local[unit])
        assert found.p_value[unit] == pytest.approx(min(1.0, 2 * min(above, 1 - above)), abs=0.04)


def test_the_values_of_all_other_communities_are_dealt_out():
    """Whose neighbours are all others has the same neighbours however they are dealt: nothing is ever as extreme as that."""
    z = np.array([-2.0, 1.0, -1.5, 3.0, -0.5])
    near = [np.delete(np.arange(5), unit) for unit in range(5)]
    found = 4 / np.sum(z * z) * z * np.array([z[some].mean() for some in near])
    assert _p_values(z, found, near, 99, np.random.default_rng(1)).tolist() == [1.0] * 5


def test_false_discoveries_are_held_down_over_all_communities():
    table = find_clusters(judgement(*corner()), LIMITS).table
    p, n = table["p_value"].to_numpy(), len(table)
    order = np.argsort(p)
    by_hand = np.minimum.accumulate((p[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    np.testing.assert_allclose(table["p_adjusted"].to_numpy()[order], np.minimum(by_hand, 1.0))


def test_random_cities_have_hardly_any_clusters():
    rng = np.random.default_rng(8)
    people = np.full(SIDE**2, 500.0)
    found = [
        find_clusters(judgement(rng.integers(0, 500, SIDE**2), people), LIMITS).table["cluster"].ne("not_significant").any()
        for _ in range(20)
    ]
    # One in twenty is expected; six would happen once in three thousand times.
    assert sum(found) < 6


def test_the_same_city_has_the_same_clusters_whatever_the_order_of_rules_and_state_of_random_numbers():
    first = find_clusters(judgement(*corner()), LIMITS)
    np.random.default_rng().random(5)
    again = find_clusters(judgement(*corner()), LIMITS)
    pd.testing.assert_frame_equal(first.table, again.table)
    pd.testing.assert_frame_equal(first.moran, again.moran)


def test_a_community_across_the_water_is_told_and_not_dropped():
    units = squares()
    units.loc["c48", "geometry"] = box(5000, 5000, 5100, 5100)
    table = find_clusters(judgement(*corner(), units=units), LIMITS).table.set_index("community_id")
    assert len(table) == SIDE**2
    assert table.loc["c48", "cluster"] == "no_neighbours"
    assert np.isnan(table.loc["c48", ["p_value", "local_moran", "neighbours_value"]].astype(float)).all()
    assert table.loc["c08", "cluster"] == "high_high"


def test_where_nobody_lives_or_nothing_was_judged_nothing_is_compared():
    short, people = corner()
    short[10], people[10] = 0.0, 0.0
    status = np.where(short > 0, "short", "met")
    status[11] = "not_assessed"
    table = find_clusters(judgement(short, people, status=status), LIMITS).table.set_index("community_id")
    assert list(table.loc[["c10", "c11"], "cluster"]) == ["not_assessed"] * 2
    assert table.loc["c17", "neighbours"] == 6  # of 8
    assert table.loc["c10", "neighbours"] == 0
    assert np.isnan(table.loc["c11", ["value", "expected"]].astype(float)).all()


def test_a_neighbour_beyond_a_seam_of_rounded_coordinates_is_one():
    assert len(neighbours(squares(gap=6).geometry, within_m=10.0)[8]) == 8
    assert len(neighbours(squares(gap=12).geometry, within_m=10.0)[8]) == 0


def test_too_few_communities_are_told():
    table = find_clusters(judgement(*corner()), dataclasses.replace(LIMITS, least_communities=50)).table
    assert set(table["cluster"]) == {"too_few"}
    assert np.isnan(find_clusters(judgement(*corner()), dataclasses.replace(LIMITS, least_communities=50)).moran["moran"]).all()


def test_the_same_share_everywhere_has_no_clusters():
    people = np.arange(10.0, 10 + SIDE**2)
    assert set(find_clusters(judgement(people / 2, people), LIMITS).table["cluster"]) == {"all_alike"}
    assert set(find_clusters(judgement(people * 0, people), LIMITS).table["cluster"]) == {"all_alike"}


@pytest.mark.parametrize(
    "changes",
    [{"kind": "provision"}, {"who": "age65plus"}, {"who": "buildings"}, {"level": "district"}, {"target": None}],
    ids=str,
)
def test_rules_without_a_share_of_residents_judged_for_communities_are_not_tested(changes):
    found = find_clusters(judgement(*corner(), **changes), LIMITS)
    assert found.table.empty
    assert list(found.table.columns) == COLUMNS


def test_few_residents_count_for_less():
    """Two short of three residents are no reason to call a place bad, two hundred of three hundred are."""
    short, residents = np.full(SIDE**2, 30.0), np.full(SIDE**2, 300.0)
    near = neighbours(squares().geometry, within_m=1.0)
    short[::5] = 60.0
    many, few = short.copy(), short.copy()
    many[24], few[24] = 200.0, 2.0
    fewer = residents.copy()
    fewer[24] = 3.0
    large = local_moran(many, residents, near, permutations=9, seed=1).local_moran[24]
    small = local_moran(few, fewer, near, permutations=9, seed=1).local_moran[24]
    assert abs(small) < abs(large) / 2


def test_nobody_elses_warnings_are_changed():
    before = list(warnings.filters)
    find_clusters(judgement(*corner()), LIMITS)
    assert list(warnings.filters) == before
