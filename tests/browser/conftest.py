"""Pages in a headless Chromium without any network, and all that they complain about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize


@dataclass
class Opened:
    """A page and everything it complained about or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Addresses of all requests but for the file itself and data inside it."""

    def count(self, script: str) -> int:
        """A number that the page computes."""
        return int(self.page.evaluate(script))

    def text(self, selector: str) -> str:
        """The visible text of one element."""
        return self.page.locator(selector).inner_text()


class Opener:
    """Opens HTML from disk in a new browser context."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder, self._contexts = browser, folder, []

    def __call__(self, html: str, width: int = 1300, height: int = 850) -> Opened:
        file = self._folder / f"map{len(self._contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = self._browser.new_context(viewport=ViewportSize(width=width, height=height), offline=True)
        self._contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.set_default_timeout(15_000)
        opened.page.on("console", lambda message: opened.complaints.append(f"{message.type}: {message.text}"))
        opened.page.on("pageerror", lambda error: opened.complaints.append(f"error: {error}"))
        opened.page.on("dialog", lambda dialog: (opened.complaints.append("dialog"), dialog.dismiss()))
        address = file.as_uri()
        opened.page.on("request", lambda request: opened.requests.append(request.url)
                       if request.url != address and not request.url.startswith("data:") else None)
        opened.page.goto(address)
        return opened

    def close(self) -> None:
        """Close all contexts."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens a page; see `Opener`."""
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()
