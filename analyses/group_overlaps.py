"""What can be worked out about groups by holding one figure against another: who is in one, and not in the other.

The water of a hundred years reaches farther than that of ten. Whoever reads how many old people live in either can
subtract: those between are a group like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from analyses.exposed_classes import ANY, ByClass
from analyses.measure import Measured

_NOTHING = 1e-9
"""Share of a home: less is rounding."""


def kinds_of_hazard(found: ByClass) -> tuple[NDArray[np.float64], ...]:
    """Of each demand point the share (0-1) outside, in each class, and of which nobody knows."""
    return found.outside, *found.shares.T, found.unknown


def only_in_one(
    exposed: Mapping[str, ByClass], measured: Mapping[tuple[str, str], Measured]
) -> list[NDArray[np.float64]]:
    """Shares of each demand point that published figures tell when one is taken from another.

    Parameters
    ----------
    exposed : mapping of str to ByClass
        By hazard id.
    measured : mapping
        Rules about residents, by profile and rule.

    Returns
    -------
    list of arrays
        Of footprints within each other (a layer from some class on, all layers together, the hazard of a rule) what
        lies between; of two layers that may judge what lies in both; of rules that ask what a hazard leaves, who is
        served on other days and not while it lasts. Each once, none empty. Within one layer nothing: its classes are
        told each by itself.
    """
    footprints = [(name, share) for name, found in exposed.items() for share in _from_class_on(found)]
    footprints += [(f"{key}", m.bad) for key, m in measured.items() if m.rule.kind == "exposure"]
    between = [
        more - less
        for (one, less), (other, more) in permutations(footprints, 2)
        if one != other and _within(less, more)
    ]
    lasting = [m for m in measured.values() if m.rule.under_hazard]
    between += [m.good - left.good for left in lasting for m in measured.values() if _within(left.good, m.good)]
    return _distinct([*between, *_in_both(exposed)])


def _from_class_on(found: ByClass) -> list[NDArray[np.float64]]:
    """The footprints of a layer from each of its classes on, the whole of it first."""
    return list(np.cumsum(found.shares[:, ::-1], axis=1)[:, ::-1].T)


def _in_both(exposed: Mapping[str, ByClass]) -> list[NDArray[np.float64]]:
    """What two layers share, of which three figures tell: each by itself, and both together."""
    if ANY not in exposed:
        return []
    alone = {name: found.inside for name, found in exposed.items() if name != ANY}
    together = exposed[ANY].inside
    pairs = [(a, b) for a, b in permutations(alone, 2) if a < b]
    both = [(a, b, alone[a] + alone[b] - together) for a, b in pairs]
    nothing = np.zeros(len(together))
    # Of more layers the sum is nobody's footprint, unless it lies within both.
    return [share for a, b, share in both if _within(nothing, share) and _within(share, np.minimum(alone[a], alone[b]))]


def _within(less: NDArray[np.float64], more: NDArray[np.float64]) -> bool:
    return bool((less <= more + _NOTHING).all())


def _distinct(shares: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    found: dict[bytes, NDArray[np.float64]] = {}
    for share in shares:
        kept = np.where(share > _NOTHING, share, 0.0)
        if kept.any():
            found.setdefault(np.round(kept, 9).tobytes(), kept)
    return list(found.values())
