"""Pull: fetch the map extract of a study from OpenStreetMap, so that everything after it works without a net."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
from shapely import Polygon

from layers.found_units import FoundUnits, found_units
from layers.municipal import Notes, load_units
from layers.osm_elements import element_rules
from layers.sources.features import read_features
from layers.sources.files import fingerprint
from layers.sources.osm_write import write_pbf
from layers.sources.overpass import ADVICE, Overpass, judged
from layers.sources.overpass_answer import Answer, Gathered
from layers.sources.overpass_query import parts, query, statements, unit_statements, wide_statements
from layers.sources.pulled import PullRecord, RawAnswers, read_record, write_area, write_record
from layers.sources.web import Setback, TooMuch
from layers.space_rules import space_rules, tag_keys
from layers.types import Area, Origin, Study
from spatial.errors import SourceUnreachable, StudyError
from spatial.geometry import repaired
from spatial.progress import OnStep, silent

LARGEST_KM2 = 1500.0
"""The largest area that is fetched. What is larger would take public servers minutes for each of more than sixty parts,
and an extract of the whole region is one download."""
MARGIN_M = 2000.0
"""How far beyond the communities a new study fetches: most people's way to a park is much shorter."""
RAW_FOLDER = "raw"
_DIVISIONS = 3
"""How often a part that is too large is divided."""
_DIVISOR = 2.5
"""Into squares of this share of its area: OSMnx makes four of them of a square, and of most other shapes."""
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
    fetching = _Fetching(study, overpass, raw, on_step)
    outline = _degrees(study, area_m.buffer(_GROWN_M).simplify(_SIMPLER_M).segmentize(_STRAIGHT_M))
    answers = fetching.all(outline)
    gathered = Gathered()
    for answer in sorted(answers, key=lambda answer: answer.base):
        gathered.add(answer)
    elements = gathered.all()
    streets = _number_with(elements, "highway")
    if not streets:
        raw.discard(fetching.questions())
        raise SourceUnreachable(
            f"Overpass at {overpass.where.shown}: its answers hold no street at all, which no inhabited place is "
            "without; either the server lacks this part of the world, or the area lies elsewhere than meant (longitude "
            f"comes before latitude); {ADVICE}"
        )
    on_step("writing the extract")
    write_pbf(elements, extract)
    record = fetching.record(fingerprint(extract)[0], gathered.bases, elements)
    write_record(record, extract)
    if study.osm.coverage_path is None:
        write_area(area, extract)
    raw.tidy(record.queries)
    return Pulled(
        record, fetching.asked, fetching.reused, float(area_m.area) / 1e6, streets,
        _number_with(elements, "building"), found_units(elements, outline),
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


@dataclass
class _Fetching:
    """Asks part by part, and keeps every answer as it comes."""

    study: Study
    overpass: Overpass
    raw: RawAnswers
    on_step: OnStep
    asked: int = 0
    reused: int = 0

    def __post_init__(self) -> None:
        changes = self.study.space_rules
        self.rules = element_rules(tag_keys(changes), space_rules(changes).own)
        self.selections = statements(self.rules)
        self._done: list[tuple[str, dict[str, str]]] = []

    def all(self, outline: Area) -> list[Answer]:
        """The answers for all parts, and for what lies around them and across them."""
        found, divided = [], parts(outline)
        for number, part in enumerate(divided, start=1):
            self.on_step(f"part {number} of {len(divided)}")
            found += list(self._answers(self._part, part, 0))
        self.on_step("administrative boundaries, and what lies around the whole area")
        for piece in parts(outline, LARGEST_KM2 * 1e7):
            found += list(self._answers(self._once, piece, 0))
        return found

    def _part(self, part: Polygon) -> str:
        return query(self.selections, part)

    def _once(self, part: Polygon) -> str:
        return query(unit_statements(_admin_levels(self.study)), part, wide_statements(self.rules))

    def _answers(self, ask: Callable[[Polygon], str], part: Polygon, division: int) -> Iterator[Answer]:
        """The answer for a part, or those for smaller parts where it is too large."""
        question = ask(part)
        try:
            yield self._answer(question, part)
        except TooMuch as met:
            if division == _DIVISIONS:
                raise SourceUnreachable(
                    f"Overpass at {self.overpass.where.shown}: {met.reason}, even for a very small part of the area; "
                    f"{ADVICE}"
                ) from None
            self.raw.note_too_large(question)
            self.on_step(f"{met.reason}; asking for smaller parts of it")
            for smaller in parts(part, _area_m2(part) / _DIVISOR):
                yield from self._answers(ask, smaller, division + 1)

    def _answer(self, question: str, part: Polygon) -> Answer:
        if self.raw.was_too_large(question):
            raise TooMuch("this part is known to be too large")
        kept = self.raw.find(question, self.overpass.asker.patience.answer_bytes)
        if kept is not None:
            try:
                answer = judged(kept[0], part)
            except Setback:
                pass  # kept by another version: asked again
            else:
                self.reused += 1
                self._done.append((question, kept[1]))
                return answer
        body, answer = self.overpass.fetch(question, part)
        self.asked += 1
        now = self.overpass.asker.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"endpoint": self.overpass.where.shown, "fetched": now, "osm_base": answer.base}
        self._done.append((question, self.raw.keep(question, body, about)))
        return answer

    def questions(self) -> tuple[str, ...]:
        """Everything that was asked, in order."""
        return tuple(question for question, _ in self._done)

    def record(self, sha256: str, bases: Sequence[str], elements: Answer) -> PullRecord:
        """The record of the extract that was made."""
        about = [entry for _, entry in self._done]
        return PullRecord(
            sha256=sha256,
            endpoint=", ".join(sorted({entry["endpoint"] for entry in about})),
            fetched=min(entry["fetched"] for entry in about),
            osm_base=min(bases),
            osm_base_newest=max(bases),
            selections=self.selections,
            queries=self.questions(),
            answers=tuple(entry["sha256"] for entry in about),
            counts=elements.counts(),
        )


def _degrees(study: Study, area: Area) -> Area:
    moved: Area = gpd.GeoSeries([area], crs=study.crs).to_crs("OGC:CRS84").iloc[0]
    return moved


def _area_m2(part: Polygon) -> float:
    """The area of a part in degrees [m2], as OSMnx will measure it."""
    series = gpd.GeoSeries([part], crs="OGC:CRS84")
    return float(series.to_crs(series.estimate_utm_crs()).area.iloc[0])


def _admin_levels(study: Study) -> list[str]:
    """Levels that the study takes its units from."""
    roles = (study.communities, *study.parents)
    return sorted({str(value) for role in roles for value in role.osm_filter.get("admin_level", ())})


def _number_with(elements: Answer, key: str) -> int:
    return sum(key in tags for _, tags in elements.ways.values())
