"""Reading assertions, and holding measured numbers to them."""

import math

import pytest

from unrolled.views.assertions import MESSAGES, MOST, Assertion, read_assertions
from unrolled.views.derivative.metrics import METRICS


def test_an_assertion_is_a_name_a_comparison_and_a_value():
    assertions, faults = read_assertions(["horizon>=50", " rate  > −99 ", "verdict!=explodes"])
    assert faults == []
    assert assertions == [
        Assertion("horizon>=50", "horizon", ">=", 50),
        Assertion(" rate  > −99 ", "rate", ">", -99),
        Assertion("verdict!=explodes", "verdict", "!=", "explodes"),
    ]


def test_every_comparison_compares():
    held = {
        ">=": [True, True, False],
        "<=": [False, True, True],
        "==": [False, True, False],
        "!=": [True, False, True],
        ">": [True, False, False],
        "<": [False, False, True],
    }
    for sign, expected in held.items():
        (assertions, _) = read_assertions([f"horizon{sign}{value}" for value in (4, 5, 6)])
        assert [assertion.judge(5, None)["passed"] for assertion in assertions] == expected, sign


def test_measured_values_are_null_where_json_has_no_number():
    ((rate, verdict), _) = read_assertions(["rate<-1e300", "verdict==vanishes"])
    assert rate.judge(-0.5, None) == {
        "assert": "rate<-1e300",
        "name": "rate",
        "operator": "<",
        "expected": -1e300,
        "measured": -0.5,
        "passed": False,
        "why": "",
    }
    dead = rate.judge(-math.inf, "rate: why")
    assert (dead["measured"], dead["passed"], dead["why"]) == (None, True, "rate: why")
    missing = rate.judge(None, "rate: why")
    assert (missing["measured"], missing["passed"]) == (None, False)
    assert verdict.judge("vanishes", None)["measured"] == "vanishes"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("speed>=3", "assert names “speed”; it may name verdict, horizon,"),
        ("horizon", "assert is “horizon”; give a name, a comparison and a value"),
        ("horizon=50", "give a name, a comparison and a value"),
        ("horizon>", "give a name, a comparison and a value"),
        ("horizon>=", "give a name, a comparison and a value"),
        ("", "give a name, a comparison and a value"),
        (3, "give a name, a comparison and a value"),
        ("horizon>=many", "assert compares horizon with “many”; give a finite number"),
        ("horizon>=nan", "give a finite number"),
        ("horizon>=1_0", "give a finite number"),
        ("rate>-inf", "give a finite number"),
        ("rate>1e999", "give a finite number"),
        ("verdict>vanishes", "a verdict is == or != one of zero, vanishes, decays, preserves, grows"),
        ("verdict==fades", "a verdict is == or != one of"),
    ],
)
def test_what_cannot_be_read_is_a_fault(text, message):
    (assertion,), (fault,) = read_assertions([text, "rate<0"])
    assert assertion.name == "rate"
    assert fault.field == "assert"
    assert message in fault.message


def test_none_at_all_and_too_many_are_one_fault():
    assertions, (fault,) = read_assertions([])
    assert assertions == []
    assert fault.allowed == tuple(METRICS)
    assert fault.message.startswith("assert is missing")
    assert read_assertions(["rate<0"] * MOST)[1] == []
    assert read_assertions(["rate<0"] * (MOST + 1))[1][0].message == MESSAGES["many"].format(count=51, most=50)
