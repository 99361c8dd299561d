"""Which reader an OSM file is given to, and how much of it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from layers.osm_elements import ElementRules
from layers.sources.osm_any import AnyBlocks
from layers.sources.osm_blocks import Blocks, read_whole
from layers.sources.osm_checks import check_file, check_holds, too_dense, unreadable
from layers.sources.osm_clip import clipped
from layers.sources.osm_file import UNITS_A_DEGREE, NotPlain, OsmFile, TooDense
from layers.sources.osm_rewrite import rewritten
from layers.sources.pbf import PbfBlocks
from layers.surroundings import Degrees

T = TypeVar("T")
SMALL_BYTES = 24 << 20
"""A file with no more content is read whole in one pass, in less than 500 MB of memory. A PBF file of a city or a small
country is a third of it."""


@dataclass(frozen=True)
class Found:
    """The elements of a file that are looked at."""

    file: OsmFile
    relations_cut: int
    """Areas that are too large to be read."""
    has_relations: bool
    """Whether the file has any relation."""


def by_blocks(path: Path, work: Callable[[Blocks], T]) -> T:
    """Go through a file by the quick reader, if it has another form through a copy, and if need be by the library.

    `work` raises `NotPlain` where it finds that the reader at hand does not do.

    Raises
    ------
    SourceError
        If the file is broken.
    """
    try:
        return work(PbfBlocks.of(path))
    except NotPlain:
        pass
    except TooDense:
        raise too_dense(path) from None
    try:
        thorough = AnyBlocks.of(path)
        with rewritten(path) as copy:
            if copy is not None:
                try:
                    quick = PbfBlocks.of(copy)
                    quick.date = thorough.date
                    return work(quick)
                except NotPlain:
                    pass
        return work(thorough)
    except (RuntimeError, UnicodeDecodeError, NotPlain) as fault:
        raise unreadable(path, fault) from fault


def elements(path: Path, source: Blocks, rules: ElementRules, box: Degrees | None) -> Found:
    """The elements of a file, or of a large one those around a study.

    Raises
    ------
    LayerError
        If nothing of it lies near the study.
    """
    if box is None or source.content_bytes <= SMALL_BYTES:
        file = read_whole(source, rules.keys())
        if box is not None:
            check_holds(path, _extent(file), box)
        return Found(file, 0, len(file.relations.id) > 0)
    found = clipped(source, box, rules)
    check_holds(path, found.extent, box)
    return Found(found.file, found.relations_cut, found.has_relations)


def some_place(path: Path) -> tuple[float, float] | None:
    """Longitude and latitude [degrees] in the middle of the first nodes of a file; None if it has none.

    Raises
    ------
    SourceError, RuntimeError
        If it is broken.
    """
    check_file(path)
    try:
        return _middle(PbfBlocks.of(path))
    except TooDense:
        raise too_dense(path) from None
    except NotPlain:
        return _middle(AnyBlocks(path, ""))


def _middle(source: Blocks) -> tuple[float, float] | None:
    for _, part in source.all():
        placed = (np.abs(part.x) <= 180 * UNITS_A_DEGREE) & (np.abs(part.y) <= 90 * UNITS_A_DEGREE)
        if placed.any():
            x, y = np.median(part.x[placed]), np.median(part.y[placed])
            return float(x / UNITS_A_DEGREE), float(y / UNITS_A_DEGREE)
    return None


def _extent(file: OsmFile) -> Degrees | None:
    """Where the nodes of a file lie."""
    placed = (np.abs(file.x) <= 180 * UNITS_A_DEGREE) & (np.abs(file.y) <= 90 * UNITS_A_DEGREE)
    if not placed.any():
        return None
    x, y = file.x[placed] / UNITS_A_DEGREE, file.y[placed] / UNITS_A_DEGREE
    return Degrees(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
