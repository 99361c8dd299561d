"""Signals of how completely a community is mapped, each a number with a unit that a reader can check.

None of them is the quality of the place: they ask whether what must be there (homes for the residents
counted, houses along residential streets, ways in a dense quarter, ways into parks) is in the data.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.parameters import DataLimits
from analyses.residents import Demand
from layers.tag_rules import unions
from layers.types import Layers
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_SPACING_M = 25.0
"""Residential streets are looked at every so often."""
_HOUSE_STREETS = frozenset({"residential", "living_street"})
"""By the meaning of their tags these give access to homes: houses must stand along them."""


def measure_signals(
    layers: Layers, demand: Demand, attached: Attachments, n_entrances: NDArray[np.int64], limits: DataLimits
) -> pd.DataFrame:
    """Every signal of every community.

    Parameters
    ----------
    layers : Layers
    demand : Demand
        Where residents are placed; without residents the homes.
    attached : Attachments
        Of the demand points to the walk network.
    n_entrances : array
        Ways into each of the layers' spaces.
    limits : DataLimits

    Returns
    -------
    DataFrame
        On the communities' index, NaN where a signal cannot be known or does not apply:
        ``data_floor_m2_per_resident`` [m2], ``data_built_street_share`` (0-1, of the length of residential
        streets), ``data_ways_km_per_km2``, ``data_off_network_share`` (0-1, of residents, or of floor area
        without them), ``data_way_in_share`` (0-1, of the open public spaces that touch it), ``data_spaces`` (how
        many those are), ``data_space_m`` [m] (nearest open public space, 0 inside), ``data_covered_share`` (0-1,
        of its area), ``data_inventory_only_share`` (0-1, of the inventories' ground or points in it),
        ``density_per_km2`` (residents).
    """
    communities, network = layers.communities, layers.network
    shapes = communities.geometry.to_numpy()
    population = _population(layers)
    km2 = shapely.area(shapes) / 1e6
    # A health station or a graveyard near is no place to be in: these two ask for what a park may stand for.
    is_open = layers.spaces["space_class"].isin(unions()["open_public_space"]).to_numpy(bool)
    n_spaces, way_in = _ways_in(layers.spaces[is_open], shapes, n_entrances[is_open])
    return pd.DataFrame(
        {
            "data_floor_m2_per_resident": _floor_per_resident(demand, population),
            "data_built_street_share": _built_street_share(layers, shapes, limits),
            "data_ways_km_per_km2": _inside_m(network, shapes) / 1000 / km2,
            "data_off_network_share": _off_network_share(layers, demand, attached),
            "data_way_in_share": way_in,
            "data_spaces": n_spaces,
            "data_space_m": _nearest_space_m(layers.spaces[is_open], shapes),
            "data_covered_share": shapely.area(shapely.intersection(shapes, layers.coverage)) / 1e6 / km2,
            "data_inventory_only_share": _inventory_only_share(layers.inventory_sites, shapes, limits),
            "density_per_km2": population / km2,
        },
        index=communities.index,
    )


def _population(layers: Layers) -> NDArray[np.float64]:
    if layers.residents is None:
        return np.full(len(layers.communities), np.nan)
    population: NDArray[np.float64] = layers.residents["population"].to_numpy(float)
    return population


def _sums(unit: NDArray[np.int64], units: int, weight: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Sum of weights, or number of entries, of each community."""
    sums: NDArray[np.float64] = np.bincount(unit, weights=weight, minlength=units).astype(float)
    return sums


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Parts of wholes; NaN where there is nothing to be a part of."""
    share = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _floor_per_resident(demand: Demand, population: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mapped residential floor area for each resident counted; NaN where nobody lives or nobody counted."""
    table = demand.table
    floor_m2 = table["floor_area_m2"].to_numpy(float)
    return _share(_sums(table["community"].to_numpy(), len(population), floor_m2), population)


def _built_street_share(layers: Layers, shapes: NDArray[np.object_], limits: DataLimits) -> NDArray[np.float64]:
    """Share of the length of residential streets beside which a building of any use is mapped."""
    point, length_m = _along_streets(layers.network)
    near = np.zeros(len(point))
    near[STRtree(layers.buildings.geometry.to_numpy()).query(point, "dwithin", limits.building_reach_m)[0]] = 1.0
    at, community = STRtree(shapes).query(point, predicate="intersects")
    whole_m = _sums(community, len(shapes), length_m[at])
    built_m = _sums(community, len(shapes), (length_m * near)[at])
    # A few metres of a street that belongs to the neighbours say nothing.
    share = _share(built_m, whole_m)
    share[whole_m < limits.least_street_m] = np.nan
    return share


def _along_streets(network: WalkNetwork) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Points along residential streets, and the length of street that each stands for."""
    edge = np.flatnonzero(np.isin(network.edge_highway.astype(str), sorted(_HOUSE_STREETS)))
    length_m = network.edge_length_m[edge]
    count = np.maximum(1, np.round(length_m / _SPACING_M)).astype(np.int64)
    street = np.repeat(np.arange(len(edge)), count)
    number = np.arange(len(street)) - np.repeat(np.cumsum(count) - count, count)
    each_m = (length_m / count)[street]
    point: NDArray[np.object_] = shapely.line_interpolate_point(
        network.edge_line[edge][street], (number + 0.5) * each_m
    )
    return point, each_m


def _inside_m(network: WalkNetwork, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Length of the walkable ways inside each community; squares are crossed on lines that nobody laid out."""
    lines = network.edge_line[network.edge_highway != "square"]
    community, line = STRtree(lines).query(shapes, predicate="intersects")
    inside = shapely.contains_properly(shapes[community], lines[line])
    length_m = shapely.length(lines[line])
    cut = np.flatnonzero(~inside)
    length_m[cut] = shapely.length(shapely.intersection(lines[line[cut]], shapes[community[cut]]))
    return _sums(community, len(shapes), length_m)


def _off_network_share(layers: Layers, demand: Demand, attached: Attachments) -> NDArray[np.float64]:
    """Share of residents (without them, of residential floor area) beside no way, or beside an island only."""
    table, units = demand.table, len(layers.communities)
    weight = table["floor_area_m2"] if layers.residents is None else table["population"]
    weight_known = np.nan_to_num(weight.to_numpy(float))
    off = (attached.edge < 0) | (np.append(layers.network.edge_component, 0)[attached.edge] > 0)
    community = table["community"].to_numpy()
    return _share(_sums(community, units, weight_known * off), _sums(community, units, weight_known))


def _ways_in(
    spaces: gpd.GeoDataFrame, shapes: NDArray[np.object_], n_entrances: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many of some spaces touch each community, and the share of them with a way in; NaN where there is none."""
    community, space = STRtree(spaces.geometry.to_numpy()).query(shapes, predicate="intersects")
    found = _sums(community, len(shapes))
    return found, _share(_sums(community, len(shapes), (n_entrances[space] > 0).astype(float)), found)


def _nearest_space_m(spaces: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """From each community to the nearest of some spaces; inf where the data have none at all."""
    nearest = np.full(len(shapes), np.inf)
    if len(spaces):
        (community, _), found_m = STRtree(spaces.geometry.to_numpy()).query_nearest(
            shapes, return_distance=True, all_matches=False
        )
        nearest[community] = found_m
    return nearest


def _inventory_only_share(
    sites: gpd.GeoDataFrame | None, shapes: NDArray[np.object_], limits: DataLimits
) -> NDArray[np.float64]:
    """Share of what the inventories have in each community that the extract lacks; NaN where they have nothing there.

    Of ground by its area, of places without an outline by their number; where there are both, the larger share.
    """
    if sites is None:
        return np.full(len(shapes), np.nan)
    site, lacking = sites.geometry.to_numpy(), sites["lacking"].to_numpy()
    point = shapely.get_dimensions(site) == 0
    ground_m2 = _ground_m2(site[~point], shapes)
    # A strip of a site that belongs to the neighbours says nothing.
    ground_m2[ground_m2 < limits.least_inventory_m2] = 0
    by_area = _share(_ground_m2(lacking[~point], shapes), ground_m2)
    by_number = _share(_touching(lacking[point], shapes), _touching(site[point], shapes))
    share: NDArray[np.float64] = np.fmax(by_area, by_number)
    return share


def _ground_m2(areas: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Area inside each community that some polygons cover, however many of them lie on each other."""
    community, area = STRtree(areas).query(shapes, predicate="intersects")
    inside = shapely.intersection(areas[area], shapes[community])
    ground_m2 = np.zeros(len(shapes))
    for at in np.unique(community):
        ground_m2[at] = shapely.area(shapely.union_all(inside[community == at]))
    return ground_m2


def _touching(points: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """How many points lie in each community."""
    return _sums(STRtree(points).query(shapes, predicate="intersects")[0], len(shapes))
