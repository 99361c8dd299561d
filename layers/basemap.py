"""The basemap: streets, water, green and names from the same extract (``rules/basemap.toml``)."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.extract import OsmExtract
from layers.tag_rules import Rule, first_rule, parse_rules, rule_file
from layers.types import Basemap

Classified = tuple[NDArray[np.object_], list[str], list[str]]
"""Shapes, classes and names, in parallel."""


@cache
def _rules(key: str) -> tuple[Rule, ...]:
    return parse_rules("basemap", key, ("class",))


def basemap(extract: OsmExtract) -> Basemap:
    """What the map draws beneath everything, in the extract's CRS.

    Streets of one class and name are joined into as few lines as possible, as they are drawn alike.
    Patches of water and green too small to be seen are left out. Every frame has a plain range index.
    """
    smallest = rule_file("basemap")["smallest"]
    crs = extract.lines.crs
    water_areas = _classified(extract.areas, "water_area", smallest["water_m2"])
    water_lines = _classified(extract.lines, "water_line")
    parts, owner = _single_lines(water_lines[0])
    water = np.concatenate([water_areas[0], parts])
    water_classes = water_areas[1] + [water_lines[1][i] for i in owner]
    green = _classified(extract.areas, "green", smallest["green_m2"])
    return Basemap(
        streets=_streets(_classified(extract.lines, "street"), crs),
        water=_frame(water, {"water_class": water_classes}, crs),
        green=_frame(green[0], {"green_class": green[1]}, crs),
        places=_places(extract),
    )


def _classified(elements: gpd.GeoDataFrame, key: str, smallest_m2: float = 0.0) -> Classified:
    """Elements that a rule gives a class."""
    rules = _rules(key)
    found = [
        (i, str(rule.settings["class"]), tags.get("name", ""))
        for i, tags in enumerate(elements["tags"])
        if (rule := first_rule(tags, rules)) is not None and "class" in rule.settings
    ]
    shapes = elements.geometry.to_numpy()[[i for i, _, _ in found]]
    large = np.flatnonzero(shapely.area(shapes) >= smallest_m2)
    return shapes[large], [found[i][1] for i in large], [found[i][2] for i in large]


def _single_lines(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """LineStrings, and the shape that each comes from: ways that were cut are several."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    return parts, owner.astype(np.int64)


def _streets(streets: Classified, crs: object) -> gpd.GeoDataFrame:
    """Streets joined by class and name."""
    shapes, classes, names = streets
    parts, owner = _single_lines(shapes)
    labels = pd.DataFrame({"street_class": classes, "name": names}, dtype=str)
    lines: list[NDArray[np.object_]] = []
    keys: list[tuple[str, str]] = []
    for key, rows in (
        labels.iloc[owner].reset_index(drop=True).groupby(["street_class", "name"], sort=True).groups.items()
    ):
        joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts[rows.to_numpy()])))
        lines.append(joined)
        keys += [key] * len(joined)
    columns = {"street_class": [key[0] for key in keys], "name": [key[1] for key in keys]}
    return _frame(np.concatenate(lines) if lines else np.zeros(0, dtype=object), columns, crs)


def _places(extract: OsmExtract) -> gpd.GeoDataFrame:
    """Named settlements and quarters."""
    rows = [
        i
        for i, tags in enumerate(extract.points["tags"])
        if tags.get("name") and first_rule(tags, _rules("place")) is not None
    ]
    tags = extract.points["tags"].to_numpy()[rows]
    columns = {"name": [tag["name"] for tag in tags], "place_class": [tag["place"] for tag in tags]}
    return _frame(extract.points.geometry.to_numpy()[rows], columns, extract.points.crs)


def _frame(shapes: NDArray[np.object_], columns: dict[str, list[str]], crs: object) -> gpd.GeoDataFrame:
    """A frame of text columns on a range index, empty ones included."""
    frame = pd.DataFrame({name: pd.Series(values, dtype=str) for name, values in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)
