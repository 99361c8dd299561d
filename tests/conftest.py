"""Fixtures shared by the tests of several rooms."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, sync_playwright

from analyses.results import Results


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Whoever runs the tests keeps their own cache as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINLI_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def _beside(name: str) -> ModuleType:
    """A module beside this file, by its path: a folder named `tests` could belong to any other distribution."""
    spec = importlib.util.spec_from_file_location(f"linli_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def synthetic_results() -> Results:
    """A small assessment made by hand, see `synthetic_results.py` beside this file."""
    return _beside("synthetic_results").build_results()


@pytest.fixture(scope="session")
def postgis_server():
    """A real PostgreSQL server with PostGIS, see `postgis_server.py` beside this file. Without it the tests fail."""
    with _beside("postgis_server").running() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests: there can be no second. Without it they fail: an unseen map is untested."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("Chromium is not installed: run `apt-get install chromium` (or `make test` as root), then again")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()
