"""Several ways to be served: a rule with options is met by any of them, and an option may ask for several places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyses.access import Reach
from analyses.costs import Costs


@dataclass(frozen=True)
class Served:
    """One option at every demand point; neither served nor unserved is unknown."""

    served: NDArray[np.bool_]
    unserved: NDArray[np.bool_]
    """For certain."""
    reach: Reach


def served_by_any(options: Sequence[Served]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Reach]:
    """Who is served by any of the options, who for certain by none, and what is nearest of all they ask for.

    Parameters
    ----------
    options : sequence of Served
        At least one; all reached in the same way and measured in the same unit.

    Returns
    -------
    served, unserved : bool array
    reach : Reach
        The least cost over the options, its space and its entrance: of two equally near, the first option's.
    """
    served = np.any([option.served for option in options], axis=0)
    unserved = np.all([option.unserved for option in options], axis=0)
    first, *others = (option.reach for option in options)
    cost, space, entrance = first.cost, first.space, first.entrance
    for other in others:
        nearer = other.cost < cost
        cost, space = np.where(nearer, other.cost, cost), np.where(nearer, other.space, space)
        if entrance is not None and other.entrance is not None:
            entrance = np.where(nearer, other.entrance, entrance)
    return served, unserved, replace(first, cost=cost, space=space, entrance=entrance)


def with_cost_of_nth(nearest: Reach, costs: Costs, count: int) -> Reach:
    """The reach of the nearest place with the cost of getting to the n-th nearest; inf where there are fewer.

    Space and entrance stay those of the nearest: the n-th nearest is known by its cost alone.

    Parameters
    ----------
    nearest : Reach
    costs : Costs
        Of every place within the limit, each once.
    count : int
        At least 1.
    """
    order = np.lexsort((costs.cost, costs.point))
    point, cost = costs.point[order], costs.cost[order]
    first = np.searchsorted(point, np.arange(len(nearest.cost)))
    nth = first + count - 1
    found = np.full(len(nearest.cost), np.inf)
    there = np.flatnonzero(nth < len(point))
    there = there[point[nth[there]] == there]
    found[there] = cost[nth[there]]
    return replace(nearest, cost=found)
