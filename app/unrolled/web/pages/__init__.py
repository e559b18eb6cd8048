"""The HTML pages: a query goes in, a page that works without scripts comes out."""

from fastapi import APIRouter

from unrolled.service.answers import Answers
from unrolled.web.pages.compare import add_compare
from unrolled.web.pages.explorer import add_explorer
from unrolled.web.pages.images import add_pictures


def router(answers: Answers) -> APIRouter:
    """Make the routes of the pages.

    Parameters
    ----------
    answers : Answers
        What this process knows and can compute.

    Returns
    -------
    APIRouter
        The explorer, the pictures of it, and the comparison.
    """
    made = APIRouter(include_in_schema=False)
    add_explorer(made, answers)
    add_pictures(made, answers)
    add_compare(made, answers)
    return made
