"""A new study: its communities from a place, a box or a file, the CRS that fits, and the text of its files."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from layers.names import clean_ids, clean_names, plain
from layers.origins import Origin
from layers.pull import MARGIN_M, check_size
from layers.sources.features import read_features
from layers.sources.nominatim import Place
from layers.study_table import ID_FORM
from spatial.crs import lonlat_centre, suggest_zone
from spatial.errors import LayerError, StudyError
from spatial.geometry import repaired

LONLAT = "OGC:CRS84"
_ID_COLUMNS = ("id", "code", "geocode", "ref", "adcode", "gid", "fid", "osm_id", "代码", "编码", "编号")
_NAME_COLUMNS = ("name", "label", "title", "nombre", "nom", "名称", "名字", "社区", "街道")
_LONGEST_ID = 40
_LONGEST_RESERVED = 4
_SMALLEST_M2 = 1000.0
"""Below this an area is a mistake of coordinates or units, not a place where people live."""


@dataclass(frozen=True)
class NewStudy:
    """What a new study's files are written from."""

    id: str
    title: str
    languages: tuple[str, ...]
    crs: str
    crs_name: str
    communities: gpd.GeoDataFrame
    """``id``, ``name``; polygons in degrees."""
    area_km2: float
    """Of the communities."""
    source: str
    """Where the boundary comes from, in words."""
    licence: str
    attribution: str


@dataclass(frozen=True)
class Outline:
    """Communities as they were found, before anything is decided for them."""

    communities: gpd.GeoDataFrame
    """``id``, ``name``; polygons in the CRS they came in."""
    name: str
    source: str
    licence: str = ""
    attribution: str = ""


def outline_of_place(place: Place) -> Outline:
    """The one area of a place as the one community."""
    frame = gpd.GeoDataFrame({"id": ["1"], "name": [place.name]}, geometry=[place.area], crs=LONLAT)
    source = f"OpenStreetMap {place.osm_id}, {place.full_name}"
    return Outline(frame, place.name, source, place.licence, "© OpenStreetMap contributors")


def outline_of_box(text: str) -> Outline:
    """A box as the one community.

    Parameters
    ----------
    text
        ``W,S,E,N``: west, south, east and north edge in degrees.

    Raises
    ------
    StudyError
        These are not four such numbers; latitude before longitude is recognised where it can be.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise StudyError(
            f"--bbox {text[:60]!r}: must be four numbers W,S,E,N in degrees, such as --bbox=-15.48,28.05,-15.40,28.18"
        )
    west, south, east, north = numbers
    if max(abs(south), abs(north)) > 90 >= max(abs(west), abs(east)):
        raise StudyError(
            f"--bbox {text[:60]!r}: latitudes go to 90 only, so these look like latitude before longitude; write "
            f"--bbox={south:g},{west:g},{north:g},{east:g}"
        )
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise StudyError(f"--bbox {text[:60]!r}: lies beyond the globe; write longitudes and latitudes in degrees")
    if west >= east or south >= north:
        raise StudyError(
            f"--bbox {text[:60]!r}: west must be less than east and south less than north: the order is W,S,E,N (an "
            "area across the 180th meridian has to be studied in two halves)"
        )
    frame = gpd.GeoDataFrame({"id": ["1"], "name": ["box"]}, geometry=[shapely.box(*numbers)], crs=LONLAT)
    return Outline(frame, "box", f"a box of {text.strip()} degrees (W,S,E,N)")


def outline_of_file(path: str | Path) -> Outline:
    """The polygons of a file as communities, in any format that a study may name.

    Ids come from the first column that has a different value in every row, names from the first that is
    called like one.

    Raises
    ------
    SourceError
        The file is missing or broken.
    LayerError
        It holds something else than polygons, or its datum cannot be changed without being metres off.
    """
    file = Path(path).resolve()
    features = read_features(Origin(file), "--boundary").frame
    kinds = set(features.geom_type.dropna())
    if not len(features) or not kinds <= {"Polygon", "MultiPolygon"}:
        raise LayerError(
            f"{file.name}: holds {', '.join(sorted(map(str, kinds))) or 'nothing'}, and communities are polygons; "
            "give a file of areas"
        )
    names = _column(features, _NAME_COLUMNS)
    ids = _ids(features)
    named = pd.Series(ids.to_numpy()) if names is None else clean_names(features[names])[0].reset_index(drop=True)
    frame = gpd.GeoDataFrame(
        {"id": ids.to_numpy(), "name": named.where(named != "", ids.to_numpy()).to_numpy()},
        geometry=repaired(features.geometry)[0].to_numpy(),
        crs=features.crs,
    )
    return Outline(frame, plain(file.stem), f"the file {plain(file.name)}")


def new_study(outline: Outline, study_id: str | None, languages: tuple[str, ...]) -> NewStudy:
    """Decide what a study of these communities needs: an id, the metric CRS of the place, boundaries in degrees.

    Raises
    ------
    StudyError
        `study_id` is no id, a language has no words, or the area is too large to be fetched.
    NotMetric
        No zone covers the place.
    """
    frame = outline.communities
    centre = lonlat_centre(tuple(frame.total_bounds), frame.crs)
    code, name = suggest_zone(centre[0], centre[1], frame.crs)
    metric = repaired(frame.to_crs(code).geometry)[0].union_all()
    if metric.area < _SMALLEST_M2:
        raise StudyError(
            f"{outline.source}: is only {metric.area:,.0f} m2 large, which is no place to study; check the order and "
            "unit of its coordinates"
        )
    check_size(metric.buffer(MARGIN_M).area / 1e6, outline.source)
    degrees = frame.to_crs(LONLAT)
    # A shape that is valid in one CRS need not be in another, and only of a valid one can the corners be rounded.
    degrees = degrees.set_geometry(repaired(repaired(degrees.geometry)[0].set_precision(1e-7))[0])
    return NewStudy(
        id=_study_id(outline.name) if study_id is None else checked_id(study_id),
        title=outline.name, languages=languages, crs=code, crs_name=name, communities=degrees,
        area_km2=float(metric.area) / 1e6, source=outline.source, licence=outline.licence,
        attribution=outline.attribution,
    )  # fmt: skip


def checked_id(text: str) -> str:
    """An id, in the form that a study file asks for.

    Raises
    ------
    StudyError
        It holds other letters.
    """
    if not ID_FORM.fullmatch(text):
        raise StudyError(f"--id {text[:60]!r}: may only hold small letters, digits, dots and hyphens, such as my-city")
    return text


def _study_id(name: str) -> str:
    """A name in plain letters; `study` where it has none, as names in Chinese.

    Short ones are spelt out: files cannot be named `con` or `aux` everywhere.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
    return slug if len(slug) > _LONGEST_RESERVED else f"study-{slug}".rstrip("-")


def _column(features: gpd.GeoDataFrame, names: tuple[str, ...]) -> str | None:
    """The first of these columns that there is, whatever the case of its letters."""
    lower = {str(column).lower(): str(column) for column in reversed(features.columns.drop(features.geometry.name))}
    return next((lower[name] for name in names if name in lower), None)


def _ids(features: gpd.GeoDataFrame) -> pd.Series:
    """The column with a different value in every row, the likeliest first; else numbers."""
    columns = [str(c) for c in features.columns if c != features.geometry.name]
    likely = [c for name in _ID_COLUMNS for c in columns if c.lower() == name]
    unmeasured = [c for c in columns if not pd.api.types.is_float_dtype(features[c])]
    for column in (*likely, *unmeasured):
        ids = clean_ids(features[column])
        if len(features) > 1 and ids.notna().all() and ids.is_unique:
            return ids
    width = len(str(len(features)))
    return pd.Series([f"{number:0{width}d}" for number in range(1, len(features) + 1)], index=features.index)


def boundary_text(study: NewStudy) -> str:
    """The communities as GeoJSON."""
    content: dict[str, object] = json.loads(study.communities.to_json(drop_id=True))
    content.pop("crs", None)  # GeoJSON is WGS 84 by definition
    return json.dumps(content, ensure_ascii=False) + "\n"
