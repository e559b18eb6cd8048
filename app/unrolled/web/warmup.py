"""What the first visitor would have waited for, done right after the start."""

import logging

from unrolled.errors import UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers, figure_of
from unrolled.views import VIEWS
from unrolled.web.http.mathml import formulas
from unrolled.web.http.responses import to_json
from unrolled.web.http.static import Assets

log = logging.getLogger("unrolled")

_LARGEST = "vendor/plotly-4.1.1/plotly-cartesian.min.js"


def warm_up(answers: Answers, assets: Assets) -> None:
    """Import the slow packages, draw the default picture, compress the largest script."""
    try:
        view, experiment = VIEWS["influence"], Experiment(Query())
        to_json(figure_of(view, experiment, answers.result(view, experiment)))
        formulas()
        assets.precompress(_LARGEST)
    except UnrolledError as error:
        log.warning("Not warmed up: %s", error)
