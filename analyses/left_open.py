"""Rules of which something leaves the verdict open: measured at worst, at best, and told by what the two differ.

A hazard layer may leave ground without a value, and a list refuges without a size. Whatever is there lies between the
worst and the best that it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.land_coverage import LandCoverage, polygons_of
from analyses.measure import Measured, Scene, measure
from analyses.profile import Rule

HAZARD_UNKNOWN, SIZE_UNKNOWN = "hazard_unknown", "refuge_size_unknown"
"""Why a verdict is left open (codes of `columns.REASONS`)."""


def better_scenes(scene: Scene) -> tuple[Scene, ...]:
    """The scene with each of `Shelters.better`."""
    better = () if scene.shelters is None else scene.shelters.better
    return tuple(replace(scene, shelters=each) for each in better)


def causes(scenes: Sequence[Scene]) -> list[str]:
    """What each of `better_scenes` takes for good."""
    return [scene.shelters.left_open for scene in scenes if scene.shelters is not None]


def measured_at_all_events(scene: Scene, rule: Rule) -> Measured:
    """A rule of days without hazards (`measure.measure`), whatever nobody knows of refuges."""
    better = better_scenes(scene) if rule.about_shelter else ()
    found = [measure(scene, rule), *(_with_its_scene(each, rule) for each in better)]
    return between(found, causes(better))


def between(found: Sequence[Measured], why: Sequence[str]) -> Measured:
    """One measure of several, each of which is nowhere worse than the one before.

    Parameters
    ----------
    found : sequence of Measured
        From the worst that may be to the best.
    why : sequence of str
        Of each but the first what it takes for good beyond the one before: `HAZARD_UNKNOWN` or `SIZE_UNKNOWN`.

    Returns
    -------
    Measured
        reach: who is served at worst, who is not even at best, and in `Measured.unsaid` and `unsized` of whom each
        cause leaves it open; walks and options are the worst's. Others: the best with the worst in `at_worst`.
    """
    worst, best = found[0], found[-1]
    if worst is best:
        return worst
    if worst.land is not None and best.land is not None:
        nobody = np.zeros(len(worst.good))
        return replace(best, land=_certain(best.land, worst.land), unsaid=nobody)
    if worst.rule.kind != "reach":
        return replace(best, at_worst=worst)
    moved: dict[str, NDArray[np.float64]] = {}
    for before, after, cause in zip(found[:-1], found[1:], why, strict=True):
        more = np.maximum(after.good - before.good, 0.0) + np.maximum(before.bad - after.bad, 0.0)
        moved[cause] = moved.get(cause, 0.0) + more
    return replace(worst, bad=best.bad, unsaid=moved.get(HAZARD_UNKNOWN), unsized=moved.get(SIZE_UNKNOWN))


def _with_its_scene(scene: Scene, rule: Rule) -> Measured:
    found = measure(scene, rule)
    if rule.kind != "provision":
        return found
    everybody = np.ones(len(found.good))
    return replace(found, scene=scene.of(rule), good=everybody, bad=1 - everybody)


def _certain(found: LandCoverage, least: LandCoverage) -> LandCoverage:
    """What is covered at worst, what is not even at best, and between them what nobody knows."""
    parts = [found.covered, found.uncovered, found.unknown]
    covered, short = shapely.union_all(least.covered), shapely.union_all(found.uncovered)
    rest = shapely.difference(shapely.union_all(np.concatenate(parts)), shapely.union_all([covered, short]))
    return LandCoverage(polygons_of(covered), polygons_of(short), polygons_of(rest))
