"""The card of each community: in plain words what falls short, for how many, and where the figure comes from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import words
from maps.escape import NAME_LIMIT, clean, render
from maps.map_words import choose, measured, word

SECTIONS = ("short", "parent", "met", "reported", "not_assessed")
"""Order of a card's parts: what falls short stands first."""


@dataclass(frozen=True)
class Line:
    """One rule on a card."""

    status: str
    requirement: str
    reason: str
    residents: str
    """Residents concerned; empty unless the rule is short."""
    value: str
    target: str
    """The value required, with its side; empty for a rule without target."""
    value_share: float | None
    """Position of value and target on a bar of 0 to 1; None for units without a natural end."""
    target_share: float | None
    clause: str
    measured: str
    notes: tuple[str, ...]
    """What must be known about the hazard layers that the rule looks at."""


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
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    sources: str


def cards(results: Results, language: str) -> list[Markup]:
    """One card for each community as markup, in the order of `Results.communities`."""
    rules = {(profile.id, rule.id): (profile, rule) for profile in results.profiles for rule in profile.rules}
    lines = _lines_by_unit(results, rules, language)
    sources = source_line(results, language)
    names, places = community_names(results), community_places(results)
    levels = [role.level for role in results.study.parents]
    made = []
    for position, row in enumerate(results.communities.drop(columns="geometry").to_dict("records")):
        own = lines.get(("community", row["community_id"]), [])
        above = [line for level in levels for line in lines.get((level, row.get(f"parent_{level}_id")), [])
                 if line.status == "parent"]
        card = _card(row, names[position], places[position], own + above, sources, language)
        made.append(render("card.html", {"card": card, "word": lambda key: word(key, language)}))
    return made


def _card(row: dict[str, object], name: str, place: str, lines: list[Line], sources: str, language: str) -> Card:
    status = str(row["status"])
    judged = int(row["n_short"]) + int(row["n_met"])  # type: ignore[call-overload]
    unknown = word("card.population.unknown", language)
    imputed = row.get("imputed_share")
    headline = word(f"card.headline.{status}", language) if status in ("short", "met") else word(
        "card.headline.not_assessed", language)
    return Card(
        name=name, place=place, community_id=str(row["community_id"]), status=status,
        headline=headline.format(n=row["n_short"], judged=judged),
        population=persons(row["population"], language) or unknown,
        residents_short=persons(row["residents_short"], language) if status != "not_assessed" else "",
        imputed=word("card.imputed", language).format(share=words.number(imputed * 100, "%", language))  # type: ignore[operator]
        if pd.notna(imputed) and imputed >= 0.005 else "",  # type: ignore[operator]
        sections=tuple((section, found) for section in SECTIONS
                       if (found := tuple(line for line in lines if line.status == section))),
        sources=sources,
    )


def _lines_by_unit(
    results: Results, rules: dict[tuple[str, str], tuple[Profile, Rule]], language: str
) -> dict[tuple[str, str], list[Line]]:
    """The lines of every community, and of parents those that are short."""
    gaps = {(row["level"], row["unit_id"], row["profile_id"], row["rule_id"]): row
            for row in results.gaps.drop(columns="geometry").to_dict("records")}
    table, facts = results.assessments, words.Facts.of(results)
    wanted = table[(table["level"] == "community") | ((table["level"] != "city") & (table["status"] == "short"))]
    lines: dict[tuple[str, str], list[Line]] = {}
    for row in wanted.to_dict("records"):
        key = (row["profile_id"], row["rule_id"])
        gap = gaps.get((row["level"], row["unit_id"], *key), row)
        profile, rule = rules[key]
        line = _line({**row, **gap}, profile, rule, results, facts, language)
        lines.setdefault((row["level"], row["unit_id"]), []).append(line)
    return lines


def _line(
    row: dict[str, object], profile: Profile, rule: Rule, results: Results, facts: words.Facts, language: str
) -> Line:
    status = str(row["status"])
    value, target = row["value"], rule.target
    percent = rule.unit == "%"
    known = pd.notna(value)
    return Line(
        status="parent" if row["level"] != "community" else status,
        requirement=words.requirement(rule, profile, language),
        reason=words.reason_from(row, rule, facts, language),
        residents=word("card.residents", language).format(n=persons(row["residents_short"], language))
        if status == "short" and pd.notna(row["residents_short"]) else "",
        value=words.number(value, rule.unit, language) if known else "",
        target=_target(rule, language),
        value_share=min(max(float(value) / 100, 0), 1) if percent and known else None,  # type: ignore[arg-type]
        target_share=target.value / 100 if percent and target is not None else None,
        clause=word("card.clause", language).format(clause=rule.basis.clause),
        measured=measured(rule, language) if known else "",
        notes=tuple(choose(hazard.note, language) for hazard in results.study.hazards
                    if hazard.note and known and _looks_at(rule, hazard.id, hazard.kind, hazard.status)),
    )


def _looks_at(rule: Rule, hazard_id: str, kind: str, status: str) -> bool:
    """Whether an exposure rule looks at a hazard layer of the study."""
    return rule.hazard_id == hazard_id or (kind in rule.hazard_kinds and status != "derived")


def _target(rule: Rule, language: str) -> str:
    if rule.target is None:
        return ""
    side = "maximum" if rule.target.minimum is None else "minimum"
    return f"{word(f'card.target.{side}', language)} {words.number(rule.target.value, rule.target.unit, language)}"


def persons(count: object, language: str) -> str:
    """A number of residents for reading, or an empty text where it is unknown."""
    return words.number(round(float(count)), "", language) if pd.notna(count) else ""  # type: ignore[arg-type]


def community_names(results: Results) -> list[str]:
    """Names for reading: an ending that all share (" - Las Palmas de Gran Canaria") is left out.

    A community without a name goes by its id.
    """
    communities = results.communities
    names = [clean(name if pd.notna(name) and str(name).strip() else key, NAME_LIMIT)
             for name, key in zip(communities["name"], communities["community_id"], strict=True)]
    endings = {name.rpartition(" - ")[2] for name in names}
    if len(names) > 1 and len(endings) == 1 and all(" - " in name for name in names):
        return [name.rpartition(" - ")[0] for name in names]
    return names


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
    unknown = word("panel.unknown", language)
    named = {f"{clean(source.attribution or source.file, NAME_LIMIT)} ({source.date or unknown})": None
             for source in results.provenance}
    return "; ".join(named)
