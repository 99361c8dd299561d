"""Ground on which nothing new is suggested without a word of warning: what official and modelled hazards cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.remedy_choice import Offers
from analyses.shelter_rules import JUDGING
from layers.refuge_rules import packaged_refuge_rules
from layers.types import Layers


@dataclass(frozen=True)
class Danger:
    """The ground of hazards that a place can lie outside of."""

    hazard_id: NDArray[np.object_]
    tree: STRtree
    """Of the polygons, each of the hazard at its place in `hazard_id`."""

    def at(self, place: shapely.Geometry | None) -> str:
        """The hazards that a place touches, in the order of their names, separated by blanks; empty: none is known."""
        if place is None or not len(self.hazard_id):
            return ""
        hit = self.tree.query(place, predicate="intersects")
        return " ".join(sorted({str(name) for name in self.hazard_id[hit]}))

    def near(self, points: NDArray[np.object_], away_m: float = 0.0) -> NDArray[np.bool_]:
        """Which points lie inside of any, or nearer to one than some metres."""
        found = np.zeros(len(points), dtype=bool)
        if len(points):
            found[self.tree.query(points, predicate="dwithin", distance=away_m)[0]] = True
        return found


def danger(layers: Layers) -> Danger:
    """The official and modelled hazards of a study that a refuge has to lie outside of (``rules/refuge.toml``).

    Heat and shaking come over a whole city, so that nowhere would be outside of them; derived layers never judge.
    """
    kinds = packaged_refuge_rules().outside_kinds
    names = [role.id for role in layers.study.hazards if role.status in JUDGING and role.kind in kinds]
    rows = layers.hazards[layers.hazards["hazard_id"].isin(names).to_numpy(bool)]
    parts, row = shapely.get_parts(rows.geometry.to_numpy(), return_index=True)  # one class may span the city
    return Danger(rows["hazard_id"].to_numpy(object)[row], STRtree(parts))


def without_offers(offers: Offers, left_out: NDArray[np.bool_]) -> Offers:
    """The offers without some of them: nobody is served by these."""
    kept = ~left_out[offers.offer]
    return Offers(offers.point, offers.space, offers.row[kept], offers.offer[kept])


def half_diagonal_m(area_m2: float) -> float:
    """From the middle of a square to its corners."""
    return float(np.sqrt(max(area_m2, 0.0) / 2))


def joined_ids(names: Sequence[str]) -> str:
    """Ids, each once, separated by blanks."""
    return " ".join(dict.fromkeys(names))
