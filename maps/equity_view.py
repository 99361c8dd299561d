"""What the map says of equity: how evenly space is shared out, and where communities that fall short gather."""

from __future__ import annotations

import pandas as pd

from analyses.equity_columns import CLUSTER_KINDS, EQUITY_STATUSES
from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import palette, words
from maps.equity_words import sentence
from maps.escape import NAME_LIMIT, clean
from maps.folded import Folded
from maps.legend import rule_title
from maps.lookup import all_rules
from maps.map_words import bracketed, choose, word
from maps.numbers import number
from maps.view import Entry, View, not_assessed
from maps.vocabulary import level_word
from maps.vocabulary import word as code_word

_PALMA, _TENTHS = "palma", ("top10_share", "bottom40_share")
_CITY = ("mean", _PALMA, *_TENTHS, "gini", "concentration")
"""What is told of the whole study area, in this order; the table ``equity`` has everything. Who has none is told by the
rules, which know it of more residents."""
_UNIT = ("mean", "gini")
"""What is told of a higher unit."""
_THINGS = ("open_space_m2", "green_m2")
_MOST_UNITS = 20
"""A level of more units is left to the table ``equity``."""
_SIGNIFICANT = ("high_high", "low_low", "high_low", "low_high")
_SHOWN = (*_SIGNIFICANT, "not_significant")
_TEXT_LIMIT = 400
_SAME_AS = {"all_alike": "not_significant"}


def cluster_views(results: Results, language: str) -> tuple[View, ...]:
    """A view for each rule under which communities cluster; none for the others."""
    found = (_cluster_view(results, profile, rule, language) for profile, rule in all_rules(results))
    return tuple(view for view in found if view is not None)


def _cluster_view(results: Results, profile: Profile, rule: Rule, language: str) -> View | None:
    codes = _clusters(results, profile.id, rule.id)
    if not codes.isin(_SIGNIFICANT).any():
        return None
    entries = [
        Entry(word(f"cluster.{code}", language), palette.CLUSTER[code], "pattern-short" if code == "high_high" else "")
        for code in _SHOWN
    ]
    title = bracketed(rule_title(rule, language), profile.id, language)
    return View(
        id=f"cluster {profile.id} {rule.id}",
        label=title,
        title=word("view.cluster.title", language).format(rule=rule_title(rule, language)),
        notes=(code_word(CLUSTER_KINDS, "high_high", language), word("view.cluster.note", language)),
        entries=(*entries, not_assessed(language)),
        classes=tuple(_SHOWN.index(code) if code in _SHOWN else len(_SHOWN) for code in codes),
        group="cluster",
    )


def _clusters(results: Results, profile_id: str, rule_id: str) -> pd.Series:
    """The kind of cluster each community lies in, in their order; empty text where it was not tested."""
    table = None if results.equity is None else results.equity.clusters
    if table is None:
        return pd.Series("", index=results.communities.index)
    rows = table[(table["profile_id"] == profile_id) & (table["rule_id"] == rule_id)]
    kinds = rows.set_index("community_id")["cluster"].replace(_SAME_AS)
    return results.communities["community_id"].map(kinds.astype(object)).astype(object).fillna("")


def equity_part(results: Results, language: str) -> Folded | None:
    """How evenly space is shared out: the whole study area, then on request clusters and the units of each level."""
    table = None if results.equity is None else results.equity.table
    if table is None:
        return None
    told = table[(table["status"] == "told") & table["resource"].isin(_THINGS)]
    whole = told[told["level"] == "city"]
    city, green = (_sentences(results, whole[whole["resource"] == thing], _CITY, language) for thing in _THINGS)
    if not city:
        return None
    walk = number(results.parameters.catchment_m, "m", language)
    only_green = Folded(word("equity.green", language), green)
    parts = (only_green, _clusters_part(results, language), *_level_parts(results, told, language))
    about = word("equity.about", language).format(walk=walk)
    return Folded(
        word("equity.title", language),
        (about + _left_out(whole[whole["resource"] == _THINGS[0]], language), *city),
        tuple(part for part in parts if part.texts),
    )


def _left_out(rows: pd.DataFrame, language: str) -> str:
    """For how many residents it is not known, so that the figures are about the others."""
    count, known = (float(rows[name].max()) for name in ("residents_left_out", "residents"))
    if not count >= 1:
        return ""
    told = {"n": words.residents(count, language), "known": number(known, "", language)}
    return ("" if language == "zh" else " ") + word("equity.left_out", language).format(**told)


def _sentences(results: Results, rows: pd.DataFrame, measures: tuple[str, ...], language: str) -> tuple[str, ...]:
    """One sentence a figure of one resource, about all residents, then need and groups, in the order of `measures`.

    The parts of the best and worst off are told only where the one is no multiple of the other.
    """
    titles = {role.id: choose(role.title, language, role.id) for role in results.study.indicators}
    left_out = _TENTHS if (rows["measure"] == _PALMA).any() else ()
    texts: list[str] = []
    for measure in (each for each in measures if each not in left_out):
        found = rows[(rows["measure"] == measure) & ((rows["subject"] == "all") | (measure != "mean"))]
        texts += [clean(sentence(row, titles, language), _TEXT_LIMIT) for row in found.to_dict("records")]
    return tuple(texts)


def _clusters_part(results: Results, language: str) -> Folded:
    """For every rule that was tested, how many communities lie in clusters."""
    texts = []
    for profile, rule in _tested(results):
        counts = _clusters(results, profile.id, rule.id).value_counts()
        bad, good = int(counts.get("high_high", 0)), int(counts.get("low_low", 0))
        key = "equity.clusters" if bad or good else "equity.clusters.none"
        texts.append(
            rule_title(rule, language) + word("colon", language) + word(key, language).format(bad=bad, good=good)
        )
    return Folded(word("view.more.cluster", language), tuple(texts))


def _tested(results: Results) -> list[tuple[Profile, Rule]]:
    """The rules under which clusters were looked for."""
    table = None if results.equity is None else results.equity.clusters
    tested = set() if table is None else set(zip(table["profile_id"], table["rule_id"], strict=True))
    return [(profile, rule) for profile, rule in all_rules(results) if (profile.id, rule.id) in tested]


def _level_parts(results: Results, told: pd.DataFrame, language: str) -> tuple[Folded, ...]:
    """For each level of few units, what can be told of each."""
    parts = []
    for role in reversed(results.study.parents):
        units = results.parents[results.parents["level"] == role.level]
        if not 1 <= len(units) <= _MOST_UNITS:
            continue
        texts = []
        for unit, name in units[["unit_id", "name"]].itertuples(index=False):
            rows = told[(told["level"] == role.level) & (told["unit_id"] == unit) & (told["resource"] == _THINGS[0])]
            lines = _sentences(results, rows, _UNIT, language) or _why_not(results, role.level, unit, language)
            if lines:
                named = clean(str(name), NAME_LIMIT).partition(" - ")[0]
                texts.append(named + word("colon", language) + ("" if language == "zh" else " ").join(lines))
        parts.append(Folded(word("equity.by", language).format(level=level_word(role.level, language)), tuple(texts)))
    return tuple(parts)


def _why_not(results: Results, level: str, unit: str, language: str) -> tuple[str, ...]:
    """Why nothing is told of a unit."""
    assert results.equity is not None
    assert results.equity.table is not None
    table = results.equity.table
    rows = table[(table["level"] == level) & (table["unit_id"] == unit) & (table["resource"] == _THINGS[0])]
    codes = rows["status"][rows["status"] != "told"].unique()
    stop = "。" if language == "zh" else "."
    return tuple(code_word(EQUITY_STATUSES, str(code), language) + stop for code in codes[:1])
