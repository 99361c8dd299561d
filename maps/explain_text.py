"""An explanation in words: what was asked, what was found, how it came about, the arithmetic, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from analyses.explanation import Explanation, Placement, Unit
from analyses.profile import Rule
from analyses.results import Verdicts
from maps.data_words import light_word, signal_sentences
from maps.explain_found import found_lines
from maps.explain_left import left_lines
from maps.explain_lines import Line, Section, fill
from maps.explain_rests import rests_sections
from maps.explain_sums import sum_lines
from maps.explain_words import force_word, said
from maps.facts import Facts, Row, number_in
from maps.numbers import number, residents
from maps.requirement_words import requirement
from maps.vocabulary import CONFIDENCES, METHODS, TARGET_STATUS, level_word, status_word, title_of, word
from maps.words import reason_from


def explanation_sections(results: Verdicts, told: Sequence[Explanation], language: str) -> list[Section]:
    """All sections for one unit under one rule or several; what the rules share is said once, at the end.

    Parameters
    ----------
    results : Verdicts
    told : sequence of Explanation
        At least one, all of the same unit.
    language : str

    Returns
    -------
    list of Section
        The first says that all of it is internal.
    """
    facts, unit = Facts.of(results), told[0].unit
    sections = [_head(unit, told, language)]
    for one in told:
        sections += _of_rule(results, one, facts, language)
    sections.append(_living(unit, told[0].placement, language))
    return [*sections, *rests_sections(results, told, language)]


def _head(unit: Unit, told: Sequence[Explanation], language: str) -> Section:
    people = "people.unknown" if math.isnan(unit.population) else ""
    values = {
        "name": unit.name,
        "level": level_word(unit.level, language),
        "id": unit.unit_id,
        "people": said(people, language) if people else residents(unit.population, language),
    }
    lines = [Line(0, fill("unit.people", language, dict(values)))]
    if len(told) > 1:
        statuses = [str(one.row["status"]) for one in told]
        counts = {name: statuses.count(name) for name in ("short", "met", "reported", "not_assessed")}
        lines.append(Line(0, fill("tally", language, dict(counts))))
    lines.append(Line(0, said("rounded", language)))
    return Section(said("internal", language), tuple(lines))


def _of_rule(results: Verdicts, told: Explanation, facts: Facts, language: str) -> list[Section]:
    name = f"{told.profile.id}/{told.rule.id}: {status_word(str(told.row['status']), language)}"
    how = [*left_lines(told, language), *found_lines(told, results.parameters, language)]
    parts = [
        Line(1, said("asked", language)),
        *(Line(2, text) for text in _asked(told, language)),
        Line(1, said("found", language)),
        *(Line(2, text) for text in _found(told, facts, language)),
    ]
    if how:
        parts += [Line(1, said("how", language)), *(Line(line.depth + 1, line.text) for line in how)]
    return [
        Section(name, (*parts, Line(1, said("sums", language)), *(Line(2, text) for text in sum_lines(told, language))))
    ]


def _asked(told: Explanation, language: str) -> Iterator[str]:
    profile, rule, basis = told.profile, told.rule, told.rule.basis
    yield requirement(rule, profile, language)
    year = "" if profile.year is None else f", {profile.year}" if language == "en" else f"，{profile.year}"
    title = title_of(profile.title, language, profile.id)
    kind = said(f"standard.{profile.status}", language)
    yield fill("standard", language, {"title": title, "issuer": profile.issuer, "year": year, "status": kind})
    clause = title_of(basis.clause, language, "")
    if clause:
        yield fill("clause", language, {"clause": clause})
    sure = [force_word(basis.force, language)] if basis.force else []
    sure += [fill("confidence", language, {"level": word(CONFIDENCES, basis.confidence, language)})]
    sure += [said(f"read.{basis.read}", language)] if basis.read else []
    yield fill("sure", language, {"about": ("；" if language == "zh" else "; ").join(sure)})
    for note in (basis.note, profile.note):
        if note:
            yield fill("note", language, {"note": title_of(note, language, "")})
    yield from _target(told, language)


def _target(told: Explanation, language: str) -> Iterator[str]:
    rule, row = told.rule, told.row
    if rule.target is None:
        yield said("target.none", language)
        return
    side = "maximum" if rule.target.minimum is None else "minimum"
    asked = number(rule.target.value, rule.unit, language)
    status = word(TARGET_STATUS, rule.target.status, language)
    yield fill(f"target.{side}", language, {"target": asked, "status": status})
    share = number_in(row, "relaxed_share")
    if share > 0:
        here = number(number_in(row, "target"), rule.unit, language)
        yield fill("relaxed", language, {"share": number(100 * share, "%", language), "target": here})
    elif share == 0:
        yield said("relaxed.none", language)
    level = "level.city" if rule.level == "city" else "level"
    yield fill(level, language, {"level": level_word(rule.level, language)})


def _found(told: Explanation, facts: Facts, language: str) -> Iterator[str]:
    row, rule = told.row, told.rule
    yield reason_from(row, rule, facts, language)
    if row["reason"] in ("suppressed", "small_groups"):
        yield said("withheld", language)
    elif told.of_all_residents and told.found is not None:
        yield said("of_all", language)
    if not math.isnan(number_in(row, "value")):
        yield _value(row, rule, language)
    if number_in(row, "firm") in (0.0, 1.0):
        yield said(f"firm.{number_in(row, 'firm'):.0f}", language)
    if row["status"] != "not_assessed":
        yield fill("method", language, {"method": word(METHODS, str(row["method"]), language)})
    if told.judged is not None:
        yield _judged(told, language)


def _value(row: Row, rule: Rule, language: str) -> str:
    """The value with its range, and what that comes from: only all residents are placed in several ways."""
    shown = {name: number(number_in(row, key), rule.unit, language) for name, key in (
        ("value", "value"), ("low", "value_low"), ("high", "value_high"),
    )}  # fmt: skip
    if shown["low"] == shown["high"] or math.isnan(number_in(row, "value_low")):
        return fill("value", language, dict(shown))
    unknown = number_in(row, "residents_unknown") > 0
    why = "span.edge" if rule.who != "population" else "span.both" if unknown else "span.placing"
    return fill("value.span", language, {**shown, "why": said(why, language)})


def _judged(told: Explanation, language: str) -> str:
    above = told.judged
    assert above is not None
    row, unit = above.row, told.rule.unit
    values = {
        "name": above.name,
        "level": level_word(above.level, language),
        "status": status_word(str(row["status"]), language),
        "value": number(number_in(row, "value"), unit, language),
        "target": number(number_in(row, "target"), unit, language),
    }
    known = not math.isnan(number_in(row, "value")) and not math.isnan(number_in(row, "target"))
    return fill("judged" if known else "judged.plain", language, dict(values))


def _living(unit: Unit, placed: Placement | None, language: str) -> Section:
    lines = []
    if placed is None:
        lines.append(Line(1, said("people.unknown", language)))
    else:
        values = {"people": residents(placed.residents, language), "homes": f"{placed.homes:,}"}
        lines.append(Line(1, fill("placed", language, dict(values))))
        if placed.residents_imputed > 0:
            share = number(100 * placed.residents_imputed / placed.residents, "%", language)
            who = {"people": residents(placed.residents_imputed, language), "homes": f"{placed.homes_imputed:,}"}
            lines.append(Line(1, fill("imputed", language, {**who, "share": share})))
        elif placed.residents > 0:
            lines.append(Line(1, said("imputed.none", language)))
    lines.append(Line(1, fill("light", language, {"light": light_word(unit.data_light, language)})))
    if "data_signals" in unit.row:
        lines += [Line(2, text) for text in signal_sentences(unit.row, language)]
    return Section(said("living", language), tuple(lines))
