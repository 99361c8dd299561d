"""The tables that an inventory adds, as published: in the study's languages, by kind of geometry."""

from __future__ import annotations

import geopandas as gpd

from analyses.results import Results
from maps.conflict_words import suggestion, what

AREAS = ("Polygon", "MultiPolygon")
POINTS = ("Point", "MultiPoint")


def planned(results: Results, types: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    """Planned sites of some kinds of geometry; None where there are none, for then there is no such layer."""
    return _of(results.planned, types)


def conflicts(results: Results, types: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    """Differences of some kinds of geometry, in words; None where there are none."""
    rows = _of(results.conflicts, types)
    if rows is None:
        return None
    records = rows.drop(columns="geometry").to_dict("records")
    words = {}
    for language in results.study.languages:
        words[f"what_{language}"] = [what(row, language) for row in records]
        words[f"suggestion_{language}"] = [suggestion(row, language) for row in records]
    return gpd.GeoDataFrame(rows.assign(**words))


def _of(frame: gpd.GeoDataFrame | None, types: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    if frame is None:
        return None
    rows = frame[frame.geom_type.isin(types)]
    return None if rows.empty else rows
