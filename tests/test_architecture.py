"""The house's rules, held over every file: which room may import which, who may touch a disk, and how long things get.

The checks are functions from source text to complaints, so that the first half of this file can show that
each of them does complain.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("spatial", "layers", "analyses", "maps", "linli")
"""Each may import those before it and itself."""
LONGEST_MODULE = 350
LONGEST_BODY = 50

NO_DISK_ROOMS = {"spatial", "analyses"}
DISK_MODULES = {
    "aiohttp",
    "ftplib",
    "glob",
    "h5py",
    "http",
    "httpx",
    "io",
    "netCDF4",
    "openpyxl",
    "osmium",
    "pathlib",
    "pickle",
    "pyogrio",
    "rasterio",
    "requests",
    "shelve",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "urllib",
    "urllib3",
    "zipfile",
}
DISK_CALLS = {
    "open",
    "read_bytes",
    "read_csv",
    "read_excel",
    "read_feather",
    "read_file",
    "read_json",
    "read_parquet",
    "read_pickle",
    "read_text",
    "save",
    "savez",
    "to_csv",
    "to_excel",
    "to_feather",
    "to_file",
    "to_parquet",
    "to_pickle",
    "tofile",
    "fromfile",
    "loadtxt",
    "write_bytes",
    "write_text",
    "unlink",
    "mkdir",
    "rmdir",
}
# `read_text` on a packaged resource is no access to the user's disk: see `_packaged`.
NETWORK_MODULES = {"aiohttp", "ftplib", "http", "httpx", "requests", "socket", "urllib", "urllib3", "osmnx"}
NETWORK_DOORS = {f"layers/sources/{name}.py" for name in ("web", "overpass", "overpass_query", "nominatim")}
"""The only modules that may reach a network; `load` imports none of them."""
ANALYSES_MAY_NOT_IMPORT = ("layers.sources", "layers.study", "layers.load", "layers.extract")


# --------------------------------------------------------------------------- the checks


def imported_modules(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, also inside functions; `from a import b` gives ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def import_faults(room: str, source: str) -> list[str]:
    """Imports that point the wrong way or nowhere visible, reach a network, or let analyses read files."""
    faults = []
    for line, name in imported_modules(ast.parse(source)):
        top = name.split(".")[0]
        if name.startswith("."):
            faults.append(f"{line}: relative import {name}")
        elif top in ROOMS and ROOMS.index(top) > ROOMS.index(room):
            faults.append(f"{line}: {room} imports {name}")
        elif room == "analyses" and any(
            f"{name}.".startswith(f"{forbidden}.") for forbidden in ANALYSES_MAY_NOT_IMPORT
        ):
            faults.append(f"{line}: analyses imports {name}")
    return faults


def network_faults(source: str) -> list[str]:
    """Imports that reach a network. Taking an address apart does not."""
    return [
        f"{line}: imports {name}, which reaches a network"
        for line, name in imported_modules(ast.parse(source))
        if name.split(".")[0] in NETWORK_MODULES and not name.startswith("urllib.parse.")
    ]


def disk_faults(source: str) -> list[str]:
    """Imports and calls that touch a disk; packaged resources may be read."""
    tree = ast.parse(source)
    faults = [f"{line}: imports {name}" for line, name in imported_modules(tree) if name.split(".")[0] in DISK_MODULES]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not _packaged(node):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in DISK_CALLS:
                faults.append(f"{node.lineno}: calls {called}")
    return faults


def _packaged(call: ast.Call) -> bool:
    """Whether the call is on ``files(...)`` of importlib.resources."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "files"
        for node in ast.walk(call.func)
    )


def size_faults(source: str) -> list[str]:
    """Modules and function bodies that are too long; docstrings do not count for bodies."""
    faults = []
    lines = source.count("\n")
    if lines > LONGEST_MODULE:
        faults.append(f"module of {lines} lines")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1
            if length > LONGEST_BODY:
                faults.append(f"{node.lineno}: {node.name} has a body of {length} lines")
    return faults


def interface_faults(source: str) -> list[str]:
    """Public functions and methods that take ``**kwargs``, except folium's ``render``, whose form is not ours."""
    return [
        f"{node.lineno}: {node.name} takes **{node.args.kwarg.arg}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.args.kwarg
        and not node.name.startswith("_")
        and node.name != "render"
    ]


def manners_faults(room: str, source: str) -> list[str]:
    """``print`` and ``sys.exit`` outside the door; a missing future import."""
    tree = ast.parse(source)
    only_a_docstring = len(tree.body) <= 1
    faults = (
        []
        if only_a_docstring or "from __future__ import annotations" in source
        else ["lacks `from __future__ import annotations`"]
    )
    for node in ast.walk(tree):
        if room == "linli" or not isinstance(node, ast.Call):
            continue
        text = ast.unparse(node.func)
        if text in {"print", "sys.exit", "exit", "quit", "os._exit", "logging.basicConfig"}:
            faults.append(f"{node.lineno}: {text}() outside linli")
    return faults


# --------------------------------------------------------------------------- the checks do complain


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("spatial", "import layers.types"),
        ("spatial", "def f():\n    from linli import Study"),
        ("layers", "from analyses import results"),
        ("analyses", "from maps.words import word"),
        ("analyses", "from layers.sources.vector import read"),
        ("analyses", "from layers import load"),
        ("analyses", "from layers import sources"),
        ("maps", "import linli"),
        ("maps", "from . import words"),
    ],
)
def test_an_import_in_the_wrong_direction_is_found(room, source):
    assert import_faults(room, source)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        (
            "analyses",
            "from layers.types import Layers\nfrom layers import tag_rules\nfrom spatial.errors import AnalysisError",
        ),
        ("linli", "from maps.publish import publish\nimport layers.load"),
        ("layers", "import layers_of_paint"),
    ],
)
def test_an_import_in_the_right_direction_is_let_through(room, source):
    assert import_faults(room, source) == []


@pytest.mark.parametrize("source", ["import requests", "from urllib.request import urlopen", "def f(): import osmnx"])
def test_a_way_to_the_network_is_found(source):
    assert network_faults(source)


def test_taking_an_address_apart_reaches_no_network():
    assert network_faults("from urllib.parse import urlsplit\nimport layers.sources.web") == []


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "import sqlite3",
        "from pathlib import Path",
        "import rasterio.features",
        "path.write_text('x')",
        "frame.to_file('x')",
        "geopandas.read_parquet('x')",
        "def f():\n    import pyogrio",
    ],
)
def test_a_touch_of_the_disk_is_found(source):
    assert disk_faults(source)


def test_packaged_resources_may_be_read():
    assert (
        disk_faults("from importlib.resources import files\n(files('analyses') / 'a.toml').read_text(encoding='utf-8')")
        == []
    )
    assert disk_faults("for entry in files('analyses').iterdir():\n    other.read_text()")


def test_a_long_module_and_a_long_body_are_found():
    assert size_faults("x = 1\n" * (LONGEST_MODULE + 1))
    assert size_faults("x = 1\n" * LONGEST_MODULE) == []
    body = "    x = 1\n" * LONGEST_BODY
    assert size_faults(f'def f():\n    """Two\n\n    paragraphs."""\n{body}') == []
    assert size_faults(f"def f():\n{body}    x = 1\n")


def test_kwargs_in_a_public_function_are_found():
    assert interface_faults("def f(**kwargs): pass")
    assert interface_faults("class A:\n    def f(self, **options): pass")
    assert interface_faults("def _f(**kwargs): pass\ndef g(*names): pass") == []


def test_printing_and_leaving_are_found():
    head = "from __future__ import annotations\n"
    assert manners_faults("maps", f"{head}print(1)")
    assert manners_faults("layers", f"{head}import sys\nsys.exit(2)")
    assert manners_faults("linli", f"{head}print(1)") == []
    assert manners_faults("linli", "x = 1\ny = 2")


# --------------------------------------------------------------------------- the house


def modules() -> list[tuple[str, Path]]:
    """Every module of every room."""
    return [(room, path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_room_has_modules():
    assert {room for room, _ in modules()} == set(ROOMS)


@pytest.mark.parametrize(
    ("room", "path"), modules(), ids=lambda value: str(value.relative_to(ROOT)) if isinstance(value, Path) else value
)
def test_module_keeps_the_rules(room, path):
    source = path.read_text(encoding="utf-8")
    faults = import_faults(room, source) + size_faults(source) + interface_faults(source) + manners_faults(room, source)
    if room in NO_DISK_ROOMS:
        faults += disk_faults(source)
    if path.relative_to(ROOT).as_posix() not in NETWORK_DOORS:
        faults += network_faults(source)
    assert faults == []


def test_a_run_knows_no_way_to_the_network():
    probe = (
        "import sys, linli.commands\n"
        "print(sorted({'osmnx', 'layers.sources.web', 'layers.sources.overpass'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert [path for _, path in modules() if path.stem in {"utils", "util", "helpers", "misc", "common"}] == []


IMPORT_PROBE = """
import importlib, os, sys, threading, warnings
deeds = []
def hook(event, args):
    # A number is a file that was opened by its name before, as Python does with the bytecode that it keeps.
    writes = event == "open" and not isinstance(args[0], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes and "__pycache__" not in str(args[0]):
        deeds.append(f"opens {args[0]} for writing")
    if event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename"}:
        if "__pycache__" not in str(args[0]):
            deeds.append(f"{event} {args}")
for name in sys.argv[2:]:
    for library in name.split(","):
        importlib.import_module(library)
threads, filters, environment = threading.active_count(), list(warnings.filters), dict(os.environ)
sys.addaudithook(hook)
for module in sys.argv[1].split(","):
    importlib.import_module(module)
if threading.active_count() > threads:
    deeds.append("starts a thread")
if dict(os.environ) != environment:
    deeds.append("changes the environment")
print("\\n".join(deeds))
"""


def deeds_at_import(names: list[str], path: Path) -> str:
    """What importing `names` does to the world, seen from a process of its own."""
    libraries = "geopandas,rasterio,osmium,folium,scipy.sparse.csgraph,pyarrow,rich.progress,pyogrio"
    command = [sys.executable, "-c", IMPORT_PROBE, ",".join(names), libraries]
    done = subprocess.run(command, cwd=path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_imports_do_nothing():
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for _, path in modules()]
    assert deeds_at_import(names, ROOT) == ""


def test_a_deed_at_import_is_seen(tmp_path):
    (tmp_path / "busy.py").write_text(
        "import os, threading\nopen('left.txt', 'w').close()\n"
        "os.close(os.open('left.bin', os.O_CREAT | os.O_WRONLY))\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    seen = deeds_at_import(["busy"], tmp_path)
    assert "left.txt" in seen
    assert "left.bin" in seen
    assert "starts a thread" in seen


def test_every_library_that_is_imported_is_a_declared_dependency_and_no_other_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"]
    names = {re.split(r"[<>=!~ \[]", dependency)[0].lower() for dependency in declared}
    imported = (
        {
            name.split(".")[0].lower()
            for _, path in modules()
            for _, name in imported_modules(ast.parse(path.read_text(encoding="utf-8")))
        }
        - {name.lower() for name in sys.stdlib_module_names}
        - set(ROOMS)
    )
    assert imported == names
