"""What the published tables of one report have to agree on, however each was worked out: read from gaps.gpkg alone.

Every check says how many rows it compared, so that a table that is missing cannot pass for one that agrees.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest

KINDS = ["residents_keep", "residents_lose", "residents_none_before", "residents_unknown"]
CUT_OFF = ["residents_lose_cut_off", "residents_none_before_cut_off"]
IN_NOTHING = ("outside", "unknown")
_ROUNDING = 1e-3
"""Residents are published to this."""


class Report:
    """The tables of one gaps.gpkg."""

    def __init__(self, out: Path) -> None:
        self.path = out / "gaps.gpkg"
        self.names = set(pyogrio.list_layers(self.path)[:, 0])
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = pyogrio.read_dataframe(self.path, layer=name)
        return self._read[name]

    def residents(self) -> pd.Series:
        """Residents by level and unit, as `communities` and `parents` have them."""
        communities = self["communities"].assign(level="community", unit_id=self["communities"]["community_id"])
        rows = pd.concat([communities, self["parents"]])[["level", "unit_id", "population"]]
        return rows.set_index(["level", "unit_id"])["population"]


def exposure_agrees(report: Report) -> int:
    """Classes of a layer, the unknown and what is outside make up all residents; what is inside is what rules count."""
    exposure, residents = report["exposure"], report.residents()
    whole = exposure.groupby(["hazard_id", "level", "unit_id"])["residents"].sum(min_count=1)
    of_units = residents.reindex(whole.index.droplevel("hazard_id"))
    np.testing.assert_allclose(whole.to_numpy(), of_units.to_numpy(float), atol=_ROUNDING)
    inside = _inside(exposure)
    rules = report["assessments"].query("profile_id == 'study' and rule_id.str.startswith('hazard.')")
    rules = rules[~rules["rule_id"].str.contains(".building", regex=False)].dropna(subset="residents_short")
    keys = zip(rules["rule_id"].str.removeprefix("hazard."), rules["level"], rules["unit_id"], strict=True)
    found = inside.reindex(pd.MultiIndex.from_tuples(list(keys), names=inside.index.names))
    np.testing.assert_allclose(found.to_numpy(), rules["residents_short"].to_numpy(float), atol=_ROUNDING)
    _add_up(inside.reset_index(), ["hazard_id"], "residents")
    return len(rules)


def survival_agrees(report: Report) -> int:
    """Who keeps, loses, had none or is unknown are all residents; who loses was served, who had none was not, on other
    days; the cut off are among those who lose and those who had none.
    """
    units = report["survival"]
    np.testing.assert_allclose(units[KINDS].sum(axis=1), units["residents"], atol=_ROUNDING)
    of_units = report.residents().reindex(pd.MultiIndex.from_frame(units[["level", "unit_id"]]))
    np.testing.assert_allclose(units["residents"], of_units.to_numpy(float), atol=_ROUNDING)
    for name in ("residents", "residents_inside", *KINDS, *CUT_OFF):
        _add_up(units, ["scenario_id", "profile_id", "rule_id"], name)
    keys = ["level", "unit_id", "profile_id", "rule_id"]
    rules = report["assessments"]
    rules = rules[rules["hazard_ids"].fillna("") == ""].set_index(keys)  # as on other days
    usual = rules[["residents_served", "residents_short"]].reindex(pd.MultiIndex.from_frame(units[keys]))
    judged = units.assign(served=usual["residents_served"].to_numpy(float), short=usual["residents_short"].to_numpy(float))
    judged = judged.dropna(subset=["served", "short"])  # not where nobody lives or nobody knows
    np.testing.assert_allclose(judged["residents_none_before"], judged["short"], atol=_ROUNDING)
    of_served = judged["residents_keep"] + judged["residents_lose"]
    assert (of_served <= judged["served"] + _ROUNDING).all()
    assert (judged["served"] <= of_served + judged["residents_unknown"] + _ROUNDING).all()
    for name in CUT_OFF:
        assert (units[name] <= units[name.removesuffix("_cut_off")] + _ROUNDING).all()
    city = units[units["level"] == "city"].drop_duplicates("scenario_id").set_index("scenario_id")
    scenarios = report["survival_scenarios"].set_index("scenario_id")
    np.testing.assert_allclose(city["residents_inside"], scenarios["residents_inside"].loc[city.index], atol=_ROUNDING)
    cut_off = report["survival_cut_off"]
    _add_up(cut_off, ["scenario_id"], "residents_cut_off")
    at_homes = report["survival_homes"].set_index("scenario_id")["residents_cut_off"]
    told = cut_off.query("level == 'city'").set_index("scenario_id")["residents_cut_off"]
    np.testing.assert_allclose(at_homes.reindex(told.index, fill_value=0), told, atol=_ROUNDING)
    assert not (report["survival_ways"]["highway"] == "square").any(), "lines across squares are no streets"
    ways = report["survival_ways"].groupby("scenario_id")["length_m"].sum()
    np.testing.assert_allclose(ways.reindex(scenarios.index, fill_value=0), scenarios["closed_m"], atol=1.0)
    counts = report["survival_spaces"].groupby(["scenario_id", "remains"]).size().unstack(fill_value=0)
    gone = counts.get("gone", pd.Series(0, counts.index)).reindex(scenarios.index, fill_value=0)
    assert gone.to_numpy().tolist() == scenarios["n_spaces_gone"].tolist()
    return len(judged)


def who_lives_inside_is_exposed(report: Report, closes_all: tuple[str, ...]) -> int:
    """Of layers that close all over, those cut off at home are those exposed."""
    inside = _inside(report["exposure"])
    units = report["survival"].drop_duplicates(["scenario_id", "level", "unit_id"])
    units = units[units["scenario_id"].isin(closes_all)]
    keys = pd.MultiIndex.from_frame(units[["scenario_id", "level", "unit_id"]])
    np.testing.assert_allclose(inside.reindex(keys).to_numpy(), units["residents_inside"], atol=_ROUNDING)
    return len(units)


def refuge_agrees(report: Report, share: float) -> int:
    """Everybody who needs a place has one or is told why not; places are taken by those who have one; who has to leave
    before a hazard lasts is who lives inside it.
    """
    needs, sites = report["refuge_needs"], report["refuges"]
    parts = needs[["placed", "without_full", "without_far", "must_leave", "unknown"]]
    np.testing.assert_allclose(parts.sum(axis=1), needs["needing"], atol=_ROUNDING)
    of_units = report.residents().reindex(pd.MultiIndex.from_frame(needs[["level", "unit_id"]]))
    np.testing.assert_allclose(needs["needing"], share * of_units.to_numpy(float), atol=_ROUNDING)
    for name in ("needing", "placed", "without_full", "without_far", "must_leave", "unknown"):
        _add_up(needs, ["scenario_id"], name)
    lasting = needs[needs["scenario_id"] != "none"].set_index(["scenario_id", "level", "unit_id"])["must_leave"]
    if "survival" in report.names:
        units = report["survival"].drop_duplicates(["scenario_id", "level", "unit_id"])
        inside = units.set_index(["scenario_id", "level", "unit_id"])["residents_inside"]
        np.testing.assert_allclose(lasting, share * inside.reindex(lasting.index), atol=_ROUNDING)
    city = needs[(needs["level"] == "city") & (needs["scenario_id"] == "none")].iloc[0]
    usable = sites[sites["status"] == "usable"]
    assert usable["taken"].sum() == pytest.approx(city["placed"], abs=0.1)
    assert usable["taken_best"].sum() == pytest.approx(city["placed_best"], abs=0.1)
    assert city["placed_best"] >= city["placed"] - _ROUNDING
    return len(needs)


def critical_agrees(report: Report) -> int:
    """Nobody loses by one closure what they had not: at most all who are served lose it, and the worst come first."""
    served = report["assessments"].query("level == 'city'").set_index(["profile_id", "rule_id"])["residents_served"]
    compared = 0
    for name in ("critical_links", "critical_entrances"):
        rows = report[name]
        of_rule = served.reindex(pd.MultiIndex.from_frame(rows[["profile_id", "rule_id"]])).to_numpy(float)
        lost = rows[["residents_lose", "residents_unknown", "residents_farther"]].sum(axis=1)
        assert (lost <= of_rule + _ROUNDING).all()
        ordered = rows.sort_values(["profile_id", "rule_id", "rank"])
        assert (ordered.groupby(["profile_id", "rule_id"])["residents_lose"].diff().dropna() <= _ROUNDING).all()
        compared += len(rows)
    return compared


def _inside(exposure: pd.DataFrame) -> pd.Series:
    """Residents in any class of each layer."""
    known = exposure.assign(residents=exposure["residents"].where(~exposure["hazard_class"].isin(IN_NOTHING), 0.0))
    return known.groupby(["hazard_id", "level", "unit_id"])["residents"].sum()


def _add_up(rows: pd.DataFrame, by: list[str], name: str) -> None:
    """Communities make up the city."""
    parts, whole = (rows[rows["level"] == level] for level in ("community", "city"))
    summed, told = (part.groupby(by)[name].sum() for part in (parts, whole))
    assert len(told) > 0
    np.testing.assert_allclose(summed.loc[told.index], told, atol=_ROUNDING, err_msg=name)
