"""Load: from a study file to layers that are valid, in one metric CRS, and recorded."""

from __future__ import annotations

import geopandas as gpd

from layers.admin import incomplete_units, units_from_osm
from layers.barriers import crossing_caveats
from layers.basemap import basemap
from layers.cache import Cache
from layers.indicators import load_indicators
from layers.inventories import with_inventories
from layers.land import load_areas, load_land
from layers.municipal import Notes, load_coverage, load_hazards, load_parents, load_residents, load_units
from layers.osm_layers import OsmLayers, Reading, check_covers, extract_caveats
from layers.public_space import unmatched_caveats
from layers.refuges import load_refuges, school_grounds
from layers.screening import with_words
from layers.shift import units_beside_streets
from layers.sources.osm_boundaries import read_boundaries
from layers.sources.pulled import pulled_input
from layers.sources.raster import read_elevation
from layers.sources.reading import provenance
from layers.space_rules import override_caveats
from layers.stored import stored_layers
from layers.surroundings import BASEMAP_MARGIN_M, SEARCH_LIMIT_M, near_basemap, surroundings
from layers.types import Area, Layers, Study, UnitsRole
from layers.units import layer_name
from spatial.progress import OnStep, silent

STEPS = ("communities", "map extract", "public space and buildings", "residents and hazards", "walk network")


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
        return with_words(_load(study, on_step, None))
    return with_words(stored_layers(study, cache, lambda: _load(study, on_step, cache)))


def _load(study: Study, on_step: OnStep, cache: Cache | None) -> Layers:
    notes = Notes()
    communities = load_units(study, study.communities, _from_osm(study, study.communities, notes), notes)
    area: Area = communities.union_all()
    parents = {p.level: load_parents(study, p, _from_osm(study, p, notes), area, notes) for p in study.parents}
    coverage = load_coverage(study, study.osm, area, notes)
    on_step(STEPS[1])
    reading = Reading.of(study, area)
    extract = reading.extract(cache)
    check_covers(extract, area)
    on_step(STEPS[2])
    reach = surroundings(area, SEARCH_LIMIT_M)
    osm = OsmLayers.of(extract, reading, reach)
    public = with_inventories(study, osm.spaces, osm.turned_away, area, reach, notes)
    on_step(STEPS[3])
    residents, cells = load_residents(study, communities, osm.buildings.geometry, notes)
    drawn = basemap(extract)
    hazards = load_hazards(study, area, public.spaces.geometry, reading.water(drawn, coverage), notes)
    areas, land = load_areas(study, area, notes), load_land(study, extract, communities, notes)
    indicators = load_indicators(study, communities.index, notes)
    refuges = load_refuges(study, reach, notes)
    on_step(STEPS[4])
    network = reading.network(extract, reach, coverage.intersection(reach), cache)
    osm_input = pulled_input(study.osm.origin.path, extract.date[:10])
    counts = {**extract.counts, **osm.counts}
    notes.provenance[:0] = provenance("osm", study.osm.origin, (osm_input,), counts, study.path)
    notes.caveats.extend(override_caveats(study.space_rules))
    notes.caveats.extend(unmatched_caveats(extract, reading.spaces))
    notes.caveats.extend(extract_caveats(extract, communities, coverage))
    notes.caveats.extend(crossing_caveats(network, osm.obstacles))
    background = near_basemap(drawn, surroundings(area, BASEMAP_MARGIN_M))
    notes.caveats.extend(units_beside_streets(study, communities, parents, background.streets.geometry))
    return Layers(
        study=study, communities=communities, parents=parents, residents=residents, network=network,
        spaces=public.spaces, gates=osm.gates, obstacles=osm.obstacles, buildings=osm.buildings,
        hazards=hazards.polygons, hazard_grids=hazards.grids, hazard_unknown=hazards.unknown,
        coverage=coverage, basemap=background,
        provenance=tuple(notes.provenance), caveats=tuple(notes.caveats),
        elevation=None if study.elevation is None else read_elevation(study.elevation, reach.bounds, study.crs),
        resident_cells=cells, planned=public.planned, conflicts=public.conflicts,
        inventory_sites=public.inventory_sites, indicators=indicators,
        areas=areas, residential_land=land, refuges=refuges,
        school_grounds=school_grounds(osm.turned_away) if study.refuge_rules.candidates else None,
    )  # fmt: skip


def _from_osm(study: Study, role: UnitsRole, notes: Notes) -> gpd.GeoDataFrame | None:
    """Units that are boundaries in the extract, wherever in it they lie."""
    if role.origin is not None:
        return None
    boundaries = read_boundaries(study.osm.origin, role.osm_filter, study.crs)
    notes.caveats.extend(incomplete_units(boundaries, layer_name(role)))
    return units_from_osm(boundaries, role.osm_filter).reset_index()
