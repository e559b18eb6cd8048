"""One changed byte of anything that is served, and a browser requests it anew."""

from pathlib import Path

import pytest

from unrolled import resources
from unrolled.service.fingerprint import fingerprint

FILES = ("unrolled/web/pages/form.py", "unrolled/core/data/speech.wav", "static/js/main.js", "templates/base.html")


@pytest.fixture(params=["checkout", "installed"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Lay out a small application as a checkout or an installed package has it; say where each file is."""
    package = tmp_path / "app" / "unrolled"
    outside = tmp_path if request.param == "checkout" else package
    paths = {name: (package.parent if name.startswith("unrolled") else outside) / name for name in FILES}
    for name, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(resources, "PACKAGE", package)
    return paths


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_changes_it(place: dict[str, Path], name: str) -> None:
    before = fingerprint()
    assert fingerprint() == before
    content = bytearray(place[name].read_bytes())
    content[-1] ^= 1
    place[name].write_bytes(content)
    assert fingerprint() != before


def test_name_of_a_file_counts_and_bytecode_does_not(place: dict[str, Path]) -> None:
    before = fingerprint()
    cached = place[FILES[0]].parent / "__pycache__" / "form.pyc"
    cached.parent.mkdir()
    cached.write_text("compiled")
    assert fingerprint() == before
    place[FILES[0]].rename(place[FILES[0]].with_name("forms.py"))
    assert fingerprint() != before


def test_what_else_shapes_an_answer_counts() -> None:
    assert len({fingerprint(), fingerprint({"max_gflop": 1.0}), fingerprint({"max_gflop": 2.0})}) == 3
