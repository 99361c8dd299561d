"""What the map's panel says: the finding in a sentence or two, every rule, sources and caveats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results
from analyses.units import CITY
from layers.row_account import left_out, repairs
from layers.types import Provenance
from maps import words
from maps.cards import persons
from maps.critical_view import critical_part
from maps.equity_view import equity_part
from maps.exposure_view import exposure_part
from maps.folded import Folded
from maps.hazard_view import hazard_named
from maps.headline import headline
from maps.lasting_view import lasting_part
from maps.legend import community_values, figure, rule_title, rule_view_id, units_word
from maps.lookup import all_rules, judged_rows, residents_in_short_units, whole_area
from maps.map_words import bracketed, choose, word
from maps.refuge_view import refuge_part
from maps.report_words import known
from maps.report_words import word as report_word
from maps.resilience_view import resilience_part
from maps.vulnerability_view import vulnerability_part
from maps.what_if_words import banner, beware, study_title

_HASH = 12
"""Digits of an input's hash on the map: enough to compare with the whole one in run.json."""


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
    what_if: str
    """That this is a what-if, and of what; empty where it is none."""
    beware: tuple[str, ...]
    """What has to be known of a what-if."""
    kicker: str
    dates: str
    figure: str
    """The one number to remember; empty where nothing can be counted."""
    lead: str
    requirement: str
    sentences: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    folded: tuple[Folded, ...]
    caveats: tuple[str, ...]
    hazards: tuple[str, ...]
    profiles: tuple[str, ...]
    sources: tuple[str, ...]
    made: str


def panel(results: Results, language: str) -> Panel:
    """The panel of a study."""
    study = results.study
    told = headline(results, language)
    return Panel(
        title=study_title(study, language),
        what_if=banner(study, language),
        beware=beware(study, word("lasting.title", language), language),
        kicker=word("panel.kicker" if study.residents is not None else "panel.kicker.no_residents", language),
        dates=_dates(results, language),
        figure=told.figure, lead=told.lead, requirement=told.requirement, sentences=told.sentences,
        rules=_rule_rows(results, language),
        folded=_folded(results, language),
        caveats=tuple(words.caveat_text(caveat, language) for caveat in results.caveats),
        hazards=tuple(_hazard_text(results, hazard_id, language) for hazard_id in _hazard_ids(results)),
        profiles=tuple(_profile_text(profile, language) for profile in results.profiles),
        sources=_sources(results, language),
        made=" ".join(word("panel.made", language).format(version=_version()).split()).replace(" .", "."),
    )


def _folded(results: Results, language: str) -> tuple[Folded, ...]:
    """What is told on request: hazards and refuge, how sure the ranking is, and how evenly space is shared out."""
    made = (exposure_part, lasting_part, refuge_part, critical_part, vulnerability_part, resilience_part, equity_part)
    parts = (part(results, language) for part in made)
    return tuple(part for part in parts if part is not None)


def _dates(results: Results, language: str) -> str:
    """How old the streets and the residents are."""
    dated = {source.role: source.date or word("panel.unknown.date", language) for source in results.provenance}
    text = word("panel.dates", language).format(osm=dated["osm"]) if "osm" in dated else ""
    return text + (word("panel.dates.residents", language).format(residents=dated["residents"])
                   if "residents" in dated else "")


def _rule_rows(results: Results, language: str) -> tuple[RuleRow, ...]:
    """All rules; those without any value last."""
    rows = [_rule_row(results, profile, rule, language) for profile, rule in all_rules(results)]
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
    judged = judged_rows(results, profile.id, rule)
    if len(judged):
        return _verdicts(judged, whole_area(results, profile.id, rule.id).get("residents_short"), rule, language)
    city = whole_area(results, profile.id, rule.id)
    value = city.get("value")
    if pd.notna(value):
        shown = figure(float(value), rule.unit, language)  # type: ignore[arg-type]
        return word("panel.rule.reported", language).format(value=shown)
    reason = city.get("reason")
    why = words.not_assessed_words(reason, language) if isinstance(reason, str) and reason else ""
    told = word("panel.rule.next", language).join(filter(None, (why, words.between(city, rule, language))))
    return word("panel.rule.not_assessed", language) + (word("colon", language) + told if told else "")


def _verdicts(judged: pd.DataFrame, concerned: object, rule: Rule, language: str) -> str:
    """Residents not served or exposed in the whole study area, and how many of them are in units that are short."""
    n_short = int((judged["status"] == "short").sum())
    units = {"short": n_short, "judged": len(judged), "units": units_word(rule.level, language, len(judged))}
    of_short = persons(residents_in_short_units(judged), language)
    uncounted = rule.kind == "provision" or pd.isna(concerned)
    key = "met" if not n_short else "of_them" if not uncounted else "whole" if of_short else "units"
    if rule.level == CITY:
        key = "city.short" if n_short else "city.met"
    verdict = word(f"panel.rule.{key}", language).format(n=of_short, **units)
    if uncounted:
        return verdict
    everywhere = word(f"panel.rule.{rule.kind}", language).format(n=persons(float(concerned), language))  # type: ignore[arg-type]
    return everywhere + word("panel.rule.next", language) + verdict


def _hazard_ids(results: Results) -> list[str]:
    return [hazard.id for hazard in results.study.hazards]


def _hazard_text(results: Results, hazard_id: str, language: str) -> str:
    hazard = next(hazard for hazard in results.study.hazards if hazard.id == hazard_id)
    note = choose(hazard.note, language)
    return hazard_named(hazard, language) + (word("colon", language) + note if note else "")


def _profile_text(profile: Profile, language: str) -> str:
    """A profile, who published it and when (the rules that a study makes of its own hazards nobody did), its note."""
    title, note = choose(profile.title, language, profile.id), choose(profile.note, language)
    published = f"{profile.issuer}{word('panel.rule.next', language)}{profile.year}"
    named = title if profile.year is None else bracketed(title, published, language)
    return named + (word("colon", language) + note if note else "")


def _sources(results: Results, language: str) -> tuple[str, ...]:
    return tuple(_source(source, language) for source in results.provenance)


def _source(source: Provenance, language: str) -> str:
    licence = (word("panel.sources.licence", language).format(licence=source.licence) if source.licence
               else word("panel.unknown.licence", language))
    date = (word("panel.sources.date", language).format(date=source.date) if source.date
            else word("panel.unknown.date", language))
    told = word("panel.sources.file", language).format(
        attribution=source.attribution or source.file, licence=licence, date=date)
    found = report_word(f"source.{source.source}", language) if known(f"source.{source.source}") else source.source
    where = word("panel.sources.where", language).format(
        kind=found, file=source.file + (f" ({source.query})" if source.query else ""), sha256=source.sha256[:_HASH])
    rows = _rows(source, language)
    return word("list.next", language).join(
        (words.layer_word(source.role, language) + word("colon", language) + told, where, *rows))


def _rows(source: Provenance, language: str) -> tuple[str, ...]:
    """Rows read and kept, and what was repaired or dropped of them, where anything was counted."""
    counts = source.counts
    if "rows_read" not in counts:
        return ()
    numbers = {key: words.number(counts.get(key, 0), "", language) for key in ("rows_read", "rows_kept")}
    text = word("panel.sources.rows", language).format(**numbers)
    for key, count in (("repaired", repairs(counts)), ("dropped", sum(left_out(counts).values()))):
        if count:
            text += word("panel.sources." + key, language).format(n=words.number(count, "", language))
    return (text,)


def _version() -> str:
    """The version that is installed; empty when the packages are used without being installed."""
    try:
        return version("linli")
    except PackageNotFoundError:
        return ""
