"""The attacker on small groups, who also knows what everybody has: means of groups are more equations about them.

Synthetic town of six communities, with limits far below the real ones, so that there is something to win.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analyses import equity_tables, groups
from analyses.assess import assess
from analyses.parameters import EquityLimits, Parameters
from analyses.resources import FREE, free_supply
from maps.publish import publish
from tests.group_attacker import Attack
from tests.small_groups_town import PEOPLE, PROFILE, K, small_town

GROUPS = ("age65plus", "age0_14", "women", "men")
PARAMETERS = Parameters(equity=EquityLimits(least_residents=1, least_group=10, least_communities=1))


class OfMeans(Attack):
    """Reads the table of equity in a way of its own: limits as low as here are refused there."""

    def _equity(self) -> None:
        pass


def attacked(out, parameters=PARAMETERS) -> OfMeans:
    """Attack with the published files and, of what everybody has, the very figures of the run."""
    results = assess(small_town(), [PROFILE], parameters=parameters)
    publish(results, out)
    attack = OfMeans(out, GROUPS, [("women", "men")], [("age65plus", "age0_14")])
    scene = results.evidence.scene
    table, supply = scene.demand.table, free_supply(scene, catchment_m=parameters.catchment_m)
    half = 0.5 * 10.0**-equity_tables._MEAN_DECIMALS + 1e-6
    rows = attack.tables["equity"].query("resource in @FREE and measure == 'mean' and subject in @GROUPS")
    for row in rows[rows["status"] == "told"].to_dict("records"):
        value = supply[row["resource"]]
        known = ~np.isnan(value)
        communities = len(attack.communities)
        for least, most in ((-half, np.inf), (-np.inf, half)):
            off = half if np.isfinite(most) else -half
            part = np.bincount(
                table["community"][known],
                weights=table["population"][known] * (value[known] - row["value"] - off),
                minlength=communities,
            ) / attack.population  # fmt: skip
            # sum of members x (value - mean): at most half a step of rounding a member either way.
            reach = np.abs(part) @ attack.population
            attack._says(attack.cell(row["subject"], part), -reach if least < 0 and np.isinf(least) else 0.0, 0.0 if np.isfinite(most) else reach)
        attack.seen += 1
    assert len(rows) == len(GROUPS) * len(FREE)
    return attack


@pytest.mark.parametrize(("k", "told"), [(K, False), (4, True)])
def test_means_of_groups_give_no_small_group_away(tmp_path, k, told):
    """Where ten people are few, every mean of this little town has to go; where four are, some can stay."""
    attack = attacked(tmp_path / "out", dataclasses.replace(PARAMETERS, smallest_group=float(k)))
    rows = attack.tables["equity"].query("resource in @FREE and measure == 'mean' and subject in @GROUPS")
    assert (rows["status"] == "told").any() == told
    assert attack.small(PEOPLE, k)
    assert attack.win([*attack.hidden, *attack.small(PEOPLE, k)], k) == []


def test_means_that_were_not_audited_would(tmp_path, monkeypatch):
    """They are published, to the last digit, and nobody asks what could be worked out from them."""
    audited = groups.group_cells
    monkeypatch.setattr(groups, "group_cells", lambda *told: audited(*told[:5]))
    monkeypatch.setattr(equity_tables, "_MEAN_DECIMALS", 6)
    attack = attacked(tmp_path / "out")
    assert attack.win([*attack.hidden, *attack.small(PEOPLE, K)], K)


def test_a_town_this_small_tells_no_means_at_all(tmp_path):
    results = assess(small_town(), [PROFILE], parameters=dataclasses.replace(PARAMETERS, equity=EquityLimits()))
    table = results.equity.table
    about_groups = table[table["subject"].isin(GROUPS) & table["resource"].isin(FREE)]
    assert len(about_groups)
    assert (about_groups["status"] != "told").all()
    assert about_groups["value"].isna().all()


@pytest.mark.parametrize("column", ["value", "residents"])
def test_what_is_withheld_elsewhere_is_withheld_here(column):
    results = assess(small_town(), [PROFILE], parameters=PARAMETERS)
    table = results.equity.table
    keys = ["level", "unit_id", "profile_id", "rule_id"]
    beside = table[table["resource"].isin(["served"]) & table["subject"].isin(GROUPS)].merge(
        results.groups, left_on=[*keys, "subject"], right_on=[*keys, "group"], suffixes=("", "_published")
    )
    assert len(beside) == len(results.groups)
    assert beside[f"{column}_published"].isna().any()
    np.testing.assert_array_equal(beside[column], beside[f"{column}_published"])


def indices(parameters):
    table = assess(small_town(), [PROFILE], parameters=parameters).equity.table
    return table[(table["measure"] == "concentration") & table["subject"].isin(GROUPS)]


def test_of_a_group_that_is_too_small_no_index_is_told():
    """291 women, 132 children: of groups of 200 that leaves the women, and the men with fewer."""
    told = indices(dataclasses.replace(PARAMETERS, smallest_group=0.0, equity=dataclasses.replace(PARAMETERS.equity, least_group=200)))
    whole = told[told["level"] == "city"].groupby("subject")["status"].agg(set)
    assert whole["women"] == {"told"}
    assert whole["age0_14"] == {"small_group"} == whole["age65plus"]


def test_an_index_is_told_at_two_levels_at_most_those_of_the_largest_units():
    told = indices(dataclasses.replace(PARAMETERS, group_levels=("community", "district", "city")))
    assert set(told["level"]) == {"district", "city"}
