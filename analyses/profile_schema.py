"""The JSON Schema of profiles, made from the reader's own declarations, for editors that complete and check TOML.

It holds what can be told of each value by itself; what depends on several of them (a smallest size below the
largest, options measured in one way), and how much a quantity may be, only the reader checks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analyses import rule_keys as keys
from analyses.decay import NAMED
from analyses.profile_reader import HEAVIEST, PROFILE_ID, PROFILE_KEYS, PROFILE_STATUSES
from analyses.quantity import pattern
from layers.refuge_roles import REFUGE_GRADES
from layers.types import HAZARD_KINDS

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_SAID: Schema = {"type": "string", "pattern": r"\S"}
_BY_LANGUAGE: Schema = {"type": "object", "additionalProperties": _TEXT}
_SAID_BY_LANGUAGE: Schema = {"type": "object", "additionalProperties": _SAID, "minProperties": 1}
_PERIOD: Schema = {"type": "number", "minimum": 1, "maximum": keys.LONGEST_PERIOD_YR}
_METRES: Schema = {"type": "string", "pattern": pattern("m")}
_AREA: Schema = {"type": "string", "pattern": pattern("m2")}
_SHARE: Schema = {"type": "string", "pattern": pattern("%")}
_ABOUT: Mapping[str, str] = {
    "who": "population, buildings, residential_land, or the name of a group of residents such as age65plus",
    "level": "community, city, or a level of parents: where the rule is judged",
    "min_area": "inclusive, tested after spaces that touch are merged",
    "max_area": "exclusive: of two tiers that meet only the upper one has a place of that very size",
    "grade": "of class shelter: the least grade of a listed refuge; each can also serve as those before it",
    "min_width": "diameter of a circle that has to fit into the place",
    "count": "as many places have to lie within the limit",
    "within": "the limit, inclusive: a distance of at most 5000 m, or on foot a time of at most 60 min",
    "confidence": "a rule of low confidence is refused",
    "read": "whether the clause was read in the standard itself, where others quote it, or is from memory",
    "extends": "id of a packaged profile whose rules are inherited; a rule of the same id replaces the inherited one",
    "without": "ids of inherited rules that do not hold",
    "dimensions": "weights of dimensions in the score of resilience; one that is absent weighs 1, one of 0 is left out",
    "weight": "of the rule in its dimension",
    "dimension": "with what the rule is scored: reach, provision (site too), safety (exposure), survival (during) or "
    "refuge (class shelter) unless said",
    "relax": "a lower target for residents of areas that the study marks ([[areas]]); of areas that overlap the lowest "
    "factor counts",
    "during": "it has to hold while the hazard lasts: measured where a layer of the study that may judge says what it "
    "closes",
    "outside_hazard": "of a place the part outside of this kind of hazard counts (of a refuge outside any class of it, "
    "of other places outside where streets close too), if a way in stays open; streets and homes are not looked at. "
    "Measured where a layer of the study that may judge says what it closes",
}


def profile_schema() -> Schema:
    """The schema of a profile (JSON Schema, draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Linli profile: a published standard as rules",
        **_table(
            PROFILE_KEYS,
            {
                "schema": {"const": 1},
                "id": {"type": "string", "pattern": f"^{PROFILE_ID.pattern}$"},
                "issuer": _SAID,
                "year": {"type": "integer", "minimum": 1, "maximum": 9999},
                "status": _one_of(PROFILE_STATUSES),
                "title": _SAID_BY_LANGUAGE,
                "note": _BY_LANGUAGE,
                "extends": _TEXT,
                "without": {"type": "array", "items": _TEXT, "minItems": 1},
                "rule": {"type": "array", "items": _rule()},
                "dimensions": {
                    "type": "object",
                    "propertyNames": {"pattern": f"^{keys.NAME.pattern}$"},
                    "additionalProperties": {"type": "number", "minimum": 0, "maximum": HEAVIEST},
                },
            },
            ("id", "issuer", "status", "title"),
        ),
        "anyOf": [{"required": ["rule"]}, {"required": ["extends"]}],
    }


def _rule() -> Schema:
    """A rule: the keys that all share, and for each kind its own."""
    shared: Schema = {
        "id": {"type": "string", "pattern": f"^{keys.RULE_ID.pattern}$"},
        "title": _SAID_BY_LANGUAGE,
        "who": {"type": "string", "pattern": f"^{keys.NAME.pattern}$"},
        "level": {"type": "string", "pattern": f"^{keys.NAME.pattern}$"},
        "basis": _basis(),
        "target": _target("min", "max"),
        "during": _hazard(keys.DURING_KEYS, _one_of(HAZARD_KINDS)),
        "relax": {"type": "array", "items": _relax()},
        "weight": {"type": "number", "minimum": 0, "maximum": 1000},
        "dimension": {"type": "string", "pattern": f"^{keys.NAME.pattern}$"},
    }
    kinds = [
        _table(
            keys.SHARED_KEYS | keys.KEYS_BY_KIND[kind],
            {**shared, "kind": {"const": kind}, **parts},
            ("id", "kind", "title", "basis", *required),
        )
        for kind, (parts, required) in _by_kind().items()
    ]
    return {"anyOf": kinds}


def _by_kind() -> Mapping[str, tuple[Schema, tuple[str, ...]]]:
    """What each kind has of its own, and what of it has to be there."""
    option = _table(keys.OPTION_KEYS, _option_parts(), ("class", "within"))
    supplies = [_table(known, _option_parts(), ("class",)) for known in keys.SUPPLY_KEYS_BY_METHOD.values()]
    options: Schema = {"type": "array", "items": option, "minItems": 1, "maxItems": keys.MOST_OPTIONS}
    return {
        "reach": ({"options": options, "target": _target("min")}, ("options",)),
        "provision": (
            {
                "who": {"const": "population"},
                "supply": {"anyOf": supplies},
                "per": _one_of(keys.PER),
                "method": _one_of(keys.SUPPLY_KEYS_BY_METHOD),
            },
            ("supply", "per"),
        ),
        "site": (
            {
                "who": {"const": "spaces"},
                "supply": _table(keys.SUPPLY_KEYS, _option_parts(), ("class",)),
                "test": _test(),
            },
            ("supply", "test"),
        ),
        "exposure": (
            {
                "hazard": _hazard(keys.HAZARD_KEYS, {"type": "array", "items": _one_of(HAZARD_KINDS), "minItems": 1}),
                "target": _target("max"),
            },
            ("hazard",),
        ),
    }


def _option_parts() -> Schema:
    return {
        "class": {"type": "array", "items": _one_of(keys.known_classes()), "minItems": 1},
        "grade": _one_of(REFUGE_GRADES),
        "min_area": _AREA,
        "max_area": _AREA,
        "min_width": _METRES,
        "access": {"const": "public"},
        "outside_hazard": _one_of(HAZARD_KINDS),
        "within": {"type": "string", "pattern": f"{pattern('m')}|{pattern('s')}"},
        "by": _one_of(keys.WAYS),
        "from": _one_of({"entrance", "boundary"}),
        "direction": _one_of(keys.DIRECTIONS),
        "count": {"type": "integer", "minimum": 1, "maximum": keys.LONGEST_COUNT},
        "decay": _one_of(NAMED),
    }


def _basis() -> Schema:
    parts = {
        "clause": {"anyOf": [_SAID, _SAID_BY_LANGUAGE]},
        "confidence": _one_of(keys.CONFIDENCES),
        "note": {"anyOf": [_TEXT, _BY_LANGUAGE]},
        "force": _one_of(keys.FORCES),
        "read": _one_of(keys.READ),
        "url": _TEXT,
    }
    return _table(keys.BASIS_KEYS, parts, ("clause", "confidence"))


def _target(*sides: str) -> Schema:
    """A target that bounds one of the sides that mean something for the kind of rule."""
    bound = {"type": "string", "pattern": f"{pattern('%')}|{pattern('m2/person')}"}
    table = _table(
        keys.TARGET_KEYS, {"min": bound, "max": bound, "status": _one_of(keys.TARGET_STATUSES)}, ("status",)
    )
    one = [{"required": [side]} for side in ("min", "max")]
    return {**table, "oneOf": one, "anyOf": [{"required": [side]} for side in sides]}


def _test() -> Schema:
    parts = {"min_width": _METRES, "share_of": _one_of(keys.known_classes()), "min": _SHARE, "max": _SHARE}
    return {**_table(keys.TEST_KEYS, parts, ()), "oneOf": [{"required": ["min_width"]}, {"required": ["share_of"]}]}


def _relax() -> Schema:
    factor: Schema = {"type": "number", "minimum": 0, "maximum": 1}
    return _table(keys.RELAX_KEYS, {"when": _one_of(keys.RELAXED_AREAS), "factor": factor}, ("when", "factor"))


def _hazard(known: Collection[str], kind: Schema) -> Schema:
    parts = {"kind": kind, "return_period_yr": _PERIOD, "min_depth": _METRES}
    return _table(known, parts, ("kind",))


def _table(known: Collection[str], parts: Mapping[str, Schema], required: Collection[str]) -> Schema:
    """A table of exactly the keys that the reader knows; a key without a part here is a bug that shows at once."""
    described = {
        key: {**parts[key], **({"description": _ABOUT[key]} if key in _ABOUT else {})} for key in sorted(known)
    }
    return {
        "type": "object",
        "properties": described,
        "required": sorted(required),
        "additionalProperties": False,
    }


def _one_of(values: Collection[str]) -> Schema:
    return {"enum": sorted(values)}
