"""What a straight way in cannot cross, and where barriers open (``rules/obstacles.toml``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from layers.extract import OsmExtract
from layers.tag_rules import Rule, Tags, parse_rules

_ENCLOSING = frozenset({"wall", "cliff", "embankment"})
"""Rules whose closed ways are rings to climb over, unless the way says that it is an area."""


@cache
def _rules(key: str) -> tuple[Rule, ...]:
    return parse_rules("obstacles", key, ("kind",))


def _deciding(tags: Tags, rules: Sequence[Rule]) -> Rule | None:
    for rule in rules:
        if rule.include.all_match(tags) and rule.refusal(tags) is None:
            return rule
    return None


def obstacles(extract: OsmExtract) -> gpd.GeoDataFrame:
    """Obstacles to a straight leg between a public space and a walkable way.

    Returns
    -------
    GeoDataFrame
        Index ``osm_id``; ``obstacle_kind`` (wall, water, railway, motorway); lines and polygons in the
        study CRS. The outline of an area that carries a barrier tag is a line: its inside can be walked.
    """
    ids: list[str] = []
    kinds: list[str] = []
    shapes: list[shapely.Geometry] = []
    for frame, polygons in ((extract.lines, False), (extract.areas, True)):
        for osm_id, tags, shape in zip(frame.index, frame["tags"], frame.geometry.to_numpy(), strict=True):
            rule = _deciding(tags, _rules("obstacle"))
            if rule is None or (polygons and osm_id in extract.lines.index):
                continue
            ring = polygons and rule.name in _ENCLOSING and tags.get("area") != "yes"
            ids.append(str(osm_id))
            kinds.append(rule.settings["kind"])
            shapes.append(shape.boundary if ring else shape)
    index = pd.Index(ids, name="osm_id", dtype=str)
    return gpd.GeoDataFrame(
        {"obstacle_kind": pd.Series(kinds, index=index, dtype=str)}, geometry=shapes, crs=extract.lines.crs, index=index
    )


def gates(extract: OsmExtract) -> gpd.GeoDataFrame:
    """Nodes at which a barrier opens, or a building or ground is entered.

    Gates that are locked or private, and doors that lead out only, are left out.

    Returns
    -------
    GeoDataFrame
        Index ``node_id`` (``node/1``), ``gate_kind`` (gate or entrance), Point in the study CRS.
    """
    points = extract.points
    deciding = [next((r for r in _rules("gate") if r.include.all_match(tags)), None) for tags in points["tags"]]
    rows = [
        i
        for i, (rule, tags) in enumerate(zip(deciding, points["tags"], strict=True))
        if rule is not None and rule.refusal(tags) is None
    ]
    kinds = [rule.settings["kind"] for i in rows if (rule := deciding[i]) is not None]
    index = pd.Index(points.index[rows], name="node_id", dtype=str)
    return gpd.GeoDataFrame(
        {"gate_kind": pd.Series(kinds, index=index, dtype=str)},
        geometry=points.geometry.to_numpy()[rows],
        crs=points.crs,
        index=index,
    )
