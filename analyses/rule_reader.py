"""One rule of a profile, read strictly: every part by itself, so that all its mistakes are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from analyses.column import column_part
from analyses.land_coverage import LAND
from analyses.profile import NOT_RESIDENTS, Basis, Relaxation, Rule, Target
from analyses.quantity import quantity
from analyses.rule_keys import (
    BASIS_KEYS,
    CONFIDENCES,
    DURING_KEYS,
    FORCES,
    KEYS_BY_KIND,
    NAME,
    READ,
    REFUGE,
    RELAX_KEYS,
    RELAXED_AREAS,
    RULE_ID,
    SHARED_KEYS,
    TARGET_KEYS,
    TARGET_STATUSES,
    USUAL_DIMENSION,
)
from analyses.rule_kinds import Parts, asks_for_shelter, period, read_exposure, read_provision, read_reach, read_site
from analyses.strict import (
    Faults,
    SlipError,
    as_table,
    by_language,
    filled,
    like,
    number,
    one_of,
    only,
    required,
    shown,
    together,
    typed,
    words,
)
from analyses.units import CITY, COMMUNITY
from layers.types import HAZARD_KINDS

_TELLING = {"reach": "options", "provision": "per", "site": "test", "exposure": "hazard"}
"""A key that no other kind of rule has."""


def read_rule(entry: Mapping[str, Any], where: str, faults: Faults, position: int) -> Rule | None:
    """Read the rule at a position of the file; None after a fault, which `faults` then has."""
    before, found = len(faults.told), Parts()
    parts = (_keys, _id, _kind, _title, _level, _who, _basis, _target, _during, _relax, _weight, _dimension, _specific)
    for part in parts:
        with faults.gathered(position):
            found |= part(entry, where)
    return Rule(**found) if len(faults.told) == before else None


def _keys(entry: Mapping[str, Any], where: str) -> Parts:
    only(entry, SHARED_KEYS.union(*KEYS_BY_KIND.values()), where)
    kind = entry.get("kind")
    if isinstance(kind, str) and kind in KEYS_BY_KIND:
        only(entry, SHARED_KEYS | KEYS_BY_KIND[kind], f"{where} (kind {kind})")
    return {}


def _id(entry: Mapping[str, Any], where: str) -> Parts:
    rule_id = required(entry, "id", where)
    if not isinstance(rule_id, str) or not RULE_ID.fullmatch(rule_id) or not column_part(rule_id):
        raise SlipError(
            f"{where}: id is {shown(rule_id)}; it must be of letters, digits, '.', '_' and '-', at most 40", "id"
        )
    return {"id": rule_id}


def _kind(entry: Mapping[str, Any], where: str) -> Parts:
    kind = one_of(required(entry, "kind", where), KEYS_BY_KIND, "kind", where)
    return {"kind": kind, "unit": "m2/person" if kind == "provision" and entry.get("per") == "person" else "%"}


def _title(entry: Mapping[str, Any], where: str) -> Parts:
    return {"title": filled(words(required(entry, "title", where), "title", where), "title", where)}


def _level(entry: Mapping[str, Any], where: str) -> Parts:
    level = typed(entry.get("level", COMMUNITY), str, "level", where)
    small = level.lower()
    meant = small if small in (COMMUNITY, CITY) else like(small, (COMMUNITY, CITY))
    if not NAME.fullmatch(level) or meant not in ("", level):
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise SlipError(
            f"{where}: level is {shown(level)}; it must be community, city, or the name that the study gives a level "
            f"of parents, in small letters, digits and _, such as district.{hint}",
            "level",
        )
    return {"level": level}


def _kind_of(entry: Mapping[str, Any]) -> str:
    """The kind of a rule as it says it; empty where it is no text."""
    kind = entry.get("kind")
    return kind if isinstance(kind, str) else ""


def _who(entry: Mapping[str, Any], where: str) -> Parts:
    if entry.get("kind") == "site":
        return {"who": one_of(entry.get("who", "spaces"), {"spaces"}, "who (kind site)", where)}
    who = typed(entry.get("who", "population"), str, "who", where)
    reserved = {"population", "buildings", "residential_land"}
    meant = like(who, reserved)
    if meant or who in NOT_RESIDENTS - reserved or not NAME.fullmatch(who):
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise SlipError(
            f"{where}: who is {who[:60]!r}; it must be population, buildings, residential_land or the name of a group "
            f"of residents, such as age65plus.{hint}",
            "who",
        )
    if entry.get("kind") == "provision" and who != "population":
        raise SlipError(f"{where}: who is {who!r}; a provision rule is per person of all: leave who out", "who")
    if entry.get("kind") == "provision" and entry.get("per") != "person":
        return {"who": "land"}
    if entry.get("kind") == "exposure" and who == LAND:
        raise SlipError(f"{where}: who is {who!r}; an exposure rule counts residents or buildings", "who")
    return {"who": who}


def _basis(entry: Mapping[str, Any], where: str) -> Parts:
    basis = as_table(required(entry, "basis", where), "basis", where)
    _, *parts = together(
        lambda: only(basis, BASIS_KEYS, f"{where}: basis"),
        lambda: _clause(basis, where),
        lambda: _confidence(basis, where),
        lambda: by_language(basis.get("note", {}), "basis.note", where),
        lambda: one_of(basis["force"], FORCES, "basis.force", where) if "force" in basis else "",
        lambda: one_of(basis["read"], READ, "basis.read", where) if "read" in basis else "",
        lambda: typed(basis.get("url", ""), str, "basis.url", where),
    )
    return {"basis": Basis(*parts)}


def _clause(basis: Mapping[str, Any], where: str) -> Mapping[str, str]:
    clause = by_language(required(basis, "clause", f"{where}: basis"), "basis.clause", where)
    return filled(clause, "basis.clause", where, "; say where the rule is written")


def _confidence(basis: Mapping[str, Any], where: str) -> str:
    confidence = required(basis, "confidence", f"{where}: basis")
    if confidence == "low":
        raise SlipError(
            f"{where}: basis.confidence is 'low'; a number of which nobody is sure judges nobody: read the clause and "
            "say high or medium, or leave the rule out",
            "confidence",
        )
    sure: str = one_of(confidence, CONFIDENCES, "basis.confidence", where)
    return sure


def _target(entry: Mapping[str, Any], where: str) -> Parts:
    if "target" not in entry:
        return {"target": None}
    table = as_table(entry["target"], "target", where)
    if entry.get("who") == "buildings":
        raise SlipError(
            f"{where}: target is of floor area, which is reported and never judged: leave target out, or count "
            "residents",
            "target",
        )
    unit = _unit_of(entry)
    _, _, status, low, high = together(
        lambda: only(table, TARGET_KEYS, f"{where}: target"),
        lambda: _one_side(table, _kind_of(entry), where),
        lambda: one_of(required(table, "status", f"{where}: target"), TARGET_STATUSES, "target.status", where),
        lambda: _bound(table, "min", unit, where),
        lambda: _bound(table, "max", unit, where),
    )
    return {"target": Target(unit, status, minimum=low, maximum=high)}


def _unit_of(entry: Mapping[str, Any]) -> str:
    """The unit that a target is written in; empty where the rule does not say what its value is."""
    if entry.get("kind") != "provision":
        return "%" if _kind_of(entry) in KEYS_BY_KIND else ""
    return {"person": "m2/person", "land_area": "%", "built_up_area": "%"}.get(str(entry.get("per")), "")


def _one_side(table: Mapping[str, Any], kind: str, where: str) -> None:
    if ("min" in table) == ("max" in table):
        raise SlipError(f"{where}: target needs either min or max", "target")
    if kind == "reach" and "max" in table:
        raise SlipError(f"{where}: target has max, as if few were to be within reach; write min", "max")
    if kind == "exposure" and "min" in table:
        raise SlipError(f"{where}: target has min, as if many were to live in a hazard; write max", "min")


def _bound(table: Mapping[str, Any], key: str, unit: str, where: str) -> float | None:
    if key not in table or not unit:
        return None
    bound = quantity(table[key], unit, where, key)
    if unit == "%" and bound > 100:
        raise SlipError(f"{where}: target is above 100 %", key)
    return bound


def _during(entry: Mapping[str, Any], where: str) -> Parts:
    """During what it has to hold."""
    if "during" not in entry:
        return {}
    during = as_table(entry["during"], "during", where)
    _, kind, years = together(
        lambda: only(during, DURING_KEYS, f"{where}: during"),
        lambda: one_of(required(during, "kind", f"{where}: during"), HAZARD_KINDS, "during.kind", where),
        lambda: period(during, "during", where),
    )
    return {"during": kind, "return_period_yr": years}


def _relax(entry: Mapping[str, Any], where: str) -> Parts:
    """Where its target is lower."""
    entries = typed(entry.get("relax", []), list, "relax", where)
    if not entries:
        return {}
    _, *found = together(
        lambda: _may_relax(entry, where),
        *(partial(_relaxation, each, where) for each in entries),
    )
    doubled = sorted({each.when for each in found if [other.when for other in found].count(each.when) > 1})
    if doubled:
        raise SlipError(f"{where}: relax names {', '.join(doubled)} twice; which factor holds?", "relax")
    return {"relax": tuple(found)}


def _may_relax(entry: Mapping[str, Any], where: str) -> None:
    target = entry.get("target")
    if target is None:
        raise SlipError(f"{where}: relax lowers a target, and the rule has none", "relax")
    if isinstance(target, dict) and "max" in target:
        raise SlipError(f"{where}: relax asks for less, and a lower max would ask for more: leave relax out", "relax")
    if entry.get("kind") == "site":
        raise SlipError(f"{where}: relax goes by where residents live, and a site rule is about places", "relax")
    if entry.get("who") == LAND or entry.get("per") in ("built_up_area", "land_area"):
        raise SlipError(f"{where}: relax goes by where residents live, and this rule is about land", "relax")


def _relaxation(entry: object, where: str) -> Relaxation:
    table = as_table(entry, "relax", where)
    _, when, factor = together(
        lambda: only(table, RELAX_KEYS, f"{where}: relax"),
        lambda: one_of(required(table, "when", f"{where}: relax"), RELAXED_AREAS, "relax.when", where),
        lambda: number(required(table, "factor", f"{where}: relax"), "relax.factor", where, low=0.0, high=1.0),
    )
    return Relaxation(when, factor)


def _weight(entry: Mapping[str, Any], where: str) -> Parts:
    return {"weight": number(entry.get("weight", 1), "weight", where, low=0.0, high=1000.0)}


def _dimension(entry: Mapping[str, Any], where: str) -> Parts:
    usual = "survival" if "during" in entry else USUAL_DIMENSION.get(_kind_of(entry), "reach")
    usual = REFUGE if asks_for_shelter(entry) else usual
    dimension = typed(entry.get("dimension", usual), str, "dimension", where)
    if not NAME.fullmatch(dimension):
        raise SlipError(
            f"{where}: dimension is {dimension[:60]!r}; it must be of small letters, digits and _", "dimension"
        )
    return {"dimension": dimension}


def _specific(entry: Mapping[str, Any], where: str) -> Parts:
    readers = {"reach": read_reach, "provision": read_provision, "site": read_site, "exposure": read_exposure}
    kind = _kind_of(entry)
    if kind not in readers:  # what the rule has of its own tells what it was meant to be
        kind = next((of for of, key in _TELLING.items() if key in entry), "")
    return readers[kind](entry, where) if kind else {}
