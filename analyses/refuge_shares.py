"""What of a ground people can use, by its kind: one share for the same ground, whoever names it a refuge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.refuge_ground import by_class, without


@dataclass(frozen=True)
class Grounds:
    """The ground of refuges before hazards: disjoint shapes without buildings and water."""

    site: NDArray[np.int64]
    """Row of `RefugeSites.table` that each belongs to."""
    shape: NDArray[np.object_]
    each: NDArray[np.float64]
    """Of each m2, in two columns: effective area [m2], and persons; NaN where nobody knows."""

    @classmethod
    def evenly(
        cls, own: NDArray[np.object_], ground: NDArray[np.object_], said: NDArray[np.float64], which: NDArray[np.bool_]
    ) -> Grounds:
        """What lists say of some areas, spread evenly over their ground, of which each has a part as its own."""
        site = np.flatnonzero(which)
        return cls(site, own[site], said[site] / shapely.area(ground[site])[:, None])

    @classmethod
    def joined(cls, parts: Sequence[Grounds]) -> Grounds:
        """All of them, one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("site", "shape", "each")))


@dataclass(frozen=True)
class KnownGround:
    """Disjoint ground of spaces whose class is known, and the share for all other ground."""

    shape: NDArray[np.object_]
    share: NDArray[np.float64]
    """Of each shape (0-1)."""
    otherwise: float

    @classmethod
    def near(
        cls, shapes: NDArray[np.object_], spaces: gpd.GeoDataFrame, shares: Mapping[str, float], otherwise: float
    ) -> KnownGround:
        """That of the spaces that meet some shapes.

        Parameters
        ----------
        shapes
            Polygons in the CRS of the spaces.
        spaces
            As `refuge_sites.possible_spaces` gives them.
        shares
            By class; where two spaces overlap, the ground is that of the class that stands first.
        otherwise
            Of ground that lies in no space of these classes.
        """
        outline, classes = spaces.geometry.to_numpy(), spaces["space_class"].to_numpy(object)
        row = np.unique(STRtree(outline).query(shapes, predicate="intersects")[1])
        row = row[np.isin(classes[row], list(shares)) & (shapely.get_dimensions(outline[row]) == 2)]
        own = by_class(outline[row], classes[row], tuple(shares))
        return cls(own, np.array([shares[name] for name in classes[row]], dtype=np.float64), otherwise)

    def parts(
        self, grounds: NDArray[np.object_]
    ) -> tuple[NDArray[np.int64], NDArray[np.object_], NDArray[np.float64]]:
        """Every ground in parts of one share each: the row of the ground, the part, and its share."""
        row, known = STRtree(self.shape).query(grounds, predicate="intersects")
        part = shapely.intersection(grounds[row], self.shape[known])
        rest = without(grounds, self.shape)
        share = np.concatenate([self.share[known], np.full(len(rest), self.otherwise)])
        return np.concatenate([row, np.arange(len(grounds))]), np.concatenate([part, rest]), share

    def usable_m2(self, grounds: NDArray[np.object_]) -> NDArray[np.float64]:
        """What people can use of each ground [m2]: every part's area times its share."""
        row, part, share = self.parts(grounds)
        return np.bincount(row, shapely.area(part) * share, minlength=len(grounds)).astype(np.float64)

    def grounds(self, own: NDArray[np.object_], which: NDArray[np.bool_], m2_per_person: float) -> Grounds:
        """Some areas of which lists say nothing: every part by its share."""
        site = np.flatnonzero(which)
        of, part, share = self.parts(own[site])
        return Grounds(site[of], part, np.column_stack([share, share / m2_per_person]))
