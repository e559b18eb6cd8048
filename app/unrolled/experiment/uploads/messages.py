"""How the faults of a network are worded: a shape, a list of names, and not more faults than a person reads."""

from collections.abc import Sized

from unrolled.core.networks.registry import MODELS
from unrolled.errors import FieldError

MAX_FAULTS = 40
MAX_NAMES = 1000
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}


def shape(sizes: tuple[int, ...]) -> str:
    """Write a shape as Python does: (H, D), and a single size as (H,).

    Parameters
    ----------
    sizes : tuple of int
        The shape.

    Returns
    -------
    str
        Its text.
    """
    return str(tuple(int(size) for size in sizes))


def blocks(model: str) -> str:
    """Say how the rows of a model's matrices are made up.

    Parameters
    ----------
    model : str
        A name out of ``MODELS``.

    Returns
    -------
    str
        ``H``, ``4H`` or ``3H``.
    """
    gates = len(MODELS[model].gates)
    return "H" if gates == 1 else f"{gates}H"


def counted(number: int, noun: str) -> str:
    """Write a small number with its noun.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        What, in the singular.

    Returns
    -------
    str
        Such as ``four blocks``.
    """
    return f"{_NUMBERS.get(number, number)} {noun}{'' if number == 1 else 's'}"


def article(model: str) -> str:
    """Write a model's name with its article.

    Parameters
    ----------
    model : str
        A name out of ``MODELS``.

    Returns
    -------
    str
        ``an rnn``, ``an lstm`` or ``a gru``.
    """
    return f"{'a' if model == 'gru' else 'an'} {model}"


def too_many_names(names: Sized, path: str) -> list[FieldError]:
    """Refuse more names than anybody means, before each is looked at.

    Parameters
    ----------
    names : sized
        Names.
    path : str
        What has them.

    Returns
    -------
    list of FieldError
        One fault, or none.
    """
    if len(names) <= MAX_NAMES:
        return []
    return [FieldError(path, f"{path} has {len(names)} names; at most {MAX_NAMES} are taken.", (MAX_NAMES,))]


def first_faults(faults: list[FieldError]) -> list[FieldError]:
    """Keep as many faults as a person reads, and say how many more there are.

    Parameters
    ----------
    faults : list of FieldError
        Every fault.

    Returns
    -------
    list of FieldError
        The first ones.
    """
    more = len(faults) - MAX_FAULTS
    if more <= 0:
        return faults
    told = FieldError("body", f"There are {more} more faults, which are told when these are mended.")
    return [*faults[:MAX_FAULTS], told]
