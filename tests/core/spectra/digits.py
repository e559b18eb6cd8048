"""Singular values of products that are multiplied out with many digits."""

import mpmath
import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.chain import JacobianChain


def digits(chain: JacobianChain, t: int, k: int, count: int) -> Array:
    """Take the singular values of the product, multiplied out with many digits."""
    with mpmath.workdps(count):
        product = mpmath.eye(chain.width)
        for step in range(k, t + 1):
            for factor in chain.factors(step) if step > k else chain.initial_factors(k):
                product = mpmath.matrix(factor.tolist()) * product
        product = product[chain.rows.start : chain.rows.stop, :]
        values = mpmath.svd_r(product if product.rows >= product.cols else product.T, compute_uv=False)
        return np.sort([float(mpmath.log10(value)) for value in values])[::-1]


def settled_digits(chain: JacobianChain, t: int, k: int, count: int) -> Array:
    """Do the same, and see that twice as many digits change nothing."""
    values = digits(chain, t, k, count)
    np.testing.assert_allclose(digits(chain, t, k, 2 * count), values, atol=1e-11, rtol=0)
    return values
