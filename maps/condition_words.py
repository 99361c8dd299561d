"""Under what conditions a rule holds, in words: while a hazard lasts, how deep, and where its target is lower."""

from __future__ import annotations

from collections.abc import Mapping

from analyses.profile import Rule
from maps.numbers import number
from maps.vocabulary import HAZARD_KINDS, word

RELAXED_AREAS: Mapping[str, tuple[str, str]] = {
    "renewal": ("areas under renewal", "旧区改建"),
    "old_district": ("old districts", "旧城区"),
    "historic_district": ("historic districts", "历史城区"),
    "dense": ("densely built areas", "高密度建成区"),
}


def condition_words(rule: Rule, language: str) -> str:
    """What is said after the rule itself; empty where it holds without conditions."""
    return _during(rule, language) + _depth(rule, language) + _relaxed(rule, language)


def _during(rule: Rule, language: str) -> str:
    if not rule.during:
        return ""
    kind, years = word(HAZARD_KINDS, rule.during, language), rule.return_period_yr
    if rule.target is None:
        period = f"重现期 {years:g} 年的" if years else ""
        return (
            f"（{period}{kind}灾害期间）"
            if language == "zh"
            else f" (during a {f'{years:g}-year ' if years else ''}{kind} event)"
        )
    if language == "zh":
        return f"，且在{f'重现期 {years:g} 年的' if years else ''}{kind}灾害期间仍须满足"
    return f", also during a {f'{years:g}-year ' if years else ''}{kind} event"


def _depth(rule: Rule, language: str) -> str:
    if rule.min_depth_m is None:
        return ""
    depth = f"{100 * rule.min_depth_m:g}"
    return f"（水深 {depth} 厘米及以上）" if language == "zh" else f" with water {depth} cm or more deep"


def _relaxed(rule: Rule, language: str) -> str:
    """What is enough in areas that the study may mark."""
    if not rule.relax:
        return ""
    allowed = [
        (word(RELAXED_AREAS, relaxed.when, language), number(100 * relaxed.factor, "%", language))
        for relaxed in rule.relax
    ]
    if language == "zh":
        return "；" + "，".join(f"{where}可降至其 {share}" for where, share in allowed) + "（限本研究标出的区域）"
    return (
        "; "
        + ", ".join(f"{share} of it is enough for residents of {where}" for where, share in allowed)
        + " that the study marks"
    )
