"""What walking an edge costs, as a value: metres, or seconds of a walker.

A search adds up costs and asks nothing else, so distance, time, slopes and bans are all one thing
to it: a cost forward and a cost backward for every edge. On a part of an edge the cost is spread
evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.elevation import Gradient, pace_factors
from spatial.errors import AnalysisError
from spatial.network import WalkNetwork
from spatial.traits import Trait
from spatial.walkers import Crossings, Walker, crossing_delay_s, passable


@dataclass(frozen=True)
class Impedance:
    """The cost of every edge in both directions, and of a metre off the network."""

    unit: str
    """``m`` or ``s``."""
    forward: NDArray[np.float64]
    """From start to end; inf where it may not be walked."""
    backward: NDArray[np.float64]
    """From end to start."""
    per_metre: float
    """Cost of a metre on the straight leg to or from the network."""


def distance(network: WalkNetwork, walker: Walker | None = None) -> Impedance:
    """Walking distance [m]: the length of an edge, wherever it may be walked, by the walker if one is given."""
    return _where_open(network, walker, "m", network.edge_length_m, network.edge_length_m, 1.0)


def time(
    network: WalkNetwork, walker: Walker, gradient: Gradient | None = None, crossings: Crossings | None = None
) -> Impedance:
    """Walking time [s] of one kind of walker.

    Length by the walker's speed; on steps and rough ground by its factors; on slopes by Tobler's hiking
    function [1]_, scaled so that level ground takes the walker's own speed; and half the delay of a busy
    road at each end that meets one.

    Parameters
    ----------
    network : WalkNetwork
    walker : Walker
        Edges closed to it are infinite.
    gradient : Gradient, optional
        Of the same network (`spatial.elevation.edge_gradient`). Without it all ground is level. Steps are
        left to `Walker.steps_factor`: an elevation model does not know them.
    crossings : Crossings, optional
        Without it nobody waits.

    Returns
    -------
    Impedance
        ``s``. Legs off the network are level.

    Raises
    ------
    AnalysisError
        The gradient is that of another network.

    Notes
    -----
    On level ground without crossings, for a walker whom nothing slows or stops, times are distances
    divided by the speed.

    References
    ----------
    .. [1] Tobler, W. (1993). Three presentations on geographical analysis and modeling. NCGIA Technical
       Report 93-1.
    """
    flat_s = network.edge_length_m / walker.speed_m_per_s
    steps, rough = network.edge_traits.has(Trait.STEPS), network.edge_traits.has(Trait.ROUGH)
    flat_s = flat_s * np.where(steps, walker.steps_factor, np.where(rough, walker.rough_factor, 1.0))
    forward_s, backward_s = flat_s, flat_s
    if gradient is not None:
        if len(gradient.offset) != len(flat_s) + 1:
            raise AnalysisError(
                f"the slopes are those of {len(gradient.offset) - 1} edges and the network has {len(flat_s)}, so times "
                "would be wrong; measure the slopes of this network"
            )
        up, down = pace_factors(gradient)
        forward_s, backward_s = flat_s * np.where(steps, 1.0, up), flat_s * np.where(steps, 1.0, down)
    if crossings is not None:
        delay_s = crossing_delay_s(network, crossings)
        forward_s, backward_s = forward_s + delay_s, backward_s + delay_s
    return _where_open(network, walker, "s", forward_s, backward_s, 1 / walker.speed_m_per_s)


def there_and_back(impedance: Impedance) -> Impedance:
    """The mean of going and returning by the same way; infinite where either may not be walked."""
    mean = (impedance.forward + impedance.backward) / 2
    return Impedance(impedance.unit, mean, mean, impedance.per_metre)


def returning(impedance: Impedance) -> Impedance:
    """The same cost for walks the other way: a search towards entrances then finds walks away from them."""
    return Impedance(impedance.unit, impedance.backward, impedance.forward, impedance.per_metre)


def _where_open(
    network: WalkNetwork,
    walker: Walker | None,
    unit: str,
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
    per_metre: float,
) -> Impedance:
    open_ = np.ones(len(network.edge_id), dtype=bool) if walker is None else passable(network, walker)
    return Impedance(
        unit,
        np.where(network.edge_forward & open_, forward, np.inf),
        np.where(network.edge_backward & open_, backward, np.inf),
        per_metre,
    )
