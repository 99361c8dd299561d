"""What an assessment yields: plain frames with the columns declared in `analyses.columns`.

Words are made when the results are published, so frames hold no column per language.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from analyses.columns import GROUP_FIGURES
from analyses.equity_tables import Equity
from analyses.evidence import Evidence
from analyses.exposure_tables import ExposureTables
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.refuge import Refuge
from analyses.survival_tables import SurvivalTables
from analyses.vulnerability import Vulnerability
from layers.types import Basemap, Caveat, Provenance, Study
from spatial.network import WalkNetwork


@dataclass(frozen=True)
class Verdicts:
    """What was judged, and all that an explanation of it needs."""

    study: Study
    profiles: tuple[Profile, ...]
    """As judged: with the study's own hazards as the last profile, ``study``."""
    parameters: Parameters
    communities: gpd.GeoDataFrame
    """Columns of `columns.COMMUNITIES`, a plain range index; without those of resilience where it is not scored."""
    parents: gpd.GeoDataFrame
    assessments: pd.DataFrame
    public_space: gpd.GeoDataFrame
    provenance: tuple[Provenance, ...]
    caveats: tuple[Caveat, ...]
    evidence: Evidence | None = field(default=None, kw_only=True)
    """Internal, never published: what the verdicts were made of. None where the tables were made by hand."""


@dataclass(frozen=True)
class Results(Verdicts):
    """All tables of one assessment, in the study's CRS. Without the columns ``*_<language>``."""

    gaps: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    service_areas: gpd.GeoDataFrame
    """One row a walking rule."""
    hazards: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    """Internal. Geometry: the point of each demand point."""
    network: WalkNetwork
    basemap: Basemap
    counts: dict[str, float]
    """Counts for run.json: everything repaired, dropped, imputed or unknown while assessing."""
    groups: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[c.name for c in GROUP_FIGURES.columns]))
    """Columns of `columns.GROUP_FIGURES`; without rows where the study counts no groups."""
    planned: gpd.GeoDataFrame | None = None
    """Columns of `columns.PLANNED_SPACES`; None where no inventory calls anything planned."""
    conflicts: gpd.GeoDataFrame | None = None
    """Columns of `columns.INVENTORY_CONFLICTS`; None where the study has no inventory."""
    indicators: pd.DataFrame | None = None
    """Columns of `indicator_columns.INDICATORS`; None where the study supplies none."""
    equity: Equity | None = None
    """None where the tables were made by hand."""
    sensitivity: pd.DataFrame | None = None
    """Columns of `resilience_columns.SENSITIVITY` without words; None where no level is ranked."""
    critical: gpd.GeoDataFrame | None = None
    """Columns of `criticality_columns.CRITICAL_LINKS` and `CRITICAL_ENTRANCES` without words, lines before points; None
    where nobody would lose reach by one closure."""
    refuge: Refuge | None = None
    """None where the study neither lists refuges nor asks for candidates."""
    exposure: ExposureTables | None = None
    """None where the study has no hazard layers."""
    survival: SurvivalTables | None = None
    """None where no hazard layer of the study closes, or residents are unknown."""
    vulnerability: Vulnerability | None = None
    """None where the study does not declare vulnerability."""
    remedies: gpd.GeoDataFrame | None = None
    """Columns of `gap_columns.REMEDIES` and what its words are made of, see `remedies.with_remedies`; None where
    nothing is suggested."""
