"""A field of the query of a test's own, in the table before anything reads that."""

from unrolled.query import entries
from unrolled.query.entry import Entry, Place, Said, field


class Entries(entries.Entries):
    """The table with one entry more."""

    echo: float = field(
        0.5, Entry("Echo", "How much of every step is heard again.", Place("Toys"), said=Said("echo {}")), gt=0, le=4
    )


entries.Entries = Entries  # type: ignore[misc]  # what everything else reads
