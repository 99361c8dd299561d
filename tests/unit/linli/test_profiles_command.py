"""`linli profiles`: what ships, and each rule with its clause, confidence and needs."""

from __future__ import annotations

import json
from pathlib import Path

from analyses.profile_reader import known_profiles, packaged_profile
from linli.cli import main


def test_every_profile_is_listed_with_the_number_of_its_rules(capsys) -> None:
    assert main(["profiles"]) == 0
    listed = capsys.readouterr().out.splitlines()
    for name in known_profiles():
        (line,) = [line for line in listed if line.split("  ")[0] == name]
        rules = packaged_profile(name).rules
        assert line.split()[-2:] == [str(len(rules)), str(sum(rule.target is not None for rule in rules))]


def test_a_rule_is_told_with_its_clause_its_confidence_and_what_it_needs(capsys) -> None:
    assert main(["profiles", "gb50180-2018"]) == 0
    told = capsys.readouterr().out
    assert "green.5min: At least 1 m² of park of 0.4 ha or more but below 1 ha and at least 30 m wide" in told
    assert "70 % of it is enough for residents of areas under renewal that the study marks" in told
    assert "Table 4.0.4; 4.0.5; mandatory; confidence high; from memory, not read in the standard itself" in told
    assert "needs  residents; residents aged 60 and over; day care for the elderly" in told
    assert main(["profiles", "england-ags"]) == 0
    assert "needs  a search of cycle routes, which there is not yet; residents; green space" in capsys.readouterr().out


def test_the_same_as_json(capsys) -> None:
    assert main(["profiles", "--json"]) == 0
    assert [entry["id"] for entry in json.loads(capsys.readouterr().out)] == list(known_profiles())
    assert main(["profiles", "gb55014-2021", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    coverage = next(rule for rule in record["rule"] if rule["id"] == "park.coverage")
    assert coverage["target"] == {"value": 80.0, "bound": "min", "unit": "%", "status": "derived"}
    assert coverage["level"] == "city"
    assert coverage["requirement"]["en"].startswith("At least 80 % of the whole study area's residential land lies within 500 m of a park")


def test_an_unknown_one_and_a_file_with_mistakes(capsys, tmp_path: Path) -> None:
    assert main(["profiles", "gb5018"]) == 2
    assert "Did you mean 'gb50180-2018'" in capsys.readouterr().err
    file = tmp_path / "mine.toml"
    file.write_text('id = "mine"\nextends = "who-300"\nstatsu = "official"\n', encoding="utf-8")
    assert main(["profiles", str(file)]) == 2
    said = capsys.readouterr().err
    assert "line 3" in said
    assert "Did you mean 'status'" in said
    assert "'issuer' is missing" in said
