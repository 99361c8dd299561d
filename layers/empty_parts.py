"""Parts of an area of which a server says that there is nothing at all: the sea, or a failure that looks like it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from layers.sources.osm_file import UNITS_A_DEGREE
from layers.sources.overpass_answer import Answer
from layers.types import Area

TELLING_M2 = 1_000_000.0
"""As much land without so much as a path, a building or a wood is not believed [m2]."""
_DEGREE_M = 111_195.0
_BESIDE = 1e-3
"""So far to both sides of a place on a coastline its direction is taken, as a share of its shortest piece."""
_NAMED = 3


def is_doubtful(part: Polygon, area: Area, elements: Answer) -> bool:
    """Whether it cannot be true that there is nothing in a part: it is land, and of the area that was asked for.

    Parameters
    ----------
    part, area
        In degrees.
    elements
        What came for all parts together: its coastlines, with land on their left, tell land from sea.
    """
    concerned = shapely.intersection(part, area)
    scale = math.cos(math.radians(part.centroid.y))
    if concerned.area * _DEGREE_M**2 * scale < TELLING_M2:
        return False
    return not _is_sea(concerned.representative_point(), elements, scale)


def doubt(parts: Sequence[Polygon]) -> str:
    """What is said of doubtful parts."""
    middles = [part.centroid for part in parts[:_NAMED]]
    named = "; ".join(f"longitude {middle.x:.3f}, latitude {middle.y:.3f}" for middle in middles)
    return (
        f"says twice that there is nothing at all around {named}{' and elsewhere' if len(parts) > _NAMED else ''}, "
        "which no coastline makes sea; either it lacks this part of the world, or it failed without saying so (if "
        "nothing is mapped there, give [osm.coverage] the path of a polygon that leaves it out)"
    )


def _is_sea(place: Point, elements: Answer, scale: float) -> bool:
    """Whether the nearest coastline has a place on its right."""
    here = Point(place.x * scale, place.y)
    lines = shapely.line_merge(shapely.MultiLineString(list(_coastlines(elements, scale))), directed=True)
    line = min(shapely.get_parts(lines), key=here.distance, default=None)
    if line is None:
        return False
    beside = _BESIDE * float(np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T).min())
    at = line.project(here)
    sides = at - beside, at + beside
    sides = tuple(d % line.length if line.is_closed else min(max(d, 0.0), line.length) for d in sides)
    # At a corner this is the mean of two directions, of which each alone may have the place on its other side.
    before, after = map(line.interpolate, sides)
    along, aside = (after.x - before.x, after.y - before.y), (here.x - before.x, here.y - before.y)
    return bool(along[0] * aside[1] < along[1] * aside[0])


def _coastlines(elements: Answer, scale: float) -> Iterator[LineString]:
    """Each as far as it came, in degrees of latitude."""
    order = np.argsort(elements.node_id, kind="stable")
    ids, places = elements.node_id[order], elements.node_xy[order] / UNITS_A_DEGREE
    for nodes, tags in elements.ways.values():
        if tags.get("natural") == "coastline" and len(nodes):
            corners = places[np.searchsorted(ids, nodes)] * (scale, 1.0)
            corners = corners[np.append(True, (np.diff(corners, axis=0) != 0).any(axis=1))]
            if len(corners) > 1:
                yield LineString(corners)
