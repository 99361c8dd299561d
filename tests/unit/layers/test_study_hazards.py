"""What a study may say of a hazard, and what is told where it says something else."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from layers.hazard_scales import NONE, UNKNOWN, HazardScale, at_least, class_codes, fitting, packaged_bands
from layers.study_hazards import HAZARD_KEYS, hazard_role
from layers.study_table import Table
from layers.types import HAZARD_KINDS

RASTER = 'id = "w"\nkind = "waterlogging"\nstatus = "modelled"\npath = "depth.tif"\n'
ROWS = 'id = "w"\nkind = "flood"\nstatus = "official"\npath = "zones.geojson"\n'


@pytest.fixture
def read(tmp_path):
    for name in ("depth.tif", "more.tif", "zones.geojson"):
        (tmp_path / name).write_text("", encoding="utf-8")

    def reading(text):
        faults: list[str] = []
        role = hazard_role(Table("[[hazard]] 1", tomllib.loads(text), faults, HAZARD_KEYS), tmp_path, elevation=True)
        return role, faults

    return reading


def test_depths_are_held_in_metres_with_the_packaged_classes(read):
    role, faults = read(RASTER + 'unit = "cm"')
    assert faults == []
    assert (role.scale.unit, role.scale.factor, role.scale.table) == ("m", 0.01, "depth-15cm")
    assert (dict(role.scale.bands), role.scale.closes_at) == ({"wet": 0, "over_15cm": 0.15}, 0.15)
    assert read(RASTER + 'unit = "cm"\ncloses_at = 30')[0].scale.closes_at == pytest.approx(0.3)


@pytest.mark.parametrize(("unit", "metres"), [("m", 1), ("cm", 0.01), ("mm", 0.001)])
def test_every_unit_of_depth_and_whatever_is_written_in_it_is_held_in_metres(read, unit, metres):
    scale = read(RASTER + f'unit = "{unit}"\ncloses_at = 2\n[bands]\nwet = 0\ndeep = 3')[0].scale
    assert (scale.unit, scale.factor) == ("m", metres)
    assert scale.closes_at == pytest.approx(2 * metres)
    assert scale.bands["deep"] == pytest.approx(3 * metres)


def test_degrees_below_zero_may_close(read):
    role, faults = read(RASTER.replace("waterlogging", "heat") + 'unit = "degC"\nscale = "utci"\ncloses_at = -3')
    assert (faults, role.scale.closes_at) == ([], -3)


def test_degrees_of_heat_may_lie_below_0(read):
    role, faults = read(RASTER.replace("waterlogging", "heat") + 'unit = "degC"\n[bands]\nlow = -1\nhigh = 1')
    assert (faults, role.scale.bands) == ([], {"low": -1, "high": 1})


def test_a_layer_that_says_nothing_of_its_strength_closes_nothing(read):
    role, faults = read(ROWS)
    assert (faults, role.scale, role.closes) == ([], HazardScale(), False)
    assert read(ROWS + "closes = true")[0].closes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RASTER, "must say either the unit of its numbers (m, cm, mm,"),
        (RASTER + 'unit = "m"\n[classes]\n1 = "low"', "has both unit and [hazard.classes]"),
        *((RASTER + f'unit = "{unit}"\n[bands]\nlow = -1\nhigh = 1', f"bands: low lies below 0, as no intensity in {held}")
          for unit, held in (("m", "m"), ("cm", "m"), ("rating", "rating"), ("deg", "deg"), ("g", "g"))),
        (RASTER + 'unit = "m"\nband_width_m = 3', "has both a raster and band_width_m; these speak of rows"),
        (RASTER + 'unit = "m"\nintensity_column = "d"', "has both a raster and intensity_column"),
        (RASTER.replace('"depth.tif"', '["depth.tif", "more.tif"]') + 'unit = "m"', "names several rasters; name one"),
        (RASTER + '[classes]\nlow = "low"', "classes: 'low' is no number"),
        (RASTER + '[classes]\n1 = "Low!"', "classes: '1' must mean a class of small letters"),
        (RASTER + "[classes]", "classes is empty"),
        (RASTER + 'unit = "feet"', "unit = 'feet' is not one of m, cm, mm"),
        (RASTER + 'unit = "m"\ncloses = true', "closes = true beside an intensity"),
        (RASTER + 'unit = "m"\nscale = "utci"', "scale = 'utci' is for heat in degC, not for waterlogging in m"),
        (RASTER + 'unit = "m"\nscale = "utci"\n[bands]\na = 1', "has both bands and scale"),
        (RASTER + 'unit = "m"\n[bands]\na = 1\nb = 1', "bands must rise"),
        (RASTER + 'unit = "m"\n[bands]\na = "1"', "bands: a must be the least intensity"),
        (RASTER + 'unit = "m"\n[bands]', "bands is empty"),
        (RASTER.replace("waterlogging", "heat") + 'unit = "degC"', "fit: write scale = one of utci, cma-air-temperature"),
        (RASTER.replace("waterlogging", "wildfire") + 'unit = "index"', "no packaged scale has classes of wildfire in index"),
        (RASTER + '[classes]\n1 = "low"\n"1.0" = "high"', "classes names one value twice, such as 1 and 1.0"),
        (RASTER + '[classes]\n10 = "low"\n"1e1" = "high"', "classes names one value twice, such as 10 and 1e1"),
        (ROWS + 'class_column = "d"\n[classes]\n1 = "low"\n"1.0" = "high"', "classes names one value twice"),
        (ROWS + 'class_column = "d"\n[classes]\n0 = "no_hazard"', "classes names no class of the hazard"),
        (RASTER + 'unit = "m"\n[bands]\nno_hazard = 1', "bands: 'no_hazard' is what the tables"),
        (RASTER + '[classes]\n1 = "unknown"', "classes: 'unknown' is what the tables of results call"),
        (ROWS + 'class_column = "d"\n[classes]\nx = "inside"', "classes: 'inside' is what the tables"),
        (RASTER + 'unit = "m"\n[bands]\noutside = 1', "bands: 'outside' is what the tables"),
        *((ROWS.replace('"w"', f'"{name}"'), f"id = '{name}' stands for something else") for name in ("any", "combined", "none", "study")),
        (RASTER + 'unit = "cm"\ncloses_at = -3', "closes_at = -3 must lie between 0 and"),
        (RASTER + 'unit = "cm"\nscale = "utci"', "scale = 'utci' is for heat in degC, not for waterlogging in cm"),
        (ROWS + "closes_at = 1", "has closes_at without unit"),
        (ROWS + 'unit = "m"', "has unit without intensity_column"),
        (ROWS + 'intensity_column = "d"', "has intensity_column without unit"),
        (ROWS + 'class_column = "d"', "has class_column without [hazard.classes]"),
        (ROWS + '[classes]\n1 = "low"', "has classes without class_column"),
        (ROWS + "band_width_m = 0", "band_width_m = 0 must lie between 0.1 and"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(read, text, message):
    assert any(message in fault for fault in read(text)[1]), read(text)[1]


def test_a_file_that_is_missing_is_the_only_fault(read):
    for text in (RASTER + 'unit = "m"', RASTER.replace('"depth.tif"', '["gone.tif"]') + 'unit = "m"'):
        (fault,) = read(text.replace("depth.tif", "gone.tif"))[1]
        assert "there is no such file" in fault


@pytest.mark.parametrize(
    ("written", "meant"),
    [("meter", "m"), ("Metres", "m"), ("centimetre", "cm"), ("毫米", "mm"), ("°C", "degC"), ("degC ", "degC")],
)
def test_a_unit_in_other_words_is_told_how_it_is_written(read, written, meant):
    (fault,) = read(RASTER + f'unit = "{written}"')[1]
    assert fault.endswith(f'unit = {written!r}: write unit = "{meant}", the short name')


def test_steep_ground_has_no_strength_of_its_own(read):
    text = 'id = "s"\nkind = "landslide"\nstatus = "derived"\nsource = "elevation"\nmin_slope_deg = 25\n'
    assert read(text)[1] == []
    assert "has both source and closes" in read(text + "closes = true")[1][0]


def test_every_packaged_table_is_of_known_kinds_rises_and_has_a_source():
    for table in packaged_bands().values():
        assert set(table.kinds) <= set(HAZARD_KINDS)
        assert list(table.bands.values()) == sorted(table.bands.values())
        assert table.source
        assert len(table.because) > 20
        assert table.id in fitting(table.kinds[0], table.unit)


def test_the_numbers_of_the_standards():
    tables = packaged_bands()
    assert tables["depth-15cm"].bands["over_15cm"] == 0.15
    assert list(tables["defra-hazard-rating"].bands.values()) == [0, 0.75, 1.25, 2.0]
    assert list(tables["utci"].bands.values()) == [26, 32, 38, 46]
    assert list(tables["cma-air-temperature"].bands.values()) == [35, 37, 40]
    assert list(tables["gb18306-pga"].bands.values()) == [0.05, 0.1, 0.2, 0.4]


def test_a_class_holds_its_least_but_nothing_is_no_class_and_no_value_is_unknown():
    scale = HazardScale("m", bands={"wet": 0, "over_15cm": 0.15})
    values = np.array([np.nan, 0.0, -0.0, 1e-9, 0.1499, 0.15, 9.0])
    assert class_codes(values, scale).tolist() == [UNKNOWN, NONE, NONE, 1, 1, 2, 2]
    assert at_least(values, 0).tolist() == [False, False, False, True, True, True, True]
    assert at_least(values, 0.15).tolist() == [False] * 5 + [True, True]


def test_codes_of_a_classed_raster_mean_what_the_study_says():
    scale = HazardScale(classes={"1": "low", "2": "low", "7": "high", "0": "no_hazard"})
    assert scale.names == ("low", "high")
    assert class_codes(np.array([[0.0, 1, 2], [7, 8, np.nan]]), scale).tolist() == [[0, 1, 1], [2, -1, -1]]


def test_a_layer_without_a_title_is_called_by_its_id(read):
    assert read(ROWS)[0].title == {"en": "w"}
    assert read(ROWS + '[title]\nzh = "水"')[0].title == {"zh": "水"}


def test_of_many_keys_only_the_nearest_are_told(read):
    (fault,) = [text for text in read(RASTER + 'unit = "m"\nclose_at = 1')[1] if "unknown key" in text]
    assert "did you mean 'closes_at'?" in fault
    told = fault.split("known: ")[1].removesuffix(", ... (all keys: docs/study-file.md)").split(", ")
    assert told[:2] == ["closes_at", "closes"]
    assert len(told) == 8
    assert set(told) <= set(HAZARD_KEYS)
