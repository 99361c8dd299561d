"""The study file: everything about one city that is not the same for every city.

Written in TOML by a planner. All faults of a file are told at once, each with the table and the key,
so that one correction round is enough.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pyproj import CRS

from layers.sources.location import location
from layers.study_table import ID_FORM, NAME_FORM, Table, tables
from layers.types import Filter, HazardRole, Origin, OsmRole, ResidentsRole, Study, UnitsRole
from spatial.crs import metric_crs, parse_crs
from spatial.errors import LinliError, NotMetric, StudyError

LANGUAGES = ("en", "zh")
"""The languages there are words for."""
HAZARD_KINDS = ("flood", "waterlogging", "coastal", "landslide", "heat", "seismic", "wildfire", "technological")
HAZARD_STATUSES = ("official", "modelled", "derived")
COMMUNITY = "community"
CITY = "city"
OSM_ID_COLUMN = "unit_id"
OSM_NAME_COLUMN = "name"
"""Columns of units taken from the extract."""

_FILE_KEYS = ("path", "crs", "encoding", "layer", "filter", "licence", "attribution", "date", "note")
_TOP_KEYS = ("study", "osm", "communities", "parents", "residents", "elevation", "hazard")
_FILE_LIMIT_BYTES = 1_000_000
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows refuses for files."""


def read_study(path: str | Path) -> Study:
    """Read and check a study file.

    Parameters
    ----------
    path
        The TOML file. Every path in it is relative to its folder and may not leave that folder.

    Raises
    ------
    StudyError
        The file is missing, is no TOML, or has faults: unknown keys, wrong types, missing files.
        All faults are told in one message.
    NotMetric
        The only fault is a CRS that cannot measure: degrees, feet or web mercator. The right UTM
        zone is named where the place is known.
    """
    file = Path(path).resolve()
    reader = _Reader(file, Table("study file", _toml(file, str(path)), [], _TOP_KEYS))
    study = reader.study()
    faults = [*reader.top.faults, *reader.crs_faults]
    if not faults and study is not None:
        return study
    if len(faults) == 1:
        raise (NotMetric if reader.crs_faults else StudyError)(f"{path}: {faults[0]}")
    listed = "; ".join(f"({n}) {fault}" for n, fault in enumerate(faults, start=1))
    raise StudyError(f"{path}: {len(faults)} faults: {listed}")


def _toml(file: Path, shown: str) -> dict[str, Any]:
    if file.is_dir():
        raise StudyError(f"{shown} is a folder; name the study file in it, such as {shown.rstrip('/')}/study.toml")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StudyError(f"{shown}: cannot be read ({error.strerror}); check the name of the study file") from None
    if len(content) > _FILE_LIMIT_BYTES:
        raise StudyError(f"{shown}: is {len(content):,} bytes long, which no study file is; name the .toml file itself")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise StudyError(f"{shown}: is not UTF-8 text; save it as UTF-8 in the editor") from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{shown}: is not valid TOML, so nothing of it can be used: {error}; put text in quotes") from None
    except RecursionError:
        raise StudyError(f"{shown}: is nested too deeply to be a study file") from None


class _Reader:
    """Builds a study from its tables while gathering the faults."""

    def __init__(self, file: Path, top: Table) -> None:
        self.file = file
        self.folder = file.parent
        self.top = top
        self.crs_faults: list[str] = []

    def study(self) -> Study | None:
        """The study, or None after a fault that leaves nothing to build."""
        head = self.top.table("study", ("id", "crs", "profiles", "languages", "title"), required=True)
        osm = self._osm()
        communities = self._communities()
        parents = tuple(self._parent(t) for t in tables(self.top, "parents", ("level", "source", "id", "name", *_FILE_KEYS)))
        residents = self._residents()
        elevation_table = self.top.table("elevation", _FILE_KEYS)
        elevation = None if elevation_table is None else self._origin(elevation_table)
        hazards = self._hazards()
        self._unique("parents", "level", [p.level for p in parents])
        self._unique("hazard", "id", [h.id for h in hazards])
        if head is None:
            return None
        study_id, profiles, languages, title = self._head(head)
        crs = self._study_crs(head, communities, osm)
        if crs is None or osm is None or communities is None:
            return None
        return Study(
            id=study_id, path=self.file, crs=crs, title=title, profiles=profiles, languages=languages, osm=osm,
            communities=communities, parents=parents, residents=residents, elevation=elevation, hazards=hazards,
        )  # fmt: skip

    def _head(self, head: Table) -> tuple[str, tuple[str, ...], tuple[str, ...], dict[str, str]]:
        study_id = head.identifier("id")
        if study_id in _RESERVED:
            head.fault(f"id = {study_id!r} is a name that Windows reserves, and the output folder is named after it")
        profiles = head.texts("profiles")
        for profile in profiles:
            if not ID_FORM.fullmatch(profile):
                head.fault(f"profiles names {profile[:60]!r}, which is no profile's id: small letters, digits, dots and hyphens")
        languages = head.texts("languages")
        for language in languages:
            if language not in LANGUAGES:
                head.fault(f"languages names {language[:20]!r}; there are words for {', '.join(LANGUAGES)}")
        title = head.by_language("title", LANGUAGES)
        if not title and not head.has("title"):
            head.fault('lacks title; write [study.title] and below it en = "..."')
        return study_id, profiles, languages, title

    def _study_crs(self, head: Table, communities: UnitsRole | None, osm: OsmRole | None) -> CRS | None:
        text = head.text("crs", required=True)
        if text is None:
            return None
        try:
            return metric_crs(text, head.where)
        except NotMetric:
            origins = [role.origin for role in (communities, osm) if role is not None and role.origin is not None]
            place = next((p for p in map(location, origins) if p is not None), None)
        try:
            return metric_crs(text, head.where, place)
        except NotMetric as error:
            self.crs_faults.append(str(error))
            return None

    def _osm(self) -> OsmRole | None:
        table = self.top.table("osm", ("coverage", *_FILE_KEYS), required=True)
        if table is None:
            return None
        origin = self._origin(table)
        below = table.table("coverage", ("path", "communities_buffer_m"))
        if below is None:
            table.fault("lacks coverage: where is the extract complete? write [osm.coverage] with a path to a polygon, or communities_buffer_m")
            return None
        if below.has("path") == below.has("communities_buffer_m"):
            below.fault("must have either path or communities_buffer_m")
        path = self._path(below) if below.has("path") else None
        buffer_m = below.number("communities_buffer_m", 0, 100_000)
        return None if origin is None else OsmRole(origin, path, buffer_m or 0.0)

    def _communities(self) -> UnitsRole | None:
        table = self.top.table("communities", ("source", "id", "name", *_FILE_KEYS), required=True)
        return None if table is None else self._units(table, COMMUNITY)

    def _parent(self, table: Table) -> UnitsRole:
        level = table.column_part("level")
        if level in (COMMUNITY, CITY):
            table.fault(f"level = {level!r} is taken: the {level} level is always there")
        return self._units(table, level) or UnitsRole(level, "", None)

    def _units(self, table: Table, level: str) -> UnitsRole | None:
        if not table.has("source"):
            origin = self._origin(table)
            id_column = table.text("id", required=True)
            return None if origin is None or id_column is None else UnitsRole(level, id_column, table.text("name"), origin)
        table.choice("source", ("osm",))
        for key in ("path", "id", "name", "crs", "encoding", "layer"):
            if table.has(key):
                table.fault(f'has both source = "osm" and {key}; units come from the extract or from a file')
        where = self._filter(table)
        if not where:
            table.fault('with source = "osm" lacks a filter: which boundaries? such as boundary = "administrative", admin_level = 8')
        return UnitsRole(level, OSM_ID_COLUMN, OSM_NAME_COLUMN, None, where)

    def _residents(self) -> ResidentsRole | None:
        found = tables(self.top, "residents", ("join", "population", "groups", *_FILE_KEYS))
        for extra in found[1:]:
            extra.fault("is one table too many: put all counts of residents into one table")
        if not found:
            return None
        table = found[0]
        origin = self._origin(table)
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

    def _hazards(self) -> tuple[HazardRole, ...]:
        keys = ("id", "kind", "status", "title", "source", "min_slope_deg", "return_period_yr", "closes", "name", *_FILE_KEYS)
        found = [self._hazard(table) for table in tables(self.top, "hazard", keys)]
        return tuple(h for h in found if h is not None)

    def _hazard(self, table: Table) -> HazardRole | None:
        hazard_id = table.identifier("id")
        kind = table.choice("kind", HAZARD_KINDS)
        status = table.choice("status", HAZARD_STATUSES)
        derived = table.has("source")
        origin = None if derived else self._origin(table, note=False)
        slope = table.number("min_slope_deg", 0.1, 89.9, required=derived)
        if derived:
            self._from_elevation(table, status)
        elif table.has("min_slope_deg"):
            table.fault('has min_slope_deg without source = "elevation"')
        return HazardRole(
            id=hazard_id, kind=kind, status=status, title=table.by_language("title", LANGUAGES), note=table.by_language("note", LANGUAGES),
            origin=origin, min_slope_deg=slope, return_period_yr=table.number("return_period_yr", 1, 100_000), closes=table.flag("closes"),
            name_column=table.text("name"),
        )  # fmt: skip

    def _from_elevation(self, table: Table, status: str) -> None:
        table.choice("source", ("elevation",))
        if not self.top.has("elevation"):
            table.fault('has source = "elevation", but the study has no [elevation]')
        if status not in ("derived", ""):
            table.fault(f"has status = {status!r}, but steep ground worked out from elevation is derived")
        for key in ("path", "crs", "encoding", "layer", "filter", "name"):
            if table.has(key):
                table.fault(f'has both source = "elevation" and {key}')

    def _origin(self, table: Table, *, note: bool = True) -> Origin | None:
        path = self._path(table)
        crs = table.text("crs")
        if crs is not None:
            self._try(table, lambda: parse_crs(crs, table.where))
        encoding = table.text("encoding")
        if encoding is not None and not _is_encoding(encoding):
            table.fault(f"encoding = {encoding[:40]!r} is unknown; such as utf-8, gb18030, iso-8859-1")
        where = self._filter(table)
        if path is None:
            return None
        return Origin(
            path, crs=crs, encoding=encoding, layer=table.text("layer"), filter=where, licence=table.text("licence"),
            attribution=table.text("attribution"), date=table.day("date"), note=table.text("note") if note else None,
        )  # fmt: skip

    def _path(self, table: Table) -> Path | None:
        text = table.text("path", required=True)
        if text is None:
            return None
        shown = f"path = {text[:120]!r}"
        if "\\" in text:
            table.fault(f"{shown} has backslashes; write forward slashes, they work everywhere")
            return None
        path = (self.folder / text).resolve()
        leaves = PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or not path.is_relative_to(self.folder)
        if leaves:
            table.fault(f"{shown} leads out of the study's folder; copy the file beside the study file, so that the study can be passed on whole")
        elif not path.exists():
            table.fault(f"{shown}: there is no such file in {self.folder}; put it there or correct the path")
        elif path.is_dir() and path.suffix.lower() != ".gdb":
            table.fault(f"{shown} is a folder; name the file in it")
        else:
            return path
        return None

    def _filter(self, table: Table) -> Filter:
        where: dict[str, tuple[str | int | float | bool, ...]] = {}
        for column, wanted in table.mapping("filter").items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if not values or not all(isinstance(v, str | int | float | bool) for v in values):
                table.fault(f"filter: {column[:60]!r} must be a value or a list of values")
            else:
                where[column] = tuple(values)
        return where

    def _unique(self, table: str, key: str, names: list[str]) -> None:
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            self.top.faults.append(f"[[{table}]] {key} = {name!r} stands twice; each needs its own")

    def _try(self, table: Table, check: Callable[[], object]) -> None:
        try:
            check()
        except LinliError as error:
            table.faults.append(str(error))


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True

