"""Grids in an old datum under a study in another: PROJ would lay them beside their place, and tell nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS, Transformer
from shapely import box

from layers.hazard_scales import HazardScale
from layers.hazards import voids
from layers.origins import Origin
from layers.resident_cells import resident_cells
from layers.screening_role import Screening
from layers.sources.raster import read_people
from layers.terrain import MappedWater, Terrain, derived_layer
from layers.types import HazardRole, ResidentsRole
from spatial.build import build_network
from spatial.datum_shift import WGS84
from spatial.elevation import edge_gradient
from spatial.terrain import Grid
from tests.networks import EVERYWHERE, areas, ways

HONG_KONG, CGCS2000 = CRS("EPSG:2326"), CRS("EPSG:4526")
"""Hong Kong 1980 is known to WGS 84 within a metre, and not to CGCS2000: straight it is 300 m off."""
LEFT, TOP = 836_000.0, 820_000.0
STEEP = HazardRole(
    "steep", "landslide", "derived", {}, {}, screening=Screening("slope"), scale=HazardScale("deg", bands={"steep": 25.0})
)


def in_the_study(x, y):
    """By way of WGS 84, as each of its two steps is published."""
    lonlat = Transformer.from_crs(HONG_KONG, WGS84, always_xy=True).transform(x, y)
    return np.array(Transformer.from_crs(WGS84, CGCS2000, always_xy=True).transform(*lonlat))


def town(left, bottom, right, top):
    (x1, y1), (x2, y2) = in_the_study(left, bottom), in_the_study(right, top)
    return gpd.GeoDataFrame(geometry=[box(x1, y1, x2, y2)], index=["town"], crs=CGCS2000)


def cells_of_100_m(values) -> Grid:
    return Grid(np.array(values, dtype=float), Affine(100, 0, LEFT, 0, -100, TOP), HONG_KONG)


def test_people_are_put_where_their_cells_lie():
    """Three by three cells, people in the middle one only: a town as large as that one has all but what is turned."""
    grid = cells_of_100_m([[0, 0, 0], [0, 100, 0], [0, 0, 0]])
    role = ResidentsRole(Origin(Path("people.tif")), unit="count")
    middle = town(LEFT + 100, TOP - 200, LEFT + 200, TOP - 100)
    assert resident_cells(grid, role, middle).by_community["population"]["town"] == pytest.approx(100, abs=2)


def test_the_part_of_a_raster_is_that_of_the_place(tmp_path):
    path = tmp_path / "people.tif"
    shape = {"driver": "GTiff", "height": 60, "width": 60, "count": 1, "dtype": "float32", "crs": "EPSG:2326"}
    with rasterio.open(path, "w", transform=Affine(100, 0, LEFT, 0, -100, TOP), **shape) as out:
        out.write(np.arange(3600, dtype="float32").reshape(1, 60, 60))
    bounds = tuple(town(LEFT + 3000, TOP - 3100, LEFT + 3100, TOP - 3000).total_bounds)
    grid = read_people(Origin(path), bounds, CGCS2000)
    around = (grid.transform.c, grid.transform.c + 100 * grid.shape[1])
    assert (around[0] + around[1]) / 2 == pytest.approx(LEFT + 3050, abs=100)


def test_steep_ground_and_voids_lie_where_the_elevation_model_has_them():
    """Level, but for one column that rises; without a height in the last column."""
    heights = np.tile([0.0, 0, 0, 0, 0, 300, 600, 600, 600, np.nan], (10, 1))
    grid, around = cells_of_100_m(heights), town(LEFT, TOP - 1000, LEFT + 1000, TOP).geometry.iloc[0]
    terrain = Terrain(grid, grid, MappedWater(gpd.GeoSeries([], crs=CGCS2000), around), CGCS2000, around)
    steep = derived_layer(terrain, STEEP, around.buffer(400)).loaded.frame
    want = town(LEFT + 400, TOP - 900, LEFT + 700, TOP - 100).geometry.iloc[0]
    assert steep.union_all().centroid.distance(want.centroid) < 60
    counts, caveats = voids(grid, CGCS2000, around)
    assert counts["cells"] == pytest.approx(100, abs=5)
    assert [c.code for c in caveats if c.code == "elevation_absent" and c.count > 0.02 * around.area] == []


def test_heights_are_those_of_the_place():
    """Level ground before a wall: an edge that ends just before the wall meets none of it."""
    heights = np.tile(np.where(np.arange(20) < 10, 0.0, 100.0), (10, 1))
    (x1, y1), (x2, y2) = in_the_study(np.array([LEFT + 500, LEFT + 850]), np.array([TOP - 500, TOP - 500])).T
    network = replace(build_network(ways([[(1, x1, y1), (2, x2, y2)]]), areas(), EVERYWHERE), crs=CGCS2000)
    gradient = edge_gradient(network, cells_of_100_m(heights))
    assert network.edge_length_m == pytest.approx([350], abs=1)
    assert not gradient.unknown.any()
    assert np.abs(gradient.slope).max() < 1e-9
