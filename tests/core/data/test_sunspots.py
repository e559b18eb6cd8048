"""The bundled series is the yearly sunspot number."""

from statistics import fmean
from zlib import crc32

import pytest

from unrolled.core.data.sunspots import FIRST_YEAR, SUNSPOTS


def test_the_published_extremes_are_in_their_years():
    assert (FIRST_YEAR, len(SUNSPOTS)) == (1700, 309)
    years = dict(enumerate(SUNSPOTS, start=FIRST_YEAR))
    # The high of cycle 19 and the empty years of the Dalton minimum.
    assert years[1957] == 190.2
    assert max(years, key=years.__getitem__) == 1957
    assert years[1810] == 0


def test_every_number_is_the_published_one():
    # The mean is that of the series' documentation in statsmodels; the sum of digits knows each number by its place.
    assert fmean(SUNSPOTS) == pytest.approx(49.752104, abs=5e-7)
    assert crc32(repr(list(map(float, SUNSPOTS))).encode()) == 1686160118
