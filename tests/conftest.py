"""The application in this process, for every test that asks it something."""

import os

import pytest
from hypothesis import settings
from starlette.testclient import TestClient
from threadpoolctl import threadpool_limits

# As in the server: several threads a matrix product would only wait for each other where the machine does other work.
threadpool_limits(limits=1, user_api="blas")

# A busy machine is no fault of the code: no test has a deadline. In CI a commit always meets the same examples; on a
# person's machine every run looks for new ones.
settings.register_profile("person", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "person")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``--all`` run every case of the large products, of which `tests.cases.few` chooses some."""
    parser.addoption("--all", action="store_true", help="run every case of the large products")


@pytest.fixture(scope="session")
def client() -> TestClient:
    """Give a client of a server with the default settings; redirects are not followed."""
    from unrolled.main import create_app  # the core is tested without the web
    from unrolled.settings import Settings

    return TestClient(create_app(Settings(threads=2)), base_url="http://unrolled.test", follow_redirects=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests in a browser last: what drives it keeps an event loop in this thread until the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
