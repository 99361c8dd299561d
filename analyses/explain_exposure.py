"""How an exposure rule came out in a unit: which hazard layers it looks at and why, and who lives inside them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.evidence import Evidence
from analyses.explain_reach import SHOWN_HOMES, counted
from analyses.explanation import ExposureFound, HazardBound, Home
from analyses.measure import Measured
from analyses.plan import bound_hazards, kinds_without_layer
from analyses.profile import Rule
from layers.types import HazardRole, Study

_ROUNDING = 1e-9


def exposure_found(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ExposureFound:
    """Who of a unit lives inside the hazard layers that a rule looks at."""
    homes = evidence.homes_of(level, unit_id)
    weight = evidence.weight(measured)[homes]
    inside = measured.bad[homes]
    lives = np.nan_to_num(weight) > 0
    shape = evidence.levels[level].units.geometry.loc[unit_id]
    study = evidence.scene.layers.study
    bound = bound_hazards(measured.rule, study)
    return ExposureFound(
        counted(weight, measured.good[homes], inside),
        tuple(_hazard(evidence, measured.rule, role, role.id in bound, shape) for role in study.hazards),
        kinds_without_layer(measured.rule, study),
        int((lives & (inside > 1 - _ROUNDING)).sum()),
        int((lives & (inside > 0) & (inside <= 1 - _ROUNDING)).sum()),
        _most(evidence, homes, np.nan_to_num(weight) * inside),
    )


def _hazard(evidence: Evidence, rule: Rule, role: HazardRole, bound: bool, shape: shapely.Geometry) -> HazardBound:  # noqa: FBT001
    table = evidence.scene.layers.hazards
    polygons = table.geometry.to_numpy()[(table["hazard_id"] == role.id).to_numpy(bool)]
    return HazardBound(
        role.id,
        role.title,
        role.kind,
        role.status,
        np.nan if role.return_period_yr is None else float(role.return_period_yr),
        bound,
        "" if bound else _why_not(rule, role, evidence.scene.layers.study),
        int(shapely.intersects(polygons, shape).sum()) if len(polygons) else 0,
    )


def _why_not(rule: Rule, role: HazardRole, study: Study) -> str:
    """Why a rule does not look at a layer, in the order in which `plan.bound_hazards` asks."""
    if rule.hazard_id:
        return "other_layer"
    if role.kind not in rule.hazard_kinds:
        return "other_kind"
    if role.status == "derived":
        return "derived"
    able = [other for other in study.hazards if rule.min_depth_m is None or other.scale.unit == "m"]
    if role not in able:
        return "no_depth"
    official = any(other.kind == role.kind and other.status == "official" for other in able)
    return "less_official" if role.status == "modelled" and official else "other_period"


def _most(evidence: Evidence, homes: NDArray[np.int64], people: NDArray[np.float64]) -> tuple[Home, ...]:
    table = evidence.scene.demand.table
    lives = np.flatnonzero(people > 0)
    order = lives[np.argsort(-people[lives], kind="stable")][:SHOWN_HOMES]
    ids, imputed = table["demand_id"].to_numpy(), table["imputed"].to_numpy(bool)
    return tuple(Home(str(ids[homes[i]]), bool(imputed[homes[i]]), float(people[i]), np.nan, "", "") for i in order)
