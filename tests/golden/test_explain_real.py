"""What `linli explain` tells of a real city is what was judged and published: to the last bit, for every unit and rule."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from analyses.explain import explain
from analyses.explanation import Explanation, ExposureFound, ProvisionFound, ReachFound
from analyses.results import Results
from maps.explain_record import explanation_record
from maps.explain_text import explanation_sections


@pytest.fixture(scope="module")
def results(las_palmas) -> Results:
    return las_palmas.results


@pytest.fixture(scope="module")
def every(results) -> list[Explanation]:
    """Every verdict of every unit, explained."""
    rules = [(profile.id, rule.id) for profile in results.profiles for rule in profile.rules]
    units = results.assessments[["level", "unit_id"]].drop_duplicates()
    return [told for level, unit in units.itertuples(index=False) for told in explain(results, level, unit, rules)]


def reach(every: list[Explanation]) -> Iterator[tuple[Explanation, ReachFound]]:
    return ((told, told.found) for told in every if isinstance(told.found, ReachFound))


def test_every_verdict_is_explained(results, every) -> None:
    assert len(every) == len(results.assessments) > 2000
    assert len(list(reach(every))) > 1000


def test_residents_and_values_are_those_judged_bit_for_bit(every) -> None:
    compared = 0
    for told in every:
        if not isinstance(told.found, ReachFound | ExposureFound) or told.row["status"] == "not_assessed":
            continue
        counted, row = told.found.counted, told.row
        assert [counted.good, counted.bad, counted.unknown] == [
            row["residents_served"], row["residents_short"], row["residents_unknown"]
        ]  # fmt: skip
        share = counted.good if told.rule.kind == "reach" else counted.bad
        assert 100 * share / (counted.good + counted.bad) == row["value"]
        compared += 1
    assert compared > 1500


def test_the_homes_of_a_unit_add_up(every) -> None:
    for told, found in reach(every):
        short = found.unserved.residents + found.no_way + found.none_found
        assert found.served.residents == found.counted.good
        assert short == pytest.approx(found.counted.bad, abs=1e-6)
        if not math.isnan(found.counted.total):
            parts = found.served.residents + short + found.counted.unknown
            assert parts == pytest.approx(told.unit.population, abs=1e-6)


def test_spaces_add_up_to_the_served_and_entrances_to_their_space(every) -> None:
    ways = 0
    for told, found in reach(every):
        spaces = [space for option in found.options for space in option.spaces]
        assert sum(s.spread.residents for s in spaces) == pytest.approx(found.counted.good, abs=1e-6)
        for space in spaces:
            assert space.spread.farthest <= told.rule.limit
            if told.rule.by == "walk":
                assert sum(way.residents for way in space.ways_in) == pytest.approx(space.spread.residents, abs=1e-6)
                assert all(way.entrance_id.startswith(f"{space.space_id}#") for way in space.ways_in)
                ways += len(space.ways_in)
    assert ways > 1000


def test_what_the_card_says_of_the_served_is_what_is_explained(every) -> None:
    for told, found in reach(every):
        spaces = [space for option in found.options for space in option.spaces]
        if not spaces:
            assert told.row["reached_space_id"] is None or pd.isna(told.row["reached_space_id"])
            continue
        assert told.row["reached_space_id"] in {
            s.space_id for s in spaces if s.spread.residents == pytest.approx(spaces[0].spread.residents)
        }
        space = next(s for s in spaces if s.space_id == told.row["reached_space_id"])
        assert told.row["reached_median_m"] == space.spread.median
        assert told.row["reached_share"] == pytest.approx(space.spread.residents / found.counted.good)
        if told.rule.by == "walk":
            assert told.row["reached_entrances"] == len(space.ways_in)


def test_places_add_up_to_the_provision(every) -> None:
    compared = 0
    for told in every:
        if isinstance(told.found, ProvisionFound) and not math.isnan(told.row["value"]):
            assert sum(place.counted_m2 for place in told.found.places) == pytest.approx(told.found.counted_m2)
            assert told.found.counted_m2 / told.found.divided_by == pytest.approx(told.row["value"], rel=1e-9, abs=1e-12)
            compared += 1
    assert compared > 100


def test_the_published_report_says_the_same(las_palmas, every) -> None:
    published = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="assessments")
    keys = ["level", "unit_id", "profile_id", "rule_id"]
    rows = published.set_index(keys).sort_index()
    told = pd.DataFrame([dict(one.row) for one in every]).set_index(keys).sort_index()
    assert rows.index.equals(told.index)
    for name in ("residents_served", "residents_short", "residents_unknown", "value", "target", "shortfall", "reached_median_m"):
        np.testing.assert_array_equal(rows[name].to_numpy(float), told[name].to_numpy(float).round(6), err_msg=name)
    for name in ("status", "reason", "reached_space_id"):
        assert rows[name].fillna("").tolist() == told[name].fillna("").tolist(), name


def test_the_entrances_are_those_of_the_report_and_lead_into_the_nearest_space(las_palmas, every) -> None:
    entrances = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="entrances", ignore_geometry=True).set_index("entrance_id")
    demand = gpd.read_file(las_palmas.out / "internal.gpkg", layer="demand", ignore_geometry=True)
    near = demand[demand["entrance_green_id"].notna()]
    assert len(near) > 10_000
    assert (entrances.loc[near["entrance_green_id"], "space_id"].to_numpy() == near["nearest_green_id"].to_numpy()).all()
    assert demand.loc[demand["entrance_green_id"].isna(), "distance_green_m"].isin([np.inf]).all()
    for _, found in reach(every):
        for way in (way for option in found.options for space in option.spaces for way in space.ways_in):
            row = entrances.loc[way.entrance_id]
            assert (way.kind, way.confidence, way.edge_id) == (row["kind"], row["confidence"], row["edge_id"])


def test_words_and_record_of_some_communities(results, every) -> None:
    units = results.communities["community_id"].iloc[::40]
    for unit in units:
        told = [one for one in every if one.unit.unit_id == unit]
        record = json.loads(json.dumps(explanation_record(results, told), allow_nan=False))
        for one, written in zip(told, record["verdicts"], strict=True):
            value = written["assessment"]["value"]
            assert (value is None and math.isnan(one.row["value"])) or value == one.row["value"]
        for language in ("en", "zh"):
            text = "\n".join(line.text for section in explanation_sections(results, told, language) for line in section.lines)
            assert "{" not in text
            assert "nan" not in text.lower().replace("fernando", "")
