# ruff: noqa: E501 - a table of sentences, one a line
"""Refuge in words: what becomes of each refuge, and what a reader has to know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from analyses.refuge_columns import REFUGE_STATUSES
from analyses.results import Results
from maps.inventory_frames import AREAS, POINTS
from maps.numbers import number, residents
from maps.vocabulary import word

REFUGE_CAVEATS: dict[str, dict[str, str]] = {
    "refuge_candidates": {
        "en": "{count} {unit} <are|is> open space that passes the rules of refuges[ ({detail})]: nobody has named <them refuges|it a refuge>, and nobody has been there to look.",
        "zh": "{count}{unit}为符合避难场所规则的开放空间[（{detail}）]：均未被指定为避难场所，亦未经现场核查。",
    },
    "refuge_left_out": {
        "en": "{count} {unit} of the classes that could serve as a refuge are too small or too narrow without buildings, water and hazards: they are not listed.",
        "zh": "{count}{unit}属于可作避难场所的类别，但扣除建筑、水面与灾害区后过小或过窄：未列出。",
    },
    "refuge_without_slope": {
        "en": "The slope of {count} {unit} that could serve as a refuge is not known: steep ones may be among them.",
        "zh": "{count}{unit}候选避难场地的坡度未知：其中可能有陡坡。",
    },
    "refuge_not_usable": {
        "en": "{count} listed {unit} <take|takes> nobody in: the table of refuges says why.",
        "zh": "清单中 {count}{unit}未计入可用避难场所：原因见避难场所表。",
    },
    "refuge_only_planned": {
        "en": "All {count} listed {unit} <are|is> only planned: <they take|it takes> nobody in, and rules about refuges are not judged by <them|it>.",
        "zh": "清单中 {count}{unit}均仅为规划：不接纳人员，有关避难场所的规则不据此评判。",
    },
    "refuge_ground_shared": {
        "en": "{count} listed {unit} <lie|lies> on ground that another listed one covers too: it counts once, with the higher grade, or else with the first of the lists.",
        "zh": "清单中 {count}{unit}与另一清单场所的场地重叠：重叠部分仅计一次，计入级别较高者；级别相同则计入清单在先者。",
    },
    "refuge_hazard_unknown": {
        "en": "Of {count} {unit} that are or could be a refuge a hazard layer does not say whether all of the ground and the ways in lie outside: what is not known is not counted on, so more people may find a place than are told.",
        "zh": "{count}{unit}避难场所或候选场地的部分场地或入口，灾害图层未说明是否受灾：未知部分不计入，实际可得到位置者可能更多。",
    },
    "refuge_implausible": {
        "en": "{layer}: {count} {unit}[ ({detail})] <are|is> listed with more effective area than <their|its> outline has, or with more than one person per 0.3 m² of it. What the list says is kept: check its unit, and the outline. Of a hall with several floors it may be right.",
        "zh": "{layer}：{count}{unit}[（{detail}）]所列有效面积大于其轮廓面积，或每 0.3 平方米轮廓面积超过一人。仍按清单所载计入：请核对清单单位与轮廓；多层场馆可能属实。",
    },
    "refuge_residents_unknown": {
        "en": "In {count} {unit} the number of residents is unknown: nobody from there is given a place in a refuge, so others may find more room than there is.",
        "zh": "{count}{unit}的居民人数未知：未为其分配避难位置，其他社区可用的余位可能偏多。",
    },
}
"""Caveat code -> language -> template, as in `maps.caveat_words`."""


def refuges_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Refuges mapped as areas, in words; None where there are none, for then there is no such layer."""
    return _of(results, AREAS)


def refuge_points_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Refuges mapped as points, in words; None where there are none."""
    return _of(results, POINTS)


def refuge_entrances_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Ways into refuges; None where nobody looked, or there are none."""
    found = None if results.refuge is None else results.refuge.entrances
    return None if found is None or found.empty else found


def refuge_needs_frame(results: Results) -> pd.DataFrame | None:
    """Who finds a place, a unit each, with streets open and while each scenario lasts.

    None where nobody looked, or residents are unknown.
    """
    if results.refuge is None or results.refuge.needs is None or results.refuge.needs_during is None:
        return None if results.refuge is None else results.refuge.needs
    return pd.concat([results.refuge.needs, results.refuge.needs_during], ignore_index=True)


def what(row: Mapping[str, Any], language: str) -> str:
    """One refuge in a sentence."""
    status = row["status"]
    if status != "usable":
        return word(REFUGE_STATUSES, status, language) + ("." if language == "en" else "。")
    capacity = row["capacity"]
    if math.isnan(row["taken"]):
        room = residents(capacity, language)
        return f"Room for {room}." if language == "en" else f"可容纳 {room}。"
    asked, taken, median = row["asked"], row["taken"], row["median_m"]
    if language == "zh":
        walk = "" if math.isnan(median) else f"，其中半数步行不超过 {number(median, 'm', language)}"
        return (
            f"可容纳 {residents(capacity, language)}；就近前来者 {residents(asked, language)}；"
            f"实际接纳 {residents(taken, language)}{walk}。"
        )
    walk = "" if math.isnan(median) else f", half of them within a walk of {number(median, 'm', language)}"
    return (
        f"Room for {residents(capacity, language)}; nearest to {residents(asked, language)}; "
        f"takes in {residents(taken, language)}{walk}."
    )


def _of(results: Results, types: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    if results.refuge is None:
        return None
    rows = results.refuge.sites[results.refuge.sites.geom_type.isin(types)]
    if rows.empty:
        return None
    records = rows.drop(columns="geometry").to_dict("records")
    words = {f"what_{name}": [what(row, name) for row in records] for name in results.study.languages}
    return gpd.GeoDataFrame(rows.assign(**words))
