"""CSV: text in columns, strictly read. A line that does not fit is an error, not a shifted row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from layers.sources.encoding import EncodingChoice, Sample, decide_encoding
from layers.sources.files import head
from layers.sources.limits import LIMITS
from layers.sources.sheet import Row, Sheet, sheet_of
from spatial.errors import LayerError, SourceError

ENDINGS = (".csv", ".tsv", ".txt")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OTHERS = {
    b"PK\x03\x04": "a spreadsheet or archive: rename it to .xlsx if it is from Excel",
    b"\xd0\xcf\x11\xe0": "an old Excel file: save it as .xlsx or CSV",
    b"PAR1": "Parquet: rename it to .parquet",
    b"SQLite format 3": "a GeoPackage or database: rename it to .gpkg",
    b"%PDF": "a PDF: ask for the table itself",
}
_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SAMPLED_BYTES, _SAMPLED_LINES = 64 << 20, 20_000


@contextmanager
def csv_sheet(path: Path, declared: str | None, wanted: Sequence[str] | None, what: str) -> Iterator[Sheet]:
    """Open a CSV file.

    The separator is taken from the header line (comma, semicolon, tab or bar, or Excel's own ``sep=`` line), the
    encoding from a byte order mark, the study, or the bytes. Cells stay text, so that codes keep their leading
    zeros; an empty cell is missing. A line may have fewer cells than the header (Excel leaves out empty ones at the
    end), never more.

    Raises
    ------
    SourceError
        It is no CSV; quotes or cells do not add up, with the line.
    LayerError
        Its encoding cannot be told, or is not the declared one, or its header does not name the columns.
    """
    choice = _encoding(path, declared, what)
    with path.open("rb") as binary, _long_fields():
        text = io.TextIOWrapper(binary, encoding=choice.codec, errors="strict", newline="")
        lines = _lines(text, choice, what)
        yield sheet_of(_rows(lines, what), wanted, what, choice)


def _encoding(path: Path, declared: str | None, what: str) -> EncodingChoice:
    start = head(path, 16)
    other = next((hint for magic, hint in _OTHERS.items() if start.startswith(magic)), None)
    if other is not None:
        raise SourceError(f"{what}: is no CSV although it is named so, but {other}")
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return EncodingChoice(codec.removesuffix("-sig"), "marked", codec)
    with path.open("rb") as stream:
        return decide_encoding(list(_samples(stream)), declared, None, what)


def _samples(stream: BinaryIO) -> Iterator[Sample]:
    read = seen = 0
    while read < _SAMPLED_BYTES and seen < _SAMPLED_LINES and (line := stream.readline(LIMITS.line_bytes)):
        read += len(line)
        if not line.isascii():
            seen += 1
            yield Sample(line.rstrip(b"\r\n"), may_be_cut=len(line) == LIMITS.line_bytes)


def _lines(text: io.TextIOWrapper, choice: EncodingChoice, what: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LIMITS.line_bytes)
        except UnicodeError:
            raise LayerError(
                f"{what}: line {number} or one soon after is not {choice.name} text although those before are, so "
                "names would come out wrong; repair it, or declare the right encoding"
            ) from None
        if not line:
            return
        if len(line) >= LIMITS.line_bytes:
            raise SourceError(
                f"{what}: line {number} is longer than {LIMITS.line_bytes:,} characters, so it is no table"
            )
        if "\x00" in line:
            raise SourceError(
                f"{what}: line {number} holds NUL characters, so it is no plain text; save it as CSV in UTF-8 again"
            )
        yield line


def _rows(lines: Iterator[str], what: str) -> Iterator[Row]:
    first = next(lines, "")
    before = 0
    stated = re.fullmatch(r"sep=(.)\s*", first)
    if stated:
        separator, first, before = stated[1], next(lines, ""), 1
    else:
        plain = _QUOTED.sub("", first)
        separator = max(_SEPARATORS, key=plain.count)
    reader = csv.reader(_chained(first, lines), delimiter=separator, strict=True, skipinitialspace=True)
    width, header_line = 0, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise SourceError(
                f"{what}: is no readable CSV table: line {reader.line_num + before} does not add up ({error}); a "
                "quotation mark inside a cell has to be doubled, and every one that opens has to close"
            ) from None
        row = [cell or None for cell in cells]
        if not any(cell is not None for cell in row):
            continue
        if not header_line:
            width, header_line = len(row), reader.line_num + before
        elif any(cell is not None for cell in row[width:]):
            raise SourceError(
                f"{what}: is no readable CSV table: line {reader.line_num + before} has {len(row)} cells where line "
                f"{header_line} names {width} columns; delete titles above the table, and put cells that hold the "
                f"separator {separator!r} in quotation marks"
            )
        yield reader.line_num + before, row[:width]
    if not header_line:
        raise SourceError(f"{what}: is no readable CSV table: it is empty; copy it again from its source")


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


@contextmanager
def _long_fields() -> Iterator[None]:
    """A border as text is longer than the library lets a cell be. Its limit is the whole program's: it is put back."""
    usual = csv.field_size_limit(LIMITS.line_bytes)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
