"""Chinese stands apart from Latin letters, those with accents among them, and not from Chinese."""

from __future__ import annotations

from dataclasses import replace

from maps.reason_words import _nearest
from maps.remedy_words import _spaced
from maps.words import Facts
from tests.synthetic_results import build_results


def test_letters_with_accents_are_letters() -> None:
    assert _spaced("在Calle Jericó附近的Peñón旁") == "在 Calle Jericó 附近的 Peñón 旁"
    assert _spaced("公园附近") == "公园附近"


def test_a_space_without_a_name_goes_by_its_class() -> None:
    results = build_results()
    rule = next(r for p in results.profiles for r in p.rules if r.kind == "reach")
    facts = replace(Facts.of(results), space={"way/1": ("", "park"), "way/2": ("Parque Uno", "park")})
    said = {i: _nearest(Near(i), rule, facts, "zh") for i in ("way/1", "way/2")}
    assert said["way/1"].endswith("最近的是公园 way/1")
    assert said["way/2"].endswith("最近的是 Parque Uno")


class Near:
    """The figures of a gap of which only the nearest space is known."""

    median_m = median_min = float("nan")

    def __init__(self, nearest_id: str) -> None:
        self.nearest_id = nearest_id
