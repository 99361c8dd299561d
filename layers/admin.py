"""Communities and parents taken from the administrative boundaries of an OSM extract."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from layers.extract import OsmBoundaries
from layers.origins import Filter
from layers.sources.osm_boundaries import as_tags
from layers.tag_rules import Tags
from layers.types import Caveat
from spatial.errors import LayerError

_NAMED = 3
"""Incomplete relations that a message names."""


def units_from_osm(boundaries: OsmBoundaries, osm_filter: Filter) -> gpd.GeoDataFrame:
    """Units whose boundary relation has the tags of a filter.

    Parameters
    ----------
    boundaries
        In the study's metric CRS, as `layers.sources.osm_boundaries.read_boundaries` reads them by the same
        filter, or by one that finds more.
    osm_filter
        Tag key -> accepted values, joined by AND; numbers and truth values are compared as OSM writes
        them (``7``, ``yes``).

    Returns
    -------
    GeoDataFrame
        Index ``unit_id`` (``relation/123``, sorted), ``name`` (the id where there is none), ``area_m2``
        [m2], Polygon or MultiPolygon.

    Raises
    ------
    LayerError
        If no relation that is complete in the extract has these tags.
    """
    wanted = as_tags(osm_filter)
    rows = [i for i, tags in enumerate(boundaries.areas["tags"]) if _matches(tags, wanted)]
    if not rows:
        said = ", ".join(f"{key}={'|'.join(sorted(values))}" for key, values in wanted.items())
        raise LayerError(
            f"OSM extract: no complete boundary relation with {said}{_cut(boundaries)}; there would be no unit to "
            "report on; correct the filter, use an extract that holds whole units, or give the boundaries as a file"
        )
    chosen = boundaries.areas.iloc[rows].sort_index()
    index = pd.Index(chosen.index, name="unit_id", dtype=str)
    names = [tags.get("name") or osm_id for osm_id, tags in zip(index, chosen["tags"], strict=True)]
    shapes = chosen.geometry.to_numpy()
    return gpd.GeoDataFrame(
        {"name": pd.Series(names, index=index, dtype=str), "area_m2": shapely.area(shapes)},
        geometry=shapes,
        crs=chosen.crs,
        index=index,
    )


def incomplete_units(boundaries: OsmBoundaries, layer: str) -> list[Caveat]:
    """What a reader has to know of units that are left out: the extract does not hold all of them.

    They may be neighbours, or units of the study at the edge of the extract.
    """
    count = len(boundaries.incomplete)
    return [Caveat("units_incomplete", layer, count, "features", _named(boundaries))] if count else []


def _named(boundaries: OsmBoundaries) -> str:
    return ", ".join(list(boundaries.incomplete.values())[:_NAMED])


def _cut(boundaries: OsmBoundaries) -> str:
    """Units that there are, but not whole."""
    if not boundaries.incomplete:
        return ""
    return f" ({len(boundaries.incomplete)} with these tags reach beyond the extract, e.g. {_named(boundaries)})"


def _matches(tags: Tags, wanted: dict[str, frozenset[str]]) -> bool:
    return all(tags.get(key) in values for key, values in wanted.items())
