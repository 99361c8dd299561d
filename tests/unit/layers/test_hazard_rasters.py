"""Rasters of hazards: from a file to classes on the ground, and what is unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Transformer
from scipy.ndimage import label
from shapely import Point, box

from layers.cache_codec import decoded, encoded
from layers.hazard_rasters import hazard_raster
from layers.hazard_scales import HazardScale, at_least, class_codes
from layers.municipal import Hazards
from layers.origins import Origin
from layers.sources.raster import read_hazard
from layers.sources.raster_place import window_around
from layers.types import HazardRole
from spatial.errors import LayerError, SourceError
from spatial.terrain import Grid

UTM = CRS("EPSG:32628")
X, Y = 440_000.0, 3_110_000.0
TOWN = box(X, Y, X + 40, Y + 30)
AROUND = box(X - 10, Y - 10, X + 50, Y + 40)
DEPTH = HazardScale("m", 0.01, {"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15)
CM = np.array([
    [0, 0, 0, 0, 0, 0],
    [0, 10, 10, 20, 0, 0],
    [0, 10, 20, 20, 0, 0],
    [0, 0, 0, np.nan, np.nan, 0],
    [0, 0, 0, 0, 0, 0],
])  # fmt: skip
"""Cells of 10 m over `AROUND`."""
CODES = np.array([[0, 1, 2, 2, 9, 0]] * 5, dtype=float)
PLACED = Affine(10, 0, X - 10, 0, -10, Y + 40)


def role(scale=DEPTH, path=None):
    return HazardRole(
        "pluvial",
        "waterlogging",
        "modelled",
        {},
        {},
        origin=None if path is None else Origin(path),
        scale=scale,
        return_period_yr=50,
    )


def made(values=CM, scale=DEPTH, transform=PLACED, crs=UTM):
    return hazard_raster(Grid(values, transform, crs), role(scale), UTM, AROUND, TOWN)


def test_each_class_is_one_row_with_the_ground_of_its_cells():
    frame = made().loaded.frame
    assert frame["hazard_class"].tolist() == ["wet", "over_15cm"]
    assert frame["intensity"].tolist() == [0, 0.15]
    assert frame.area.tolist() == pytest.approx([300, 300])
    assert (
        frame.geometry.iloc[1]
        .symmetric_difference(box(X + 20, Y + 20, X + 30, Y + 30).union(box(X + 10, Y + 10, X + 30, Y + 20)))
        .area
        < 1e-6
    )
    assert set(frame["return_period_yr"]) == {50.0}


def test_a_class_in_which_ways_begin_to_close_is_two_rows():
    frame = made(scale=replace(DEPTH, closes_at=0.05)).loaded.frame
    assert frame["hazard_class"].tolist() == ["wet", "over_15cm"]  # nothing of it lies below 5 cm
    assert frame["intensity"].tolist() == [0.05, 0.15]
    split = made(scale=replace(DEPTH, bands={"wet": 0.0}, closes_at=0.15)).loaded.frame
    assert split["hazard_class"].tolist() == ["wet", "wet"]
    assert split.area.tolist() == pytest.approx([300, 300])
    assert split[split["intensity"] >= 0.15].area.tolist() == pytest.approx([300])


def test_depths_that_nobody_means_are_told_of_rasters_too():
    deep = np.where(CM == 20, 12_000, CM)
    told = [c for c in made(deep, replace(DEPTH, closes_at=0.003)).loaded.caveats if c.code != "hazard_unknown"]
    assert [(c.code, c.count, c.detail) for c in told] == [("hazard_too_deep", 3, "120 m"), ("closes_at_strange", 1, "0.003 m")]
    assert "hazard_too_deep" not in {c.code for c in made(CM).loaded.caveats}


def test_outlines_of_a_rough_raster_are_those_of_its_patches_and_no_class_is_merged(monkeypatch):
    merged = []

    def watched(merge):
        def counted(first, *more, **options):
            merged.append(shapely.get_num_coordinates(np.asarray(first, dtype=object)).sum())
            return merge(first, *more, **options)

        return counted

    for name in ("union_all", "unary_union", "union", "coverage_union_all", "coverage_union", "make_valid"):
        monkeypatch.setattr(shapely, name, watched(getattr(shapely, name)))
    values = np.random.default_rng(1).gamma(0.5, 0.4, (400, 400)).astype("float32")
    values[:30, :200] = np.nan
    scale = HazardScale("m", 1.0, {"wet": 0.0, "deep": 0.15, "very": 0.5})
    found = made(values, scale, Affine(0.2, 0, X - 10, 0, -0.2, Y + 40))
    codes, frame = class_codes(values, scale)[:250, :300], found.loaded.frame  # 60 m by 50 m are all of `AROUND`
    assert frame.geometry.is_valid.all()
    assert max(merged) < shapely.get_num_coordinates(frame.geometry.to_numpy()).max()  # parts of one patch, no class
    assert frame.area.tolist() == pytest.approx([(codes == code).sum() * 0.04 for code in (1, 2, 3)])
    patches = [label(codes == code)[1] for code in (1, 2, 3)]
    assert shapely.get_num_geometries(frame.geometry.to_numpy()).tolist() == pytest.approx(patches, abs=20)  # the rim
    assert found.unknown.area == pytest.approx(30 * 200 * 0.04)


def test_ground_without_a_value_and_ground_beyond_are_one_where_they_meet():
    found = made(np.where(np.arange(4) == 3, np.nan, CM[:, :4]))
    assert found.unknown.geom_type == "Polygon"
    assert found.unknown.area == pytest.approx(30 * 50)


def test_numbers_are_held_in_metres():
    assert np.nanmax(made().grid.values) == pytest.approx(0.2)


def test_nodata_is_unknown_and_so_is_ground_beyond_the_raster():
    found = made()
    assert found.unknown.symmetric_difference(box(X + 20, Y, X + 40, Y + 10)).area < 1e-6
    assert found.loaded.counts == {"cells": 12, "cells_void": 2}
    assert [(c.code, c.count, c.unit) for c in found.loaded.caveats] == [("hazard_unknown", 2, "cells")]
    half = made(CM[:, :3])
    assert half.unknown.area == pytest.approx(50 * 30)
    assert [(c.code, c.count) for c in half.loaded.caveats] == [("hazard_absent", 600)]


def test_a_raster_without_hazard_exposes_nobody_and_leaves_nothing_unknown():
    found = made(np.zeros((5, 6)))
    assert found.loaded.frame.empty
    assert found.unknown is None
    assert [(c.code, c.count) for c in found.loaded.caveats] == [("hazard_none", 12)]


def test_nothing_known_nothing_there_and_nothing_near_are_three_things():
    def told(values):
        return [(c.code, c.count) for c in made(values, transform=wide).loaded.caveats]

    wide = PLACED @ Affine.translation(-2, -2)
    dry = np.zeros((9, 10))
    void, far = np.full((9, 10), np.nan), dry.copy()
    far[0, 0] = 20
    assert told(dry) == [("hazard_none", 12)]
    assert told(void) == [("hazard_all_unknown", 12)]
    assert told(far) == [("hazard_elsewhere", 1)]
    far[4, 4] = np.nan
    assert told(far) == [("hazard_unknown", 1), ("hazard_none", 11)]


def test_codes_are_classes_of_the_study():
    found = made(CODES, HazardScale(classes={"1": "low", "2": "high", "0": "no_hazard"}))
    frame = found.loaded.frame
    assert frame["hazard_class"].tolist() == ["low", "high"]
    assert frame.area.tolist() == pytest.approx([500, 1000])
    assert frame["intensity"].isna().all()


def test_codes_that_the_study_does_not_name_are_unknown_and_told():
    found = made(CODES, HazardScale(classes={"1": "low", "2": "high", "0": "no_hazard"}))
    assert np.isnan(found.grid.values).tolist() == [[False, False, False, False, True, False]] * 5
    assert found.unknown.symmetric_difference(box(X + 30, Y - 10, X + 40, Y + 40)).area < 1e-6
    assert found.loaded.counts == {"cells": 12, "cells_void": 0, "cells_unmapped": 3}
    told = [(c.code, c.count, c.detail) for c in found.loaded.caveats]
    assert told == [("hazard_unmapped", 3, "9")]
    nothing_said = made(CODES, HazardScale(classes={"1": "low", "2": "high"}))
    assert np.isnan(nothing_said.grid.values).sum() == 15
    with pytest.raises(LayerError, match=r"none of the values in the cells, which are '0', '1', '2', '9', so nobody"):
        made(CODES, HazardScale(classes={"3": "low"}))
    assert [c.code for c in made(CODES * np.nan, HazardScale(classes={"3": "low"})).loaded.caveats] == [
        "hazard_all_unknown"
    ]


def test_a_grid_in_degrees_stays_in_degrees_and_its_ground_lies_where_it_should():
    west, south, east, north = rasterio.warp.transform_bounds(UTM.to_wkt(), "EPSG:4326", *AROUND.bounds)
    fine = Affine((east - west) / 60, 0, west, 0, (south - north) / 60, north)
    found = made(np.full((60, 60), 30.0), transform=fine, crs=CRS("EPSG:4326"))
    assert found.grid.crs == CRS("EPSG:4326")
    assert found.loaded.frame.geometry.iloc[0].intersection(TOWN).area == pytest.approx(TOWN.area, rel=1e-9)


def test_a_long_side_in_degrees_bends_with_the_parallel():
    """One row of cells 0.6 degrees long: halfway the parallel runs 36 m off the straight line."""
    west, north = -15.9, 28.1
    row = Affine(0.01, 0, west, 0, -0.001, north)
    around = box(X - 40_000, Y - 20_000, X + 40_000, Y + 20_000)
    to_utm = Transformer.from_crs(4326, UTM, always_xy=True)
    deep = Grid(np.full((1, 60), 30.0), row, CRS("EPSG:4326"))
    ground = hazard_raster(deep, role(), UTM, around, TOWN).loaded.frame.geometry.iloc[0]
    top = [Point(*to_utm.transform(west + step * 0.01, north)) for step in range(1, 60)]
    assert max(ground.exterior.distance(corner) for corner in top) < 15


def test_negative_depths_are_refused_but_not_negative_degrees():
    with pytest.raises(LayerError, match=r"1 cells hold numbers such as -9999, below 0.*declare that value as nodata"):
        made(np.where(CM == 20, np.where(np.arange(6) == 2, -9999, 20), CM))
    assert made(np.full((5, 6), -3.0), HazardScale("degC", 1.0, {"hot": 30.0})).loaded.frame.empty


def write(path, values, **more):
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": UTM.to_wkt(),
        "transform": PLACED,
    }
    with rasterio.open(path, "w", **{**profile, **more}) as file:
        file.write(values, 1)
    return Origin(path)


def test_only_the_window_is_read_and_nodata_is_nan(tmp_path):
    origin = write(tmp_path / "d.tif", np.nan_to_num(CM, nan=-1).astype("float32"), nodata=-1)
    read = read_hazard(origin, "hazard.pluvial", TOWN.bounds, UTM)
    assert np.array_equal(read.values, CM, equal_nan=True)
    corner = read_hazard(origin, "hazard.pluvial", (X - 10, Y + 38, X - 9, Y + 39), UTM)
    assert corner.shape == (3, 3)


@pytest.mark.parametrize("kind", ["float32", "float64", "int16"])
@pytest.mark.parametrize("nodata", [-9999.0, 0.0, 0.1, float(np.finfo("float32").min), np.nan, None])
def test_what_has_no_value_is_what_gdal_says_has_none(tmp_path, kind, nodata):
    if kind == "int16":
        nodata = -9999 if nodata is not None else None
    number = np.dtype(kind).type(-9999 if nodata is None or np.isnan(nodata) else nodata)
    values = np.full((5, 6), number)
    if kind != "int16":
        other = number + abs(number) * 1e-4 + 1e-3 if abs(number) < 1e30 else 3.0  # GDAL's sums run over up there
        values[1], values[2], values[3] = np.nextafter(number, np.dtype(kind).type(np.inf)), other, np.nan
    values[4] = 7
    origin = write(tmp_path / "d.tif", values, nodata=nodata)
    with rasterio.open(origin.path) as file:
        theirs = np.ma.filled(file.read(1, masked=True).astype(np.result_type(kind, "float32")), np.nan)
    read = read_hazard(origin, "hazard.pluvial", TOWN.bounds, UTM)
    assert np.array_equal(read.values, theirs, equal_nan=True)
    assert read.values.dtype == theirs.dtype


@pytest.mark.parametrize(("unit", "number"), [(1.0, 0.7), (0.001, 700.0)])
def test_a_number_of_32_bits_at_a_limit_is_of_the_class_from_there_on_and_closes(tmp_path, unit, number):
    origin = write(tmp_path / "d.tif", np.full((5, 6), number, dtype="float32"))
    scale = HazardScale("m", unit, {"wet": 0.0, "deep": 0.7}, closes_at=0.7)
    read = read_hazard(origin, "hazard.pluvial", TOWN.bounds, UTM)
    found = hazard_raster(read, role(scale), UTM, AROUND, TOWN)
    assert found.loaded.frame["hazard_class"].tolist() == ["deep"]
    assert class_codes(found.grid.values, scale).tolist() == [[2] * 6] * 5
    assert at_least(found.grid.values, 0.7).all()


def test_as_many_cells_are_read_as_memory_holds_and_more_are_told(tmp_path):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": UTM.to_wkt(), "tiled": True,
               "transform": Affine(1, 0, 0, 0, -1, 13_000), "SPARSE_OK": True}  # fmt: skip
    with rasterio.open(tmp_path / "d.tif", "w", width=13_000, height=13_000, **profile):
        pass
    with rasterio.open(tmp_path / "d.tif") as file:
        assert window_around(file, (10, 10, 10_000, 10_000), UTM, UTM, "w").width > 9_990
        with pytest.raises(LayerError, match=r"span more than 150,000,000 of its cells.*larger cells"):
            window_around(file, (0, 0, 13_000, 13_000), UTM, UTM, "w")


def test_what_is_no_hazard_raster_is_told(tmp_path):
    with pytest.raises(LayerError, match=r"hazard.pluvial \(d.tif\): 1 cells hold an infinite number"):
        read_hazard(
            write(tmp_path / "d.tif", np.where(CM == 20, np.where(np.arange(6) == 2, np.inf, 1), 0)),
            "hazard.pluvial",
            TOWN.bounds,
            UTM,
        )
    with pytest.raises(LayerError, match=r"covers west \d+, south \d+, east \d+, north \d+ in .*UTM.* \(the communities: west .*\) and so nothing of"):
        read_hazard(write(tmp_path / "e.tif", CM), "hazard.pluvial", (0, 0, 1, 1), UTM)
    (tmp_path / "f.tif").write_bytes(b"II*\0broken")
    with pytest.raises(SourceError, match="copy it again"):
        read_hazard(Origin(tmp_path / "f.tif"), "hazard.pluvial", TOWN.bounds, UTM)


def test_hazards_survive_the_cache():
    found = made()
    kept = Hazards(found.loaded.frame, {"pluvial": found.grid, "other": replace(found.grid, values=CM)}, None)
    back = decoded(Hazards, encoded(kept))
    assert list(back.grids) == ["pluvial", "other"]
    assert np.array_equal(back.grids["other"].values, CM, equal_nan=True)
    assert (back.grids["pluvial"].transform, back.grids["pluvial"].crs) == (PLACED, UTM)
    assert decoded(Hazards, encoded(replace(kept, grids={}))).grids == {}


def test_a_raster_that_calls_nothing_dry_may_have_declared_dry_as_nodata():
    """Of 0 declared as nodata all dry ground becomes unknown; where a cell says that it is dry, nothing is amiss."""
    codes = lambda values: [caveat.code for caveat in made(values).loaded.caveats]  # noqa: E731
    assert "hazard_never_dry" in codes(np.where(CM == 20, CM, np.nan))
    assert "hazard_never_dry" not in codes(np.where(CM == 0, np.nan, CM)), "less than half is unknown"
    some = np.where(CM == 20, CM, np.nan)
    some[0, 0] = 0
    assert "hazard_never_dry" not in codes(some)
