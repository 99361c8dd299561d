"""Public space from an OSM extract, by the rules in ``rules/public_space.toml``.

Which classes there are, what makes an element one of them, and what turns it away is data with
reasons; this module only applies it: first the tags, then the grounds on which an element lies,
then the pieces of one class that make one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.extract import OsmExtract
from layers.space_shapes import Shapes, on_grounds, points_inside, without_holes
from layers.tag_rules import Rule, Tags, TagTest, first_rule, parse_rules, rule_file
from spatial.geometry import touching_groups

_OPEN = frozenset({"yes", "permissive", "public", "designated"})
_KINDS = {"node": 0, "way": 1, "relation": 2}


def element_order(osm_id: str) -> tuple[int, int]:
    """Sort key of an OSM element: nodes before ways before relations, then by number."""
    kind, number = osm_id.split("/")
    return _KINDS[kind], int(number)


@dataclass(frozen=True)
class _SpaceRules:
    rules: tuple[Rule, ...]
    keys: frozenset[str]
    """An element with none of these is no space."""
    restricted: TagTest
    grounds: tuple[Rule, ...]
    closed_grounds: tuple[Rule, ...]
    holes: tuple[Rule, ...]
    fenced: tuple[Rule, ...]


@cache
def _rules() -> _SpaceRules:
    rules = parse_rules("public_space", "rule", ("class", "outside", "min_area_m2"))
    return _SpaceRules(
        rules=rules,
        keys=frozenset(test.key for rule in rules for test in rule.include.keys) - {"name"},
        restricted=TagTest.parse(rule_file("public_space")["restricted"]["unless"]),
        grounds=parse_rules("public_space", "grounds"),
        closed_grounds=parse_rules("public_space", "closed_grounds"),
        holes=parse_rules("public_space", "hole"),
        fenced=parse_rules("public_space", "fenced"),
    )


def public_spaces(extract: OsmExtract) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Public spaces of an extract.

    Parameters
    ----------
    extract
        In the study's metric CRS.

    Returns
    -------
    (GeoDataFrame, dict)
        The columns of `Layers.spaces`: index ``space_id`` (of merged pieces the smallest: ways before
        relations, then by number), ``space_class``, ``name`` (of the largest named piece, else empty),
        ``fenced`` (every piece has a barrier tag on its outline), ``member_ids``, ``area_m2`` [m2]
        (NaN for points), Polygon, MultiPolygon or Point. Sorted by id: nodes, ways, relations.
        The counts: ``excluded.<rule>.<why>`` where why is the tag key that turned the element away,
        ``not_stated`` (a sign of being public is required), ``never``, ``on_<grounds>`` or ``too_small``;
        ``pieces_merged``; ``holes.<rule>`` cut out; ``duplicate_points`` inside a polygon of their class.

    Notes
    -----
    Every polygon of a class is a space of its own: no two spaces of one class touch or overlap.
    """
    counts: Counter[str] = Counter()
    areas = _candidates(extract.areas, counts)
    points = _candidates(extract.points, counts)
    candidates = pd.concat([areas, points])
    candidates = _off_grounds(candidates, extract.areas, counts)
    is_point = (candidates.geom_type == "Point").to_numpy()
    merged = _merged(candidates[~is_point], counts)
    merged = _cut(merged, extract.areas, counts)
    alone = _not_inside(candidates[is_point], merged, counts)
    spaces = pd.concat([merged, alone])
    order = sorted(range(len(spaces)), key=lambda i: element_order(spaces.index[i]))
    spaces = spaces.iloc[order]
    spaces.index.name = "space_id"
    columns = ["space_class", "name", "fenced", "member_ids", "area_m2", "geometry"]
    return spaces[columns], dict(sorted(counts.items()))


def _candidates(elements: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """Elements that the tag rules make a space; the others that a rule speaks of are counted."""
    rules = _rules()
    chosen: list[int] = []
    rows: list[tuple[str, str, str, bool, bool, float]] = []
    for i, tags in enumerate(elements["tags"]):
        if rules.keys.isdisjoint(tags):
            continue
        rule = first_rule(tags, rules.rules)
        if rule is None:
            continue
        why = "never" if "class" not in rule.settings else rules.restricted.first_match(tags) or rule.refusal(tags)
        if why is not None:
            counts[f"excluded.{rule.name}.{why}"] += 1
            continue
        fenced = first_rule(tags, rules.fenced) is not None
        outside = bool(rule.settings.get("outside", False)) and tags.get("access") not in _OPEN
        chosen.append(i)
        rows.append(
            (
                rule.settings["class"],
                rule.name,
                tags.get("name", ""),
                fenced,
                outside,
                rule.settings.get("min_area_m2", 0.0),
            )
        )
    columns = ["space_class", "rule", "name", "fenced", "outside", "min_area_m2"]
    frame = pd.DataFrame(rows, columns=columns, index=elements.index[chosen])
    frame = frame.astype(
        {"space_class": str, "rule": str, "name": str, "fenced": bool, "outside": bool, "min_area_m2": float}
    )
    return gpd.GeoDataFrame(frame, geometry=elements.geometry.to_numpy()[chosen], crs=elements.crs)


def _chosen_by(
    areas: gpd.GeoDataFrame, rules: Iterable[Rule]
) -> tuple[Shapes, NDArray[np.object_], NDArray[np.object_]]:
    """Areas that one of the rules includes and does not turn away: shapes, ids, names of the rules."""
    picked = [(i, rule.name) for i, tags in enumerate(areas["tags"]) if (rule := _applies(tags, rules)) is not None]
    rows = [i for i, _ in picked]
    names = np.array([name for _, name in picked], dtype=object)
    return areas.geometry.to_numpy()[rows], areas.index.to_numpy(dtype=object)[rows], names


def _applies(tags: Tags, rules: Iterable[Rule]) -> Rule | None:
    return next((rule for rule in rules if rule.include.all_match(tags) and rule.refusal(tags) is None), None)


def _off_grounds(candidates: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """Leave out what lies on closed grounds, and playgrounds and pitches on a school's, club's or hotel's."""
    kept = np.ones(len(candidates), dtype=bool)
    shapes = candidates.geometry.to_numpy()
    ids = candidates.index.to_numpy(dtype=object)
    rule_names = candidates["rule"].to_numpy(dtype=object)
    for rules, concerned in (
        (_rules().closed_grounds, np.ones(len(candidates), dtype=bool)),
        (_rules().grounds, candidates["outside"].to_numpy()),
    ):
        grounds, ground_ids, names = _chosen_by(areas, rules)
        rows = np.flatnonzero(concerned & kept)
        ground = on_grounds(shapes[rows], ids[rows], grounds, ground_ids)
        for row, where in zip(rows[ground >= 0], ground[ground >= 0], strict=True):
            counts[f"excluded.{rule_names[row]}.on_{names[where]}"] += 1
            kept[row] = False
    return candidates[kept]


def _merged(pieces: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """One row for the pieces of a class that touch or overlap, if together they reach the minimum."""
    rows = []
    shapes = []
    for space_class, members in pieces.groupby("space_class", sort=True):
        geometry = members.geometry.to_numpy()
        group = touching_groups(geometry)
        for number in range(group.max(initial=-1) + 1):
            at = np.flatnonzero(group == number)
            shape = geometry[at[0]] if len(at) == 1 else shapely.union_all(geometry[at])
            if shape.area < members["min_area_m2"].iloc[at].min():
                counts[f"excluded.{members['rule'].iloc[at[0]]}.too_small"] += len(at)
                continue
            counts["pieces_merged"] += len(at) - 1
            ids = sorted(members.index[at], key=element_order)
            rows.append(
                (ids[0], space_class, _largest_name(members, at), bool(members["fenced"].iloc[at].all()), " ".join(ids))
            )
            shapes.append(shape)
    frame = pd.DataFrame(rows, columns=["osm_id", "space_class", "name", "fenced", "member_ids"]).set_index("osm_id")
    return gpd.GeoDataFrame(frame, geometry=np.array(shapes, dtype=object), crs=pieces.crs)


def _largest_name(members: gpd.GeoDataFrame, at: NDArray[np.int64]) -> str:
    """Name of the largest piece that has one."""
    names = members["name"].iloc[at]
    named = np.flatnonzero((names != "").to_numpy())
    if not len(named):
        return ""
    return str(names.iloc[named[np.argmax(shapely.area(members.geometry.to_numpy()[at[named]]))]])


def _cut(spaces: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """Cut private grounds out of the spaces around them, and measure what is left."""
    holes, hole_ids, names = _chosen_by(areas, _rules().holes)
    shapes, cut = without_holes(spaces.geometry.to_numpy(), spaces.index.to_numpy(dtype=object), holes, hole_ids)
    counts.update(f"holes.{name}" for name in names[cut])
    return gpd.GeoDataFrame(
        spaces.drop(columns="geometry").assign(area_m2=shapely.area(shapes)), geometry=shapes, crs=spaces.crs
    )


def _not_inside(points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """Points that are not a second mapping of a polygon of their class."""
    double = np.zeros(len(points), dtype=bool)
    for space_class in points["space_class"].unique():
        rows = np.flatnonzero((points["space_class"] == space_class).to_numpy())
        outlines = polygons.geometry.to_numpy()[(polygons["space_class"] == space_class).to_numpy()]
        double[rows] = points_inside(points.geometry.to_numpy()[rows], outlines)
    counts["duplicate_points"] += int(double.sum())
    alone = points[~double]
    return alone.assign(member_ids=alone.index.astype(str), area_m2=np.nan)
