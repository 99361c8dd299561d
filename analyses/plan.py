"""Which rules a study is assessed under: its profiles, its own hazards, and what stands in for residents."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from analyses.column import rule_column
from analyses.land_coverage import LAND, has_land
from analyses.profile import Basis, Profile, Rule, Supply
from analyses.rule_keys import WITHOUT_DATA
from analyses.shelter_rules import ONLY_CANDIDATES, lists_built, shelter_hazards, shelter_lacking
from analyses.supply import member_classes
from layers.tag_rules import unions
from layers.types import HazardRole, Layers, Study
from layers.what_if import NO_GROUPS, WHAT_IF, assumed_closed
from spatial.errors import ProfileError

_STATUS_ZH = {"official": "官方", "modelled": "模拟", "derived": "推导"}
STUDY_PROFILE = "study"
"""The profile made from the study's own hazards: every layer is reported by itself."""


def profiles_for(layers: Layers, profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """The profiles as they are assessed for this study.

    Every hazard of the study is reported on its own, in a profile named ``study``. Without
    residents, a rule about residents cannot be answered; the same rule about residential floor
    area is added beside it (``<rule>.buildings``), reported and never judged. So it is beside a rule
    about residential land where the study has none.

    Raises
    ------
    ProfileError
        If two rules would have one column.
    """
    own = _hazard_profile(layers.study)
    every = (*profiles, own) if own.rules else tuple(profiles)
    planned = tuple(_with_buildings(p, whose=_stood_in_for(layers)) for p in every)
    refuse_shared_columns(planned)
    return planned


def refuse_shared_columns(profiles: Sequence[Profile]) -> None:
    """Refuse rules that tables could not tell apart: the name of a column keeps letters, digits and ``_`` and no case.

    Raises
    ------
    ProfileError
        Names the two rules and their profiles.
    """
    seen: dict[str, str] = {}
    for profile in profiles:
        for rule in profile.rules:
            column, named = rule_column(profile.id, rule.id), f"rule {rule.id!r} of profile {profile.id!r}"
            first = seen.setdefault(column.lower(), named)
            if first is not named:
                raise ProfileError(
                    f"{first} and {named} would have one column, {column!r}, so that their figures could not be told "
                    "apart; rename one of them, or judge by one profile at a time"
                )


def _stood_in_for(layers: Layers) -> Collection[str]:
    """What a rule may count that residential floor area stands in for."""
    stood_in_for = set() if has_land(layers) else {LAND}
    return stood_in_for if layers.residents is not None else {*stood_in_for, "population"}


def blocked(rule: Rule, layers: Layers, level_names: Collection[str]) -> str:
    """Why the study cannot answer a rule at any level (a code of `columns.REASONS`), or empty."""
    if rule.about_shelter and shelter_lacking(rule, layers.study):
        return shelter_lacking(rule, layers.study)
    if _unmapped(rule, layers):
        return "no_data_for_class"
    if (rule.about_residents or rule.per == "person") and layers.residents is None:
        return "no_residents"
    if rule.level not in level_names:
        return "no_such_level"
    if rule.kind == "exposure" and not bound_hazards(rule, layers.study):
        return _no_hazard(rule, layers.study)
    if rule.who == LAND and not has_land(layers):
        return "no_residential_land"
    if rule.under_hazard and not all(closing_hazards(*asked, layers.study) for asked in _lasting(rule)):
        return "needs_hazard_survival"
    return not_measured(rule) or _group_unknown(rule, layers)


def not_measured(rule: Rule) -> str:
    """Why nobody measures what a rule asks for, whatever the study has (a code of `columns.REASONS`), or empty."""
    if _without_data(rule):
        return "no_data_for_class"
    return "needs_cycling" if rule.by == "cycle" else ""


def _no_hazard(rule: Rule, study: Study) -> str:
    """Why no layer of the study is the one that an exposure rule means: there is none, or none that knows depths."""
    shallow = bound_hazards(dataclasses.replace(rule, min_depth_m=None), study)
    return "no_hazard_depth" if shallow else "no_hazard_layer"


def _unmapped(rule: Rule, layers: Layers) -> bool:
    """Whether a rule asks for facilities or greenways alone, of which the study has not a single one.

    Then nobody mapped them. Green and other open space are mapped everywhere, so that none is none; but most
    greenways are drawn as lines, which are no spaces.
    """
    asked = {name for supply in rule.supplies if not supply.is_shelter for name in member_classes(supply)}
    if not asked or asked & (set(unions()["open_public_space"]) - {"greenway"}):
        return False
    return not layers.spaces["space_class"].isin(asked).any()


def _group_unknown(rule: Rule, layers: Layers) -> str:
    if not rule.about_a_group or layers.residents is None or rule.who in layers.residents.columns:
        return ""
    return NO_GROUPS if assumed_closed(layers.study) else "no_such_group"


def too_small(rule: Rule, level: str, group_levels: Collection[str]) -> bool:
    """Whether a rule about a group is kept from a level, in whose units the group's members could be told apart."""
    return rule.about_a_group and level not in group_levels


def bound_hazards(rule: Rule, study: Study) -> tuple[str, ...]:
    """The hazard layers of the study that a rule means, in the study's order.

    A rule that names a layer means that one, whatever its status. An exposure rule that names kinds means, for
    each kind, layers that may judge: official ones, or modelled ones where there is none; of those
    the return period that the rule names, or, if it names none, the rarest event, which reaches
    farthest, and beside it those without a return period, of which nobody says how rare they are; if it speaks of a
    depth, only layers that say how deep the water is. A rule that has to hold during a
    hazard means the same of the layers that close.
    """
    if rule.hazard_id:
        return (rule.hazard_id,)
    if rule.about_shelter and not rule.during:
        return shelter_hazards(rule, study)
    if rule.under_hazard:
        closing = {hazard_id for asked in _lasting(rule) for hazard_id in closing_hazards(*asked, study)}
        return tuple(h.id for h in study.hazards if h.id in closing)
    able = [h for h in study.hazards if rule.min_depth_m is None or h.scale.unit == "m"]
    chosen = {h.id for kind in rule.hazard_kinds for h in _meant(able, kind, rule.return_period_yr)}
    return tuple(h.id for h in study.hazards if h.id in chosen)


def kinds_without_layer(rule: Rule, study: Study) -> tuple[str, ...]:
    """The kinds of hazard that an exposure rule names and of which the study has no layer that it may look at.

    The rule is judged by the others: whoever lives in those is exposed in any case, and a place without a coast has
    no coastal layer. But nobody knows of exposure to these, which has to be said wherever the verdict stands.
    """
    seen = {h.kind for h in study.hazards if h.id in bound_hazards(rule, study)}
    return tuple(kind for kind in rule.hazard_kinds if kind not in seen)


def closes(hazard: HazardRole) -> bool:
    """Whether a hazard layer says where streets close: at an intensity, or all over where the study file says so."""
    return hazard.closes or hazard.scale.closes_at is not None


def _lasting(rule: Rule) -> list[tuple[str, float | None]]:
    """Kind and return period of the hazards under which a rule asks what is left."""
    during = [(rule.during, rule.return_period_yr)] if rule.during else []
    outside = [supply for supply in rule.supplies if supply.outside_hazard and not supply.is_shelter]
    return during + [(supply.outside_hazard, None) for supply in outside]


def closing_hazards(kind: str, return_period_yr: float | None, study: Study) -> tuple[str, ...]:
    """The layers of a kind that close and may judge, chosen as in `bound_hazards`.

    Where no other closes, the derived ones that are assumed to: what is assumed judges nothing.
    """
    closing = [h for h in study.hazards if closes(h) and h.kind == kind]
    asked = _surest(closing) or [h for h in closing if h.what_if]
    return tuple(h.id for h in _of_event(asked, return_period_yr))


def _meant(hazards: Sequence[HazardRole], kind: str, return_period_yr: float | None) -> list[HazardRole]:
    """Layers of a kind that may judge: of the return period asked, or of the rarest together with those undated.

    Nobody says whether an undated layer reaches farther than a dated one. It is never put aside for one: a
    hazard more would otherwise make a study look safer.
    """
    return _of_event(_surest([h for h in hazards if h.kind == kind]), return_period_yr)


def _surest(hazards: Sequence[HazardRole]) -> list[HazardRole]:
    """Of layers of a kind those that may judge: the official ones, or where there is none the modelled ones."""
    return [h for h in hazards if h.status == "official"] or [h for h in hazards if h.status == "modelled"]


def _of_event(hazards: Sequence[HazardRole], return_period_yr: float | None) -> list[HazardRole]:
    if return_period_yr is not None:
        return [h for h in hazards if h.return_period_yr == return_period_yr]
    rarest = max((h.return_period_yr for h in hazards if h.return_period_yr is not None), default=None)
    return [h for h in hazards if h.return_period_yr in (None, rarest)]


def reported(rule: Rule, level: str, study: Study) -> str:
    """Why a rule is reported and not judged at a level (a code of `columns.REASONS`), or empty."""
    if any(h.id == rule.hazard_id and h.status == "derived" for h in study.hazards):
        return "derived_layer"
    if rule.under_hazard and set(bound_hazards(rule, study)) & set(assumed_closed(study)):
        return WHAT_IF
    if rule.about_shelter and not lists_built(study):
        return ONLY_CANDIDATES
    if rule.who == "buildings":
        return "buildings_not_residents"
    if rule.target is None:
        return "no_target"
    return "" if level == rule.level else "other_level"


def supplies(profiles: Sequence[Profile]) -> tuple[Supply, ...]:
    """The public space that the profiles name and for which there can be data."""
    rules = [rule for profile in profiles for rule in profile.rules]
    return tuple(dict.fromkeys(s for r in rules if not not_measured(r) for s in r.supplies if not s.is_shelter))


def _without_data(rule: Rule) -> bool:
    """Whether a rule asks for classes, or for a kind of land, of which no study has data yet."""
    classes = {name for supply in rule.supplies for name in supply.classes}
    classes |= set() if rule.test is None else {rule.test.share_of}
    return bool(classes & WITHOUT_DATA) or rule.per == "built_up_area"


def _hazard_profile(study: Study) -> Profile:
    rules = tuple(_hazard_rule(hazard) for hazard in study.hazards)
    title = {"en": "Hazard layers of the study", "zh": "本研究的灾害图层"}
    return Profile(STUDY_PROFILE, title, study.id, None, "convention", rules)


def _hazard_rule(hazard: HazardRole) -> Rule:
    clause = {
        "en": f"layer {hazard.id}, status {hazard.status}",
        "zh": f"图层 {hazard.id}，状态：{_STATUS_ZH[hazard.status]}",
    }
    basis = Basis(clause, "high")
    return Rule(f"hazard.{hazard.id}", "exposure", hazard.title, "population", "%", basis, hazard_id=hazard.id)


def _with_buildings(profile: Profile, *, whose: Collection[str]) -> Profile:
    rules: list[Rule] = []
    for rule in profile.rules:
        rules.append(rule)
        if rule.who in whose and rule.kind != "provision":
            floor = dataclasses.replace(rule, id=f"{rule.id}.buildings", who="buildings", target=None, relax=())
            rules.append(floor)
        if rule.hazard_id and "population" in whose:
            counted = dataclasses.replace(rule, id=f"{rule.id}.building_count", who="building_count", unit="buildings")
            rules.append(counted)
    return dataclasses.replace(profile, rules=tuple(rules))
