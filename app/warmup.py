"""What the first visitor would have waited for, done right after the start."""

import logging

from app.answers import Answers
from app.errors import UnrolledError
from app.formulas import formulas
from app.http.assets import Assets
from app.http.encoding import to_json
from app.problem import Problem
from app.query import Query
from app.views import VIEWS

log = logging.getLogger("unrolled")

_LARGEST = "vendor/plotly-4.1.1/plotly-cartesian.min.js"


def warm_up(answers: Answers, assets: Assets) -> None:
    """Import the slow packages, draw the default picture, compress the largest script.

    Parameters
    ----------
    answers : Answers
        Computes.
    assets : Assets
        Keeps the compressed script.
    """
    try:
        to_json(answers.figure(VIEWS["influence"], Problem(Query())))
        formulas()
        assets.best(_LARGEST)
    except UnrolledError as error:
        log.warning("Not warmed up: %s", error)
