"""A refuge of the city's list is called by its name, as every space is."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
from shapely import Point

from analyses.profile import Basis, Rule, Supply
from analyses.refuge import Refuge
from maps.facts import Facts

BASIS = Basis({"en": "synthetic"}, "high")
PARKS, SHELTERS = (
    Rule("r", "reach", {}, "population", "%", BASIS, supply=Supply((name,)), within_m=500.0)
    for name in ("green", "shelter")
)


def _refuge(names):
    rows = {"refuge_id": [f"city-list/R{n}" for n in range(len(names))], "name": names}
    sites = gpd.GeoDataFrame(rows, geometry=[Point(n, 0) for n in range(len(names))], crs="EPSG:32628")
    return Refuge(sites, None, ())


def test_a_listed_refuge_is_told_by_its_name_and_a_nameless_one_by_its_class(synthetic_results):
    facts = Facts.of(replace(synthetic_results, refuge=_refuge(["Colegio Norte", None])))
    assert facts.place(SHELTERS, "city-list/R0") == ("Colegio Norte", "shelter")
    assert facts.place(SHELTERS, "city-list/R1") == ("", "shelter")


def test_a_park_that_could_be_a_refuge_stays_a_park_to_rules_about_parks(synthetic_results):
    """A candidate has the id of its largest space."""
    space = str(synthetic_results.public_space["space_id"].iloc[0])
    candidate = _refuge([None])
    sites = candidate.sites.assign(refuge_id=space)
    alone = Facts.of(synthetic_results)
    both = Facts.of(replace(synthetic_results, refuge=replace(candidate, sites=sites)))
    assert both.place(PARKS, space) == alone.place(PARKS, space)
    assert both.place(PARKS, space)[1] != "shelter"
    assert both.place(SHELTERS, space) == ("", "shelter")
