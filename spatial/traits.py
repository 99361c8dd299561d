"""What a walkable way and its nodes are like underfoot: what slows a walker down, or stops one on wheels.

Facts only, as compact arrays beside the network; which walker minds what is said in `spatial.walkers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray


class Trait(IntFlag):
    """Facts of an edge or way; any number of them."""

    STEPS = 1
    RAMP = 2
    """Steps with a ramp for wheels beside them."""
    ROUGH = 4
    """A surface that small wheels do not roll on."""
    TRAIL = 8
    """Marked as a mountain path."""
    KERB = 16
    """A raised kerb in its course."""
    BARRIER = 32
    """A stile, turnstile or the like in its course, which a wheeled thing does not pass."""
    NO_WHEELS = 64
    """Signed or surveyed as impassable in a wheelchair."""
    WHEELS = 128
    """Surveyed as passable in a wheelchair, which settles the other questions."""
    BRIDGE = 256
    TUNNEL = 512
    """Tunnels, and passages through buildings."""
    CROSSING = 1024
    """From kerb to kerb across a road."""
    FORD = 2048
    MAJOR_ROAD = 4096
    """A trunk or primary road."""
    SECONDARY_ROAD = 8192


class NodeTrait(IntFlag):
    """Facts of a node; any number of them."""

    MAJOR_ROAD = 1
    """A trunk or primary road runs through it, walkable or not."""
    SECONDARY_ROAD = 2
    MARKED = 4
    """A marked crossing without signals, where drivers give way."""
    SIGNALS = 8
    KERB = 16
    BARRIER = 32
    CROSSING = 64
    """Mapped as a crossing of any kind, of a railway too."""


@dataclass(frozen=True)
class Traits:
    """Facts of ways or edges, as arrays with one entry each."""

    flags: NDArray[np.uint16]
    """`Trait` bits."""
    incline_share: NDArray[np.float32]
    """Rise over run as signed along the drawn direction; NaN where nobody says."""
    width_m: NDArray[np.float32]
    """NaN where nobody says."""

    def __len__(self) -> int:
        return len(self.flags)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Traits:
        """The facts of some of the ways."""
        return Traits(self.flags[rows], self.incline_share[rows], self.width_m[rows])

    def has(self, trait: Trait) -> NDArray[np.bool_]:
        """Which have any of the traits."""
        found: NDArray[np.bool_] = (self.flags & np.uint16(trait)) > 0
        return found


def plain(n: int) -> Traits:
    """`n` ways of which nothing is known: level, smooth and wide as far as anybody says."""
    unknown = np.full(n, np.nan, dtype=np.float32)
    return Traits(np.zeros(n, dtype=np.uint16), unknown, unknown.copy())


def from_rows(rows: Iterable[tuple[int, float, float]]) -> Traits:
    """From flags, incline and width of each way."""
    table = np.array(list(rows), dtype=float).reshape(-1, 3)
    return Traits(table[:, 0].astype(np.uint16), table[:, 1].astype(np.float32), table[:, 2].astype(np.float32))


def joined(parts: Sequence[Traits]) -> Traits:
    """Several one after the other."""
    return Traits(
        np.concatenate([p.flags for p in parts]),
        np.concatenate([p.incline_share for p in parts]),
        np.concatenate([p.width_m for p in parts]),
    )
