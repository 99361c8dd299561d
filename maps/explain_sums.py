"""The arithmetic of a verdict, line by line: what was counted, what is asked for, and what follows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analyses.explanation import Counted, Explanation, ExposureFound, LandFound, ProvisionFound, ReachFound, SiteFound
from analyses.profile import Rule
from maps.explain_lines import exactly, fill, tenths, whole_m2
from maps.facts import Row, number_in
from maps.numbers import number, residents
from maps.remedy_told import needed_words
from maps.words import not_assessed_words


def sum_lines(told: Explanation, language: str) -> Iterator[str]:
    """The lines of one verdict; of a rule about a group its published figures, never those of single homes."""
    if not math.isnan(number_in(told.row, "value")):
        yield from _counted(told, language)
    yield from _ends(told, language)


def _counted(told: Explanation, language: str) -> Iterator[str]:
    row, rule, found = told.row, told.rule, told.found
    value = number(number_in(row, "value"), rule.unit, language)
    if isinstance(found, ProvisionFound):
        per_land = rule.per != "person"
        whole = whole_m2(found.divided_by) if per_land else exactly(found.divided_by, rule, language)
        free = number(100 * found.free_share, "%", language)
        values = {"area": whole_m2(found.counted_m2), "people": whole, "whole": whole, "free": free, "value": value}
        key = "sum.provision" if found.free_share == 1 else "sum.free"
        yield fill("sum.land" if per_land else key, language, dict(values))
    elif isinstance(found, SiteFound):
        good = len(found.passed)
        values = {"good": f"{good:,}", "of": f"{good + len(found.failed):,}", "value": value}
        yield fill("sum.site", language, dict(values))
    elif isinstance(found, LandFound):
        whole = exactly(found.covered_m2 + found.uncovered_m2, rule, language)
        values = {"area": whole_m2(found.covered_m2), "whole": whole, "value": value}
        yield fill("sum.land", language, dict(values))
    elif rule.who == "building_count":
        yield fill("sum.buildings", language, {"value": value})
    elif isinstance(found, ReachFound | ExposureFound):
        yield _share(told, found.counted, value, language)
    elif told.left is not None and told.left.counted is not None:
        yield _share(told, told.left.counted, value, language)


def _share(told: Explanation, sums: Counted, value: str, language: str) -> str:
    row, rule = told.row, told.rule
    good, bad, unknown = sums.good, sums.bad, sums.unknown
    if rule.about_residents:
        good, bad, unknown = (number_in(row, f"residents_{name}") for name in ("served", "short", "unknown"))
    counted = good if rule.kind == "reach" else bad
    shown = tenths(counted) if rule.about_residents else whole_m2(counted)
    if language == "zh":
        shown += " 名" if rule.about_residents else " "
    values = {"good": shown, "of": exactly(good + bad, rule, language), "value": value}
    text = fill(f"sum.{rule.kind}", language, dict(values))
    if not unknown > 0:
        return text
    about = fill("sum.known", language, {"unknown": exactly(unknown, rule, language)})
    return text + ("" if language == "zh" else " ") + about


def _ends(told: Explanation, language: str) -> Iterator[str]:
    row, rule, status = told.row, told.rule, str(told.row["status"])
    target = number_in(row, "target")
    if rule.target is not None and status in ("met", "short"):
        side = "maximum" if rule.target.minimum is None else "minimum"
        yield fill(f"asks.{side}", language, {"target": number(target, rule.unit, language)})
        yield _verdict(row, rule, language)
    elif status == "reported":
        yield fill("ends.reported", language, {"why": not_assessed_words(str(row["reason"]), language)})
    elif status == "not_assessed":
        yield fill("ends.not_assessed", language, {"why": not_assessed_words(str(row["reason"]), language)})
        low, high = number_in(row, "value_low"), number_in(row, "value_high")
        if row["reason"] in ("edge_of_data", "hazard_unknown") and not math.isnan(low):
            ends = {"low": number(low, rule.unit, language), "high": number(high, rule.unit, language)}
            yield fill("ends.between", language, dict(ends))
    score = number_in(row, "score")
    if not math.isnan(score):
        yield fill("score", language, {"score": f"{score:.3g}"})


def _verdict(row: Row, rule: Rule, language: str) -> str:
    value, by = number(number_in(row, "value"), rule.unit, language), number_in(row, "shortfall")
    if row["status"] == "met":
        return fill("ends.met", language, {"value": value})
    amount = number(by, rule.unit, language)
    if rule.unit == "%":
        amount = fill("points", language, {"points": number(by, "%", language).rstrip("%").rstrip()})
    text = fill("ends.short", language, {"value": value, "by": amount})
    comma = "，" if language == "zh" else ", "
    more, missing = number_in(row, "residents_to_target"), number_in(row, "shortfall_m2")
    if more > 0:
        key = "ends.persons" if rule.kind == "reach" else "ends.fewer"
        return text + comma + fill(key, language, {"people": residents(more, language)})
    if missing > 0 and not rule.during:  # of no use to who is cut off
        area = "ends.land" if rule.who == "residential_land" else "ends.area"
        return text + comma + fill(area, language, {"area": needed_words(missing, language)})
    return text
