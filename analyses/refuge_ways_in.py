"""Ways into refuges: found as those of any public space, and closed where they lie inside a hazard."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.access import home_barriers
from analyses.costs import place_of_entrances
from analyses.entrances import Entrances, find_entrances
from analyses.parameters import Parameters
from analyses.refuge_sites import LISTED, RefugeSites
from analyses.supply import Places
from layers.types import Layers
from spatial.snapping import Attachments, EdgeIndex, attach


def ways_into_refuges(
    sites: RefugeSites,
    layers: Layers,
    public: Entrances,
    index: EdgeIndex,
    hazard: NDArray[np.object_],
    parameters: Parameters,
) -> Entrances:
    """The ways into refuges that stay open.

    Parameters
    ----------
    sites : RefugeSites
    layers : Layers
    public : Entrances
        Those of the public spaces, which candidates are made of.
    index : EdgeIndex
        Of the layers' network.
    hazard : array of polygons
        Ways in inside it are closed.
    parameters : Parameters

    Returns
    -------
    Entrances
        ``space`` is the row of `RefugeSites.table`; attached to the network all of them.
    """
    found = [_of_listed(sites.table, layers, index, parameters)]
    if sites.space_place is not None:
        found.append(_leading_to(public, place_of_entrances(public, sites.space_place)))
        found.append(_of_schools(sites.space_place, layers, index, parameters))
    table = pd.concat([each.table for each in found], ignore_index=True)
    point = np.concatenate([each.point for each in found])
    at = _joined([each.attachment for each in found])
    closed = np.isin(np.arange(len(point)), shapely.STRtree(hazard).query(point, predicate="intersects")[0])
    site = table["space"].to_numpy(np.int64)
    kept = np.flatnonzero((site >= 0) & (at.edge >= 0) & ~closed)
    return Entrances(table.iloc[kept].reset_index(drop=True), point[kept], at.take(kept))


def _leading_to(entrances: Entrances, site: NDArray[np.int64]) -> Entrances:
    """The same ways in, each leading to a row of the refuges; -1 for none."""
    return replace(entrances, table=entrances.table.assign(space=site))


def _of_schools(places: Places, layers: Layers, index: EdgeIndex, parameters: Parameters) -> Entrances:
    """Ways into school grounds that are no public space."""
    schools = layers.spaces[:0] if layers.school_grounds is None else layers.school_grounds
    entrances = find_entrances(replace(layers, spaces=schools), index, parameters)
    site_of = np.full(len(layers.spaces) + len(schools), -1, dtype=np.int64)
    site_of[places.space] = places.place
    return _leading_to(entrances, site_of[entrances.table["space"].to_numpy(np.int64) + len(layers.spaces)])


def _of_listed(table: gpd.GeoDataFrame, layers: Layers, index: EdgeIndex, parameters: Parameters) -> Entrances:
    """Ways into listed refuges.

    A refuge that is drawn as a building, or behind a wall, has none of them; the city lists it all the same, so that
    people must get in: by the nearest walkable way, as from a home on no leg across water, a railway or a motorway.
    """
    rows = np.flatnonzero((table["source"] == LISTED).to_numpy(bool))
    shapes = table.geometry.to_numpy()[rows]
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    drawn = {"fenced": np.zeros(len(areal), dtype=bool)}
    frame = gpd.GeoDataFrame(drawn, geometry=list(shapes[areal]), crs=layers.spaces.crs)
    entrances = find_entrances(replace(layers, spaces=frame), index, parameters)
    space = areal[entrances.table["space"].to_numpy(np.int64)]
    without = np.setdiff1d(np.arange(len(rows)), space)
    inside = shapely.point_on_surface(shapes[without])
    barriers = home_barriers(layers.obstacles, water_m2=parameters.barrier_water_m2)
    nearest = attach(index, inside, limit_m=parameters.snap_limit_m, barriers=barriers)
    guessed = pd.DataFrame({"space": without, "kind": "point", "confidence": "low"})
    led = entrances.table.assign(space=space)
    every = pd.concat([led, guessed], ignore_index=True) if len(without) else led
    at = _joined([entrances.attachment, nearest])
    return Entrances(every.assign(space=rows[every["space"]]), np.concatenate([entrances.point, inside]), at)


def _joined(every: list[Attachments]) -> Attachments:
    return Attachments(
        np.concatenate([at.edge for at in every]),
        np.concatenate([at.along_m for at in every]),
        np.concatenate([at.off_network_m for at in every]),
    )
