"""Schemathesis reads the description of the API and asks what it allows, and what it does not."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from unrolled.main import create_app
from unrolled.settings import Settings

# A file is its bytes.
for media_type in ("application/x-npz", "application/x-safetensors", "audio/wav"):
    schemathesis.serializer(media_type)(lambda context, value: bytes(value) if isinstance(value, bytes) else value)

app = create_app(Settings(max_gflop=0.2, threads=2))
# Every view and format reads the same parameters with the same code: these go through every value of every parameter,
# the others are asked at random. The files of one view are like those of another, and other fuzz tests ask for them.
first = r"/(influence|check|compare|options|healthz)$"
alike = r"/(?!influence|compare)\w+(\.\w+|/figure)$"
whole = schemathesis.openapi.from_asgi("/openapi.json", app).include(path_regex=first)
rest = schemathesis.openapi.from_asgi("/openapi.json", app).exclude(path_regex=first).exclude(path_regex=alike)
rest.config.phases.update(phases=["examples", "fuzzing"])


def answered_as_described(case: schemathesis.Case) -> None:
    """Rules between fields (k ≤ t ≤ length) and the limit of work cannot be said in a schema."""
    # As in a form, an empty value is none: allowEmptyValue says so, and is not understood.
    none = [negative_data_rejection] if "" in (case.query or {}).values() else []
    case.call_and_validate(excluded_checks=[positive_data_acceptance, *none])


@whole.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_value_of_every_parameter(case: schemathesis.Case) -> None:
    answered_as_described(case)


@rest.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_question_to_any_view(case: schemathesis.Case) -> None:
    answered_as_described(case)
