"""The synthetic assessment with what is made of its verdicts: severity and priority, what would help, resilience.

The numbers are set by hand, to be found again on the map; that they follow from the method is held where that is.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Point

from analyses.equity_tables import Equity
from analyses.indicator_columns import INDICATORS
from analyses.results import Results
from layers.origins import Origin
from layers.types import IndicatorRole, Study
from tests.synthetic_results import CRS_32628, EAST, NORTH, build_results

NAN = math.nan


def build_findings() -> Results:
    """New on every call. c1 can be called lowest, c2 cannot be told, c3 has no score; priorities are c1, c1 and, of districts, d1."""
    results = build_results()
    return replace(
        results, study=_study(results), communities=_communities(results), gaps=_gaps(results), remedies=_remedies(),
        sensitivity=_sensitivity(), equity=Equity(_equity(), _clusters(), None), indicators=_indicators(),
        assessments=_assessments(results),
    )  # fmt: skip


def without_a_suggestion() -> Results:
    """The same, but nothing is suggested for the gap of highest priority: what was tried serves too few."""
    results = build_findings()
    gap = "c1/linli-start/green.500m"
    here = results.gaps["gap_id"] == gap
    told = {"no_remedy": "tried", "no_remedy_tried": "way_in new_space"}
    gaps = results.gaps.assign(
        remedy=results.gaps["remedy"].mask(here, None),
        **{name: pd.Series([code if mine else None for mine in here], index=results.gaps.index) for name, code in told.items()},
    )
    return replace(results, gaps=gaps, remedies=results.remedies[results.remedies["gap_id"] != gap])


def _study(results: Results) -> Study:
    origin = Origin(Path("/synthetic/survey.csv"))
    role = IndicatorRole("parks", "satisfaction", origin, "code", "happy", 100.0, 0.0, {"en": "Happy with <i>parks</i>", "zh": "对公园满意"}, "%")
    return replace(results.study, indicators=(role,))


def _indicators() -> pd.DataFrame:
    names = [column.name for column in INDICATORS.columns]
    rows = [
        ("c1", "parks", "satisfaction", 62.0, 53.4, 69.9, "%", 120.0, 0.62, 0.534, 0.699, "scored"),
        ("c2", "parks", "satisfaction", NAN, NAN, NAN, "%", NAN, NAN, NAN, NAN, "withheld"),
    ]
    return pd.DataFrame(rows, columns=names)


def _assessments(results: Results) -> pd.DataFrame:
    """In c1 a quarter of the residents live where three quarters of the target hold: 80 x (0.75 + 0.25 x 0.75)."""
    table = results.assessments.copy()
    relaxed = (table["unit_id"] == "c1") & (table["rule_id"] == "green.500m")
    table.loc[relaxed, ["target", "relaxed_share"]] = 75.0, 0.25
    return table


def _equity() -> pd.DataFrame:
    names = ["level", "unit_id", "profile_id", "rule_id", "resource", "subject", "measure", "value", "unit", "residents",
             "residents_left_out", "status"]
    rows = [
        ("city", "city", "", "", "open_space_m2", "all", "mean", 8.3, "m2/person", 1200.0, 0.0, "told"),
        ("city", "city", "", "", "open_space_m2", "all", "gini", 0.43, "0-1", 1200.0, 0.0, "told"),
        ("city", "city", "", "", "open_space_m2", "all", "palma", 12.0, "ratio", 1200.0, 0.0, "told"),
        ("city", "city", "", "", "open_space_m2", "all", "top10_share", 0.6, "0-1", 1200.0, 0.0, "told"),
        ("city", "city", "", "", "open_space_m2", "age65plus", "concentration", NAN, "-1..1", NAN, NAN, "small_group"),
        ("city", "city", "", "", "green_m2", "all", "top10_share", 1.0, "0-1", 1200.0, 0.0, "told"),
        ("city", "city", "", "", "green_m2", "all", "palma", NAN, "ratio", 1200.0, 0.0, "worst_have_none"),
        ("district", "d1", "", "", "open_space_m2", "all", "gini", 0.4, "0-1", 1200.0, 0.0, "told"),
    ]
    return pd.DataFrame(rows, columns=names)


def _clusters() -> pd.DataFrame:
    names = ["community_id", "profile_id", "rule_id", "value", "neighbours_value", "expected", "neighbours", "local_moran",
             "p_value", "p_adjusted", "cluster"]
    rows = [
        ("c1", "linli-start", "green.500m", 40.0, 5.0, 34.2, 1.0, -0.4, 0.001, 0.002, "high_low"),
        ("c2", "linli-start", "green.500m", 5.0, 40.0, 34.2, 1.0, -0.4, 0.3, 0.3, "not_significant"),
        ("c3", "linli-start", "green.500m", NAN, NAN, 34.2, NAN, NAN, NAN, NAN, "not_assessed"),
        ("c1", "linli-start", "exposure.any", 12.0, 0.0, 10.0, 1.0, -0.1, 0.3, 0.3, "not_significant"),
    ]
    return pd.DataFrame(rows, columns=names)


def _communities(results: Results) -> gpd.GeoDataFrame:
    return results.communities.assign(
        resilience=[41.2, 77.5, NAN], resilience_low=[30.4, 60.0, NAN], resilience_high=[48.9, 90.0, NAN],
        rank=[1.0, 2.0, NAN], rank_low=[1.0, 1.0, NAN], rank_high=[1.0, 2.0, NAN], rank_lowest_share=[0.97, 0.2, NAN],
        rank_highest_share=[0.0, 0.8, NAN], rank_class=["lowest", "uncertain", "not_assessed"],
        resilience_reason=[None, None, "unknown_population"], resilience_weight_share=[1.0, 1.0, 0.0],
        dimension_reach=[75.0, 100.0, NAN], dimension_provision=[62.0, 62.0, NAN], dimension_safety=[92.6, NAN, NAN],
    )  # fmt: skip


def _gaps(results: Results) -> gpd.GeoDataFrame:
    return results.gaps.assign(
        severity=[0.25, 0.0737, 0.38], severity_class=["moderate", "slight", "moderate"], priority_score=[100.0, 8.84, 456.0],
        priority=[1.0, 2.0, 1.0], check_data=[0.0, 0.0, 0.0], check_reason=[None, None, None], remedy=["way_in", "protect_or_refuge", "more_space"],
    )  # fmt: skip


def _remedies() -> gpd.GeoDataFrame:
    green, flood, area = "c1/linli-start/green.500m", "c1/linli-start/exposure.any", "d1/linli-start/green.per_person"
    gate, place = Point(EAST + 900, NORTH + 950), Point(EAST + 350, NORTH + 350)
    names = ["gap_id", "remedy", "cost_order", "step", "space_id", "name", "space_class", "street", "area_m2",
             "residents_gained", "value_after", "closes", "certainty", "reason", "side", "found", "geometry"]
    rows = [
        (green, "way_in", 2, 1, "way/10", "Parque <b>Uno</b>", "park", "Calle Mayor", NAN, 250.0, 85.0, 1.0, "exact", None, "n", NAN, gate),
        (green, "new_space", 6, 1, None, "", "", None, 5000.0, 300.0, 90.0, 1.0, "at_least", None, "", NAN, place),
        (area, "more_space", 7, 1, None, "", "", None, 2280.0, 1200.0, 5.0, 1.0, "exact", None, "", NAN, None),
        (flood, "protect_or_refuge", 9, 1, None, "", "", None, 105.0, 70.0, 5.0, 1.0, "exact", None, "", NAN, None),
    ]
    table = pd.DataFrame(rows, columns=names)
    table.insert(0, "remedy_id", table["gap_id"] + "/" + table["remedy"] + "/1")
    table[["hazard_ids", "way_ids"]] = ""
    table["length_m"] = NAN
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS_32628)


def _sensitivity() -> pd.DataFrame:
    names = ["level", "factor", "profile_id", "rule_id", "mean_rank_shift", "largest_rank_shift", "first_order", "total"]
    rows = [
        ("community", "scaling", "", "", 1.0, 2.0, 0.5, 0.7),
        ("community", "rule", "linli-start", "exposure.any", 0.6, 1.0, NAN, NAN),
        ("community", "limits", "", "", 0.3, 1.0, 0.2, 0.3),
        ("district", "limits", "", "", 0.9, 1.0, 0.2, 0.3),
    ]
    return pd.DataFrame(rows, columns=names)
