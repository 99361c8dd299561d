"""Why a unit is short of a rule, or meets it, or was not assessed: one sentence from the facts that exist."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import pandas as pd

from analyses.columns import REASONS
from analyses.profile import Rule
from analyses.results import Results
from maps.condition_words import RELAXED_AREAS
from maps.facts import Facts, Figures, Row, figures_of, number_in
from maps.hazard_words import hazard_here, unseen_kinds
from maps.left_open_words import bounds, left_open, span
from maps.numbers import number, per_person, residents
from maps.remedy_told import needed_words
from maps.requirement_words import alternatives, counted_phrase, supply_phrase
from maps.shelter_words import refuge_area_phrase
from maps.vocabulary import GROUPS, HAZARD_KINDS, LANGUAGES, class_word, word
from maps.walk_words import near_phrase

_ROUNDED = 1e-5
"""Targets are published rounded to a millionth."""


def _of_total(figures: Figures, language: str) -> str:
    """How many of all, as in "412 of 1,722 residents (23.9 %)"; without the total where it is not known."""
    if math.isnan(figures.share):
        return residents(figures.short, language)
    count, share = number(figures.short, "persons", language), number(figures.share, "%", language)
    if language == "zh":
        return f"{residents(figures.total, language)}中有 {count} 名（{share}）"
    return f"{count} of {residents(figures.total, language)} ({share})"


def _nearest(figures: Figures, rule: Rule, facts: Facts, language: str) -> str:
    """How far those who are not served have to go, and where to."""
    text = ""
    timed = rule.within_s is not None
    median, unit = (figures.median_min, "min") if timed else (figures.median_m, "m")
    if math.isinf(median):
        limit = number(facts.search_limit_min if timed else facts.search_limit_m, unit, language)
        text = (
            f"，其中至少半数在 {limit}内无法到达"
            if language == "zh"
            else f"; at least half of them find none within {limit}"
        )
    elif not math.isnan(median):
        far, straight = number(median, unit, language), rule.by == "euclidean"
        if language == "zh":
            text = f"，其中半数{'相距' if straight else '需步行'} {far}及以上"
        else:
            text = f"; half of them {'live' if straight else 'need' if timed else 'walk'} {far} or more" + (
                " away" if straight else ""
            )
    if figures.nearest_id:
        name, space_class = facts.place(rule, figures.nearest_id)
        name = name or f"{class_word(space_class, language)} {figures.nearest_id}".strip()
        gap = "" if "\u4e00" <= name[:1] <= "\u9fff" else " "
        text += f"，多数人最近的是{gap}{name}" if language == "zh" else f"; the nearest for most is {name}"
    return text


def _reach(figures: Figures, rule: Rule, facts: Facts, language: str) -> str:
    if language == "zh":
        near, bare = _asked_zh(rule)
        if math.isnan(figures.short):
            return f"{number(figures.value, '%', language)} 的{word(GROUPS, rule.who, language)}{near}有{bare}"
        if figures.nobody:
            return f"{'其余' if figures.unknown > 0 else '全部'}居民{near}均有{bare}" + bounds(figures, rule, language)
        who = f"全部 {residents(figures.total, 'zh')}" if figures.everybody else _of_total(figures, language)
        return (
            f"{who}{near}{'均' if figures.everybody else ''}没有{bare}"
            + _nearest(figures, rule, facts, language)
            + bounds(figures, rule, language)
        )
    with_article = _each_en(rule, [counted_phrase(option, "en", article=True) for option in rule.each], ", or ")
    bare = _each_en(rule, [_lacking_en(option) for option in rule.each], " and ")
    if math.isnan(figures.short):
        return f"{number(figures.value, '%', language)} of {word(GROUPS, rule.who, language)} has {with_article}"
    if figures.nobody:
        everyone = "Every other resident" if figures.unknown > 0 else "Every resident"
        return f"{everyone} has {with_article}" + bounds(figures, rule, language)
    have = "has" if round(figures.short) == 1 else "have"
    text = f"{_of_total(figures, language)} {have} {bare}"
    if figures.everybody:
        text = f"None of the {residents(figures.total, 'en')} has {with_article}"
    return text + _nearest(figures, rule, facts, language) + bounds(figures, rule, language)


def _each_en(rule: Rule, things: list[str], between: str) -> str:
    """Every option with its limit: "a park within 500 m on foot"."""
    return between.join(f"{thing} {near_phrase(option, 'en')}" for thing, option in zip(things, rule.each, strict=True))


def _lacking_en(option: Rule) -> str:
    """What of it whoever is not served has: "no park", "fewer than 2 places (garden)"."""
    phrase = counted_phrase(option, "en", article=False)
    return f"no {phrase}" if option.count == 1 else f"fewer than {phrase.removeprefix('at least ')}"


def _asked_zh(rule: Rule) -> tuple[str, str]:
    """Within what, and what would serve; with several options all of it stands in the second."""
    if not rule.or_else:
        return near_phrase(rule, "zh"), counted_phrase(rule, "zh", article=False)
    things = (f"{near_phrase(o, 'zh')}的{counted_phrase(o, 'zh', article=False)}" for o in rule.each)
    return "", "或".join(things)


def _against(rule: Rule, target: str, language: str) -> str:
    """What is asked for, behind what was found."""
    if rule.target is not None and rule.target.bound == "max":
        return f"，要求不高于 {target}" if language == "zh" else f"; at most {target} is allowed"
    return f"，要求 {target}" if language == "zh" else f" against {target} required"


def _site(figures: Figures, rule: Rule, _facts: Facts, language: str) -> str:
    value = number(figures.value, "%", language)
    target = "" if math.isnan(figures.target) else number(figures.target, "%", language)
    if language == "zh":
        return f"{value} 的场地合格" + (_against(rule, target, language) if target else "")
    return f"{value} of these places pass" + (_against(rule, target, language) if target else "")


def _provision(figures: Figures, rule: Rule, _facts: Facts, language: str) -> str:
    assert rule.supply is not None
    supply = supply_phrase(rule.supply, language, article=False)
    if rule.about_shelter and (language == "en" or rule.per == "person"):
        supply = refuge_area_phrase(rule.supply, language)
    # What is added where all share goes to others too, or to nobody who is cut off: no number would close the gap.
    lacks = rule.method != "e2sfca" and not rule.during and rule.target is not None and rule.target.bound == "min"
    missing_m2 = figures.shortfall * figures.total if lacks else 0.0
    near, shared = "", ""
    if rule.method in ("within", "e2sfca"):
        near = near_phrase(rule, language)
    if rule.method == "e2sfca":
        shared = "由所有前来者分享的" if language == "zh" else ", shared out among all who come,"
    judged = not math.isnan(figures.target)
    missing = needed_words(missing_m2, language) if judged and missing_m2 > 0 and rule.per == "person" else ""
    value, target = (
        per_person(amount) if rule.per == "person" else number(amount, rule.unit, language)
        for amount in (figures.value, figures.target)
    )
    if language == "zh":
        per_resident = f"{supply}为 " if rule.about_shelter else f"人均{supply} "
        text = (
            (f"{near}{shared}{per_resident}" if rule.per == "person" else f"{supply}占比 ")
            + value
            + (_against(rule, target, language) if judged else "")
        )
        return text + (f"，缺 {missing}" if missing else "") + left_open(figures, rule, language)
    where = f" {near}{shared}" if near else ""
    text = f"{value} of {supply} per resident{where}" if rule.per == "person" else f"{value} is {supply}"
    text = text + _against(rule, target, language) if judged else text.rstrip(",")
    return text + (f"; {missing} are missing" if missing else "") + left_open(figures, rule, language)


def _exposure(figures: Figures, rule: Rule, facts: Facts, language: str) -> str:
    hazard = hazard_here(rule, facts, language)
    allowed = "" if math.isnan(figures.target) else number(figures.target, rule.unit, language)
    limit = "" if not allowed else f"，要求不高于 {allowed}" if language == "zh" else f"; at most {allowed} is allowed"
    limit += unseen_kinds(rule, facts, language)
    if math.isnan(figures.short):
        return _exposed_buildings(figures, rule, hazard, language) + limit
    limit = bounds(figures, rule, language) + limit
    if figures.nobody:
        if figures.unknown > 0:
            known = ("已知无居民", "No resident is known to live")
        else:
            known = ("无居民", "No resident lives")
        return f"{known[0]}位于{hazard}内{limit}" if language == "zh" else f"{known[1]} inside {hazard}{limit}"
    total = residents(figures.total, language) if figures.everybody else ""
    if language == "zh":
        return f"{f'全部 {total}' if total else _of_total(figures, language)}位于{hazard}内{limit}"
    verb = "lives" if round(figures.short) == 1 else "live"
    return f"{f'All {total}' if total else _of_total(figures, language)} {verb} inside {hazard}{limit}"


def _exposed_buildings(figures: Figures, rule: Rule, hazard: str, language: str) -> str:
    """What lies inside, where it is not residents that are counted: a share of floor area, or a number of buildings."""
    amount, who = number(figures.value, rule.unit, language), word(GROUPS, rule.who, language)
    if language == "zh":
        return f"{amount} {'的' if rule.unit == '%' else '栋'}{who}位于{hazard}内"
    if rule.unit == "%":
        return f"{amount} of {who} lies inside {hazard}"
    return f"{amount} {who} lie inside {hazard}"


_SENTENCES: Mapping[str, Callable[[Figures, Rule, Facts, str], str]] = {
    "reach": _reach,
    "provision": _provision,
    "site": _site,
    "exposure": _exposure,
}


def not_assessed_words(code: str, language: str) -> str:
    """Why something is reported or not assessed: the words of a code of `analyses.columns.REASONS`."""
    return REASONS[code][LANGUAGES.index(language)]


def _not_firm(row: Row, rule: Rule, language: str) -> str:
    """The verdict hangs on where residents are thought to live, which the data do not say."""
    low, high = (number(number_in(row, name), rule.unit, language) for name in ("value_low", "value_high"))
    if language == "zh":
        return f"结论不稳健：采用其他合理居民落位方法时，数值介于 {low} 与 {high} 之间。"
    ways = "under other defensible ways of placing residents in homes"
    return f" The verdict is not firm: {ways} the value lies between {low} and {high}."


def _asked_for_less(figures: Figures, rule: Rule, language: str) -> str:
    """Why the target is not the standard's own number: of some residents the standard asks for less."""
    if rule.target is None or not rule.relax or not figures.target < rule.target.value - _ROUNDED:
        return ""
    here, full = (
        per_person(amount) if rule.unit == "m2/person" else number(amount, rule.unit, language)
        for amount in (figures.target, rule.target.value)
    )
    where = alternatives([word(RELAXED_AREAS, each.when, language) for each in rule.relax], language)
    if language == "zh":
        return f"目标值为 {here} 而非 {full}：部分居民住在{where}，标准对其要求较低。"
    return f" The target is {here} instead of {full}, for the standard asks for less where residents live in {where}."


def _may_be_missing(rule: Rule, language: str) -> str:
    """Where the data are poor, what is short may be short on the map alone; who is exposed may live elsewhere."""
    if rule.kind == "exposure":
        return (
            "此处数据较差，居民的实际住处可能不同。"
            if language == "zh"
            else " The data are poor here: residents may live elsewhere."
        )
    if language == "zh":
        return "此处数据较差：短缺可能只是数据缺失所致。"
    return " The data are poor here: what is missing may only be missing from the map."


def reason_from(row: Row, rule: Rule, facts: Facts, language: str) -> str:
    """Like `reason`, with the facts gathered before: for many rows."""
    stop = "。" if language == "zh" else "."
    status, code = row.get("status") or "short", row.get("reason")
    code = code if isinstance(code, str) else ""
    figures = figures_of(row, facts)
    if status == "not_assessed":
        return (
            (not_assessed_words(code, language) if code else word({}, "not_assessed", language))
            + (span(row, rule, figures, language) or left_open(figures, rule, language))
            + stop
        )
    sentence = _SENTENCES[rule.kind](figures, rule, facts, language) + stop
    if rule.about_a_group:
        of_group = word(GROUPS, rule.who, language)
        sentence = f"{of_group}中：{sentence}" if language == "zh" else f"Of {of_group}: {sentence}"
    if rule.during:
        kind = word(HAZARD_KINDS, rule.during, language)
        sentence = f"{kind}灾害期间：{sentence}" if language == "zh" else f"During a {kind} event: {sentence}"
    if status in ("met", "short"):
        sentence += _asked_for_less(figures, rule, language)
    if row.get("firm") == 0:
        sentence += _not_firm(row, rule, language)
    light = facts.light.get((str(row.get("level")), str(row.get("unit_id"))))
    # Refuges come from the city's list, which the map does not know better.
    if status == "short" and light == "poor" and not rule.about_shelter:
        sentence += _may_be_missing(rule, language)
    if status == "reported" and code:
        # The words of some codes go on to say that it is reported, as this sentence does.
        why = re.split("[:,：，]", not_assessed_words(code, language))[0]
        sentence += (
            f"仅报告：{why}{stop}" if language == "zh" else f" Reported, not judged: {why[0].lower()}{why[1:]}{stop}"
        )
    return sentence


def reason(row: Row, rule: Rule, results: Results, language: str) -> str:
    """Why the unit of a row of `assessments` or `gaps` has the status it has, in one sentence."""
    return reason_from(row, rule, Facts.of(results), language)


def reasons(rows: pd.DataFrame, results: Results, language: str) -> list[str]:
    """The sentences of all rows of `assessments` or `gaps`."""
    facts = Facts.of(results)
    records = rows.drop(columns="geometry", errors="ignore").to_dict("records")
    return [reason_from(row, facts.rules[row["profile_id"], row["rule_id"]][1], facts, language) for row in records]
