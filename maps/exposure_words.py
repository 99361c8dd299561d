"""The published tables of who and what lies in each class of a hazard, where a study has any."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analyses.column import Table
from analyses.exposure_columns import (
    EXPOSURE,
    EXPOSURE_ANNUAL,
    EXPOSURE_ANNUAL_GROUPS,
    EXPOSURE_FACILITIES,
    EXPOSURE_GROUPS,
)
from analyses.results import Results


def exposure_frame(results: Results) -> pd.DataFrame | None:
    """Residents, buildings, public space and streets by hazard and class; None where the study has no hazard layer."""
    return None if results.exposure is None else results.exposure.classes


def facilities_frame(results: Results) -> pd.DataFrame | None:
    """Facilities by hazard and class; None where there are none."""
    return None if results.exposure is None else _or_none(results.exposure.facilities)


def groups_frame(results: Results) -> pd.DataFrame | None:
    """Groups of residents by hazard and class; None where none are counted or told."""
    return None if results.exposure is None else _or_none(results.exposure.groups)


def annual_frame(results: Results) -> pd.DataFrame | None:
    """Residents exposed in a year; None where no hazard has layers of several return periods."""
    return None if results.exposure is None else _or_none(results.exposure.annual)


def annual_groups_frame(results: Results) -> pd.DataFrame | None:
    """The same of groups of residents."""
    return None if results.exposure is None else _or_none(results.exposure.annual_groups)


def _or_none(frame: pd.DataFrame) -> pd.DataFrame | None:
    return None if frame.empty else frame


EXPOSURE_FRAMES: Mapping[Table, Callable[[Results], pd.DataFrame | None]] = {
    EXPOSURE: exposure_frame,
    EXPOSURE_FACILITIES: facilities_frame,
    EXPOSURE_GROUPS: groups_frame,
    EXPOSURE_ANNUAL: annual_frame,
    EXPOSURE_ANNUAL_GROUPS: annual_groups_frame,
}
"""The tables of exposure and what they are made from, in their order."""
