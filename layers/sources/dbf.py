"""Text of a shapefile: its .dbf table holds bytes, and says at most in a single byte or beside it what they mean.

The text is decided from these bytes and decoded by Python: GDAL decodes what it cannot read without an error, and
not every build of it knows the Chinese encodings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from layers.sources.encoding import EncodingChoice, Sample, decide_encoding, decoded
from layers.sources.files import head, parts
from spatial.errors import LayerError

TRANSPARENT = "ISO-8859-1"
"""What GDAL has to take the text for, so that every byte of it becomes one character and can be had back."""
_LANGUAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x4D: "gbk", 0x4E: "cp949", 0x4F: "big5", 0x57: "cp1252",
    0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x78: "big5", 0x79: "cp949", 0x7A: "gbk",
    0x7B: "cp932", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254",
    0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
"""Language driver ids of dBASE and FoxPro, as GDAL's shapefile driver lists them."""
_HEADER_BYTES, _FIELD_BYTES, _NAME_BYTES = 32, 32, 11
_READ_LIMIT_BYTES, _SAMPLES_LIMIT = 64 << 20, 20_000
_CPG_LIMIT_BYTES = 64
_RECORDS_AT_ONCE, _DELETED = 4_096, b"*"


def dbf_encoding(path: Path, declared: str | None, what: str) -> EncodingChoice:
    """The encoding of a shapefile's text, from the bytes of its .dbf table, its .cpg file and what the study declares.

    Parameters
    ----------
    path
        The .shp file.

    Raises
    ------
    LayerError
        As `decide_encoding`.

    Notes
    -----
    Names of columns are looked at too. Tables of more than 64 MB are judged by their beginning; every value is
    decoded strictly later on, in `recoded`.
    """
    beside = {part.suffix.lower(): part for part in parts(path)}
    table, cpg = beside.get(".dbf"), beside.get(".cpg")
    if table is None:
        return EncodingChoice("utf-8", "ascii", "utf-8")
    stated = None if cpg is None else head(cpg, _CPG_LIMIT_BYTES).decode("ascii", "ignore").strip() or None
    language = _LANGUAGES.get(head(table, _HEADER_BYTES)[29:30].ljust(1, b"\x00")[0])
    with table.open("rb") as stream:
        samples = list(_samples(stream))
    return decide_encoding(samples, declared, stated, what, from_byte=language)


def deleted_rows(path: Path) -> int:
    """How many rows of a shapefile's table are marked as deleted: they are in the file, and nobody reads them."""
    table = next((part for part in parts(path) if part.suffix.lower() == ".dbf"), None)
    if table is None:
        return 0
    deleted = 0
    with table.open("rb") as stream:
        header = stream.read(_HEADER_BYTES).ljust(_HEADER_BYTES, b"\x00")
        left, start, length = (int.from_bytes(header[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
        stream.seek(start)
        while length and left > 0 and (records := stream.read(length * min(left, _RECORDS_AT_ONCE))):
            left -= _RECORDS_AT_ONCE
            deleted += records[::length].count(_DELETED)
    return deleted


def recoded(frame: pd.DataFrame, choice: EncodingChoice, what: str) -> tuple[pd.DataFrame, int]:
    """A frame that was read as `TRANSPARENT`, with its columns and text in the encoding that they are written in.

    Returns
    -------
    (DataFrame, int)
        A new frame, and how many texts had lost the second half of their last character (a field of a .dbf table has a
        width in bytes, and programs cut there): that half is left out.

    Raises
    ------
    LayerError
        A text does not decode; counts and examples are told.
    """
    cut, broken, changed = 0, [], {}
    for column in frame.columns:
        if column == "geometry" or not _holds_text(frame[column]):
            continue
        values = frame[column].to_numpy(dtype=object).copy()
        for row, value in enumerate(values):
            if isinstance(value, str) and not value.isascii():
                read = _read(value, choice.codec)
                if read is None:
                    broken.append(value)
                else:
                    values[row], cut = read[0], cut + read[1]
        changed[column] = pd.Series(values, index=frame.index, dtype=frame[column].dtype)
    if broken:
        shown = ", ".join(value.encode("latin-1", "replace")[:24].hex(" ") for value in broken[:3])
        raise LayerError(
            f"{what}: {len(broken)} texts are not {choice.name} ({shown}), and would come out as noise; repair them in "
            "the source, or declare another encoding"
        )
    names = {str(column): recoded_name(str(column), choice) for column in frame.columns}
    return frame.assign(**changed).rename(columns=names), cut


def recoded_name(name: str, choice: EncodingChoice) -> str:
    """The name of a column that was read as `TRANSPARENT`; as it is where it does not decode."""
    read = None if name.isascii() else _read(name, choice.codec)
    return name if read is None else read[0]


def _read(value: str, codec: str) -> tuple[str, bool] | None:
    try:
        return decoded(Sample(value.encode("latin-1"), may_be_cut=True), codec)
    except UnicodeEncodeError:
        return None


def _holds_text(values: pd.Series) -> bool:
    return bool(values.dtype == object or pd.api.types.is_string_dtype(values.dtype))


def _samples(stream: BinaryIO) -> Iterator[Sample]:
    """Texts of a table that are not plain ASCII, and the names of its columns."""
    header = stream.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        return
    start, length = int.from_bytes(header[8:10], "little"), int.from_bytes(header[10:12], "little")
    fields, place = [], 1
    while len(entry := stream.read(_FIELD_BYTES)) == _FIELD_BYTES and entry[:1] != b"\r" and stream.tell() <= start:
        name = entry[:_NAME_BYTES].split(b"\x00", 1)[0]
        if not name.isascii():
            yield Sample(name, may_be_cut=True)
        if entry[11:12] == b"C":
            width = entry[16] + 256 * entry[17]
            fields.append((place, place + width))
            place += width
        else:
            place += entry[16]
    stream.seek(start)
    seen, read = 0, 0
    while length and read < _READ_LIMIT_BYTES and seen < _SAMPLES_LIMIT:
        record = stream.read(length)
        if len(record) < length:
            return
        read += length
        if record.isascii():
            continue
        for left, right in fields:
            value = record[left:right].rstrip(b" \x00")
            if value and not value.isascii():
                seen += 1
                yield Sample(value, may_be_cut=len(value) == right - left)
