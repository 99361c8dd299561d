"""All inventories of a study, read, combined with the map extract in the study's order, and recorded."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.conflicts import conflicts, no_conflicts
from layers.inventory import inventory_sites, layer_name
from layers.inventory_combination import Inventory, Outcome, combine
from layers.inventory_ground import no_standing_sites, standing_sites
from layers.municipal import Notes, load_area
from layers.shift import shift_caveats
from layers.sources.features import read_features
from layers.sources.window import Near
from layers.space_merge import SPACE_COLUMNS, in_order
from layers.types import Area, Caveat, InventoryRole, Study


@dataclass(frozen=True)
class PublicSpace:
    """Public space of the extract and of all inventories."""

    spaces: gpd.GeoDataFrame
    """As `Layers.spaces`."""
    planned: gpd.GeoDataFrame | None
    """As `Layers.planned`; None where nothing is planned."""
    conflicts: gpd.GeoDataFrame | None
    """As `Layers.conflicts`; None where the study has no inventory."""
    inventory_sites: gpd.GeoDataFrame | None
    """As `Layers.inventory_sites`; None where the study has no inventory."""


def with_inventories(
    study: Study, spaces: gpd.GeoDataFrame, excluded: gpd.GeoDataFrame, communities: Area, around: Area, notes: Notes
) -> PublicSpace:
    """Read a study's inventories and combine each with what counts so far.

    Parameters
    ----------
    spaces
        Of the extract, near the communities, with the columns of `Layers.spaces` or all but ``source``.
    excluded
        Of the extract, what rules turned away: see `layers.conflicts.conflicts`.
    around
        The surroundings of the communities: sites beyond are left out.
    notes
        Records, counts and caveats are added, the last about conflicts: ``inventory_conflicts``.

    Raises
    ------
    SourceError, LayerError
        An inventory cannot be read or used.
    """
    spaces = gpd.GeoDataFrame(spaces.assign(source="osm"))[list(SPACE_COLUMNS)]
    if not study.inventories:
        return PublicSpace(spaces, None, None, None)
    osm, planned, differing, standing = spaces, [], [], []
    for role in study.inventories:
        inventory, outcome = _one(study, role, spaces, around, notes)
        found = conflicts(inventory, spaces, outcome, excluded, communities)
        notes.caveats.extend(_caveats(role, found, outcome))
        planned.append(_planned(outcome, role))
        differing.append(found)
        standing.append(standing_sites(inventory, osm))
        spaces = outcome.spaces
    return PublicSpace(
        spaces,
        _together(planned, None),
        _together(differing, no_conflicts(study.crs)),
        _together(standing, no_standing_sites(study.crs)),
    )


def _one(
    study: Study, role: InventoryRole, spaces: gpd.GeoDataFrame, around: Area, notes: Notes
) -> tuple[Inventory, Outcome]:
    layer = layer_name(role)
    columns = [c for c in (role.class_column, role.id_column, role.name_column, role.sites_column) if c]
    read = read_features(role.origin, layer, columns, Near(around.bounds, study.crs))
    loaded = inventory_sites(read.frame, role, study.crs, around)
    shifted = shift_caveats(layer, read.frame, spaces.geometry, role.origin)
    notes.caveats.extend((*read.caveats, *loaded.caveats, *shifted))
    inventory = Inventory(role, loaded.frame, _coverage(study, role, around, notes))
    outcome = combine(spaces, inventory)
    notes.read(study, layer, role.origin, read.inputs, {**read.counts, **loaded.counts, **outcome.counts})
    return inventory, outcome


def _coverage(study: Study, role: InventoryRole, around: Area, notes: Notes) -> Area | None:
    """Where an inventory is complete; it has to lie where the study is."""
    if role.coverage is None:
        return None
    layer = f"{layer_name(role)}.coverage"
    return load_area(study, role.coverage, layer, around, "the inventory would be complete nowhere", notes)


def _planned(outcome: Outcome, role: InventoryRole) -> gpd.GeoDataFrame:
    frame = outcome.planned.assign(fenced=False, source=role.id)[list(SPACE_COLUMNS)]
    frame.index = pd.Index(frame.index, dtype=str, name="space_id")
    return gpd.GeoDataFrame(frame)


def _caveats(role: InventoryRole, found: gpd.GeoDataFrame, outcome: Outcome) -> list[Caveat]:
    layer = layer_name(role)
    caveats = (
        Caveat("inventory_conflicts", layer, len(found), "conflicts"),
        Caveat("inventory_planned", layer, len(outcome.planned), "spaces"),
        Caveat("inventory_replaced", layer, int(np.sum(outcome.left_out)), "spaces"),
    )
    return [caveat for caveat in caveats if caveat.count]


def _together(frames: list[gpd.GeoDataFrame], without: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return without
    together = gpd.GeoDataFrame(pd.concat(filled))
    return in_order(together) if together.index.name == "space_id" else together
