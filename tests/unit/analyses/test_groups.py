"""What the results hold of groups: never a figure that is withheld (synthetic town with small groups)."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.assess import assess
from analyses.group_columns import GROUP_STATUSES
from analyses.parameters import Parameters
from analyses.results import Results
from layers.types import Provenance
from tests.small_groups_town import PEOPLE, PROFILE, small_town

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def results() -> Results:
    return assess(small_town(), [PROFILE])


def parents(found: Results) -> pd.DataFrame:
    return found.parents.set_index("unit_id")


def test_nobody_few_and_unknown_look_different() -> None:
    """C has no old people, B has seven, and in A1 nobody counted them."""
    people = PEOPLE.assign(age65plus=[np.nan, 40.0, 3.0, 4.0, 0.0, 0.0])
    found = parents(assess(dataclasses.replace(small_town(), residents=people), [PROFILE]))
    assert found["age65plus_status"].to_dict() == {"A": "unknown", "B": "suppressed", "C": "published", "town": "unknown"}
    assert found["age65plus"].isna().tolist() == [True, True, False, True]
    assert found.loc["C", "age65plus"] == 0


def test_a_withheld_figure_stands_nowhere_in_the_results(results) -> None:
    """Four men of C1: 4 + 36 = 40 of C are told, but not where the rule serves C1 alone."""
    withheld = results.groups[results.groups["status"] == "suppressed"]
    assert len(withheld)
    figures = ["residents_served", "residents_short", "residents_unknown", "value"]
    assert withheld[figures].isna().all(axis=None)
    numbers = results.groups[["residents", *figures[:3]]]
    assert not ((numbers > 0) & (numbers < 10)).any(axis=None)
    rows = results.assessments.query("reason == 'suppressed'")
    assert set(rows["status"]) == {"not_assessed"}
    telling = ["value", "value_low", "value_high", "shortfall", "residents_served", "residents_short", "residents_unknown", "firm"]
    assert rows[telling].isna().all(axis=None)
    assert not set(rows["unit_id"] + rows["rule_id"]) & set(results.gaps["unit_id"] + results.gaps["rule_id"])
    shown = results.parents.melt("unit_id", [f"p__{r.id.replace('.', '_')}" for r in PROFILE.rules], "column")
    for row in rows.itertuples():
        column = f"p__{row.rule_id.replace('.', '_')}"
        theirs = (shown["unit_id"] == row.unit_id) & (shown["column"] == column)
        assert shown.loc[theirs, "value"].isna().all()


def test_no_table_but_the_two_holds_groups(results) -> None:
    for field in dataclasses.fields(results):
        table = getattr(results, field.name)
        if isinstance(table, pd.DataFrame) and field.name != "parents":
            assert not set(PEOPLE.columns[1:]) & set(table.columns), field.name
    assert set(results.parents["men_status"]) <= set(GROUP_STATUSES)


def test_the_caveat_counts_what_is_withheld(results) -> None:
    caveat = next(c for c in results.caveats if c.code == "groups_suppressed")
    verdicts = (results.assessments["reason"] == "suppressed").sum()
    totals = (results.parents[[f"{g}_status" for g in PEOPLE.columns[1:]]] == "suppressed").sum().sum()
    assert (caveat.count, caveat.unit, caveat.detail) == ((results.groups["status"] == "suppressed").sum() + verdicts + totals, "figures", "10")
    assert not [c for c in assess(small_town(), [PROFILE], parameters=Parameters(smallest_group=0)).caveats if c.code == "groups_suppressed"]


def test_a_total_that_is_withheld_is_not_counted_among_the_inputs() -> None:
    """Nine old people in all: the city's number is withheld, and so is the sum of what was read."""
    people = PEOPLE.assign(age65plus=[3.0, 3.0, 3.0, 0.0, 0.0, 0.0])
    entry = Provenance("residents", "p.csv", "0", 1, "", "", "", {"rows_read": 6, "population": 489, "age65plus": 9, "men": 198})
    layers = dataclasses.replace(small_town(), residents=people, provenance=(entry,))
    found = assess(layers, [PROFILE])
    assert parents(found).loc["town", "age65plus_status"] == "suppressed"
    assert dict(found.provenance[0].counts) == {"rows_read": 6, "population": 489, "men": 198}


def test_the_order_of_communities_and_groups_does_not_matter(results) -> None:
    layers = small_town()
    turned = dataclasses.replace(layers, communities=layers.communities[::-1], residents=layers.residents[::-1])
    found = assess(turned, [PROFILE])
    order = ["level", "unit_id", "profile_id", "rule_id", "group"]
    pd.testing.assert_frame_equal(
        found.groups.sort_values(order, ignore_index=True), results.groups.sort_values(order, ignore_index=True)
    )


def test_groups_are_added_up_in_one_place_only() -> None:
    """Whoever else reads the groups of demand points could publish them past `groups.public_groups`."""
    # equity_tables: where groups live, as two digits of an index over thirty communities at least (the attacker reads it).
    # vulnerability_values: the names of the groups alone; their counts it takes from the communities, through an audit of its own.
    may = {"analyses/groups.py", "analyses/residents.py", "analyses/measure.py", "analyses/equity_tables.py"}
    may |= {"analyses/vulnerability_values.py"}
    found = set()
    for room in ("spatial", "analyses", "maps", "linli"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                of_demand = isinstance(node, ast.Attribute) and node.attr == "groups" and "demand" in ast.unparse(node.value)
                shares = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("group_shares")
                if of_demand or shares:
                    found.add(path.relative_to(ROOT).as_posix())
    assert found == may - {"analyses/residents.py"}
    made = ast.parse((ROOT / "analyses/assess.py").read_text(encoding="utf-8"))
    given = {
        (ast.unparse(n.func), k.arg): ast.unparse(k.value)
        for n in ast.walk(made) if isinstance(n, ast.Call) for k in n.keywords
    }  # fmt: skip
    assert given["Results", "groups"] == "groups.figures"
    assert given["Verdicts", "provenance"] == "groups.told(layers.provenance)"
    assert given["Results", "provenance"] == "base.provenance"
    calls = [ast.unparse(n) for n in ast.walk(made) if isinstance(n, ast.Call) and ast.unparse(n.func) == "_Judged"]
    assert calls == ["_Judged(shared, groups.judged(judged), groups, index, entrances, parameters)"]
