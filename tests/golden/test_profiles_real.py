"""Every packaged profile on both demo places: figures and verdicts as last agreed (scripts/update_profile_golden.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyses.profile_reader import known_profiles, packaged_profile
from layers.cache import user_cache
from linli import Study, load
from linli.demo import PLACES, demo_study
from scripts.update_profile_golden import STATUSES, every_verdict, figures

AGREED: dict[str, Any] = json.loads(Path(__file__).with_name("profile_figures.json").read_text(encoding="utf-8"))
UNITS = {"las-palmas": 275, "andorra": 7}


@pytest.fixture(scope="session")
def found() -> dict[str, dict[str, dict[str, Any]]]:
    """All profiles together, each place once."""
    return {place: figures(every_verdict(load(Study.read(demo_study(place)), cache=user_cache()))) for place in PLACES}


@pytest.mark.parametrize("place", PLACES)
def test_every_rule_that_ships_is_there(found, place):
    shipped = {f"{name} {rule.id}" for name in known_profiles() for rule in packaged_profile(name).rules}
    assert shipped <= set(found[place])
    assert set(found[place]) == set(AGREED[place])


@pytest.mark.parametrize(("place", "rule"), [(place, rule) for place in PLACES for rule in AGREED[place]])
def test_figures_and_verdicts_are_those_last_agreed(found, place, rule):
    agreed, now = AGREED[place][rule], found[place][rule]
    for name in ("city", "mean"):
        assert now[name] == (agreed[name] if agreed[name] is None else pytest.approx(agreed[name], abs=0.05)), name
    assert {name: now[name] for name in (*STATUSES, "digest")} == {name: agreed[name] for name in (*STATUSES, "digest")}
    assert sum(now[name] for name in STATUSES) == UNITS[place]


def test_verdicts_of_all_kinds_are_among_them(found):
    """Otherwise the figures above would hold little."""
    rules = found["las-palmas"].values()
    assert sum(rule["short"] > 0 for rule in rules) >= 15
    assert sum(rule["met"] > 0 for rule in rules) >= 10
    assert sum(rule["reported"] > 0 for rule in rules) >= 10
    assert sum(rule["not_assessed"] == UNITS["las-palmas"] for rule in rules) >= 10
