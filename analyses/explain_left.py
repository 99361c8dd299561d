"""What a hazard leaves of what a rule asks for: which layers, what closes, and the value of other days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.during import During
from analyses.evidence import Evidence
from analyses.explain_reach import counted
from analyses.explanation import HazardLeft, LayerClosing, SpaceLeft
from analyses.left_open import measured_at_all_events
from analyses.measure import Measured, figures
from analyses.plan import bound_hazards
from analyses.profile import Rule

_ROUNDING_M2 = 1e-6


def hazard_left(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> HazardLeft | None:
    """What closed for a rule that asks what a hazard leaves; None for others.

    The value of other days is measured anew: no verdict was made of it.
    """
    rule = measured.rule
    if evidence.closed is None or not rule.under_hazard:
        return None
    lefts = [evidence.closed.for_option(alone) for alone in rule.each]
    homes, found = evidence.homes_of(level, unit_id), evidence.levels[level]
    weight = evidence.scene.weight("population")[homes] if evidence.scene.layers.residents is not None else None
    usual = _usual(rule)
    before = figures(evidence.scene, measured_at_all_events(evidence.scene, usual), found)
    shape = found.units.geometry.loc[unit_id]
    spaces = {space.space_id: space for left in lefts for space in _spaces(evidence, left, rule, shape)}
    return HazardLeft(
        layers=tuple(_layers(evidence, rule, shape)),
        counted=None
        if rule.kind != "reach" or measured.land is not None
        else counted(evidence.weight(measured)[homes], measured.good[homes], measured.bad[homes]),
        value_before=float(before.value[found.units.index.get_loc(unit_id)]),
        closed_m=max(left.closed_streets.length_m for left in lefts),
        residents_inside=np.nan if weight is None else Evidence.sum_of(weight * lefts[0].inside[homes]),
        spaces=tuple(sorted(spaces.values(), key=lambda space: (space.area_left_m2 - space.area_m2, space.space_id))),
    )


def _usual(rule: Rule) -> Rule:
    """The rule without its hazards."""
    supply = None if rule.supply is None else replace(rule.supply, outside_hazard="")
    others = tuple(replace(o, supply=replace(o.supply, outside_hazard="")) for o in rule.or_else)
    return replace(rule, during="", supply=supply, or_else=others)


def _layers(evidence: Evidence, rule: Rule, shape: shapely.Geometry) -> Iterator[LayerClosing]:
    layers = evidence.scene.layers
    bound = bound_hazards(rule, layers.study)
    for role in layers.study.hazards:
        if role.id in bound:
            rows = layers.hazards.geometry.to_numpy()[(layers.hazards["hazard_id"] == role.id).to_numpy(bool)]
            least = role.scale.closes_at
            yield LayerClosing(
                role.id, role.title, role.kind, role.status,
                np.nan if role.return_period_yr is None else float(role.return_period_yr),
                np.nan if least is None else float(least), role.scale.unit,
                int(shapely.intersects(rows, shape).sum()) if len(rows) else 0,
            )  # fmt: skip


def _spaces(evidence: Evidence, left: During, rule: Rule, shape: shapely.Geometry) -> Iterator[SpaceLeft]:
    """The spaces in a unit that the rule counts on other days and that are smaller then, or have fewer ways in."""
    if rule.about_shelter:
        return
    scene = evidence.scene
    frame, space = scene.layers.spaces, scene.walking.entrances.table["space"].to_numpy(np.int64)
    usual = np.bincount(space, minlength=len(frame))
    open_ = np.bincount(space[left.open_entrance], minlength=len(frame))
    chosen = np.unique(np.concatenate([scene.places_of(supply).space for supply in rule.supplies]))
    smaller = left.spaces.smaller(frame)
    told: NDArray[np.bool_] = (smaller | (open_ < usual))[chosen]
    here = shapely.intersects(frame.geometry.to_numpy()[chosen], shape)
    for row in chosen[told & here]:
        name, area_m2 = frame["name"].iloc[row], float(frame["area_m2"].iloc[row])
        rest_m2 = float(left.spaces.left_m2[row])
        yield SpaceLeft(
            str(frame.index[row]), name if isinstance(name, str) else "", str(frame["space_class"].iloc[row]),
            area_m2, 0.0 if rest_m2 <= _ROUNDING_M2 else rest_m2, int(usual[row]), int(open_[row]),
        )  # fmt: skip
