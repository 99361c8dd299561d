"""Where what would help is looked for: the streets and spaces of other days, or what a hazard leaves of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.closures import Closures, closing_footprints
from analyses.during import During, across
from analyses.measure import Measured, Scene
from analyses.plan import bound_hazards
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_hazards import Danger, without_offers
from analyses.units import Level
from spatial.closing import Remaining, without
from spatial.snapping import Attachments

_SAME_SPOT_M = 0.01
"""Coordinates of what was cut agree to this."""


@dataclass(frozen=True)
class Ground:
    """The ground on which the remedies of one rule are looked for."""

    before: Scene
    """Of other days."""
    danger: Danger
    """Official and modelled hazards, whatever the rule."""
    left: During | None = None
    """Of a rule that asks what a hazard leaves: what is left; None for others."""
    kept_out: NDArray[np.object_] | None = None
    """The ground that this hazard closes, or outside of which places have to lie."""

    @property
    def scene(self) -> Scene:
        """In which walks are measured."""
        return self.before if self.left is None else self.left.scene

    @cached_property
    def remaining(self) -> Remaining:
        """What remains of the network of other days."""
        assert self.left is not None
        return without(self.before.layers.network, self.left.closed)

    def unserved(self, found: Measured, level: Level, units: NDArray[np.int64]) -> Unserved:
        """Whom the rule does not serve in some units, without those whom nothing but another home would help."""
        residents = np.nan_to_num(self.before.weight("population"))
        concerned = np.isin(level.member, units) & (found.good == 0) & (residents > 0)
        certain, able = found.bad, np.ones(len(residents))
        if self.left is not None:
            inside = self.left.inside
            # Of a home inside nobody is helped by a way or a park; where the layer says nothing, nobody knows.
            said = np.ones(len(residents)) if found.unsaid is None else (found.unsaid == 0).astype(float)
            certain, able = np.maximum(found.bad - inside, 0.0) * said, (1 - inside) * said
        return Unserved(found, level, residents, np.flatnonzero(concerned), certain, able)

    def opened(
        self, space: NDArray[np.int64], point: NDArray[np.object_], at: Attachments
    ) -> tuple[NDArray[np.int64], NDArray[np.object_], Attachments]:
        """The new ways into spaces that stay open, with the piece of the space that each leads into.

        Closed are those that `during` would close: inside, or where the leg, the street or the space behind is.
        """
        if self.left is None or self.kept_out is None:
            return space, point, at
        piece = self._pieces(space, point)
        network = self.before.layers.network
        shut = across(point, at, network, self.left.ground) | (piece < 0)
        moved = self.remaining.attachments(at)
        kept = np.flatnonzero(~shut & (moved.edge >= 0))
        return piece[kept], point[kept], moved.take(kept)

    def dry(self, offers: Offers, shape: NDArray[np.object_], away_m: float = 0.0) -> Offers:
        """The offers whose places lie outside of the hazards of the rule, and farther from them than some metres."""
        return without_offers(offers, self._near(shape, away_m))

    def clear(self, offers: Offers, away_m: float) -> Offers:
        """The offers of new places that lie outside of every official or modelled hazard, and of those of the rule."""
        return self.dry(without_offers(offers, self.danger.near(offers.point, away_m)), offers.point, away_m)

    def space(self, row: int) -> int:
        """The space that a row of the scene's spaces is a piece of."""
        return row if self.left is None else int(self.left.spaces.of[row])

    def _near(self, shape: NDArray[np.object_], away_m: float) -> NDArray[np.bool_]:
        found = np.zeros(len(shape), dtype=bool)
        if self.kept_out is not None and len(shape):
            found[STRtree(self.kept_out).query(shape, predicate="dwithin", distance=away_m)[0]] = True
        return found

    def _pieces(self, space: NDArray[np.int64], point: NDArray[np.object_]) -> NDArray[np.int64]:
        """The piece of its space that a point on the outline touches; -1 where none is left there."""
        assert self.left is not None
        pieces = self.left.spaces
        at, row = STRtree(pieces.frame.geometry.to_numpy()).query(point, predicate="dwithin", distance=_SAME_SPOT_M)
        own = pieces.of[row] == space[at]
        found = np.full(len(point), -1, dtype=np.int64)
        found[at[own]] = row[own]
        return found


def ground_of_rule(scene: Scene, found: Measured, closed: Closures, danger: Danger) -> Ground | None:
    """The ground on which remedies of a rule of reach are looked for.

    None where its options are measured in different remains: no single ground would describe them.
    """
    rule = found.rule
    if not rule.under_hazard:
        return Ground(scene, danger)
    lefts = [closed.for_option(alone) for alone in rule.each]
    if any(left is not lefts[0] for left in lefts):
        return None
    closing = closing_footprints(scene.layers, bound_hazards(rule, scene.layers.study))
    polygons = [np.zeros(0, dtype=object), *(shapely.get_parts(footprint.polygons) for footprint in closing)]
    return Ground(scene, danger, lefts[0], np.concatenate(polygons))
