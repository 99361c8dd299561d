"""What would help where refuges are short: places that could be named refuges, and room that is missing in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.measure import Measured, Scene
from analyses.parameters import RemedyLimits
from analyses.profile import SHELTER, Rule
from analyses.refuge_sites import CANDIDATE
from analyses.remedy import AT_LEAST, EXACT, Gap, Named, Remedy
from analyses.remedy_amounts import missing_m2
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_walks import supply_of, walking_of
from analyses.shelters import Shelters
from analyses.supply import large_enough, smallest_m2
from analyses.walking import WALKERS
from layers.refuge_rules import packaged_refuge_rules
from spatial.search import within

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Candidates:
    """Usable places that nobody has named a refuge."""

    shelters: Shelters
    row: NDArray[np.int64]
    """Rows of its sites."""

    @classmethod
    def of(cls, scene: Scene) -> Candidates | None:
        """Those of a scene; None where there are none."""
        if scene.shelters is None:
            return None
        table = scene.shelters.sites.table
        usable = (table["source"] == CANDIDATE).to_numpy(bool) & (table["status"] == "usable").to_numpy(bool)
        return cls(scene.shelters, np.flatnonzero(usable)) if usable.any() else None

    def area_m2(self) -> NDArray[np.float64]:
        """Effective area of each."""
        area_m2: NDArray[np.float64] = self.shelters.sites.table["effective_m2"].to_numpy(float)[self.row]
        return area_m2

    def told(self, remedy: Remedy, number: int, rule: Rule) -> Remedy:
        """A suggestion with the place that it is about: its effective area, and for how many people it has room.

        For a rule about refuges of a grade each person takes up the area of that grade, of any other that of the
        study's tier.
        """
        row = self.shelters.sites.table.iloc[int(self.row[number])]
        grade = "" if rule.supply is None else rule.supply.grade
        room = row["effective_m2"] / packaged_refuge_rules().m2_per_person(grade) if grade else row["capacity"]
        name = row["name"] if isinstance(row["name"], str) else ""
        named = Named(str(row["refuge_id"]), name, SHELTER)
        return replace(remedy, area_m2=float(row["effective_m2"]), found=float(room)).at(named)


def candidate_offers(found: Candidates, short: Unserved) -> Offers:
    """Whom each candidate would serve within the limit of any option if it were a refuge.

    Of the size that the option asks for, and for the people of other units too: how many it has room for is told
    beside it. `Offers.space` is its number among the candidates.
    """
    shapes = found.shelters.sites.table.geometry.to_numpy()[found.row]
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for option in short.found.rule.each:
        large = np.flatnonzero(large_enough(shapes, found.area_m2(), supply_of(option)))
        if option.count == 1 and len(large):
            pairs.append(_reached(found, option, short, large, shapes))
    both = np.unique(np.concatenate(pairs), axis=0)
    return Offers(shapely.point_on_surface(shapes), np.arange(len(shapes)), both[:, 0], both[:, 1])


def _reached(
    found: Candidates, option: Rule, short: Unserved, large: NDArray[np.int64], shapes: NDArray[np.object_]
) -> NDArray[np.int64]:
    scene, limit = found.shelters.scene, option.limit or 0.0
    if option.by not in WALKERS:
        homes = STRtree(scene.demand.point[short.row])
        number, row = homes.query(shapes[large], predicate="dwithin", distance=limit)
        return np.column_stack([row, large[number]])
    walking = walking_of(scene, option)
    space = walking.entrances.table["space"].to_numpy()
    number_of = np.full(len(scene.layers.spaces), -1, dtype=np.int64)
    number_of[found.row[large]] = large
    chosen = np.flatnonzero(number_of[space] >= 0)
    walks = within(
        walking.graph, chosen, walking.points.take(short.row), limit=limit, group_of_entrance=number_of[space]
    )
    return np.column_stack([walks.point, walks.entrance]).astype(np.int64)


def more_room(gap: Gap, found: Measured) -> Iterator[Remedy]:
    """The effective area that a unit lacks for its residents [m2], and no less than the smallest refuge that counts.

    Where it is shared out among all who come that is the least that it takes, and what the unit would have is not
    known.
    """
    missing, residents, target = missing_m2(gap), float(gap["residents_short"]), float(gap["target"])
    if not missing > 0 or found.rule.supply is None:
        return
    added = max(missing, smallest_m2(found.rule.supply))
    remedy = Remedy(str(gap["gap_id"]), "more_room", area_m2=added, certainty=AT_LEAST)
    if not found.shared:
        value = target + (added - missing) / residents
        remedy = replace(remedy, residents_gained=residents, value_after=value, closes=True, certainty=EXACT)
    yield remedy


def named_inside(
    gap: Gap, found: Measured, candidates: Candidates, shape: shapely.Geometry, limits: RemedyLimits
) -> Iterator[Remedy]:
    """Candidates in a unit that would bring most of what it lacks, one after the other until the target is met.

    Of a rule that counts what lies inside the unit; each by the part that does.
    """
    missing, residents, target = missing_m2(gap), float(gap["residents_short"]), float(gap["target"])
    if found.rule.method != "container" or not missing > 0:
        return
    added_m2, after = _inside(candidates, found.rule, shape), float(gap["value"])
    for step, number in enumerate(np.argsort(-added_m2, kind="stable")[: limits.most_steps].tolist(), start=1):
        if added_m2[number] < limits.least_share * missing:
            return
        after += added_m2[number] / residents
        closes = bool(after >= target - _ROUNDING)
        point = shapely.point_on_surface(candidates.shelters.sites.table.geometry.iloc[candidates.row[number]])
        remedy = Remedy(str(gap["gap_id"]), "open_refuge", step, point, value_after=after, closes=closes)
        yield candidates.told(remedy, number, found.rule)
        if closes:
            return


def _inside(candidates: Candidates, rule: Rule, shape: shapely.Geometry) -> NDArray[np.float64]:
    """Effective area of each candidate that counts, as far as it lies in a unit."""
    shapes, area_m2 = candidates.shelters.sites.table.geometry.to_numpy()[candidates.row], candidates.area_m2()
    share = shapely.area(shapely.intersection(shapes, shape)) / shapely.area(shapes)
    inside: NDArray[np.float64] = np.where(large_enough(shapes, area_m2, supply_of(rule)), share * area_m2, 0.0)
    return inside
