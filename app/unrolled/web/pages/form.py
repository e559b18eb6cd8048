"""What a person sent to the page: a query, what the page shows of itself, and what was wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from unrolled.errors import FieldError, InvalidInput, UnrolledError
from unrolled.query.choices import properties
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.views import VIEWS

_BAD_EMBED = "embed is {text}; give 1 or leave it out."
_REPEATED_HIDE = "hide is given more than once: give one list such as hide=activation,gain."
_UNKNOWN_HIDE = "hide names {unknown}; it may name {known}."

PARTS = ("controls", "verdict", "checks", "share", "reading")
PAGE_FIELDS = ("embed", "hide")
_TRACKING = ("fbclid", "gclid")
_TRACKING_PREFIX = "utm_"


@dataclass(frozen=True)
class Form:
    """What a link or a form sent to the page, read.

    The query of a faulty one is what was right of it. ``tracked`` says whether another site had appended parameters of
    its own; they are dropped.
    """

    query: Query
    raw: dict[str, str]
    embed: bool
    hide: frozenset[str]
    error: UnrolledError | None
    tracked: bool = False

    @property
    def values(self) -> dict[str, str]:
        """What stands in the controls: what was sent, else the values of the query."""
        return _field_texts(self.query) | self.raw

    @property
    def url(self) -> str:
        """The shortest link to exactly this page."""
        return f"/?{urlencode(self.query.params() | self.page_params)}"

    @property
    def page_params(self) -> dict[str, str]:
        """What the link holds of the page itself, as text."""
        hide = {"hide": ",".join(sorted(self.hide))} if self.hide else {}
        return ({"embed": "1"} if self.embed else {}) | hide

    @property
    def is_canonical(self) -> bool:
        """Whether nothing was given that need not be: a form sends every field, a link only what differs."""
        return not self.tracked and self.raw.keys() <= self.query.params().keys() | self.page_params.keys()


def hideable() -> tuple[str, ...]:
    """Give everything that ``hide`` may name."""
    return (*PARTS, *VIEWS, *(name for name in properties() if name != "v"))


def read_form(pairs: Iterable[tuple[str, str]]) -> Form:
    """Read what was sent to the page; never raises for what a person can send."""
    sent = list(pairs)
    params = [(name, value) for name, value in sent if not is_tracking(name)]
    raw = dict(params)
    faults: list[FieldError] = []
    embed = _embed([value for name, value in params if name == "embed"], faults)
    hide = _hide([value for name, value in params if name == "hide"], faults)
    try:
        query = Query.parse((name, value) for name, value in params if name not in PAGE_FIELDS)
    except InvalidInput as error:
        faults += error.errors
        query = _valid_part(raw, {fault.field for fault in faults})
    return Form(query, raw, embed, hide, InvalidInput.of(*faults) if faults else None, len(params) < len(sent))


def is_tracking(name: str) -> bool:
    """Tell whether a parameter is one that other sites append to the links they show."""
    return name in _TRACKING or name.startswith(_TRACKING_PREFIX)


def _embed(values: list[str], faults: list[FieldError]) -> bool:
    if values and (len(values) > 1 or values[0] not in ("", "0", "1")):
        faults.append(FieldError("embed", _BAD_EMBED.format(text=quoted(",".join(values))), (0, 1)))
    return values == ["1"]


def _hide(values: list[str], faults: list[FieldError]) -> frozenset[str]:
    if len(values) > 1:
        faults.append(FieldError("hide", _REPEATED_HIDE))
    names = [name.strip() for name in ",".join(values).split(",") if name.strip()]
    unknown = [name for name in names if name not in hideable()]
    if unknown:
        message = _UNKNOWN_HIDE.format(unknown=quoted(", ".join(unknown)), known=", ".join(hideable()))
        faults.append(FieldError("hide", message, hideable()))
    return frozenset(names) - frozenset(unknown)


def _valid_part(raw: dict[str, str], wrong: set[str]) -> Query:
    """Keep the fields without a fault; the defaults where even these do not agree."""
    right = {name: value for name, value in raw.items() if name not in wrong and name in Query.names()}
    try:
        return Query.parse(right.items())
    except InvalidInput:
        return Query()


def _field_texts(query: Query) -> dict[str, str]:
    """Write every field as it stands in a form."""
    return {name: query.text_of(name) for name in Query.names()}


def faults_by_field(error: UnrolledError | None) -> dict[str, str]:
    """Gather the sentences of an error by field."""
    messages: dict[str, str] = {}
    for fault in error.errors if error else ():
        before = messages.get(fault.field)
        messages[fault.field] = f"{before} {fault.message}" if before else fault.message
    return messages
