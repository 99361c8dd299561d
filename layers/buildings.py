"""Buildings from an OSM extract: which are homes, and how much floor they have (``rules/buildings.toml``)."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.extract import OsmExtract
from layers.tag_rules import Rule, Tags, first_rule, parse_rules, rule_file

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HEIGHT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(m|meters?|metres?|ft|feet)?")
_FEET_AND_INCHES = re.compile(r"(\d+)\s*'\s*(?:(\d+)\s*\")?")
_FOOT_M = 0.3048


@dataclass(frozen=True)
class _BuildingRules:
    absent: tuple[Rule, ...]
    use: tuple[Rule, ...]
    other_land: tuple[Rule, ...]
    mixed_use: tuple[Rule, ...]
    other_storeys: float
    one_storey_share: float
    min_footprint_m2: float
    max_footprint_m2: float
    max_levels: float
    max_height_m: float
    storey_height_m: float
    assumed: dict[str, float]


@cache
def _rules() -> _BuildingRules:
    table: Any = rule_file("buildings")
    return _BuildingRules(
        absent=parse_rules("buildings", "absent"),
        use=parse_rules("buildings", "use", ("residential", "source")),
        other_land=parse_rules("buildings", "other_land"),
        mixed_use=parse_rules("buildings", "mixed_use"),
        other_storeys=table["mixed"]["other_storeys"],
        one_storey_share=table["mixed"]["one_storey_share"],
        min_footprint_m2=table["assumed"]["min_footprint_m2"],
        max_footprint_m2=table["assumed"]["max_footprint_m2"],
        max_levels=table["storeys"]["max_levels"],
        max_height_m=table["storeys"]["max_height_m"],
        storey_height_m=table["storeys"]["storey_height_m"],
        assumed={key: float(value) for key, value in table["storeys"]["assumed"].items()},
    )


def buildings(extract: OsmExtract) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Buildings of an extract with their use and storeys.

    Parameters
    ----------
    extract
        In the study's metric CRS.

    Returns
    -------
    (GeoDataFrame, dict)
        The columns of `Layers.buildings`: index ``building_id`` (``way/1``), ``residential``,
        ``use_source`` (tag, or assumed for ``building=yes``), ``storeys`` (above ground, at least 1
        unless half storeys are tagged), ``storeys_source`` (levels, height / 3 m, assumed by type),
        ``footprint_m2``, ``floor_area_m2`` = footprint x storeys [m2], ``residential_share`` (0-1 of that
        floor: 1 for a home, less for one above a shop, 0 for what is no home), Polygon or MultiPolygon.
        The counts: ``absent.<rule>`` (left out), ``use.<rule>``, ``mixed_use.<rule>``, ``not_assumed.<why>``
        (``building=yes`` that is no home: too_small, too_large, on_<land>), ``levels_not_usable``,
        ``height_not_usable``, ``storeys_from_levels``, ``storeys_from_height``, ``storeys_assumed``.
    """
    counts: Counter[str] = Counter()
    outlines = _outlines(extract.areas, counts)
    footprint_m2 = shapely.area(outlines.geometry.to_numpy())
    use = _use(outlines, footprint_m2, extract.areas, counts)
    storeys = [_storeys(tags, counts) for tags in outlines["tags"]]
    counts.update(f"storeys_{'assumed' if source == 'assumed' else f'from_{source}'}" for _, source in storeys)
    frame = pd.DataFrame(
        {
            "residential": use["residential"],
            "use_source": use["source"],
            "storeys": np.array([number for number, _ in storeys], dtype=float),
            "storeys_source": pd.Series([source for _, source in storeys], index=outlines.index, dtype=str),
            "footprint_m2": footprint_m2,
        },
        index=outlines.index,
    )
    frame["floor_area_m2"] = frame["footprint_m2"] * frame["storeys"]
    frame["residential_share"] = _residential_share(outlines, frame, counts)
    frame.index.name = "building_id"
    return gpd.GeoDataFrame(frame, geometry=outlines.geometry.to_numpy(), crs=outlines.crs), dict(
        sorted(counts.items())
    )


def _outlines(areas: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """Areas that are buildings."""
    chosen = []
    for i, tags in enumerate(areas["tags"]):
        if "building" not in tags:
            continue
        absent = first_rule(tags, _rules().absent)
        if absent is None:
            chosen.append(i)
        else:
            counts[f"absent.{absent.name}"] += 1
    return areas.iloc[chosen]


def _use(
    outlines: gpd.GeoDataFrame, footprint_m2: NDArray[np.float64], areas: gpd.GeoDataFrame, counts: Counter[str]
) -> pd.DataFrame:
    """Whether each building is a home, and whether a tag says so or it is assumed."""
    rules = _rules()
    deciding = [first_rule(tags, rules.use) for tags in outlines["tags"]]
    counts.update(f"use.{rule.name}" for rule in deciding if rule is not None)
    residential = np.array([rule is not None and bool(rule.settings["residential"]) for rule in deciding], dtype=bool)
    assumed = np.array([rule is not None and rule.settings["source"] == "assumed" for rule in deciding], dtype=bool)
    land = _other_land(outlines, np.flatnonzero(assumed), areas)
    for reason, refused in (
        ("too_small", footprint_m2 < rules.min_footprint_m2),
        ("too_large", footprint_m2 > rules.max_footprint_m2),
        *((f"on_{name}", land == name) for name in dict.fromkeys(rule.name for rule in rules.other_land)),
    ):
        concerned = assumed & residential & refused
        counts[f"not_assumed.{reason}"] += int(concerned.sum())
        residential = residential & ~concerned
    source = pd.Series(np.where(assumed, "assumed", "tag"), index=outlines.index, dtype=str)
    return pd.DataFrame({"residential": residential, "source": source}, index=outlines.index)


def _other_land(outlines: gpd.GeoDataFrame, rows: NDArray[np.int64], areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """For the buildings of these rows the rule of the land that holds a point inside them, else empty."""
    found = np.full(len(outlines), "", dtype=object)
    picked = [
        (i, rule.name)
        for i, tags in enumerate(areas["tags"])
        if "building" not in tags and (rule := first_rule(tags, _rules().other_land)) is not None
    ]
    if not picked or not len(rows):
        return found
    land = areas.geometry.to_numpy()[[i for i, _ in picked]]
    names = np.array([name for _, name in picked], dtype=object)
    inside = shapely.point_on_surface(outlines.geometry.to_numpy()[rows])
    building, where = STRtree(land).query(inside, predicate="within")
    found[rows[building]] = names[where]
    return found


def _residential_share(outlines: gpd.GeoDataFrame, frame: pd.DataFrame, counts: Counter[str]) -> NDArray[np.float64]:
    """The share of each building's floor that people live on (0-1)."""
    rules = _rules()
    share: NDArray[np.float64] = frame["residential"].to_numpy(float)
    storeys = frame["storeys"].to_numpy(float)
    for i in np.flatnonzero(share > 0):
        tags = outlines["tags"].iloc[i]
        mixed = next((r for r in rules.mixed_use if r.include.all_match(tags) and r.refusal(tags) is None), None)
        if mixed is not None:
            counts[f"mixed_use.{mixed.name}"] += 1
            above = storeys[i] - rules.other_storeys
            share[i] = above / storeys[i] if above > 0 else rules.one_storey_share
    return share


def _storeys(tags: Tags, counts: Counter[str]) -> tuple[float, str]:
    """Storeys above ground, and where the number comes from: levels, height or assumed."""
    rules = _rules()
    levels = parse_levels(tags.get("building:levels", ""), rules.max_levels)
    if levels is not None:
        return levels, "levels"
    counts["levels_not_usable"] += "building:levels" in tags
    written = tags.get("height") or tags.get("building:height", "")
    height_m = parse_height_m(written, rules.max_height_m)
    if height_m is not None:
        return max(1.0, float(round(height_m / rules.storey_height_m))), "height"
    counts["height_not_usable"] += bool(written)
    return rules.assumed.get(tags["building"], rules.assumed["other"]), "assumed"


def parse_levels(written: str, most: float) -> float | None:
    """Storeys from ``building:levels``: a positive number up to `most`, else None.

    Examples
    --------
    >>> parse_levels("4", 60), parse_levels("2.5", 60), parse_levels("0", 60), parse_levels("sótano", 60)
    (4.0, 2.5, None, None)
    """
    if not written.isascii() or not _NUMBER.fullmatch(written.strip()):
        return None
    levels = float(written)
    return levels if 0 < levels <= most else None


def parse_height_m(written: str, most_m: float) -> float | None:
    """Height [m] from a tag: metres unless feet are given; None if it is no number, 0 or above `most_m`.

    Examples
    --------
    >>> parse_height_m("12 m", 200), parse_height_m("40 ft", 200), parse_height_m("high", 200)
    (12.0, 12.192, None)
    """
    text = written.strip().lower()
    if not text.isascii():
        return None
    feet = _FEET_AND_INCHES.fullmatch(text)
    number = _HEIGHT.fullmatch(text)
    if feet:
        height_m = (int(feet[1]) + int(feet[2] or 0) / 12) * _FOOT_M
    elif number:
        height_m = float(number[1].replace(",", ".")) * (_FOOT_M if (number[2] or "m").startswith("f") else 1.0)
    else:
        return None
    return height_m if math.isfinite(height_m) and 0 < height_m <= most_m else None
