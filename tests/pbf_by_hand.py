"""OSM PBF files written byte by byte, whole or hostile (synthetic)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

STRINGS = (b"", b"highway", b"residential", b"type", b"multipolygon", b"outer", b"landuse", b"grass")


def number(value: int) -> bytes:
    """A variable-length integer."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(key: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return number(key << 3) + number(value)
    return number(key << 3 | 2) + number(len(value)) + value


def packed(values: Sequence[int]) -> bytes:
    return b"".join(number(value) for value in values)


def steps(values: Sequence[int]) -> bytes:
    """Differences, folded so that small negative ones are small."""
    before = 0
    out = []
    for value in values:
        out.append((value - before) * 2 if value >= before else (before - value) * 2 - 1)
        before = value
    return packed(out)


def blob(kind: bytes, content: bytes) -> bytes:
    body = field(2, len(content)) + field(3, zlib.compress(content))
    header = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(header)) + header + body


def file_of(block: bytes) -> bytes:
    """A file of one block of data."""
    header = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes") + field(32, 1_600_000_000)
    return blob(b"OSMHeader", header) + blob(b"OSMData", block)


def block(strings: Sequence[bytes] = STRINGS, *, role: int = 5) -> bytes:
    """Four nodes, a street along three of them, a closed way, and a relation of it."""
    table = b"".join(field(1, text) for text in strings)
    corners = [0, 1_000_000, 1_000_000, 0], [0, 0, 1_000_000, 1_000_000]
    nodes = field(2, field(1, steps([1, 2, 3, 4])) + field(8, steps(corners[0])) + field(9, steps(corners[1])))
    street = field(3, field(1, 1) + field(2, packed([1])) + field(3, packed([2])) + field(8, steps([1, 2, 3])))
    ring = field(3, field(1, 2) + field(8, steps([1, 2, 3, 4, 1])))
    relation = field(
        4,
        field(1, 1) + field(2, packed([3, 6])) + field(3, packed([4, 7])) + field(8, packed([role]))
        + field(9, steps([2])) + field(10, packed([1])),
    )  # fmt: skip
    return field(1, table) + b"".join(field(2, group) for group in (nodes, street, ring, relation))
