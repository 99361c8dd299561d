"""A rule as one plain sentence: who, what, how near, how much, and whose number it is."""

from __future__ import annotations

import re

from analyses.profile import Profile, Rule, Supply, Target
from maps.condition_words import condition_words
from maps.numbers import area, number, per_person
from maps.shelter_words import refuge_area_phrase, shelter_phrase
from maps.vocabulary import GROUPS, HAZARD_KINDS, ISSUERS, MASS_NOUNS, class_word, level_word, title_of, word
from maps.walk_words import limit_words, near_phrase


def alternatives(words: list[str], language: str) -> str:
    """Words joined by *or*."""
    if language == "zh":
        return "、".join(words[:-1]) + "或" + words[-1] if len(words) > 1 else words[0]
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]


def supply_phrase(supply: Supply, language: str, *, article: bool) -> str:
    """What counts, with its least area: "a park of 0.5 ha or more"."""
    if supply.is_shelter:
        return shelter_phrase(supply, language, article=article)
    words = [class_word(name, language) for name in supply.classes]
    if language == "zh":
        return _sizes_zh(supply) + alternatives(words, language)
    if article:
        words = [
            text if name in MASS_NOUNS else f"{'an' if text[0] in 'aeiou' else 'a'} {text}"
            for name, text in zip(supply.classes, words, strict=True)
        ]
    return alternatives(words, language) + _sizes_en(supply)


def _sizes_en(supply: Supply) -> str:
    """How large and wide: " of 0.4 ha or more but below 1 ha and at least 30 m wide"."""
    least, most = supply.min_area_m2, supply.max_area_m2
    text = "" if least is None else f" of {area(least, 'en')} or more"
    if most is not None:
        text += f"{' of' if least is None else ' but'} below {area(most, 'en')}"
    if supply.min_width_m is not None:
        text += f"{' and' if text else ''} at least {number(supply.min_width_m, 'm', 'en')} wide"
    kind = supply.outside_hazard
    return text + (f" outside {word(HAZARD_KINDS, kind, 'en')} areas" if kind else "")


def _sizes_zh(supply: Supply) -> str:
    parts = []
    if supply.min_area_m2 is not None:
        least = area(supply.min_area_m2, "zh")
        parts.append(f"{least}{' ' if least.endswith('²') else ''}及以上")
    if supply.max_area_m2 is not None:
        parts.append(f"不足 {area(supply.max_area_m2, 'zh')}")
    if supply.min_width_m is not None:
        parts.append(f"宽不小于 {number(supply.min_width_m, 'm', 'zh')}")
    if supply.outside_hazard:
        parts.append(f"位于{word(HAZARD_KINDS, supply.outside_hazard, 'zh')}灾害区外")
    if not parts:
        return ""
    # "0.5 公顷及以上绿地" reads well by itself; anything longer needs its particle.
    # A number is set apart from what stands before it.
    before = " " if parts[0][0].isdigit() else ""
    return before + "、".join(parts) + ("" if len(parts) == 1 and supply.min_area_m2 is not None else "的")


def counted_phrase(rule: Rule, language: str, *, article: bool) -> str:
    """What counts, and how many of it: "at least 3 places (garden)"."""
    assert rule.supply is not None
    if rule.count == 1:
        return supply_phrase(rule.supply, language, article=article)
    supply = supply_phrase(rule.supply, language, article=False)
    return f"至少 {rule.count} 处{supply}" if language == "zh" else f"at least {rule.count} places ({supply})"


def hazard_phrase(kinds: tuple[str, ...], statuses: tuple[str, ...], years: float | None, language: str) -> str:
    """The hazard areas that judge: "an official 100-year flood or coastal hazard area"."""
    kind = alternatives([word(HAZARD_KINDS, name, language) for name in kinds], language)
    if language == "zh":
        status = {"official": "官方", "modelled": "模拟"}.get("".join(statuses), "官方或模拟")
        return f"{status}{period_words(years, 'zh')}{kind}灾害区"
    return {"official": "an official", "modelled": "a modelled"}.get(
        "".join(statuses), "an official or modelled"
    ) + f" {period_words(years, 'en')}{kind} hazard area"


def period_words(years: float | None, language: str) -> str:
    """How rare the event is that a rule names; empty where it names none."""
    if years is None:
        return ""
    return f" {years:g} 年一遇" if language == "zh" else f"{years:g}-year "


def _where_zh(rule: Rule) -> str:
    return "全域" if rule.level == "city" else f"每个{level_word(rule.level, 'zh')}"


def _who(rule: Rule, language: str) -> str:
    """Whose share it is: "a community's residents"."""
    who = word(GROUPS, rule.who, language)
    return (
        f"{_where_zh(rule)}{who}"
        if language == "zh"
        else f"{'the' if rule.level == 'city' else 'a'} {level_word(rule.level, language)}'s {who}"
    )


def _source(rule: Rule, profile: Profile, language: str) -> str:
    """Whose rule it is, and how much of the number is our own. A study's own hazards have no year and no issuer."""
    # A title that says in brackets whose convention it is would say it twice.
    title = re.sub(r"\s*[(（][^()（）]*[)）]$", "", title_of(profile.title, language, profile.id))
    own = profile.status == "convention"
    status = rule.target.status if rule.target is not None else ""
    if language == "zh":
        note = {
            "convention": "本工具自定，非正式标准" if own else "通行惯例，非标准原文",
            "derived": "目标值为本工具的解读",
        }.get(status, "")
        note = note or (f"{word(ISSUERS, profile.issuer, 'zh')}，{profile.year}" if profile.year else "")
        unread = "未在标准原文中核对" if rule.basis.unread else ""
        said = "；".join(filter(None, (note, unread)))
        return f"（{title}，{said}）" if said else f"（{title}）"
    note = {
        "convention": "our own convention" if own else "a common convention, not part of the standard",
        "derived": "the target is our reading",
    }.get(status, "")
    note = note or (f"{profile.issuer} {profile.year}" if profile.year else "")
    unread = "not read in the standard itself" if rule.basis.unread else ""
    said = "; ".join(filter(None, (note, unread)))
    return f" ({title}, {said})" if said else f" ({title})"


def _bound(target: Target, language: str) -> str:
    """Which side the target bounds."""
    words = ("At least", "不低于") if target.bound == "min" else ("At most", "不高于")
    return words[language == "zh"]


def _share_en(rule: Rule, predicate: str, relative: str) -> str:
    """A sentence about a share: "At least 80 % of ... reach ..."."""
    who = _who(rule, "en")
    if rule.target is None:
        return f"Share of {who} {relative}; reported, as there is no target"
    if rule.target.minimum == 100:
        return f"All of {who} {predicate}"
    return f"{_bound(rule.target, 'en')} {number(rule.target.value, rule.unit, 'en')} of {who} {predicate}"


def _share_zh(rule: Rule, predicate: str) -> str:
    who = word(GROUPS, rule.who, "zh")
    if rule.target is None:
        return f"{_where_zh(rule)}{predicate}的{who}比例；无目标值，仅报告"
    if rule.target.minimum == 100:
        return f"{_where_zh(rule)}全部{' ' if who[0].isdigit() else ''}{who}{predicate}"
    asked = f"{_bound(rule.target, 'zh')} {number(rule.target.value, rule.unit, 'zh')}"
    return f"{_where_zh(rule)}{predicate}的{who}比例{asked}"


def _reach(rule: Rule, language: str) -> str:
    walk = rule.by != "euclidean"
    if language == "zh":
        return _share_zh(rule, "，或".join(_reach_option_zh(option) for option in rule.each))
    ways = [(counted_phrase(option, "en", article=True), option) for option in rule.each]
    if walk and rule.about_residents:
        end = ", or ".join(f"{supply} {near_phrase(option, 'en')}" for supply, option in ways)
        return _share_en(rule, f"reach {end}", f"who reach {end}")
    if walk:
        end = ", or ".join(f"{near_phrase(option, 'en')} of {supply}" for supply, option in ways)
    else:
        end = ", or ".join(f"within {limit_words(option, 'en')} of {supply}" for supply, option in ways)
        end += ("," if rule.or_else else "") + " in a straight line"
    if not rule.about_residents:
        return _share_en(rule, f"lies {end}", end)
    return _share_en(rule, f"live {end}", f"who live {end}")


def _reach_option_zh(rule: Rule) -> str:
    supply = counted_phrase(rule, "zh", article=True)
    if rule.by == "euclidean":
        return f"距{supply}直线距离不超过 {limit_words(rule, 'zh')}"
    return f"{near_phrase(rule, 'zh')}可到达{supply}"


def _provision(rule: Rule, language: str) -> str:
    assert rule.supply is not None
    supply = supply_phrase(rule.supply, language, article=False)
    if rule.about_shelter and language == "en":
        supply = refuge_area_phrase(rule.supply, language)
    level = level_word(rule.level, language)
    if rule.per != "person":
        land, land_zh = _LANDS[rule.per]
        where = f"{land} of the whole study area" if rule.level == "city" else f"{land} of each {level}"
        if language == "zh":
            where = f"{_where_zh(rule)}{land_zh}"
        return _land_share(rule, supply, where, language)
    area_of = _area_per_resident(rule, supply, language)
    if language == "zh":
        if rule.target is None:
            return f"{area_of}；无目标值，仅报告"
        return f"{area_of}{'不少于' if rule.target.bound == 'min' else '不多于'} {per_person(rule.target.value)}"
    if rule.target is None:
        return f"Area of {area_of}; reported, as there is no target"
    return f"{_bound(rule.target, 'en')} {per_person(rule.target.value)} of {area_of}"


_LANDS = {"built_up_area": ("built-up land", "建成区用地"), "land_area": ("land", "土地")}


def _area_per_resident(rule: Rule, supply: str, language: str) -> str:
    """What is measured, by the method: "green space per resident within each district"."""
    if language == "zh":
        where = _where_zh(rule)
        if rule.supply is not None and rule.about_shelter:
            near = "" if rule.method == "container" else f"居民{near_phrase(rule, language)}"
            shared = "由所有前来者分享后的" if rule.method == "e2sfca" else ""
            return f"{where}{near}{shared}{refuge_area_phrase(rule.supply, 'zh')}"
        if rule.method == "container":
            # "人均 1 公顷及以上公园面积" would read as a hectare for each.
            sized = rule.supply is not None and bool(_sizes_zh(rule.supply))
            return f"{where}{supply}的人均面积" if sized else f"{where}人均{supply}面积"
        shared = "由所有前来者分享后的" if rule.method == "e2sfca" else ""
        return f"{where}居民{near_phrase(rule, language)}{supply}{shared}人均面积"
    unit = "the whole study area" if rule.level == "city" else f"each {level_word(rule.level, language)}"
    if rule.method == "container":
        return f"{supply} per resident {'in' if rule.level == 'city' else 'within'} {unit}"
    if rule.method == "within":
        return f"{supply} {near_phrase(rule, language)} of the residents of {unit}, per resident"
    return f"{supply} {near_phrase(rule, language)} per resident of {unit} on average, shared out among all who come"


def _land_share(rule: Rule, supply: str, where: str, language: str) -> str:
    if rule.target is None:
        return (
            f"{where}中{supply}的占比；无目标值，仅报告"
            if language == "zh"
            else f"Share of the {where} that is {supply}; reported, as there is no target"
        )
    target = number(rule.target.value, rule.unit, language)
    asked = f"{_bound(rule.target, language)} {target}"
    return f"{where}中{supply}占比{asked}" if language == "zh" else f"{asked} of the {where} is {supply}"


def _exposure(rule: Rule, language: str) -> str:
    if rule.hazard_id:
        title = title_of(rule.title, language, rule.hazard_id)
        who = _who(rule, language)
        if rule.target is None:
            measure = ("share of ", "的比例") if rule.unit == "%" else ("number of ", "的数量")
            return (
                f"{title}：{who}{measure[1]}；单独报告，不评判"
                if language == "zh"
                else f"{title}: {measure[0]}{who}; reported on its own, never judged"
            )
        target = number(rule.target.value, rule.unit, language)
        return f"{title}：{who}的比例不高于 {target}" if language == "zh" else f"{title}: at most {target} of {who}"
    hazard = hazard_phrase(rule.hazard_kinds, (), rule.return_period_yr, language)
    if language == "zh":
        return _share_zh(rule, f"位于{hazard}内")
    verb = "lies" if rule.who == "buildings" else "live"
    return _share_en(rule, f"{verb} inside {hazard}", f"inside {hazard}")


def _site(rule: Rule, language: str) -> str:
    assert rule.supply is not None
    supply = supply_phrase(rule.supply, language, article=False)
    where = "the whole study area" if rule.level == "city" else f"a {level_word(rule.level, 'en')}"
    if language == "zh":
        whose = f"{_where_zh(rule)}{supply}中{_tested(rule, 'zh')}的比例"
        if rule.target is None:
            return f"{whose}；无目标值，仅报告"
        if rule.target.minimum == 100:
            return f"{_where_zh(rule)}的所有{supply}均须{_tested(rule, 'zh')}"
        return f"{whose}{_bound(rule.target, 'zh')} {number(rule.target.value, '%', 'zh')}"
    supply = supply_phrase(rule.supply, language, article=True)
    whose = f"places in {where} that are {supply}"
    if rule.target is None:
        return f"Share of the {whose}, that {_tested(rule, 'en')}; reported, as there is no target"
    if rule.target.minimum == 100:
        return f"All {whose} {_tested(rule, 'en')}"
    asked = f"{_bound(rule.target, 'en')} {number(rule.target.value, '%', 'en')}"
    return f"{asked} of the {whose} {_tested(rule, 'en')}"


def _tested(rule: Rule, language: str) -> str:
    """What a place has to have: "are at least 30 m wide"."""
    assert rule.test is not None
    if rule.test.min_width_m is not None:
        width = number(rule.test.min_width_m, "m", language)
        return f"宽不小于 {width}" if language == "zh" else f"are at least {width} wide"
    part = class_word(rule.test.share_of, language)
    low, high = (number(100 * share, "%", language) for share in (rule.test.min_share, rule.test.max_share))
    return f"有 {low}–{high} 为{part}" if language == "zh" else f"have {low} to {high} of {part}"


def requirement(rule: Rule, profile: Profile, language: str) -> str:
    """The rule in one sentence, with whose rule it is and how much of the number is our reading."""
    parts = {"reach": _reach, "provision": _provision, "site": _site, "exposure": _exposure}
    sentence = parts[rule.kind](rule, language) + condition_words(rule, language)
    return f"{sentence}{_source(rule, profile, language)}" + ("。" if language == "zh" else ".")
