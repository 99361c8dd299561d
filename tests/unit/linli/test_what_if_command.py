"""`--closes`: where its results go, and that a wrong layer is refused before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers import load as load_verb
from linli.cli import main


class Reached(Exception):  # noqa: N818  no error: it stands for the work that follows
    """Loading was reached."""


@pytest.fixture(autouse=True)
def nothing_is_loaded(monkeypatch, tmp_path) -> None:
    def load(*arguments):
        raise Reached

    monkeypatch.setattr(load_verb, "load", load)
    monkeypatch.chdir(tmp_path)


def test_a_layer_that_is_not_there_is_told_before_anything_is_read(capsys):
    assert main(["demo", "las-palmas", "--closes", "tsunami"]) == 2
    said = capsys.readouterr().err
    assert "no hazard layer 'tsunami'; there is flood-arpsi-t100, coastal-arpsi, ravine-bands" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("asked", "folder"), [([], "las-palmas"), (["--closes", "coastal-arpsi"], "las-palmas_what-if")])
def test_results_of_a_what_if_never_replace_those_of_the_study(asked, folder, monkeypatch):
    from maps import publish

    targets = []
    monkeypatch.setattr(publish, "check_target", targets.append)
    assert main(["demo", "las-palmas", *asked]) == 1  # the work that follows is not done here
    assert targets == [Path("out") / folder]
