"""Rasters as offices have them: national, scaled, masked, turned, mosaics; and broken or hostile twins (synthetic)."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.windows import Window

from layers.origins import Origin
from layers.sources import raster
from layers.sources.files import file_input, parts
from layers.sources.raster import read_elevation, read_people
from spatial.errors import LayerError, LinliError, MissingCRS, SourceError

UTM = CRS("EPSG:32628")
BOX = (1000.0, 1000.0, 1900.0, 1900.0)
TILE = Path(__file__).resolve().parents[2] / "data/andorra/elevation/N42E001.hgt"


def write(path: Path, values, *, crs="EPSG:32628", transform=None, **profile) -> Origin:
    values = np.atleast_3d(np.asarray(values).T).T  # (bands, rows, columns)
    bands, rows, columns = values.shape
    profile = {"driver": "GTiff", "count": bands, "width": columns, "height": rows, "dtype": values.dtype, **profile}
    transform = Affine(100, 0, 0, 0, -100, 100 * rows) if transform is None else transform
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as out:
        out.write(values)
    return Origin(path)


def at(grid, x: float, y: float) -> float:
    step = ~grid.transform
    col, row = step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f
    return float(grid.values[int(np.floor(row)), int(np.floor(col))])


# --------------------------------------------------------------------------- what is read


class Counting:
    """A raster that counts the cells that are read of it."""

    def __init__(self, dataset, counts):
        self.dataset, self.counts = dataset, counts

    def __getattr__(self, name):
        return getattr(self.dataset, name)

    def read(self, *bands, **how):
        values = self.dataset.read(*bands, **how)
        self.counts.append(values.size)
        return values


def test_a_national_raster_costs_only_its_window(tmp_path, monkeypatch):
    """Ten thousand million cells, 80 GB unpacked, most of them absent from the file (synthetic)."""
    path, side = tmp_path / "synthetic-national.tif", 100_000
    profile = {
        "driver": "GTiff", "count": 1, "width": side, "height": side, "dtype": "float64", "tiled": True, "BIGTIFF": "YES",
        "SPARSE_OK": True, "compress": "deflate", "crs": "EPSG:32628", "transform": Affine(10, 0, 0, 0, -10, 10.0 * side),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        out.write(np.full((1, 90, 90), 3.5), window=Window(50_000, 50_000, 90, 90))
    cells, values = [], raster._values
    monkeypatch.setattr(raster, "_values", lambda dataset, window: values(Counting(dataset, cells), window))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    left, top = 500_000.0, 500_000.0
    grid = read_people(Origin(path), (left, top - 900, left + 900, top), UTM)
    assert grid.shape == (94, 94)
    assert np.nansum(grid.values) == 90 * 90 * 3.5
    assert cells == [94 * 94]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 200_000


@pytest.mark.parametrize("profile", [
    {"compress": "deflate", "predictor": 2, "tiled": True, "blockxsize": 16, "blockysize": 16},
    {"compress": "lzw", "BIGTIFF": "YES"},
    {"driver": "COG", "dtype": "uint16"},
])  # fmt: skip
def test_packed_and_tiled_files_read_alike(tmp_path, profile):
    values = np.arange(10_000, dtype="uint16").reshape(100, 100)
    plain = read_people(write(tmp_path / "plain.tif", values), BOX, UTM)
    packed = read_people(write(tmp_path / "packed.tif", values, **profile), BOX, UTM)
    np.testing.assert_array_equal(packed.values, plain.values)
    assert at(plain, 1050, 1950) == values[80, 10]


def test_an_ascii_grid_is_placed_by_its_prj(tmp_path):
    rows = "\n".join(" ".join(str(r * 30 + c) for c in range(30)) for r in range(30))
    head = "ncols 30\nnrows 30\nxllcorner 0\nyllcorner 0\ncellsize 100\nNODATA_value -9999\n"
    path = tmp_path / "people.asc"
    path.write_text(head + rows.replace(" 5 ", " -9999 ", 1))
    with pytest.raises(MissingCRS, match="declare it"):
        read_people(Origin(path), BOX, UTM)
    (tmp_path / "people.prj").write_text(UTM.to_wkt("WKT1_ESRI"))
    assert parts(path) == (path, tmp_path / "people.prj"), "whoever changes the .prj changes the layer"
    grid = read_people(Origin(path), (0, 0, 3000, 3000), UTM)
    assert grid.crs == UTM
    assert np.isnan(at(grid, 550, 2950))
    assert at(grid, 1250, 2950) == 12
    assert at(grid, 50, 50) == 29 * 30


def test_scale_and_offset_are_applied_after_nodata(tmp_path):
    values = np.full((100, 100), 250, dtype="int16")
    values[85, 15] = -1
    origin = write(tmp_path / "people.tif", values, nodata=-1)
    with rasterio.open(origin.path, "r+") as out:
        out.scales, out.offsets = (0.1,), (5.0,)
    grid = read_people(origin, BOX, UTM)
    assert np.isnan(at(grid, 1550, 1450))
    assert at(grid, 1650, 1450) == pytest.approx(30.0)


def test_masks_and_alpha_mean_no_value(tmp_path):
    values = np.full((100, 100), 7, dtype="uint8")
    seen = np.full((100, 100), 255, dtype="uint8")
    seen[85, 15] = 0
    beside = write(tmp_path / "masked.tif", values)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(beside.path, "r+") as out:
        out.write_mask(seen)
    assert np.isnan(at(read_people(beside, BOX, UTM), 1550, 1450))
    assert (tmp_path / "masked.tif.msk") in parts(beside.path)
    alpha = write(tmp_path / "alpha.tif", np.stack([values, seen]), ALPHA="YES")
    assert np.isnan(at(read_people(alpha, BOX, UTM), 1550, 1450))
    assert at(read_people(alpha, BOX, UTM), 1650, 1450) == 7


def test_nan_is_unknown_beside_a_declared_nodata_value(tmp_path):
    values = np.full((100, 100), 7, dtype="float32")
    values[85, 15], values[85, 16] = np.nan, -200
    grid = read_people(write(tmp_path / "people.tif", values, nodata=-200), BOX, UTM)
    assert int(np.isnan(grid.values).sum()) == 2


def test_several_undeclared_nodata_values_are_all_told(tmp_path):
    values = np.full((100, 100), 7, dtype="float32")
    values[85, 15], values[85, 16] = -1, -200
    with pytest.raises(LayerError, match="2 cells hold values such as -200, -1, which is no number of people"):
        read_people(write(tmp_path / "people.tif", values), BOX, UTM)


def test_large_whole_numbers_do_not_run_over(tmp_path):
    values = np.full((100, 100), 30_000, dtype="int16")
    grid = read_people(write(tmp_path / "people.tif", values), BOX, UTM)
    assert grid.values.sum() == 30_000 * grid.values.size


def test_a_turned_grid_is_read_where_it_lies(tmp_path):
    turn = Affine.translation(1000, 1000) @ Affine.rotation(30) @ Affine.scale(50, -50) @ Affine.translation(-40, -40)
    values = np.arange(6400, dtype="float32").reshape(80, 80)
    grid = read_people(write(tmp_path / "turned.tif", values, transform=turn), (900, 900, 1100, 1100), UTM)
    assert grid.values.size < 400, "only what lies around the box"
    inverse = ~turn
    for x, y in ((905.0, 905.0), (1000.0, 1090.0), (1095.0, 950.0)):
        col, row = inverse.a * x + inverse.b * y + inverse.c, inverse.d * x + inverse.e * y + inverse.f
        assert at(grid, x, y) == values[int(row), int(col)]


def test_rows_that_run_from_south_to_north_are_turned_over(tmp_path):
    values = np.arange(10_000, dtype="float32").reshape(100, 100)
    up = read_people(write(tmp_path / "up.tif", values[::-1], transform=Affine(100, 0, 0, 0, 100, 0)), BOX, UTM)
    down = read_people(write(tmp_path / "down.tif", values), BOX, UTM)
    np.testing.assert_array_equal(up.values, down.values)
    assert up.transform == down.transform


# --------------------------------------------------------------------------- what is refused


def test_swapped_axes_are_named(tmp_path):
    origin = write(
        tmp_path / "people.tif", np.ones((100, 100), "float32"), transform=Affine(100, 0, 1_000_000, 0, -100, 510_000)
    )
    with pytest.raises(LayerError, match="would cover the communities with x and y exchanged"):
        read_people(origin, (501_000.0, 1_001_000.0, 502_000.0, 1_002_000.0), UTM)


def test_a_place_that_the_crs_does_not_know_is_told(tmp_path):
    north = write(tmp_path / "people.tif", np.ones((9, 9), "float32"), crs="+proj=ortho +lat_0=90 +datum=WGS84")
    with pytest.raises(LayerError, match="has no coordinates for the communities"):
        read_people(north, (0.0, -80.0, 1.0, -79.9), CRS("EPSG:4326"))


def test_a_datum_whose_shift_is_not_published_is_refused(tmp_path):
    """Beijing 1954: everything would be off by some hundred metres, and nothing would tell."""
    old = write(
        tmp_path / "people.tif",
        np.ones((30, 30), "float32"),
        crs="EPSG:2433",
        transform=Affine(100, 0, 440_000, 0, -100, 4_420_000),
    )
    with pytest.raises(LayerError, match="how the datum Beijing 1954 lies to WGS 84 is not known here"):
        read_people(old, (440_000.0, 4_418_000.0, 442_000.0, 4_420_000.0), CRS("EPSG:4545"))


def test_control_points_are_no_grid(tmp_path):
    path = tmp_path / "scan.tif"
    corners = [rasterio.control.GroundControlPoint(r, c, c * 10.0, r * -10.0) for r in (0, 9) for c in (0, 9)]
    with rasterio.open(
        path, "w", driver="GTiff", count=1, width=9, height=9, dtype="uint8", gcps=corners, crs="EPSG:32628"
    ) as out:
        out.write(np.ones((1, 9, 9), "uint8"))
    with pytest.raises(LinliError, match=r"4 control points and no grid|declare it"):
        read_people(Origin(path), BOX, UTM)
    with pytest.raises(LayerError, match="4 control points and no grid"):
        read_people(Origin(path, crs="EPSG:32628"), BOX, UTM)


def test_complex_numbers_are_no_people(tmp_path):
    with pytest.raises(LayerError, match="no plain numbers"):
        read_people(write(tmp_path / "people.tif", np.ones((30, 30), "complex64")), BOX, UTM)


def test_a_block_too_large_to_unpack_is_refused_before_it_is(tmp_path, monkeypatch):
    origin = write(tmp_path / "people.tif", np.ones((100, 100), "float32"), tiled=True, blockxsize=128, blockysize=128)
    monkeypatch.setattr(raster, "_BLOCK_BYTES_LIMIT", 128 * 128 * 4 - 1)
    with pytest.raises(SourceError, match=r"blocks of 128 by 128 cells.*TILED=YES"):
        read_people(origin, BOX, UTM)
    monkeypatch.setattr(raster, "_BLOCK_BYTES_LIMIT", 128 * 128 * 4)
    assert read_people(origin, BOX, UTM).values.size == 169


# --------------------------------------------------------------------------- mosaics


def vrt(*sources: str, band: str = "", head: str = "") -> str:
    return (
        f'{head}<VRTDataset rasterXSize="100" rasterYSize="100"><SRS>EPSG:32628</SRS>'
        "<GeoTransform>0, 100, 0, 10000, 0, -100</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"{band}><NoDataValue>-1</NoDataValue>{"".join(sources)}</VRTRasterBand></VRTDataset>'
    )


def source(
    name: str, row: int, *, relative: int = 1, size: int = 50, more: str = "", kind: str = "SimpleSource"
) -> str:
    return (
        f'<{kind}><SourceFilename relativeToVRT="{relative}">{name}</SourceFilename><SourceBand>1</SourceBand>'
        f'<SrcRect xOff="0" yOff="0" xSize="100" ySize="50"/><DstRect xOff="0" yOff="{row}" xSize="100" ySize="{size}"/>{more}</{kind}>'
    )


@pytest.fixture
def mosaic(tmp_path):
    """North and south halves as files of their own, in a folder beside the VRT."""
    (tmp_path / "tiles").mkdir()
    values = np.arange(10_000, dtype="float32").reshape(100, 100)
    values[85, 15] = -1
    write(tmp_path / "tiles/north.tif", values[:50], transform=Affine(100, 0, 0, 0, -100, 10_000), nodata=-1)
    write(tmp_path / "tiles/south.tif", values[50:], transform=Affine(100, 0, 0, 0, -100, 5_000), nodata=-1)
    whole = write(tmp_path / "whole.tif", values, nodata=-1)

    def _write(text: str) -> Origin:
        (tmp_path / "people.vrt").write_text(text)
        return Origin(tmp_path / "people.vrt")

    return _write, whole


def test_a_mosaic_reads_like_the_whole(mosaic):
    write_vrt, whole = mosaic
    origin = write_vrt(vrt(source("tiles/north.tif", 0), source("tiles/south.tif", 50)))
    found, expected = (read_people(o, (1000, 4000, 1900, 6000), UTM) for o in (origin, whole))
    np.testing.assert_array_equal(found.values, expected.values)
    assert np.isnan(at(read_people(origin, BOX, UTM), 1550, 1450))
    assert found.transform == expected.transform
    assert [p.name for p in parts(origin.path)] == ["people.vrt", "north.tif", "south.tif"]
    before = file_input(origin.path).sha256
    write(
        origin.path.parent / "tiles/south.tif",
        np.ones((50, 100), "float32"),
        transform=Affine(100, 0, 0, 0, -100, 5_000),
    )
    assert file_input(origin.path).sha256 != before, "whoever changes a tile changes the layer"


OUTSIDE = "does not lie beside it"
LOOP = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "an absolute path": (vrt(source("/etc/passwd", 0)), OUTSIDE),
    "an absolute path that is there": (vrt(source("{folder}/whole.tif", 0, relative=0)), OUTSIDE),
    "a path that leads out": (vrt(source("../outside.tif", 0)), OUTSIDE),
    "a link that leads out": (vrt(source("link.tif", 0)), OUTSIDE),
    "a path from wherever it is run": (vrt(source("tiles/north.tif", 0, relative=0)), OUTSIDE),
    "a server": (vrt(source("http://127.0.0.1/x.tif", 0)), OUTSIDE),
    "a virtual file system": (vrt(source("/vsicurl/http://127.0.0.1/x.tif", 0)), OUTSIDE),
    "a relative virtual file system": (vrt(source("vsicurl/http:/127.0.0.1/x.tif", 0)), OUTSIDE),
    "another VRT": (vrt(source("people.vrt", 0)), "tiles are read from"),
    "a connection": (vrt(source("PG:host=127.0.0.1", 0)), OUTSIDE),
    "a missing tile": (vrt(source("tiles/east.tif", 0)), "no such file beside it"),
    "a VRT that is called .tif": (vrt(source("nested.tif", 0)), "broken or is not what its ending says"),
    "a VRT that is called .hgt": (vrt(source("N42E001.hgt", 0)), "does not begin with heights|broken"),
    "a pixel function": (vrt(source("tiles/north.tif", 0), "<PixelFunctionType>sum</PixelFunctionType>", band=' subClass="VRTDerivedRasterBand"'), "holds"),
    "a pixel function in Python": (vrt("<PixelFunctionCode>import os</PixelFunctionCode>", source("tiles/north.tif", 0)), "holds PixelFunctionCode"),
    "raw bytes": (vrt('<SourceFilename relativeToVRT="1">whole.tif</SourceFilename>', band=' subClass="VRTRawRasterBand"'), "VRTRawRasterBand"),
    "options": (vrt(source("tiles/north.tif", 0, more="<OpenOptions><OOI/></OpenOptions>")), "holds OpenOptions"),
    "a formula": (vrt(source("tiles/north.tif", 0, more="<LUT>0:1</LUT>", kind="ComplexSource")), "holds LUT"),
    "a warp": ('<VRTDataset rasterXSize="9" rasterYSize="9" subClass="VRTWarpedDataset"/>', "VRTWarpedDataset"),
    "cells of another size": (vrt(source("tiles/north.tif", 0, size=100)), "changes the size"),
    "entities": (vrt(source("tiles/north.tif", 0), head=LOOP), "declares a document type"),
    "no XML": ("<VRTDataset", "no VRT that can be read"),
    "something else": ("<GDAL_WMS><Service/></GDAL_WMS>", "is a GDAL_WMS"),
    "nothing": (vrt(), "names 0 tiles"),
}  # fmt: skip


def test_a_raster_that_keeps_its_cells_elsewhere_is_not_followed(tmp_path):
    """Large .img files name the file of their cells; that name can lead anywhere."""
    folder = tmp_path / "study"
    folder.mkdir()
    origin = write(folder / "people.img", np.full((100, 100), 7, "float32"), driver="HFA", USE_SPILL="YES")
    assert [p.name for p in parts(origin.path)] == ["people.ige", "people.img"]
    assert at(read_people(origin, BOX, UTM), 1550, 1450) == 7
    content = origin.path.read_bytes()
    assert content.count(b"people.ige") == 1
    origin.path.write_bytes(content.replace(b"people.ige", b"../bbb.ige"))
    (folder / "people.ige").rename(tmp_path / "bbb.ige")
    with pytest.raises(
        SourceError, match=r"takes a part from a file of another folder \(bbb\.ige\), which is not followed"
    ):
        read_people(origin, BOX, UTM)


def test_a_tile_that_keeps_its_cells_elsewhere_is_not_followed(mosaic):
    write_vrt, whole = mosaic
    folder = whole.path.parent / "tiles"
    tile = write(folder / "north.img", np.full((50, 100), 7, "float32"), driver="HFA", USE_SPILL="YES")
    text = vrt(source("tiles/north.img", 0))
    assert (read_people(write_vrt(text), (1000, 6000, 1900, 7000), UTM).values == 7).all()
    tile.path.write_bytes(tile.path.read_bytes().replace(b"north.ige", b"../bb.ige"))
    (folder / "north.ige").rename(folder.parent / "bb.ige")
    with pytest.raises(
        SourceError, match=r"its tile north\.img: takes a part from a file of another folder \(bb\.ige\)"
    ):
        read_people(write_vrt(text), (1000, 6000, 1900, 7000), UTM)


@pytest.mark.parametrize("nodata", ["", "<NoDataValue>0</NoDataValue><HideNoDataValue>1</HideNoDataValue>"])
def test_between_the_tiles_of_a_mosaic_nothing_is_known(mosaic, nodata):
    """GDAL gives 0 there where the mosaic declares no nodata: nobody, or the height of the sea."""
    write_vrt, _ = mosaic
    text = vrt(source("tiles/north.tif", 0), source("tiles/south.tif", 60))
    found = read_people(write_vrt(text.replace("<NoDataValue>-1</NoDataValue>", nodata)), (1000, 3500, 1900, 5500), UTM)
    heights = found.transform.f - 50 - 100 * np.arange(found.shape[0])
    assert np.isnan(found.values).all(axis=1).tolist() == ((heights > 4000) & (heights < 5000)).tolist()
    assert (~np.isnan(found.values[(heights > 5000) | (heights < 4000)])).all()


@pytest.mark.parametrize(("kind", "largest"), [("uint16", 65_535), ("int32", 2_147_483_647), ("uint8", 255)])
def test_the_largest_number_of_a_type_is_no_number_of_people(tmp_path, kind, largest):
    values = np.full((100, 100), 5, kind)
    values[85, 15] = largest
    with pytest.raises(LayerError, match=f"1 cells hold {largest}, the largest number that {kind} can hold"):
        read_people(write(tmp_path / "people.tif", values), BOX, UTM)
    assert np.isnan(at(read_people(write(tmp_path / "people.tif", values, nodata=largest), BOX, UTM), 1550, 1450))
    values[85, 15] = largest - 1
    assert at(read_people(write(tmp_path / "people.tif", values), BOX, UTM), 1550, 1450) == largest - 1


@pytest.mark.parametrize("case", HOSTILE)
def test_a_vrt_names_nothing_but_tiles_beside_it(mosaic, tmp_path_factory, case):
    write_vrt, whole = mosaic
    folder = whole.path.parent
    outside = tmp_path_factory.mktemp("outside") / "outside.tif"
    write(outside, np.ones((50, 100), "float32"))
    (folder / "link.tif").symlink_to(outside)
    (folder.parent / "outside.tif").unlink(missing_ok=True)
    (folder.parent / "outside.tif").symlink_to(outside)
    nested = vrt(source(str(outside), 0, relative=0))
    (folder / "nested.tif").write_text(nested)
    (folder / "N42E001.hgt").write_bytes(nested.encode().ljust(2 * 1201 * 1201))
    text, why = HOSTILE[case]
    before = sorted(folder.rglob("*"))
    origin = write_vrt(text.replace("{folder}", str(folder)))
    with pytest.raises(SourceError, match=why) as caught:
        read_people(origin, (0, 0, 9000, 9000), UTM)
    assert "\n" not in str(caught.value)
    assert sorted(folder.rglob("*")) == sorted({*before, origin.path}), "nothing is left behind"
    parts(origin.path)


def test_the_real_tile_in_a_mosaic_of_one(tmp_path):
    (tmp_path / TILE.name).write_bytes(TILE.read_bytes())
    with rasterio.open(TILE) as whole:
        step, side = whole.transform, whole.width
    (tmp_path / "dem.vrt").write_text(
        f'<VRTDataset rasterXSize="{side}" rasterYSize="{side}"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>{step.c!r}, {step.a!r}, 0, {step.f!r}, 0, {step.e!r}</GeoTransform>"
        '<VRTRasterBand dataType="Int16" band="1"><NoDataValue>-32768</NoDataValue><SimpleSource>'
        f'<SourceFilename relativeToVRT="1">{TILE.name}</SourceFilename><SourceBand>1</SourceBand>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    andorra = (371_000.0, 4_698_000.0, 402_000.0, 4_724_000.0)
    found, expected = (read_elevation(Origin(p), andorra, CRS("EPSG:25831")) for p in (tmp_path / "dem.vrt", TILE))
    np.testing.assert_array_equal(found.values, expected.values)
