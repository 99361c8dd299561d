"""Gaps: what is short, where the residents concerned live, and how far they have to walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses import land_coverage, site
from analyses.gap_columns import GAPS
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene, imputed_share
from analyses.remedy_land import residents_on
from analyses.units import COMMUNITY

_ROUND = 4
"""Segments a quarter circle: a grown home is an area to look at, not a survey."""

_COLUMNS = tuple(column.name for column in GAPS.columns if "<" not in column.name)


def find_gaps(scene: Scene, judged: Judgement, *, margin_m: float) -> gpd.GeoDataFrame:
    """One feature for each unit and rule that is short at the level where the rule is judged.

    Geometry: for reach and exposure the homes of the residents concerned, grown by `margin_m`,
    dissolved and clipped to the unit; for provision the unit; for site the places that do not pass; for residential
    land what of it is not covered, with the residents whose homes stand on it as those who are short.

    Returns
    -------
    GeoDataFrame
        Columns of `columns.GAPS` without words, ordered as `assessments`.
    """
    short = judged.assessments[judged.assessments["status"] == "short"]
    grown = _Grown(shapely.buffer(scene.demand.home, margin_m, quad_segs=_ROUND))
    imputed = {name: imputed_share(scene, judged.levels[name]) for name in short["level"].unique()}
    rows = [_gap(row, scene, judged, grown, imputed) for row in short.to_dict("records")]
    return gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=[*_COLUMNS, "geometry"]), geometry="geometry", crs=scene.layers.communities.crs
    )


def with_lights(gaps: gpd.GeoDataFrame, communities: pd.DataFrame, parents: pd.DataFrame) -> gpd.GeoDataFrame:
    """The gaps with the light of the data of their units: whether what is short may merely be unmapped."""
    lights = {
        (COMMUNITY, unit): light
        for unit, light in zip(communities["community_id"], communities["data_light"], strict=True)
    }
    keys = zip(parents["level"], parents["unit_id"], strict=True)
    lights |= dict(zip(keys, parents["data_light"], strict=True))
    found = [lights[key] for key in zip(gaps["level"], gaps["unit_id"], strict=True)]
    return gaps.assign(data_light=pd.Series(found, index=gaps.index, dtype=object))[[*_COLUMNS, "geometry"]]


@dataclass(frozen=True)
class _Grown:
    """Homes grown by the margin. Many rules leave the same homes of a unit short, which are dissolved once."""

    home: NDArray[np.object_]
    dissolved: dict[tuple[str, int, bytes], shapely.Geometry] = field(default_factory=dict)

    def inside(self, level: str, unit: int, concerned: NDArray[np.int64], shape: shapely.Geometry) -> shapely.Geometry:
        """Those of some homes, dissolved and clipped to the shape of their unit."""
        key = (level, unit, concerned.tobytes())
        if key not in self.dissolved:
            union = shapely.disjoint_subset_union_all(self.home[concerned])
            self.dissolved[key] = _areal(shapely.intersection(union, shape))
        return self.dissolved[key]


def _gap(
    row: dict[str, object],
    scene: Scene,
    judged: Judgement,
    grown: _Grown,
    imputed: Mapping[str, NDArray[np.float64]],
) -> dict[str, object]:
    found = judged.measured[(str(row["profile_id"]), str(row["rule_id"]))]
    level = judged.levels[str(row["level"])]
    unit = level.units.index.get_loc(row["unit_id"])
    shape = level.units.geometry.to_numpy()[unit]
    # Where of a group the most live would tell of its communities: the place is told for all residents.
    people = scene.weight("population" if found.rule.about_a_group else found.rule.who) * found.bad
    concerned = np.flatnonzero((level.member == unit) & (people > 0))
    if found.sites is not None:
        shape = _areal(shapely.union_all(site.failed_in(level, found.sites, unit)))
    elif found.land is not None:
        shape = _areal(shapely.union_all(land_coverage.uncovered_in(level, found.land, unit)))
        row = row | {"residents_short": residents_on(scene, level, unit, shape)}
    elif found.rule.kind != "provision":
        shape = grown.inside(level.name, unit, concerned, shape)
    nearest, median = _nearest(scene.of(found.rule), found, concerned, people)
    timed = found.reach is not None and found.reach.unit == "s"
    keys = [name for name in _COLUMNS if name in row]
    return {
        "gap_id": f"{row['level']}/{row['unit_id']}/{row['profile_id']}/{row['rule_id']}",
        **{key: row[key] for key in keys},
        "imputed_share": imputed[level.name][unit],
        "unit_name": level.units["name"].iloc[unit],
        "community_id": row["unit_id"] if level.name == COMMUNITY else None,
        "nearest_space_id": nearest,
        "median_distance_m": np.nan if timed else median,
        "median_time_min": median / 60 if timed else np.nan,
        "geometry": shape,
    }


def _nearest(
    scene: Scene, found: Measured, concerned: NDArray[np.int64], people: NDArray[np.float64]
) -> tuple[str | None, float]:
    """The space that at least half of the residents concerned have nearest, and their median cost of getting to one.

    Where every option asks for several places there is no cost: they were counted within the limit and no farther.
    """
    if found.reach is None or not len(concerned):
        return None, np.nan
    weight = people[concerned]
    space, cost = found.reach.space[concerned], found.reach.cost[concerned]
    order = np.argsort(cost, kind="stable")
    half = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    several = all(option.count > 1 for option in found.rule.each)
    median = np.nan if several else float(cost[order][min(half, len(order) - 1)])
    totals = np.bincount(space[space >= 0], weights=weight[space >= 0], minlength=1)
    most = int(np.argmax(totals))
    if totals[most] < weight.sum() / 2:
        return None, median
    return str(scene.layers.spaces.index[most]), median


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts([shape]))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
