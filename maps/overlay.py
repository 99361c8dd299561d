"""One check box of the map, and what it draws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Overlay:
    """One check box of the map: what it draws, and what a reader must know about it."""

    id: str
    group: str
    """Its heading: data, remedies, critical, spaces, inventory, entrances, served, hazards or gaps."""
    label: str
    note: str
    colour: str
    style: str
    """area, dot (entrances) or mark (suggestions)."""
    shown: bool
    features: tuple[object, ...]
    """Encoded shapes, see `maps.shapes`; for gap areas their positions in `homes`, for weak data of communities,
    for marks in `remedies`."""
    pattern: str = ""
    """Id of an SVG pattern of the page for areas that are not fully what they look like: derived hazards, homes."""
    texts: tuple[tuple[str, ...], ...] = ()
    """For each feature the lines of its description; empty if it has none."""
