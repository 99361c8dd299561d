"""The defaults of the method, each with its unit; reasons and sources in docs/methods.md."""

from __future__ import annotations

from dataclasses import dataclass

from layers.surroundings import SEARCH_LIMIT_M


@dataclass(frozen=True)
class Parameters:
    """Parameters of an assessment. Change one only with a reason that can be defended."""

    snap_limit_m: float = 100.0
    """A point farther than this from every walkable edge is out of reach."""
    search_limit_m: float = SEARCH_LIMIT_M
    """Searches for the nearest space end here; beyond it is out of reach."""
    gate_distance_m: float = 5.0
    """A gate this near to a boundary is a way in."""
    open_edge_spacing_m: float = 20.0
    """An unfenced edge is tried as a way in every so often."""
    open_edge_reach_m: float = 20.0
    """... where a walkable way lies within this distance."""
    floor_per_resident_m2: float = 10.0
    """Less mapped floor a resident than this means that buildings are missing from the data."""
    street_spacing_m: float = 25.0
    """Residents without a mapped building are placed along streets this far apart."""
    parent_tolerance_m: float = 25.0
    """A resident outside every parent belongs to the nearest one within this distance (rounded boundaries)."""
    gap_margin_m: float = 20.0
    """Gap areas are the homes concerned grown by this."""
    group_levels: tuple[str, ...] = ("district", "city")
    """Levels for which counts of age and other groups are published."""
