"""Rules about refuges: which a study can be judged by, which are reported alone, and what hazards they look at."""

from __future__ import annotations

from analyses.profile import Rule
from layers.refuge_rules import packaged_refuge_rules
from layers.types import Study

NO_REFUGES = "no_refuges"
"""Reason: the study lists none that is there, and asks for no candidates."""
ONLY_CANDIDATES = "only_candidates"
"""Reason: the study lists none that is there, so that what could serve is reported and never judged."""
JUDGING = ("official", "modelled")
"""Status of the hazard layers that refuges lie outside of."""


def shelter_lacking(rule: Rule, study: Study) -> str:
    """Why a study cannot answer a rule about refuges (a code of `columns.REASONS`), or empty.

    A rule that names a hazard outside of which refuges have to lie needs a layer of it that may judge. What a place has
    to have is asked of public space alone: lists of refuges do not say what stands on them.
    """
    if not lists_built(study) and not study.refuge_rules.candidates:
        return NO_REFUGES
    if rule.kind == "site":
        return "no_data_for_class"
    known = {hazard.kind for hazard in study.hazards if hazard.status in JUDGING}
    asked = {supply.outside_hazard for supply in rule.supplies if supply.outside_hazard}
    if not asked <= known:
        return "no_hazard_layer"
    # Heat and shaking come over a whole city, so the ground of refuges is not held against them.
    return "" if asked <= set(packaged_refuge_rules().outside_kinds) else "needs_hazard_survival"


def ground_hazards(study: Study) -> tuple[str, ...]:
    """The hazard layers that take ground off refuges whatever a rule names, dangerous sources among them."""
    rules = packaged_refuge_rules()
    kinds = {*rules.outside_kinds, rules.danger_kind}
    return tuple(h.id for h in study.hazards if h.kind in kinds and h.status in JUDGING)


def lists_built(study: Study) -> bool:
    """Whether a study lists refuges that are there; planned ones alone judge nothing."""
    return any(role.sites != "planned" for role in study.refuges)


def shelter_hazards(rule: Rule, study: Study) -> tuple[str, ...]:
    """The hazard layers that a rule about refuges is measured outside of: all that may judge, of the kinds it names."""
    asked = {supply.outside_hazard for supply in rule.supplies if supply.outside_hazard}
    return tuple(h.id for h in study.hazards if h.kind in asked and h.status in JUDGING)
