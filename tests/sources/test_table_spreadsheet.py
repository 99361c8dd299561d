"""Workbooks as offices send them: titles, several sheets, formulas, codes with zeros; and files that are traps."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from layers.names import clean_ids
from layers.origins import Origin
from layers.sources import spreadsheet
from layers.sources.limits import Limits
from layers.sources.table import read_table
from spatial.errors import LayerError, SourceError


def book(path: Path, *sheets: list[list[object]], change: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Hoja{number + 1}")
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(made)
    made.save(path)
    return path


def repacked(path: Path, change: dict[str, Callable[[bytes], bytes]]) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, change.get(name, lambda c: c)(content))
    return path


def refused(path: Path, expected: str, kind: type[Exception] = SourceError, **choices: str) -> str:
    with pytest.raises(kind, match=expected) as caught:
        read_table(Origin(path, **choices), "residents")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"residents ({path.name}): ")
    return message


def test_values_keep_their_kind(tmp_path):
    rows = [
        ["code", "name", "n", "share", "open", "since", "mixed"],
        ["0011", "望京", 5, 0.25, True, date(2020, 1, 2), "a"],
        ["0012", None, None, 3, False, date(2021, 1, 2), 35016.0],
    ]
    frame = read_table(Origin(book(tmp_path / "t.xlsx", rows)), "residents").frame
    assert frame["code"].tolist() == ["0011", "0012"]
    assert frame["name"].isna().tolist() == [False, True]
    assert frame["n"].tolist()[0] == 5
    assert frame["share"].tolist() == [0.25, 3.0]
    assert frame["open"].tolist() == [True, False]
    assert frame["since"].dt.year.tolist() == [2020, 2021]
    assert frame["mixed"].tolist() == ["a", "35016"]


def test_numbers_typed_as_codes_join_text(tmp_path):
    """35016.0 in one file is '35016' in another; a number shown as 00123 is the code 00123."""
    rows = [["plain", "padded"], [35016.0, 123], [35017, 7]]

    def pad(made: openpyxl.Workbook) -> None:
        for line in (2, 3):
            made.worksheets[0].cell(line, 2).number_format = "00000"

    frame = read_table(Origin(book(tmp_path / "t.xlsx", rows, change=pad)), "residents").frame
    assert clean_ids(frame["plain"]).tolist() == ["35016", "35017"]
    assert frame["padded"].tolist() == ["00123", "00007"]


def test_blank_rows_above_and_between_are_passed_over(tmp_path):
    rows = [[], [None, " "], ["code", "n"], ["a", 1], [], ["b", 2], [None, None]]
    read = read_table(Origin(book(tmp_path / "t.xlsx", rows)), "residents")
    assert read.frame.to_dict("list") == {"code": ["a", "b"], "n": [1, 2]}
    assert dict(read.counts) == {"rows_read": 2, "rows_kept": 2}


def test_a_title_above_the_header_says_what_to_do(tmp_path):
    rows = [["Residents of the city, 2022", None, None], [], ["code", "name", "n"], ["a", "x", 1]]

    def merge(made: openpyxl.Workbook) -> None:
        made.worksheets[0].merge_cells("A1:C1")

    path = book(tmp_path / "t.xlsx", rows, change=merge)
    message = refused(path, "line 1, the first with text, must name the columns, but 2 of 3 columns", LayerError)
    assert "delete titles above the table" in message


def test_a_header_of_two_lines_is_told(tmp_path):
    rows = [["code", "residents", None], [None, "men", "women"], ["a", 1, 2]]
    path = book(tmp_path / "t.xlsx", rows, change=lambda made: made.worksheets[0].merge_cells("B1:C1"))
    assert "without merged cells" in refused(path, "1 of 3 columns", LayerError)


def test_several_sheets_ask_for_a_choice(tmp_path):
    path = book(tmp_path / "t.xlsx", [["a"], [1]], [["a"], [2]], [])
    refused(path, "holds 2 sheets and the study names none; .*'Hoja1', 'Hoja2'", LayerError)
    refused(path, "there is no sheet 'Hoja9'; it holds: 'Hoja1', 'Hoja2', 'Hoja3'", LayerError, layer="Hoja9")
    assert read_table(Origin(path, layer="Hoja2"), "residents").frame["a"].tolist() == [2]


def test_the_one_sheet_that_holds_something_needs_no_choice(tmp_path):
    path = book(tmp_path / "t.xlsx", [], [["a"], [2]])
    assert read_table(Origin(path), "residents").frame["a"].tolist() == [2]
    refused(book(tmp_path / "e.xlsx", [], []), "are empty", LayerError)


def test_formulas_are_read_as_stored_and_never_computed(tmp_path):
    path = book(tmp_path / "t.xlsx", [["code", "n"], ["a", "=1+1"], ["b", "=2+2"]])
    message = refused(path, "2 cells hold formulas whose value is not stored", LayerError)
    assert "(B2, B3)" in message

    def store(xml: bytes) -> bytes:
        # As Excel saves it, with a value that no computing would give.
        return xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>77</v>").replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>77</v>").replace(
            b"<f>2+2</f><v />", b"<f>2+2</f><v>78</v>").replace(b"<f>2+2</f><v></v>", b"<f>2+2</f><v>78</v>")  # fmt: skip

    stored = repacked(path, {"xl/worksheets/sheet1.xml": store})
    assert read_table(Origin(stored), "residents").frame["n"].tolist() == [77, 78]


def test_errors_in_cells_stay_to_be_seen(tmp_path):
    path = book(tmp_path / "t.xlsx", [["code", "n"], ["a", "#N/A"], ["b", 2]])
    assert read_table(Origin(path), "residents").frame["n"].tolist() == ["#N/A", "2"]


# --------------------------------------------------------------------------- traps

BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(tmp_path, part):
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    head = lambda xml: BOMB + xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else BOMB + xml  # noqa: E731
    refused(repacked(path, {part: head}), "declares a document type")


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    """Synthetic: 100 MB of blanks in one part."""
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    refused(
        repacked(
            path,
            {
                "xl/sharedStrings.xml": lambda c: c + b" " * 100_000_000,
                "xl/styles.xml": lambda c: c + b" " * 100_000_000,
            },
        ),
        "as a trap does",
    )


def test_a_sheet_that_claims_more_rows_than_there_can_be_is_refused(tmp_path):
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    far = lambda xml: xml.replace(b'<row r="2"', b'<row r="2000000000"').replace(b'r="A2"', b'r="A2000000000"')  # noqa: E731
    refused(repacked(path, {"xl/worksheets/sheet1.xml": far}), "claims more than 1,048,576 rows")


def test_a_sheet_that_claims_endless_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "LIMITS", Limits(cells=100_000))
    path = book(tmp_path / "t.xlsx", [["a"], *([[1]] * 20)])
    wide = lambda xml: xml.replace(b'r="A', b'r="XFD').replace(b'r="XFD1"', b'r="A1"')  # noqa: E731
    refused(repacked(path, {"xl/worksheets/sheet1.xml": wide}), "or 100,000 cells")


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path):
    path = book(tmp_path / "t.xlsx", [["a", "b"], [1, 2], [3, 4]])
    small = lambda xml: xml.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"')  # noqa: E731
    assert read_table(Origin(repacked(path, {"xl/worksheets/sheet1.xml": small})), "residents").frame["b"].tolist() == [
        2,
        4,
    ]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_truncated_workbook_is_told(tmp_path, share):
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, "broken or incomplete")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_broken_part_is_told(tmp_path, part):
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    refused(repacked(path, {part: lambda c: c[: len(c) // 2]}), "broken or incomplete")


def test_other_files_named_xlsx_are_told(tmp_path):
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    refused(old, "old Excel file, or has a password")
    text = tmp_path / "text.xlsx"
    text.write_bytes(b"code,n\na,1\n")
    refused(text, "broken or incomplete")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    refused(tmp_path / "other.xlsx", "is no workbook")


def test_reading_leaves_nothing_open(tmp_path):
    path = book(tmp_path / "t.xlsx", [["a"], [1]])
    read_table(Origin(path), "residents")
    path.rename(tmp_path / "moved.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["moved.xlsx"]


def test_a_title_above_the_header_is_told_before_a_column_is_missed(tmp_path):
    path = tmp_path / "t.xlsx"
    table = pd.DataFrame([["2022年常住人口统计表", None, None], ["geocode", "name", "n"], ["1", "a", 5], ["2", "b", 6]])
    table.to_excel(path, index=False, header=False)
    with pytest.raises(LayerError, match=r"line 1, .* must name .*; it seems to be a title; delete titles above"):
        read_table(Origin(path), "residents", ("geocode", "n"))
