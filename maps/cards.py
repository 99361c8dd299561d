"""The card of each community: in plain words what falls short, for how many, and where the figure comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from markupsafe import Markup

from analyses.profile import Rule
from analyses.results import Results
from layers.types import HazardRole
from maps import words
from maps.data_words import signal_sentences
from maps.escape import NAME_LIMIT, clean, render
from maps.indicator_lines import indicator_lines
from maps.legend import figure
from maps.lookup import without_shared_ending
from maps.map_words import bracketed, choose, measured, word
from maps.no_remedy_words import no_remedy_texts
from maps.reached_words import reached_sentence
from maps.remedies import by_gap
from maps.resilience_view import Standing, number_ranked, safety_note, standing
from maps.safety_lines import safety_lines

SECTIONS = ("short", "parent", "met", "reported", "not_assessed")
"""Order of a card's parts: what falls short stands first."""


@dataclass(frozen=True)
class Line:
    """One rule on a card."""

    status: str
    reason: str
    residents: str
    """Residents concerned, where the reason does not count them."""
    value: str
    span: str
    """Lowest and highest value under other ways of placing residents, where they differ for the reader; and where
    those who are served go."""
    target: str
    """The value required, with its side; empty for a rule without target."""
    relaxed: str
    """That some live where less is required; empty elsewhere."""
    value_share: float | None
    """Position of value and target on a bar of 0 to 1; None for units without a natural end."""
    target_share: float | None
    rule: int
    """Position of the rule's text in `rule_texts`."""
    severity: str
    """How severe a gap is; empty where it is none."""
    remedies: tuple[int, ...]
    """Positions of what would help in `remedies.suggestions`."""
    no_remedy: str
    """Why nothing is suggested; empty where something is, and where nothing is short."""


@dataclass(frozen=True)
class Card:
    """What a community's card says."""

    name: str
    place: str
    """The higher units that it belongs to."""
    community_id: str
    status: str
    headline: str
    population: str
    residents_short: str
    """Empty where the number cannot be known."""
    imputed: str
    data_light: str
    data: str
    """How far the data can be trusted, in a sentence."""
    signals: tuple[str, ...]
    """Why not further: the signals that are not good."""
    standing: Standing | None
    """Its resilience; None where it has no score."""
    indicators: tuple[str, ...]
    """Figures that the study supplies itself."""
    safety: tuple[str, ...]
    """Hazards, what survives them, and refuge."""
    sections: tuple[tuple[str, tuple[Line, ...]], ...]


def cards(results: Results, language: str) -> list[Markup]:
    """One card for each community as markup, in the order of `Results.communities`.

    Elements with ``data-rule`` are empty: the page puts the text of `rule_texts` there, which would
    otherwise be repeated for every community.
    """
    lines = _lines_by_unit(results, language)
    names, places = community_names(results), community_places(results)
    levels = [role.level for role in results.study.parents]
    ranked, supplied = number_ranked(results), indicator_lines(results, language)
    safety, rests_on = safety_lines(results, language), safety_note(results, language)
    made = []
    for position, row in enumerate(results.communities.drop(columns="geometry").to_dict("records")):
        own = lines.get(("community", row["community_id"]), [])
        above = [line for level in levels for line in lines.get((level, row.get(f"parent_{level}_id")), [])]
        card = _card(row, names[position], places[position], own + above, language)
        card = replace(
            card, standing=standing(row, ranked, rests_on, language), indicators=supplied.get(row["community_id"], ()),
            safety=safety.get(row["community_id"], ()))
        made.append(compact(render("card.html", {"card": card, "word": lambda key: word(key, language)})))
    return made


def rule_texts(results: Results, language: str) -> list[Markup]:
    """What stands on every card under a rule's figures: the requirement, its clause, how it was measured."""
    return [
        compact(render("rule.html", {
            "requirement": words.requirement(rule, profile, language),
            "clause": _clause(rule, language),
            "measured": measured(rule, language),
            "notes": [choose(hazard.note, language).rstrip(".。") for hazard in results.study.hazards
                      if _looks_at(rule, hazard)],
            "about": word("card.layer_note", language),
            "stop": word("sentence.next", language).strip(),
        }))
        for profile in results.profiles for rule in profile.rules
    ]


def _clause(rule: Rule, language: str) -> str:
    """Where the rule is written, and how far that was read."""
    clause, note = choose(rule.basis.clause, language), choose(rule.basis.note, language)
    if not clause:
        return ""
    return word("card.clause", language).format(clause=bracketed(clause, note, language) if note else clause)


def compact(markup: Markup) -> Markup:
    """The markup without the white space that only its template needs."""
    return Markup(re.sub(r">\s*\n\s*<", "><", markup).strip())  # noqa: S704  it was markup before


def _card(row: Mapping[str, Any], name: str, place: str, lines: list[Line], language: str) -> Card:
    status = str(row["status"])
    headline = word(f"card.headline.{status}" if status in ("short", "met") else "card.headline.not_assessed", language)
    imputed = row["imputed_share"]
    return Card(
        name=name, place=place, community_id=str(row["community_id"]), status=status,
        headline=headline.format(n=row["n_short"], judged=int(row["n_short"]) + int(row["n_met"])),
        population=persons(row["population"], language) or word("card.population.unknown", language),
        residents_short=persons(row["residents_short"], language) if status != "not_assessed" else "",
        imputed=word("card.imputed", language).format(share=words.number(imputed * 100, "%", language))
        if pd.notna(imputed) and imputed >= 0.005 else "",
        data_light=str(row["data_light"]), data=word(f"card.data.{row['data_light']}", language),
        signals=signal_sentences(row, language), standing=None, indicators=(), safety=(),
        sections=tuple((section, found) for section in SECTIONS
                       if (found := tuple(line for line in lines if line.status == section))),
    )


def _lines_by_unit(results: Results, language: str) -> dict[tuple[str, str], list[Line]]:
    """The lines of every community, and of parents those that are short; by level and unit."""
    table = results.assessments
    wanted = table[(table["level"] == "community") | ((table["level"] != "city") & (table["status"] == "short"))]
    key = ["level", "unit_id", "profile_id", "rule_id"]
    of_gap = [*key, "gap_id", "nearest_space_id", "median_distance_m", "median_time_min", *_severity(results)]
    nearest, help_of = results.gaps[of_gap], by_gap(results)
    none_of = dict(zip(results.gaps["gap_id"], no_remedy_texts(results, language), strict=True))
    # The card says once, above the rules, how far the data can be trusted.
    facts = replace(words.Facts.of(results), light={})
    order = {rule: position for position, rule in enumerate(facts.rules)}
    lines: dict[tuple[str, str], list[Line]] = {}
    for row in wanted.merge(nearest, on=key, how="left").to_dict("records"):
        rule = (row["profile_id"], row["rule_id"])
        line = _line(row, order[rule], facts.rules[rule][1], facts, language)
        gap = row["gap_id"]
        line = replace(
            line, severity=_severity_words(row, language), remedies=tuple(help_of.get(gap, ())),
            no_remedy=none_of.get(gap, ""))
        lines.setdefault((row["level"], row["unit_id"]), []).append(line)
    return lines


def _line(row: Mapping[str, Any], position: int, rule: Rule, facts: words.Facts, language: str) -> Line:
    status, value = str(row["status"]), row["value"]
    percent, known = rule.unit == "%", pd.notna(value)
    counts = status == "short" and rule.kind == "provision" and pd.notna(row["residents_short"])
    short = persons(row["residents_short"], language) if counts else ""
    return Line(
        status="parent" if row["level"] != "community" else status,
        reason=words.reason_from(row, rule, facts, language),
        residents=word("card.residents", language).format(n=short) if counts else "",
        value=figure(value, rule.unit, language) if known else "",
        span=("" if language == "zh" else " ").join(
            filter(None, (_span(row, rule, language), reached_sentence(row, rule, facts, language)))
        ),
        target=_target(row, rule, language), relaxed=_relaxed(row, language),
        value_share=min(max(value / 100, 0), 1) if percent and known else None,
        target_share=row["target"] / 100 if percent and pd.notna(row["target"]) else None,
        rule=position, severity="", remedies=(), no_remedy="",
    )


def _severity(results: Results) -> list[str]:
    """The columns of gaps about severity, where there are any."""
    return [name for name in ("severity", "severity_class") if name in results.gaps.columns]


def _severity_words(row: Mapping[str, Any], language: str) -> str:
    severity = row.get("severity")
    if severity is None or pd.isna(severity):
        return ""
    return word("card.severity", language).format(
        severity=word(f"severity.{row['severity_class']}", language), points=round(100 * severity))


def _span(row: Mapping[str, Any], rule: Rule, language: str) -> str:
    """The range of the value, and what it comes from; a reason gives it itself where that is not firm, or not known."""
    low, high = row["value_low"], row["value_high"]
    if pd.isna(low) or pd.isna(high) or pd.isna(row["value"]) or row["firm"] == 0:
        return ""
    shown = [figure(value, rule.unit, language) for value in (low, high)]
    unknown = row["residents_unknown"] > 0
    about = "card.span.unknown" if rule.who != "population" else "card.span.both" if unknown else "card.span"
    return word(about, language).format(low=shown[0], high=shown[1]) if shown[0] != shown[1] else ""


def _looks_at(rule: Rule, hazard: HazardRole) -> bool:
    """Whether an exposure rule looks at a hazard layer of the study that has something to say about itself."""
    judges = hazard.kind in rule.hazard_kinds and hazard.status != "derived"
    return bool(hazard.note) and (rule.hazard_id == hazard.id or judges)


def _target(row: Mapping[str, Any], rule: Rule, language: str) -> str:
    """What is required of this very unit."""
    if rule.target is None:
        return ""
    side = "maximum" if rule.target.minimum is None else "minimum"
    asked = rule.target.value if pd.isna(row["target"]) else float(row["target"])
    return f"{word(f'card.target.{side}', language)} {words.number(asked, rule.target.unit, language)}"


def _relaxed(row: Mapping[str, Any], language: str) -> str:
    """How many live where less is required; empty where nobody does."""
    share = row.get("relaxed_share")
    if share is None or pd.isna(share) or share <= 0:
        return ""
    return word("card.relaxed", language).format(share=words.number(100 * float(share), "%", language))


def persons(count: float, language: str) -> str:
    """A number of residents for reading, or an empty text where it is unknown."""
    return words.number(round(count), "", language) if pd.notna(count) else ""


def community_names(results: Results) -> list[str]:
    """Names for reading: an ending that all share (" - Las Palmas de Gran Canaria") is left out.

    A community without a name goes by its id.
    """
    communities = results.communities
    names = [clean(name if pd.notna(name) and str(name).strip() else key, NAME_LIMIT)
             for name, key in zip(communities["name"], communities["community_id"], strict=True)]
    return without_shared_ending(names)


def community_places(results: Results) -> list[str]:
    """The names of the parents of each community, the finest level first; empty where there are none."""
    units = results.parents
    places = pd.Series("", index=results.communities.index)
    for role in results.study.parents:
        level = units[units["level"] == role.level]
        named = level.set_index("unit_id")["name"].map(lambda name: clean(name, NAME_LIMIT).partition(" - ")[0])
        found = results.communities[f"parent_{role.level}_id"].map(named).fillna("")
        places = places.where(found == "", (places + " · " + found).where(places != "", found))
    return list(places)


def source_line(results: Results, language: str) -> str:
    """Whose data the figures rest on, each with its date."""
    unknown = word("panel.unknown.date", language)
    named = {bracketed(clean(source.attribution or source.file, NAME_LIMIT), source.date or unknown, language): None
             for source in results.provenance}
    return word("list.next", language).join(named)
