"""What the map's panel says: the finding in a sentence or two, every rule, sources and caveats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import words
from maps.cards import persons
from maps.legend import community_values, figure, rule_title, rule_view_id, units_word
from maps.map_words import choose, word


@dataclass(frozen=True)
class RuleRow:
    """One rule for the whole study area."""

    view: str
    """Id of the view that colours communities by it; empty if no community has a value."""
    title: str
    profile: str
    finding: str
    note: str
    """The status of its target."""


@dataclass(frozen=True)
class Panel:
    """The texts of the panel, in its order."""

    title: str
    kicker: str
    dates: str
    figure: str
    """The one number to remember; empty where nothing can be counted."""
    lead: str
    requirement: str
    sentences: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    rank_title: str
    caveats: tuple[str, ...]
    hazards: tuple[str, ...]
    profiles: tuple[str, ...]
    sources: tuple[str, ...]
    made: str


def panel(results: Results, language: str) -> Panel:
    """The panel of a study."""
    study = results.study
    number, lead, requirement = _headline(results, language)
    return Panel(
        title=choose(study.title, language, study.id),
        kicker=word("panel.kicker" if study.residents is not None else "panel.kicker.no_residents", language),
        dates=_dates(results, language),
        figure=number, lead=lead, requirement=requirement,
        sentences=_sentences(results, language),
        rules=_rule_rows(results, language),
        rank_title=_rank_title(results, language),
        caveats=tuple(words.caveat_text(caveat, language) for caveat in results.caveats),
        hazards=tuple(_hazard_text(results, hazard_id, language) for hazard_id in _hazard_ids(results)),
        profiles=tuple(_profile_text(profile, language) for profile in results.profiles),
        sources=_sources(results, language),
        made=" ".join(word("panel.made", language).format(version=_version()).split()),
    )


def _rules(results: Results) -> list[tuple[Profile, Rule]]:
    return [(profile, rule) for profile in results.profiles for rule in profile.rules]


def _city(results: Results, profile_id: str, rule_id: str) -> Mapping[str, object]:
    """The rule's row for the whole study area; empty if there is none."""
    table = results.assessments
    rows = table[(table["level"] == "city") & (table["profile_id"] == profile_id) & (table["rule_id"] == rule_id)]
    return rows.iloc[0].to_dict() if len(rows) else {}


def _judged(results: Results, profile_id: str, rule: Rule) -> pd.DataFrame:
    """The rows by which a rule is judged: those of its own level that are met or short."""
    table = results.assessments
    return table[
        (table["level"] == rule.level) & (table["profile_id"] == profile_id) & (table["rule_id"] == rule.id)
        & table["status"].isin(["met", "short"])
    ]


def headline_rule(results: Results) -> tuple[Profile, Rule] | None:
    """The judged rule about access or exposure that leaves most residents short over the whole study area."""
    counted = {}
    for profile, rule in _rules(results):
        short = _city(results, profile.id, rule.id).get("residents_short")
        if rule.kind == "provision" or pd.isna(short) or _judged(results, profile.id, rule).empty:
            continue
        counted[profile.id, rule.id] = (float(short), profile, rule)  # type: ignore[arg-type]
    if not counted:
        return None
    _, profile, rule = max(counted.values(), key=lambda entry: entry[0])
    return profile, rule


def _headline(results: Results, language: str) -> tuple[str, str, str]:
    """The number, what it counts, and the requirement that it is about."""
    found = headline_rule(results)
    if found is None:
        return _headline_without_verdict(results, language)
    profile, rule = found
    city = _city(results, profile.id, rule.id)
    everybody = results.communities["population"].sum()
    short = float(city["residents_short"])  # type: ignore[arg-type]
    share = words.number(100 * short / everybody, "%", language) if everybody > 0 else ""
    lead = word("panel.residents", language).format(all=persons(everybody, language), share=share)
    return persons(short, language), lead, words.requirement(rule, profile, language)


def _headline_without_verdict(results: Results, language: str) -> tuple[str, str, str]:
    """Nobody can be short: the first value that is reported for the whole study area."""
    for profile, rule in _rules(results):
        value = _city(results, profile.id, rule.id).get("value")
        if rule.kind == "reach" and pd.notna(value):
            shown = words.number(float(value), rule.unit, language)  # type: ignore[arg-type]
            return shown, word("panel.whole", language), words.requirement(rule, profile, language)
    return "", "", ""


def _sentences(results: Results, language: str) -> tuple[str, ...]:
    status = results.communities["status"].value_counts()
    short, met, unknown = (int(status.get(key, 0)) for key in ("short", "met", "not_assessed"))
    if results.study.residents is None:
        return (word("panel.no_residents", language),)
    sentences = [
        word("panel.communities", language).format(short=short, all=len(results.communities)) if short
        else word("panel.nobody_short", language),
        word("panel.communities.met", language).format(met=met) if met else "",
        word("panel.communities.unknown", language).format(unknown=unknown) if unknown else "",
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _dates(results: Results, language: str) -> str:
    """How old the streets and the residents are."""
    dated = {source.role: source.date or word("panel.unknown", language) for source in results.provenance}
    text = word("panel.dates", language).format(osm=dated["osm"]) if "osm" in dated else ""
    return text + (word("panel.dates.residents", language).format(residents=dated["residents"])
                   if "residents" in dated else "")


def _rule_rows(results: Results, language: str) -> tuple[RuleRow, ...]:
    """All rules; those without any value last."""
    rows = [_rule_row(results, profile, rule, language) for profile, rule in _rules(results)]
    return tuple(sorted(rows, key=lambda row: not row.view))


def _rule_row(results: Results, profile: Profile, rule: Rule, language: str) -> RuleRow:
    has_values = community_values(results, profile.id, rule.id).notna().any()
    return RuleRow(
        view=rule_view_id(profile.id, rule.id) if has_values else "",
        title=rule_title(rule, language),
        # A title that says in brackets whose convention it is would say it twice: the note does.
        profile=re.sub(r"\s*[(（][^()（）]*[)）]$", "", choose(profile.title, language, profile.id)),
        finding=_finding(results, profile, rule, language),
        note=word(f"target.{rule.target.status}", language) if rule.target is not None else "",
    )


def _finding(results: Results, profile: Profile, rule: Rule, language: str) -> str:
    """What came out under a rule, for the whole study area."""
    judged = _judged(results, profile.id, rule)
    short = judged[judged["status"] == "short"]
    city = _city(results, profile.id, rule.id)
    if len(short):
        return word("panel.rule.short", language).format(
            communities=f"{len(short)}/{len(judged)}", units=units_word(rule.level, language),
            residents=persons(short["residents_short"].sum(), language))
    if len(judged):
        return word("panel.rule.met", language)
    value = city.get("value")
    if pd.notna(value):
        shown = figure(float(value), rule.unit, language)  # type: ignore[arg-type]
        return word("panel.rule.reported", language).format(value=shown)
    reason = city.get("reason")
    why = f": {words.not_assessed_words(str(reason), language)}" if isinstance(reason, str) and reason else ""
    return word("panel.rule.not_assessed", language) + why


def ranking(results: Results, language: str) -> list[tuple[int, float, str]]:
    """Communities from the worst: position, share of the longest bar, and the figure in words.

    By residents short. Without residents by the value of the first rule that is reported, lowest first.
    """
    communities = results.communities
    if results.study.residents is not None:
        short = communities["residents_short"].where(communities["status"] == "short")
        order = short.dropna().sort_values(ascending=False, kind="stable")
        longest = order.max() if len(order) else 1.0
        return [(communities.index.get_loc(key), float(value / longest) if longest else 0.0, persons(value, language))
                for key, value in order.items()]
    found = _first_reported(results)
    if found is None:
        return []
    profile, rule = found
    values = community_values(results, profile.id, rule.id).dropna().sort_values(kind="stable")
    return [(communities.index.get_loc(key), float(value) / 100, words.number(float(value), rule.unit, language))
            for key, value in values.items()]


def _first_reported(results: Results) -> tuple[Profile, Rule] | None:
    for profile, rule in _rules(results):
        if rule.unit == "%" and rule.kind == "reach" and community_values(results, profile.id, rule.id).notna().any():
            return profile, rule
    return None


def _rank_title(results: Results, language: str) -> str:
    if results.study.residents is not None:
        return word("panel.rank", language)
    found = _first_reported(results)
    title = "" if found is None else rule_title(found[1], language)
    return word("panel.rank.value", language).format(rule=title)


def _hazard_ids(results: Results) -> list[str]:
    return [hazard.id for hazard in results.study.hazards]


def _hazard_text(results: Results, hazard_id: str, language: str) -> str:
    hazard = next(hazard for hazard in results.study.hazards if hazard.id == hazard_id)
    title, note = choose(hazard.title, language, hazard.id), choose(hazard.note, language)
    return f"{title} [{word(f'hazard.{hazard.status}', language)}]" + (f": {note}" if note else "")


def _publisher(profile: Profile) -> str:
    """Who published a profile and when; the rules that a study makes of its own hazards nobody did."""
    return "" if profile.year is None else f" ({profile.issuer}, {profile.year})"


def _profile_text(profile: Profile, language: str) -> str:
    note = choose(profile.note, language)
    return f"{choose(profile.title, language, profile.id)}{_publisher(profile)}" + (
        f": {note}" if note else "")


def _sources(results: Results, language: str) -> tuple[str, ...]:
    unknown = word("panel.unknown", language)
    return tuple(
        f"{words.layer_word(source.role, language)}: " + word("panel.sources.file", language).format(
            attribution=source.attribution or source.file, licence=source.licence or unknown,
            date=source.date or unknown)
        for source in results.provenance
    )


def _version() -> str:
    """The version that is installed; empty when the packages are used without being installed."""
    try:
        return version("linli")
    except PackageNotFoundError:
        return ""
