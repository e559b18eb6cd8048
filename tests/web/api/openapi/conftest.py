"""The description as a client reads it."""

from typing import Any

import pytest
from starlette.testclient import TestClient


@pytest.fixture(scope="package")
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()
