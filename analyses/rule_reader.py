"""One rule of a profile, read strictly: every part by itself, so that all its mistakes are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    RELAX_KEYS,
    RELAXED_AREAS,
    RULE_ID,
    SHARED_KEYS,
    TARGET_KEYS,
    TARGET_STATUSES,
    USUAL_DIMENSION,
)
from analyses.rule_kinds import Parts, period, read_exposure, read_provision, read_reach, read_site
from analyses.strict import (
    Faults,
    SlipError,
    as_table,
    by_language,
    like,
    number,
    one_of,
    only,
    required,
    shown,
    typed,
    words,
)
from layers.types import HAZARD_KINDS


def read_rule(entry: Mapping[str, Any], where: str, faults: Faults, position: int) -> Rule | None:
    """Read the rule at a position of the file; None after a fault, which `faults` then has."""
    before, found = len(faults.told), Parts()
    for part in (_keys, _head, _who, _basis, _target, _conditions, _importance, _specific):
        with faults.gathered(position):
            found |= part(entry, where)
    return Rule(**found) if len(faults.told) == before else None


def _keys(entry: Mapping[str, Any], where: str) -> Parts:
    only(entry, SHARED_KEYS.union(*KEYS_BY_KIND.values()), where)
    kind = entry.get("kind")
    if isinstance(kind, str) and kind in KEYS_BY_KIND:
        only(entry, SHARED_KEYS | KEYS_BY_KIND[kind], f"{where} (kind {kind})")
    return {}


def _head(entry: Mapping[str, Any], where: str) -> Parts:
    rule_id = required(entry, "id", where)
    if not isinstance(rule_id, str) or not RULE_ID.fullmatch(rule_id):
        raise SlipError(
            f"{where}: id is {shown(rule_id)}; it must be of letters, digits, '.', '_' and '-', at most 40", "id"
        )
    kind = one_of(required(entry, "kind", where), KEYS_BY_KIND, "kind", where)
    return {
        "id": rule_id,
        "kind": kind,
        "title": words(required(entry, "title", where), "title", where),
        "level": typed(entry.get("level", "community"), str, "level", where),
        "unit": unit_of(entry),
    }


def _kind(entry: Mapping[str, Any]) -> str:
    """The kind of a rule as it says it; empty where it is no text."""
    kind = entry.get("kind")
    return kind if isinstance(kind, str) else ""


def unit_of(entry: Mapping[str, Any]) -> str:
    """The unit of a rule's value."""
    return "m2/person" if entry.get("kind") == "provision" and entry.get("per") == "person" else "%"


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
    only(basis, BASIS_KEYS, f"{where}: basis")
    if basis.get("confidence") == "low":
        raise SlipError(
            f"{where}: basis.confidence is 'low'; a number of which nobody is sure judges nobody: read the clause and "
            "say high or medium, or leave the rule out",
            "confidence",
        )
    found = Basis(
        by_language(required(basis, "clause", f"{where}: basis"), "basis.clause", where),
        one_of(basis.get("confidence"), CONFIDENCES, "basis.confidence", where),
        by_language(basis.get("note", {}), "basis.note", where),
        one_of(basis["force"], FORCES, "basis.force", where) if "force" in basis else "",
        one_of(basis["read"], READ, "basis.read", where) if "read" in basis else "",
        typed(basis.get("url", ""), str, "basis.url", where),
    )
    if not all(found.clause.values()) or not found.clause:
        raise SlipError(f"{where}: basis.clause is empty; say where the rule is written", "clause")
    return {"basis": found}


def _target(entry: Mapping[str, Any], where: str) -> Parts:
    if "target" not in entry:
        return {"target": None}
    table, unit = as_table(entry["target"], "target", where), unit_of(entry)
    only(table, TARGET_KEYS, f"{where}: target")
    if ("min" in table) == ("max" in table):
        raise SlipError(f"{where}: target needs either min or max", "target")
    status = one_of(table.get("status"), TARGET_STATUSES, "target.status", where)
    bounds = {key: quantity(table[key], unit, where) for key in ("min", "max") if key in table}
    if unit == "%" and max(bounds.values()) > 100:
        raise SlipError(f"{where}: target is above 100 %", "target")
    return {"target": Target(unit, status, minimum=bounds.get("min"), maximum=bounds.get("max"))}


def _conditions(entry: Mapping[str, Any], where: str) -> Parts:
    """During what it has to hold, and where its target is lower."""
    found: Parts = {}
    if "during" in entry:
        during = as_table(entry["during"], "during", where)
        only(during, DURING_KEYS, f"{where}: during")
        found["during"] = one_of(required(during, "kind", f"{where}: during"), HAZARD_KINDS, "during.kind", where)
        found["return_period_yr"] = period(during, "during", where)
    entries = typed(entry.get("relax", []), list, "relax", where)
    tables = [as_table(each, "relax", where) for each in entries]
    for table in tables:
        only(table, RELAX_KEYS, f"{where}: relax")
    if tables and "target" not in entry:
        raise SlipError(f"{where}: relax lowers a target, and the rule has none", "relax")
    if tables and isinstance(entry["target"], dict) and "max" in entry["target"]:
        raise SlipError(f"{where}: relax asks for less, and a lower max would ask for more: leave relax out", "relax")
    if tables and entry.get("kind") == "site":
        raise SlipError(f"{where}: relax goes by where residents live, and a site rule is about places", "relax")
    if tables and (entry.get("who") == LAND or entry.get("per", "person") != "person"):
        raise SlipError(f"{where}: relax goes by where residents live, and this rule is about land", "relax")
    found["relax"] = tuple(
        Relaxation(
            one_of(table.get("when"), RELAXED_AREAS, "relax.when", where),
            number(required(table, "factor", f"{where}: relax"), "relax.factor", where, low=0.0, high=1.0),
        )
        for table in tables
    )
    return found


def _importance(entry: Mapping[str, Any], where: str) -> Parts:
    usual = "survival" if "during" in entry else USUAL_DIMENSION.get(_kind(entry), "reach")
    dimension = typed(entry.get("dimension", usual), str, "dimension", where)
    if not NAME.fullmatch(dimension):
        raise SlipError(
            f"{where}: dimension is {dimension[:60]!r}; it must be of small letters, digits and _", "dimension"
        )
    return {"weight": number(entry.get("weight", 1), "weight", where, low=0.0, high=1000.0), "dimension": dimension}


def _specific(entry: Mapping[str, Any], where: str) -> Parts:
    read = {"reach": read_reach, "provision": read_provision, "site": read_site, "exposure": read_exposure}
    parse = read.get(_kind(entry))
    return {} if parse is None else parse(entry, where)
