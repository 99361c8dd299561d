"""`linli explain` on the demo studies: what it prints, and what people ask for that is not there."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from linli.cli import main

DATA = Path(__file__).resolve().parents[2] / "data"
LAS_PALMAS, ANDORRA = str(DATA / "las-palmas" / "study.toml"), str(DATA / "andorra" / "study.toml")
VEGUETA = "20220101_35016_D01_S001"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((LAS_PALMAS, "Distrito 1, Sección 001"), f"did you mean {VEGUETA!r} ('Distrito 01, Sección 001')"),
        ((LAS_PALMAS, "Nowhere at all"), "no unit of level community with the id or name 'Nowhere at all'"),
        ((LAS_PALMAS, "parish/Centro"), "no unit of level community with the id or name 'parish/Centro'"),
        ((LAS_PALMAS, "district/D09"), "no unit of level district with the id or name 'D09'"),
        ((LAS_PALMAS, VEGUETA, "green.400m"), "no rule that this study is assessed by is called 'green.400m'"),
        ((LAS_PALMAS, VEGUETA, "who-300/green.500m"), "called 'who-300/green.500m', so it cannot be explained; did you mean 'who-300/green.300m_straight'"),
        ((LAS_PALMAS, VEGUETA, "who-301/green"), "who-301"),
        ((LAS_PALMAS, VEGUETA, "--profile", "nobody"), "nobody"),
    ],
)
def test_what_is_not_there_is_one_line_with_a_hint(las_palmas, capsys, arguments: tuple[str, ...], said: str) -> None:
    assert main(["explain", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("linli: ")
    assert said in last


def test_a_study_without_residents_says_so_and_tells_of_homes(andorra, capsys) -> None:
    assert main(["explain", ANDORRA, "encamp", "linli-start/green.500m"]) == 0
    out, _ = capsys.readouterr()
    assert "linli-start/green.500m: not assessed" in out
    assert "Not assessed: The study has no residents" in out
    assert "number of residents unknown" in out
    assert main(["explain", ANDORRA, "encamp", "green.500m.buildings", "--language", "zh"]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("内部资料")
    assert "居住建筑面积" in out


def test_the_record_holds_what_was_judged_though_only_one_rule_is_assessed(las_palmas, capsys) -> None:
    assert main(["explain", LAS_PALMAS, VEGUETA, "linli-start:green.500m", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    (verdict,) = record["verdicts"]
    rows = las_palmas.results.assessments
    row = rows[(rows["unit_id"] == VEGUETA) & (rows["profile_id"] == "linli-start") & (rows["rule_id"] == "green.500m")].iloc[0]
    for name, value in verdict["assessment"].items():
        assert value == row[name] or (value is None and (row[name] is None or math.isnan(row[name]))), name
    assert verdict["found"]["served"]["residents"] == row["residents_served"]
    assert {entry["role"] for entry in verdict["inputs"]} == {"osm", "communities", "residents", "public_space.plans", "profile.linli-start"}
    assert all(len(entry["sha256"]) == 64 for entry in verdict["inputs"])
    assert record["internal"]["en"].startswith("INTERNAL")
