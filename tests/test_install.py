"""The wheel: it holds everything, and serves from an environment that knows nothing of the checkout."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.install

FINGERPRINT = "import unrolled.service.fingerprint as f; print(f.__file__, f.fingerprint())"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
# Nothing is left beside the files whose bytes are counted.
ENVIRONMENT |= {"PYTHONDONTWRITEBYTECODE": "1", "UNROLLED_THREADS": "1"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-cache-dir", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("unrolled-*.whl")
    return built


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment, which finds the dependencies where this one has them."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", symlinks=True)
    python = home / "venv/bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True)
    # What stands in a .pth of that folder, such as the checkout, is not read a second time.
    (package_of(home).parent / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home


def package_of(home: Path) -> Path:
    (package,) = (home / "venv/lib").glob("python*/site-packages/unrolled")
    return package


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(home / "venv/bin" / command[0]), *command[1:]],
        cwd=home, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_wheel_holds_every_file(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        f"unrolled/{path.relative_to(root)}" if root.name == "unrolled" else str(path.relative_to(ROOT))
        for root in (ROOT / "app/unrolled", ROOT / "static", ROOT / "templates")
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == {name if name.startswith("unrolled/") else f"unrolled/{name}" for name in expected}
    assert "unrolled/core/data/speech.wav" in packed


def test_command_serves_every_page(home: Path) -> None:
    command = [str(home / "venv/bin/unrolled"), "--port", "0"]
    with subprocess.Popen(command, cwd=home, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            (address,) = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            linked = set()
            for page in ("/", "/compare", "/docs"):
                with urlopen(address + page, timeout=60) as answer:
                    linked |= set(re.findall(r'"(/static/[^"]+)"', answer.read().decode()))
            assert len(linked) > 10
            figure, sound = "/api/v1/influence/figure?length=8", "/api/v1/influence?length=8&input=sound"
            for path in (*sorted(linked), figure, sound, "/preview.png?length=8", "/healthz"):
                with urlopen(address + path, timeout=60) as answer:
                    assert answer.status == 200
                    assert answer.read()
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.parametrize(
    "name", ["web/pages/form.py", "templates/parts/field.html", "static/css/page.css", "core/data/speech.wav"]
)
def test_changed_byte_changes_the_fingerprint(home: Path, name: str) -> None:
    before = run(home, "python", "-c", FINGERPRINT).stdout.split()
    assert Path(before[0]).is_relative_to(home)
    path = package_of(home) / name
    content = path.read_bytes()
    try:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 2]) if not name.endswith(".py") else content + b"\n")
        changed = run(home, "python", "-c", FINGERPRINT).stdout.split()
    finally:
        path.write_bytes(content)
    assert changed[1] != before[1]


@pytest.mark.parametrize("name", ["templates", "templates/parts/field.html", "static/css/page.css"])
def test_missing_files_are_one_sentence(home: Path, name: str) -> None:
    path = package_of(home) / name
    moved = path.rename(home / "away")
    try:
        process = run(home, "unrolled", "--port", "0")
    finally:
        moved.rename(path)
    assert (process.returncode, process.stdout) == (2, "")
    assert re.fullmatch(r"unrolled: The (file|folder) \S+ is missing[^\n]+\.\n", process.stderr)
