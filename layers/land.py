"""Land that a study names: areas in which a standard asks for less, and residential land."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.extract import OsmExtract
from layers.municipal import Notes
from layers.origins import AnyOrigin
from layers.repairs import mended
from layers.role_schemas import area_schema
from layers.schemas import validate
from layers.sources.features import read_features
from layers.sources.files import file_input
from layers.sources.window import Near
from layers.types import Area, Caveat, Study
from layers.whereabouts import check_near
from spatial.geometry import polygon_part, repaired

RESIDENTIAL = "residential"
"""Value of ``landuse`` in the extract."""


def load_areas(study: Study, communities: Area, notes: Notes) -> gpd.GeoDataFrame | None:
    """Areas in which a standard asks for less, as `Layers.areas`; None where the study names none.

    Notes
    -----
    Caveats: ``areas_elsewhere`` (of a kind nothing lies in the communities, so that nothing is lower) and those of
    the reading. Recorded as ``areas.<kind>``.

    Raises
    ------
    SourceError, LayerError
        A layer cannot be read, is no polygons, or lies far away.
    """
    if not study.areas:
        return None
    shapes: dict[str, shapely.Geometry] = {}
    for role in study.areas:
        layer = f"areas.{role.kind}"
        found = _polygons(study, role.origin, layer, communities, "no target would be lower", notes)
        inside = polygon_part(shapely.intersection(shapely.union_all(found), communities))
        if inside.is_empty:
            notes.caveats.append(Caveat("areas_elsewhere", layer, len(found), "features"))
        else:
            shapes[role.kind] = inside
    kinds = pd.DataFrame({"area_kind": pd.Series(list(shapes), dtype=str)})
    return gpd.GeoDataFrame(kinds, geometry=list(shapes.values()), crs=study.crs)


def load_land(
    study: Study, extract: OsmExtract, communities: gpd.GeoDataFrame, notes: Notes
) -> gpd.GeoDataFrame | None:
    """Residential land, as `Layers.residential_land`; None where the study names none.

    Parameters
    ----------
    extract
        Of which land tagged ``landuse=residential`` is taken where the study says so.

    Notes
    -----
    Merged before it is measured: what two polygons share counts once. Caveat: ``land_elsewhere`` (nothing of it lies
    in the communities). Recorded as ``residential_land``; tagged land, whose polygons are those of the extract, with
    the counts of the chosen ones.

    Raises
    ------
    SourceError, LayerError
        The layer cannot be read, is no polygons, or lies far away.
    """
    role, layer = study.residential_land, "residential_land"
    if role is None:
        return None
    if role.origin is not None:
        shapes = _polygons(
            study, role.origin, layer, communities.union_all(), "no land would be within reach of anything", notes
        )
    else:
        shapes = _tagged(extract)
        counts = {"rows_read": len(shapes), "rows_kept": len(shapes)}
        notes.read(study, layer, study.osm.origin, (file_input(study.osm.origin.path),), counts)
    land = _by_community(shapes, communities)
    if land.empty:
        notes.caveats.append(Caveat("land_elsewhere", layer, len(shapes), "features"))
    return land


def _polygons(
    study: Study, origin: AnyOrigin, layer: str, communities: Area, consequence: str, notes: Notes
) -> NDArray[np.object_]:
    """The polygons of a layer near the communities, valid and in the study's CRS; recorded."""
    read = read_features(origin, layer, [], Near(communities.bounds, study.crs))
    notes.caveats.extend(read.caveats)
    if read.frame.empty:  # it was read near the study only, and has nothing there
        notes.read(study, layer, origin, read.inputs, read.counts)
        return np.zeros(0, dtype=object)
    validate(read.frame, area_schema(layer))
    check_near(read.frame, communities, study.crs, layer, consequence)
    done = mended(read.frame.geometry, study.crs, layer)
    notes.caveats.extend(done.caveats(layer))
    notes.read(study, layer, origin, read.inputs, {**read.counts, **done.counts})
    shapes: NDArray[np.object_] = done.shapes.to_numpy()
    return shapes


def _tagged(extract: OsmExtract) -> NDArray[np.object_]:
    """Land that the extract tags residential. A building that says so is a home, not land."""
    chosen = [
        i
        for i, tags in enumerate(extract.areas["tags"])
        if tags.get("landuse") == RESIDENTIAL and "building" not in tags
    ]
    shapes, _ = repaired(extract.areas.geometry.iloc[chosen])
    found: NDArray[np.object_] = shapes.to_numpy()
    return found


def _by_community(shapes: NDArray[np.object_], communities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    units = communities.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    found: dict[str, shapely.Geometry] = {}
    for name, unit in zip(communities.index, units, strict=True):
        near = shapes[np.sort(tree.query(unit, predicate="intersects"))]
        land = polygon_part(shapely.intersection(shapely.union_all(near), unit)) if len(near) else shapely.Polygon()
        if land.area > 0:
            found[name] = land
    index = pd.Index(list(found), dtype=str, name=communities.index.name)
    return gpd.GeoDataFrame(geometry=list(found.values()), index=index, crs=communities.crs)
