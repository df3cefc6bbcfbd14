"""One browser for all tests of the page."""

import json
from pathlib import Path

import pytest

from browser import MISSING, PROGRAM, Browser, shared


class Page:
    """A page in the browser."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    def open(self, html: str, address: str = "", width: int = 1280, height: int = 900) -> None:
        """Open a page from a file; nothing may go wrong on the way."""
        self.browser.resize(width, height)
        path = self.folder / "play.html"
        path.write_text(html, encoding="utf-8")
        self.browser.open(path, address)
        assert self.browser.complaints == []

    def do(self, script: str) -> object:
        """Return what a body of an asynchronous function returns, as JSON would have it."""
        run = f"(async () => {{ {script} }})()"
        answer = self.browser.ask(
            "Runtime.evaluate",
            expression=f"{run}.then((value) => JSON.stringify(value ?? null))",
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return json.loads(answer["result"]["value"])


@pytest.fixture(scope="session")
def browser():
    if PROGRAM is None:
        pytest.skip(MISSING)
    return shared()


@pytest.fixture
def page(browser, tmp_path):
    return Page(browser, tmp_path)
