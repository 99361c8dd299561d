"""What the command line says of refuges: whether somebody has named them so."""

from __future__ import annotations

import dataclasses

from linli.safety_report import safety_text
from tests.synthetic_safety import build_safety

NOTE = "nobody has named them refuges"


def test_candidates_are_called_so_and_listed_refuges_are_not():
    results = build_safety()
    assert results.refuge is not None
    sources = {source: results.refuge.sites.assign(source=source) for source in ("candidate", "listed")}
    told = {
        source: " ".join(safety_text(dataclasses.replace(results, refuge=dataclasses.replace(results.refuge, sites=sites)), "en").split())
        for source, sites in sources.items()
    }
    assert NOTE in told["candidate"]
    assert "Refuge on other days, all streets open: " in told["listed"]
    calm = safety_text(dataclasses.replace(results, survival=None), "en")
    assert "Refuge: " in calm
    assert "all streets open" not in calm
    assert NOTE not in told["listed"]


def test_what_refuge_there_is_while_a_hazard_lasts_has_its_line_with_all_who_need_one():
    results = build_safety()
    told = " ".join(safety_text(results, "en").split())
    assert (
        "Refuge while a hazard lasts: Flood band, 100 years: of 1,200 residents who need a place, 600 find one and 480 "
        "find none. Another 120 live inside and have to leave before: 90 of them find a place if all go in time, 30 do not."
    ) in told
    assert results.refuge is not None
    streets_open = dataclasses.replace(results.refuge, needs_during=None)
    assert "Refuge while" not in safety_text(dataclasses.replace(results, refuge=streets_open), "en")


def test_places_of_listed_refuges_and_of_candidates_are_told_apart():
    results = build_safety()
    assert results.refuge is not None
    sites = results.refuge.sites
    mixed = sites.assign(source=["listed", "candidate", "candidate", "listed"])
    both = dataclasses.replace(results, refuge=dataclasses.replace(results.refuge, sites=mixed))
    apart = "Usable and listed: 1, with places for 4,000. Usable candidates: 2, with places for 1,500."
    assert apart in " ".join(safety_text(both, "en").split())
    assert "Usable and listed" not in safety_text(results, "en")
