"""Scenarios: which hazard layers close streets and spaces, each by itself and together, and what remains then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analyses.closings import STATED, Closing, closed_ground, same_closing
from analyses.during import During, Footprint, during
from analyses.exposure import footprint
from analyses.left_open import better_scenes
from analyses.measure import Scene
from analyses.plan import closes, closing_hazards, not_measured
from analyses.profile import Profile, Rule, Supply
from layers.types import HAZARD_KINDS, Layers, Study
from layers.what_if import WHAT_IF

COMBINED = "combined"
"""The scenario in which all hazards that may judge last at once: of every kind the rarest event mapped."""


@dataclass(frozen=True)
class Scenario:
    """Hazards that last at the same time."""

    id: str
    """That of the layer, or `COMBINED`."""
    hazard_ids: tuple[str, ...]
    status: str
    """official, modelled or derived: the least sure of its layers; what_if where that one of them closes is assumed."""


def scenarios(study: Study) -> tuple[Scenario, ...]:
    """Every layer that closes by itself; then all that may judge together, where these are two or more.

    A derived layer is reported by itself, and is no part of what lasts together.
    """
    closing = [hazard for hazard in study.hazards if closes(hazard)]
    alone = [Scenario(hazard.id, (hazard.id,), WHAT_IF if hazard.what_if else hazard.status) for hazard in closing]
    kinds = [closing_hazards(kind, None, study) for kind in HAZARD_KINDS]
    chosen = {hazard_id for ids in kinds for hazard_id in ids}
    together = tuple(hazard for hazard in closing if hazard.id in chosen and hazard.status != "derived")
    if len(together) > 1:
        statuses = {WHAT_IF if hazard.what_if else hazard.status for hazard in together}
        status = next(name for name in (WHAT_IF, "modelled", "official") if name in statuses)
        alone.append(Scenario(COMBINED, tuple(hazard.id for hazard in together), status))
    return tuple(alone)


def closing_footprints(
    layers: Layers, hazard_ids: Sequence[str], closing: Closing = STATED
) -> tuple[Footprint, ...]:
    """The ground that some of the study's hazards close, by kind."""
    chosen = [hazard for hazard in layers.study.hazards if hazard.id in hazard_ids]
    unknown = layers.hazard_unknown
    found = []
    for kind in dict.fromkeys(hazard.kind for hazard in chosen):
        same = [hazard for hazard in chosen if hazard.kind == kind]
        polygons = np.concatenate([closed_ground(layers, hazard, closing) for hazard in same])
        made = Footprint(kind, polygons, bridges_as_ground=closing.bridges_as_ground)
        if unknown is not None:
            unsaid = footprint(unknown, [hazard.id for hazard in same])
            worst = np.concatenate([polygons, unsaid])
            made = replace(made, polygons=worst) if closing.unsaid else replace(made, unknown=unsaid)
        found.append(made)
    return tuple(found)


@dataclass(frozen=True)
class Closures:
    """What remains of a scene under each set of hazards, worked out when it is first asked for."""

    scene: Scene
    rules: tuple[Rule, ...]
    """The rules that are measured of reach, or of what a hazard leaves."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...], Closing], During] = field(default_factory=dict)
    closing: Closing = STATED
    """The choice of what closes."""
    better: tuple[Closures, ...] = ()
    """The same of each of `Shelters.better`, for rules about refuges."""

    def under(self, closing: Closing) -> Closures:
        """The same under another choice of what closes; what was worked out is shared."""
        return replace(self, closing=closing, better=tuple(each.under(closing) for each in self.better))

    def of(self, hazard_ids: tuple[str, ...], avoided_ids: tuple[str, ...] = ()) -> During:
        """What remains while these hazards last, of spaces outside of the second ones too."""
        layers, closing = self.scene.layers, self.closing
        lasting, avoided = ([h for h in layers.study.hazards if h.id in ids] for ids in (hazard_ids, avoided_ids))
        if same_closing(lasting, avoided, closing):
            closing = STATED
        key = (hazard_ids, avoided_ids, closing)
        if key not in self.known:
            ground, outside = (closing_footprints(layers, ids, closing) for ids in (hazard_ids, avoided_ids))
            self.known[key] = during(self.scene, ground, self.supplies, outside)
        return self.known[key]

    def for_option(self, alone: Rule) -> During:
        """What remains for a rule of one option."""
        study, supply = self.scene.layers.study, alone.supply
        lasting = closing_hazards(alone.during, alone.return_period_yr, study) if alone.during else ()
        avoided = closing_hazards(supply.outside_hazard, None, study) if supply and supply.outside_hazard else ()
        return self.of(lasting, avoided)

    @property
    def supplies(self) -> tuple[Supply, ...]:
        """What the rules ask for, each once."""
        return tuple(dict.fromkeys(supply for rule in self.rules for supply in rule.supplies))


def closures(scene: Scene, planned: Sequence[Profile]) -> Closures:
    """The closures of a scene for the rules of some profiles that are of reach, or of what a hazard leaves."""
    rules = (rule for profile in planned for rule in profile.rules if of_reach(rule) or rule.under_hazard)
    asked = tuple(rule for rule in rules if not not_measured(rule))
    return Closures(scene, asked, better=tuple(Closures(each, asked) for each in better_scenes(scene)))


def of_reach(rule: Rule) -> bool:
    """Whether a rule asks who reaches a place."""
    return rule.kind == "reach" and rule.limit is not None and rule.who not in ("residential_land", "land", "spaces")
