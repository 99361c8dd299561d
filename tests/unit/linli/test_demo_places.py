"""Where the studies of the demo places are found."""

from __future__ import annotations

from pathlib import Path

import pytest

import linli.demo
from linli.demo import PLACES, demo_study
from spatial.errors import SourceError


@pytest.mark.parametrize("place", PLACES)
def test_a_clone_brings_its_places(place):
    study = demo_study(place)
    assert study.is_file()
    assert study.parent.name == place


def test_an_installed_package_brings_its_places(monkeypatch, tmp_path):
    package = tmp_path / "site-packages" / "linli"
    study = package / "_demo" / "las-palmas" / "study.toml"
    study.parent.mkdir(parents=True)
    study.touch()
    monkeypatch.setattr(linli.demo, "__file__", str(package / "demo.py"))
    assert demo_study("las-palmas") == Path(study)
    with pytest.raises(SourceError, match=r"'andorra' are not installed.*Install linli again"):
        demo_study("andorra")
