"""How a profile says who walks, how long, and which way."""

from __future__ import annotations

import pytest

from analyses.profile_reader import parse_profile
from analyses.verdict import method
from analyses.walking import WALKERS
from layers.walkers import walker_names
from spatial.errors import ProfileError

TEXT = """
schema = 1
id = "mine"
issuer = "me"
year = 2026
status = "convention"
title.en = "Mine"
[[rule]]
id = "green"
kind = "reach"
title.en = "Green"
options = [{ class = ["green"], OPTION }]
basis = { clause = "none", confidence = "high" }
"""


def parsed(option: str):
    return parse_profile(TEXT.replace("OPTION", option), "mine").rules[0]


def test_every_walker_has_a_word_in_profiles():
    assert sorted(WALKERS.values()) == sorted(walker_names())


@pytest.mark.parametrize(
    ("option", "within_m", "within_s", "by", "direction", "code"),
    [
        ('within = "400 m"', 400.0, None, "walk", "to", "walk"),
        ('within = "15 min"', None, 900.0, "walk", "to", "walk_time"),
        ('within = "90 s", by = "walk_pram"', None, 90.0, "walk_pram", "to", "walk_pram_time"),
        ('within = "1 km", by = "walk_wheelchair"', 1000.0, None, "walk_wheelchair", "to", "walk_wheelchair"),
        ('within = "5 min", by = "walk_elderly", direction = "both"', None, 300.0, "walk_elderly", "both", "walk_elderly_time"),
        ('within = "300 m", by = "euclidean"', 300.0, None, "euclidean", "to", "euclidean"),
    ],
)
def test_limits_walkers_and_directions(option, within_m, within_s, by, direction, code):
    rule = parsed(option)
    assert (rule.within_m, rule.within_s, rule.by, rule.direction, method(rule)) == (within_m, within_s, by, direction, code)
    assert rule.limit == (within_m if within_s is None else within_s)
    assert rule.unit == "%"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ('within = "15 min", by = "euclidean"', "one of: m, km"),
        ('within = "15 min", by = "walk_dog"', "walk_elderly"),
        ('within = "15 min", direction = "round"', "both, from, to"),
        ('within = "300 m", by = "euclidean", direction = "from"', "direction (with by = 'euclidean')"),
        ('within = "15 min", by = "walk_pram", from = "boundary"', "entrance"),
        ('within = "15 d"', "one of: m, km"),
    ],
)
def test_slips(option, said):
    with pytest.raises(ProfileError) as error:
        parsed(option)
    assert said in str(error.value)


def test_provision_is_walked_in_metres_by_anybody():
    text = TEXT.replace('kind = "reach"', 'kind = "provision"\nper = "person"\nmethod = "e2sfca"').replace(
        'options = [{ class = ["green"], OPTION }]', 'supply = { class = ["green"], within = "15 min" }'
    )
    with pytest.raises(ProfileError, match="15 min"):
        parse_profile(text, "mine")
