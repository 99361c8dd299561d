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
    assert "Refuge: " in told["listed"]
    assert NOTE not in told["listed"]
