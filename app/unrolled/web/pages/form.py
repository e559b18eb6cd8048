"""What a person sent to the page: a query, what the page shows of itself, and what was wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from unrolled.errors import FieldError, InvalidInput, UnrolledError
from unrolled.query.choices import properties
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.views import VIEWS

PARTS = ("controls", "verdict", "checks", "share", "reading")
PAGE_FIELDS = ("embed", "hide")
_TRACKING = ("fbclid", "gclid")
_TRACKING_PREFIX = "utm_"


@dataclass(frozen=True)
class Form:
    """The page's part of a URL, read.

    Attributes
    ----------
    query : Query
        The query; where something was wrong, what was right of it.
    typed : dict
        What was given, as text.
    embed : bool
        Whether the page stands in a frame of another page.
    hide : frozenset of str
        Controls and parts that are left out.
    error : UnrolledError, optional
        What was wrong.
    tracked : bool
        Whether another site had appended parameters of its own; they are dropped.
    """

    query: Query
    typed: dict[str, str]
    embed: bool
    hide: frozenset[str]
    error: UnrolledError | None
    tracked: bool = False

    @property
    def values(self) -> dict[str, str]:
        """What stands in the controls: what was typed, else the values of the query."""
        return _all_text(self.query) | self.typed

    @property
    def url(self) -> str:
        """The shortest link to exactly this page."""
        return f"/?{urlencode(self.query.params() | self.own)}"

    @property
    def own(self) -> dict[str, str]:
        """What the link holds of the page itself, as text."""
        hide = {"hide": ",".join(sorted(self.hide))} if self.hide else {}
        return ({"embed": "1"} if self.embed else {}) | hide

    @property
    def is_short(self) -> bool:
        """Whether nothing was given that need not be: a form sends every field, a link only what differs."""
        return not self.tracked and self.typed.keys() <= self.query.params().keys() | self.own.keys()


def hideable() -> tuple[str, ...]:
    """Give everything that ``hide`` may name.

    Returns
    -------
    tuple of str
        Parts of the page, views, controls.
    """
    return (*PARTS, *VIEWS, *(name for name in properties() if name != "v"))


def read_form(pairs: Iterable[tuple[str, str]]) -> Form:
    """Read what was sent to the page; never raises for what a person can send.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Names and values of the URL.

    Returns
    -------
    Form
        With every fault at once, if there is any.
    """
    met = list(pairs)
    given = [(name, value) for name, value in met if not is_foreign(name)]
    typed = dict(given)
    faults: list[FieldError] = []
    embed = _embed([value for name, value in given if name == "embed"], faults)
    hide = _hide([value for name, value in given if name == "hide"], faults)
    try:
        query = Query.parse((name, value) for name, value in given if name not in PAGE_FIELDS)
    except InvalidInput as error:
        faults += error.errors
        query = _what_was_right(typed, {fault.field for fault in faults})
    return Form(query, typed, embed, hide, InvalidInput.of(*faults) if faults else None, len(given) < len(met))


def is_foreign(name: str) -> bool:
    """Tell whether a parameter is one that other sites append to the links they show."""
    return name in _TRACKING or name.startswith(_TRACKING_PREFIX)


def _embed(values: list[str], faults: list[FieldError]) -> bool:
    if values and (len(values) > 1 or values[0] not in ("", "0", "1")):
        faults.append(FieldError("embed", f"embed is {quoted(','.join(values))}; give 1 or leave it out.", (0, 1)))
    return values == ["1"]


def _hide(values: list[str], faults: list[FieldError]) -> frozenset[str]:
    if len(values) > 1:
        faults.append(FieldError("hide", "hide is given more than once: give one list such as hide=activation,gain."))
    names = [name.strip() for name in ",".join(values).split(",") if name.strip()]
    unknown = [name for name in names if name not in hideable()]
    if unknown:
        known = ", ".join(hideable())
        faults.append(FieldError("hide", f"hide names {quoted(', '.join(unknown))}; it may name {known}.", hideable()))
    return frozenset(names) - frozenset(unknown)


def _what_was_right(typed: dict[str, str], wrong: set[str]) -> Query:
    """Keep the fields without a fault; the defaults where even these do not agree."""
    kept = {name: value for name, value in typed.items() if name not in wrong and name in Query.names()}
    try:
        return Query.parse(kept.items())
    except InvalidInput:
        return Query()


def _all_text(query: Query) -> dict[str, str]:
    """Write every field as it stands in a form."""
    return {name: query.text_of(name) for name in Query.names()}


def faults_by_field(error: UnrolledError | None) -> dict[str, str]:
    """Gather the sentences of an error by field.

    Parameters
    ----------
    error : UnrolledError or None
        What was wrong.

    Returns
    -------
    dict
        Field names to sentences.
    """
    told: dict[str, Any] = {}
    for fault in error.errors if error else ():
        told[fault.field] = f"{told[fault.field]} {fault.message}" if fault.field in told else fault.message
    return told
