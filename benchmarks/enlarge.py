"""SYNTHETIC enlargement: Las Palmas copied k x k side by side, to see how time and memory grow with the input.

The copies are not joined by streets, and no such city exists: use it for growth, never for figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
from osmium.osm import mutable
from shapely.affinity import translate

SHIFT_DEG = 0.2
"""Wider than the extract, so that copies do not touch."""
_ID_STEP = 20_000_000_000
"""Above every id of OpenStreetMap."""


def enlarge(study: Path, k: int, folder: Path) -> Path:
    """Write the study of k x k copies into `folder` and return its study file. k = 1 gives one copy, rewritten."""
    source = study.parent
    for name in ("osm", "boundaries", "population", "hazards"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    copy_osm(source / "osm/las-palmas.osm.pbf", folder / "osm/las-palmas.osm.pbf", k)
    for file in sorted((source / "boundaries").glob("*.parquet")):
        _copy_units(file, folder / "boundaries" / file.name, k)
    _copy_table(source / "population/sections.parquet", folder / "population/sections.parquet", k)
    for file in sorted((source / "hazards").glob("*.geojson")):
        _copy_hazards(file, folder / "hazards" / file.name, k)
    text = study.read_text(encoding="utf-8").replace('id = "las-palmas"', f'id = "synthetic-las-palmas-{k}x{k}"')
    made = folder / "study.toml"
    made.write_text(text, encoding="utf-8")
    return made


def copies(k: int) -> Iterator[tuple[int, float, float]]:
    """Number, shift east and shift south of each copy, in degrees (south: land and projection go on there)."""
    for number in range(k * k):
        yield number, SHIFT_DEG * (number % k), -SHIFT_DEG * (number // k)


def copy_osm(source: Path, target: Path, k: int) -> None:
    """All elements of each copy with their own ids; nodes first, as readers expect."""
    target.unlink(missing_ok=True)
    with osmium.SimpleWriter(target) as writer:
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for number, east, south in copies(k):
                step = number * _ID_STEP
                for element in osmium.FileProcessor(source, kind):
                    _write(writer, element, step, east, south)


def _write(writer: osmium.SimpleWriter, element: osmium.osm.OSMObject, step: int, east: float, south: float) -> None:
    """One element with `step` added to its id and to all ids that it refers to."""
    if isinstance(element, osmium.osm.Node):
        location = (element.location.lon + east, element.location.lat + south)
        writer.add_node(mutable.Node(element, id=element.id + step, location=location))
    elif isinstance(element, osmium.osm.Way):
        writer.add_way(mutable.Way(element, id=element.id + step, nodes=[node.ref + step for node in element.nodes]))
    else:
        members = [(member.type, member.ref + step, member.role) for member in element.members]
        writer.add_relation(mutable.Relation(element, id=element.id + step, members=members))


def _copy_units(source: Path, target: Path, k: int) -> None:
    """Boundaries, with keys of their own in each copy."""
    units = gpd.read_parquet(source)
    copied = [
        units.assign(geocode=units["geocode"].astype(str) + f"-{number}").set_geometry(
            units.geometry.translate(east, south)
        )
        for number, east, south in copies(k)
    ]
    gpd.GeoDataFrame(pd.concat(copied, ignore_index=True), crs=units.crs).to_parquet(target)


def _copy_table(source: Path, target: Path, k: int) -> None:
    """Residents, with the keys of their copy."""
    table = pd.read_parquet(source)
    copied = [table.assign(geocode=table["geocode"].astype(str) + f"-{number}") for number, _, _ in copies(k)]
    pd.concat(copied, ignore_index=True).to_parquet(target)


def _copy_hazards(source: Path, target: Path, k: int) -> None:
    """Bands, moved with their copy."""
    collection = json.loads(source.read_text(encoding="utf-8"))
    features = []
    for _, east, south in copies(k):
        frame = gpd.GeoDataFrame.from_features(collection["features"])
        for feature, geometry in zip(collection["features"], frame.geometry, strict=True):
            moved = translate(geometry, east, south).__geo_interface__
            features.append({**feature, "geometry": moved})
    target.write_text(json.dumps({**collection, "features": features}), encoding="utf-8")
