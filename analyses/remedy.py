"""Remedies: the kinds of what would help, their order, and one suggestion as the figures make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

LOOK = "check_data"
"""A look at the map before anything is built: it mends no gap, so that it is told beside the cheapest kind."""
KINDS = (
    LOOK,
    "way_in",
    "path",
    "adapt_space",
    "planned_space",
    "new_space",
    "more_space",
    "relief",
    "protect_or_refuge",
    "open_refuge",
    "more_room",
    "protect_link",
)
"""From what costs least to what costs most: a look at the map before a gate, a gate before a path, a path before
works on a space that is there, these before one that is decided on, and new land last. Of refuge: a place that is there
is named before room is made; and to keep a way open against a hazard is works against the hazard. The order is ours."""
EXACT, AT_MOST, AT_LEAST = "exact", "at_most", "at_least"
Gap: TypeAlias = Mapping[str, Any]
"""A row of `Results.gaps`."""


@dataclass(frozen=True)
class Remedy:
    """One suggestion for one gap."""

    gap_id: str
    kind: str
    """One of `KINDS`."""
    step: int = 1
    """2, 3: together with those before it."""
    point: shapely.Point | None = None
    space_id: str | None = None
    """Of a space, or of a planned site."""
    name: str = ""
    """Name of the space or site; may be empty."""
    space_class: str = ""
    area_m2: float = np.nan
    residents_gained: float = np.nan
    value_after: float = np.nan
    closes: bool | None = None
    """Whether the unit would then meet the requirement; None where that is only possible, or nothing is built."""
    certainty: str = EXACT
    """exact, or that gains and value are at most, or at least, what is told."""
    reason: str | None = None
    """check_data: why."""
    side: str = ""
    """way_in: on which side of the space, as a compass point (n, ne, ...)."""
    found: float = np.nan
    """What is measured at the space: m2 a person (relief), a width [m] or a share in % (adapt_space)."""
    hazard_ids: str = ""
    """Official and modelled hazards in which the place lies, separated by blanks: whether it can be used, and should
    be, has to be looked at."""
    way_ids: str = ""
    """protect_link: the ways that it follows, separated by blanks."""
    length_m: float = np.nan
    """protect_link: how much of them the hazard closes."""

    def bounded(self, certainty: str) -> Remedy:
        """The same as a bound: what is reached by the least that it does is met, what is missed by the most is not."""
        sure = {AT_LEAST: True, AT_MOST: False}.get(certainty, self.closes)
        return replace(self, certainty=certainty, closes=self.closes if self.closes == sure else None)

    @property
    def cost_order(self) -> int:
        """Its kind's place from the cheapest on, from 1."""
        return KINDS.index(self.kind) + 1

    def at(self, space: Named) -> Remedy:
        """The same about a space or site."""
        return replace(self, space_id=space.id, name=space.name, space_class=space.space_class)


@dataclass(frozen=True)
class Named:
    """A space, or a planned site, as it is told."""

    id: str
    name: str
    """May be empty."""
    space_class: str


def all_named(spaces: gpd.GeoDataFrame) -> tuple[Named, ...]:
    """Every space, or site, as it is told, by position."""
    names = [name if isinstance(name, str) else "" for name in spaces["name"]]
    return tuple(
        Named(str(key), name, str(kind))
        for key, name, kind in zip(spaces.index, names, spaces["space_class"], strict=True)
    )
