"""What the command line says of hazards: what survives, who finds refuge, and the way that most depend on."""

from __future__ import annotations

from textwrap import wrap

from analyses.refuge import Refuge
from analyses.results import Results
from analyses.units import CITY
from maps.critical_view import matter_text, matters
from maps.cut_off import cut_off, cut_off_count, cut_off_unknown
from maps.escape import NAME_LIMIT, clean
from maps.exposure_view import inside, placed
from maps.hazard_view import hazard_named
from maps.lasting_view import kilometres, scenario_title, worst_scenario
from maps.legend import rule_title
from maps.lookup import all_rules
from maps.map_words import word
from maps.numbers import residents
from maps.refuge_lasting import refuge_lasting_text
from maps.refuge_view import candidate_note, listed_text, refuge_part, sources_text
from maps.words import counted

_WIDE = 120
"""Columns of running text."""


def safety_text(results: Results, language: str) -> str:
    """A sentence or two each; empty where the study has nothing of the kind."""
    told = (part(results, language) for part in (_placed, _survival, _refuge, _refuge_lasting, _critical))
    lines = [line for text in told if text for line in wrap(text, _WIDE, subsequent_indent="  ")]
    return "\n".join(("Hazards, refuge and single ways", *lines)) if lines else ""


def _placed(results: Results, language: str) -> str:
    """Hazards of whose residents most stand where no home is mapped; empty where none is so."""
    if results.exposure is None:
        return ""
    classes, texts = results.exposure.classes, []
    for role in results.study.hazards:
        there = inside(classes[(classes["level"] == CITY) & (classes["hazard_id"] == role.id)])
        where = placed(there, language)
        if where:
            count = residents(float(there["residents"].sum()), language)
            texts.append(f"{clean(hazard_named(role, language), NAME_LIMIT)}: {count} inside{where}.")
    return " ".join(texts)


def _survival(results: Results, language: str) -> str:
    tables = results.survival
    row = None if tables is None else worst_scenario(tables)
    if tables is None or row is None:
        return ""
    cut = cut_off_count(cut_off(tables, str(row["scenario_id"])), row, language)
    closed = kilometres(float(row["closed_m"]), language)
    return (
        f"While this lasts ({scenario_title(results, row, language)}): {cut} cut off, "
        f"{closed} of streets closed, "
        f"{counted(row['n_spaces_gone'], 'spaces', language)} gone and {row['n_spaces_smaller']:,} smaller."
        f"{cut_off_unknown(row, language)}"
    )


def _refuge(results: Results, language: str) -> str:
    part = refuge_part(results, language)
    if part is None or results.refuge is None:
        return ""
    sites = results.refuge.sites
    by_list, apart = listed_text(results, language), sources_text(sites, language)
    texts = (part.texts[0], _refuge_unknown(results.refuge, language), by_list, apart, candidate_note(sites, language))
    when = "Refuge" if results.survival is None else "Refuge on other days, all streets open"
    return f"{when}: {part.hint}. {' '.join(dict.fromkeys(filter(None, texts)))}"


def _refuge_unknown(refuge: Refuge, language: str) -> str:
    """Of how many nobody knows, without which the figures do not add up."""
    needs = refuge.needs
    n = 0.0 if needs is None else float(needs.loc[needs["level"] == CITY, "unknown"].iloc[0])
    return word("refuge.unknown", language).format(n=residents(n, language)) if n >= 1 else ""


def _refuge_lasting(results: Results, language: str) -> str:
    """Who finds a place in the scenario of which `_survival` tells."""
    row = None if results.survival is None else worst_scenario(results.survival)
    text = "" if row is None else refuge_lasting_text(results, str(row["scenario_id"]), language)
    return f"Refuge while a hazard lasts: {text}" if text else ""


def _critical(results: Results, language: str) -> str:
    """The worst under any rule."""
    if results.critical is None:
        return ""
    every = [
        (matter, rule) for profile, rule in all_rules(results) for matter in matters(results, profile.id, rule.id)[:1]
    ]
    if not every:
        return ""
    worst, rule = max(every, key=lambda pair: pair[0].residents)
    title = word("critical.title", language)
    return f"{title}: {matter_text(results, worst, language)} ({rule_title(rule, language)})."
