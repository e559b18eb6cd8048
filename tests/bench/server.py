"""The application in a process of its own, as a reader starts it."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """One answer: how long it took in milliseconds, how many bytes its body had on the wire, and its headers."""

    ms: float
    sent: int
    headers: dict[str, str]


class Site:
    """A running server and one kept connection to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str) -> Answer:
        """Ask for a path as a browser does that reads brotli, and time it up to the last byte."""
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "br"})
        response = self._connection.getresponse()
        body = response.read()
        ms = 1e3 * (time.perf_counter() - start)
        if response.status != 200:
            raise RuntimeError(f"GET {path} answered {response.status}: {body[:200]!r}")
        return Answer(ms, len(body), {name.lower(): value for name, value in response.getheaders()})


@contextlib.contextmanager
def serving(path: str = "/healthz") -> Iterator[tuple[Site, float]]:
    """Start the server; give it, and the seconds from the command to the first answer at `path`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    command = [sys.executable, "-m", "unrolled", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            site = _first_answer(port, path, process)
            yield site, time.perf_counter() - start
        finally:
            process.terminate()
            process.wait(10)


def _first_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> Site:
    """Ask until the server answers."""
    while process.poll() is None:
        try:
            site = Site(port)
            site.get(path)
        except (ConnectionError, http.client.HTTPException):
            time.sleep(0.005)
        else:
            return site
    raise RuntimeError(f"the server stopped with status {process.returncode}")
