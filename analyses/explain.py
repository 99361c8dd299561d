"""Explain: the whole chain of one verdict, from the evidence that it was made of.

Nothing is measured anew: sums are taken over the same arrays in the same order as the verdict's, so they are
the same to the last bit. Only the value of other days is, which is told beside that of a rule under a hazard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analyses.evidence import Evidence
from analyses.explain_exposure import exposure_found
from analyses.explain_land import land_found
from analyses.explain_left import hazard_left
from analyses.explain_provision import provision_found
from analyses.explain_reach import reach_found
from analyses.explain_site import site_found
from analyses.explanation import (
    Explanation,
    ExposureFound,
    Judged,
    LandFound,
    Placement,
    ProvisionFound,
    ReachFound,
    SiteFound,
    Unit,
)
from analyses.profile import Profile, Rule
from analyses.profile_inputs import profile_inputs
from analyses.results import Verdicts
from analyses.shelter_rules import ground_hazards
from analyses.units import CITY, COMMUNITY
from layers.types import Caveat, Provenance
from spatial.errors import AnalysisError

_WITHHELD = frozenset({"suppressed", "small_groups"})
"""Reasons of rows that may not be told, here neither."""


def explain(results: Verdicts, level: str, unit_id: str, rules: Sequence[tuple[str, str]]) -> tuple[Explanation, ...]:
    """Tell what the verdicts of one unit rest on.

    Parameters
    ----------
    results : Verdicts
        With its evidence.
    level, unit_id : str
        A community, a parent or the city.
    rules : sequence of (str, str)
        Profile and rule of each, as in `Results.assessments`.

    Returns
    -------
    tuple of Explanation
        In that order. Internal: they tell of single homes. A figure about a group that is withheld in
        `assessments` is withheld here; otherwise homes and spaces are told of all residents.

    Raises
    ------
    AnalysisError
        If there is no evidence, or no such verdict.
    """
    evidence = results.evidence
    if evidence is None:
        raise AnalysisError(
            "these results hold no evidence, so no verdict of theirs can be explained; assess the study"
        )
    rows = _rows(results, level, unit_id)
    by_key = {(profile.id, rule.id): (profile, rule) for profile in results.profiles for rule in profile.rules}
    missing = [key for key in rules if key not in rows]
    if missing:
        raise AnalysisError(
            f"there is no verdict of {level} {unit_id!r} under rule {'/'.join(missing[0])}, so it cannot be explained; "
            "the table 'assessments' lists those that there are"
        )
    unit, placement = _unit(results, level, unit_id), _placement(evidence, level, unit_id)
    return tuple(_explained(results, evidence, _Verdict(*by_key[key], unit, placement, rows[key])) for key in rules)


@dataclass(frozen=True)
class _Verdict:
    """One verdict, and what all verdicts of its unit share."""

    profile: Profile
    rule: Rule
    unit: Unit
    placement: Placement | None
    row: Mapping[str, Any]


def _explained(results: Verdicts, evidence: Evidence, verdict: _Verdict) -> Explanation:
    profile, rule, unit, row = verdict.profile, verdict.rule, verdict.unit, verdict.row
    key = (profile.id, rule.id)
    told = key in evidence.measured and row["reason"] not in _WITHHELD
    return Explanation(
        unit=unit,
        profile=profile,
        rule=rule,
        row=row,
        judged=_judged(results, unit, profile.id, rule),
        placement=verdict.placement,
        found=_found(evidence, key, unit.level, unit.unit_id) if told else None,
        of_all_residents=rule.about_a_group,
        inputs=(*_inputs(results, rule, _hazards(results, rule, row), unit.level), *profile_inputs((profile,))),
        caveats=_caveats(results, profile.id, rule, _hazards(results, rule, row), unit.level),
        left=hazard_left(evidence, evidence.measured[key], unit.level, unit.unit_id) if told else None,
    )


def _unit(results: Verdicts, level: str, unit_id: str) -> Unit:
    """The unit's own figures, from `communities` or `parents`."""
    table = results.communities if level == COMMUNITY else results.parents
    here = table["community_id"] == unit_id if level == COMMUNITY else (table["level"] == level) & _is(table, unit_id)
    position = int(np.flatnonzero(here)[0])
    row = {name: table[name].iloc[position] for name in table.columns if name != "geometry"}
    return Unit(level, unit_id, str(row["name"]), float(row["population"]), str(row["data_light"]), row)


def _rows(results: Verdicts, level: str, unit_id: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The rows of `assessments` of one unit, by profile and rule."""
    table = results.assessments
    rows = table[(table["level"] == level) & _is(table, unit_id)].to_dict("records")
    return {(row["profile_id"], row["rule_id"]): {str(key): value for key, value in row.items()} for row in rows}


def _is(table: pd.DataFrame, unit_id: str) -> pd.Series:
    return table["unit_id"] == unit_id


def _judged(results: Verdicts, unit: Unit, profile_id: str, rule: Rule) -> Judged | None:
    """The higher unit that a community belongs to and that the rule is judged for."""
    if unit.level != COMMUNITY or rule.level == COMMUNITY:
        return None
    above = results.study.id if rule.level == CITY else unit.row.get(f"parent_{rule.level}_id")
    if not isinstance(above, str):
        return None
    row = _rows(results, rule.level, above).get((profile_id, rule.id))
    return None if row is None else Judged(rule.level, above, _unit(results, rule.level, above).name, row)


def _found(
    evidence: Evidence, key: tuple[str, str], level: str, unit_id: str
) -> ReachFound | ProvisionFound | ExposureFound | SiteFound | LandFound | None:
    measured = evidence.measured[key]
    evidence = evidence.of(measured.rule)
    if measured.rule.who == "building_count":
        return None
    if measured.options:
        return reach_found(evidence, key, level, unit_id)
    if measured.land is not None:
        return land_found(evidence, measured, level, unit_id)
    if measured.rule.kind == "provision":
        return provision_found(evidence, measured, level, unit_id)
    if measured.sites is not None:
        return site_found(evidence, measured, level, unit_id)
    return exposure_found(evidence, measured, level, unit_id) if measured.rule.kind == "exposure" else None


def _placement(evidence: Evidence, level: str, unit_id: str) -> Placement | None:
    scene, homes = evidence.scene, evidence.homes_of(level, unit_id)
    if scene.layers.residents is None:
        return None
    people = scene.weight("population")[homes]
    if np.isnan(people).any():
        return None
    imputed = scene.demand.table["imputed"].to_numpy(bool)[homes]
    lives = people > 0
    return Placement(
        evidence.sum_of(people), int(lives.sum()), int((lives & imputed).sum()), evidence.sum_of(people[imputed])
    )


# --------------------------------------------------------------------------- what it rests on


def _hazards(results: Verdicts, rule: Rule, row: Mapping[str, Any]) -> list[str]:
    """The hazard layers that a rule looks at, and of one about refuges those that take ground off them."""
    looked_at = str(row["hazard_ids"]).split()
    return [*looked_at, *ground_hazards(results.study)] if rule.about_shelter else looked_at


def _inputs(results: Verdicts, rule: Rule, hazards: list[str], level: str) -> tuple[Provenance, ...]:
    """The inputs that have a part in a verdict: a hazard layer that the rule does not look at has none."""
    return tuple(entry for entry in results.provenance if _concerns(entry.role, rule, hazards, level))


def _concerns(role: str, rule: Rule, hazards: list[str], level: str) -> bool:
    head, _, tail = role.partition(".")
    if head == "hazard":
        return tail in hazards
    if head == "parents":
        return tail in (level, rule.level)
    if head == "refuge":
        return rule.about_shelter
    if head in ("public_space", "elevation"):
        # Beside walking times heights tell how steep the ground of what could be a refuge is.
        return rule.kind != "exposure" and (head != "elevation" or rule.within_s is not None or rule.about_shelter)
    if head == "residents":
        return rule.about_residents or rule.per == "person"
    if head == "areas":
        return any(lower.when == tail for lower in rule.relax)
    return head in ("osm", "communities") or (head == "residential_land" and rule.who == head)


_OF_THE_RANKING = ("resilience", "indicator")
"""Beginnings of the codes of caveats about ranks and the study's own figures, on which no verdict rests."""
_OF_GROUPS = frozenset({"groups_suppressed", "group_unknown"})
_SAID_OF_THE_RULE = {"spaces": "public_space", "demand": "residents", "walks": "elevation"}
"""Layers that caveats name -> the role whose inputs they are about."""


def _caveats(
    results: Verdicts, profile_id: str, rule: Rule, hazards: list[str], level: str
) -> tuple[Caveat, ...]:
    def concerns(caveat: Caveat) -> bool:
        if caveat.code.startswith(_OF_THE_RANKING) or (caveat.code in _OF_GROUPS and not rule.about_a_group):
            return False
        if caveat.code == "catchment_cut":
            return rule.method == "e2sfca"
        if " " in caveat.layer:  # of one rule
            return caveat.layer == f"{profile_id} {rule.id}"
        if caveat.layer == level:
            return True
        role = _SAID_OF_THE_RULE.get(caveat.layer, caveat.layer)
        return (role == "public_space" and rule.kind != "exposure") or _concerns(role, rule, hazards, level)

    return tuple(caveat for caveat in results.caveats if concerns(caveat))
