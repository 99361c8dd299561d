"""One run of a study in a process of its own: ``python -m benchmarks.stages STUDY.toml``; prints its steps as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.meter import Meter


def measure(study_path: Path) -> list[dict[str, object]]:
    """Load, assess and publish a study into a folder that is thrown away."""
    meter = Meter()
    meter.on_step("import libraries")
    from linli import Study, assess, load, publish
    from linli.api import study_profiles

    meter.on_step("read study file")
    study = Study.read(study_path)
    profiles = study_profiles(study)
    verbs: list[str] = []

    def listen(verb: str, step: str) -> None:
        verbs.append(verb)
        meter.on_step(step)

    layers = load(study, lambda step: listen("load", step))
    results = assess(layers, profiles, lambda step: listen("assess", step))
    with tempfile.TemporaryDirectory() as folder:
        publish(results, Path(folder) / "out", lambda step: listen("publish", step))
        meter.stop()
    return [{"verb": verb, **asdict(step)} for verb, step in zip(["start", "start", *verbs], meter.steps, strict=True)]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
