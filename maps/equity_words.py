# ruff: noqa: E501 - a table of sentences, one a line
"""What the figures of equity say, in sentences for whoever has never heard of a Gini coefficient."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analyses.equity_columns import CLUSTER_KINDS
from analyses.resources import AREAS, SHARES
from analyses.results import Results
from maps.numbers import number, per_person
from maps.vocabulary import GROUPS, LANGUAGES, level_word, title_of, word

THINGS = {
    "open_space_m2": ("open public space", "开放公共空间"),
    "green_m2": ("green space", "绿地"),
    "supply_m2": ("what the rule asks for", "规则所指空间"),
    "served": ("residents served", "获得覆盖的居民"),
    "exposed": ("residents inside the hazard", "处于灾害范围的居民"),
    "distance_m": ("the way to the nearest place", "到最近场所的距离"),
    "time_min": ("the walking time to the nearest place", "到最近场所的步行时间"),
    "short": ("residents short", "不达标居民"),
}
"""A resource in the middle of a sentence, by code: English, Chinese."""

_AREA: Mapping[str, tuple[str, str]] = {
    "mean": ("A resident has {value} of {thing} on average.", "居民平均拥有{thing} {value}。"),
    "median": ("Half of the residents have {value} of {thing} or less.", "一半居民拥有的{thing}不超过 {value}。"),
    "without_share": (
        "{value} of the residents for whom it is known have no {thing} within their walk at all.",
        "情况已知的居民中，{value} 步行范围内完全没有{thing}。",
    ),
    "gini": (
        "Gini coefficient of {thing}: {value}, where 0 means that all have alike and 1 that one has everything.",
        "{thing}的基尼系数为 {value}：0 表示人人相同，1 表示一人独有。",
    ),
    "top10_share": (
        "The tenth of residents best off has {value} of all {thing}.",
        "拥有最多的 10% 居民占有全部{thing}的 {value}。",
    ),
    "bottom40_share": (
        "The four tenths of residents worst off have {value} of all {thing}.",
        "拥有最少的 40% 居民占有全部{thing}的 {value}。",
    ),
    "palma": (
        "The tenth of residents best off has {value} times as much {thing} as the four tenths worst off together.",
        "拥有最多的 10% 居民的{thing}总量是拥有最少的 40% 居民总量的 {value} 倍。",
    ),
    "atkinson_05": (
        "Sharing {thing} so unevenly costs as much well-being as losing {value} of it (Atkinson, aversion 0.5).",
        "{thing}分配不均造成的福祉损失，相当于失去其中的 {value}（阿特金森指数，厌恶系数 0.5）。",
    ),
    "atkinson_1": (
        "Sharing {thing} so unevenly costs as much well-being as losing {value} of it, if those with little count for more (Atkinson, aversion 1; all of it as soon as anybody has none).",
        "若更看重匮乏者，{thing}分配不均造成的福祉损失相当于失去其中的 {value}（阿特金森指数，厌恶系数 1；只要有人完全没有即为全部）。",
    ),
    "concentration": (
        "Where {subject}, there is {more} {thing}: concentration index {value}.",
        "{subject}的社区，{thing}{more}：集中指数 {value}。",
    ),
}
_BURDEN: Mapping[str, tuple[str, str]] = {
    "mean": ("On average {thing} is {value} for a resident.", "居民{thing}平均为 {value}。"),
    "median": ("For half of the residents {thing} is {value} or less.", "一半居民{thing}不超过 {value}。"),
    "capped": (
        "{value} residents have farther to go than was searched, and count as if the way ended there.",
        "{value} 名居民的距离超出搜索上限，按上限计。",
    ),
    "gini": (
        "Gini coefficient of {thing}: {value}, where 0 means that all have equally far and 1 that one alone has to walk.",
        "{thing}的基尼系数为 {value}：0 表示人人相同，1 表示全部由一人承担。",
    ),
    "concentration": (
        "Where {subject}, {thing} is {more}: concentration index {value}.",
        "{subject}的社区，{thing}{more}：集中指数 {value}。",
    ),
}
_SHARE: Mapping[str, tuple[str, str]] = {
    "mean": ("{value} of the residents are {state}.", "{value} 的居民{state}。"),
    "gini_corrected": (
        "Between communities the share of {thing} is uneven to a degree of {value}, where 0 means alike everywhere and 1 all in one half of the city and nothing in the other.",
        "各社区之间{thing}比例的不均衡程度为 {value}：0 表示处处相同，1 表示半数全有、半数全无。",
    ),
    "concentration_corrected": (
        "Where {subject}, there are {more} {thing}: concentration index {value}.",
        "{subject}的社区，{thing}{more}：集中指数 {value}。",
    ),
}
_ANY: Mapping[str, tuple[str, str]] = {
    "theil": (
        "Theil index of {thing}: {value}, where 0 means that all have alike; it can be split into parts.",
        "{thing}的泰尔指数为 {value}：0 表示人人相同；可分解。",
    ),
    "theil_between": (
        "Of the Theil index of {thing}, {value} lies between units ({subject}), and the rest inside them.",
        "{thing}的泰尔指数中，{value} 为各单元（{subject}）之间的差异，其余在单元内部。",
    ),
    "moran": (
        "Moran's I of residents short: {value}. Above 0, communities with many of them lie next to each other.",
        "不达标居民的莫兰指数为 {value}：大于 0 表示不达标居民多的社区彼此相邻。",
    ),
    "moran_p_value": (
        "Chance alone would put communities so close together or so far apart with a probability of {value}.",
        "仅由偶然造成如此聚集或分散的概率为 {value}。",
    ),
}
_OF_GROUP: Mapping[str, tuple[str, str]] = {
    "area": ("{group} have {value} of {thing} on average.", "{group}平均拥有{thing} {value}。"),
    "share": ("{value} of {group} are {state}.", "{group}中有 {value} {state}。"),
}
_STATES = {"served": ("served by the rule", "获得该规则覆盖"), "exposed": ("inside the hazard", "处于该灾害范围内")}
_MORE = {
    "area": (
        ("rather more", "较多"),
        ("rather less", "较少"),
        ("about as much", "大致相当"),
    ),
    "burden": (("rather longer", "较长"), ("rather shorter", "较短"), ("about as long", "大致相当")),
    "share": (
        ("rather more", "比例较高"),
        ("rather fewer", "比例较低"),
        ("about as many", "比例大致相当"),
    ),
}
_SMALLEST = 0.005
_LITTLE = 0.02
"""Nearer to 0 a concentration index is called neither more nor less: the unevenness of a few homes."""
_AS_PERCENT = ("without_share", "top10_share", "bottom40_share", "atkinson_05", "atkinson_1")


def equity_frame(results: Results) -> pd.DataFrame | None:
    """The table of equity with a sentence for every figure that is told."""
    table = None if results.equity is None else results.equity.table
    if table is None:
        return None
    words = {}
    for language in results.study.languages:
        titles = {role.id: title_of(role.title, language, role.id) for role in results.study.indicators}
        words[f"text_{language}"] = [
            sentence(row, titles, language) if row["status"] == "told" else None for row in table.to_dict("records")
        ]
    return table.assign(**words)


def clusters_frame(results: Results) -> pd.DataFrame | None:
    """The table of clusters in words."""
    table = None if results.equity is None else results.equity.clusters
    if table is None:
        return None
    words = {
        f"cluster_{language}": [word(CLUSTER_KINDS, code, language) for code in table["cluster"]]
        for language in results.study.languages
    }
    return table.assign(**words)


def needs_frame(results: Results) -> pd.DataFrame | None:
    """The table of needs as it is."""
    return None if results.equity is None else results.equity.needs


def sentence(figure: pd.Series | Mapping[str, object], titles: Mapping[str, str], language: str) -> str:
    """What one figure says.

    Parameters
    ----------
    figure : mapping
        ``resource``, ``subject``, ``measure``, ``value`` and ``unit`` as in `equity_columns.EQUITY`, told.
    titles : mapping of str to str
        What the study's indicators are called, by id.
    language : str
    """
    at = LANGUAGES.index(language)
    resource, measure, subject = (str(figure[name]) for name in ("resource", "measure", "subject"))
    kind = "area" if resource in AREAS else "share" if resource in SHARES else "burden"
    template = {"area": _AREA, "share": _SHARE, "burden": _BURDEN}[kind].get(measure) or _ANY[measure]
    if measure == "mean" and subject != "all":
        template = _OF_GROUP[kind]
    value = float(str(figure["value"]))
    words = template[at].format(
        value=_value(value, measure, str(figure["unit"]), language),
        thing=THINGS[resource][at],
        state=_STATES.get(resource, ("", ""))[at],
        more=_MORE[kind][2 if abs(value) < _LITTLE else 0 if value > 0 else 1][at],
        subject=_subject(subject, measure, titles, language),
        group=word(GROUPS, subject, language),
    )
    return words[:1].upper() + words[1:]


def _value(value: float, measure: str, unit: str, language: str) -> str:
    if measure in _AS_PERCENT:
        return number(100 * value, "%", language)
    if unit == "m2/person":
        return per_person(value)
    if unit in ("0-1", "-1..1", "index"):
        small = 0 < abs(value) < _SMALLEST
        return f"{value:.2f}" if not small else f"< {_SMALLEST:g}" if unit == "0-1" else "0.00"
    if unit == "ratio":
        return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
    return number(value, unit, language)


def _subject(code: str, measure: str, titles: Mapping[str, str], language: str) -> str:
    if measure == "theil_between":
        return level_word(code, language)
    if code in titles:
        return f"need is greater ({titles[code]})" if language == "en" else f"需求较高（{titles[code]}）"
    name = word(GROUPS, code, language)
    return f"many {name} live" if language == "en" else f"{name}占比较高"
