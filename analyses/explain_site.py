"""How a site rule came out in a unit: which places pass and which do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analyses import site
from analyses.evidence import Evidence
from analyses.explanation import SiteFound
from analyses.measure import Measured


def site_found(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> SiteFound:
    """The places of a unit by whether they pass, each as the spaces that it is made of."""
    if measured.at_worst is not None:
        return site_found(evidence, replace(measured.at_worst, rule=measured.rule), level, unit_id)
    assert measured.sites is not None
    assert measured.rule.supply is not None
    places = evidence.scene.places_of(measured.rule.supply)
    # Places without an area are left out of the test, so its positions are those of the others.
    tested = np.flatnonzero(~np.isnan(places.area_m2))
    found = evidence.levels[level]
    here = site.unit_of(found, measured.sites) == found.units.index.get_loc(unit_id)

    def named(chosen: np.ndarray) -> tuple[tuple[str, ...], ...]:
        return tuple(evidence.spaces_of(places, int(place)) for place in tested[chosen])

    return SiteFound(named(here & measured.sites.passed), named(here & ~measured.sites.passed))
