"""The attacker on small groups in a town with hazards, refuges and rules about groups in them (synthetic).

Twenty communities in a row under the water of ten and of a hundred years, at the coast, and over rasters of depths.
Every protection is switched off by itself, and each time something gets out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from shapely import MultiPolygon, box

from analyses import exposure_groups, group_cells, groups, withheld
from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Rule, Target
from layers.hazard_rasters import hazard_raster
from layers.hazards import together
from layers.types import HazardRole, Layers, RefugeRules
from maps.publish import publish
from spatial.terrain import Grid
from tests.flooded_town import DEPTH
from tests.group_attacker import Attack
from tests.networks import METRIC, network
from tests.small_groups_town import _HIGH, PROFILE, K, _rule, small_town
from tests.town import buildings, spaces, units, with_hazards

N = 20
NAMES = [f"c{i:02}" for i in range(N)]
_RESIDENTS = np.array([300.0 + 37 * (i * 7 % 11) for i in range(N)])
TOWN = pd.DataFrame(
    {
        "population": _RESIDENTS,
        "age65plus": [3.0 if i == 1 else 40.0 + 9 * (i * 5 % 8) for i in range(N)],
        "age0_14": [16.0 if i == 14 else 30.0 + 7 * (i * 3 % 10) for i in range(N)],
    },
    index=pd.Index(NAMES, name="community_id"),
)
"""Three old people live in the second community; 16 children in another, half of them behind the water."""
AROUND = box(0, -100, 10_000, 300)


def _water(name: str, who: str, level: str) -> Rule:
    rule = Rule(name, "exposure", {"en": name, "zh": name}, who, "%", _HIGH, level, Target("%", "convention", maximum=5.0))
    return dataclasses.replace(rule, hazard_kinds=("flood", "coastal"))


def _lasting(who: str, level: str) -> Rule:
    return dataclasses.replace(_rule(340, who, level), id=f"lasting.340m.{who}", during="coastal")


RULES = (
    _rule(340, "population", "community"), _rule(340, "age0_14", "district"),
    _water("water.population", "population", "community"), _water("water.age65plus", "age65plus", "district"),
    _lasting("population", "community"), _lasting("age65plus", "district"),
)  # fmt: skip
UNDER_WATER = dataclasses.replace(PROFILE, rules=RULES)


WATERS = ("flood10", "flood100", "coast", "street")


def flooded_town(waters: Sequence[str] = WATERS, *, depths: bool = False) -> Layers:
    """Two waters that reach into the first home of every community, here and there by different widths; the coast takes
    some homes, and the street of the community with few children. Where depths are known, three cells of four are wet."""
    ten = [3 + i % 5 for i in range(N)]
    ten = [3 + i % 5 for i in range(N)]
    every = {
        "flood10": ("flood", "official", bands(ten)),
        "flood100": ("flood", "official", bands([w + 0.3 * (i == 4) + 2 * (i > 11) for i, w in enumerate(ten)])),
        "coast": ("coastal", "official", MultiPolygon([box(7590, 21, 8395, 50), box(590, 21, 890, 50)])),
        "street": ("coastal", "official", box(7200, -5, 7210, 5)),
    }
    base = with_hazards(row(), {name: every[name] for name in waters})
    role = dataclasses.replace(base.study.residents, groups={name: name for name in TOWN.columns[1:]})
    hazards = tuple(
        dataclasses.replace(h, return_period_yr={"flood10": 10.0, "flood100": 100.0}.get(h.id), closes=h.id == "street")
        for h in base.study.hazards
    )
    parents = small_town().study.parents
    study = dataclasses.replace(base.study, residents=role, parents=parents, refuge_rules=RefugeRules(candidates=True))
    frames, grids = [base.hazards], {}
    if depths:
        values = np.array([[0.1, 0.3, 0.0, 0.3] * 40])
        depth = HazardRole("depth", "waterlogging", "modelled", {"en": "depth"}, {}, scale=DEPTH)
        made = hazard_raster(Grid(values, Affine(53.0, 0, 0, 0, -200, 200), METRIC), depth, METRIC, AROUND, AROUND)
        assert made.unknown is not None
        frames, grids, hazards = [*frames, made.loaded.frame], {"depth": made.grid}, (*hazards, depth)
        unknown = gpd.GeoDataFrame({"hazard_id": ["depth"]}, geometry=[made.unknown], crs=METRIC)
        base = dataclasses.replace(base, hazard_unknown=unknown)
    return dataclasses.replace(
        base, study=dataclasses.replace(study, hazards=hazards), hazards=together(frames, METRIC), hazard_grids=grids
    )


def row() -> Layers:
    """Twenty communities in a row in two districts, each with two homes as in `small_town`, a park in every other one."""
    homes = {f"{n}/{h}": (box(500 * i + x, 20, 500 * i + x + 10, 30), 60) for i, n in enumerate(NAMES) for h, x in enumerate((100, 380))}
    parks = {f"way/{i}": ("park", box(500 * i + 130, -60, 500 * i + 190, -10)) for i in range(0, N, 2)}
    return dataclasses.replace(
        small_town(),
        communities=units({name: box(500 * i, -100, 500 * i + 500, 300) for i, name in enumerate(NAMES)}),
        parents={"district": units({d: box(5000 * i, -100, 5000 * i + 5000, 300) for i, d in enumerate("AB")}, "unit_id")},
        residents=TOWN.copy(),
        network=network([[(i + 1, 500.0 * i, 0.0) for i in range(N + 1)]]),
        spaces=spaces(parks),
        buildings=buildings(homes),
    )


def bands(width_m: Sequence[float]) -> MultiPolygon:
    """Water over so many of the 10 m of the first home of every community."""
    return MultiPolygon([box(500 * i + 90, 0, 500 * i + 100 + m, 50) for i, m in enumerate(width_m)])


def attacked(out, layers: Layers) -> Attack:
    publish(assess(layers, [UNDER_WATER], parameters=Parameters(group_levels=("district", "city"))), out)
    return Attack(out, tuple(TOWN.columns[1:]), apart=[("age65plus", "age0_14")])


def targets(attack: Attack) -> list:
    return [*attack.hidden, *attack.small(TOWN, K)]


def gets_out(out, layers: Layers) -> bool:
    """Whether the files contradict what is promised of them, or tell of a small group."""
    try:
        attack = attacked(out, layers)
        return bool(attack.win(targets(attack), K))
    except AssertionError:
        return True


TABLES = {
    *("exposure", "exposure_groups", "exposure_annual", "exposure_annual_groups", "hazards"),
    *("survival_scenarios", "survival", "survival_spaces", "refuges", "refuge_entrances", "refuge_needs"),
}


def test_nothing_published_gives_a_small_group_away(tmp_path):
    attack = attacked(tmp_path / "out", flooded_town())
    assert set(attack.tables) >= TABLES
    assert set(attack.tables["exposure_groups"]["status"]) == {"published", "suppressed"}
    assert attack.win(targets(attack), K) == []


def test_nor_of_depths_on_a_raster_beside_them(tmp_path):
    attack = attacked(tmp_path / "out", flooded_town(waters=["flood10"], depths=True))
    assert {"wet", "over_15cm"} <= set(attack.tables["exposure_groups"]["hazard_class"])
    assert attack.win(targets(attack), K) == []


@pytest.mark.parametrize(("waters", "target"), [(WATERS[:2], "('flood100', 0) without ('flood10', 0)"), (WATERS[3:], "lost under")])
@pytest.mark.parametrize("protected", [True, False])
def test_one_figure_taken_from_another_tells_of_few_unless_that_is_looked_at(tmp_path, monkeypatch, waters, target, protected):
    """The few between two waters, and the few whom water takes their park."""
    if not protected:
        monkeypatch.setattr(group_cells, "only_in_one", lambda exposed, measured: [])
    attack = attacked(tmp_path / "out", flooded_town(waters=waters))
    few = [(name, cell) for name, cell in attack.small(TOWN, K) if target in name]
    assert few
    assert bool(attack.win(few, K)) is not protected


UNTOUCHED = {name: vars(where)[name] for where, name in ((groups, "group_cells"), (groups, "groups_by_class"))}


def not_audited(people, levels, measured, group_levels, exposed, means=()):
    return UNTOUCHED["group_cells"](people, levels, measured, group_levels, {}, means)


def whatever_is_withheld(members, levels, exposed, group_levels, hidden):
    return UNTOUCHED["groups_by_class"](members, levels, exposed, group_levels, withheld.Withheld.nothing())


MUTATIONS = {
    "groups in hazards are not audited": (groups, "group_cells", not_audited),
    "who is in a class is told whatever is withheld": (groups, "groups_by_class", whatever_is_withheld),
    "parts of persons are told": (exposure_groups, "whole_persons", lambda parts, total=None: parts),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_whichever_protection_is_switched_off_something_gets_out(tmp_path, monkeypatch, name):
    monkeypatch.setattr(*MUTATIONS[name])
    assert gets_out(tmp_path / "out", flooded_town())
