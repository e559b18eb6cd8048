"""The server as a process: it answers while it computes, and says in a sentence why it does not start."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.house.tree import ROOT
from unrolled.__main__ import _serve, main
from unrolled.settings import Settings

# About a second of work on one core.
HEAVY = "/api/v1/influence?length=2048&hidden=64&resolution=256"
SHARED = "/api/v1/influence?length=1024&hidden=64&resolution=64"


@contextlib.contextmanager
def started(*arguments: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the server on a free port; give its address once it answers."""
    command = [sys.executable, "-m", "unrolled", "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        try:
            assert process.stdout
            (address,) = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            # The socket listens before the application is there: the first answer waits, it does not fail.
            with urlopen(f"{address}/healthz", timeout=30) as answer:
                assert json.load(answer)["status"] == "ok"
            yield address, process
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with started(UNROLLED_THREADS="1") as (address, _):
        yield address


def seconds(url: str) -> float:
    began = time.perf_counter()
    with urlopen(url, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - began


def test_server_answers_while_it_computes(site: str) -> None:
    took: list[float] = []
    heavy = threading.Thread(target=lambda: took.append(seconds(site + HEAVY)))
    heavy.start()
    time.sleep(0.1)
    waits = []
    while heavy.is_alive():
        waits.append(seconds(f"{site}/healthz"))
        time.sleep(0.01)
    heavy.join()
    assert took[0] > 0.3, "not heavy enough to tell"
    assert len(waits) > 5
    assert sorted(waits)[len(waits) // 2] < 0.1
    assert max(waits) < took[0] / 2


def test_equal_questions_at_the_same_time_are_computed_once(site: str) -> None:
    answers: list[float] = []

    def ask() -> None:
        with urlopen(site + SHARED, timeout=60) as answer:
            answers.append(json.load(answer)["ms"]["compute"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each computation measures its own time to the microsecond: equal times are one computation.
    assert len(answers) == 4
    assert len(set(answers)) == 1


def test_whoever_stops_listening_frees_the_worker_and_the_server_stops_in_silence() -> None:
    # Alone this would take minutes.
    heavy = "/api/v1/influence/progress?model=lstm&hidden=128&length=8192"
    settings = {"UNROLLED_THREADS": "1", "UNROLLED_QUEUE": "0", "UNROLLED_MAX_GFLOP": "1e6"}
    with started(**settings) as (address, process):
        answer = urlopen(address + heavy, timeout=30)
        assert answer.readline() == b"event: progress\n"
        with pytest.raises(HTTPError, match="503"):
            urlopen(f"{address}/api/v1/influence?length=5", timeout=30)
        answer.close()
        for _ in range(200):
            with contextlib.suppress(HTTPError), urlopen(f"{address}/api/v1/influence?length=5", timeout=30) as small:
                assert small.status == 200
                break
            time.sleep(0.05)
        else:
            pytest.fail("the worker still computes for nobody")
        if sys.platform != "win32":
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=10)
            assert errors == ""


def test_body_in_chunks_is_cut_off(site: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    head = (
        b"POST /api/v1/influence HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head)
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        with contextlib.suppress(ConnectionError):
            for _ in range(int(Settings().max_body_mib) + 1):
                connection.sendall(chunk)
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_what_is_no_http_is_a_problem_too(site: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"NO HTTP\r\n\r\n")
        assert b"application/problem+json" in connection.recv(4096)


def test_port_in_use_is_reported_in_one_sentence(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = int(site.rpartition(":")[2])
    assert main(["--port", str(port)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"unrolled: Port {port} is taken on 127.0.0.1: "
        f"stop what runs there, or choose another with --port {port + 1}.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["--port", "http"], {}, "UNROLLED_PORT is “http”"),
        ([], {"UNROLLED_THREADS": "none"}, "UNROLLED_THREADS is “none”"),
        (["--host", "999.0.0.1"], {}, "Cannot listen on 999.0.0.1, port 8000: "),
    ],
)
def test_unusable_settings_are_reported_in_one_sentence(
    arguments: list[str],
    environment: dict[str, str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_process_that_cannot_start_ends_with_status_2() -> None:
    command = [sys.executable, "-m", "unrolled", "--workers", "0"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith("unrolled: UNROLLED_WORKERS is “0”")
    assert process.stderr.count("\n") == 1


def test_several_processes_serve_one_address() -> None:
    with started("--workers", "2", UNROLLED_THREADS="1") as (address, _):
        request = Request(f"{address}/api/v1/influence?length=4")
        tags = set()
        for _ in range(6):
            with urlopen(request, timeout=30) as answer:
                tags.add(answer.headers["ETag"])
        assert len(tags) == 1


def test_one_process_serves_by_itself_and_several_under_a_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    several = lambda config, sockets: SimpleNamespace(run=lambda: ran.append(("several", config.workers, sockets)))  # noqa: E731
    alone = lambda config: SimpleNamespace(run=lambda sockets: ran.append(("one", config.workers, sockets)))  # noqa: E731
    monkeypatch.setattr("uvicorn.supervisors.Multiprocess", several)
    monkeypatch.setattr("uvicorn.Server", alone)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        for workers in (1, 2):
            _serve(Settings(workers=workers), listener)
        assert ran == [("one", 1, [listener]), ("several", 2, [listener])]
