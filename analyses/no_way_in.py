"""Why a public space has no way in, and which street is nearest: what somebody would have to look at on site.

No way in found is a finding about the map or about the ground: a gate that nobody mapped, or a park
behind walls. Either is worth knowing, and neither is a space without visitors for no reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.entrances import Entrances
from analyses.legs import hindrances, open_edge_legs
from analyses.parameters import Parameters
from layers.types import Layers
from spatial.snapping import EdgeIndex

_IN_THE_WAY = {
    "wall": "walled",
    "water": "water_or_railway",
    "railway": "water_or_railway",
    "motorway": "water_or_railway",
}
"""Kind of obstacle -> code of `columns.NO_ENTRANCE_REASONS`."""
_HINDERED = ("walled", "built_up", "water_or_railway")
"""Of reasons that hold for equally many legs the first."""


def no_way_in(layers: Layers, index: EdgeIndex, entrances: Entrances, parameters: Parameters) -> pd.DataFrame:
    """The columns of `columns.PUBLIC_SPACE` about spaces without any way in.

    Returns
    -------
    DataFrame
        One row a space, in the order of `Layers.spaces`: ``nearest_street_id`` (``way/1``),
        ``nearest_street_m`` [m] from the outline, and ``no_entrance_reason``, the first that holds:
        ``entrances_out_of_reach`` (a gate or crossing, or the place itself, but no walkable way within
        `Parameters.snap_limit_m`), ``fenced`` (a barrier along the outline), ``too_far_from_street`` (no
        walkable way within `Parameters.open_edge_reach_m`), else what hinders most of the legs that were
        tried: ``walled``, ``built_up``, ``water_or_railway``. Empty for spaces with a way in.
    """
    spaces = layers.spaces
    closed = np.setdiff1d(np.arange(len(spaces)), entrances.table["space"].to_numpy())
    shapes = spaces.geometry.to_numpy()[closed]
    street, street_m = _nearest_street(shapes, index)
    reason = _hindered_by(shapes, layers, index, parameters)
    reason[street_m > parameters.open_edge_reach_m] = "too_far_from_street"
    reason[spaces["fenced"].to_numpy(bool)[closed]] = "fenced"
    reason[np.isin(closed, entrances.out_of_reach)] = "entrances_out_of_reach"
    table = pd.DataFrame(
        {"nearest_street_id": None, "nearest_street_m": np.nan, "no_entrance_reason": None}, index=range(len(spaces))
    ).astype({"nearest_street_id": object, "no_entrance_reason": object})
    table.loc[closed, "nearest_street_id"] = street
    table.loc[closed, "nearest_street_m"] = street_m
    table.loc[closed, "no_entrance_reason"] = reason
    return table


def _nearest_street(shapes: NDArray[np.object_], index: EdgeIndex) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """The way of the nearest walkable edge and its distance; the first of several as near. Islands count."""
    street, street_m = np.full(len(shapes), None, dtype=object), np.full(len(shapes), np.inf)
    network = index.network
    # The outline of a square is walkable too, but no street that leads to it.
    streets = np.flatnonzero(network.edge_highway != "square")
    if len(shapes) and len(streets):
        (shape, near), found_m = STRtree(network.edge_line[streets]).query_nearest(shapes, return_distance=True)
        edge = streets[near]
        order = np.lexsort((edge, shape))
        shape, first = np.unique(shape[order], return_index=True)
        nearest = edge[order][first]
        street[shape] = [f"way/{way}" for way in network.edge_way_id[nearest]]
        street_m[shape] = found_m[order][first]
    return street, street_m


def _hindered_by(
    shapes: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> NDArray[np.object_]:
    """What most of the legs of each space meet; ``too_far_from_street`` where no leg could be tried."""
    reason = np.full(len(shapes), "too_far_from_street", dtype=object)
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    tried = open_edge_legs(shapes[areal], index, parameters)
    met = hindrances(tried, layers)
    kinds = layers.obstacles["obstacle_kind"].map(_IN_THE_WAY).to_numpy(object)
    found = np.zeros((len(_HINDERED), len(tried.space)), dtype=bool)
    found[_HINDERED.index("built_up"), met["buildings"][0]] = True
    for place, name in enumerate(_HINDERED):
        leg, thing = met["obstacles"]
        found[place, leg[kinds[thing] == name]] = True
    counts = np.stack([np.bincount(tried.space[row], minlength=len(areal)) for row in found])
    hindered = counts.sum(axis=0) > 0
    reason[areal[hindered]] = np.array(_HINDERED, dtype=object)[counts.argmax(axis=0)[hindered]]
    return reason
