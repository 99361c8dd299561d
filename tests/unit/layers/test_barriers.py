"""Where ways cross what has no way across (synthetic), and what is left of that in the demo places."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Geometry, LineString, box

from layers.barriers import barrier_crossings, crossing_caveats
from spatial.build import build_network
from spatial.traits import NodeTrait, Trait, from_rows
from tests.networks import EVERYWHERE, METRIC, areas, ways

NAN = math.nan
WEST_EAST = [(1, -50.0, 0.0), (2, 50.0, 0.0)]
OVER_A_NODE = [[(1, -50.0, 0.0), (5, 0.0, 0.0)], [(5, 0.0, 0.0), (2, 50.0, 0.0)]]
RIVER = LineString([(0, -100), (0, 0), (0, 100)])


def obstacles(rows: dict[str, tuple[str, Geometry]]) -> gpd.GeoDataFrame:
    index = pd.Index(list(rows), name="osm_id")
    return gpd.GeoDataFrame({"obstacle_kind": [k for k, _ in rows.values()]}, geometry=[g for _, g in rows.values()], crs=METRIC, index=index)


def found(lines, rows, *, trait: int = 0, node_flags: dict[int, int] | None = None) -> list[tuple[str, str]]:
    drawn = ways(lines, traits=from_rows([(trait, NAN, NAN)] * len(lines)), node_flags=node_flags)
    network = build_network(drawn, areas(), EVERYWHERE)
    table = barrier_crossings(network, obstacles(rows))
    return [(str(network.edge_id[e]), kind) for e, kind in zip(table["edge"], table["obstacle_kind"], strict=True)]


@pytest.mark.parametrize("kind", ["water", "railway", "motorway"])
def test_a_way_through_a_line_is_found(kind):
    assert found([WEST_EAST], {"way/9": (kind, RIVER)}) == [("1:0", kind)]


@pytest.mark.parametrize("trait", [Trait.BRIDGE, Trait.TUNNEL, Trait.FORD, Trait.CROSSING])
def test_what_carries_it_across_is_accepted(trait):
    assert found([WEST_EAST], {"way/9": ("water", RIVER)}, trait=int(trait)) == []


def test_walls_are_not_meant():
    assert found([WEST_EAST], {"way/9": ("wall", RIVER)}) == []


def test_crossing_at_a_shared_node_is_found_unless_it_is_mapped_as_a_crossing():
    rows = {"way/9": ("railway", RIVER)}
    assert found(OVER_A_NODE, rows) == [("1:0", "railway"), ("2:0", "railway")]
    assert found(OVER_A_NODE, rows, node_flags={5: int(NodeTrait.CROSSING)}) == []


def test_ways_that_end_at_the_bank_or_meet_on_one_side_do_not_cross():
    rows = {"way/9": ("water", RIVER)}
    assert found([OVER_A_NODE[0]], rows) == []
    assert found([OVER_A_NODE[0], [(5, 0.0, 0.0), (6, -50.0, 20.0)]], rows) == []
    # Where the river begins, one walks around its spring.
    assert found(OVER_A_NODE, {"way/9": ("water", LineString([(0, 0), (0, 100)]))}) == []


def test_an_area_counts_from_a_metre_of_water():
    assert found([WEST_EAST], {"way/9": ("water", box(0, -5, 5, 5))}) == [("1:0", "water")]
    assert found([WEST_EAST], {"way/9": ("water", box(0, -5, 0.5, 5))}) == []
    assert found([WEST_EAST], {"way/9": ("water", box(0, 0, 0.5, 5))}) == []


def test_caveats_name_the_ways():
    network = build_network(ways([WEST_EAST, *[[(i, -50.0, i * 9.0), (i + 1, 50.0, i * 9.0)] for i in (10, 20)]]), areas(), EVERYWHERE)
    long = LineString([(0, -500), (0, 500)])
    (caveat,) = crossing_caveats(network, obstacles({"way/9": ("water", long), "way/8": ("wall", long)}))
    assert (caveat.code, caveat.count, caveat.unit, caveat.detail) == ("crosses_water", 3.0, "ways", "way/1, way/2, way/3")
    assert crossing_caveats(network, obstacles({})) == []
