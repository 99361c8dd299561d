"""A connection to a PostgreSQL server: how to get in is told by the environment or a service file, and never repeated.

What the server or its client library says of a failure names hosts, users and sometimes more, so it is
told in words of our own, by kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from spatial.errors import SourceError, SourceUnreachable

CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 300
LOCK_TIMEOUT_S = 15
_SAYS_WHERE = ("PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE")
_HOW = "set PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD (or PGPASSFILE), or name a service of the service file"
_KEEPALIVE = "keepalives_idle=30 keepalives_interval=10 keepalives_count=3 tcp_user_timeout=60000"
"""A server that vanished is noticed within a minute [s, s, tries, ms]."""
_SET = text("SELECT pg_catalog.set_config(:name, :value, true)")


@contextmanager
def connected(service: str, what: str) -> Iterator[Connection]:
    """One transaction that can only read, and sees the database as it was at its beginning.

    Parameters
    ----------
    service
        Name of an entry of the service file; empty where the environment says everything.
    what
        Begins every message.

    Raises
    ------
    SourceUnreachable
        The server cannot be reached, refuses, takes too long, or breaks off.
    SourceError
        It answers, but not this question: no such right, or a view that fails.
    """
    engine = create_engine(
        "postgresql+psycopg://",  # without a host or user, so that no message can show one
        creator=lambda: _connect(service, what),
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            limit_time(connection)
            search_first(connection)
            yield connection
    except SQLAlchemyError as error:
        raise _failed(error.orig if isinstance(error, DBAPIError) else error, what) from None
    except psycopg.Error as error:
        raise _failed(error, what) from None


def limit_time(connection: Connection) -> None:
    """Let the next statement take no longer than allowed, whatever a view has set while it was read."""
    for name, seconds in (("statement_timeout", STATEMENT_TIMEOUT_S), ("lock_timeout", LOCK_TIMEOUT_S)):
        connection.execute(_SET, {"name": name, "value": f"{seconds}s"})


def search_first(connection: Connection, *schemas: str) -> None:
    """Look for functions, operators and types in the server's own schema and then in `schemas`, before any other.

    A user's search path may name a schema first in which somebody else can make a function of the same name.
    """
    path = connection.execute(text("SELECT pg_catalog.current_schemas(false)")).scalar_one()
    quoted = ['"' + str(schema).replace('"', '""') + '"' for schema in dict.fromkeys(("pg_catalog", *schemas, *path))]
    connection.execute(_SET, {"name": "search_path", "value": ", ".join(quoted)})


def _connect(service: str, what: str) -> psycopg.Connection:
    if not service and not any(os.environ.get(name) for name in _SAYS_WHERE):
        raise SourceUnreachable(f"{what}: nobody says where the database is, so it cannot be read; {_HOW}")
    settings = f"{_KEEPALIVE} client_encoding=utf8 application_name=linli"
    if not os.environ.get("PGCONNECT_TIMEOUT"):
        settings += f" connect_timeout={CONNECT_TIMEOUT_S}"
    try:
        return psycopg.connect(make_conninfo(settings, service=service) if service else settings)
    except psycopg.Error as error:
        where = f"service {service!r}" if service else "the environment"
        raise SourceUnreachable(f"{what}: {_why_no_connection(error)} (as told by {where})") from None
    except UnicodeError:
        raise SourceUnreachable(f"{what}: the server cannot be reached: its name cannot be read; {_HOW}") from None


def _why_no_connection(error: psycopg.Error) -> str:
    """Why there is no connection, and what to do. The server may answer in any language: what it sent counts first."""
    said = str(error).lower()
    kinds = (
        (isinstance(error, psycopg.errors.ConnectionTimeout) or "timeout" in said,
         "the server did not answer in time; check PGHOST and PGPORT, the network, or a firewall between"),
        ("service" in said and "not found" in said,
         "there is no such service in the service file; check its name, and PGSERVICEFILE"),
        ("ssl" in said or "certificate" in said or "no encryption" in said,
         "the server and this computer do not agree about encryption (SSL); check PGSSLMODE and PGSSLROOTCERT"),
        ("pg_hba" in said, "the server lets nobody in from here; ask its administrator for access"),
        (error.pgconn is not None and error.pgconn.needs_password,
         "the server asks for a password and none was given; set PGPASSWORD or PGPASSFILE"),
        (error.pgconn is not None and error.pgconn.used_password and "database" not in said,
         "the server does not accept this user and password; check PGUSER and PGPASSWORD (or PGPASSFILE)"),
        ("database" in said and "does not exist" in said, "the server has no such database; check PGDATABASE"),
        ("translate host name" in said or "resolve host" in said or "failed to resolve" in said,
         "the server's name is unknown; check PGHOST, and the network"),
        ("refused" in said or "no such file" in said,
         "nothing answers there; check PGHOST and PGPORT, and that the server runs"),
    )  # fmt: skip
    return next((words for found, words in kinds if found), f"the server cannot be reached or refused; {_HOW}")


_BROKE_OFF = "the server broke off or went away before everything was read; run it again"
_BY_STATE: dict[str, tuple[type[SourceError], str]] = {
    "22021": (
        SourceError,
        (
            "it holds text that is not of the encoding it declares, so names would come out wrong; export it with its "
            "true encoding, such as to a GeoPackage"
        ),
    ),
    "42501": (SourceError, "this database user may not read it; ask for USAGE on its schema and SELECT on it"),
    "42P01": (SourceError, "it is not there any more; run it again"),
    "55P03": (SourceUnreachable, "somebody else holds a lock on it; run it again when they are done"),
    "57014": (
        SourceUnreachable,
        (
            "the server took longer than allowed, so it was left; ask for an index on the geometry, or read a table "
            "in place of the view"
        ),
    ),
}
_SERVER_TROUBLE = ("08", "53", "57", "58")
"""Classes of states: connection, resources, an administrator's intervention, the server's own system."""


def _failed(error: BaseException | None, what: str) -> SourceError:
    state = getattr(error, "sqlstate", None)
    if state in _BY_STATE:
        kind, words = _BY_STATE[state]
        return kind(f"{what}: {words}")
    if state is None or state[:2] in _SERVER_TROUBLE:
        return SourceUnreachable(f"{what}: {_BROKE_OFF}")
    return SourceError(
        f"{what}: the server cannot answer (state {state}, {type(error).__name__}), so nothing was read; if it is a "
        "view, its definition fails on the data: ask whoever keeps the database"
    )
