"""The documents say what the program does: commands, columns, errors, profiles."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from linli.cli import _parser

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands of the command line, by name."""
    (action,) = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(action.choices)


PRINT_DICTIONARY = """
import sys
from scripts.data_dictionary import dictionary
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
print(dictionary(), end="")
"""


def test_the_data_dictionary_is_what_the_declared_columns_make():
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            PRINT_DICTIONARY,
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout.decode("utf-8")
    assert (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8") == made, "run `make dictionary`"


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command):
    assert f"linli {command}" in README


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (name, option)
        for name, parser in commands().items()
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    ],
)
def test_every_option_has_a_help_text(command, option):
    (action,) = [action for action in commands()[command]._actions if option in action.option_strings]
    assert action.help


def test_the_readme_names_no_make_target_that_is_not_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make ([a-z-]+)`?", README))
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert named <= targets
    assert {"demo", "test"} <= named


def test_every_link_between_documents_leads_somewhere():
    links = [
        (document, target)
        for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert links
    assert [(document.name, target) for document, target in links if not (document.parent / target).exists()] == []


def test_the_lock_names_no_place_and_pins_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for lock, wanted in {
        "requirements.lock": project["dependencies"],
        "requirements-test.lock": project["dependencies"] + project["optional-dependencies"]["test"],
    }.items():
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        assert not re.search(r"^--", text, flags=re.MULTILINE)
        pinned = set(re.findall(r"^([a-z0-9.-]+)==\S+", text, flags=re.MULTILINE))
        assert {re.split(r"[<>=!~ \[]", name)[0].lower() for name in wanted} <= pinned


def test_the_test_lock_has_the_same_versions_as_the_run_lock():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9.-]+==\S+", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-test.lock")
