"""What every reader of a layer gives back: the rows, and where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import pandas as pd

from layers.origins import AnyOrigin
from layers.row_account import settled
from layers.types import Caveat, Provenance

FrameT = TypeVar("FrameT", bound=pd.DataFrame)


@dataclass(frozen=True)
class Input:
    """One file, or one table of a database, as it was when it was read."""

    address: str
    """Absolute path of a file, or ``service: schema.table`` of a database. Never a host, user or password."""
    sha256: str
    """Of the bytes of a file with its companions; of a table, of its rows as they were read."""
    bytes: int
    source: str = "file"
    """file, postgis or overpass."""
    date: str = ""
    """What the input says of its own date."""
    query: str = ""
    """What was asked, or which layer and filter were taken."""


@dataclass(frozen=True)
class Read(Generic[FrameT]):
    """Rows of a layer as they were read: filtered, with a CRS where they have shapes, not yet judged."""

    frame: FrameT
    counts: Mapping[str, int]
    """rows_read, rows_kept, and whatever else the reader counted."""
    inputs: tuple[Input, ...]
    """In the study's order; at least one."""
    caveats: tuple[Caveat, ...] = ()


def provenance(
    role: str, origin: AnyOrigin, inputs: Sequence[Input], counts: Mapping[str, int], study_path: Path
) -> tuple[Provenance, ...]:
    """The records of a layer's inputs. What the study does not say stays empty.

    `counts` are of the whole layer, and stand, settled (`layers.row_account`), with its first input.
    """
    return tuple(
        Provenance(
            role=role,
            file=_shown(given, study_path.parent),
            sha256=given.sha256,
            bytes=given.bytes,
            licence=origin.licence or "",
            attribution=origin.attribution or "",
            date=origin.date or given.date,
            counts=settled(counts) if number == 0 else {},
            source=given.source,
            query=given.query,
        )
        for number, given in enumerate(inputs)
    )


def _shown(given: Input, folder: Path) -> str:
    path = Path(given.address)
    return path.relative_to(folder).as_posix() if path.is_absolute() else given.address
