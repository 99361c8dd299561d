"""The defaults of the method, each with its unit; reasons and sources in docs/methods.md."""

from __future__ import annotations

from dataclasses import dataclass

from layers.surroundings import SEARCH_LIMIT_M


@dataclass(frozen=True)
class Parameters:
    """Parameters of an assessment. Change one only with a reason that can be defended."""

    snap_limit_m: float = 100.0
    """A point farther than this from every walkable edge is out of reach."""
    barrier_water_m2: float = 1000.0
    """A smaller water area, such as a pool or a pond, is walked around on the way from home to the street."""
    search_limit_m: float = SEARCH_LIMIT_M
    """Searches for the nearest space end here; beyond it is out of reach."""
    search_limit_min: float = 60.0
    """Searches by walking time end here."""
    crossing_signals_s: float = 30.0
    """Waiting at a light before crossing a trunk or primary road; counts in times only."""
    crossing_marked_s: float = 20.0
    """... at a marked crossing without a light."""
    crossing_unmarked_s: float = 40.0
    """... where nothing is marked."""
    crossing_secondary_share: float = 0.5
    """Share of that waiting before a secondary road."""
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
    service_strip_m: float = 20.0
    """A service area extends this far from the network at most: about a street and the houses along it."""
    catchment_m: float = 400.0
    """Who lives within this walk of a public space is in its catchment: the distance of SDG 11.7.1."""
    gap_margin_m: float = 20.0
    """Gap areas are the homes concerned grown by this."""
    group_levels: tuple[str, ...] = ("district", "city")
    """Levels for which counts of age and other groups are published."""
