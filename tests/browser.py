"""A headless Chromium, asked over its own protocol: what a page loads, says and looks like.

https://chromedevtools.github.io/devtools-protocol, spoken over two pipes, so that no port is open.
"""

import atexit
import contextlib
import fcntl
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = f"none of {', '.join(NAMES)} is installed"


class Browser:
    """One page of a browser. Use it in a ``with`` statement, or take the one of `shared`."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._calls = 0

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        hears, self._to = map(_high, os.pipe())
        answers, says = map(_high, os.pipe())
        flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-pipe",
            f"--user-data-dir={self._profile.name}",
        ]
        # the browser reads its orders from file 3 and answers in file 4
        command = f'exec "$@" 3<&{hears} 4>&{says}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, "browser", str(PROGRAM), *flags, "about:blank"],
            pass_fds=(hears, says),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(hears)
        os.close(says)
        self._answers = os.fdopen(answers, "rb")
        pages = self._call("Target.getTargets")["targetInfos"]
        page = next(target for target in pages if target["type"] == "page")
        attached = self._call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._to)
        self._process.terminate()
        self._process.wait(timeout=20)
        self._answers.close()
        self._profile.cleanup()

    def open(self, path: Path, address: str = "") -> None:
        """Open a file, at an address within it, and wait until everything in it is loaded."""
        self._load("about:blank")  # from the file itself its address alone would load nothing
        self._load(path.resolve().as_uri() + address)
        self.evaluate("new Promise(done => setTimeout(done, 100))")

    def resize(self, width: int, height: int) -> None:
        """Give the page another size, in pixels."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def _load(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._listen()

    @property
    def requests(self) -> list[str]:
        """The addresses that the page asked for, its own included."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    @property
    def complaints(self) -> list[Any]:
        """What appeared on the console: messages, errors, broken rules of the page's policy."""
        heard = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [event["params"] for event in self.events if event["method"] in heard]

    def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression on the page."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        return answer["result"].get("value")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the page's answer to one call of the protocol."""
        return self._call(method, self._session, **params)

    def _call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self._calls += 1
        order = {"id": self._calls, "method": method, "params": params}
        if session is not None:
            order["sessionId"] = session
        os.write(self._to, json.dumps(order).encode() + b"\0")
        while True:
            heard = self._listen()
            if heard.get("id") == self._calls:
                assert "error" not in heard, heard
                return heard["result"]

    def _listen(self) -> dict[str, Any]:
        """Return the next message; keep it if it tells of an event."""
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise EOFError("the browser has left")
            message += byte
        heard: dict[str, Any] = json.loads(message)
        if "method" in heard:
            self.events.append(heard)
        return heard


@functools.cache
def shared() -> Browser:
    """Return the browser of all tests of this process; each says which size it needs."""
    kept = contextlib.ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(Browser())


def _high(number: int) -> int:
    """Return the same open file under a number that is not in the way of 3 and 4."""
    high = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(number)
    return high
