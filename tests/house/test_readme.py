"""What the README says is so: its examples run, its settings exist, its version is the version."""

import contextlib
import io
import json
import re
import shlex
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

import unrolled
from tests.house.tree import ROOT, read
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS

README = read("README.md")
API = README.partition("## The API")[2].partition("\n## ")[0]
SERVED = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url=SERVED) as client:
        yield client


def blocks(language: str) -> list[str]:
    """Give the examples of the API in one language."""
    return re.findall(rf"```{language}\n(.*?)```", API, re.DOTALL)


def test_there_are_four_examples() -> None:
    assert (len(blocks("sh")), len(blocks("python"))) == (2, 2)


def test_curl_example_gives_the_triangle(client: TestClient) -> None:
    program, address = shlex.split(blocks("sh")[0])
    answer = client.get(address)
    assert program == "curl"
    assert answer.status_code == 200
    assert len(answer.json()["log10_norm"]) == 64
    assert answer.json()["query"]["activation"] == "sigmoid"


def test_assertion_of_the_example_passes(client: TestClient) -> None:
    program, *options = shlex.split(blocks("sh")[1])
    assert program == "curl"
    assert options[-4:] == ["|", "jq", "-e", ".passed"]
    answer = client.get(next(option for option in options if option.startswith(SERVED)))
    assert answer.json()["passed"] is True
    assert len(answer.json()["assertions"]) == 2


def test_every_media_type_of_the_readme_is_read(client: TestClient) -> None:
    rows = dict(re.findall(r"^\| `(application/[\w-]+)` \| (.*) \|$", API, re.MULTILINE))
    assert list(rows) == ["application/x-safetensors", "application/x-npz", "application/json"]
    (body,) = re.findall(r"`(\{.*\})`", rows["application/json"])
    assert client.post("/api/v1/influence", json=json.loads(body)).status_code == 200
    weights = {name: np.array(array) for name, array in json.loads(body)["weights"].items()}
    npz = io.BytesIO()
    np.savez(npz, **weights)  # type: ignore[arg-type]  # any name but one is an array's
    for media_type, content in {
        "application/x-safetensors": save(weights),
        "application/x-npz": npz.getvalue(),
    }.items():
        answer = client.post("/api/v1/influence", content=content, headers={"Content-Type": media_type})
        assert answer.status_code == 200


def test_recording_of_the_readme_is_read(client: TestClient) -> None:
    (command,) = re.findall(r"^`(curl -H .*)`$", README, re.MULTILINE)
    program, _, header, _, file, address = shlex.split(command)
    assert (program, file) == ("curl", "@voice.wav")
    assert "| `audio/wav` |" in API
    name, _, value = header.partition(": ")
    answer = client.post(
        address, content=(ROOT / "app/unrolled/core/data/speech.wav").read_bytes(), headers={name: value}
    )
    assert answer.status_code == 200
    # 2.64 s of 8,000 samples a second, in frames of 256.
    assert answer.json()["query"]["length"] == 82


def test_every_path_of_the_readme_exists(client: TestClient) -> None:
    paths = re.findall(r"^\| `(/[^`?]*)", API, re.MULTILINE)
    assert "/api/v1/{view}/progress" in paths
    for path in paths:
        asserted = {"assert": "horizon>=1"} if path.endswith("check") else {}
        assert client.get(path.replace("{view}", "influence"), params=asserted).status_code == 200, path


@pytest.mark.parametrize("code", blocks("python"), ids=["npz", "post"])
def test_python_example_prints_what_it_says(code: str, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def urlopen(request: Any) -> io.BytesIO:
        if isinstance(request, str):
            answer = client.get(request)
        else:
            answer = client.request(
                request.get_method(), request.full_url, content=request.data, headers=dict(request.header_items())
            )
        assert answer.status_code == 200, answer.text
        return io.BytesIO(answer.content)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)


def test_every_view_is_in_the_readme(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    views = {path.split("/")[3] for path in paths if re.fullmatch(r"/api/v1/\w+/figure", path)}
    assert views == set(VIEWS)
    assert all(f"`{view}`" in API for view in views)


def test_settings_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `UNROLLED_(\w+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)
    documented = {name.lower(): (default, description) for name, default, description in rows}
    assert list(documented) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        default, description = documented[name]
        assert description == field.description
        if name != "threads":
            assert default == (f"`{field.default}`".replace(".0`", "`") if field.default != "" else "none")


def test_speed_table_is_filled_in() -> None:
    table = README.partition("## Speed")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| .*\d.* \|$", table, re.MULTILINE)) >= 10


def test_every_link_inside_the_project_leads_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions/README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", read(name)):
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"


def test_every_path_that_the_pages_name_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs/decisions").glob("0*.md")]
    named = {
        path
        for page in pages
        for path in re.findall(
            r"`((?:app|tests|static|docs|scripts|templates)/[\w./-]*)`", page.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 15
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_decision_is_listed_and_numbered() -> None:
    pages = sorted(path.name for path in Path(ROOT / "docs/decisions").glob("0*.md"))
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", read("docs/decisions/README.md")) == pages
    assert [int(page[:4]) for page in pages] == list(range(1, len(pages) + 1))


def test_top_of_the_changelog_is_this_version() -> None:
    top = re.search(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE)
    assert top is not None
    assert top[1] == unrolled.__version__


def test_openapi_states_this_version(client: TestClient) -> None:
    assert json.loads(client.get("/openapi.json").content)["info"]["version"] == unrolled.__version__
