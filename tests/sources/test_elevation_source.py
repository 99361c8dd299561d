"""Elevation models: the real tile over Andorra, and broken or unsuitable twins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from layers.origins import Origin
from layers.sources.raster import read_elevation
from spatial.errors import LayerError, MissingCRS, SourceError

TILE = Path(__file__).resolve().parents[2] / "data/andorra/elevation/N42E001.hgt"
UTM = CRS("EPSG:25831")
ANDORRA = (371_000.0, 4_698_000.0, 402_000.0, 4_724_000.0)


@pytest.fixture
def write(tmp_path):
    def _write(values, *, crs="EPSG:25831", nodata=None, name="z.tif", count=1):
        values = np.asarray(values)
        path = tmp_path / name
        profile = {
            "driver": "GTiff",
            "width": values.shape[1],
            "height": values.shape[0],
            "count": count,
            "dtype": values.dtype,
            "nodata": nodata,
        }
        with rasterio.open(path, "w", crs=crs, transform=Affine(100, 0, 371_000, 0, -100, 4_724_000), **profile) as out:
            for band in range(1, count + 1):
                out.write(values, band)
        return Origin(path)

    return _write


def test_the_real_tile_is_read_in_a_window_with_its_voids():
    grid = read_elevation(Origin(TILE), ANDORRA, UTM)
    assert grid.values.shape[0] < 400
    assert grid.values.shape[1] < 600
    assert grid.crs == CRS("EPSG:4326")
    assert 300 < int(np.isnan(grid.values).sum()) < 500
    assert np.nanmin(grid.values) > 500
    assert np.nanmax(grid.values) < 3000


def test_the_window_lies_where_it_should():
    """Coma Pedrosa, the highest summit (2,942 m), at 1.4436 east, 42.5919 north."""
    grid = read_elevation(Origin(TILE), ANDORRA, UTM)
    col = int((1.4436 - grid.transform.c) / grid.transform.a)
    row = int((42.5919 - grid.transform.f) / grid.transform.e)
    assert np.nanmax(grid.values[row - 4 : row + 5, col - 4 : col + 5]) == pytest.approx(2942, abs=60)


def test_the_window_of_a_part_equals_that_part_of_the_whole():
    whole = read_elevation(Origin(TILE), ANDORRA, UTM)
    part = read_elevation(Origin(TILE), (380_000.0, 4_705_000.0, 385_000.0, 4_710_000.0), UTM)
    col = round((part.transform.c - whole.transform.c) / whole.transform.a)
    row = round((part.transform.f - whole.transform.f) / whole.transform.e)
    rows, cols = part.values.shape
    np.testing.assert_array_equal(whole.values[row : row + rows, col : col + cols], part.values)


def test_nodata_becomes_unknown(write):
    values = np.full((20, 20), 1000, dtype="int16")
    values[3, 3] = -9999
    grid = read_elevation(write(values, nodata=-9999), (371_000, 4_722_000, 373_000, 4_724_000), UTM)
    assert int(np.isnan(grid.values).sum()) == 1


def test_undeclared_nodata_is_noticed(write):
    values = np.full((20, 20), 1000, dtype="int16")
    values[3, 3] = -9999
    with pytest.raises(LayerError, match="-9999, which is no height"):
        read_elevation(write(values), (371_000, 4_722_000, 373_000, 4_724_000), UTM)


def test_a_raster_elsewhere_is_told(write):
    with pytest.raises(LayerError, match="nothing of the communities"):
        read_elevation(write(np.zeros((20, 20), dtype="float32")), (500_000, 4_600_000, 501_000, 4_601_000), UTM)


def test_several_bands_are_told(write):
    with pytest.raises(LayerError, match="3 bands"):
        read_elevation(write(np.zeros((20, 20), dtype="uint8"), count=3), ANDORRA, UTM)


def test_a_raster_without_crs_is_refused_until_it_is_declared(write):
    origin = write(np.zeros((20, 20), dtype="float32"), crs=None)
    with pytest.raises(MissingCRS, match="declare it"):
        read_elevation(origin, ANDORRA, UTM)
    assert read_elevation(Origin(origin.path, crs="EPSG:25831"), ANDORRA, UTM).values.shape == (20, 20)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("z.tif", b""),
        ("z.tif", b"II*\x00 and nothing else"),
        (
            "z.tif",
            b"<VRTDataset rasterXSize='1' rasterYSize='1'><SourceFilename>/vsicurl/http://x</SourceFilename></VRTDataset>",
        ),
        ("z.vrt", b"<VRTDataset/>"),
        ("N42E001.hgt", b"short"),
    ],
)
def test_what_is_no_elevation_model_is_one_clear_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match="elevation") as caught:
        read_elevation(Origin(tmp_path / name), ANDORRA, UTM)
    assert "\n" not in str(caught.value)


def test_a_truncated_tif_is_told(write):
    origin = write(np.random.default_rng(1).uniform(0, 100, (200, 200)).astype("float32"))
    content = origin.path.read_bytes()
    origin.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="elevation"):
        read_elevation(origin, ANDORRA, UTM)
