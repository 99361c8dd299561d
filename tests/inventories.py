"""Synthetic inventories and spaces for tests: squares whose areas and overlaps can be read off."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Geometry, Point, box

from layers.origins import Origin
from layers.space_merge import SPACE_COLUMNS
from layers.types import InventoryRole
from tests.networks import METRIC

Rows = dict[str, tuple[str, str, Geometry]]
"""Id -> class, name, shape."""


def square(x: float, y: float = 0.0, size: float = 100.0) -> Geometry:
    """A square by its lower left corner."""
    return box(x, y, x + size, y + size)


def spaces(rows: Rows, fenced: frozenset[str] = frozenset(), source: str = "osm") -> gpd.GeoDataFrame:
    """Public spaces with the columns of `Layers.spaces`."""
    frame = _frame(rows, "space_id").assign(fenced=[k in fenced for k in rows], source=source)
    return gpd.GeoDataFrame(frame.astype({"fenced": bool, "source": str}))[list(SPACE_COLUMNS)]


def sites(rows: Rows, planned: frozenset[str] = frozenset()) -> gpd.GeoDataFrame:
    """Sites as `layers.inventory.inventory_sites` makes them."""
    frame = _frame(rows, "site_id").assign(planned=[k in planned for k in rows])
    return gpd.GeoDataFrame(frame.astype({"planned": bool}))


def _frame(rows: Rows, index: str) -> gpd.GeoDataFrame:
    table = pd.DataFrame(
        {
            "space_class": [c for c, _, _ in rows.values()],
            "name": [n for _, n, _ in rows.values()],
            "member_ids": list(rows),
            "area_m2": [float("nan") if isinstance(g, Point) else g.area for _, _, g in rows.values()],
        },
        index=pd.Index(list(rows), dtype=str, name=index),
    ).astype({"space_class": str, "name": str, "member_ids": str, "area_m2": float})
    return gpd.GeoDataFrame(table, geometry=[g for _, _, g in rows.values()], crs=METRIC)


def role(mode: str = "supplement", **more: object) -> InventoryRole:
    """An inventory of parks called ``city``."""
    given = {"space_class": "park", **more}
    return InventoryRole("city", Origin(Path("nowhere")), mode, **given)  # type: ignore[arg-type]


def excluded(rows: dict[str, tuple[str, str, str, Geometry]]) -> gpd.GeoDataFrame:
    """What rules turned away, by id: class, name, reason, shape."""
    table = pd.DataFrame(
        {column: [row[i] for row in rows.values()] for i, column in enumerate(("space_class", "name", "reason"))},
        index=pd.Index(list(rows), dtype=str),
    ).astype(str)
    return gpd.GeoDataFrame(table, geometry=[row[3] for row in rows.values()], crs=METRIC)
