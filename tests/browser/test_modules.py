"""Modules of the scripts that need no page of their own, asked one by one in a browser."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def module(page: Page) -> Page:
    """Open a page that has nothing to do with what is asked."""
    page.goto("/nope")
    return page


def ask(page: Page, name: str, function: str, *values: Any) -> Any:
    """Call an exported function with values that are JSON."""
    script = "async ([name, of, values]) => (await import(`/static/js/${name}.js`))[of](...values)"
    return page.evaluate(script, [name, function, list(values)])


def test_numbers_are_written_as_the_server_writes_them(module: Page) -> None:
    for value, digits, text in ((1.005, 2, "1.00"), (-2.5, 1, "−2.5"), (-0.001, 2, "0.00"), (0.126, 2, "0.13")):
        assert ask(module, "text/numbers", "fixed", value, digits) == text
    for log10, text in ((None, "0"), (-3.456, "10^−3.46"), (99.996, "10^100.00"), (-100.4, "10^−100"), (0, "10^0.00")):
        assert ask(module, "text/numbers", "power", log10) == text


def test_rows_of_cells(module: Page) -> None:
    text = 'a,"b, ""c""\n",d\r\n1,,3\n'
    assert ask(module, "text/csv", "parse", text) == [["a", 'b, "c"\n', "d"], ["1", "", "3"]]
    assert ask(module, "text/csv", "parse", "1;2,5", ";") == [["1", "2,5"]]
    assert ask(module, "text/csv", "parse", "") == []


def test_stops_of_a_slider_are_fine_where_numbers_are_small(module: Page) -> None:
    whole = ask(module, "controls/stops", "stops", 1, 200, 1)
    assert (whole[:32], whole[-1]) == (list(range(1, 33)), 200)
    # After 32 fine steps they double, and again after 16 each.
    assert whole[32:48] == list(range(34, 66, 2))
    assert whole[48:52] == [68, 72, 76, 80]
    assert ask(module, "controls/stops", "stops", 0, 0.5, 0.1) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert [ask(module, "controls/stops", "nearest", [1, 4, 9], value) for value in (0, 2, 7, 30)] == [0, 0, 2, 2]


def test_typed_arrays_are_read(module: Page) -> None:
    array = np.array([[1.5, -2.0, 3.0], [4.0, 5.0, 6.25]], dtype=np.float32)
    sent = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode(), "shape": "2, 3"}
    assert ask(module, "net/typed-arrays", "matrix", sent) == array.tolist()
    assert ask(module, "net/typed-arrays", "vector", sent) == array.ravel().tolist()
    assert ask(module, "net/typed-arrays", "vector", [1, 2]) == [1, 2]
    assert ask(module, "net/typed-arrays", "matrix", [[1], [2]]) == [[1], [2]]
    assert ask(module, "net/typed-arrays", "vector", None) == ask(module, "net/typed-arrays", "matrix", None) == []


VALUES: dict[str, str] = {
    "model": "rnn", "of": "h", "wrt": "h", "layers": "1", "layer": "", "origin": "", "length": "20", "t": "", "k": "",
    "from": "", "until": "", "since": "", "to": "", "truncation": "none", "forget_bias": "", "chrono": "",
}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "states": {"rnn": ["h"], "lstm": ["h", "c"], "mlp": []}, "stateless": {"of": "o", "wrt": "x"}, "texts": ["text"],
    "defaults": {"v": "1", "model": "rnn", "gain": "1", "text": "abc", "of": "h", "wrt": "h"},
}  # fmt: skip


def test_the_window_and_the_chosen_cell_are_those_of_the_server(module: Page) -> None:
    def cell(**values: str) -> Any:
        return ask(module, "state/selection", "chosenOf", VALUES | values)

    assert ask(module, "state/selection", "windowOf", VALUES) == {"from": 1, "until": 20, "since": 1, "to": 20}
    window = ask(module, "state/selection", "windowOf", VALUES | {"from": "5", "to": "9", "until": "7"})
    assert window == {"from": 5, "until": 7, "since": 5, "to": 9}
    assert cell() == {"t": 20, "k": 1}
    assert cell(t="7") == {"t": 7, "k": 1}
    assert cell(**{"from": "5", "to": "9"}) == {"t": 9, "k": 5}
    # A cell may lie outside of the window: the other end is then that of the sequence.
    assert cell(**{"from": "5", "to": "9", "t": "3"}) == {"t": 3, "k": 1}
    assert cell(**{"from": "5", "to": "9", "k": "12"}) == {"t": 20, "k": 12}
    inside = {"from": 5, "until": 7, "since": 6, "to": 9}
    for t, k, expected in ((6, 5, True), (9, 7, True), (10, 5, False), (5, 5, False), (6, 4, False), (9, 8, False)):
        assert ask(module, "state/selection", "isInside", {"t": t, "k": k}, inside) is expected


def test_what_no_longer_fits_gives_way(module: Page) -> None:
    def after(before: str = "rnn", **patch: str) -> dict[str, str]:
        kept = ask(module, "state/reconcile", "reconciled", VALUES | patch, patch, SCHEMA, before)
        return {name: value for name, value in kept.items() if value != (VALUES | patch)[name]}

    assert after(gain="2") == {}
    # Models: no state, a state again, no cell.
    assert after(model="mlp", truncation="sliding") == {"of": "o", "wrt": "x", "truncation": "none"}
    assert after("mlp", model="rnn", of="h") == {}
    assert after("lstm", model="rnn", of="c", wrt="c") == {"of": "h", "wrt": "h"}
    assert after(model="lstm", of="c") == {}
    # Layers: none above the last one, no way up from above.
    assert after(layers="2", layer="3") == {"layer": "2"}
    assert after(layers="3", layer="2", origin="3") == {"origin": "2"}
    assert after(layers="3", layer="2", origin="2") == {}
    assert after(layers="1", layer="1", origin="1") == {"layer": "", "origin": ""}
    for wrong in ("x", "0", "1.5", ""):
        assert after(layers=wrong, layer="9", origin="9") == {}
    # Biases: the newer one.
    assert after(chrono="9", forget_bias="2") == {"forget_bias": ""}
    assert (
        ask(module, "state/reconcile", "reconciled", VALUES | {"chrono": "9"}, {"forget_bias": "2"}, SCHEMA, "rnn")[
            "chrono"
        ]
        == ""
    )
    # What a shorter sequence or another window leaves out.
    assert after(length="8", t="9", k="2") == {"t": "", "k": ""}
    assert after(length="9", t="9", k="9") == {}
    assert after(length="9", t="4", k="5") == {"t": "", "k": ""}
    assert after(length="9", to="10") == {"to": ""}
    assert after(**{"from": "5", "to": "9", "t": "3", "k": "2"}) == {"t": "", "k": ""}
    assert after(length="x", t="30", k="2") == {}


def test_a_link_has_what_differs_from_the_defaults(module: Page) -> None:
    script = "async ([values, schema]) => String((await import('/static/js/state/query.js')).params(values, schema))"

    def link(**values: str) -> str:
        return str(module.evaluate(script, [SCHEMA["defaults"] | values, SCHEMA]))

    assert link() == "v=1"
    assert link(gain="1.0") == "v=1"
    assert link(gain="0x1") == "v=1&gain=0x1"
    assert link(gain="1.5", text="abc ") == "v=1&gain=1.5&text=abc+"
    assert link(model="mlp", of="o", wrt="x") == "v=1&model=mlp"
    assert link(model="mlp", of="h", wrt="x") == "v=1&model=mlp&of=h"
    defaults = SCHEMA["defaults"]
    assert ask(module, "state/query", "read", "?gain=&text=&model=mlp", SCHEMA) == defaults | {
        "text": "", "model": "mlp", "of": "o", "wrt": "x",
    }  # fmt: skip
    assert ask(module, "state/query", "read", "?gain=3&nope=1&wrt=c", SCHEMA) == defaults | {"gain": "3", "wrt": "c"}
    written = ask(module, "state/query", "asValues", {"a": None, "b": [1, 2.5], "c": True, "d": 0})
    assert written == {"a": "", "b": "1,2.5", "c": "true", "d": "0"}


def test_the_letters_of_a_state(module: Page) -> None:
    for values, expected in (
        ({"model": "rnn"}, ("h", "h", "h")),
        ({"model": "rnn", "of": "s"}, ("h", "h", "h")),
        ({"model": "rnn", "layers": "2", "of": "s"}, ("s", "s", "h")),
        ({"model": "lstm", "wrt": "c"}, ("s", "h", "c")),
        ({"layers": "3", "layer": "2"}, ("s", "h", "h")),
        ({"layers": "3", "origin": "1"}, ("s", "h³", "h¹")),
        ({"layers": "3", "layer": "2", "origin": "1", "of": "o"}, ("s", "o", "h¹")),
        ({"layers": "3", "origin": "1", "wrt": "x"}, ("s", "h", "x")),
    ):
        told = ask(module, "state/symbols", "symbols", {"values": VALUES | values, "states": SCHEMA["states"]})
        assert (told["state"], told["of"], told["wrt"]) == expected


def test_numbers_of_a_file_are_one_column_and_nothing_is_guessed(module: Page) -> None:
    def found(text: str) -> Any:
        return ask(module, "controls/columns", "numbersIn", text)

    plain = found("year,value\n1700,5\n1701,11.5\n1702,n/a\n")
    assert (plain["numbers"], plain["column"], plain["columns"], plain["numeric"]) == ([5, 11.5], 2, 2, 2)
    assert (plain["name"], plain["passed"], plain["decimalComma"]) == ("value", 1, False)
    german = found("Jahr;Wert\n1700;5,25\n1701;−1,5\n")
    assert (german["numbers"], german["decimalComma"]) == ([5.25, -1.5], True)
    row = found("1, 2, 3")
    assert (row["numbers"], row["column"], row["columns"]) == ([1, 2, 3], 0, 3)
    assert found("1 2\n3 4\n")["numbers"] == [2, 4]
    short = found("level\n5\n")
    assert (short["numbers"], short["name"], short["passed"]) == ([5], "level", 0)
    assert (found("7\n5\n")["numbers"], found("7\n5\n")["name"]) == ([7, 5], "")
    # 1,5 is one number or two.
    assert found("1,5\n2,5\n") is None
    assert found("a\nb\n")["numbers"] == []


def test_a_cell_in_words(page: Page) -> None:
    page.goto("/compare?hidden=2&rows=&columns=")

    def said(t: int, k: int, log10: float | None, norm: str = "spectral", of: str = "h", wrt: str = "h") -> str:
        return str(ask(page, "text/cell", "cellSentence", {"t": t, "k": k}, log10, norm, {"of": of, "wrt": wrt}))

    assert "against itself" in said(5, 5, 0)
    assert "against itself" not in said(5, 3, 0) + said(5, 5, 0, wrt="x") + said(5, 5, -1)
    assert "side by side" in said(5, 5, None, wrt="x")
    assert said(5, 3, None).endswith("leaves no trace in h_5, 2 steps later: the product is exactly zero.")
    for log10, words in (
        (0, "feels at most all of it, 2 steps later"), (0.01, "practically all of it"), (-0.01, "practically all"),
        (-2, "at most about 1 part in 100,"), (2, "at most about 100 times as much"), (-9.1, "less than 1 part in a"),
        (9.1, "more than a billion times as much"), (-9, "about 1 part in 1,000,000,000,"),
    ):  # fmt: skip
        assert words in said(5, 3, log10), log10
    assert "1 step later" in said(4, 3, -2)
    assert "feels over all entries about 1 part in 100" in said(5, 3, -2, "frobenius")
    assert said(5, 3, -2, of="c", wrt="x").startswith("Of a nudge to x_3, c_5 feels")


def test_arrows_step_a_number_and_a_comma_becomes_a_point(module: Page) -> None:
    script = """async (presses) => {
      const form = document.createElement("form");
      const box = document.createElement("input");
      Object.assign(box.dataset, { step: "0.1", min: "0", max: "1" });
      box.inputMode = "decimal";
      form.append(box);
      document.body.append(form);
      (await import("/static/js/controls/numbers.js")).connectNumbers(form);
      return presses.map(([value, key]) => {
        box.value = value;
        const how = { bubbles: true, cancelable: true };
        box.dispatchEvent(key ? new KeyboardEvent("keydown", { key, ...how }) : new Event("input", how));
        return box.value;
      });
    }"""
    up, down = "ArrowUp", "ArrowDown"
    cases = [
        ("0.2", up, "0.3"), ("0.3", down, "0.2"), ("1", up, "1"), ("0", down, "0"), ("7", down, "1"),
        ("0.25", "a", "0.25"), ("", up, ""), (" ", down, " "), ("abc", up, "abc"), ("1,5", "", "1.5"),
        ("−0,5", "", "−0.5"), ("1,2,3", "", "1,2,3"), ("a,5", "", "a,5"),
    ]  # fmt: skip
    assert module.evaluate(script, [case[:2] for case in cases]) == [case[2] for case in cases]


def test_sentences_are_set_as_mathematics_is(module: Page) -> None:
    script = """async (text) => {
      const box = document.createElement("p");
      (await import("/static/js/text/typeset.js")).typeset(box, text);
      return box.innerHTML;
    }"""
    for text, expected in (
        ("× 10^-0.6 a step.", "× 10<sup>−0.6</sup> a step."),
        ("h_5 and W_hh, a_{t−1}", "h<sub>5</sub> and W<sub>hh</sub>, a<sub>t−1</sub>"),
        ("c²_12<b>", "c²<sub>12</sub>&lt;b&gt;"),
        ("plain", "plain"),
    ):
        assert module.evaluate(script, text) == expected
    assert ask(module, "text/typeset", "spoken", "h_5 moves x_12") == "h 5 moves x 12"


def test_only_the_newest_request_counts_and_a_fault_is_reported(module: Page) -> None:
    script = """async () => {
      const served = [], faults = [];
      window.addEventListener("error", (event) => { faults.push(event.message); event.preventDefault(); });
      const { latest } = await import("/static/js/net/latest.js");
      let release;
      const ask = latest(async (request) => {
        served.push(request);
        if (request === 1) await new Promise((resolve) => { release = resolve; });
        if (request === 3) throw new Error("third");
      });
      for (const request of [1, 2, 3]) ask(request);
      release();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [served, faults.length];
    }"""
    assert module.evaluate(script) == [[1, 3], 1]
