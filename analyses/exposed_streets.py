"""Shares of the length of streets in each class of a hazard: cut once for all layers, whatever their shape."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.exposed_classes import ANY, ByClass, exposed_by_hazard, judging_layers
from analyses.held_shapes import Shapes
from layers.types import Layers
from spatial.line_cuts import LinePieces, cut_lines
from spatial.network import WalkNetwork
from spatial.zonal import Cells

_AT_ONCE = 500_000
"""Pieces that are held in memory together, about."""


def streets(network: WalkNetwork) -> NDArray[np.int64]:
    """Edges of the walk network that somebody laid out: not the lines on which squares are crossed."""
    return np.flatnonzero(network.edge_highway != "square")


def exposed_streets(layers: Layers, lines: NDArray[np.object_]) -> dict[str, ByClass]:
    """The share of the length of every street in each class of every hazard layer of the study, and of ``any``.

    Streets are cut where the outline of a polygon or the border of a raster's cell meets them; of what is left
    between two cuts the middle tells where it lies. How deep the ground below a bridge lies is not asked.

    Parameters
    ----------
    lines : array of shapely LineStrings
        In the study's CRS.

    Returns
    -------
    dict
        As `exposed_classes.exposed_by_hazard`; shares (0-1) of the length of each line.
    """
    polygons = _polygons(layers)
    grids = _grids(layers)
    found = _outside(layers, len(lines))
    cut = np.arange(len(lines)) if grids else np.unique(STRtree(lines).query(polygons, predicate="intersects")[1])
    for block in _blocks(lines, cut, grids):
        pieces = cut_lines(lines[block], polygons, grids, layers.communities.crs)
        middles = Shapes.of(pieces.middle, layers.communities.crs)
        for hazard_id, of_pieces in exposed_by_hazard(layers, middles).items():
            by_line = _by_line(of_pieces, pieces, len(block))
            found[hazard_id].shares[block] = by_line.shares
            found[hazard_id].unknown[block] = by_line.unknown
    return found


def _by_line(found: ByClass, pieces: LinePieces, lines: int) -> ByClass:
    """The shares of lines from those of their pieces, by length."""
    length_m = np.bincount(pieces.line, weights=pieces.length_m, minlength=lines)
    weight = pieces.length_m / length_m[pieces.line]
    every = [*found.shares.T, found.unknown]
    shares = [np.bincount(pieces.line, weights=weight * share, minlength=lines).astype(float) for share in every]
    return ByClass(found.names, np.column_stack(shares[:-1]), shares[-1])


def _outside(layers: Layers, lines: int) -> dict[str, ByClass]:
    """Lines outside of everything, to be filled in."""
    names = {role.id: role.scale.names or ("",) for role in layers.study.hazards}
    if judging_layers(layers):
        names[ANY] = ("",)
    return {key: ByClass(classes, np.zeros((lines, len(classes))), np.zeros(lines)) for key, classes in names.items()}


def _polygons(layers: Layers) -> NDArray[np.object_]:
    """The ground of layers that are no rasters, and that of which they say nothing."""
    rows = layers.hazards[~layers.hazards["hazard_id"].isin(list(layers.hazard_grids))]
    unknown = layers.hazard_unknown
    doubtful = np.empty(0, dtype=object)
    if unknown is not None:
        doubtful = unknown.geometry.to_numpy()[~unknown["hazard_id"].isin(list(layers.hazard_grids)).to_numpy(bool)]
    parts: NDArray[np.object_] = shapely.get_parts(np.concatenate([rows.geometry.to_numpy(), doubtful]))
    return parts


def _grids(layers: Layers) -> list[Cells]:
    """The grids of the study's rasters, each once."""
    found: list[Cells] = []
    for grid in layers.hazard_grids.values():
        cells = Cells.of(grid)
        if not any(cells.same_as(other) for other in found):
            found.append(cells)
    return found


def _blocks(lines: NDArray[np.object_], cut: NDArray[np.int64], grids: list[Cells]) -> Iterator[NDArray[np.int64]]:
    """The lines that are to be cut, so many at a time that their pieces fit into memory."""
    if not len(cut):
        return
    pieces = shapely.get_num_points(lines[cut]).astype(float)
    for cells in grids:
        step_m = np.sqrt(abs(cells.transform.a * cells.transform.e - cells.transform.b * cells.transform.d))
        metres = 1.0 if cells.crs.is_projected else 111_000.0
        pieces += 2 * shapely.length(lines[cut]) / (step_m * metres)
    number = (np.cumsum(pieces) // _AT_ONCE).astype(np.int64)
    for block in np.unique(number):
        yield cut[number == block]
