"""Every profile that ships on a town that has nearly everything, and on one that has nothing; figures on paper.

The town of tests/town.py: West has 30 residents in W1 (105, 25) and 20 in W2 (310, 25); East 40 in E1 (705, 25) and one
each at 20 points of the street, x = 512.5, 537.5, ..., 987.5. The street is y = 0. Units reach from y = -900 to 1000.
Everything is fenced: a gate at (g, h) is |h| off the street, so that on foot W1 is 25 + |105 - g| + |h| from it, W2
25 + |310 - g| + |h|, E1 25 + |705 - g| + |h|, a point of the street |x - g| + |h|.

    id    class           m2        gate         W1   W2   E1   point
    p02   park          2,500    none
    p04   park          5,000    150, -10        80  195  590   x - 140
    p1    park         20,000    350, -10       280   75  390   x - 340
    p5    park         60,000    600, -10       530  325  140   |x - 600| + 10
    p10   park        120,000    150,  40       110  225  620   x - 110
    p20   park        250,000    600,  40       560  355  170   |x - 600| + 40
    s1    sports       2,500    none: it lies in p1, of which it is 12.5 %
    s2    sports       3,200    220, -20       160  135  530   x - 200
    g     playground     400    470, -20       410  205  280   x - 450
    n     woodland     5,000    900, -10       830  625  230   |x - 900| + 10
    r     reserve     10,000    none
    k     kindergarten and cultural station, points at (150, 10)    80  195  590   x - 140
    h     health station, point at (650, 10)                       580  375   90   |x - 650| + 10
    d     day care, point at (310, 10)                             240   35  430   x - 300
Residential land of the plan: in West 100 x 100 m 90 m south of p1, all within 500 m of it; in East 200 x 200 m, 400 m
south of p5, of which the nearer 100 m lie within 500 m. So 30,000 of 50,000 m2 are covered.
Parks: 457,500 m2; with woodland and reserve 472,500 m2; 110 residents.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.plan import not_measured
from analyses.profile_reader import known_profiles, packaged_profile
from analyses.results import Results
from layers.hazard_scales import HazardScale
from layers.origins import Origin
from layers.types import LandRole, Layers
from tests.networks import METRIC
from tests.town import gates, spaces, town, units, with_hazards
from tests.unit.analyses.test_packaged_profiles import EXPECTED as IN_A_PLAIN_TOWN

AREAS = {
    "p02": ("park", box(0, -60, 50, -10)),
    "p04": ("park", box(90, -60, 190, -10)),
    "p1": ("park", box(250, -110, 450, -10)),
    "p5": ("park", box(550, -210, 850, -10)),
    "p10": ("park", box(0, 40, 400, 340)),
    "p20": ("park", box(450, 40, 950, 540)),
    "s1": ("sports_ground", box(260, -100, 310, -50)),
    "s2": ("sports_ground", box(200, -100, 240, -20)),
    "g": ("playground", box(460, -40, 480, -20)),
    "n": ("woodland", box(860, -60, 960, -10)),
    "r": ("nature_reserve", box(0, 400, 100, 500)),
}
POINTS = {
    "k": ("kindergarten", Point(150, 10)),
    "c": ("cultural_station", Point(150, 10)),
    "h": ("health_station", Point(650, 10)),
    "d": ("elderly_daycare", Point(310, 10)),
}
GATES = {"p04": (150, -10), "p1": (350, -10), "p5": (600, -10), "p10": (150, 40), "p20": (600, 40), "s2": (220, -20), "g": (470, -20), "n": (900, -10)}
HAZARDS = {
    "river": ("flood", "official", box(100, -5, 104, 100)),  # 12 of W1's 30 residents; 240 m2 of p10, 4 m of street
    "sea": ("coastal", "official", box(500, -15, 525, 15)),  # the street point at x = 512.5, which stands for 12.5 m around it
    "pluvial": ("waterlogging", "official", box(0, -100, 500, 300)),  # all of West; every gate but those of p5, p20, n
    "slide": ("landslide", "official", box(0, 5000, 10, 5010)),  # nobody
}

LAND = {"East": box(600, -810, 800, -610), "West": box(200, -300, 300, -200)}

BOTH = (100, 100)


def each(area_m2: float) -> tuple[float]:
    return (area_m2 / 110,)


# profile -> rule -> (level, verdicts, values) of the units there, West before East.
EXPECTED: dict[str, dict[str, tuple[str, str, tuple[float, ...]]]] = {
    "gb50180-2018": {
        "park.5min": ("community", "met short", (100, 100 * 56 / 60)),  # p5: x <= 890, 16 points
        "park.10min": ("community", "met met", BOTH),
        "park.15min": ("community", "met met", BOTH),
        "green.5min": ("community", "met short", (5000 / 50, 0)),  # p04, for W1 and W2 alone
        "green.10min": ("community", "met met", (20000 / 104, 20000 / 104 * 54 / 60)),  # p1: x <= 840, 14 points
        "green.15min": ("community", "met met", (430000 / 110, 430000 / 110)),
        "park.sport_share": ("community", "short short", (100 / 3, 0)),  # p1 of p04, p1, p10; none of p5, p20
        "facility.sports_large": ("community", "met met", BOTH),
        "facility.sports_medium": ("community", "met short", (100, 100 * 8 / 60)),  # x <= 700
        "facility.sports_small": ("community", "met short", (100, 0)),
        "facility.fitness": ("community", "met short", (100, 0)),
        "facility.kindergarten": ("community", "met short", (100, 0)),
        "facility.cultural_station": ("community", "met short", (100, 100 * 6 / 60)),  # x <= 640
        "facility.health_station": ("community", "short short", (0, 100 * 58 / 60)),  # x <= 940
        "facility.elderly_daycare": ("city", "short", (100 * (20 + 30 * 4 / 60) / 50,)),  # x <= 600; 20 older people in West, 30 in East
    },
    "gb55014-2021": {
        "park.per_person": ("city", "met", each(457_500)),
        "park.comprehensive": ("city", "met", each(370_000)),
        "park.community": ("city", "met", each(80_000)),
        "park.coverage": ("city", "short", (60,)),
        "park.residents_straight": ("community", "reported reported", BOTH),
        "park.residents_walk": ("community", "reported reported", BOTH),
    },
    "gbt51346-2019": {
        "coverage.500m": ("city", "reported", (60,)),
        "park.district": ("district", "met", each(457_500)),
        "comprehensive.10ha": ("community", "reported reported", BOTH),
        "comprehensive.20ha": ("community", "reported reported", BOTH),
        "community.5ha": ("community", "reported reported", BOTH),
        "community.1ha": ("community", "reported reported", (100, 100 * 58 / 60)),  # p1: x <= 949.9
        "small.0.4ha": ("community", "reported reported", (100, 0)),
        "small.0.2ha": ("community", "reported reported", (100, 0)),
        "small.0.1ha": ("community", "reported reported", (0, 0)),
        "community.5ha_area": ("city", "met", each(60_000)),
        "community.1ha_area": ("city", "met", each(20_000)),
        "small.0.4ha_area": ("city", "met", each(5000)),
    },
    "3-30-300": {"green.300": ("community", "met met", BOTH)},
    "england-ags": {
        "doorstep": ("community", "met met", BOTH),
        "local": ("community", "met short", (100, 100 * 56 / 60)),
        "neighbourhood": ("community", "met met", BOTH),
        "wider": ("community", "met met", BOTH),
        "capacity": ("city", "met", each(472_500)),
        "nature_reserve": ("city", "met", each(10_000)),
    },
    "fields-in-trust": {
        "sport_and_play": ("city", "met", each(6100)),
        "sport.area": ("city", "met", each(5700)),
        "play.area": ("city", "met", each(400)),
        "parks.area": ("city", "met", each(457_500)),
        "natural.area": ("city", "met", each(15_000)),
        "sport.1200m": ("community", "met met", BOTH),
        "play.100m": ("community", "short short", (0, 100 * 2 / 60)),  # x <= 550
        "play.400m": ("community", "short short", (40, 90)),  # W2; E1 and x <= 850
        "play.1000m": ("community", "met met", BOTH),
        "parks.710m": ("community", "met met", BOTH),
        "natural.720m": ("community", "short met", (40, 100)),  # W2
    },
    "garden-city-2022": {"coverage": ("city", "short", (60,))},
    # Within 300 m of a park lies the square of West alone, 90 m south of p1.
    "gbt50563-2010": {"coverage": ("city", "reported", (60,)), "coverage.historic": ("city", "reported", (20,))},
    "urban-checkup-2022": {"park.coverage": ("city", "reported", (60,)), "greenway.coverage": ("city", "not_assessed", (math.nan,))},
    "shanghai-2035": {"open.5min": ("community", "met met", (100, 100 * 59 / 60))},  # 390 m: x <= 980
    "who-2016": {"green.300m_1ha": ("community", "reported reported", BOTH)},
    "tpl-10min": {"park.halfmile": ("community", "reported reported", BOTH)},
    "ghsci-500": {"open.500m": ("community", "reported reported", BOTH), "open.500m_large": ("community", "reported reported", BOTH)},
    "who-300": {"green.300m_straight": ("community", "met met", BOTH)},
    "sdg-11.7.1": {"people.400m": ("community", "reported reported", BOTH)},
    "linli-start": {
        "green.500m": ("community", "met met", BOTH),
        "open.400m": ("community", "met met", BOTH),
        "green.per_person": ("district", "met", each(472_500)),
        "hazard.flood_coastal": ("community", "short met", (24, 100 * 1 / 60)),
    },
    "waterlogging-15cm": {"depth.15cm": ("community", "short met", (100, 0))},
    "linli-survival": {
        "open.flood": ("community", "short met", (100 * 38 / 50, 100)),
        "open.waterlogging": ("community", "short met", (0, 100)),
        "open.coastal": ("community", "met met", (100, 100 * 59 / 60)),
        "open.landslide": ("community", "met met", BOTH),
        "way.flood": ("community", "short met", (100 * 38 / 50, 100)),
        "way.waterlogging": ("community", "short met", (0, 100)),
        "way.coastal": ("community", "met met", (100, 100 * 59 / 60)),
        "way.landslide": ("community", "met met", BOTH),
        "area.flood": ("city", "met", each(472_260)),
        "area.waterlogging": ("city", "met", each(312_000)),  # p5, 237,000 of p20, n; r, of which no gate is known
        "area.coastal": ("city", "met", each(472_500)),
        "area.landslide": ("city", "met", each(472_500)),
    },
}  # fmt: skip
RULES = [(profile, rule.id) for profile in known_profiles() for rule in packaged_profile(profile).rules]
SHELTER = {(p, r.id) for p in known_profiles() for r in packaged_profile(p).rules if r.about_shelter}
"""Seen in test_shelters.py: this town lists no refuges."""
NEVER = {(p, r.id) for p in known_profiles() for r in packaged_profile(p).rules if not_measured(r)}
SEEN_ELSEWHERE = {"park.sport_share"}
"""Met in test_packaged_profiles.py."""


def served() -> Layers:
    """The town that has nearly everything."""
    base = deep(closing(with_hazards(town(), HAZARDS)))
    role = dataclasses.replace(base.study.residents, groups={"age60plus": "age60plus"})
    return dataclasses.replace(
        base,
        study=dataclasses.replace(base.study, residents=role, residential_land=LandRole(Origin(Path("plan")))),
        residential_land=gpd.GeoDataFrame(geometry=list(LAND.values()), index=pd.Index(LAND, name="community_id"), crs=METRIC),
        communities=units({"East": box(500, -900, 1000, 1000), "West": box(0, -900, 500, 1000)}),
        parents={"district": units({"All": box(0, -900, 1000, 1000)}, "unit_id")},
        residents=base.residents.drop(columns="age65plus").assign(age60plus=[30.0, 20.0]),
        spaces=spaces({**AREAS, **POINTS}, fenced=frozenset(AREAS)),
        gates=gates({f"gate/{k}": Point(at) for k, at in GATES.items()}),
    )


def closing(layers: Layers) -> Layers:
    """The same with all its hazards closing whatever they cover."""
    roles = tuple(dataclasses.replace(hazard, closes=True) for hazard in layers.study.hazards)
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))


def deep(layers: Layers) -> Layers:
    """The same with 20 cm of water all over the layer of waterlogging."""
    scale = HazardScale("m", 1.0, {"wet": 0.0}, column="depth")
    roles = tuple(dataclasses.replace(h, scale=scale) if h.id == "pluvial" else h for h in layers.study.hazards)
    depth = np.where(layers.hazards["hazard_id"] == "pluvial", 0.2, np.nan)
    rows = layers.hazards.assign(hazard_class=np.where(np.isnan(depth), "", "wet"), intensity=depth)
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles), hazards=rows)


def every_profile(layers: Layers) -> Results:
    """Under all rules, figures of groups told however few they are of."""
    return assess(layers, [packaged_profile(name) for name in known_profiles()], parameters=Parameters(smallest_group=0))


@pytest.fixture(scope="module")
def with_everything() -> Results:
    return every_profile(served())


@pytest.fixture(scope="module")
def with_nothing() -> Results:
    return every_profile(dataclasses.replace(town(), spaces=spaces({})))


def test_every_rule_that_ships_has_its_verdict_in_both_towns() -> None:
    assert {(p, r) for p, rules in IN_A_PLAIN_TOWN.items() for r in rules} == set(RULES)
    assert {(p, r) for p, rules in EXPECTED.items() for r in rules} == set(RULES) - NEVER - SHELTER


@pytest.mark.parametrize(("profile", "rule"), [(p, r) for p, rules in EXPECTED.items() for r in rules])
def test_verdicts_derived_by_hand(with_everything: Results, profile: str, rule: str) -> None:
    level, verdicts, values = EXPECTED[profile][rule]
    rows = with_everything.assessments.query("profile_id == @profile and rule_id == @rule")
    at = rows[rows["level"] == level].set_index("unit_id").sort_index(ascending=False)
    assert at["value"].tolist() == pytest.approx(values, nan_ok=True)
    assert at["status"].tolist() == verdicts.split()


@pytest.mark.parametrize(("profile", "rule"), sorted(NEVER))
def test_what_nobody_measures_yet_is_not_assessed(with_everything: Results, profile: str, rule: str) -> None:
    rows = with_everything.assessments.query("profile_id == @profile and rule_id == @rule")
    assert set(rows["status"]) == {"not_assessed"}
    assert rows["value"].isna().all()
    assert rows["reason"].ne("").all()


def test_a_group_is_told_of_the_city_and_not_of_communities(with_everything: Results) -> None:
    rows = with_everything.assessments.query("rule_id == 'facility.elderly_daycare'").set_index("level")
    assert set(rows.loc["community", "reason"]) == {"small_groups"}
    assert rows.loc["city", "reason"] == ""


def test_where_there_is_nothing_nobody_is_served_and_nothing_is_met(with_nothing: Results) -> None:
    rows = with_nothing.assessments[lambda t: t["status"] != "not_assessed"]
    assert (rows["value"] == 0).all()
    assert not (rows["status"] == "met").any()
    assert len(rows[rows["status"] == "short"].groupby(["profile_id", "rule_id"])) >= 25


def test_every_rule_that_judges_is_seen_met_and_seen_short(with_everything: Results, with_nothing: Results) -> None:
    """Otherwise a target could be any number and no test would see it."""
    other = served()
    assert other.residential_land is not None
    near = {f"{c}{x}": (c, Point(x, 10)) for c in ("playground", "health_station") for x in (105, 310)}  # 35 m from W1, W2
    near["d2"] = ("elderly_daycare", Point(705, 10))  # with d within 300 m of everybody
    other = dataclasses.replace(
        other, gates=gates({}), residential_land=other.residential_land.loc[["West"]],
        spaces=spaces({**AREAS, **POINTS, **near}, fenced=frozenset(AREAS)),
    )  # fmt: skip
    kinds = ("flood", "coastal", "waterlogging", "landslide")
    drowned = closing(with_hazards(town(), {kind: (kind, "official", box(-1e4, -1e4, 1e4, 1e4)) for kind in kinds}))
    seen: dict[tuple[str, str], set[str]] = {}
    for results in (with_everything, with_nothing, every_profile(other), every_profile(drowned)):
        for profile, rule, status in results.assessments[["profile_id", "rule_id", "status"]].itertuples(index=False):
            seen.setdefault((profile, rule), set()).add(status)
    judging = [(p, r.id) for p in known_profiles() for r in packaged_profile(p).rules
               if r.target and (p, r.id) not in NEVER | SHELTER and r.id not in SEEN_ELSEWHERE]
    assert [key for key in judging if not {"met", "short"} <= seen[key]] == []
