"""A refuge of the city's list is called by its name, as every space is."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
from shapely import Point

from analyses.refuge import Refuge
from maps.facts import Facts


def _refuge(names):
    rows = {"refuge_id": [f"city-list/R{n}" for n in range(len(names))], "name": names}
    sites = gpd.GeoDataFrame(rows, geometry=[Point(n, 0) for n in range(len(names))], crs="EPSG:32628")
    return Refuge(sites, None, ())


def test_a_listed_refuge_is_told_by_its_name_and_a_nameless_one_by_its_class(synthetic_results):
    facts = Facts.of(replace(synthetic_results, refuge=_refuge(["Colegio Norte", None])))
    assert facts.space["city-list/R0"] == ("Colegio Norte", "shelter")
    assert facts.space["city-list/R1"] == ("", "shelter")


def test_spaces_keep_their_names_beside_refuges(synthetic_results):
    alone = Facts.of(synthetic_results).space
    assert alone
    both = Facts.of(replace(synthetic_results, refuge=_refuge(["Colegio Norte"]))).space
    assert {key: both[key] for key in alone} == alone
