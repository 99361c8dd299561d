"""Which places fail a rule about places, and by what: the nearest to passing first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.measure import Measured, Scene
from analyses.profile import SiteTest
from analyses.remedy import Gap, Remedy, all_named
from analyses.remedy_paths import first_spaces
from analyses.site import share_covered, unit_of
from analyses.units import Level

_TOLERANCE_M = 0.1
"""Of a width that is told in whole metres."""


def adapt_space(gap: Gap, scene: Scene, found: Measured, level: Level, unit: int) -> list[Remedy]:
    """The places of a unit that do not pass, as many as the target needs, each with what was measured.

    `Remedy.found`: the diameter of the largest circle inside [m], or the share of the class asked for [%].
    """
    rule, sites = found.rule, found.sites
    if sites is None or rule.supply is None or rule.test is None:
        return []
    places = scene.places_of(rule.supply)
    space = first_spaces(places)[~np.isnan(places.area_m2)]
    mine = unit_of(level, sites) == unit
    failed = np.flatnonzero(mine & ~sites.passed)
    measured, off = _measured(scene, sites.geometry[failed], rule.test)
    named = all_named(scene.layers.spaces)
    passed, total, remedies = int(sites.passed[mine].sum()), int(mine.sum()), []
    for step, at in enumerate(np.argsort(off, kind="stable").tolist(), start=1):
        value = 100 * (passed + step) / total
        closes = value >= float(gap["target"]) - 1e-9
        point = shapely.point_on_surface(sites.geometry[failed[at]])
        remedy = Remedy(str(gap["gap_id"]), "adapt_space", step, point, value_after=value, closes=closes)
        remedy = replace(remedy, found=float(measured[at]))
        remedies.append(remedy.at(named[space[failed[at]]]))
        if closes:
            break
    return remedies


def _measured(
    scene: Scene, shapes: NDArray[np.object_], test: SiteTest
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each place has, and how far that is from passing."""
    if test.min_width_m is not None:
        width_m = 2 * shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=_TOLERANCE_M))
        return width_m, test.min_width_m - width_m
    share = share_covered(shapes, scene.layers.spaces, test.share_of)
    return 100 * share, np.maximum(test.min_share - share, share - test.max_share)
