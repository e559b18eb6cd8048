"""The HTML pages: a query goes in, a page that works without scripts comes out."""

from fastapi import APIRouter

from unrolled.service.answers import Answers
from unrolled.web.pages.compare import add_compare
from unrolled.web.pages.explorer import add_explorer
from unrolled.web.pages.images import add_images


def router(answers: Answers) -> APIRouter:
    """Make the routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    add_explorer(routes, answers)
    add_images(routes, answers)
    add_compare(routes, answers)
    return routes
