"""A synthetic town with small groups: six communities in a row, two to a district, a park for the first of each.

Every community is 500 m long and has two homes of 500 m2 of floor, so that half of its residents live in each. The
parks lie at different places, so that rules serve all, half or none of a community. Groups: old people, of whom
three live in A2 alone of its district; children; women and men, who make up all residents.
"""

from __future__ import annotations

import dataclasses

import pandas as pd
from shapely import box

from analyses.profile import Basis, Profile, Rule, Supply, Target
from layers.types import Basemap, Layers
from tests.networks import network
from tests.town import buildings, frame, spaces, town, units

NAMES = ("A1", "A2", "B1", "B2", "C1", "C2")
K = 10
PEOPLE = pd.DataFrame(
    {
        "population": [90.0, 80.0, 60.0, 95.0, 88.0, 76.0],
        "age65plus": [40.0, 3.0, 22.0, 30.0, 25.0, 21.0],
        "age0_14": [12.0, 30.0, 0.0, 25.0, 31.0, 14.0],
        "women": [45.0, 44.0, 31.0, 47.0, 84.0, 40.0],
        "men": [45.0, 36.0, 29.0, 48.0, 4.0, 36.0],
    },
    index=pd.Index(NAMES, name="community_id"),
)
_HIGH = Basis({"en": "synthetic", "zh": "合成"}, "high")


def _rule(within_m: float, who: str, level: str) -> Rule:
    target = Target("%", "convention", minimum=80.0)
    name = f"green.{within_m:g}m.{who}"
    return Rule(name, "reach", {"en": name, "zh": name}, who, "%", _HIGH, level, target, Supply(("green",)), within_m)


def small_town() -> Layers:
    """The town."""
    base = town()
    shapes = {name: box(500 * i, -100, 500 * i + 500, 300) for i, name in enumerate(NAMES)}
    districts = {d: box(1000 * i, -100, 1000 * i + 1000, 300) for i, d in enumerate("ABC")}
    homes = {f"{n}/{h}": (box(500 * i + x, 20, 500 * i + x + 10, 30), 5) for i, n in enumerate(NAMES) for h, x in enumerate((100, 380))}
    parks = {f"way/{i}": ("park", box(x, -60, x + 60, -10)) for i, x in enumerate((130, 1180, 2550))}
    role = dataclasses.replace(base.study.residents, groups={name: name for name in PEOPLE.columns[1:]})
    parents = tuple(dataclasses.replace(base.study.communities, level="district") for _ in "1")
    return dataclasses.replace(
        base,
        study=dataclasses.replace(base.study, residents=role, parents=parents),
        communities=units(shapes),
        parents={"district": units(districts, "unit_id")},
        residents=PEOPLE.copy(),
        basemap=Basemap(
            frame({}, "id", ("street_class", "name")), frame({}, "id", ("water_class",)),
            frame({}, "id", ("green_class",)), frame({}, "id", ("name", "place_class")),
        ),
        network=network([[(i + 1, 500.0 * i, 0.0) for i in range(7)]]),
        spaces=spaces(parks),
        buildings=buildings(homes),
    )


PROFILE = Profile(
    "p", {"en": "synthetic"}, "Synthetic town", 2026, "convention",
    (
        _rule(150, "population", "community"), _rule(500, "population", "community"),
        _rule(500, "age65plus", "district"), _rule(150, "women", "district"),
    ),
)
"""Two rules about all residents, and two of the same reach about a group of them."""
