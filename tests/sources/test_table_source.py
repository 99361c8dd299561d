"""Plain tables: real population figures, spreadsheets' exports, broken twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.origins import Origin
from layers.sources.files import said
from layers.sources.table import read_table
from spatial.errors import LayerError, SourceError

POPULATION = Path(__file__).resolve().parents[2] / "data/las-palmas/population/sections.parquet"


def test_the_real_population_is_read():
    read = read_table(Origin(POPULATION), "residents")
    table, counts = read.frame, read.counts
    assert counts == {"rows_read": 275, "rows_kept": 275}
    assert int(table["poblacion"].sum()) == 378_797


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_keeps_leading_zeros_and_empty_cells(tmp_path, separator):
    path = tmp_path / "p.csv"
    path.write_text(
        "\n".join(separator.join(row) for row in [("code", "n"), ("0011", "5"), ("0012", "")]), encoding="utf-8-sig"
    )
    table = read_table(Origin(path), "residents").frame
    assert table["code"].tolist() == ["0011", "0012"]
    assert table["n"].isna().tolist() == [False, True]


def test_the_encoding_of_a_chinese_export_is_found_and_told(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes("街道,人口\n望京街道,1200\n".encode("gb18030"))
    read = read_table(Origin(path), "residents")
    assert read.frame["街道"].tolist() == ["望京街道"]
    assert [(c.code, c.detail) for c in read.caveats] == [("encoding_tried", "gb18030")]
    table = read_table(Origin(path, encoding="gb18030"), "residents").frame
    assert table["街道"].tolist() == ["望京街道"]


def test_a_filter_keeps_one_year(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("code,year,n\na,2021,1\na,2022,2\n")
    read = read_table(Origin(path, filter={"year": (2022,)}), "residents")
    table, counts = read.frame, read.counts
    assert table["n"].tolist() == ["2"]
    assert counts == {"rows_read": 2, "rows_kept": 1, "rows_filtered": 1}
    with pytest.raises(LayerError, match="year holds: 2021, 2022"):
        read_table(Origin(path, filter={"year": (2020,)}), "residents")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("p.xls", b"PK", "save it as CSV"),
        ("p.xlsx", b"PK", "broken or incomplete"),
        ("p.parquet", b"PAR1 and nothing else", "broken or incomplete"),
        ("p.parquet", b"", "broken or incomplete"),
        ("p.csv", b"", "no readable CSV"),
        ("p.csv", b"a,b\n1,2\n1,2,3\n", "no readable CSV"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=expected) as caught:
        read_table(Origin(tmp_path / name), "residents")
    assert "\n" not in str(caught.value)


def test_a_truncated_parquet_is_told(tmp_path):
    path = tmp_path / "p.parquet"
    path.write_bytes(POPULATION.read_bytes()[:20_000])
    with pytest.raises(SourceError, match="residents"):
        read_table(Origin(path), "residents")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Short enough.", " (Short enough)"),
        ("One sentence ends here. " + "x" * 200, " (One sentence ends here)"),
        ("y" * 200, ""),
        ("", " (ValueError)"),
    ],
)
def test_what_a_library_says_is_never_cut_in_the_middle(text, quoted):
    assert said(ValueError(text)) == quoted
