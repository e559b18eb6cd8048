"""A few of the questions with stored answers: what a reader is told changes only where somebody means it to.

    python -m tests.record.stored

writes them anew; look at what differs before it is committed. One more line of a text or row with a name is no
difference; views whose rows have no names and list every model are left out.
"""

import base64
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from tests.record.asking import readable
from tests.record.questions import ASSERTIONS, REFUSED

FILE = Path(__file__).with_name("stored.jsonl")
# What is rounding alone.
_UNSURE = {"checks"}
_RELATIVE, _ABSOLUTE = 1e-6, 1e-9

_TEXT = "model=lstm&length=7&hidden=2&input=text&text=abcab&truncation=sliding&window=3&seed=2"
_STACK = "activation=relu&length=9&hidden=3&layers=2&layer=1&gain=1.4&norm=frobenius&t=8&k=2&loss=last&tolerance=0.3"
_SEEN = "model=attention&length=6&hidden=2&key=2&seed=1"
_MINIMAL = "model=mingru&length=7&hidden=2&layers=2&layer=2&chrono=9&seed=4&wrt=x"
_WINDOW = "model=gru&length=12&hidden=2&reset=before&layers=2&origin=1&from=2&until=9&since=4&to=11&truncation=chunked"
_FAR = "length=90&hidden=2&t=80&k=4&gain=1.2&resolution=12"
_COMPARED = "hidden=3&rows=model&row_values=rnn,lstm,mlp&columns=length&column_values=5,8&seeds=2"
_CHAIN = (
    "influence",
    "jacobian",
    "decay",
    "saturation",
    "graph",
    "spectrum",
    "shortcuts",
    "diagnosis",
    "credit",
    "bias",
)


def paths() -> Iterator[str]:
    """List what is asked."""
    for view in _CHAIN:
        for query in (_TEXT, _STACK):
            yield f"/api/v1/{view}?{query}"
            yield f"/api/v1/{view}/figure?{query}"
    for view in ("influence", "graph", "jacobian", "diagnosis", "decay"):
        yield f"/api/v1/{view}?{_SEEN}"
        yield f"/api/v1/{view}/figure?{_WINDOW}"
        yield f"/api/v1/{view}?{_FAR}"
    for view in ("influence", "graph", "jacobian", "saturation", "spectrum"):
        yield f"/api/v1/{view}?{_MINIMAL}"
    yield f"/api/v1/activations/figure?{_STACK}"
    yield "/api/v1/paths?length=9&hidden=2&truncation=sliding&window=4"
    yield "/api/v1/paths/figure?length=9&hidden=2&truncation=sliding&window=4"
    for suffix in (".svg", ".dot"):
        yield f"/api/v1/graph{suffix}?{_TEXT}"
        yield f"/api/v1/graph{suffix}?{_SEEN}"
    yield f"/api/v1/compare?{_COMPARED}"
    yield f"/api/v1/compare.csv?{_COMPARED}"
    yield from ("/", f"/?{_TEXT}", f"/compare?{_COMPARED}", "/nope")
    yield from (f"/api/v1/check?{assertion}" for assertion in ASSERTIONS)
    yield from (
        f"/api/v1/influence?{wrong}" for wrong in REFUSED if not wrong.startswith(("frame", "length=65536", "model="))
    )


def told(client: TestClient, path: str) -> Any:
    """Ask, and keep what a reader is told."""
    answer = client.get(path, headers={"accept-encoding": "identity"})
    media_type = answer.headers["content-type"].partition(";")[0]
    return {"status": answer.status_code, "told": _plain(readable(media_type, answer.content, "unrolled.test"))}


def _plain(value: Any) -> Any:
    """Write typed arrays as lists, numbers to nine digits, and leave out what is rounding alone."""
    if isinstance(value, dict):
        if "bdata" in value:
            return _plain(np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist())
        return {name: _plain(part) for name, part in value.items() if name not in _UNSURE}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else str(value)
    return value


def changes(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """Tell where an answer differs from the stored one by more than rounding; what is new is no difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old:
            yield from changes(old[name], new.get(name), f"{at}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(part, str) for part in old):
        yield from (f"{at}: no longer says {part[:300]}" for part in _missing(old, new))
    elif _named(old) and _named(new):
        yield from changes(_named(old), _named(new), at)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from changes(before, after, f"{at}[{index}]")
    elif isinstance(old, float) and isinstance(new, float):
        if not math.isclose(old, new, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE):
            yield f"{at}: {old} → {new}"
    elif old != new:
        yield f"{at}: {str(old)[:300]} → {str(new)[:300]}"


def _missing(old: list[str], new: list[Any]) -> Iterator[str]:
    """Give the lines that are not there any more, in their order."""
    place = 0
    for part in old:
        if part in new[place:]:
            place = new.index(part, place) + 1
        else:
            yield part


def _named(rows: Any) -> dict[str, Any]:
    """Give rows by their names where each has one of its own: another row in between is no difference."""
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("name"), str) for row in rows
    ):
        return {}
    named = {row["name"]: row for row in rows}
    return named if len(named) == len(rows) else {}


def stored() -> dict[str, Any]:
    """Read the stored answers by what was asked."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {row["path"]: row["answer"] for row in map(json.loads, lines)}


def write(client: TestClient) -> int:
    """Store the answers, one a line; give how many there are."""
    rows = [{"path": path, "answer": told(client, path)} for path in paths()]
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    FILE.write_text(text, encoding="utf-8")
    return len(rows)


def _main() -> None:
    from unrolled.main import create_app
    from unrolled.settings import Settings

    with TestClient(create_app(Settings(threads=1)), base_url="http://unrolled.test", follow_redirects=False) as client:
        write(client)


if __name__ == "__main__":
    _main()
