"""Shares of cells beside fractions without any rounding (SYNTHETIC zones), and how far exactextract is from them."""

from __future__ import annotations

from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS
from shapely import Polygon

from spatial.zonal import Cells, coverage
from tests.zonal_matrix import matrix_of

UTM = CRS("EPSG:32628")
ROWS, COLUMNS = 9, 11
GRID = Cells(ROWS, COLUMNS, Affine(1, 0, 0, 0, -1, ROWS), UTM)
SIXTEENTHS = 16
"""Corners are whole sixteenths of a cell, which floats hold exactly: what differs is the clipping alone."""
EXACT, THIRTY_TWO_BITS = 1e-12, 2.0**-24

Corner = tuple[Fraction, Fraction]


def kept(ring: list[Corner], axis: int, limit: int, sign: int) -> list[Corner]:
    """What of a ring lies on one side of a line, after Sutherland and Hodgman (1974)."""
    found: list[Corner] = []
    for start, end in zip([ring[-1], *ring], ring, strict=False):
        before, after = sign * (start[axis] - limit), sign * (end[axis] - limit)
        if (before < 0) != (after < 0):
            along = before / (before - after)
            found.append((start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1])))
        if after >= 0:
            found.append(end)
    return found


def area(ring: list[Corner]) -> Fraction:
    twice = sum((a[0] * b[1] - b[0] * a[1] for a, b in zip([ring[-1], *ring], ring, strict=False)), Fraction(0))
    return abs(twice) / 2


def between(ring: list[Corner], axis: int, low: int) -> list[Corner]:
    """What of a ring lies in a band of one cell."""
    for limit, sign in ((low, 1), (low + 1, -1)):
        ring = kept(ring, axis, limit, sign) if ring else []
    return ring


def shares(ring: list[Corner]) -> np.ndarray:
    """Of all cells, rows from the north; written as floats at the very end."""
    rows = [between(ring, 1, south) for south in reversed(range(ROWS))]
    cells = [between(row, 0, column) for row in rows for column in range(COLUMNS)]
    return np.array([float(area(cell)) if cell else 0.0 for cell in cells])


def star(seed: int) -> list[Corner]:
    """A ring around a middle in or near the grid: it crosses cells in every way and reaches beyond the grid."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(5, 30)))
    reach, middle = rng.uniform(0.5, 1, len(angles)) * rng.uniform(0.4, 6), rng.uniform((0, 0), (COLUMNS, ROWS))
    corners = middle + reach[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return [(Fraction(int(x), SIXTEENTHS), Fraction(int(y), SIXTEENTHS)) for x, y in np.rint(corners * SIXTEENTHS)]


@pytest.fixture(scope="module")
def zones() -> list[tuple[Polygon, np.ndarray]]:
    """Valid stars, and the share of every cell in each."""
    found = []
    for seed in range(50):
        ring = star(seed)
        shape = Polygon([(float(x), float(y)) for x, y in ring])
        if shape.is_valid:
            found.append((shape, shares(ring)))
    assert len(found) > 30
    return found


def test_shares_of_cells_are_those_worked_out_in_fractions(zones):
    shapes = gpd.GeoSeries([shape for shape, _ in zones], crs=UTM)
    exact = np.array([of_cells for _, of_cells in zones])
    assert ((exact > 0) & (exact < 1)).sum() > 500
    assert np.abs(matrix_of(coverage(shapes, GRID)).toarray() - exact).max() < EXACT


def test_exactextract_is_off_by_the_32_bits_in_which_it_holds_shares(zones):
    frame = gpd.GeoDataFrame({"id": range(len(zones))}, geometry=[shape for shape, _ in zones], crs=UTM)
    source = NumPyRasterSource(np.ones((ROWS, COLUMNS)), 0, 0, COLUMNS, ROWS, srs_wkt=UTM.to_wkt())
    rows = exact_extract(source, frame, ["cell_id", "coverage"], output="pandas")
    apart = []
    for (_, exact), ids, covered in zip(zones, rows["cell_id"], rows["coverage"], strict=True):
        theirs = np.zeros(len(exact))
        theirs[ids] = covered
        apart.append(np.abs(theirs - exact).max())
    assert 1e-9 < max(apart) <= 2 * THIRTY_TWO_BITS
