"""Service areas on the ground: from where a supply is within a rule's limit on foot, and where residents get to.

A figure for a community hides where in it the limit is passed; the area served shows the very street.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.measure import Scene
from analyses.profile import Profile, Rule
from analyses.supply import Places, supply_key
from analyses.walking import WALKERS, Mode, mode_of
from spatial.impedance import Impedance, returning
from spatial.network import WalkNetwork
from spatial.search import search_graph
from spatial.service_area import service_area
from spatial.snapping import Attachments


def area_served(walking: Walking, places: Places, *, limit: float, strip_m: float) -> shapely.MultiPolygon:
    """The ground from which the nearest entrance of some places is within a limit on foot.

    Parameters
    ----------
    walking : Walking
    places : Places
    limit : float
        Inclusive, in the unit of the walking graph's impedance.
    strip_m : float
        How far from the network the area may extend.

    Returns
    -------
    MultiPolygon
        In the network's CRS. See `spatial.service_area.service_area` for what is exact about it.
    """
    return service_area(walking.graph, _into(walking, places.space), limit=limit, strip_m=strip_m)


def areas_of_places(walking: Walking, places: Places, *, limit: float, strip_m: float) -> NDArray[np.object_]:
    """`area_served` for each place by itself: its catchment on the ground. Areas overlap."""
    own = [places.space[places.place == i] for i in range(len(places.geometry))]
    areas = np.empty(len(own), dtype=object)
    for i, spaces in enumerate(own):
        areas[i] = service_area(walking.graph, _into(walking, spaces), limit=limit, strip_m=strip_m)
    return areas


def areas_of_communities(
    network: WalkNetwork,
    impedance: Impedance,
    points: Attachments,
    community: NDArray[np.int64],
    *,
    limit: float,
    strip_m: float,
) -> NDArray[np.object_]:
    """The ground that the residents of each community can get to within a limit: the union over its demand points.

    Parameters
    ----------
    network : WalkNetwork
    impedance : Impedance
        Of walking; the search is turned, since these walks lead away from home.
    points : Attachments
        Where demand points are attached.
    community : int array
        Position of each demand point's community.
    limit, strip_m : float
        As for `area_served`; the leg from home to the network counts.

    Returns
    -------
    array of MultiPolygon
        By position of the community; empty where no demand point reaches the network.
    """
    graph = search_graph(network, points, returning(impedance))
    areas = np.empty(int(community.max(initial=-1)) + 1, dtype=object)
    for i in range(len(areas)):
        areas[i] = service_area(graph, np.flatnonzero(community == i), limit=limit, strip_m=strip_m)
    return areas


def service_areas_table(scene: Scene, profiles: Sequence[Profile], *, strip_m: float) -> gpd.GeoDataFrame:
    """Columns of `columns.SERVICE_AREAS`, one row for each walking rule about residents and each of its options.

    A supply and limit that several rules share is drawn once. Clipped to nothing: the area runs
    beyond the communities as far as the search does.
    """
    drawn: dict[tuple[Mode, str, float], shapely.MultiPolygon] = {}
    rows = []
    for profile, rule in _drawable(scene, profiles):
        assert rule.supply is not None
        assert rule.limit is not None
        where, mode = scene.of(rule), mode_of(rule)
        places = where.places_of(rule.supply)
        key = (mode, places.key, rule.limit)
        if key not in drawn:
            drawn[key] = area_served(where.ways.by_mode[mode], places, limit=rule.limit, strip_m=strip_m)
        limit, unit = (rule.limit, "m") if mode.unit == "m" else (rule.limit / 60, "min")
        rows.append((profile.id, rule.id, places.key, len(places.geometry), limit, unit, strip_m, drawn[key]))
    columns = ["profile_id", "rule_id", "supply", "n_places", "limit", "limit_unit", "strip_m", "geometry"]
    frame = pd.DataFrame(rows, columns=columns)
    table = gpd.GeoDataFrame(frame, geometry="geometry", crs=scene.walking.graph.network.crs)
    table.insert(7, "area_m2", shapely.area(table.geometry.to_numpy()))
    return table


def _drawable(scene: Scene, profiles: Sequence[Profile]) -> list[tuple[Profile, Rule]]:
    """The walking rules, once for each of their options, of which one place is enough and which are measured."""
    options = ((profile, alone) for profile in profiles for rule in profile.rules for alone in rule.each)
    return [
        (profile, rule)
        for profile, rule in options
        if _on_foot(rule)
        and rule.supply is not None
        and rule.limit is not None
        and rule.count == 1
        and supply_key(rule.supply) in scene.of(rule).places
    ]


def _on_foot(rule: Rule) -> bool:
    """Rules about floor area repeat those about residents, which have the same ground; none is drawn of a hazard."""
    return rule.kind == "reach" and rule.by in WALKERS and rule.who == "population" and not rule.under_hazard


def _into(walking: Walking, spaces: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(walking.entrances.table["space"].to_numpy(), spaces))
