"""The table of remedies, with its words."""

from __future__ import annotations

import geopandas as gpd

from analyses.results import Results
from maps.remedy_words import remedy_texts


def remedies_frame(results: Results) -> gpd.GeoDataFrame | None:
    """`Results.remedies` with its words; None where nothing is suggested."""
    if results.remedies is None:
        return None
    words = {f"what_{language}": remedy_texts(results, language) for language in results.study.languages}
    return results.remedies.assign(**words)
