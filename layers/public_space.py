"""Public space from an OSM extract, by the rules in ``rules/public_space.toml`` and those of a study.

Which classes there are, what makes an element one of them, and what turns it away is data with
reasons; this module only applies it: first the tags, then the grounds on which an element lies,
then the pieces of one class that make one place, what is cut out of it, and whether it is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.extract import OsmExtract
from layers.space_pieces import cut, element_order, large_enough, merged, points_beside
from layers.space_rules import PublicSpaceRules, space_rules
from layers.space_shapes import Shapes, on_grounds
from layers.tag_rules import Rule, RulesByKeys, Tags, first_rule

_OPEN = frozenset({"yes", "permissive", "public", "designated"})


def public_spaces(
    extract: OsmExtract, rules: PublicSpaceRules | None = None
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Public spaces of an extract.

    Parameters
    ----------
    extract
        In the study's metric CRS.
    rules
        As `layers.space_rules.space_rules` compiles them; None: the packaged ones.

    Returns
    -------
    (GeoDataFrame, dict)
        The columns of `Layers.spaces`: index ``space_id`` (of merged pieces the smallest: ways before
        relations, then by number), ``space_class``, ``name`` (of the largest named piece, else of a point
        inside, else empty), ``fenced`` (every piece has a barrier tag on its outline), ``member_ids``,
        ``area_m2`` [m2] (NaN for points), Polygon, MultiPolygon or Point. Sorted by id: nodes, ways, relations.
        The counts, of elements: ``excluded.<rule>.<why>`` where why is the tag key that turned the element away,
        ``not_stated`` (a sign of being public is required), ``never``, ``on_<ground>``, ``too_small``,
        ``too_narrow`` or ``nothing_left``; ``pieces_merged``; ``holes.<rule>`` cut out; ``duplicate_points``
        inside a polygon of their class. `layers.exclusions.exclusions` makes a table of them.

    Notes
    -----
    Every polygon of a class is a space of its own: no two spaces of one class touch or overlap.
    """
    rules = space_rules() if rules is None else rules
    counts: Counter[str] = Counter()
    deciding = RulesByKeys(rules.rules)
    candidates = pd.concat([_candidates(frame, rules, deciding, counts) for frame in (extract.areas, extract.points)])
    candidates = _off_grounds(candidates, extract.areas, rules, counts)
    is_point = (candidates.geom_type == "Point").to_numpy()
    polygons = merged(candidates[~is_point], counts)
    polygons = cut(polygons, *_chosen_by(extract.areas, rules.holes), rules.classes, counts)
    polygons = large_enough(polygons, rules.classes, counts)
    polygons, points = points_beside(candidates[is_point], polygons, counts)
    spaces = pd.concat([polygons, points])
    spaces = spaces.iloc[sorted(range(len(spaces)), key=lambda i: element_order(spaces.index[i]))]
    spaces.index.name = "space_id"
    columns = ["space_class", "name", "fenced", "member_ids", "area_m2", "geometry"]
    return spaces[columns], dict(sorted(counts.items()))


def _candidates(
    elements: gpd.GeoDataFrame, rules: PublicSpaceRules, deciding: RulesByKeys, counts: Counter[str]
) -> gpd.GeoDataFrame:
    """Elements that the tag rules make a space; the others that a rule speaks of are counted."""
    chosen: list[int] = []
    rows: list[tuple[str, str, str, bool, bool, float]] = []
    for i, tags in enumerate(elements["tags"]):
        rule = deciding.first(tags)
        if rule is None:
            continue
        why = _refusal(tags, rule, rules)
        if why is not None:
            counts[f"excluded.{rule.name}.{why}"] += 1
            continue
        fenced = first_rule(tags, rules.fenced) is not None
        outside = bool(rule.settings.get("outside", False)) and tags.get("access") not in _OPEN
        space_class, name = rule.settings["class"], tags.get("name", "")
        chosen.append(i)
        rows.append((space_class, rule.name, name, fenced, outside, rules.min_area_m2(rule)))
    columns = ["space_class", "rule", "name", "fenced", "outside", "min_area_m2"]
    frame = pd.DataFrame(rows, columns=columns, index=elements.index[chosen])
    frame = frame.astype(
        {"space_class": str, "rule": str, "name": str, "fenced": bool, "outside": bool, "min_area_m2": float}
    )
    return gpd.GeoDataFrame(frame, geometry=elements.geometry.to_numpy()[chosen], crs=elements.crs)


def _refusal(tags: Tags, rule: Rule, rules: PublicSpaceRules) -> str | None:
    """Why an element that the rule includes is no public space, or None."""
    if "class" not in rule.settings:
        return "never"
    return rules.restriction(tags, rules.classes[rule.settings["class"]].kind) or rule.refusal(tags)


def _chosen_by(
    areas: gpd.GeoDataFrame, rules: Iterable[Rule]
) -> tuple[Shapes, NDArray[np.object_], NDArray[np.object_]]:
    """Areas that one of the rules includes and does not turn away: shapes, ids, names of the rules."""
    by_keys = RulesByKeys(rules)
    picked = [
        (i, rule.name) for i, tags in enumerate(areas["tags"]) if (rule := by_keys.first_applying(tags)) is not None
    ]
    rows = [i for i, _ in picked]
    names = np.array([name for _, name in picked], dtype=object)
    return areas.geometry.to_numpy()[rows], areas.index.to_numpy(dtype=object)[rows], names


def _off_grounds(
    candidates: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, rules: PublicSpaceRules, counts: Counter[str]
) -> gpd.GeoDataFrame:
    """Leave out what lies on closed grounds, and playgrounds, pitches and yards on a school's, club's or hotel's."""
    kept = np.ones(len(candidates), dtype=bool)
    shapes = candidates.geometry.to_numpy()
    ids = candidates.index.to_numpy(dtype=object)
    rule_names = candidates["rule"].to_numpy(dtype=object)
    everything, outside = np.ones(len(candidates), dtype=bool), candidates["outside"].to_numpy()
    asked = [(rules.closed_grounds, everything)]
    asked += [(of, outside & concerned) for of, concerned in _by_classes(rules.grounds, candidates["space_class"])]
    for grounds_rules, concerned in asked:
        grounds, ground_ids, names = _chosen_by(areas, grounds_rules)
        rows = np.flatnonzero(concerned & kept)
        ground = on_grounds(shapes[rows], ids[rows], grounds, ground_ids)
        for row, where in zip(rows[ground >= 0], ground[ground >= 0], strict=True):
            counts[f"excluded.{rule_names[row]}.on_{names[where]}"] += 1
            kept[row] = False
    return candidates[kept]


def _by_classes(grounds: Iterable[Rule], space_class: pd.Series) -> list[tuple[tuple[Rule, ...], NDArray[np.bool_]]]:
    """Grounds by the classes that they concern, and which candidates are of these."""
    by_classes: dict[tuple[str, ...], list[Rule]] = {}
    for rule in grounds:
        by_classes.setdefault(tuple(rule.settings.get("classes", ())), []).append(rule)
    return [
        (tuple(rules), space_class.isin(classes).to_numpy() if classes else np.ones(len(space_class), dtype=bool))
        for classes, rules in by_classes.items()
    ]
