"""One changed field in a memory full of answers: what is sent is what a fresh server sends, with an ETag of its own."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.cases import EVERY, few
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.axes import VIEWPORT_FIELDS
from unrolled.service.compare.request import read_comparison
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS_VIEW
from unrolled.web.api.views import formats_of, path_of

Fields = dict[str, object]
Pair = tuple[Fields, Fields]

SMALL: Fields = {"length": 7, "hidden": 2}
# A network, and other values of the fields that it reads, one changed at a time.
NETWORKS: dict[str, tuple[Fields, Fields]] = {
    "rnn": (
        {},
        {"model": "gru", "activation": "relu", "length": 8, "hidden": 3, "layers": 2, "init": "orthogonal", "gain": 1.5}
        | {"input": "sine", "order": "reversed", "amplitude": 2, "seed": 5, "of": "o", "wrt": "x", "norm": "frobenius"}
        | {"t": 6, "k": 3, "from": 2, "until": 5, "since": 3, "to": 6, "resolution": 4, "truncation": "sliding"}
        | {"window": 3, "loss": "last", "tolerance": 0.5, "key": 3, "positions": "sinusoidal", "forget_bias": 1}
        | {"chrono": 5, "reset": "before", "text": "abc", "series": "1,2,1", "frame": 16, "features": "samples"},
    ),
    "zoomed": (
        {"from": 2, "until": 5, "since": 3, "to": 6, "t": 5, "k": 4},
        {"from": 1, "until": 4, "since": 2, "to": 7, "t": 6, "k": 2},
    ),
    "stack": ({"layers": 3, "layer": 2, "origin": 1}, {"layers": 2, "layer": 3, "origin": 2, "loss": "last"}),
    "truncated": ({"truncation": "chunked", "window": 3}, {"truncation": "sliding", "window": 4, "tolerance": 0.5}),
    "lstm": (
        {"model": "lstm", "of": "c"},
        {"of": "h", "wrt": "c", "forget_bias": 2, "chrono": 5, "activation": "relu"},
    ),
    "chrono": ({"model": "lstm", "chrono": 5}, {"chrono": 6}),
    "gru": ({"model": "gru", "forget_bias": 1}, {"forget_bias": 2, "reset": "before"}),
    "mlp": ({"model": "mlp"}, {"layers": 2, "activation": "relu", "loss": "last", "tolerance": 0.5, "window": 3}),
    "window": ({"model": "window", "window": 3}, {"window": 4, "gain": 2, "layers": 2}),
    "attention": (
        {"model": "attention", "key": 3},
        {"key": 2, "positions": "sinusoidal", "gain": 2, "layers": 2, "loss": "last", "norm": "frobenius"},
    ),
    "text": ({"input": "text", "text": "abcab"}, {"text": "abcba", "order": "shuffled"}),
    "series": ({"input": "series", "series": "1,3,2,5"}, {"series": "1,3,2,6", "amplitude": 2}),
    "sound": ({"input": "sound", "frame": 8}, {"frame": 16, "features": "samples"}),
}
PAIRS = [
    (SMALL | network, SMALL | network | {field: value})
    for network, others in NETWORKS.values()
    for field, value in others.items()
]


VIEW_OF = {path_of(view, form): VIEWS[view] for view in VIEWS for form in formats_of(view)}
PICTURES = ["/", "/triangle.png", "/preview.png"]
CHECK = "/api/v1/check"
COMPARED = ["/compare", "/api/v1/compare", "/api/v1/compare.csv", "/api/v1/compare.npz", "/api/v1/compare/stream"]
ROWS: Fields = {"rows": "init", "row_values": "pytorch,he", "seeds": 2}


@pytest.fixture(scope="module")
def asked() -> TestClient:
    """Give a client of a server that remembers all it was asked in this module."""
    return client()


@pytest.fixture(scope="module")
def fresh() -> TestClient:
    """Give a client of a server that is made to forget before every question."""
    return client()


def client() -> TestClient:
    """Give a client of a server of its own; what is sent is not compressed, and redirects are followed."""
    return TestClient(create_app(Settings(threads=1)), headers={"Accept-Encoding": "identity"})


def link(path: str, fields: Fields) -> str:
    """Give the link of a question as the page writes it: what is as it always is is left out."""
    if path in COMPARED:
        return read_comparison([(name, str(value)) for name, value in (fields | ROWS).items()]).url(path)
    return Query.build(fields).url(path) + ("&assert=horizon>=2" if path == CHECK else "")


def sent(client: TestClient, link: str) -> object:
    """Give what a server sends, without the time that it took and the order in which tiles were ready."""
    response = client.get(link)
    assert response.status_code == 200, (link, response.text)
    kind = response.headers["content-type"].partition(";")[0]
    if kind == "application/json":
        return {name: part for name, part in response.json().items() if name != "ms"}
    if kind == "text/event-stream":
        events = [event.partition("data: ") for event in response.text.split("\n\n") if "progress" not in event]
        return sorted((head, re.sub(r'"done":\d+', "", data)) for head, _, data in events)
    return response.content


def first_sent(client: TestClient, link: str) -> object:
    """Give what a server sends that remembers nothing."""
    client.app.state.answers.memo = Memo(2**26)  # type: ignore[attr-defined]  # an application of Starlette has a state
    return sent(client, link)


def is_asked(path: str, pair: Pair) -> bool:
    """Tell whether a path answers both questions of a pair: a view may mean nothing for a model, a tile no cell."""
    models = {str(fields.get("model", "rnn")) for fields in pair}
    if path in COMPARED:
        return not {*pair[0], *pair[1]} & (VIEWPORT_FIELDS | {"resolution", "init"})
    return models <= (METRICS_VIEW if path == CHECK else VIEW_OF.get(path, VIEWS["influence"])).models


def cases(paths: Sequence[str], step: int) -> list[tuple[str, Pair]]:
    """Give every path with one of so many pairs, beginning with another one each time; with ``--all`` every pair."""
    every = [[(path, pair) for pair in PAIRS if is_asked(path, pair)] for path in paths]
    return [case for place, row in enumerate(every) for case in few(row, row[5 * place % step :: step])]


def test_every_field_is_changed_and_what_is_read_alone_is_in_a_network_that_reads_it() -> None:
    changed = {field for _, others in NETWORKS.values() for field in others}
    assert changed == set(Query.names()) - {"v"}
    assert all(Query.build(one) != Query.build(other) for one, other in PAIRS)


CHEAP = [path_of(view, "self") for view in VIEWS if view not in ("facts", "activations", "lengths", "models", "paths")]
DEAR = [path_of(view, "self") for view in ("activations", "lengths", "models", "paths")]
FORMS = [path for path in VIEW_OF if not path.startswith("/api/v1/facts")]
FACTS = [path for path in VIEW_OF if path.startswith("/api/v1/facts")]
PROGRESS = [f"/api/v1/{view}/progress" for view in ("decay", "graph")]


@pytest.mark.parametrize(
    ("path", "pair"),
    [
        *cases(["/api/v1/decay"], 1),
        *cases([CHECK, *CHEAP], 16),
        *cases([*DEAR, *PICTURES[:2], *COMPARED], 24),
        *cases([*FORMS, *PROGRESS, PICTURES[2]], 60),
        *cases(FACTS, 40)[: None if EVERY else 1],
    ],
    ids=str,
)
def test_what_is_sent_is_not_that_of_another_question(path, pair, asked, fresh):
    one, other = (link(path, fields) for fields in pair)
    sent(asked, one)
    assert sent(asked, other) == first_sent(fresh, other)


@pytest.mark.parametrize("paths", [[path_of(view, form) for form in formats_of(view)] for view in ("graph", "decay")])
def test_what_is_sent_is_not_another_form(paths, asked, fresh):
    for path in (*paths, *PICTURES, *COMPARED):
        assert sent(asked, link(path, SMALL)) == first_sent(fresh, link(path, SMALL))


def etag(client: TestClient, link: str, **headers: str) -> str:
    """Give the ETag of an answer without having it computed: the client says that it has it, whatever it is."""
    response = client.get(link, headers={"If-None-Match": "*", **headers})
    assert (response.status_code, response.content) == (304, b""), link
    return response.headers["etag"]


def test_every_form_of_every_question_has_an_etag_of_its_own(asked):
    tagged = [*VIEW_OF, *PICTURES, *(path for path in COMPARED if not path.endswith("stream"))]
    asking = [*cases(tagged, 24), *cases(["/api/v1/decay", "/", "/api/v1/compare", "/preview.png", "/compare"], 1)]
    links = {link(path, fields) for path, pair in asking for fields in pair} | {link(path, SMALL) for path in tagged}
    links |= {f"/?v=1&length=7&{more}" for more in ("embed=1", "hide=seed", "hide=gain", "embed=1&hide=gain")}
    tags = {link: etag(asked, link) for link in sorted(links)}
    assert len(set(tags.values())) == len(tags) > 200
    assert tags == {link: etag(asked, link) for link in tags}
    for page in ("/?v=1&length=7", link("/compare", SMALL)):
        assert etag(asked, page) != etag(asked, page, Host="elsewhere.test")


def test_a_server_with_other_settings_has_other_etags(asked):
    other = TestClient(create_app(Settings(threads=1, max_gflop=7.0)))
    for path in ("/api/v1/decay", "/", "/triangle.png", "/compare", "/api/v1/compare.csv"):
        assert etag(other, link(path, SMALL)) != etag(asked, link(path, SMALL))


def test_a_page_is_not_that_of_another_host_or_another_exercise(asked, fresh):
    for page in ("/?v=1&length=7", "/?v=1&length=7&hide=seed", "/?v=1&length=7&hide=gain", "/?v=1&length=7&embed=1"):
        for host in ("one.test", "other.test"):
            asked.headers["Host"] = fresh.headers["Host"] = host
            assert sent(asked, page) == first_sent(fresh, page)
            assert host in asked.get(page).text
    del asked.headers["Host"], fresh.headers["Host"]


@pytest.mark.parametrize(
    "path", ["/api/v1/decay", "/api/v1/influence.csv", "/api/v1/jacobian/figure", "/api/v1/graph.dot"]
)
def test_what_is_sent_is_not_that_of_another_network_of_ones_own(path, asked, fresh):
    one = {"weight_ih_l0": [[1.0, 2.0], [0.5, 0.25]], "weight_hh_l0": [[0.3, 0.1], [0.2, 0.4]]}
    swapped = {"weight_ih_l0": one["weight_hh_l0"], "weight_hh_l0": one["weight_ih_l0"]}
    bodies = [{"weights": weights, "inputs": [[0.1, 0.2]] * 4} for weights in (one, swapped)]
    bodies += [
        bodies[0] | {"inputs": [[0.1, 0.2]] * 3 + [[0.1, 0.3]]},
        bodies[0] | {"initial_state": {"h": [0.1, 0.0]}},
    ]
    answers = []
    for body in bodies:
        fresh.app.state.answers.memo = Memo(2**26)
        answers.append(without_time(asked.post(path, json=body)))
        assert answers[-1] == without_time(fresh.post(path, json=body))
    assert len({str(answer) for answer in answers}) == len(bodies)


def without_time(response: Any) -> object:
    """Give what was sent, without the time that it took."""
    assert response.status_code == 200, response.text
    return {**response.json(), "ms": 0} if "json" in response.headers["content-type"] else response.content
