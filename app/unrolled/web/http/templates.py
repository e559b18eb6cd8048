"""Templates and what every page knows."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from unrolled import __version__
from unrolled.resources import folder


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=select_autoescape(("html",)),
        trim_blocks=False,
    )


def render(template: str, **context: Any) -> bytes:
    """Fill a template; the page in UTF-8."""
    return _environment().get_template(template).render(version=__version__, **context).encode()
