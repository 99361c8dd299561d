"""What may stand in a rule of a profile: keys, closed lists and forms. Reader and published schema both follow it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyses.profile import SHELTER
from analyses.walking import WALKERS
from layers.tag_rules import space_classes, unions
from layers.types import AREA_KINDS

SHARED_KEYS = frozenset(
    {"id", "kind", "title", "who", "level", "basis", "target", "during", "relax", "weight", "dimension"}
)
KEYS_BY_KIND: Mapping[str, frozenset[str]] = {
    "reach": frozenset({"options"}),
    "provision": frozenset({"supply", "per", "method"}),
    "site": frozenset({"supply", "test"}),
    "exposure": frozenset({"hazard"}),
}
"""Keys of a rule besides those that all share."""
USUAL_DIMENSION: Mapping[str, str] = {
    "reach": "reach",
    "provision": "provision",
    "site": "provision",
    "exposure": "safety",
}
"""What a rule of a kind speaks of unless it says so itself: whether places are fit is part of what is provided. A rule
that has to hold during a hazard speaks of survival, whatever its kind, and one about shelter of refuge."""
REFUGE = "refuge"
SUPPLY_KEYS = frozenset({"class", "grade", "min_area", "max_area", "min_width", "access", "outside_hazard"})
LIMIT_KEYS = frozenset({"within", "by", "from"})
OPTION_KEYS = SUPPLY_KEYS | LIMIT_KEYS | {"direction", "count"}
SUPPLY_KEYS_BY_METHOD: Mapping[str, frozenset[str]] = {
    "container": SUPPLY_KEYS,
    "within": SUPPLY_KEYS | LIMIT_KEYS,
    "e2sfca": SUPPLY_KEYS | LIMIT_KEYS | {"decay"},
}
TARGET_KEYS = frozenset({"min", "max", "status"})
BASIS_KEYS = frozenset({"clause", "confidence", "note", "force", "read", "url"})
HAZARD_KEYS = frozenset({"kind", "return_period_yr", "min_depth"})
DURING_KEYS = frozenset({"kind", "return_period_yr"})
TEST_KEYS = frozenset({"min_width", "share_of", "min", "max"})
RELAX_KEYS = frozenset({"when", "factor"})
TARGET_STATUSES = frozenset({"official", "convention", "derived"})
CONFIDENCES = frozenset({"high", "medium"})
FORCES = frozenset({"mandatory", "recommended", "target", "indicator", "convention"})
READ = frozenset({"standard", "secondary", "memory"})
RELAXED_AREAS = frozenset(AREA_KINDS)
WAYS = frozenset({*WALKERS, "euclidean", "cycle"})
DIRECTIONS = frozenset({"to", "from", "both"})
PER = frozenset({"person", "built_up_area", "land_area"})
LONGEST_COUNT = 100
MOST_OPTIONS = 50
"""Each is a search of its own."""
LONGEST_PERIOD_YR = 1_000_000.0
WITHOUT_DATA = frozenset(
    {
        "street",
        "tree",
        "tree_canopy",
        "primary_school",
        "junior_secondary",
        "market",
        "service_station",
        "service_centre",
        "cultural_centre",
        "health_centre",
    }
)
"""Classes that standards ask for and no study has: such rules are not assessed."""
RULE_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def known_classes() -> frozenset[str]:
    """Every class and union that a rule may ask for."""
    return frozenset({*space_classes(), *unions(), *WITHOUT_DATA, SHELTER})
