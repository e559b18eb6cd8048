"""The bundled series is the yearly sunspot number."""

from unrolled.core.data.sunspots import FIRST_YEAR, SUNSPOTS


def test_the_published_extremes_are_in_their_years():
    assert (FIRST_YEAR, len(SUNSPOTS)) == (1700, 309)
    years = dict(enumerate(SUNSPOTS, start=FIRST_YEAR))
    # The high of cycle 19 and the empty years of the Dalton minimum.
    assert years[1957] == 190.2
    assert max(years, key=years.__getitem__) == 1957
    assert years[1810] == 0
