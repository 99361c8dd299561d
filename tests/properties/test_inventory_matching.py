"""Matching and combining inventories on synthetic places: no site lost, nothing counted twice, no matter the order."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box
from shapely.affinity import translate

from layers.conflicts import conflicts, no_excluded
from layers.inventory import inventory_sites
from layers.inventory_combination import Inventory, combine
from layers.inventory_match import match
from layers.space_merge import in_order, merge_touching, without_doubles
from tests.inventories import role, spaces
from tests.networks import METRIC

AROUND = box(-1e4, -1e4, 1e4, 1e4)
CLASSES = {"p": "park", "s": "square", "l": "library"}
NAMES = ("", "Parque", "Doramas", "San Telmo", "Parque Doramas", "人民公园", "西湖公园")


@st.composite
def _places(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Up to eight boxes and points on a coarse grid, so that they touch, overlap, nest and coincide."""
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        x, y = (20.0 * draw(st.integers(0, 20)) for _ in range(2))
        width, height = (20.0 * draw(st.integers(0, 8)) for _ in range(2))
        shape = box(x, y, x + width, y + height) if width and height else Point(x, y)
        planned = draw(st.sampled_from(("built", "later")))
        rows.append((draw(st.sampled_from("psl")), draw(st.sampled_from(NAMES)), planned, shape))
    table = pd.DataFrame(rows, columns=["class", "name", "state", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=METRIC).assign(id=[str(n) for n in range(len(table))])


KNOWN = {
    "space_class": "", "class_column": "class", "classes": CLASSES, "id_column": "id", "name_column": "name", "sites": "",
    "sites_column": "state", "planned_values": ("later",), "built_values": ("built",),
}  # fmt: skip


def _sites(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return inventory_sites(features, role(**KNOWN), METRIC, AROUND).frame


def _spaces(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same as the map would have it: pieces joined, points in an outline of their class left out."""
    rows = {f"way/{n}": (CLASSES[c], name, shape) for n, (c, name, shape) in enumerate(zip(features["class"], features["name"], features.geometry, strict=True))}
    frame = spaces(rows)
    is_point = (frame.geom_type == "Point").to_numpy()
    polygons, _ = merge_touching(frame[~is_point])
    points = frame[is_point]
    return in_order(gpd.GeoDataFrame(pd.concat([polygons, points[without_doubles(points, polygons)]])))


def _by_id(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> set[tuple[str, str, str]]:
    found = match(a, b)
    return set(zip(a.index[found["site"]], b.index[found["space"]], found["how"], strict=True))


@settings(max_examples=60, deadline=None)
@given(_places())
def test_a_layer_matched_with_itself_matches_every_row_with_itself_alone(features):
    layer = _spaces(features)
    found = match(layer, layer)
    assert found["site"].tolist() == found["space"].tolist()
    assert sorted(found["site"]) == list(range(len(layer)))


@settings(max_examples=60, deadline=None)
@given(_places(), _places(), st.integers(-50, 50), st.randoms(use_true_random=False))
def test_matches_depend_neither_on_the_order_of_rows_nor_on_the_place(ours, theirs, shift, random):
    a, b = _sites(ours), _spaces(theirs)
    expected = _by_id(a, b)
    order_a, order_b = list(range(len(a))), list(range(len(b)))
    random.shuffle(order_a)
    random.shuffle(order_b)
    assert _by_id(a.iloc[order_a], b.iloc[order_b]) == expected
    moved = [frame.set_geometry([translate(shape, 64.0 * shift, -32.0 * shift) for shape in frame.geometry], crs=METRIC) for frame in (a, b)]
    assert _by_id(*moved) == expected


@settings(max_examples=60, deadline=None)
@given(_places(), _places(), st.sampled_from(("supplement", "correct", "replace")))
def test_no_site_is_lost_and_no_ground_counts_twice(ours, theirs, mode):
    a, b = _sites(ours), _spaces(theirs)
    coverage = box(0, 0, 200, 400) if mode == "replace" else None
    outcome = combine(b, Inventory(role(mode, **KNOWN), a, coverage))
    counts = outcome.counts
    assert counts["sites_matched"] + counts["sites_added"] + counts["sites_planned"] == len(a)
    _no_ground_twice(outcome.spaces)
    _every_member_is_somewhere(outcome, b)
    assert outcome.spaces.index.is_unique
    assert outcome.spaces.is_valid.all()


def _no_ground_twice(found: gpd.GeoDataFrame) -> None:
    """No two polygons of a class overlap, so the sum of areas is the area of the union."""
    for _, rows in found[found.geom_type != "Point"].groupby("space_class"):
        assert rows["area_m2"].sum() == pytest.approx(shapely.union_all(rows.geometry.to_numpy()).area)


def _every_member_is_somewhere(outcome, before: gpd.GeoDataFrame) -> None:
    """Every site that counts, and every space that was not left out, is a member of something, or lies in it."""
    members = {i for listed in outcome.spaces["member_ids"] for i in listed.split()}
    added = np.setdiff1d(np.arange(len(outcome.built)), outcome.matches["site"])
    wanted = {i for listed in outcome.built["member_ids"].iloc[added] for i in listed.split()}
    wanted |= {i for listed in before["member_ids"][~outcome.left_out] for i in listed.split()}
    points = set(before.index[before.geom_type == "Point"]) | set(outcome.built.index[outcome.built.geom_type == "Point"])
    lost = wanted - members
    assert lost <= points
    assert len(lost) <= outcome.counts["duplicate_points"]


@settings(max_examples=40, deadline=None)
@given(_places(), _places())
def test_supplement_never_takes_ground_away_and_every_difference_has_a_place(ours, theirs):
    a, b = _sites(ours), _spaces(theirs)
    inventory = Inventory(role("supplement", **KNOWN), a)
    outcome = combine(b, inventory)
    for space_class, rows in b[b.geom_type != "Point"].groupby("space_class"):
        after = outcome.spaces[(outcome.spaces["space_class"] == space_class) & (outcome.spaces.geom_type != "Point")]
        left = shapely.difference(shapely.union_all(rows.geometry.to_numpy()), shapely.union_all(after.geometry.to_numpy()))
        assert left.area == pytest.approx(0, abs=1e-6)
    found = conflicts(inventory, b, outcome, no_excluded(METRIC), AROUND)
    assert found.index.is_unique
    assert not found.geometry.is_empty.any()
    alone = found[found["conflict_kind"].isin(["only_in_inventory", "part_of_another"])]
    assert len(alone) == outcome.counts["sites_added"]
