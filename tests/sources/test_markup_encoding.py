"""XML that an office wrote in its own encoding."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from layers.origins import Origin
from layers.sources.raster_vrt import tiles
from layers.sources.table import read_table
from layers.sources.vector import read_vector
from spatial.errors import SourceError

KML = """<?xml version="1.0" encoding="{}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>{}</name><Point><coordinates>114,30</coordinates>
</Point></Placemark></Document></kml>"""


def written(folder: Path, stated: str, codec: str, name: str = "人民公园") -> Path:
    path = folder / "parks.kml"
    path.write_bytes(KML.format(stated, name).encode(codec))
    return path


@pytest.mark.parametrize(
    ("stated", "codec", "name"),
    [
        ("GBK", "gbk", "人民公园"),
        ("gb2312", "gbk", "龘园"),
        ("GB18030", "gb18030", "𠮷园"),
        ("Big5", "big5", "人民公園"),
        ("windows-1252", "cp1252", "Núñez €"),
        ("UTF-8", "utf-8", "人民公园"),
        ("UTF-16", "utf-16", "人民公园"),
        ("ISO-8859-1", "latin-1", "Núñez"),
    ],
)
def test_a_kml_is_read_in_the_encoding_that_it_names(tmp_path: Path, stated: str, codec: str, name: str) -> None:
    read = read_vector(Origin(written(tmp_path, stated, codec, name)), "public_space")
    assert read.frame["Name"].tolist() == [name]
    assert read.inputs[0].address == str(tmp_path / "parks.kml")


def test_a_character_that_two_pieces_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.sources.markup._CHUNK_BYTES", 7)
    assert read_vector(Origin(written(tmp_path, "GBK", "gbk")), "public_space").frame["Name"].tolist() == ["人民公园"]


@pytest.mark.parametrize(("stated", "codec", "said"), [
    ("GBK", "utf-8", "says that it is written in GBK, and is not"),
    ("rot13", "utf-8", "an encoding that nobody knows; save it as UTF-8"),
    ("hex", "utf-8", "an encoding that nobody knows; save it as UTF-8"),
])  # fmt: skip
def test_one_that_is_not_written_as_it_says(tmp_path: Path, stated: str, codec: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read_vector(Origin(written(tmp_path, stated, codec, "公园园")), "public_space")
    assert "\n" not in str(caught.value)


def test_a_document_type_in_gbk_is_refused_all_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "GBK", "gbk")
    path.write_bytes(path.read_bytes().replace(b"\n<kml", b'\n<!DOCTYPE kml [<!ENTITY a "b">]><kml'))
    with pytest.raises(SourceError, match="declares a document type"):
        read_vector(Origin(path), "public_space")


@pytest.mark.parametrize("stated", ["GBK", "nonsense-1"])
def test_a_workbook_and_a_virtual_raster_say_what_to_do(tmp_path: Path, stated: str) -> None:
    book, table = tmp_path / "t.xlsx", io.BytesIO()
    pd.DataFrame({"a": [1]}).to_excel(table, index=False)
    with zipfile.ZipFile(table) as old, zipfile.ZipFile(book, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/workbook.xml":
                content = f'<?xml version="1.0" encoding="{stated}"?>'.encode() + content.partition(b"?>")[2]
            new.writestr(info, content)
    with pytest.raises(SourceError) as caught:
        read_table(Origin(book), "residents")
    assert "encoding" in str(caught.value)
    vrt = tmp_path / "people.vrt"
    vrt.write_text(f'<?xml version="1.0" encoding="{stated}"?><VRTDataset/>')
    with pytest.raises(SourceError, match="encoding"):
        tiles(vrt, "people")
