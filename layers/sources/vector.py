"""Municipal layers: GeoPackage, shapefile, GeoJSON, FlatGeobuf, file geodatabase, GeoParquet."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS

from layers.sources.encoding import check_text
from layers.sources.files import file_input, said
from layers.sources.filters import matching
from layers.sources.formats import check_format
from layers.sources.placing import check_coordinates, placed
from layers.sources.reading import Read
from layers.types import Origin
from spatial.errors import LayerError, SourceError

_READ_ERRORS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    CRSError,
    OSError,
    UnicodeDecodeError,
    RuntimeWarning,
)
_WKB_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")


def read_vector(origin: Origin, role: str) -> Read[gpd.GeoDataFrame]:
    """Read a layer with its own CRS, or the one that the study declares for it.

    A CRS declared in the study wins over the file's (a wrong .prj can be put right) and is counted.
    GeoParquet without a CRS entry is OGC:CRS84 by its specification; GeoJSON is WGS 84 unless it says
    otherwise. Parquet with plain WKB and no metadata needs `crs` declared.

    Returns
    -------
    Read
        The rows that match the origin's filter, geometry column ``geometry``; counts ``rows_read``,
        ``rows_kept`` and, where it happened, ``crs_overridden``.

    Raises
    ------
    SourceError
        The file is broken, incomplete, or of a format that is not read.
    MissingCRS
        Neither the file nor the study declares a CRS.
    LayerError
        No layer or several without a choice, a filter that fails, or coordinates that cannot be.
    """
    what = f"{role} ({origin.path.name})"
    check_format(origin.path, what)
    parquet = origin.path.suffix.lower() in (".parquet", ".geoparquet")
    features = _read_parquet(origin, what) if parquet else _read_gdal(origin, what)
    counts = {"rows_read": len(features)}
    features, placing = placed(features, origin, what)
    counts |= placing
    kept = features[matching(pd.DataFrame(features.drop(columns="geometry")), origin.filter, what)].reset_index(
        drop=True
    )
    counts["rows_kept"] = len(kept)
    if kept.empty:
        raise LayerError(
            f"{what}: the layer holds no features, so there is nothing to assess; check the file, and the layer it "
            "names"
        )
    check_coordinates(kept, what)
    return Read(kept, counts, (file_input(origin.path),))


def _read_gdal(origin: Origin, what: str) -> gpd.GeoDataFrame:
    layer = _layer(origin, what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            info = pyogrio.read_info(origin.path, layer=layer, encoding=origin.encoding, force_feature_count=True)
            features = gpd.read_file(origin.path, layer=layer, encoding=origin.encoding, engine="pyogrio")
    except _READ_ERRORS as error:
        raise _broken(what, error) from None
    if not isinstance(features, gpd.GeoDataFrame):
        raise LayerError(f"{what}: layer {layer!r} has no geometry, so it cannot be placed; name a layer with polygons")
    if 0 <= info["features"] != len(features):
        raise _broken(what, f"{len(features)} of {info['features']} features can be read")
    if info["geometry_type"] is not None and features.active_geometry_name != "geometry":
        features = features.rename_geometry("geometry")
    check_text(features, origin, info, what)
    return features


def _layer(origin: Origin, what: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            names = [str(n) for n, kind in pyogrio.list_layers(origin.path) if kind is not None]
    except _READ_ERRORS as error:
        raise _broken(what, error) from None
    if origin.layer is not None:
        if origin.layer not in names:
            raise LayerError(f"{what}: there is no layer {origin.layer!r}; it holds: {', '.join(names[:10])}")
        return origin.layer
    if not names:
        raise LayerError(f"{what}: holds no layer with geometry, so it cannot be placed; name another file")
    if len(names) > 1:
        raise LayerError(
            f'{what}: holds {len(names)} layers and the study names none; write layer = "..." with one of: '
            f"{', '.join(names[:10])}"
        )
    return names[0]


def _read_parquet(origin: Origin, what: str) -> gpd.GeoDataFrame:
    try:
        metadata = pq.read_schema(origin.path).metadata or {}
        if b"geo" in metadata:
            features = gpd.read_parquet(origin.path)
            return features.rename_geometry("geometry") if features.active_geometry_name != "geometry" else features
        table = pq.read_table(origin.path).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise _broken(what, error) from None
    return _from_wkb(table, what)


def _from_wkb(table: pd.DataFrame, what: str) -> gpd.GeoDataFrame:
    """Parquet as municipalities export it: geometry as plain WKB, no word about it."""
    binary = [
        c
        for c in table.columns
        if len(table) and table[c].map(lambda v: isinstance(v, bytes) or v is None).all() and table[c].notna().any()
    ]
    named = [c for c in binary if str(c).lower() in _WKB_NAMES] or binary
    if len(named) != 1:
        raise LayerError(
            f"{what}: is a Parquet table without geometry, so it cannot be placed; it needs one column of WKB, such "
            "as 'geometry'"
        )
    try:
        geometry = shapely.from_wkb(table[named[0]].to_numpy())
    except shapely.errors.GEOSException as error:
        raise _broken(what, error) from None
    return gpd.GeoDataFrame(table.drop(columns=named[0]), geometry=geometry)


def geoparquet_bounds(path: Path) -> tuple[tuple[float, float, float, float], CRS] | None:
    """Bounds and CRS as a GeoParquet file's metadata tell them; None if they do not."""
    metadata = pq.read_schema(path).metadata or {}
    if b"geo" not in metadata:
        return None
    geo = json.loads(metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    bounds = column.get("bbox")
    if bounds is None or len(bounds) != 4:
        return None
    crs = column.get("crs", "OGC:CRS84")
    left, bottom, right, top = map(float, bounds)
    return None if crs is None else ((left, bottom, right, top), CRS.from_user_input(crs))


def _broken(what: str, error: object) -> SourceError:
    return SourceError(
        f"{what}: is broken or incomplete, so it cannot be used{said(error)}; copy it again from its source"
    )
