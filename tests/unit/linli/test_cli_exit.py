"""The door's manners: exit codes, one line for people, a traceback only for bugs of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import linli
import linli.cli
from spatial.errors import SourceError, SourceUnreachable

ROOT = Path(__file__).resolve().parents[3]


def failing(error: BaseException):
    """A command that raises `error`."""

    def command(options: object) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (SourceError("layer 'osm': no such file\n  osm/x.pbf"), 2, "linli: layer 'osm': no such file osm/x.pbf\n"),
        (SourceUnreachable("Overpass: gone"), 3, "linli: Overpass: gone\n"),
        (KeyboardInterrupt(), 130, "linli: interrupted; what was there before is untouched\n"),
    ],
)
def test_an_end_that_is_no_bug_is_one_line(monkeypatch, capsys, error, code, line):
    monkeypatch.setattr(linli.cli, "_command", failing(error))
    assert linli.cli.main(["check", "study.toml"]) == code
    assert capsys.readouterr().err == line


def test_a_bug_shows_its_traceback_and_says_that_it_is_ours(monkeypatch, capsys):
    monkeypatch.setattr(linli.cli, "_command", failing(ZeroDivisionError("one over none")))
    assert linli.cli.main(["check", "study.toml"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "one over none" in said
    assert said.splitlines()[-1].startswith(f"linli {linli.__version__}: this is a bug in linli, not in your data")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["run"],
        ["check", "a.toml", "b.toml"],
        ["demo", "atlantis"],
        ["run", "a.toml", "--prof", "who-300"],
    ],
)
def test_a_wrong_call_is_explained(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        linli.cli.main(arguments)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("linli")
    assert said.err.endswith("--help says what there is\n")


def test_version_and_help_do_not_wait_for_the_libraries():
    probe = (
        "import sys, linli.cli\ntry: linli.cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'geopandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    version = subprocess.run(
        [sys.executable, "-m", "linli", "--version"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert version.stdout == f"linli {linli.__version__}\n"


def test_a_reader_that_leaves_early_is_no_error():
    # `head` takes one line and closes; what follows must not end in a traceback.
    writer = (
        "import sys, linli.cli\n"
        "def command(options):\n"
        "    for _ in range(100_000): print('a line that nobody reads')\n"
        "    return 0\n"
        "linli.cli._command = command\n"
        "sys.exit(linli.cli.main(['check', 'study.toml']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", writer], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0


def test_names_in_any_script_are_printed_on_an_old_console():
    speaker = (
        "import linli.cli\nlinli.cli._command = lambda options: print('三号社区') or 0\n"
        "linli.cli.main(['check', 'study.toml'])"
    )
    environment = {"PYTHONIOENCODING": "cp1252", "PATH": "", "SYSTEMROOT": ""}
    done = subprocess.run(
        [sys.executable, "-c", speaker], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode("utf-8").strip() == "三号社区"


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'pubish'"):
        _ = linli.pubish
