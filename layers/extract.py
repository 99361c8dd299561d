"""What is taken from an OSM extract before any rule about public space or buildings is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from layers.types import Caveat
from spatial.network import WalkAreas, WalkWays


@dataclass(frozen=True)
class OsmExtract:
    """An OSM extract in the study's CRS.

    The three frames have the index ``osm_id`` (``node/3``, ``way/1``, ``relation/2``), a column
    ``tags`` (dict of str to str: only the keys that some rule names, and the name) and the geometry.
    """

    ways: WalkWays
    """Walkable ways."""
    squares: WalkAreas
    """Areas that can be crossed on foot. An area of several outer rings has one entry each, with the same id."""
    areas: gpd.GeoDataFrame
    """Polygon or MultiPolygon: closed ways whose tags mean an area, and multipolygon and boundary relations."""
    lines: gpd.GeoDataFrame
    """LineString (MultiLineString where nodes are missing): streets, barriers, waterways, railways, coastline."""
    points: gpd.GeoDataFrame
    """Tagged nodes."""
    date: str
    """Date of the data as the file gives it (ISO 8601), or empty."""
    counts: Mapping[str, int]
    """What was read, cut, repaired or lost. See `layers.sources.osm.read_osm`."""


@dataclass(frozen=True)
class OsmBoundaries:
    """Boundary relations of an OSM extract that a study takes for its units, in the study's CRS."""

    areas: gpd.GeoDataFrame
    """Those that are complete: index ``osm_id`` (``relation/2``), ``tags`` (dict of str to str: all of them, each
    at most 255 characters), Polygon or MultiPolygon."""
    incomplete: Mapping[str, str]
    """Those that are not, because members lie outside the extract or their rings do not close: id -> name, or the
    id again. Neighbours of the study are among them: the extract has their common border."""
    date: str
    """Date of the data as the file gives it (ISO 8601), or empty."""
    counts: Mapping[str, int]
    """``relations_matched``; ``relations_incomplete`` and what else is counted of areas, see
    `layers.sources.osm.read_osm`."""


def reading_caveats(extract: OsmExtract) -> list[Caveat]:
    """What a reader has to know of an extract as it was read.

    A file that was cut between two blocks looks whole. Only if everything behind the ways is gone does it show:
    every real place has areas and routes of several parts, and these relations stand last in a file.
    """
    found = [
        Caveat("ways_cut", "osm", extract.counts.get("ways_cut", 0), "ways"),
        Caveat("areas_lost", "osm", extract.counts.get("areas_lost", 0), "features"),
        Caveat("relations_cut", "osm", extract.counts.get("relations_cut", 0), "features"),
    ]
    maybe_cut = [Caveat("extract_maybe_cut", "osm", 1, "features")] if extract.counts.get("without_relations") else []
    return [*(caveat for caveat in found if caveat.count), *maybe_cut]
