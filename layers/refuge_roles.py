"""What a study says of refuges: its lists, and whether open spaces that could serve are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.origins import AnyOrigin

REFUGE_GRADES = ("emergency", "temporary", "short", "medium", "long", "centre")
"""Of refuges, by how long people can stay; each can also serve as those before it."""


@dataclass(frozen=True)
class RefugeRole:
    """A municipal list of refuges: polygons or points of one grade."""

    id: str
    origin: AnyOrigin
    grade: str
    """One of `REFUGE_GRADES`."""
    sites: str
    """built or planned; a planned refuge takes nobody in."""
    id_column: str = ""
    """Empty: refuges are numbered as they come."""
    name_column: str = ""
    capacity_column: str = ""
    """Persons that each can take in; empty: worked out from its area."""
    area_column: str = ""
    """Effective area of each [m2]; empty: worked out from its outline."""


@dataclass(frozen=True)
class RefugeRules:
    """What a study says of refuges beside its lists."""

    candidates: bool = False
    """Whether open spaces that could serve are looked for."""
    tier: str = ""
    """Whose numbers hold: a name in ``layers/rules/refuge.toml``; empty: the packaged default."""
    usable_share: Mapping[str, float] = field(default_factory=dict)
    """Class of public space -> share of its open ground that people can use (0-1), instead of the packaged one."""
