"""What is asked of an OSM file before it is read, and what is said of one that cannot be."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import zlib
from pathlib import Path

from layers.sources.files import head, said
from layers.surroundings import Degrees
from spatial.errors import LayerError, SourceError

_PART = 1 << 20
_MOST_INFLATED = 100
"""Times the size of the file. Streets as text shrink to a tenth or a twentieth."""
_ALWAYS_INFLATED = 64 << 20
_HEAD = 64 << 10
"""Where in an XML file a document type can stand: before the first element."""
_MD5_LONGEST = 4096
_VERSIONS = frozenset({".osc", ".osh"})
"""In the names of files of changes and of histories; what is in them does not always tell."""
_GZIP, _BZIP2 = b"\x1f\x8b", b"BZ"


def check_file(path: Path) -> None:
    """See that a file is there, is what was published if that is told beside it, and means no harm.

    Raises
    ------
    SourceError
        If it is missing or may not be read, is a history, is not the file of the ``.md5`` beside it, grows beyond
        all measure when inflated, or declares a document type.
    """
    if not path.is_file():
        raise SourceError(
            f"OSM extract '{path}' does not exist; nothing can be measured without it; "
            "correct [osm] path in the study file, which is relative to that file"
        )
    if not _VERSIONS.isdisjoint(suffix.lower() for suffix in path.suffixes):
        raise history(path)
    if not path.stat().st_size:
        raise SourceError(
            f"OSM extract '{path.name}' is empty (0 bytes): its download or copy failed, and nothing can be measured "
            "without it; download or copy it again"
        )
    begin = head(path, _HEAD)  # osmium says of a file that it may not read what it says of a broken one
    _check_sum(path)
    if begin[:2] in (_GZIP, _BZIP2):
        begin = _check_inflated(path, gzip.GzipFile if begin[:2] == _GZIP else bz2.BZ2File)
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<!DOCTYPE" in begin.split(b"<osm", 1)[0].upper():
        raise SourceError(
            f"OSM extract '{path.name}' declares a document type, which no OSM file does and which can make a small "
            "file grow without end; it is not read; get the file from where OSM data is published"
        )


def _check_sum(path: Path) -> None:
    """Compare with the sum that publishers put beside: a file cut between two blocks looks whole by itself."""
    beside = path.with_name(f"{path.name}.md5")
    if not beside.is_file():
        return
    told = re.match(rb"\s*([0-9a-fA-F]{32})\b", head(beside, _MD5_LONGEST))
    if told is None:
        return
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
    if digest.hexdigest() != told[1].decode().lower():
        raise SourceError(
            f"OSM extract '{path.name}' is not the file that '{beside.name}' beside it tells of: the download broke "
            "off, or they are of different days; half a street network would give wrong distances; download both again"
        )


def _check_inflated(path: Path, inflated: type[gzip.GzipFile | bz2.BZ2File]) -> bytes:
    """The begin of a compressed file, if it is of a reasonable size."""
    most = max(_ALWAYS_INFLATED, _MOST_INFLATED * path.stat().st_size)
    begin, size = b"", 0
    try:
        with inflated(path) as file:
            while part := file.read(_PART):
                begin, size = begin or part[:_HEAD], size + len(part)
                if size > most:
                    raise SourceError(
                        f"OSM extract '{path.name}' inflates to more than {_MOST_INFLATED} times its size, as no "
                        "street network does; it would fill the memory, so it is not read; get the file from where OSM "
                        "data is published"
                    )
    except (EOFError, zlib.error, OSError) as fault:
        if isinstance(fault, SourceError):
            raise
        raise unreadable(path, fault) from None
    return begin


def history(path: Path) -> SourceError:
    """What is said of a file of changes, or of several versions of elements."""
    return SourceError(
        f"OSM extract '{path.name}' holds changes or several versions of elements, with deleted ones among them, so "
        "streets that are gone would be walked on; use an extract of one day: osmium time-filter makes one"
    )


def unreadable(path: Path, fault: object) -> SourceError:
    """What is said of a file that is broken."""
    return SourceError(
        f"OSM extract '{path.name}' cannot be read{said(fault)}; it is truncated, broken or not "
        "an OSM file, and half a street network would give wrong distances; download or export it again as .osm.pbf"
    )


def too_dense(path: Path) -> SourceError:
    """What is said of a file, a few bytes of which make millions of elements."""
    return SourceError(
        f"OSM extract '{path.name}' has a block of more elements than any program writes into one; it would fill the "
        "memory, so it is not read; get the file from where OSM data is published"
    )


def check_holds(path: Path, extent: Degrees | None, box: Degrees) -> None:
    """See that the nodes of a file and the surroundings of a study meet.

    Raises
    ------
    LayerError
        If they do not: where the file lies, and where the study.
    """
    if extent is None:
        return  # that there is nothing to walk on is said elsewhere
    apart = extent.north < box.south or extent.south > box.north
    if box.west <= box.east:
        apart = apart or extent.east < box.west or extent.west > box.east
    if apart:
        raise LayerError(
            f"OSM extract '{path.name}' lies in {_words(extent)}, but the study with its surroundings in "
            f"{_words(box)}, so nobody could reach anything; name the extract of the right place, or correct "
            "the CRS of the communities"
        )


def _words(box: Degrees) -> str:
    return f"longitude {box.west:.2f} to {box.east:.2f} and latitude {box.south:.2f} to {box.north:.2f}"
