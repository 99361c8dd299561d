"""A PostgreSQL server with PostGIS for the tests: in a temporary folder, on loopback, with a password, and gone after.

`initdb` refuses to run as root, so root lends the server to an ordinary user.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

ADVICE = "run `bash scripts/setup_system.sh postgresql-postgis` as root (or `make test`), then again"
_USERS = ("postgres", "nobody")
_FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB",
    "max_connections": "20", "max_wal_senders": "0", "wal_level": "minimal", "autovacuum": "off",
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "''", "ssl": "off", "jit": "off",
    "password_encryption": "scram-sha-256",
}  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A server that runs, and how to get in."""

    port: int
    user: str = "keeper_of_the_tests"
    password: str = field(default_factory=lambda: f"secret-{secrets.token_hex(12)}")
    database: str = "city"

    def environment(self) -> dict[str, str]:
        """What a user of the tool would set."""
        return {
            "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGDATABASE": self.database, "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }  # fmt: skip

    def connect(self, database: str | None = None) -> psycopg.Connection:
        """A connection that commits at once."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=database or self.database, user=self.user,
            password=self.password, autocommit=True,
        )  # fmt: skip

    def run(self, *statements: str) -> None:
        """Run statements in the tests' database."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)


def programs() -> Path:
    """Where Debian puts the newest server's programs, or where they are on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    with_postgis = [p for p in found if Path(f"/usr/share/postgresql/{p.parts[-3]}/extension/postgis.control").exists()]
    if with_postgis:
        return with_postgis[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail(f"PostgreSQL with PostGIS is not installed: {ADVICE}")
    return Path(on_path).parent


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end, whatever happens between."""
    bin_ = programs()
    folder = Path(mkdtemp(prefix="linli-postgis-"))
    server = Server(_free_port())
    try:
        _make(bin_, folder, server)
        process = _start(bin_, folder)
        try:
            _wait(server, process, folder)
            yield server
        finally:
            process.send_signal(2)  # fast shutdown: connections are ended, nothing is left
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(bin_: Path, folder: Path, server: Server) -> None:
    secret = folder / "password"
    secret.write_text(server.password)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        for path in (folder, secret, data):
            shutil.chown(path, _lent_to())
    made = subprocess.run(
        [*_as_user(), bin_ / "initdb", "-D", data, "-U", server.user, "--pwfile", secret, "-A", "scram-sha-256",
         "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
        capture_output=True, text=True, timeout=120, check=False, cwd=folder,
    )  # fmt: skip
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr.strip()}")
    secret.unlink()
    settings = "".join(f"{name} = {value}\n" for name, value in {**_FAST, "port": str(server.port)}.items())
    with (data / "postgresql.conf").open("a") as out:
        out.write(re.sub(r"= ([a-z0-9][\w.-]*)", r"= '\1'", settings))


def _start(bin_: Path, folder: Path) -> subprocess.Popen[bytes]:
    log = (folder / "log").open("wb")
    try:
        return subprocess.Popen(
            [*_as_user(), bin_ / "postgres", "-D", folder / "data"], stdout=log, stderr=log, cwd=folder
        )
    finally:
        log.close()


def _wait(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the server ended: {(folder / 'log').read_text(errors='replace')[-2000:]}")
        try:
            with server.connect("postgres") as connection:
                connection.execute(f'CREATE DATABASE "{server.database}"')
            with server.connect() as connection:
                connection.execute("CREATE EXTENSION postgis")
        except psycopg.OperationalError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    pytest.fail("the server did not answer within 30 seconds")


def _as_user() -> Sequence[str]:
    """What stands before a program: it ends when the tests do, even by force, and root hands it to an ordinary user."""
    if os.geteuid() != 0:
        return ("setpriv", "--pdeathsig=INT", "--") if shutil.which("setpriv") else ()
    return (
        "setpriv", "--pdeathsig=INT", f"--reuid={_lent_to()}", f"--regid={_group()}", "--clear-groups", "--",
    )  # fmt: skip


def _lent_to() -> str:
    import pwd

    return next(user for user in _USERS if user in {entry.pw_name for entry in pwd.getpwall()})


def _group() -> int:
    import pwd

    return pwd.getpwnam(_lent_to()).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
