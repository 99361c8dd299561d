"""The nouns that the verbs pass on: a study, its roles, and the layers that were loaded for it.

All frames are read-only by agreement: a function returns new frames and never writes into these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from shapely import MultiPolygon, Polygon

from layers.hazard_scales import HazardScale
from layers.origins import AnyOrigin, Filter, Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.screening_role import Screening
from layers.vulnerability_roles import VulnerabilityRole
from spatial.network import WalkNetwork
from spatial.terrain import Grid

Area: TypeAlias = Polygon | MultiPolygon
INVENTORY_MODES = ("supplement", "correct", "replace")
HAZARD_KINDS = ("flood", "waterlogging", "coastal", "landslide", "heat", "seismic", "wildfire", "technological")
AREA_KINDS = ("renewal", "old_district", "historic_district", "dense")
"""Where a standard may ask for less."""
INDICATOR_DIMENSIONS = ("participation", "satisfaction", "digital_access", "need")


# --------------------------------------------------------------------------- the study and its roles


@dataclass(frozen=True)
class OsmRole:
    """The OSM extract, and where it is complete: a polygon file, or a buffer around the communities."""

    origin: Origin
    coverage_path: Path | None = None
    communities_buffer_m: float = 0.0


@dataclass(frozen=True)
class UnitsRole:
    """Communities, or a level of parents. `origin` is None for units taken from the OSM extract."""

    level: str
    """``community``, or the parent level's name."""
    id_column: str
    name_column: str | None
    origin: AnyOrigin | None = None
    osm_filter: Filter = field(default_factory=dict)


@dataclass(frozen=True)
class ResidentsRole:
    """Residents as a table joined to the communities by key, as points or cells on the ground, or as a raster."""

    origin: AnyOrigin
    join_column: str = ""
    """Empty: the rows are points or polygons, and belong to the communities in which they lie."""
    population_column: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Group (``age0_14``) -> column."""
    unit: str = ""
    """Of a raster: count (residents of each cell) or density_per_km2; empty for a table."""
    nodata_is_nobody: bool = False
    """Of a raster, points or polygons: nobody lives where there is no value or no row. Otherwise that is unknown."""


@dataclass(frozen=True)
class HazardRole:
    """A hazard layer: polygons, lines, points or a raster, or derived from the study's elevation model."""

    id: str
    kind: str
    """One of `HAZARD_KINDS`."""
    status: str
    """official, modelled or derived. A derived layer is reported and never judges."""
    title: Mapping[str, str]
    """By language; falls back to the id."""
    note: Mapping[str, str]
    """By language: what a reader must know wherever the layer is shown (say, buffers of centre lines)."""
    origin: AnyOrigin | None = None
    """None when derived from the elevation model, as `screening` says."""
    screening: Screening | None = None
    return_period_yr: float | None = None
    name_column: str | None = None
    """Column with the name of each stretch; without it they are unnamed."""
    scenario: str = ""
    """What is assumed, in the study's words (``SSP2-4.5 2050``)."""
    scale: HazardScale = field(default_factory=HazardScale)
    """What it says of its strength; a classed layer or one of plain footprints has no intensity."""
    closes: bool = False
    """Whether ways close all over a layer without intensity; one with an intensity closes at `scale.closes_at`."""
    what_if: bool = False
    """Whether `closes` is assumed, and said nowhere in the study file: see `layers.what_if`."""
    band_width_m: float | None = None
    """Of lines: the whole width of the band that is laid along them."""
    radius_m: float | None = None
    """Of points: the radius of the circle around each."""


@dataclass(frozen=True)
class InventoryRole:
    """A municipal inventory of public space: a layer of sites, matched with those of the map extract."""

    id: str
    origin: AnyOrigin
    mode: str
    """One of `INVENTORY_MODES`: supplement (adds sites that the extract lacks), correct (its sites stand in place of
    those of the extract that they match; the others stay) or replace (inside `coverage` its classes count alone)."""
    space_class: str = ""
    """Class of all its sites; empty where `class_column` tells it."""
    class_column: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Value of `class_column` -> class of public space; sites of another value are left out, counted."""
    id_column: str = ""
    """Empty: sites are numbered as they come."""
    name_column: str = ""
    sites: str = "built"
    """built, planned, or empty where `sites_column` tells it. A planned site never counts as supply."""
    sites_column: str = ""
    planned_values: tuple[str, ...] = ()
    """Values of `sites_column` that mean planned."""
    built_values: tuple[str, ...] = ()
    """Those that mean built. Sites of any other value, or of none, are left out, counted."""
    coverage: Origin | None = None
    """Polygons in which the inventory is complete: a replacement counts alone there; what it lacks is a conflict."""


@dataclass(frozen=True)
class SpaceRules:
    """What a study changes in the packaged rules of public space."""

    without: tuple[str, ...] = ()
    """Packaged rules that do not hold here."""
    rules: tuple[Mapping[str, Any], ...] = ()
    """As in ``rules/public_space.toml``, asked before the packaged ones, or in place of the one of that name."""
    min_width_m: float | None = None
    """Instead of the packaged least width."""


@dataclass(frozen=True)
class AreasRole:
    """Areas in which a standard asks for less: polygons of one kind."""

    kind: str
    """One of `AREA_KINDS`."""
    origin: AnyOrigin


@dataclass(frozen=True)
class LandRole:
    """Residential land: polygons of a file, or those that the extract tags so."""

    origin: AnyOrigin | None = None
    """None: ``landuse=residential`` of the extract."""


@dataclass(frozen=True)
class IndicatorRole:
    """A figure a community that the study supplies: of a survey, or of how much help people need."""

    id: str
    dimension: str
    """One of `INDICATOR_DIMENSIONS`: one of resilience, or need (income, deprivation), which is no score of a place."""
    origin: AnyOrigin
    join_column: str
    value_column: str
    best: float
    """The value that scores 1; of need the value of those who need least."""
    worst: float
    """The value that scores 0; of need the value of those who need most. More or less than `best`."""
    title: Mapping[str, str] = field(default_factory=dict)
    """By language; falls back to the id."""
    unit: str = ""
    answers_column: str = ""
    """How many people were asked; empty where the figure is not of a survey."""


@dataclass(frozen=True)
class Study:
    """One city's study file, read and validated."""

    id: str
    path: Path
    crs: CRS
    title: Mapping[str, str]
    profiles: tuple[str, ...]
    """Ids of packaged profiles, and names of files that are in `profile_files`."""
    languages: tuple[str, ...]
    osm: OsmRole
    communities: UnitsRole
    parents: tuple[UnitsRole, ...] = ()
    residents: ResidentsRole | None = None
    elevation: Origin | None = None
    hazards: tuple[HazardRole, ...] = ()
    inventories: tuple[InventoryRole, ...] = ()
    space_rules: SpaceRules = field(default_factory=SpaceRules)
    areas: tuple[AreasRole, ...] = ()
    residential_land: LandRole | None = None
    indicators: tuple[IndicatorRole, ...] = ()
    refuges: tuple[RefugeRole, ...] = ()
    refuge_rules: RefugeRules = field(default_factory=RefugeRules)
    vulnerability: VulnerabilityRole | None = None
    profile_files: Mapping[str, Path] = field(default_factory=dict)
    """The study's own profiles: name as in `profiles` -> file in its folder. See `layers.study.profile_text`."""
    sha256: str = ""
    """Of the study file; empty where there is none."""

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Read and validate a study file. See `layers.study.read_study`."""
        from layers.study import read_study

        return read_study(path)


# --------------------------------------------------------------------------- what was loaded


@dataclass(frozen=True)
class Provenance:
    """One input: what it is, where it came from, and what was done to it."""

    role: str
    """``osm``, ``communities``, ``parents.district``, ``residents``, ``hazard.flood-arpsi-t100``, ..."""
    file: str
    """Path relative to the study file, with forward slashes; of a database ``service: schema.table``."""
    sha256: str
    bytes: int
    licence: str
    attribution: str
    date: str
    counts: Mapping[str, int]
    """rows_read, rows_kept, repaired, whatever was counted; rows_read = rows_kept + `layers.row_account.left_out`."""
    source: str = "file"
    """file, postgis, overpass (a file that was fetched from there), or package (a profile that ships)."""
    query: str = ""
    """What was asked of a database or service, or the filter and layer that were taken of a file."""


@dataclass(frozen=True)
class Caveat:
    """Something a reader of the results has to know. Its words are made when it is published."""

    code: str
    """A key of the caveat catalogue in `maps.words`."""
    layer: str
    """The role or layer it concerns."""
    count: float
    unit: str
    """features, residents, buildings, cells, ..."""
    detail: str = ""
    """Up to three ids, or a number with its unit: data, not prose."""


@dataclass(frozen=True)
class Basemap:
    """What the map draws beneath everything, from the same extract; study CRS."""

    streets: gpd.GeoDataFrame
    """LineStrings: ``street_class`` (major, minor, path, rail), ``name`` (may be empty)."""
    water: gpd.GeoDataFrame
    """Polygons and LineStrings: ``water_class`` (area, river, coastline)."""
    green: gpd.GeoDataFrame
    """Polygons of vegetation, public or not: ``green_class``."""
    places: gpd.GeoDataFrame
    """Points: ``name``, ``place_class`` (city, town, suburb, village, ...)."""


@dataclass(frozen=True)
class Layers:
    """Everything an assessment needs, validated, in the study's metric CRS."""

    study: Study
    communities: gpd.GeoDataFrame
    """Index ``community_id`` (str); ``name``, ``area_m2``, polygon geometry. Sorted by id."""
    parents: Mapping[str, gpd.GeoDataFrame]
    """Level -> index ``unit_id`` (str); ``name``, ``area_m2``, polygon geometry. Without the city."""
    residents: pd.DataFrame | None
    """Index ``community_id``, on the communities' index; ``population`` and groups as float counts.
    NaN is unknown, 0 is nobody. None: the study has no residents."""
    network: WalkNetwork
    spaces: gpd.GeoDataFrame
    """Index ``space_id`` (``way/123``, sorted; of an inventory ``<inventory>/<key>``); ``space_class``, ``name``,
    ``fenced`` (bool, a barrier tag on the outline), ``member_ids`` (space-separated), ``area_m2`` (NaN for points),
    ``source`` (osm, or the inventory's id), geometry Polygon, MultiPolygon or Point. Pieces of one class that touch
    or overlap are one space. Only what is built."""
    gates: gpd.GeoDataFrame
    """Points where barriers open: index ``node_id`` (``node/123``); ``gate_kind`` (gate or entrance)."""
    obstacles: gpd.GeoDataFrame
    """What a straight way in cannot cross: ``obstacle_kind`` (wall, water, railway, motorway); lines and polygons."""
    buildings: gpd.GeoDataFrame
    """Index ``building_id``; ``residential`` (bool), ``use_source`` (tag, assumed), ``storeys`` (float),
    ``storeys_source`` (levels, height, assumed), ``footprint_m2``, ``floor_area_m2``, ``residential_share``
    (0-1 of that floor); polygon geometry."""
    hazards: gpd.GeoDataFrame
    """One row a polygon: index ``hazard_feature_id``; ``hazard_id``, ``kind``, ``status``,
    ``return_period_yr`` (NaN if none), ``name``; polygon geometry, clipped to the communities' surroundings. Where any
    layer says how strong it is also ``hazard_class`` (empty: none) and ``intensity`` (in the unit of the layer's scale,
    NaN: not said; of a raster one row a class, with the least of the class)."""
    coverage: Area
    """Where the extract is complete."""
    basemap: Basemap
    provenance: tuple[Provenance, ...]
    caveats: tuple[Caveat, ...]
    elevation: Grid | None = None
    """The elevation model as far as the walk network reaches; None: the study has none."""
    hazard_grids: Mapping[str, Grid] = field(default_factory=dict)
    """Hazards that are rasters, by ``hazard_id``: intensities in the unit of the layer's scale, or codes of classes, on
    the raster's own cells and CRS. NaN is unknown."""
    hazard_unknown: gpd.GeoDataFrame | None = None
    """Ground of which a layer does not say whether there is a hazard (nodata, beyond a raster, rows without a value):
    ``hazard_id``, one row a layer that has such ground; polygon geometry. None: there is none."""
    resident_cells: gpd.GeoDataFrame | None = None
    """Residents of a raster, of points or of polygons: index ``piece_id``; ``community_id``, ``population`` and groups
    (NaN is unknown), the part of a cell in the community as polygon. None: known by community only."""
    planned: gpd.GeoDataFrame | None = None
    """Sites of inventories that are not built yet, with the columns of `spaces`; never supply."""
    conflicts: gpd.GeoDataFrame | None = None
    """Where inventory and extract differ, one row a difference: ``conflict_kind``, ``inventory_id``, ``site_id``,
    ``space_id``, ``inventory_class``, ``osm_class``, ``inventory_name``, ``osm_name``, ``inventory_area_m2``,
    ``osm_area_m2``, ``overlap_share`` (0-1, of the smaller), ``osm_reason`` (why the extract's rules turned it away),
    ``used`` (inventory or osm); geometry of the site, or of the space where there is none. None: the study has no
    inventory."""
    inventory_sites: gpd.GeoDataFrame | None = None
    """Sites of inventories that are built, as they stand there: index ``site_id``; ``inventory_id``, ``space_class``,
    geometry Polygon, MultiPolygon or Point, and ``lacking``, the part of it that the extract does not have (empty:
    it has all). None: the study has no inventory."""
    areas: gpd.GeoDataFrame | None = None
    """Areas in which a standard asks for less, clipped to the communities: ``area_kind``, polygon geometry; those of a
    kind merged, one row a kind. None: the study names none."""
    residential_land: gpd.GeoDataFrame | None = None
    """Residential land, clipped to the communities and merged, so that nothing counts twice: index ``community_id``,
    one row a community that has any; polygon geometry. None: the study has none."""
    indicators: pd.DataFrame | None = None
    """Figures that the study supplies: ``indicator_id``, ``community_id``, ``value`` (NaN is unknown), ``answers``
    (people asked; NaN where the figure is not of a survey). None: the study supplies none."""
    refuges: gpd.GeoDataFrame | None = None
    """Refuges of the study's lists: index ``refuge_id`` (``<list>/<key>``); ``list_id``, ``name``, ``grade``,
    ``planned`` (bool), ``capacity`` [persons] and ``effective_m2`` [m2] as listed (NaN: not said), geometry Polygon,
    MultiPolygon or Point. None: the study names none."""
    school_grounds: gpd.GeoDataFrame | None = None
    """School grounds that are no public space, with the columns of `spaces`: polygons that could serve as a refuge.
    None: the study asks for no candidates."""
