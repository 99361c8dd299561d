"""Crowding on a part of the real city, computed again with networkx from the published files alone."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pyogrio
import pytest
from shapely import Point

from tests.golden.test_real_distances import from_home, hang, network

CENTRE = Point(458_300, 3_110_300)
"""Between the harbour and the old town."""
CATCHMENT_M = 400.0
NEAR_M = 300.0
MARGIN_M = 700.0
"""No walk of 400 m to an entrance of a space near the centre leaves the part of the network that is read."""
OPEN = ("park", "garden", "woodland", "nature_reserve", "square", "playground", "sports_ground", "beach", "greenway")


@pytest.fixture(scope="module")
def part(las_palmas):
    wide = tuple(CENTRE.buffer(NEAR_M + MARGIN_M).bounds)
    homes = pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="demand", bbox=wide)
    edges = pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="network", bbox=wide).set_index("edge_id")
    spaces = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="public_space", bbox=wide)
    entrances = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="entrances", bbox=wide)
    return homes, edges, spaces[spaces["space_class"].isin(OPEN)], entrances


def test_who_comes_to_a_space_and_what_there_is_for_each(part):
    homes, edges, spaces, entrances = part
    # Spaces that touch another one are a place with it; those alone can be told from the tables.
    alone = spaces[[spaces.intersects(shape).sum() == 1 for shape in spaces.geometry]]
    near = alone[alone.within(CENTRE.buffer(NEAR_M)) & (alone["n_entrances"] > 0)].sort_values("space_id").iloc[:6]
    assert len(near) >= 3
    compared = 0
    for space in near.itertuples():
        graph = network(edges)
        doors = entrances[(entrances["space_id"] == space.space_id) & entrances["edge_id"].isin(edges.index)]
        for number, door in enumerate(doors.itertuples()):
            hang(graph, edges, f"door/{number}", door.edge_id, door.geometry)
        names = [f"door/{number}" for number in range(len(doors))]
        reached = nx.multi_source_dijkstra_path_length(graph.reverse(copy=False), names, cutoff=500, weight="length_m")
        around = homes[homes["edge_id"].isin(edges.index) & (homes.distance(space.geometry) <= CATCHMENT_M)]
        walk_m = np.array([from_home(graph, edges, home, reached) for home in around.itertuples()])
        assert not ((walk_m > CATCHMENT_M - 0.002) & (walk_m < CATCHMENT_M + 0.002)).any(), "a home on the very limit"
        people = around["population"][walk_m <= CATCHMENT_M].sum()
        assert space.catchment_population == pytest.approx(people, abs=1e-5)
        if people:
            assert space.m2_per_person == pytest.approx(space.area_m2 / people, rel=1e-6, abs=1e-6)
            compared += 1
    assert compared >= 3


def test_the_city_tells_its_groups_and_they_add_up(las_palmas):
    groups = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="groups")
    parents = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="parents").set_index("unit_id")
    assert set(groups["level"]) == {"district", "city"}
    told = groups[groups["status"] == "published"]
    parts = told["residents_served"] + told["residents_short"] + told["residents_unknown"]
    np.testing.assert_allclose(parts, told["residents"], atol=1e-5)
    for row in groups.itertuples():
        assert row.residents == pytest.approx(parents.loc[row.unit_id, row.group], abs=1e-5)
    by_rule = groups[groups["rule_id"] == "green.500m"].pivot(index=["level", "unit_id"], columns="group", values="residents_served")
    np.testing.assert_allclose(by_rule.loc["district"].sum(), by_rule.loc["city"].iloc[0], rtol=1e-3)


def test_few_of_a_group_are_told_neither_by_themselves_nor_by_the_rest(las_palmas):
    """Three children of one district have no open space near: city less the other four districts would tell it."""
    groups = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="groups")
    assert set(groups["status"]) == {"published", "suppressed"}
    withheld = groups[groups["status"] == "suppressed"]
    figures = ["residents_served", "residents_short", "residents_unknown", "value"]
    assert withheld[figures].isna().all(axis=None)
    assert withheld["residents"].notna().all()
    numbers = groups[["residents", *figures[:3]]]
    assert not ((numbers > 0) & (numbers < 10)).any(axis=None)
    assert (withheld.groupby(["rule_id", "group", "level"]).size() >= 2).all()
    caveat = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="caveats").set_index("code").loc["groups_suppressed"]
    classes = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="exposure_groups").query("status == 'suppressed'")
    # Of a hazard layer one figure is withheld with all of its classes, and its empty rows are three.
    assert caveat["count"] == len(withheld) + len(classes.drop_duplicates(["level", "unit_id", "hazard_id", "group"]))
