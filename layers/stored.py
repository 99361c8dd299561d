"""All layers of a study as one entry of the cache: an unchanged city is loaded without reading its files again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, make_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from layers.cache import Cache
from layers.known_files import KnownFiles
from layers.origins import AnyOrigin, DatabaseOrigin, Origin
from layers.sources.pulled import RECORD_SUFFIX
from layers.types import Layers, Study

_BESIDE = (RECORD_SUFFIX, ".md5", "-wal", "-journal")
"""What was fetched and when, what an extract should hold, and what of a GeoPackage is not in its file yet."""


def stored_layers(study: Study, kept: Cache, make: Callable[[], Layers]) -> Layers:
    """The layers of a study, as they were kept or as `make` gives them.

    A study that asks a database is never kept whole: what a table holds is known only once it was read.

    Raises
    ------
    LinliError
        Whatever `make` raises.
    """
    paths = files(study)
    if any(isinstance(origin, DatabaseOrigin) for origin in _origins(study)) or not all(p.exists() for p in paths):
        return make()
    of, seen = _without_study(), KnownFiles(kept.folder).see(paths)
    stored = kept.get(of, made_from(study, seen.hashes), lambda: _as(of, make()), seen.unchanged)
    return Layers(study=study, **_fields(stored))


def files(study: Study) -> tuple[Path, ...]:
    """Every file that a study names, each once, in its order, and what beside it changes how it is read."""
    named: list[Path] = []
    for origin in _origins(study):
        if isinstance(origin, Origin):
            named += [origin.path, *origin.more]
    if study.osm.coverage_path is not None:
        named.append(study.osm.coverage_path)
    beside = [path.with_name(f"{path.name}{ending}") for path in named for ending in _BESIDE]
    return tuple(dict.fromkeys([*named, *(path for path in beside if path.is_file())]))


def made_from(study: Study, hashes: Sequence[str]) -> list[str]:
    """What layers depend on: what the study says of them, and what its files hold.

    Not titles and profiles, nor where the study's folder lies.
    """
    roles = repr(replace(study, title={}, profiles=(), profile_files={}, languages=(), sha256=""))
    return [roles.replace(study.path.parent.as_posix(), ""), study.crs.to_wkt(), *hashes]


def _origins(study: Study) -> list[AnyOrigin]:
    found: list[AnyOrigin | None] = [study.osm.origin, study.communities.origin, study.elevation]
    found += [role.origin for role in study.parents] + [role.origin for role in study.hazards]
    found += [origin for role in study.inventories for origin in (role.origin, role.coverage)]
    found += [role.origin for role in study.indicators]
    found += [role.origin for role in study.areas] + [role.origin for role in study.refuges]
    if study.residents is not None:
        found.append(study.residents.origin)
    if study.residential_land is not None:
        found.append(study.residential_land.origin)
    return [origin for origin in found if origin is not None]


@cache
def _without_study() -> type[Any]:
    """`Layers` as a type of its own without the study, which is read anew each time."""
    hints = get_type_hints(Layers)
    kept = [(field.name, hints[field.name]) for field in fields(Layers) if field.name != "study"]
    return make_dataclass("StoredLayers", kept, frozen=True)


def _as(of: type[Any], layers: Layers) -> object:
    return of(**{field.name: getattr(layers, field.name) for field in fields(of)})


def _fields(stored: object) -> dict[str, Any]:
    return {field.name: getattr(stored, field.name) for field in fields(stored)}  # type: ignore[arg-type]
