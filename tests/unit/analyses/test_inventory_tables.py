"""What an inventory adds to the results: in which community each difference lies."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
from shapely import Point, box

from analyses.inventory_tables import conflicts_table, planned_table
from layers.conflicts import no_conflicts
from tests.inventories import spaces
from tests.networks import METRIC
from tests.town import town


def _with(*shapes: object) -> gpd.GeoDataFrame | None:
    """The town of two communities, West left of x = 500 and East, with a difference at each shape."""
    nothing = no_conflicts(METRIC)
    rows = gpd.GeoDataFrame(
        {c: [""] * len(shapes) for c in nothing.columns if c != "geometry"}, geometry=list(shapes), crs=METRIC
    )
    rows.index = [f"city/{n}" for n in range(len(shapes))]
    return conflicts_table(dataclasses.replace(town(), conflicts=rows.rename_axis("conflict_id")))


def test_without_an_inventory_there_is_nothing():
    assert conflicts_table(town()) is None
    assert planned_table(town()) is None


def test_a_difference_lies_in_the_community_that_holds_most_of_it():
    found = _with(box(480, 0, 510, 10), box(490, 0, 520, 10), Point(10, 10), box(2000, 0, 2010, 10))
    assert found["community_id"].tolist()[:3] == ["West", "East", "West"]
    assert found["community_id"].isna().tolist() == [False, False, False, True]
    assert found["conflict_id"].tolist() == ["city/0", "city/1", "city/2", "city/3"]


def test_no_difference_is_a_table_without_rows():
    found = _with()
    assert len(found) == 0
    assert "community_id" in found


def test_planned_sites_keep_their_columns():
    planned = spaces({"city/1": ("park", "Later", box(0, 0, 10, 10))}, source="city")
    found = planned_table(dataclasses.replace(town(), planned=planned))
    assert found[["space_id", "source", "area_m2"]].to_numpy().tolist() == [["city/1", "city", 100.0]]
