"""The demo places, run once through the command line for all tests of this folder."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analyses import assess as assess_verb
from analyses.results import Results
from linli.cli import main


@dataclass(frozen=True)
class Demo:
    """What one run of a demo place left behind."""

    out: Path
    printed: dict[str, Any]
    record: dict[str, Any]
    results: Results
    """What was published, with its evidence."""


def run_demo(place: str, out: Path) -> Demo:
    stdout, kept, assess = io.StringIO(), [], assess_verb.assess

    def keeping(*arguments: object) -> Results:
        kept.append(assess(*arguments))  # type: ignore[arg-type]
        return kept[-1]

    with contextlib.redirect_stdout(stdout), pytest.MonkeyPatch.context() as patch:
        patch.setattr(assess_verb, "assess", keeping)
        assert main(["demo", place, "--out", str(out), "--demand", "--json"]) == 0
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return Demo(out, json.loads(stdout.getvalue()), record, kept[-1])


@pytest.fixture(scope="session")
def las_palmas(tmp_path_factory) -> Demo:
    return run_demo("las-palmas", tmp_path_factory.mktemp("demo") / "las-palmas")


@pytest.fixture(scope="session")
def andorra(tmp_path_factory) -> Demo:
    return run_demo("andorra", tmp_path_factory.mktemp("demo") / "andorra")


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    """Figures of both places as last agreed: see scripts/update_golden.py."""
    return json.loads(Path(__file__).with_name("demo_figures.json").read_text(encoding="utf-8"))
