"""Schemathesis reads the description of the API and asks what it allows, and what it does not."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app.main import create_app
from app.settings import Settings

# A file is its bytes.
for media_type in ("application/x-npz", "application/x-safetensors", "audio/wav"):
    schemathesis.serializer(media_type)(lambda context, value: bytes(value) if isinstance(value, bytes) else value)

app = create_app(Settings(max_gflop=0.2, threads=2))
# The files of one view are like those of another, and the other fuzz tests ask for all of them.
alike = r"/(?!influence)\w+(\.csv|\.npz|/figure)$"
schema = schemathesis.openapi.from_asgi("/openapi.json", app).exclude(path_regex=alike)


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_those_described(case: schemathesis.Case) -> None:
    # Rules between fields (k ≤ t ≤ length) and the limit of work cannot be said in a schema.
    # As in a form, an empty value is none: allowEmptyValue says so, and is not understood.
    none = [negative_data_rejection] if "" in (case.query or {}).values() else []
    case.call_and_validate(excluded_checks=[positive_data_acceptance, *none])
