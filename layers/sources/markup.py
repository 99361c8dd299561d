"""XML from elsewhere: no document types, no entities, bounded depth; and what a KML file holds and points to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import IO
from xml.parsers import expat

from layers.sources.files import broken
from layers.sources.limits import LIMITS
from spatial.errors import SourceError

_CHUNK_BYTES = 1 << 18
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


def _parser(what: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_declared: object) -> None:
        raise SourceError(
            f"{what}: declares a document type, which could hold entities that grow without end or read other files, "
            "so it is not read; save it again with a current program"
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, stream: IO[bytes], what: str) -> None:
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise broken(what, error) from None
