"""The JSON API: a query or a network or recording of one's own goes in; numbers, figures and files come out."""

from fastapi import APIRouter

from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.web.api import check
from unrolled.web.api.compare import add_compare
from unrolled.web.api.openapi import add_description
from unrolled.web.api.openapi.page import add_docs
from unrolled.web.api.options import add_options
from unrolled.web.api.progress import add_progress, progress_path
from unrolled.web.api.views import add_views, formats_of, path_of

POSTED = frozenset(
    {
        check.PATH,
        *(path_of(view, name) for view in VIEWS for name in formats_of(view)),
        *(progress_path(view) for view in VIEWS),
    }
)


def router(answers: Answers) -> APIRouter:
    """Make the routes of the API."""
    routes = APIRouter(include_in_schema=False)
    add_options(routes, answers)
    add_description(routes, answers)
    add_docs(routes, answers)
    check.add_check(routes, answers)
    add_compare(routes, answers)
    add_progress(routes, answers)
    add_views(routes, answers)
    return routes
