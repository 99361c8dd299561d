"""How a figure came about, in lines: the spaces, entrances, homes, places and hazard layers behind it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analyses.explanation import (
    Explanation,
    ExposureFound,
    HazardBound,
    Home,
    LandFound,
    OptionServed,
    PlaceCounted,
    ProvisionFound,
    ReachFound,
    SiteFound,
    Visited,
)
from analyses.parameters import Parameters
from analyses.profile import Rule
from maps.explain_lines import Line, cost, exactly, fill, people, space_about, spread_words
from maps.explain_words import said
from maps.numbers import number
from maps.requirement_words import counted_phrase
from maps.vocabulary import CONFIDENCES, ENTRANCE_KINDS, HAZARD_KINDS, HAZARD_STATUS, title_of, word
from maps.walk_words import near_phrase

_SPACES, _WAYS, _PLACES, _IDS = 12, 4, 15, 20
"""So many are named; the rest is counted. The record names all."""


def found_lines(told: Explanation, parameters: Parameters, language: str) -> list[Line]:
    """How the figure of a rule came about."""
    found, rule = told.found, told.rule
    if isinstance(found, ReachFound):
        return list(_reach(found, rule, parameters, language))
    if isinstance(found, ProvisionFound):
        return list(_provision(found, rule, language))
    if isinstance(found, ExposureFound):
        return list(_exposure(found, rule, language))
    if isinstance(found, SiteFound):
        return list(_site(found, language))
    return list(_land(found, language)) if isinstance(found, LandFound) else []


# --------------------------------------------------------------------------- reach


def _reach(found: ReachFound, rule: Rule, parameters: Parameters, language: str) -> Iterator[Line]:
    served = {"people": people(found.counted.good, rule, language), "homes": f"{found.served.homes:,}"}
    if found.served.homes:
        spread = spread_words(found.served, found.unit, language)
        yield Line(1, fill("served", language, {**served, "spread": spread}))
    else:
        yield Line(1, said("served.none", language))
    for option in found.options:
        yield from _option(option, found.unit, len(found.options), language)
    yield from _unserved(found, rule, parameters, language)
    if found.farthest:
        yield Line(1, said("farthest", language))
        yield from (Line(2, _home(home, rule, found.unit, language)) for home in found.farthest)


def _unserved(found: ReachFound, rule: Rule, parameters: Parameters, language: str) -> Iterator[Line]:
    far = found.unserved
    if far.homes:
        values = {"people": people(far.residents, rule, language), "homes": f"{far.homes:,}"}
        yield Line(1, fill("unserved", language, {**values, "spread": spread_words(far, found.unit, language)}))
    snap = number(parameters.snap_limit_m, "m", language)
    several = all(option.count > 1 for option in rule.each)
    end = (parameters.search_limit_min, "min") if found.unit == "s" else (parameters.search_limit_m, "m")
    for key, amount, limit in (
        ("no_way", found.no_way, snap),
        ("too_few" if several else "none_found", found.none_found, number(*end, language)),
        ("unknown", found.counted.unknown, ""),
    ):
        if amount > 0:
            yield Line(1, fill(key, language, {"people": people(amount, rule, language), "limit": limit}))
    if not far.homes and not found.no_way and not found.none_found:
        yield Line(1, said("unserved.none", language))


def _option(option: OptionServed, unit: str, options: int, language: str) -> Iterator[Line]:
    rule = option.rule
    if not option.spaces:
        return
    depth = 2
    if options > 1:
        assert rule.supply is not None
        what = f"{counted_phrase(rule, language, article=False)} {near_phrase(rule, language)}"
        values = {"what": what, "people": people(option.within, rule, language)}
        nearer = option.taken.residents < option.within * (1 - 1e-9)
        taken = people(option.taken.residents, rule, language)
        yield Line(2, fill("option.nearer" if nearer else "option", language, {**values, "taken": taken}))
        depth = 3
    for space in option.spaces[:_SPACES]:
        yield from _space(space, rule, unit, depth, language)
    rest = option.spaces[_SPACES:]
    if rest:
        total = people(sum(space.spread.residents for space in rest), rule, language)
        yield Line(depth, fill("space.more", language, {"count": f"{len(rest):,}", "people": total}))


def _space(space: Visited, rule: Rule, unit: str, depth: int, language: str) -> Iterator[Line]:
    name = space_about(space.space_id, space.name, space.space_class, space.area_m2, language)
    values = {"name": name, "people": people(space.spread.residents, rule, language)}
    yield Line(depth, fill("space", language, {**values, "spread": spread_words(space.spread, unit, language)}))
    for way in space.ways_in[:_WAYS]:
        yield Line(depth + 1, fill("by", language, {
            "way": said("by.entrance", language), "id": way.entrance_id, "edge": way.edge_id,
            "kind": word(ENTRANCE_KINDS, way.kind, language),
            "confidence": word(CONFIDENCES, way.confidence, language),
            "people": people(way.residents, rule, language),
        }))  # fmt: skip
    rest = space.ways_in[_WAYS:]
    if rest:
        total = people(sum(way.residents for way in rest), rule, language)
        yield Line(depth + 1, fill("by.more", language, {"count": f"{len(rest):,}", "people": total}))


def _home(home: Home, rule: Rule, unit: str, language: str) -> str:
    name = fill("home.imputed", language, {"id": home.demand_id}) if home.imputed else home.demand_id
    who = exactly(home.residents, rule, language)
    if math.isnan(home.cost):
        return f"{name}：{who}" if language == "zh" else f"{name}: {who}"
    values = {"id": name, "people": who, "far": cost(home.cost, unit, language), "space": home.space_id}
    return fill("home.to" if home.space_id else "home", language, dict(values))


# --------------------------------------------------------------------------- provision


def _provision(found: ProvisionFound, rule: Rule, language: str) -> Iterator[Line]:
    if not found.places:
        yield Line(1, said("counted.none", language))
    for place in found.places[:_PLACES]:
        yield Line(1, _place(place, rule, language))
    rest = found.places[_PLACES:]
    if rest:
        total = number(sum(place.counted_m2 for place in rest), "m2", language)
        yield Line(1, fill("counted.more", language, {"count": f"{len(rest):,}", "area": total}))


def _place(place: PlaceCounted, rule: Rule, language: str) -> str:
    name = space_about(" ".join(place.space_ids[:3]), place.name, place.space_class, place.area_m2, language)
    values = {
        "name": name,
        "area": number(place.counted_m2, "m2", language),
        "people": people(place.residents, rule, language) if not math.isnan(place.residents) else "",
        "sharing": people(place.shared_by, rule, language) if not math.isnan(place.shared_by) else "",
    }
    if values["sharing"]:
        return fill("counted.shared", language, dict(values))
    if values["people"]:
        return fill("counted.people", language, dict(values))
    whole = place.counted_m2 > place.area_m2 * (1 - 1e-9)
    return fill("counted" if whole else "counted.inside", language, dict(values))


# --------------------------------------------------------------------------- exposure, site, land


def _exposure(found: ExposureFound, rule: Rule, language: str) -> Iterator[Line]:
    yield from (Line(1, _hazard(hazard, language)) for hazard in found.hazards)
    kinds = (word(HAZARD_KINDS, kind, language) for kind in found.kinds_without_layer)
    yield from (Line(1, fill("hazard.none", language, {"kind": kind})) for kind in kinds)
    values = {"people": people(found.counted.bad, rule, language)}
    parts = {"whole": f"{found.homes_whole:,}", "part": f"{found.homes_part:,}"}
    yield Line(1, fill("inside", language, {**values, **parts}))
    if found.most:
        yield Line(1, said("most", language))
        yield from (Line(2, _home(home, rule, "m", language)) for home in found.most)


def _hazard(hazard: HazardBound, language: str) -> str:
    years = hazard.return_period_yr
    values = {
        "title": title_of(hazard.title, language, hazard.hazard_id),
        "id": hazard.hazard_id,
        "kind": word(HAZARD_KINDS, hazard.kind, language),
        "status": word(HAZARD_STATUS, hazard.status, language),
        "period": "" if math.isnan(years) else fill("period", language, {"years": f"{years:g}"}),
        "here": f"{hazard.features_here:,}",
        "why": "" if hazard.bound else said(f"why_not.{hazard.why_not}", language),
    }
    return fill("hazard" if hazard.bound else "hazard.not", language, dict(values))


def _site(found: SiteFound, language: str) -> Iterator[Line]:
    for key, places in (("passed", found.passed), ("failed", found.failed)):
        if places:
            named = [" ".join(ids) for ids in places[:_IDS]] + (["…"] if len(places) > _IDS else [])
            yield Line(1, fill(key, language, {"places": ("、" if language == "zh" else ", ").join(named)}))


def _land(found: LandFound, language: str) -> Iterator[Line]:
    names = {"covered": found.covered_m2, "uncovered": found.uncovered_m2, "unknown": found.unknown_m2}
    yield Line(1, fill("land", language, {key: number(value, "m2", language) for key, value in names.items()}))
