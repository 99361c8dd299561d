"""Load: from a study file to layers that are valid, in one metric CRS, and recorded."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely

from layers.admin import units_from_osm
from layers.barriers import crossing_caveats
from layers.basemap import basemap
from layers.buildings import buildings
from layers.cache import Cache, file_hash
from layers.conflicts import no_excluded
from layers.extract import OsmExtract
from layers.inventories import with_inventories
from layers.municipal import Notes, load_coverage, load_hazards, load_parents, load_residents, load_units
from layers.obstacles import gates, obstacles
from layers.public_space import public_spaces, turned_away
from layers.sources.osm import read_osm
from layers.sources.pulled import pulled_input
from layers.sources.raster import read_elevation
from layers.sources.reading import provenance
from layers.stored import stored_layers
from layers.surroundings import (
    BASEMAP_MARGIN_M,
    SEARCH_LIMIT_M,
    near,
    near_basemap,
    near_squares,
    near_ways,
    surroundings,
)
from layers.types import Area, Caveat, Layers, Study, UnitsRole
from spatial.build import build_network
from spatial.errors import LayerError
from spatial.network import WalkNetwork
from spatial.progress import OnStep, silent

STEPS = ("map extract", "communities and residents", "hazards", "public space and buildings", "walk network")


def load(study: Study, on_step: OnStep = silent, cache: Cache | None = None) -> Layers:
    """Read and check everything that a study names.

    Parameters
    ----------
    study
        As read from its file.
    on_step
        Told the names in `STEPS` as they begin.
    cache
        Where what was read is kept between runs, such as `layers.cache.user_cache()`; None keeps nothing.

    Returns
    -------
    Layers
        In the study's CRS, kept to the surroundings of the communities, with the record of every file
        and the caveats that a reader of the results has to know.

    Raises
    ------
    SourceError
        A file is missing, broken, or of a format that is not read.
    LayerError
        A layer cannot be used as it is, or layers lie in different places.

    Notes
    -----
    The same files give the same layers.
    """
    on_step(STEPS[0])
    if cache is None:
        return _load(study, on_step, None)
    return stored_layers(study, cache, lambda: _load(study, on_step, cache))


def _load(study: Study, on_step: OnStep, cache: Cache | None) -> Layers:
    notes = Notes()
    extract = _extract(study, cache)
    on_step(STEPS[1])
    communities = load_units(study, study.communities, _from_osm(extract, study.communities), notes)
    area: Area = communities.union_all()
    _check_extract_covers(extract, area)
    parents = {p.level: load_parents(study, p, _from_osm(extract, p), area, notes) for p in study.parents}
    residents, cells = load_residents(study, communities, notes)
    coverage = load_coverage(study, study.osm, area, notes)
    on_step(STEPS[2])
    hazards = load_hazards(study, area, notes)
    on_step(STEPS[3])
    places = _places(extract, area)
    around = surroundings(area, SEARCH_LIMIT_M)
    excluded = near(turned_away(extract), around) if study.inventories else no_excluded(study.crs)
    public = with_inventories(study, places.spaces, excluded, area, around, notes)
    on_step(STEPS[4])
    reach = surroundings(area, SEARCH_LIMIT_M)
    network = _network(study, extract, reach, coverage.intersection(reach), cache)
    osm_input = pulled_input(study.osm.origin.path, extract.date[:10])
    counts = {**extract.counts, **places.counts}
    notes.provenance[:0] = provenance("osm", study.osm.origin, (osm_input,), counts, study.path)
    notes.caveats.extend(_extract_caveats(extract, communities, coverage))
    notes.caveats.extend(crossing_caveats(network, places.obstacles))
    return Layers(
        study=study, communities=communities, parents=parents, residents=residents, network=network,
        spaces=public.spaces, gates=places.gates, obstacles=places.obstacles, buildings=places.buildings,
        hazards=hazards, coverage=coverage,
        basemap=near_basemap(basemap(extract), surroundings(area, BASEMAP_MARGIN_M)),
        provenance=tuple(notes.provenance), caveats=tuple(notes.caveats),
        elevation=None if study.elevation is None else read_elevation(study.elevation, reach.bounds, study.crs),
        resident_cells=cells, planned=public.planned, conflicts=public.conflicts,
    )  # fmt: skip


def _extract(study: Study, cache: Cache | None) -> OsmExtract:
    origin = study.osm.origin
    if cache is None or not origin.path.is_file():
        return read_osm(origin, study.crs)
    return cache.get(OsmExtract, _made_from(study), lambda: read_osm(origin, study.crs))


def _network(study: Study, extract: OsmExtract, reach: Area, coverage: Area, cache: Cache | None) -> WalkNetwork:
    def build() -> WalkNetwork:
        return build_network(near_ways(extract.ways, reach), near_squares(extract.squares, reach), coverage)

    if cache is None:
        return build()
    return cache.get(WalkNetwork, [*_made_from(study), reach.wkb_hex, coverage.wkb_hex], build)


def _made_from(study: Study) -> list[str]:
    """What an extract in the study's CRS depends on."""
    return [file_hash(study.osm.origin.path), study.crs.to_wkt()]


@dataclass(frozen=True)
class _Places:
    """What the extract says about public space and buildings, near the communities."""

    spaces: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    obstacles: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    counts: dict[str, int]


def _places(extract: OsmExtract, communities: Area) -> _Places:
    box = surroundings(communities, SEARCH_LIMIT_M)
    spaces, space_counts = public_spaces(extract)
    homes, building_counts = buildings(extract)
    return _Places(
        near(spaces, box),
        near(gates(extract), box),
        near(obstacles(extract), box),
        near(homes, box),
        {**space_counts, **building_counts},
    )


def _from_osm(extract: OsmExtract, role: UnitsRole) -> gpd.GeoDataFrame | None:
    return None if role.origin is not None else units_from_osm(extract, role.osm_filter).reset_index()


def _check_extract_covers(extract: OsmExtract, communities: Area) -> None:
    """An extract of another place gives no error by itself: everybody would merely be out of reach."""
    xy = extract.ways.xy
    box = shapely.box(*xy.min(axis=0), *xy.max(axis=0))
    distance_m = communities.distance(box)
    if distance_m > 0:
        raise LayerError(
            f"communities: lie {distance_m / 1000:,.1f} km from every way of the map extract, so nobody could reach "
            "anything; "
            "name the extract of the right place, or correct the CRS of the communities"
        )


def _extract_caveats(extract: OsmExtract, communities: gpd.GeoDataFrame, coverage: Area) -> list[Caveat]:
    beyond = communities.index[~communities.covered_by(coverage.buffer(1.0))]
    found = [
        Caveat("ways_cut", "osm", extract.counts.get("ways_cut", 0), "ways"),
        Caveat("areas_lost", "osm", extract.counts.get("areas_lost", 0), "features"),
        Caveat("beyond_coverage", "communities", len(beyond), "communities", ", ".join(map(str, beyond[:3]))),
    ]
    return [c for c in found if c.count]
