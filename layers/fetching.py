"""Asking for an area part by part: every answer is kept as it comes, and judged with the others at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
from shapely import Polygon

from layers.empty_parts import doubt, is_doubtful
from layers.osm_elements import element_rules
from layers.sources.overpass import ADVICE, Overpass, judged
from layers.sources.overpass_answer import Answer
from layers.sources.overpass_query import parts, query, statements, unit_statements, wide_statements
from layers.sources.pulled import PullRecord, RawAnswers
from layers.sources.web import Setback, TooMuch
from layers.space_rules import space_rules, tag_keys
from layers.types import Area, Study
from spatial.errors import SourceUnreachable
from spatial.progress import OnStep

_DIVISIONS = 3
"""How often a part that is too large is divided."""
_DIVISOR = 2.5
"""Into squares of this share of its area: OSMnx makes four of them of a square, and of most other shapes."""
_ONE_PIECE_M2 = 1.5e10
"""Ten times the largest area that is fetched [m2]: its outline is not cut."""


@dataclass(frozen=True)
class Done:
    """A question that was answered."""

    question: str
    part: Polygon
    entry: Mapping[str, str]
    """What is known of the answer."""
    nothing: bool
    """Whether it holds no element at all."""


@dataclass
class Fetching:
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
        self.empty: tuple[Done, ...] = ()
        self._done: list[Done] = []

    def all(self, outline: Area) -> list[Answer]:
        """The answers for all parts, and for what lies around them and across them."""
        found, divided = [], parts(outline)
        for number, part in enumerate(divided, start=1):
            self.on_step(f"part {number} of {len(divided)}")
            found += list(self._answers(self._part, part, 0))
        self.empty = tuple(done for done in self._done if done.nothing)
        self.on_step("administrative boundaries, and what lies around the whole area")
        for piece in parts(outline, _ONE_PIECE_M2):
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
                self._done.append(Done(question, part, kept[1], _is_empty(answer)))
                return answer
        body, answer = self._fetched(question, part)
        now = self.overpass.asker.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"endpoint": self.overpass.where.shown, "fetched": now, "osm_base": answer.base}
        self._done.append(Done(question, part, self.raw.keep(question, body, about), _is_empty(answer)))
        return answer

    def _fetched(self, question: str, part: Polygon) -> tuple[bytes, Answer]:
        """An answer from the server; that there is nothing at all has to be said twice."""
        for _ in range(2):
            body, answer = self.overpass.fetch(question, part)
            self.asked += 1
            if not _is_empty(answer):
                break
        return body, answer

    def check(self, elements: Answer, area: Area) -> None:
        """Refuse answers that together cannot be true, and forget them.

        Raises
        ------
        SourceUnreachable
            There is no street in them, or nothing at all where there is land.
        """
        if not number_with(elements, "highway"):
            self.raw.discard(self.questions())
            raise SourceUnreachable(
                f"Overpass at {self.overpass.where.shown}: its answers hold no street at all, which no inhabited place "
                "is without; either the server lacks this part of the world, or the area lies elsewhere than meant "
                f"(longitude comes before latitude); {ADVICE}"
            )
        doubted = [done for done in self.empty if is_doubtful(done.part, area, elements)]
        if doubted:
            self.raw.discard([done.question for done in doubted])
            raise SourceUnreachable(
                f"Overpass at {self.overpass.where.shown}: {doubt([d.part for d in doubted])}; {ADVICE}"
            )

    def questions(self) -> tuple[str, ...]:
        """Everything that was asked, in order."""
        return tuple(done.question for done in self._done)

    def record(self, sha256: str, bases: Sequence[str], elements: Answer) -> PullRecord:
        """The record of the extract that was made."""
        about = [done.entry for done in self._done]
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


def _area_m2(part: Polygon) -> float:
    """The area of a part in degrees [m2], as OSMnx will measure it."""
    series = gpd.GeoSeries([part], crs="OGC:CRS84")
    return float(series.to_crs(series.estimate_utm_crs()).area.iloc[0])


def _is_empty(answer: Answer) -> bool:
    return not any(answer.counts().values())


def _admin_levels(study: Study) -> list[str]:
    """Levels that the study takes its units from."""
    roles = (study.communities, *study.parents)
    return sorted({str(value) for role in roles for value in role.osm_filter.get("admin_level", ())})


def number_with(elements: Answer, key: str) -> int:
    """How many ways have a tag with this key."""
    return sum(key in tags for _, tags in elements.ways.values())
