"""Parameters by PyTorch's names: prefixes come off, and what belongs to another network is recognised."""

import pytest

from unrolled.errors import FieldError
from unrolled.experiment.uploads.names import read_names

LAYER = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def _layer(index):
    return [name.replace("_l0", f"_l{index}") for name in LAYER]


def read(*names, root=""):
    """Give what was read and the faults by field."""
    faults: list[FieldError] = []
    named = read_names(dict.fromkeys(names, 0), root, faults)
    return named, {fault.field: fault.message for fault in faults}


@pytest.mark.parametrize(("prefix", "root"), [("", ""), ("lstm.", "weights."), ("module.0.weight_ih_l0.", "")])
def test_a_common_prefix_comes_off(prefix, root):
    named, faults = read(*(prefix + name for name in LAYER), root=root)
    assert not faults
    assert tuple(named.values) == LAYER
    assert named.layers == 1
    assert named.paths["bias_ih_l0"] == f"{root}{prefix}bias_ih_l0"


def test_two_prefixes_are_two_networks():
    named, faults = read("encoder.weight_hh_l0", "decoder.weight_hh_l0", "fc.weight")
    assert faults == {
        "body": "The names begin in 2 ways, “encoder.”, “decoder.”: they are those of two networks. "
        "Send the parameters of one."
    }
    assert named.layers == 0


def test_other_layers_of_a_bigger_model_are_to_be_left_out():
    _, faults = read(*(f"lstm.{name}" for name in LAYER), "fc.weight", "embedding.weight")
    assert set(faults) == {"fc.weight", "embedding.weight"}
    assert "send only the names that begin with “lstm.”" in faults["fc.weight"]


def test_names_that_cannot_be_used():
    for name, phrase in [
        ("weight_hh_l00", "write the layer without zeros in front"),
        ("weight_hh_l٣", "There is no parameter"),
        ("weight_hh_l" + "9" * 5000, "There is no parameter"),
        ("weight_hh", "Did you mean weight_hh_l0?"),
        ("wieght_ih_l0", "Did you mean weight_ih_l0?"),
        ("kernel", "a file holds weight_ih_l0"),
        ("a\nb", "There is no parameter “a�b”"),
        ("", "There is no parameter “”"),
    ]:
        named, faults = read(*LAYER, name)
        assert list(faults) == [name[:60]]
        assert phrase in faults[name[:60]]
        assert tuple(named.values) == LAYER


def test_a_bidirectional_network_is_one_fault():
    both = [name + end for layer in range(2) for name in _layer(layer) for end in ("", "_reverse")]
    named, faults = read(*(f"lstm.{name}" for name in both), root="weights.")
    assert list(faults) == ["weights.lstm.bias_hh_l0_reverse"]
    (message,) = faults.values()
    assert message.startswith("“lstm.bias_hh_l0_reverse” and 7 other names belong to a bidirectional network")
    assert "Send one direction of its first layer" in message
    assert named.layers == 0
    assert "“weight_ih_l0_reverse” belongs to" in read(*LAYER, "weight_ih_l0_reverse")[1]["weight_ih_l0_reverse"]


def test_a_projection_is_one_fault():
    named, faults = read(*LAYER, "weight_hr_l0", *_layer(1), "weight_hr_l1")
    assert list(faults) == ["weight_hr_l0"]
    assert "“weight_hr_l0” and one other name belong to an LSTM with proj_size" in faults["weight_hr_l0"]
    assert "made with proj_size=0" in faults["weight_hr_l0"]
    assert named.layers == 0


def test_layers_follow_each_other():
    named, faults = read("weight_ih_l0", "weight_hh_l0", "weight_ih_l2", "weight_hh_l2")
    assert named.layers == 3
    assert set(faults) == {"weight_ih_l1", "weight_hh_l1"}
    assert "without gaps" in faults["weight_hh_l1"]


def test_more_than_four_layers_are_not_taken():
    named, faults = read(*(f"{kind}_l{layer}" for layer in range(6) for kind in ("weight_ih", "weight_hh")))
    assert faults == {
        "weight_ih_l5": "“weight_ih_l5” is of layer 5, counted from 0; at most 4 layers are taken, l0 to l3."
    }
    assert named.layers == 4
    assert len(named.values) == 8
    five = read(*(name for layer in range(5) for name in _layer(layer)))[1]
    assert five.keys() == {"weight_ih_l4"}
    assert not read(*(name for layer in range(4) for name in _layer(layer)))[1]


def test_biases_are_all_there_or_none():
    matrices = [f"{kind}_l{layer}" for layer in range(2) for kind in ("weight_ih", "weight_hh")]
    assert read(*matrices)[1] == {}
    assert set(read(*matrices, "bias_hh_l1")[1]) == {"bias_ih_l0", "bias_hh_l0", "bias_ih_l1"}


def test_null_is_the_same_as_absent_unless_nobody_knows_the_name():
    faults: list[FieldError] = []
    named = read_names(dict.fromkeys(LAYER[:2], 0) | dict.fromkeys(LAYER[2:]) | {"extra": None}, "weights.", faults)
    assert list(named.values) == list(LAYER[:2])
    assert [fault.field for fault in faults] == ["weights.extra"]


def test_a_crowd_of_names_is_refused_before_each_is_looked_at():
    named, faults = read(*(f"weight_hh_l{index}" for index in range(1001)))
    assert faults == {"body": "body has 1001 names; at most 1000 are taken."}
    assert not named.values


def test_a_recurrent_matrix_is_missing_unless_the_model_has_none():
    for given, are_faults in (({}, True), ({"needs_matrix": True}, True), ({"needs_matrix": False}, False)):
        faults: list[FieldError] = []
        read_names({"weight_ih_l0": 0}, "weights.", faults, **given)
        assert bool(faults) == are_faults
