"""Why nothing is suggested for a gap, in words, and what to look at by hand."""

from __future__ import annotations

from collections.abc import Mapping

from analyses.land_coverage import LAND
from analyses.profile import Rule
from analyses.remedy_none import Why
from analyses.results import Results
from maps.facts import Facts, Row
from maps.numbers import number, residents

_WHY: Mapping[str, tuple[str, str]] = {
    Why.GROUP: (
        (
            "this requirement is about a group of residents, and figures of a suggestion could tell of few people. "
            "What is suggested here for all residents may serve them too."
        ),
        "此项要求针对特定人群，建议中的数字可能透露少数人的情况。可参考此处针对全体居民的建议。",
    ),
    Why.HAZARD_TAKES: (
        (
            "what lies in the hazard does not count here, and no works on the place bring it back. See on the map what "
            "lies in the hazard, and ask whoever is in charge of the hazard whether it can be lessened."
        ),
        "位于灾害区内的部分不计入，改造场地本身无法改变。请在地图上查看哪些部分位于灾害区内，并向主管部门了解能否减轻灾害。",
    ),
    Why.CUT_OFF: (
        (
            "more space is of no use to those who are cut off while the hazard lasts. See on the map which streets the "
            "hazard closes, and what is suggested under requirements about reaching places meanwhile."
        ),
        "灾害期间道路中断，增加面积对被阻隔的居民没有帮助。请在地图上查看被封闭的道路，并参考灾害期间可达性要求的建议。",
    ),
    Why.APART: (
        (
            "the alternatives of this requirement are measured under different hazards, so that no one place can be "
            "tried for all of them. See on the map what each of the hazards leaves."
        ),
        "此项要求的各备选条件按不同灾害分别计算，无法用同一处地点试算。请在地图上分别查看各灾害之下仍可使用的空间与道路。",
    ),
    Why.CANDIDATES_NOT_ASKED: (
        (
            "the study does not ask for places that could be named refuges (study file: candidates = true under "
            "refuge_rules). Ask for them, or look for parks, squares and school grounds outside of hazards."
        ),
        (
            "本研究未要求查找可指定为避难场所的候选场地（研究文件 refuge_rules 下的 candidates = true）。"
            "请启用该项，或人工查找灾害区外的公园、广场和学校操场。"
        ),
    ),
    Why.NO_CANDIDATE: (
        (
            "places that could be named refuges were looked for, and none was found that can be used. Any that cannot "
            "stand in the table refuges with the reason; look also for places that the map lacks."
        ),
        "已查找可指定为避难场所的候选场地，未找到可用者；不可用者及其原因见 refuges 表。也请查找地图上未载的场地。",
    ),
    Why.NO_METHOD: (
        "no suggestions are worked out for a requirement of this kind. See why it is not met, and ask on the spot.",
        "本程序对此类要求不作建议。请查看未达标的原因，并实地了解。",
    ),
}
_FEW = (
    (
        "too few are certain to be short (fewer than {least}) for anything to be suggested. Ask on the spot what would "
        "help them."
    ),
    "确定短缺的居民不足 {count} 名，人数过少，不作建议。请实地了解其需要。",
)
_IN_HAZARD = (
    (
        "too few of those who are short certainly live outside of the hazard (fewer than {least} or {share} of them), "
        "and nothing built elsewhere helps people in homes that it covers. See on the map which homes these are, and "
        "how people there are warned and led away."
    ),
    (
        "短缺居民中，确定住在灾害区外的不足 {count} 名，或不足 {share}；住处被灾害覆盖者，在别处建设对其没有帮助。"
        "请在地图上查看这些住宅，并了解如何预警与转移。"
    ),
)
_TRIED = (
    (
        "{kinds} were tried, and nothing found serves at least {least} and {share} of those who are short. Look on the "
        "spot for places, ways or gates that the map lacks."
    ),
    "已试算{kinds}，未找到至少惠及 {least}且不少于短缺居民 {share} 的方案。请实地查看地图上未载的场地、道路或入口。",
)
_TRIED_LAND = (
    (
        "new spaces outside of hazards were tried, and none covers at least {share} of the residential land that is "
        "not covered. Look on the spot for ground that the map lacks."
    ),
    "已在灾害区外试算新建空间，未找到至少可再覆盖 {share} 未覆盖居住用地的位置。请实地查看地图上未载的用地。",
)
_KINDS: Mapping[str, tuple[str, str]] = {
    "way_in": ("new gates", "新增入口"),
    "path": ("missing paths", "打通步行连接"),
    "planned_space": ("planned sites", "规划场地"),
    "new_space": ("new spaces", "新建空间"),
    "protect_link": ("ways kept open during the hazard", "灾时保持通路畅通"),
    "open_refuge": ("places that could be named refuges", "可指定为避难场所的候选场地"),
}


def no_remedy_texts(results: Results, language: str) -> list[str]:
    """For every gap why nothing is suggested; empty where something is, a look at the map aside."""
    if "no_remedy" not in results.gaps.columns:
        return [""] * len(results.gaps)
    rules = Facts.of(results).rules
    rows = results.gaps.drop(columns="geometry").to_dict("records")
    return [_text(row, rules[row["profile_id"], row["rule_id"]][1], results, language) for row in rows]


def _text(row: Row, rule: Rule, results: Results, language: str) -> str:
    why = row["no_remedy"]
    if not isinstance(why, str) or not why:
        return ""
    zh, limits = language == "zh", results.parameters.remedies
    text = _words(Why(why), rule)[zh].format(
        least=residents(limits.least_residents, language),
        count=number(limits.least_residents, "persons", language),
        share=number(100 * limits.least_share, "%", language),
        kinds=_kinds(row, language),
    )
    return f"未找到建议：{text}" if zh else f"No suggestion found: {text}"


def _words(why: Why, rule: Rule) -> tuple[str, str]:
    if why is Why.TRIED:
        return _TRIED_LAND if rule.who == LAND else _TRIED
    return {Why.FEW_SHORT: _FEW, Why.HOMES_IN_HAZARD: _IN_HAZARD}.get(why) or _WHY[why]


def _kinds(row: Row, language: str) -> str:
    """What was tried, joined by *and*; nothing where it is not told."""
    tried = row["no_remedy_tried"]
    words = [_KINDS[kind][language == "zh"] for kind in tried.split()] if isinstance(tried, str) else []
    if language == "zh":
        return "、".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
