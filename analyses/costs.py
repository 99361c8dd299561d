"""Costs: every demand point and every place within a limit of it, as flat arrays.

The measures of access are functions of these alone, whether they were walked or drawn straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.entrances import Entrances
from analyses.supply import Places
from spatial.search import within


@dataclass(frozen=True)
class Costs:
    """One entry for each demand point and place within the limit, by point, then place."""

    point: NDArray[np.int32]
    """Position of the demand point."""
    place: NDArray[np.int32]
    """Position of the place."""
    cost: NDArray[np.float64]
    """Of getting there, in the unit of the search; a pair that is absent is out of reach."""


def walking_costs(walking: Walking, places: Places, *, limit: float) -> Costs:
    """The walk from every demand point to the nearest entrance of every place within a limit.

    Parameters
    ----------
    walking : Walking
    places : Places
    limit : float
        Inclusive, in the unit of the search (metres, unless it was prepared for time).

    Returns
    -------
    Costs
        Over the walk network, with the off-network legs at both ends.
    """
    group = place_of_entrances(walking.entrances, places)
    chosen = np.flatnonzero(group >= 0)
    found = within(walking.graph, chosen, walking.placed, limit=limit, group_of_entrance=group)
    return Costs(found.point, found.entrance, found.cost)


def place_of_entrances(entrances: Entrances, places: Places) -> NDArray[np.int64]:
    """The place that each entrance leads into; -1 for spaces that do not count."""
    space = entrances.table["space"].to_numpy(np.int64)
    place_of_space = np.full(1 + max(space.max(initial=-1), places.space.max(initial=-1)), -1, dtype=np.int64)
    place_of_space[places.space] = places.place
    place: NDArray[np.int64] = place_of_space[space]
    return place
