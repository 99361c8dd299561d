"""Where residents live: census counts go to homes by floor area, and are conserved exactly.

Dasymetric disaggregation by residential floor area (Maantay, Maroko and Herrmann 2007, Mapping
population distribution in the urban environment, Cartography and GIS 34(2), who use residential
area and units). Where the mapped homes could not hold the residents counted, buildings are
missing from the map, not people: the rest is placed along the streets of the community and marked
as imputed, or gaps in the map would look like gaps in access.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.parameters import Parameters
from spatial.network import WalkNetwork

_HOME_STREETS = frozenset({"residential", "living_street", "pedestrian", "tertiary", "unclassified"})
_SMALLEST_PIECE_M2 = 0.5
"""A sliver of a building across a border, left by rounded coordinates, is nobody's home."""
_ROUND = 4
"""Segments a quarter circle of the ground that stands for a missing home."""


@dataclass(frozen=True)
class Demand:
    """Demand points: homes, and points along streets that stand for homes missing from the data."""

    table: pd.DataFrame
    """``demand_id``, ``community`` (position), ``zone`` (position), ``footprint_m2``, ``floor_area_m2`` (of homes
    alone, without shops below them), ``use_assumed`` and ``imputed`` (bool), ``population`` and groups (without
    residents: absent)."""
    home: NDArray[np.object_]
    """The building, or the piece of it in the community; a small circle for a street point."""
    point: NDArray[np.object_]
    """A point inside the home."""
    zone_population: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Residents of each zone, the ground on which they are known: a community, or the part of a raster's cell in it."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of residents."""
        fixed = {
            "demand_id",
            "community",
            "zone",
            "footprint_m2",
            "floor_area_m2",
            "use_assumed",
            "imputed",
            "population",
        }
        return tuple(c for c in self.table.columns if c not in fixed)


def place_residents(
    communities: gpd.GeoDataFrame,
    residents: pd.DataFrame | None,
    buildings: gpd.GeoDataFrame,
    network: WalkNetwork,
    parameters: Parameters,
    cells: gpd.GeoDataFrame | None = None,
) -> Demand:
    """Place each community's residents into its homes.

    Parameters
    ----------
    communities : GeoDataFrame
        `Layers.communities`.
    residents : DataFrame or None
        `Layers.residents` on the communities' index; None places floor area alone.
    buildings : GeoDataFrame
        `Layers.buildings`; only ``residential`` ones are homes.
    network : WalkNetwork
        Its streets take the residents whose homes are missing.
    parameters : Parameters
    cells : GeoDataFrame, optional
        `Layers.resident_cells`, with the columns of `residents`: residents are placed into the homes of their
        own piece of ground.

    Returns
    -------
    Demand
        A community whose residents are unknown keeps its homes with NaN residents; one in which
        nobody lives keeps them with 0.

    Notes
    -----
    For every community with known residents, and for every group, the sum over its demand points
    equals the count given, to 1e-6 persons.
    """
    if residents is None:
        return _homes(communities, buildings)
    zones, known = (communities, residents) if cells is None else (cells, cells[list(residents.columns)])
    population = known["population"].to_numpy(float)
    homes = _homes(zones, buildings)
    missing = _housed_share(homes, population, parameters) < 1
    # Unknown residents live somewhere: without a place they would be added up to nobody.
    nowhere = np.isnan(population) & (_floor_m2(homes, len(population)) == 0)
    streets = _street_points(zones, np.flatnonzero(missing | nowhere), network, parameters.street_spacing_m)
    demand = _joined(homes, streets)
    share = _shares(demand, "floor_area_m2", _housed_share(demand, population, parameters))
    zone = demand.table["zone"].to_numpy()
    counts = {name: share * known[name].to_numpy(float)[zone] for name in known.columns}
    community = zone if cells is None else communities.index.get_indexer(cells["community_id"])[zone]
    table = demand.table.assign(community=community.astype(np.int64), **counts)
    return Demand(table, demand.home, demand.point, population)


def other_placements(demand: Demand, parameters: Parameters) -> Mapping[str, NDArray[np.float64]]:
    """Residents of every demand point under other defensible ways of placing them.

    ``footprint``: homes take residents by footprint, since most storeys are assumed. ``mapped_homes``:
    nobody is imputed where a community has any home at all. ``tagged_homes``: nobody lives in a building
    that is only assumed to be a home, where those that a tag calls homes have room for everybody. How far
    values move between these and the placement used is the uncertainty that the placement brings.
    """
    zones = demand.zone_population
    population = zones[demand.table["zone"].to_numpy()]
    housed = _housed_share(demand, zones, parameters)
    anyone = np.where(_floor_m2(demand, len(zones)) > 0, 1.0, housed)
    return {
        "footprint": population * _shares(demand, "footprint_m2", housed),
        "mapped_homes": population * _shares(demand, "floor_area_m2", anyone),
        "tagged_homes": population * _shares(_without_assumed(demand, parameters), "floor_area_m2", housed),
    }


def _without_assumed(demand: Demand, parameters: Parameters) -> Demand:
    """The same homes, those without floor whose use is only assumed, in zones that need none of them."""
    zones, zone = demand.zone_population, demand.table["zone"].to_numpy()
    tagged = demand.table["floor_area_m2"].where(~demand.table["use_assumed"], 0.0)
    tagged_m2 = np.bincount(zone, weights=tagged, minlength=len(zones))
    enough = (tagged_m2 > 0) & (tagged_m2 >= zones * parameters.floor_per_resident_m2)
    floor_m2 = np.where(enough[zone], tagged, demand.table["floor_area_m2"])
    return Demand(demand.table.assign(floor_area_m2=floor_m2), demand.home, demand.point, zones)


def _homes(zones: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> Demand:
    """Residential buildings, split by area where a border runs through them."""
    homes = buildings[buildings["residential"].to_numpy(bool)]
    shapes, areas = homes.geometry.to_numpy(), zones.geometry.to_numpy()
    area, home = STRtree(shapes).query(areas, predicate="intersects")
    order = np.lexsort((area, home))
    area, home = area[order], home[order]
    shapely.prepare(areas)
    whole = shapely.covers(areas[area], shapes[home])
    piece = shapes[home].copy()
    piece[~whole] = shapely.intersection(areas[area[~whole]], shapes[home[~whole]])
    kept = shapely.area(piece) >= _SMALLEST_PIECE_M2
    area, home, piece, whole = area[kept], home[kept], piece[kept], whole[kept]
    share = shapely.area(piece) / shapely.area(shapes[home])
    ids = homes.index.to_numpy()[home].astype(str)
    places = zones.index.to_numpy()[area].astype(str)
    table = pd.DataFrame(
        {
            "demand_id": [i if w else f"{i}@{c}" for i, c, w in zip(ids, places, whole, strict=True)],
            "community": area.astype(np.int64),
            "zone": area.astype(np.int64),
            "footprint_m2": homes["footprint_m2"].to_numpy(float)[home] * share,
            "floor_area_m2": (homes["floor_area_m2"] * homes["residential_share"]).to_numpy(float)[home] * share,
            "use_assumed": (homes["use_source"] == "assumed").to_numpy(bool)[home],
            "imputed": np.zeros(len(area), dtype=bool),
        }
    )
    return Demand(table, piece, shapely.point_on_surface(piece))


def _street_points(
    zones: gpd.GeoDataFrame, chosen: NDArray[np.int64], network: WalkNetwork, spacing_m: float
) -> Demand:
    """Points at equal distances along the streets of some zones; a grid where there is no street."""
    lines = network.edge_line[np.isin(network.edge_highway, list(_HOME_STREETS))]
    tree = STRtree(lines)
    shapes, ids = zones.geometry.to_numpy(), zones.index.to_numpy()
    demand_id: list[str] = []
    community: list[int] = []
    points: list[shapely.Point] = []
    for i in chosen:
        found = _along(
            shapely.intersection(lines[np.sort(tree.query(shapes[i], predicate="intersects"))], shapes[i]), spacing_m
        )
        if not len(found):
            found = _evenly(shapes[i], spacing_m)
        demand_id += [f"street/{ids[i]}/{k}" for k in range(len(found))]
        community += [i] * len(found)
        points += list(found)
    point = np.array(points, dtype=object)
    where = np.array(community, dtype=np.int64)
    home = (
        shapely.intersection(shapely.buffer(point, spacing_m / 2, quad_segs=_ROUND), shapes[where])
        if len(point)
        else point
    )
    table = pd.DataFrame(
        {
            "demand_id": pd.Series(demand_id, dtype=str),
            "community": where,
            "zone": where,
            "footprint_m2": np.zeros(len(where)),
            "floor_area_m2": np.zeros(len(where)),
            "use_assumed": np.zeros(len(where), dtype=bool),
            "imputed": np.ones(len(where), dtype=bool),
        }
    )
    return Demand(table, home, point)


def _along(lines: NDArray[np.object_], spacing_m: float) -> NDArray[np.object_]:
    parts: NDArray[np.object_] = shapely.get_parts(shapely.get_parts(lines))
    parts = parts[shapely.length(parts) > 0]
    if not len(parts):
        return parts
    length_m = shapely.length(parts)
    count = np.maximum(1, np.round(length_m / spacing_m)).astype(np.int64)
    line = np.repeat(np.arange(len(parts)), count)
    number = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    points: NDArray[np.object_] = shapely.line_interpolate_point(parts[line], (number + 0.5) * (length_m / count)[line])
    return points


def _evenly(shape: shapely.Geometry, spacing_m: float) -> NDArray[np.object_]:
    """A grid over a community without streets, coarse enough for any size, or a single point inside."""
    step_m = max(spacing_m, np.sqrt(shape.area / 1000))
    left, bottom, right, top = shape.bounds
    x, y = np.meshgrid(np.arange(left + step_m / 2, right, step_m), np.arange(bottom + step_m / 2, top, step_m))
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    points: NDArray[np.object_] = shapely.points(x.ravel()[inside], y.ravel()[inside])
    return points if len(points) else np.array([shapely.point_on_surface(shape)], dtype=object)


def _joined(homes: Demand, streets: Demand) -> Demand:
    return Demand(
        pd.concat([homes.table, streets.table], ignore_index=True),
        np.concatenate([homes.home, streets.home]),
        np.concatenate([homes.point, streets.point]),
    )


def _floor_m2(demand: Demand, zones: int) -> NDArray[np.float64]:
    floor_m2 = demand.table["floor_area_m2"].to_numpy(float)
    return np.bincount(demand.table["zone"], weights=floor_m2, minlength=zones).astype(float)


def _housed_share(demand: Demand, population: NDArray[np.float64], parameters: Parameters) -> NDArray[np.float64]:
    """The share of each zone's residents that its mapped homes can hold; 1 where there is nobody to house."""
    room = _floor_m2(demand, len(population)) / parameters.floor_per_resident_m2
    share = np.ones(len(population))
    np.divide(room, population, out=share, where=population > 0)
    return np.minimum(share, 1.0)


def _shares(demand: Demand, by: str, housed_share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each demand point's share of its zone's residents: homes by `by`, street points equally."""
    table = demand.table
    zone, imputed = table["zone"].to_numpy(), table["imputed"].to_numpy()
    size = table[by].to_numpy(float)
    total = np.bincount(zone, weights=size, minlength=len(housed_share))
    points = np.bincount(zone, weights=imputed, minlength=len(housed_share))
    with np.errstate(divide="ignore", invalid="ignore"):
        by_size = size / total[zone] * housed_share[zone]
        by_point = (1 - housed_share[zone]) / points[zone]
    share: NDArray[np.float64] = np.where(imputed, by_point, by_size)
    return share
