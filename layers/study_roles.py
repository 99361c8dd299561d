"""The roles of a study file: which files play which part, read from their tables.

Every function notes what is wrong in the table's faults and returns None where nothing can be built.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from layers.origins import AnyOrigin, Origin
from layers.sources.raster import is_raster
from layers.study_origin import (
    DATABASE,
    OF_A_PLACE,
    ORIGIN_KEYS,
    file_path,
    filter_of,
    layer_origin,
    place_of,
    refuse,
)
from layers.study_table import NAME_FORM, Table
from layers.types import OsmRole, ResidentsRole, UnitsRole

LANGUAGES = ("en", "zh")
"""The languages there are words for."""
COMMUNITY = "community"
CITY = "city"
OSM_ID_COLUMN = "unit_id"
OSM_NAME_COLUMN = "name"
"""Columns of units taken from the extract."""

OSM_KEYS = ("path", "coverage", "licence", "attribution", "date", "note")
ELEVATION_KEYS = ("path", "crs", "licence", "attribution", "date", "note")
COMMUNITIES_KEYS = ("id", "name", *ORIGIN_KEYS)
PARENTS_KEYS = ("level", *COMMUNITIES_KEYS)
RESIDENTS_KEYS = ("join", "population", "groups", "unit", "nodata", *ORIGIN_KEYS)
RASTER_UNITS = ("count", "density_per_km2")
NODATA_MEANINGS = ("unknown", "nobody")
_WITHOUT_SHAPES = (".csv", ".tsv", ".txt", ".xlsx")


def osm_role(table: Table, folder: Path) -> OsmRole | None:
    """``[osm]``: the extract, which may still have to be fetched, and where it is complete."""
    path = place_of(table, folder)
    said = {key: table.text(key) for key in ("licence", "attribution", "note")}
    below = table.table("coverage", ("path", "communities_buffer_m"))
    if below is None:
        if not table.has("coverage"):
            table.fault(
                "lacks coverage: where is the extract complete? write [osm.coverage] with communities_buffer_m, or a "
                "path to a polygon"
            )
        return None
    if below.has("path") == below.has("communities_buffer_m"):
        below.fault("must have either path or communities_buffer_m")
    coverage = file_path(below, folder) if below.has("path") else None
    buffer_m = below.number("communities_buffer_m", 0, 100_000)
    if path is None:
        return None
    origin = Origin(
        path, licence=said["licence"], attribution=said["attribution"], date=table.day("date"), note=said["note"]
    )
    return OsmRole(origin, coverage, buffer_m or 0.0)


def missing_extract(table: Table, folder: Path) -> None:
    """Note that the extract is not there."""
    text = table.data.get("path")
    if isinstance(text, str) and not (folder / text).is_file():
        table.fault(
            f"path = {text[:120]!r}: there is no such file in {folder}; put the extract there, correct the path, or "
            "fetch it from OpenStreetMap with: linli pull"
        )


def communities_role(table: Table, folder: Path) -> UnitsRole | None:
    """``[communities]``."""
    return _units(table, folder, COMMUNITY)


def parents_role(table: Table, folder: Path) -> UnitsRole | None:
    """``[[parents]]``: one higher level."""
    level = table.column_part("level")
    if level in (COMMUNITY, CITY):
        table.fault(f"level = {level!r} is taken: the {level} level is always there")
    return _units(table, folder, level)


def _units(table: Table, folder: Path, level: str) -> UnitsRole | None:
    if table.data.get("source") in (None, DATABASE):
        origin = layer_origin(table, folder)
        id_column, name_column = table.text("id", required=True), table.text("name")
        return None if origin is None or id_column is None else UnitsRole(level, id_column, name_column, origin)
    table.choice("source", ("osm", DATABASE))
    refuse(table, ("id", "name", *OF_A_PLACE), "units come from the extract or from a file")
    where = filter_of(table)
    if not where:
        table.fault(
            'has source = "osm" but no filter: which boundaries? such as boundary = "administrative", admin_level = 8'
        )
    return UnitsRole(level, OSM_ID_COLUMN, OSM_NAME_COLUMN, None, where)


def residents_role(found: Sequence[Table], folder: Path) -> ResidentsRole | None:
    """``[[residents]]``: counts by community, points or cells with counts, or a raster of residents."""
    for extra in found[1:]:
        extra.fault("is one table too many: put all counts of residents into one layer")
    if not found:
        return None
    table = found[0]
    origin = layer_origin(table, folder)
    if isinstance(origin, Origin) and is_raster(origin.path):
        return _residents_raster(table, origin)
    refuse(table, ("unit",), "it speaks of a raster", also="a table")
    join, population = table.text("join"), table.text("population", required=True)
    if join is None and _has_no_shapes(origin):
        table.fault("lacks join, the column with the id of the community (or x and y, or wkt, to place each row)")
    groups = _groups(table)
    if origin is None or population is None:
        return None
    if join is not None:
        refuse(table, ("nodata",), "a community without a row is unknown", also="join")
    return ResidentsRole(origin, join or "", population, groups, nodata_is_nobody=_nobody(table))


def _has_no_shapes(origin: AnyOrigin | None) -> bool:
    return isinstance(origin, Origin) and origin.geometry is None and origin.path.suffix.lower() in _WITHOUT_SHAPES


def _groups(table: Table) -> dict[str, str]:
    groups: dict[str, str] = {}
    for group, column in table.mapping("groups").items():
        if not NAME_FORM.fullmatch(group) or group == "population":
            table.fault(f"groups: {group[:60]!r} may only hold small letters, digits and underscores")
        elif not isinstance(column, str) or not column.strip():
            table.fault(f"groups: {group} must name a column")
        else:
            groups[group] = column
    return groups


def _residents_raster(table: Table, origin: Origin) -> ResidentsRole | None:
    """A raster of residents says what its numbers are; nothing in the file does."""
    of_a_table = ("join", "population", "groups", "encoding", "layer", "filter", "x", "y", "wkt", "datum")
    refuse(table, of_a_table, "these speak of a table", also="a raster")
    if not table.has("unit"):
        table.fault(
            'lacks unit: are the numbers of the raster residents of each cell (unit = "count") or residents per square '
            'kilometre (unit = "density_per_km2")?'
        )
        return None
    unit = table.choice("unit", RASTER_UNITS)
    nobody = _nobody(table)
    return ResidentsRole(origin, unit=unit, nodata_is_nobody=nobody) if unit else None


def _nobody(table: Table) -> bool:
    """Whether nobody lives where nothing is said."""
    return table.has("nodata") and table.choice("nodata", NODATA_MEANINGS) == "nobody"
