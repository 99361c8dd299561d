"""Pull: fetch the map extract of a study from OpenStreetMap, so that everything after it works without a net."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from layers.fetching import Fetching, number_with
from layers.found_units import FoundUnits, found_units
from layers.municipal import Notes, load_units
from layers.origins import Origin
from layers.sources.features import read_features
from layers.sources.files import fingerprint
from layers.sources.osm_write import write_pbf
from layers.sources.overpass import Overpass
from layers.sources.overpass_answer import Gathered
from layers.sources.pulled import PullRecord, RawAnswers, read_record, write_area, write_record
from layers.types import Area, Study
from spatial.errors import StudyError
from spatial.geometry import repaired
from spatial.progress import OnStep, silent

LARGEST_KM2 = 1500.0
"""The largest area that is fetched. What is larger would take public servers minutes for each of more than sixty parts,
and an extract of the whole region is one download."""
MARGIN_M = 2000.0
"""How far beyond the communities a new study fetches: most people's way to a park is much shorter."""
RAW_FOLDER = "raw"
_GROWN_M, _SIMPLER_M = 30.0, 25.0
"""The outline that is asked for: simpler than the area, and nowhere inside it."""
_STRAIGHT_M = 5000.0
"""Longer lines would bend by metres from one CRS to another."""


@dataclass(frozen=True)
class Pulled:
    """What a pull brought."""

    record: PullRecord
    asked: int
    """Questions that went to the server."""
    reused: int
    """Questions whose answer lay in the study's folder already."""
    area_km2: float
    streets: int
    """Ways with a highway tag."""
    buildings: int
    empty: int
    """Parts of the area in which there is nothing at all: sea, or too little of the area to tell."""
    units: tuple[FoundUnits, ...]
    """Administrative boundaries that are complete and lie in the area, by level."""


def pull(study: Study, overpass: Overpass, raw: RawAnswers, on_step: OnStep = silent) -> Pulled:
    """Fetch the extract of a study: all that the packaged rules can use, where ``[osm.coverage]`` says it is complete.

    Parameters
    ----------
    study
        As `layers.study.read_study_to_fetch` gives it.
    raw
        Answers that came before; those that still fit are not asked for again.
    on_step
        Told what is being fetched.

    Returns
    -------
    Pulled
        The extract is in its place, with its record (``.pull.json``) and its area (``.area.geojson``) beside it.

    Raises
    ------
    StudyError
        The study does not say where to fetch, asks for too large an area, or names an extract that came from elsewhere.
    SourceUnreachable
        The server failed. The extract that was there is untouched, and answers that came are kept.
    OutputError
        The extract cannot be written.
    """
    extract = study.osm.origin.path
    _check_place(study)
    area_m = area_to_fetch(study)
    area = _degrees(study, area_m)
    fetching = Fetching(study, overpass, raw, on_step)
    outline = _degrees(study, area_m.buffer(_GROWN_M).simplify(_SIMPLER_M).segmentize(_STRAIGHT_M))
    answers = fetching.all(outline)
    gathered = Gathered()
    for answer in sorted(answers, key=lambda answer: answer.base):
        gathered.add(answer)
    elements = gathered.all()
    fetching.check(elements, area)
    on_step("writing the extract")
    write_pbf(elements, extract)
    record = fetching.record(fingerprint(extract)[0], gathered.bases, elements)
    write_record(record, extract)
    if study.osm.coverage_path is None:
        write_area(area, extract)
    raw.tidy(record.queries)
    return Pulled(
        record, fetching.asked, fetching.reused, float(area_m.area) / 1e6, number_with(elements, "highway"),
        number_with(elements, "building"), len(fetching.empty), found_units(elements, outline),
    )  # fmt: skip


def area_to_fetch(study: Study) -> Area:
    """Where the extract is to be complete, in the study's CRS: the polygon or the buffer of ``[osm.coverage]``.

    Raises
    ------
    StudyError
        It depends on boundaries that only the extract will hold, or is larger than `LARGEST_KM2`.
    """
    if study.osm.coverage_path is not None:
        features = read_features(Origin(study.osm.coverage_path), "osm.coverage").frame
        area: Area = repaired(repaired(features.geometry)[0].to_crs(study.crs))[0].union_all()
    elif study.communities.origin is not None:
        communities = load_units(study, study.communities, None, Notes())
        area = communities.union_all().buffer(study.osm.communities_buffer_m)
    else:
        raise StudyError(
            f"{study.path.name}: the communities are boundaries in the extract, so that nobody knows where to fetch "
            "it; give [osm.coverage] the path of a polygon, or name a file of communities for the first pull"
        )
    check_size(area.area / 1e6, study.path.name)
    return area


def check_size(area_km2: float, what: str) -> None:
    """Refuse an area that is too large to be fetched piece by piece.

    Raises
    ------
    StudyError
        It is larger than `LARGEST_KM2`.
    """
    if area_km2 > LARGEST_KM2:
        raise StudyError(
            f"{what}: {area_km2:,.0f} km2 with its surroundings is more than the {LARGEST_KM2:,.0f} km2 that public "
            "servers should be asked for; choose a smaller area, or download an extract of the region (.osm.pbf, "
            "such as those of Geofabrik), put it into the study's folder and name it under [osm]: it is clipped when "
            "it is read"
        )


def _check_place(study: Study) -> None:
    """Only what was fetched may be replaced by what is fetched."""
    extract = study.osm.origin.path
    if not extract.name.endswith(".pbf"):
        raise StudyError(
            f"{study.path.name}: [osm] path = {extract.name!r} does not end in .osm.pbf, the form in which extracts "
            "are written; correct the path"
        )
    if not extract.exists():
        return
    record = read_record(extract)
    if record is None or record.sha256 != fingerprint(extract)[0]:
        raise StudyError(
            f"{study.path.name}: {extract.name} was not fetched by linli pull, or was changed since, and would be "
            "lost; move it away, or name another path under [osm]"
        )


def _degrees(study: Study, area: Area) -> Area:
    moved: Area = gpd.GeoSeries([area], crs=study.crs).to_crs("OGC:CRS84").iloc[0]
    return moved
