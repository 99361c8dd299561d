"""The published JSON Schema and the reader agree, in both directions."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from analyses import rule_keys
from analyses.profile_reader import known_profiles, parse_profile
from analyses.profile_schema import profile_schema
from scripts.profile_schema import text as schema_text
from spatial.errors import ProfileError

EVERYTHING = """
schema = 1
id = "every"
issuer = "me"
year = 2026
status = "convention"
title.en = "Every key"
note.en = "none"
extends = "who-300"
without = ["green.300m_straight"]
[[rule]]
id = "reach"
kind = "reach"
title.en = "Reach"
who = "age65plus"
level = "district"
during = { kind = "flood", return_period_yr = 100 }
weight = 2
dimension = "survival"
target = { min = "80 %", status = "convention" }
relax = [{ when = "renewal", factor = 0.7 }]
basis = { clause = "1", confidence = "high", note = "n", force = "mandatory", read = "standard", url = "u" }
[[rule.options]]
class = ["park"]
min_area = "400 m2"
max_area = "1 ha"
min_width = "8 m"
access = "public"
outside_hazard = "flood"
count = 2
within = "10 min"
by = "walk_elderly"
from = "entrance"
direction = "both"
[[rule]]
id = "area"
kind = "provision"
title.en = "Area"
per = "person"
method = "e2sfca"
supply = { class = ["green"], within = "0.5 km", by = "euclidean", from = "boundary", decay = "linear" }
target = { min = "5 m2/person", status = "official" }
basis = { clause = { en = "2", zh = "二" }, confidence = "medium" }
[[rule]]
id = "refuge"
kind = "provision"
title.en = "Refuge"
per = "person"
supply = { class = ["shelter"], grade = "short", min_area = "0.2 ha", outside_hazard = "flood" }
basis = { clause = "2", confidence = "medium" }
[[rule]]
id = "site"
kind = "site"
title.en = "Site"
supply = { class = ["park"] }
test = { share_of = "sports_ground", min = "10 %", max = "15 %" }
basis = { clause = "3", confidence = "medium" }
[[rule]]
id = "exposure"
kind = "exposure"
title.en = "Exposure"
hazard = { kind = ["waterlogging"], min_depth = "0.15 m" }
target = { max = "0 %", status = "derived" }
basis = { clause = "4", confidence = "medium" }
[dimensions]
safety = 0.5
"""

SLIPS = [
    ("schema = 1", "schema = 2"),
    ('id = "every"', 'id = "Every"'),
    ('issuer = "me"', ""),
    ("year = 2026", 'year = "2026"'),
    ('status = "convention"', 'status = "law"'),
    ("extends", "extend"),
    ('without = ["green.300m_straight"]', 'without = "green.300m_straight"'),
    ('kind = "reach"', 'kind = "reech"'),
    ("title.en = ", "titel.en = "),
    ('who = "age65plus"', 'who = "Age 65"'),
    ('kind = "flood"', 'kind = "flod"'),
    ("return_period_yr = 100", "return_period_yr = 0"),
    ("weight = 2", "weight = -1"),
    ('dimension = "survival"', 'dimension = "Survival!"'),
    ('"80 %"', '"80"'),
    ('min = "80 %"', 'min = "80 %", max = "90 %"'),
    ('status = "convention" }', 'status = "law" }'),
    ('when = "renewal"', 'when = "always"'),
    ("factor = 0.7", "factor = 7"),
    ('confidence = "high"', 'confidence = "low"'),
    ('force = "mandatory"', 'force = "must"'),
    ('read = "standard"', 'read = "yes"'),
    ('clause = "1", ', ""),
    ('class = ["park"]', 'class = ["prak"]'),
    ('"400 m2"', '"400 m"'),
    ('min_width = "8 m"', "min_width = 8"),
    ("count = 2", "count = 0"),
    ('within = "10 min"', 'within = "10 minutes"'),
    ('by = "walk_elderly"', 'by = "fly"'),
    ('direction = "both"', 'direction = "back"'),
    ('per = "person"', 'per = "head"'),
    ('method = "e2sfca"', 'method = "3sfca"'),
    ('decay = "linear"', 'decay = "steep"'),
    ('share_of = "sports_ground"', 'share_of = "sports"'),
    ('supply = { class = ["park"] }', ""),
    ('["waterlogging"]', '"waterlogging"'),
    ('min_depth = "0.15 m"', 'depth = "0.15 m"'),
    ("hazard = {", "supply = {"),
    ("safety = 0.5", "safety = -1"),
    ("safety = 0.5", 'safety = "half"'),
    ("safety = 0.5", '"Safety!" = 1'),
    ('title.en = "Every key"', "title = {}"),
    ('title.en = "Every key"', 'title.en = " "'),
    ('title.en = "Reach"', 'title.en = ""'),
    ('issuer = "me"', 'issuer = ""'),
    ('clause = "1"', 'clause = " "'),
    ('{ en = "2", zh = "二" }', "{}"),
    ('level = "district"', 'level = "District"'),
    ('min = "80 %"', 'max = "80 %"'),
    ('max = "0 %"', 'min = "0 %"'),
    ('title.en = "Site"', 'title.en = "Site"\nwho = "population"'),
    ('title.en = "Area"', 'title.en = "Area"\nwho = "buildings"'),
]

SCHEMA = profile_schema()
_TYPES = {"string": str, "object": dict, "array": list, "integer": int, "number": (int, float)}


def allows(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  any TOML value
    """A validator of the few words that our schema uses."""
    if "type" in schema and (not isinstance(value, _TYPES[schema["type"]]) or isinstance(value, bool)):
        return False
    tests = {
        "const": lambda wanted: value == wanted,
        "enum": lambda wanted: value in wanted,
        "pattern": lambda wanted: re.search(wanted, value) is not None,
        "minimum": lambda wanted: value >= wanted,
        "maximum": lambda wanted: value <= wanted,
        "exclusiveMinimum": lambda wanted: value > wanted,
        "minItems": lambda wanted: len(value) >= wanted,
        "minProperties": lambda wanted: len(value) >= wanted,
        "items": lambda wanted: all(allows(wanted, item) for item in value),
        "required": lambda wanted: set(wanted) <= value.keys(),
        "properties": lambda wanted: all(allows(wanted[key], value[key]) for key in wanted.keys() & value.keys()),
        "anyOf": lambda wanted: any(allows(part, value) for part in wanted),
        "propertyNames": lambda wanted: all(allows(wanted, key) for key in value),
        "oneOf": lambda wanted: sum(allows(part, value) for part in wanted) == 1,
    }
    if not all(test(schema[word]) for word, test in tests.items() if word in schema):
        return False
    more = schema.get("additionalProperties", True)
    others = [value[key] for key in value if key not in schema.get("properties", {})] if isinstance(value, dict) else []
    return not others or (more if isinstance(more, bool) else all(allows(more, other) for other in others))


def test_the_published_file_is_what_the_reader_declares() -> None:
    published = Path(__file__).resolve().parents[3] / "docs/profile.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "run `make dictionary`"


@pytest.mark.parametrize("name", known_profiles())
def test_every_profile_that_ships_is_allowed(name: str) -> None:
    text = (files("analyses") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    assert allows(SCHEMA, tomllib.loads(text))


def test_a_profile_with_every_key_is_read_and_allowed() -> None:
    parse_profile(EVERYTHING, "every")
    assert allows(SCHEMA, tomllib.loads(EVERYTHING))
    keys = set().union(*rule_keys.KEYS_BY_KIND.values(), rule_keys.SHARED_KEYS, rule_keys.OPTION_KEYS, rule_keys.BASIS_KEYS,
                       rule_keys.TARGET_KEYS, rule_keys.HAZARD_KEYS, rule_keys.TEST_KEYS, rule_keys.RELAX_KEYS)  # fmt: skip
    assert not {key for key in keys if not re.search(rf"\b{key}\b", EVERYTHING)}


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_a_slip_is_refused_by_both(old: str, new: str) -> None:
    assert old in EVERYTHING
    wrong = EVERYTHING.replace(old, new, 1)
    assert not allows(SCHEMA, tomllib.loads(wrong))
    with pytest.raises(ProfileError):
        parse_profile(wrong, "every")
