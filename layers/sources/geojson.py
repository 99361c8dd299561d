"""What a GeoJSON file could make its reader do, looked for before it is read.

GDAL runs JSON files that say they are pipelines, and fetches the reference system of a layer from the
address that an old form of GeoJSON may give for it. Neither is ever wanted of a file from elsewhere.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from layers.sources.files import head
from spatial.errors import SourceError

_CHUNK_BYTES = 4 << 20
_LONGEST_CRS = 64 << 10
_PIPELINE = b"gdal_streamed_alg"
"""Marks a JSON file that GDAL would run as a pipeline of its own commands."""
_ESCAPED = re.compile(rb"\\u00([2-7][0-9a-fA-F])")
_GEOJSON = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature)"')
_OTHERS = re.compile(rb'"type"\s*:\s*"Topology"|"esri(?:Geometry|FieldType)\w*"|"(?:rings|paths|wkid|latestWkid)"\s*:')
_MORE = re.compile(rb'"exceededTransferLimit"\s*:\s*true|"rel"\s*:\s*"next"')
_TOTALS = re.compile(rb'"number(Matched|Returned)"\s*:\s*(\d{1,15})')
"""How the services of Esri and of OGC say that there is more than they sent."""
_CRS = re.compile(rb'"crs"\s*:\s*\{', re.IGNORECASE)


def check_geojson(path: Path, what: str) -> None:
    """Refuse a file that would make its reader do more than read it.

    Raises
    ------
    SourceError
        It is a pipeline; it says that its reference system is to be fetched from somewhere, or that it is one page of
        several; or it is another kind of JSON.
    """
    _check_kind(head(path, _LONGEST_CRS), what)
    totals: dict[bytes, int] = {}
    for text in _windows(path):
        totals.update((name, int(number)) for name, number in _TOTALS.findall(text))
        if _MORE.search(text) or totals.get(b"Matched", 0) > totals.get(b"Returned", sys.maxsize):
            raise SourceError(
                f"{what}: says of itself that it holds only a part of its layer (the answer of a web service, which "
                "sends so many features at once), so the rest would be missing; fetch all its pages, or ask for the "
                "whole layer as a file"
            )
        if _PIPELINE in text:
            raise SourceError(
                f"{what}: is no GeoJSON but a GDAL pipeline, which is never run; write its result to a file and name "
                "that"
            )
        for found in _CRS.finditer(text):
            if not _is_harmless(text[found.end() - 1 : found.end() - 1 + _LONGEST_CRS]):
                raise SourceError(
                    f"{what}: says that its coordinate reference system is to be fetched from an address, which is "
                    "never done; save it again in WGS 84, as GeoJSON has it today"
                )


def _check_kind(start: bytes, what: str) -> None:
    """Other kinds of JSON are read whole before anything can be judged, and say less of themselves."""
    if not _GEOJSON.search(start) and (other := _OTHERS.search(start)):
        kind = "TopoJSON" if b"Topology" in other.group() else "Esri's own JSON"
        raise SourceError(f"{what}: is {kind}, not GeoJSON; ask the service for f=geojson, or save it as GeoPackage")


def _windows(path: Path) -> Iterator[bytes]:
    """Overlapping pieces, with letters that are written as escapes put plainly, as every reader does."""
    with path.open("rb") as stream:
        before = b""
        while chunk := stream.read(_CHUNK_BYTES):
            yield _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), before + chunk)
            before = (before + chunk)[-2 * _LONGEST_CRS :]


def _is_harmless(text: bytes) -> bool:
    """Whether an object at the start of `text` is one that merely names a reference system."""
    kinds: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> dict[str, object]:
        kinds.extend(str(value).lower() for key, value in pairs if key.lower() == "type")
        return dict(pairs)

    try:
        json.JSONDecoder(object_pairs_hook=note, strict=False).raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return not any(kind.startswith(("link", "url")) for kind in kinds)
