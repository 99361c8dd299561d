"""A database that cannot be reached or read: one clear error each, without a host, a user or a password in it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import psycopg
import pytest

from layers.origins import DatabaseOrigin
from layers.sources import postgis, postgis_server
from layers.sources.features import read_features, read_rows
from spatial.errors import LinliError, SourceError, SourceUnreachable

SQUARES = DatabaseOrigin("fields")


@pytest.fixture(scope="module")
def server(postgis_server):
    postgis_server.run(
        "CREATE TABLE fields AS SELECT n AS id, ST_Point(458000 + n, 3110000, 32628) AS geom FROM generate_series(1, 9) n",
        "CREATE TABLE closed AS SELECT * FROM fields",
        "CREATE SCHEMA vault",
        "CREATE TABLE vault.gold AS SELECT * FROM fields",
        "CREATE ROLE reader_nobody_should_read_of LOGIN PASSWORD 'another-secret'",
        "GRANT SELECT ON fields TO reader_nobody_should_read_of",
        "CREATE VIEW broken AS SELECT id, geom, 1 / (id - 5) AS value FROM fields",
        "CREATE VIEW slow AS SELECT id, geom, pg_sleep(5)::text AS value FROM fields",
    )
    return postgis_server


@pytest.fixture(autouse=True)
def environment(server, monkeypatch):
    for name in ("PGSERVICE", "PGSERVICEFILE", "PGPASSFILE", "PGSSLMODE", "PGHOSTADDR", "PGOPTIONS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def refused(server):
    """Ask, and get the error, which shows nothing that is nobody's business."""

    def _refused(origin: DatabaseOrigin, kind: type[LinliError], why: str) -> None:
        with pytest.raises(kind, match=why) as caught:
            read_features(origin, "communities")
        assert caught.type is kind
        said = f"{caught.value!r} {caught.value}"
        secrets = (server.password, server.user, "another-secret", "reader_nobody", "127.0.0.1", str(server.port))
        assert not [secret for secret in secrets if secret in said]
        assert "\n" not in str(caught.value)
        hidden = caught.value.__context__ is None or caught.value.__suppress_context__
        assert hidden, "a traceback would show what the client library says"

    return _refused


# --------------------------------------------------------------------------- no way in


def test_nobody_says_where_the_database_is(refused, server, monkeypatch):
    for name in server.environment():
        monkeypatch.delenv(name)
    refused(SQUARES, SourceUnreachable, "nobody says where the database is.*set PGHOST")


@pytest.mark.parametrize(("variable", "value", "why"), [
    ("PGPASSWORD", "wrong-secret", "does not accept this user and password; check PGUSER and PGPASSWORD"),
    ("PGUSER", "nobody_of_that_name", "does not accept this user and password"),
    ("PGPASSWORD", "", "asks for a password and none was given; set PGPASSWORD or PGPASSFILE"),
    ("PGDATABASE", "atlantis", "no such database; check PGDATABASE"),
    ("PGHOST", "no-such-host.invalid", "name is unknown; check PGHOST"),
    ("PGSSLMODE", "require", "do not agree about encryption .SSL.; check PGSSLMODE"),
    ("PGSERVICE", "atlantis", "no such service in the service file"),
    ("PGSSLROOTCERT", "system", "do not agree about encryption .SSL."),
])  # fmt: skip
def test_every_closed_door_says_which_key_to_look_at(refused, monkeypatch, variable, value, why):
    monkeypatch.setenv(variable, value)
    refused(SQUARES, SourceUnreachable, why)


def test_nothing_answers(refused, monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PGPORT", str(probe.getsockname()[1]))
        refused(SQUARES, SourceUnreachable, "nothing answers there; check PGHOST and PGPORT")


def test_a_server_that_says_nothing_is_left_after_a_while(refused, monkeypatch):
    """On the real clock, since the limit of time is what is held: ours of 2 s, and not the longer one of a library."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setenv("PGPORT", str(mute.getsockname()[1]))
        monkeypatch.setattr(postgis_server, "CONNECT_TIMEOUT_S", 2)
        began_s = time.monotonic()
        refused(SQUARES, SourceUnreachable, "did not answer in time")
        assert time.monotonic() - began_s < 4


def test_something_else_answers(refused, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            with contextlib.suppress(OSError):  # the test is over
                for _ in range(2):
                    with other.accept()[0] as caller:
                        caller.recv(100)
                        caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        monkeypatch.setenv("PGPORT", str(other.getsockname()[1]))
        refused(SQUARES, SourceUnreachable, "cannot be reached or refused|do not agree about encryption")


def test_a_service_file_lets_in(server, monkeypatch, tmp_path, refused):
    file = tmp_path / "services.conf"
    given = server.environment()
    file.write_text(
        f"[gis]\nhost={given['PGHOST']}\nport={given['PGPORT']}\ndbname={given['PGDATABASE']}\nuser={given['PGUSER']}\n"
    )
    (tmp_path / "pass").write_text(f"*:*:*:*:{given['PGPASSWORD']}\n")
    (tmp_path / "pass").chmod(0o600)
    for name in given:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
    read = read_features(DatabaseOrigin("fields", service="gis"), "communities")
    assert len(read.frame) == 9
    assert read.inputs[0].address == "gis: public.fields"
    refused(DatabaseOrigin("fields", service="gist"), SourceUnreachable, "no such service.*as told by service 'gist'")
    refused(DatabaseOrigin("fields", service="x host=evil.invalid"), SourceUnreachable, "no such service")


# --------------------------------------------------------------------------- no answer


def test_a_table_that_is_not_there_is_answered_with_the_nearest(refused):
    refused(DatabaseOrigin("feilds"), SourceError, r"no table or view 'feilds' \(did you mean 'public.fields'\?\)")
    refused(DatabaseOrigin("public.Fields"), SourceError, "did you mean 'public.fields'")
    refused(DatabaseOrigin("gold"), SourceError, "did you mean 'vault.gold'")


def test_a_table_that_may_not_be_read_says_which_right_to_ask_for(refused, monkeypatch):
    monkeypatch.setenv("PGUSER", "reader_nobody_should_read_of")
    monkeypatch.setenv("PGPASSWORD", "another-secret")
    assert len(read_features(SQUARES, "communities").frame) == 9
    refused(DatabaseOrigin("closed"), SourceError, "may not read it; ask for USAGE on its schema and SELECT on it")
    refused(DatabaseOrigin("vault.gold"), SourceError, "may not read it")
    with pytest.raises(SourceError, match=r"name one of: public\.fields$"):
        read_features(DatabaseOrigin("nothing"), "communities")


def test_a_view_that_fails_on_the_data_is_told_by_kind(refused):
    refused(DatabaseOrigin("broken"), SourceError, "cannot answer .state 22012, DivisionByZero")


def test_a_view_that_takes_too_long_is_left(refused, monkeypatch):
    monkeypatch.setattr(postgis_server, "STATEMENT_TIMEOUT_S", 1)
    refused(DatabaseOrigin("slow"), SourceUnreachable, "took longer than allowed")


def test_a_view_that_lifts_the_limit_of_time_is_left_all_the_same(refused, server, monkeypatch):
    """It sleeps only while its rows are fetched: after the statement in which it lifted the limit."""
    server.run(
        "CREATE VIEW endless AS SELECT id, geom, set_config('statement_timeout', '0', false) AS lifted, "
        "pg_sleep(CASE WHEN current_query() LIKE 'FETCH%' THEN 4 ELSE 0 END)::text AS value FROM fields WHERE id = 1"
    )
    monkeypatch.setattr(postgis_server, "STATEMENT_TIMEOUT_S", 1)
    refused(DatabaseOrigin("endless"), SourceUnreachable, "took longer than allowed")


def test_what_changes_while_it_is_read_is_not_half_seen(server, monkeypatch):
    server.run("CREATE TABLE growing AS SELECT * FROM fields")
    limit = postgis.limit_time

    def meanwhile(connection) -> None:
        server.run("INSERT INTO growing SELECT 10, geom FROM fields WHERE id = 9")
        limit(connection)

    monkeypatch.setattr(postgis, "limit_time", meanwhile)
    counts = read_features(DatabaseOrigin("growing"), "communities").counts
    assert (counts["rows_read"], counts["rows_kept"]) == (9, 9)


def test_a_table_that_is_locked_is_not_waited_for(refused, server, monkeypatch):
    monkeypatch.setattr(postgis_server, "LOCK_TIMEOUT_S", 1)
    with server.connect() as other, other.transaction():
        other.execute("LOCK TABLE closed IN ACCESS EXCLUSIVE MODE")
        refused(DatabaseOrigin("closed"), SourceUnreachable, "holds a lock")


def test_a_server_that_goes_away_while_reading_is_told(refused, server, monkeypatch):
    monkeypatch.setattr(postgis_server, "STATEMENT_TIMEOUT_S", 60)

    def cut() -> None:
        with server.connect() as other:
            for _ in range(100):
                ended = other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'linli' "
                    "AND state = 'active' AND query LIKE '%slow%'"
                ).fetchall()
                if ended:
                    return
                time.sleep(0.02)

    thread = threading.Thread(target=cut, daemon=True)
    thread.start()
    refused(DatabaseOrigin("slow"), SourceUnreachable, "broke off or went away")
    thread.join()


def test_text_without_an_encoding_is_refused(server, monkeypatch):
    server.run("CREATE DATABASE bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with server.connect("bytes") as connection:
        connection.execute("CREATE TABLE parks AS SELECT 1 AS id, E'\\xb9\\xab\\xd4\\xb0'::text AS name")
    monkeypatch.setenv("PGDATABASE", "bytes")
    with pytest.raises(SourceError, match="holds text that is not of the encoding it declares"):
        read_rows(DatabaseOrigin("parks"), "residents")


# --------------------------------------------------------------------------- nothing is changed, nothing is hidden


def test_nothing_can_be_written_by_whatever_a_view_calls(refused, server):
    server.run(
        "CREATE TABLE tally (n int)",
        "CREATE FUNCTION count_me() RETURNS int LANGUAGE plpgsql VOLATILE AS "
        "'BEGIN INSERT INTO tally VALUES (1); RETURN 1; END'",
        "CREATE VIEW counting AS SELECT id, geom, count_me() AS value FROM fields",
    )
    refused(DatabaseOrigin("counting"), SourceError, "state 25006, ReadOnlySqlTransaction")
    with server.connect() as connection:
        assert connection.execute("SELECT count(*) FROM tally").fetchone() == (0,)


def test_rows_that_the_database_hides_are_told(server, monkeypatch):
    server.run(
        "CREATE TABLE partly AS SELECT * FROM fields",
        "ALTER TABLE partly ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON partly USING (id < 4)",
        "GRANT SELECT ON partly TO reader_nobody_should_read_of",
    )
    assert read_features(DatabaseOrigin("partly"), "communities").caveats == (), "its owner sees everything"
    monkeypatch.setenv("PGUSER", "reader_nobody_should_read_of")
    monkeypatch.setenv("PGPASSWORD", "another-secret")
    read = read_features(DatabaseOrigin("partly"), "communities")
    assert [(c.code, c.count) for c in read.caveats] == [("rows_hidden", 3)]


def test_the_password_is_not_kept_in_what_can_be_printed(server, monkeypatch):
    seen = []
    monkeypatch.setattr(
        psycopg,
        "connect",
        lambda *given, **named: seen.append((given, named)) or psycopg.Connection.connect(*given, **named),
    )
    read_features(SQUARES, "communities")
    assert server.password not in repr(seen)
    with postgis_server.connected("", "communities") as connection:
        assert server.password not in f"{connection!r} {connection.engine!r} {connection.engine.url}"
        assert server.user not in f"{connection!r} {connection.engine!r} {connection.engine.url}"
