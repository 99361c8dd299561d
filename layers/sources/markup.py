"""XML from elsewhere: no document types, no entities, bounded depth; and what a KML file holds and points to."""

from __future__ import annotations

import codecs
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from layers.sources.encoding import known_encoding
from layers.sources.files import broken, head
from layers.sources.limits import LIMITS
from spatial.errors import SourceError

_CHUNK_BYTES = 1 << 18
_LONGEST_DECLARATION = 1_024
_DECLARATION = re.compile(rb"""\s*<\?xml\b[^<>]*?\bencoding\s*=\s*["']([\w.\-]{1,40})["'][^<>]*\?>""", re.ASCII)
_UNDERSTOOD = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
"""Encodings that every reader of XML knows."""
_COUNTED = frozenset({"Placemark", "NetworkLink"})


class _RootReached(Exception):  # noqa: N818
    """The head of the document is over."""


def check_prolog(stream: IO[bytes], what: str) -> None:
    """Refuse XML with a document type, which is where entities are declared; only what stands before its root is read.

    Raises
    ------
    SourceError
        There is one, or it is no XML.
    """
    parser = _parser(what)

    def stop(_name: str, _attributes: object) -> None:
        raise _RootReached

    parser.StartElementHandler = stop
    try:
        _feed(parser, stream, what)
    except _RootReached:
        return


def kml_elements(path: Path, what: str) -> Counter[str]:
    """Go through a KML file once.

    Returns
    -------
    Counter
        How many ``Placemark`` and ``NetworkLink`` it has.

    Raises
    ------
    SourceError
        It is broken, declares entities, or is nested or long beyond reason.
    """
    parser, counts = _parser(what), Counter[str]()
    depth = elements = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > LIMITS.xml_depth or elements > LIMITS.xml_elements:
            raise SourceError(
                f"{what}: is nested deeper than {LIMITS.xml_depth} levels or has more than {LIMITS.xml_elements:,} "
                "elements, so it is no usual KML; save it as GeoPackage, which QGIS can do"
            )
        plain = name.rpartition(":")[2]
        if plain in _COUNTED:
            counts[plain] += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with path.open("rb") as stream:
        _feed(parser, stream, what)
    return counts


@contextmanager
def in_utf8(path: Path, what: str) -> Iterator[Path]:
    """A KML file that its readers understand: itself, or a copy in UTF-8 that is gone when the context ends.

    Raises
    ------
    SourceError
        It names an encoding that nobody knows, or its text is not written in the one it names.
    """
    start = head(path, _LONGEST_DECLARATION)
    declaration = _DECLARATION.match(start)
    stated = "" if declaration is None else declaration[1].decode("ascii")
    if declaration is None or stated.lower() in _UNDERSTOOD:
        yield path
        return
    known = known_encoding(stated)
    if known is None:
        raise SourceError(
            f"{what}: says that it is written in {stated}, an encoding that nobody knows; save it as UTF-8"
        )
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        copy = Path(folder) / path.name
        with path.open("rb") as source, copy.open("wb") as target:
            source.seek(declaration.end())
            target.write(b'<?xml version="1.0" encoding="UTF-8"?>')
            decoder = codecs.getincrementaldecoder(known[1])("strict")
            try:
                while chunk := source.read(_CHUNK_BYTES):
                    target.write(decoder.decode(chunk).encode())
                target.write(decoder.decode(b"", final=True).encode())
            except UnicodeError:
                raise SourceError(
                    f"{what}: says that it is written in {stated}, and is not, so names would come out as noise; save "
                    "it as UTF-8"
                ) from None
        yield copy


def _parser(what: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_declared: object) -> None:
        raise SourceError(
            f"{what}: declares a document type, which could hold entities that grow without end or read other files, "
            "so it is not read; save it again with a current program"
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, stream: IO[bytes], what: str) -> None:
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise broken(what, error) from None
    except (ValueError, LookupError):  # what Python's expat says of encodings of several bytes, and of unknown ones
        raise SourceError(
            f"{what}: says of itself that it is written in an encoding that XML's reader does not know, such as GBK; "
            "save it as UTF-8"
        ) from None
