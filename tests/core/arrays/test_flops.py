"""Operations are counted by their leading term once the sizes are large, and grow with every size."""

import pytest

from unrolled.core.arrays import flops

LARGE = 10**7


@pytest.mark.parametrize(
    ("count", "leading"),
    [
        (flops.forward_step(4, LARGE), 2 * 4 * LARGE**2),
        (flops.product_step(1, 1, LARGE, LARGE), 2 * LARGE**3),
        # Half of an LSTM's joint Jacobian is diagonal; in a stack it is multiplied as a whole.
        (flops.product_step(4, 1, LARGE, LARGE), LARGE**3),
        (flops.product_step(4, 2, LARGE, LARGE), 2 * LARGE**3),
        (flops.row_step(3, LARGE, LARGE), 2 * 3 * LARGE**3),
        (flops.gram_rectangle(LARGE, 3, LARGE, LARGE), 3 * LARGE**2 * 4 * LARGE),
        (flops.qr_step(LARGE), 12 * LARGE**3),
    ],
)
def test_large_sizes_count_by_their_leading_term(count, leading):
    assert count == pytest.approx(leading, rel=1e-3)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (flops.row_norms, (3, 5, 7)),
        (flops.inspection, (3, 5, 7)),
        (flops.gram_rectangle, (3, 5, 7, 9)),
        (flops.jacobi_rotations, (5,)),
        (flops.enclosure, (3, 5)),
    ],
)
def test_more_of_anything_is_more_work(count, sizes):
    for place, size in enumerate(sizes):
        assert 0 < count(*sizes) < count(*sizes[:place], 2 * size, *sizes[place + 1 :])


def test_gates_and_layers_take_calls():
    rnn, gru, lstm = (flops.step_calls(gates, 1) for gates in (1, 3, 4))
    assert flops.CALL < rnn < gru <= lstm
    assert flops.step_calls(3, 2) - gru == pytest.approx(gru - flops.CALL)
