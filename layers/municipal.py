"""Everything of a study that does not come from the map extract: read, made ready, recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from layers.company import check_company
from layers.hazard_rasters import hazard_raster
from layers.hazards import MARGIN_M, hazard_polygons, kept_over, searched, together, unknown_rows, voids
from layers.origins import AnyOrigin, Origin
from layers.repairs import mended
from layers.resident_cells import resident_cells
from layers.resident_pieces import LocatedResidents, implausible
from layers.resident_points import resident_points
from layers.residents import residents
from layers.role_schemas import area_schema
from layers.row_account import away_caveat, settled
from layers.schemas import validate
from layers.shift import shift_caveats
from layers.sources.features import read_features, read_rows
from layers.sources.files import file_input
from layers.sources.raster import is_raster, read_elevation, read_hazard, read_people
from layers.sources.reading import Input, provenance
from layers.sources.window import Near
from layers.terrain import DRAINAGE_MARGIN_M, MappedWater, Terrain, derived_layer
from layers.types import Area, Caveat, HazardRole, OsmRole, Provenance, ResidentsRole, Study, UnitsRole
from layers.units import Loaded, layer_name, units
from layers.whereabouts import check_near
from spatial.crs import Bounds
from spatial.errors import LayerError
from spatial.terrain import Grid


@dataclass(frozen=True)
class Hazards:
    """The hazards of a study: see the fields of `Layers`."""

    polygons: gpd.GeoDataFrame
    grids: Mapping[str, Grid]
    unknown: gpd.GeoDataFrame | None


@dataclass
class Notes:
    """What gathers while layers are loaded: records of files, and caveats."""

    provenance: list[Provenance] = field(default_factory=list)
    caveats: list[Caveat] = field(default_factory=list)

    def read(
        self, study: Study, role: str, origin: AnyOrigin, inputs: Sequence[Input], counts: Mapping[str, int]
    ) -> None:
        """Record a layer; a CRS in place of the file's own, and rows away from the study, are worth a caveat.

        A level of parents may well be a whole country's.
        """
        self.provenance.extend(provenance(role, origin, inputs, counts, study.path))
        if not role.startswith("parents."):
            self.caveats.extend(away_caveat(role, settled(counts)))
        if counts.get("crs_overridden"):
            self.caveats.append(Caveat("crs_overridden", role, counts["rows_kept"], "features", origin.crs or ""))


def load_units(
    study: Study, role: UnitsRole, from_osm: gpd.GeoDataFrame | None, notes: Notes, near: Near | None = None
) -> gpd.GeoDataFrame:
    """Communities or a level of parents, from where the study says or from the extract (`from_osm`).

    `near` limits what is kept of the layer; the communities themselves are wanted whole.
    """
    layer = layer_name(role)
    counts: Mapping[str, int] = {}
    origin: AnyOrigin = study.osm.origin if role.origin is None else role.origin
    if role.origin is not None:
        columns = [role.id_column] if role.name_column is None else [role.id_column, role.name_column]
        read = read_features(role.origin, layer, columns, near)
        features, counts, inputs = read.frame, read.counts, read.inputs
        notes.caveats.extend(read.caveats)
    elif from_osm is not None:
        features, inputs = from_osm, (file_input(study.osm.origin.path),)  # recorded with the file that they come from
        counts = {"rows_read": len(from_osm)}
    else:
        raise LayerError(f"{layer}: has neither a file nor boundaries from the extract; name one in the study file")
    loaded = units(features, role, study.crs)
    notes.caveats.extend(loaded.caveats)
    notes.read(study, layer, origin, inputs, {**counts, **loaded.counts})
    return loaded.frame


def load_parents(
    study: Study, role: UnitsRole, from_osm: gpd.GeoDataFrame | None, communities: Area, notes: Notes
) -> gpd.GeoDataFrame:
    """A level of parents; it has to touch the communities."""
    try:
        frame = load_units(study, role, from_osm, notes, Near(communities.bounds, study.crs))
    except LayerError:
        check_company(study, role, communities)
        raise
    if not frame.intersects(communities).any():
        raise LayerError(
            f"{layer_name(role)}: none of its {len(frame)} units touches the communities, so nobody would belong to "
            "one; check its CRS, or the file"
        )
    return frame


def load_residents(
    study: Study, communities: gpd.GeoDataFrame, homes: gpd.GeoSeries, notes: Notes
) -> tuple[pd.DataFrame | None, gpd.GeoDataFrame | None]:
    """Residents on the communities' index, and where they are known on the ground by piece of it too.

    None where the study has none, a caveat. `homes` are the map's buildings, to see whether points sit beside them.
    """
    if study.residents is None:
        notes.caveats.append(Caveat("residents_absent", "residents", len(communities), "communities"))
        return None, None
    role = study.residents
    if role.unit or not role.join_column:
        found = _located(study, role, communities, homes, notes)
        return found.by_community, found.pieces
    read = read_rows(role.origin, "residents", [role.join_column, *_counted(role)])
    frame, joined, caveats = residents(read.frame, role, communities.index)
    caveats += implausible(frame["population"], communities, role.population_column)
    notes.caveats.extend((*read.caveats, *caveats))
    notes.read(study, "residents", role.origin, read.inputs, {**read.counts, **joined})
    return frame, None


def _located(
    study: Study, role: ResidentsRole, communities: gpd.GeoDataFrame, homes: gpd.GeoSeries, notes: Notes
) -> LocatedResidents:
    """Residents of a raster, of points or of polygons."""
    bounds: Bounds = tuple(communities.total_bounds)
    if role.unit:
        assert isinstance(role.origin, Origin)  # a raster is a file
        found = resident_cells(read_people(role.origin, bounds, study.crs), role, communities)
        inputs: tuple[Input, ...] = (file_input(role.origin.path),)
        counts: Mapping[str, int] = found.counts
    else:
        read = read_features(role.origin, "residents", _counted(role), Near(bounds, study.crs))
        found = resident_points(read.frame, role, communities)
        inputs, counts = read.inputs, {**read.counts, **found.counts}
        notes.caveats.extend((*read.caveats, *shift_caveats("residents", read.frame, homes, role.origin)))
    notes.caveats.extend(found.caveats)
    notes.read(study, "residents", role.origin, inputs, counts)
    return found


def _counted(role: ResidentsRole) -> list[str]:
    return list(dict.fromkeys([role.population_column, *role.groups.values()]))


def load_coverage(study: Study, role: OsmRole, communities: Area, notes: Notes) -> Area:
    """Where the extract is complete: the study's polygon, or the communities grown by the stated distance."""
    if role.coverage_path is None:
        return communities.buffer(role.communities_buffer_m)
    return load_area(
        study, Origin(role.coverage_path), "osm.coverage", communities, "no distance could be known", notes
    )


def load_area(study: Study, origin: Origin, layer: str, around: Area, consequence: str, notes: Notes) -> Area:
    """An area that other layers are measured by, such as where they are complete; it has to touch `around`.

    `consequence` is what would come of an area elsewhere, as in "no distance could be known".
    """
    read = read_features(origin, layer)
    validate(read.frame, area_schema(layer))
    check_near(read.frame, around, study.crs, layer, consequence)
    done = mended(read.frame.geometry, study.crs, layer)
    area: Area = done.shapes.union_all()
    notes.caveats.extend((*read.caveats, *done.caveats(layer)))
    notes.read(study, layer, origin, read.inputs, {**read.counts, **done.counts})
    if not area.intersects(around):
        raise LayerError(
            f"{layer} ({origin.name}): touches nothing around the communities, so {consequence}; check its CRS, or "
            "the file"
        )
    return area


def load_hazards(
    study: Study, communities: Area, spaces: gpd.GeoSeries, water: MappedWater, notes: Notes
) -> Hazards:
    """All hazards of the study, in its order; those of files and databases all over the public spaces too."""
    near, around = searched(communities), kept_over(communities, spaces)
    terrain = load_terrain(study, communities, water, notes)
    frames, grids, unknown = [], {}, {}
    for role in study.hazards:
        layer = f"hazard.{role.id}"
        if isinstance(role.origin, Origin) and is_raster(role.origin.path):
            read_cells = read_hazard(role.origin, layer, near.bounds, study.crs)
            raster = hazard_raster(read_cells, role, study.crs, around, communities)
            loaded, grids[role.id], unknown[role.id] = raster.loaded, raster.grid, raster.unknown
            notes.read(study, layer, role.origin, (file_input(role.origin.path),), loaded.counts)
        elif role.origin is not None:
            loaded, unknown[role.id] = _hazard_rows(study, role, around, notes)
        else:
            assert terrain is not None  # the study file was refused without
            assert study.elevation is not None
            raster = derived_layer(terrain, role, communities.buffer(MARGIN_M))
            loaded, grids[role.id], unknown[role.id] = raster.loaded, raster.grid, raster.unknown
            notes.read(study, layer, study.elevation, (file_input(study.elevation.path),), loaded.counts)
        notes.caveats.extend(loaded.caveats)
        if role.status == "derived":
            notes.caveats.append(Caveat("hazard_derived", layer, len(loaded.frame), "features"))
        frames.append(loaded.frame)
    ground = {hazard_id: area for hazard_id, area in unknown.items() if area is not None}
    nobody_knows = gpd.GeoDataFrame({"hazard_id": list(ground)}, geometry=list(ground.values()), crs=study.crs)
    return Hazards(together(frames, study.crs), grids, nobody_knows if ground else None)


def _hazard_rows(study: Study, role: HazardRole, around: Area, notes: Notes) -> tuple[Loaded, Area | None]:
    """A hazard layer of polygons, lines or points, and the ground of which it does not say how strong it is."""
    assert role.origin is not None
    layer = f"hazard.{role.id}"
    columns = [name for name in (role.name_column, role.scale.column, role.scale.class_column) if name]
    read = read_features(role.origin, layer, list(dict.fromkeys(columns)), Near(around.bounds, study.crs))
    loaded = hazard_polygons(read.frame, role, study.crs, around)
    notes.caveats.extend(read.caveats)
    if read.frame.empty:
        notes.caveats.append(Caveat("hazard_elsewhere", layer, read.counts.get("outside", 0), "features"))
    notes.read(study, layer, role.origin, read.inputs, {**read.counts, **loaded.counts})
    return loaded, unknown_rows(read.frame, role, study.crs, around)


def load_terrain(study: Study, communities: Area, water: MappedWater, notes: Notes) -> Terrain | None:
    """The elevation model around the communities, farther where water is followed; its voids are counted."""
    if study.elevation is None:
        return None
    near = read_elevation(study.elevation, communities.buffer(MARGIN_M).bounds, study.crs)
    counts, caveats = voids(near, study.crs, communities)
    notes.read(study, "elevation", study.elevation, (file_input(study.elevation.path),), counts)
    notes.caveats.extend(caveats)
    whole = near
    if any(role.screening is not None and role.screening.drainage for role in study.hazards):
        whole = read_elevation(study.elevation, communities.buffer(DRAINAGE_MARGIN_M).bounds, study.crs)
    return Terrain(whole, near, water, study.crs, communities)
