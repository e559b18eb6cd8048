"""The real server on a free port, and Chromium in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]

# What is waited for is there at once on a machine that is idle; a busy one must not fail a test.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Start the application as a reader does and give its address."""
    with serving("unrolled") as address:
        yield address


@contextmanager
def serving(module: str) -> Iterator[str]:
    """Start a module that serves, on a free port, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(10)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers; fail when it stops or stays silent."""
    for _ in range(150):
        assert server.poll() is None, f"the server stopped with status {server.returncode}"
        try:
            with urlopen(f"{address}/healthz", timeout=1):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server did not answer within 15 seconds")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once; where there is none, skip, but fail where everything must run."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        reason = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


class Witness:
    """Notes what must never happen on a page: an error in the console, a request to another host."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.errors: list[str] = []
        self.strangers: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.strangers.append(request.url)


SAVING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


@pytest.fixture
def context(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Open a fresh desktop page that saves data unless a test is about panels out of view."""
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    if request.node.get_closest_marker("whole") is None:
        context.add_init_script(SAVING)
    yield context
    context.close()


@pytest.fixture
def witness(context: BrowserContext, site: str) -> Witness:
    """Watch the context from its first page on."""
    return Witness(context, site)


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    """Open an empty tab under the eyes of the witness."""
    return context.new_page()
