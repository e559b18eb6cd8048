"""What is asked of a server so that two versions can be compared: requests of the API, and links to pages."""

import hashlib
import io
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from safetensors.numpy import save

from tests.record.links import COMPARISONS, LINKS

MODELS = ("rnn", "lstm", "gru", "mingru", "mlp", "window", "attention")
VIEWS = (
    "influence", "jacobian", "decay", "saturation", "graph", "activations", "lengths", "models", "paths", "spectrum",
    "shortcuts", "diagnosis", "facts", "credit", "bias",
)  # fmt: skip
# An odd setting for each model, so that little of a trace is at its default.
ODD = {
    "rnn": "activation=relu&gain=1.4&init=orthogonal&layers=2&length=21&hidden=5&wrt=x&norm=frobenius&seed=3",
    "lstm": "forget_bias=2.5&length=19&hidden=4&of=c&wrt=c&input=text&seed=2&truncation=chunked&window=5",
    "gru": "reset=before&layers=2&layer=2&origin=1&length=23&hidden=3&input=sunspots&truncation=sliding&window=6",
    "mingru": "chrono=9&layers=2&layer=2&length=20&hidden=4&input=text&seed=4&norm=frobenius&wrt=x",
    "mlp": "activation=gelu&length=14&hidden=6&layers=2&input=series&series=1,2,-3,4,5.5,-6,7,8,9,1,2,3,4,5",
    "window": "window=4&length=17&hidden=5&input=sound&features=samples&frame=32&amplitude=2",
    "attention": "key=3&positions=sinusoidal&length=18&hidden=6&order=shuffled&input=text",
}
LONG = "length=900&hidden=6&resolution=24&from=100&until=500&since=300&to=800&t=700&k=200"
SETTINGS = (
    "activation=identity&init=identity&gain=0.97&length=60", "activation=sine&gain=2&length=40", "length=1",
    "length=2&hidden=1", "chrono=30&model=lstm&length=50", "chrono=20&model=gru&length=30", "init=spectral&gain=0.9",
    "gain=0", "gain=10&activation=relu", "input=sound&length=40&hidden=8", "loss=last&tolerance=0.4",
    "input=walk&activation=tanh", "input=constant&model=lstm", "input=impulse", "order=reversed&input=text",
    "text=한국어 <b>&&input=text&length=12", "of=o&wrt=h&length=20", "of=s&wrt=s&model=lstm&length=20",
    LONG, f"{LONG}&model=lstm&norm=frobenius", f"{LONG}&model=attention&of=o&wrt=x",
)  # fmt: skip
REFUSED = (
    "hidden=abc", "hidden=0", "length=1e9", "length=70000", "nope=1", "model=transformer", "activation=tanhh&gain=x",
    "t=3&k=9", "t=99", "k=0", "of=c", "layer=4", "origin=2", "chrono=9&forget_bias=1", "input=text&text=",
    "input=series", "series=1,x",
    "from=20&to=10", "until=99", "since=0", "model=mlp&of=h", "model=mlp&truncation=sliding",
    "hidden=5&hidden=6", "gain=nan", "gain=true", "seed=-1", "resolution=1", "v=2", "length=65536&hidden=256&layers=4",
    "tolerance=0", "amplitude=-1", "forget_bias=21", "window=0", "key=500", "frame=9", "length=1_0", "norm=nuclear",
    "gain=10&activation=identity&length=2000&hidden=64&init=gaussian",
)  # fmt: skip
ASSERTIONS = (
    "assert=horizon>=5", "assert=horizon>=50", "assert=rate>-0.1&assert=verdict==vanishes",
    "assert=log10_norm<0&t=9&k=2",
    "assert=dead==0&assert=saturated<=2&activation=relu", "assert=nope>1", "assert=", "", "assert=horizon~3",
    "model=lstm&forget_bias=4&length=100&assert=horizon>=50",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One request; a body makes it a POST."""

    path: str
    body: bytes | None = None
    media_type: str = "application/json"

    @property
    def name(self) -> str:
        """Tell it from the others."""
        if self.body is None:
            return f"GET {self.path}"
        return f"POST {self.path} {self.media_type} {hashlib.blake2b(self.body, digest_size=6).hexdigest()}"


def questions() -> list[Question]:
    """Give every question, each once, in a fixed order."""
    return list(dict.fromkeys((*_views(), *_settings(), *_own(), *_refused(), *_rest())))


def _views() -> Iterator[Question]:
    """Every view of every model, in every format for some."""
    for view in VIEWS:
        for model in MODELS:
            yield Question(f"/api/v1/{view}?model={model}&{ODD[model]}")
            yield Question(f"/api/v1/{view}/figure?model={model}&{ODD[model]}")
        for model in ("rnn", "lstm", "attention"):
            for suffix in (".csv", ".npz"):
                yield Question(f"/api/v1/{view}{suffix}?model={model}&{ODD[model]}")
        yield Question(f"/api/v1/{view}/progress?hidden=4&length=9")
        yield Question(f"/api/v1/{view}?{LONG}")
    for model in MODELS:
        for suffix in (".svg", ".dot"):
            yield Question(f"/api/v1/graph{suffix}?model={model}&{ODD[model]}")
            yield Question(f"/api/v1/graph{suffix}?model={model}&length=300&hidden=3&t=280&k=20")


def _settings() -> Iterator[Question]:
    for setting in SETTINGS:
        path = setting.replace(" ", "%20").replace("<b>&", "%3Cb%3E%26")
        for view in ("influence", "diagnosis", "decay", "jacobian", "credit"):
            yield Question(f"/api/v1/{view}?{path}")
        yield Question(f"/api/v1/influence/figure?{path}")
    for activation in (
        "identity", "tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softsign",
        "hardtanh", "hardsigmoid", "sine", "mish",
    ):  # fmt: skip
        yield Question(f"/api/v1/influence?activation={activation}&length=24")


def _own() -> Iterator[Question]:
    """Networks and recordings of one's own, and bodies that cannot be read."""
    draw = np.random.default_rng(5).standard_normal
    lstm = {
        "lstm.weight_ih_l0": draw((16, 3)), "lstm.weight_hh_l0": draw((16, 4)) / 2, "lstm.bias_ih_l0": draw(16),
        "lstm.bias_hh_l0": draw(16), "inputs": draw((12, 3)), "h": draw((1, 4)), "c": draw((1, 4)),
    }  # fmt: skip
    gru = {"weight_ih_l0": draw((9, 1)), "weight_hh_l0": draw((9, 3))}
    npz = io.BytesIO()
    np.savez(npz, **gru)  # type: ignore[arg-type]
    for view in VIEWS:
        yield Question(f"/api/v1/{view}", save(lstm), "application/x-safetensors")
        yield Question(f"/api/v1/{view}?length=15", npz.getvalue(), "application/x-npz")
    rnn = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[0.5]]}
    bodies: tuple[Any, ...] = (
        {"query": {}, "weights": rnn, "inputs": [[1.0], [0.0]], "initial_state": {"h": [[0.0]]}},
        {"query": {"activation": "relu", "length": 7}, "weights": rnn},
        {"query": {"length": 7}, "inputs": [[1.0], [2.0], [3.0]]},
        {"query": {"model": "gru"}, "weights": rnn}, {"weights": {"weight_ih_l0": [[1.0]]}},
        {"weights": rnn, "inputs": [[1.0, 2.0]]}, {"weights": {"nope": 1}}, {"quarry": {}}, [],
        {"query": {"hidden": "x"}},
        {"query": {"t": 9, "k": 10}, "weights": rnn}, {"weights": {"weight_hh_l0": [[1.0], [2.0]], "weight_ih_l0": []}},
        {"weights": rnn | {"weight_hh_l1": [[0.5]]}, "initial_state": {"c": [[0.0]], "h": [[1.0, 2.0]]}},
    )  # fmt: skip
    for body in bodies:
        yield Question("/api/v1/influence", json.dumps(body).encode())
        yield Question("/api/v1/check?assert=horizon>=1", json.dumps(body).encode())
    for broken in (b"", b"{", b'{"query": {"a": NaN}}', b'{"query": {}, "query": {}}', b"\xff"):
        yield Question("/api/v1/influence", broken)
    yield Question("/api/v1/influence", b"abc", "text/plain")
    yield Question("/api/v1/influence", save(lstm)[:-9], "application/x-safetensors")
    yield Question("/api/v1/influence", npz.getvalue()[:-30], "application/x-npz")
    sound = (np.sin(np.arange(4000) / 9) * 9000).astype("<i2").tobytes()
    wav = (
        b"RIFF"
        + struct.pack("<I", 36 + len(sound))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    )
    wav += b"data" + struct.pack("<I", len(sound)) + sound
    for path in ("influence", "graph?frame=200", "diagnosis?model=lstm&features=samples&frame=100", "facts?length=30"):
        yield Question(f"/api/v1/{path}", wav, "audio/wav")
    yield Question("/api/v1/influence", wav[:30], "audio/wav")
    yield Question("/api/v1/influence?input=noise", wav.replace(b"fmt ", b"fmT "), "audio/wav")


def _refused() -> Iterator[Question]:
    for wrong in REFUSED:
        yield Question(f"/api/v1/influence?{wrong}")
        yield Question(f"/?{wrong}")
    for wrong in REFUSED[:12]:
        for view in ("graph", "credit", "facts", "compare"):
            yield Question(f"/api/v1/{view}?{wrong}")
    for path in (
        "/nope",
        "/api/v1/nope",
        "/api/v1/influense",
        "/static/nope.js",
        "/static/../pyproject.toml",
        "/docs/x",
    ):
        yield Question(path)
    yield Question("/docs", b"x")


def _rest() -> Iterator[Question]:
    for assertion in ASSERTIONS:
        yield Question(f"/api/v1/check?{assertion}")
    for query in COMPARISONS:
        yield Question(f"/compare?{query}")
        for suffix in ("", ".csv", ".npz"):
            yield Question(f"/api/v1/compare{suffix}?{query}")
    for path in ("/api/v1/options", "/healthz", "/openapi.json", "/docs", "/", "/compare"):
        yield Question(path)
    for link in LINKS:
        yield Question(f"/?{link}")
    for link in LINKS[::6]:
        yield Question(f"/triangle.png?{link}")
        yield Question(f"/preview.png?{link}")
    for hidden in ("activation", "verdict", "controls", "model,gain", "verdict,activation,length,checks,share,reading"):
        yield Question("/?" + urlencode({"embed": 1, "hide": hidden, "model": "gru", "gain": 1.2}))
