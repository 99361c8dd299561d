"""How groups relate, as everybody can see: which make up others, which share nobody, and which lie within another.

Nobody tells us what the columns of a census mean, so it is seen in the counts: what holds in every community is taken
for true, and for known to whoever reads the files. To take too much for known withholds a figure too many; to take too
little would tell of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analyses.privacy import TRACE

_TRIED = 12
"""Of more groups than this only few together are tried, for there are too many ways to choose from them."""
_FEW = 3

Counts = Sequence[NDArray[np.float64]]
"""Of each group the persons by community; NaN is unknown."""


def sums(counts: Counts, population: NDArray[np.float64]) -> list[tuple[tuple[int, ...], int | None]]:
    """Groups that together make up another, or (None) all residents, as women and men do."""
    known = np.flatnonzero(np.isfinite(population) & np.isfinite(np.sum(counts, axis=0)))
    found: list[tuple[tuple[int, ...], int | None]] = []
    for some in _subsets(len(counts), 1) if len(known) else ():
        total = np.sum([counts[g] for g in some], axis=0)[known]
        if np.allclose(total, population[known], rtol=0, atol=TRACE):
            found.append((some, None))
        others = [g for g in range(len(counts)) if len(some) > 1 and g not in some]
        found += [(some, g) for g in others if np.allclose(total, counts[g][known], rtol=0, atol=TRACE)]
    return found


def apart(counts: Counts, population: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """The largest sets of groups that nowhere add up to more than all residents, as children and old people.

    Sets within another are left out, and such as make up all residents, for of them more is known (`sums`).
    """
    found = [some for some, whole in sums(counts, population) if whole is None]
    every = len(found)
    for some in reversed(_subsets(len(counts), 2)):
        rest = population - np.sum([counts[g] for g in some], axis=0)
        rest = rest[np.isfinite(rest)]
        if len(rest) and (rest >= -TRACE).all() and not any(set(some) <= set(larger) for larger in found):
            found.append(some)
    return found[every:]


def nested(counts: Counts) -> list[tuple[int, int]]:
    """Groups that are nowhere larger than another, inner and outer, as who is over 80 among those over 60.

    Without those that lie within a third in between, and those that nobody is in, or that are the same.
    """
    inside = np.zeros((len(counts), len(counts)), dtype=bool)
    for inner, outer in combinations(range(len(counts)), 2):
        rest = counts[outer] - counts[inner]
        rest = rest[np.isfinite(rest)]
        inside[inner, outer] = (rest >= -TRACE).all() and (rest > TRACE).any() and np.nansum(counts[inner]) > TRACE
        inside[outer, inner] = (rest <= TRACE).all() and (rest < -TRACE).any() and np.nansum(counts[outer]) > TRACE
    direct = inside & ~(inside.astype(np.int64) @ inside.astype(np.int64) > 0)
    return [(int(inner), int(outer)) for inner, outer in np.argwhere(direct)]


def _subsets(groups: int, fewest: int) -> list[tuple[int, ...]]:
    """From the smallest to the largest."""
    most = groups if groups <= _TRIED else _FEW
    return [some for size in range(fewest, most + 1) for some in combinations(range(groups), size)]
