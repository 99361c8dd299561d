"""What would help, in words: one sentence or two from the facts that a suggestion has, never a template with holes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from analyses.land_coverage import LAND
from analyses.profile_reader import packaged_profile
from analyses.remedy_amounts import missing_m2, refuge_m2_per_person
from analyses.results import Results
from maps.facts import Facts, number_in
from maps.no_remedy_words import no_remedy_texts
from maps.numbers import area, number, per_person, residents
from maps.remedy_hazard_words import more_room, open_refuge, protect_link, with_hazards
from maps.remedy_told import TRACE, Told, enough_words, needed_words, served_words, space_words, street_words
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


def remedy_texts(results: Results, language: str) -> list[str]:
    """Every suggestion of `Results.remedies` in words, in its order; empty without any."""
    if results.remedies is None:
        return []
    facts = Facts.of(results)
    rules = facts.rules
    gaps = {row["gap_id"]: row for row in results.gaps.drop(columns="geometry").to_dict("records")}
    told = []
    for row in results.remedies.drop(columns="geometry").to_dict("records"):
        gap = gaps[row["gap_id"]]
        rule = rules[gap["profile_id"], gap["rule_id"]][1]
        one = Told(row, gap, rule, results)
        text = with_hazards(_KINDS[row["remedy"]](one, language), one, facts, language)
        told.append(_spaced(text) if language == "zh" else text[:1].upper() + text[1:])
    return told


def _spaced(text: str) -> str:
    """Chinese with a space between it and names in Latin letters."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z\u00c0-\u024f>])", " ", text)
    return re.sub(r"(?<=[0-9A-Za-z\u00c0-\u024f%²)])(?=[\u4e00-\u9fff])", " ", text)


def gap_texts(results: Results, language: str) -> list[str]:
    """For every gap what would help, the cheapest first: that one, and where it is but a look at the map the next too.

    Where nothing else is suggested, why not.
    """
    first: dict[str, str] = {}
    looked = False
    after: dict[str, str] = {}
    pairs = [] if results.remedies is None else list(results.remedies[["gap_id", "remedy"]].itertuples(index=False))
    for (gap, kind), text in zip(pairs, remedy_texts(results, language), strict=True):
        if gap not in first:
            first[gap] = text
            looked = kind == "check_data"
        elif looked and gap not in after:
            after[gap] = text
    between = "" if language == "zh" else " "
    every = zip(results.gaps["gap_id"], no_remedy_texts(results, language), strict=True)
    return [between.join(filter(None, (first.get(gap), after.get(gap), none))) for gap, none in every]


# --------------------------------------------------------------------------- kinds


def _check_data(told: Told, language: str) -> str:
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


def _way_in(told: Told, language: str) -> str:
    side, step, street = _SIDES[told.row["side"]], told.step, street_words(told, language)
    if language == "zh":
        where = f"在{space_words(told, language)}{side[1]}" + (f"、{street}" if street else "")
        gate = f"如{where}新增入口" if step == 1 else f"如再{where}新增第 {step} 处入口"
        return f"{gate}，{served_words(told, language)}。"
    where = f"on the {side[0]} side of {space_words(told, language)}{street}"
    gate = f"With a new gate {where}" if step == 1 else f"With a {_ORDINALS[step]} gate besides, {where}"
    return f"{gate}, {served_words(told, language)}."


def _path(told: Told, language: str) -> str:
    space, served = space_words(told, language), served_words(told, language)
    if language == "zh":
        return f"{space}直线距离不远，但步行须绕行：如打通步行连接，{served}。"
    return f"{space} is near in a straight line, but the walk takes a detour: with a link, {served}."


def _planned_space(told: Told, language: str) -> str:
    kind, space = class_word(told.row["space_class"], language), space_words(told, language)
    if language == "zh":
        head = "如建成" if told.step == 1 else "如一并建成"
        return (
            f"{head}规划的{kind} {space}，{served_words(told, language)}。"
            if told.row["name"]
            else (f"{head}规划的{space}，{served_words(told, language)}。")
        )
    what = f"the planned {kind} {space}" if told.row["name"] else space.replace("the ", "the planned ", 1)
    head = f"If {what} were built" + ("" if told.step == 1 else " too")
    return f"{head}, {served_words(told, language)}."


def _new_space(told: Told, language: str) -> str:
    street, step, size_m2 = street_words(told, language), told.step, told.get("area_m2")
    size = "" if math.isnan(size_m2) else area(size_m2, language)
    names = tuple(dict.fromkeys(name for supply in told.rule.supplies for name in supply.classes))
    what = alternatives([class_word(name, language) for name in names], language)
    served = _covered(told, language) if told.rule.who == LAND else served_words(told, language)
    if language == "zh":
        where = f"在{street}" if street else "在图示位置"
        new = f"如{where}新建一处" if step == 1 else f"如再{where}新建第 {step} 处"
        return f"{new}{f' {size}的' if size else ''}{what}，{served}。"
    a = "" if names[0] in MASS_NOUNS else "a "
    new = (f"With {a}new {what}" if step == 1 else f"With a {_ORDINALS[step]} one") + (f" of {size}" if size else "")
    new += "" if step == 1 else " besides,"
    return f"{new}{street or ' at the place marked'}, {served}."


def _covered(told: Told, language: str) -> str:
    """How much residential land would be covered, and what the unit would then have."""
    more, value = area(told.get("found"), language), number(told.get("value_after"), "%", language)
    if language == "zh":
        return f"至少再覆盖居住用地 {more}；届时覆盖率至少 {value}，{enough_words(told, language)}"
    covered = f"at least {more} more of the residential land would be covered, at least {value} in all"
    return f"{covered}, {enough_words(told, language)}"


def _more_space(told: Told, language: str) -> str:
    assert told.rule.supply is not None
    supply = supply_phrase(told.rule.supply, language, article=False)
    added, target = needed_words(told.get("area_m2"), language), per_person(number_in(told.gap, "target"))
    if language == "zh":
        return f"再增加 {added} {supply}，即达到要求的人均 {target}{_enlarged(told, language)}。"
    return (
        f"{added} more of {supply} would bring the unit to the {target} per resident required"
        f"{_enlarged(told, language)}."
    )


def _enlarged(told: Told, language: str) -> str:
    """What is enough where a place that counts is made larger, if that is less than the smallest that counts."""
    missing = missing_m2(told.gap)
    if not missing < told.get("area_m2") - TRACE:
        return ""
    area_m2 = needed_words(missing, language)
    if language == "zh":
        return f"（更小的不计入；扩建可计入的现有空间则 {area_m2} 即可）"
    return f" (a smaller one does not count; where one that counts is made larger, {area_m2} are enough)"


def _relief(told: Told, language: str) -> str:
    assert told.rule.supply is not None
    supply, near = supply_phrase(told.rule.supply, language, article=False), near_phrase(told.rule, language)
    added, target = needed_words(told.get("area_m2"), language), per_person(number_in(told.gap, "target"))
    enlarged, each = _enlarged(told, language), told.get("found")
    crowded = not math.isnan(each)
    if language == "zh":
        text = f"要达到人均 {target}，{near}至少需再增加 {added} {supply}{enlarged}；"
        text += "新增空间也会吸引他人，实际所需更多。"
        shared = f"居民最常共用的{space_words(told, language)}，每位前来者仅 {per_person(each)}。"
        return text + (shared if crowded else "")
    text = (
        f"At least {added} more of {supply} {near} would be needed for {target} per resident, "
        f"and more as others come too{enlarged}."
    )
    if not crowded:
        return text
    return f"{text} Most of them share {space_words(told, language)}, which has {per_person(each)} for each who comes."


def _adapt_space(told: Told, language: str) -> str:
    test, found = told.rule.test, told.get("found")
    assert test is not None
    value, space = number(told.get("value_after"), "%", language), space_words(told, language)
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
        return f"{text}；{how}，{value} 的场地合格，{enough_words(told, language)}。"
    how = "Adapted" if told.step == 1 else "Adapted together with those before"
    return f"{text}. {how}, {value} of the places would pass, {enough_words(told, language)}."


def _protect_or_refuge(told: Told, language: str) -> str:
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


_KINDS: Mapping[str, Callable[[Told, str], str]] = {
    "check_data": _check_data,
    "way_in": _way_in,
    "path": _path,
    "adapt_space": _adapt_space,
    "planned_space": _planned_space,
    "new_space": _new_space,
    "more_space": _more_space,
    "relief": _relief,
    "protect_or_refuge": _protect_or_refuge,
    "open_refuge": open_refuge,
    "more_room": more_room,
    "protect_link": protect_link,
}
