"""Where the served go, in words: what stands on a card beside a rule's figure."""

from __future__ import annotations

import math

from analyses.profile import Rule
from maps.facts import Facts, Row, number_in
from maps.numbers import number
from maps.vocabulary import class_word

_MOST, _ALL = 0.5, 1 - 1e-9


def reached_sentence(row: Row, rule: Rule, facts: Facts, language: str) -> str:
    """The space that most of the served go to, how far half of them walk, and through how many entrances.

    Parameters
    ----------
    row : Row
        Of `assessments`, with the columns of `columns.REACHED`.
    rule : Rule
    facts : Facts
    language : str

    Returns
    -------
    str
        A sentence with its stop; empty where nobody is served, and for rules that are not about reach.
    """
    space_id, share = row.get("reached_space_id"), number_in(row, "reached_share")
    if not isinstance(space_id, str) or math.isnan(share):
        return ""
    timed = rule.within_s is not None
    far = number(number_in(row, f"reached_median_{'min' if timed else 'm'}"), "min" if timed else "m", language)
    name, doors = _name(*facts.place(rule, space_id), space_id, language), number_in(row, "reached_entrances")
    return (_zh if language == "zh" else _en)(name, share, far, doors, straight=rule.by == "euclidean", timed=timed)


def _name(name: str, space_class: str, space_id: str, language: str) -> str:
    """A space as people call it; one without a name by its class and id."""
    if name:
        return name
    kind = class_word(space_class, language)
    return f"无名{kind}（{space_id}）" if language == "zh" else f"a {kind} without a name ({space_id})"


def _en(name: str, share: float, far: str, doors: float, *, straight: bool, timed: bool) -> str:
    whose = "all go to" if share >= _ALL else "most go to" if share >= _MOST else "more go to"
    than = "" if share >= _MOST else " than to any other"
    how = f"live {far} or less away in a straight line" if straight else f"{'need' if timed else 'walk'} {far} or less"
    ways = "" if math.isnan(doors) else f", through {doors:.0f} entrance{'' if doors == 1 else 's'}"
    return f"Of those who have one in reach, {whose} {name}{than}: half of these {how}{ways}."


def _zh(name: str, share: float, far: str, doors: float, *, straight: bool, timed: bool) -> str:
    whose = "全部去往" if share >= _ALL else "多数去往" if share >= _MOST else "去往最多的是"
    how = f"直线相距不超过 {far}" if straight else f"{'需时' if timed else '步行'}不超过 {far}"
    ways = "" if math.isnan(doors) else f"，经 {doors:.0f} 个入口"
    gap = " " if name[:1].isascii() else ""
    return f"可达的居民中，{whose}{gap}{name}：其中半数{how}{ways}。"
