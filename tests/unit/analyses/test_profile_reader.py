"""Profiles that ship, and profiles that are wrong."""

from __future__ import annotations

import pytest

from analyses.profile import Supply, Target
from analyses.profile_reader import known_profiles, packaged_profile, parse_profile
from analyses.quantity import quantity
from layers.tag_rules import space_classes, unions
from spatial.errors import ProfileError

SHIPPED = (
    "3-30-300", "england-ags", "fields-in-trust", "garden-city-2022", "gb21734-2008", "gb50180-2018", "gb51143-2015", "gb55014-2021",
    "gbt50563-2010", "gbt51327-2018", "gbt51346-2019", "ghsci-500", "linli-start", "linli-survival", "sdg-11.7.1", "shanghai-2035",
    "tpl-10min", "urban-checkup-2022", "waterlogging-15cm", "who-2016", "who-300",
)  # fmt: skip

WHOLE = """
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
options = [{ class = ["green"], min_area = "0.5 ha", within = "0.5 km" }]
target = { min = "80 %", status = "convention" }
basis = { clause = "none", confidence = "high" }
"""


def test_the_profiles_that_ship() -> None:
    assert known_profiles() == SHIPPED
    for name in known_profiles():
        profile = packaged_profile(name)
        assert profile.id == name
        for rule in profile.rules:
            assert {"en", "zh"} <= rule.title.keys()
            assert {"en", "zh"} <= rule.basis.clause.keys()


@pytest.mark.parametrize(
    ("profile", "rule", "supply", "within_m", "by", "target", "level"),
    [
        ("sdg-11.7.1", "people.400m", Supply(("open_public_space",)), 400.0, "walk", None, "community"),
        ("who-300", "green.300m_straight", Supply(("green",), 5000.0), 300.0, "euclidean", Target("%", "derived", 100.0), "community"),
        ("linli-start", "green.500m", Supply(("green",), 5000.0), 500.0, "walk", Target("%", "convention", 80.0), "community"),
        ("linli-start", "open.400m", Supply(("open_public_space",)), 400.0, "walk", Target("%", "convention", 90.0), "community"),
        ("linli-start", "green.per_person", Supply(("green",)), None, "walk", Target("m2/person", "convention", 5.0), "district"),
        ("linli-start", "hazard.flood_coastal", None, None, "walk", Target("%", "convention", maximum=5.0), "community"),
    ],
)
def test_what_they_ask_for(profile, rule, supply, within_m, by, target, level) -> None:
    found = next(r for r in packaged_profile(profile).rules if r.id == rule)
    assert (found.supply, found.within_m, found.by, found.target, found.level) == (supply, within_m, by, target, level)


def test_hazard_kinds_of_the_start_profile() -> None:
    rule = next(r for r in packaged_profile("linli-start").rules if r.kind == "exposure")
    assert rule.hazard_kinds == ("flood", "coastal")


def test_unions_hold_known_classes() -> None:
    assert unions()["green"] == ("park", "garden", "woodland", "nature_reserve")
    assert set(unions()["open_public_space"]) == {*unions()["green"], "square", "playground", "sports_ground", "beach", "greenway"}
    assert all(c in space_classes() for members in unions().values() for c in members)


def test_a_profile_is_parsed_with_its_units() -> None:
    rule = parse_profile(WHOLE, "mine").rules[0]
    assert (rule.within_m, rule.supply, rule.level) == (500.0, Supply(("green",), 5000.0), "community")


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('kind = "reach"', 'kind = "reech"', "'reech'"),
        ("within", "withn", "Did you mean 'within'"),
        ('"0.5 km"', '"500"', "write a number and one of: m, km"),
        ('"0.5 km"', "500", "not a quantity"),
        ('["green"]', '["grean"]', "'grean'"),
        ('"80 %"', '"80 m"', "one of: %"),
        ('min = "80 %"', 'min = "80 %", max = "90 %"', "either min or max"),
        ('status = "convention" }', 'status = "law" }', "'law'"),
        ('confidence = "high"', 'confidence = "low"', "'low'"),
        ('title.en = "Mine"', 'titel.en = "Mine"', "Did you mean 'title'"),
        ('issuer = "me"', "", "'issuer' is missing"),
        ("[[rule]]", "[[rule]", "not valid TOML"),
        ("options = [{", 'options = [{ class = ["park"], within = "1 min" }, {', "differ in by, direction or unit"),
        ('within = "0.5 km"', 'within = "0.5 km", from = "boundary"', "'boundary'"),
    ],
)
def test_a_slip_is_an_error_that_names_profile_and_remedy(wrong, right, said) -> None:
    assert wrong in WHOLE
    with pytest.raises(ProfileError, match="profile 'mine'") as error:
        parse_profile(WHOLE.replace(wrong, right, 1), "mine")
    assert said in str(error.value)


EXPOSURE = """
[[rule]]
id = "flood"
kind = "exposure"
title.en = "Flood"
hazard = { kind = ["flood"], return_period_yr = 100 }
basis = { clause = "none", confidence = "high" }
"""


def test_an_exposure_rule_with_its_return_period() -> None:
    rule = parse_profile(WHOLE + EXPOSURE, "mine").rules[1]
    assert (rule.hazard_kinds, rule.return_period_yr) == (("flood",), 100)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('["flood"]', '["flod"]', "'flod'"),
        ('["flood"]', '"flood"', "must be a list"),
        ("= 100 }", "= 0 }", "it must be a number from 1"),
        ("= 100 }", "= true }", "it must be a number from 1"),
        ("[[rule]]", "[[rule]]\nlevel = 5", "level is 5; it must be a text"),
        ("[[rule]]", "[[rule]]\noptions = []", "unknown key 'options'"),
        ('"flood"\nkind', '"<b>"\nkind', "id is '<b>'"),
        ('title.en = "Flood"', 'title = "Flood"', "title is 'Flood'; it must be a table"),
    ],
)
def test_a_slip_in_an_exposure_rule(wrong, right, said) -> None:
    assert wrong in EXPOSURE
    with pytest.raises(ProfileError) as error:
        parse_profile(WHOLE + EXPOSURE.replace(wrong, right, 1), "mine")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("0.5 km", "9 km", "searches end at 5000 m"),
        ('class = ["green"]', 'class = "green"', "must be a list"),
        ("year = 2026", 'year = "2026"', "year is '2026'; it must be a whole number"),
    ],
)
def test_what_would_be_read_wrongly_is_refused(wrong, right, said) -> None:
    with pytest.raises(ProfileError) as error:
        parse_profile(WHOLE.replace(wrong, right, 1), "mine")
    assert said in str(error.value)


@pytest.mark.parametrize("rule", ["rule = [1]", 'rule = "a"'])
def test_rules_that_are_no_tables(rule) -> None:
    with pytest.raises(ProfileError):
        parse_profile(WHOLE[: WHOLE.index("[[rule]]")] + rule, "mine")


def test_a_profile_that_ships_is_read_once() -> None:
    assert packaged_profile("who-300") is packaged_profile("who-300")


def test_an_unknown_profile_names_the_nearest_and_all() -> None:
    with pytest.raises(ProfileError, match=r"Did you mean .who-300.*linli-start"):
        packaged_profile("who-30")


def test_the_same_rule_twice() -> None:
    with pytest.raises(ProfileError, match="rule 'green', line 16: the id occurs twice"):
        parse_profile(WHOLE + WHOLE[WHOLE.index("[[rule]]") :], "mine")


@pytest.mark.parametrize("twin", ["Green", "green_", "GREEN"])
def test_two_ids_that_would_be_one_column(twin) -> None:
    """Tables of a GeoPackage do not tell small letters from large ones, and a column holds letters, digits and _."""
    second = WHOLE[WHOLE.index("[[rule]]") :].replace('id = "green"', f'id = "{twin}"')
    with pytest.raises(ProfileError, match=f"rule '{twin}', line 16: the id is, as the name of a column, that of 'green'"):
        parse_profile(WHOLE + second, "mine")


def test_an_id_that_would_be_the_column_of_an_inherited_rule() -> None:
    heir = WHOLE.replace("schema = 1", 'extends = "who-300"').replace('id = "green"', 'id = "green_300m_straight"')
    with pytest.raises(ProfileError, match=r"that of 'green\.300m_straight'"):
        parse_profile(heir, "mine")
    without = heir.replace('issuer = "me"', 'issuer = "me"\nwithout = ["green.300m_straight"]')
    assert [rule.id for rule in parse_profile(without, "mine").rules] == ["green_300m_straight"]


@pytest.mark.parametrize(("text", "unit", "value"), [("400 m", "m", 400), ("1.5km", "m", 1500), ("0.5 ha", "m2", 5000), ("5 m2/person", "m2/person", 5)])
def test_quantities(text, unit, value) -> None:
    assert quantity(text, unit, "here") == pytest.approx(value)


PROVISION = """
schema = 1
id = "mine"
issuer = "me"
year = 2026
status = "convention"
title.en = "Mine"
[[rule]]
id = "area"
kind = "provision"
title.en = "Area"
per = "person"
method = "e2sfca"
supply = { class = ["green"], within = "800 m" }
basis = { clause = "none", confidence = "high" }
"""


def test_provision_within_reach_is_shared_out_with_the_gaussian_unless_another_decay_is_named() -> None:
    (rule,) = parse_profile(PROVISION, "mine").rules
    assert (rule.method, rule.within_m, rule.by, rule.decay) == ("e2sfca", 800.0, "walk", "gaussian")
    linear = PROVISION.replace('"800 m" }', '"800 m", decay = "linear", by = "euclidean", from = "boundary" }')
    (rule,) = parse_profile(linear, "mine").rules
    assert (rule.by, rule.decay) == ("euclidean", "linear")
    (rule,) = parse_profile(PROVISION.replace("e2sfca", "within"), "mine").rules
    assert (rule.method, rule.within_m, rule.decay) == ("within", 800.0, "")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', within = "800 m"', "", "'within' is missing"),
        ('"800 m" }', '"800 m", decay = "steep" }', "decay is 'steep'; it must be one of: density, dichotomous"),
        ('"e2sfca"', '"3sfca"', "method \\(per person\\) is '3sfca'"),
        ('method = "e2sfca"', "", "unknown key 'within'"),
        ('"e2sfca"\nsupply = { ', '"within"\nsupply = { decay = "linear", ', "unknown key 'decay'"),
        ('"person"', '"built_up_area"', "method \\(per built_up_area\\) is 'e2sfca'"),
        ('"800 m" }', '"800 m", from = "boundary" }', "from \\(with by = 'walk'\\) is 'boundary'"),
    ],
)
def test_a_provision_rule_that_is_wrong_names_its_fault(old: str, new: str, words: str) -> None:
    text = PROVISION.replace(old, new)
    assert text != PROVISION
    with pytest.raises(ProfileError, match=f"profile 'mine', rule 'area', line .*: {words}"):
        parse_profile(text, "mine")


def test_where_a_rule_is_written_is_said_in_both_languages() -> None:
    for rule in (rule for name in known_profiles() for rule in packaged_profile(name).rules):
        assert rule.basis.note.keys() in ({"en", "zh"}, set())
        assert rule.basis.clause["en"] != rule.basis.clause["zh"]


def test_a_plain_clause_is_english() -> None:
    assert parse_profile(WHOLE, "mine").rules[0].basis.clause == {"en": "none"}
    both = WHOLE.replace('clause = "none"', 'clause = { en = "none", zh = "无" }')
    assert parse_profile(both, "mine").rules[0].basis.clause == {"en": "none", "zh": "无"}
    with pytest.raises(ProfileError, match=r"basis\.clause"):
        parse_profile(WHOLE.replace('clause = "none"', "clause = 3"), "mine")


def test_what_a_rule_speaks_of_unless_it_says_so() -> None:
    assert {rule.dimension for rule in packaged_profile("gb51143-2015").rules} == {"refuge"}
    rules = packaged_profile("linli-start").rules
    usual = {"reach": "reach", "provision": "provision", "site": "provision", "exposure": "safety"}
    assert {rule.dimension for rule in rules if rule.during} <= {"survival"}
    assert all(rule.dimension == usual[rule.kind] for rule in rules if not rule.during)
    during = WHOLE.replace('title.en = "Green"', 'title.en = "Green"\nduring = { kind = "flood" }')
    assert parse_profile(during, "mine").rules[0].dimension == "survival"
    said = during.replace('title.en = "Green"', 'title.en = "Green"\ndimension = "comfort"')
    assert parse_profile(said, "mine").rules[0].dimension == "comfort"


def test_dimensions_weigh_as_said_and_are_inherited() -> None:
    assert parse_profile(WHOLE + "[dimensions]\nreach = 2\nsafety = 0\n", "mine").dimensions == {"reach": 2.0, "safety": 0.0}
    assert packaged_profile("who-300").dimensions == {}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("reech = 2", r"line 16: a dimension is 'reech'; it must be one of: .*Did you mean 'reach'"),
        ("reach = -1", r"line 16: dimensions\.reach is -1; it must be a number from 0 to 1000"),
        ("reach = nan", r"line 16: dimensions\.reach is nan"),
        ("reach = 0\nsafety = 0", "line 15: all weights of dimensions are 0"),
    ],
)
def test_weights_of_dimensions_that_mean_nothing(weights, said) -> None:
    with pytest.raises(ProfileError, match=said):
        parse_profile(f"{WHOLE}[dimensions]\n{weights}\n", "mine")


def test_a_lower_target_of_what_is_to_be_at_most_is_refused() -> None:
    text = WHOLE.replace('min = "80 %"', 'max = "80 %"') + 'relax = [{ when = "renewal", factor = 0.7 }]\n'
    with pytest.raises(ProfileError, match="line 15: relax asks for less, and a lower max would ask for more"):
        parse_profile(text, "mine")
