"""The loss of a prediction: what counts as a target, and the gradient of either loss."""

import numpy as np
import pytest

from unrolled.core.loss.losses import losses, next_targets
from unrolled.errors import Overflow


def test_the_squared_error_is_a_mean_without_a_half():
    values, gradients = losses(np.array([[1.0, 2.0], [9.0, 9.0]]), next_targets(np.array([[0.0, 0.0], [3.0, 2.0]])))
    assert values.tolist() == [2.0]
    assert gradients.tolist() == [[-2.0, 0.0]]


def test_the_class_of_a_character_does_not_depend_on_the_amplitude():
    hot, outputs = np.eye(3)[[0, 2, 1]], np.random.default_rng(0).standard_normal((3, 3))
    large, small = (losses(outputs, next_targets(scale * hot, is_text=True)) for scale in (50.0, 0.1))
    np.testing.assert_array_equal(large[0], small[0])
    share = np.exp(outputs[0, 2]) / np.exp(outputs[0]).sum()
    assert large[0][0] == pytest.approx(-np.log(share))


def test_padding_is_no_target():
    padded = np.vstack([np.eye(2), np.zeros((3, 2))])
    assert next_targets(padded, is_text=True).steps.tolist() == [1]
    assert next_targets(padded, length=2).steps.tolist() == [1]
    assert len(next_targets(padded[:1])) == 0
    assert next_targets(padded).for_loss("last").steps.tolist() == [4]


@pytest.mark.parametrize("is_text", [False, True])
def test_the_gradient_is_that_of_the_loss(is_text):
    rng = np.random.default_rng(1)
    targets = next_targets(np.eye(3)[[0, 1, 2, 1]], is_text=is_text)
    outputs, step = rng.standard_normal((4, 3)), 1e-6 * rng.standard_normal((4, 3))
    difference = (losses(outputs + step, targets)[0] - losses(outputs - step, targets)[0]) / 2
    np.testing.assert_allclose(difference, (losses(outputs, targets)[1] * step[:3]).sum(axis=1), rtol=1e-7)


def test_large_outputs_of_a_text_are_no_overflow_and_large_errors_are_refused():
    targets = next_targets(np.eye(2), is_text=True)
    assert losses(np.array([[1e300, 0.0], [0.0, 0.0]]), targets)[0].tolist() == [1e300]
    with pytest.raises(Overflow) as caught:
        losses(np.array([[1e300], [0.0]]), next_targets(np.zeros((2, 1))))
    # A bounded activation would not bound the loss of what it is read out to.
    assert "activation" not in caught.value.detail
