"""Operations are counted by their leading term once the sizes are large, and grow with every size."""

import pytest

from unrolled.core.arrays import flops

LARGE = 10**7


@pytest.mark.parametrize(
    ("count", "leading"),
    [
        (flops.forward_step(4, LARGE), 2 * 4 * LARGE**2),
        (flops.product_step(1, LARGE, LARGE, LARGE), 2 * LARGE**3),
        # Half of an LSTM's joint Jacobian is diagonal; in a stack it is multiplied as a whole.
        (flops.product_step(4, LARGE // 2, LARGE, LARGE), LARGE**3),
        (flops.row_step(3, LARGE, LARGE), 2 * 3 * LARGE**3),
        (flops.gram_rectangle(LARGE, 3, LARGE, LARGE), 3 * LARGE**2 * 4 * LARGE),
        (flops.singular_values(LARGE, 2 * LARGE), 20 * LARGE**3),
        (flops.qr_step(LARGE, LARGE), 12 * LARGE**3),
        (flops.gradient_step(5, 4, 2, LARGE, 3), 5 * 2 * 5 * 4 * LARGE**2),
    ],
)
def test_large_sizes_count_by_their_leading_term(count, leading):
    assert count == pytest.approx(leading, rel=1e-3)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (flops.forward_step, (3, 5)),
        (flops.product_step, (3, 5, 7, 9)),
        (flops.step_calls, (3, 5)),
        (flops.row_step, (3, 5, 7)),
        (flops.inspection, (3, 5, 7)),
        (flops.gram_rectangle, (3, 5, 7, 9)),
        (flops.singular_values, (5, 7)),
        (flops.qr_step, (5, 7)),
        (flops.jacobi_sweep, (5,)),
        (flops.gradient_step, (3, 4, 2, 5, 7)),
    ],
)
def test_more_of_anything_is_more_work(count, sizes):
    for place, size in enumerate(sizes):
        assert 0 < count(*sizes) < count(*sizes[:place], 2 * size, *sizes[place + 1 :])


def test_the_norm_of_a_single_row_is_its_length():
    assert flops.singular_values(1, 50) == flops.singular_values(50, 1) < flops.singular_values(2, 25)


def test_calls_outweigh_small_products_and_nothing_else():
    assert flops.forward_step(1, 8) > 100 * 2 * 8**2
    assert flops.forward_step(1, 4096) < 1.01 * 2 * 4096**2
