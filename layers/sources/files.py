"""Files as files: what they are, and their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.sources.raster_files import raster_parts
from layers.sources.reading import Input
from layers.sources.shown import plain
from spatial.errors import LinliError, SourceError

_CHUNK_BYTES = 1 << 20
_LONGEST_QUOTE = 160
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def parts(path: Path) -> tuple[Path, ...]:
    """All files that one path stands for: companions of a shapefile or raster, tiles of a VRT, files of a .gdb."""
    if path.is_dir():
        return tuple(sorted(p for p in path.rglob("*") if p.is_file()))
    if path.suffix.lower() == ".shp":
        beside = (p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in _SHAPEFILE_PARTS)
        return tuple(sorted(beside))
    return raster_parts(path)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 of a file's content (of all its parts, one after the other) and its size in bytes.

    Raises
    ------
    SourceError
        It cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def head(path: Path, length: int) -> bytes:
    """The first bytes of a file.

    Raises
    ------
    SourceError
        It is missing or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(length)
    except OSError as error:
        raise SourceError(
            f"{path.name}: cannot be read ({error.strerror}); check that the file is there and may be read"
        ) from None


def said(error: object) -> str:
    """What a library says of an error, in brackets; cut at a sentence or left out, never cut in the middle."""
    line = plain((str(error).strip() or type(error).__name__).splitlines()[0].strip(), 2 * _LONGEST_QUOTE)
    if len(line) > _LONGEST_QUOTE:
        whole, stop, _ = line[:_LONGEST_QUOTE].rpartition(". ")
        line = whole if stop else ""
    return f" ({line.rstrip('.')})" if line else ""


def broken(what: str, error: object) -> SourceError:
    """The error of a file that a library cannot read."""
    return SourceError(
        f"{what}: is broken or incomplete, so it cannot be used{said(error)}; copy it again from its source"
    )


@contextmanager
def told(what: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    """What a library says of a broken file becomes our one error; what is told already passes."""
    try:
        yield
    except LinliError:
        raise
    except errors as error:
        raise broken(what, error) from None


def file_input(path: Path, date: str = "", query: str = "") -> Input:
    """A file, with its companions, as it is now. `date` is what the file says of itself.

    Raises
    ------
    SourceError
        It cannot be read.
    """
    sha256, size = fingerprint(path)
    return Input(str(path), sha256, size, date=date, query=query)


def _chunks(path: Path) -> Iterator[bytes]:
    for part in parts(path):
        try:
            with part.open("rb") as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise SourceError(
                f"{part.name}: cannot be read ({error.strerror}); check that the file is there and may be read"
            ) from None
