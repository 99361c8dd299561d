# ruff: noqa: E501 - a table of sentences, one a line
"""The hazards of a rule as a study has them: what was looked at, and what nobody could look at."""

from __future__ import annotations

import re

from analyses.plan import kinds_without_layer
from analyses.profile import Rule
from maps.facts import Facts
from maps.requirement_words import alternatives, hazard_phrase
from maps.vocabulary import HAZARD_KINDS, HAZARD_STATUS, title_of, word

HAZARD_CAVEATS: dict[str, dict[str, str]] = {
    "hazard_elsewhere": {
        "en": "{layer}: all {count} {unit} lie away from the communities; nobody is exposed to this layer.",
        "zh": "{layer}：全部 {count}{unit}均不在社区范围内，无人暴露于该图层。",
    },
    "hazard_kind_absent": {
        "en": "{layer}: the study has no official or modelled layer of this kind for {count} {unit}[ ({detail})], judged by other kinds alone: who is exposed to this one is unknown.",
        "zh": "{layer}：对{count}{unit}[（{detail}）]，本研究没有可用的该类官方或模拟图层，仅按其他灾害类型评判：该类灾害的暴露情况未知。",
    },
    "hazard_derived": {
        "en": "{layer}: derived, not official ({count} {unit}): reported for screening, it never judges.",
        "zh": "{layer}：{count}{unit}为推导所得，并非官方数据：仅供初筛报告，不用于评判。",
    },
}


def hazard_here(rule: Rule, facts: Facts, language: str) -> str:
    """The hazard as this study has it."""
    if rule.hazard_id:
        titles, status = facts.hazard_title.get(rule.hazard_id, ({}, ""))
        title = title_of(titles, language, rule.hazard_id)
        kind = word(HAZARD_STATUS, status, language) if status else ""
        if re.split("[,，]", kind)[0] in title.lower():
            # Many a title says it already.
            return f"“{title}”"
        return f"“{title}”（{kind}）" if language == "zh" else f"“{title}” ({kind})"
    kinds = tuple(kind for kind in rule.hazard_kinds if kind in facts.hazard_kind_status) or rule.hazard_kinds
    statuses = frozenset[str]().union(*(facts.hazard_kind_status.get(kind, frozenset()) for kind in kinds))
    return hazard_phrase(kinds, tuple(sorted(statuses)), rule.return_period_yr, language)


def unseen_kinds(rule: Rule, facts: Facts, language: str) -> str:
    """Which of the hazards that a rule names nobody could look at; empty if none."""
    kinds = [word(HAZARD_KINDS, kind, language) for kind in kinds_without_layer(rule, facts.study)]
    if not kinds:
        return ""
    named = alternatives(kinds, language)
    if language == "zh":
        return f"；本研究没有可用的{named}官方或模拟图层，该类灾害的暴露情况未知"
    return f"; the study has no official or modelled {named} layer to judge by, so exposure to that is unknown"
