"""The description of the study file names every key and every value that a study file may hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from layers import (
    space_rule_checks,
    study,
    study_hazards,
    study_indicators,
    study_land,
    study_origin,
    study_refuges,
    study_roles,
    study_spaces,
    study_table,
    study_vulnerability,
)
from layers.hazard_scales import UNITS, packaged_bands
from layers.origins import DATUMS, Origin
from layers.refuge_roles import REFUGE_GRADES
from layers.screening_role import DERIVED, MAPPED, MODEL
from layers.types import (
    AREA_KINDS,
    HAZARD_KINDS,
    INDICATOR_DIMENSIONS,
    INVENTORY_MODES,
    IndicatorRole,
    ResidentsRole,
)

TEXT = (Path(__file__).resolve().parents[1] / "docs/study-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
KEYS = sorted({
    *study._TOP_KEYS, *study_roles.OSM_KEYS, *study_roles.ELEVATION_KEYS, *study_roles.COMMUNITIES_KEYS,
    *study_roles.PARENTS_KEYS, *study_roles.RESIDENTS_KEYS, *study_hazards.HAZARD_KEYS, *study_origin.ORIGIN_KEYS,
    *study_land.AREAS_KEYS, *study_land.LAND_KEYS, *study_spaces.INVENTORY_KEYS, *study_spaces.SPACE_RULES_KEYS, *space_rule_checks._KNOWN, *study_indicators.INDICATOR_KEYS,
    *study_refuges.REFUGE_KEYS, *study_refuges.REFUGE_RULES_KEYS, *study_vulnerability.VULNERABILITY_KEYS, *study_vulnerability.THEME_KEYS,
})  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described(key):
    assert any(form in TEXT for form in (f"`{key}`", f"`{key} = ", f"[{key}]", f".{key}]"))


@pytest.mark.parametrize("value", [*DATUMS, *INVENTORY_MODES, *HAZARD_KINDS, *AREA_KINDS, *INDICATOR_DIMENSIONS, *REFUGE_GRADES, *study_hazards.HAZARD_STATUSES, *UNITS, *packaged_bands(), *study_roles.RASTER_UNITS, *study_vulnerability._RANGE])
def test_every_value_of_a_closed_list_is_described(value):
    assert f'"{value}"' in TEXT or f"`{value}`" in TEXT


def test_the_example_of_a_rule_is_one_that_is_taken():
    (example,) = [example for example in EXAMPLES if "public_space_rules" in example]
    faults: list[str] = []
    table = study_table.Table("[public_space_rules]", tomllib.loads(example)["public_space_rules"], faults, study_spaces.SPACE_RULES_KEYS)
    assert study_spaces.space_rules(table).rules[0]["name"] == "bank"
    assert faults == []


def test_the_example_of_an_indicator_is_one_that_is_taken(tmp_path):
    (example,) = [example for example in EXAMPLES if "[[indicator]]" in example]
    (tmp_path / "survey").mkdir()
    (tmp_path / "survey/2024.csv").write_text("community,question,satisfied,n\n", encoding="utf-8")
    faults: list[str] = []
    (role,) = study_indicators.indicator_roles(study_table.Table("", tomllib.loads(example), faults, ("indicator",)), tmp_path)
    assert faults == []
    assert (role.value_column, role.answers_column, role.best, role.unit) == ("satisfied", "n", 100, "%")


def test_the_example_of_areas_is_one_that_is_taken(tmp_path):
    (example,) = [example for example in EXAMPLES if "[[areas]]" in example]
    (tmp_path / "planning").mkdir()
    (tmp_path / "planning/districts.geojson").write_text("{}", encoding="utf-8")
    faults: list[str] = []
    (role,) = study_land.areas_roles(study_table.Table("", tomllib.loads(example), faults, ("areas",)), tmp_path)
    assert faults == []
    assert (role.kind, role.origin.filter) == ("old_district", {"type": ("old town",)})


def test_the_example_of_hazards_is_one_that_is_taken(tmp_path):
    (example,) = [example for example in EXAMPLES if "[[hazard]]" in example and "[elevation]" not in example]
    (tmp_path / "hazards").mkdir()
    for name in ("depth-50.tif", "zones.geojson", "gas-main.geojson"):
        (tmp_path / "hazards" / name).write_text("{}", encoding="utf-8")
    faults: list[str] = []
    top = study_table.Table("", tomllib.loads(example), faults, ("hazard",))
    roles = [study_hazards.hazard_role(table, tmp_path, elevation=False) for table in study_table.tables(top, "hazard", study_hazards.HAZARD_KEYS)]
    assert faults == []
    depth, zones, main = roles
    assert (depth.scale.unit, depth.scale.closes_at, depth.scale.bands) == ("m", 0.3, {"shallow": 0, "over_15cm": 0.15, "over_50cm": 0.5})
    assert (zones.scale.classes, zones.closes) == ({"高": "high", "中": "medium", "无": "no_hazard"}, True)
    assert main.band_width_m == 60


def test_the_example_of_screening_is_one_that_is_taken(tmp_path):
    (example,) = [example for example in EXAMPLES if "[[hazard]]" in example and "[elevation]" in example]
    faults: list[str] = []
    top = study_table.Table("", tomllib.loads(example), faults, ("hazard", "elevation"))
    roles = [study_hazards.hazard_role(table, tmp_path, elevation=top.has("elevation")) for table in study_table.tables(top, "hazard", study_hazards.HAZARD_KEYS)]
    assert faults == []
    assert [(role.screening.derive, role.screening.drainage) for role in roles] == [("slope", ""), ("height_above_drainage", "mapped"), ("low_lying", "model")]
    assert [dict(role.screening.below_m) for role in roles[1:]] == [{"below_10m": 10.0, "below_3m": 3.0}, {"near_drainage": 3.0}]
    assert {value for value in (*DERIVED, MODEL, MAPPED) if f"`{value}`" not in TEXT} == set()


def test_the_example_of_refuges_is_one_that_is_taken(tmp_path):
    (example,) = [example for example in EXAMPLES if "[[refuge]]" in example]
    (tmp_path / "refuges").mkdir()
    (tmp_path / "refuges/list.gpkg").write_bytes(b"")
    faults: list[str] = []
    top = study_table.Table("", tomllib.loads(example), faults, ("refuge", "refuge_rules"))
    (role,) = study_refuges.refuge_roles(top, tmp_path)
    rules = study_refuges.refuge_rules(top, (role,))
    assert faults == []
    assert (role.capacity_column, rules.candidates, rules.usable_share) == ("persons", True, {"park": 0.5})


def test_the_example_of_vulnerability_is_read_as_the_text_says():
    """The study of the example counts both groups, and supplies the indicator of the example below it."""
    (example,) = [text for text in EXAMPLES if "[vulnerability]" in text]
    faults: list[str] = []
    residents = ResidentsRole(Origin(Path("p.csv")), "id", "n", {"age0_14": "a", "age65plus": "b"})
    benefit = IndicatorRole("satisfied-with-parks", "satisfaction", Origin(Path("s.csv")), "id", "v", 100.0, 0.0)
    top = study_table.Table("", tomllib.loads(example), faults, ("vulnerability",))
    role = study_vulnerability.vulnerability_role(top, residents, (benefit,))
    assert faults == []
    assert [(theme.id, theme.groups + theme.indicators) for theme in role.themes] == [
        ("age", ("age0_14", "age65plus")), ("means", ("satisfied-with-parks",))]  # fmt: skip
