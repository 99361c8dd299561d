"""One rule of a profile, read strictly: every part by itself, so that all its mistakes are told at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analyses.decay import NAMED
from analyses.land_coverage import LAND
from analyses.profile import NOT_RESIDENTS, Basis, Option, Relaxation, Rule, SiteTest, Supply, Target
from analyses.quantity import is_time, quantity
from analyses.rule_keys import (
    BASIS_KEYS,
    CONFIDENCES,
    DIRECTIONS,
    DURING_KEYS,
    FORCES,
    HAZARD_KEYS,
    KEYS_BY_KIND,
    LONGEST_COUNT,
    NAME,
    OPTION_KEYS,
    PER,
    READ,
    RELAX_KEYS,
    RELAXED_AREAS,
    RULE_ID,
    SHARED_KEYS,
    SUPPLY_KEYS,
    SUPPLY_KEYS_BY_METHOD,
    TARGET_KEYS,
    TARGET_STATUSES,
    TEST_KEYS,
    USUAL_DIMENSION,
    WAYS,
    known_classes,
)
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
    texts,
    typed,
    whole,
    words,
)
from analyses.walking import WALKERS
from layers.surroundings import SEARCH_LIMIT_M
from layers.types import HAZARD_KINDS

Parts = dict[str, Any]
"""Fields of a `Rule`."""


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
            f"{where}: id is {rule_id!r}; it must be of letters, digits, '.', '_' and '-', at most 40", "id"
        )
    kind = one_of(required(entry, "kind", where), KEYS_BY_KIND, "kind", where)
    return {
        "id": rule_id,
        "kind": kind,
        "title": words(required(entry, "title", where), "title", where),
        "level": typed(entry.get("level", "community"), str, "level", where),
        "unit": unit_of(entry),
    }


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
        found["return_period_yr"] = _period(during, "during", where)
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
    usual = "survival" if "during" in entry else USUAL_DIMENSION.get(str(entry.get("kind")), "reach")
    dimension = typed(entry.get("dimension", usual), str, "dimension", where)
    if not NAME.fullmatch(dimension):
        raise SlipError(
            f"{where}: dimension is {dimension[:60]!r}; it must be of small letters, digits and _", "dimension"
        )
    return {"weight": number(entry.get("weight", 1), "weight", where, low=0.0, high=1000.0), "dimension": dimension}


def _specific(entry: Mapping[str, Any], where: str) -> Parts:
    read = {"reach": _reach, "provision": _provision, "site": _site, "exposure": _exposure}
    parse = read.get(str(entry.get("kind")))
    return {} if parse is None else parse(entry, where)


def _reach(entry: Mapping[str, Any], where: str) -> Parts:
    entries = typed(required(entry, "options", where), list, "options", where)
    if not entries:
        raise SlipError(f"{where}: options is empty; name at least one way to be served", "options")
    ways = {_way(as_table(each, "an option", where), where) for each in entries}
    if len(ways) > 1:
        raise SlipError(
            f"{where}: its options differ in by, direction or unit; figures measured in different ways never stand "
            "under one name: write two rules",
            "options",
        )
    ((by, _, direction),) = ways
    if entry.get("who") == LAND and by != "euclidean":
        raise SlipError(f'{where}: residential land lies within a straight line: write by = "euclidean"', "by")
    if entry.get("who") == LAND and any(each.get("count", 1) != 1 for each in entries):
        raise SlipError(f"{where}: of residential land no count of places is measured: leave count out", "count")
    first, *others = (_option(each, where) for each in entries)
    return {
        "supply": first.supply,
        "within_m": first.within_m,
        "within_s": first.within_s,
        "count": first.count,
        "by": by,
        "direction": direction,
        "or_else": tuple(others),
    }


def _way(option: Mapping[str, Any], where: str) -> tuple[str, str, str]:
    """How an option is reached: by, the unit of its limit, and the direction."""
    only(option, OPTION_KEYS, where)
    by = _by(option, WAYS, where)
    directions = DIRECTIONS if by in WALKERS else {"to"}
    direction = one_of(option.get("direction", "to"), directions, f"direction (with by = {by!r})", where)
    timed = by != "euclidean" and is_time(required(option, "within", where))
    return by, "s" if timed else "m", direction


def _option(option: Mapping[str, Any], where: str) -> Option:
    by, unit, _ = _way(option, where)
    within = quantity(required(option, "within", where), unit, where)
    if unit == "m" and by != "cycle":
        _refuse_beyond(within, option["within"], where)
    return Option(
        _supply(option, where),
        within if unit == "m" else None,
        within if unit == "s" else None,
        whole(option.get("count", 1), "count", where, low=1, high=LONGEST_COUNT),
    )


def _refuse_beyond(within_m: float, written: object, where: str) -> None:
    if within_m > SEARCH_LIMIT_M:
        raise SlipError(
            f"{where}: within is {written!r}, but searches end at {SEARCH_LIMIT_M:g} m, so whoever lives "
            "farther away would be counted as not served; choose a shorter limit",
            "within",
        )


def _by(option: Mapping[str, Any], known: Collection[str], where: str) -> str:
    by: str = one_of(option.get("by", "walk"), known, "by", where)
    origin = "boundary" if by == "euclidean" else "entrance"
    one_of(option.get("from", origin), {origin}, f"from (with by = {by!r})", where)
    return by


def _provision(entry: Mapping[str, Any], where: str) -> Parts:
    supply = as_table(required(entry, "supply", where), "supply", where)
    per = one_of(required(entry, "per", where), PER, "per", where)
    methods = SUPPLY_KEYS_BY_METHOD if per == "person" else {"container"}
    method = one_of(entry.get("method", "container"), methods, f"method (per {per})", where)
    only(supply, SUPPLY_KEYS_BY_METHOD[method], where)
    found: Parts = {"supply": _supply(supply, where), "per": per, "method": method}
    if method != "container":
        found["by"] = _by(supply, {"walk", "euclidean"}, where)
        found["within_m"] = quantity(required(supply, "within", where), "m", where)
        _refuse_beyond(found["within_m"], supply["within"], where)
    if method == "e2sfca":
        found["decay"] = one_of(supply.get("decay", "gaussian"), NAMED, "decay", where)
    return found


def _site(entry: Mapping[str, Any], where: str) -> Parts:
    supply = as_table(required(entry, "supply", where), "supply", where)
    only(supply, SUPPLY_KEYS, f"{where}: supply")
    test = as_table(required(entry, "test", where), "test", where)
    only(test, TEST_KEYS, f"{where}: test")
    if ("share_of" in test) == ("min_width" in test) or ("min_width" in test and {"min", "max"} & test.keys()):
        raise SlipError(f"{where}: test needs either min_width, or share_of with min, max or both", "test")
    if "min_width" in test:
        return {"supply": _supply(supply, where), "test": SiteTest(quantity(test["min_width"], "m", where))}
    low, high = (quantity(test.get(key, usual), "%", where) / 100 for key, usual in (("min", "0 %"), ("max", "100 %")))
    if low > high:
        raise SlipError(f"{where}: test.min is above test.max", "test")
    part = one_of(test["share_of"], known_classes(), "test.share_of", where)
    return {"supply": _supply(supply, where), "test": SiteTest(None, part, low, high)}


def _exposure(entry: Mapping[str, Any], where: str) -> Parts:
    hazard = as_table(required(entry, "hazard", where), "hazard", where)
    only(hazard, HAZARD_KEYS, where)
    kinds = texts(required(hazard, "kind", where), "hazard.kind", where)
    for kind in kinds:
        one_of(kind, HAZARD_KINDS, "hazard.kind", where)
    depth = hazard.get("min_depth")
    if "during" in entry:
        raise SlipError(f"{where}: an exposure rule names its hazard; leave during out", "during")
    return {
        "hazard_kinds": kinds,
        "return_period_yr": _period(hazard, "hazard", where),
        "min_depth_m": None if depth is None else quantity(depth, "m", where),
    }


def _period(table: Mapping[str, Any], what: str, where: str) -> float | None:
    period = table.get("return_period_yr")
    if period is not None and (isinstance(period, bool) or not isinstance(period, int | float) or not period > 0):
        raise SlipError(
            f"{where}: {what}.return_period_yr is {period!r}; it must be a number of years above 0", "return_period_yr"
        )
    return period


def _supply(entry: Mapping[str, Any], where: str) -> Supply:
    classes = texts(required(entry, "class", where), "class", where)
    for name in classes:
        one_of(name, known_classes(), "class", where)
    one_of(entry.get("access", "public"), {"public"}, "access", where)
    least, most = (_size(entry, key, "m2", where) for key in ("min_area", "max_area"))
    if least is not None and most is not None and least >= most:
        raise SlipError(f"{where}: min_area is not below max_area, so that no place counts", "max_area")
    hazard = one_of(entry["outside_hazard"], HAZARD_KINDS, "outside_hazard", where) if "outside_hazard" in entry else ""
    return Supply(classes, least, most, _size(entry, "min_width", "m", where), hazard)


def _size(entry: Mapping[str, Any], key: str, unit: str, where: str) -> float | None:
    return quantity(entry[key], unit, where) if key in entry else None
