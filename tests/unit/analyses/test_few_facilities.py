"""A facility that is hardly mapped in the synthetic town (tests/town.py), where 110 residents live."""

from __future__ import annotations

import dataclasses

import pytest
from shapely import Point

from analyses import findings
from analyses.assess import verdicts
from analyses.profile import Basis, Profile, Rule, Supply, Target
from maps.words import caveat_text
from tests.town import PARK, spaces, town

BASIS = Basis({"en": "synthetic"}, "high")
SCHOOL = Rule("k", "reach", {}, "population", "%", BASIS, target=Target("%", "derived", minimum=100.0), supply=Supply(("kindergarten",)), within_m=300.0)


def few(rule: Rule):
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "node/2": ("kindergarten", Point(150, 10))}))
    found = verdicts(layers, [Profile("p", {}, "", 2026, "official", (rule,))])
    return [c for c in found.caveats if c.code == "facilities_few"]


@pytest.mark.parametrize(("residents", "told"), [(109, True), (110, False)])
def test_one_for_more_residents_than_a_circle_holds_is_few(monkeypatch, residents: int, told: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(findings, "_RESIDENTS_A_FACILITY", residents)
    found = few(SCHOOL)
    assert bool(found) is told
    if told:
        assert (found[0].layer, found[0].count, found[0].detail) == ("p k", 1, "110")
        assert "mapped: 1, one for 110 residents" in caveat_text(found[0], "en")
        assert "仅标注了 1 处" in caveat_text(found[0], "zh")


def test_parks_and_rules_that_do_not_judge_are_left_alone(monkeypatch) -> None:
    monkeypatch.setattr(findings, "_RESIDENTS_A_FACILITY", 1)
    assert not few(dataclasses.replace(SCHOOL, supply=Supply(("park",))))
    assert not few(dataclasses.replace(SCHOOL, target=None))
