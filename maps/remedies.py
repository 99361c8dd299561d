"""What would help, on the map: a point a suggestion, its words, and to which gap of which community it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analyses.results import Results
from maps import palette, shapes
from maps.escape import clean
from maps.map_words import word
from maps.overlay import Overlay
from maps.remedy_words import remedy_texts

_TEXT_LIMIT = 600


def suggestions(results: Results) -> gpd.GeoDataFrame | None:
    """The suggestions, by gap the cheapest kind first, with positions as index; None where there are none."""
    found = results.remedies
    return None if found is None or found.empty else found.reset_index(drop=True)


def texts_of(results: Results, language: str) -> list[str]:
    """Each suggestion in words, in the order of `suggestions`."""
    return [clean(text, _TEXT_LIMIT) for text in remedy_texts(results, language)]


def shown_first(results: Results, positions: Sequence[int]) -> list[int]:
    """Of a gap's suggestions those for a list: the cheapest, and where that is but a look at the map the next too."""
    if results.remedies is None or not positions:
        return []
    looked = results.remedies["remedy"].iloc[positions[0]] == "check_data"
    return list(positions[: 2 if looked else 1])


def by_gap(results: Results) -> Mapping[str, list[int]]:
    """Gap -> positions of its suggestions, the cheapest kind first."""
    found = suggestions(results)
    if found is None:
        return {}
    return {str(gap): rows.index.tolist() for gap, rows in found.groupby("gap_id", sort=False)}


def suggestions_data(results: Results, language: str) -> dict[str, object]:
    """For the page's script: words and kind of each suggestion, where it is, and those of each community."""
    found = suggestions(results)
    if found is None:
        return {"texts": [], "points": [], "colours": [], "of": []}
    placed = _placed(found)
    flat = np.array(shapes.points(found.geometry[placed])).reshape(-1, 2).cumsum(axis=0).tolist()
    where = dict(zip(np.flatnonzero(placed).tolist(), flat, strict=True))
    of_gap = by_gap(results)
    of_community = results.gaps.groupby("community_id")["gap_id"].agg(list)
    return {
        "texts": texts_of(results, language),
        "points": [where.get(position) for position in range(len(found))],
        "colours": [palette.REMEDY[kind] for kind in found["remedy"]],
        "of": [[position for gap in of_community.get(key, []) for position in of_gap.get(gap, [])]
               for key in results.communities["community_id"]],
    }  # fmt: skip


def remedy_overlays(results: Results, language: str) -> list[Overlay]:
    """One overlay a kind: the positions of its suggestions that have a place."""
    found = suggestions(results)
    if found is None:
        return []
    placed = _placed(found)
    return [
        Overlay(
            id=f"remedy-{kind}", group="remedies", label=word(f"remedy.{kind}", language), note="", colour=colour,
            style="mark", shown=False,
            features=tuple(np.flatnonzero(placed & (found["remedy"] == kind).to_numpy()).tolist()),
        )
        for kind, colour in palette.REMEDY.items()
    ]  # fmt: skip


def _placed(found: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Whether a suggestion has a place."""
    return np.array(~(found.geometry.isna() | found.geometry.is_empty), dtype=bool)
