"""What `linli check` prints, on Andorra with residents made up for the edge cases."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pandas as pd
import pytest

from analyses.completeness import judge_data
from analyses.parameters import Parameters
from layers.load import load
from layers.study import read_study
from layers.types import Caveat, Layers
from linli.check_report import check_text as text_of_record
from maps.data_report import data_report, loaded_counts

STUDY = Path(__file__).resolve().parents[3] / "data/andorra/study.toml"


@pytest.fixture(scope="module")
def andorra() -> Layers:
    return load(read_study(STUDY))


def check_text(layers: Layers, language: str) -> str:
    """What the command prints of these layers."""
    parameters = Parameters()
    return text_of_record(data_report(layers, judge_data(layers, parameters), parameters.data), language)


def with_residents(layers: Layers, population: list[float]) -> Layers:
    """The same with a synthetic number of residents for each of the seven parishes."""
    table = pd.DataFrame({"population": population}, index=layers.communities.index)
    return dataclasses.replace(layers, residents=table)


def residents_line(layers: Layers) -> str:
    (line,) = [line for line in check_text(layers, "en").splitlines() if line.startswith("residents  ")]
    return " ".join(line.split())


def test_unknown_residents_are_not_counted_as_none(andorra):
    nobody_knows = with_residents(andorra, [math.nan] * 7)
    assert residents_line(nobody_knows) == "residents not known"
    assert math.isnan(loaded_counts(nobody_knows)["residents"])
    assert residents_line(with_residents(andorra, [1000.0, *[math.nan] * 6])) == "residents at least 1,000 known"
    assert residents_line(with_residents(andorra, [1000.0] * 7)) == "residents 7,000"


def test_a_study_without_a_table_of_residents_counts_none(andorra):
    assert "residents" not in loaded_counts(andorra)


def test_caveats_are_told_in_words(andorra):
    caveat = Caveat("residents_all_zero", "residents", 7, "communities")
    text = check_text(dataclasses.replace(andorra, caveats=(caveat,)), "en")
    assert "- The number of residents is 0 in all 7 communities, so nothing can be judged" in text


def test_what_is_not_stated_is_named(andorra):
    bare = tuple(dataclasses.replace(file, licence="", date="") for file in andorra.provenance)
    text = check_text(dataclasses.replace(andorra, provenance=bare), "en")
    assert "date not stated" in text
    assert "licence not stated" in text


def test_what_was_dropped_is_told_with_the_reason(andorra):
    """Andorra's elevation model has 78 void cells in 73,886, and beside one no slope can be told."""
    text = check_text(andorra, "en")
    part = text.split("What was dropped, and why\n")[1].split("\n\n")[0]
    left = {line.split()[0]: line.split()[1:] for line in part.splitlines()[1:]}
    void = ["cells", "without", "a", "value"]
    assert left == {"elevation": [*void, "78"], "hazard.slope": [*void, "355"], "hazard.low-ground": [*void, "78"]}
    assert "剔除的内容及原因" in check_text(andorra, "zh")
