"""Which of several layers lies elsewhere, where they do not lie together."""

from __future__ import annotations

from math import hypot

from pyproj import Geod

from layers.origins import Origin
from layers.sources.location import location
from layers.types import Area, Study, UnitsRole
from layers.units import layer_name
from layers.whereabouts import FAR_M
from spatial.crs import lonlat_centre
from spatial.errors import LayerError


def check_company(study: Study, role: UnitsRole, communities: Area) -> None:
    """Name the communities, where a level of parents and the map extract lie together and apart from them.

    Parameters
    ----------
    role
        Parents that do not fit the communities.

    Raises
    ------
    LayerError
        The communities are most likely in another CRS than is said: with their distance from the others.
    """
    if not isinstance(role.origin, Origin) or not isinstance(study.osm.origin, Origin):
        return
    parents, extract = location(role.origin), location(study.osm.origin)
    if parents is None or extract is None:
        return
    here = lonlat_centre(communities.bounds, study.crs)
    left, bottom, right, top = communities.bounds
    apart_m = min(_distance_m(here, parents), _distance_m(here, extract))
    if apart_m > FAR_M + hypot(right - left, top - bottom) / 2 and _distance_m(parents, extract) < FAR_M:
        raise LayerError(
            f"communities: lie {apart_m / 1000:,.0f} km from {layer_name(role)} and from the map extract, which lie "
            "together, so nothing would be found around them; most likely the CRS of the communities is declared "
            "wrongly: correct crs in [communities], or name the file of the right place"
        )


def _distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(Geod(ellps="WGS84").inv(*one, *other)[2])
