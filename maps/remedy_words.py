"""What would help, in words: one sentence or two from the facts that a suggestion has, never a template with holes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd

from analyses.profile import Rule
from analyses.profile_reader import packaged_profile
from analyses.remedy import AT_LEAST, AT_MOST
from analyses.remedy_amounts import refuge_m2_per_person
from analyses.results import Results
from maps.facts import Facts, Row, number_in
from maps.numbers import area, number, per_person, residents
from maps.requirement_words import alternatives, supply_phrase
from maps.vocabulary import MASS_NOUNS, class_word, title_of
from maps.walk_words import near_phrase

_SIDES: Mapping[str, tuple[str, str]] = {
    "n": ("north", "北侧"),
    "ne": ("north-east", "东北侧"),
    "e": ("east", "东侧"),
    "se": ("south-east", "东南侧"),
    "s": ("south", "南侧"),
    "sw": ("south-west", "西南侧"),
    "w": ("west", "西侧"),
    "nw": ("north-west", "西北侧"),
}
_ORDINALS = {2: "second", 3: "third"}
_TRACE = 1e-6
"""Persons: less is the rounding of a sum."""
_BOUNDS: Mapping[str, tuple[str, str]] = {AT_MOST: ("at most ", "至多 "), AT_LEAST: ("at least ", "至少 ")}


@dataclass(frozen=True)
class _Told:
    """One suggestion and the gap it is for."""

    row: Row
    gap: Row
    rule: Rule
    results: Results

    @property
    def step(self) -> int:
        return int(self.row["step"])

    def get(self, name: str) -> float:
        return number_in(self.row, name)


def remedies_frame(results: Results) -> gpd.GeoDataFrame | None:
    """`Results.remedies` with its words; None where nothing is suggested."""
    if results.remedies is None:
        return None
    words = {f"what_{language}": remedy_texts(results, language) for language in results.study.languages}
    return results.remedies.assign(**words)


def remedy_texts(results: Results, language: str) -> list[str]:
    """Every suggestion of `Results.remedies` in words, in its order; empty without any."""
    if results.remedies is None:
        return []
    rules = Facts.of(results).rules
    gaps = {row["gap_id"]: row for row in results.gaps.drop(columns="geometry").to_dict("records")}
    told = []
    for row in results.remedies.drop(columns="geometry").to_dict("records"):
        gap = gaps[row["gap_id"]]
        rule = rules[gap["profile_id"], gap["rule_id"]][1]
        text = _KINDS[row["remedy"]](_Told(row, gap, rule, results), language)
        told.append(_spaced(text) if language == "zh" else text[:1].upper() + text[1:])
    return told


def _spaced(text: str) -> str:
    """Chinese with a space between it and names in Latin letters."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z>])", " ", text)
    return re.sub(r"(?<=[0-9A-Za-z%²)])(?=[\u4e00-\u9fff])", " ", text)


def gap_texts(results: Results, language: str) -> list[str]:
    """For every gap what would help, the cheapest first: that one, and where it is but a look at the map the next too.

    Empty where nothing is suggested.
    """
    if results.remedies is None:
        return [""] * len(results.gaps)
    first: dict[str, str] = {}
    looked = False
    after: dict[str, str] = {}
    kinds, gaps = results.remedies["remedy"], results.remedies["gap_id"]
    for gap, kind, text in zip(gaps, kinds, remedy_texts(results, language), strict=True):
        if gap not in first:
            first[gap] = text
            looked = kind == "check_data"
        elif looked and gap not in after:
            after[gap] = text
    between = "" if language == "zh" else " "
    every = results.gaps["gap_id"]
    return [between.join(told[gap] for told in (first, after) if gap in told) for gap in every]


# --------------------------------------------------------------------------- what all of them say


def _space(told: _Told, language: str) -> str:
    """The space by its name and id, or by its class and id."""
    name, key = " ".join(str(told.row["name"]).split()), told.row["space_id"]
    if name:
        return f"{name}（{key}）" if language == "zh" else f"{name} ({key})"
    kind = class_word(told.row["space_class"], language)
    return f"{kind} {key}" if language == "zh" else f"the {kind} {key}"


def _street(told: _Told, language: str) -> str:
    """Where it is by the nearest named street; nothing where none is near."""
    street = told.row["street"]
    if not isinstance(street, str) or not street:
        return ""
    return f"{street}附近" if language == "zh" else f" near {street}"


def _served(told: _Told, language: str) -> str:
    """Who would be served, and what the unit would then have."""
    rule, bound = told.rule, _BOUNDS.get(str(told.row["certainty"]), ("", ""))
    value = number(told.get("value_after"), "%", language)
    plain = not rule.or_else and rule.count == 1
    if language == "zh":
        near = f"{near_phrase(rule, language)}可达" if plain else "得到覆盖"
        return f"{_who(told, language)}{near}；届时覆盖率{bound[1] or '为 '}{value}，{_enough(told, language)}"
    near = f"be {near_phrase(rule, language)}" if plain else "be served"
    who = _who(told, language)
    return f"{who} would {near}; {bound[0]}{value} would then be served, {_enough(told, language)}"


def _who(told: _Told, language: str) -> str:
    """How many of those who are not served."""
    bound = _BOUNDS.get(str(told.row["certainty"]), ("", ""))
    gained, short = told.get("residents_gained"), number_in(told.gap, "residents_short")
    every = residents(short, language)
    if short - gained < _TRACE and told.row["certainty"] != AT_MOST:
        return f"未覆盖的 {every}全部" if language == "zh" else f"all {every} not served"
    count = number(gained, "persons", language)
    if language == "zh":
        return f"未覆盖的 {every}中{bound[1] or ' '}{count} 名"
    return f"{bound[0]}{count} of the {every} not served"


def _enough(told: _Told, language: str) -> str:
    """Whether the requirement would be met."""
    target = number(number_in(told.gap, "target"), told.rule.unit, language)
    certainty, closes = told.row["certainty"], told.get("closes") == 1
    if language == "zh":
        met = "有可能达到" if certainty == AT_MOST else "达到"
        missed = "可能仍未达到" if certainty == AT_LEAST else "仍未达到"
        return f"{met if closes else missed}要求的 {target}"
    met = "which could meet" if certainty == AT_MOST else "which meets"
    missed = "possibly still short of" if certainty == AT_LEAST else "still short of"
    return f"{met if closes else missed} the {target} required"


# --------------------------------------------------------------------------- kinds


def _check_data(told: _Told, language: str) -> str:
    exposure, reason = told.rule.kind == "exposure", told.row["reason"]
    if reason == "poor_data":
        if language == "zh":
            why = "居民的实际住处可能不同" if exposure else "短缺可能只是数据缺失所致"
            return f"先核对地图：此处数据较差，{why}。"
        why = "residents may live elsewhere" if exposure else "what is short may only be missing from the map"
        return f"Look at the map first: the data are poor here, and {why}."
    if reason == "imputed_homes":
        share = number(100 * number_in(told.gap, "imputed_share"), "%", language)
        if language == "zh":
            return f"先核对住宅：因建筑数据缺失，{share} 的居民住处为推定。"
        return f"Look at the map first: the homes of {share} of the residents are assumed, as buildings are missing."
    if language == "zh":
        return "先核对住宅：居民落位方法不同，结论随之不同。"
    return "Look at the map first: the verdict changes with where residents are thought to live."


def _way_in(told: _Told, language: str) -> str:
    side, step, street = _SIDES[told.row["side"]], told.step, _street(told, language)
    if language == "zh":
        where = f"在{_space(told, language)}{side[1]}" + (f"、{street}" if street else "")
        gate = f"如{where}新增入口" if step == 1 else f"如再{where}新增第 {step} 处入口"
        return f"{gate}，{_served(told, language)}。"
    where = f"on the {side[0]} side of {_space(told, language)}{street}"
    gate = f"With a new gate {where}" if step == 1 else f"With a {_ORDINALS[step]} gate besides, {where}"
    return f"{gate}, {_served(told, language)}."


def _path(told: _Told, language: str) -> str:
    if language == "zh":
        return f"{_space(told, language)}直线距离不远，但步行绕行较长：如打通步行连接，{_served(told, language)}。"
    space = _space(told, language)
    return f"{space} is near in a straight line, but the walk is long: with a link, {_served(told, language)}."


def _planned_space(told: _Told, language: str) -> str:
    kind, space = class_word(told.row["space_class"], language), _space(told, language)
    if language == "zh":
        head = "如建成" if told.step == 1 else "如一并建成"
        return (
            f"{head}规划的{kind} {space}，{_served(told, language)}。"
            if told.row["name"]
            else (f"{head}规划的{space}，{_served(told, language)}。")
        )
    what = f"the planned {kind} {space}" if told.row["name"] else space.replace("the ", "the planned ", 1)
    head = f"If {what} were built" + ("" if told.step == 1 else " too")
    return f"{head}, {_served(told, language)}."


def _new_space(told: _Told, language: str) -> str:
    street, step, size_m2 = _street(told, language), told.step, told.get("area_m2")
    size = "" if math.isnan(size_m2) else area(size_m2, language)
    names = tuple(dict.fromkeys(name for supply in told.rule.supplies for name in supply.classes))
    what = alternatives([class_word(name, language) for name in names], language)
    if language == "zh":
        where = f"在{street}" if street else "在图示位置"
        new = f"如{where}新建一处" if step == 1 else f"如再{where}新建第 {step} 处"
        return f"{new}{f' {size}的' if size else ''}{what}，{_served(told, language)}。"
    a = "" if names[0] in MASS_NOUNS else "a "
    new = (f"With {a}new {what}" if step == 1 else f"With a {_ORDINALS[step]} one") + (f" of {size}" if size else "")
    new += "" if step == 1 else " besides,"
    return f"{new}{street or ' at the place marked'}, {_served(told, language)}."


def _more_space(told: _Told, language: str) -> str:
    assert told.rule.supply is not None
    supply = supply_phrase(told.rule.supply, language, article=False)
    missing, target = number(told.get("area_m2"), "m2", language), per_person(number_in(told.gap, "target"))
    if language == "zh":
        return f"再增加 {missing} {supply}，即达到要求的人均 {target}。"
    return f"{missing} more of {supply} would bring the unit to the {target} per resident required."


def _relief(told: _Told, language: str) -> str:
    assert told.rule.supply is not None
    supply, near = supply_phrase(told.rule.supply, language, article=False), near_phrase(told.rule, language)
    missing, target = number(told.get("area_m2"), "m2", language), per_person(number_in(told.gap, "target"))
    each = told.get("found")
    crowded = not math.isnan(each)
    if language == "zh":
        text = f"要达到人均 {target}，{near}至少需再增加 {missing} {supply}；新增空间也会吸引他人，实际所需更多。"
        return text + (f"居民最常共用的{_space(told, language)}，每位前来者仅 {per_person(each)}。" if crowded else "")
    text = (
        f"At least {missing} more of {supply} {near} would be needed for {target} per resident, "
        "and more as others come too."
    )
    if not crowded:
        return text
    return f"{text} Most of them share {_space(told, language)}, which has {per_person(each)} for each who comes."


def _adapt_space(told: _Told, language: str) -> str:
    test, found = told.rule.test, told.get("found")
    assert test is not None
    value, space = number(told.get("value_after"), "%", language), _space(told, language)
    if test.min_width_m is not None:
        wide, asked = number(found, "m", language), number(test.min_width_m, "m", language)
        text = (
            f"{space}最宽处 {wide}，要求 {asked}"
            if language == "zh"
            else f"{space} is {wide} wide where it is widest, and {asked} are required"
        )
    else:
        has, low, high = (number(share, "%", language) for share in (found, 100 * test.min_share, 100 * test.max_share))
        what = class_word(test.share_of, language)
        text = (
            f"{what}占{space}的 {has}，要求 {low}–{high}"
            if language == "zh"
            else f"{what[:1].upper()}{what[1:]} takes {has} of {space}, and {low} to {high} are required"
        )
    if language == "zh":
        how = "改造后" if told.step == 1 else "与前述各处一并改造后"
        return f"{text}；{how}，{value} 的场地合格，{_enough(told, language)}。"
    how = "Adapted" if told.step == 1 else "Adapted together with those before"
    return f"{text}. {how}, {value} of the places would pass, {_enough(told, language)}."


def _protect_or_refuge(told: _Told, language: str) -> str:
    limits = told.results.parameters.remedies
    profile = packaged_profile(limits.refuge_profile)
    (rule,) = (rule for rule in profile.rules if rule.id == limits.refuge_rule)
    exposed, target = number_in(told.gap, "residents_short"), number(number_in(told.gap, "target"), "%", language)
    refuge, each = number(told.get("area_m2"), "m2", language), per_person(refuge_m2_per_person(limits))
    clause = f"{title_of(profile.title, language, profile.id)}, {title_of(rule.basis.clause, language, rule.id)}"
    if language == "zh":
        clause = clause.replace(", ", "，")
        return (
            f"须为 {residents(told.get('residents_gained'), language)}采取防护或迁出措施，受灾比例方不高于 {target}；"
            f"否则，{residents(exposed, language)}需要 {refuge} 避难面积（人均 {each}，{clause}，未在标准原文中核对）。"
        )
    many = residents(told.get("residents_gained"), language)
    return (
        f"{many} would have to be protected, or live elsewhere, so that at most {target} are exposed. "
        f"Until then all {number(exposed, 'persons', language)} need {refuge} of refuge "
        f"({each} a person; {clause}; not read in the standard itself)."
    )


_KINDS: Mapping[str, Callable[[_Told, str], str]] = {
    "check_data": _check_data,
    "way_in": _way_in,
    "path": _path,
    "adapt_space": _adapt_space,
    "planned_space": _planned_space,
    "new_space": _new_space,
    "more_space": _more_space,
    "relief": _relief,
    "protect_or_refuge": _protect_or_refuge,
}
