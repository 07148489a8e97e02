"""A real browser for the tests of pages, and what every such test asserts at its end.

Needs the extra `browser` and a browser: the one that SYNCLAB_BROWSER names, else Chromium, Chrome or Edge from the
path, else the one that Playwright has installed. Where there is none the tests are skipped, and say so; with
SYNCLAB_NEEDS_BROWSER=1 they fail instead, so that nobody takes a skipped test for a passed one.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from needed import missing

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kit"))  # where the failures to show are

ON_THE_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 10_000  # milliseconds that a condition may take to come true; nothing here waits for time to pass


def _executable() -> str | None:
    """The browser to use; None for Playwright's own."""
    named = os.environ.get("SYNCLAB_BROWSER")
    if named:
        return named
    return next((found for name in ON_THE_PATH if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import Error, sync_playwright  # each test file has asked for it

    with sync_playwright() as playwright:
        executable = _executable()
        if executable is not None and not Path(executable).is_file():
            missing(f"there is no browser {executable}, which SYNCLAB_BROWSER names")
        try:
            launched = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        except Error as error:
            why = str(error).splitlines()[0]
            missing(f"no browser can be started ({why}): install Chromium, or set SYNCLAB_BROWSER")
        yield launched
        launched.close()


class Opened:
    """Opens pages from disk, and remembers all that a page says or asks for."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.contexts: list[Any] = []
        self.said: list[str] = []
        self.asked: list[str] = []
        self.files: set[str] = set()

    def __call__(self, failure: Any, at: str = "", *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        """Write a failure's page and open it.

        Args:
            failure: the failure, or a file that is written already.
            at: the end of the address, such as "#step=3".
            width, height: of the window.
            options: further ones of Playwright's ``new_context``.
        """
        path = failure if isinstance(failure, Path) else failure.to_html(self.folder / f"{len(self.files)}.html")
        self.files.add(path.as_uri())
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(path.as_uri() + at)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """Opens pages. At the end of the test none may have complained, nor asked for anything but itself."""
    opens = Opened(browser, tmp_path)
    yield opens
    opens.close()
    assert opens.said == []
    assert {address.partition("#")[0] for address in opens.asked} == opens.files
