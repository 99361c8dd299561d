"""What the map opens with: the one number to remember, what it counts, and how far it can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results
from analyses.units import COMMUNITY
from maps import words
from maps.cards import persons
from maps.legend import units_word
from maps.lookup import all_rules, judged_rows, residents_in_short_units, whole_area
from maps.map_words import word

_IMPUTED_TOLD_SHARE = 0.05
"""Below it the share of residents placed along streets stands on the cards only."""


@dataclass(frozen=True)
class Headline:
    """The first lines of the panel."""

    figure: str
    """The one number to remember; empty where nothing can be counted."""
    lead: str
    requirement: str
    sentences: tuple[str, ...]


def headline(results: Results, language: str) -> Headline:
    """The finding in a few lines."""
    if results.study.residents is None:
        return Headline(*_first_value(results, language), (word("panel.no_residents", language),))
    if not results.communities["status"].isin(["short", "met"]).any():
        lead, *why = nothing_judged(results, language)
        return Headline("", lead, "", tuple(why))
    found = headline_rule(results)
    told = _first_value(results, language) if found is None else _residents_short(results, *found, language)
    of_them = "" if found is None else _in_short_units(results, *found, language)
    alone = "" if found is None else _one_of_several(results, *found, language)
    trust = (data_sentence(results, language), imputed_sentence(results, language))
    sentences = (of_them, alone, *trust, *_status(results, language))
    return Headline(*told, tuple(filter(None, sentences)))


def headline_rule(results: Results) -> tuple[Profile, Rule] | None:
    """The rule about access or exposure that leaves most residents not served or exposed, over the whole study area.

    Of the rules that find a unit short, one whose target is published or agreed goes before one whose target
    is our own reading of a standard, however many residents that reading makes short.
    """
    found = []
    for profile, rule in all_rules(results):
        short = whole_area(results, profile.id, rule.id).get("residents_short")
        judged = judged_rows(results, profile.id, rule)
        if rule.kind == "provision" or pd.isna(short) or judged.empty:
            continue
        derived = rule.target is not None and rule.target.status == "derived"
        rank = (bool((judged["status"] == "short").any()), not derived, float(short))  # type: ignore[arg-type]
        found.append((rank, profile, rule))
    if not found:
        return None
    _, profile, rule = max(found, key=lambda entry: entry[0])
    return profile, rule


def _residents_short(results: Results, profile: Profile, rule: Rule, language: str) -> tuple[str, str, str]:
    """The number of residents not served or exposed, of how many, and the requirement that it is about."""
    population = results.communities["population"]
    everybody = float(population.sum())
    short = float(whole_area(results, profile.id, rule.id)["residents_short"])  # type: ignore[arg-type]
    share = words.number(100 * short / everybody, "%", language) if everybody > 0 else ""
    counted = persons(everybody, language)
    if population.isna().any():
        counted = word("panel.residents.known", language).format(all=counted)
    lead = word(f"panel.residents.{rule.kind}", language).format(all=counted, share=share)
    return persons(short, language), lead, words.requirement(rule, profile, language)


def _in_short_units(results: Results, profile: Profile, rule: Rule, language: str) -> str:
    """How many of those live in units that the rule finds short: the sum of the gaps."""
    judged = judged_rows(results, profile.id, rule)
    n_short = int((judged["status"] == "short").sum())
    if not n_short:
        return ""
    return word("panel.short", language).format(
        residents=persons(residents_in_short_units(judged), language), short=n_short, judged=len(judged),
        units=units_word(rule.level, language, len(judged)))


def _one_of_several(results: Results, profile: Profile, rule: Rule, language: str) -> str:
    """Why this rule leads and what colours tell, where communities are short under other rules alone; else empty."""
    judged = judged_rows(results, profile.id, rule)
    by_this = judged.loc[(judged["level"] == COMMUNITY) & (judged["status"] == "short"), "unit_id"]
    communities = results.communities
    others = communities["status"].eq("short") & ~communities["community_id"].isin(by_this)
    if not others.any():
        return ""
    derived = rule.target is not None and rule.target.status == "derived"
    text = word("panel.one_rule.derived" if derived else "panel.one_rule", language)
    return text.format(first=word("order.priority", language), n=f"{int(others.sum()):,}", all=f"{len(communities):,}")


def imputed_sentence(results: Results, language: str) -> str:
    """How many residents live where homes are missing from the data; empty if they are few."""
    communities = results.communities
    placed = float((communities["imputed_share"] * communities["population"]).sum())
    everybody = float(communities["population"].sum())
    if not everybody or placed / everybody <= _IMPUTED_TOLD_SHARE:
        return ""
    rounded = round(placed, -3 if placed >= 10_000 else -2 if placed >= 1000 else -1)
    share = words.number(round(100 * placed / everybody), "%", language)
    return word("panel.imputed", language).format(residents=persons(rounded, language), share=share)


def data_sentence(results: Results, language: str) -> str:
    """How many communities have data too poor to tell a gap from a hole in the map; empty if none has."""
    poor = results.communities[results.communities["data_light"] == "poor"]
    if poor.empty:
        return ""
    return word("panel.data", language).format(
        poor=len(poor), all=len(results.communities), residents=persons(poor["population"].sum(), language))


def _status(results: Results, language: str) -> tuple[str, ...]:
    """How many communities are short, met, and could not be judged."""
    status = results.communities["status"].value_counts()
    short, met, unknown = (int(status.get(key, 0)) for key in ("short", "met", "not_assessed"))
    return (
        word(_numbered("panel.communities", short), language).format(short=short, all=len(results.communities)) if short
        else word("panel.nobody_short", language),
        word(_numbered("panel.communities.met", met), language).format(met=met) if met else "",
        word("panel.communities.unknown", language).format(unknown=unknown) if unknown else "",
    )


def _numbered(key: str, count: int) -> str:
    """The key of a sentence about `count` communities."""
    return f"{key}.one" if count == 1 else key


def nothing_judged(results: Results, language: str) -> tuple[str, ...]:
    """That no community could be judged, and why; where rules differ in why, a line for each reason."""
    population = results.communities["population"]
    if population.eq(0).all():
        why = word("panel.nothing_judged.nobody", language)
    elif population.isna().all():
        why = _uncapitalised(words.not_assessed_words("unknown_population", language))
    else:
        reasons = _reasons(results)
        if len(reasons) > 1:
            return (word("panel.nothing_judged.reasons", language),
                    *(_reason_line(code, rules, language) for code, rules in reasons.items()))
        why = _only_reason(next(iter(reasons), "no_target"), language)
    return (word("panel.nothing_judged", language).format(why=why),)


def _reasons(results: Results) -> dict[str, tuple[str, ...]]:
    """Each reason for which no community is judged, with the profile of every rule that it holds for, most rules first.

    A rule has the reason that most communities have under it.
    """
    table = results.assessments
    rows = table[(table["level"] == COMMUNITY) & table["reason"].fillna("").ne("")]
    profiles: dict[str, list[str]] = {}
    for (profile_id, _), reasons in rows.groupby(["profile_id", "rule_id"], sort=False)["reason"]:
        profiles.setdefault(str(reasons.value_counts().index[0]), []).append(str(profile_id))
    return {code: tuple(profiles[code]) for code in sorted(profiles, key=lambda code: -len(profiles[code]))}


def _only_reason(code: str, language: str) -> str:
    if code == "no_target":
        return word("panel.nothing_judged.no_target", language)
    return _uncapitalised(words.not_assessed_words(code, language))


def _reason_line(code: str, profiles: tuple[str, ...], language: str) -> str:
    """Why so many rules judge nothing, and of which profiles they are."""
    return word(_numbered("panel.nothing_judged.reason", len(profiles)), language).format(
        why=words.not_assessed_words(code, language), n=len(profiles),
        profiles=word("list.pause", language).join(dict.fromkeys(profiles)))


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _first_value(results: Results, language: str) -> tuple[str, str, str]:
    """Nobody can be short: the first value about access that is reported for the whole study area."""
    for profile, rule in all_rules(results):
        value = whole_area(results, profile.id, rule.id).get("value", math.nan)
        if rule.kind == "reach" and rule.who in ("population", "buildings") and pd.notna(value):
            shown = words.number(float(value), rule.unit, language)  # type: ignore[arg-type]
            return shown, word(f"panel.whole.{rule.who}", language), words.requirement(rule, profile, language)
    return "", "", ""
