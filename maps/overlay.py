"""One check box of the map, and what it draws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """One line of the legend below a check box: what features of a kind look like."""

    label: str
    colour: str
    pattern: str = ""
    """Id of an SVG pattern of the page: a second channel beside the colour."""
    width_px: float = 1.5
    """Of outlines and lines."""


@dataclass(frozen=True)
class Overlay:
    """One check box of the map: what it draws, and what a reader must know about it."""

    id: str
    group: str
    """Its heading: data, remedies, critical, lasting, refuge, spaces, inventory, entrances, served, hazards or gaps."""
    label: str
    note: str
    colour: str
    style: str
    """area, dot (entrances), mark (suggestions), or looks: each feature as `looks` says."""
    shown: bool
    features: tuple[object, ...]
    """Encoded shapes, see `maps.shapes`; for gap areas their positions in `homes`, for weak data of communities,
    for marks in `remedies`. Of style looks polygons, a list of lines, or a point, as `kinds` says."""
    pattern: str = ""
    """Id of an SVG pattern of the page for areas that are not fully what they look like: derived hazards, homes."""
    texts: tuple[tuple[str, ...], ...] = ()
    """For each feature the lines of its description; empty if it has none."""
    looks: tuple[Look, ...] = ()
    look: tuple[int, ...] = ()
    """For each feature its position in `looks`."""
    kinds: str = ""
    """For each feature a letter: a (area), l (line) or d (disc)."""
    radius_px: tuple[float, ...] = ()
    """For each feature the radius of its disc; 0 for others. Empty where there are no discs."""

    def kind_of(self, look: int) -> str:
        """What the first feature of a look is: a letter of `kinds`; a where it has none."""
        return next((kind for kind, of in zip(self.kinds, self.look, strict=True) if of == look), "a")
