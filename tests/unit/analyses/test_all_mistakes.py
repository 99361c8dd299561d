"""All mistakes of a profile are told at once, each once, each with its own line, and nothing that is none."""

from __future__ import annotations

import re

import pytest

from analyses.assess import assess
from analyses.lines import Lines
from analyses.profile_reader import parse_profile
from maps.words import caveat_text
from spatial.errors import ProfileError
from tests.town import town

HEAD = """
id = "mine"
issuer = "me"
year = 2026
status = "convention"
title.en = "Mine"
"""
RULE = """
[[rule]]
id = "r{n}"
kind = "reach"
title.en = "Green"
options = [{{ class = ["green"], within = "500 m" }}]
target = {{ min = "80 %", status = "convention" }}
basis = {{ clause = "none", confidence = "high" }}
"""
ONE = HEAD + RULE.format(n=0)


def mistakes(text: str) -> list[str]:
    """Every mistake, each with what stands before it."""
    with pytest.raises(ProfileError) as error:
        parse_profile(text, "mine")
    first, *others = str(error.value).split("\n  ")
    return others or [first]


def lines_of(told: list[str]) -> list[int]:
    return [int(found[1]) for found in (re.search(r"line (\d+)", text) for text in told) if found]


def test_the_head() -> None:
    text = (
        ONE.replace('"me"', "5")
        .replace("2026", '"2020"')
        .replace('status = "convention"\ntitle', 'status = "officiel"\ntitle')
    )
    assert lines_of(mistakes(text + "[dimensions]\nreech = 1\nreach = -1\n")) == [3, 4, 5, 16, 17]
    assert len(mistakes(ONE.replace("id", 'schema = 2\ntitel = "x"\nid', 1))) == 2


def test_every_key_of_an_option_and_every_option() -> None:
    wrong = '{ class = ["prak"], within = 500, by = "wlak", min_area = "1 m", max_area = 3, count = 0, acces = "x" }'
    other = '{ class = ["grean"], within = "500 ms" }'
    told = mistakes(ONE.replace('{ class = ["green"], within = "500 m" }', f"\n{wrong},\n{other},\n"))
    assert [said.partition(":")[0] for said in told] == ["rule 'r0', option 1, line 13"] * 7 + [
        "rule 'r0', option 2, line 14"
    ] * 2
    for word, said in zip(("acces", "wlak", "500", "0", "prak", "1 m", "3", "500 ms", "grean"), told, strict=True):
        assert word in said


def test_the_basis_and_the_target() -> None:
    basis = 'basis = { clause = "", confidence = "low", forse = "x", read = "yes" }'
    text = ONE.replace('basis = { clause = "none", confidence = "high" }', basis).replace(
        '"80 %", status = "convention"', '"80", status = "law"'
    )
    assert lines_of(mistakes(text)) == [14] * 4 + [13] * 2


@pytest.mark.parametrize(
    "own", ["options = []", 'hazard = { kind = ["flod"] }', 'per = "persons"\nsupply = { class = ["prak"] }']
)
def test_a_kind_that_is_none_hides_nothing(own: str) -> None:
    """What the rule has of its own tells what it was meant to be."""
    told = mistakes(
        ONE.replace('"reach"', '"reech"').replace('options = [{ class = ["green"], within = "500 m" }]', own)
    )
    assert "'reech'" in told[0]
    assert len(told) >= 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("issuer", "isuer", "Did you mean 'issuer'"),
        ("year", 'extends = "who-30"\nyear', "Did you mean 'who-300'"),
        ("basis = {", "bassis = {", "Did you mean 'basis'"),
        ("confidence", "confidense", "Did you mean 'confidence'"),
        ("within", "withn", "Did you mean 'within'"),
    ],
)
def test_one_mistake_is_told_as_one(old: str, new: str, said: str) -> None:
    (told,) = mistakes(ONE.replace(old, new, 1))
    assert said in told


def test_what_follows_from_a_mistake_alone_is_not_told() -> None:
    area = 'per = "persons"\nsupply = { class = ["green"] }\nrelax = [{ when = "renewal", factor = 0.7 }]'
    text = ONE.replace("reach", "provision").replace('options = [{ class = ["green"], within = "500 m" }]', area)
    (told,) = mistakes(text.replace("80 %", "5 m2/person"))
    assert "Did you mean 'person'" in told
    for key in ('extends = "who-30"', 'without = ["a"]'):
        (told,) = mistakes(HEAD + key + "\n[dimensions]\nreach = 1\n")
        assert "rule" not in told.partition("write")[0].partition("one of")[0].replace("inherited rules", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reach"', 'reach"\nlevel = "comunity"', "level is 'comunity'.*Did you mean 'community'"),
        ('reach"', 'reach"\nlevel = "City"', "level is 'City'.*Did you mean 'city'"),
        ('reach"', 'reach"\nlevel = ""', "level is ''"),
        ('reach"', 'reach"\nlevel = "Old district"', "level is 'Old district'"),
        ("within", 'min_area = "1 ha", max_area = "10000 m2", within', "min_area is not below max_area"),
        ("500 m", "600 min", "within is '600 min', but searches end at 60 min"),
        ("500 m", "61 min", "searches end at 60 min"),
        ("500 m", "0 m", "within is '0 m', where nobody lives"),
        ('title.en = "Green"', "title = {}", "title is empty"),
        ('title.en = "Green"', 'title.en = " "', "title is empty"),
        ('title.en = "Mine"', 'title.en = ""', "title is empty"),
        ('issuer = "me"', 'issuer = " "', "issuer is empty"),
        ('clause = "none"', 'clause = "  "', "basis.clause is empty"),
        ("min = ", "max = ", "target has max"),
        ('title.en = "Green"', 'title.en = "Green"\nwho = "buildings"', "never judged"),
        ("basis", "relax = [{ when = 'dense', factor = 0.5 }, { when = 'dense', factor = 0.6 }]\nbasis", "relax names dense twice"),
        ('id = "r0"', 'id = "..."', "id is '...'"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(old: str, new: str, said: str) -> None:
    assert old in ONE
    (told,) = mistakes(ONE.replace(old, new, 1))
    assert re.search(said, told)


def test_an_hour_is_still_read_and_a_level_may_have_any_name() -> None:
    (rule,) = parse_profile(
        ONE.replace("500 m", "60 min").replace('kind = "reach"', 'kind = "reach"\nlevel = "quartier"'), "mine"
    ).rules
    assert (rule.within_s, rule.level) == (3600.0, "quartier")


@pytest.mark.parametrize(
    ("kind", "own", "target", "said"),
    [
        ("exposure", 'hazard = { kind = ["flood"] }', '{ min = "5 %", status = "convention" }', "target has min"),
        (
            "site",
            'supply = { class = ["park"] }\ntest = { share_of = "garden", max = "150 %" }',
            "",
            "no part is more than 100 %",
        ),
        (
            "provision",
            'per = "person"\nmethod = "e2sfca"\nsupply = { class = ["park"], within = "5 min" }',
            "",
            "write a distance",
        ),
    ],
)
def test_nonsense_of_other_kinds(kind: str, own: str, target: str, said: str) -> None:
    rule = (
        f'[[rule]]\nid = "r"\nkind = "{kind}"\ntitle.en = "R"\n{own}\nbasis = {{ clause = "c", confidence = "high" }}\n'
    )
    (told,) = mistakes(HEAD + rule + (f"target = {target}\n" if target else ""))
    assert said in told


# --------------------------------------------------------------------------- lines


def test_a_key_is_found_where_it_is_a_key() -> None:
    text = ONE.replace('title.en = "Green"', 'title.en = "Green within reach, min"')
    assert lines_of(mistakes(text.replace('"500 m"', "500"))) == [12]
    assert lines_of(mistakes(text.replace('min = "80 %"', "min = 80"))) == [13]


def test_rules_written_in_a_list() -> None:
    """Of one rule the very line is known; of several, whose words are the same, that of the list."""
    one = '{ id = "a", kind = "reach", title.en = "A", basis = { clause = "c", confidence = "high" }, options = [{ class = ["green"], within = 5 }] }'
    text = HEAD.lstrip() + "rule = [\n"
    assert Lines(text + one + "]").find("within", 0) == 7
    assert lines_of(mistakes(text + one + "]")) == [7]
    assert lines_of(mistakes(text + one + ",\n" + one.replace('"a"', '"b"') + "]")) == [6, 6]


def test_of_a_file_full_of_mistakes_the_first_are_told_and_the_others_counted() -> None:
    told = mistakes(HEAD + "".join(RULE.format(n=n).replace("green", "grean").replace("80 %", "80") for n in range(60)))
    assert (len(told), told[-1]) == (101, "and 20 more")
    assert len(mistakes(ONE + "[dimensions]\n" + "".join(f"d{n} = 1\n" for n in range(1000)))) == 20


def test_a_level_that_the_study_does_not_have_is_told_in_both_languages() -> None:
    """A slip that is like no known level (kwartier for quartier) cannot be seen before there is a study."""
    profile = parse_profile(ONE.replace('kind = "reach"', 'kind = "reach"\nlevel = "kwartier"'), "mine")
    (told,) = [caveat for caveat in assess(town(), [profile]).caveats if caveat.code == "level_absent"]
    assert (told.count, told.detail) == (1, "mine r0")
    assert "mine r0" in caveat_text(told, "en")
    assert "mine r0" in caveat_text(told, "zh")
    assert "level_absent" not in {caveat.code for caveat in assess(town(), [parse_profile(ONE, "mine")]).caveats}
