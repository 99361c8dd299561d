"""The data report's record and files, on the synthetic town with records made up for the edge cases."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyses.completeness import judge_data
from analyses.parameters import Parameters
from layers.types import Caveat, Layers, Provenance
from maps.count_words import count_words, has_words
from maps.data_report import FORMAT, data_report, report_json
from maps.data_report_files import HTML, JSON, check_report_target, default_folder, write_data_report
from maps.data_report_page import report_html
from maps.exclusion_words import excluded_kind, excluded_why
from spatial.errors import OutputError
from tests import town

ROOT = Path(__file__).resolve().parents[3]
COUNTS = {"rows_read": 9, "rows_kept": 7, "repaired": 2, "dropped_elsewhere": 1, "rows_filtered": 1}
OSM_COUNTS = {"excluded.park.access": 12, "excluded.golf_course.never": 2, "holes.school": 1, "ways_cut": 210, "areas_lost": 0}


def record_of(layers: Layers) -> dict[str, Any]:
    parameters = Parameters()
    return data_report(layers, judge_data(layers, parameters), parameters.data)


@pytest.fixture
def layers() -> Layers:
    """The town with two inputs, one of a database, and a caveat."""
    return dataclasses.replace(
        town.town(),
        provenance=(
            Provenance("osm", "osm/town.osm.pbf", "0" * 64, 123, "ODbL-1.0", "© OpenStreetMap contributors", "2023-02-21", OSM_COUNTS),
            Provenance("communities", "city: public.wards", "1" * 64, 45, "", "", "", COUNTS, "postgis", "status = 'valid'"),
        ),
        caveats=(Caveat("ways_cut", "osm", 210, "ways"),),
    )


@pytest.fixture
def record(layers: Layers) -> dict[str, Any]:
    return record_of(layers)


def test_the_json_is_strict_and_always_the_same(layers, record):
    text = report_json(record)
    assert json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")) == record
    assert report_json(record_of(layers)) == text
    assert text.endswith("}\n")


def test_it_holds_no_absolute_path_and_no_clock(layers):
    text = report_json(record_of(dataclasses.replace(layers, study=dataclasses.replace(layers.study, path=Path("/home/somebody/study.toml")))))
    assert "somebody" not in text
    assert not re.search(r"\d\d:\d\d:\d\d", text)


def test_lights_count_communities_and_residents(record):
    assert [(light["light"], light["communities"], light["residents"]) for light in record["lights"]] == [
        ("good", 0, 0), ("doubtful", 1, 50), ("poor", 1, 60), ("unknown", 0, 0)]  # fmt: skip


def test_a_signal_says_in_how_many_communities_it_could_be_checked(record):
    counted = {signal["code"]: (signal["communities"], signal["checked"]) for signal in record["signals"]}
    assert counted["houses"] == (2, 2)
    assert counted["ways"] == (0, 0)  # no community of the town is dense
    assert counted["inventory"] == (0, 0)


def test_communities_have_every_value_and_unknown_ones_are_null(record):
    east = next(row for row in record["communities"] if row["community_id"] == "East")
    assert east["values"] == {
        "homes": pytest.approx(400 / 60, abs=1e-6), "houses": 0.1, "ways": 2.5, "off_network": 0, "ways_in": None,
        "spaces": 240, "covered": 1, "inventory": None}  # fmt: skip
    assert (east["data_light"], east["data_signals"], east["residents"]) == ("poor", ["houses", "homes"], 60)


def test_infinite_is_told_from_unknown(layers):
    bare = dataclasses.replace(layers, spaces=town.spaces({}))
    assert {row["values"]["spaces"] for row in record_of(bare)["communities"]} == {"inf"}
    assert "the data have none at all" in report_html(record_of(bare))


def test_unknown_residents_are_not_added_up_as_nobody(layers):
    nobody_knows = layers.residents.assign(population=float("nan"))  # type: ignore[union-attr]
    found = record_of(dataclasses.replace(layers, residents=nobody_knows))
    assert {light["residents"] for light in found["lights"] if light["communities"]} == {None}
    assert "residents not known" in report_html(found)


def test_an_input_says_where_it_comes_from_and_what_was_done_to_it(record):
    wards = next(entry for entry in record["inputs"] if entry["role"] == "communities")
    assert (wards["source"], wards["file"], wards["query"]) == ("postgis", "city: public.wards", "status = 'valid'")
    assert (wards["rows_read"], wards["rows_kept"], wards["repaired"], wards["dropped"]) == (9, 7, 2, 2)
    assert {count["key"]: count["text"]["en"] for count in wards["counts"]} == {
        "repaired": "invalid outlines repaired",
        "dropped_elsewhere": "rows too far from the communities, left out",
        "rows_filtered": "rows left out by the study's filter",
    }
    assert [(lost["key"], lost["count"]) for lost in wards["dropped_by"]] == [("dropped_elsewhere", 1), ("rows_filtered", 1)]
    assert "1 rows too far from the communities, left out; 1 rows left out by the study" in report_html(record)


def test_what_was_turned_away_is_told_in_words_the_most_frequent_first(record):
    told = [(row["count"], row["kind_text"]["en"], row["why_text"]["en"]) for row in record["exclusions"]]
    assert told == [
        (12, "parks", "not everybody may enter"),
        (2, "golf courses", "never public space"),
        (1, "school grounds", "cut out of a public space around them"),
    ]
    assert record["exclusions"][0]["kind_text"]["zh"] == "公园"
    assert all(row["because"]["en"] and row["because"]["zh"] for row in record["exclusions"])


def test_the_caveats_begin_with_the_lights(record):
    assert [caveat["code"] for caveat in record["caveats"]] == ["data_poor", "data_doubtful", "ways_cut"]


def test_every_key_of_the_record_is_documented(record):
    """docs/data-report.md names the keys of the record and of each of its lists."""
    documented = set(re.findall(r"`([a-z_0-9]+)`", (ROOT / "docs/data-report.md").read_text(encoding="utf-8")))
    keys = set(record)
    for part in ("lights", "signals", "caveats", "inputs", "exclusions", "communities"):
        keys |= set(record[part][0])
    assert keys <= documented


def test_a_study_in_one_language_has_a_report_in_that_language(layers):
    chinese = dataclasses.replace(layers, study=dataclasses.replace(layers.study, languages=("zh",)))
    page = report_html(record_of(chinese))
    assert '<html lang="zh">' in page
    assert 'data-section="zh"' in page
    assert 'data-section="en"' not in page
    assert "data-language" not in page.partition("<script>")[0]  # nothing to choose from


def test_names_lose_the_ending_that_all_share(layers):
    named = layers.communities.assign(name=["East - Synthetic town", "West - Synthetic town"])
    page = report_html(record_of(dataclasses.replace(layers, communities=named)))
    assert '<th scope="row">East<small>' in page


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_counts_that_nobody_has_words_for_are_shown_all_the_same(language):
    assert not has_words("wings_clipped")
    assert count_words("wings_clipped", language) == "wings clipped"
    assert count_words("not_walkable.flying_bridge", language).endswith("flying bridge")


def test_counts_say_what_happened_and_to_what():
    assert count_words("excluded.park.access", "en") == "parks: not everybody may enter"
    assert count_words("excluded.pitch.on_school", "zh") == "球场：位于学校内"
    assert count_words("holes.club", "en") == "club grounds: cut out of a public space around them"
    assert count_words("not_walkable.cycleway", "en") == "ways not for walking: cycleways without a foot tag"
    assert count_words("age65plus", "en") == "residents counted: residents aged 65 and over"


def test_every_word_of_a_count_is_of_a_count_that_is_made():
    from maps.count_words import _COUNTS

    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "layers").rglob("*.py") if path.stem != "row_account")
    made = {"storeys_from_levels", "storeys_from_height", "storeys_assumed"}  # named by where the number comes from
    dead = [key for key in _COUNTS if f'"{key}"' not in code and f"{key}=" not in code and key not in made]
    assert dead == []


def test_gardens_turned_away_are_no_contradiction_in_themselves():
    """A garden that says access=private does say whose it is."""
    assert count_words("excluded.garden_without_sign.access", "en") == "gardens not marked as public: not everybody may enter"
    assert count_words("excluded.garden_without_sign.access", "zh") == "未标为公共的花园：不对所有人开放"


def test_rules_and_reasons_of_the_packaged_rules_all_have_words():
    from layers.space_rules import space_rules
    from maps.exclusion_words import _HOLES, _KINDS

    rules = space_rules()
    for rule in rules.rules:
        assert rule.name.removesuffix("_by_name") in _KINDS, rule.name
    assert {hole.name for hole in rules.holes} <= set(_HOLES)
    grounds = {f"on_{ground.name}" for ground in (*rules.grounds, *rules.closed_grounds)}
    keys = {test.key for restriction in rules.restrictions for test in restriction.unless.keys}
    for why in {"never", "not_stated", "too_small", "too_narrow", "nothing_left", "cut_out"} | grounds | keys:
        assert "tag" not in excluded_why(why, "en"), why
        assert "study" not in excluded_why(why, "en"), why


def test_a_rule_of_the_study_goes_by_its_class_and_name():
    assert excluded_kind("roof_garden", "garden", "en") == "garden (roof garden)"
    assert excluded_kind("roof_garden", "", "zh") == "roof garden"
    assert excluded_why("on_depot", "en") == "on ground that the study names: depot"
    assert excluded_why("surface", "zh") == "其标签“surface”如此注明"


# --------------------------------------------------------------------------- files


def test_the_default_folder_is_never_that_of_a_run():
    assert "_" in default_folder("town").name  # which no id of a study may have
    assert default_folder("town").parent == Path("out")


def test_both_files_are_written_and_replaced(record, tmp_path):
    files = write_data_report(record, tmp_path / "deep" / "report")
    assert files.html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    first = files.json.read_text(encoding="utf-8")
    assert json.loads(first)["format"] == FORMAT
    (files.json.parent / "notes.txt").write_text("mine")
    write_data_report({**record, "caveats": []}, tmp_path / "deep" / "report")
    assert files.json.read_text(encoding="utf-8") != first
    assert sorted(path.name for path in files.json.parent.iterdir()) == [HTML, JSON, "notes.txt"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["report"]


def test_a_file_that_is_not_ours_is_not_replaced(record, tmp_path):
    (tmp_path / HTML).write_text("somebody's report")
    with pytest.raises(OutputError, match="no data report of linli"):
        write_data_report(record, tmp_path)
    assert (tmp_path / HTML).read_text() == "somebody's report"
    assert [path.name for path in tmp_path.iterdir()] == [HTML]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    for target in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match="is a file"):
            check_report_target(target)


def test_an_interrupted_check_leaves_the_former_report(record, tmp_path, monkeypatch):
    files = write_data_report(record, tmp_path / "report")
    before = files.html.read_bytes(), files.json.read_bytes()

    def interrupted(*_args: object, **_kwargs: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_data_report({**record, "caveats": []}, tmp_path / "report")
    assert (files.html.read_bytes(), files.json.read_bytes()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_disk_that_refuses_is_explained_in_one_line(record, tmp_path, monkeypatch):
    def full(*_args: object, **_kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left on device") as failure:
        write_data_report(record, tmp_path / "report")
    assert "\n" not in str(failure.value)
    assert list(tmp_path.iterdir()) == []


def test_conflicts_are_counted_by_kind(layers):
    conflicts = pd.DataFrame(
        {"inventory_id": ["green"] * 3, "conflict_kind": ["name_differs", "name_differs", "only_in_osm"], "used": ["osm"] * 3,
         "site_id": ["1", "2", ""]}
    )
    sites = town.frame({str(i): {"geometry": town.PARK} for i in range(3)}, "id", ()).reset_index(drop=True)
    found = record_of(dataclasses.replace(layers, conflicts=sites.join(conflicts)))
    assert [(row["conflict_kind"], row["count"], row["text"]["en"]) for row in found["conflicts"]] == [
        ("name_differs", 2, "Name differs"), ("only_in_osm", 1, "Only in OpenStreetMap")]  # fmt: skip
    assert "Where the inventory and OpenStreetMap differ" in report_html(found)


def test_totals_of_groups_are_not_told(layers):
    """50 who are no women are known from it, and a run might withhold 60 for the sake of others."""
    role = dataclasses.replace(layers.study.residents, groups={"age65plus": "old", "women": "women"})
    entry = Provenance("residents", "p.csv", "0", 1, "", "", "", {"rows_read": 2, "population": 110, "age65plus": 9, "women": 60})
    given = dataclasses.replace(layers, study=dataclasses.replace(layers.study, residents=role), provenance=(entry,))
    assert {c["key"]: c["count"] for c in record_of(given)["inputs"][0]["counts"]} == {"population": 110}
