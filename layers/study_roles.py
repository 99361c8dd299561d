"""The roles of a study file: which files play which part, read from their tables.

Every function notes what is wrong in the table's faults and returns None where nothing can be built.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from layers.sources.raster import is_raster
from layers.study_table import NAME_FORM, Table
from layers.types import HAZARD_KINDS, Filter, HazardRole, Origin, OsmRole, ResidentsRole, UnitsRole
from spatial.crs import parse_crs
from spatial.errors import NotMetric

LANGUAGES = ("en", "zh")
"""The languages there are words for."""
HAZARD_STATUSES = ("official", "modelled", "derived")
COMMUNITY = "community"
CITY = "city"
OSM_ID_COLUMN = "unit_id"
OSM_NAME_COLUMN = "name"
"""Columns of units taken from the extract."""

FILE_KEYS = ("path", "crs", "encoding", "layer", "filter", "licence", "attribution", "date", "note")
"""What every table of a file may say about it."""
OSM_KEYS = ("coverage", *FILE_KEYS)
COMMUNITIES_KEYS = ("source", "id", "name", *FILE_KEYS)
PARENTS_KEYS = ("level", *COMMUNITIES_KEYS)
RESIDENTS_KEYS = ("join", "population", "groups", "unit", "nodata", *FILE_KEYS)
RASTER_UNITS = ("count", "density_per_km2")
NODATA_MEANINGS = ("unknown", "nobody")
HAZARD_KEYS = (
    "id",
    "kind",
    "status",
    "title",
    "source",
    "min_slope_deg",
    "return_period_yr",
    "name",
    *FILE_KEYS,
)

_OF_A_FILE = ("path", "crs", "encoding", "layer")


def osm_role(table: Table, folder: Path) -> OsmRole | None:
    """``[osm]``: the extract and where it is complete."""
    origin = file_origin(table, folder)
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
    path = file_path(below, folder) if below.has("path") else None
    buffer_m = below.number("communities_buffer_m", 0, 100_000)
    return None if origin is None else OsmRole(origin, path, buffer_m or 0.0)


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
    if not table.has("source"):
        origin = file_origin(table, folder)
        id_column, name_column = table.text("id", required=True), table.text("name")
        return None if origin is None or id_column is None else UnitsRole(level, id_column, name_column, origin)
    table.choice("source", ("osm",))
    _refuse(table, ("id", "name", *_OF_A_FILE), "units come from the extract or from a file")
    where = _filter(table)
    if not where:
        table.fault(
            'has source = "osm" but no filter: which boundaries? such as boundary = "administrative", admin_level = 8'
        )
    return UnitsRole(level, OSM_ID_COLUMN, OSM_NAME_COLUMN, None, where)


def residents_role(found: Sequence[Table], folder: Path) -> ResidentsRole | None:
    """``[[residents]]``: a table of counts by community, or a raster of residents."""
    for extra in found[1:]:
        extra.fault("is one table too many: put all counts of residents into one table")
    if not found:
        return None
    table = found[0]
    origin = file_origin(table, folder)
    if origin is not None and is_raster(origin.path):
        return _residents_raster(table, origin)
    _refuse(table, ("unit", "nodata"), "these speak of a raster", also="a table")
    join, population = table.text("join", required=True), table.text("population", required=True)
    groups: dict[str, str] = {}
    for group, column in table.mapping("groups").items():
        if not NAME_FORM.fullmatch(group) or group == "population":
            table.fault(f"groups: {group[:60]!r} may only hold small letters, digits and underscores")
        elif not isinstance(column, str) or not column.strip():
            table.fault(f"groups: {group} must name a column")
        else:
            groups[group] = column
    if origin is None or join is None or population is None:
        return None
    return ResidentsRole(origin, join, population, groups)


def _residents_raster(table: Table, origin: Origin) -> ResidentsRole | None:
    """A raster of residents says what its numbers are; nothing in the file does."""
    of_a_table = ("join", "population", "groups", "encoding", "layer", "filter")
    _refuse(table, of_a_table, "these speak of a table", also="a raster")
    if not table.has("unit"):
        table.fault(
            'lacks unit: are the numbers of the raster residents of each cell (unit = "count") or residents per square '
            'kilometre (unit = "density_per_km2")?'
        )
        return None
    unit = table.choice("unit", RASTER_UNITS)
    nodata = table.choice("nodata", NODATA_MEANINGS) if table.has("nodata") else "unknown"
    return ResidentsRole(origin, unit=unit, nodata_is_nobody=nodata == "nobody") if unit and nodata else None


def hazard_role(table: Table, folder: Path, *, elevation: bool) -> HazardRole | None:
    """``[[hazard]]``: polygons of a file, or steep ground from the study's elevation model."""
    status = table.choice("status", HAZARD_STATUSES)
    derived = table.has("source")
    origin = None if derived else file_origin(table, folder, note=False)
    if derived:
        _check_derived(table, status, elevation=elevation)
    elif table.has("min_slope_deg"):
        table.fault('has min_slope_deg without source = "elevation"')
    return HazardRole(
        id=table.identifier("id"),
        kind=table.choice("kind", HAZARD_KINDS),
        status=status,
        title=table.by_language("title", LANGUAGES),
        note=table.by_language("note", LANGUAGES),
        origin=origin,
        min_slope_deg=table.number("min_slope_deg", 0.1, 89.9, required=derived),
        return_period_yr=table.number("return_period_yr", 1, 100_000),
        name_column=table.text("name"),
    )


def _check_derived(table: Table, status: str, *, elevation: bool) -> None:
    table.choice("source", ("elevation",))
    if not elevation:
        table.fault('has source = "elevation", but the study has no [elevation]')
    if status not in ("derived", ""):
        table.fault(f"has status = {status!r}, but steep ground worked out from elevation is derived")
    _refuse(table, ("name", "filter", *_OF_A_FILE), "steep ground comes from the elevation model")


def file_origin(table: Table, folder: Path, *, note: bool = True) -> Origin | None:
    """What a table says about its file. `note` is text here; hazards have notes by language instead."""
    path = file_path(table, folder)
    crs = table.text("crs")
    if crs is not None:
        try:
            parse_crs(crs, table.where)
        except NotMetric as error:
            table.faults.append(str(error))
    encoding = table.text("encoding")
    if encoding is not None and not _is_encoding(encoding):
        table.fault(f"encoding = {encoding[:40]!r} is unknown; write one such as utf-8, gb18030, iso-8859-1")
    parts = {key: table.text(key) for key in ("layer", "licence", "attribution")}
    where, day, remark = _filter(table), table.day("date"), table.text("note") if note else None
    if path is None:
        return None
    return Origin(
        path, crs, encoding, layer=parts["layer"], filter=where, licence=parts["licence"],
        attribution=parts["attribution"], date=day, note=remark,
    )  # fmt: skip


def file_path(table: Table, folder: Path) -> Path | None:
    """The file of a table, absolute. It must exist and lie in the study's folder, links followed."""
    text = table.text("path", required=True)
    if text is None:
        return None
    shown = f"path = {text[:120]!r}"
    if "\\" in text:
        table.fault(f"{shown} has backslashes; write forward slashes, they work everywhere")
        return None
    path = (folder / text).resolve()
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or not path.is_relative_to(folder):
        table.fault(
            f"{shown} leads out of the study's folder; copy the file beside the study file, so that the study can be "
            "passed on whole"
        )
    elif not path.exists():
        table.fault(f"{shown}: there is no such file in {folder}; put it there or correct the path")
    elif path.is_dir() and path.suffix.lower() != ".gdb":
        table.fault(f"{shown} is a folder; name the file in it")
    else:
        return path
    return None


def _filter(table: Table) -> Filter:
    where: dict[str, tuple[str | int | float | bool, ...]] = {}
    for column, wanted in table.mapping("filter").items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if not values or not all(isinstance(v, str | int | float | bool) for v in values):
            table.fault(f"filter: {column[:60]!r} must be a value or a list of values")
        else:
            where[column] = tuple(values)
    return where


def _refuse(table: Table, keys: Sequence[str], because: str, *, also: str = "source") -> None:
    for key in keys:
        if table.has(key):
            table.fault(f"has both {also} and {key}; {because}")


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True
