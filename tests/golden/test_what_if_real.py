"""Las Palmas through the command line with a what-if, and with rasters of three return periods.

SYNTHETIC use, all of it: its official bands are buffers of centre lines that close nothing, and the depths are made up
from them. One run for all that is asked of it here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from rasterio.features import rasterize

from analyses.annual_exposure import annual_groups, annual_table
from analyses.closures import closures
from analyses.exposure import exposed_shares, footprint
from analyses.measure import Scene
from analyses.survival import survival
from layers.hazard_rasters import hazard_raster
from layers.hazard_scales import HazardScale
from layers.hazards import MARGIN_M, together
from layers.types import HazardRole
from linli.cli import main
from spatial.terrain import Grid
from tests.agreeing_tables import (
    KINDS,
    Report,
    critical_agrees,
    exposure_agrees,
    refuge_agrees,
    survival_agrees,
    who_lives_inside_is_exposed,
)

ASSUMED = ("flood-arpsi-t100", "coastal-arpsi")
PERIODS = {10: -15.0, 100: 0.0, 500: 40.0}
"""Years -> metres by which the official band is drawn wider: a rarer event reaches farther."""
CELL_M = 10.0
UNITS = 275 + 121 + 5 + 1


@dataclass(frozen=True)
class Run:
    """What the run left behind."""

    report: Report
    record: dict[str, object]
    page: str
    said: str


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    out, said = tmp_path_factory.mktemp("what-if") / "out", io.StringIO()
    asked = [word for layer in ASSUMED for word in ("--closes", layer)]
    profiles = ["--profile", "linli-start", "--profile", "linli-survival"]
    with contextlib.redirect_stdout(said):
        assert main(["demo", "las-palmas", "--out", str(out), *asked, *profiles]) == 0
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return Run(Report(out), record, (out / "map.html").read_text(encoding="utf-8"), said.getvalue())


def test_its_tables_agree_with_each_other(run):
    assert exposure_agrees(run.report) == 3 * UNITS - 9
    assert survival_agrees(run.report) > 2000
    assert who_lives_inside_is_exposed(run.report, ASSUMED) == 2 * UNITS
    assert refuge_agrees(run.report, share=1.0) == 4 * UNITS
    assert critical_agrees(run.report) == 200


def test_everywhere_it_says_that_it_is_a_what_if(run):
    assert run.record["study"]["what_if"] == list(ASSUMED)
    assert run.record["study"]["title"]["en"] == "WHAT IF: Las Palmas de Gran Canaria"
    assert run.said.startswith("WHAT-IF, not an official result")
    assert '<p id="linli-what-if" role="note">WHAT-IF, not an official result' in run.page
    assert "A buffer of 50 m around the official centre line, not a modelled flood extent" in run.page
    first = run.report["caveats"].iloc[0]
    assert first["code"] == "what_if"
    assert first["text_zh"].startswith("假设情景，并非本研究的正式结果")
    scenarios = run.report["survival_scenarios"].set_index("scenario_id")
    assert scenarios["status"].to_dict() == dict.fromkeys((*ASSUMED, "combined"), "what_if")
    assert scenarios.loc["coastal-arpsi", "scenario_en"] == "WHAT IF: Official coastal flood risk stretches"
    assert scenarios.loc["combined", "scenario_en"].startswith("WHAT IF: ")


def test_what_is_assumed_judges_nothing(run, las_palmas):
    rows = run.report["assessments"].query("profile_id == 'linli-survival' and level == 'community'")
    by_rule = rows.groupby("rule_id")[["status", "reason"]]
    for rule in ("open.flood", "open.coastal"):
        assert {tuple(pair) for pair in by_rule.get_group(rule).to_numpy()} == {("reported", "what_if")}
    assert {tuple(pair) for pair in by_rule.get_group("open.landslide").to_numpy()} == {("not_assessed", "needs_hazard_survival")}
    assert not run.report["gaps"]["profile_id"].eq("linli-survival").any()
    # The same walk as open.400m, under whose name both are told.
    told = run.report["survival"].query("level == 'city' and rule_id == 'open.400m' and scenario_id == 'coastal-arpsi'")
    value = run.report["assessments"].query("level == 'city' and rule_id == 'open.coastal'")["residents_served"]
    assert float(value.iloc[0]) == pytest.approx(float(told["residents_keep"].iloc[0]))
    here, ever = run.report["assessments"], las_palmas.results.assessments
    key = ["profile_id", "rule_id", "level", "unit_id"]
    here, ever = (table[table["profile_id"] == "linli-start"].set_index(key).sort_index() for table in (here, ever))
    assert here["status"].equals(ever["status"])
    assert (here["value"].round(6) - ever["value"].round(6)).abs().max() == 0


# --------------------------------------------------------------------------- several return periods


@pytest.fixture(scope="module")
def flooded(las_palmas) -> Scene:
    """The scene of the demo run with depths of 0.5 m around its official band, in three return periods."""
    scene = las_palmas.results.evidence.scene
    layers, band = scene.layers, footprint(scene.layers.hazards, ["flood-arpsi-t100"])
    area = layers.communities.union_all()
    around, crs = area.buffer(MARGIN_M), layers.communities.crs
    left, bottom, right, top = around.bounds
    place = Affine(CELL_M, 0, left, 0, -CELL_M, top)
    shape = int((top - bottom) / CELL_M) + 1, int((right - left) / CELL_M) + 1
    roles, frames, grids = [], [], {}
    for years, wider_m in PERIODS.items():
        drawn = [polygon.buffer(wider_m) for polygon in band]
        depth = rasterize([d for d in drawn if not d.is_empty], out_shape=shape, transform=place).astype(float) * 0.5
        scale = HazardScale("m", 1.0, {"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15)
        role = HazardRole(f"water-{years}", "waterlogging", "modelled", {}, {}, scale=scale, return_period_yr=years)
        made = hazard_raster(Grid(depth, place, crs), role, crs, around, area)
        roles.append(role)
        frames.append(made.loaded.frame)
        grids[role.id] = made.grid
    layers = dataclasses.replace(
        layers, study=dataclasses.replace(layers.study, hazards=tuple(roles)), hazards=together(frames, crs),
        hazard_grids=grids,
    )  # fmt: skip
    return dataclasses.replace(scene, layers=layers)


def test_a_rarer_event_exposes_no_fewer_and_leaves_nobody_more(flooded, las_palmas):
    people = flooded.weight("population")
    inside = [exposed_shares(flooded.layers, [f"water-{years}"], flooded.homes).inside for years in PERIODS]
    under = closures(flooded, las_palmas.results.profiles)
    rule = next(r for r in under.rules if r.id == "green.500m")
    fares = [survival(flooded, under.of((f"water-{years}",)), rule) for years in PERIODS]
    for more_frequent, rarer in ((0, 1), (1, 2)):
        assert (inside[rarer] >= inside[more_frequent] - 1e-9).all()
        assert (fares[rarer].keeps <= fares[more_frequent].keeps + 1e-9).all()
        assert (fares[rarer].loses_cut_off >= fares[more_frequent].loses_cut_off - 1e-9).all()
        assert (fares[rarer].none_before_cut_off >= fares[more_frequent].none_before_cut_off - 1e-9).all()
    first, second, third = (float((people * share).sum()) for share in inside)
    assert 100 < first < second < third
    levels = {"city": las_palmas.results.evidence.levels["city"]}
    (yearly,) = annual_table(flooded, levels, annual_groups(flooded.layers.study.hazards), people)["residents_yr"]
    by_hand = (0.1 - 0.01) * (first + second) / 2 + (0.01 - 0.002) * (second + third) / 2 + 0.002 * third
    assert yearly == pytest.approx(by_hand)
    for fare in fares:
        shares = np.sum([fare.keeps, fare.loses, fare.none_before, fare.unknown], axis=0)
        assert (people * shares).sum() == pytest.approx(378_797)


def test_of_residents_nobody_is_lost_between_the_tables(run):
    people = run.report.residents().loc["community"].sum()
    assert people == 378_797
    for table, name, by in (("exposure", "residents", "hazard_id"), ("refuge_needs", "needing", "scenario_id")):
        rows = run.report[table]
        totals = rows[rows["level"] == "city"].groupby(by)[name].sum()
        assert len(totals) == 4
        np.testing.assert_allclose(totals, people)
    survival = run.report["survival"]
    city = survival[survival["level"] == "city"]
    np.testing.assert_allclose(city[KINDS].sum(axis=1), people)


@pytest.mark.parametrize("place", ["las_palmas", "andorra"])
def test_tables_of_the_demo_itself_agree(place, request):
    report = Report(request.getfixturevalue(place).out)
    assert "survival" not in report.names
    if place == "las_palmas":
        assert exposure_agrees(report) == 3 * UNITS - 9
        assert critical_agrees(report) == 200
        assert refuge_agrees(report, share=1.0) == UNITS
    else:
        assert report["exposure"]["residents"].isna().all()
        floor = report["exposure"].pivot_table(index=["level", "unit_id"], columns=["hazard_id"], values="floor_area_m2", aggfunc="sum")
        assert (floor.max(axis=1) - floor.min(axis=1)).max() < 1.0  # every layer holds the same homes
        parts = pd.DataFrame({level: floor.loc[level].sum() for level in ("community", "city")})
        np.testing.assert_allclose(parts["community"], parts["city"], rtol=1e-9)
