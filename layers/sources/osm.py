"""An OSM extract of any format as walkable ways, areas, lines and points in the study's CRS."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.extract import OsmExtract
from layers.origins import Origin
from layers.osm_elements import ElementRules, element_rules
from layers.sources.osm_checks import check_file
from layers.sources.osm_file import NODE, RELATION, WAY, OsmFile
from layers.sources.osm_frames import frame, ids_of
from layers.sources.osm_lines import find_lines, line_shapes, placed, vertices_of, walk_ways
from layers.sources.osm_polygons import Areas, crossed_areas, find_areas
from layers.sources.osm_projection import Projection, projected
from layers.sources.osm_reading import Found, by_blocks, elements
from layers.sources.osm_tags import TagCombinations, combinations
from layers.surroundings import Surroundings
from spatial.errors import LayerError
from spatial.network import WalkAreas


def read_osm(
    origin: Origin, crs: CRS, *, rules: ElementRules | None = None, keep: Surroundings | None = None
) -> OsmExtract:
    """Read an OSM extract (``.osm.pbf``, ``.osm``, ``.osm.bz2``, ``.osm.gz``, ``.o5m``) by ``layers/rules``.

    Ways that refer to nodes outside the extract are cut there. Multipolygons that the reader
    refuses are assembled by the roles of their members.

    Parameters
    ----------
    origin
        The file. OSM coordinates are EPSG:4326 by definition, so its `crs` is not consulted.
    crs
        Metric CRS of the study.
    rules
        Which elements are kept, as what and with which tags; None: the packaged rules.
    keep
        Where in the file to read; None: all of it. More may come of it, never less: all that has a point in this box,
        whole, and the areas that lie around it.

    Returns
    -------
    OsmExtract
        ``counts``: ``ways_walkable``, ``not_walkable.<rule>`` (ways by the rule that turned them
        away), ``ways_cut`` and ``nodes_missing``, ``ways_without_length``, ``squares``, ``areas``,
        ``lines``, ``points``, ``relations_incomplete`` (members lie outside the extract),
        ``areas_assembled_by_roles``, ``areas_lost`` (not even by roles), ``areas_repaired``
        (invalid after projection), ``squares_without_rings``, ``relations_cut`` (areas too large to be read whole
        around a study), ``without_relations`` (1: the file has no relation at all). Of a large file they tell
        of what lies around the study only.

    Raises
    ------
    SourceError
        If the file is missing, may not be read, is broken, truncated or not OSM.
    LayerError
        If it has no walkable way, its coordinates do not exist in the study's CRS, or nothing of it lies in `keep`.
    """
    path = origin.path
    rules = element_rules() if rules is None else rules
    check_file(path)
    box = None if keep is None else keep.degrees(crs)
    # Texts are decoded as they are asked for, so it may turn out only with the layers that one is none.
    return by_blocks(path, lambda source: _extract(elements(path, source, rules, box), rules, crs, path))


def _extract(found: Found, rules: ElementRules, crs: CRS, path: Path) -> OsmExtract:
    """The layers of a file."""
    file = found.file
    counts: Counter[str] = +Counter(relations_cut=found.relations_cut, without_relations=int(not found.has_relations))
    asked = _asked(file, rules)
    vertices = vertices_of(file)
    lines = find_lines(file, vertices, asked.tags[WAY], _line_candidates(file, asked), rules, counts)
    points = np.flatnonzero(placed(file) & asked.tags[NODE].decide(rules.is_point, bool))
    used = np.zeros(len(file.x), dtype=bool)
    used[vertices.node[vertices.there]] = used[points] = True
    projection = projected(file, np.flatnonzero(used), crs, path.name)
    ways = walk_ways(file, lines, vertices, asked.tags, projection.nodes, crs)
    if not len(ways.way_id):
        raise LayerError(
            f"OSM extract '{path.name}' has no way that can be walked, so no distance can be measured; "
            "use an extract of the whole study area with its streets"
        )
    means_area = asked.area_key | {WAY: asked.area_key[WAY] & asked.tags[WAY].decide(rules.outlines_area, bool)}
    areas = find_areas(file, vertices, means_area, projection, counts)
    grounds, squares = _area_layers(file, areas, asked, projection, crs, counts)
    counts.update(
        areas_repaired=areas.repaired, ways_walkable=len(np.unique(ways.way_id)), squares=len(set(squares.area_id)),
        areas=len(grounds), lines=len(lines.way), points=len(points),
    )  # fmt: skip
    return OsmExtract(
        ways=ways,
        squares=squares,
        areas=grounds,
        lines=frame(
            ids_of("way", file.ways.id[lines.way]), asked.tags[WAY].tags_of(lines.way),
            line_shapes(lines, projection.nodes, vertices.node), crs,
        ),
        points=frame(
            ids_of("node", file.nodes.id[points]), asked.tags[NODE].tags_of(points),
            shapely.points(projection.nodes[points]), crs,
        ),
        date=file.date,
        counts=dict(sorted(counts.items())),
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """What the rules need to know about elements, by kind: `NODE`, `WAY`, `RELATION`."""

    tags: dict[int, TagCombinations]
    area_key: dict[int, NDArray[np.bool_]]
    """Which elements have a key that may mean an area."""
    way_key: NDArray[np.bool_]
    """Which ways have a key that may mean a line."""


def _asked(file: OsmFile, rules: ElementRules) -> _Asked:
    area_key, way_key = file.keyed(frozenset(rules.area_keys)), file.keyed(frozenset(rules.way_keys))
    keep = file.keyed(rules.keep)
    area = {WAY: file.ways.having(area_key), RELATION: file.relations.having(area_key)}
    ways = file.ways.having(way_key)
    chosen = (
        (NODE, file.nodes, file.nodes.having(file.keyed(frozenset(rules.node_keys)))),
        (WAY, file.ways, ways | area[WAY]),
        (RELATION, file.relations, area[RELATION]),
    )
    tags = {number: combinations(kind, which, file.strings, keep, rules) for number, kind, which in chosen}
    return _Asked(tags, area, ways)


def _line_candidates(file: OsmFile, asked: _Asked) -> NDArray[np.bool_]:
    """Ways with a key of a line, and open ways with a key of an area: a closed one is a plain outline."""
    offset = file.ways.ref_offset
    closed = np.zeros(len(file.ways.id), dtype=bool)
    some = np.flatnonzero(np.diff(offset))
    closed[some] = file.ways.ref[offset[some]] == file.ways.ref[offset[some + 1] - 1]
    return asked.way_key | (asked.area_key[WAY] & ~closed)


def _area_layers(
    file: OsmFile, areas: Areas, asked: _Asked, projection: Projection, crs: CRS, counts: Counter[str]
) -> tuple[gpd.GeoDataFrame, WalkAreas]:
    """The frame of areas, and those that can be crossed."""
    is_way = areas.kind == WAY
    ids = np.empty(len(areas.row), dtype=object)
    tags = np.empty(len(areas.row), dtype=object)
    for kind, name, own, which in (
        (WAY, "way", file.ways, is_way),
        (RELATION, "relation", file.relations, ~is_way),
    ):
        ids[which] = ids_of(name, own.id[areas.row[which]])
        tags[which] = asked.tags[kind].tags_of(areas.row[which])
    squares = crossed_areas(file, areas, ids, asked.tags, projection.nodes, counts)
    return frame(ids.tolist(), tags.tolist(), areas.shape, crs), squares
