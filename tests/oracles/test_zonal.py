"""Shares of cells beside exact intersections and beside exactextract, which keeps each share in 32 bits."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from layers.hazard_scales import HazardScale, class_ranges
from spatial.zonal import Cells, coverage, range_shares
from tests.zonal_matrix import matrix_of, sums_of

UTM = CRS("EPSG:32628")
FLOAT32 = 2.0**-24
"""Half of the last place of a share near 1 in 32 bits."""


def grid_of(rows: int, columns: int, cell_m: float = 10.0, turned_deg: float = 0.0) -> Cells:
    cos, sin = np.cos(np.radians(turned_deg)) * cell_m, np.sin(np.radians(turned_deg)) * cell_m
    return Cells(rows, columns, Affine(cos, sin, 440_000, sin, -cos, 3_110_000), UTM)


def in_grid(cells: Cells, shapes):
    """Shapes given in columns and rows, on the ground."""
    a, b, c, d, e, f = tuple(cells.transform)[:6]

    def placed(points):
        x, y = points[:, 0], points[:, 1]
        return np.column_stack([a * x + b * y + c, d * x + e * y + f])

    return gpd.GeoSeries(list(shapely.transform(np.asarray(shapes), placed)), crs=UTM)


def bounds_of(cells: Cells):
    return tuple(in_grid(cells, [shapely.box(0, 0, cells.columns, cells.rows)]).total_bounds)


def by_intersection(zones, cells: Cells):
    """Every cell cut with every zone."""
    rows, columns = np.divmod(np.arange(cells.rows * cells.columns), cells.columns)
    boxes = np.asarray(in_grid(cells, shapely.box(columns, rows, columns + 1, rows + 1)))
    cut = shapely.intersection(np.asarray(zones)[:, None], boxes[None, :])
    return shapely.area(cut) / shapely.area(boxes)


def star(rng, centre, radius: float):
    """A star-shaped polygon with a hole, which crosses cells in every way."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 40)))
    reach = rng.uniform(0.4, 1, len(angle)) * radius
    shape = shapely.Polygon(np.column_stack([centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle)]))
    return shapely.make_valid(shape) - shapely.Point(centre).buffer(radius / 5)


def stars(seed: int, count: int, rows: int, columns: int):
    rng = np.random.default_rng(seed)
    made = [star(rng, rng.uniform((-3, -3), (columns + 3, rows + 3)), rng.uniform(0.05, 9)) for _ in range(count)]
    return np.array([s for s in made if s.geom_type in ("Polygon", "MultiPolygon")], dtype=object)


@pytest.mark.parametrize("turned_deg", [0.0, 17.0])
def test_every_share_is_that_of_the_exact_intersection(turned_deg):
    cells = grid_of(13, 17, turned_deg=turned_deg)
    zones = in_grid(cells, stars(7, 60, 13, 17))
    found = matrix_of(coverage(zones, cells)).toarray()
    assert np.abs(found - by_intersection(zones, cells)).max() < 1e-9


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-2, 9), st.integers(-2, 9)), min_size=3, max_size=8, unique=True),
    st.sampled_from([1.0, 0.5, 0.25]),
)
def test_corners_on_corners_of_cells_and_edges_along_them(corners, scale):
    cells = grid_of(6, 6)
    shape = shapely.make_valid(shapely.Polygon(np.array(corners) * scale))
    areal = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    zones = in_grid(cells, np.array([shapely.union_all(areal)], dtype=object))
    found = matrix_of(coverage(zones, cells)).toarray()
    assert np.abs(found - by_intersection(zones, cells)).max(initial=0) < 1e-9


def test_cells_and_sums_are_those_of_exactextract():
    cells = grid_of(200, 240)
    zones = in_grid(cells, stars(3, 150, 200, 240))
    values = np.random.default_rng(0).random((200, 240))
    values[np.random.default_rng(1).random(values.shape) < 0.1] = np.nan
    bounds = bounds_of(cells)
    source = NumPyRasterSource(values, *bounds, nodata=np.nan, srs_wkt=UTM.to_wkt())
    frame = gpd.GeoDataFrame({"id": range(len(zones))}, geometry=zones)
    theirs = exact_extract(source, frame, ["sum", "count"], output="pandas")
    everywhere = NumPyRasterSource(np.ones(values.shape), *bounds, srs_wkt=UTM.to_wkt())
    by_cell = exact_extract(everywhere, frame, ["cell_id", "coverage"], output="pandas")
    found = coverage(zones, cells)
    matrix, ours = matrix_of(found), sums_of(found, values)
    for zone, (ids, share) in enumerate(zip(by_cell["cell_id"], by_cell["coverage"], strict=True)):
        row = np.zeros(values.size)
        row[ids] = share
        assert np.abs(matrix[[zone]].toarray()[0] - row).max() <= FLOAT32
    border = np.diff(found.firsts[0])  # every share on the border may be off by its last place, and no other
    assert (np.abs(ours.known - theirs["count"].to_numpy()) <= FLOAT32 * border).all()
    assert (np.abs(ours.total - theirs["sum"].fillna(0).to_numpy()) <= FLOAT32 * border).all()
    large = found.size > 1000
    assert large.any() or found.size.max() > 100


def test_sums_of_large_zones_are_those_of_exactextract_to_1e_9():
    cells, (quarters, values) = grid_of(900, 900), (_quarters(900), np.random.default_rng(5).random((900, 900)))
    bounds = bounds_of(cells)
    frame = gpd.GeoDataFrame({"id": range(len(quarters))}, geometry=in_grid(cells, quarters))
    theirs = exact_extract(NumPyRasterSource(values, *bounds, srs_wkt=UTM.to_wkt()), frame, ["sum"], output="pandas")
    ours = sums_of(coverage(frame.geometry, cells), values).total
    assert ours == pytest.approx(theirs["sum"].to_numpy(), rel=1e-9)


def _quarters(size: float):
    at = np.random.default_rng(2).random((25, 2)) * size
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(at), extend_to=shapely.box(0, 0, size, size))
    )
    return shapely.intersection(cells, shapely.box(0, 0, size, size))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 40))
def test_zones_that_tile_the_grid_hand_out_every_cell_once(seed, count):
    rng = np.random.default_rng(seed)
    cells, whole = grid_of(23, 19), shapely.box(0, 0, 19, 23)
    tiles = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(rng.random((count, 2)) * [19, 23]), extend_to=whole)
    )
    zones = in_grid(cells, shapely.intersection(tiles, whole))
    found, values = coverage(zones, cells), rng.random((23, 19))
    assert np.abs(matrix_of(found).sum(axis=0) - 1).max() < 1e-9
    assert sums_of(found, values).total.sum() == pytest.approx(values.sum(), rel=1e-9)
    codes, stated = rng.choice([0, 1, 2, 3, np.nan], (23, 19)), np.arange(4.0)
    by_class = (range_shares(found, codes, stated, stated)[0] * found.size[:, None]).sum(axis=0)
    assert by_class == pytest.approx([(codes == code).sum() for code in stated], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_ranges_of_values_are_the_classes_of_every_cell(kind):
    cells, rng = grid_of(60, 70), np.random.default_rng(4)
    found = coverage(in_grid(cells, stars(9, 80, 60, 70)), cells)
    scale = HazardScale("m", bands={"wet": 0.0, "deep": 0.7, "very": 1.5})
    values = rng.choice([0.0, 0.1, 0.7, 1.4999, 1.5, 3.0, np.nan], (60, 70)).astype(kind)
    low, high, _ = class_ranges(scale, values.dtype)
    by_range, known = range_shares(found, values, low, high)
    codes = np.select([values >= np.dtype(kind).type(limit) for limit in (1.5, 0.7)], [3, 2], values > 0)
    matrix, size = matrix_of(found), found.size
    for code in (1, 2, 3):
        expected = matrix @ (codes == code).ravel().astype(float) / size
        assert by_range[:, code - 1] == pytest.approx(expected, abs=1e-12)
    assert known == pytest.approx(matrix @ (~np.isnan(values)).ravel().astype(float) / size, abs=1e-12)
