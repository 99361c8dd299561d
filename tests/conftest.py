"""Fixtures shared by the tests of several rooms."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from analyses.results import Results


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Whoever runs the tests keeps their own cache as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINLI_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def synthetic_results() -> Results:
    """A small assessment made by hand, see `synthetic_results.py` beside this file."""
    # Loaded by path: a folder named `tests` on the import path could belong to any other distribution.
    spec = importlib.util.spec_from_file_location(
        "linli_synthetic_results", Path(__file__).with_name("synthetic_results.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build_results()


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
