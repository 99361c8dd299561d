"""All layers of a study as one entry of the cache: an unchanged city is loaded without reading its files again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from layers.cache import Cache
from layers.known_files import KnownFiles
from layers.sources.pulled import record_path
from layers.types import AnyOrigin, DatabaseOrigin, Layers, Origin, Study


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
    of = _without_study()
    stored = kept.get(of, made_from(study, KnownFiles(kept.folder).hashes(paths)), lambda: _as(of, make()))
    return Layers(study=study, **_fields(stored))


def files(study: Study) -> tuple[Path, ...]:
    """Every file that a study names, each once, in its order."""
    named: list[Path] = []
    for origin in _origins(study):
        if isinstance(origin, Origin):
            named += [origin.path, *origin.more]
    if study.osm.coverage_path is not None:
        named.append(study.osm.coverage_path)
    record = record_path(study.osm.origin.path)  # of a fetched extract: it goes into provenance
    if record.is_file():
        named.append(record)
    return tuple(dict.fromkeys(named))


def made_from(study: Study, hashes: list[str]) -> list[str]:
    """What layers depend on: what the study says of them, and what its files hold. Not titles and profiles."""
    roles = replace(study, title={}, profiles=(), profile_files={}, languages=())
    return [repr(roles), study.crs.to_wkt(), *hashes]


def _origins(study: Study) -> list[AnyOrigin]:
    found: list[AnyOrigin | None] = [study.osm.origin, study.communities.origin, study.elevation]
    found += [role.origin for role in study.parents] + [role.origin for role in study.hazards]
    found += [origin for role in study.inventories for origin in (role.origin, role.coverage)]
    if study.residents is not None:
        found.append(study.residents.origin)
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
