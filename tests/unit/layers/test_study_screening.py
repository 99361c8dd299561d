"""What a study may ask to be derived from its elevation model, and what is told where it asks for something else."""

from __future__ import annotations

import tomllib

import pytest

from layers.hazard_scales import HazardScale
from layers.screening import told_apart
from layers.screening_role import Screening
from layers.study_hazards import HAZARD_KEYS, hazard_role
from layers.study_table import Table

DERIVED = 'id = "d"\nkind = "flood"\nstatus = "derived"\nsource = "elevation"\n'
SLOPE, HIGH, LOW = (DERIVED + f'derive = "{what}"\n' for what in ("slope", "height_above_drainage", "low_lying"))


def read(text, tmp_path, *, elevation=True):
    faults: list[str] = []
    role = hazard_role(Table("[[hazard]] 1", tomllib.loads(text), faults, HAZARD_KEYS), tmp_path, elevation=elevation)
    return role, faults


def test_slope_takes_the_packaged_classes(tmp_path):
    role, faults = read(SLOPE, tmp_path)
    assert faults == []
    assert role.screening == Screening("slope")
    assert role.scale == HazardScale(
        "deg", bands={"inclined": 5.0, "steep": 15.0, "very_steep": 25.0}, table="slope"
    )  # fmt: skip
    assert role.origin is None
    assert role.scale.closes_at is None


def test_slope_from_a_least_one_on_or_with_classes_of_its_own(tmp_path):
    assert read(DERIVED + "min_slope_deg = 25", tmp_path)[0].scale.bands == {"steep": 25.0}
    assert read(SLOPE + "[bands]\na = 10\nb = 30", tmp_path)[0].scale == HazardScale("deg", bands={"a": 10, "b": 30})


def test_height_above_drainage_takes_packaged_classes_and_the_drainage_of_the_model(tmp_path):
    role, faults = read(HIGH, tmp_path)
    assert faults == []
    assert role.screening == Screening("height_above_drainage", "model", 1.0, {"below_15m": 15.0, "below_5m": 5.0})
    assert role.scale.names == ("below_15m", "below_5m")
    own = read(HIGH + 'drainage = "mapped"\n[below_m]\nlow = 8\nlower = 2.5', tmp_path)[0]
    assert own.screening == Screening("height_above_drainage", "mapped", 0.0, {"low": 8.0, "lower": 2.5})
    assert own.scale.classes == {"0": "no_hazard", "1": "low", "2": "lower"}


def test_low_lying_ground_takes_a_height_and_a_depth(tmp_path):
    role, faults = read(LOW + "drainage_area_km2 = 5\nmax_height_m = 3", tmp_path)
    assert faults == []
    assert role.screening == Screening("low_lying", "model", 5.0, {"near_drainage": 3.0}, 2.0)
    assert role.scale.names == ("near_drainage", "closed_depression")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DERIVED, "without derive, which says what to make of it: slope, height_above_drainage, low_lying"),
        (DERIVED + 'derive = "slop"', "derive = 'slop' is not one of slope, height_above_drainage, low_lying (did you"),
        (SLOPE.replace("derived", "official"), "has status = 'official', but what is worked out from the elevation"),
        (SLOPE.replace("derived", "modelled"), "has status = 'modelled', but what is worked out from the elevation"),
        (SLOPE + "closes = true", "has both source and closes; what is worked out"),
        (SLOPE + "closes_at = 3", "has both source and closes_at"),
        (SLOPE + "return_period_yr = 100", "has both source and return_period_yr; what is worked out from the elevation"),
        (SLOPE + 'path = "x.tif"', "has both source and path"),
        (SLOPE + "min_slope_deg = 95", "min_slope_deg = 95 must lie between 0.1 and 89.9"),
        (SLOPE + "min_slope_deg = 5\n[bands]\na = 3", "has both min_slope_deg and bands; classes come from one"),
        (SLOPE + "[bands]\na = 100", "bands must lie between 0 and 90 degrees"),
        (SLOPE + "max_height_m = 5", "has both derive and max_height_m; it is no part of slope, which takes min_slope_deg"),
        (HIGH + "[bands]\na = 3", "has both derive and bands; it is no part of height_above_drainage"),
        (HIGH + "[below_m]\na = 3\nb = 5", "below_m must fall from class to class"),
        (HIGH + "[below_m]\na = 3\nb = 0", "below_m must fall from class to class and stay above 0"),
        (HIGH + "[below_m]\na = 3\nb = 3", "below_m must fall"),
        (HIGH + "[below_m]", "below_m is empty; write the height"),
        (HIGH + '[below_m]\nA = "3"', "below_m: 'A' may only hold small letters"),
        (HIGH + '[below_m]\na = "3"', "below_m: a must be the height in metres"),
        (HIGH + 'drainage = "rivers"', "drainage = 'rivers' is not one of model, mapped"),
        (LOW + 'drainage = "mapped"\ndrainage_area_km2 = 2', 'has both drainage = "mapped" and drainage_area_km2'),
        (LOW + "drainage_area_km2 = 0", "drainage_area_km2 = 0 must lie between 0.001 and"),
        (LOW + "min_depth_m = -1", "min_depth_m = -1 must lie between 0.1 and 1000"),
        (LOW + "min_slope_deg = 5", "has both derive and min_slope_deg"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(text, message, tmp_path):
    assert any(message in fault for fault in read(text, tmp_path)[1]), read(text, tmp_path)[1]


def test_it_needs_the_elevation_model(tmp_path):
    assert 'has source = "elevation", but the study has no [elevation]' in read(SLOPE, tmp_path, elevation=False)[1][0]


def test_keys_of_screening_say_nothing_of_a_layer_of_a_file(tmp_path):
    (tmp_path / "zones.geojson").write_text("", encoding="utf-8")
    text = 'id = "z"\nkind = "flood"\nstatus = "official"\npath = "zones.geojson"\n'
    for key in ('derive = "slope"', "max_height_m = 4", 'drainage = "model"'):
        name = key.split(maxsplit=1)[0]
        assert f'has {name} without source = "elevation"' in read(text + key, tmp_path)[1][0]


def test_layers_that_would_be_called_alike_are_told_apart(tmp_path):
    def titles(*texts):
        roles = [read(text.replace('"d"', f'"s{n}"', 1), tmp_path)[0] for n, text in enumerate(texts)]
        assert None not in roles
        return [role.title for role in told_apart(roles)]

    low = titles(LOW + "max_height_m = 3", LOW, LOW + 'drainage = "mapped"', SLOPE)
    drained = "drainage where at least 1 km² of the model drain through a cell (derived, for screening)"
    assert [title["en"] for title in low[:2]] == [
        f"Low-lying ground: less than {height} m above drainage, or a closed depression at least 2 m deep; {drained}"
        for height in (3, 5)
    ]
    assert low[2]["en"].endswith("waters are mapped in the extract (derived, for screening)")
    assert low[3]["en"] == "Slope of 5° and more (derived, for screening)"
    assert len({title["zh"] for title in low}) == 4
    assert all(title["zh"].endswith("（推导所得，仅供初筛）") for title in low)
    slope = titles(SLOPE, SLOPE + "[bands]\na = 5\nb = 30")
    assert [title["en"] for title in slope] == [f"Slope of 5° and more (s{n}) (derived, for screening)" for n in (0, 1)]
    own = titles(*[SLOPE + '[title]\nen = "A"\nzh = "坡"', SLOPE + '[title]\nen = "B"\nzh = "坡"'])
    assert [title["en"] for title in own] == ["A (derived, for screening)", "B (derived, for screening)"]
    assert own[0]["zh"] == "坡（s0）（推导所得，仅供初筛）"


def test_the_title_always_says_that_the_layer_is_derived(tmp_path):
    packaged = read(LOW, tmp_path)[0].title
    assert packaged == {
        "en": "Low-lying ground (derived, for screening)",
        "zh": "低洼地（推导所得，仅供初筛）",
    }
    own = read(LOW + '[title]\nen = "Flood map of the city"', tmp_path)[0].title
    assert own == {"en": "Flood map of the city (derived, for screening)", "zh": packaged["zh"]}
    said = read(LOW + '[title]\nen = "Low ground, derived"\nzh = "推导的低地"', tmp_path)[0].title
    assert said == {"en": "Low ground, derived", "zh": "推导的低地"}
    assert read(SLOPE, tmp_path)[0].title["en"] == "Slope of 5° and more (derived, for screening)"
    assert read(HIGH, tmp_path)[0].title["en"] == "Less than 15 m above the nearest drainage (derived, for screening)"
