"""What the attacker on small groups learns from the tables of exposure, see `tests.group_attacker`.

Which part of each community lies in each class of a hazard is public: the table `exposure` tells it of all residents.
So every figure about a group in a hazard is one more sum of the unknowns, and one figure taken from another is, too.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from tests.group_attacker import Attack

KEYS = ["unit_id", "level", "hazard_id", "group"]
WHOLE = 1.0000001
"""Persons of several classes are rounded together, so that each lies within one of the truth."""
BESIDE = ("unknown", "outside")


def part(attack: Attack, level: str, unit: str, hazard: str, of_class: str) -> np.ndarray:
    """Of each community's residents the part that lives in a unit and in a class of a hazard."""
    if attack.homes is not None and level in attack.homes:
        inside = (attack.homes[level] == unit) * attack.homes["population"] * attack.homes[f"{hazard}/{of_class}"]
        count = inside.groupby(attack.homes["community"]).sum().reindex(attack.communities.index).to_numpy(float)
    else:
        rows = attack.tables["exposure"].query("level == 'community' and hazard_id == @hazard and hazard_class == @of_class")
        count = rows.set_index("unit_id")["residents"].reindex(attack.communities.index).to_numpy(float) * attack.member(level, unit)
    return np.divide(np.nan_to_num(count), attack.population, out=np.zeros(len(count)), where=attack.population > 0)


def read(attack: Attack) -> None:
    """Every count of a group in a hazard, what the counts of one layer add up to, and what they come to in a year."""
    table = attack.tables.get("exposure_groups", pd.DataFrame(columns=[*KEYS, "hazard_class", "residents", "status"]))
    for keys, rows in table.groupby(KEYS):
        unit, level, hazard, group = keys
        assert len(set(rows["status"])) == 1, "the rows of a layer stand or fall together"
        for row in rows.to_dict("records"):
            cell = attack.cell(group, part(attack, level, unit, hazard, row["hazard_class"]))
            attack._told(f"exposure_groups {unit} {hazard} {row['hazard_class']} {group}", cell, row["residents"], row["status"], WHOLE)
        if rows["residents"].notna().all():
            total = rows["residents"].sum()
            attack._says(attack.cell(group, attack.member(level, unit)), total - 0.5000001, total + 0.5000001)
    _read_years(attack, table)


def _read_years(attack: Attack, table: pd.DataFrame) -> None:
    """What happens in a year follows from the counts beside it, and tells no more."""
    yearly = attack.tables.get("exposure_annual_groups", pd.DataFrame(columns=["group"]))
    counts = table.set_index([*KEYS, "hazard_class"])["residents"].sort_index()
    for row in yearly.to_dict("records"):
        periods = [float(t) for t in row["periods_yr"].split()]
        of = [counts.loc[(row["unit_id"], row["level"], hazard, row["group"])] for hazard in row["hazard_ids"].split()]
        for column, left_out in (("residents_yr", list(BESIDE)), ("residents_yr_high", ["outside"])):
            inside = np.array([layer.drop(left_out).sum(skipna=False) for layer in of]) if len(of) == len(periods) else np.array([np.nan])
            if not np.isfinite(inside).all():
                assert np.isnan(row[column]), "a year is told of counts that are not"
                assert row["status"] != "published"
                continue
            chance = 1 / np.array(periods)
            expected = ((inside[:-1] + inside[1:]) / 2 * (chance[:-1] - chance[1:])).sum() + inside[-1] * chance[-1]
            assert abs(row[column] - expected) < 1e-5, "a year is told of other counts than stand beside it"
            attack.seen += 1


def small(attack: Attack, truth: pd.DataFrame, k: float) -> list[tuple[str, np.ndarray]]:
    """Small groups in a hazard, and between two, in the units of which groups are told; by somebody who knows."""
    table = attack.tables.get("exposure_groups", pd.DataFrame(columns=KEYS))
    found = []
    for unit, level, group in table[["unit_id", "level", "group"]].drop_duplicates().itertuples(index=False):
        members = truth[group].reindex(attack.communities.index).to_numpy(float)
        for name, share in _kinds(attack, level, unit):
            count, people = members @ share, attack.population @ share
            if 1e-6 < count < k - 1e-6 or 1e-6 < people - count < k - 1e-6:
                found.append((f"{level} {unit} {group} {name}", attack.cell(group, share)))
    return found


def _kinds(attack: Attack, level: str, unit: str) -> list[tuple[str, np.ndarray]]:
    classes = attack.tables["exposure"].groupby("hazard_id", sort=False)["hazard_class"].unique()
    parts = {(h, c): part(attack, level, unit, h, c) for h, names in classes.items() for c in names}
    from_on = {(h, i): sum(parts[(h, c)] for c in names[i:] if c not in BESIDE) for h, names in classes.items() for i in range(len(names) - len(BESIDE))}
    between = [
        (f"{more} without {less}", from_on[more] - from_on[less])
        for less, more in permutations(from_on, 2)
        if less[0] != more[0] and (from_on[less] <= from_on[more] + 1e-9).all()
    ]
    return [*((f"{h} {c}", share) for (h, c), share in parts.items()), *between, *_lost(attack, level, unit)]


def _lost(attack: Attack, level: str, unit: str) -> list[tuple[str, np.ndarray]]:
    """Who is served on other days, and not while a hazard lasts."""
    rules = [(p["id"], r) for p in attack.record["profiles"] for r in p["rules"] if r["kind"] == "reach" and r["who"] == "population"]
    found = []
    for (profile, lasting), (other, usual) in permutations(rules, 2):
        if lasting["during"] and not usual["during"]:
            before, after = (attack.part(level, unit, p, r["id"], "residents_served") for p, r in ((other, usual), (profile, lasting)))
            if (after <= before + 1e-9).all():
                found.append((f"{usual['id']} lost under {lasting['id']}", before - after))
    return found
