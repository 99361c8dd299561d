"""A way kept open in Las Palmas, done for real. SYNTHETIC use: its ravine bands as if they were official and closed streets.

They are buffers of centre lines, derived for screening, and close nothing in the demo city.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest

from analyses.judgement import Judgement, judge_all
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.remedies import gaps_and_remedies
from spatial.snapping import edge_index
from spatial.traits import Trait

LASTING = Rule(
    "lasting", "reach", {}, "population", "%", Basis("synthetic", "high"), during="flood", dimension="survival",
    target=Target("%", "convention", minimum=90.0), supply=Supply(("open_public_space",)), within_m=400.0,
)  # fmt: skip
STATUS = {"ravine-bands": "official", "flood-arpsi-t100": "derived"}


@pytest.fixture(scope="module")
def closing(las_palmas) -> Scene:
    scene = las_palmas.results.evidence.scene
    roles = tuple(
        dataclasses.replace(hazard, closes=True, status=STATUS.get(hazard.id, hazard.status))
        for hazard in scene.layers.study.hazards
    )
    study = dataclasses.replace(scene.layers.study, hazards=roles)
    return dataclasses.replace(scene, layers=dataclasses.replace(scene.layers, study=study))


def judged(scene: Scene, las_palmas) -> Judgement:
    profile = Profile("p", {}, "", 2026, "convention", (LASTING,))
    return judge_all(scene, las_palmas.results.evidence.levels, [profile], ())


@pytest.fixture(scope="module")
def before(closing: Scene, las_palmas) -> Judgement:
    return judged(closing, las_palmas)


@pytest.fixture(scope="module")
def remedies(closing: Scene, before: Judgement, las_palmas) -> gpd.GeoDataFrame:
    results = las_palmas.results
    index = edge_index(closing.layers.network)
    _, found = gaps_and_remedies(closing, before, index, results.communities, results.parents, Parameters())
    assert found is not None
    return found


def test_the_way_that_is_kept_open_serves_exactly_whom_it_promised(closing, before, remedies, las_palmas) -> None:
    (link,) = remedies[remedies["remedy"] == "protect_link"].to_dict("records")
    assert link["street"] == "Calle Antonio Martel Rodríguez"
    assert (link["residents_gained"], link["length_m"]) == (pytest.approx(741.16, abs=0.01), pytest.approx(106.4, abs=0.1))
    assert link["certainty"] == "exact"
    network = closing.layers.network
    ways = [name.removeprefix("way/") for name in link["way_ids"].split()]
    on = np.array([str(edge).rsplit(":", 1)[0] in ways for edge in network.edge_id])
    flags = network.edge_traits.flags | np.where(on, np.uint16(Trait.BRIDGE), np.uint16(0))
    dry = dataclasses.replace(network, edge_traits=dataclasses.replace(network.edge_traits, flags=flags))
    kept = dataclasses.replace(closing, layers=dataclasses.replace(closing.layers, network=dry))
    unit = link["gap_id"].split("/")[1]
    was, is_ = (
        found.assessments.query("level == 'community'").set_index("unit_id").loc[unit]
        for found in (before, judged(kept, las_palmas))
    )
    assert was["residents_short"] - is_["residents_short"] == pytest.approx(link["residents_gained"], abs=1e-6)
    assert is_["value"] == pytest.approx(link["value_after"], abs=1e-6)


def test_nothing_new_is_suggested_in_the_bands(closing, remedies) -> None:
    bands = closing.layers.hazards[closing.layers.hazards["hazard_id"] == "ravine-bands"]
    new = remedies[remedies["remedy"].isin(["new_space", "way_in"])]
    assert len(new) > 100
    assert not new.sjoin(bands[["geometry"]], predicate="intersects").shape[0]
    assert new["hazard_ids"].eq("").all()
