"""A study's own rules of public space from the study file through an extract, on a synthetic map drawn by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyproj import CRS

from layers.origins import Origin
from layers.osm_elements import element_rules
from layers.public_space import public_spaces, unmatched_caveats
from layers.sources.osm import read_osm
from layers.space_rules import override_caveats, space_rules, tag_keys
from layers.study import read_study
from spatial.errors import StudyError

STUDY = """
[study]
id = "own-rules"
crs = "EPSG:32631"
profiles = ["sdg-11.7.1"]
languages = ["en"]
[study.title]
en = "Own rules"
[osm]
path = "map.osm"
licence = "ODbL-1.0"
[osm.coverage]
communities_buffer_m = 1000
[communities]
path = "units.geojson"
id = "id"
"""
RULES = """
[public_space_rules]
without = ["dog_park"]
min_width_m = 0
[[public_space_rules.rule]]
name = "street_green"
class = "park"
include = { landuse = ["grass"], operator = ["*园林*"] }
because = "The parks department keeps it."
[[public_space_rules.rule]]
name = "plots"
class = "garden"
include = { "plot:use" = ["public*"] }
unless = { "plot:lock" = ["yes"] }
because = "Open plots."
"""
ELEMENTS = (
    {"landuse": "grass", "operator": "市园林局"},
    {"landuse": "grass", "operator": "铁路局"},
    {"plot:use": "public garden"},
    {"plot:use": "public garden", "plot:lock": "yes"},
    {"leisure": "dog_park"},
)


def ring(number: int) -> list[tuple[int, float, float]]:
    """Nodes of a square of about 111 m by 79 m, each apart from the next."""
    lon, lat = 2.0 + number / 100, 45.0
    corners = [(lon, lat), (lon + 0.001, lat), (lon + 0.001, lat + 0.001), (lon, lat + 0.001)]
    return [(10 * number + i, x, y) for i, (x, y) in enumerate(corners, start=1)]


def drawn(folder: Path) -> Path:
    """The elements as closed ways 1, 2, ... beside a street, in OSM's XML."""
    rings = [ring(number) for number in range(1, len(ELEMENTS) + 1)]
    nodes = "".join(f'<node id="{i}" lon="{x:.7f}" lat="{y:.7f}"/>' for nodes in rings for i, x, y in nodes)
    ways = "".join(
        f'<way id="{number}">'
        + "".join(f'<nd ref="{i}"/>' for i, _, _ in [*nodes, nodes[0]])
        + "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        + "</way>"
        for number, (nodes, tags) in enumerate(zip(rings, ELEMENTS, strict=True), start=1)
    )
    street = '<way id="99"><nd ref="11"/><nd ref="51"/><tag k="highway" v="residential"/></way>'
    path = folder / "map.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}{street}</osm>', encoding="utf-8")
    return path


def spaces_of(folder: Path, text: str) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Ids and classes of what is public space on the map, by the rules of a study file."""
    map_file = drawn(folder)
    (folder / "units.geojson").touch()
    (folder / "study.toml").write_text(text, encoding="utf-8")
    changes = read_study(folder / "study.toml").space_rules
    rules = space_rules(changes)
    elements = element_rules(tag_keys(changes), rules.own)
    spaces, counts = public_spaces(read_osm(Origin(map_file), CRS.from_epsg(32631), rules=elements), rules)
    return list(zip(spaces.index, spaces["space_class"], strict=True)), counts


def test_a_study_without_rules_of_its_own(tmp_path) -> None:
    spaces, counts = spaces_of(tmp_path, STUDY)
    assert spaces == []
    assert counts == {
        "duplicate_points": 0,
        "excluded.dog_park.never": 1,
        "excluded.grass.never": 2,
    }


def test_a_study_with_rules_of_its_own(tmp_path) -> None:
    spaces, counts = spaces_of(tmp_path, STUDY + RULES)
    assert spaces == [("way/1", "park"), ("way/3", "garden")]
    assert counts == {
        "duplicate_points": 0,
        "excluded.grass.never": 1,
        "excluded.plots.plot:lock": 1,
        "pieces_merged": 0,
    }
    (caveat,) = override_caveats(read_study(tmp_path / "study.toml").space_rules)
    assert caveat.detail == "-dog_park, +street_green, +plots, min_width_m=0"


def test_a_rule_that_speaks_of_nothing_on_the_map_is_named(tmp_path) -> None:
    text = STUDY + RULES.replace('landuse = ["grass"]', 'landuse = ["gras"]')
    (tmp_path / "units.geojson").touch()
    map_file = drawn(tmp_path)
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    changes = read_study(tmp_path / "study.toml").space_rules
    rules = space_rules(changes)
    extract = read_osm(Origin(map_file), CRS.from_epsg(32631), rules=element_rules(tag_keys(changes), rules.own))
    (caveat,) = unmatched_caveats(extract, rules)
    assert (caveat.code, caveat.count, caveat.detail) == ("rule_matched_nothing", 1, "street_green")
    assert unmatched_caveats(extract, space_rules()) == [], "of the packaged rules many speak of nothing"


def test_faults_of_the_rules_stand_in_the_error_of_the_study(tmp_path) -> None:
    (tmp_path / "study.toml").write_text(
        STUDY + RULES.replace("dog_park", "dog_prk").replace('class = "park"', 'class = "parc"'), encoding="utf-8"
    )
    with pytest.raises(StudyError) as found:
        read_study(tmp_path / "study.toml")
    assert "did you mean 'dog_park'?" in str(found.value)
    assert "rule 'street_green': class 'parc' is none of public space, did you mean 'park'?" in str(found.value)
