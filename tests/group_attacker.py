"""Somebody who has all published files of a run and wants to know how many of a small group live where.

Knows what everybody may know: how many residents each community has, that whoever lives in a home is as near to a
park as everybody else in it, so that of each group in a community the published share is served, which groups make up
all residents, and that figures are rounded to whole persons. Puts everything that the files say about groups into
one system and asks for the lowest and the highest number that agree with all of it. Where parents cut through
communities the attacker is taken to know every home, too. Written without looking at `analyses.privacy`.

A table that is new, or a column that speaks of a group in numbers and is not read here, is refused: then somebody has to
think whether it tells anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import scipy.sparse as sp
from scipy.optimize import linprog

from tests import exposure_attacker

KINDS = ("residents_served", "residents_short", "residents_unknown")
HALF = 0.5000001
"""Published persons are whole: the true number is at most this far."""
READ = {"parents", "assessments", "gaps", "groups", "equity", "needs", "vulnerability", "exposure_groups", "exposure_annual_groups"}
"""Tables that may speak of groups in numbers, all of which is read."""
TOLD_IN_WORDS = {"rules", "remedies", "caveats", "layer_styles", "provenance", "service_areas"}
"""Tables that may name a group, in the words or the id of a rule or among what was counted."""


@dataclass
class Attack:
    """What was learnt from one folder of published files."""

    out: Path
    groups: Sequence[str]
    make_up_all: Sequence[Sequence[str]] = ()
    """Groups that together are all residents."""
    apart: Sequence[Sequence[str]] = ()
    """Groups of which nobody is in two."""
    homes: pd.DataFrame | None = None
    """One row a home: ``community``, ``population``, a column of units for each level that does not nest, and of each
    rule about all residents, named ``<rule>/<kind>``, the part (0-1) served, short and unknown."""
    nested: Sequence[tuple[str, str]] = ()
    """Groups of which one lies within the other: inner and outer. Who is in the outer one only is a group, too."""
    seen: int = 0
    """Numbers about groups found in the files."""
    spoken: int = 0
    """Numbers about groups found in sentences, on the map too."""
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
        self._gaps()
        self._value_columns()
        exposure_attacker.read(self)
        self._equity()
        self._vulnerability()
        self._words()
        self._inputs()
        self._nowhere_else()

    # ------------------------------------------------------------------ what the unknowns are

    def member(self, level: str, unit: str) -> np.ndarray:
        """1 for each community of a unit, else 0."""
        if level == "city":
            return np.ones(len(self.communities))
        if level == "community":
            return (self.communities.index == unit).astype(float)
        if self.homes is not None and level in self.homes:
            inside = (self.homes[level] == unit) * self.homes["population"]
            count = inside.groupby(self.homes["community"]).sum().reindex(self.communities.index).to_numpy(float)
            return np.divide(count, self.population, out=np.zeros(len(count)), where=self.population > 0)
        share = self.communities[f"parent_{level}_share"]
        assert ((share > 1 - 1e-6) | share.isna()).all(), "this attacker knows nested units only"
        return (self.communities[f"parent_{level}_id"] == unit).to_numpy(float)

    def part(self, level: str, unit: str, profile: str, rule: str, kind: str) -> np.ndarray:
        """Of each community's residents, the part that lives in a unit and is served, short or unknown under a rule."""
        if self.homes is not None and level in self.homes:
            inside = (self.homes[level] == unit) * self.homes["population"] * self.homes[f"{rule}/{kind}"]
            count = inside.groupby(self.homes["community"]).sum().reindex(self.communities.index).to_numpy(float)
        else:
            rows = self.tables["assessments"].query("level == 'community' and profile_id == @profile and rule_id == @rule")
            count = rows.set_index("unit_id")[kind].reindex(self.communities.index).to_numpy(float) * self.member(level, unit)
        return np.divide(np.nan_to_num(count), self.population, out=np.zeros(len(count)), where=self.population > 0)

    def cell(self, group: str, part: np.ndarray) -> np.ndarray:
        place = list(self.groups).index(group)
        return np.concatenate([part if g == place else np.zeros(len(part)) for g in range(len(self.groups))])

    # ------------------------------------------------------------------ what the files say

    def _says(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _told(self, name: str, row: np.ndarray, value: float, status: str, off: float = HALF) -> None:
        """A number, or that it is withheld."""
        if status == "suppressed":
            assert np.isnan(value), f"{name} is said to be withheld and stands there"
            self.hidden.append((name, row))
        elif np.isfinite(value):
            assert abs(value - round(value)) < 1e-9, f"{name} is told in parts of a person: {value}"
            self.seen += 1
            self._says(row, value - off, value + off)

    def _public_knowledge(self) -> None:
        for some in self.make_up_all:
            for c, people in enumerate(self.population):
                self._says(sum(self.cell(g, np.eye(len(self.population))[c]) for g in some), people, people)
        for some in self.apart:
            for c, people in enumerate(self.population):
                self._says(sum(self.cell(g, np.eye(len(self.population))[c]) for g in some), 0.0, people)
        for inner, outer in self.nested:
            for c, people in enumerate(self.population):
                self._says(self._between(inner, outer, np.eye(len(self.population))[c]), 0.0, people)

    def _between(self, inner: str, outer: str, part: np.ndarray) -> np.ndarray:
        return self.cell(outer, part) - self.cell(inner, part)

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
            shares = {kind: self.cell(row["group"], self.part(row["level"], row["unit_id"], row["profile_id"], row["rule_id"], kind)) for kind in KINDS}
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
            shares = self._shares(row["level"], row["unit_id"], row["profile_id"], row["rule_id"], group)
            status = "suppressed" if row["reason"] == "suppressed" else ""
            if row["reason"] == "small_groups":
                assert np.isnan([row[k] for k in (*KINDS, "value")]).all()
            for kind, cell in shares.items():
                self._told(f"assessments {row['unit_id']} {row['rule_id']} {kind}", cell, row[kind], status)
            if status:
                assert row["status"] == "not_assessed"
                told = [c for c, value in row.items() if isinstance(value, float) and np.isfinite(value) and c != "target"]
                assert not told, f"a withheld verdict tells {told}"
            else:
                self._percentage(row, shares, 0 if self._reach(row) else 1)
                self._tells_no_more_than_its_value(row)

    def _gaps(self) -> None:
        """What is short of a group: the verdict's figures again, and where, which everybody decides together."""
        gaps = self.tables["gaps"]
        withheld = self.tables["assessments"].query("reason == 'suppressed'")
        told = set(zip(gaps["level"], gaps["unit_id"], gaps["rule_id"], strict=True))
        assert not told & set(zip(withheld["level"], withheld["unit_id"], withheld["rule_id"], strict=True))
        own = self.tables["assessments"].set_index(["level", "unit_id", "profile_id", "rule_id"])
        for row in gaps.to_dict("records"):
            group = self.who[(row["profile_id"], row["rule_id"])]
            if group not in self.groups:
                continue
            verdict = own.loc[(row["level"], row["unit_id"], row["profile_id"], row["rule_id"])]
            for column in ("value", "shortfall", "residents_short", "residents_to_target"):
                assert row[column] == verdict[column], column
                self.seen += 1
            assert np.isclose(row["severity"], 1 - verdict["score"], atol=1e-6)
            assert np.isnan([row["priority"], row["priority_score"]]).all(), "nobody ranks what is about a group"
            assert np.isnan([row["value_low"], row["value_high"]]).all() or row["value_low"] == row["value_high"] == row["value"]

    def _tells_no_more_than_its_value(self, row: dict) -> None:
        """Whatever stands beside a value follows from it, from the target and from the persons beside it."""
        if not np.isfinite(row["value"]):
            assert row["status"] == "not_assessed"
            assert not np.isfinite([row["shortfall"], row["score"], row["residents_to_target"]]).any()
            return
        for column in ("value_low", "value_high"):
            unknown = row["residents_unknown"] if np.isfinite(row["residents_unknown"]) else 0.0
            assert np.isnan(row[column]) or unknown > 0 or abs(row[column] - row["value"]) < 1e-5
        at_most = not self._reach(row)
        if np.isfinite(row["shortfall"]):
            assert abs(row["shortfall"] - max((row["target"] - row["value"]) * (-1 if at_most else 1), 0)) < 1e-5
            known = row["residents_served"] + row["residents_short"]
            assert abs(row["residents_to_target"] - np.ceil(row["shortfall"] / 100 * known - 1e-4)) < 1e-5
        if np.isfinite(row["score"]):
            way = (100 - row["value"]) / (100 - row["target"]) if at_most else row["value"] / row["target"]
            assert abs(row["score"] - min(1.0, way)) < 1e-5

    def _shares(self, level: str, unit: str, profile: str, rule: str, group: str) -> dict[str, np.ndarray]:
        return {kind: self.cell(group, self.part(level, unit, profile, self._twin(rule), kind)) for kind in KINDS}

    def _value_columns(self) -> None:
        """The same values stand beside the units."""
        units = [("community", u, row) for u, row in self.communities.iterrows()]
        units += [(row["level"], row["unit_id"], row) for _, row in self.tables["parents"].iterrows()]
        for (profile, rule), group in self.who.items():
            for level, unit, row in units if group in self.groups else ():
                kind = 0 if self._reach({"profile_id": profile, "rule_id": rule}) else 1
                self._percentage({"value": row[self._column(profile, rule)]}, self._shares(level, unit, profile, rule, group), kind)

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

    def _equity(self) -> None:
        """Shares that stand in `groups` too; means of a whole city; indices of ranks, to two digits, of many communities."""
        figures = self.tables["groups"].set_index(["level", "unit_id", "profile_id", "rule_id", "group"])
        equity = self.tables.get("equity", pd.DataFrame({"subject": []}))
        for row in equity[equity["subject"].isin(self.groups)].to_dict("records"):
            if row["status"] not in ("told", "nobody"):
                assert np.isnan(row["value"])
            if row["resource"] in ("served", "exposed"):
                same = figures.loc[(row["level"], row["unit_id"], row["profile_id"], row["rule_id"], row["subject"])]
                assert np.allclose([row["value"], row["residents"]], [same["value"], same["residents"]], atol=1e-6, equal_nan=True)
            elif np.isfinite(row["value"]):
                self.seen += 1
                index = row["measure"].startswith("concentration")
                assert index or (row["level"], row["measure"]) == ("city", "mean"), row
                digits = 2 if index else 1
                assert abs(row["value"] - round(row["value"], digits)) < 1e-9
                lived = self.member(row["level"], row["unit_id"]) * self.population > 0
                assert lived.sum() >= 30, "few numbers behind an index could be tried out"
        needs = self.tables.get("needs", pd.DataFrame({"subject": []}))
        counted = self.tables["parents"].set_index(["level", "unit_id"])
        for row in needs[needs["subject"].isin(self.groups)].to_dict("records"):
            unit = counted.loc[(row["level"], row["unit_id"])]
            assert np.allclose(row["need"], unit[row["subject"]] / unit["population"], atol=1e-6, equal_nan=True)
            assert np.isfinite(row["need"]) or np.isnan(row["need_percentile"])

    def _vulnerability(self) -> None:
        """Between which shares of a community a group lies; of larger units nothing that does not follow.

        Ranks follow from these shares and from indicators, which are published: nothing else is asked of groups.
        """
        rows = self.tables.get("vulnerability", pd.DataFrame({"variable": []}))
        counted = self.tables["parents"].set_index(["level", "unit_id"])
        for row in rows[rows["variable"].isin(self.groups)].to_dict("records"):
            if row["level"] == "community":
                assert np.isnan(row["value"])
                if np.isfinite(row["value_low"]):
                    part = self.member("community", row["unit_id"])
                    people = self.population @ part
                    self._says(self.cell(row["variable"], part), row["value_low"] / 100 * people, row["value_high"] / 100 * people)
                    self.seen += 1
            elif np.isfinite(row["value"]):
                unit = counted.loc[(row["level"], row["unit_id"])]
                assert np.isclose(row["value"], 100 * unit[row["variable"]] / unit["population"], atol=1e-4)

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
            named = [c for c in table.columns if table[c].isin(list(self.groups)).any()]
            assert not named or name in READ | TOLD_IN_WORDS, f"{name} speaks of groups in {named} and nobody has thought about it"
        self._page()
        rest = {key: value for key, value in self.record.items() if key not in ("inputs", "profiles", "city")}
        # The themes of vulnerability name their groups, as the study file does, and count nobody.
        rest["study"] = {key: value for key, value in rest["study"].items() if key != "vulnerability"}
        themes = (self.record["study"].get("vulnerability") or {"themes": []})["themes"]
        assert all(set(theme) <= {"id", "title", "groups", "indicators"} for theme in themes), themes
        assert not [g for g in self.groups if f'"{g}"' in json.dumps({k: v for k, v in rest.items() if k != "caveats"})]
        self._same_as_city(self.record["city"])

    def _same_as_city(self, rows: list[dict]) -> None:
        """Figures of the whole city in run.json and on the terminal are those of the table, withheld where they are."""
        own = self.tables["assessments"].query("level == 'city'").set_index(["profile_id", "rule_id"])
        for row in rows:
            verdict = own.loc[(row["profile_id"], row["rule_id"])]
            for column in {"value", "residents_served", "residents_short", "shortfall", "score", "residents_to_target"} & row.keys():
                assert np.isclose(np.nan if row[column] is None else row[column], verdict[column], atol=1e-5, equal_nan=True), column

    def _page(self) -> None:
        """The map: nothing by the name of a group, and of withheld verdicts neither value nor class."""
        page = (self.out / "map.html").read_text(encoding="utf-8")
        data = re.search(r'<script type="application/json" id="linli-data">(.*?)</script>', page, flags=re.DOTALL)
        assert data
        for group in self.groups:
            assert not re.search(rf'"{group}"\s*:\s*[0-9]', data.group(1))

        for (profile, rule), title in self.titles.items():
            own = self.tables["assessments"]
            rows = own[(own["profile_id"] == profile) & (own["rule_id"] == rule)]
            short = rows[rows["status"] == "short"].groupby("level")["residents_short"].sum()
            persons = {*rows[list(KINDS)].to_numpy(float).ravel(), *short}
            for text in re.findall(rf"<b>{re.escape(title)}: [^<]*</b><span>(.*?)</span>", page):
                for number in re.findall(r"([0-9][0-9,]*) (?:of them|residents)", text):
                    assert float(number.replace(",", "")) in persons, f"{number} stands in no table: {text}"
                    self.spoken += 1

    @property
    def titles(self) -> dict[tuple[str, str], str]:
        """What the rules about groups are called on the map."""
        rules = {(p["id"], r["id"]): r["title"]["en"] for p in self.record["profiles"] for r in p["rules"]}
        return {key: title for key, title in rules.items() if self.who[key] in self.groups}

    def _words(self) -> None:
        """Sentences about a group name no number of persons but those that stand in the tables, and none that is withheld."""
        own = self.tables["assessments"].set_index(["level", "unit_id", "profile_id", "rule_id"])
        for row in self.tables["gaps"].to_dict("records"):
            if self.who[(row["profile_id"], row["rule_id"])] not in self.groups:
                continue
            verdict = own.loc[(row["level"], row["unit_id"], row["profile_id"], row["rule_id"])]
            persons = [*verdict[list(KINDS)], verdict["residents_served"] + verdict["residents_short"], verdict["residents_to_target"]]
            for number in re.findall(r"([0-9][0-9,]*) (?:of|residents)", row["reason_en"]):
                assert float(number.replace(",", "")) in persons, f"{number} stands in no table: {row['reason_en']}"
                self.spoken += 1
        equity = self.tables.get("equity", pd.DataFrame({"subject": []}))
        for row in equity[equity["subject"].isin(self.groups)].to_dict("records"):
            if row["status"] != "told":
                assert not [c for c in row if c.startswith("text_") and isinstance(row[c], str) and row[c]], "a withheld figure is told in words"

    def printed(self, said: dict) -> None:
        """What the terminal says (--json)."""
        for thing in _every_object(said):
            assert not [g for g in self.groups for key in thing if f"_{g}_" in f"_{key}_"]
            if {"profile_id", "rule_id"} <= thing.keys() and self.who.get((thing["profile_id"], thing["rule_id"])) in self.groups:
                self._same_as_city([thing])

    # ------------------------------------------------------------------ what follows

    def small(self, truth: pd.DataFrame, k: float) -> list[tuple[str, np.ndarray]]:
        """The communities' own counts that nobody should find out, told by somebody who knows."""
        found = []
        for group in self.groups:
            for c, unit in enumerate(self.communities.index):
                count, people = truth.loc[unit, group], self.population[c]
                if 0 < count < k or 0 < people - count < k:
                    found.append((f"community {unit} {group}", self.cell(group, np.eye(len(self.population))[c])))
        return [*found, *self._small_between(truth, k), *exposure_attacker.small(self, truth, k)]

    def _small_between(self, truth: pd.DataFrame, k: float) -> list[tuple[str, np.ndarray]]:
        """The same of who is in a group but not in one within it, also in the larger units."""
        parents = self.tables["parents"]
        units = [("community", unit) for unit in self.communities.index] + list(zip(parents["level"], parents["unit_id"], strict=True))
        found = []
        for inner, outer in self.nested:
            for level, unit in units:
                part = self.member(level, unit)
                count = (truth[outer] - truth[inner]).reindex(self.communities.index).to_numpy() @ part
                if 0 < count < k or 0 < self.population @ part - count < k:
                    found.append((f"{level} {unit} {outer} without {inner}", self._between(inner, outer, part)))
        return found

    def win(self, targets: Sequence[tuple[str, np.ndarray]], k: float) -> list[str]:
        """The targets that can be placed more narrowly than `k` persons, or than half of the residents concerned.

        Every solution is a city that agrees with the files; where two of those found so far lie far enough apart at a
        target, nothing needs to be solved for it.
        """
        every = np.column_stack([self.rows, self.low, self.high])
        distinct = np.unique(np.round(every, 9), axis=0, return_index=True)[1]
        left, low, high = sp.csr_array(every[distinct, :-2]), every[distinct, -2], every[distinct, -1]
        both, bound = sp.vstack([left, -left], format="csr"), np.concatenate([high, -low])
        ceiling = np.tile(self.population, len(self.groups))
        box, won, cities = np.column_stack([np.zeros(len(ceiling)), ceiling]), [], []
        for name, goal in targets:
            need = min(k, np.maximum(goal, 0) @ ceiling / 2) - 1e-5
            found = [goal @ city for city in cities]
            for sign in (1, -1):
                if found and max(found) - min(found) >= need:
                    break
                end = linprog(sign * goal, A_ub=both, b_ub=bound, bounds=box, method="highs")
                assert end.status == 0, "the files contradict each other"
                cities.append(end.x)
                found.append(goal @ end.x)
            if max(found) - min(found) < need:
                won.append(f"{name}: within {max(found) - min(found):.1f}")
        return won


def _every_object(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _every_object(part)
