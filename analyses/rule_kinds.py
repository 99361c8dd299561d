"""What each kind of rule says beside what all share: options, supplies, tests of places, hazards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from analyses.decay import NAMED
from analyses.land_coverage import LAND
from analyses.parameters import Parameters
from analyses.profile import SHELTER, Option, SiteTest, Supply
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
from analyses.strict import SlipError, as_table, number, one_of, only, required, shown, texts, together, typed, whole
from layers.refuge_roles import REFUGE_GRADES
from layers.surroundings import SEARCH_LIMIT_M
from layers.types import HAZARD_KINDS

Parts = dict[str, Any]
"""Fields of a `Rule`."""
_LONGEST = {"m": SEARCH_LIMIT_M, "s": 60 * Parameters.search_limit_min}
"""Where searches end, by the unit of the limit."""


def read_reach(entry: Mapping[str, Any], where: str) -> Parts:
    """The options of a reach rule: the first as the rule's own, the others beside it."""
    entries = typed(required(entry, "options", where), list, "options", where)
    if not entries:
        raise SlipError(f"{where}: options is empty; name at least one way to be served", "options")
    if len(entries) > MOST_OPTIONS:
        raise SlipError(f"{where}: holds {len(entries)} options; at most {MOST_OPTIONS} are read", "options")
    places = [where] if len(entries) == 1 else [f"{where}, option {n}" for n in range(1, len(entries) + 1)]
    read = together(*(partial(_option, each, place) for each, place in zip(entries, places, strict=True)))
    ways = {way for _, way in read}
    if len(ways) > 1:
        raise SlipError(
            f"{where}: its options differ in by, direction or unit; figures measured in different ways never stand "
            "under one name: write two rules",
            "options",
        )
    ((by, _, direction),) = ways
    first, *others = (option for option, _ in read)
    if len({option.supply.is_shelter for option, _ in read}) > 1:
        raise SlipError(f"{where}: a refuge is no public space: write a rule of its own about {SHELTER}", "options")
    if entry.get("who") == LAND and by != "euclidean":
        raise SlipError(f'{where}: residential land lies within a straight line: write by = "euclidean"', "by")
    if entry.get("who") == LAND and any(option.count != 1 for option, _ in read):
        raise SlipError(f"{where}: of residential land no count of places is measured: leave count out", "count")
    return {
        "supply": first.supply,
        "within_m": first.within_m,
        "within_s": first.within_s,
        "count": first.count,
        "by": by,
        "direction": direction,
        "or_else": tuple(others),
    }


def _option(entry: object, where: str) -> tuple[Option, tuple[str, str, str]]:
    """An option, and how it is reached: by, the unit of its limit, and the direction."""
    option = as_table(entry, "an option", where)
    _, by, direction, (within, unit), count, supply = together(
        lambda: only(option, OPTION_KEYS, where),
        lambda: _by(option, WAYS, where),
        lambda: _direction(option, where),
        lambda: _limit(option, where),
        lambda: whole(option.get("count", 1), "count", where, low=1, high=LONGEST_COUNT),
        lambda: _supply(option, where),
    )
    in_metres = unit == "m"
    return Option(supply, within if in_metres else None, None if in_metres else within, count), (by, unit, direction)


def _direction(option: Mapping[str, Any], where: str) -> str:
    by = option.get("by", "walk")
    known = {"to"} if by in ("euclidean", "cycle") else DIRECTIONS
    direction: str = one_of(option.get("direction", "to"), known, f"direction (with by = {shown(by)})", where)
    return direction


def _limit(option: Mapping[str, Any], where: str) -> tuple[float, str]:
    """The limit and its unit, metres or on foot seconds."""
    written, by = required(option, "within", where), option.get("by", "walk")
    unit = "s" if by != "euclidean" and is_time(written) else "m"
    limit = quantity(written, unit, where, "within")
    # How far a bicycle is looked for is not settled yet.
    if by != "cycle" and limit > _LONGEST[unit]:
        ends = f"{SEARCH_LIMIT_M:g} m" if unit == "m" else f"{Parameters.search_limit_min:g} min"
        raise SlipError(
            f"{where}: within is {shown(written)}, but searches end at {ends}, so whoever lives farther away would be "
            "counted as not served; choose a shorter limit",
            "within",
        )
    if not limit:
        raise SlipError(f"{where}: within is {shown(written)}, where nobody lives; give a longer limit", "within")
    return limit, unit


def _by(option: Mapping[str, Any], known: Collection[str], where: str) -> str:
    by: str = one_of(option.get("by", "walk"), known, "by", where)
    origin = "boundary" if by == "euclidean" else "entrance"
    one_of(option.get("from", origin), {origin}, f"from (with by = {by!r})", where)
    return by


def read_provision(entry: Mapping[str, Any], where: str) -> Parts:
    """The supply of a provision rule, and how it is shared out."""
    per, method, supply = together(
        lambda: one_of(required(entry, "per", where), PER, "per", where),
        lambda: _method(entry, where),
        lambda: as_table(required(entry, "supply", where), "supply", where),
    )
    shared = method != "container"
    _, found, by, within, decay = together(
        lambda: only(supply, SUPPLY_KEYS_BY_METHOD[method], where),
        lambda: _supply(supply, where),
        lambda: _by(supply, {"walk", "euclidean"}, where) if shared else "walk",
        lambda: _in_metres(supply, where) if shared else None,
        lambda: one_of(supply.get("decay", "gaussian"), NAMED, "decay", where) if method == "e2sfca" else "",
    )
    return {"supply": found, "per": per, "method": method, "by": by, "within_m": within, "decay": decay}


def _method(entry: Mapping[str, Any], where: str) -> str:
    per = entry.get("per")
    known = {"container"} if per in ("built_up_area", "land_area") else SUPPLY_KEYS_BY_METHOD
    what = f"method (per {per})" if per in tuple(PER) else "method"
    method: str = one_of(entry.get("method", "container"), known, what, where)
    return method


def _in_metres(supply: Mapping[str, Any], where: str) -> float:
    limit, unit = _limit(supply, where)
    if unit != "m":
        raise SlipError(f"{where}: within is {shown(supply['within'])}; write a distance, such as 500 m", "within")
    return limit


def read_site(entry: Mapping[str, Any], where: str) -> Parts:
    """The places of a site rule, and what each has to have."""
    supply, test = together(lambda: _places(entry, where), lambda: _test(entry, where))
    return {"supply": supply, "test": test}


def _places(entry: Mapping[str, Any], where: str) -> Supply:
    supply = as_table(required(entry, "supply", where), "supply", where)
    found: Supply
    _, found = together(lambda: only(supply, SUPPLY_KEYS, f"{where}: supply"), lambda: _supply(supply, where))
    return found


def _test(entry: Mapping[str, Any], where: str) -> SiteTest:
    test = as_table(required(entry, "test", where), "test", where)
    only(test, TEST_KEYS, f"{where}: test")
    if ("share_of" in test) == ("min_width" in test) or ("min_width" in test and {"min", "max"} & test.keys()):
        raise SlipError(f"{where}: test needs either min_width, or share_of with min, max or both", "test")
    if "min_width" in test:
        return SiteTest(quantity(test["min_width"], "m", where, "min_width"))
    part, low, high = together(
        lambda: one_of(test["share_of"], known_classes(), "test.share_of", where),
        lambda: _share(test.get("min", "0 %"), "min", where),
        lambda: _share(test.get("max", "100 %"), "max", where),
    )
    if low > high:
        raise SlipError(f"{where}: test.min is above test.max", "test")
    return SiteTest(None, part, low, high)


def _share(written: object, key: str, where: str) -> float:
    percent = quantity(written, "%", where, key)
    if percent > 100:
        raise SlipError(f"{where}: test.{key} is {shown(written)}; no part is more than 100 % of its place", key)
    return percent / 100


def read_exposure(entry: Mapping[str, Any], where: str) -> Parts:
    """The hazard of an exposure rule."""
    hazard = as_table(required(entry, "hazard", where), "hazard", where)
    _, kinds, years, depth, _ = together(
        lambda: only(hazard, HAZARD_KEYS, f"{where}: hazard"),
        lambda: _hazard_kinds(hazard, where),
        lambda: period(hazard, "hazard", where),
        lambda: _size(hazard, "min_depth", "m", where),
        lambda: _without_during(entry, where),
    )
    return {"hazard_kinds": kinds, "return_period_yr": years, "min_depth_m": depth}


def _hazard_kinds(hazard: Mapping[str, Any], where: str) -> tuple[str, ...]:
    kinds = texts(required(hazard, "kind", f"{where}: hazard"), "hazard.kind", where)
    return tuple(together(*(partial(one_of, kind, HAZARD_KINDS, "hazard.kind", where) for kind in kinds)))


def _without_during(entry: Mapping[str, Any], where: str) -> None:
    if "during" in entry:
        raise SlipError(f"{where}: an exposure rule names its hazard; leave during out", "during")


def period(table: Mapping[str, Any], what: str, where: str) -> float | None:
    """The return period that a hazard is named with, in years."""
    if "return_period_yr" not in table:
        return None
    return number(table["return_period_yr"], f"{what}.return_period_yr", where, low=1.0, high=LONGEST_PERIOD_YR)


def _supply(entry: Mapping[str, Any], where: str) -> Supply:
    (classes, grade), _, least, most, width, hazard = together(
        lambda: _classes(entry, where),
        lambda: one_of(entry.get("access", "public"), {"public"}, "access", where),
        lambda: _size(entry, "min_area", "m2", where),
        lambda: _size(entry, "max_area", "m2", where),
        lambda: _size(entry, "min_width", "m", where),
        lambda: _outside(entry, where),
    )
    if least is not None and most is not None and least >= most:
        raise SlipError(f"{where}: min_area is not below max_area, so that no place counts", "max_area")
    return Supply(classes, least, most, width, hazard, grade)


def _outside(entry: Mapping[str, Any], where: str) -> str:
    if "outside_hazard" not in entry:
        return ""
    kind: str = one_of(entry["outside_hazard"], HAZARD_KINDS, "outside_hazard", where)
    return kind


def _classes(entry: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], str]:
    """The classes, and of shelter the least grade."""
    names = texts(required(entry, "class", where), "class", where)
    known = tuple(together(*(partial(one_of, name, known_classes(), "class", where) for name in names)))
    if SHELTER in known and len(known) > 1:
        raise SlipError(f"{where}: class {SHELTER} stands alone: a refuge is no public space; write two rules", "class")
    if "grade" not in entry:
        return known, ""
    if SHELTER not in known:
        raise SlipError(f"{where}: grade is of refuges, and the class is not {SHELTER}: leave grade out", "grade")
    return known, one_of(entry["grade"], REFUGE_GRADES, "grade", where)


def _size(entry: Mapping[str, Any], key: str, unit: str, where: str) -> float | None:
    return quantity(entry[key], unit, where, key) if key in entry else None


def asks_for_shelter(entry: Mapping[str, Any]) -> bool:
    """Whether a rule, however it is written, asks for refuges."""
    options = entry.get("options")
    tables = [entry.get("supply"), *(options if isinstance(options, list) else ())]
    classes = [table.get("class") for table in tables if isinstance(table, dict)]
    return any(isinstance(names, list) and SHELTER in names for names in classes)
