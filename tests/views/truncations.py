"""What a truncation keeps, by hand."""


def kept_pairs(kind, length=12, window=4):
    """Return for every t and k whether the pair is kept."""
    steps = range(length)
    if kind == "chunked":
        return [[k <= t and k // window == t // window for k in steps] for t in steps]
    return [[k <= t < k + window for k in steps] for t in steps]
