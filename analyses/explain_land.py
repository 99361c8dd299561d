"""How a rule about residential land came out in a unit: how much of it lies within the limit."""

from __future__ import annotations

from analyses import land_coverage
from analyses.evidence import Evidence
from analyses.explanation import LandFound
from analyses.measure import Measured


def land_found(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> LandFound:
    """The residential land of a unit by whether what the rule asks for is near [m2]."""
    assert measured.land is not None
    found = evidence.levels[level]
    unit = found.units.index.get_loc(unit_id)
    figures = land_coverage.figures(found, measured.land, evidence.scene.land.why_not(found))
    return LandFound(float(figures.served[unit]), float(figures.short[unit]), float(figures.unknown[unit]))
