"""Every profile that ships on a town drawn by hand, each figure derived on paper.

The town of tests/town.py (West: 30 residents in W1 at (105, 25) and 20 in W2 at (310, 25); East: 40 in E1 at
(705, 25) and one each at 20 points of the street, x = 512.5, 537.5, ..., 987.5; the street is y = 0) with another park:

    way/1: a fenced park of 125 x 80 m = 10,000 m2 (200..325, -90..-10) whose only gate is at (250, -10).

On foot to the gate, 10 m off the street: W1 25 + 145 + 10 = 180 m; W2 25 + 60 + 10 = 95 m;
E1 25 + 455 + 10 = 490 m; a street point x - 250 + 10 = x - 240 m. So of East's 60 residents there are within
    300 m: x <= 540: 2 points,                          2 = 3.33 %
    500 m: x <= 740: 10 points, and E1,                50 = 83.33 %
    710 m: x <= 950: 18 points, and E1,                58 = 96.67 %
    804.7 m and more: all.
In a straight line from the boundary: E1 hypot(705 - 325, 35) = 381.6 m; a street point hypot(x - 325, 10) m:
    300 m: x <= 624.8: 5 points,                        5 = 8.33 %
    500 m: x <= 824.9: 13 points, and E1,              53 = 88.33 %
Area: 10,000 m2 for 110 residents of the city and of the only district: 90.91 m2 each.
Shared out among the 100 within 500 m: 100 m2 for each of them; East's mean 50 x 100 / 60 = 83.33 m2.
"""

from __future__ import annotations

import dataclasses

import pytest
from shapely import Point, box

from analyses.assess import assess
from analyses.profile_reader import known_profiles, packaged_profile
from analyses.results import Results
from layers.types import Layers
from tests.town import gates, spaces, town, with_hazards

NO_DATA, CYCLE, LAND, NO_REFUGES = "no_data_for_class", "needs_cycling", "no_residential_land", "no_refuges"
CLOSES, SURVIVED = "needs_hazard_survival", ("flood", "waterlogging", "coastal", "landslide")
ALL, NONE = (100, 100), (0, 0)
A = 10_000 / 110

# profile -> rule -> what is expected: a reason for which it is not assessed anywhere; or (level, verdicts, values)
# of the units at the level of judgement, West before East.
EXPECTED: dict[str, dict[str, str | tuple[str, str, tuple[float, ...]]]] = {
    "gb50180-2018": {
        "park.5min": ("community", "met short", (100, 100 * 2 / 60)),
        "park.10min": ("community", "met short", (100, 100 * 50 / 60)),
        "park.15min": ("community", "short short", NONE),
        "green.5min": ("community", "short short", NONE),  # 1 ha is of the tier above
        "green.10min": ("community", "met met", (100, 100 * 50 / 60)),
        "green.15min": ("community", "short short", NONE),
        "park.sport_share": ("community", "short not_assessed", (0, float("nan"))),  # East has no park
        "facility.kindergarten": NO_DATA,
        "facility.elderly_daycare": NO_DATA,
        "facility.junior_secondary": NO_DATA,
        "facility.cultural_centre": NO_DATA,
        "facility.health_centre": NO_DATA,
        "facility.service_centre": NO_DATA,
        "facility.primary_school": NO_DATA,
        "facility.market": NO_DATA,
        "facility.cultural_station": NO_DATA,
        "facility.service_station": NO_DATA,
        "facility.health_station": NO_DATA,
        "facility.sports_large": ("community", "short short", NONE),
        "facility.sports_medium": ("community", "short short", NONE),
        "facility.fitness": ("community", "short short", NONE),
        "facility.sports_small": ("community", "short short", NONE),
    },
    "gb55014-2021": {
        "park.per_person": ("city", "met", (A,)),
        "park.comprehensive": ("city", "short", (0,)),
        "park.community": ("city", "met", (A,)),
        "park.coverage": LAND,
        "park.residents_straight": ("community", "reported reported", (100, 100 * 53 / 60)),
        "park.residents_walk": ("community", "reported reported", (100, 100 * 50 / 60)),
    },
    "gbt51346-2019": {
        "coverage.500m": LAND,
        "park.district": ("district", "met", (A,)),
        "comprehensive.10ha": ("community", "reported reported", NONE),
        "comprehensive.20ha": ("community", "reported reported", NONE),
        "community.5ha": ("community", "reported reported", NONE),
        "community.1ha": ("community", "reported reported", (100, 100 * 53 / 60)),
        "small.0.4ha": ("community", "reported reported", NONE),
        "small.0.2ha": ("community", "reported reported", NONE),
        "small.0.1ha": ("community", "reported reported", NONE),
        "community.5ha_area": ("city", "short", (0,)),
        "community.1ha_area": ("city", "met", (A,)),
        "small.0.4ha_area": ("city", "short", (0,)),
    },
    "gb51143-2015": {
        **{f"area.{grade}": NO_REFUGES for grade in ("emergency", "temporary", "short", "medium", "long")},
        **{f"reach.{grade}": NO_REFUGES for grade in ("emergency", "short", "medium", "long")},
    },
    "gbt51327-2018": {
        "residential.least": NO_REFUGES, "block.least": NO_REFUGES, "dense.temporary": NO_REFUGES, "dense.short": NO_REFUGES,
    },
    "gb21734-2008": {"area.per_person": NO_REFUGES},
    "waterlogging-15cm": {"depth.15cm": "no_hazard_layer"},
    "3-30-300": {
        "trees.3": NO_DATA,
        "canopy.30": NO_DATA,
        "green.300": ("community", "met short", (100, 100 * 2 / 60)),
    },
    "england-ags": {
        "doorstep": ("community", "met short", (100, 0)),
        "local": ("community", "short short", NONE),
        "neighbourhood": ("community", "short short", NONE),
        "wider": ("community", "short short", NONE),
        "district": CYCLE,
        "subregional": CYCLE,
        "capacity": ("city", "met", (A,)),
        "nature_reserve": ("city", "short", (0,)),
    },
    "fields-in-trust": {
        "sport_and_play": ("city", "short", (0,)),
        "sport.area": ("city", "short", (0,)),
        "play.area": ("city", "short", (0,)),
        "parks.area": ("city", "met", (A,)),
        "natural.area": ("city", "short", (0,)),
        "sport.1200m": ("community", "short short", NONE),
        "play.100m": ("community", "short short", NONE),
        "play.400m": ("community", "short short", NONE),
        "play.1000m": ("community", "short short", NONE),
        "parks.710m": ("community", "met short", (100, 100 * 58 / 60)),
        "natural.720m": ("community", "short short", NONE),
    },
    "garden-city-2022": {"coverage": LAND},
    "gbt50563-2010": {"coverage": LAND, "coverage.historic": LAND},
    "urban-checkup-2022": {"park.coverage": LAND, "greenway.coverage": NO_DATA},
    # 5 minutes are 390 m: E1 is 490 m away, the points of the street up to x = 630 less.
    "shanghai-2035": {"open.5min": ("community", "met short", (100, 100 * 5 / 60))},
    "who-2016": {"green.300m_1ha": ("community", "reported reported", (100, 100 * 5 / 60))},
    "tpl-10min": {"park.halfmile": ("community", "reported reported", ALL)},
    "ghsci-500": {
        "open.500m": ("community", "reported reported", (100, 100 * 50 / 60)),
        "open.500m_large": ("community", "reported reported", NONE),
    },
    "who-300": {"green.300m_straight": ("community", "met short", (100, 100 * 5 / 60))},
    "sdg-11.7.1": {"people.400m": ("community", "reported reported", (100, 100 * 6 / 60)), "land.share": NO_DATA},
    "linli-survival": {f"{what}.{kind}": CLOSES for what in ("open", "way", "area") for kind in SURVIVED},
    "linli-start": {
        "green.500m": ("community", "met met", (100, 100 * 50 / 60)),
        "open.400m": ("community", "met short", (100, 100 * 6 / 60)),  # x <= 640
        "hazard.flood_coastal": "no_hazard_layer",
        "green.per_person": ("district", "met", (A,)),
    },
}


def drawn(**more: tuple[str, object]) -> Layers:
    park = {"way/1": ("park", box(200, -90, 325, -10))}
    return dataclasses.replace(
        town(), spaces=spaces({**park, **more}, fenced=frozenset({"way/1"})), gates=gates({"node/1": Point(250, -10)})
    )


@pytest.fixture(scope="module")
def judged() -> Results:
    return assess(drawn(), [packaged_profile(name) for name in known_profiles()])


def test_every_profile_that_ships_has_its_verdicts_here() -> None:
    assert set(EXPECTED) == set(known_profiles())


@pytest.mark.parametrize(("profile", "rule"), [(p, r) for p, rules in EXPECTED.items() for r in rules])
def test_verdicts_derived_by_hand(judged: Results, profile: str, rule: str) -> None:
    expected = EXPECTED[profile][rule]
    rows = judged.assessments.query("profile_id == @profile and rule_id == @rule").set_index("unit_id")
    if isinstance(expected, str):
        assert set(rows["status"]) == {"not_assessed"}
        assert set(rows["reason"]) == {expected}
        return
    level, verdicts, values = expected
    at = rows[rows["level"] == level].sort_index(ascending=False)
    assert at["status"].tolist() == verdicts.split()
    assert at["value"].tolist() == pytest.approx(values, nan_ok=True)


def test_the_sports_ground_of_a_park_is_a_share_of_it() -> None:
    """West has the only park. Without a sports ground 0 of 1 passes; with 30 x 40 = 1,200 m2 of it 12 % does; so
    does one of 1,000 m2 (10 %) and of 1,500 m2 (15 %), one of 1,600 m2 does not. East has no place to test."""
    profile = packaged_profile("gb50180-2018")

    def share(**more: tuple[str, object]) -> tuple[float, str, str]:
        table = assess(drawn(**more), [profile]).assessments.query("rule_id == 'park.sport_share'").set_index("unit_id")
        return table.loc["West", "value"], table.loc["West", "status"], table.loc["East", "reason"]

    assert share() == (0, "short", "no_places_here")
    for area_m2, verdict in ((1000, "met"), (1200, "met"), (1500, "met"), (1600, "short"), (990, "short")):
        pitch = {"way/2": ("sports_ground", box(210, -80, 210 + area_m2 / 40, -40))}
        assert share(**pitch)[1] == verdict, area_m2


def test_the_gap_of_a_site_rule_is_the_site(judged: Results) -> None:
    gap = judged.gaps.query("rule_id == 'park.sport_share'").iloc[0]
    assert gap.geometry.equals(box(200, -90, 325, -10))


def test_coverage_of_land_is_stood_in_for_by_floor_area_which_never_judges(judged: Results) -> None:
    """All 900 m2 of mapped floor area lie within 500 m of the park in a straight line, E1 at 381.6 m."""
    rows = judged.assessments.query("profile_id == 'gb55014-2021' and rule_id == 'park.coverage.buildings'").set_index("unit_id")
    assert rows.loc["town", ["value", "status", "reason"]].tolist() == [
        pytest.approx(100),
        "reported",
        "buildings_not_residents",
    ]


def test_a_narrow_park_is_none() -> None:
    """500 x 20 m is 1 ha and 20 m wide: neither 30 nor 50 m."""
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", box(100, -30, 500, -5))}))
    found = assess(layers, [packaged_profile("gb50180-2018")]).assessments.query("level == 'community'")
    assert found.query("rule_id == 'park.10min'")["value"].tolist() == [0, 0]
    wide = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", box(100, -60, 500, -10))}))
    found = assess(wide, [packaged_profile("gb50180-2018")]).assessments.query("level == 'community'")
    assert found.query("rule_id == 'park.10min' and unit_id == 'West'")["value"].tolist() == [pytest.approx(100)]


def test_water_of_unknown_depth_judges_nobody() -> None:
    flooded = with_hazards(drawn(), {"pluvial": ("waterlogging", "official", box(0, -100, 500, 300))})
    rows = assess(flooded, [packaged_profile("waterlogging-15cm")]).assessments.query("rule_id == 'depth.15cm'")
    assert set(rows["reason"]) == {"no_hazard_depth"}


def test_every_number_says_how_far_it_was_read() -> None:
    for name in known_profiles():
        if packaged_profile(name).issuer != "Linli":
            assert all(rule.basis.read for rule in packaged_profile(name).rules), name
