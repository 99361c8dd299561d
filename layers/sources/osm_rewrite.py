"""A copy of an OSM file in the form that the quick reader decodes: the library writes it without a look at elements."""

from __future__ import annotations

import bz2
import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import osmium
from osmium import osm
from osmium.filter import EntityFilter

from layers.sources.files import head

_PART = 1 << 20
_MAGIC = 16
_PBF, _O5M = b"OSMHeader", b"\xff\xe0\x04o5m2"
_DELETED = (b'visible="false"', b"visible='false'")
_OPENERS = {b"\x1f\x8b": gzip.GzipFile, b"BZ": bz2.BZ2File}


@contextmanager
def rewritten(path: Path) -> Iterator[Path | None]:
    """A copy that is gone afterwards; None where it might not say all that the file does.

    Raises
    ------
    RuntimeError
        By the library, if the file is truncated, broken or not OSM.
    """
    with tempfile.TemporaryDirectory(prefix="linli-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.osm.pbf"
        with osmium.SimpleWriter(copy) as writer:
            # Everything is filtered out, and what is filtered out goes to the writer.
            nothing = EntityFilter(osm.CHANGESET)
            for _ in osmium.FileProcessor(path).with_filter(nothing).handler_for_filtered(writer):
                pass
        yield copy if _tells_all(path) else None


def _tells_all(path: Path) -> bool:
    """Whether elements have nothing that is lost in a copy: which of them were deleted."""
    begin = head(path, _MAGIC)
    opener = _OPENERS.get(begin[:2])
    with path.open("rb") if opener is None else opener(path) as file:
        begin = file.read(_MAGIC)
        if begin[6:15] == _PBF or begin.startswith(_O5M):
            return True
        return begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and not _has_deleted(file)


def _has_deleted(file: IO[bytes] | gzip.GzipFile | bz2.BZ2File) -> bool:
    last = b""
    while part := file.read(_PART):
        seen = last + part
        if any(mark in seen for mark in _DELETED):
            return True
        last = seen[-max(map(len, _DELETED)) :]
    return False
