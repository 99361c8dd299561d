"""The part of each inventoried site that the map extract lacks, on squares that can be measured by hand."""

from __future__ import annotations

import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely import Point, box

from layers.cache_frames import frame, from_frame
from layers.inventory_combination import Inventory
from layers.inventory_ground import no_standing_sites, standing_sites
from tests.inventories import role, sites, spaces, square
from tests.networks import METRIC

STANDING = {
    "city/1": ("park", "A", square(0)),  # half of it in OSM
    "city/2": ("park", "B", square(500)),  # OSM calls the same place a garden
    "city/3": ("park", "C", square(1000)),  # inside a reserve, a class of which the inventory does not speak
    "city/4": ("park", "D", Point(2000, 50)),
    "city/5": ("park", "E", square(3000)),  # OSM has a point of it
    "city/6": ("park", "F", square(4000)),
}
OSM = {
    "way/1": ("park", "A", box(0, 0, 50, 100)),
    "way/2": ("garden", "B", square(500)),
    "way/3": ("nature_reserve", "R", box(900, -500, 1900, 900)),
    "node/5": ("park", "E", Point(3050, 50)),
    "way/6": ("park", "F", square(4000)),
}


def test_lacking_is_what_no_place_of_the_extract_covers() -> None:
    found = standing_sites(Inventory(role("correct"), sites(STANDING, frozenset({"city/6"}))), spaces(OSM))
    assert list(found.index) == ["city/1", "city/2", "city/3", "city/4", "city/5"]  # the sixth is planned
    lacking = found["lacking"].to_numpy()
    assert shapely.area(lacking).tolist() == [5000, 0, 10_000, 0, 0]
    assert shapely.is_empty(lacking).tolist() == [False, True, False, False, True]
    assert found["inventory_id"].unique().tolist() == ["city"]
    assert shapely.area(found.geometry.to_numpy()).tolist() == [10_000, 10_000, 10_000, 0, 10_000]


def test_it_can_be_kept_and_read_back_with_and_without_sites() -> None:
    standing = standing_sites(Inventory(role("correct"), sites(STANDING)), spaces(OSM))
    for table in (standing, no_standing_sites(standing.crs)):
        assert_geodataframe_equal(from_frame(frame(table, "x"), "x"), table)
    assert standing.crs == METRIC
