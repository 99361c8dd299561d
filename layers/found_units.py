"""Which administrative boundaries an extract holds whole, so that a planner can choose by which units to judge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from layers.sources.osm_file import UNITS_A_DEGREE
from layers.sources.overpass_answer import Answer, Member
from layers.types import Area


@dataclass(frozen=True)
class FoundUnits:
    """The boundaries of one level."""

    admin_level: str
    names: tuple[str, ...]
    """Of all of them, sorted; the id of those without a name."""


def found_units(elements: Answer, area: Area) -> tuple[FoundUnits, ...]:
    """Administrative boundaries all of whose members are there and lie in the area, by level.

    Parameters
    ----------
    area
        In degrees.
    """
    shapely.prepare(area)
    by_level: dict[str, list[str]] = {}
    for number, (members, tags) in elements.relations.items():
        if tags.get("boundary") != "administrative" or not tags.get("admin_level", "").isdecimal():
            continue
        if _is_whole(elements, members, area):
            by_level.setdefault(tags["admin_level"], []).append(tags.get("name") or f"relation/{number}")
    return tuple(FoundUnits(level, tuple(sorted(by_level[level]))) for level in sorted(by_level, key=int))


def _is_whole(elements: Answer, members: tuple[Member, ...], area: Area) -> bool:
    """Whether the member ways are all there, close, and lie in the area."""
    ends: Counter[int] = Counter()
    refs = []
    for kind, number, _ in members:
        if kind != "w":
            continue
        nodes = elements.ways.get(number, (np.zeros(0, dtype=np.int64), {}))[0]
        if len(nodes) < 2:
            return False
        ends.update((int(nodes[0]), int(nodes[-1])))
        refs.append(nodes)
    if not refs or any(count % 2 for count in ends.values()):
        return False
    wanted = np.concatenate(refs)
    at = np.minimum(np.searchsorted(elements.node_id, wanted), len(elements.node_id) - 1)
    if not len(elements.node_id) or not (elements.node_id[at] == wanted).all():
        return False
    places = elements.node_xy[at] / UNITS_A_DEGREE
    return bool(shapely.contains_xy(area, places[:, 0], places[:, 1]).all())
