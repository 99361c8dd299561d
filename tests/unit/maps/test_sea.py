"""The sea, on coastlines drawn by hand: to the right of the line, inside the box of the data, never over a community."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from shapely import LineString, box

from layers.types import Basemap
from maps.sea import sea

CRS = "EPSG:32628"
LAND = gpd.GeoSeries([box(0, 0, 1000, 400)], crs=CRS)
"""A community whose northern border is the coast at y = 400."""


def basemap(*coast: list[tuple[float, float]]) -> Basemap:
    """A town of 1,000 by 1,000 m, its extent held by a street, with these coastlines."""

    def frame(column: str, values: list[str], shapes: list[object]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({column: values}, geometry=shapes, crs=CRS)

    lines = [LineString(points) for points in coast]
    corner_to_corner = LineString([(0, 0), (1000, 1000)])
    return Basemap(
        frame("street_class", ["major"], [corner_to_corner]), frame("water_class", ["coastline"] * len(lines), lines),
        frame("green_class", [], []), frame("place_class", [], []),
    )


def covered_m2(found: gpd.GeoSeries) -> float:
    return float(shapely.union_all(found.to_numpy()).area) if len(found) else 0.0


def test_the_sea_is_to_the_right_of_the_coastline() -> None:
    # Walking west along the north coast the land is on the left, to the south.
    north = sea(basemap([(1100, 400), (-100, 400)]), LAND)
    assert covered_m2(north) == pytest.approx(1200 * 600, rel=0.01)
    assert shapely.union_all(north.to_numpy()).contains(shapely.Point(500, 700))


def test_pieces_of_a_coastline_are_joined_and_islands_are_land() -> None:
    west = [(1100, 400), (500, 400)], [(500, 400), (-100, 400)]
    island = [(400, 600), (600, 600), (600, 800), (400, 800), (400, 600)]  # counterclockwise: land inside
    found = shapely.union_all(sea(basemap(*west, island), LAND).to_numpy())
    assert found.area == pytest.approx(1200 * 600 - 200 * 200, rel=0.01)
    assert not found.contains(shapely.Point(500, 700))


def test_a_coastline_that_ends_on_the_map_draws_the_box_in() -> None:
    found = sea(basemap([(1100, 400), (100, 400)]), LAND)
    assert found.total_bounds[0] == pytest.approx(101)
    assert covered_m2(found) == pytest.approx(999 * 600, rel=0.01)


@pytest.mark.parametrize(
    "coast",
    [
        pytest.param([[(700, 400), (300, 400)]], id="ends in the middle"),
        pytest.param([[(1100, 400), (-100, 400)], [(-100, 900), (1100, 900)], [(1100, 600), (-100, 600)]], id="contradictory"),
        pytest.param([], id="none"),
    ],
)
def test_nothing_is_made_up(coast) -> None:
    found = sea(basemap(*coast), LAND)
    # Where two lines call the same water land and sea, that water stays empty.
    assert not found.contains(shapely.Point(500, 500)).any()


def test_no_sea_lies_over_a_community() -> None:
    harbour = gpd.GeoSeries([box(0, 0, 1000, 500)], crs=CRS)  # its border is drawn 100 m out to sea
    found = sea(basemap([(1100, 400), (-100, 400)]), harbour)
    assert shapely.union_all(found.to_numpy()).intersection(harbour.iloc[0]).area == 0
    assert covered_m2(found) == pytest.approx(1200 * 600 - 1000 * 100, rel=0.01)
