"""Layers that GDAL opens, part by part."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from layers.sources.arrow_text import check_utf8
from layers.sources.columns import check_twice, chosen
from layers.sources.dbf import TRANSPARENT, deleted_rows, recoded, recoded_name
from layers.sources.encoding import EncodingChoice
from layers.sources.files import broken
from layers.sources.geopackage import check_stored
from layers.sources.parts import Parts
from layers.sources.shown import listed
from layers.sources.stated_crs import stated_crs
from layers.sources.wkb import Curved, shapes_of
from spatial.errors import LayerError, LinliError

READ_ERRORS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    CRSError,
    pa.ArrowException,
    shapely.errors.GEOSException,
    OSError,
    UnicodeDecodeError,
)
_DRIVERS = frozenset(
    {
        "GPKG",
        "ESRI Shapefile",
        "GeoJSON",
        "JSONFG",
        "FlatGeobuf",
        "LIBKML",
        "KML",
        "OpenFileGDB",
    }
)
_BATCH_ROWS = 4_096
_TYPES = {pa.json_(): pd.StringDtype(na_value=np.nan)}
"""JSON inside a column stays text."""


@contextmanager
def gdal_parts(
    path: Path, layer: str | None, wanted: Sequence[str] | None, what: str, text: EncodingChoice | None = None
) -> Iterator[Parts]:
    """Open one layer of a file.

    Parameters
    ----------
    layer
        None: the only one with shapes.
    wanted
        Columns to read; None: all.
    text
        Of a shapefile: how its text is written. All other formats are in UTF-8.

    Raises
    ------
    SourceError
        The file is broken or incomplete, now or while it is read.
    LayerError
        No layer with shapes, or several without a choice.
    """
    chosen_layer = _layer(path, layer, what)
    if path.suffix.lower() == ".gpkg":
        check_stored(path, chosen_layer, what)
    encoding = None if text is None else TRANSPARENT
    with told(what):
        info = pyogrio.read_info(path, layer=chosen_layer, encoding=encoding, force_feature_count=True)
    if info["driver"] not in _DRIVERS:
        raise broken(what, f"it is in the format {info['driver']}, which is not read")
    raw = {str(name) if text is None else recoded_name(str(name), text): str(name) for name in info["fields"]}
    if len(raw) < len(info["fields"]):
        check_twice(list(map(str, info["fields"])), what)
    columns, counts = chosen(list(raw), wanted), Counter[str]()
    with ExitStack() as stack:
        with told(what):
            meta, reader = stack.enter_context(
                pyogrio.open_arrow(
                    path,
                    layer=chosen_layer,
                    encoding=encoding,
                    columns=[raw[name] for name in columns],
                    batch_size=_BATCH_ROWS,
                    use_pyarrow=True,
                    datetime_as_string=True,
                )
            )
        opened = _Opened(path, chosen_layer, encoding, meta["geometry_name"] or "wkb_geometry", what)
        frames = (_named(frame, columns, text, counts, what) for frame in _frames(reader, opened, counts))
        if text is not None:
            counts["rows_deleted"] = deleted_rows(path)
        rows = int(info["features"]) - counts["rows_deleted"]
        yield Parts(tuple(raw), stated_crs(path, info["driver"], info["crs"]), frames, rows, counts, text)


@contextmanager
def told(what: str) -> Iterator[None]:
    """What the library says of a broken file becomes our one error.

    Its warnings tell of columns of unusual types or of rings that it closed, which is counted here, not of rows that
    are lost: those are found by counting.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    except LinliError:
        raise
    except READ_ERRORS as error:
        raise broken(what, error) from None


def layer_names(path: Path, what: str) -> list[str]:
    """Layers with shapes.

    Raises
    ------
    SourceError
        The file is broken.
    """
    with told(what):
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]


@dataclass(frozen=True)
class _Opened:
    """How to read rows once more, where their shapes ask for it."""

    path: Path
    layer: str
    encoding: str | None
    geometry_name: str
    what: str


def _layer(path: Path, layer: str | None, what: str) -> str:
    names = layer_names(path, what)
    if layer is not None:
        if layer not in names:
            raise LayerError(f"{what}: there is no layer {layer!r}; it holds: {listed(names)}")
        return layer
    if not names and path.suffix.lower() == ".fgb":
        raise broken(what, "the head of the file, which names its layer, cannot be read")
    if not names:
        raise LayerError(f"{what}: holds no layer with geometry, so it cannot be placed; name another file")
    if len(names) > 1:
        folders = path.suffix.lower() == ".kml"
        hint = " (a KML has one for each folder; to read several, put them into one folder)" if folders else ""
        raise LayerError(
            f'{what}: holds {len(names)} layers and the study names none; write layer = "..." with one of: '
            f"{listed(names)}{hint}"
        )
    return names[0]


def _frames(reader: pa.RecordBatchReader, opened: _Opened, counts: Counter[str]) -> Iterator[gpd.GeoDataFrame]:
    start = 0
    while True:
        with told(opened.what):
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
            check_utf8(batch, opened.what)
            frame = pa.Table.from_batches([batch]).to_pandas(types_mapper=_TYPES.get)
            if opened.geometry_name not in frame.columns:
                raise LayerError(
                    f"{opened.what}: layer {opened.layer!r} has no geometry, so it cannot be placed; name a layer with "
                    "polygons"
                )
            shapes, closed = _shapes(frame.pop(opened.geometry_name).to_numpy(dtype=object), opened, start)
        counts["rings_closed"] += closed
        start += len(frame)
        yield gpd.GeoDataFrame(frame, geometry=shapes)


def _named(
    frame: gpd.GeoDataFrame, columns: Mapping[str, str], text: EncodingChoice | None, counts: Counter[str], what: str
) -> gpd.GeoDataFrame:
    """Columns as the study calls them, and text as it was written."""
    if text is not None:
        read, cut = recoded(pd.DataFrame(frame.drop(columns="geometry")), text, what)
        counts["texts_cut_by_field"] += cut
        frame = gpd.GeoDataFrame(read, geometry=frame.geometry.to_numpy())
    return frame.rename(columns=dict(columns))


def _shapes(wkb: NDArray[np.object_], opened: _Opened, start: int) -> tuple[NDArray[np.object_], int]:
    """Curves are drawn with straight segments, which takes another way of reading."""
    try:
        return shapes_of(wkb, opened.what)
    except Curved:
        straight = pyogrio.read_dataframe(
            opened.path,
            layer=opened.layer,
            encoding=opened.encoding,
            columns=[],
            skip_features=start,
            max_features=len(wkb),
            on_invalid="fix",
        ).geometry.to_numpy()
        given = np.array([value is not None for value in wkb])
        if len(straight) != len(wkb) or (given & shapely.is_missing(straight)).any():
            raise
        return straight, 0
