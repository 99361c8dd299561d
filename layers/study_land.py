"""The roles of a study file that speak of land: areas in which a standard asks for less, and residential land."""

from __future__ import annotations

from pathlib import Path

from layers.study_origin import DATABASE, OF_A_PLACE, ORIGIN_KEYS, layer_origin, refuse
from layers.study_table import Table, tables
from layers.types import AREA_KINDS, AreasRole, LandRole

AREAS_KEYS = ("kind", *ORIGIN_KEYS)
LAND_KEYS = ORIGIN_KEYS
OSM = "osm"


def areas_roles(top: Table, folder: Path) -> tuple[AreasRole, ...]:
    """``[[areas]]``: each kind once, for its polygons may lie in several files."""
    found = [_areas_role(table, folder) for table in tables(top, "areas", AREAS_KEYS)]
    roles = tuple(role for role in found if role is not None)
    kinds = [role.kind for role in roles if role.kind]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        top.faults.append(f"[[areas]] kind = {kind!r} stands twice; each needs its own: name several files in one path")
    return roles


def _areas_role(table: Table, folder: Path) -> AreasRole | None:
    kind, origin = table.choice("kind", AREA_KINDS), layer_origin(table, folder)
    return None if origin is None else AreasRole(kind, origin)


def land_role(top: Table, folder: Path) -> LandRole | None:
    """``[residential_land]``: a file, a table of a database, or what the extract tags so."""
    table = top.table("residential_land", LAND_KEYS)
    if table is None:
        return None
    if table.data.get("source") in (None, DATABASE):
        origin = layer_origin(table, folder)
        return None if origin is None else LandRole(origin)
    table.choice("source", (OSM, DATABASE))
    refuse(table, (*OF_A_PLACE, "filter"), "the land comes from the extract or from a file")
    return LandRole()
