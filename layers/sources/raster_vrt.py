"""Virtual rasters (VRT): mosaics of tiles that lie beside them, and nothing else.

A VRT is XML that names other files, and may name servers, programs and formulas. So it is read here, by
a list of what may stand in it, and written anew for GDAL: what is not on the list never reaches it.
"""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from spatial.errors import SourceError

TILES = (".tif", ".tiff", ".asc", ".img", ".hgt")
"""Endings of the rasters that a VRT may be made of."""
_LARGEST_BYTES = 20_000_000
_TILES_LIMIT = 20_000
_CHILDREN: dict[str, tuple[str, ...]] = {
    "VRTDataset": ("SRS", "GeoTransform", "Metadata", "BlockXSize", "BlockYSize", "VRTRasterBand", "MaskBand"),
    "MaskBand": ("VRTRasterBand",),
    "VRTRasterBand": (
        "NoDataValue", "ColorInterp", "Description", "UnitType", "Offset", "Scale", "HideNoDataValue", "Metadata",
        "SimpleSource", "ComplexSource",
    ),
    "SimpleSource": ("SourceFilename", "SourceBand", "SourceProperties", "SrcRect", "DstRect"),
    "ComplexSource": (
        "SourceFilename", "SourceBand", "SourceProperties", "SrcRect", "DstRect", "NODATA", "UseMaskBand",
    ),
    "Metadata": ("MDI",),
}  # fmt: skip
"""What may stand in what. Pixel functions, raw bands, warped and nested rasters, options for opening are not here."""
_BAND_KINDS = ("", "VRTSourcedRasterBand")
_SAME_SIZE = 1e-6


class _Tree(ET.TreeBuilder):
    """Refuses document types, which is where entities are declared."""

    def doctype(self, *_declared: str | None) -> None:
        raise ET.ParseError("it declares a document type")


def tiles(path: Path, what: str) -> tuple[Path, ...]:
    """The rasters that a VRT is made of, each once, in its order.

    Raises
    ------
    SourceError
        It is no VRT, or holds something that is not read: see `plain_vrt`.
    """
    found = [_tile(node, path, what) for node in _root(path, what).iter("SourceFilename")]
    return tuple(dict.fromkeys(found))


def plain_vrt(path: Path, what: str) -> bytes:
    """A VRT that says the same and names its tiles by absolute paths.

    Raises
    ------
    SourceError
        It is no VRT; it declares a document type; it names a tile by an absolute path, on a server, above its own
        folder, through a link that leads out of it, or of a format that is not read; it changes the
        size of cells; or it holds anything else than a mosaic of tiles.
    """
    root = _root(path, what)
    for node in root.iter("SourceFilename"):
        tile = _tile(node, path, what)
        node.attrib.clear()
        node.text = str(tile)
    for source in [*root.iter("SimpleSource"), *root.iter("ComplexSource")]:
        _check_size_of_cells(source, what)
    return ET.tostring(root)


def covered(path: Path, window: Window, what: str) -> NDArray[np.bool_]:
    """Which cells of a window the tiles of a VRT cover: between them GDAL gives 0, which is no height and not nobody.

    A cell belongs to a tile that covers its centre.
    """
    found = np.zeros((int(window.height), int(window.width)), dtype=bool)
    band = _root(path, what).find("VRTRasterBand")
    for source in [] if band is None else [*band.iter("SimpleSource"), *band.iter("ComplexSource")]:
        made = source.find("DstRect")
        if made is None:
            found[:] = True
            continue
        rows = _cells(made, "y", int(window.row_off), what)
        found[rows, _cells(made, "x", int(window.col_off), what)] = True
    return found


def _cells(rect: ET.Element, axis: str, first: int, what: str) -> slice:
    try:
        start = float(rect.attrib[f"{axis}Off"])
        ends = (math.ceil(edge - 0.5) - first for edge in (start, start + float(rect.attrib[f"{axis}Size"])))
        return slice(*(max(end, 0) for end in ends))
    except (KeyError, ValueError, OverflowError):
        raise _refused(what, "does not say where a tile lies") from None


def _root(path: Path, what: str) -> ET.Element:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _refused(what, f"is larger than {_LARGEST_BYTES // 1_000_000} MB")
        root = ET.fromstring(path.read_bytes(), parser=ET.XMLParser(target=_Tree()))  # noqa: S314 - see _Tree
    except ET.ParseError as error:
        raise _refused(what, f"is no VRT that can be read ({error})") from None
    except (ValueError, LookupError):  # as Python's expat says of encodings of several bytes, and of unknown ones
        raise _refused(what, "is written in an encoding that XML's reader does not know, such as GBK") from None
    except OSError as error:
        raise SourceError(f"{what}: cannot be read ({error.strerror}); check that the file is there") from None
    if root.tag != "VRTDataset" or root.attrib.get("subClass"):
        raise _refused(what, f"is a {root.attrib.get('subClass') or root.tag}"[:80])
    _check_children(root, what)
    count = sum(1 for _ in root.iter("SourceFilename"))
    if not 0 < count <= _TILES_LIMIT:
        raise _refused(what, f"names {count} tiles")
    return root


def _check_children(node: ET.Element, what: str) -> None:
    if node.tag == "VRTRasterBand" and node.attrib.get("subClass", "") not in _BAND_KINDS:
        raise _refused(what, f"holds a {node.attrib['subClass'][:60]}")
    for child in node:
        if child.tag not in _CHILDREN.get(node.tag, ()):
            raise _refused(what, f"holds {str(child.tag)[:60]}")
        _check_children(child, what)


def _tile(node: ET.Element, path: Path, what: str) -> Path:
    name = (node.text or "").strip()
    folder = path.resolve().parent
    plain = node.attrib.get("relativeToVRT") == "1" and name and not any(mark in name for mark in (":", "\\", "\0"))
    found = (folder / name).resolve() if plain and not name.startswith("/") else folder
    if found == folder or not found.is_relative_to(folder):
        raise _refused(what, f"names the tile {name[:80]!r}, which does not lie beside it or below its folder")
    if found.suffix.lower() not in TILES:
        raise _refused(what, f"names the tile {name[:80]!r}; tiles are read from {', '.join(TILES)}")
    if not found.is_file():
        raise SourceError(
            f"{what}: names the tile {name[:80]!r}, and there is no such file beside it, so a part of the ground would "
            "be missing; put it there"
        )
    return found


def _check_size_of_cells(source: ET.Element, what: str) -> None:
    """Counts of people cannot be stretched or added up by taking the nearest cell."""
    given, made = source.find("SrcRect"), source.find("DstRect")
    if given is None or made is None:
        return
    for side in ("xSize", "ySize"):
        try:
            before, after = float(given.attrib[side]), float(made.attrib[side])
        except (KeyError, ValueError):
            raise _refused(what, f"says no {side} of a tile") from None
        if not math.isclose(before, after, rel_tol=_SAME_SIZE):
            raise _refused(what, "changes the size of its tiles' cells")


def _refused(what: str, why: str) -> SourceError:
    return SourceError(
        f"{what}: {why}, and a VRT is only read as a mosaic of rasters of one resolution beside it, named by relative "
        "paths; write it out as GeoTIFF (gdal_translate)"
    )
