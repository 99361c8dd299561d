"""Somebody with all published files of Las Palmas tries to find out about small groups."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile_reader import packaged_profile
from linli import Study, load
from maps.publish import publish
from tests.group_attacker import Attack

DATA = Path(__file__).parents[2] / "data" / "las-palmas"
K = 10


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    table = pd.read_parquet(DATA / "population" / "sections.parquet").set_index("geocode")
    return table[["poblacion_00a14", "poblacion_65mas"]].set_axis(["age0_14", "age65plus"], axis=1)


def test_nothing_published_gives_a_small_group_away(las_palmas, truth):
    attack = Attack(las_palmas.out, ("age0_14", "age65plus"), apart=[("age0_14", "age65plus")])
    assert attack.seen > 100
    assert len(attack.hidden) >= 30
    assert attack.win([*attack.hidden, *attack.small(truth, K)], K) == []


def test_nor_would_it_if_communities_were_published(tmp_path, truth):
    """The finest level, of one group and one rule: whose few old people have no green space within 300 m."""
    layers = load(Study.read(DATA / "study.toml"))
    residents = layers.residents[["population", "age65plus"]]
    role = dataclasses.replace(layers.study.residents, groups={"age65plus": "poblacion_65mas"})
    study = dataclasses.replace(layers.study, hazards=(), residents=role, vulnerability=None)
    layers = dataclasses.replace(layers, residents=residents, study=study)
    results = assess(layers, [packaged_profile("who-300")], parameters=Parameters(group_levels=("community", "district", "city")))
    publish(results, tmp_path / "out")
    attack = Attack(tmp_path / "out", ("age65plus",))
    assert attack.seen > 300
    assert len(attack.hidden) > 50
    assert attack.win([*attack.hidden, *attack.small(truth, K)], K) == []
