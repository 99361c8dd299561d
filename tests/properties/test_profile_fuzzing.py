"""Profiles from strangers: whatever a file holds, it is a profile, or one error that says what is wrong; and soon.

Valid profiles are mutated by key, type, value, unit and nesting, and texts are made up; a reader that lets any other
exception through, or that can be kept busy, would show here.
"""

from __future__ import annotations

import math
import time
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyses.profile import Profile
from analyses.profile_reader import known_profiles, parse_profile
from analyses.rule_keys import KEYS_BY_KIND, SHARED_KEYS
from spatial.errors import ProfileError

SLOW_S = 2.0
"""Of the processor's time, whatever else the machine does; nothing here takes a quarter of it. Time is the very thing
that is held: a pattern that tries all ways of reading a text, or a search through all lines for each, has no steps of
ours that could be counted."""
PACKAGED = {name: (files("analyses") / "profiles" / f"{name}.toml").read_text(encoding="utf-8") for name in known_profiles()}
WORDS = sorted({
    "id", "issuer", "year", "status", "title", "note", "rule", "extends", "without", "dimensions", "options", "class", "within", "min_area",
    "max_area", "by", "from", "count", "min", "max", "kind", "when", "factor", "clause", "confidence", "en", "zh", *SHARED_KEYS, *KEYS_BY_KIND,
})  # fmt: skip


def outcome(text: str) -> Profile | str:
    """The profile, or what is wrong with the text; anything else than the two fails the test."""
    began = time.process_time()
    try:
        found: Profile | str = parse_profile(text, "mine")
    except ProfileError as error:
        found = str(error)
        assert found.startswith("profile 'mine'")
        assert len(found) < 200_000
    assert time.process_time() - began < SLOW_S
    if isinstance(found, Profile):
        check(found)
    return found


def check(profile: Profile) -> None:
    """What every profile that was read can be relied on for."""
    assert profile.rules
    assert len({rule.id for rule in profile.rules}) == len(profile.rules)
    for rule in profile.rules:
        numbers = [rule.within_m, rule.within_s, rule.weight, rule.min_depth_m, rule.return_period_yr]
        numbers += [None if rule.target is None else rule.target.value, *(each.factor for each in rule.relax)]
        numbers += [size for supply in rule.supplies for size in (supply.min_area_m2, supply.max_area_m2, supply.min_width_m)]
        assert all(number is None or (math.isfinite(number) and number >= 0) for number in numbers)
    assert all(math.isfinite(weight) and weight >= 0 for weight in profile.dimensions.values())


# --------------------------------------------------------------------------- valid profiles, and mutations of them

quantities = st.builds(
    "{}{}{}".format, st.sampled_from(["0", "0.5", "300", "5000", "80", "999999999999"]), st.sampled_from(["", " "]),
    st.sampled_from(["m", "km", "mi", "min", "h", "s", "m2", "ha", "%", "m2/person", "ha/1000 persons", "ft", "parsec"]),
)  # fmt: skip
hostile = st.one_of(
    st.none().map(lambda _: "nan"), st.sampled_from(["inf", "-inf", "true", "-1", "0", "1e308", "0x" + "F" * 5000, "9" * 4000, "1979-05-27"]),
    st.sampled_from(["[]", "{}", "[[[1]]]", "{ a = { b = { c = 1 } } }", '""', '"\\u0000"', '"\u202e"', "'''\n'''", "[1, 'a']"]),
    st.text(max_size=20).map(lambda text: '"' + text.replace("\\", "").replace('"', "") + '"'), quantities.map(lambda text: f'"{text}"'),
)  # fmt: skip


@st.composite
def valid(draw: st.DrawFn) -> str:
    """A profile of one to four rules that is right."""
    lines = ['id = "mine"', 'issuer = "me"', f"year = {draw(st.integers(1, 9999))}", 'status = "convention"', 'title.en = "Mine"']
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["reach", "provision", "site", "exposure"]))
        body = {
            "reach": f'options = [{{ class = ["park"], min_area = "{draw(st.integers(0, 99))} m2", within = "{draw(st.integers(1, 5000))} m" }}]',
            "provision": 'supply = { class = ["green"] }\nper = "person"',
            "site": 'supply = { class = ["park"] }\ntest = { min_width = "8 m" }',
            "exposure": 'hazard = { kind = ["flood"], return_period_yr = 100 }',
        }[kind]
        unit = "m2/person" if kind == "provision" else "%"
        sides = {"reach": ["min"], "exposure": ["max"]}.get(kind, ["min", "max"])
        target = f'target = {{ {draw(st.sampled_from(sides))} = "{draw(st.integers(0, 100))} {unit}", status = "convention" }}'
        lines += ["[[rule]]", f'id = "r{number}"', f'kind = "{kind}"', f'title.en = "Rule {number}"', body, *([target] if draw(st.booleans()) else [])]
        lines += [f"weight = {draw(st.integers(0, 1000))}", 'basis = { clause = "1", confidence = "high" }']
    return "\n".join(lines) + "\n"


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A packaged or random profile in which some lines were changed."""
    lines = draw(st.one_of(valid(), st.sampled_from(sorted(PACKAGED)).map(PACKAGED.__getitem__))).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key, sign, value = lines[at].partition("=")
        lines[at] = draw(
            st.one_of(
                st.just(""),  # a key, or the head of a table, is missing
                st.just(lines[at] + "\n" + lines[at]),  # it stands twice
                hostile.map(lambda new, key=key: f"{key}= {new}"),
                st.sampled_from(WORDS).map(lambda new, value=value: f"{new} = {value}"),
                st.sampled_from(WORDS).map(lambda new, key=key, value=value: f"{key.strip() or 'a'}.{new} = {value}"),
                st.integers(0, max(len(lines[at]), 1)).map(lambda cut, line=lines[at]: line[:cut]),
                st.just(f"{key}{sign} [{value}]"),
                st.just(f"{key}{sign} {{ x = {value} }}"),
                quantities.map(lambda new, line=lines[at]: line.replace("500 m", new).replace("5000 m2", new).replace("80 %", new)),
                st.just("[[rule]]"),
                st.just("[dimensions]"),
            )
        )
    return "\n".join(lines)


@settings(max_examples=100, deadline=None)
@given(valid())
def test_a_random_profile_that_is_right_is_read(text: str) -> None:
    assert isinstance(outcome(text), Profile)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutated())
def test_a_changed_profile_is_a_profile_or_one_error(text: str) -> None:
    outcome(text)


plain = st.one_of(
    st.booleans().map(lambda value: str(value).lower()), st.integers().map(str), st.floats().map(repr),
    st.text(alphabet="abcé中 %m2.", max_size=12).map(lambda text: f'"{text}"'), hostile,
)  # fmt: skip
nested = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=4).map(
            lambda parts: "{ " + ", ".join(f"{key} = {value}" for key, value in parts.items()) + " }"
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), nested, max_size=12), st.lists(st.dictionaries(st.sampled_from(WORDS), nested, max_size=12), max_size=3))
def test_random_tables_are_a_profile_or_one_error(head: dict[str, str], rules: list[dict[str, str]]) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in head.items())
    for rule in rules:
        text += "\n[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in rule.items())
    outcome(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_any_text_is_a_profile_or_one_error(text: str) -> None:
    outcome(text)


# --------------------------------------------------------------------------- texts made to break a reader

RULE = '[[rule]]\nid = "r"\nkind = "reach"\ntitle.en = "R"\nbasis = { clause = "1", confidence = "high" }\n'
HEAD = 'id = "mine"\nissuer = "me"\nstatus = "convention"\ntitle.en = "Mine"\n'
OPTION = 'options = [{ class = ["park"], within = "500 m" }]\n'
DEEP, NESTED = "a." * 30_000 + "a = 1\n", "a." * 60 + "a = 1\n"
BOMBS: dict[str, str] = {
    "ten megabytes": "#" * 10_000_000,
    "ten megabytes of one value": HEAD + f'note.en = "{"x" * 10_000_000}"\n',
    "nested lists": HEAD + "rule = " + "[" * 90_000 + "]" * 90_000,
    "nested tables": HEAD + "note = " + "{ a = " * 15_000 + "1" + " }" * 15_000,
    "deep key of the head": HEAD + "note." + DEEP,
    "deep key of a rule": HEAD + RULE + OPTION + "target." + DEEP,
    **{f"nested {key}": HEAD.replace('id = "mine"\n', "") + f"{key}.{NESTED}" for key in ("id", "note", "dimensions.reach", "without", "extends")},
    **{f"nested {key} of a rule": HEAD + RULE.replace('kind = "reach"\n', "") + f"{key}.{NESTED}" for key in ("kind", "dimension", "who", "level")},
    "nested limit": HEAD + RULE + "[[rule.options]]\nclass = ['park']\nwithin." + NESTED,
    "rules that are deep lists": HEAD + "rule = [" + "[" * 300 + "]" * 300 + "]",
    "thousands of unknown keys": HEAD + "".join(f"k{n} = 1\n" for n in range(15_000)),
    "thousands of unknown keys in a rule": HEAD + RULE + OPTION + "".join(f"k{n} = 1\n" for n in range(15_000)),
    "thousands of unknown classes": HEAD + RULE + "options = [{ class = [" + "'parq'," * 15_000 + '], within = "500 m" }]\n',
    "thousands of options": HEAD + RULE + "options = [" + '{ class = ["park"], within = "5 m" },' * 5_000 + "]\n",
    "thousands of rules": HEAD + (RULE + OPTION) * 1_000,
    "two hundred rules, all wrong": HEAD + "".join(RULE.replace('"r"', f'"r{n}"').replace("reach", "reech") for n in range(200)),
    "thousands of dimensions": HEAD + RULE + OPTION + "[dimensions]\n" + "".join(f"d{n} = 1\n" for n in range(12_000)),
    "a long key": HEAD + "k" * 150_000 + " = 1\n",
    "a long class": HEAD + RULE + f'options = [{{ class = ["{"p" * 150_000}"], within = "500 m" }}]\n',
    "a long group": HEAD + RULE + OPTION + f'who = "{"p" * 150_000}"\n',
    "a long id": HEAD.replace("mine", "m" * 150_000) + RULE + OPTION,
    "a long quantity": HEAD + RULE + OPTION.replace("500 m", "5" + " " * 150_000 + "!"),
    "a decimal of 5,000 digits": HEAD + f"year = {'9' * 5_000}\n" + RULE + OPTION,
    "a hexadecimal of 100,000 digits": HEAD + f"year = 0x{'F' * 100_000}\n" + RULE + OPTION,
    "a huge number in a list": HEAD + RULE.replace("basis =", f"level = [0x{'F' * 5_000}]\nbasis =") + OPTION,
    "a huge weight": HEAD + RULE + OPTION + f"weight = 0x{'F' * 100_000}\n",
    "a huge count": HEAD + RULE + f'options = [{{ class = ["park"], within = "500 m", count = 0x{"F" * 100_000} }}]\n',
    "an endless period": HEAD + RULE + OPTION + 'during = { kind = "flood", return_period_yr = inf }\n',
    "a huge period": HEAD + RULE + OPTION + f'during = {{ kind = "flood", return_period_yr = 0x{"F" * 100_000} }}\n',
    "half a surrogate": HEAD + 'note.en = "\\uD800"\n' + RULE + OPTION,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_made_to_break_a_reader_is_one_error(name: str) -> None:
    said = outcome(BOMBS[name])
    assert isinstance(said, str)
    assert len(said) < 60_000


def test_what_the_bombs_are_made_of_is_right_by_itself() -> None:
    assert isinstance(outcome(HEAD + RULE + OPTION), Profile)


@pytest.mark.parametrize(
    ("wrong", "right", "line"),
    [
        ('status = "convention"', 'status = "law"', 3), ('kind = "reach"', 'kind = "reech"', 7), ('"500 m"', '"500 parsec"', 10),
        ('"high"', '"low"', 9), ('["park"]', '["parq"]', 10), ('title.en = "R"\n', "", 5), ("options =", "option =", 10),
    ],
)  # fmt: skip
def test_the_line_of_a_mistake_is_told(wrong: str, right: str, line: int) -> None:
    said: Any = outcome((HEAD + RULE + OPTION).replace(wrong, right))
    assert f"line {line}: " in said
