"""What a published table is: columns with their types, units and meaning in two languages, and how they are named."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LONGEST_COLUMN = 60
"""Longer names are cut by the formats that people export to."""


def column_part(text: str) -> str:
    """The text as part of a column name: letters, digits and ``_``."""
    return re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_")


def rule_column(profile_id: str, rule_id: str) -> str:
    """Name of a rule's value column in `communities` and `parents`: ``<profile>__<rule>``."""
    name = f"{column_part(profile_id)}__{column_part(rule_id)}"
    if len(name) <= LONGEST_COLUMN:
        return name
    # Two long names may share their beginning, so the cut one carries a hash of the whole.
    return f"{name[: LONGEST_COLUMN - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def hazard_share_column(hazard_id: str) -> str:
    """Name of a hazard's column in `public_space`."""
    return f"hazard_{column_part(hazard_id)}_share"


@dataclass(frozen=True)
class Column:
    """One column of a published table."""

    name: str
    dtype: str
    """str, float, int."""
    unit: str
    """m, m2, persons, %, ... or empty."""
    en: str
    zh: str


@dataclass(frozen=True)
class Table:
    """One layer or table of the GeoPackage."""

    name: str
    geometry: str
    """polygon, point, line, polygon or point, or empty for a plain table."""
    en: str
    zh: str
    columns: tuple[Column, ...]
