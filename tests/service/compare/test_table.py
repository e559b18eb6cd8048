"""Large numbers of a comparison's table are short."""

import pytest

from unrolled.service.compare.table import compact


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (929, "929"), (999.6, "1.00 k"), (9996, "10.0 k"), (55296, "55.3 k"), (1064960, "1.06 M")],
)
def test_large_numbers_have_three_digits(value: float | None, text: str) -> None:
    assert compact(value) == text
