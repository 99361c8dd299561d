"""What each kind of rule says beside what all share: options, supplies, tests of places, hazards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analyses.decay import NAMED
from analyses.land_coverage import LAND
from analyses.profile import Option, SiteTest, Supply
from analyses.quantity import is_time, quantity
from analyses.rule_keys import (
    DIRECTIONS,
    HAZARD_KEYS,
    LONGEST_COUNT,
    LONGEST_PERIOD_YR,
    MOST_OPTIONS,
    OPTION_KEYS,
    PER,
    SUPPLY_KEYS,
    SUPPLY_KEYS_BY_METHOD,
    TEST_KEYS,
    WAYS,
    known_classes,
)
from analyses.strict import SlipError, as_table, number, one_of, only, required, shown, texts, typed, whole
from analyses.walking import WALKERS
from layers.surroundings import SEARCH_LIMIT_M
from layers.types import HAZARD_KINDS

Parts = dict[str, Any]
"""Fields of a `Rule`."""


def read_reach(entry: Mapping[str, Any], where: str) -> Parts:
    """The options of a reach rule: the first as the rule's own, the others beside it."""
    entries = typed(required(entry, "options", where), list, "options", where)
    if not entries:
        raise SlipError(f"{where}: options is empty; name at least one way to be served", "options")
    if len(entries) > MOST_OPTIONS:
        raise SlipError(f"{where}: holds {len(entries)} options; at most {MOST_OPTIONS} are read", "options")
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
            f"{where}: within is {shown(written)}, but searches end at {SEARCH_LIMIT_M:g} m, so whoever lives "
            "farther away would be counted as not served; choose a shorter limit",
            "within",
        )


def _by(option: Mapping[str, Any], known: Collection[str], where: str) -> str:
    by: str = one_of(option.get("by", "walk"), known, "by", where)
    origin = "boundary" if by == "euclidean" else "entrance"
    one_of(option.get("from", origin), {origin}, f"from (with by = {by!r})", where)
    return by


def read_provision(entry: Mapping[str, Any], where: str) -> Parts:
    """The supply of a provision rule, and how it is shared out."""
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


def read_site(entry: Mapping[str, Any], where: str) -> Parts:
    """The places of a site rule, and what each has to have."""
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


def read_exposure(entry: Mapping[str, Any], where: str) -> Parts:
    """The hazard of an exposure rule."""
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
        "return_period_yr": period(hazard, "hazard", where),
        "min_depth_m": None if depth is None else quantity(depth, "m", where),
    }


def period(table: Mapping[str, Any], what: str, where: str) -> float | None:
    """The return period that a hazard is named with, in years."""
    if "return_period_yr" not in table:
        return None
    return number(table["return_period_yr"], f"{what}.return_period_yr", where, low=1.0, high=LONGEST_PERIOD_YR)


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
