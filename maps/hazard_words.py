"""The hazards of a rule as a study has them: what was looked at, and what nobody could look at."""

from __future__ import annotations

import re

from analyses.plan import kinds_without_layer
from analyses.profile import Rule
from maps.facts import Facts
from maps.requirement_words import alternatives, hazard_phrase
from maps.vocabulary import HAZARD_KINDS, HAZARD_STATUS, title_of, word


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
