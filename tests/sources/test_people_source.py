"""Rasters of residents, written for the test: windows, nodata, and what is no number of people (synthetic)."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from layers.origins import Origin
from layers.sources.raster import is_raster, read_people
from spatial.errors import LayerError, SourceError

UTM = CRS("EPSG:32628")
BOX = (1000.0, 1000.0, 1900.0, 1900.0)


@pytest.fixture
def write(tmp_path):
    def _write(values, *, nodata=None, name="people.tif"):
        path = tmp_path / name
        profile = {
            "driver": "GTiff", "count": 1, "width": values.shape[1], "height": values.shape[0], "dtype": values.dtype,
            "nodata": nodata, "crs": "EPSG:32628", "transform": Affine(100, 0, 0, 0, -100, 100 * values.shape[0]),
        }
        with rasterio.open(path, "w", **profile) as out:
            out.write(values, 1)
        return Origin(path)

    return _write


def test_only_the_window_is_read_and_nodata_is_unknown(write):
    values = np.arange(10_000, dtype="float32").reshape(100, 100)
    values[85, 15] = -200
    grid = read_people(write(values, nodata=-200), BOX, UTM)
    assert grid.shape == (13, 13), "nine cells, and two more on every side"
    assert int(np.isnan(grid.values).sum()) == 1
    row, col = int((grid.transform.f - 1450) / 100), int((1550 - grid.transform.c) / 100)
    assert np.isnan(grid.values[row, col])
    assert grid.values[row, col + 1] == values[85, 16]


def test_an_undeclared_nodata_value_is_no_number_of_people(write):
    values = np.ones((100, 100), dtype="float32")
    values[85, 15:17] = -99999
    with pytest.raises(LayerError, match="2 cells hold values such as -99999, which is no number of people"):
        read_people(write(values), BOX, UTM)
    values[85, 15:17] = np.inf
    with pytest.raises(LayerError, match="2 cells hold values such as inf"):
        read_people(write(values), BOX, UTM)


def test_whole_numbers_are_read_as_numbers(write):
    grid = read_people(write(np.full((100, 100), 7, dtype="uint16"), nodata=0), BOX, UTM)
    assert (grid.values == 7).all()


def test_another_ending_is_told(write):
    origin = write(np.ones((100, 100), dtype="float32"))
    with pytest.raises(SourceError, match=r"residents \(people\.jp2\): rasters are read from"):
        read_people(Origin(origin.path.with_suffix(".jp2")), BOX, UTM)
    assert is_raster(origin.path)
    assert not is_raster(origin.path.with_suffix(".parquet"))
