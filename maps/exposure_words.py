"""The published tables of who lies in each class of a hazard, where a study has any."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analyses.column import Table
from analyses.exposure_columns import EXPOSURE, EXPOSURE_ANNUAL
from analyses.results import Results


def exposure_frame(results: Results) -> pd.DataFrame | None:
    """Residents, buildings and public space by hazard and class; None where the assessments say it all."""
    return None if results.exposure is None else results.exposure.classes


def annual_frame(results: Results) -> pd.DataFrame | None:
    """Residents exposed in a year; None where no hazard has layers of several return periods."""
    found = results.exposure
    return None if found is None or found.annual.empty else found.annual


EXPOSURE_FRAMES: Mapping[Table, Callable[[Results], pd.DataFrame | None]] = {
    EXPOSURE: exposure_frame,
    EXPOSURE_ANNUAL: annual_frame,
}
"""The tables of exposure and what they are made from, in their order."""
