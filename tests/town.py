"""A synthetic town of two communities, drawn so that every figure can be derived on paper.

    y                                                               East: 60 residents
    300 +------------------------------+------------------------------+
        |   W1 (100..110, 20..30)      |      E1 (700..710, 20..30)   |
        |   W2 (300..320, 20..30)      |                              |
      0 |===============street=========+===========street=============|  x = 0 .. 1000
        |        park (200..260,       |                              |
   -100 +-----------  -60..-10) -------+------------------------------+
        0   West: 50 residents        500                           1000

Homes: W1 100 m2 x 3 storeys = 300 m2, W2 200 m2 x 1 = 200 m2, E1 100 m2 x 4 = 400 m2.
At one resident per 10 m2 West's 50 residents fit exactly: 30 in W1, 20 in W2. East's homes hold 40 of
its 60; the other 20 go to 20 points along its 500 m of street, one each, at x = 512.5, 537.5, ...

The park is 60 x 50 = 3,000 m2 and open. Its outline is tried every 20 m from (260, -60) on; within
20 m of the street lie (260, -20), (250, -10), (230, -10), (210, -10) and (200, -20).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Geometry, Point, Polygon, box

from layers.origins import Origin
from layers.types import Basemap, HazardRole, Layers, OsmRole, ResidentsRole, Study, UnitsRole
from tests.networks import METRIC, network

WEST, EAST = box(0, -100, 500, 300), box(500, -100, 1000, 300)
PARK = box(200, -60, 260, -10)
STREET = [(1, 0.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]


def frame(rows: dict[str, dict[str, object]], name: str, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Rows by id, with the columns given even when there are none."""
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(table.rename_axis(name), geometry="geometry", crs=METRIC)


def units(shapes: dict[str, Polygon], name: str = "community_id") -> gpd.GeoDataFrame:
    """Units named as their ids."""
    return frame({k: {"name": k, "area_m2": s.area, "geometry": s} for k, s in shapes.items()}, name, ("name", "area_m2"))


def buildings(shapes: dict[str, tuple[Polygon, float]]) -> gpd.GeoDataFrame:
    """Homes with their storeys."""
    rows = {
        k: {"residential": True, "use_source": "tag", "storeys": s, "storeys_source": "levels",
            "footprint_m2": p.area, "floor_area_m2": p.area * s, "residential_share": 1.0, "geometry": p}
        for k, (p, s) in shapes.items()
    }
    return frame(rows, "building_id", ("residential", "use_source", "storeys", "storeys_source", "footprint_m2", "floor_area_m2", "residential_share"))


def spaces(shapes: dict[str, tuple[str, Geometry]], fenced: frozenset[str] = frozenset()) -> gpd.GeoDataFrame:
    """Public spaces by id: class and shape."""
    rows = {
        k: {"space_class": c, "name": k, "fenced": k in fenced, "member_ids": k,
            "area_m2": np.nan if isinstance(g, Point) else g.area, "source": "osm", "geometry": g}
        for k, (c, g) in shapes.items()
    }
    return frame(rows, "space_id", ("space_class", "name", "fenced", "member_ids", "area_m2", "source"))


def obstacles(shapes: dict[str, tuple[str, Geometry]]) -> gpd.GeoDataFrame:
    """Walls, water and railways by id."""
    return frame({k: {"obstacle_kind": o, "geometry": g} for k, (o, g) in shapes.items()}, "obstacle_id", ("obstacle_kind",))


def gates(points: dict[str, Point]) -> gpd.GeoDataFrame:
    """Gates by node id."""
    return frame({k: {"gate_kind": "gate", "geometry": p} for k, p in points.items()}, "node_id", ("gate_kind",))


def hazards(rows: dict[str, tuple[str, str, Polygon]]) -> gpd.GeoDataFrame:
    """Hazard polygons by id: kind, status, shape; one polygon a layer."""
    made = {
        k: {"hazard_id": k, "kind": kind, "status": status, "return_period_yr": np.nan, "name": k, "geometry": shape}
        for k, (kind, status, shape) in rows.items()
    }
    return frame(made, "hazard_feature_id", ("hazard_id", "kind", "status", "return_period_yr", "name"))


def study(hazard_rows: dict[str, tuple[str, str, Polygon]] | None = None) -> Study:
    """The town's study; nothing in it is read from disk."""
    origin = Origin(Path("nowhere"))
    return Study(
        id="town", path=Path("study.toml"), crs=METRIC, title={"en": "Synthetic town"}, profiles=(), languages=("en", "zh"),
        osm=OsmRole(origin), communities=UnitsRole("community", "id", "name", origin),
        residents=ResidentsRole(origin, "id", "population"),
        hazards=tuple(HazardRole(k, kind, status, {"en": k}, {}, origin) for k, (kind, status, _) in (hazard_rows or {}).items()),
    )


def town() -> Layers:
    """The town as drawn above."""
    bare = gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=METRIC)
    return Layers(
        study=study(),
        communities=units({"East": EAST, "West": WEST}),
        parents={"district": units({"All": box(0, -100, 1000, 300)}, "unit_id")},
        residents=pd.DataFrame({"population": [60.0, 50.0], "age65plus": [12.0, 5.0]}, index=pd.Index(["East", "West"], name="community_id")),
        network=network([STREET]),
        spaces=spaces({"way/1": ("park", PARK)}),
        gates=gates({}),
        obstacles=obstacles({}),
        buildings=buildings({"W1": (box(100, 20, 110, 30), 3), "W2": (box(300, 20, 320, 30), 1), "E1": (box(700, 20, 710, 30), 4)}),
        hazards=hazards({}),
        coverage=box(-1e6, -1e6, 1e6, 1e6),
        basemap=Basemap(bare, bare, bare, bare),
        provenance=(),
        caveats=(),
    )


def with_hazards(layers: Layers, rows: dict[str, tuple[str, str, Polygon]]) -> Layers:
    """The same town with hazard layers."""
    return dataclasses.replace(layers, study=study(rows), hazards=hazards(rows))
