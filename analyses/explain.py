"""Explain: the whole chain of one verdict, from the evidence that it was made of.

Nothing is measured anew: sums are taken over the same arrays in the same order as the verdict's, so they are
the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyses.evidence import Evidence
from analyses.explain_exposure import exposure_found
from analyses.explain_land import land_found
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
from analyses.measure import Measured
from analyses.profile import Profile, Rule
from analyses.results import Results
from analyses.units import CITY, COMMUNITY
from layers.types import Caveat, Provenance
from spatial.errors import AnalysisError

_WITHHELD = frozenset({"suppressed", "small_groups"})
"""Reasons of rows that may not be told, here neither."""


def explain(results: Results, level: str, unit_id: str, profile_id: str, rule_id: str) -> Explanation:
    """Tell what the verdict of one unit under one rule rests on.

    Parameters
    ----------
    results : Results
        With its evidence.
    level, unit_id : str
        A community, a parent or the city.
    profile_id, rule_id : str
        As in `Results.assessments`.

    Returns
    -------
    Explanation
        Internal: it tells of single homes. A figure about a group that is withheld in `assessments` is
        withheld here; homes and spaces are told of all residents then.

    Raises
    ------
    AnalysisError
        If there is no evidence, or no such row.
    """
    evidence = results.evidence
    if evidence is None:
        raise AnalysisError(
            "these results hold no evidence, so no verdict of theirs can be explained; assess the study"
        )
    row = _row(results, level, unit_id, profile_id, rule_id)
    profile, rule = _rule(results, profile_id, rule_id)
    measured = evidence.measured.get((profile_id, rule_id))
    told = measured is not None and row["reason"] not in _WITHHELD
    unit = unit_of(results, level, unit_id)
    return Explanation(
        unit=unit,
        profile=profile,
        rule=rule,
        row=row,
        judged=_judged(results, unit, profile_id, rule),
        placement=_placement(evidence, level, unit_id),
        found=_found(evidence, measured, level, unit_id) if told and measured is not None else None,
        of_all_residents=rule.about_a_group,
        inputs=_inputs(results, rule, row, level),
        caveats=_caveats(results, profile_id, rule, row, level),
    )


def unit_of(results: Results, level: str, unit_id: str) -> Unit:
    """The unit's own figures, from `communities` or `parents`."""
    if level == COMMUNITY:
        rows = results.communities[results.communities["community_id"] == unit_id]
    else:
        rows = results.parents[(results.parents["level"] == level) & (results.parents["unit_id"] == unit_id)]
    row = rows.drop(columns="geometry").iloc[0].to_dict()
    return Unit(level, unit_id, str(row["name"]), float(row["population"]), str(row["data_light"]), row)


def _row(results: Results, level: str, unit_id: str, profile_id: str, rule_id: str) -> Mapping[str, Any]:
    table = results.assessments
    rows = table[
        (table["level"] == level)
        & (table["unit_id"] == unit_id)
        & (table["profile_id"] == profile_id)
        & (table["rule_id"] == rule_id)
    ]
    if len(rows) != 1:
        raise AnalysisError(
            f"there is no verdict of {level} {unit_id!r} under rule {profile_id}/{rule_id}, so it cannot be explained; "
            "the table 'assessments' lists those that there are"
        )
    return {str(key): value for key, value in rows.iloc[0].to_dict().items()}


def _rule(results: Results, profile_id: str, rule_id: str) -> tuple[Profile, Rule]:
    return next(
        (profile, rule)
        for profile in results.profiles
        for rule in profile.rules
        if (profile.id, rule.id) == (profile_id, rule_id)
    )


def _judged(results: Results, unit: Unit, profile_id: str, rule: Rule) -> Judged | None:
    """The higher unit that a community belongs to and that the rule is judged for."""
    if unit.level != COMMUNITY or rule.level == COMMUNITY:
        return None
    above = results.study.id if rule.level == CITY else unit.row.get(f"parent_{rule.level}_id")
    if not isinstance(above, str):
        return None
    name = unit_of(results, rule.level, above).name
    return Judged(rule.level, above, name, _row(results, rule.level, above, profile_id, rule.id))


def _found(
    evidence: Evidence, measured: Measured, level: str, unit_id: str
) -> ReachFound | ProvisionFound | ExposureFound | SiteFound | LandFound | None:
    if measured.rule.who == "building_count":
        return None
    if measured.options:
        return reach_found(evidence, measured, level, unit_id)
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


def _inputs(results: Results, rule: Rule, row: Mapping[str, Any], level: str) -> tuple[Provenance, ...]:
    """The inputs that have a part in a verdict: a hazard layer that the rule does not look at has none."""
    hazards = str(row["hazard_ids"]).split()
    return tuple(entry for entry in results.provenance if _concerns(entry.role, rule, hazards, level))


def _concerns(role: str, rule: Rule, hazards: list[str], level: str) -> bool:
    head, _, tail = role.partition(".")
    if head == "hazard":
        return tail in hazards
    if head == "parents":
        return tail in (level, rule.level)
    if head in ("public_space", "elevation"):
        return rule.kind != "exposure" and (head != "elevation" or rule.within_s is not None)
    if head == "residents":
        return rule.about_residents or rule.per == "person"
    if head == "areas":
        return any(lower.when == tail for lower in rule.relax)
    return head in ("osm", "communities") or (head == "residential_land" and rule.who == head)


_SAID_OF_THE_RULE = {"spaces": "public_space", "demand": "residents", "walks": "elevation"}
"""Layers that caveats name -> the role whose inputs they are about."""


def _caveats(results: Results, profile_id: str, rule: Rule, row: Mapping[str, Any], level: str) -> tuple[Caveat, ...]:
    hazards = str(row["hazard_ids"]).split()

    def concerns(caveat: Caveat) -> bool:
        if " " in caveat.layer:  # of one rule
            return caveat.layer == f"{profile_id} {rule.id}"
        if caveat.layer == level:
            return True
        role = _SAID_OF_THE_RULE.get(caveat.layer, caveat.layer)
        return (role == "public_space" and rule.kind != "exposure") or _concerns(role, rule, hazards, level)

    return tuple(caveat for caveat in results.caveats if concerns(caveat))
