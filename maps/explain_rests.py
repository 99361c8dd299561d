"""What an explanation rests on: input files, caveats, parameters and the version of the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from analyses.explanation import Explanation
from analyses.results import Verdicts
from layers.types import Provenance
from layers.versions import versions
from maps.explain_lines import Line, Section, fill
from maps.explain_words import PARAMETERS, said
from maps.vocabulary import word
from maps.words import caveat_text, layer_word

_MADE_WITH = ("python", "geopandas", "shapely", "numpy", "geos")
"""Of the libraries those that measure; the record has all."""
_ALWAYS = ("floor_per_resident_m2", "street_spacing_m", "parent_tolerance_m")
_WALKED = ("snap_limit_m", "search_limit_m", "gate_distance_m", "open_edge_spacing_m", "open_edge_reach_m")
_TIMED = ("search_limit_min", "crossing_signals_s", "crossing_marked_s", "crossing_unmarked_s")


def rests_sections(results: Verdicts, told: Sequence[Explanation], language: str) -> list[Section]:
    """Inputs and caveats of all rules told, each once, in the order of the results; then parameters and versions."""
    sections = [_inputs(told, language), _caveats(told, language), _parameters(results, told, language)]
    return [section for section in sections if section.lines]


def _inputs(told: Sequence[Explanation], language: str) -> Section:
    lines = []
    found = {(entry.role, entry.file, entry.sha256, entry.query): entry for one in told for entry in one.inputs}
    for entry in found.values():
        lines.append(Line(1, _input(entry, language)))
        if entry.sha256:
            lines.append(Line(2, fill("input.hash", language, {"sha256": entry.sha256})))
    return Section(said("inputs", language), tuple(lines))


def _input(entry: Provenance, language: str) -> str:
    """Role, file, date and whose it is; the text of a profile is nobody's data, and has a year."""
    own = entry.role.startswith("profile.")
    said_of_it = (
        entry.file,
        entry.date or said("undated", language),
        entry.licence or ("" if own else said("unlicensed", language)),
        entry.attribution,
    )
    parts = ("；" if language == "zh" else "; ").join(part for part in said_of_it if part)
    return fill("input", language, {"role": layer_word(entry.role, language), "about": parts})


def _caveats(told: Sequence[Explanation], language: str) -> Section:
    found = dict.fromkeys(caveat for one in told for caveat in one.caveats)
    return Section(said("caveats", language), tuple(Line(1, caveat_text(caveat, language)) for caveat in found))


def _parameters(results: Verdicts, told: Sequence[Explanation], language: str) -> Section:
    walked = any(one.rule.by != "euclidean" and one.rule.limit is not None for one in told)
    timed = any(one.rule.within_s is not None for one in told)
    names = (*_ALWAYS, *(_WALKED if walked else ()), *(_TIMED if timed else ()))
    values = asdict(results.parameters)
    lines = [Line(1, word(PARAMETERS, name, language).format(value=f"{values[name]:,.10g}")) for name in names]
    made = ", ".join(f"{name} {versions()[name]}" for name in _MADE_WITH)
    return Section(said("parameters", language), (*lines, Line(1, fill("version", language, {"versions": made}))))
