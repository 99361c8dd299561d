"""Public space from an OSM extract, by the rules in ``rules/public_space.toml`` and those of a study.

Which classes there are, what makes an element one of them, and what turns it away is data with
reasons; this module only applies it: first the tags, then the grounds on which an element lies,
then the pieces of one class that make one place, what is cut out of it, and whether it is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.extract import OsmExtract
from layers.space_pieces import cut, element_order, large_enough, merged, points_beside
from layers.space_rules import PublicSpaceRules, space_rules
from layers.space_shapes import Shapes, on_grounds
from layers.tag_rules import Rule, RulesByKeys, Tags, first_rule
from layers.types import Caveat

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


def turned_away(extract: OsmExtract, rules: PublicSpaceRules | None = None) -> gpd.GeoDataFrame:
    """Elements that a rule speaks of and that are no public space, for an inventory that may know better.

    Parameters
    ----------
    extract, rules
        As `public_spaces` takes them.

    Returns
    -------
    GeoDataFrame
        Index of OSM ids; ``space_class`` (that they would have had; empty where the rule has none), ``name``,
        ``reason`` (``<rule>.<why>``, as `public_spaces` counts it), polygons and points. What is too small or too
        narrow is not among them: that is no question of who may enter.
    """
    rules = space_rules() if rules is None else rules
    deciding = RulesByKeys(rules.rules)
    found = []
    for elements in (extract.areas, extract.points):
        rows = []
        for i, tags in enumerate(elements["tags"]):
            rule = deciding.first(tags)
            why = None if rule is None else _refusal(tags, rule, rules)
            if rule is not None and why is not None:
                rows.append((i, rule.settings.get("class", ""), tags.get("name", ""), f"{rule.name}.{why}"))
        found.append(_refused(elements, rows))
    candidates = pd.concat(
        [_candidates(frame, rules, deciding, Counter()) for frame in (extract.areas, extract.points)]
    )
    ground = _grounds_below(candidates, extract.areas, rules)
    inside = candidates[ground != ""]
    reasons = [f"{rule}.{where}" for rule, where in zip(inside["rule"], ground[ground != ""], strict=True)]
    found.append(gpd.GeoDataFrame(inside.assign(reason=reasons)[["space_class", "name", "reason", "geometry"]]))
    filled = [frame for frame in found if len(frame)]
    return gpd.GeoDataFrame(pd.concat(filled)) if filled else found[0]


def unmatched_caveats(extract: OsmExtract, rules: PublicSpaceRules) -> list[Caveat]:
    """A caveat for each rule of a study that speaks of no element of the extract: most likely a word is misspelt."""
    waiting = {rule.name: rule for rule in rules.own}
    for tags in chain(extract.areas["tags"], extract.points["tags"]):
        for name in [name for name, rule in waiting.items() if rule.include.all_match(tags)]:
            del waiting[name]
    return [Caveat("rule_matched_nothing", "spaces", 1, "rules", name) for name in waiting]


def _refused(elements: gpd.GeoDataFrame, rows: list[tuple[int, str, str, str]]) -> gpd.GeoDataFrame:
    at = [i for i, *_ in rows]
    frame = pd.DataFrame([row[1:] for row in rows], columns=["space_class", "name", "reason"], index=elements.index[at])
    return gpd.GeoDataFrame(frame.astype(str), geometry=elements.geometry.to_numpy()[at], crs=elements.crs)


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
    ground = _grounds_below(candidates, areas, rules)
    inside = ground != ""
    counts.update(
        f"excluded.{rule}.{where}" for rule, where in zip(candidates["rule"][inside], ground[inside], strict=True)
    )
    return candidates[~inside]


def _grounds_below(
    candidates: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, rules: PublicSpaceRules
) -> NDArray[np.object_]:
    """The ground (``on_school``) that keeps each candidate from being public; empty where none does."""
    found = np.full(len(candidates), "", dtype=object)
    shapes = candidates.geometry.to_numpy()
    ids = candidates.index.to_numpy(dtype=object)
    everything, outside = np.ones(len(candidates), dtype=bool), candidates["outside"].to_numpy()
    asked = [(rules.closed_grounds, everything)]
    asked += [(of, outside & concerned) for of, concerned in _by_classes(rules.grounds, candidates["space_class"])]
    for grounds_rules, concerned in asked:
        grounds, ground_ids, names = _chosen_by(areas, grounds_rules)
        rows = np.flatnonzero(concerned & (found == ""))
        ground = on_grounds(shapes[rows], ids[rows], grounds, ground_ids)
        found[rows[ground >= 0]] = [f"on_{names[where]}" for where in ground[ground >= 0]]
    return found


def _by_classes(grounds: Iterable[Rule], space_class: pd.Series) -> list[tuple[tuple[Rule, ...], NDArray[np.bool_]]]:
    """Grounds by the classes that they concern, and which candidates are of these."""
    by_classes: dict[tuple[str, ...], list[Rule]] = {}
    for rule in grounds:
        by_classes.setdefault(tuple(rule.settings.get("classes", ())), []).append(rule)
    return [
        (tuple(rules), space_class.isin(classes).to_numpy() if classes else np.ones(len(space_class), dtype=bool))
        for classes, rules in by_classes.items()
    ]
