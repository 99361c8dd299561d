"""CSV as it comes: separators, encodings, quotes that do not close, lines that do not fit, files that are no CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from layers.origins import Origin
from layers.sources.limits import Limits
from layers.sources.table import read_table
from spatial.errors import LayerError, SourceError


def saved(folder: Path, content: str | bytes, name: str = "p.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path: Path, expected: str, kind: type[Exception] = SourceError, **choices: str) -> str:
    with pytest.raises(kind, match=expected) as caught:
        read_table(Origin(path, **choices), "residents")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"residents ({path.name}): ")
    return message


def rows(folder: Path, content: str | bytes) -> list[dict[str, object]]:
    return read_table(Origin(saved(folder, content)), "residents").frame.to_dict("records")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_says_the_encoding(tmp_path, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + "街道\t人口\n望京街道\t1200\n".encode(encoding)
    assert rows(tmp_path, content) == [{"街道": "望京街道", "人口": "1200"}]


def test_windows_line_ends_and_quoted_lines_and_quotes(tmp_path):
    content = 'code;name\r\n0011;"El ""Puerto""; norte"\r\n0012;"two\r\nlines"\r\n\r\n'
    assert rows(tmp_path, content) == [
        {"code": "0011", "name": 'El "Puerto"; norte'},
        {"code": "0012", "name": "two\r\nlines"},
    ]


def test_excels_own_separator_line_is_followed(tmp_path):
    assert rows(tmp_path, "sep=;\na,x;n\n1;2\n") == [{"a,x": "1", "n": "2"}]


def test_a_separator_inside_quotes_of_the_header_does_not_count(tmp_path):
    assert rows(tmp_path, '"a,b,c,d";n\n1;2\n') == [{"a,b,c,d": "1", "n": "2"}]


def test_columns_are_trimmed_and_their_text_is_kept(tmp_path):
    assert rows(tmp_path, "\n code ,población total,n\n0011,Ñandú ,3\n") == [
        {"code": "0011", "población total": "Ñandú ", "n": "3"}
    ]


def test_row_numbers_without_a_name_are_left_out(tmp_path):
    frame = read_table(Origin(saved(tmp_path, ",code,n\n0,a,1\n1,b,2\n")), "residents").frame
    assert list(frame.columns) == ["code", "n"]


def test_empty_cells_at_the_end_may_be_left_out_or_be_too_many(tmp_path):
    frame = read_table(Origin(saved(tmp_path, "a,b,c\n1,2\n1,2,3,,\n")), "residents").frame
    assert frame["c"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n1,2,3\n", "line 3 has 3 cells where line 1 names 2 columns"),
        (
            "Residents of the city\n\ncode,n\na,1\n",
            "line 3 has . cells where line 1 names 1 columns; delete titles|names 1",
        ),
        ('a,b\n1,"2\n3,4\n', "does not add up .*every one that opens has to close"),
        ('a,b\n1,"2"x\n', "line 2 does not add up"),
        ("", "it is empty"),
        ("\n\n\n", "it is empty"),
        (b"a,b\n1,\x002\n", "line 2 holds NUL characters"),
        (b"PK\x03\x04rest", "is no CSV although it is named so, but a spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PAR1", "rename it to .parquet"),
    ],
)
def test_what_is_no_table_says_why(tmp_path, content, expected):
    refused(saved(tmp_path, content), expected)


def test_names_that_stand_twice_and_columns_without_name_are_told(tmp_path):
    refused(saved(tmp_path, "a,n,n\n1,2,3\n"), "column names stand more than once \\('n'\\)", LayerError)
    message = refused(saved(tmp_path, "a,,c\n1,2,3\n"), "1 of 3 columns with values have no name there", LayerError)
    assert "column 2" in message


def test_a_declared_encoding_that_the_bytes_contradict_is_told(tmp_path):
    path = saved(tmp_path, "街道,人口\n望京街道,1200\n朝阳门街道,900\n".encode("gb18030"))
    refused(path, "utf-8", LayerError, encoding="utf-8")
    assert read_table(Origin(path, encoding="gbk"), "residents").caveats == ()


def test_a_bad_byte_far_down_is_told(tmp_path):
    """Synthetic: plain text for longer than is looked at beforehand, then a letter in another encoding."""
    content = "name,n\n" + "Ñandú,1\n" * 30_000 + "x,1\n" * 10_000
    path = saved(tmp_path, content.encode() + "Peñón,1\n".encode("latin-1"))
    with pytest.raises(LayerError) as caught:
        read_table(Origin(path, encoding="utf-8"), "residents")
    assert "\n" not in str(caught.value)
    assert "utf-8" in str(caught.value)


def test_a_cell_may_be_as_long_as_a_border_and_the_librarys_limit_is_put_back(tmp_path):
    usual = csv.field_size_limit()
    path = saved(tmp_path, f"a,shape\n1,{'9' * 1_000_000}\n")
    read = read_table(Origin(path), "residents", limits=Limits(text_characters=2_000_000))
    assert read.frame["shape"].str.len().tolist() == [1_000_000]
    assert read_table(Origin(path), "residents").counts["texts_cut"] == 1
    assert csv.field_size_limit() == usual


def test_an_endless_line_is_told(tmp_path):
    refused(saved(tmp_path, "a,b\n1," + "9" * 8_000_001), "line 2 is longer than 8,000,000 characters")


def test_several_files_are_one_table(tmp_path):
    first, second = saved(tmp_path, "code,n\n01,1\n", "a.csv"), saved(tmp_path, "n;code;x\n2;02;y\n", "b.csv")
    read = read_table(Origin(first, more=(second,)), "residents")
    assert read.frame.to_dict("list") == {"code": ["01", "02"], "n": ["1", "2"]}
    assert dict(read.counts) == {"rows_read": 2, "rows_kept": 2, "columns_not_common": 1}
    assert [Path(i.address).name for i in read.inputs] == ["a.csv", "b.csv"]
    with pytest.raises(LayerError, match=r"residents \(b.csv\): there is no column 'z'|residents \(a.csv\)"):
        read_table(Origin(first, more=(second,)), "residents", columns=["z"])


def test_only_the_columns_asked_for_are_kept(tmp_path):
    path = saved(tmp_path, "code,n,note\n01,1,x\n02,2,y\n")
    read = read_table(Origin(path, filter={"note": ("y",)}), "residents", columns=["code"])
    assert sorted(read.frame.columns) == ["code", "note"]
    assert read.frame["code"].tolist() == ["02"]


def test_too_many_rows_are_told(tmp_path):
    path = saved(tmp_path, "a\n" + "1\n" * 100)
    with pytest.raises(LayerError, match="more than 99 rows would be kept"):
        read_table(Origin(path), "residents", limits=Limits(rows_kept=99))


def test_a_table_larger_than_a_batch_is_as_pandas_reads_it(tmp_path):
    content = "code,name\n" + "".join(f"{n:05d},unit {n}\n" for n in range(40_000))
    frame = read_table(Origin(saved(tmp_path, content)), "residents").frame
    pd.testing.assert_frame_equal(frame, pd.read_csv(io.StringIO(content), dtype=str))
