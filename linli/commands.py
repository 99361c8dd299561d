"""The commands: each reads a study, calls the verbs and prints what came of it."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analyses import assess as assess_verb
from analyses.completeness import judge_data
from analyses.parameters import Parameters
from layers import load as load_verb
from layers.cache import user_cache
from layers.types import Study
from layers.what_if import assumed_closed, what_if, what_if_study
from linli.api import study_profiles
from linli.check_report import check_text
from linli.demo import demo_study
from linli.findings_report import least_resilient, priorities
from linli.progress import progress
from linli.report import area_lines, summary_text, worst_communities
from maps import data_report_files as report_files
from maps import publish as publish_verb
from maps.data_report import data_report
from maps.map_words import word as heading
from maps.safety_record import safety_record
from maps.what_if_words import banner

__all__ = ["RunOptions", "check", "demo_study", "run"]

_LANGUAGE = "en"
"""The command line speaks English; map and report speak the languages of the study."""


def check(study_path: str | Path, *, out: str | None, as_json: bool, keep: bool = True) -> int:
    """Load a study, judge its data, write the data report and print its tables."""
    study = Study.read(study_path)
    study_profiles(study)  # an unknown one should not wait for the first run
    folder = report_files.default_folder(study.id) if out is None else Path(out)
    report_files.check_report_target(folder)
    parameters = Parameters()
    with progress((*load_verb.STEPS, "data judged", "data report"), sys.stderr) as on_step:
        layers = load_verb.load(study, on_step, user_cache() if keep else None)
        on_step("data judged")
        data = judge_data(layers, parameters)
        on_step("data report")
        record = data_report(layers, data, parameters.data)
        files = report_files.write_data_report(record, folder)
    if as_json:
        _print_json(record)
        return 0
    print(check_text(record, _LANGUAGE))
    print()
    print(f"{'Report':<10}{_shown(files.html)}")
    print(f"{'Record':<10}{_shown(files.json)}")
    return 0


@dataclass(frozen=True)
class RunOptions:
    """What the command line says of a run."""

    out: str | None = None
    profiles: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    """Hazard layers that are assumed to close streets: a what-if."""
    internal: bool = False
    as_json: bool = False
    keep: bool = True


def run(study_path: str | Path, options: RunOptions) -> int:
    """Assess a study, write the results and print the worst communities and the city's figures."""
    study, as_json = Study.read(study_path), options.as_json
    judged_by = study_profiles(study, options.profiles)
    what_if_study(study, options.closes)  # a wrong one should not wait for the layers
    folder = Path(options.out) if options.out is not None else _default_folder(study, options)
    publish_verb.check_target(folder)
    with progress((*load_verb.STEPS, *assess_verb.STEPS, *publish_verb.STEPS), sys.stderr) as on_step:
        layers = load_verb.load(study, on_step, user_cache() if options.keep else None)
        results = assess_verb.assess(what_if(layers, options.closes), judged_by, on_step)
        published = publish_verb.publish(results, folder, on_step)
        paths = {"map": published.map_html, "report": published.gaps_gpkg, "record": published.run_json}
        if options.internal:
            paths["internal"] = publish_verb.publish_internal(results, folder)
    if assumed_closed(results.study):
        print(banner(results.study, _LANGUAGE), file=sys.stderr if as_json else sys.stdout)
    if results.caveats and not as_json:
        print(
            f"{len(results.caveats)} notes about the data stand in the table 'caveats' of {publish_verb.GAPS}, "
            f"and in {publish_verb.MAP} under {heading('panel.caveats', _LANGUAGE)!r}",
            file=sys.stderr,
        )
    if as_json:
        _print_json(
            {
                "study": study.id,
                **({"what_if": assumed_closed(results.study)} if options.closes else {}),
                **{name: str(path) for name, path in paths.items()},
                "communities": results.communities["status"].value_counts().to_dict(),
                "worst": [asdict(community) for community in worst_communities(results, _LANGUAGE)],
                "priorities": [asdict(each) for each in priorities(results, _LANGUAGE)],
                "resilience": {
                    "called": results.communities["rank_class"].value_counts().to_dict(),
                    "least": [asdict(each) for each in least_resilient(results)],
                },
                "city": [asdict(line) for line in area_lines(results, _LANGUAGE)],
                **safety_record(results),
            }
        )
        return 0
    print(summary_text(results, _LANGUAGE))
    print()
    for name, path in paths.items():
        print(f"{name.capitalize():<10}{_shown(path)}")
    return 0


def _default_folder(study: Study, options: RunOptions) -> Path:
    """Where results go if nobody says; those of a what-if never where those of the study lie."""
    return Path("out") / (f"{study.id}_what-if" if options.closes else study.id)


def _shown(path: Path) -> Path:
    """`path` as seen from the current folder, if it lies below it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _print_json(record: dict[str, Any]) -> None:
    """Strict JSON: an unknown number is null, never NaN."""
    print(json.dumps(_strict(record), ensure_ascii=False, indent=2, allow_nan=False))


def _strict(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """`value` with numbers that JSON does not know made null."""
    if isinstance(value, dict):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
