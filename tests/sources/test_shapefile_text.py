"""Text of shapefiles as offices send them: without a .cpg, with a wrong one, cut at the width of the field."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources.dbf import dbf_encoding, recoded
from layers.sources.encoding import EncodingChoice
from layers.sources.vector import read_vector
from spatial.errors import LayerError

LAS_PALMAS = Path(__file__).resolve().parents[2] / "data/las-palmas"
MAINLAND = ["朝阳区", "海淀区望京街道", "东城区", "浦东新区", "徐汇区", "A区 12号楼"]
TAIWAN = ["中正區", "大同區", "松山區", "萬華區", "板橋區", "頭城鎮"]
SPAIN = ["Las Coloradas", "El Cardón", "Peñón Bermejo", "San Nicolás", "Ciñón", "Ñameras"]
CODECS = {
    "gb18030": ("GBK", MAINLAND),
    "big5": ("BIG5", TAIWAN),
    "latin-1": ("ISO-8859-1", SPAIN),
    "utf-8": ("UTF-8", MAINLAND),
}


def write(path, names, codec, *, cpg=None, language=0, column="name"):
    shapes = [box(n, 0, n + 1, 1) for n in range(len(names))]
    gpd.GeoDataFrame({column: names}, geometry=shapes, crs=4326).to_file(path, encoding=codec)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)


def codes(read):
    return [caveat.code for caveat in read.caveats]


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("said", ["nothing", "cpg", "declared"])
def test_names_come_out_byte_for_byte(tmp_path, name, said):
    codec, names = CODECS[name]
    write(tmp_path / "c.shp", names, codec, cpg=codec if said == "cpg" else None)
    read = read_vector(Origin(tmp_path / "c.shp", encoding=codec if said == "declared" else None), "communities")
    assert read.frame["name"].tolist() == names
    assert codes(read) == (["encoding_tried"] if said == "nothing" else [])


def test_the_names_of_columns_are_read_too_and_can_be_named(tmp_path):
    write(tmp_path / "c.shp", MAINLAND, "GBK", column="社区名称")
    read = read_vector(
        Origin(tmp_path / "c.shp", filter={"社区名称": ("朝阳区",)}), "communities", columns=["社区名称"]
    )
    assert read.frame["社区名称"].tolist() == ["朝阳区"]


def test_the_neighbourhoods_of_las_palmas_in_latin_1(tmp_path):
    places = gpd.read_parquet(LAS_PALMAS / "boundaries/neighbourhoods.parquet")[["label", "geometry"]]
    places.to_file(tmp_path / "c.shp", encoding="ISO-8859-1")
    (tmp_path / "c.cpg").unlink()
    read = read_vector(Origin(tmp_path / "c.shp"), "parents.neighbourhood")
    assert read.frame["label"].tolist() == places["label"].tolist()
    assert [(c.code, c.detail) for c in read.caveats] == [("encoding_tried", "latin-1")]


def test_a_wrong_cpg_is_overruled_by_the_bytes_and_told(tmp_path):
    """As QGIS writes it beside a table that it copied without looking."""
    write(tmp_path / "c.shp", MAINLAND, "GBK", cpg="UTF-8")
    read = read_vector(Origin(tmp_path / "c.shp"), "communities")
    assert read.frame["name"].tolist() == MAINLAND
    assert [(c.code, c.detail) for c in read.caveats] == [("encoding_overruled", "gb18030 ≠ utf-8")]


def test_the_default_cpg_and_language_byte_of_gdal_do_not_hide_chinese(tmp_path):
    write(tmp_path / "c.shp", MAINLAND, "GBK", cpg="ISO-8859-1", language=0x57)
    assert read_vector(Origin(tmp_path / "c.shp"), "communities").frame["name"].tolist() == MAINLAND


def test_the_language_byte_decides_where_nothing_else_does(tmp_path):
    write(tmp_path / "c.shp", ["耒阳"], "GBK", language=0x4D)
    assert dbf_encoding(tmp_path / "c.shp", None, "c").how == "language_byte"
    write(tmp_path / "d.shp", ["耒阳"], "GBK")
    with pytest.raises(LayerError, match="for sure"):
        dbf_encoding(tmp_path / "d.shp", None, "d")


def test_a_wrong_declaration_is_refused(tmp_path):
    write(tmp_path / "c.shp", MAINLAND, "GBK")
    for wrong in ("latin-1", "utf-8", "big5"):
        with pytest.raises(LayerError, match=r'communities \(c\.shp\).*write encoding = "gb18030"') as caught:
            read_vector(Origin(tmp_path / "c.shp", encoding=wrong), "communities")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "width"), [("gb18030", 7), ("big5", 5), ("utf-8", 10)])
def test_a_name_cut_in_the_middle_of_a_character_loses_that_half_only(tmp_path, name, width):
    """The field is narrower than its names, and was cut by bytes."""
    codec, names = CODECS[name]
    write(tmp_path / "c.shp", [n * 3 for n in names], codec)
    cut_field(tmp_path / "c.dbf", width)
    read = read_vector(Origin(tmp_path / "c.shp"), "communities")
    whole = [(n * 3).encode(codec)[:width] for n in names]
    assert read.frame["name"].tolist() == [text.decode(codec, "ignore") for text in whole]
    halves = sum(len(text.decode(codec, "ignore").encode(codec)) < width for text in whole)
    assert halves > 0
    assert [(c.code, c.count) for c in read.caveats if c.code == "text_cut"] == [("text_cut", halves)]


def cut_field(path, width):
    """A .dbf table with one text field, which is made narrower."""
    table = path.read_bytes()
    start, length = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    rows = [table[at : at + length] for at in range(start, len(table) - length + 1, length)]
    header = bytearray(table[:start])
    header[10:12] = (width + 1).to_bytes(2, "little")
    header[32 + 16] = width
    path.write_bytes(bytes(header) + b"".join(row[: width + 1] for row in rows) + b"\x1a")


def test_text_that_does_not_decode_is_refused_with_examples():
    frame = pd.DataFrame({"name": ["ok", "\xff\xff", "\xff"]})
    with pytest.raises(LayerError, match=r"1 texts are not gb18030 \(ff ff\)"):
        recoded(frame, EncodingChoice("gb18030", "cpg", "gb18030"), "c")


def test_a_frame_is_not_written_into():
    frame = pd.DataFrame({"n\xc3\xb3": ["Card\xc3\xb3n", None, "x"], "k": [1, 2, 3]})
    before = frame.copy()
    read, cut = recoded(frame, EncodingChoice("utf-8", "tried", "utf-8"), "c")
    assert read.columns.tolist() == ["nó", "k"]
    assert read["nó"].tolist()[0] == "Cardón"
    assert pd.isna(read["nó"].iloc[1])
    assert cut == 0
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("keep", [0, 10, 40, 70, 100])
def test_a_broken_table_is_no_riddle(tmp_path, keep):
    write(tmp_path / "c.shp", MAINLAND, "GBK")
    (tmp_path / "c.dbf").write_bytes((tmp_path / "c.dbf").read_bytes()[:keep])
    assert dbf_encoding(tmp_path / "c.shp", None, "c").how in ("ascii", "tried")
