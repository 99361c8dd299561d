"""`linli explain`: why a community stands as it does under a rule, down to the homes, entrances and files.

It judges the study anew and tells from the very arrays that the verdicts are made of.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from analyses import assess as assess_verb
from analyses.explain import explain as explain_verdicts
from analyses.plan import profiles_for
from layers import load as load_verb
from layers.cache import user_cache
from layers.types import Study
from linli import __version__
from linli.explain_target import Asked, find_rules, find_unit, only, profiles_for_rule
from linli.progress import progress
from maps.escape import clean
from maps.explain_lines import Line, Section
from maps.explain_record import explanation_record
from maps.explain_text import explanation_sections

_INDENT = "  "


def explain(
    study_path: str | Path,
    asked: Asked,
    *,
    language: str = "en",
    as_json: bool = False,
    keep: bool = True,
) -> int:
    """Judge what is asked about, and print the whole chain of every verdict.

    Raises
    ------
    LinliError
        If study, unit, profile or rule are not there; the message suggests what may be meant.
    """
    study = Study.read(study_path)
    judged_by = profiles_for_rule(study, asked)
    with progress((*load_verb.STEPS, *assess_verb.STEPS), sys.stderr) as on_step:
        layers = load_verb.load(study, on_step, user_cache() if keep else None)
        level, unit_id = find_unit(layers, asked.community)
        rules = find_rules(profiles_for(layers, judged_by), asked.rule)
        results = assess_verb.verdicts(layers, only(judged_by, rules), on_step)
    told = explain_verdicts(results, level, unit_id, rules)
    if as_json:
        record = explanation_record(results, told)
        record["versions"]["linli"] = __version__
        print(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    print(terminal_text(explanation_sections(results, told, language)))
    print(f"{_INDENT}linli {__version__}")
    return 0


def terminal_text(sections: Iterable[Section]) -> str:
    """Sections as text; names come from anybody, so every line is cleaned of what a terminal would obey."""
    return "\n\n".join("\n".join((clean(section.title), *map(_shown, section.lines))) for section in sections)


def _shown(line: Line) -> str:
    return f"{_INDENT * line.depth}{clean(line.text, len(line.text) + 1)}"
