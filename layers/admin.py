"""Communities and parents taken from the administrative boundaries of an OSM extract."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from layers.extract import OsmExtract
from layers.osm_elements import element_rules
from layers.tag_rules import Tags
from layers.types import Filter
from spatial.errors import LayerError


def units_from_osm(extract: OsmExtract, osm_filter: Filter) -> gpd.GeoDataFrame:
    """Units whose boundary relation has the tags of a filter.

    Parameters
    ----------
    extract
        In the study's metric CRS. Relations whose members lie partly outside it are not in its areas.
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
        If no relation that is complete in the extract has these tags, or the filter asks for a tag
        that the reader does not keep.
    """
    unkept = sorted(set(osm_filter) - element_rules().keep)
    if unkept:
        raise LayerError(
            f"OSM filter: the tags {', '.join(unkept)} are not kept when an extract is read, so no unit could match; "
            "filter by boundary, admin_level, border_type, place, name, ref, ISO3166-2 or wikidata"
        )
    wanted = {key: frozenset(_as_tag(value) for value in values) for key, values in osm_filter.items()}
    rows = [
        i
        for i, (osm_id, tags) in enumerate(zip(extract.areas.index, extract.areas["tags"], strict=True))
        if osm_id.startswith("relation/") and _matches(tags, wanted)
    ]
    if not rows:
        said = ", ".join(f"{key}={'|'.join(sorted(values))}" for key, values in wanted.items())
        raise LayerError(
            f"OSM extract: no complete boundary relation with {said}; there would be no unit to report on; correct "
            "the filter, use an extract that holds whole units, or give the boundaries as a file"
        )
    chosen = extract.areas.iloc[rows].sort_index()
    index = pd.Index(chosen.index, name="unit_id", dtype=str)
    names = [tags.get("name") or osm_id for osm_id, tags in zip(index, chosen["tags"], strict=True)]
    shapes = chosen.geometry.to_numpy()
    return gpd.GeoDataFrame(
        {"name": pd.Series(names, index=index, dtype=str), "area_m2": shapely.area(shapes)},
        geometry=shapes,
        crs=chosen.crs,
        index=index,
    )


def _as_tag(value: object) -> str:
    """A filter's value as OSM writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _matches(tags: Tags, wanted: dict[str, frozenset[str]]) -> bool:
    return all(tags.get(key) in values for key, values in wanted.items())
