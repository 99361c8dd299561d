"""Which files one raster stands for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from layers.sources.raster_vrt import TILES, tiles
from spatial.errors import SourceError

_BESIDE = (".prj", ".tfw", ".tifw", ".wld", ".ige", ".rrd", ".aux")
_AFTER = (".aux.xml", ".msk", ".ovr")


def raster_parts(path: Path) -> tuple[Path, ...]:
    """A raster, what its reader looks for beside it (CRS, place, mask), and the tiles of a VRT; sorted."""
    found = {path}
    if path.suffix.lower() == ".vrt":
        with suppress(SourceError):  # it will be an error when it is read
            found |= {part for tile in tiles(path, path.name) for part in raster_parts(tile)}
    if path.suffix.lower() in (*TILES, ".vrt"):
        beside = [path.with_suffix(ending) for ending in (*_BESIDE, *map(str.upper, _BESIDE))]
        after = [path.with_name(path.name + ending) for ending in _AFTER]
        found |= {part for part in (*beside, *after) if part.is_file()}
    return tuple(sorted(found))
