"""The study file: everything about one city that is not the same for every city.

Written in TOML by a planner. All faults of a file are told at once, each with the table and the key,
so that one round of correction is enough.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyproj import CRS

from layers import study_roles as roles
from layers import study_spaces as spaces
from layers.origins import Origin
from layers.screening import told_apart
from layers.sources.files import fingerprint
from layers.sources.location import location
from layers.study_hazards import HAZARD_KEYS, hazard_role
from layers.study_indicators import indicator_roles
from layers.study_land import areas_roles, land_role
from layers.study_origin import file_origin, own_profiles
from layers.study_refuges import refuge_roles, refuge_rules
from layers.study_table import ID_FORM, Table, tables
from layers.study_toml import advice_on
from layers.study_vulnerability import vulnerability_role
from layers.types import OsmRole, Study, UnitsRole
from spatial.crs import metric_crs
from spatial.errors import NotMetric, ProfileError, StudyError

_TOP_KEYS = (
    "study", "osm", "communities", "parents", "residents", "public_space", "public_space_rules", "elevation", "hazard",
    "indicator", "areas", "residential_land", "refuge", "refuge_rules", "vulnerability",
)  # fmt: skip
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
    top = _top(file, str(path))
    crs_faults: list[str] = []
    study = _study(top, file, crs_faults)
    osm = top.data.get("osm")
    if isinstance(osm, dict):
        roles.missing_extract(Table("[osm]", osm, top.faults, tuple(osm)), file.parent)
    return replace(_faultless(study, top.faults, crs_faults, str(path)), sha256=fingerprint(file)[0])


def read_study_to_fetch(path: str | Path) -> Study:
    """Read and check a study file whose map extract is still to be fetched. Errors are those of `read_study`."""
    file = Path(path).resolve()
    top = _top(file, str(path))
    crs_faults: list[str] = []
    return _faultless(_study(top, file, crs_faults), top.faults, crs_faults, str(path))


def profile_text(path: Path) -> str:
    """The text of one of the study's own profiles (`Study.profile_files`).

    Raises
    ------
    ProfileError
        The file cannot be read, is too large, or is no UTF-8.
    """
    name = path.name
    try:
        with path.open("rb") as file:
            content = file.read(_FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise ProfileError(f"profile {name!r}: cannot be read ({error.strerror}); put the file there") from None
    if len(content) > _FILE_LIMIT_BYTES:
        raise ProfileError(f"profile {name!r}: is over {_FILE_LIMIT_BYTES:,} bytes long, which no profile is")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProfileError(
            f"profile {name!r}: is not UTF-8 text, so words would come out wrong; save it as UTF-8 in the editor"
        ) from None


def _top(file: Path, shown: str) -> Table:
    return Table("study file", _toml(file, shown), [], _TOP_KEYS)


def _faultless(study: Study | None, faults: list[str], crs_faults: list[str], shown: str) -> Study:
    """The study, or one error with all of its faults."""
    every = [*faults, *crs_faults]
    if study is not None and not every:
        return study
    if len(every) == 1:
        raise (NotMetric if crs_faults else StudyError)(f"{shown}: {every[0]}")
    listed = "; ".join(f"({n}) {fault}" for n, fault in enumerate(every, start=1))
    raise StudyError(f"{shown}: {len(every)} faults: {listed}")


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
        raise StudyError(
            f"{shown}: is not UTF-8 text, so names would come out wrong; save it as UTF-8 in the editor"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(
            f"{shown}: is not valid TOML, so nothing in it can be used: {error}; {advice_on(content, error)}"
        ) from None
    except RecursionError:
        raise StudyError(f"{shown}: is nested too deeply to be a study file; start again from an example") from None


def _study(top: Table, file: Path, crs_faults: list[str]) -> Study | None:
    folder = file.parent
    osm_table = top.table("osm", roles.OSM_KEYS, required=True)
    units_table = top.table("communities", roles.COMMUNITIES_KEYS, required=True)
    elevation_table = top.table("elevation", roles.ELEVATION_KEYS)
    osm = None if osm_table is None else roles.osm_role(osm_table, folder)
    communities = None if units_table is None else roles.communities_role(units_table, folder)
    parents = [roles.parents_role(t, folder) for t in tables(top, "parents", roles.PARENTS_KEYS)]
    residents = roles.residents_role(tables(top, "residents", roles.RESIDENTS_KEYS), folder)
    elevation = None if elevation_table is None else file_origin(elevation_table, folder)
    hazard_tables = tables(top, "hazard", HAZARD_KEYS)
    hazards = [hazard_role(t, folder, elevation=top.has("elevation")) for t in hazard_tables]
    _each_once(top, "[[parents]] level", [p.level for p in parents if p is not None])
    inventories = [spaces.inventory_role(t, folder) for t in tables(top, "public_space", spaces.INVENTORY_KEYS)]
    space_rules = spaces.space_rules(top.table("public_space_rules", spaces.SPACE_RULES_KEYS))
    _each_once(top, "[[public_space]] id", [i.id for i in inventories if i is not None])
    _each_once(top, "[[hazard]] id", [h.id for h in hazards if h is not None])
    indicators = indicator_roles(top, folder)
    areas, land = areas_roles(top, folder), land_role(top, folder)
    refuges = refuge_roles(top, folder)
    of_refuges = refuge_rules(top, refuges)
    head = top.table("study", ("id", "crs", "profiles", "languages", "title"), required=True)
    if head is None:
        return None
    names = _head(head)
    crs = _crs(head, osm, communities, crs_faults)
    if crs is None or osm is None or communities is None:
        return None
    return Study(
        id=names[0], path=file, crs=crs, title=names[3], profiles=names[1], languages=names[2], osm=osm,
        communities=communities, parents=tuple(p for p in parents if p is not None), residents=residents,
        elevation=elevation, hazards=told_apart([h for h in hazards if h is not None]),
        inventories=tuple(i for i in inventories if i is not None), space_rules=space_rules,
        indicators=indicators, refuges=refuges, refuge_rules=of_refuges,
        vulnerability=vulnerability_role(top, residents, indicators),
        areas=areas, residential_land=land, profile_files=own_profiles(head, names[1], folder),
    )  # fmt: skip


def _head(head: Table) -> tuple[str, tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Id, profiles, languages and title of ``[study]``."""
    study_id = head.identifier("id")
    if study_id.split(".")[0] in _RESERVED:
        head.fault(f"id = {study_id!r} is a name that Windows reserves, and the output folder is named after it")
    profiles = head.texts("profiles")
    for profile in profiles:
        if not ID_FORM.fullmatch(profile) and not profile.endswith(".toml"):
            head.fault(
                f"profiles names {profile[:60]!r}, which is no profile's id: small letters, digits, dots and hyphens; "
                "nor a file beside the study, which ends in .toml"
            )
    languages = head.texts("languages")
    for language in languages:
        if language not in roles.LANGUAGES:
            head.fault(f"languages names {language[:20]!r}; there are words for {', '.join(roles.LANGUAGES)}")
    title = head.by_language("title", roles.LANGUAGES)
    if not head.has("title"):
        head.fault('lacks title; write [study.title] and below it en = "..."')
    elif not title and isinstance(head.data["title"], dict) and not head.data["title"]:
        head.fault('title names no language; write en = "..."')
    return study_id, profiles, languages, title


def _crs(head: Table, osm: OsmRole | None, communities: UnitsRole | None, faults: list[str]) -> CRS | None:
    """The study's CRS. Where it cannot measure, the files tell the place, and the place the right zone."""
    text = head.text("crs", required=True)
    if text is None:
        return None
    try:
        return metric_crs(text, head.where)
    except NotMetric:
        origins = [role.origin for role in (communities, osm) if role is not None and isinstance(role.origin, Origin)]
        place = next((found for found in map(location, origins) if found is not None), None)
    try:
        return metric_crs(text, head.where, place)
    except NotMetric as error:
        faults.append(str(error))
        return None


def _each_once(top: Table, what: str, names: Sequence[str]) -> None:
    for name in sorted({n for n in names if n and names.count(n) > 1}):
        top.faults.append(f"{what} = {name!r} stands twice; each needs its own")
