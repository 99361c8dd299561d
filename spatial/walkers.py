"""Who walks: how fast, what slows them down, and what stops them; and what crossing a road costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.errors import AnalysisError
from spatial.network import WalkNetwork
from spatial.traits import NodeTrait, Trait

_NOTHING = Trait(0)


@dataclass(frozen=True)
class Walker:
    """A kind of walker. The packaged ones, with their sources, are in ``layers/rules/walkers.toml``."""

    id: str
    speed_m_per_s: float
    """On firm, level ground."""
    bars: Trait = _NOTHING
    """An edge with any of these is closed to the walker ..."""
    lifts: Trait = _NOTHING
    """... unless it has one of these, which settle every other question."""
    steps_factor: float = 1.0
    """Time on steps for their length on the map, as a multiple of level ground."""
    rough_factor: float = 1.0
    """The same on rough ground."""
    max_incline_share: float | None = None
    """Steeper edges, up or down, are closed: rise over run, as tagged."""
    min_width_m: float | None = None
    """Narrower edges are closed, where somebody says how wide they are."""

    def __post_init__(self) -> None:
        if not (self.speed_m_per_s > 0 and self.steps_factor > 0 and self.rough_factor > 0):
            raise AnalysisError(
                f"walker {self.id!r}: speed and factors must be above 0, or times would be endless or negative; they "
                f"are {self.speed_m_per_s:g} m/s, {self.steps_factor:g} and {self.rough_factor:g}"
            )

    @property
    def goes_everywhere(self) -> bool:
        """Whether no edge is closed to the walker: distances are then those of any walker."""
        return not self.bars and self.max_incline_share is None and self.min_width_m is None


@dataclass(frozen=True)
class Crossings:
    """How long one waits before crossing a trunk or primary road, by what stands there [s]."""

    signals_s: float = 30.0
    marked_s: float = 20.0
    unmarked_s: float = 40.0
    secondary_share: float = 0.5
    """Share of it before a secondary road."""


def passable(network: WalkNetwork, walker: Walker) -> NDArray[np.bool_]:
    """Which edges a walker may use, in the directions in which they may be walked at all.

    What nobody has mapped is no obstacle: an edge without a word on surface, kerb, incline or width is
    open, except where the rules for traits take silence for roughness (paths and tracks).
    """
    traits = network.edge_traits
    closed = traits.has(walker.bars) if walker.bars else np.zeros(len(traits), dtype=bool)
    if walker.max_incline_share is not None:
        # 32-bit values: 8 % as tagged is not steeper than 8 %.
        closed |= np.abs(traits.incline_share) > np.float32(walker.max_incline_share)
    if walker.min_width_m is not None:
        closed |= traits.width_m < np.float32(walker.min_width_m)
    if walker.lifts:
        closed &= ~traits.has(walker.lifts) | traits.has(walker.bars & Trait.NO_WHEELS)
    return ~closed


def crossing_delay_s(network: WalkNetwork, crossings: Crossings) -> NDArray[np.float64]:
    """Waiting time on each edge for the roads that it meets at its ends [s], the same in both directions.

    An edge pays half the delay of the road at each of its ends, unless it belongs to a road of that
    class or a busier one itself. So whoever crosses a road at a node pays it in full, whoever turns
    into the road pays half (the pavement wanted is on the near side as often as on the far side), and
    whoever walks along it pays nothing. The carriageways of a divided road are crossed one by one.

    Returns
    -------
    array
        Seconds an edge; 0 where it meets no busy road.
    """
    of_node = _delay_at_node_s(network.node_flags, crossings)
    major = (network.node_flags & NodeTrait.MAJOR_ROAD) > 0
    on_major = network.edge_traits.has(Trait.MAJOR_ROAD)
    on_any = on_major | network.edge_traits.has(Trait.SECONDARY_ROAD)
    total = np.zeros(len(network.edge_id))
    for at in (network.edge_start, network.edge_end):
        along = np.where(major[at], on_major, on_any)
        total += np.where(along, 0.0, of_node[at] / 2)
    return total


def _delay_at_node_s(flags: NDArray[np.uint8], crossings: Crossings) -> NDArray[np.float64]:
    delay = np.full(len(flags), crossings.unmarked_s)
    delay[(flags & NodeTrait.MARKED) > 0] = crossings.marked_s
    delay[(flags & NodeTrait.SIGNALS) > 0] = crossings.signals_s
    major, secondary = (flags & NodeTrait.MAJOR_ROAD) > 0, (flags & NodeTrait.SECONDARY_ROAD) > 0
    return delay * np.where(major, 1.0, np.where(secondary, crossings.secondary_share, 0.0))
