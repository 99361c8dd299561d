"""Supplies that differ by less than a metre are different supplies: no rule is judged by another's places."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from shapely import Point, box

from analyses import left_open
from analyses.assess import assess
from analyses.measure import measure
from analyses.profile import Profile, Supply, Target
from analyses.profile_reader import parse_profile
from analyses.supply import supply_key
from spatial.errors import ProfileError
from tests.town import gates, spaces, town

PARK = box(200, -90, 325, -60)
"""125 x 30 m: 3,750 m2."""
LAYERS = dataclasses.replace(
    town(),
    spaces=spaces({"way/1": ("park", PARK)}, fenced=frozenset({"way/1"})),
    gates=gates({"node/1": Point(250, -60)}),
)


def _profile(*sizes: str, name: str = "m") -> Profile:
    head = f'id = "{name}"\nissuer = "me"\nyear = 2026\nstatus = "official"\ntitle.en = "M"\n'
    rules = [
        f'[[rule]]\nid = "r{number}"\nkind = "reach"\ntitle.en = "x"\nbasis = {{clause = "c", confidence = "high"}}\n'
        f'target = {{min = "50 %", status = "official"}}\noptions = [{{class = ["park"], within = "500 m", {size}}}]\n'
        for number, size in enumerate(sizes)
    ]
    return parse_profile(head + "".join(rules), name)


@pytest.mark.parametrize(
    ("holds", "fails"),
    [
        ('min_width = "29.6 m"', 'min_width = "30.4 m"'),
        ('min_area = "3749.6 m2"', 'min_area = "3750.4 m2"'),
        ('max_area = "3750.4 m2"', 'max_area = "3749.6 m2"'),
    ],
)
def test_a_rule_is_judged_by_its_own_places_whatever_stands_beside_it(holds: str, fails: str) -> None:
    """In West all of whom live within 500 m of the park: 100 % and 0 %, in one profile and in two, in either order."""
    for profiles in ((_profile(holds, fails),), (_profile(holds, name="a"), _profile(fails, name="b"))):
        for order in (profiles, profiles[::-1]):
            table = assess(LAYERS, order).assessments
            values = table[(table["unit_id"] == "West")].set_index(["profile_id", "rule_id"])["value"]
            first, last = (("m", "r0"), ("m", "r1")) if len(profiles) == 1 else (("a", "r0"), ("b", "r0"))
            assert (values[first], values[last]) == (100, 0)


@pytest.mark.parametrize(
    ("supply", "name"),
    [
        (Supply(("green",), 5000.0), "green_5000m2"),
        (Supply(("park", "garden"), 4000.0, 10000.0, 30.0), "park_garden_4000m2_below_10000m2_30m_wide"),
        (Supply(("park",), min_width_m=30.4), "park_30_4m_wide"),
        (Supply(("park",), 0.00001), "park_0_00001m2"),
    ],
)
def test_a_name_tells_every_digit_of_a_size(supply: Supply, name: str) -> None:
    """And can stand in a column."""
    assert supply_key(supply) == name


def test_no_place_is_both_of_a_size_and_below_it() -> None:
    with pytest.raises(ProfileError, match="min_area is not below max_area"):
        _profile('min_area = "0.4 ha", max_area = "4000 m2"')


def test_what_several_rules_measure_alike_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same walk asked of all and of old people, at 50 and at 90 %, by two profiles; and another limit."""
    first = _profile('min_width = "29 m"')
    (rule,) = first.rules
    asked = (
        rule,
        dataclasses.replace(rule, id="more", target=Target("%", "official", minimum=90.0)),
        dataclasses.replace(rule, id="old", who="age65plus", level="city"),
    )
    farther = dataclasses.replace(rule, id="farther", within_m=480.0)
    profiles = (dataclasses.replace(first, rules=asked), dataclasses.replace(first, id="heir", rules=(*asked, farther)))
    apart = [assess(LAYERS, [dataclasses.replace(p, rules=(r,))]).assessments for p in profiles for r in p.rules]
    calls = []
    monkeypatch.setattr(left_open, "measure", lambda scene, rule: calls.append(rule.id) or measure(scene, rule))
    together = assess(LAYERS, profiles).assessments
    assert calls == ["r0", "farther"]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True))
