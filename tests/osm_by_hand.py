"""Synthetic OSM elements, drawn by hand on a metric plane, for edge cases that no demo city has."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Geometry

from layers.extract import OsmExtract
from spatial.network import WalkAreas, WalkWays
from spatial.traits import plain

METRIC = CRS.from_epsg(32628)
Element = tuple[Mapping[str, str], Geometry]


def extract(
    areas: Mapping[str, Element] | None = None,
    lines: Mapping[str, Element] | None = None,
    points: Mapping[str, Element] | None = None,
) -> OsmExtract:
    """An extract without walkable ways: id -> tags and shape in metres."""
    return OsmExtract(
        ways=_no_ways(),
        squares=_no_squares(),
        areas=_frame(areas or {}),
        lines=_frame(lines or {}),
        points=_frame(points or {}),
        date="",
        counts={},
    )


def _frame(elements: Mapping[str, Element]) -> gpd.GeoDataFrame:
    index = pd.Index(list(elements), name="osm_id", dtype=str)
    tags = pd.Series([dict(tags) for tags, _ in elements.values()], index=index, dtype=object)
    return gpd.GeoDataFrame({"tags": tags}, geometry=[shape for _, shape in elements.values()], crs=METRIC, index=index)


def _no_ways() -> WalkWays:
    none, nowhere, nothing = np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros(0, bool)
    return WalkWays(
        METRIC, none, np.zeros(1, np.int64), none, nowhere, nothing, np.zeros(0, object), nothing, nothing,
        plain(0), np.zeros(0, np.uint8),
    )  # fmt: skip


def _no_squares() -> WalkAreas:
    nobody, none = np.zeros(0, object), np.zeros(0, np.int64)
    return WalkAreas(nobody, nobody, np.zeros(1, np.int64), none, np.zeros((0, 2)), np.zeros(0, bool))
