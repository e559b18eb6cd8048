"""The JSON API: a query or a network or recording of one's own goes in; numbers, figures and files come out."""

from fastapi import APIRouter

from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.web.api.check import PATH as CHECK
from unrolled.web.api.check import add_check
from unrolled.web.api.compare import add_compare
from unrolled.web.api.formats import forms_of, path_of
from unrolled.web.api.openapi import add_description
from unrolled.web.api.openapi.page import add_docs
from unrolled.web.api.options import add_options
from unrolled.web.api.progress import add_progress, progress_path
from unrolled.web.api.views import add_views

POSTED = frozenset(
    {
        CHECK,
        *(path_of(view, form) for view in VIEWS for form in forms_of(view)),
        *(progress_path(view) for view in VIEWS),
    }
)


def router(answers: Answers) -> APIRouter:
    """Make the routes of the API.

    Parameters
    ----------
    answers : Answers
        What this process knows and can compute.

    Returns
    -------
    APIRouter
        Every view in every format, the options, the OpenAPI description and the health check.
    """
    made = APIRouter(include_in_schema=False)
    add_options(made, answers)
    add_description(made, answers)
    add_docs(made, answers)
    add_check(made, answers)
    add_compare(made, answers)
    add_progress(made, answers)
    add_views(made, answers)
    return made
