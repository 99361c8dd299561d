"""The boundary relations that a study takes for its units, and nothing else of an OSM file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from pyproj import CRS

from layers.extract import OsmBoundaries
from layers.origins import Filter, Origin
from layers.osm_elements import AREA_RELATIONS, element_rules
from layers.sources.osm_blocks import Block, Blocks, Part, newest, said_date, taken, whole, with_tag
from layers.sources.osm_checks import check_file
from layers.sources.osm_file import NODE, RELATION, WAY, Ints, OsmFile
from layers.sources.osm_frames import frame, ids_of
from layers.sources.osm_lines import vertices_of
from layers.sources.osm_numbers import Numbers
from layers.sources.osm_polygons import find_areas
from layers.sources.osm_projection import projected
from layers.sources.osm_reading import by_blocks
from layers.sources.osm_tags import combinations

_NAME = "name"


def read_boundaries(origin: Origin, osm_filter: Filter, crs: CRS) -> OsmBoundaries:
    """Read the boundary relations with the tags of a filter, wherever in the file they lie.

    Memory is bounded by these relations, not by the file.

    Parameters
    ----------
    osm_filter
        Tag key -> accepted values, joined by AND; numbers and truth values are compared as OSM writes
        them (``7``, ``yes``).
    crs
        Metric CRS of the study.

    Raises
    ------
    SourceError
        If the file is missing, may not be read, is broken, truncated or not OSM.
    LayerError
        If coordinates do not exist in the study's CRS.
    """
    path, wanted = origin.path, as_tags(osm_filter)
    check_file(path)
    return by_blocks(path, lambda source: _boundaries(_of(source, wanted), crs, path.name))


def as_tags(osm_filter: Filter) -> dict[str, frozenset[str]]:
    """A filter with its values as OSM writes them."""
    return {key: frozenset(_as_tag(value) for value in values) for key, values in osm_filter.items()}


def _as_tag(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _of(source: Blocks, wanted: Mapping[str, frozenset[str]]) -> OsmFile:
    """The relations with these tags, their ways, and the nodes of these."""
    relations, seconds = [], 0
    for block, part in source.again(RELATION):
        rows = with_tag(block, part, {"type": AREA_RELATIONS})
        for key, values in wanted.items():
            rows &= with_tag(block, part, {key: values})
        if rows.any():
            seconds = max(seconds, newest(block, part, rows, frozenset(wanted)))
            relations.append(taken(block, part, rows))
    ways = _fetched(source, WAY, [part.elements.ref[part.elements.member_kind == WAY] for _, part in relations])
    nodes = _fetched(source, NODE, [part.elements.ref for _, part in ways])
    return whole([block for block, _ in (*nodes, *ways, *relations)], source.date or said_date(seconds))


def _fetched(source: Blocks, kind: int, numbers: list[Ints]) -> list[tuple[Block, Part]]:
    wanted = Numbers.of(numbers)
    if not len(wanted.sorted):
        return []
    found = ((block, part, wanted.has(part.elements.id)) for block, part in source.again(kind, wanted.sorted))
    return [taken(block, part, rows) for block, part, rows in found if rows.any()]


def _boundaries(file: OsmFile, crs: CRS, name: str) -> OsmBoundaries:
    """The relations of a file that holds nothing else, as areas."""
    counts: Counter[str] = Counter(relations_matched=len(file.relations.id))
    vertices = vertices_of(file)
    projection = projected(file, np.unique(vertices.node[vertices.there]), crs, name)
    chosen = np.ones(len(file.relations.id), dtype=bool)
    means_area = {WAY: np.zeros(len(file.ways.id), dtype=bool), RELATION: chosen}
    areas = find_areas(file, vertices, means_area, projection, counts)
    tags = combinations(
        file.relations, chosen, file.strings, np.ones(len(file.strings.start), dtype=bool), element_rules()
    )
    lost = np.setdiff1d(np.flatnonzero(chosen), areas.row)
    ids = ids_of("relation", file.relations.id[lost])
    names = [of.get(_NAME) or osm_id for osm_id, of in zip(ids, tags.tags_of(lost), strict=True)]
    counts.update(areas_repaired=areas.repaired)
    return OsmBoundaries(
        areas=frame(ids_of("relation", file.relations.id[areas.row]), tags.tags_of(areas.row), areas.shape, crs),
        incomplete=dict(zip(ids, names, strict=True)),
        date=file.date,
        counts=dict(sorted(counts.items())),
    )
