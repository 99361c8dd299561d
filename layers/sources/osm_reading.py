"""Which reader an OSM file is given to, and how much of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from layers.osm_elements import ElementRules
from layers.sources.osm_any import AnyBlocks, read_any
from layers.sources.osm_blocks import Blocks
from layers.sources.osm_checks import check_file, check_holds, unreadable
from layers.sources.osm_clip import clipped
from layers.sources.osm_file import UNITS_A_DEGREE, NotPlain, OsmFile
from layers.sources.pbf import PbfBlocks, read_plain_pbf
from layers.surroundings import Degrees

SMALL_BYTES = 8 << 20
"""A file up to this is read whole in one pass, in less than 500 MB of memory."""


@dataclass(frozen=True)
class Found:
    """The elements of a file that are looked at."""

    file: OsmFile
    relations_cut: int
    """Areas that are too large to be read."""
    has_relations: bool
    """Whether the file has any relation."""


def elements(path: Path, rules: ElementRules, box: Degrees | None) -> Found:
    """The elements of a file, or of a large one those around a study.

    Raises
    ------
    SourceError
        If it is broken.
    LayerError
        If nothing of it lies near the study.
    """
    try:
        if box is None or path.stat().st_size <= SMALL_BYTES:
            return _whole(path, read_plain_pbf(path, rules.keys()), box)
        return _clipped(path, PbfBlocks.of(path), rules, box)
    except NotPlain:
        return elements_by_library(path, rules, box)


def elements_by_library(path: Path, rules: ElementRules, box: Degrees | None) -> Found:
    """The same by the library, which reads every form there is, and knows what is wrong with a broken file."""
    try:
        if box is None or path.stat().st_size <= SMALL_BYTES:
            return _whole(path, read_any(path, rules.keys()), box)
        return _clipped(path, AnyBlocks.of(path), rules, box)
    except (RuntimeError, UnicodeDecodeError) as fault:
        raise unreadable(path, fault) from fault


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
    except NotPlain:
        return _middle(AnyBlocks(path, ""))


def _middle(source: Blocks) -> tuple[float, float] | None:
    for _, part in source.all():
        placed = (np.abs(part.x) <= 180 * UNITS_A_DEGREE) & (np.abs(part.y) <= 90 * UNITS_A_DEGREE)
        if placed.any():
            x, y = np.median(part.x[placed]), np.median(part.y[placed])
            return float(x / UNITS_A_DEGREE), float(y / UNITS_A_DEGREE)
    return None


def _whole(path: Path, file: OsmFile, box: Degrees | None) -> Found:
    if box is not None:
        check_holds(path, _extent(file), box)
    return Found(file, 0, len(file.relations.id) > 0)


def _clipped(path: Path, source: Blocks, rules: ElementRules, box: Degrees) -> Found:
    found = clipped(source, box, rules)
    check_holds(path, found.extent, box)
    return Found(found.file, found.relations_cut, found.has_relations)


def _extent(file: OsmFile) -> Degrees | None:
    """Where the nodes of a file lie."""
    placed = (np.abs(file.x) <= 180 * UNITS_A_DEGREE) & (np.abs(file.y) <= 90 * UNITS_A_DEGREE)
    if not placed.any():
        return None
    x, y = file.x[placed] / UNITS_A_DEGREE, file.y[placed] / UNITS_A_DEGREE
    return Degrees(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
