"""Where every input came from, in the GeoPackage and in run.json."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from maps.geopackage import write_gaps
from maps.runfile import run_record


def test_the_geopackage_says_source_query_hash_and_counts_of_every_input(synthetic_results, tmp_path):
    write_gaps(synthetic_results, tmp_path / "gaps.gpkg")
    with closing(sqlite3.connect(tmp_path / "gaps.gpkg")) as file:
        rows = file.execute("SELECT role, source, file, query, sha256, counts FROM provenance ORDER BY role").fetchall()
    assert [(role, source) for role, source, *_ in rows] == [
        ("hazard.flood-t100", "postgis"), ("osm", "file"), ("residents", "file")]  # fmt: skip
    assert rows[0][2:5] == ("city: public.bands", "SELECT of public.bands, kind = flood", "2" * 64)
    assert json.loads(rows[0][5]) == {"rows_read": 1, "rows_kept": 1}


def test_the_record_says_the_same(synthetic_results):
    bands = next(entry for entry in run_record(synthetic_results)["inputs"] if entry["role"] == "hazard.flood-t100")
    assert (bands["source"], bands["query"]) == ("postgis", "SELECT of public.bands, kind = flood")
    assert bands["counts"] == {"rows_read": 1, "rows_kept": 1}


def test_lights_travel_into_the_published_tables(synthetic_results, tmp_path):
    write_gaps(synthetic_results, tmp_path / "gaps.gpkg")
    with closing(sqlite3.connect(tmp_path / "gaps.gpkg")) as file:
        lights = dict(file.execute("SELECT community_id, data_light FROM communities").fetchall())
        district = file.execute("SELECT data_light, data_poor_share FROM parents WHERE level = 'district'").fetchone()
        gaps = {light for (light,) in file.execute("SELECT data_light FROM gaps")}
    assert lights == {"c1": "doubtful", "c2": "poor", "c3": "unknown"}
    assert district == ("doubtful", 0.166667)
    assert gaps == {"doubtful"}
