"""Somebody who has all published files of a run and wants to know how many of a small group live where.

Knows what everybody may know: how many residents each community has, that whoever lives in a home is as near to a
park as everybody else in it, so that of each group in a community the published share is served, which groups make up
all residents, and that figures are rounded to whole persons. Puts everything that the files say about groups into
one system and asks for the lowest and the highest number that agree with all of it. Written without looking at
`analyses.privacy`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
from scipy.optimize import linprog

KINDS = ("residents_served", "residents_short", "residents_unknown")
HALF = 0.5000001
"""Published persons are whole: the true number is at most this far."""


@dataclass
class Attack:
    """What was learnt from one folder of published files."""

    out: Path
    groups: Sequence[str]
    make_up_all: Sequence[Sequence[str]] = ()
    """Groups that together are all residents."""
    apart: Sequence[Sequence[str]] = ()
    """Groups of which nobody is in two."""
    seen: int = 0
    """Numbers about groups found in the files."""
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    hidden: list[tuple[str, np.ndarray]] = field(default_factory=list)
    """Every withheld cell: its name and what it is the sum of."""

    def __post_init__(self) -> None:
        self.tables = {name: pyogrio.read_dataframe(self.out / "gaps.gpkg", layer=name) for name, _ in pyogrio.list_layers(self.out / "gaps.gpkg")}
        self.communities = self.tables["communities"].set_index("community_id")
        self.population = self.communities["population"].to_numpy(float)
        self.record = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        self.who = {(p["id"], r["id"]): r["who"] for p in self.record["profiles"] for r in p["rules"]}
        self._public_knowledge()
        self._parents()
        self._figures()
        self._assessments()
        self._value_columns()
        self._inputs()
        self._nowhere_else()

    # ------------------------------------------------------------------ what the unknowns are

    def member(self, level: str, unit: str) -> np.ndarray:
        """1 for each community of a unit, else 0."""
        if level == "city":
            return np.ones(len(self.communities))
        if level == "community":
            return (self.communities.index == unit).astype(float)
        share = self.communities[f"parent_{level}_share"]
        assert ((share > 1 - 1e-6) | share.isna()).all(), "this attacker knows nested units only"
        return (self.communities[f"parent_{level}_id"] == unit).to_numpy(float)

    def share(self, profile: str, rule: str, kind: str) -> np.ndarray:
        """Of each community's residents, the part that is served, short or unknown under a rule about all of them."""
        rows = self.tables["assessments"].query("level == 'community' and profile_id == @profile and rule_id == @rule")
        count = rows.set_index("unit_id")[kind].reindex(self.communities.index).to_numpy(float)
        return np.divide(count, self.population, out=np.zeros(len(count)), where=self.population > 0)

    def cell(self, group: str, part: np.ndarray) -> np.ndarray:
        place = list(self.groups).index(group)
        return np.concatenate([part if g == place else np.zeros(len(part)) for g in range(len(self.groups))])

    # ------------------------------------------------------------------ what the files say

    def _says(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _told(self, name: str, row: np.ndarray, value: float, status: str) -> None:
        """A number, or that it is withheld."""
        if status == "suppressed":
            assert np.isnan(value), f"{name} is said to be withheld and stands there"
            self.hidden.append((name, row))
        elif np.isfinite(value):
            self.seen += 1
            self._says(row, value - HALF, value + HALF)

    def _public_knowledge(self) -> None:
        for some in self.make_up_all:
            for c, people in enumerate(self.population):
                self._says(sum(self.cell(g, np.eye(len(self.population))[c]) for g in some), people, people)
        for some in self.apart:
            for c, people in enumerate(self.population):
                self._says(sum(self.cell(g, np.eye(len(self.population))[c]) for g in some), 0.0, people)

    def _parents(self) -> None:
        for row in self.tables["parents"].to_dict("records"):
            for group in self.groups:
                status = row[f"{group}_status"]
                if status == "not_published":
                    assert np.isnan(row[group])
                    continue
                self._told(f"parents {row['unit_id']} {group}", self.cell(group, self.member(row["level"], row["unit_id"])), row[group], status)

    def _figures(self) -> None:
        for row in self.tables["groups"].to_dict("records"):
            member, name = self.member(row["level"], row["unit_id"]), f"groups {row['unit_id']} {row['rule_id']} {row['group']}"
            self._told(f"{name} residents", self.cell(row["group"], member), row["residents"], row["residents_status"])
            shares = {kind: self.cell(row["group"], member * self.share(row["profile_id"], row["rule_id"], kind)) for kind in KINDS}
            for kind, cell in shares.items():
                self._told(f"{name} {kind}", cell, row[kind], row["status"])
            self._percentage(row, shares, 0 if self._reach(row) else 1)
            if row["status"] == "suppressed":
                assert np.isnan(row["value"])

    def _assessments(self) -> None:
        for row in self.tables["assessments"].to_dict("records"):
            group = self.who[(row["profile_id"], row["rule_id"])]
            if group not in self.groups:
                continue
            twin = self._twin(row["rule_id"])
            member = self.member(row["level"], row["unit_id"])
            shares = {kind: self.cell(group, member * self.share(row["profile_id"], twin, kind)) for kind in KINDS}
            status = "suppressed" if row["reason"] == "suppressed" else ""
            if row["reason"] == "small_groups":
                assert np.isnan([row[k] for k in (*KINDS, "value")]).all()
            for kind, cell in shares.items():
                self._told(f"assessments {row['unit_id']} {row['rule_id']} {kind}", cell, row[kind], status)
            if status:
                told = [row[c] for c in ("value", "value_low", "value_high", "shortfall", "firm")]
                assert np.isnan(np.array(told, dtype=float)).all()
            else:
                self._percentage(row, shares, 0)
        gaps = self.tables["gaps"]
        withheld = self.tables["assessments"].query("reason == 'suppressed'")
        assert not set(zip(gaps["unit_id"], gaps["rule_id"], strict=True)) & set(zip(withheld["unit_id"], withheld["rule_id"], strict=True))

    def _value_columns(self) -> None:
        """The same values stand beside the units."""
        units = [("community", u, row) for u, row in self.communities.iterrows()]
        units += [(row["level"], row["unit_id"], row) for _, row in self.tables["parents"].iterrows()]
        for (profile, rule), group in self.who.items():
            for level, unit, row in units if group in self.groups else ():
                member = self.member(level, unit)
                shares = {kind: self.cell(group, member * self.share(profile, self._twin(rule), kind)) for kind in KINDS}
                self._percentage({"value": row[self._column(profile, rule)]}, shares, 0)

    @staticmethod
    def _column(profile: str, rule: str) -> str:
        return "__".join(re.sub(r"[^0-9A-Za-z]+", "_", part).strip("_") for part in (profile, rule))

    def _percentage(self, row: dict, shares: dict[str, np.ndarray], kind: int) -> None:
        """value = 100 a / (a + b) of whole persons: a (100 - value) = b value, within a person."""
        if np.isfinite(row["value"]):
            part = row["value"] / 100
            known = shares[KINDS[0]] + shares[KINDS[1]]
            self.seen += 1
            self._says(shares[KINDS[kind]] - part * known, -2 * HALF, 2 * HALF)

    def _reach(self, row: dict) -> bool:
        return next(r["kind"] for p in self.record["profiles"] for r in p["rules"] if (p["id"], r["id"]) == (row["profile_id"], row["rule_id"])) == "reach"

    def _twin(self, rule: str) -> str:
        """The rule about all residents that looks at the same places."""
        return rule.rpartition(".")[0] + ".population"

    def _inputs(self) -> None:
        for entry in self.record["inputs"]:
            for group in set(self.groups) & set(entry["counts"]):
                self._says(self.cell(group, np.ones(len(self.communities))), entry["counts"][group] - HALF, entry["counts"][group] + HALF)
                self.seen += 1

    def _nowhere_else(self) -> None:
        """No other place of the files speaks of a group in numbers."""
        for name, table in self.tables.items():
            read = {self._column(*rule) for rule in self.who} | {c for g in self.groups for c in (g, f"{g}_status") if name == "parents"}
            assert not [c for c in set(table.columns) - read for g in self.groups if f"_{g}_" in f"_{c}_"], name
        page = (self.out / "map.html").read_text(encoding="utf-8")
        scripts = " ".join(re.findall(r"<script[^>]*>(.*?)</script>", page, flags=re.DOTALL))
        for group in self.groups:
            assert not re.search(rf'"{group}"\s*:\s*[0-9]', scripts)
        rest = {key: value for key, value in self.record.items() if key not in ("inputs", "profiles", "city")}
        assert not [g for g in self.groups if f'"{g}"' in json.dumps({k: v for k, v in rest.items() if k != "caveats"})]

    # ------------------------------------------------------------------ what follows

    def small(self, truth: pd.DataFrame, k: float) -> list[tuple[str, np.ndarray]]:
        """The communities' own counts that nobody should find out, told by somebody who knows."""
        found = []
        for group in self.groups:
            for c, unit in enumerate(self.communities.index):
                count, people = truth.loc[unit, group], self.population[c]
                if 0 < count < k or 0 < people - count < k:
                    found.append((f"community {unit} {group}", self.cell(group, np.eye(len(self.population))[c])))
        return found

    def win(self, targets: Sequence[tuple[str, np.ndarray]], k: float) -> list[str]:
        """The targets that can be placed more narrowly than `k` persons, or than half of the residents concerned."""
        every = np.array(self.rows)
        distinct, first = np.unique(np.round(np.column_stack([every, self.low, self.high]), 9), axis=0, return_index=True)
        del distinct
        left, low, high = every[first], np.array(self.low)[first], np.array(self.high)[first]
        ceiling = np.tile(self.population, len(self.groups))
        won, done = [], {}
        for name, goal in targets:
            key = goal.round(9).tobytes()
            if key not in done:
                ends = [
                    linprog(sign * goal, A_ub=np.vstack([left, -left]), b_ub=np.concatenate([high, -low]), bounds=np.column_stack([np.zeros(len(ceiling)), ceiling]), method="highs")
                    for sign in (1, -1)
                ]
                assert all(end.status == 0 for end in ends), "the files contradict each other"
                done[key] = -ends[1].fun - ends[0].fun
            if done[key] < min(k, goal @ ceiling / 2) - 1e-5:
                won.append(f"{name}: within {done[key]:.1f}")
        return won
