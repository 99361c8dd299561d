"""Tables and views of a real PostGIS server: hostile names, filters, windows, SRIDs, shapes, and the hash."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point, box

from layers.origins import DatabaseOrigin
from layers.sources import postgis
from layers.sources.features import read_features, read_rows
from layers.sources.window import Near
from spatial.errors import LayerError, MissingCRS, SourceError

UTM = CRS("EPSG:32628")
PLACE = (458_000.0, 3_110_000.0)
NASTY = 'Sites"; DROP TABLE "keep"; -- 公园 %s :x'


@pytest.fixture(scope="module")
def server(postgis_server):
    """Layers of squares of 100 m side by side, in several forms (synthetic)."""
    x, y = PLACE
    squares = ", ".join(
        f"({k}, 'name {k}', ST_MakeEnvelope({x + 100 * k}, {y}, {x + 100 * k + 100}, {y + 100}, 32628))"
        for k in range(10)
    )
    nasty = NASTY.replace('"', '""')
    postgis_server.run(
        "CREATE TABLE squares (id int PRIMARY KEY, name text, geom geometry(Polygon, 32628))",
        f"INSERT INTO squares SELECT * FROM (VALUES {squares}) AS s ORDER BY 1 DESC",
        "CREATE INDEX ON squares USING gist (geom)",
        'CREATE SCHEMA "Grün & Co"',
        "CREATE TABLE keep (id int)",
        f'CREATE TABLE "Grün & Co"."{nasty}" ("id""; --" int, "名称" text, "UPPER" text, "Geom etry" geometry(Point, 32628))',
        f"""INSERT INTO "Grün & Co"."{nasty}" VALUES (1, 'a''; DROP TABLE keep', 'x', ST_Point({x}, {y}, 32628)),
        (2, '公园', 'y', ST_Point({x + 9}, {y}, 32628))""",
    )
    return postgis_server


@pytest.fixture(autouse=True)
def environment(server, monkeypatch):
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)


def near(left: float, right: float) -> Near:
    x, y = PLACE
    return Near((x + left, y, x + right, y + 10), UTM)


# --------------------------------------------------------------------------- names and values


def test_any_name_is_quoted_and_nothing_in_it_is_run(server):
    origin = DatabaseOrigin(f"Grün & Co.{NASTY}", filter={"名称": ("a'; DROP TABLE keep", "公园")})
    read = read_features(origin, "communities", ['id"; --', "UPPER"])
    assert sorted(zip(read.frame['id"; --'], read.frame["UPPER"], strict=True)) == [(1, "x"), (2, "y")]
    assert read.frame.crs == UTM
    with server.connect() as connection:
        assert connection.execute("SELECT count(*) FROM keep").fetchone() == (0,)


def test_the_query_is_told_with_placeholders_where_values_stand(server):
    read = read_features(DatabaseOrigin("squares", filter={"name": ("name 3",)}), "communities", ["id"], near(0, 900))
    (given,) = read.inputs
    assert given.address == "database: public.squares"
    assert given.source == "postgis"
    assert 'FROM "public"."squares" WHERE' in given.query
    assert "%(param_1)s" in given.query
    assert "name 3" not in given.query
    assert "458" not in given.query
    assert "\n" not in given.query


def test_only_the_columns_asked_for_leave_the_server(server):
    assert list(read_features(DatabaseOrigin("squares"), "communities", ["name"]).frame.columns) == ["name", "geometry"]
    with pytest.raises(LayerError, match=r"no column 'nome' \(did you mean 'name'\?\)"):
        read_features(DatabaseOrigin("squares"), "communities", ["nome"])


def test_filters_mean_what_they_mean_for_files(server):
    server.run(
        "CREATE TABLE kinds (id int PRIMARY KEY, whole bigint, broken numeric, real_ double precision, yes boolean, "
        "code text, day date, padded char(6), geom geometry)",
        "INSERT INTO kinds VALUES (1, 7, 7.00, 7, true, '007', '2024-05-01', 'ab', ST_Point(0, 0, 4326)), "
        "(2, 8, 7.5, 8.25, false, '7', '2024-05-02', 'cd', ST_Point(0, 0, 4326))",
    )

    def ids(column: str, *values: str | float | bool) -> list[int]:
        return read_rows(DatabaseOrigin("kinds", filter={column: values}), "residents", ["id"]).frame["id"].tolist()

    assert ids("whole", 7) == ids("whole", "7") == ids("whole", 7.0) == ids("whole", 7, "seven") == [1]
    assert ids("broken", 7) == [1]
    assert ids("broken", 7.5) == ids("real_", 8.25) == [2]
    assert ids("yes", *[True]) == ids("yes", "true") == [1]
    assert ids("code", "007") == [1]
    assert ids("code", 7) == [2]
    assert ids("day", "2024-05-02") == [2]
    assert ids("padded", "ab") == [1]
    with pytest.raises(LayerError, match=r"the filter code = 9 matches none of 2 rows.*code holds: 007, 7"):
        ids("code", 9)


def test_values_keep_their_kind(server):
    server.run(
        "CREATE TABLE cells (id bigint PRIMARY KEY, people numeric, exact numeric, share numeric, few int, "
        "flag boolean, word text, list int[], doc jsonb, raw bytea)",
        "INSERT INTO cells VALUES (9007199254740993, 12, 9007199254740993, 0.25, 1, true, 'x', '{1,2}', '{\"a\": 1}', 'z'), "
        "(2, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    )
    frame = read_rows(DatabaseOrigin("cells"), "residents").frame
    assert list(frame.columns) == ["id", "people", "exact", "share", "few", "flag", "word", "list", "doc"]
    assert frame["id"].tolist() == [2, 9_007_199_254_740_993], "in the order of the key"
    assert frame["exact"].tolist() == [1, 9_007_199_254_740_993]
    assert frame["people"][1] == 12
    assert frame["share"][1] == 0.25
    assert frame.loc[0, ["people", "share", "few", "flag", "word"]].isna().all()
    assert frame["list"][1] == "{1,2}"
    assert not frame.map(lambda v: isinstance(v, Decimal)).any().any()


def test_long_texts_are_cut_and_counted(server):
    server.run("CREATE TABLE long AS SELECT 1 AS id, repeat('公', 20000) AS name")
    read = read_rows(DatabaseOrigin("long"), "residents")
    assert read.frame["name"].str.len().tolist() == [10_000]
    assert read.counts["texts_cut"] == 1


def test_names_of_another_encoding_come_out_right(server, monkeypatch):
    server.run("CREATE DATABASE chinese ENCODING 'EUC_CN' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with server.connect("chinese") as connection:
        connection.execute("CREATE TABLE parks AS SELECT 1 AS id, '人民公园' AS name")
    monkeypatch.setenv("PGDATABASE", "chinese")
    assert read_rows(DatabaseOrigin("parks"), "residents").frame["name"].tolist() == ["人民公园"]
    with pytest.raises(SourceError, match=r"has no PostGIS.*CREATE EXTENSION postgis"):
        read_features(DatabaseOrigin("parks"), "communities")


# --------------------------------------------------------------------------- rows


def test_only_rows_near_the_study_are_read(server, monkeypatch):
    monkeypatch.setattr("layers.sources.window.PAD_M", 0.0)
    read = read_features(DatabaseOrigin("squares"), "communities", None, near(250, 350))
    assert read.frame["id"].tolist() == [2, 3]
    assert read.counts == {"rows_read": 10, "rows_kept": 2, "outside": 8}
    small = read.frame.geometry.buffer(-1).to_crs(4326)
    degrees = Near(tuple(small.total_bounds), CRS("EPSG:4326"))
    assert read_features(DatabaseOrigin("squares"), "communities", None, degrees).frame["id"].tolist() == [2, 3]
    named = DatabaseOrigin("squares", filter={"name": ("name 3", "name 7")})
    told = read_features(named, "communities", None, near(250, 350)).counts
    assert told == {"rows_read": 10, "rows_kept": 1, "rows_filtered": 8, "outside": 1}


def test_the_window_is_answered_by_the_index(server):
    asked = read_features(DatabaseOrigin("squares"), "communities", ["id"], near(250, 350)).inputs[0].query
    where = asked[asked.index("WHERE") : asked.index("ORDER")]
    for number, value in enumerate((*PLACE, PLACE[0] + 1, PLACE[1] + 1), 1):
        where = where.replace(f"%(ST_MakeEnvelope_{number})s", str(value))
    where = where.replace("%(ST_MakeEnvelope_5)s", "32628")
    with server.connect() as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(row[0] for row in connection.execute(f'EXPLAIN SELECT 1 FROM "public"."squares" {where}'))
    assert "Index Cond: ((geom)::geometry && " in plan


def test_rows_without_a_shape_come_along_so_that_they_are_told(server):
    server.run("CREATE TABLE holes AS SELECT * FROM squares", "UPDATE holes SET geom = NULL WHERE id = 9")
    read = read_features(DatabaseOrigin("holes"), "communities", ["id"], near(0, 50))
    assert read.frame.geometry.isna().sum() == 1


def test_a_window_with_nothing_in_it_is_no_error_but_a_table_far_away_is(server):
    none = read_features(DatabaseOrigin("squares"), "hazard.flood", ["id"], near(10_000, 10_100))
    assert none.frame.empty
    assert none.frame.crs == UTM
    assert none.counts["outside"] == 10
    with pytest.raises(LayerError, match="none of its 10 features lies near the study, the nearest is 2,000 km away"):
        read_features(DatabaseOrigin("squares"), "hazard.flood", ["id"], near(2e6 + 1000, 2e6 + 2000))


def test_more_than_a_few_thousand_rows_come_in_parts_and_are_bounded(server, monkeypatch):
    server.run(
        "CREATE TABLE many AS SELECT n AS id, ST_Point(458000 + n, 3110000, 32628) AS geom FROM generate_series(1, 12000) n"
    )
    read = read_features(DatabaseOrigin("many"), "residents", ["id"])
    assert sorted(read.frame["id"]) == list(range(1, 12_001))
    assert (read.frame.geometry.x == 458_000 + read.frame["id"]).all()
    monkeypatch.setattr(postgis, "BYTES_LIMIT", 100_000)
    with pytest.raises(LayerError, match="rows or 0 MB would be kept"):
        read_features(DatabaseOrigin("many"), "residents", ["id"])


def test_wide_rows_come_a_few_at_a_time_and_no_text_longer_than_is_kept(server, monkeypatch):
    server.run(
        "CREATE TABLE wide AS SELECT n AS id, repeat('x', 50000) AS note, ST_Point(458000, 3110000, 32628) AS geom "
        "FROM generate_series(1, 200) n"
    )
    sizes, longest, take = [], [], postgis._Rows.take

    def seen(rows: postgis._Rows, chunk: list[tuple[object, ...]], *what: str) -> None:
        sizes.append(len(chunk))
        longest.append(max(len(row[1]) for row in chunk))
        take(rows, chunk, *what)

    monkeypatch.setattr(postgis._Rows, "take", seen)
    monkeypatch.setattr(postgis, "_CHUNK_BYTES", 100_000)
    read = read_features(DatabaseOrigin("wide"), "residents")
    assert len(read.frame) == sum(sizes) == 200
    assert sizes[0] == 64
    assert max(sizes[1:]) == 9, "nine rows of 10,000 bytes and a few more"
    assert max(longest) == 10_001
    assert read.counts["texts_cut"] == 200


def test_the_hash_and_the_order_do_not_depend_on_the_servers(server):
    server.run(
        "CREATE TABLE one AS SELECT id, name, geom FROM squares ORDER BY id",
        "CREATE TABLE two AS SELECT id, name, geom FROM squares ORDER BY id DESC",
        "CREATE TABLE other AS SELECT id, CASE WHEN id = 4 THEN 'name 4 ' ELSE name END AS name, geom FROM squares",
    )
    one, two, other, keyed = (
        read_features(DatabaseOrigin(t), "communities") for t in ("one", "two", "other", "squares")
    )
    assert one.inputs[0].sha256 == two.inputs[0].sha256 == keyed.inputs[0].sha256
    assert one.inputs[0].sha256 != other.inputs[0].sha256
    assert one.inputs[0].bytes == two.inputs[0].bytes > 500
    pd.testing.assert_frame_equal(pd.DataFrame(one.frame), pd.DataFrame(two.frame))
    assert keyed.frame["id"].tolist() == list(range(10))


# --------------------------------------------------------------------------- places and shapes


def test_the_crs_comes_from_the_columns_srid(server):
    x, y = PLACE
    server.run(
        "INSERT INTO spatial_ref_sys SELECT 990001, NULL, NULL, srtext, proj4text FROM spatial_ref_sys WHERE srid = 32631",
        "INSERT INTO spatial_ref_sys VALUES (990002, 'NOBODY', 12, 'no description', '')",
        f"CREATE TABLE custom AS SELECT 1 AS id, ST_Point({x}, {y}, 990001) AS geom",
        f"CREATE TABLE riddle AS SELECT 1 AS id, ST_Point({x}, {y}, 990002) AS geom",
        f"CREATE VIEW silent AS SELECT 1 AS id, ST_Point({x}, {y}) AS geom",
        f"CREATE VIEW computed AS SELECT 1 AS id, ST_Transform(ST_Point({x}, {y}, 32628), 4326) AS geom",
        f"CREATE TABLE mixed AS SELECT ST_Point({x}, {y}, 32628) AS geom UNION ALL SELECT ST_Point(-15.4, 28.1, 4326)",
    )
    assert read_features(DatabaseOrigin("custom"), "residents").frame.crs.equals(CRS(32631), ignore_axis_order=True)
    assert read_features(DatabaseOrigin("computed"), "residents").frame.crs == CRS(4326)
    with pytest.raises(LayerError, match="SRID 990002, of which"):
        read_features(DatabaseOrigin("riddle"), "residents")
    with pytest.raises(MissingCRS, match="coordinate reference system"):
        read_features(DatabaseOrigin("silent"), "residents")
    for table in ("silent", "riddle"):
        read = read_features(DatabaseOrigin(table, crs="EPSG:32628"), "residents", None, near(-5, 5))
        assert read.frame.geometry.tolist() == [Point(PLACE)]
    with pytest.raises(LayerError, match=r"several SRIDs \(4326, 32628\).*ST_Transform"):
        read_features(DatabaseOrigin("mixed"), "residents")
    with pytest.raises(
        LayerError, match=r"several SRIDs \(4326, 32628\)"
    ):  # though only one of them lies in the window
        read_features(DatabaseOrigin("mixed"), "residents", None, near(-5, 5))
    server.run("ALTER TABLE mixed ADD kind int", "UPDATE mixed SET kind = ST_SRID(geom)")
    utm = DatabaseOrigin("mixed", filter={"kind": (32628,)})
    assert read_features(utm, "residents", None, near(-5, 5)).frame.geometry.tolist() == [Point(PLACE)]


def test_a_table_without_any_shape_says_so_whether_or_not_its_column_has_a_crs(server):
    server.run(
        "CREATE TABLE blank (id int PRIMARY KEY, geom geometry(Point, 32628))",
        "INSERT INTO blank VALUES (1, NULL), (2, NULL)",
        "CREATE TABLE blanker AS SELECT id, NULL::geometry AS geom FROM blank",
    )
    for table in ("blank", "blanker"):
        with pytest.raises(
            LayerError, match=r"none of its 2 .* has a (geometry|shape), so it cannot be placed"
        ) as caught:
            read_features(DatabaseOrigin(table), "residents", None, near(-5, 5))
        assert caught.type is LayerError, "no CRS is asked for"


def test_a_domain_is_what_it_is_made_of(server):
    x, y = PLACE
    server.run(
        "CREATE DOMAIN number_ AS int CHECK (VALUE > 0)",
        "CREATE DOMAIN positive AS number_",
        "CREATE DOMAIN place AS geometry(Point, 32628)",
        "CREATE TABLE domains (id positive PRIMARY KEY, spot place)",
        f"INSERT INTO domains VALUES (7, ST_Point({x}, {y}, 32628))",
        "CREATE TABLE no_place (spot place)",
        "INSERT INTO no_place VALUES (NULL)",
    )
    read = read_features(DatabaseOrigin("domains", filter={"id": (7.0,)}), "residents", None, near(-5, 5))
    assert read.frame["id"].tolist() == [7]
    assert read.frame["id"].dtype == "int64"
    assert read.frame.geometry.tolist() == [Point(PLACE)]
    with pytest.raises(LayerError, match="none of its 1 features has a geometry"):
        read_features(DatabaseOrigin("no_place"), "residents")


def test_a_crs_that_the_study_declares_wins_and_is_counted(server):
    read = read_features(DatabaseOrigin("squares", crs="EPSG:25828"), "communities", None, near(0, 50))
    assert read.frame.crs == CRS(25828)
    assert read.counts["crs_overridden"] == 1


def test_geography_curves_and_heights_become_plain_shapes(server):
    x, y = PLACE
    server.run(
        "CREATE TABLE sphere (id int PRIMARY KEY, spot geography(Point))",
        "INSERT INTO sphere VALUES (1, 'POINT(-15.4 28.1)')",
        "CREATE TABLE round (id int PRIMARY KEY, geom geometry(CurvePolygon, 32628))",
        f"INSERT INTO round VALUES (1, ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING({x} {y}, {x + 100} {y}, {x} {y}))', 32628))",
        "CREATE TABLE deep (id int PRIMARY KEY, geom geometry(PointZM, 32628))",
        f"INSERT INTO deep VALUES (1, ST_SetSRID(ST_MakePoint({x}, {y}, 17, 4), 32628))",
        "CREATE TABLE solid (id int PRIMARY KEY, geom geometry)",
        "INSERT INTO solid VALUES (1, 'SRID=32628;TIN(((0 0 0, 0 0 1, 0 1 0, 0 0 0)))')",
    )
    sphere = read_features(DatabaseOrigin("sphere"), "residents", None, Near((-15.5, 28, -15.3, 28.2), CRS(4326)))
    assert sphere.frame.geometry.tolist() == [Point(-15.4, 28.1)]
    assert sphere.frame.crs == CRS(4326)
    circle = read_features(DatabaseOrigin("round"), "communities")
    assert circle.counts["curves_to_lines"] == 1
    assert circle.frame.geometry.iloc[0].area == pytest.approx(3.14159 * 50**2, rel=2e-3)
    deep = read_features(DatabaseOrigin("deep"), "residents")
    assert deep.counts["heights_dropped"] == 1
    assert not deep.frame.geometry.has_z.any()
    with pytest.raises(LayerError, match="1 of 1 shapes are surfaces of a solid"):
        read_features(DatabaseOrigin("solid"), "communities")


def test_the_geometry_column_is_the_only_one_or_the_one_named(server):
    server.run("CREATE TABLE twice AS SELECT id, geom, ST_Centroid(geom) AS middle FROM squares")
    with pytest.raises(LayerError, match=r'2 geometry columns.*geometry = "..." with one of: geom, middle'):
        read_features(DatabaseOrigin("twice"), "communities")
    with pytest.raises(LayerError, match="no geometry column 'centre'; it has: geom, middle"):
        read_features(DatabaseOrigin("twice", geometry_column="centre"), "communities")
    assert (
        read_features(DatabaseOrigin("twice", geometry_column="middle"), "communities").frame.geom_type == "Point"
    ).all()
    with pytest.raises(LayerError, match="has no geometry column"):
        read_features(DatabaseOrigin("keep"), "communities")


def test_postgis_in_a_schema_of_its_own_is_found_and_not_mistaken(server, monkeypatch):
    """Its functions are asked for by name: somebody else's of that name must not come first."""
    server.run("CREATE DATABASE apart")
    with server.connect("apart") as connection:
        for statement in (
            'CREATE SCHEMA "PostGIS Öffentlich"',
            'CREATE EXTENSION postgis SCHEMA "PostGIS Öffentlich"',
            'SET search_path = public, "PostGIS Öffentlich"',
            "CREATE FUNCTION public.st_force2d(geometry) RETURNS geometry LANGUAGE sql AS 'SELECT NULL::geometry'",
            "CREATE TABLE public.spots AS SELECT 1 AS id, ST_Point(458000, 3110000, 32628) AS geom",
        ):
            connection.execute(statement)
    monkeypatch.setenv("PGDATABASE", "apart")
    assert read_features(DatabaseOrigin("spots"), "residents", None, near(-5, 5)).frame.geometry.tolist() == [
        Point(PLACE)
    ]


def test_a_search_path_does_not_put_somebody_elses_functions_first(server, monkeypatch):
    server.run(
        "CREATE SCHEMA evil",
        "CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
        "CREATE FUNCTION evil.left(text, int) RETURNS text LANGUAGE sql AS 'SELECT ''evil''::text'",
        "CREATE FUNCTION evil.st_asbinary(geometry, text) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'",
        "CREATE FUNCTION evil.eq(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.eq)",
    )
    monkeypatch.setenv("PGOPTIONS", "-c search_path=evil,pg_catalog,public")
    read = read_features(DatabaseOrigin("squares"), "communities", None, near(0, 50))
    assert read.frame["name"].tolist()[0] == "name 0"
    assert read.frame.geometry.iloc[0].area == 10_000


def test_views_materialised_views_and_partitions_are_tables_too(server):
    server.run(
        "CREATE VIEW seen AS SELECT id, geom FROM squares WHERE id < 3",
        "CREATE MATERIALIZED VIEW kept AS SELECT id, geom FROM squares WHERE id < 4",
        "CREATE TABLE parted (id int, geom geometry) PARTITION BY LIST (id)",
        "CREATE TABLE parted_1 PARTITION OF parted DEFAULT",
        "INSERT INTO parted SELECT id, geom FROM squares WHERE id < 5",
    )
    for name, rows in (("seen", 3), ("kept", 4), ("parted", 5)):
        assert len(read_features(DatabaseOrigin(name), "communities").frame) == rows
    assert read_features(DatabaseOrigin("seen"), "communities").frame.geometry.iloc[0].area == box(0, 0, 100, 100).area
