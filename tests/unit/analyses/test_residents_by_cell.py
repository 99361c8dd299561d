"""Residents of a raster are placed into the homes of their own cell (synthetic town, two cells in West)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.parameters import Parameters
from analyses.residents import Demand, other_placements, place_residents
from tests.networks import METRIC
from tests.town import EAST, buildings, town

LEFT, RIGHT = box(0, -100, 250, 300), box(250, -100, 500, 300)


def _placed(population: list[float], homes: gpd.GeoDataFrame | None = None) -> Demand:
    """West's cells hold W1 (300 m2 of floor) and W2 (200 m2); East is one cell with E1 (400 m2)."""
    layers = town()
    cells = gpd.GeoDataFrame(
        {"community_id": ["West", "West", "East"], "population": population},
        geometry=[LEFT, RIGHT, EAST],
        index=pd.Index(["cell/0@West", "cell/1@West", "cell/2@East"], name="piece_id"),
        crs=METRIC,
    )
    by_community = cells.groupby("community_id")[["population"]].sum(min_count=1).reindex(layers.communities.index)
    made = layers.buildings if homes is None else homes
    return place_residents(layers.communities, by_community, made, layers.network, Parameters(), cells)


def _people(demand: Demand) -> dict[str, float]:
    table = demand.table[~demand.table["imputed"]]
    return dict(zip(table["demand_id"].str.split("@").str[0], table["population"], strict=True))


def test_people_stay_in_their_cell() -> None:
    # By floor area alone W1 would get three fifths of West's 30.
    demand = _placed([10, 20, 40])
    assert _people(demand) == pytest.approx({"W1": 10, "W2": 20, "E1": 40})
    assert not demand.table["imputed"].any()
    # Positions of the communities are those of the layers: East 0, West 1.
    assert demand.table.groupby("community")["population"].sum().to_dict() == pytest.approx({0: 40, 1: 30})


def test_what_the_homes_of_a_cell_cannot_hold_goes_to_the_streets_of_that_cell() -> None:
    # W2's 200 m2 hold 20 of the 50; ten points 25 m apart along 250 m of street take three each.
    demand = _placed([10, 50, 40])
    streets = demand.table["imputed"].to_numpy()
    assert demand.table.loc[streets, "population"].to_numpy() == pytest.approx(np.full(10, 3.0))
    assert {p.x for p in demand.point[streets]} == {262.5 + 25 * i for i in range(10)}
    assert set(demand.table.loc[streets, "community"]) == {1}


def test_a_home_across_two_cells_takes_people_of_both() -> None:
    homes = buildings({"W3": (box(240, 20, 260, 30), 5)})
    demand = _placed([10, 20, 0], homes)
    mine = demand.table[~demand.table["imputed"]]
    assert sorted(mine["demand_id"]) == ["W3@cell/0@West", "W3@cell/1@West"]
    assert mine["population"].sum() == pytest.approx(30)


def test_other_placements_keep_to_the_cells_too() -> None:
    demand = _placed([10, 50, 40])
    for name, people in other_placements(demand, Parameters()).items():
        by_zone = np.bincount(demand.table["zone"], weights=people)
        assert by_zone == pytest.approx([10, 50, 40]), name


def test_an_unknown_cell_stays_unknown() -> None:
    demand = _placed([10, np.nan, 40])
    assert np.isnan(_people(demand)["W2"])
    assert _people(demand)["W1"] == pytest.approx(10)


def test_the_census_is_its_own_zone() -> None:
    layers = town()
    demand = place_residents(layers.communities, layers.residents, layers.buildings, layers.network, Parameters())
    assert (demand.table["zone"] == demand.table["community"]).all()
    assert demand.zone_population.tolist() == [60, 50]


def test_nobody_lives_in_the_shop_below() -> None:
    # W1 keeps 100 of its 300 m2, W2 all its 200 m2: West's 30 residents fit, a third of them in W1.
    layers = town()
    homes = layers.buildings.assign(residential_share=[1 / 3, 1.0, 1.0])
    people = pd.DataFrame({"population": [40.0, 30.0]}, index=layers.communities.index)
    demand = place_residents(layers.communities, people, homes, layers.network, Parameters())
    assert _people(demand) == pytest.approx({"W1": 10, "W2": 20, "E1": 40})


def test_homes_that_are_only_assumed_are_done_without_where_others_have_room() -> None:
    layers = town()
    homes = layers.buildings.assign(use_source=["tag", "assumed", "assumed"])
    for west, in_w1 in ((30.0, 30.0), (40.0, 24.0)):
        # W1 has room for 30. Of 40 it takes three fifths, since W2 is then needed; East has no tagged home at all.
        people = pd.DataFrame({"population": [40.0, west]}, index=layers.communities.index)
        demand = place_residents(layers.communities, people, homes, layers.network, Parameters())
        other = dict(
            zip(demand.table["demand_id"], other_placements(demand, Parameters())["tagged_homes"], strict=True)
        )
        assert other == pytest.approx({"W1": in_w1, "W2": west - in_w1, "E1": 40})


def test_groups_go_with_the_people_of_their_piece() -> None:
    """Points and blocks carry groups; a raster does not."""
    layers = town()
    pieces = gpd.GeoDataFrame(
        {"community_id": ["West", "West", "East"], "population": [10.0, 20.0, 40.0], "age65plus": [9.0, 1.0, 4.0]},
        geometry=[LEFT, RIGHT, EAST],
        index=pd.Index(["piece/0@West", "piece/1@West", "piece/2@East"], name="piece_id"),
        crs=METRIC,
    )
    by_community = pieces.groupby("community_id")[["population", "age65plus"]].sum().reindex(layers.communities.index)
    demand = place_residents(layers.communities, by_community, layers.buildings, layers.network, Parameters(), pieces)
    assert demand.groups == ("age65plus",)
    old = dict(zip(demand.table["demand_id"].str.split("@").str[0], demand.table["age65plus"], strict=True))
    # By floor area alone W1 would get three fifths of West's 10.
    assert old == pytest.approx({"W1": 9, "W2": 1, "E1": 4})
