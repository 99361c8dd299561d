"""Places that nobody has named refuges are never called refuges: on the map's layer, its discs and its panel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.results import Results
from maps.refuge_view import refuge_overlays, refuge_part
from tests.synthetic_safety import build_safety

NOTE = {
    "en": "Candidates: nobody has named them refuges, and nobody has been there to look.",
    "zh": "候选场地：均未被指定为避难场所，亦未经现场核查。",
}
SOME = {
    "en": "Of these places, candidates are such as nobody has named refuges, and nobody has been there to look.",
    "zh": "其中的候选场地均未被指定为避难场所，亦未经现场核查。",
}
BY_LIST = {
    "en": "If only the listed refuges took people in, 350 residents would find a place; the others only if candidates were opened too.",
    "zh": "若仅清单所列场所接纳人员，350 名居民能得到位置；其余须启用候选场地。",
}
LABEL = {"en": "Places that could serve as a refuge", "zh": "可作为避难场所的候选场地"}
LISTED_LABEL = {"en": "Refuges", "zh": "避难场所"}
MARK = {"en": ("candidate", "listed"), "zh": ("候选", "清单所列")}


def of(*sources: str) -> Results:
    """The synthetic town whose four refuges come from these sources."""
    results = build_safety()
    assert results.refuge is not None
    found = replace(results.refuge, sites=results.refuge.sites.assign(source=list(sources)))
    if found.needs is not None and len(set(sources)) > 1:
        found = replace(found, needs=found.needs.assign(placed_listed=found.needs["placed"] / 2))
    return replace(results, refuge=found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_candidates_alone_are_called_places_that_could_serve(language: str) -> None:
    (layer,) = refuge_overlays(of(*["candidate"] * 4), language)
    assert (layer.label, layer.note) == (LABEL[language], NOTE[language])
    assert {text[1] for text in layer.texts} == {MARK[language][0]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_listed_refuges_are_called_refuges_and_nothing_is_said_of_candidates(language: str) -> None:
    (layer,) = refuge_overlays(of(*["listed"] * 4), language)
    assert (layer.label, layer.note) == (LISTED_LABEL[language], "")
    assert {text[1] for text in layer.texts} == {MARK[language][1]}
    assert NOTE[language] not in refuge_part(of(*["listed"] * 4), language).texts


@pytest.mark.parametrize(("language", "apart"), [
    ("en", "Usable and listed: 1, with places for 4,000. Usable candidates: 2, with places for 1,500."),
    ("zh", "可用场所中，清单所列 1 处，可容纳 4,000 人；候选场地 2 处，可容纳 1,500 人。")])  # fmt: skip
def test_both_are_marked_one_by_one_and_counted_apart(language: str, apart: str) -> None:
    results = of("listed", "candidate", "candidate", "listed")
    (layer,) = refuge_overlays(results, language)
    assert (layer.label, layer.note) == (LISTED_LABEL[language], SOME[language])
    assert {text[1] for text in layer.texts} == set(MARK[language])
    texts = refuge_part(results, language).texts
    assert {SOME[language], BY_LIST[language]} <= set(texts)
    assert NOTE[language] not in texts
    assert apart in texts
