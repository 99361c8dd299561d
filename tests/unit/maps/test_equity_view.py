"""What the map's section on equity says of those whom its figures leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.equity_tables import Equity
from maps.equity_view import equity_part
from tests.synthetic_findings import build_findings


def told(changes: dict[str, object], language: str = "en") -> str:
    """All texts of the section, of the synthetic results with `changes` in every row of the district's or city's figures."""
    results = build_findings()
    table = results.equity.table.assign(**changes)
    part = equity_part(replace(results, equity=Equity(table, results.equity.clusters, None)), language)
    return " ".join((*part.texts, *(text for below in part.parts for text in below.texts)))


def test_it_says_for_how_many_residents_it_is_known() -> None:
    said = told({"residents": 1200.0, "residents_left_out": 320.0})
    assert "about the 1,200 residents for whom it is known; the space that 320 residents reach may be shared" in said
    assert "情况已知的 1,200 名居民；另有 320 名居民" in told({"residents": 1200.0, "residents_left_out": 320.0}, "zh")
    assert "for whom it is known" not in told({})


@pytest.mark.parametrize(("language", "words"), [("en", "It is unknown for too many residents."), ("zh", "情况未知的居民过多。")])
def test_a_unit_of_which_nothing_is_told_says_why(language: str, words: str) -> None:
    table = build_findings().equity.table
    status = table["status"].mask(table["level"] == "district", "too_many_unknown")
    said = told({"status": status}, language)
    assert words in said
    assert "0.40" not in said
