"""A layer that comes in parts, and the rows of it that are kept: memory is bounded by the study, not by the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.origins import Filter
from layers.sources.encoding import EncodingChoice
from layers.sources.filters import RowFilter, text_of
from layers.sources.limits import LIMITS, Limits, check_rows
from layers.sources.reading import FrameT
from layers.sources.window import Window
from spatial.errors import LayerError, SourceError


@dataclass(frozen=True)
class Parts:
    """An open layer."""

    columns: tuple[str, ...]
    """All that it has, read or not."""
    crs: CRS | None
    """As the file says."""
    frames: Iterator[gpd.GeoDataFrame]
    """Rows in the file's order, geometry column ``geometry`` without CRS; read once."""
    rows: int = -1
    """As the file states; -1 where it does not."""
    counts: Counter[str] = field(default_factory=Counter)
    """What the reader counts on its way: complete after the last frame."""
    text: EncodingChoice | None = None
    """How its text is written; None where its format says that."""
    placed_by_cells: bool = False
    """Rows whose cells for the place are empty are left out and counted: tables have such rows, layers do not."""


@dataclass(frozen=True)
class Task:
    """What is wanted of a layer."""

    where: Filter
    what: str
    """As messages call the layer."""
    window: Window | None = None
    limits: Limits = LIMITS


def gathered(parts: Parts, task: Task) -> tuple[gpd.GeoDataFrame, Counter[str]]:
    """The rows that match the filter and touch the window.

    Returns
    -------
    (GeoDataFrame, Counter)
        Columns as in the parts, no CRS; ``rows_read``, ``rows_kept``, and where it happened ``rows_filtered``,
        ``outside`` (rows that match the filter, but lie outside the window), ``texts_cut``, ``heights_dropped`` and the
        reader's own counts.

    Raises
    ------
    SourceError
        Fewer rows can be read than the file states.
    LayerError
        The filter matches nothing, or a limit is passed.
    """
    rows, counts = RowFilter(task.where, task.what), Counter[str]()
    kept: list[gpd.GeoDataFrame] = []
    vertices = 0
    for frame in parts.frames:
        counts["rows_read"] += len(frame)
        check_rows(counts["rows_read"], task.limits.rows_read, "read", task.what)
        keep = rows.keep(pd.DataFrame(frame.drop(columns="geometry")))
        counts["rows_filtered"] += int((~keep).sum())
        if parts.placed_by_cells:
            nowhere = keep & shapely.is_missing(frame.geometry.to_numpy())
            counts["unplaced"] += int(nowhere.sum())
            keep &= ~nowhere
        if task.window is not None:
            inside = task.window.keep(frame.geometry.to_numpy()[keep])
            counts["outside"] += int((~inside).sum())
            keep[keep] = inside
        counts["rows_kept"] += int(keep.sum())
        check_rows(counts["rows_kept"], task.limits.rows_kept, "kept", task.what)
        near, seen = _plain(frame[keep], task.limits)
        counts.update(seen)
        vertices += int(shapely.get_num_coordinates(near.geometry.to_numpy()).sum())
        _check_vertices(vertices, task)
        if len(near) or not kept:
            kept.append(near)
    if 0 <= parts.rows != counts["rows_read"]:
        raise SourceError(
            f"{task.what}: is broken or incomplete, so it cannot be used ({counts['rows_read']} of {parts.rows} "
            "features can be read); copy it again from its source"
        )
    if counts["rows_read"]:
        rows.check()
    counts.update(parts.counts)
    return _joined(kept), Counter({name: n for name, n in counts.items() if n or name in ("rows_read", "rows_kept")})


def stacked(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Frames below each other, of one CRS; a column that is text in one of them is text in all."""
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    if len(filled) == 1:
        return filled[0].reset_index(drop=True)
    return gpd.GeoDataFrame(pd.concat(alike(filled), ignore_index=True), geometry="geometry", crs=filled[0].crs)


def alike(frames: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Frames in which a column that is text in one of them is text in all."""
    texts = {c for frame in frames for c in frame.columns if c != "geometry" and _is_text(frame[c])}
    return [frame.assign(**{c: _as_text(frame[c]) for c in texts & set(frame.columns)}) for frame in frames]


def _joined(kept: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return stacked(kept) if kept else gpd.GeoDataFrame({"geometry": []}, geometry="geometry")


def _is_text(values: pd.Series) -> bool:
    if not (pd.api.types.is_string_dtype(values.dtype) or values.dtype == object):
        return False
    return bool(values.map(lambda v: isinstance(v, str)).any())


def _as_text(values: pd.Series) -> pd.Series:
    """Numbers as a spreadsheet's reader would write them: 35016.0 is 35016."""
    return values.map(text_of, na_action="ignore").astype("str")


def _plain(frame: gpd.GeoDataFrame, limits: Limits) -> tuple[gpd.GeoDataFrame, Counter[str]]:
    """Flat shapes, and texts of bounded length."""
    counts: Counter[str] = Counter()
    shapes: NDArray[np.object_] = frame.geometry.to_numpy()
    high = shapely.has_z(shapes)
    if high.any():
        counts["heights_dropped"] = int(high.sum())
        frame = frame.set_geometry(shapely.force_2d(shapes))
    bounded, cut = cut_texts(frame, limits.text_characters)
    counts["texts_cut"] += cut
    return bounded, counts


def cut_texts(frame: FrameT, characters: int) -> tuple[FrameT, int]:
    """Texts of at most so many characters, and how many were cut."""
    cut, changed = 0, dict[str, pd.Series]()
    for column in frame.columns:
        if pd.api.types.is_string_dtype(frame[column].dtype) or frame[column].dtype == object:
            long = frame[column].map(lambda v: isinstance(v, str) and len(v) > characters)
            if long.any():
                cut += int(long.sum())
                changed[column] = frame[column].map(lambda v: v[:characters] if isinstance(v, str) else v)
    return (frame.assign(**changed) if changed else frame), cut


def _check_vertices(vertices: int, task: Task) -> None:
    if vertices > task.limits.vertices_kept:
        raise LayerError(
            f"{task.what}: its shapes have more than {task.limits.vertices_kept:,} vertices, which would fill the "
            "memory; cut the file to the study's surroundings, or simplify its shapes"
        )
