"""What leaves float64 is refused by the first step at which it did."""

import numpy as np
import pytest

from unrolled.core.arrays.overflow import require_finite
from unrolled.errors import Overflow


def test_the_first_step_of_all_arrays_is_named():
    fine, late, early = np.ones((5, 2)), np.ones((5, 3)), np.ones((5, 1))
    require_finite((fine, late, early), "ReLU")
    late[3, 1], early[2, 0] = np.inf, np.nan
    with pytest.raises(
        Overflow, match=r"With ReLU the state .* at step 3: .* \(to less than 3\), or choose"
    ) as refused:
        require_finite((fine, late, early), "ReLU")
    assert "bounded" in str(refused.value)


def test_no_activation_is_advised_where_none_would_help():
    with pytest.raises(Overflow, match=r"With GRU the score .* at step 1: .*\(to less than 1\)\.$"):
        require_finite((np.full((2, 2), np.inf),), "GRU", "the score", is_bounded=False)
