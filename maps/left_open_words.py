"""What the data leave open of a value, in words: for how many it is unknown, and between what the value lies."""

from __future__ import annotations

import math

from analyses.profile import Rule
from analyses.verdict import LEFT_OPEN, WIDE_SHARE
from maps.facts import Figures, Row, number_in
from maps.numbers import number, residents


def left_open(figures: Figures, rule: Rule, language: str) -> str:
    """For how many more it is unknown, and for want of what; empty where it is known of all."""
    if not figures.unknown > 0:
        return ""
    count = number(figures.unknown, "persons", language)
    if rule.kind == "exposure":
        why = ("the hazard layer leaves it open", "灾害图层没有数值")
    elif rule.under_hazard or rule.about_shelter:
        why = ("the hazard layer or the edge of the data leaves it open", "灾害图层没有数值或数据边界过近")
    else:
        why = ("the edge of the data leaves it open", "数据边界")
    return f"；另有 {count} 名因{why[1]}而无法判断" if language == "zh" else f"; for {count} more {why[0]}"


def bounds(figures: Figures, rule: Rule, language: str) -> str:
    """What is left open, where it is for many with the bounds of the share of all.

    Those served near the edge count and the others there do not, so that the share of those who are known is rather
    high.
    """
    open_ = left_open(figures, rule, language)
    if not figures.unknown > WIDE_SHARE * figures.total:
        return open_
    exposed = rule.kind == "exposure"
    least = figures.short if exposed else figures.total - figures.short - figures.unknown
    low, high = (number(100 * part / figures.total, "%", language) for part in (least, least + figures.unknown))
    if language == "zh":
        return f"{open_}：全部居民中{'位于其内' if exposed else '可达'}者占 {low} 至 {high}"
    return f"{open_}: of all residents, between {low} and {high} {'live inside' if exposed else 'have it'}"


def between(row: Row, rule: Rule, language: str) -> str:
    """Between what the value lies, where so much is left open that one number would tell a part as if it were all."""
    low, high, unknown = (number_in(row, name) for name in ("value_low", "value_high", "residents_unknown"))
    counted = number_in(row, "residents_served") + number_in(row, "residents_short") + unknown
    if math.isnan(low) or not (row.get("reason") in LEFT_OPEN or unknown > WIDE_SHARE * counted):
        return ""
    least, most = (number(end, rule.unit, language) for end in (low, high))
    if math.isinf(high):
        return f"数值不低于 {least}" if language == "zh" else f"the value is {least} or more"
    if language == "zh":
        return f"数值介于 {least} 与 {most} 之间"
    return f"the value lies between {least} and {most}"


def span(row: Row, rule: Rule, figures: Figures, language: str) -> str:
    """Between what the value lies that is not told because too much is left open; empty for other rows."""
    ends = between(row, rule, language)
    if not ends:
        return ""
    text = f"；{ends}" if language == "zh" else f"; {ends}"
    if not figures.unknown > 0:
        return text
    count = number(figures.unknown, "persons", language)
    if rule.who != "population" or math.isnan(figures.total):
        return text + (f"，{count} 名情况未知" if language == "zh" else f"; it is unknown for {count} residents")
    whole = residents(figures.total, language)
    return text + (f"，{whole}中 {count} 名情况未知" if language == "zh" else f"; it is unknown for {count} of {whole}")
